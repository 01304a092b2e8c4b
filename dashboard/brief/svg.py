"""Draw a briefing's charts and its map as SVG, at any size, for pages that need no script."""

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from dashboard.brief.fit import text_width
from dashboard.brief.labels import legend_steps, map_labels, towns_of
from dashboard.brief.looks import bar_look
from dashboard.brief.slides import Chart, TownMap
from dashboard.brief.web import filled
from dashboard.language import Say

_STEPS = (1, 2, 5, 10, 20, 25, 50, 100)
_MOST_STEPS = 6
_MONTHS_A_TICK = 4
LEAST_FIGURE = 0.82


@dataclass(frozen=True)
class Canvas:
    """Hold the room for a drawing and the size of its text, all in one unit."""

    width: float
    height: float
    text: float


def drawing(part: Chart | TownMap, canvas: Canvas, say: Say) -> Markup:
    """Draw a chart or a map as one ``svg`` element that fills the canvas."""
    if isinstance(part, TownMap):
        placed = _map(part, canvas, say)
    elif not _known(part):
        placed = {"kind": "nothing"}
    else:
        placed = (_bars if part.kind == "bars" else _months)(part, canvas)
    return filled("drawing.svg", part=part, canvas=canvas, **placed)


def _known(chart: Chart) -> list[float]:
    return [value for series in chart.series for value in series.values if value is not None]


def _names(chart: Chart, left: float, text: float) -> list[tuple[float, str]]:
    """Place the names of several series in a row; one series needs none."""
    names = []
    for each in chart.series if len(chart.series) > 1 else ():
        names.append((left, each.name))
        left += text * 3.6 + text_width(each.name, text)
    return names


def _named_wide(chart: Chart, text: float) -> float:
    return sum(text * 3.6 + text_width(each.name, text) for each in chart.series)


def _title(chart: Chart, number: int, at: int) -> str:
    series = chart.series[number]
    return f"{chart.categories[at]} {series.name} {chart.written(series.values[at])}"


def _look(chart: Chart, number: int, category: str, text: float) -> tuple[str, str, float]:
    """Choose a bar's fill, its outline and how thick that is."""
    fill, outline = bar_look(chart, number, category)
    return ("#fff", outline, text / 9) if outline else (fill, "", 0.0)


def _bars(chart: Chart, canvas: Canvas) -> dict[str, Any]:
    text, count = canvas.text, len(chart.series)
    legend = 2.0 * text if count > 1 else 0.0
    slot = min((canvas.height - legend) / len(chart.categories), 2.1 * text * max(1, count * 0.75))
    thick = slot * (0.8 if count == 1 else 0.86) / count
    left = max(text_width(name, text) for name in chart.categories) + text * 0.6
    marks = []
    for at, category in enumerate(chart.categories):
        top = legend + at * slot + (slot - thick * count) / 2
        marks += [
            {
                # Each category is named once, in the middle of its bars.
                "name": category if number == 0 else "",
                "named_at": top + thick * count / 2,
                "value": series.values[at],
                "label": chart.written(series.values[at]),
                "y": top + number * thick,
                "bold": category in chart.marked,
                "look": _look(chart, number, category, text),
                "title": "" if series.values[at] is None else _title(chart, number, at),
            }
            for number, series in enumerate(chart.series)
        ]
    return {
        "kind": "bars",
        "legend_high": legend,
        "left": left,
        "thick": thick,
        "scale": (canvas.width - left - text * 3.0) / (max(_known(chart)) or 1),
        # A figure stays within its bar's height as far as it stays legible.
        "figure": min(text, max(LEAST_FIGURE * text, thick * 1.1)),
        # Where the names of series find no room above the bars, they begin above the categories'.
        "names": _names(chart, max(0.0, min(left, canvas.width - _named_wide(chart, text))), text),
        "marks": marks,
    }


def _months(chart: Chart, canvas: Canvas) -> dict[str, Any]:
    """Place columns or lines by month, with the scale at the left."""
    text, known, least = canvas.text, _known(chart), chart.least or 0.0
    top = text * (2.6 if len(chart.series) > 1 else 1.4)
    left, right, bottom = text * 2.3, canvas.width - text * 1.6, canvas.height - text * 1.9
    span = max(known) - least
    step = next((each for each in _STEPS if span / each <= _MOST_STEPS), _STEPS[-1])
    count = max(1, int(-(-span // step)))
    slot, last = (right - left) / len(chart.categories), len(chart.categories) - 1

    def height(value: float) -> float:
        return bottom - (value - least) / (step * count) * (bottom - top)

    def points(number: int) -> list[dict[str, Any]]:
        there = [(at, v) for at, v in enumerate(chart.series[number].values) if v is not None]
        return [
            {
                "x": left + (at + 0.5) * slot,
                "y": height(value),
                "value": value,
                "title": _title(chart, number, at),
                "look": _look(chart, number, chart.categories[at], text),
                "bold": at == last,
                "labelled": at in (there[0][0], there[-1][0]),
            }
            for at, value in there
        ]

    def tick(at: int) -> tuple[float, str, str]:
        x = left + (at + 0.5) * slot
        if at < last:
            return x, "middle", chart.categories[at]
        return min(canvas.width, x + text * 1.7), "end", chart.categories[at]

    drawn = [points(number) for number in range(len(chart.series))]
    scale = [least + number * step for number in range(count + 1)]
    return {
        "kind": "months",
        "left": left,
        "right": right,
        "bottom": bottom,
        "wide": min(slot * 0.72, text * 4),
        "steps": [(height(value), f"{value:g}") for value in scale],
        "ticks": [tick(at) for at in range(last % _MONTHS_A_TICK, last + 1, _MONTHS_A_TICK)],
        "columns": drawn[0] if chart.kind == "columns" else [],
        "lines": drawn if chart.kind == "lines" else [],
        "names": _names(chart, left, text),
    }


def _map(town_map: TownMap, canvas: Canvas, say: Say) -> dict[str, Any]:
    geometry, text = town_map.geometry, canvas.text
    beside = max(
        [text_width(each, text) + text * 2 for each in town_map.legend]
        + [text_width(line, text * 0.9) * 0.6 for line in town_map.note.split("\n")]
    )
    scale = min((canvas.width - beside) / geometry.width, canvas.height / geometry.height)
    down = (canvas.height - geometry.height * scale) / 2
    steps = legend_steps(town_map, say)

    def points(line: Any) -> list[tuple[float, float]]:
        return [(x * scale, down + y * scale) for x, y in line]

    return {
        "kind": "map",
        "towns": [
            {"place": place, "fill": fill, "rings": [points(ring) for ring in rings]}
            for place, fill, rings in towns_of(town_map)
        ],
        "waters": [points(each.points) for each in geometry.lines],
        "labels": map_labels(town_map, scale=scale, origin=(0.0, down), size=text),
        "steps": steps,
        "steps_left": canvas.width - max(text_width(w, text) for _, w in steps) - text * 1.7,
    }
