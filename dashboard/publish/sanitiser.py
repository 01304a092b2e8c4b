"""Keep of a browser's drawing what draws: nothing in it runs, and nothing reaches out."""

import re
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from dashboard.contract.problem import Problem
from dashboard.contract.words import Words

SVG = "{http://www.w3.org/2000/svg}"
XLINK = "{http://www.w3.org/1999/xlink}"
MOST_CHARACTERS = 12_000_000
_DRAWN = re.compile(
    re.escape(SVG) + "(svg|g|defs|path|rect|circle|ellipse|line|polyline|polygon|clipPath|"
    "linearGradient|stop|pattern|text|tspan|image|use|title)"
)
_BOLD = "0.035em"

ElementTree.register_namespace("", "http://www.w3.org/2000/svg")
ElementTree.register_namespace("xlink", "http://www.w3.org/1999/xlink")


def sanitised(svg: str) -> str:
    """Return the drawing with what draws alone; raises Problem if it is no drawing of ours."""
    try:
        root = ElementTree.fromstring(svg) if len(svg) <= MOST_CHARACTERS else None
    except ElementTree.ParseError:
        root = None
    if root is None or root.tag != f"{SVG}svg":
        raise Problem(
            Words(
                "这幅图未能制版：请重新载入页面后再试，或改用“图片”。",
                "The figure could not be typeset: reload the page and try again, or take “Picture”.",
            )
        )
    for parent in list(root.iter()):
        for child in list(parent):
            if not _DRAWN.fullmatch(child.tag) or _reaches_out(child):
                parent.remove(child)
        for name in [name for name in parent.attrib if name.lower().startswith("on")]:
            del parent.attrib[name]
    # Plotly sets figures apart from what they stand beside by spaces.
    root.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    _embolden(root, "#000000", is_bold=False)
    return ElementTree.tostring(root, encoding="unicode")


def _reaches_out(element: Element) -> bool:
    href = element.get(f"{XLINK}href") or element.get("href") or "#"
    allowed = ("data:image/png;base64,",) if element.tag == f"{SVG}image" else ("#",)
    return not href.startswith((*allowed, "#"))


def _embolden(element: Element, fill: str, *, is_bold: bool) -> None:
    """Draw bold texts with a pen of their colour: the font has one weight."""
    style = element.get("style", "").split(";")
    pairs = (each.split(":", 1) for each in style if ":" in each)
    said = {**element.attrib, **{name.strip(): value.strip() for name, value in pairs}}
    fill = said.get("fill", fill)
    weight = said.get("font-weight", "bold" if is_bold else "normal")
    is_bold = weight == "bold" or (weight.isdecimal() and int(weight) >= 600)
    if is_bold and element.tag in (f"{SVG}text", f"{SVG}tspan") and "stroke" not in said:
        element.attrib.update({"stroke": fill, "stroke-width": _BOLD})
    for child in element:
        _embolden(child, fill, is_bold=is_bold)
