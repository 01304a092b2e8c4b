"""Start a deck: our own, or the user's template without its pages; know its look."""

import colorsys
import io
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.exc import PythonPptxError
from pptx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn

from dashboard.brief.layout import (
    BODY_HIGH,
    BODY_WIDE,
    CELL_SIDE,
    OWN_FRAME,
    SOURCE,
    Box,
    Frame,
)
from dashboard.brief.looks import (
    AMBER,
    COLOUR,
    MOST_BANDS,
    PALE,
    TYPEFACE,
    WHITE,
    Look,
)
from dashboard.contract.archives import is_bomb
from dashboard.contract.problem import Problem
from dashboard.contract.words import Language, Words
from dashboard.draw.theme import BLUE, BLUE_PALE, INK, INK_SOFT, NO_DATA, RED, RULE, SEQUENCE

# What a text must differ by from its ground, as WCAG 2 counts.
LEAST_CONTRAST = 4.5
LEAST_SCALE = 0.5
# PowerPoint's own, in points.
INSET = 7.2
# How much of its colour a map's class has below the darkest, a bar that steps back, and no data.
STEPS = (0.12, 0.3, 0.5, 0.7, 0.45, 0.12)
_BODIES = (PP_PLACEHOLDER.BODY, PP_PLACEHOLDER.OBJECT)
_FOOTING = (PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER, PP_PLACEHOLDER.DATE)
# What a broken part of a template is found out by.
_BROKEN = (
    ArithmeticError, LookupError, ValueError, AttributeError, TypeError, OSError, BadZipFile,
    PythonPptxError, SyntaxError,
)  # fmt: skip
_HERE = Path(__file__).parent
MAX_UNPACKED = 300_000_000


def own_deck(language: Language) -> Any:
    """Open the empty deck of our own: a cover's and a page's layout in our colours and typefaces,
    to be changed in PowerPoint."""
    return Presentation(str(_HERE / f"deck-{language}.pptx"))


@contextmanager
def _readable() -> Iterator[None]:
    """Say in a sentence that a template can't be read."""
    try:
        yield
    except _BROKEN as error:
        raise Problem(
            Words(
                "模板不是可用的 PowerPoint 文件（.pptx）：请另存为 .pptx 后再试。",
                "The template is no PowerPoint file (.pptx): save it as .pptx and try again.",
            )
        ) from error


@_readable()
def emptied(template: bytes) -> Any:
    """Open a template and take its pages out; its master and layouts stay."""
    with ZipFile(io.BytesIO(template)) as archive:
        if is_bomb(archive, most=MAX_UNPACKED):
            raise ValueError("would unpack to more than any honest template")
    return _emptied(Presentation(io.BytesIO(template)))


def _emptied(deck: Any) -> Any:
    if page_layout(deck) is None:
        raise Problem(Words("模板没有带标题的版式。", "The template has no layout with a title."))
    for key, each in list(deck.part.rels.items()):
        if each.reltype == RELATIONSHIP_TYPE.PRINTER_SETTINGS:
            deck.part.rels.pop(key)
    pages = deck.slides._sldIdLst
    for page in list(pages):
        deck.part.drop_rel(page.rId)
        pages.remove(page)
    _clean(deck)
    return deck


_MACROS = "vbaProject"
_ACTIVE = {
    "macroEnabled": Words("宏", "macros"),
    _MACROS: Words("宏", "macros"),
    "oleObject": Words("嵌入对象", "embedded objects"),
    "activeX": Words("控件", "controls"),
    "control": Words("控件", "controls"),
}


def _clean(deck: Any) -> None:
    """Drop macros and links to other addresses; refuse what else does or fetches something."""
    for key, each in list(deck.part.rels.items()):
        if each.reltype.endswith(_MACROS):
            deck.part.rels.pop(key)
    found: set[Words] = set()
    for part in [deck.part.package, *deck.part.package.iter_parts()]:
        relations = part._rels
        for key, each in list(relations.items()):
            kind = each.reltype.rpartition("/")[2]
            if each.is_external and kind != "hyperlink":
                found.add(Words("外部链接", "links to files elsewhere"))
            elif each.is_external:
                _unlink(part, key)
                relations.pop(key)
            elif each.target_part is not deck.part:
                held = f"{kind} {each.target_part.content_type}"
                found.update(words for name, words in _ACTIVE.items() if name in held)
    vars(deck.part)["content_type"] = CONTENT_TYPE.PML_PRESENTATION_MAIN
    if found:
        zh, en = ("、".join(w.zh for w in sorted(found)), ", ".join(w.en for w in sorted(found)))
        raise Problem(
            Words(
                f"模板的母版或版式中有{zh}：请删去后另存为 .pptx 再试。",
                f"The template's masters or layouts hold {en}: delete them, save it as .pptx and "
                "try again.",
            )
        )


def _unlink(part: Any, key: str) -> None:
    """Take out what refers to a relation of a part."""
    root = getattr(part, "_element", None)
    for link in [] if root is None else list(root.iter()):
        if link.get(qn("r:id")) == key:
            link.getparent().remove(link)


def page_layout(deck: Any) -> Any:
    """Find the layout of a page: with a title and least else, but not the cover's."""
    titled = [layout for layout in deck.slide_layouts if _title(layout) is not None]
    return min(
        titled,
        key=lambda layout: (
            layout._element.get("type") in ("title", "secHead"),
            layout._element.get("type") != "titleOnly",
            sum(p.placeholder_format.type not in _FOOTING for p in layout.placeholders),
        ),
        default=None,
    )


def cover_layout(deck: Any) -> Any:
    """Find the layout of the cover; a page's where there is none."""
    covers = (
        layout
        for layout in deck.slide_layouts
        if layout._element.get("type") == "title" and _title(layout) is not None
    )
    return next(covers, None) or page_layout(deck)


def placeholder(layout: Any, *kinds: Any) -> Any:
    """Find the largest of a layout's placeholders of these kinds, its master's where it has none."""
    for holder in (layout, getattr(layout, "slide_master", None)):
        if holder is None:
            continue
        there = [each for each in holder.placeholders if each.placeholder_format.type in kinds]
        there = [each for each in there if each.width and each.height]
        if there:
            return max(there, key=lambda each: each.width * each.height)
    return None


def _title(layout: Any) -> Any:
    there = (each for each in layout.placeholders if each.placeholder_format.idx == 0)
    return next(there, None)


def template_look(template: bytes) -> bytes:
    """Check a template and describe its look, as JSON; raises Problem where it can't be used."""
    return look_of(emptied(template)).as_json()


@_readable()
def look_of(deck: Any) -> Look:
    """Describe a template's look, for what is laid over it and for its preview."""
    page, cover = page_layout(deck), cover_layout(deck)
    theme = _Theme(page.slide_master)
    scheme = theme.scheme()
    frame = _frame(deck, page, cover)
    title = theme.text_colour(page.slide_master, "p:titleStyle")
    ground = theme.ground((page, page.slide_master))
    shown = {ours: theme.shown(*stands_in) for ours, stands_in in scheme.items()}
    steps = dict(zip((*SEQUENCE[:-1], BLUE_PALE, NO_DATA), STEPS, strict=True))
    shown |= {
        ours: mixed(shown[INK if ours == NO_DATA else BLUE], shown[WHITE], share)
        for ours, share in steps.items()
    }
    bands = tuple(islice(theme.bands((page.slide_master, page), frame.scale), MOST_BANDS))
    if contrast(RED, shown[WHITE]) < LEAST_CONTRAST:
        # Alerts stay what they are, but on a dark ground they are lighter.
        shown |= {each: mixed(each, shown[INK], 0.5) for each in (RED, AMBER)}
    return Look(frame, scheme, shown, ground, title, theme.fonts(), bands)


def _frame(deck: Any, page: Any, cover: Any) -> Frame:
    """Lay a frame over the template's boxes; its unit is such that what we show fits the body."""
    wide, high = deck.slide_width.pt, deck.slide_height.pt
    title = _points(_title(page)) or (0.05 * wide, 0.04 * high, 0.9 * wide, 0.12 * high)
    body = _points(placeholder(page, *_BODIES))
    feet = [_points(placeholder(page, kind)) for kind in _FOOTING]
    foot = min((box[1] for box in feet if box and box[1] > 0.7 * high), default=0.95 * high)
    top = title[1] + title[3]
    room = (title[0], top, title[2], foot - top)
    if body is not None and body[1] >= top - 1:
        room = (body[0], body[1], body[2], min(body[3], foot - body[1]))
    least = BODY_HIGH + SOURCE + 2
    scale = min(room[2] / BODY_WIDE, room[3] / least)
    if scale < LEAST_SCALE * min(wide / OWN_FRAME.width, high / OWN_FRAME.height):
        room = (0.05 * wide, min(top, 0.25 * high), 0.9 * wide, 0.0)
        room = (*room[:3], 0.95 * high - room[1])
        scale = min(room[2] / BODY_WIDE, room[3] / least)

    def units(box: Box) -> Box:
        left, top, width, height = (side / scale for side in box)
        return left, top, width, height

    def inner(box: Box) -> Box:
        """Leave room for what a placeholder keeps free at its sides."""
        left, top, width, height = units(box)
        more = INSET / scale - CELL_SIDE
        return left + more, top, width - 2 * more, height

    left, body_top, width, height = units(room)
    texts = _points(placeholder(cover, PP_PLACEHOLDER.SUBTITLE, *_BODIES))
    cover_title = _points(_title(cover)) or title
    below = cover_title[1] + cover_title[3]
    return Frame(
        wide / scale,
        high / scale,
        scale,
        title=inner(title),
        body=(left, body_top, width, height - SOURCE - 2),
        footer=(left, body_top + height - SOURCE, width, SOURCE),
        cover_title=inner(cover_title),
        cover_text=inner(texts or (cover_title[0], below, cover_title[2], 0.9 * high - below)),
    )


def _points(shape: Any) -> Box | None:
    if shape is None or not shape.width or not shape.height:
        return None
    return shape.left.pt, shape.top.pt, shape.width.pt, shape.height.pt


class _Theme:
    """Read the colours and typefaces of a master's theme."""

    def __init__(self, master: Any) -> None:
        blob = master.part.part_related_by(RELATIONSHIP_TYPE.THEME).blob
        theme = parse_xml(blob)
        self._colours = {
            each.tag.partition("}")[2]: f"#{each[0].get('lastClr') or each[0].get('val')}".upper()
            for each in theme.find(f".//{qn('a:clrScheme')}")
            if len(each) and re.fullmatch(
                "[0-9A-Fa-f]{6}", each[0].get("lastClr") or each[0].get("val") or ""
            )
        }  # fmt: skip
        self._names = dict(master._element.find(qn("p:clrMap")).attrib)
        self._theme = theme

    def shown(self, name: str, by: float = 0.0) -> str:
        """Give a colour of the scheme as it looks, lighter or darker by a share."""
        colour = self._colours.get(self._names.get(name, name), "#000000")
        if not by:
            return colour
        red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
        hue, light, fill = colorsys.rgb_to_hls(red, green, blue)
        light = light * (1 - by) + by if by > 0 else light * (1 + by)
        return "#" + "".join(f"{round(255 * c):02X}" for c in colorsys.hls_to_rgb(hue, light, fill))

    def scheme(self) -> dict[str, tuple[str, float]]:
        """Choose what takes the place of our colours: what stands out from the ground enough."""
        ground = self.shown("bg1")
        strong = next(
            name
            for name in ("accent1", "tx2", "accent2", "tx1")
            if name == "tx1" or contrast(self.shown(name), ground) >= LEAST_CONTRAST
        )
        pale = all(
            contrast(self.shown(name), self.shown("bg2")) >= LEAST_CONTRAST
            for name in ("tx1", strong)
        )
        is_dark = luminance(ground) < 0.2
        return {
            WHITE: ("bg1", 0.0),
            PALE: ("bg2", 0.0) if pale else ("bg1", 0.15 if is_dark else -0.05),
            INK: ("tx1", 0.0),
            INK_SOFT: ("tx1", 0.0 if is_dark else 0.35),
            BLUE: (strong, 0.0),
            RULE: ("bg1", 0.25 if is_dark else -0.15),
        }

    def fonts(self) -> tuple[str, ...]:
        """Name the typefaces of plain text: for Latin letters, then for Chinese."""
        minor = self._theme.find(f".//{qn('a:minorFont')}")
        if minor is None:
            return ()
        hans = minor.find(f"{qn('a:font')}[@script='Hans']")
        named = [minor.find(qn("a:latin")), minor.find(qn("a:ea")), hans]
        faces = (each.get("typeface", "") for each in named if each is not None)
        return tuple(face for face in faces if re.fullmatch(TYPEFACE, face))

    def text_colour(self, master: Any, style: str) -> str:
        """Find the colour of a master's titles."""
        fill = master._element.find(f".//{qn(style)}/{qn('a:lvl1pPr')}//{qn('a:solidFill')}")
        return self._fill(fill) or self.shown("tx1")

    def ground(self, holders: Iterable[Any]) -> str:
        """Find the plain colour behind a page; that of the scheme where it is none."""
        for holder in holders:
            background = holder._element.cSld.find(qn("p:bg"))
            if background is None:
                continue
            colour = self._fill(background.find(f".//{qn('a:solidFill')}"))
            return colour or self._fill(background.find(qn("p:bgRef"))) or self.shown("bg1")
        return self.shown("bg1")

    def bands(self, holders: Iterable[Any], scale: float) -> Iterable[tuple[Box, str]]:
        """List the plain shapes that a master and a layout put behind a page."""
        for holder in holders:
            for shape in holder.shapes:
                fill = shape._element.find(f"{qn('p:spPr')}/{qn('a:solidFill')}")
                box = _points(shape)
                colour = self._fill(fill)
                if box and colour and not shape.is_placeholder:
                    left, top, width, height = (side / scale for side in box)
                    yield (left, top, width, height), colour

    def _fill(self, fill: Any) -> str:
        """Read a fill's colour: a scheme's, or one of its own."""
        if fill is None or not len(fill):
            return ""
        colour, name = fill[0], fill[0].get("val")
        if colour.tag == qn("a:srgbClr"):
            plain = f"#{name}".upper()
            return plain if re.fullmatch(COLOUR, plain) else ""
        if colour.tag != qn("a:schemeClr") or not name:
            return ""
        more, off = (colour.find(qn(tag)) for tag in ("a:lumMod", "a:lumOff"))
        if off is not None:
            return self.shown(name, int(off.get("val")) / 100_000)
        return self.shown(name, 0 if more is None else int(more.get("val")) / 100_000 - 1)


def mixed(colour: str, ground: str, share: float) -> str:
    """Lay a share of a colour over a ground."""
    pairs = ((int(each[at : at + 2], 16) for each in (colour, ground)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(c * share + g * (1 - share)):02X}" for c, g in pairs)


def luminance(colour: str) -> float:
    """Give a colour's relative luminance, as WCAG 2 counts it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Give the contrast of two colours, 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)
