"""Write a briefing as one A3 sheet, to be laid on the table: everything at one look.

Lengths are millimetres on paper; on a screen the sheet takes the width there is. Text is 8 points
or more.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from html import escape

from dashboard.brief.fit import LINE, line_count, longest_word, text_width
from dashboard.brief.layout import column_widths, written_rows
from dashboard.brief.looks import PALE, STATE_MARKS
from dashboard.brief.official import official
from dashboard.brief.screen import FONTS, LATIN_FONTS, figures, is_drawn, language_tag, table
from dashboard.brief.slides import Brief, Chart, Figures, Part, Sentence, Slide, Table, TownMap
from dashboard.brief.svg import Canvas, drawing
from dashboard.draw.theme import BLUE, INK, INK_SOFT, RED, RULE
from dashboard.insight.state import STATE_RULES
from dashboard.language import Say

WIDTH, HEIGHT = 420.0, 297.0
MARGIN = 12.0
TOP, BOTTOM = 75.0, 269.0
GAP = 7.0
TITLE, SUBTITLE, TEXT = 4.8, 3.6, 3.5
TITLE_HIGH, PART_TITLE = 9.0, 5.6
CELL = 1.2
BETWEEN = 2.0
# In millimetres: 10 points down to 8.
TABLE_SIZES = (4.2, 3.9, 3.6, 3.4, 3.2, 3.0, 2.83)
NOTE, NOTE_SIZES = 3.0, (3.2, 3.0, 2.83)

# Which pages stand side by side, with their share of the width; and the rows' of the height.
ROWS: tuple[tuple[float, tuple[tuple[str, float], ...]], ...] = (
    (84, (("ranking", 252), ("conclusion", 144))),
    (56, (("modes", 132), ("housing", 132), ("participation", 132))),
    (51, (("problems", 222), ("steps", 174))),
)

_MARKS = "\n".join(
    f'.a3 .state-{state} {{ color: {colour}; font-weight: 700; white-space: nowrap; }} '
    f'.a3 .state-{state}::before {{ content: "{mark} "; }}'
    for state, (mark, colour) in STATE_MARKS.items()
    if mark
)  # fmt: skip
STYLE = f"""
.a3 {{ container-type: inline-size; background: #fff; color: {INK}; font-family: {FONTS};
  overflow: hidden; width: 100%; max-width: 1680px; margin: 0 auto; text-align: left;
  color-scheme: light; }}
.a3 * {{ box-sizing: border-box; margin: 0; }}
.a3 .paper {{ --u: calc(100cqw / {WIDTH:g}); position: relative; width: 100%;
  height: calc({HEIGHT - 0.5:g} * var(--u)); font-size: calc({TEXT:g} * var(--u)); line-height: 1.25;
  overflow: hidden; }}
.a3 .at {{ position: absolute; left: calc(var(--x) * var(--u)); top: calc(var(--y) * var(--u));
  width: calc(var(--w) * var(--u)); height: calc(var(--h) * var(--u)); overflow: hidden; }}
.a3 h1 {{ color: {RED}; font-size: calc(var(--s) * var(--u)); line-height: 1.25; white-space: nowrap; }}
.a3 .when {{ text-align: right; font-size: calc(4.4 * var(--u)); line-height: 1.4; }}
.a3 .when b {{ color: {RED}; border: calc(0.5 * var(--u)) solid {RED}; padding: 0 calc(2 * var(--u));
  margin-left: calc(3 * var(--u)); display: inline-block; }}
.a3 .line {{ background: {RED}; }}
.a3 .headline {{ color: {RED}; font-weight: 700; font-size: calc(var(--s) * var(--u)); white-space: nowrap; }}
.a3 .said {{ color: {BLUE}; font-size: calc(var(--s) * var(--u)); white-space: nowrap; }}
.a3 .figures {{ display: grid; grid-auto-flow: column; grid-auto-columns: 1fr;
  gap: calc(3 * var(--u)); }}
.a3 .figures > div {{ background: {PALE}; border-top: calc(1 * var(--u)) solid {BLUE};
  padding: calc(1.4 * var(--u)) calc(2.6 * var(--u)); font-size: calc(4 * var(--u)); white-space: nowrap; }}
.a3 .figures .figure {{ color: {BLUE}; font-weight: 700; font-size: calc(8.6 * var(--u)); }}
.a3 .figures small {{ font-size: calc(4 * var(--u)); }}
.a3 .figures dd:last-child {{ color: {INK_SOFT}; }}
.a3 .headed {{ border-bottom: calc(0.4 * var(--u)) solid {BLUE}; color: {BLUE}; font-weight: 700;
  font-size: calc(var(--s) * var(--u)); line-height: calc(7.6 * var(--u)); white-space: nowrap; }}
.a3 h3 {{ color: {INK_SOFT}; font-weight: 700; font-size: calc({SUBTITLE:g} * var(--u));
  height: calc({PART_TITLE:g} * var(--u)); line-height: calc({PART_TITLE:g} * var(--u)); white-space: nowrap; }}
.a3 svg {{ display: block; width: 100%; height: auto; font-family: inherit; }}
.a3 table {{ width: 100%; border-collapse: collapse; table-layout: fixed;
  font-size: calc(var(--s) * var(--u)); }}
.a3 th, .a3 td {{ padding: calc(0.6 * var(--u)) calc({CELL:g} * var(--u)); text-align: left;
  font-weight: 400; vertical-align: top; border-bottom: calc(0.2 * var(--u)) solid {RULE}; }}
.a3 th {{ background: {BLUE}; color: #fff; font-weight: 700; }}
.a3 tbody tr:nth-child(even) {{ background: {PALE}; }}
.a3 .number {{ text-align: right; font-variant-numeric: tabular-nums; }}
.a3 .sentence {{ color: {INK_SOFT}; font-size: calc(var(--s) * var(--u)); }}
.a3 .source {{ border-top: calc(0.3 * var(--u)) solid {RULE}; padding-top: calc(1 * var(--u));
  color: {INK_SOFT}; font-size: calc(var(--s) * var(--u)); }}
.a3 .source b, .a3 .lack {{ color: {RED}; }}
.a3 .lack {{ margin-left: 1em; font-size: calc({SUBTITLE:g} * var(--u)); }}
.a3:lang(en) {{ font-family: {LATIN_FONTS}; }}
{_MARKS}
@media print {{ .a3 {{ max-width: none; print-color-adjust: exact; -webkit-print-color-adjust: exact; }} }}
"""

Box = tuple[float, float, float, float]


def as_a3(brief: Brief) -> bytes:
    """Write the sheet as one HTML file that prints on exactly one A3 page."""
    cover = brief.cover
    title = escape(f"{cover.title} {brief.place} {cover.date}")
    text = f"""<!doctype html>
<html lang="{language_tag(brief)}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><style>
@page {{ size: {WIDTH:g}mm {HEIGHT:g}mm; margin: 0; }}
body {{ margin: 0; background: #E9EDF2; }}
@media print {{ body {{ background: #fff; }} .a3 {{ width: {WIDTH:g}mm; }} }}
{STYLE}</style></head><body>{sheet(brief)}</body></html>
"""
    return text.encode()


def sheet(brief: Brief) -> str:
    """Write the sheet as one element, for a file and for the page's preview."""
    say, cover, wide = Say(brief.language), brief.cover, WIDTH - 2 * MARGIN
    by_key = {slide.key: slide for slide in brief.slides}
    parts = [part for slide in brief.slides for part in slide.parts if isinstance(part, Figures)]
    first = by_key.get("conclusion") or next(iter(brief.slides))
    panels = "".join(_panel(slide, box, brief, say) for slide, box in _boxes(by_key))
    title = f"{cover.title} · {cover.subtitle}"
    when = f"{escape(cover.unit)} · {escape(cover.date)}<b>{escape(cover.mark)}</b>"
    return f"""<article class="a3" lang="{language_tag(brief)}"><div class="paper">
<h1 class="at" {_at((MARGIN, 9, 262, 14), min(9, 256 / text_width(title, 1, bold=True)))}>{escape(title)}</h1>
<p class="at when" {_at((MARGIN + 262, 13, wide - 262, 10))}>{when}</p>
<div class="at line" {_at((MARGIN, 24.5, wide, 1))}></div>
<p class="at headline" {_at((MARGIN, 27, wide, 11), min(7.4, wide / text_width(first.headline, 1, bold=True)))}>{escape(first.headline)}</p>
<p class="at said" {_at((MARGIN, 38, wide, 7.4), min(5, wide / text_width(first.conclusion, 1)))}>{escape(first.conclusion)}</p>
{"".join(f'<dl class="at figures" {_at((MARGIN, 47.5, wide, 24))}>{figures(each)}</dl>' for each in parts[:1])}
{panels}{_source(brief, by_key, say)}
</div></article>"""


def _at(box: Box, size: float | None = None) -> str:
    names = ("x", "y", "w", "h")
    style = ";".join(f"--{name}:{side:.5g}" for name, side in zip(names, box, strict=True))
    return f'style="{style}{"" if size is None else f";--s:{size:g}"}"'


def _boxes(by_key: dict[str, Slide]) -> Iterator[tuple[Slide, Box]]:
    """Share the sheet out among the pages that there are."""
    rows = [
        (high, there)
        for high, cells in ROWS
        if (there := [(by_key[key], wide) for key, wide in cells if key in by_key])
    ]
    room = BOTTOM - TOP - GAP * (len(rows) - 1)
    y = TOP
    for high, there in rows:
        tall = room * high / sum(each for each, _ in rows)
        x, across = MARGIN, WIDTH - 2 * MARGIN - GAP * (len(there) - 1)
        for slide, wide in there:
            width = across * wide / sum(each for _, each in there)
            yield slide, (x, y, width, tall)
            x += width + GAP
        y += tall + GAP


def _panel(slide: Slide, box: Box, brief: Brief, say: Say) -> str:
    """Write one page's headline and what it shows."""
    left, top, width, height = box
    parts = [each for each in slide.parts if not isinstance(each, Figures)]
    headline = slide.headline
    if slide.key == "conclusion":
        # Its sentences stand at the top of the sheet; what its table rests on, below it.
        headline = say("四个方面的状态")
        parts = [replace(each, title="") for each in parts if isinstance(each, Table)]
        parts += [Sentence(official(say.words(words), say.language)) for words in STATE_RULES]
    elif any(is_drawn(each) for each in parts):
        parts = [each for each in parts if is_drawn(each)]
    lack = f'<span class="lack">{escape(slide.lack)}</span>' if slide.lack else ""
    needed = text_width(headline, 1, bold=True) + text_width(slide.lack, 0.8)
    head = (
        f'<p class="at headed" {_at((left, top, width, 8), min(TITLE, 0.98 * width / max(needed, 1)))}>'
        f"{escape(headline)}{lack}</p>"
    )
    body = (left, top + TITLE_HIGH, width, height - TITLE_HIGH)
    if all(is_drawn(each) for each in parts):
        return head + "".join(
            _drawn(each, part_box, say) for each, part_box in _side_by_side(parts, body)
        )
    return head + _below(parts, body, brief, say)


def _tables(brief: Brief, key: str) -> list[Table]:
    parts = [part for slide in brief.slides if slide.key == key for part in slide.parts]
    return [part for part in parts if isinstance(part, Table)]


def _side_by_side(parts: Sequence[Part], box: Box) -> Iterator[tuple[Part, Box]]:
    """Give a map no more than it fills, and charts what is left."""
    left, top, width, height = box
    room = width - GAP * (len(parts) - 1)
    maps = sum(isinstance(part, TownMap) for part in parts)
    for_map = min(room / len(parts), (height - PART_TITLE) * 1.4) if maps < len(parts) else room
    for part in parts:
        is_map = isinstance(part, TownMap)
        wide = for_map if is_map else (room - maps * for_map) / (len(parts) - maps)
        yield part, (left, top, wide, height)
        left += wide + GAP


def _drawn(part: Part, box: Box, say: Say) -> str:
    if not isinstance(part, Chart | TownMap):
        return ""
    canvas = Canvas(box[2], box[3] - PART_TITLE, TEXT)
    return f'<div class="at" {_at(box)}><h3>{escape(part.title)}</h3>{drawing(part, canvas, say)}</div>'


def _below(parts: Sequence[Part], box: Box, brief: Brief, say: Say) -> str:
    """Write tables and sentences one below another, in the largest type that fits."""
    left, top, width, height = box
    size = next(
        (
            s
            for s in TABLE_SIZES
            if sum(_high(part, width, s) + BETWEEN for part in parts) <= height + BETWEEN
        ),
        TABLE_SIZES[-1],
    )
    body = ""
    for part in parts:
        high = min(_high(part, width, size), box[1] + height - top)
        at = _at((left, top, width, high), size)
        if isinstance(part, Table):
            title = f"<h3>{escape(part.title)}</h3>" if part.title else ""
            widths = [100 * wide / width for wide in _columns(part, width, size)]
            body += f'<div class="at" {at}>{title}{table(part, brief, widths=widths)}</div>'
        elif isinstance(part, Sentence):
            body += f'<p class="at sentence" {_at((left, top, width, high), NOTE)}>{escape(part.text)}</p>'
        top += high + BETWEEN
    return body


def _high(part: Part, width: float, size: float) -> float:
    """Reckon the height that a part takes in a type size; endless where a word is too wide."""
    if isinstance(part, Sentence):
        return line_count(part.text, NOTE, width) * NOTE * LINE + 1
    if not isinstance(part, Table):
        return 0.0
    rooms = [wide - 2 * CELL for wide in _columns(part, width, size)]
    lines = 0
    for number, texts in enumerate(written_rows(part)):
        cells = list(
            zip(texts, rooms, (c.is_state or not number for c in part.columns), strict=True)
        )
        if any(longest_word(text, size, bold=bold) > room + 0.01 for text, room, bold in cells):
            return math.inf
        lines += max(line_count(text, size, room, bold=bold) for text, room, bold in cells)
    high = lines * size * LINE + 1.5 * (len(part.rows) + 1)
    return high + (PART_TITLE if part.title else 0) + 0.5


def _columns(part: Table, width: float, size: float) -> list[float]:
    return column_widths(part, width, size=size, side=CELL)


def _source(brief: Brief, by_key: dict[str, Slide], say: Say) -> str:
    """Say how figures are counted, where they come from and what they are worth."""
    formulas = [
        say("{name} = {formula}", name=name, formula=formula)
        for part in _tables(brief, "definitions")
        for name, formula, *_ in part.rows
        if name != say("状态")  # stands beside the states themselves
    ]
    as_of = next((slide.as_of for slide in by_key.values()), "")
    told = " · ".join((brief.source, as_of, say("数据版本 {version}", version=brief.version)))
    note = f"<b>{escape(brief.cover.note)}</b>" if brief.cover.note else ""
    text = " · ".join([brief.cover.note, told, *formulas])
    wide = WIDTH - 2 * MARGIN
    size = next((s for s in NOTE_SIZES if line_count(text, s, wide) <= 3), NOTE_SIZES[-1])
    return (
        f'<p class="at source" {_at((MARGIN, BOTTOM + 2.5, wide, HEIGHT - MARGIN - BOTTOM - 2.5), size)}>'
        f"{note} {escape(' · '.join([told, *formulas]))}</p>"
    )
