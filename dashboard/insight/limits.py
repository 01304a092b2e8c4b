"""Tell chance from difference: funnel limits round a common share (Spiegelhalter 2005)."""

import pandas as pd

Z95, Z998 = 1.96, 3.09


def funnel_limits(district: float, sizes: pd.Series) -> pd.DataFrame:
    """Give limits in percent round ``district`` (percent) for places of each size.

    p₀ ± z √(p₀(1−p₀)/n), cut at 0 and 100, with z = 1.96 and 3.09.
    """
    share = district / 100
    spread = (share * (1 - share) / sizes.where(sizes > 0)) ** 0.5 * 100
    return pd.DataFrame(
        {
            "size": sizes,
            "low95": (district - Z95 * spread).clip(lower=0),
            "high95": (district + Z95 * spread).clip(upper=100),
            "low998": (district - Z998 * spread).clip(lower=0),
            "high998": (district + Z998 * spread).clip(upper=100),
        }
    )


def outside(rows: pd.DataFrame, district: float) -> pd.Series:
    """Tell which measured places lie outside the 95 % limits for their size."""
    limits = funnel_limits(district, rows["denominator"])
    return (rows["value"] < limits["low95"]) | (rows["value"] > limits["high95"])
