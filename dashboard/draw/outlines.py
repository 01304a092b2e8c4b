"""Draw towns' outlines and water below the points of a plot: in km, y downwards."""

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard.draw import parts
from dashboard.draw.drawing import Trace, scatter

_WATER = "#A9CCE3"
# As wide as a name of a town is beside its point, in km.
_ROOM_KM = 1.2


def points(places: Sequence[Sequence[float | None]]) -> parts.Part:
    """Give the x and y of places as a trace takes them."""
    return {"x": [x for x, _ in places], "y": [y for _, y in places]}


def water(places: Sequence[Sequence[float]]) -> Trace:
    line = {"color": _WATER, "width": 4}
    return scatter(mode="lines", hoverinfo="skip", line=line, **points(places))


def area(regions: Sequence[Mapping[str, Any]], fill: str) -> Trace:
    """Fill regions as one trace, their rings parted by gaps."""
    corners = [
        point for region in regions for ring in region["rings"] for point in (*ring, (None, None))
    ]
    return scatter(
        mode="lines", fill="toself", fillcolor=fill, hoverinfo="skip",
        line={"color": "#FFFFFF", "width": 1.2}, **points(corners),
    )  # fmt: skip


def bounds(regions: Sequence[Mapping[str, Any]]) -> tuple[list[float], list[float]]:
    """Give the ranges of x and y that show regions with room round them."""
    corners = [point for region in regions for ring in region["rings"] for point in ring]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return (
        [min(xs) - _ROOM_KM / 2, max(xs) + _ROOM_KM / 2],
        [min(ys) - _ROOM_KM / 2, max(ys) + _ROOM_KM / 2],
    )
