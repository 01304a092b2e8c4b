"""Check that what registers say of governance in words of their own is read or asked, never left out."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from dashboard.intake.checking import Reading
from dashboard.intake.faults import Check
from dashboard.intake.loading import Places, check
from tests.intake import messy

Checked = Callable[..., Check]
HOUSING = ["房源", None, None, "入住人数"]
TIERS = ["套数", "间数", "床位数", None]
FIRST = ["社区名称", "类型"]


@pytest.fixture
def checked(places: Places, key: Callable[[], bytes], tmp_path: Path) -> Checked:
    def check_register(headings: list[str], *rows: list[Any], **said: Any) -> Check:
        """Check a register of governance beside housing under a merged heading."""
        book = openpyxl.Workbook()
        sheet = book.active
        width = len(FIRST) + len(headings)
        sheet.append(["莘庄镇新型居住社区台账（2026年2月）"])
        sheet.append([*FIRST, *headings, *HOUSING])
        sheet.append([None] * width + TIERS)
        sheet.merge_cells(start_row=2, start_column=width + 1, end_row=2, end_column=width + 3)
        for number, row in enumerate(rows):
            sheet.append([f"{'甲乙丙丁'[number]}苑", "长租公寓", *row, 100, 20, None, 150])
        book.save(file := tmp_path / "台账.xlsx")
        return check([file], places, Reading(messy.TODAY, key, {"Sheet": said} if said else None))

    return check_register


def coverage(found: Check) -> list[tuple[Any, Any]]:
    rows = found.frames["governance"].astype(object)
    return list(rows[["coverage_type", "mode"]].where(rows.notna(), None).itertuples(False, None))


ASKED = ["是否纳入居村治理", "治理模式", "纳入时间"]
WITHIN = ["是", "居村代管", "2024-06-01"]


def test_a_yes_is_what_its_heading_asks_for_and_a_no_is_asked(checked: Checked) -> None:
    found = checked(ASKED, WITHIN, ["否", None, None], ["—", "—", "—"])
    assert [(each.field, each.word, each.count) for each in found.questions] == [
        ("coverage_type", "否", 1)
    ]
    answered = {"values": {"coverage_type": {"否": "grid"}}}
    found = checked(ASKED, WITHIN, ["否", None, None], ["—", "—", "—"], **answered)
    assert found.faults == []
    assert coverage(found) == [("committee", "2"), ("grid", None)]


def test_a_grid_where_a_mode_is_asked_for_is_the_coverage(checked: Checked) -> None:
    headings = ["覆盖类型", "治理模式", "纳入时间"]
    found = checked(headings, ["居村治理", "居村代管", None], [None, "片区网格", None])
    assert found.faults == []
    assert coverage(found) == [("committee", "2"), ("grid", None)]
    found = checked(headings, ["居村治理", "片区网格", None])
    assert [(fault.cell, fault.code) for fault in found.faults] == [("D4", "grid_beside")]


def test_a_mode_that_is_none_of_the_five_may_be_left_empty(checked: Checked) -> None:
    found = checked(ASKED, ["是", "联合管理", None])
    assert [list(each.options) for each in found.questions] == [["1", "2", "3", "4", "5", ""]]


@pytest.mark.parametrize("heading", ["治理模式", "治理形式"])
def test_what_a_register_says_of_governance_is_not_left_out_without_a_word(
    checked: Checked, heading: str
) -> None:
    found = checked([heading], ["居村代管"])
    told = [words.zh for words in found.warnings if "没有读的列" in words.zh]
    assert len(told) == 1
    assert heading in told[0]
