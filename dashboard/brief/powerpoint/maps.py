"""Draw the map as native shapes, one for each town, named after it."""

from collections.abc import Sequence
from typing import Any

from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls

from dashboard.brief.labels import Label, legend_steps, map_labels, towns_of
from dashboard.brief.layout import Box
from dashboard.brief.looks import WATER, WHITE
from dashboard.brief.powerpoint.shapes import (
    Page,
    TextLook,
    decorative,
    describe,
    freeform,
    unstyled,
)
from dashboard.brief.slides import TownMap
from dashboard.draw.theme import INK, INK_SOFT, RED
from dashboard.language import Say

NAME, STEP, NOTE = 14.0, 14.0, 12.0
LEGEND = 108.0


def add_map(page: Page, town_map: TownMap, box: Box) -> None:
    """Add the towns, their names and values, and the legend."""
    left, top, width, height = box
    geometry = town_map.geometry
    scale = min((width - LEGEND) / geometry.width, height / geometry.height)
    x0 = left + (width - LEGEND - geometry.width * scale) / 2
    y0 = top + (height - geometry.height * scale) / 2
    group = page.native.shapes.add_group_shape()
    group.name = town_map.title
    describe(group, f"{town_map.title} {town_map.note}")

    def point(pair: Sequence[float]) -> tuple[int, int]:
        return page.length(x0 + pair[0] * scale), page.length(y0 + pair[1] * scale)

    for place, fill, rings in towns_of(town_map):
        shape = freeform(group, [[point(p) for p in ring] for ring in rings])
        shape.name = place.name
        describe(shape, f"{place.name} {place.label}")
        page.fill(shape, fill)
        page.paint(shape.line.color, RED if place.is_marked else WHITE)
        shape.line.width = page.length(3 if place.is_marked else 1)
        unstyled(shape)
    for line in geometry.lines:
        shape = freeform(group, [[point(p) for p in line.points]], is_closed=False)
        shape.name = line.name
        decorative(shape)
        shape.fill.background()
        page.paint(shape.line.color, WATER)
        shape.line.width = page.length(2)
        unstyled(shape)
    for label in map_labels(town_map, scale=scale, origin=(x0, y0), size=NAME):
        _label(page, group, label, label.is_on_dark(town_map))
    _legend(page, group, town_map, (left + width - LEGEND, top, LEGEND, height))
    group._element.recalculate_extents()


def _label(page: Page, group: Any, label: Label, is_dark: bool) -> None:
    """Name a town and give its value: on its own colour where that fits, else on a pale ground."""
    box = (label.x - label.width / 2, label.y - label.height / 2, label.width, label.height)
    look = TextLook(
        WHITE if is_dark else INK,
        bold=label.place.is_marked,
        align=PP_ALIGN.CENTER,
        anchor=MSO_ANCHOR.MIDDLE,
        inset=0,
    )
    name = f"{label.place.name} {label.place.label}"
    shape = page.text(label.text, box, NAME, name, look, group)
    if not label.is_inside:
        page.fill(shape, WHITE)
        clear = parse_xml(f'<a:alpha {nsdecls("a")} val="65000"/>')
        shape.fill._fill._solidFill[0].append(clear)


def _legend(page: Page, group: Any, town_map: TownMap, box: Box) -> None:
    left, top, width, height = box
    y = top + 4
    for fill, words in legend_steps(town_map, Say(page.language)):
        page.bar((left, y + 3, 22, 16), fill, name="legend", into=group)
        look = TextLook(anchor=MSO_ANCHOR.MIDDLE, inset=2)
        page.text(words, (left + 26, y, width - 26, 22), STEP, "legend", look, group)
        y += 24
    if town_map.note:
        look = TextLook(INK_SOFT, anchor=MSO_ANCHOR.BOTTOM, inset=0)
        box = (left, top + height - 54, width, 54)
        page.text(town_map.note, box, NOTE, "map-note", look, group)
