"""Place the names and values of a map's towns so that none covers another."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import combinations
from typing import Any

import shapely

from dashboard.brief.fit import LINE, text_width
from dashboard.brief.slides import Place, TownMap
from dashboard.draw.theme import NO_DATA
from dashboard.language import Say

Point = tuple[float, float]
ROUNDS = 60
# Between a text and the edge of its box.
MARGIN = 2.0
# In text sizes: farther from its town a label is taken for a neighbour's.
MOST_MOVED = 1.2


@dataclass(frozen=True)
class Label:
    """Hold a town's lines of text and the middle of the box that they take."""

    place: Place
    lines: tuple[str, ...]
    x: float
    y: float
    width: float
    height: float
    is_inside: bool

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def is_on_dark(self, town_map: TownMap) -> bool:
        """Tell whether its ground is the darkest class."""
        return self.is_inside and self.place.class_index == len(town_map.fills) - 1


def map_labels(town_map: TownMap, *, scale: float, origin: Point, size: float) -> list[Label]:
    """Name the towns, with their values where there is room, none over another.

    Names stand alone where name and value would have to move far from their towns: the values
    are in the ranking beside. A label is ``is_inside`` where its box lies in its town, so that the
    town's colour is its ground.
    """
    regions = {region.code: region for region in town_map.geometry.regions}
    there = [place for place in town_map.places if place.code in regions]

    def point(pair: Sequence[float]) -> Point:
        return origin[0] + pair[0] * scale, origin[1] + pair[1] * scale

    def label(place: Place, lines: tuple[str, ...]) -> Label:
        x, y = point(regions[place.code].label)
        wide = max(text_width(line, size, bold=place.is_marked) for line in lines) + 2 * MARGIN
        return Label(place, lines, x, y, wide, len(lines) * size * LINE, is_inside=False)

    def outline(code: str) -> list[list[Point]]:
        return [[point(pair) for pair in ring] for ring in regions[code].rings]

    end = point((town_map.geometry.width, town_map.geometry.height))
    wished = [label(each, (each.name, each.label)) for each in there]
    moved = _within(apart(wished), (*origin, *end))
    if _farthest(wished, moved) > MOST_MOVED * size:
        wished = [label(each, (each.name,)) for each in there]
        moved = _within(apart(wished), (*origin, *end))
    return [replace(each, is_inside=_is_inside(each, outline(each.place.code))) for each in moved]


def _farthest(before: list[Label], after: list[Label]) -> float:
    return max(
        (math.dist((a.x, a.y), (b.x, b.y)) for a, b in zip(before, after, strict=True)), default=0.0
    )


def _within(labels: list[Label], bounds: tuple[float, float, float, float]) -> list[Label]:
    """Keep labels on the map."""
    left, top, right, bottom = bounds
    return [
        replace(
            each,
            x=min(max(each.x, left + each.width / 2), right - each.width / 2),
            y=min(max(each.y, top + each.height / 2), bottom - each.height / 2),
        )
        for each in labels
    ]


def apart(labels: list[Label]) -> list[Label]:
    """Move labels that overlap apart, again and again until none does."""
    labels = list(labels)
    for _ in range(ROUNDS):
        before = list(labels)
        for one, other in combinations(range(len(labels)), 2):
            labels[one], labels[other] = _parted(labels[one], labels[other])
        if labels == before:
            break
    return labels


def _parted(a: Label, b: Label) -> tuple[Label, Label]:
    """Move two labels that overlap apart, each by half and along the shorter way."""
    over_x = (a.width + b.width) / 2 - abs(a.x - b.x)
    over_y = (a.height + b.height) / 2 - abs(a.y - b.y)
    if over_x <= 0.01 or over_y <= 0.01:
        return a, b
    if over_x < over_y:
        step = over_x / 2 if a.x >= b.x else -over_x / 2
        return replace(a, x=a.x + step), replace(b, x=b.x - step)
    step = over_y / 2 if a.y >= b.y else -over_y / 2
    return replace(a, y=a.y + step), replace(b, y=b.y - step)


def _is_inside(label: Label, rings: list[list[Point]]) -> bool:
    """Tell whether a label's box lies in a shape, its holes left out."""
    shape = reduce(shapely.symmetric_difference, map(shapely.Polygon, rings))
    wide, high = label.width / 2, label.height / 2
    box = shapely.box(label.x - wide, label.y - high, label.x + wide, label.y + high)
    return bool(shapely.covers(shape, box))


def towns_of(town_map: TownMap) -> Iterator[tuple[Place, str, Sequence[Any]]]:
    """List the towns, each with its colour and outline; what is marked comes last, so that no
    neighbour covers its outline."""
    rings = {region.code: region.rings for region in town_map.geometry.regions}
    for place in sorted(town_map.places, key=lambda each: each.is_marked):
        if place.code in rings:
            number = place.class_index
            yield place, NO_DATA if number is None else town_map.fills[number], rings[place.code]


def legend_steps(town_map: TownMap, say: Say) -> list[tuple[str, str]]:
    """List the colours that there are, each with what it means."""
    pairs = zip(town_map.fills, town_map.legend, strict=True)
    steps = [(fill, words) for fill, words in pairs if words]
    if any(place.class_index is None for place in town_map.places):
        steps.append((NO_DATA, say("无数据")))
    return steps
