"""Put values into classes of colour by a named method.

A class is named by its lower edge, and edges are rounded as the values are written, so that a
reader can tell from a value which class it is in.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from dashboard.contract.rounding import rounded
from dashboard.draw.theme import SEQUENCE
from dashboard.language import Say

Method = Literal["quantiles", "jenks", "equal", "verdicts", "symbols"]
# Those that set edges between values; verdicts are given with the rows, and symbols know no classes.
METHODS: tuple[Method, ...] = ("quantiles", "jenks", "equal")
MOST_CLASSES = len(SEQUENCE)
VERDICT_FILLS = {
    "below": SEQUENCE[0], "alike": SEQUENCE[2], "usual": SEQUENCE[2], "above": SEQUENCE[4],
}  # fmt: skip


@dataclass(frozen=True)
class Classes:
    """Say by which method values are put into at most how many classes."""

    method: Method = "quantiles"
    count: int = MOST_CLASSES


QUINTILES = Classes()
VERDICTS = Classes("verdicts")
# A total says more of a large place than of a small one: its area is a circle's, not the place's.
SYMBOLS = Classes("symbols")


def class_edges(values: pd.Series, classes: Classes = QUINTILES, *, decimals: int) -> list[float]:
    """Find the inner edges of classes, without repeats.

    No edge is at the least value, as nothing would lie below it, nor above the greatest.
    """
    least, greatest = (rounded(end, decimals) for end in (values.min(), values.max()))
    edges = {rounded(edge, decimals) for edge in _edges(values, classes.method, classes.count)}
    return sorted(edge for edge in edges if least < edge <= greatest)


def _edges(values: pd.Series, method: Method, count: int) -> list[float]:
    parts = [number / count for number in range(1, count)]
    if method == "quantiles":
        return [float(edge) for edge in values.quantile(parts)]
    if method == "equal":
        least, spread = float(values.min()), float(values.max() - values.min())
        return [least + part * spread for part in parts]
    return _natural_breaks(values, min(count, values.nunique()))


def _natural_breaks(values: pd.Series, count: int) -> list[float]:
    """Find where classes begin that vary least within themselves (Fisher 1958, Jenks 1977).

    ``count`` is at most the number of different values. Takes time and memory in the square of it.
    """
    distinct, weights = np.unique(values.to_numpy("float64"), return_counts=True)
    within = _variation(distinct, weights)
    least = within[0]  # of the first values, up to each, in as few classes as are placed yet
    begins: list[np.ndarray] = []
    for _ in range(1, count):
        # One class more, beginning at each row's value; the one before ends just below it.
        added = np.concatenate(([np.inf], least[:-1]))[:, None] + within
        begins.append(added.argmin(axis=0))
        least = added.min(axis=0)
    edges, end = [], len(distinct) - 1
    for begin in reversed(begins):
        edges.append(float(distinct[begin[end]]))
        end = begin[end] - 1
    return edges


def _variation(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Sum the squared distances from the mean of values i to j; infinite where j lies below i."""
    centred = values - np.average(values, weights=weights)
    number, total, square = (
        np.concatenate(([0.0], np.cumsum(weights * centred**power))) for power in (0, 1, 2)
    )
    numbers, totals, squares = (
        sums[None, 1:] - sums[:-1, None] for sums in (number, total, square)
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        within = np.maximum(squares - totals**2 / numbers, 0)
    return np.where(np.tri(len(values), k=-1, dtype=bool), np.inf, within)


def class_of(value: float, edges: list[float], *, decimals: int) -> int:
    """Tell which colour a value, as it is written, takes; few classes spread over all colours."""
    position = sum(rounded(value, decimals) >= edge for edge in edges)
    return round(position * (len(SEQUENCE) - 1) / max(1, len(edges)))


def method_named(classes: Classes, say: Say) -> str:
    """Name a method in the legend."""
    if classes.method == "verdicts":
        return say("与整体比较")
    if classes.method == "symbols":
        return say("圆的面积")
    if classes.method == "jenks":
        return say("自然断点（Fisher–Jenks）")
    if classes.method == "equal":
        return say("等间距")
    return {3: say("三分位"), 4: say("四分位"), 5: say("五分位")}[classes.count]
