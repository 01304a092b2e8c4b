"""Score the five micros (五微): five bars, each the mean of its parts between goalposts.

Which parts, their goalposts and equal weights are all assumptions of this product: published
are only the five names, of one community.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from dashboard.model.words import Words

W = Words


@dataclass(frozen=True)
class Part:
    """Name an indicator and the values that score 0 and 100."""

    indicator: str
    low: float
    high: float


@dataclass(frozen=True)
class Micro:
    """Name one of the five and what it is made of."""

    code: str
    name: Words
    parts: tuple[Part, ...]


MICROS: tuple[Micro, ...] = (
    Micro(
        "party",
        W("微党建", "Micro Party-building"),
        (Part("own_branch", 0, 100), Part("effective_coverage", 0, 100)),
    ),
    Micro(
        "grid",
        W("微网格", "Micro grid"),
        (Part("acceptance", 0, 100), Part("prompt_acceptance", 0, 100)),
    ),
    Micro(
        "governance",
        W("微治理", "Micro governance"),
        (Part("closing_rate", 0, 100), Part("self_service", 0, 100)),
    ),
    Micro(
        "place",
        W("微阵地", "Micro place"),
        # One published community has about 400 m² for some 400 beds.
        (Part("service_station", 0, 100), Part("station_space", 0, 1)),
    ),
    Micro(
        "community",
        W("微社区", "Micro community"),
        (Part("reach", 0, 50), Part("service_breadth", 0, 100)),
    ),
)


def micro_scores(values: Mapping[str, float | None]) -> pd.DataFrame:
    """Score each micro from indicators' values: the mean of its parts' scores, 0–100.

    One whose part is missing is missing: a mean of fewer parts would be another score.
    """
    rows = []
    for micro in MICROS:
        scores = [part_score(part, values.get(part.indicator)) for part in micro.parts]
        rows.append({"micro": micro.code, "score": sum(scores) / len(scores)})
    return pd.DataFrame(rows)


def part_score(part: Part, value: float | None) -> float:
    """Score a value between its goalposts, cut at 0 and 100."""
    if value is None or pd.isna(value):
        return float("nan")
    return min(100.0, max(0.0, (value - part.low) / (part.high - part.low) * 100))
