"""Draw a briefing's charts and its map as SVG, at any size, for pages that need no script."""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from dashboard.brief.fit import text_width
from dashboard.brief.labels import Label, fills_of, map_labels
from dashboard.brief.looks import DASHES, SERIES, WATER, bar_colour
from dashboard.brief.slides import Chart, Series, TownMap
from dashboard.contract.rounding import MISSING
from dashboard.draw.theme import BLUE, INK, INK_SOFT, NO_DATA, RED, RULE
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


def drawing(part: Chart | TownMap, canvas: Canvas, say: Say) -> str:
    """Draw a chart or a map as one ``svg`` element that fills the canvas."""
    if isinstance(part, TownMap):
        body = _map(part, canvas, say)
    elif all(value is None for series in part.series for value in series.values):
        body = _text(canvas.width / 2, canvas.height / 2, MISSING, anchor="middle")
    elif part.kind == "bars":
        body = _bars(part, canvas)
    else:
        body = _months(part, canvas)
    return (
        f'<svg viewBox="0 0 {canvas.width:g} {canvas.height:g}" role="img" '
        f'aria-label="{escape(part.title)}" font-size="{canvas.text:g}">{body}</svg>'
    )


def _text(x: float, y: float, text: str, *, anchor: str = "start", more: str = "") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" dominant-baseline="central" '
        f'fill="{INK}" {more}>{escape(text)}</text>'
    )


def _rect(x: float, y: float, width: float, height: float, look: str, title: str = "") -> str:
    told = f"<title>{escape(title)}</title>" if title else ""
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" {look}>'
        f"{told}</rect>"
    )


def _figure(value: float) -> str:
    return f"{value:.1f}"


# Bars ------------------------------------------------------------------------------------


def _bars(chart: Chart, canvas: Canvas) -> str:
    text, count = canvas.text, len(chart.series)
    legend = 2.0 * text if count > 1 else 0.0
    slot = min((canvas.height - legend) / len(chart.categories), 2.1 * text * max(1, count * 0.75))
    thick = slot * (0.8 if count == 1 else 0.86) / count
    left = max(text_width(name, text) for name in chart.categories) + text * 0.6
    known = [v for series in chart.series for v in series.values if v is not None]
    scale = (canvas.width - left - text * 3.0) / (max(known, default=0) or 1)
    # A figure stays within its bar's height as far as it stays legible.
    figure = f'font-size="{min(text, max(LEAST_FIGURE * text, thick * 1.1)):.2f}"'
    body = [] if count == 1 else [_legend(chart.series, left, legend / 2, text, is_line=False)]
    for index, category in enumerate(chart.categories):
        top = legend + index * slot + (slot - thick * count) / 2
        bold = 'font-weight="700"' if category in chart.marked else ""
        middle = top + thick * count / 2
        body.append(_text(left - text * 0.4, middle, category, anchor="end", more=bold))
        for number, series in enumerate(chart.series):
            value, y = series.values[index], top + number * thick
            if value is None:
                body.append(_text(left + text * 0.3, y + thick / 2, "—"))
                continue
            body.append(
                _rect(
                    left, y, value * scale, thick * 0.94, _bar_look(chart, category, number, text),
                    f"{category} {series.name} {_figure(value)}",
                )
            )  # fmt: skip
            x = left + value * scale + text * 0.3
            more = f"{bold} {figure}"
            body.append(_text(x, y + thick / 2, _figure(value), more=more))
    return "".join(body)


def _bar_look(chart: Chart, category: str, number: int, text: float) -> str:
    if category == chart.reference:
        return f'fill="#fff" stroke="{INK_SOFT}" stroke-width="{text / 9:.2f}"'
    colour = bar_colour(number, is_marked=category in chart.marked, any_marked=bool(chart.marked))
    return f'fill="{colour}"'


def _legend(series: tuple[Series, ...], x: float, y: float, text: float, *, is_line: bool) -> str:
    parts = []
    for number, each in enumerate(series):
        if is_line:
            parts.append(
                f'<line x1="{x:.1f}" x2="{x + text * 2:.1f}" y1="{y:.1f}" y2="{y:.1f}" '
                f"{_stroke(number, text)}/>{_point(x + text, y, number, text)}"
            )
        else:
            parts.append(
                _rect(x + text, y - text * 0.45, text * 0.9, text * 0.9, f'fill="{SERIES[number]}"')
            )
        parts.append(_text(x + text * 2.3, y, each.name))
        x += text * 3.6 + text_width(each.name, text)
    return "".join(parts)


# Columns and lines by month --------------------------------------------------------------


def _months(chart: Chart, canvas: Canvas) -> str:
    """Draw columns or lines by month, with the scale at the left."""
    text = canvas.text
    is_many = len(chart.series) > 1
    top = text * (2.6 if is_many else 1.4)
    left, right, bottom = text * 2.3, canvas.width - text * 1.6, canvas.height - text * 1.9
    known = [value for series in chart.series for value in series.values if value is not None]
    if not known:
        return _text(canvas.width / 2, canvas.height / 2, "—", anchor="middle")
    least = chart.least or 0.0
    span = max(known) - least
    step = next((each for each in _STEPS if span / each <= _MOST_STEPS), _STEPS[-1])
    most = least + step * max(1, int(-(-span // step)))
    slot = (right - left) / len(chart.categories)

    def at(value: float) -> float:
        return bottom - (value - least) / (most - least) * (bottom - top)

    def across(index: int) -> float:
        return left + (index + 0.5) * slot

    body = [_scale(least, most, step, at, (left, right), text)]
    last = len(chart.categories) - 1
    for index, category in enumerate(chart.categories):
        if (last - index) % _MONTHS_A_TICK == 0:
            anchor = "end" if index == last else "middle"
            x = min(canvas.width, across(index) + text * 1.7) if index == last else across(index)
            body.append(_text(x, bottom + text * 1.1, category, anchor=anchor))
    for number, series in enumerate(chart.series):
        points = [(i, value) for i, value in enumerate(series.values) if value is not None]
        if chart.kind == "columns":
            body += [_column(chart, across(i), i, value, at, slot, text) for i, value in points]
            ends = {points[0], points[-1]}
            body += [
                _text(across(i), at(v) - text * 0.7, _figure(v), anchor="middle",
                      more='font-weight="700"' if i == last else "")
                for i, v in ends
            ]  # fmt: skip
            continue
        path = " ".join(f"{across(i):.1f},{at(value):.1f}" for i, value in points)
        body.append(f'<polyline points="{path}" fill="none" {_stroke(number, text)}/>')
        body += [
            f"<g>{_point(across(i), at(value), number, text)}<title>"
            f"{chart.categories[i]} {escape(series.name)} {_figure(value)}</title></g>"
            for i, value in points
        ]
    if is_many:
        body.append(_legend(chart.series, left, text * 0.8, text, is_line=True))
    return "".join(body)


def _scale(
    least: float, most: float, step: float, at: Callable[[float], float],
    ends: tuple[float, float], text: float,
) -> str:  # fmt: skip
    body = []
    for count in range(round((most - least) / step) + 1):
        y = at(least + count * step)
        body.append(
            f'<line x1="{ends[0]:.1f}" x2="{ends[1]:.1f}" y1="{y:.1f}" y2="{y:.1f}" '
            f'stroke="{RULE if count else INK_SOFT}" stroke-width="{text / 16:.2f}"/>'
            + _text(ends[0] - text * 0.4, y, f"{least + count * step:g}", anchor="end")
        )
    return "".join(body)


def _column(
    chart: Chart, x: float, index: int, value: float, at: Callable[[float], float], slot: float,
    text: float,
) -> str:  # fmt: skip
    name = chart.categories[index]
    colour = bar_colour(0, is_marked=name in chart.marked, any_marked=bool(chart.marked))
    wide, low = min(slot * 0.72, text * 4), at(chart.least or 0.0)
    title = f"{name} {chart.series[0].name} {_figure(value)}"
    return _rect(x - wide / 2, at(value), wide, low - at(value), f'fill="{colour}"', title)


def _stroke(number: int, text: float) -> str:
    dashes = " ".join(f"{length * text / 10:.1f}" for length in DASHES[number])
    return (
        f'stroke="{SERIES[number]}" stroke-width="{text / 6:.2f}"'
        + (f' stroke-dasharray="{dashes}"' if dashes else "")
    )  # fmt: skip


def _point(x: float, y: float, number: int, text: float) -> str:
    """Mark a month: a disc, a square or a triangle by the series."""
    r, look = text * 0.24, f'fill="{SERIES[number]}"'
    if number == 0:
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}" {look}/>'
    if number == 1:
        return _rect(x - r, y - r, 2 * r, 2 * r, look)
    return (
        f'<path d="M{x:.1f} {y - 1.2 * r:.1f}L{x + 1.2 * r:.1f} {y + r:.1f}'
        f'H{x - 1.2 * r:.1f}Z" {look}/>'
    )


# The map ---------------------------------------------------------------------------------


def _map(town_map: TownMap, canvas: Canvas, say: Say) -> str:
    geometry, text = town_map.geometry, canvas.text
    beside = max(
        [text_width(each, text) + text * 2 for each in town_map.legend]
        + [text_width(line, text * 0.9) * 0.6 for line in town_map.note.split("\n")]
    )
    scale = min((canvas.width - beside) / geometry.width, canvas.height / geometry.height)
    x0, y0 = 0.0, (canvas.height - geometry.height * scale) / 2
    regions = {region.code: region for region in geometry.regions}
    fills = fills_of(town_map, NO_DATA)
    body = []
    # What is marked is drawn last, so that no neighbour covers its outline.
    for place in sorted(town_map.places, key=lambda each: each.is_marked):
        if place.code in regions:
            path = "".join(
                "M" + "L".join(f"{x0 + x * scale:.1f} {y0 + y * scale:.1f}" for x, y in ring) + "Z"
                for ring in regions[place.code].rings
            )
            line = (RED, text / 5) if place.is_marked else ("#fff", text / 14)
            body.append(
                f'<path d="{path}" fill="{fills[place.code]}" fill-rule="evenodd" '
                f'stroke="{line[0]}" stroke-width="{line[1]:.2f}">'
                f"<title>{escape(place.name)} {escape(place.label)}</title></path>"
            )
    for each in geometry.lines:
        points = " ".join(f"{x0 + x * scale:.1f},{y0 + y * scale:.1f}" for x, y in each.points)
        body.append(
            f'<polyline points="{points}" fill="none" stroke="{WATER}" '
            f'stroke-width="{text / 8:.2f}"/>'
        )
    labels = map_labels(town_map, scale=scale, origin=(x0, y0), size=text)
    body += [_map_label(label, len(town_map.fills), text) for label in labels]
    body.append(_map_legend(town_map, canvas, say))
    return "".join(body)


def _map_label(label: Label, classes: int, text: float) -> str:
    """Write a label; a rim keeps its letters apart from any ground."""
    is_dark = label.place.class_index == classes - 1 and label.is_inside
    rim = BLUE if is_dark else "#fff"
    look = (
        f'style="fill:{"#fff" if is_dark else INK}" paint-order="stroke" stroke="{rim}" '
        f'stroke-width="{text / 3.4:.2f}" stroke-linejoin="round"'
        + (' font-weight="700"' if label.place.is_marked else "")
    )
    high = label.height / len(label.lines)
    top = label.y - label.height / 2 + high / 2
    return "".join(
        _text(label.x, top + row * high, line, anchor="middle", more=look)
        for row, line in enumerate(label.lines)
    )


def _map_legend(town_map: TownMap, canvas: Canvas, say: Say) -> str:
    """Write the classes at the top right, and the note at the bottom right."""
    text = canvas.text
    steps = [
        (fill, words) for fill, words in zip(town_map.fills, town_map.legend, strict=True) if words
    ]
    if any(place.class_index is None for place in town_map.places):
        steps.append((NO_DATA, say("无数据")))
    left = canvas.width - max(text_width(words, text) for _, words in steps) - text * 1.7
    body, y = [], text * 0.8
    for fill, words in steps:
        body.append(_rect(left, y - text * 0.5, text * 1.3, text, f'fill="{fill}"'))
        body.append(_text(left + text * 1.6, y, words))
        y += text * 1.5
    y = canvas.height - text * 0.7
    for line in reversed(town_map.note.split("\n")):
        body.append(
            _text(canvas.width, y, line, anchor="end", more=f'font-size="{text * 0.9:.1f}"')
        )
        y -= text * 1.25
    return "".join(body)
