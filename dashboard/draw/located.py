"""Draw communities on the towns' outlines, in groups that a legend names and counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.draw import outlines, parts
from dashboard.draw.drawing import Drawing, Height, Trace, scatter
from dashboard.draw.theme import BLUE, INK_SOFT
from dashboard.language import Say

Point = tuple[float, float]
_LAND, _AROUND = "#E3E8EE", "#F1F4F7"


@dataclass(frozen=True)
class Group:
    """Hold the points of one kind, placed in km on the map: what they are and what each is."""

    name: str
    places: Sequence[Point]
    hovers: Sequence[str]
    marker: Mapping[str, Any]


def groups_map(
    geometry: Mapping[str, Any],
    names: Mapping[str, str],
    towns: Sequence[str],
    groups: Sequence[Group],
    say: Say,
    *,
    links: Sequence[tuple[Point, Point]] = (),
    height: Height = 460,
) -> Drawing:
    """Draw the towns, seen close those of ``towns`` where there are some, groups of points over them, and
    ``links`` from point to point."""
    regions = {region["code"]: region for region in geometry["regions"]}
    shown = [regions[code] for code in towns if code in regions] or list(regions.values())
    xs, ys = outlines.bounds(shown)
    hidden = {"visible": False, "fixedrange": True, "constrain": "domain"}
    ways = [point for start, end in links for point in (start, end, (None, None))]
    return parts.chart(
        [
            outlines.area(list(regions.values()), _AROUND) | {"showlegend": False},
            outlines.area(shown, _LAND) | {"showlegend": False},
            *(
                outlines.water(line["points"]) | {"showlegend": False}
                for line in geometry.get("lines", ())
            ),
            scatter(
                mode="text", hoverinfo="skip", showlegend=False,
                text=[names[code] for code in regions],
                **outlines.points([region["label"] for region in regions.values()]),
                textfont={"size": 11, "color": INK_SOFT},
            ),
            scatter(
                mode="lines", hoverinfo="skip", showlegend=False,
                line={"color": BLUE, "width": 1}, **outlines.points(ways),
            ),
            *(_marks(group) for group in groups if len(group.places)),
        ],
        height=height,
        margin={"l": 0, "r": 0, "t": 0, "b": 44},
        showlegend=True,
        legend=parts.LEGEND_BELOW,
        xaxis={**hidden, "range": xs},
        yaxis={**hidden, "range": ys[::-1], "scaleanchor": "x"},
        alt=say(
            "位置示意图：{groups}。",
            groups=say.listed([f"{group.name} {len(group.places)}" for group in groups]),
        ),
    )  # fmt: skip


def _marks(group: Group) -> Trace:
    return scatter(
        mode="markers", name=f"{group.name} {len(group.places)}", hoverinfo="text",
        hovertext=list(group.hovers),
        # Of points of several sizes plotly makes pale ones with an edge, if not told otherwise.
        marker={"opacity": 1, "line": {"width": 0}, **group.marker},
        **outlines.points(list(group.places)),
    )  # fmt: skip
