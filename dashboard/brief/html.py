"""Write a briefing as one HTML file that needs nothing else: opens offline, prints on A4."""

from collections.abc import Callable
from html import escape

from dashboard.brief.asking import command_line
from dashboard.brief.fit import text_width
from dashboard.brief.slides import (
    Brief,
    Chart,
    Column,
    Figures,
    Part,
    Sentence,
    Series,
    Slide,
    Table,
    TownMap,
)
from dashboard.draw.theme import BLUE, INK, INK_SOFT, NO_DATA, RED, RULE
from dashboard.language import Say

SERIES = (BLUE, "#8FA9C4", RED)
DASHES = ("", "7 4", "2 3")
GREY = "#8C8C8C"
WIDE, HIGH = 620, 400
TEXT = 15

STYLE = f"""
:root {{ color-scheme: light; }}
* {{ box-sizing: border-box; }}
body {{ margin: 0; background: #EEF1F5; color: {INK}; font: 16px/1.5 "Microsoft YaHei",
  "PingFang SC", "Noto Sans CJK SC", Arial, sans-serif; }}
section {{ max-width: 1160px; margin: 18px auto; padding: 26px 34px 14px; background: #fff;
  border-top: 6px solid {RED}; }}
h1 {{ margin: 0; color: {RED}; font-size: 34px; line-height: 1.25; }}
h2 {{ margin: 0; color: {RED}; font-size: 27px; line-height: 1.3; }}
h3 {{ margin: 0 0 6px; font-size: 16px; }}
.conclusion {{ margin: 4px 0 14px; color: {BLUE}; font-size: 19px; }}
.stacks {{ display: flex; flex-wrap: wrap; gap: 26px; }}
.stack {{ flex: 1 1 380px; min-width: 0; display: grid; gap: 16px; align-content: start; }}
.figures {{ display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 10px; }}
.figures div {{ padding: 8px 10px; background: #F3F6FA; border-top: 3px solid {BLUE}; }}
.figures b {{ display: block; color: {BLUE}; font-size: 28px; line-height: 1.3; }}
.figures small {{ color: {INK_SOFT}; font-size: 15px; }}
table {{ width: 100%; border-collapse: collapse; }}
th {{ background: {BLUE}; color: #fff; text-align: left; }}
th, td {{ padding: 7px 9px; border-bottom: 1px solid {RULE}; vertical-align: top; }}
.number {{ text-align: right; font-variant-numeric: tabular-nums; }}
.scroll {{ overflow-x: auto; }}
svg {{ display: block; width: 100%; height: auto; }}
footer {{ margin-top: 14px; padding-top: 6px; border-top: 1px solid {RULE}; color: {INK_SOFT};
  font-size: 13px; display: flex; justify-content: space-between; gap: 12px; }}
footer b, .mark {{ color: {RED}; }}
.mark {{ float: right; padding: 2px 14px; border: 2px solid {RED}; font-weight: 700; }}
.cover h1 {{ margin-top: 60px; }}
.cover p {{ font-size: 20px; margin: 6px 0; }}
details {{ margin-top: 10px; color: {INK_SOFT}; font-size: 13px; }}
code {{ overflow-wrap: anywhere; }}
@page {{ size: A4 landscape; margin: 9mm; }}
@media print {{
  body {{ background: #fff; font-size: 19px; -webkit-print-color-adjust: exact;
    print-color-adjust: exact; }}
  section {{ max-width: none; margin: 0; padding: 6mm 4mm 0; break-after: page; break-inside: avoid; }}
  section:last-of-type {{ break-after: auto; }}
  .stacks {{ flex-wrap: nowrap; }}
  .stack {{ flex-basis: 0; }}
  svg {{ max-height: 122mm; }}
  h3 {{ font-size: 19px; }}
  details {{ display: none; }}
}}
"""


def as_html(brief: Brief) -> bytes:
    """Write the whole briefing."""
    say, cover = Say(brief.language), brief.cover
    title = f"{cover.title} {brief.place} {cover.date}"
    tag = "zh-CN" if brief.language == "zh" else "en"
    pages = [_slide(slide, brief, n, say) for n, slide in enumerate(brief.slides, 2)]
    text = f"""<!doctype html>
<html lang="{tag}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title><style>{STYLE}</style></head><body>
<section class="cover"><span class="mark">{escape(cover.mark)}</span>
<h1>{escape(cover.title)}</h1><p><b>{escape(cover.subtitle)}</b></p>
<p>{escape(cover.unit)}</p><p>{escape(cover.date)}</p>
<footer><span>{escape(cover.note or brief.source)}</span><span>{escape(brief.version)}</span></footer>
</section>
{"".join(pages)}</body></html>
"""
    return text.encode()


def _slide(slide: Slide, brief: Brief, number: int, say: Say) -> str:
    stacks = "".join(
        f'<div class="stack" style="flex-grow:{stack.width:g}">'
        f"{''.join(_part(part) for part in stack.parts)}</div>"
        for stack in slide.stacks
    )
    notes = "".join(f"<li>{escape(note)}</li>" for note in slide.notes)
    commands = "".join(
        f"<li><code>{escape(command_line(each))}</code></li>" for each in slide.counted
    )
    caveat = f" · <b>{escape(brief.caveat)}</b>" if brief.caveat else ""
    source = " · ".join((brief.place, brief.source, slide.as_of))
    return f"""<section id="{slide.key}"><h2>{escape(slide.headline)}</h2>
<p class="conclusion">{escape(slide.conclusion)}</p><div class="stacks">{stacks}</div>
<details><summary>{escape(say("口径与查询"))}</summary><ul>{notes}{commands}</ul></details>
<footer><span>{escape(source)}{caveat}</span><span>{number} / {len(brief.slides) + 1}</span></footer>
</section>
"""


def _part(part: Part) -> str:
    if isinstance(part, Figures):
        return _figures(part)
    if isinstance(part, Table):
        return _table(part)
    if isinstance(part, TownMap):
        return _titled(part.title, _map(part))
    if isinstance(part, Sentence):
        return f"<p>{escape(part.text)}</p>"
    if all(value is None for series in part.series for value in series.values):
        return _titled(part.title, "<p>—</p>")
    drawn = _bars(part) if part.kind == "bars" else _months(part)
    return _titled(part.title, drawn)


def _titled(title: str, body: str) -> str:
    heading = f"<h3>{escape(title)}</h3>" if title else ""
    return f"<div>{heading}{body}</div>"


def _figures(figures: Figures) -> str:
    return '<div class="figures">' + "".join(
        f"<div>{escape(each.name)}<b>{escape(each.figure)}<small>{escape(each.unit)}</small></b>"
        f"<small>{escape(each.change)}</small></div>"
        for each in figures.items
    ) + "</div>"  # fmt: skip


def _table(table: Table) -> str:
    head = "".join(_cell("th", column.heading, column) for column in table.columns)
    rows = "".join(
        f"<tr>{''.join(_cell('td', text, column) for text, column in zip(row, table.columns, strict=True))}</tr>"
        for row in table.rows
    )
    body = f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
    return _titled(table.title, body)


def _cell(tag: str, text: str, column: Column) -> str:
    kind = ' class="number"' if column.is_number else ""
    scope = ' scope="col"' if tag == "th" else ""
    return f"<{tag}{kind}{scope}>{escape(text)}</{tag}>"


# Drawings --------------------------------------------------------------------------------


def _svg(body: str, title: str, width: float, height: float) -> str:
    return (
        f'<svg viewBox="0 0 {width:g} {height:g}" role="img" aria-label="{escape(title)}" '
        f'font-size="{TEXT}">{body}</svg>'
    )


def _text(x: float, y: float, text: str, *, anchor: str = "start", more: str = "") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" '
        f'dominant-baseline="central" fill="{INK}" {more}>{escape(text)}</text>'
    )


def _figure(value: float) -> str:
    return f"{value:.1f}"


def _bars(chart: Chart) -> str:
    left = max(text_width(name, TEXT) for name in chart.categories) + 12
    most = max(value for series in chart.series for value in series.values if value is not None)
    rows = len(chart.categories) * len(chart.series)
    thick = min(26.0, 380 / rows)
    gap = 9.0 if len(chart.series) > 1 else 5.0
    scale = (WIDE - left - 56) / (most or 1)
    body, y = [], 4.0
    for index, category in enumerate(chart.categories):
        middle = y + thick * len(chart.series) / 2
        body.append(_text(left - 8, middle, category, anchor="end"))
        for number, series in enumerate(chart.series):
            value = series.values[index]
            if value is not None:
                fill = RED if category in chart.marked else SERIES[number]
                fill = GREY if category == chart.reference else fill
                body.append(
                    f'<rect x="{left:.1f}" y="{y:.1f}" width="{value * scale:.1f}" '
                    f'height="{thick - 2:.1f}" fill="{fill}"><title>{escape(category)} '
                    f"{escape(series.name)} {_figure(value)}</title></rect>"
                )
                body.append(_text(left + value * scale + 5, y + thick / 2 - 1, _figure(value)))
            y += thick
        y += gap
    if len(chart.series) > 1:
        body.append(_legend(chart.series, left, y + 12, lines=False))
        y += 26
    return _svg("".join(body), chart.title, WIDE, y + 4)


def _legend(series: tuple[Series, ...], x: float, y: float, *, lines: bool) -> str:
    parts = []
    for number, each in enumerate(series):
        if lines:
            parts.append(
                f'<line x1="{x:.1f}" x2="{x + 26:.1f}" y1="{y:.1f}" y2="{y:.1f}" '
                f'stroke="{SERIES[number]}" stroke-width="3" stroke-dasharray="{DASHES[number]}"/>'
            )
        else:
            parts.append(
                f'<rect x="{x + 12:.1f}" y="{y - 7:.1f}" width="14" height="14" '
                f'fill="{SERIES[number]}"/>'
            )
        parts.append(_text(x + 32, y, each.name))
        x += 32 + text_width(each.name, TEXT) + 22
    return "".join(parts)


def _months(chart: Chart) -> str:
    """Draw columns or lines by month, with the scale at the left."""
    left, top, bottom = 40.0, 24.0, HIGH - 62.0
    known = [value for series in chart.series for value in series.values if value is not None]
    least = chart.least or 0.0
    step = next((each for each in (1, 2, 5, 10, 20, 25) if (max(known) - least) / each <= 7), 50)
    most = least + step * (int((max(known) - least) / step) + 1)
    slot = (WIDE - left - 24) / len(chart.categories)

    def at(value: float) -> float:
        return bottom - (value - least) / (most - least) * (bottom - top)

    body = []
    for count in range(int((most - least) / step) + 1):
        value = least + count * step
        body.append(
            f'<line x1="{left}" x2="{WIDE - 24}" y1="{at(value):.1f}" y2="{at(value):.1f}" '
            f'stroke="{RULE}"/>' + _text(left - 6, at(value), f"{value:g}", anchor="end")
        )
    last = len(chart.categories) - 1
    for index, category in enumerate(chart.categories):
        if (last - index) % 4 == 0:
            body.append(_text(left + (index + 0.5) * slot, bottom + 18, category, anchor="middle"))
    for number, series in enumerate(chart.series):
        points = [
            (left + (index + 0.5) * slot, value, chart.categories[index])
            for index, value in enumerate(series.values)
            if value is not None
        ]
        if chart.kind == "columns":
            body += [_column(x, value, name, at, slot, chart) for x, value, name in points]
            ends = [points[0], points[-1]] if len(points) > 1 else points
            body += [_text(x, at(v) - 10, _figure(v), anchor="middle") for x, v, _ in ends]
            continue
        path = " ".join(f"{x:.1f},{at(value):.1f}" for x, value, _ in points)
        body.append(
            f'<polyline points="{path}" fill="none" stroke="{SERIES[number]}" stroke-width="3" '
            f'stroke-dasharray="{DASHES[number]}"/>'
        )
        body += [
            f'<circle cx="{x:.1f}" cy="{at(value):.1f}" r="4" fill="{SERIES[number]}"><title>'
            f"{name} {escape(series.name)} {_figure(value)}</title></circle>"
            for x, value, name in points
        ]
    if len(chart.series) > 1:
        body.append(_legend(chart.series, left, HIGH - 14, lines=True))
    return _svg("".join(body), chart.title, WIDE, HIGH)


def _column(
    x: float, value: float, name: str, at: Callable[[float], float], slot: float, chart: Chart
) -> str:
    fill = RED if name in chart.marked else BLUE
    wide = min(slot * 0.72, 60)
    return (
        f'<rect x="{x - wide / 2:.1f}" y="{at(value):.1f}" width="{wide:.1f}" '
        f'height="{at(chart.least or 0.0) - at(value):.1f}" fill="{fill}">'
        f"<title>{name} {_figure(value)}</title></rect>"
    )


def _map(town_map: TownMap) -> str:
    geometry = town_map.geometry
    scale = min((WIDE - 110) / geometry.width, 470 / geometry.height)
    regions = {region.code: region for region in geometry.regions}
    shapes, labels = [], []
    for place in sorted(town_map.places, key=lambda each: each.is_marked):
        if place.code not in regions:
            continue
        region = regions[place.code]
        path = "".join(
            "M" + "L".join(f"{x * scale:.1f} {y * scale:.1f}" for x, y in ring) + "Z"
            for ring in region.rings
        )
        fill = NO_DATA if place.class_index is None else town_map.fills[place.class_index]
        line = f'stroke="{RED}" stroke-width="3"' if place.is_marked else 'stroke="#fff"'
        shapes.append(
            f'<path d="{path}" fill="{fill}" fill-rule="evenodd" {line}>'
            f"<title>{escape(place.name)} {escape(place.label)}</title></path>"
        )
        x, y = (side * scale for side in region.label)
        # A white rim keeps the letters apart from any ground.
        halo = 'paint-order="stroke" stroke="#fff" stroke-width="3" font-size="12"'
        labels.append(_text(x, y - 7, place.name, anchor="middle", more=halo))
        labels.append(_text(x, y + 7, place.label, anchor="middle", more=halo))
    for line_ in geometry.lines:
        points = " ".join(f"{x * scale:.1f},{y * scale:.1f}" for x, y in line_.points)
        shapes.append(
            f'<polyline points="{points}" fill="none" stroke="#7FA7C9" stroke-width="2"/>'
        )
    y = 14.0
    left = geometry.width * scale + 14
    legend = []
    for fill, text in zip(town_map.fills, town_map.legend, strict=True):
        if text:
            legend.append(
                f'<rect x="{left:.1f}" y="{y - 8:.1f}" width="20" height="16" fill="{fill}"/>'
                + _text(left + 26, y, text)
            )
            y += 24
    high = geometry.height * scale + 6
    lines = town_map.note.split("\n")
    notes = [
        _text(WIDE - 4, high - 10 - 16 * row, line, anchor="end", more='font-size="12"')
        for row, line in enumerate(reversed(lines))
    ]
    return _svg("".join([*shapes, *labels, *legend, *notes]), town_map.title, WIDE, high)
