"""Write a briefing as one A3 sheet, to be laid on the table: everything at one look.

Lengths are millimetres on paper; on a screen the sheet takes the width there is. Text is 8 points
or more.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from markupsafe import Markup

from dashboard.brief.fit import LINE, line_count, text_width
from dashboard.brief.layout import column_widths, least_widths, row_lines
from dashboard.brief.properties import title_of
from dashboard.brief.slides import Brief, Chart, Figures, Part, Sentence, Slide, Table, TownMap
from dashboard.brief.svg import Canvas, drawing
from dashboard.brief.web import filled, filled_of
from dashboard.language import Say

WIDTH, HEIGHT = 420.0, 297.0
MARGIN = 12.0
ACROSS = WIDTH - 2 * MARGIN
TOP, BOTTOM = 75.0, 269.0
GAP = 7.0
TITLE, SUBTITLE, TEXT = 4.8, 3.6, 3.5
TITLE_HIGH, PART_TITLE = 9.0, 5.6
CELL = 1.2
BETWEEN = 2.0
# In millimetres: 10 points down to 8.
TABLE_SIZES = (4.2, 3.9, 3.6, 3.4, 3.2, 3.0, 2.83)
NOTE, NOTE_SIZES = 3.0, (3.2, 3.0, 2.83)

# The rows' shares of the height; which pages stand in them, the pages say.
ROWS = (84, 56, 51)

Box = tuple[float, float, float, float]
# A part, where it stands, and the size of its text.
Placed = tuple[Part, Box, float]

_OWN = {
    "WIDTH": WIDTH, "HEIGHT": HEIGHT, "MARGIN": MARGIN, "BOTTOM": BOTTOM, "TEXT": TEXT, "CELL": CELL,
    "SUBTITLE": SUBTITLE, "PART_TITLE": PART_TITLE,
}  # fmt: skip


def as_a3(brief: Brief) -> bytes:
    """Write the sheet as one HTML file that prints on exactly one A3 page."""
    return filled_of(
        "sheet-file.html", brief, title=title_of(brief), style=sheet_style(), sheet=sheet(brief), **_OWN
    ).encode()  # fmt: skip


def sheet_style() -> Markup:
    return filled("sheet.css", **_OWN)


def sheet(brief: Brief) -> Markup:
    """Write the sheet as one element, for a file and for the page's preview."""
    by_key = {slide.key: slide for slide in brief.slides}
    parts = [part for slide in brief.slides for part in slide.parts if isinstance(part, Figures)]
    told = _told(brief, by_key)
    whole = " · ".join([brief.cover.note, told])
    return filled_of(
        "sheet.html",
        brief,
        title=f"{brief.cover.title} · {brief.cover.subtitle}",
        across=ACROSS,
        first=by_key.get("conclusion") or next(iter(brief.slides)),
        large=parts[:1],
        panels=[_panel(slide, box, brief) for slide, box in _boxes(brief.slides)],
        told=told,
        note_size=next((s for s in NOTE_SIZES if line_count(whole, s, ACROSS) <= 3), NOTE_SIZES[-1]),
        one_line=_one_line,
        columns=_columns,
        drawing=drawing,
        canvas=Canvas,
        **_OWN,
    )  # fmt: skip


def _one_line(text: str, most: float, width: float, *, bold: bool = False) -> float:
    """Take the largest size, up to the most, at which a text stands on one line."""
    return min(most, width / max(text_width(text, 1, bold=bold), 1))


def _boxes(slides: Sequence[Slide]) -> Iterator[tuple[Slide, Box]]:
    """Share the sheet out among the pages that there are."""
    places = sorted(slides, key=lambda slide: slide.place.column)
    rows = [
        (high, there)
        for number, high in enumerate(ROWS)
        if (there := [slide for slide in places if slide.place.row == number])
    ]
    room = BOTTOM - TOP - GAP * (len(rows) - 1)
    y = TOP
    for high, there in rows:
        tall = room * high / sum(each for each, _ in rows)
        x, across = MARGIN, ACROSS - GAP * (len(there) - 1)
        for slide in there:
            width = across * slide.place.width / sum(each.place.width for each in there)
            yield slide, (x, y, width, tall)
            x += width + GAP
        y += tall + GAP


def _panel(slide: Slide, box: Box, brief: Brief) -> dict[str, Any]:
    """Place one page's headline and what it shows."""
    say = Say(brief.language)
    left, top, width, height = box
    parts: list[Part] = [each for each in slide.parts if not isinstance(each, Figures)]
    headline = slide.headline
    if slide.key == "conclusion":
        # Its sentences stand at the top of the sheet; what its table rests on, below it.
        headline = say("四个方面的状态") if slide.says_states else say("四个方面")
        parts = [replace(each, title="") for each in parts if isinstance(each, Table)]
        if slide.says_states:
            parts += [Sentence(text) for text in brief.state_rules]
    drawn = [each for each in parts if isinstance(each, Chart | TownMap)]
    needed = text_width(headline, 1, bold=True) + text_width(slide.lack, 0.8)
    body = (left, top + TITLE_HIGH, width, height - TITLE_HIGH)
    return {
        "headline": headline,
        "lack": slide.lack,
        "head": (left, top, width, 8),
        "size": min(TITLE, 0.98 * width / max(needed, 1)),
        "parts": list(_side_by_side(drawn, body) if drawn else _below(parts, body)),
    }


def _side_by_side(parts: Sequence[Part], box: Box) -> Iterator[Placed]:
    """Give a map no more than it fills, and charts what is left."""
    left, top, width, height = box
    room = width - GAP * (len(parts) - 1)
    maps = sum(isinstance(part, TownMap) for part in parts)
    for_map = min(room / len(parts), (height - PART_TITLE) * 1.4) if maps < len(parts) else room
    for part in parts:
        is_map = isinstance(part, TownMap)
        wide = for_map if is_map else (room - maps * for_map) / (len(parts) - maps)
        yield part, (left, top, wide, height), TEXT
        left += wide + GAP


def _below(parts: Sequence[Part], box: Box) -> Iterator[Placed]:
    """Place tables and sentences one below another, in the largest type that fits."""
    left, top, width, height = box

    def fits(size: float) -> bool:
        return sum(_high(part, width, size) + BETWEEN for part in parts) <= height + BETWEEN

    size = next(filter(fits, TABLE_SIZES), TABLE_SIZES[-1])
    for part in parts:
        high = min(_high(part, width, size), box[1] + height - top)
        yield part, (left, top, width, high), NOTE if isinstance(part, Sentence) else size
        top += high + BETWEEN


def _high(part: Part, width: float, size: float) -> float:
    """Reckon the height that a part takes in a type size; endless where a word is too wide."""
    if isinstance(part, Sentence):
        return line_count(part.text, NOTE, width) * NOTE * LINE + 1
    if not isinstance(part, Table):
        return 0.0
    if sum(least_widths(part, size, CELL)) > width + 0.01:
        return math.inf
    lines = row_lines(part, width, size=size, side=CELL)
    high = sum(lines) * size * LINE + 1.5 * len(lines)
    return high + (PART_TITLE if part.title else 0) + 0.5


def _columns(part: Table, width: float, size: float) -> list[float]:
    return column_widths(part, width, size=size, side=CELL)


def _told(brief: Brief, by_key: dict[str, Slide]) -> str:
    """Say how figures are counted and where they come from."""
    say = Say(brief.language)
    parts = by_key["definitions"].parts if "definitions" in by_key else ()
    formulas = [
        say("{name} = {formula}", name=name, formula=formula)
        for part in parts
        if isinstance(part, Table)
        for name, formula, *_ in part.rows
    ]
    as_of = next((slide.as_of for slide in by_key.values()), "")
    version = say("数据版本 {version}", version=brief.version)
    return " · ".join([brief.source, as_of, version, *formulas])
