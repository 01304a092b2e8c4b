"""Tell chance from difference: how widely places differ, and which lie beyond that.

Where the places may well have one value in common (a χ² test does not reject it), each is held
against it by exact binomial or Poisson probabilities: what is not told apart by them, chance can
explain. Where they may not, places differ anyhow: the variance between them is added to that of
chance, and what is not told apart differs no more than places usually do, which is not chance.
Many places are judged at once, so that the share of false alarms among those told apart is held.
"""

from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dashboard.contract.columns import Floats, as_floats
from dashboard.contract.indicators import Indicator
from dashboard.contract.words import Words

Mask = NDArray[np.bool_]
Verdict = Literal["above", "below", "alike", "none"]

# Fewer places tell too little of how widely places differ.
FEWEST_PLACES = 5
# Below it a common value is rejected; also the share of false alarms among those told apart.
LEVEL = 0.05
_TAIL = 0.1
# What the squares of normal numbers come to once the outer tenths are drawn in.
_EDGE = NormalDist().inv_cdf(1 - _TAIL)
_DRAWN_IN = 1 - 2 * _TAIL - 2 * _EDGE * NormalDist().pdf(_EDGE) + 2 * _TAIL * _EDGE**2

RULES: tuple[Words, ...] = (
    Words(
        "纳入、支部、站点等由组织决定的社区占比是全数统计，不是抽样：不作区间、不谈随机，只说与全区水平相差多少个社区。",
        "Shares of communities that rest on decisions (committees, branches, stations) are complete counts, "
        "not samples: no interval and no word of chance, only how many communities a gap is.",
    ),
    Words(
        "各地自己的 95% 区间：件数与人次的占比用 Wilson 区间；活动参与率是人数 ÷ 平均居民，期间有人迁入迁出，不是二项比例，"
        "人数按泊松计（Byar 近似），偏宽。没有办过活动的地方参与率必为 0：没有区间，也不比较。",
        "A place's own 95% interval: Wilson's for shares of proposals or participants; reach is persons over mean "
        "residents, who come and go, so no binomial share: the persons are taken as a Poisson count (Byar's "
        "approximation), which is on the wide side. Where no activity was held reach can only be 0: it has no "
        "interval and is not compared.",
    ),
    Words(
        "各地比较：先检验各地是否同值（χ²，括号内为自由度）。未拒绝（p ≥ 0.05），界限按二项或泊松的确切概率，界内的说“随机波动可以解释”；"
        f"拒绝的（不少于 {FEWEST_PLACES} 处），各地本来就不同，界限再加上地区间的方差 τ²（可加随机效应，"
        "在反正弦或平方根尺度上，首尾各一成收拢；Spiegelhalter 2005、Spiegelhalter 等 2012），界内的只说“不超出各地平常的差异”。",
        "Places compared: first a test of one common value (χ², its degrees of freedom in brackets). Not rejected (p ≥ 0.05): exact binomial or "
        "Poisson limits, and of what lies within “chance can explain it”. Rejected (of at least "
        f"{FEWEST_PLACES} places): places differ anyhow, and the variance between them, τ², is added "
        "(additive random effects on the arcsine or square-root scale, outer tenths drawn in; Spiegelhalter 2005, "
        "Spiegelhalter et al. 2012), and of what lies within only “no more than places usually differ”.",
    ),
    Words(
        "同时判断许多地方：判为高于或低于全区的，误报平均不超过 5%（BH：Benjamini–Hochberg 1995）。漏斗图的界限仍是单个地方的。",
        "Many places judged at once: of those told apart from the district no more than 5% are false alarms on "
        "average (BH: Benjamini–Hochberg 1995). The lines of a funnel are still for one place.",
    ),
)


@dataclass(frozen=True)
class Funnel:
    """Hold what places are held against: a common value, and how widely places spread round it.

    ``centre`` is the value as a share; ``between`` the standard deviation between places on the
    scale on which chance spreads all of one size alike; 0 where chance alone may spread them.
    """

    indicator: Indicator
    centre: float
    between: float = 0.0

    @property
    def is_widened(self) -> bool:
        return self.between > 0

    @property
    def common(self) -> float:
        """The value in common, in the indicator's unit."""
        return self.centre * self.indicator.scale

    @property
    def apart(self) -> float:
        """The standard deviation between places, in the indicator's unit."""
        slope = 2 * self.centre**0.5 * ((1 - self.centre) ** 0.5 if self._is_binomial else 1)
        return slope * self.between * self.indicator.scale

    @property
    def _is_binomial(self) -> bool:
        return self.indicator.uncertainty == "binomial"

    def limits(self, sizes: pd.Series) -> pd.DataFrame:
        """Give the 95 % and 99.8 % limits for one place of each size, in the indicator's unit."""
        counts = as_floats(sizes)
        low95, high95 = self._limits(counts, 0.025)
        low998, high998 = self._limits(counts, 0.001)
        edges = {"low95": low95, "high95": high95, "low998": low998, "high998": high998}
        scale = self.indicator.scale
        return pd.DataFrame({"size": sizes, **{name: at * scale for name, at in edges.items()}})

    def _limits(self, sizes: Floats, tail: float) -> tuple[Floats, Floats]:
        if not self.is_widened:
            return self._exact_limits(sizes, tail)
        room = NormalDist().inv_cdf(1 - tail) * self._deviation(sizes)
        low, high = self._scaled(self.centre) - room, self._scaled(self.centre) + room
        return self._unscaled(np.maximum(low, 0)), self._unscaled(high)

    def _exact_limits(self, sizes: Floats, tail: float) -> tuple[Floats, Floats]:
        """Give the counts beyond which the tails lie, between whole ones (Spiegelhalter 2005)."""
        from scipy.special import bdtrik, pdtrik

        if self._is_binomial:
            low, high = (bdtrik(each, sizes, self.centre) for each in (tail, 1 - tail))
            return low / sizes, np.minimum((high + 1) / sizes, 1)
        low, high = (pdtrik(each, sizes * self.centre) for each in (tail, 1 - tail))
        return low / sizes, (high + 1) / sizes

    def chances(self, counts: Floats, sizes: Floats) -> Floats:
        """Give how likely a place like all others is to lie so far off on either side (p)."""
        from scipy.special import bdtr, ndtr, pdtr

        if self.is_widened:
            off = self._scaled(counts / sizes) - self._scaled(self.centre)
            p: Floats = 2 * ndtr(-np.abs(off) / self._deviation(sizes))
            return p
        fewer = np.maximum(counts - 1, 0)
        if self._is_binomial:
            trials = sizes.astype("int64")
            up_to, below = (bdtr(each, trials, self.centre) for each in (counts, fewer))
        else:
            up_to, below = (pdtr(each, sizes * self.centre) for each in (counts, fewer))
        from_here = np.where(counts > 0, 1 - below, 1.0)
        return np.minimum(1, 2 * np.minimum(up_to, from_here))

    def is_below(self, counts: Floats, sizes: Floats) -> Mask:
        """Tell which places lie below the 95 % limit, each for itself."""
        below: Mask = (counts < sizes * self.centre) & (self.chances(counts, sizes) < LEVEL)
        return below

    def _deviation(self, sizes: Floats) -> Floats:
        spread: Floats = (_by_chance(sizes) + self.between**2) ** 0.5
        return spread

    def _scaled(self, shares: Any) -> Any:
        roots = np.sqrt(shares)
        return np.arcsin(roots) if self._is_binomial else roots

    def _unscaled(self, scaled: Floats) -> Floats:
        edges: Floats = np.sin(np.minimum(scaled, np.pi / 2)) if self._is_binomial else scaled
        return edges**2

    def scores(self, counts: Floats, sizes: Floats) -> Floats:
        """Give how many of its own deviations by chance each place lies off."""
        off = self._scaled(counts / sizes) - self._scaled(self.centre)
        scores: Floats = off / _by_chance(sizes) ** 0.5
        return scores


def _by_chance(sizes: Floats) -> Floats:
    """Give the variance by chance on the arcsine and on the square-root scale."""
    variances: Floats = 1 / (4 * sizes)
    return variances


def between_places(scores: Floats, variances: Floats) -> float:
    """Estimate the variance between places by moments (DerSimonian and Laird 1986).

    ``scores``: how many of its own deviations each lies off; ``variances``: by chance.
    """
    weights = 1 / variances
    excess = float((scores**2).sum()) - (len(scores) - 1)
    return max(0.0, excess / float(weights.sum() - (weights**2).sum() / weights.sum()))


def drawn_in(scores: Floats) -> Floats:
    """Draw the outer tenths in, so that what is to be caught does not widen the limits, and make
    the rest as wide as normal ones were before (Spiegelhalter 2005, section 5)."""
    low, high = np.quantile(scores, [_TAIL, 1 - _TAIL])
    held: Floats = scores.clip(low, high) / _DRAWN_IN**0.5
    return held


def common_value_test(counts: Floats, sizes: Floats, indicator: Indicator) -> tuple[float, float]:
    """Test whether places may have one value in common: χ² and p."""
    from scipy.special import chdtrc

    share = counts.sum() / sizes.sum()
    by_chance = sizes * share * ((1 - share) if indicator.uncertainty == "binomial" else 1)
    if len(counts) < 2 or not by_chance.all():
        return 0.0, 1.0
    chi2 = float(((counts - sizes * share) ** 2 / by_chance).sum())
    return chi2, float(chdtrc(len(counts) - 1, chi2))


def held_at_level(chances: Floats) -> Mask:
    """Tell which of many p-values stand when no more than ``LEVEL`` of those are to be false
    alarms (Benjamini and Hochberg 1995)."""
    ranked = np.sort(chances)
    below = ranked <= LEVEL * np.arange(1, len(ranked) + 1) / max(1, len(ranked))
    last = ranked[below][-1] if below.any() else -1.0
    stands: Mask = chances <= last
    return stands


@dataclass(frozen=True)
class Comparison:
    """Hold how many places stand beside the district's value: a verdict each, "none" for those
    that are not compared, and the test of a value in common with its degrees of freedom."""

    funnel: Funnel
    verdicts: list[Verdict]
    chi2: float
    degrees: int
    p: float

    @property
    def is_widened(self) -> bool:
        return self.funnel.is_widened

    @property
    def may_be_chance(self) -> bool:
        """Whether chance was tested, over all places together and each, and not rejected."""
        return self.p >= LEVEL and not self.is_any_apart

    @property
    def is_any_apart(self) -> bool:
        return any(each in ("above", "below") for each in self.verdicts)

    def are(self, verdict: Verdict) -> list[bool]:
        """Tell for each of the judged rows whether this is its verdict."""
        return [each == verdict for each in self.verdicts]


def compared(rows: pd.DataFrame, district: float | None, indicator: Indicator) -> Comparison | None:
    """Hold measured places against the district's value, given in the indicator's unit.

    ``rows`` are all that are compared, so that a place is judged alike whichever are chosen; one
    without an interval cannot be compared. None where chance is no measure, or nothing is there.
    """
    if not indicator.has_interval or district is None or np.isnan(district):
        return None
    is_compared = ~np.isnan(as_floats(rows["low"]))
    counts, sizes = (as_floats(rows[each])[is_compared] for each in ("numerator", "denominator"))
    if not len(counts):
        return None
    funnel = Funnel(indicator, district / indicator.scale)
    chi2, p = common_value_test(counts, sizes, indicator)
    if p < LEVEL and len(counts) >= FEWEST_PLACES:
        scores = drawn_in(funnel.scores(counts, sizes))
        funnel = replace(funnel, between=between_places(scores, _by_chance(sizes)) ** 0.5)
    verdicts = np.full(len(rows), "none", dtype=object)
    is_above = counts > sizes * funnel.centre
    stands = held_at_level(funnel.chances(counts, sizes))
    verdicts[is_compared] = np.where(stands, np.where(is_above, "above", "below"), "alike")
    return Comparison(funnel, verdicts.tolist(), chi2, len(counts) - 1, p)
