"""Write a whole deck, page by page.

Sizes are in the units of the deck's frame, points on our own pages. Text is 18 or more; only the
footer and the map's labels are smaller.
"""

import io
from typing import Any

from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn

from dashboard.asking.questions import command_line
from dashboard.brief.fit import LINE, text_width
from dashboard.brief.layout import (
    CELL_SIDE,
    CELL_TOP,
    COVER_GAP,
    COVER_SIZES,
    FIGURE_GAP,
    FIGURE_HIGH,
    FIGURE_SIDE,
    MARGIN,
    TEXT,
    Box,
    Placed,
    column_widths,
    conclusion_size,
    cover_sizes,
    figure_lines,
    figure_size,
    figure_width,
    fitting,
    headline_size,
    placed,
)
from dashboard.brief.looks import OWN_LOOK, PALE, STATE_MARKS, WHITE
from dashboard.brief.powerpoint.charts import add_chart
from dashboard.brief.powerpoint.maps import add_map
from dashboard.brief.powerpoint.shapes import Page, TextLook, describe
from dashboard.brief.powerpoint.template import (
    cover_layout,
    emptied,
    look_of,
    own_deck,
    page_layout,
    placeholder,
)
from dashboard.brief.properties import language_tag, own_properties
from dashboard.brief.slides import Brief, Chart, Column, Figures, Sentence, Slide, Table, TownMap
from dashboard.draw.theme import BLUE, INK, INK_SOFT, RED

SMALL = 12.0
PLAIN_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # no style, no grid


def as_pptx(brief: Brief, *, template: bytes | None = None) -> bytes:
    """Write the whole briefing, over the user's own template if there is one.

    Raises Problem for a template that can't be used.
    """
    deck = own_deck(brief.language) if template is None else emptied(template)
    look = OWN_LOOK if template is None else look_of(deck)

    def new_page(layout: Any) -> Page:
        native = deck.slides.add_slide(layout)
        return Page(native, brief.language, look)

    _cover(new_page(cover_layout(deck)), brief)
    for number, slide in enumerate(brief.slides, 2):
        _slide(new_page(page_layout(deck)), slide, brief, number)
    _name_notes_master(deck)
    size = (
        f"<PresentationFormat>{_format(look.frame.width / look.frame.height)}</PresentationFormat>"
    )
    own_properties(deck.part.package, deck.core_properties, brief, more=size)
    file = io.BytesIO()
    deck.save(file)
    return file.getvalue()


def _format(ratio: float) -> str:
    known = {"16:9": 16 / 9, "16:10": 1.6, "4:3": 4 / 3}
    return next((name for name, each in known.items() if abs(ratio - each) < 0.01), "Custom")


def _name_notes_master(deck: Any) -> None:
    """List the notes' master among the deck's, as python-pptx does not."""
    presentation = deck.part._element
    if presentation.find(qn("p:notesMasterIdLst")) is None:
        key = deck.part.relate_to(deck.notes_master.part, RELATIONSHIP_TYPE.NOTES_MASTER)
        listed = (
            f'<p:notesMasterIdLst {nsdecls("p", "r")}><p:notesMasterId r:id="{key}"/>'
            "</p:notesMasterIdLst>"
        )
        presentation.find(qn("p:sldMasterIdLst")).addnext(parse_xml(listed))


def _cover(page: Page, brief: Brief) -> None:
    """Fill the template's cover, or ours, where there is room at the side and below too."""
    cover, frame = brief.cover, page.look.frame
    size = fitting(cover.title, frame.cover_title, COVER_SIZES, bold=True)
    _title(page, cover.title, size)
    texts = [cover.subtitle, cover.unit, cover.date]
    if page.look is OWN_LOOK:
        mark = page.text(
            cover.mark,
            (frame.width - MARGIN - 130, 40, 130, 36),
            20,
            "mark",
            TextLook(RED, bold=True, align=PP_ALIGN.CENTER, anchor=MSO_ANCHOR.MIDDLE),
        )
        page.paint(mark.line.color, RED)
        mark.line.width = page.length(1.5)
        left, _, wide, _ = frame.cover_text
        if cover.note:
            page.text(cover.note, (left, 436, wide, 60), TEXT, "caveat", TextLook(INK_SOFT))
    else:
        texts += filter(None, (cover.mark, cover.note))
    there = [each for each in page.native.placeholders if each.placeholder_format.idx != 0]
    shape = max(there, key=lambda each: each.width * each.height, default=None)
    if shape is None:
        shape = page.text("", frame.cover_text, TEXT, "cover")
    for each in there:
        if each is not shape:
            each._element.getparent().remove(each._element)
    for number, (text, high) in enumerate(
        zip(texts, cover_sizes(texts, frame.cover_text), strict=True)
    ):
        body = shape.text_frame
        paragraph = body.paragraphs[0] if number == 0 else body.add_paragraph()
        is_own_place = number == 0 and page.look is OWN_LOOK
        page.run(
            paragraph, text, high, bold=number == 0, colour=BLUE if is_own_place else None
        )  # fmt: skip
        paragraph.space_before = page.length(COVER_GAP * high)
    _write_notes(page, *filter(None, (cover.note, brief.source, brief.version)))


def _slide(page: Page, slide: Slide, brief: Brief, number: int) -> None:
    frame = page.look.frame
    for each in list(page.native.placeholders):
        if each.placeholder_format.idx != 0:
            each._element.getparent().remove(each._element)
    _title(page, slide.headline, headline_size(slide.headline, frame))
    page.text(
        slide.conclusion,
        frame.conclusion,
        conclusion_size(slide.conclusion, frame),
        "conclusion",
        TextLook(BLUE, anchor=MSO_ANCHOR.MIDDLE),
    )
    for each in placed(slide, frame.parts):
        _part(page, each, brief)
    _footer(page, slide, brief, number)
    commands = [command_line(each) for each in slide.counted]
    _write_notes(page, slide.conclusion, *filter(None, (slide.lack,)), *slide.notes, *commands)


def _write_notes(page: Page, *texts: str) -> None:
    page.native.notes_slide.notes_text_frame.text = "\n".join(texts)


def _title(page: Page, text: str, size: float) -> None:
    """Fill the title where the layout has it, in the layout's colour and weight."""
    page.run(page.native.shapes.title.text_frame.paragraphs[0], text, size, colour=None, bold=None)


def _footer(page: Page, slide: Slide, brief: Brief, number: int) -> None:
    """Say whence and when in the layout's footer where that is wide enough, and number the page."""
    layout, box = page.native.slide_layout, page.look.frame.footer
    text = " · ".join((brief.place, brief.source, slide.as_of))
    caveat = brief.caveat_of(slide)
    source = placeholder(layout, PP_PLACEHOLDER.FOOTER)
    needed = page.length(1.1 * text_width(f"{text} · {caveat}", SMALL, bold=True))
    if page.look is OWN_LOOK or (source is not None and source.width >= needed):
        paragraph = page.placeholder(source, "footer")
        page.run(paragraph, text, SMALL, colour=INK_SOFT)
    else:
        shape = page.text(text, box, SMALL, "footer", TextLook(INK_SOFT))
        paragraph = shape.text_frame.paragraphs[0]
    if caveat:
        page.run(paragraph, f" · {caveat}", SMALL, colour=RED, bold=True)
    source = placeholder(layout, PP_PLACEHOLDER.SLIDE_NUMBER)
    if source is None:
        return
    field = parse_xml(
        f'<a:fld {nsdecls("a")} id="{{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}}" type="slidenum">'
        f'<a:rPr lang="{language_tag(brief.language)}"/><a:t>{number}</a:t></a:fld>'
    )
    page.placeholder(source, "page")._p.append(field)


# Parts -----------------------------------------------------------------------------------


def _part(page: Page, each: Placed, brief: Brief) -> None:
    part, box = each.part, each.box
    if isinstance(part, Figures):
        _figures(page, part, box)
    elif isinstance(part, Sentence):
        look = TextLook(INK_SOFT, align=PP_ALIGN.CENTER, anchor=MSO_ANCHOR.MIDDLE)
        page.text(part.text, box, 24, "sentence", look)
    elif isinstance(part, Chart):
        add_chart(page, part, _titled(page, part.title, each))
    elif isinstance(part, TownMap):
        add_map(page, part, _titled(page, part.title, each))
    else:
        _table(page, part, _titled(page, part.title, each), each.rows, brief)


def _titled(page: Page, text: str, each: Placed) -> Box:
    """Write a part's title over it and return the box that is left."""
    left, top, width, height = each.box
    if text:
        box = (left, top, width, each.title)
        page.text(text, box, TEXT, "part-title", TextLook(bold=True))
    return left, top + each.title, width, height - each.title


def _figures(page: Page, figures: Figures, box: Box) -> None:
    left, top, width, height = box
    wide, side = figure_width(figures, width), FIGURE_SIDE
    names, changes = (
        figure_lines(figures, width, each) * TEXT * LINE for each in ("name", "change")
    )
    for number, each in enumerate(figures.items):
        x = left + number * (wide + FIGURE_GAP)
        page.bar((x, top, wide, height), PALE)
        page.bar((x, top, wide, 3), BLUE)
        page.text(each.name, (x, top + 5, wide, names), TEXT, "figure-name", TextLook(inset=side))
        y = top + 5 + names
        look = TextLook(BLUE, bold=True, anchor=MSO_ANCHOR.MIDDLE, inset=side)
        box = (x, y, wide, FIGURE_HIGH)
        shape = page.text(each.figure, box, figure_size(each, wide), "figure", look)
        if each.unit:
            page.run(shape.text_frame.paragraphs[0], each.unit, TEXT, colour=BLUE)
        box = (x, y + FIGURE_HIGH, wide, changes)
        page.text(each.change, box, TEXT, "change", TextLook(INK_SOFT, inset=side))


def _table(page: Page, table: Table, box: Box, heights: tuple[float, ...], brief: Brief) -> None:
    left, top, width, _ = box
    sides = (page.length(side) for side in (left, top, width, sum(heights)))
    frame = page.native.shapes.add_table(len(table.rows) + 1, len(table.columns), *sides)
    title = table.title or page.native.shapes.title.text_frame.text
    frame.name = title
    describe(frame, title)
    native = frame.table
    native._tbl.tblPr.find(qn("a:tableStyleId")).text = PLAIN_STYLE
    for column, wide in zip(native.columns, column_widths(table, width), strict=True):
        column.width = page.length(wide)
    for row, high in zip(native.rows, heights, strict=True):
        row.height = page.length(high)
    headings = tuple(column.heading for column in table.columns)
    for y, texts in enumerate((headings, *table.rows)):
        for x, (text, column) in enumerate(zip(texts, table.columns, strict=True)):
            _cell(page, native.cell(y, x), text, y, column, brief)


def _cell(page: Page, cell: Any, text: str, row: int, column: Column, brief: Brief) -> None:
    cell.margin_left = cell.margin_right = page.length(CELL_SIDE)
    cell.margin_top = cell.margin_bottom = page.length(CELL_TOP)
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    page.fill(cell, BLUE if row == 0 else WHITE if row % 2 else PALE)
    paragraph = cell.text_frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.RIGHT if column.is_number else PP_ALIGN.LEFT
    if row == 0:
        page.run(paragraph, text, TEXT, colour=WHITE, bold=True)
    elif column.is_state and text in brief.states:
        mark, colour = STATE_MARKS[brief.states[text]]
        page.run(paragraph, f"{mark}\u00a0{text}".strip(), TEXT, colour=colour, bold=True)
    else:
        page.run(paragraph, text, TEXT, colour=INK)
