"""Draw where stations go, whom they reach, and what each further one brings."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from dashboard.contract.rounding import number_written, percent_written
from dashboard.draw import parts
from dashboard.draw.charts import gains
from dashboard.draw.drawing import Drawing, Height, scatter
from dashboard.draw.located import Group
from dashboard.draw.theme import BLUE, BLUE_PALE, INK_SOFT, RED
from dashboard.language import Say
from dashboard.subjects.siting.terms import Terms, counted_told


def unreached(say: Say, places: Any, hovers: Any, sizes: Any) -> Group:
    line = {"color": parts.GREY_LINE, "width": 1.5}
    return Group(say("仍未覆盖"), places, hovers, {"size": sizes, "color": "#FFFFFF", "line": line})


def reached_before(say: Say, places: Any, hovers: Any, sizes: Any) -> Group:
    return Group(say("原已覆盖"), places, hovers, {"size": sizes, "color": BLUE_PALE})


def reached_now(say: Say, places: Any, hovers: Any, sizes: Any) -> Group:
    return Group(say("新覆盖"), places, hovers, {"size": sizes, "color": BLUE})


def standing(say: Say, places: Any, hovers: Any) -> Group:
    return Group(
        say("现有站点"), places, hovers, {"size": 5, "color": INK_SOFT, "symbol": "square"}
    )


def added(say: Say, places: Any, hovers: Any) -> Group:
    marker = {
        "size": 12,
        "color": RED,
        "symbol": "diamond",
        "line": {"color": "#FFFFFF", "width": 1},
    }
    return Group(say("建议新站"), places, hovers, marker)


@dataclass(frozen=True)
class Curve:
    """Hold a value for 0, 1, … added stations: ``is_exact`` where none is better; ``unit`` ends each
    value as it is written, with so many decimals."""

    counts: Sequence[int]
    values: Sequence[float]
    is_exact: list[bool]
    name: str
    unit: str
    decimals: int


def curve(
    held: Curve, say: Say, *, chosen: tuple[int, float], knee: int | None, height: Height = 300
) -> Drawing:
    """Draw what each further station brings; the chosen number is red, the knee named."""
    if len(held.counts) < 2:
        return parts.no_data(say, height)
    hovers = [
        say("{count} 个站：{value}", count=count, value=_written(held, value))
        for count, value in zip(held.counts, held.values, strict=True)
    ]
    guessed = [at for at, exact in enumerate(held.is_exact) if not exact]
    notes = []
    if knee is not None:
        at = list(held.counts).index(knee)
        notes.append(parts.note(say("拐点"), knee, held.values[at], ax=0, ay=28, showarrow=True,
                                arrowcolor=parts.GREY_LINE, arrowwidth=1, arrowhead=0))  # fmt: skip
    drawing = parts.chart(
        [
            parts.curve(list(held.counts), list(held.values), hovers),
            scatter(
                mode="markers", hoverinfo="skip", x=[held.counts[at] for at in guessed],
                y=[held.values[at] for at in guessed],
                marker={"size": 7, "color": "#FFFFFF", "line": {"color": BLUE, "width": 1.5}},
            ),
            scatter(
                mode="markers+text", hoverinfo="skip", x=[chosen[0]], y=[chosen[1]],
                marker={"size": 8, "color": RED}, textfont={"color": RED}, cliponaxis=False,
                text=[_written(held, chosen[1])],
                textposition="top left" if held.values[-1] > held.values[0] else "top right",
            ),
        ],
        height=height,
        xaxis=parts.axis(title=parts.title(say("新增站数")), range=[-0.5, max(held.counts) + 0.5],
                         linecolor="#E3E8EE", dtick=5 if max(held.counts) > 8 else 1),
        yaxis=parts.value_axis(range=parts.roomy(held.values, 0.15), nticks=5, automargin=True,
                               ticksuffix=held.unit if held.unit == "%" else ""),
        margin=parts.margin(below=44),
        annotations=notes,
        alt=say(
            "新增站数与{name}的曲线：{first}，{last}。", name=held.name, first=hovers[0], last=hovers[-1]
        ),
    )  # fmt: skip
    heading = held.name if held.unit == "%" else f"{held.name}（{held.unit.strip()}）"
    if say.language == "en" and held.unit != "%":
        heading = f"{held.name} ({held.unit.strip()})"
    return replace(
        drawing,
        listed={
            say("新增站数"): list(held.counts),
            f"{heading}，%" if held.unit == "%" and say.language == "zh" else heading: list(
                held.values
            ),
            say("已证明最优"): [say("是") if exact else say("否") for exact in held.is_exact],
        },
    )


def _written(held: Curve, value: float) -> str:
    return f"{number_written(value, held.decimals)}{held.unit}"


def towns(
    rows: pd.DataFrame, say: Say, weigh: str, named: Terms, *, height: Height = 400
) -> Drawing:
    """Draw what share of each town's residents is reached before and after.

    Rows: ``key``, ``name``, ``before`` and ``after`` (percent), ``residents``, ``reached_before``,
    ``reached_after``; in the order to be shown.
    """
    if rows.empty:
        return parts.no_data(say, height)
    hovers = [
        f"{row.name}\n{percent_written(row.before)} → {percent_written(row.after)}\n"
        f"{counted_told(say, weigh, row.residents)}"
        for row in rows.itertuples(index=False)
    ]
    drawing = gains(
        rows, (say("原已覆盖"), say("新覆盖")), hovers, height=height,
        alt=say("{count} 个街镇新增站点前后的覆盖率条形图。", count=len(rows)),
    )  # fmt: skip
    return replace(
        drawing,
        listed={
            say("街镇"): rows["name"].tolist(),
            named.column: rows["residents"].tolist(),
            named.before: rows["reached_before"].tolist(),
            named.after: rows["reached_after"].tolist(),
            say("原覆盖率，%"): rows["before"].tolist(),
            say("新增后覆盖率，%"): rows["after"].tolist(),
        },
    )
