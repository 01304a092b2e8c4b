"""Tell chance from difference: funnel limits round a common share (Spiegelhalter 2005)."""

import numpy as np
import pandas as pd

Z95, Z998 = 1.96, 3.09


def funnel_limits(district: float, sizes: pd.Series, *, dispersion: float = 1.0) -> pd.DataFrame:
    """Give limits in percent round ``district`` (percent) for places of each size.

    p₀ ± z √(φ p₀(1−p₀)/n), cut at 0 and 100, with z = 1.96 and 3.09 and φ the ``dispersion``.
    """
    spread = _spread(district, sizes) * dispersion**0.5
    return pd.DataFrame(
        {
            "size": sizes,
            "low95": (district - Z95 * spread).clip(lower=0),
            "high95": (district + Z95 * spread).clip(upper=100),
            "low998": (district - Z998 * spread).clip(lower=0),
            "high998": (district + Z998 * spread).clip(upper=100),
        }
    )


def _spread(district: float, sizes: pd.Series) -> pd.Series:
    """Give the standard deviation of a share by chance, in percent."""
    share = district / 100
    return (share * (1 - share) / sizes.where(sizes > 0)) ** 0.5 * 100


def dispersion(values: pd.Series, sizes: pd.Series, district: float) -> float:
    """Say how many times as widely places lie as chance alone spreads them, at least 1.

    Many small causes set places apart that no rule means to catch: without this, limits for
    large numbers of persons would catch most places. φ is the mean of the squared z-scores, the
    outer tenths drawn in to the tenth and ninetieth percentile so that what is to be caught does
    not widen the limits (Spiegelhalter 2005, section 5).
    """
    scores = ((values - district) / _spread(district, sizes)).dropna()
    scores = scores[np.isfinite(scores)]
    if scores.empty:
        return 1.0
    low, high = scores.quantile([0.1, 0.9])
    return max(1.0, float((scores.clip(low, high) ** 2).mean()))


def outside(rows: pd.DataFrame, district: float) -> pd.Series:
    """Tell which measured places lie outside the 95 % limits for their size."""
    limits = funnel_limits(district, rows["denominator"])
    return (rows["value"] < limits["low95"]) | (rows["value"] > limits["high95"])
