"""Check that what would be read wrongly without a word is read right, or told."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from dashboard.intake.faults import Check
from dashboard.intake.loading import Places, check
from dashboard.warehouse.store import Warehouse
from tests.intake import messy

HOUSING = ["社区代码", "月份", "房源层次", "房源", "建成供应", "可租", "已租", "可住人数", "入住居民", "迁入", "迁出"]  # fmt: skip
PROPOSALS = "proposal_code,community_code,proposal_category,raised_on,accepted_on,settled_on,stage,is_reopened,responsible_unit,proposal_text"
Key = Callable[[], bytes]
Checked = Callable[..., Check]


@pytest.fixture
def codes(sample: Path) -> list[str]:
    return sorted(Warehouse(sample).table("community")["community_code"])[:4]


@pytest.fixture
def checked(places: Places, key: Key, tmp_path: Path) -> Checked:
    def check_content(content: bytes | str, name: str = "a.csv") -> Check:
        file = tmp_path / name
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return check([file], places, today=messy.TODAY, key=key)

    return check_content


def month(code: str, let: object = 171, when: str = "2026-02") -> list[Any]:
    return [code, when, "间", 200, 200, 190, let, 400, 230, 5, 4]


def workbook(rows: list[list[Any]], change: Callable[[Any], None] = lambda sheet: None) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "月度入住"
    for row in rows:
        sheet.append(row)
    change(sheet)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def csv_text(rows: list[list[Any]]) -> str:
    return "".join(",".join(map(str, row)) + "\n" for row in rows)


def told(found: Check) -> list[tuple[str, str]]:
    return [(fault.cell, fault.code) for fault in found.faults]


# Cells ------------------------------------------------------------------------------------


def test_a_percent_cell_is_no_count(checked: Checked, codes: list[str]) -> None:
    def as_percent(sheet: Any) -> None:
        sheet["G2"].number_format = "0%"

    found = checked(workbook([HOUSING, month(codes[0], 1)], as_percent), "a.xlsx")
    assert told(found) == [("G2", "number")]
    assert found.faults[0].value == "100%"


@pytest.mark.parametrize("heading", ["青年占比", "青年占比（%）"])
def test_a_percent_cell_is_a_share(checked: Checked, sample: Path, heading: str) -> None:
    town = Warehouse(sample).table("community")["town_code"].iloc[0]
    head = ["名称", "街镇", "运营方", "社区类型", "开业日期", heading, "经度", "纬度", "坐标系"]
    row = ["新寓", town, "某运营", "长租公寓", "2021-06-01", 0.6, 121.38, 31.11, "WGS-84"]

    def as_percent(sheet: Any) -> None:
        sheet.title = "社区"
        sheet["F2"].number_format = "0%"

    found = checked(workbook([head, row], as_percent), "a.xlsx")
    assert found.frames["community"]["youth_share"].tolist() == [0.6]


def test_hidden_rows_and_columns_are_read_and_that_is_said(
    checked: Checked, codes: list[str]
) -> None:
    def hide(sheet: Any) -> None:
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["J"].hidden = True

    found = checked(workbook([HOUSING, month(codes[0]), month(codes[1])], hide), "a.xlsx")
    assert len(found.frames["occupancy"]) == 2
    said = " ".join(words.en for words in found.warnings)
    assert "1 hidden or filtered row is read too" in said
    assert "the hidden column “迁入” is read too" in said


def test_prefilled_formulas_that_give_nothing_are_no_rows(
    checked: Checked, codes: list[str]
) -> None:
    import xlsxwriter

    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet("月度入住")
    sheet.write_row(0, 0, HOUSING)
    sheet.write_row(1, 0, month(codes[0]))
    for row in range(2, 32):
        sheet.write_formula(row, 6, f'=IF(A{row + 1}="","",1)', None, "")
    book.close()
    found = checked(file.getvalue(), "a.xlsx")
    assert told(found) == []
    assert len(found.frames["occupancy"]) == 1


# Rows that are no rows --------------------------------------------------------------------


def test_lines_printed_below_a_table_are_remarks(checked: Checked, codes: list[str]) -> None:
    below = ["打印时间：2026-03-01 10:00", "第1页 共1页", "以下空白", "Page 1 of 1"]
    found = checked(csv_text([HOUSING, month(codes[0]), *([line] for line in below)]))
    assert told(found) == []
    assert found.notes["occupancy", "", "remark"] == len(below)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_repeated_headings_and_the_titles_over_them_are_left_out(
    checked: Checked, codes: list[str], kind: str
) -> None:
    rows = [["莘庄镇"], HOUSING, month(codes[0]), [], ["颛桥镇"], HOUSING, month(codes[1])]
    content = csv_text(rows) if kind == "csv" else workbook(rows)
    found = checked(content, f"a.{kind}")
    assert told(found) == []
    assert len(found.frames["occupancy"]) == 2
    assert found.notes["occupancy", "", "heading"] == 1


def test_headings_in_another_order_are_one_fault(checked: Checked, codes: list[str]) -> None:
    rows = [HOUSING, month(codes[0]), HOUSING[::-1], month(codes[1])[::-1], month(codes[2])[::-1]]
    assert told(checked(csv_text(rows))) == [("A3", "headings")]


def test_an_unquoted_comma_is_told_at_its_row(checked: Checked, codes: list[str]) -> None:
    row = (
        f"T-{{}},{codes[0]},transport,2026-02-02,2026-02-03,2026-02-10,self_service,no,town,{{}}\n"
    )
    text = PROPOSALS + "\n" + row.format(1, "增设班车") + row.format(2, "增设班车,最好早晚各一班")
    assert told(checked(text)) == [("K3", "cells")]
    assert told(checked(PROPOSALS + "\n" + row.format(2, "增设班车,早晚"))) == [("K2", "cells")]
    assert told(checked(text.replace("车,最", "车，最").replace("\n", ",,\n"))) == []
