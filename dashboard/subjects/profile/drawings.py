"""Draw what a profile needs: where a place lies, how it was governed, how it compares."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from dashboard.contract.indicators import Indicator, short_figure
from dashboard.contract.rounding import number_written
from dashboard.draw.charts import base_layout
from dashboard.draw.drawing import Drawing, Height, Trace, bar, framed, nothing, plot, scatter
from dashboard.draw.rows import heading
from dashboard.draw.theme import BLUE, BLUE_PALE, CATEGORIES, INK, INK_SOFT, RED, RULE
from dashboard.language import Say

_WATER, _LAND, _OWN = "#A9CCE3", "#E3E8EE", "#BED2E6"
_GRID_GREY = "#D9DEE4"
_SHORT_DAYS = 62
# As wide as a name of a town is beside its point, in km.
_ROOM_KM = 1.2


def place_map(
    geometry: Mapping[str, Any],
    points: pd.DataFrame,
    say: Say,
    *,
    names: Mapping[str, str],
    own: str,
    close: bool,
    height: Height = 330,
) -> Drawing:
    """Draw the towns, one of them darker, and communities as points in it.

    ``geometry`` is a map in km, y downwards; ``points`` have ``x``, ``y``, ``key``, ``hover``,
    ``size`` and ``is_marked``. ``close`` shows the own town alone rather than the district.
    """
    regions = {region["code"]: region for region in geometry["regions"]}
    shapes = [
        _area([region for code, region in regions.items() if code != own], _LAND),
        _area([regions[own]], _OWN),
        *(
            scatter(
                mode="lines", hoverinfo="skip", line={"color": _WATER, "width": 4},
                x=[x for x, _ in line["points"]], y=[y for _, y in line["points"]],
            )
            for line in geometry.get("lines", ())
        ),
        scatter(
            mode="markers", x=points["x"].tolist(), y=points["y"].tolist(),
            customdata=points["key"].tolist(), hovertext=points["hover"].tolist(),
            hoverinfo="text",
            marker={
                "size": points["size"].tolist(), "opacity": 0.85,
                "color": [RED if marked else BLUE for marked in points["is_marked"]],
                "line": {"color": "#FFFFFF", "width": 1},
            },
        ),
        scatter(
            mode="text", hoverinfo="skip", text=[names[code] for code in regions],
            x=[region["label"][0] for region in regions.values()],
            y=[region["label"][1] for region in regions.values()],
            textfont={"size": 11, "color": [INK if c == own else INK_SOFT for c in regions]},
        ),
    ]  # fmt: skip
    xs, ys = _bounds([regions[own]] if close else list(regions.values()))
    axis = {"visible": False, "fixedrange": True}
    figure = framed(
        shapes,
        base_layout(
            margin={"l": 0, "r": 0, "t": 0, "b": 0},
            xaxis={**axis, "range": xs, "constrain": "domain"},
            yaxis={**axis, "range": ys[::-1], "scaleanchor": "x", "constrain": "domain"},
        ),
    )
    return plot(
        figure,
        height=height,
        alt=say("{town}的位置示意图，标出 {count} 个社区。", town=names[own], count=len(points)),
        keys=tuple(
            (row["key"], row["hover"].replace("\n", " ")) for row in points.to_dict("records")
        ),
    )


def _area(regions: Sequence[Mapping[str, Any]], fill: str) -> Trace:
    """Fill regions as one trace, their rings parted by gaps."""
    points = [
        point for region in regions for ring in region["rings"] for point in (*ring, (None, None))
    ]
    return scatter(
        mode="lines", fill="toself", fillcolor=fill, hoverinfo="skip",
        line={"color": "#FFFFFF", "width": 1.2},
        x=[x for x, _ in points], y=[y for _, y in points],
    )  # fmt: skip


def _bounds(regions: Sequence[Mapping[str, Any]]) -> tuple[list[float], list[float]]:
    points = [point for region in regions for ring in region["rings"] for point in ring]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return (
        [min(xs) - _ROOM_KM / 2, max(xs) + _ROOM_KM / 2],
        [min(ys) - _ROOM_KM / 2, max(ys) + _ROOM_KM / 2],
    )


@dataclass(frozen=True)
class Span:
    """Hold one stretch of time on a line of its own name; without ``end`` it goes on."""

    line: str
    text: str
    start: pd.Timestamp
    end: pd.Timestamp | None
    kind: str
    hover: str


def timeline(
    spans: Sequence[Span], say: Say, *, until: pd.Timestamp, height: Height = 190
) -> Drawing:
    """Draw stretches of time as bars, a line for each name in the order in which they come.

    ``kind`` is "grid", a mode's code or "none" for governance, anything else for the rest.
    """
    if not spans:
        return nothing("plot", say("没有记录。"), height=height)
    lines = list(dict.fromkeys(span.line for span in spans))
    first = min(span.start for span in spans)
    ends = [min(span.end or until, until) for span in spans]
    figure = framed(
        bar(
            orientation="h",
            base=[f"{span.start:%Y-%m-%d}" for span in spans],
            x=[
                (end - span.start).total_seconds() * 1000
                for span, end in zip(spans, ends, strict=True)
            ],
            y=[lines.index(span.line) for span in spans],
            marker={
                "color": [_span_colour(span.kind) for span in spans],
                "line": {"color": "#FFFFFF", "width": 1},
            },
            text=[span.text for span in spans],
            textposition="inside",
            insidetextanchor="start",
            textangle=0,
            textfont={"size": 11},
            hovertext=[span.hover for span in spans],
            hoverinfo="text",
        ),
        base_layout(
            bargap=0.35,
            uniformtext={"mode": "hide", "minsize": 11},
            xaxis={
                "type": "date", "fixedrange": True, "showgrid": True, "gridcolor": RULE,
                "tickangle": 0, "tickfont": {"color": INK_SOFT}, **_time_ticks(first, until),
                "range": [f"{first:%Y-%m-%d}", f"{until:%Y-%m-%d}"],
            },
            yaxis={
                "tickvals": list(range(len(lines))), "ticktext": lines, "fixedrange": True,
                "range": [len(lines) - 0.5, -0.5], "automargin": True, "showgrid": False,
                "zeroline": False, "ticklen": 4, "tickcolor": "#FFFFFF",
            },
        ),
    )  # fmt: skip
    return plot(
        figure,
        height=height,
        alt=say("治理与站点的时间线，自 {first} 起。", first=f"{first:%Y-%m}"),
    )


def _time_ticks(first: pd.Timestamp, until: pd.Timestamp) -> dict[str, Any]:
    """Write days along a short time and months along a long one, so that no tick comes twice."""
    days = (until - first).days
    if days < _SHORT_DAYS:
        return {"tickformat": "%Y-%m-%d", "nticks": 3}
    return {"tickformat": "%Y-%m", **({"dtick": "M1"} if days < 3 * _SHORT_DAYS else {"nticks": 5})}


def _span_colour(kind: str) -> str:
    if kind == "grid":
        return _GRID_GREY
    if kind == "none":
        return "#999999"
    return CATEGORIES[int(kind) - 1] if kind.isdecimal() else BLUE_PALE


def kind_bars(rows: pd.DataFrame, say: Say, *, height: Height = 250) -> Drawing:
    """Draw counts by kind as bars, the most first. Rows: ``name``, ``value``, ``text``."""
    rows = rows[rows["value"] > 0].sort_values(["value", "name"], ascending=[False, True])
    if rows.empty:
        return nothing("plot", say("所选范围内没有数据。"), height=height)
    positions = list(range(len(rows)))
    figure = framed(
        bar(
            orientation="h", x=rows["value"].tolist(), y=positions, marker={"color": BLUE},
            text=[f" {text}" for text in rows["text"]], textposition="outside", cliponaxis=False,
            constraintext="none", textfont={"size": 12}, hoverinfo="text",
            hovertext=[
                f"{name} {text}" for name, text in zip(rows["name"], rows["text"], strict=True)
            ],
        ),
        base_layout(
            bargap=0.4,
            margin={"l": 8, "r": 12, "t": 4, "b": 4},
            xaxis={
                "visible": False, "fixedrange": True,
                "range": [0, float(rows["value"].max()) * (1.15 + 0.06 * rows["text"].str.len().max())],
            },
            yaxis={
                "tickvals": positions, "ticktext": rows["name"].tolist(), "fixedrange": True,
                "range": [len(rows) - 0.5, -0.5], "automargin": True, "showgrid": False,
                "zeroline": False, "ticklen": 4, "tickcolor": "#FFFFFF",
            },
        ),
    )  # fmt: skip
    first = rows.iloc[0]
    return plot(
        figure,
        height=height,
        alt=say("按类别的条形图，最多为{name}，{text}。", name=first["name"], text=first["text"]),
    )


@dataclass(frozen=True)
class Peer:
    """Hold one row of a comparison: a place, some words on it, its values by indicator, and how
    unlike the first it is where that was measured."""

    key: str | None
    name: str
    text: str
    values: Mapping[str, float]
    distance: float | None = None


def comparison(
    peers: Sequence[Peer],
    indicators: Sequence[Indicator],
    say: Say,
    *,
    headings: tuple[str, str],
    height: Height | None = None,
) -> Drawing:
    """Set places beside each other in the same indicators, each written as everywhere."""
    columns = [
        *({"text": text, "number": False} for text in headings),
        *({"text": heading(each, say), "number": True} for each in indicators),
    ]
    is_measured = any(peer.distance is not None for peer in peers)
    if is_measured:
        columns.append({"text": say("相似距离"), "number": True})
    return Drawing(
        "table",
        alt=say("{first}与 {count} 个对象的比较表。", first=peers[0].name, count=len(peers) - 1),
        body={
            "columns": columns,
            "rows": [
                {
                    "key": peer.key,
                    "cells": [
                        peer.name,
                        peer.text,
                        *(
                            short_figure(peer.values.get(each.code), each, say.language)
                            for each in indicators
                        ),
                        *([_distance_written(peer)] if is_measured else []),
                    ],
                }
                for peer in peers
            ],
        },
        listed=pd.DataFrame(
            [
                (
                    peer.name,
                    peer.text,
                    *(peer.values.get(each.code) for each in indicators),
                    *([peer.distance] if is_measured else []),
                )
                for peer in peers
            ],
            columns=[column["text"] for column in columns],
        ),
        height=height,
    )


def _distance_written(peer: Peer) -> str:
    return "" if peer.distance is None else number_written(peer.distance, 2)


def texts_table(
    rows: Sequence[tuple[str | None, Sequence[str]]],
    headings: Sequence[tuple[str, bool]],
    say: Say,
    *,
    height: Height | None = None,
) -> Drawing:
    """Draw a table of texts already written; each heading says whether its column is numbers."""
    if not rows:
        return nothing("table", say("没有记录。"))
    return Drawing(
        "table",
        alt=say("共 {count} 行的表格。", count=len(rows)),
        body={
            "columns": [{"text": text, "number": number} for text, number in headings],
            "rows": [{"key": key, "cells": list(cells)} for key, cells in rows],
        },
        height=height,
    )
