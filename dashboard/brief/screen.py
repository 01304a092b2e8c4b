"""Write a briefing's pages for a screen: as PowerPoint shows them, at any size.

Each page is one ``article`` whose lengths are shares of its own width, so that the same page
serves as a thumbnail, as a preview and full screen. On a phone its parts flow one below another.
"""

import math
from html import escape

from dashboard.brief.layout import (
    CELL_SIDE,
    COVER_GAP,
    COVER_SIZES,
    FIGURE_HIGH,
    FIGURE_SIDE,
    MARGIN,
    TEXT,
    Box,
    Placed,
    column_widths,
    conclusion_size,
    cover_sizes,
    figure_size,
    figure_width,
    fitting,
    headline_size,
    placed,
)
from dashboard.brief.looks import OWN_LOOK, PALE, STATE_MARKS, Look, recoloured
from dashboard.brief.slides import Brief, Column, Figures, Part, Sentence, Slide, Table
from dashboard.brief.svg import Canvas, drawing
from dashboard.draw.theme import BLUE, INK, INK_SOFT, RED, RULE
from dashboard.language import Say

# Legible from the third row: 32 pixels on a screen of 1920.
LEAST_TEXT = 16.0
PHONE = 700

FONTS = '"Microsoft YaHei", "PingFang SC", "Noto Sans CJK SC", "Noto Sans SC", Arial, sans-serif'
# Typefaces for Chinese widen the quotation marks of other languages.
LATIN_FONTS = f'Arial, "Liberation Sans", "Helvetica Neue", {FONTS}'
_MARKS = "\n".join(
    f'.state-{state} {{ color: {colour}; }} .state-{state}::before {{ content: "{mark} "; }}'
    for state, (mark, colour) in STATE_MARKS.items()
    if mark
)
STYLE = f"""
.screen {{ container-type: inline-size; background: #fff; color: {INK}; overflow: hidden;
  font-family: {FONTS}; text-align: left; color-scheme: light; }}
.screen * {{ box-sizing: border-box; margin: 0; }}
.screen .sheet {{ --u: calc(100cqw / var(--wide)); position: relative; width: 100%;
  height: calc(var(--high) * var(--u)); overflow: hidden;
  font-size: calc({TEXT:g} * var(--u)); line-height: 1.25; }}
.screen .at {{ position: absolute; left: calc(var(--x) * var(--u)); width: calc(var(--w) * var(--u));
  top: calc(var(--y) * var(--u)); height: calc(var(--h) * var(--u)); }}
.screen h2, .screen h1 {{ display: flex; align-items: center; color: var(--title); font-weight: 700;
  padding: 0 calc({CELL_SIDE:g} * var(--u)); font-size: calc(var(--s) * var(--u)); line-height: 1.15; }}
.screen h1 {{ align-items: end; padding-bottom: 0.2em; }}
.screen .conclusion {{ display: flex; align-items: center; color: {BLUE};
  padding: 0 calc({CELL_SIDE:g} * var(--u)); font-size: calc(var(--s) * var(--u)); }}
.screen h3 {{ height: calc(var(--h) * var(--u)); padding: 0 calc({CELL_SIDE:g} * var(--u));
  font-size: inherit; font-weight: 700; line-height: 1.25; }}
.screen svg {{ display: block; width: 100%; height: auto; font-family: inherit; }}
.screen .figures {{ display: grid; grid-auto-flow: column; grid-auto-columns: 1fr;
  gap: calc(8 * var(--u)); }}
.screen .figures > div {{ display: flex; flex-direction: column; background: {PALE};
  border-top: calc(3 * var(--u)) solid {BLUE}; padding: calc(2 * var(--u)) calc({FIGURE_SIDE:g} * var(--u)); }}
.screen .figures dt {{ flex: 1; }}
.screen .figures dd {{ color: {INK_SOFT}; }}
.screen .figures .figure {{ color: {BLUE}; font-weight: 700; font-size: calc(var(--s) * var(--u));
  height: calc({FIGURE_HIGH:g} * var(--u)); line-height: calc({FIGURE_HIGH:g} * var(--u)); white-space: nowrap; }}
.screen .figures small {{ font-size: calc({TEXT:g} * var(--u)); }}
.screen table {{ width: 100%; border-collapse: collapse; table-layout: fixed; }}
.screen tr {{ height: calc(var(--h) * var(--u)); }}
.screen th, .screen td {{ padding: 0 calc({CELL_SIDE:g} * var(--u)); text-align: left;
  vertical-align: middle; font-weight: 400; }}
.screen th {{ background: {BLUE}; color: #fff; font-weight: 700; }}
.screen tbody tr:nth-child(even) {{ background: {PALE}; }}
.screen tbody tr {{ border-bottom: 1px solid {RULE}; }}
.screen .number {{ text-align: right; font-variant-numeric: tabular-nums; }}
.screen [class^="state-"] {{ font-weight: 700; white-space: nowrap; }}
.screen .sentence {{ display: flex; align-items: center; justify-content: center;
  color: {INK_SOFT}; font-size: calc(24 * var(--u)); text-align: center; }}
.screen footer {{ display: flex; justify-content: space-between; gap: calc(12 * var(--u));
  align-items: center; border-top: 1px solid {RULE}; color: {INK_SOFT};
  font-size: calc({LEAST_TEXT:g} * var(--u)); line-height: 1.15; padding: 0 calc({CELL_SIDE:g} * var(--u)); }}
.screen footer b {{ color: {RED}; white-space: nowrap; }}
.screen footer span:last-child {{ white-space: nowrap; }}
.screen .mark {{ display: flex; align-items: center; justify-content: center; color: {RED};
  border: calc(1.5 * var(--u)) solid {RED}; font-weight: 700; font-size: calc(20 * var(--u)); }}
.screen .told {{ padding: 0 calc({CELL_SIDE:g} * var(--u)); }}
.screen .told p {{ font-size: calc(var(--s) * var(--u)); margin-top: {COVER_GAP:g}em; }}
.screen .told p:first-child {{ color: var(--place, inherit); font-weight: 700; }}
.screen .line {{ background: {RED}; }}
.screen .caveat {{ color: {INK_SOFT}; }}
.screen:lang(en) {{ font-family: {LATIN_FONTS}; }}
{_MARKS}
@media (max-width: {PHONE}px) {{
  .screen .sheet {{ --u: calc(100cqw / 400); height: auto; padding: calc(14 * var(--u));
    display: grid; gap: calc(12 * var(--u)); }}
  .screen .at {{ position: static; width: auto; height: auto; min-width: 0; }}
  .screen h1, .screen h2 {{ font-size: calc(24 * var(--u)); padding: 0; }}
  .screen .conclusion {{ font-size: calc({TEXT:g} * var(--u)); padding: 0; }}
  .screen h3 {{ height: auto; padding: 0; }}
  .screen .figures {{ grid-auto-flow: row; grid-template-columns: 1fr 1fr; }}
  .screen .wide {{ overflow-x: auto; }}
  .screen .wide table {{ min-width: calc(560 * var(--u)); }}
  .screen table {{ table-layout: auto; }}
  .screen tr {{ height: calc(34 * var(--u)); }}
  .screen .band {{ display: none; }}
  .screen .line {{ height: calc(4 * var(--u)); width: calc(90 * var(--u)); }}
  .screen .mark {{ justify-self: end; padding: 0 calc(12 * var(--u)); }}
  .screen footer {{ flex-wrap: wrap; padding-top: calc(6 * var(--u)); }}
  .screen footer b {{ white-space: normal; }}
}}
"""


def screens(brief: Brief, look: Look = OWN_LOOK) -> list[str]:
    """Write every page, the cover first."""
    say = Say(brief.language)
    pages = [
        _cover(brief, look),
        *(_page(slide, brief, n, say, look) for n, slide in enumerate(brief.slides, 2)),
    ]
    return [recoloured(page, look) for page in pages]


def style_of(look: Look) -> str:
    """Write the pages' style in a look, and how wide a page is shown for its height."""
    ratio = look.frame.width / look.frame.height
    return recoloured(STYLE, look) + f".show {{ --ratio: {ratio:.5g}; }}"


def language_tag(brief: Brief) -> str:
    return "zh-CN" if brief.language == "zh" else "en"


def _at(box: Box, size: float | None = None) -> str:
    names = ("x", "y", "w", "h")
    style = ";".join(f"--{name}:{side:.5g}" for name, side in zip(names, box, strict=True))
    return f'style="{style}{"" if size is None else f";--s:{size:g}"}"'


def _article(brief: Brief, look: Look, number: int, key: str, body: str) -> str:
    """Write one page on the look's ground, with its typefaces and the bands behind it."""
    fonts = "".join(f"'{escape(font)}'," for font in look.fonts)
    style = f"background:{look.ground}" + (f";font-family:{fonts}sans-serif" if fonts else "")
    bands = "".join(
        f'<div class="at band" {_at(box)[:-1]};background:{colour}"></div>'
        for box, colour in look.bands
    )
    sheet = f"--wide:{look.frame.width:.6g};--high:{look.frame.height:.6g};--title:{look.title}"
    if look is OWN_LOOK:
        sheet += f";--place:{BLUE}"
    return (
        f'<article class="screen" lang="{language_tag(brief)}" id="page-{number}" '
        f'data-key="{escape(key)}" style="{style}"><div class="sheet" style="{sheet}">{bands}'
        f"{body}</div></article>"
    )


def _cover(brief: Brief, look: Look) -> str:
    cover, frame = brief.cover, look.frame
    note = cover.note or brief.source
    texts = [cover.subtitle, cover.unit, cover.date]
    more = ""
    if look is OWN_LOOK:
        left, top, wide, _ = frame.cover_text
        more = f"""<div class="at mark" {_at((frame.width - MARGIN - 130, 40, 130, 36))}>{escape(cover.mark)}</div>
<div class="at line" {_at((left + CELL_SIDE, top - 14, 120, 4))}></div>
<p class="at caveat" {_at((left + CELL_SIDE, 436, wide, 60))}>{escape(note)}</p>"""
    else:
        texts += filter(None, (cover.mark, cover.note))
    told = "".join(
        f'<p style="--s:{size:g}">{escape(text)}</p>'
        for text, size in zip(texts, cover_sizes(texts, frame.cover_text), strict=True)
    )
    size = fitting(cover.title, frame.cover_title, COVER_SIZES, bold=True)
    body = f"""<h1 class="at" {_at(frame.cover_title, size)}>{escape(cover.title)}</h1>
<div class="at told" {_at(frame.cover_text)}>{told}</div>
{more}"""
    return _article(brief, look, 1, "cover", body)


def _page(slide: Slide, brief: Brief, number: int, say: Say, look: Look) -> str:
    frame = look.frame
    parts = "".join(_placed(each, brief, say) for each in placed(slide, frame.parts))
    caveat = brief.caveat_of(slide)
    told = " · ".join((brief.place, brief.source, slide.as_of))
    red = f" <b>{escape(caveat)}</b>" if caveat else ""
    headline = _at(frame.title, headline_size(slide.headline, frame))
    conclusion = _at(frame.conclusion, conclusion_size(slide.conclusion, frame))
    left, top, _, high = frame.footer
    foot = _at((left, top - 7, frame.body[2], high + 19))
    body = f"""<h2 class="at" {headline}>{escape(slide.headline)}</h2>
<p class="at conclusion" {conclusion}>{escape(slide.conclusion)}</p>
{parts}
<footer class="at" {foot}><span>{escape(told)}{red}</span>
<span>{number} / {brief.total}</span></footer>"""
    return _article(brief, look, number, slide.key, body)


def _placed(each: Placed, brief: Brief, say: Say) -> str:
    part, at = each.part, _at(each.box)
    if isinstance(part, Sentence):
        return f'<p class="at sentence" {at}>{escape(part.text)}</p>'
    if isinstance(part, Figures):
        wide = figure_width(part, each.box[2])
        return f'<dl class="at figures" {at}>{figures(part, wide)}</dl>'
    title = f'<h3 style="--h:{each.title:g}">{escape(part.title)}</h3>' if part.title else ""
    if isinstance(part, Table):
        whole = each.box[2]
        widths = [100 * wide / whole for wide in column_widths(part, whole)]
        body = table(part, brief, widths=widths, heights=each.rows)
        kind = " wide" if len(part.columns) > 3 else ""
        return f'<div class="at{kind}" {at}>{title}{body}</div>'
    drawn = drawing(part, Canvas(each.box[2], each.box[3] - each.title, LEAST_TEXT), say)
    return f'<div class="at" {at}>{title}{drawn}</div>'


def figures(part: Figures, wide: float = math.inf) -> str:
    """Write the large figures as the items of a ``dl``, each ``wide``."""
    return "".join(
        f"<div><dt>{escape(each.name)}</dt><dd class=\"figure\" "
        f'style="--s:{figure_size(each, wide):g}">{escape(each.figure)}'
        f"<small>{escape(each.unit)}</small></dd><dd>{escape(each.change)}</dd></div>"
        for each in part.items
    )  # fmt: skip


def table(
    part: Table, brief: Brief, *, widths: list[float] | None = None, heights: tuple[float, ...] = ()
) -> str:
    """Write a table; ``widths`` of columns in percent, ``heights`` of rows in points."""
    columns = "".join(f'<col style="width:{wide:.2f}%">' for wide in widths or [])
    highs = [f' style="--h:{high:.4g}"' for high in heights] or [""] * (len(part.rows) + 1)
    head = "".join(
        f'<th scope="col"{_class(column)}>{escape(column.heading)}</th>' for column in part.columns
    )
    rows = "".join(
        f"<tr{high}>{''.join(_cell(text, column, brief) for text, column in zip(row, part.columns, strict=True))}</tr>"
        for row, high in zip(part.rows, highs[1:], strict=True)
    )
    return (
        f"<table><colgroup>{columns}</colgroup><thead><tr{highs[0]}>{head}</tr></thead>"
        f"<tbody>{rows}</tbody></table>"
    )


def _class(column: Column) -> str:
    return ' class="number"' if column.is_number else ""


def _cell(text: str, column: Column, brief: Brief) -> str:
    words = escape(text)
    if column.is_state and text in brief.states:
        words = f'<span class="state-{brief.states[text]}">{words}</span>'
    return f"<td{_class(column)}>{words}</td>"


def is_drawn(part: Part) -> bool:
    """Tell whether a part is a chart or a map."""
    return not isinstance(part, Table | Figures | Sentence)
