"""Score the five micros (五微): five bars, each the mean of its parts between goalposts.

Which parts, their goalposts and equal weights are all assumptions of this product: published
are only the five names, of one community.
"""

from dataclasses import dataclass

import pandas as pd

from dashboard.contract.indicators import BY_CODE, divided, percent, written
from dashboard.contract.words import Words
from dashboard.language import Say

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
        # Four a month are about one a week for every 1,000 residents.
        (Part("intensity", 0, 4), Part("service_breadth", 0, 100)),
    ),
)


def micro_scores(counts: pd.DataFrame) -> pd.DataFrame:
    """Score each micro: the mean of its parts' scores, 0–100; ``values`` are the parts' own.

    ``counts``: one row of counts, of the query micros_by_town, added up; none where nothing was
    counted. A micro whose part is missing is missing: a mean of fewer parts would be another
    score.
    """
    rows = []
    for micro in MICROS:
        measured = [_measured(counts, part) for part in micro.parts]
        scores = [part_score(*pair) for pair in zip(micro.parts, measured, strict=True)]
        rows.append({"micro": micro.code, "score": sum(scores) / len(scores), "values": measured})
    return pd.DataFrame(rows)


def _measured(counts: pd.DataFrame, part: Part) -> float:
    _, _, values = divided(counts, BY_CODE[part.indicator])
    return float(values[0]) if len(values) else float("nan")


def part_score(part: Part, value: float) -> float:
    """Score a value between its goalposts, cut at 0 and 100."""
    if pd.isna(value):
        return float("nan")
    return min(100.0, max(0.0, percent(value - part.low, part.high - part.low)))


def made_of(micro: Micro, values: list[float], say: Say) -> str:
    """Write what a micro is made of, a line for each part: its value and its goalposts."""
    lines = []
    for part, value in zip(micro.parts, values, strict=True):
        indicator = BY_CODE[part.indicator]
        lines.append(
            say(
                "{name} {value}（{low:g}–{high:g}）",
                name=say.words(indicator.name),
                value=written(value, indicator, say.language),
                low=part.low,
                high=part.high,
            )
        )
    return "\n".join(lines)
