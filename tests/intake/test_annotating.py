"""Check the annotated copies: of other files than workbooks, of dangerous formulas, of many rows."""

import io
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import openpyxl
import xlsxwriter

from dashboard.intake.annotating import LIST_SHEET, annotate
from dashboard.intake.checking import Reading
from dashboard.intake.loading import Places, check
from dashboard.warehouse.store import Warehouse
from tests.intake import messy

Key = Callable[[], bytes]
HEAD = ["社区代码", *messy.HOUSING]


def test_a_csv_file_comes_back_as_a_marked_workbook(
    places: Places, key: Key, tmp_path: Path
) -> None:
    code = (
        Warehouse(places.warehouse)
        .table("community", limit=1, exact=True)["community_code"]
        .iloc[0]
    )
    file = tmp_path / "入住.csv"
    file.write_text(
        f"{','.join(HEAD)}\n{code},2026-01,间,10,10,10,11,20,12,0,0\n{code},2024.1,套,10,10,10,9,20,12,0,\n",
        encoding="gb18030",
    )
    found = check([file], places, Reading(messy.TODAY, key))
    assert {fault.cell: fault.code for fault in found.faults} == {
        "G2": "let",
        "B3": "month",
        "J3": "moves",
    }
    (copy,) = annotate([file], found, tmp_path / "marked.xlsx")
    book = openpyxl.load_workbook(copy)
    sheet = book["入住"]
    assert book.sheetnames == [LIST_SHEET, "入住"]
    for cell in ("G2", "B3", "J3"):
        assert sheet[cell].comment is not None
    assert sheet["A1"].value == "社区代码"
    assert sheet["A2"].comment is None
    # The copy, corrected, is read like any workbook.
    sheet["G2"], sheet["B3"], sheet["K3"] = 10, "2024-01", 0
    book.save(tmp_path / "corrected.xlsx")
    assert check([tmp_path / "corrected.xlsx"], places, Reading(messy.TODAY, key)).faults == []


def test_a_formula_that_starts_a_program_is_a_text_in_the_copy(
    places: Places, key: Key, tmp_path: Path
) -> None:
    file = tmp_path / "book.xlsx"
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet("月度入住")
    sheet.write_row(0, 0, HEAD)
    sheet.write_row(1, 0, ["nowhere", "2026-01", "间", 10, 10, 10, 9, 20, 12, 0])
    sheet.write_formula("K2", "=cmd|'/c calc'!A0", None, 0)
    sheet.write_formula("L2", "=1+1", None, 2)
    book.close()
    found = check([file], places, Reading(messy.TODAY, key))
    (copy,) = annotate([file], found, tmp_path / "marked.xlsx")
    marked = openpyxl.load_workbook(copy)["月度入住"]
    assert marked["K2"].data_type == "s"
    assert marked["L2"].data_type == "f"


def test_a_large_sheet_is_checked_in_time(places: Places, key: Key, tmp_path: Path) -> None:
    """A quarter of the 200,000 rows that must take less than 30 s, by the processor's time."""
    codes = Warehouse(places.warehouse).table("community", exact=True)["community_code"].tolist()
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"constant_memory": True})
    sheet = book.add_worksheet("月度入住")
    sheet.write_row(0, 0, HEAD)
    months = [datetime(year, month, 1) for year in range(2010, 2026) for month in range(1, 13)]
    rows = [(code, month) for month in months for code in codes][:50_000]
    for number, (code, month) in enumerate(rows, start=1):
        sheet.write_row(
            number, 0, [code, f"{month:%Y-%m}", "间", 10, 10, 10, number % 10, 20, 12, 0, 0]
        )
    book.close()
    file = tmp_path / "large.xlsx"
    file.write_bytes(content.getvalue())
    start = time.process_time()
    found = check([file], places, Reading(messy.TODAY, key))
    taken = time.process_time() - start
    assert found.faults == []
    assert len(found.frames["occupancy"]) == 50_000
    assert taken < 7.5
