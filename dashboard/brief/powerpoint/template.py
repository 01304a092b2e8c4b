"""Start a deck: an empty one of our own, or the user's template without its pages."""

import io
from typing import Any
from zipfile import BadZipFile

from pptx import Presentation
from pptx.exc import PythonPptxError
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.util import Pt

from dashboard.brief.layout import HEIGHT, WIDTH
from dashboard.brief.powerpoint.shapes import EAST_ASIAN, LATIN
from dashboard.model.problem import Problem
from dashboard.model.words import Words


def blank_deck() -> Any:
    """Make an empty 16:9 deck with one layout, whose theme names a Chinese typeface."""
    deck = Presentation()
    before = deck.slide_width
    deck.slide_width, deck.slide_height = Pt(WIDTH), Pt(HEIGHT)
    kept: Any = deck.slide_layouts.get_by_name("Title Only")
    for layout in list(deck.slide_layouts):
        if layout is not kept:
            deck.slide_layouts.remove(layout)
    for shape in (*deck.slide_master.placeholders, *kept.placeholders):
        # These boxes are laid out for 4:3.
        shape.left, shape.width = (
            round(side * deck.slide_width / before) for side in (shape.left, shape.width)
        )
    theme = deck.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    text = theme.blob.decode()
    text = text.replace('<a:ea typeface=""/>', f'<a:ea typeface="{EAST_ASIAN}"/>')
    text = text.replace('<a:latin typeface="Calibri"/>', f'<a:latin typeface="{LATIN}"/>')
    theme._blob = text.encode()
    return deck


def emptied(template: bytes) -> Any:
    """Open a template and take its pages out; its master and layouts stay."""
    try:  # A broken part of it is found out by any of these.
        deck: Any = Presentation(io.BytesIO(template))
    except (
        ValueError,
        KeyError,
        AttributeError,
        OSError,
        BadZipFile,
        PythonPptxError,
        SyntaxError,
    ) as error:
        raise Problem(
            Words(
                "模板不是可用的 PowerPoint 文件（.pptx）：请另存为 .pptx 后再试。",
                "The template is no PowerPoint file (.pptx): save it as .pptx and try again.",
            )
        ) from error
    size = (deck.slide_width.pt, deck.slide_height.pt)
    if max(abs(size[0] - WIDTH), abs(size[1] - HEIGHT)) > 1:
        raise Problem(
            Words(
                "模板应为 16:9 宽屏（33.87 × 19.05 厘米）：请在“设计—幻灯片大小”中改后再试。",
                "The template must be 16:9 widescreen (33.87 × 19.05 cm): change it under "
                "Design, Slide Size.",
            )
        )
    if title_layout(deck) is None:
        raise Problem(Words("模板没有带标题的版式。", "The template has no layout with a title."))
    pages = deck.slides._sldIdLst
    for page in list(pages):
        deck.part.drop_rel(page.rId)
        pages.remove(page)
    return deck


def title_layout(deck: Any) -> Any:
    """Find the layout with a title and least else."""
    titled = [
        layout
        for layout in deck.slide_layouts
        if any(each.placeholder_format.idx == 0 for each in layout.placeholders)
    ]
    return min(titled, key=lambda layout: len(layout.placeholders), default=None)
