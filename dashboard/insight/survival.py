"""Estimate how long something takes where some has not come yet (Kaplan and Meier 1958), and tell
whether groups differ in it (log-rank test, Mantel 1966)."""

import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pandas as pd

from dashboard.contract.indicators import as_percent

HALF = Fraction(1, 2)
_ROUNDING = 1e-10


@dataclass(frozen=True)
class Curve:
    """Hold the share that has come by each time (percent) with its 95 % band, how many were
    followed until then and how many came then, and the median.

    Missing medians and limits are those that are not reached while anything is followed.
    """

    times: list[float]
    reached: list[float]
    low: list[float]
    high: list[float]
    at_risk: list[int]
    come: list[int]
    reached_count: int
    median: float
    median_low: float
    median_high: float

    @property
    def count(self) -> int:
        return self.at_risk[0]

    def by(self, time: float) -> float:
        """Give the share that has come by a time, in percent."""
        reached = [share for at, share in zip(self.times, self.reached, strict=True) if at <= time]
        return reached[-1] if reached else 0.0

    def followed_at(self, time: float) -> int:
        """Count those that had not come, and were still followed, just before a time."""
        later = (left for at, left in zip(self.times, self.at_risk, strict=True) if at >= time)
        return next(later, 0)


def time_curve(times: pd.Series, has_come: pd.Series, counts: pd.Series) -> Curve | None:
    """Estimate the share that has come by each time; what has not is censored, not left out.

    ``counts`` say how many rows of one time are. The band and the median's interval are on the
    log-log scale (Brookmeyer and Crowley 1982 for the median).
    """
    if not len(times):
        return None
    from scipy.stats import CensoredData, ecdf

    # It is where all have come, or none: what is made of that is below.
    warnings.filterwarnings("ignore", message="The confidence interval is undefined")
    every = np.repeat(times.to_numpy("float64"), counts.to_numpy())
    is_over = np.repeat(has_come.to_numpy(bool), counts.to_numpy())
    sample = CensoredData(uncensored=every[is_over], right=every[~is_over])
    open_share = ecdf(sample).sf
    with np.errstate(divide="ignore", invalid="ignore"):
        band = open_share.confidence_interval(method="log-log")
    at = open_share.quantiles
    # Where all have come, or none, the band has no width that could be reckoned.
    is_some, is_all = open_share.probabilities < 1, open_share.probabilities <= 0
    low = pd.Series(np.where(is_some, 1 - band.high.probabilities, 0.0)).ffill().fillna(0.0)
    high = np.where(is_all, 1.0, np.where(is_some, 1 - band.low.probabilities, 0.0))
    left, at_risk, come = _open_shares(times, has_come, counts)
    return Curve(
        times=[0.0, *at.tolist()],
        reached=[0.0, *(as_percent(float(1 - share)) for share in left)],
        low=[0.0, *as_percent(low).tolist()],
        high=[0.0, *as_percent(high).tolist()],
        at_risk=[len(every), *at_risk],
        come=[0, *come],
        reached_count=int(is_over.sum()),
        median=_first(at, np.array([share <= HALF for share in left])),
        median_low=_first(at, high >= HALF),
        median_high=_first(at, low.to_numpy() >= HALF),
    )


def _open_shares(
    times: pd.Series, has_come: pd.Series, counts: pd.Series
) -> tuple[list[Fraction], list[int], list[int]]:
    """Give the share that has not come after each time, exactly, as half must be half, how many
    were followed until then, and how many came then."""
    leaving: Counter[float] = Counter()
    come: Counter[float] = Counter()
    for time, is_over, count in zip(
        times.tolist(), has_come.tolist(), counts.tolist(), strict=True
    ):
        leaving[time] += count
        come[time] += count if is_over else 0
    followed, share = leaving.total(), Fraction(1)
    shares, at_risk = [], []
    ordered = sorted(leaving)
    for time in ordered:
        share *= Fraction(followed - come[time], followed)
        at_risk.append(followed)
        followed -= leaving[time]
        shares.append(share)
    return shares, at_risk, [come[time] for time in ordered]


@dataclass(frozen=True)
class LogRank:
    """Hold a test of whether groups take the same time."""

    chi2: float
    degrees: int
    p: float


def log_rank(curves: Sequence[Curve]) -> LogRank:
    """Test whether several groups take the same time, over all times alike."""
    from scipy.special import chdtrc

    at = np.unique([time for curve in curves for time in curve.times])
    followed = np.array([[curve.followed_at(time) for time in at] for curve in curves], float)
    come = np.array([np.histogram(c.times, [*at, np.inf], weights=c.come)[0] for c in curves])
    all_come, share = come.sum(axis=0), followed / followed.sum(axis=0)
    others = np.maximum(followed.sum(axis=0) - 1, 1)
    spread = all_come * (followed.sum(axis=0) - all_come) / others
    beyond = (come - all_come * share).sum(axis=1)
    varying = np.diag((spread * share).sum(axis=1)) - (spread * share) @ share.T
    # What lies beyond adds up to nought, so that one direction is nothing but rounding.
    inverse = np.linalg.pinv(varying, rcond=_ROUNDING, hermitian=True)
    chi2, degrees = float(beyond @ inverse @ beyond), len(curves) - 1
    return LogRank(chi2, degrees, float(chdtrc(degrees, chi2)))


def _first(times: np.ndarray, reached: np.ndarray) -> float:
    return float(times[reached.argmax()]) if reached.any() else float("nan")
