"""Draw two indicators against each other, one point a place."""

from collections.abc import Hashable
from typing import Any

import pandas as pd

from dashboard.contract.indicators import Indicator, with_unit, written
from dashboard.draw import parts
from dashboard.draw.drawing import Drawing, Height, Trace, bold
from dashboard.draw.drawing import scatter as drawn
from dashboard.draw.theme import BLUE, RED, RULE
from dashboard.language import Say

SMALL, USUAL, LARGEST = 6, 9, 26


def scatter(
    rows: pd.DataFrame,
    x: Indicator,
    y: Indicator,
    say: Say,
    *,
    marked: tuple[str, ...] = (),
    height: Height = 440,
) -> Drawing:
    """Draw places by two indicators, with lines at the medians.

    Rows: ``key``, ``name``, ``x``, ``y``, whether each is ``named`` and, where the area of a
    point is to tell it, ``residents``. Those of the keys ``marked`` stand out, by name.
    """
    rows = rows.dropna(subset=["x", "y"])
    if rows.empty:
        return parts.no_data(say, height)
    # The largest points first, so that they hide none of the others.
    if "residents" in rows:
        rows = rows.sort_values("residents", ascending=False, na_position="last")
    # Whoever is marked has a name there already.
    labels = rows["name"].mask(rows["key"].isin(marked), "")
    hovers = [_lines(row, x, y, say) for row in rows.to_dict("records")]
    points = drawn(
        x=rows["x"].tolist(), y=rows["y"].tolist(), mode="markers+text",
        text=labels.where(rows["named"], "").tolist(), textposition="top center",
        textfont={"size": 12},
        marker={
            "size": _sizes(rows), "sizemode": "area", "sizeref": 1, "color": BLUE,
            "opacity": 0.72, "line": {"width": 0.6, "color": "#FFFFFF"},
        },
        meta={"names": labels.tolist()}, customdata=rows["key"].tolist(), hoverinfo="text",
        hovertext=["\n".join(lines) for lines in hovers], cliponaxis=False,
    )  # fmt: skip
    return parts.chart(
        [points, *marks(rows[rows["key"].isin(marked)])],
        height=height,
        hovermode="closest",
        xaxis=_axis(rows["x"], x, say),
        yaxis=_axis(rows["y"], y, say, automargin=True),
        shapes=[_median(rows["x"], "x"), _median(rows["y"], "y")],
        margin=parts.margin(left=56, right=16, top=14, below=48),
        alt=say(
            "{x}（横轴）与{y}（纵轴）的散点图，共 {count} 个点。",
            x=say.words(x.name),
            y=say.words(y.name),
            count=len(rows),
        ),
        keys=tuple((key, " ".join(lines)) for key, lines in zip(rows["key"], hovers, strict=True)),
    )


def marks(rows: pd.DataFrame) -> list[Trace]:
    """Mark few points among many, by name. Rows: ``x``, ``y`` and ``name``."""
    if rows.empty:
        return []
    line = {"width": 1.5, "color": "#FFFFFF"}
    return [
        drawn(
            x=rows["x"].tolist(), y=rows["y"].tolist(), mode="markers+text", hoverinfo="skip",
            text=[bold(name) for name in rows["name"]], textposition="top center",
            textfont={"size": 13, "color": RED}, cliponaxis=False,
            marker={"size": 13, "symbol": "diamond", "color": RED, "line": line},
        )
    ]  # fmt: skip


def _lines(row: dict[Hashable, Any], x: Indicator, y: Indicator, say: Say) -> list[str]:
    lines = [
        row["name"],
        *(
            f"{say.words(each.name)} {written(row[axis], each, say.language)}"
            for axis, each in (("x", x), ("y", y))
        ),
    ]
    if pd.notna(row.get("residents")):
        lines.append(say("居民 {count:,.0f} 人", count=row["residents"]))
    return lines


def _sizes(rows: pd.DataFrame) -> list[float]:
    """Give the points' areas, as plotly takes them: the largest is LARGEST wide."""
    if "residents" not in rows:
        width = USUAL if len(rows) <= 30 else SMALL
        return [float(width**2)] * len(rows)
    most = float(rows["residents"].max()) or 1.0
    areas = rows["residents"].astype("float64") / most * LARGEST**2
    return areas.clip(lower=SMALL).fillna(SMALL).tolist()


def _axis(values: pd.Series, indicator: Indicator, say: Say, **changes: object) -> parts.Part:
    low, high = float(values.min()), float(values.max())
    room = (high - low) * 0.08 or 1
    least = max(0.0, low - room) if low > room else low - room
    return parts.value_axis(
        title=parts.title(axis_title(indicator, say)), linecolor=RULE, nticks=7,
        range=[least, high + room], separatethousands=True, **changes,
    )  # fmt: skip


def axis_title(indicator: Indicator, say: Say) -> str:
    """Name an indicator with its unit, for an axis."""
    return with_unit(say.words(indicator.name), say.words(indicator.unit), say.language)


def _median(values: pd.Series, axis: str) -> parts.Part:
    line = {"color": parts.GREY_LINE, "width": 1, "dash": "dot"}
    return parts.dashed(axis, float(values.median()), layer="below", line=line)
