"""Check that a map's labels move apart, and no farther than they must."""

import pytest

from dashboard.brief.labels import Label, apart, map_labels
from dashboard.brief.slides import Place, TownMap
from dashboard.intake.drawn import drawn_towns
from dashboard.paths import DATA

PLACE = Place("x", "x", "1", 0)


def label(x: float, y: float, width: float = 20, height: float = 10) -> Label:
    return Label(PLACE, ("x",), x, y, width, height, is_inside=False)


def test_what_overlaps_moves_the_shorter_way() -> None:
    above, below = apart([label(0, 0), label(2, 6)])
    assert (above.x, below.x) == (0, 2)
    assert below.y - above.y == pytest.approx(10)
    left, right = apart([label(0, 0), label(18, 1)])
    assert right.x - left.x == pytest.approx(20)
    assert (left.y, right.y) == (0, 1)


def test_what_does_not_overlap_stays() -> None:
    there = [label(0, 0), label(30, 0), label(0, 30)]
    assert apart(there) == there


def test_values_give_way_where_there_is_no_room() -> None:
    geometry = drawn_towns(DATA).geometry
    places = tuple(Place(region.code, "莘庄工业区", "54.9", 0) for region in geometry.regions)
    town_map = TownMap("", geometry, places, ("#FFFFFF",), ("",), "")
    roomy = map_labels(town_map, scale=60, origin=(0, 0), size=16)
    assert {each.lines for each in roomy} == {("莘庄工业区", "54.9")}
    tight = map_labels(town_map, scale=14, origin=(0, 0), size=16)
    assert {each.lines for each in tight} == {("莘庄工业区",)}
    for each in (*roomy, *tight):
        scale = 60 if each in roomy else 14
        assert each.width / 2 <= each.x <= geometry.width * scale - each.width / 2
