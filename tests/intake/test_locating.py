"""Check that a sheet finds its communities where no heading says which they are."""

from pathlib import Path
from typing import Any

import pytest

from dashboard.intake.checking import Reading, check_sources
from dashboard.intake.faults import Check
from dashboard.intake.reading import Sheet, Source
from tests.intake.conftest import KEY
from tests.intake.test_signing import LOHAS, SPRING, TODAY, faults, known

HEAD = ["序号", "坐落", "月份", "房源层次", "可租", "已租"]
ROWS = [[1, "龙湖冠寓", "2026-09", "间", 90, 80], [2, "春申青年公寓", "2026-09", "间", 70, 60]]


def checked(rows: list[list[Any]], name: str = "表一", file: str = "a.xlsx") -> Check:
    source = Source(Path(file), "0" * 64, 1, [Sheet(file, name, [list(row) for row in rows])])
    return check_sources([source], known(), Reading(TODAY, lambda: KEY, None))


def test_a_column_of_known_names_is_read_as_the_communities() -> None:
    found = checked([HEAD, *ROWS])
    assert faults(found) == []
    assert list(found.frames["occupancy"]["community_code"]) == [LOHAS, SPRING]
    assert any("“坐落”一列写的都是已知的社区" in words.zh for words in found.warnings)


def test_two_such_columns_or_other_names_are_not_chosen_between() -> None:
    twice = checked([[*HEAD, "相邻"], *([*row, row[1]] for row in ROWS)])
    others = checked([HEAD, *([row[0], f"{row[1]}西侧", *row[2:]] for row in ROWS)])
    for found in (twice, others):
        assert [code for _, code in faults(found)] == ["column"]
        assert "occupancy" not in found.frames or found.frames["occupancy"].empty or found.faults


@pytest.mark.parametrize(
    ("title", "name", "file"),
    [("龙湖冠寓 2026 年入住情况", "表一", "a.xlsx"), ("入住情况", "龙湖冠寓", "a.xlsx"), ("入住情况", "表一", "龙湖冠寓入住.xlsx")],
)  # fmt: skip
def test_a_sheet_of_one_community_says_so_around_it(title: str, name: str, file: str) -> None:
    head = ["月份", "房源层次", "可租", "已租"]
    found = checked(
        [[title], head, ["2026-08", "间", 90, 80], ["2026-09", "间", 90, 81]], name, file
    )
    assert faults(found) == []
    assert set(found.frames["occupancy"]["community_code"]) == {LOHAS}
    assert any("取自" in words.zh and "龙湖冠寓" in words.zh for words in found.warnings)


def test_two_communities_in_a_title_are_not_chosen_between() -> None:
    head = ["月份", "房源层次", "可租", "已租"]
    found = checked([["龙湖冠寓、春申青年公寓入住"], head, ["2026-08", "间", 90, 80]])
    assert [code for _, code in faults(found)] == ["column"]


def test_a_room_without_its_community_is_that_of_the_title() -> None:
    """春申青年公寓活动签到表, 地点：一楼活动室."""
    head = ["姓名", "手机号", "是否本社区居民"]
    people = [["甲乙", "13800001111", "是"], ["丙丁", "13800002222", "否"]]
    told = "活动名称：青年夜校 时间：2026年9月12日 地点：一楼活动室"
    found = checked([["春申青年公寓活动签到表"], [told], head, *people])
    assert faults(found) == []
    (made,) = found.made_activities
    assert made.community_code == SPRING
