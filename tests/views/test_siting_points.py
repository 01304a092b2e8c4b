"""Own candidate points: read as they are pasted, in the system that is declared, and kept in the address."""

import pytest

from dashboard.contract.problem import Problem
from dashboard.figures.page import Choices
from dashboard.figures.siting import SITES, spots_of
from dashboard.intake.gazetteer import gcj02_to_bd09, wgs84_to_gcj02
from dashboard.views.own_points import read_points

HERE = (121.38, 31.11)


@pytest.mark.parametrize("mark", ["\t", ",", "，", " "])
@pytest.mark.parametrize("system", ["WGS-84", "GCJ-02", "BD-09"])
def test_points_come_back_from_the_address_where_they_lie(system: str, mark: str) -> None:
    lon, lat = HERE
    if system != "WGS-84":
        lon, lat = wgs84_to_gcj02(lon, lat)
    if system == "BD-09":
        lon, lat = gcj02_to_bd09(lon, lat)
    points = read_points(f"文化站{mark}{lon:.6f}{mark}{lat:.6f}\n\n", system)
    text = "~".join(each.written for each in points)
    (spot,), wrong = spots_of(Choices().with_own(SITES, text))
    assert (spot.name, wrong) == ("文化站", 0)
    assert (spot.lon, spot.lat) == pytest.approx(HERE, abs=2e-5)


@pytest.mark.parametrize(
    ("text", "system", "said"),
    [
        ("甲,121.4,31.1", None, "没有选坐标系"),
        ("甲,121.4,31.1\n乙,31.1,121.4\n丙", "WGS-84", "第 2、3 行"),
        ("甲,121.4,31.1\n" * 61, "WGS-84", "有 61 行"),
        ("甲,nan,31.1", "WGS-84", "第 1 行"),
    ],
)
def test_what_is_no_point_is_a_sentence(text: str, system: str | None, said: str) -> None:
    with pytest.raises(Problem) as told:
        read_points(text, system)
    (words,) = told.value.problems
    assert said in words.zh


def test_nothing_is_no_points() -> None:
    assert read_points("  \n", None) == []
