"""Put texts and shapes on a page, in the colours and typefaces of the deck's theme."""

from dataclasses import dataclass
from typing import Any

from pptx.dml.color import RGBColor
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Pt

from dashboard.brief.layout import CELL_SIDE, Box
from dashboard.brief.looks import Look
from dashboard.brief.properties import language_tag
from dashboard.contract.words import Language
from dashboard.draw.theme import INK

# Typefaces for Chinese have high lines.
LINE_SHARE: dict[Language, float] = {"zh": 0.9, "en": 1.0}


@dataclass(frozen=True)
class TextLook:
    """Say how a box of text looks, and where in the box the text stands."""

    colour: str = INK
    bold: bool = False
    align: Any = PP_ALIGN.LEFT
    anchor: Any = MSO_ANCHOR.TOP
    inset: float = CELL_SIDE


class Page:
    """Hold one page of a deck while it is written; lengths are in the units of its frame."""

    def __init__(self, native: Any, language: Language, look: Look) -> None:
        self.native, self.language, self.look = native, language, look

    def length(self, units: float) -> Any:
        """Turn a length of the frame, or a type size, into one of the page."""
        return Pt(units * self.look.frame.scale)

    def paint(self, colour: Any, ours: str) -> None:
        """Set a colour of python-pptx to what stands for ours in the deck's theme."""
        if ours not in self.look.scheme:
            colour.rgb = rgb(self.look.shown.get(ours, ours))
            return
        name, by = self.look.scheme[ours]
        colour.theme_color = MSO_THEME_COLOR.from_xml(name)
        if by:
            colour.brightness = by

    def fill(self, filled: Any, ours: str) -> None:
        filled.fill.solid()
        self.paint(filled.fill.fore_color, ours)

    def bar(self, box: Box, fill: str, *, name: str = "band", into: Any = None) -> None:
        sides = (self.length(side) for side in box)
        shape = (into or self.native).shapes.add_shape(MSO_SHAPE.RECTANGLE, *sides)
        shape.name = name
        self.fill(shape, fill)
        shape.line.fill.background()
        unstyled(shape)
        decorative(shape)

    def text(
        self,
        text: str,
        box: Box,
        size: float,
        name: str,
        look: TextLook | None = None,
        into: Any = None,
    ) -> Any:
        """Add a box of text to the page, or ``into`` a group of it."""
        shape = (into or self.native).shapes.add_textbox(*(self.length(side) for side in box))
        shape.name = name
        frame, look = shape.text_frame, look or TextLook()
        frame.word_wrap = True
        frame.vertical_anchor = look.anchor
        frame.margin_left = frame.margin_right = self.length(look.inset)
        frame.margin_top = frame.margin_bottom = Pt(0)
        for number, line in enumerate(text.split("\n")):
            paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
            paragraph.alignment = look.align
            self.run(paragraph, line, size, colour=look.colour, bold=look.bold)
        return shape

    def run(
        self,
        paragraph: Any,
        text: str,
        size: float,
        *,
        colour: str | None = INK,
        bold: bool | None = False,
    ) -> None:
        """Add a text; without a colour or weight it has those of its place."""
        run = paragraph.add_run()
        run.text = text
        run.font.size, run.font.bold = self.length(size), bold
        if colour is not None:
            self.paint(run.font.color, colour)
        run._r.get_or_add_rPr().set("lang", language_tag(self.language))
        paragraph.line_spacing = LINE_SHARE[self.language]

    def placeholder(self, source: Any, name: str) -> Any:
        """Take a layout's footer or page number over to the page; return its only paragraph."""
        place = source._element.find(f".//{qn('p:ph')}")
        number = max(int(each.get("id")) for each in self.native._element.iter(qn("p:cNvPr"))) + 1
        kind, index = place.get("type"), place.get("idx", "0")
        shape = parse_xml(
            f'<p:sp {nsdecls("p", "a")}><p:nvSpPr><p:cNvPr id="{number}" name="{name}"/><p:cNvSpPr>'
            f'<a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr><p:ph type="{kind}" sz="quarter" '
            f'idx="{index}"/></p:nvPr></p:nvSpPr><p:spPr/><p:txBody><a:bodyPr/><a:lstStyle/><a:p/>'
            "</p:txBody></p:sp>"
        )
        self.native.shapes._spTree.append(shape)
        return self.native.shapes[-1].text_frame.paragraphs[0]


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


def unstyled(shape: Any) -> None:
    """Drop the theme's style, with its shadow."""
    style = shape._element.find(qn("p:style"))
    if style is not None:
        shape._element.remove(style)


def describe(shape: Any, text: str) -> None:
    """Give a shape the words that a screen reader says of it."""
    shape._element.xpath(".//p:cNvPr")[0].set("descr", text)


def decorative(shape: Any) -> None:
    """Tell a screen reader to pass a shape over."""
    properties = shape._element.xpath(".//p:cNvPr")[0]
    uri = "http://schemas.microsoft.com/office/drawing/2017/decorative"
    properties.append(
        parse_xml(
            f'<a:extLst {nsdecls("a")}><a:ext uri="{{C183D7F6-B498-43B3-948B-1728B52AA6E4}}">'
            f'<adec:decorative xmlns:adec="{uri}" val="1"/></a:ext></a:extLst>'
        )
    )
