"""Check that towns are found by what people call them, and coordinates end where they should."""

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.contract.tables import TOWN
from dashboard.intake.gazetteer import (
    Towns,
    communities,
    from_degrees,
    gcj02_to_bd09,
    place_fault,
    system_named,
    to_wgs84,
    wgs84_to_gcj02,
)
from dashboard.intake.messages import CellError
from dashboard.paths import DATA
from dashboard.warehouse.published import read_table

TOWNS = Towns(read_table(DATA / "towns.csv", TOWN))
LONS, LATS = st.floats(121.0, 121.9), st.floats(30.7, 31.8)


def metres(a: tuple[float, float], b: tuple[float, float]) -> float:
    east = (a[0] - b[0]) * 111_320 * math.cos(math.radians(a[1]))
    return math.hypot(east, (a[1] - b[1]) * 110_570)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("莘庄", "310112101"), ("莘庄镇", "310112101"), ("闵行区莘庄镇", "310112101"),
        ("上海市闵行区莘庄镇人民政府", "310112101"), ("310112101", "310112101"), ("310112101000", "310112101"),
        ("江川", "310112001"), ("江川路", "310112001"), ("江川路街道办事处", "310112001"),
        ("古美街道", "310112006"), ("古美", "310112006"), ("莘工区", "310112501"), (" 浦 锦 ", "310112009"),
        ("虹桥镇", "310112107"), ("闵行区虹桥镇", "310112107"), ("Qibao Town", "310112102"), ("qibao", "310112102"),
        (310112114.0, "310112114"),
    ],
)  # fmt: skip
def test_towns_are_found_by_what_people_call_them(name: object, code: str) -> None:
    assert TOWNS.take(name).value == code


@pytest.mark.parametrize("name", ["虹桥", "闵行区虹桥", " 虹 桥 "])
def test_hongqiao_alone_is_ambiguous(name: str) -> None:
    with pytest.raises(CellError) as caught:
        TOWNS.take(name)
    assert caught.value.code == "ambiguous"


@pytest.mark.parametrize(
    ("name", "meant"), [("莘压镇", "莘庄"), ("颛侨", "颛桥镇"), ("马乔镇", "马桥镇")]
)
def test_an_unknown_town_is_refused_with_suggestions(name: str, meant: str) -> None:
    with pytest.raises(CellError) as caught:
        TOWNS.take(name)
    assert caught.value.code == "unknown"
    assert meant in caught.value.todo.zh


@given(st.text())
def test_whatever_is_typed_is_a_town_or_refused(text: str) -> None:
    try:
        assert TOWNS.take(text).value in TOWNS.titles
    except CellError as no:
        assert no.code in ("ambiguous", "unknown")


# Pairs that the tests of eviltransform use: WGS-84, then GCJ-02.
@pytest.mark.parametrize(
    ("wgs84", "gcj02"),
    [
        ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
        ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
        ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
    ],
)
def test_gcj02_agrees_with_known_pairs(
    wgs84: tuple[float, float], gcj02: tuple[float, float]
) -> None:
    assert metres(wgs84_to_gcj02(*wgs84), gcj02) < 0.5
    assert metres(to_wgs84(*gcj02, "GCJ-02"), wgs84) < 0.5


# What wandergis/coordtransform, which many others are tested against, prints for one point.
def test_conversions_agree_with_the_pairs_of_coordtransform() -> None:
    here = (116.404, 39.915)
    bd09 = gcj02_to_bd09(*here)
    assert metres(bd09, (116.41036949371029, 39.92133699351021)) < 0.001
    assert metres(wgs84_to_gcj02(*here), (116.41024449916938, 39.91640428150164)) < 0.001
    assert metres(to_wgs84(*here, "GCJ-02"), (116.39775550083061, 39.91359571849836)) < 0.1
    gcj02_of_bd09 = wgs84_to_gcj02(*to_wgs84(*here, "BD-09"))
    assert metres(gcj02_of_bd09, (116.39762729119315, 39.90865673957631)) < 0.1


@given(LONS, LATS)
def test_there_and_back_is_where_it_began(lon: float, lat: float) -> None:
    there = wgs84_to_gcj02(lon, lat)
    assert metres(to_wgs84(*there, "GCJ-02"), (lon, lat)) < 0.01
    assert metres(to_wgs84(*gcj02_to_bd09(*there), "BD-09"), (lon, lat)) < 0.01
    assert 100 < metres(there, (lon, lat)) < 1000


def test_swapped_and_far_places_are_told_apart() -> None:
    assert place_fault(121.4, 31.1) is None
    swapped, outside = place_fault(31.1, 121.4), place_fault(116.4, 39.9)
    assert swapped is not None and swapped.code == "swapped"
    assert outside is not None and outside.code == "outside"


@pytest.mark.parametrize(
    ("text", "system"),
    [
        ("WGS-84", "WGS-84"), ("GPS坐标", "WGS-84"), ("高德", "GCJ-02"), ("火星坐标系", "GCJ-02"),
        ("百度坐标（BD-09）", "BD-09"), ("EPSG:4326", "WGS-84"), ("CGCS2000", "WGS-84"), ("上海城市坐标", None),
    ],
)  # fmt: skip
def test_coordinate_systems_are_known_by_their_names(text: str, system: str | None) -> None:
    assert system_named(text) == system


@pytest.mark.parametrize(
    ("text", "degrees"),
    [
        ("121°21′03.6″", 121.351),
        ("东经121度21分3.6秒", 121.351),
        ("31° 9' 21.6\" N", 31.156),
        ("121°30′", 121.5),
        ("121°", 121.0),
        ("121°75′03″", None),
        ("121.351", None),
        (121.351, None),
    ],
)
def test_degrees_and_minutes_are_read(text: object, degrees: float | None) -> None:
    assert from_degrees(text) == degrees


COMMUNITIES = communities(
    pd.DataFrame(
        [(f"C-{n}", name, None, None) for n, name in enumerate(("商发人才公寓", "中航公寓", "光明公寓", "吴泾家园", "春申青年社区"))],
        columns=["community_code", "name_zh", "name_en", "aliases"],
    )
)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("光华人才公寓", ["C-2"]), ("某某公寓", []), ("XX人才公寓", []), ("吴泾家圆", ["C-3"]), ("春申公寓", ["C-4"]),
        ("人才公寓", []), ("中行公寓", ["C-1"]),
    ],
)  # fmt: skip
def test_suggestions_do_not_rest_on_the_ending(name: str, meant: list[str]) -> None:
    assert COMMUNITIES.suggestions(name) == meant
