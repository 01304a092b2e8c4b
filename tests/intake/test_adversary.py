"""Check that registers which look readable are not read as something else than they say."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from dashboard.contract.problem import Problem
from dashboard.intake.checking import Reading
from dashboard.intake.faults import Check
from dashboard.intake.loading import Places, check
from dashboard.warehouse.store import Warehouse
from tests.intake import messy

Key = Callable[[], bytes]
Cells = list[list[Any]]
Checked = Callable[..., Check]
REGISTER = ["社区名称", "社区类型", "房源数", "居民数"]
SHORT = ["社区", "房源数", "居民数"]


@pytest.fixture
def codes(sample: Path) -> list[str]:
    return sorted(Warehouse(sample).table("community")["community_code"])[:2]


@pytest.fixture
def checked(places: Places, key: Key, tmp_path: Path) -> Checked:
    def check_rows(
        rows: Cells, merged: Sequence[str] = (), name: str = "a.xlsx", sheet: str = "Sheet1"
    ) -> Check:
        book = openpyxl.Workbook()
        page = book.active
        page.title = sheet
        for row in rows:
            page.append(row)
        for area in merged:
            page.merge_cells(area)
        book.save(tmp_path / name)
        return check([tmp_path / name], places, Reading(messy.TODAY, key))

    return check_rows


def told(found: Check) -> list[tuple[str, str]]:
    return [(fault.cell, fault.code) for fault in found.faults]


def values(found: Check, table: str, *names: str) -> list[tuple[Any, ...]]:
    assert told(found) == []
    rows = found.frames[table][list(names)].itertuples(index=False, name=None)
    return [tuple(str(v)[:7] if hasattr(v, "year") else v for v in row) for row in rows]


# Rows -------------------------------------------------------------------------------------


def test_a_first_row_of_texts_with_empty_cells_is_a_row(checked: Checked) -> None:
    heads = ["名称", "街镇", "社区类型", "运营方", "开业日期"]
    rows = [
        ["甲公寓", "莘庄镇", "长租公寓"],
        ["乙公寓", "七宝镇", "长租公寓", "某公司", "2021-01-01"],
    ]
    found = checked([heads, *rows])
    assert values(found, "community", "name_zh") == [("甲公寓",), ("乙公寓",)]


def test_a_town_right_below_the_headings_holds_for_its_section(checked: Checked) -> None:
    of_towns: Cells = [
        ["莘庄镇"],
        ["甲公寓", "长租公寓", 100, 80],
        ["七宝镇"],
        ["乙公寓", "长租公寓", 9, 8],
    ]
    found = checked([["2025年8月"], REGISTER, *of_towns])
    towns = [("甲公寓", "310112101"), ("乙公寓", "310112102")]
    assert values(found, "community", "name_zh", "town_code") == towns


def test_a_row_above_the_first_town_is_asked_for_its_own(checked: Checked) -> None:
    of_towns: Cells = [["甲公寓", "长租公寓", 100, 80], ["七宝镇"], ["乙公寓", "长租公寓", 9, 8]]
    found = checked([["2025年8月"], REGISTER, *of_towns])
    assert [(f.row, f.code) for f in found.faults] == [(2, "blank")]


def test_housing_beside_a_name_is_read_with_it(checked: Checked) -> None:
    heads = ["名称", "街镇", "社区类型", "房源数", "居民数"]
    found = checked([["2025年8月"], heads, ["甲公寓", "莘庄镇", "长租公寓", 100, 80]])
    counts = values(found, "occupancy", "month", "dwelling_count", "resident_count")
    assert counts == [("2025-08", 100, 80)]


def test_a_total_in_a_note_makes_no_total_of_its_row(checked: Checked) -> None:
    heads = ["名称", "街镇", "社区类型", "备注"]
    rows = [["甲公寓", "莘庄镇", "长租公寓", "两幢合计"], ["乙公寓", "七宝镇", "长租公寓"]]
    found = checked([heads, *rows])
    assert values(found, "community", "name_zh") == [("甲公寓",), ("乙公寓",)]


# Columns ----------------------------------------------------------------------------------


@pytest.mark.parametrize("heading", ["居民数（青年）", "居民数（新增）", "居民数（男）", "入住数"])
def test_a_column_of_some_residents_is_asked_about(
    checked: Checked, codes: list[str], heading: str
) -> None:
    found = checked([["2025年8月"], ["社区", "房源数", heading], [codes[0], 100, 80]])
    assert told(found) == [("C2", "which")]


def test_moves_in_stand_beside_moves_out(checked: Checked, codes: list[str]) -> None:
    heads = ["社区", "居民数", "入住数", "退租人数"]
    found = checked([["2025年8月"], heads, [codes[0], 80, 5, 4]])
    assert values(found, "occupancy", "move_in_count", "move_out_count") == [(5, 4)]


def test_two_options_in_one_cell_are_neither(checked: Checked, codes: list[str]) -> None:
    heads = ["社区", "房源层次", "房源数", "居民数"]
    assert told(checked([["2025年8月"], heads, [codes[0], "套/间", 100, 80]])) == [("B3", "choice")]


# Tables below each other ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second"),
    [("2025年7月", "2025年8月"), ("2025年7月", "7月，单位：万人"), ("2025年7月", "8月")],
)
def test_the_title_of_a_second_table_is_not_overruled_by_the_first(
    checked: Checked, codes: list[str], first: str, second: str
) -> None:
    one, other = ([code, 100, 80] for code in codes)
    found = checked([[first], SHORT, one, [], [second], SHORT, other])
    assert told(found) == [("A5", "another_table")]


def test_the_same_title_again_is_of_the_same_table(checked: Checked, codes: list[str]) -> None:
    one, other = ([code, 100, 80] for code in codes)
    found = checked([["2025年7月"], SHORT, one, [], ["2025年7月"], SHORT, other])
    assert len(values(found, "occupancy", "month")) == 2


def test_a_second_table_of_another_town_is_not_of_the_first_one(checked: Checked) -> None:
    heads = ["名称", "社区类型", "运营方"]
    one, other = ["甲公寓", "长租公寓", "某公司"], ["乙公寓", "长租公寓", "某公司"]
    found = checked([["莘庄镇社区名单"], heads, one, [], ["七宝镇社区名单"], heads, other])
    assert told(found) == [("A5", "another_table")]


@pytest.mark.parametrize("merged", [[], ["A3:C3", "A5:C5"]])
@pytest.mark.parametrize("line", ["7月", "2025年7月"])
def test_a_line_between_rows_names_the_month_of_those_below(
    checked: Checked, codes: list[str], line: str, merged: list[str]
) -> None:
    one, other = ([code, 100, 80] for code in codes)
    found = checked([["截至2025年8月"], SHORT, [line], one, ["2025年8月"], other], merged)
    assert told(found) == [("A3", "another_table")]


# Months side by side ----------------------------------------------------------------------


def months_and_residents(found: Check) -> set[tuple[Any, ...]]:
    return set(values(found, "occupancy", "month", "resident_count"))


@pytest.mark.parametrize("heading", ["9月（预计）", "9月(累计)", "9月（计划）"])
def test_a_month_said_to_be_something_else_is_no_month(
    checked: Checked, codes: list[str], heading: str
) -> None:
    found = checked([["2025年入住人数"], ["社区", "7月", "8月", heading], [codes[0], 10, 11, 12]])
    assert months_and_residents(found) == {("2025-07", 10), ("2025-08", 11)}


@pytest.mark.parametrize(
    ("pair", "column"),
    [
        (["入住人数（计划）", "入住人数（实际）"], 1),
        (["入住人数（实际）", "入住人数（计划）"], 0),
        (["入住人数", "其中：入住人数（青年）"], 0),
    ],
)
def test_a_plan_or_a_part_under_a_month_is_not_its_number(
    checked: Checked, codes: list[str], pair: list[str], column: int
) -> None:
    heads: Cells = [["社区", "7月", None, "8月", None], [None, *pair, *pair]]
    found = checked([["2025年"], *heads, [codes[0], 10, 11, 20, 21]], ["B2:C2", "D2:E2", "A2:A3"])
    expected = {("2025-07", 10 + column), ("2025-08", 20 + column)}
    assert months_and_residents(found) == expected


def test_all_of_a_number_under_a_month_is_that_number(checked: Checked, codes: list[str]) -> None:
    heads: Cells = [
        ["社区", "7月", None, "8月", None],
        [None, "入住人数", None, "入住人数", None],
        [None, "小计", "其中青年", "小计", "其中青年"],
    ]
    merged = ["B2:C2", "D2:E2", "B3:C3", "D3:E3", "A2:A4"]
    found = checked([["2025年"], *heads, [codes[0], 10, 1, 20, 2]], merged)
    assert months_and_residents(found) == {("2025-07", 10), ("2025-08", 20)}
    assert found.frames["occupancy"]["dwelling_count"].isna().all()


@pytest.mark.parametrize(
    "title",
    ["累计入住人数", "可入住人数", "青年入住人数", "计划入住人数", "入住人数增减"],
)
def test_a_title_of_a_part_or_a_change_is_no_title_of_the_number(
    checked: Checked, codes: list[str], title: str
) -> None:
    found = checked([[f"2025年{title}统计表"], ["社区", "7月", "8月"], [codes[0], 10, 11]])
    assert {code for _, code in told(found)} == {"layout"}


def test_a_title_of_who_moved_in_is_that_of_move_ins(checked: Checked, codes: list[str]) -> None:
    found = checked([["2025年新增入住人数统计表"], ["社区", "7月", "8月"], [codes[0], 10, 11]])
    assert told(found) == []
    rows = found.frames["occupancy"]
    assert rows["move_in_count"].tolist() == [10, 11]
    assert rows["resident_count"].isna().all()


def test_a_title_gives_its_unit_in_brackets(checked: Checked, codes: list[str]) -> None:
    found = checked([["2025年入住人数（百人）"], ["社区", "7月", "8月"], [codes[0], 10, 11]])
    assert months_and_residents(found) == {("2025-07", 1000), ("2025-08", 1100)}


def test_a_number_merged_over_communities_side_by_side_is_refused(
    checked: Checked, codes: list[str]
) -> None:
    rows: Cells = [
        ["2025年入住人数"],
        ["社区", "7月", "8月"],
        [codes[0], 10, 11],
        [codes[1], None, 12],
    ]
    assert told(checked(rows, ["B3:B4"])) == [("B3", "merged")]


@pytest.mark.parametrize("gap", [[], [[]]])
def test_months_side_by_side_below_each_other_are_each_of_their_title(
    checked: Checked, codes: list[str], gap: Cells
) -> None:
    heads = ["社区", "7月", "8月"]
    one: Cells = [["2025年入住人数"], heads, [codes[0], 100, 80]]
    found = checked([*one, *gap, ["2025年已租房源"], heads, [codes[0], 70, 60]])
    counts = values(found, "occupancy", "month", "resident_count", "let_count")
    assert set(counts) == {("2025-07", 100, 70), ("2025-08", 80, 60)}


# Months stated once -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "title", ["2025年7、8月入住", "2025年7月和8月入住", "2025年7月、8月入住", "2025.7.31-2025.8.30"]
)
def test_two_months_in_a_title_are_no_month(checked: Checked, codes: list[str], title: str) -> None:
    assert told(checked([[title], SHORT, [codes[0], 10, 11]])) == [("A2", "unstated")]


def test_a_day_on_which_a_file_was_handed_in_is_no_month(
    checked: Checked, codes: list[str]
) -> None:
    found = checked([["入住情况"], SHORT, [codes[0], 10, 11]], name="20250831上报.xlsx")
    assert told(found) == [("A2", "unstated")]


@pytest.mark.parametrize("title", ["2025年1-8月入住情况", "2025年上半年入住情况"])
def test_what_flowed_through_several_months_is_not_of_the_last(
    checked: Checked, codes: list[str], title: str
) -> None:
    rows = [[title], [*SHORT, "迁入人数"], [codes[0], 10, 11, 5]]
    assert told(checked(rows, name="2025年.xlsx", sheet="2025年8月")) == [("D2", "unit")]


def test_a_lone_sum_beside_a_month_is_no_sheet(checked: Checked, codes: list[str]) -> None:
    with pytest.raises(Problem):
        checked([["2025年入住人数"], ["社区", "8月", "9月（累计）"], [codes[0], 10, 11]])


def test_a_town_beside_a_community_is_held_against_its_own(
    checked: Checked, codes: list[str]
) -> None:
    head = ["街镇", "社区", "房源数", "居民数"]
    rows: Cells = [["2025年8月"], head, ["浦江镇", codes[0], 9, 8]]
    assert codes[0].startswith("310112001")
    assert told(checked(rows)) == [("B3", "other_town")]
    rows[2][0] = "江川路街道"
    assert values(checked(rows), "occupancy", "resident_count") == [(8,)]
    lines: Cells = [["2025年8月"], head[1:], ["浦江镇"], [codes[0], 9, 8]]
    assert told(checked(lines)) == [("A4", "other_town")]


@pytest.mark.parametrize(("day", "is_month"), [("1", False), ("10", False), ("25", True)])
def test_the_first_days_of_a_month_are_no_month(
    day: str, is_month: bool, checked: Checked, codes: list[str]
) -> None:
    found = checked([[f"截至2025年8月{day}日"], SHORT, [codes[0], 9, 8]])
    assert (told(found) == []) == is_month


def test_a_community_may_be_called_like_a_remark(checked: Checked) -> None:
    found = checked(
        [["2025年8月 莘庄镇"], ["名称", "社区类型", "居民数"], ["联系公寓", "长租公寓", 8]]
    )
    assert values(found, "community", "name_zh") == [("联系公寓",)]
