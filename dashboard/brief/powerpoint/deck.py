"""Write a whole deck, page by page.

Sizes are in points. Text is 18 or more; only the footer and the map's labels are smaller.
"""

import io
from typing import Any

from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Pt

from dashboard.brief.asking import command_line
from dashboard.brief.layout import (
    CELL_SIDE,
    CELL_TOP,
    FIGURE_GAP,
    FIGURE_SIDE,
    HEIGHT,
    MARGIN,
    PART_TITLE,
    TEXT,
    WIDTH,
    Box,
    Placed,
    column_widths,
    conclusion_size,
    figure_width,
    fitting,
    headline_size,
    placed,
)
from dashboard.brief.looks import PALE, STATE_MARKS
from dashboard.brief.powerpoint.charts import add_chart
from dashboard.brief.powerpoint.maps import add_map
from dashboard.brief.powerpoint.shapes import Page, describe, language_tag, place, plain_frame, rgb
from dashboard.brief.powerpoint.template import blank_deck, emptied, title_layout
from dashboard.brief.slides import Brief, Chart, Column, Figures, Sentence, Slide, Table, TownMap
from dashboard.draw.theme import BLUE, INK, INK_SOFT, RED, RULE

SMALL = 12.0
COVER_SIZES = (44.0, 40.0, 36.0, 32.0)
PLAIN_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # no style, no grid


def as_pptx(brief: Brief, *, template: bytes | None = None) -> bytes:
    """Write the whole briefing, over the user's own template if there is one.

    Raises Problem for a template that can't be used.
    """
    deck = blank_deck() if template is None else emptied(template)
    properties = deck.core_properties
    properties.title = f"{brief.cover.title} {brief.place} {brief.cover.date}"
    properties.subject = " · ".join(filter(None, (brief.source, brief.caveat, brief.version)))
    properties.author = brief.place
    properties.language = language_tag(brief.language)
    _cover(_new_page(deck, brief), brief)
    for number, slide in enumerate(brief.slides, 2):
        _slide(_new_page(deck, brief), slide, brief, number)
    file = io.BytesIO()
    deck.save(file)
    return file.getvalue()


def _new_page(deck: Any, brief: Brief) -> Page:
    native = deck.slides.add_slide(title_layout(deck))
    for each in list(native.placeholders):
        if each.placeholder_format.idx != 0:
            each._element.getparent().remove(each._element)
    return Page(native, brief.language)


def _cover(page: Page, brief: Brief) -> None:
    cover, left = brief.cover, MARGIN + 20
    wide = WIDTH - 2 * left
    page.bar((0, 0, WIDTH, 14), RED)
    size = fitting(cover.title, wide - 2 * CELL_SIDE, COVER_SIZES)
    _title(page, cover.title, (left, 150, wide, 70), size)
    page.text(cover.subtitle, (left, 226, wide, 48), 32, name="place", colour=BLUE, bold=True)
    page.bar((left + CELL_SIDE, 290, 120, 4), RED)
    page.text(cover.unit, (left, 318, wide, 36), 22, name="unit")
    page.text(cover.date, (left, 356, wide, 36), 22, name="date")
    mark = page.text(
        cover.mark, (WIDTH - MARGIN - 130, 40, 130, 36), 20, name="mark", colour=RED,
        bold=True, align=PP_ALIGN.CENTER, anchor=MSO_ANCHOR.MIDDLE,
    )  # fmt: skip
    mark.line.color.rgb, mark.line.width = rgb(RED), Pt(1.5)
    if cover.note:
        page.text(cover.note, (left, 436, wide, 60), TEXT, name="caveat", colour=INK_SOFT)
    texts = (cover.note, brief.source, brief.version)
    _write_notes(page, *filter(None, texts))


def _slide(page: Page, slide: Slide, brief: Brief, number: int) -> None:
    wide = WIDTH - 2 * MARGIN
    page.bar((0, 0, WIDTH, 8), RED)
    _title(page, slide.headline, (MARGIN, 20, wide, 62), headline_size(slide.headline))
    page.text(
        slide.conclusion, (MARGIN, 84, wide, 34), conclusion_size(slide.conclusion),
        name="conclusion", colour=BLUE, anchor=MSO_ANCHOR.MIDDLE,
    )  # fmt: skip
    for each in placed(slide):
        _part(page, each, brief)
    _footer(page, slide, brief, number)
    commands = [command_line(each) for each in slide.counted]
    _write_notes(page, slide.conclusion, *filter(None, (slide.lack,)), *slide.notes, *commands)


def _write_notes(page: Page, *texts: str) -> None:
    page.native.notes_slide.notes_text_frame.text = "\n".join(texts)


def _title(page: Page, text: str, box: Box, size: float) -> None:
    shape = page.native.shapes.title
    place(shape, box)
    plain_frame(shape.text_frame, MSO_ANCHOR.MIDDLE)
    paragraph = shape.text_frame.paragraphs[0]
    page.run(paragraph, text, size, colour=RED, bold=True)
    paragraph.alignment = PP_ALIGN.LEFT


def _footer(page: Page, slide: Slide, brief: Brief, number: int) -> None:
    top = HEIGHT - 36
    page.bar((MARGIN, top, WIDTH - 2 * MARGIN, 1), RULE)
    box = page.text(
        " · ".join((brief.place, brief.source, slide.as_of)),
        (MARGIN, top + 5, WIDTH - 2 * MARGIN - 90, 22), SMALL, name="footer", colour=INK_SOFT,
    )  # fmt: skip
    caveat = brief.caveat_of(slide)
    if caveat:
        page.run(box.text_frame.paragraphs[0], f" · {caveat}", SMALL, colour=RED, bold=True)
    at_right = page.text(
        "", (WIDTH - MARGIN - 90, top + 5, 90, 22), SMALL, name="page", align=PP_ALIGN.RIGHT
    )
    paragraph = at_right.text_frame.paragraphs[0]
    field = parse_xml(
        f'<a:fld {nsdecls("a")} id="{{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}}" type="slidenum">'
        f'<a:rPr lang="{language_tag(brief.language)}" sz="{SMALL * 100:.0f}"/>'
        f"<a:t>{number}</a:t></a:fld>"
    )
    paragraph._p.insert(0, field)
    for old in paragraph.runs:
        paragraph._p.remove(old._r)
    page.run(paragraph, f" / {brief.total}", SMALL, colour=INK_SOFT)


# Parts -----------------------------------------------------------------------------------


def _part(page: Page, each: Placed, brief: Brief) -> None:
    part, box = each.part, each.box
    if isinstance(part, Figures):
        _figures(page, part, box)
    elif isinstance(part, Sentence):
        page.text(
            part.text, box, 24, name="sentence", align=PP_ALIGN.CENTER, anchor=MSO_ANCHOR.MIDDLE,
            colour=INK_SOFT,
        )  # fmt: skip
    elif isinstance(part, Chart):
        add_chart(page, part, _titled(page, part.title, box))
    elif isinstance(part, TownMap):
        add_map(page, part, _titled(page, part.title, box))
    else:
        _table(page, part, _titled(page, part.title, box), each.rows, brief)


def _titled(page: Page, text: str, box: Box) -> Box:
    """Write a part's title over it and return the box that is left."""
    if not text:
        return box
    left, top, width, height = box
    page.text(text, (left, top, width, PART_TITLE), TEXT, name="part-title", bold=True)
    return left, top + PART_TITLE, width, height - PART_TITLE


def _figures(page: Page, figures: Figures, box: Box) -> None:
    left, top, width, height = box
    wide = figure_width(figures, width)
    for number, each in enumerate(figures.items):
        x = left + number * (wide + FIGURE_GAP)
        page.bar((x, top, wide, height), PALE)
        page.bar((x, top, wide, 3), BLUE)
        names = height - 64
        page.text(each.name, (x, top + 5, wide, names), TEXT, name="figure-name", inset=FIGURE_SIDE)
        shape = page.text(
            each.figure, (x, top + 3 + names, wide, 36), 26, name="figure", colour=BLUE, bold=True,
            anchor=MSO_ANCHOR.MIDDLE, inset=FIGURE_SIDE,
        )  # fmt: skip
        if each.unit:
            page.run(shape.text_frame.paragraphs[0], each.unit, TEXT, colour=BLUE)
        page.text(
            each.change, (x, top + height - 26, wide, 25), TEXT, name="change", colour=INK_SOFT,
            inset=FIGURE_SIDE,
        )  # fmt: skip


def _table(page: Page, table: Table, box: Box, heights: tuple[float, ...], brief: Brief) -> None:
    left, top, width, _ = box
    frame = page.native.shapes.add_table(
        len(table.rows) + 1, len(table.columns), Pt(left), Pt(top), Pt(width), Pt(sum(heights))
    )
    frame.name = "table"
    describe(frame, table.title or page.native.shapes.title.text_frame.text)
    native = frame.table
    native._tbl.tblPr.find(qn("a:tableStyleId")).text = PLAIN_STYLE
    for column, wide in zip(native.columns, column_widths(table, width), strict=True):
        column.width = Pt(wide)
    for row, high in zip(native.rows, heights, strict=True):
        row.height = Pt(high)
    headings = tuple(column.heading for column in table.columns)
    for y, texts in enumerate((headings, *table.rows)):
        for x, (text, column) in enumerate(zip(texts, table.columns, strict=True)):
            _cell(page, native.cell(y, x), text, y, column, brief)


def _cell(page: Page, cell: Any, text: str, row: int, column: Column, brief: Brief) -> None:
    cell.margin_left = cell.margin_right = Pt(CELL_SIDE)
    cell.margin_top = cell.margin_bottom = Pt(CELL_TOP)
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    cell.fill.solid()
    cell.fill.fore_color.rgb = rgb(BLUE if row == 0 else "#FFFFFF" if row % 2 else PALE)
    paragraph = cell.text_frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.RIGHT if column.is_number else PP_ALIGN.LEFT
    if row == 0:
        page.run(paragraph, text, TEXT, colour="#FFFFFF", bold=True)
    elif column.is_state and text in brief.states:
        mark, colour = STATE_MARKS[brief.states[text]]
        page.run(paragraph, f"{mark} {text}".strip(), TEXT, colour=colour, bold=True)
    else:
        page.run(paragraph, text, TEXT, colour=INK)
