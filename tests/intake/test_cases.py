"""Check what came of odd files that people really have, against a base that is loaded already."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from dashboard.intake.checking import NothingRecognised, Reading
from dashboard.intake.faults import EMPTY, Check
from dashboard.intake.loading import Places, Submission, check, load
from dashboard.intake.report import coercion_lines
from dashboard.intake.template import template
from dashboard.paths import DATA
from tests.intake import messy
from tests.intake.conftest import KEY

TOWNS = ("莘庄镇", "莘庄镇", "颛桥镇", "颛桥镇", "浦江镇", "七宝镇")
PLACES = (
    (121.377, 31.112), (121.379, 31.113), (121.41, 31.06), (121.411, 31.063), (121.52, 31.05), (121.35, 31.155),
)  # fmt: skip
NAMES = tuple(f"测试{number}寓" for number in "一二三四五六")
COMMUNITY = [
    "名称",
    "街镇",
    "运营方",
    "社区类型",
    "开业日期",
    "居民构成",
    "青年占比",
    "经度",
    "纬度",
    "坐标系",
]
OCCUPANCY = ["社区名称", *messy.HOUSING]
PROPOSAL = [
    "提案代码",
    "社区",
    "提案类别",
    "提出日期",
    "受理日期",
    "办结日期",
    "闭环阶段",
    "重启办理",
    "责任单位",
    "提案内容",
]
APRIL: list[Any] = ["测试一寓", "2026-02", "间", 200, 200, 190, 171, 400, 230, 5, 4]


def community(name: str, number: int) -> list[Any]:
    lon, lat = PLACES[number]
    return [
        name,
        TOWNS[number],
        "某运营",
        "长租公寓",
        "2021-06-01",
        "青年为主",
        0.6,
        lon,
        lat,
        "WGS-84",
    ]


BASE: dict[str, list[list[Any]]] = {
    "社区": [COMMUNITY, *(community(name, number) for number, name in enumerate(NAMES))],
    "治理沿革": [
        ["社区", "起始日期", "覆盖类型", "治理模式", "牵头党组织"],
        *([name, "2021-06-01", "片区网格", "", "社区党组织"] for name in NAMES),
    ],
    "月度入住": [OCCUPANCY, *([name, "2026-01", *APRIL[2:]] for name in NAMES)],
    "活动": [
        ["活动代码", "社区", "举办日期", "活动类别", "服务领域", "服务方面", "线上", "儿童人数"],
        *([f"HD-{n}", name, "2026-01-10", "夜校", "专业服务", "青年成长指导", "否", 2] for n, name in enumerate(NAMES, 1)),
    ],
}  # fmt: skip


def workbook(to: Path, sheets: dict[str, list[list[Any]]], merged: tuple[str, ...] = ()) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([None if cell == "" else cell for cell in row])
        for area in merged:
            sheet.merge_cells(area)
    book.save(to)
    return to


@pytest.fixture(scope="module")
def based(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Places:
    folder = tmp_path_factory.mktemp("based")
    there = Places(DATA, folder / "own", Path(shutil.copy(sample, folder / "minhang.duckdb")))
    file = workbook(folder / "base.xlsx", BASE)
    done = load([file], there, Reading(messy.TODAY, lambda: KEY), Submission("tester"))
    assert done.batch == 1, [fault.what for fault in done.check.faults]
    return there


@pytest.fixture
def checked(based: Places, tmp_path: Path) -> Callable[..., Check]:
    """Check sheets of a workbook, or a CSV file, against the base."""

    def run(content: dict[str, list[list[Any]]] | str, *merged: str) -> Check:
        if isinstance(content, str):
            file = tmp_path / "rows.csv"
            file.write_text(content, encoding="utf-8-sig")
        else:
            file = workbook(tmp_path / "book.xlsx", content, merged)
        return check([file], based, Reading(messy.TODAY, lambda: KEY))

    return run


def faults(found: Check) -> list[tuple[str, str]]:
    return [(fault.cell, fault.code) for fault in found.faults]


def told(found: Check) -> str:
    return "\n".join(words.zh for words in found.warnings)


# Headings ---------------------------------------------------------------------------------


def test_this_years_column_under_a_merged_heading_is_read(checked: Callable[..., Check]) -> None:
    head = [*OCCUPANCY[:7], "", *OCCUPANCY[7:9], "", *OCCUPANCY[9:]]
    below = ["", "", "", "", "", "", "上年同期", "本期", "", "上年同期", "本期", "", ""]
    row = ["测试一寓", "2026-02", "间", 200, 200, 190, 100, 171, 400, 150, 230, 5, 4]
    down = tuple(f"{letter}1:{letter}2" for letter in "ABCDEFILM")
    found = checked({"月度入住": [head, below, row]}, *down, "G1:H1", "J1:K1")
    assert faults(found) == []
    (read,) = found.frames["occupancy"].to_dict("records")
    assert (read["let_count"], read["resident_count"]) == (171, 230)
    assert "“已租”读自 H" in told(found) and "上一期" in told(found)


def test_this_years_column_beside_last_years_is_read(checked: Callable[..., Check]) -> None:
    head = [*OCCUPANCY[:6], "已租（去年）", "已租（今年）", *OCCUPANCY[7:]]
    found = checked({"月度入住": [head, [*APRIL[:6], 100, 171, *APRIL[7:]]]})
    assert faults(found) == []
    assert found.frames["occupancy"]["let_count"].tolist() == [171]


def test_what_is_out_of_range_is_told_once_as_it_was_written(checked: Callable[..., Check]) -> None:
    """Nor does it break the rules between columns: let is not more than available then."""
    row = [*APRIL[:5], "-1 间", *APRIL[6:]]
    found = checked({"月度入住": [OCCUPANCY, APRIL, ["测试二寓", *row[1:]]]})
    assert [(f.cell, f.code, f.value) for f in found.faults] == [("F3", "range", "-1 间")]


@pytest.mark.parametrize(
    ("heading", "value"), [("已租（%）", 86), ("已租（1-4月累计）", 171), ("已租（计划）", 171)]
)
def test_what_is_no_count_of_the_month_is_refused(
    heading: str, value: int, checked: Callable[..., Check]
) -> None:
    head = [*OCCUPANCY[:6], heading, *OCCUPANCY[7:]]
    found = checked({"月度入住": [head, [*APRIL[:6], value, *APRIL[7:]]]})
    assert faults(found) in ([("G1", "unit")], [("G1", "which")])
    assert "改正读法" in found.faults[0].todo.zh or "单位" in found.faults[0].todo.zh


def test_ten_thousands_in_a_heading_are_multiplied_out(checked: Callable[..., Check]) -> None:
    head = [*OCCUPANCY[:7], "可住人数（万人）", "入住居民（万人）", *OCCUPANCY[9:]]
    found = checked({"月度入住": [head, [*APRIL[:7], 3, 2, 5, 4]]})
    assert faults(found) == []
    assert found.frames["occupancy"]["resident_count"].tolist() == [20_000]
    assert "乘以 10,000" in told(found)


def test_a_total_under_a_heading_with_a_unit_is_held_against_its_rows(
    checked: Callable[..., Check],
) -> None:
    head = [*OCCUPANCY[:7], "可住人数（百人）", *OCCUPANCY[8:]]
    rows = [[*APRIL[:7], 4, *APRIL[8:]], ["合计", "", "", 200, 200, 190, 171, 5, 230, 5, 4]]
    assert faults(checked({"月度入住": [head, *rows]})) == [("H3", "total")]


def test_a_total_of_what_could_not_be_read_is_not_held_against_the_rest(
    checked: Callable[..., Check],
) -> None:
    rows = [APRIL, ["测试二寓", *APRIL[1:3], "2OO", *APRIL[4:]]]
    total = ["合计", "", "", 400, 400, 380, 342, 800, 461, 10, 8]
    found = checked({"月度入住": [OCCUPANCY, *rows, total]})
    assert faults(found) == [("D3", "number"), ("I4", "total")]


def test_a_cell_that_excel_shows_as_a_percentage_is_asked(checked: Callable[..., Check]) -> None:
    head = [*COMMUNITY[:6], "青年占比（%）", *COMMUNITY[7:]]
    row = ["新寓", "七宝镇", *community("", 5)[2:7], 121.34, 31.16, "WGS-84"]
    found = checked({"社区": [head, row]})
    assert ("G2", "percent") in faults(found)
    assert "60%" in found.faults[0].what.zh


# Values -----------------------------------------------------------------------------------


def test_two_numbers_in_a_cell_are_refused(checked: Callable[..., Check]) -> None:
    found = checked({"月度入住": [OCCUPANCY, [*APRIL[:9], "3\n2", "1 2"]]})
    assert faults(found) == [("J2", "two"), ("K2", "two")]


def test_a_day_with_its_weekday_is_read(checked: Callable[..., Check]) -> None:
    row = [
        "T-1",
        "测试一寓",
        "交通出行",
        "2026年1月10日（周六）",
        "2026-01-11",
        "2026-01-12",
        "自我服务",
        "否",
        "街镇",
        "班车",
    ]
    found = checked({"提案": [PROPOSAL, row]})
    assert faults(found) == []
    assert found.frames["proposal"]["raised_on"].tolist() == [pd.Timestamp("2026-01-10")]


# Persons ----------------------------------------------------------------------------------


def test_numbers_that_lost_their_digits_are_no_persons(checked: Callable[..., Check]) -> None:
    lost = "活动代码,身份证号,手机号,本社区居民\nHD-1,3.10112E+17,,是\nHD-1,,1.38E+10,是\nHD-2,,138****1234,是\n"
    assert faults(checked(lost)) == [("B2", "digits"), ("C3", "digits"), ("C4", "masked")]


def test_a_list_of_participants_says_at_which_activity(checked: Callable[..., Check]) -> None:
    found = checked({"签到": [["参与者", "本社区居民"], ["13800000000", "是"]]})
    assert faults(found) == [("1", "activity")]
    assert "“活动代码”" in found.faults[0].todo.zh


def test_a_child_is_no_participant(checked: Callable[..., Check]) -> None:
    found = checked(
        "活动代码,证件号,年龄,本社区居民\nHD-1,310112201701010000,8,是\nHD-1,310112200301010000,22,是\n"
    )
    assert faults(found) == []
    assert len(found.frames["attendance"]) == 1


def test_a_sheet_of_children_alone_names_nobody(checked: Callable[..., Check]) -> None:
    found = checked("活动代码,姓名,年龄,本社区居民\nHD-1,小朋友,8,是\n")
    assert "attendance" not in found.frames
    assert found.pseudonyms == 0


# Renamed communities ----------------------------------------------------------------------


def test_a_community_renamed_with_its_old_name_as_alias_is_the_same(
    checked: Callable[..., Check],
) -> None:
    head = ["名称", "别名", *COMMUNITY[1:]]
    row = ["七宝新城寓", "测试六寓", *community("", 5)[1:]]
    found = checked({"社区": [head, row], "月度入住": [OCCUPANCY, ["七宝新城寓", *APRIL[1:]]]})
    assert faults(found) == []
    (code,) = found.frames["community"]["community_code"]
    assert code == found.frames["occupancy"]["community_code"].iloc[0] == "310112102-001"
    assert "认作已载入的“测试六寓”" in told(found)


def test_a_new_name_at_an_old_place_is_asked(checked: Callable[..., Check]) -> None:
    found = checked({"社区": [COMMUNITY, community("七宝新城寓", 5)]})
    (fault,) = found.faults
    assert (fault.cell, fault.code) == ("A2", "renamed")
    assert "310112102-001" in fault.todo.zh and "别名" in fault.todo.zh


def test_two_communities_in_one_place_are_two_where_the_file_names_both(
    checked: Callable[..., Check],
) -> None:
    found = checked({"社区": [COMMUNITY, community("测试六寓", 5), community("七宝新城寓", 5)]})
    assert faults(found) == []
    assert found.frames["community"]["community_code"].tolist() == [
        "310112102-001",
        "310112102-002",
    ]


def test_another_town_or_place_is_another_community(checked: Callable[..., Check]) -> None:
    row = community("七宝新城寓", 5)
    row[7] = 121.36
    assert faults(checked({"社区": [COMMUNITY, row]})) == []


def test_an_unknown_name_is_told_of_renaming_before_adding(checked: Callable[..., Check]) -> None:
    (fault,) = checked({"月度入住": [OCCUPANCY, ["光华人才公寓", *APRIL[1:]]]}).faults
    assert (fault.cell, fault.code) == ("A2", "unknown")
    assert fault.todo.zh.index("别名") < fault.todo.zh.index("确是新社区")


# What is said ----------------------------------------------------------------------------


def test_a_conflict_between_two_files_names_the_other_file(based: Places, tmp_path: Path) -> None:
    one = workbook(tmp_path / "one.xlsx", {"月度入住": [OCCUPANCY, APRIL]})
    two = workbook(tmp_path / "two.xlsx", {"月度入住": [OCCUPANCY, [*APRIL[:6], 170, *APRIL[7:]]]})
    (fault,) = check([one, two], based, Reading(messy.TODAY, lambda: KEY)).faults
    assert fault.file == "two.xlsx"
    assert "one.xlsx 月度入住!2" in fault.what.zh and "one.xlsx 月度入住!2" in fault.what.en


def test_what_was_done_nowhere_is_not_told(checked: Callable[..., Check]) -> None:
    found = checked({"月度入住": [OCCUPANCY, APRIL, [*APRIL[:6], 170, *APRIL[7:]]]})
    assert [fault.code for fault in found.faults] == ["conflict"]
    assert not [words.zh for words in coercion_lines(found) if " 0 处" in words.zh]


@pytest.mark.parametrize(
    "content",
    [
        {"月度入住": [["社区名称", "月份"], ["测试一寓", "2026-02"]]},
        {"第一页": [["甲", "乙"], [1, 2]], "月度入住": [OCCUPANCY, APRIL]},
        {"月度入住": [[*OCCUPANCY, "已租"], [*APRIL, 3]]},
    ],
)
def test_nobody_in_the_page_is_sent_to_a_command_line(
    content: dict[str, Any], checked: Callable[..., Check]
) -> None:
    found = checked(content)
    words = [
        *found.warnings,
        *(each for fault in found.faults for each in (fault.what, fault.todo)),
    ]
    assert words
    assert not [each for each in words if "--" in each.zh + each.en or "python" in each.zh]
    assert "“改正读法”" in "".join(each.zh for each in words)


def test_a_file_of_which_nothing_is_known_is_pointed_to_what_corrects_it(
    checked: Callable[..., Check],
) -> None:
    with pytest.raises(NothingRecognised) as caught:
        checked({"第一页": [["甲", "乙"], [1, 2]]})
    (words,) = caught.value.problems
    assert "“改正读法”" in words.zh and "--" not in words.zh + words.en


def test_an_empty_template_is_one_remark(based: Places, tmp_path: Path) -> None:
    file = tmp_path / "empty.xlsx"
    file.write_bytes(template())
    (fault,) = check([file], based, Reading(messy.TODAY, lambda: KEY)).faults
    assert (fault.code, fault.cell) == (EMPTY, "")
    assert "月度入住" in fault.what.zh
