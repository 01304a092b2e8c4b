"""Tell chance from difference: funnel limits round a common share (Spiegelhalter 2005)."""

from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dashboard.contract.columns import Floats, as_floats
from dashboard.contract.indicators import as_percent, as_share, ratio, wilson
from dashboard.contract.words import Words
from dashboard.language import Say

Mask = NDArray[np.bool_]
Verdict = Literal["above", "below", "chance", "none"]

Z95, Z998 = 1.96, 3.09
# Fewer places tell too little of how widely places differ.
FEWEST_PLACES = 5


RULES: tuple[Words, ...] = (
    Words(
        "超出随机波动：超出 95% 漏斗界限。界限按各地之间的普遍差异放宽（Spiegelhalter 2005 的离散系数，不小于 1；"
        f"不足 {FEWEST_PLACES} 处的不放宽），95% 区间同样放宽；参与偏低用 99.8% 界限。",
        "Beyond chance: outside the 95% funnel limits. They are widened by how much places differ "
        "anyway (Spiegelhalter's (2005) dispersion, at least 1; not with fewer than "
        f"{FEWEST_PLACES} places), and so are the 95% intervals; low reach takes the 99.8% limits.",
    ),
)


def funnel_limits(district: float, sizes: pd.Series, *, dispersion: float = 1.0) -> pd.DataFrame:
    """Give limits in percent round ``district`` (percent) for places of each size.

    p₀ ± z √(φ p₀(1−p₀)/n), cut at 0 and 100, with z = 1.96 and 3.09 and φ the ``dispersion``.
    """
    counts = as_floats(sizes)
    low95, high95 = _limits(district, counts, Z95, dispersion)
    low998, high998 = _limits(district, counts, Z998, dispersion)
    return pd.DataFrame(
        {"size": sizes, "low95": low95, "high95": high95, "low998": low998, "high998": high998}
    )


def _limits(district: float, sizes: Floats, z: float, dispersion: float) -> tuple[Floats, Floats]:
    room = z * (_spread(district, sizes) * dispersion**0.5)
    return np.maximum(district - room, 0), np.minimum(district + room, 100)


def _spread(district: float, sizes: Floats) -> Floats:
    """Give the standard deviation of a share by chance, in percent."""
    share = as_share(district)
    # A share over 1 has none.
    with np.errstate(invalid="ignore"):
        deviations: Floats = as_percent(ratio(share * (1 - share), sizes) ** 0.5)
    return deviations


def dispersion(values: pd.Series, sizes: pd.Series, district: float) -> float:
    """Say how many times as widely places lie as chance alone spreads them, at least 1.

    Many small causes set places apart that no rule means to catch: without this, limits for
    large numbers of persons would catch most places. φ is the mean of the squared z-scores, the
    outer tenths drawn in to the tenth and ninetieth percentile so that what is to be caught does
    not widen the limits (Spiegelhalter 2005, section 5). It is 1 where there are fewer than
    ``FEWEST_PLACES``.
    """
    spread = _spread(district, as_floats(sizes))
    scores = (as_floats(values) - district) / np.where(spread > 0, spread, np.nan)
    scores = scores[np.isfinite(scores)]
    if len(scores) < FEWEST_PLACES:
        return 1.0
    low, high = np.percentile(scores, [10, 90])
    return max(1.0, float((scores.clip(low, high) ** 2).mean()))


def outside(rows: pd.DataFrame, district: float) -> Mask:
    """Tell which measured places lie outside the 95 % limits for their size.

    ``rows`` are all that are compared: the limits are as wide as these places' dispersion.
    """
    wide = dispersion(rows["value"], rows["denominator"], district)
    low, high = _limits(district, as_floats(rows["denominator"]), Z95, wide)
    values = as_floats(rows["value"])
    outside: Mask = (values < low) | (values > high)
    return outside


def beyond(rows: pd.DataFrame, district: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the measured places that lie below the limits, and those above."""
    found = rows[outside(rows, district)]
    return found[found["value"] < district], found[found["value"] > district]


def verdicts_on(rows: pd.DataFrame, district: float) -> list[Verdict]:
    """Judge measured places, which all have a value: beyond the limits, or by chance."""
    pairs = zip(outside(rows, district).tolist(), rows["value"].tolist(), strict=True)
    return [
        "chance" if not is_beyond else "above" if value > district else "below"
        for is_beyond, value in pairs
    ]


def verdict_told(say: Say, verdict: Verdict, district: float) -> str:
    """Say how a place stands beside the district, in percent."""
    if verdict == "none":
        return ""
    if verdict == "chance":
        return say("与全区 {district:.1f}% 的差异在随机波动范围内。", district=district)
    if verdict == "above":
        return say("高于全区 {district:.1f}%，超出随机波动范围。", district=district)
    return say("低于全区 {district:.1f}%，超出随机波动范围。", district=district)


def widened(rows: pd.DataFrame, district: float) -> pd.DataFrame:
    """Widen measured places' 95 % intervals by their dispersion, as the limits are.

    Persons of one place are alike: so many as φ of them count as one. ``rows`` are all that are
    compared; their ``low`` and ``high`` are of shares, in percent.
    """
    wide = dispersion(rows["value"], rows["denominator"], district)
    counts = (rows[name].to_numpy("float64") / wide for name in ("numerator", "denominator"))
    low, high = wilson(*counts)
    return rows.assign(low=as_percent(low), high=as_percent(high))
