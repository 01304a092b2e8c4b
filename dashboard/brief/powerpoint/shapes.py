"""Put texts and shapes on a page, with the typefaces that Chinese needs."""

from typing import Any

from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Pt

from dashboard.brief.layout import CELL_SIDE, Box
from dashboard.draw.theme import INK
from dashboard.model.words import Language

EAST_ASIAN, LATIN = "Microsoft YaHei", "Arial"


def language_tag(language: Language) -> str:
    return "zh-CN" if language == "zh" else "en-GB"


class Page:
    """Hold one page of a deck while it is written."""

    def __init__(self, native: Any, language: Language) -> None:
        self.native, self.language = native, language

    def bar(self, box: Box, fill: str, *, name: str = "band") -> None:
        shape = self.native.shapes.add_shape(MSO_SHAPE.RECTANGLE, *(Pt(side) for side in box))
        shape.name = name
        shape.fill.solid()
        shape.fill.fore_color.rgb = rgb(fill)
        shape.line.fill.background()
        unstyled(shape)

    def text(
        self,
        text: str,
        box: Box,
        size: float,
        *,
        name: str,
        colour: str = INK,
        bold: bool = False,
        align: Any = PP_ALIGN.LEFT,
        anchor: Any = MSO_ANCHOR.TOP,
        inset: float = CELL_SIDE,
    ) -> Any:
        shape = self.native.shapes.add_textbox(*(Pt(side) for side in box))
        shape.name = name
        frame = shape.text_frame
        plain_frame(frame, anchor, inset=inset)
        for number, line in enumerate(text.split("\n")):
            paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
            paragraph.alignment = align
            self.run(paragraph, line, size, colour=colour, bold=bold)
        return shape

    def run(
        self, paragraph: Any, text: str, size: float, *, colour: str = INK, bold: bool = False
    ) -> None:
        run = paragraph.add_run()
        run.text = text
        run.font.size, run.font.bold = Pt(size), bold
        run.font.color.rgb = rgb(colour)
        run._r.get_or_add_rPr().set("lang", language_tag(self.language))
        typefaces(run.font)


def rgb(text: str) -> Any:
    return RGBColor.from_string(text.removeprefix("#"))


def freeform(group: Any, rings: list[list[tuple[int, int]]], *, is_closed: bool = True) -> Any:
    first, *others = rings
    builder = group.shapes.build_freeform(*first[0], scale=1.0)
    builder.add_line_segments(first[1:], close=is_closed)
    for ring in others:
        builder.move_to(*ring[0])
        builder.add_line_segments(ring[1:], close=is_closed)
    return builder.convert_to_shape()


def place(shape: Any, box: Box) -> None:
    shape.left, shape.top, shape.width, shape.height = (Pt(side) for side in box)


def plain_frame(frame: Any, anchor: Any, *, inset: float = CELL_SIDE) -> None:
    frame.word_wrap = True
    frame.vertical_anchor = anchor
    frame.margin_left = frame.margin_right = Pt(inset)
    frame.margin_top = frame.margin_bottom = Pt(0)


def typefaces(font: Any) -> None:
    """Set the typeface for Latin letters and for East-Asian ones, which take another element."""
    font.name = LATIN
    latin = font._rPr.find(qn("a:latin"))
    for old in font._rPr.findall(qn("a:ea")):
        font._rPr.remove(old)
    latin.addnext(parse_xml(f'<a:ea {nsdecls("a")} typeface="{EAST_ASIAN}"/>'))


def unstyled(shape: Any) -> None:
    """Drop the theme's style, with its shadow."""
    style = shape._element.find(qn("p:style"))
    if style is not None:
        shape._element.remove(style)


def describe(shape: Any, text: str) -> None:
    """Give a shape the words that a screen reader says of it."""
    shape._element.xpath(".//p:cNvPr")[0].set("descr", text)
