"""Turn the texts of a browser's drawing into outlines, so that it prints alike on any machine.

The font is Noto Sans SC, from a package: nothing depends on what is installed where.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTFont
from pylopdf_fonts_zh_cn import sans_path

from dashboard.contract.problem import Problem
from dashboard.contract.words import Words

SVG = "{http://www.w3.org/2000/svg}"
XLINK = "{http://www.w3.org/1999/xlink}"
MOST_CHARACTERS = 12_000_000
_DRAWN = frozenset(
    f"{SVG}{tag}"
    for tag in (
        "svg",
        "g",
        "defs",
        "path",
        "rect",
        "circle",
        "ellipse",
        "line",
        "polyline",
        "polygon",
        "clipPath",
        "linearGradient",
        "stop",
        "pattern",
        "text",
        "tspan",
        "image",
        "use",
        "title",
    )  # fmt: skip
)
_FONT_STYLES = re.compile(r"(font|white-space|text-anchor|line-height)")
_BOLD = 0.035

ElementTree.register_namespace("", "http://www.w3.org/2000/svg")
ElementTree.register_namespace("xlink", "http://www.w3.org/1999/xlink")


@dataclass(frozen=True)
class _Style:
    size: float = 16.0
    anchor: str = "start"
    is_bold: bool = False
    fill: str = "#000000"
    is_stroked: bool = False


@dataclass(frozen=True)
class _Run:
    """Hold a stretch of text in one style; ``x`` or ``y`` begin a new place, ``dy`` moves on."""

    text: str
    style: _Style
    x: float | None = None
    y: float | None = None
    dx: float = 0.0
    dy: float = 0.0


def outlined(svg: str) -> str:
    """Return the drawing with outlines for texts; raises Problem if it is no drawing of ours."""
    root = _read(svg)
    _walk(root, _Style())
    return ElementTree.tostring(root, encoding="unicode")


def _read(svg: str) -> Element:
    """Read a drawing that a browser sent; keep of it what draws, and nothing that reaches out."""
    if len(svg) > MOST_CHARACTERS:
        raise _refused()
    try:
        root = ElementTree.fromstring(svg)
    except ElementTree.ParseError:
        raise _refused() from None
    if root.tag != f"{SVG}svg":
        raise _refused()
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag not in _DRAWN or _reaches_out(child):
                parent.remove(child)
        for name in [name for name in parent.attrib if name.lower().startswith("on")]:
            del parent.attrib[name]
    return root


def _reaches_out(element: Element) -> bool:
    href = element.get(f"{XLINK}href") or element.get("href") or "#"
    allowed = ("data:image/png;base64,",) if element.tag == f"{SVG}image" else ("#",)
    return not href.startswith((*allowed, "#"))


def _refused() -> Problem:
    return Problem(
        Words(
            "这幅图未能制版：请重新载入页面后再试，或改用“图片”。",
            "The figure could not be typeset: reload the page and try again, or take “Picture”.",
        )
    )


def _walk(element: Element, style: _Style) -> None:
    style = _styled(element, style)
    for at, child in enumerate(list(element)):
        if child.tag == f"{SVG}text":
            element[at] = _drawn(child, style)
        else:
            _walk(child, style)


def _styled(element: Element, style: _Style) -> _Style:
    """Take what an element says of its texts on top of what it inherits."""
    said = {**element.attrib, **_declared(element)}
    changes: dict[str, Any] = {}
    if "font-size" in said:
        changes["size"] = _length(said["font-size"], style.size)
    if "text-anchor" in said:
        changes["anchor"] = said["text-anchor"]
    if "font-weight" in said:
        weight = said["font-weight"]
        changes["is_bold"] = weight == "bold" or (weight.isdecimal() and int(weight) >= 600)
    if "fill" in said:
        changes["fill"] = said["fill"]
    if "stroke" in said:
        changes["is_stroked"] = said["stroke"] not in ("none", "")
    return replace(style, **changes)


def _declared(element: Element) -> dict[str, str]:
    """Read a style attribute."""
    pairs = (each.split(":", 1) for each in element.get("style", "").split(";") if ":" in each)
    return {name.strip(): value.strip() for name, value in pairs}


def _length(text: str, size: float) -> float:
    """Read a length; em and % are of the font size around it."""
    match = re.fullmatch(r"\s*(-?[\d.]+(?:e-?\d+)?)\s*(px|em|%|pt)?\s*", text)
    if match is None:
        return 0.0
    scale = {"em": size, "%": size / 100, "pt": 4 / 3}.get(match[2] or "px", 1.0)
    return float(match[1]) * scale


def _drawn(text: Element, style: _Style) -> Element:
    """Draw one text element as a group of outlines, in its own place and colours."""
    kept = {
        name: value
        for name, value in text.attrib.items()
        if name not in ("x", "y", "dx", "dy", "style")
        and not name.startswith(("font", "text", "data-"))
    }
    styles = {n: v for n, v in _declared(text).items() if not _FONT_STYLES.match(n)}
    if styles:
        kept["style"] = ";".join(f"{name}:{value}" for name, value in styles.items())
    group = Element(f"{SVG}g", kept)
    x = y = 0.0
    for place in _places(list(_runs(text, style))):
        x = place[0].x if place[0].x is not None else x
        y = place[0].y if place[0].y is not None else y
        width = sum(_width(run.text) * run.style.size + run.dx for run in place)
        x -= {"middle": width / 2, "end": width}.get(place[0].style.anchor, 0.0)
        for run in place:
            x, y = x + run.dx, y + run.dy
            path = _path(run.text, x, y, run.style.size)
            if path:
                group.append(Element(f"{SVG}path", {"d": path, **_inked(run.style)}))
            x += _width(run.text) * run.style.size
    return group


def _inked(style: _Style) -> dict[str, str]:
    """Colour a run; the font has one weight, so that bold is drawn with a pen of its colour."""
    if not style.is_bold or style.is_stroked:
        return {"fill": style.fill}
    width = f"{style.size * _BOLD:.2f}"
    return {"fill": style.fill, "stroke": style.fill, "stroke-width": width}


def _runs(element: Element, style: _Style) -> Iterator[_Run]:
    """Give the runs of a text element in order, each child's tail in the parent's style."""
    here = _styled(element, style)
    x, y = (element.get(name) for name in ("x", "y"))
    yield _Run(
        _plain(element.text),
        here,
        x=None if x is None else _length(x.split()[0], here.size),
        y=None if y is None else _length(y.split()[0], here.size),
        dx=_length(element.get("dx", "0"), here.size),
        dy=_length(element.get("dy", "0"), here.size),
    )
    for child in element:
        if child.tag == f"{SVG}tspan":
            yield from _runs(child, here)
        if child.tail:
            yield _Run(_plain(child.tail), here)


def _places(runs: list[_Run]) -> list[list[_Run]]:
    """Group runs that follow each other from one place on: an anchor holds for the whole group."""
    groups: list[list[_Run]] = []
    for run in runs:
        if not groups or run.x is not None:
            groups.append([])
        groups[-1].append(run)
    return groups


def _plain(text: str | None) -> str:
    """Leave out what has no width of its own."""
    return "".join(each for each in text or "" if unicodedata.category(each) not in ("Cf", "Cc"))


@cache
def _font() -> tuple[dict[int, str], Any, Any, float]:
    font = TTFont(sans_path(), lazy=True)
    return font.getBestCmap(), font.getGlyphSet(), font["hmtx"], float(font["head"].unitsPerEm)


def _glyphs(text: str) -> list[str]:
    names = _font()[0]
    return [names.get(ord(each), ".notdef") for each in text]


def _width(text: str) -> float:
    """Measure a text, in units of its font size."""
    _, _, widths, units = _font()
    return sum(widths[name][0] for name in _glyphs(text)) / units


def _path(text: str, x: float, y: float, size: float) -> str:
    """Write the outlines of a text that begins at a point of its base line."""
    _, glyphs, widths, units = _font()
    scale = size / units
    pen = SVGPathPen(glyphs, ntos=lambda value: f"{value:.2f}".rstrip("0").rstrip("."))
    for name in _glyphs(text):
        glyphs[name].draw(TransformPen(pen, (scale, 0, 0, -scale, x, y)))
        x += widths[name][0] * scale
    return str(pen.getCommands())
