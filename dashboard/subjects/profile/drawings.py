"""Draw what a profile needs: where a place lies, how it was governed, how it compares."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from dashboard.contract.columns import names_of_most
from dashboard.contract.indicators import Indicator, short_figure
from dashboard.contract.rounding import number_written
from dashboard.draw import outlines, parts
from dashboard.draw.drawing import Drawing, Height, bar, nothing, scatter
from dashboard.draw.rows import Column, Written, heading, table
from dashboard.draw.theme import BLUE, BLUE_PALE, CATEGORIES, INK, INK_SOFT, RED
from dashboard.insight.facts import Proof
from dashboard.language import Say, tied

_LAND, _OWN = "#E3E8EE", "#BED2E6"
_GRID_GREY = "#D9DEE4"
_SHORT_DAYS = 62


@dataclass(frozen=True)
class Around:
    """Hold a map in km, y downwards, the short ``names`` of its towns, and the town shown."""

    geometry: Mapping[str, Any]
    names: Mapping[str, str]
    town: str

    @property
    def regions(self) -> dict[str, Mapping[str, Any]]:
        return {region["code"]: region for region in self.geometry["regions"]}


@dataclass(frozen=True)
class Point:
    """Place one community on the map."""

    key: str
    x: float
    y: float
    size: float
    hover: str
    is_marked: bool


def place_map(
    around: Around, points: Sequence[Point], say: Say, *, close: bool, height: Height = 330
) -> Drawing:
    """Draw the towns, one of them darker, and communities as points in it.

    ``close`` shows the town alone rather than the district.
    """
    regions, town = around.regions, around.town
    xs, ys = outlines.bounds([regions[town]] if close else list(regions.values()))
    hidden = {"visible": False, "fixedrange": True, "constrain": "domain"}
    return parts.chart(
        [
            outlines.area([region for code, region in regions.items() if code != town], _LAND),
            outlines.area([regions[town]], _OWN),
            *(outlines.water(line["points"]) for line in around.geometry.get("lines", ())),
            scatter(
                mode="markers", x=[point.x for point in points], y=[point.y for point in points],
                customdata=[point.key for point in points],
                hovertext=[point.hover for point in points], hoverinfo="text",
                marker={
                    "size": [point.size for point in points], "opacity": 0.85,
                    "color": [RED if point.is_marked else BLUE for point in points],
                    "line": {"color": "#FFFFFF", "width": 1},
                },
            ),
            scatter(
                mode="text", hoverinfo="skip", text=[around.names[code] for code in regions],
                **outlines.points([region["label"] for region in regions.values()]),
                textfont={"size": 11, "color": [INK if c == town else INK_SOFT for c in regions]},
            ),
        ],
        height=height,
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        xaxis={**hidden, "range": xs},
        yaxis={**hidden, "range": ys[::-1], "scaleanchor": "x"},
        alt=say(
            "{town}的位置示意图，标出 {count} 个社区。", town=around.names[town], count=len(points)
        ),
        keys=tuple((point.key, point.hover.replace("\n", " ")) for point in points),
    )  # fmt: skip


@dataclass(frozen=True)
class Span:
    """Hold one stretch of time: a bar with a text on a line; without ``end`` it goes on.

    ``time`` says in words how long it was, ``name`` and ``about`` what it was, ``proof`` what that
    rests on.
    """

    line: str
    text: str
    start: pd.Timestamp
    end: pd.Timestamp | None
    time: str
    kind: str
    name: str
    about: str
    proof: Proof


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
    lengths = [min(span.end or until, until) - span.start for span in spans]
    return parts.chart(
        bar(
            orientation="h", base=[f"{span.start:%Y-%m-%d}" for span in spans],
            x=[length.total_seconds() * 1000 for length in lengths],
            y=[lines.index(span.line) for span in spans],
            marker={
                "color": [_span_colour(span.kind) for span in spans],
                "line": {"color": "#FFFFFF", "width": 1},
            },
            text=[span.text for span in spans], textposition="inside", insidetextanchor="start",
            textangle=0, textfont={"size": 11}, hoverinfo="text",
            hovertext=[f"{span.name}\n{span.time}" for span in spans],
        ),
        height=height,
        bargap=0.35,
        uniformtext={"mode": "hide", "minsize": 11},
        xaxis=parts.value_axis(
            type="date", showgrid=True, tickangle=0, **_time_ticks(first, until),
            range=[f"{first:%Y-%m-%d}", f"{until:%Y-%m-%d}"],
        ),
        yaxis=parts.names_axis(lines),
        alt=say("治理与站点的时间线，自 {first} 起。", first=f"{first:%Y-%m}"),
    )  # fmt: skip


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


def kind_bars(
    kinds: Iterable[tuple[str, float, str]], say: Say, *, height: Height = 250
) -> Drawing:
    """Draw counts by kind as bars, the most first; each with its name and its count written."""
    kinds = sorted((each for each in kinds if each[1] > 0), key=lambda each: (-each[1], each[0]))
    if not kinds:
        return parts.no_data(say, height)
    names, counts, texts = (list(each) for each in zip(*kinds, strict=True))
    longest = max(map(len, texts))
    return parts.chart(
        parts.across(
            counts, marker={"color": BLUE}, text=[f" {text}" for text in texts],
            textposition="outside", cliponaxis=False, constraintext="none", textfont={"size": 12},
            hoverinfo="text", hovertext=[f"{name} {text}" for name, _, text in kinds],
        ),
        height=height,
        bargap=0.4,
        margin=parts.margin(top=4, below=4),
        xaxis=parts.hidden_axis(float(counts[0]) * (1.15 + 0.06 * longest)),
        yaxis=parts.names_axis(names),
        alt=say(
            "按类别的条形图，最多为{name}，{text}。",
            name=tied(say, names_of_most(names, counts)), text=texts[0],
        ),
    )  # fmt: skip


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
) -> Drawing:
    """Set places beside each other in the same indicators, each written as everywhere."""
    columns: dict[str, Column] = {
        headings[0]: [peer.name for peer in peers],
        headings[1]: [peer.text for peer in peers],
    }
    for each in indicators:
        values = [peer.values.get(each.code) for peer in peers]
        texts = [short_figure(value, each, say.language) for value in values]
        columns[heading(each, say)] = Written(texts, values)
    distances = [peer.distance for peer in peers]
    if any(distance is not None for distance in distances):
        texts = ["" if each is None else number_written(each, 2) for each in distances]
        columns[say("相似距离")] = Written(texts, distances)
    alt = say("{first}与 {count} 个对象的比较表。", first=peers[0].name, count=len(peers) - 1)
    return replace(table(columns, say, keys=[peer.key for peer in peers]), alt=alt)
