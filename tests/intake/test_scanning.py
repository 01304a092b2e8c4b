"""Check that workbooks are scanned as their reader will see them, in linear time."""

import io
import re
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineError, CalamineWorkbook
from xlsxwriter.utility import xl_col_to_name

from dashboard.contract.problem import Problem
from dashboard.intake import reading, scanning
from dashboard.intake.reading import Sheet, read
from dashboard.intake.scanning import Format, number_format

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET = "xl/worksheets/sheet1.xml"


def sheet_xml(rows: str, prefix: str = "", before: str = "", after: str = "") -> str:
    name = f"xmlns:{prefix[:-1]}" if prefix else "xmlns"
    return (
        f'<{prefix}worksheet {name}="{MAIN}">{before}<{prefix}sheetData>{rows}'
        f"</{prefix}sheetData>{after}</{prefix}worksheet>"
    )


def workbook(members: Mapping[str, str | bytes], sheets: int = 1) -> bytes:
    """Write a workbook, some of its members replaced."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    for _ in range(sheets):
        book.add_worksheet()
    book.close()
    changed = io.BytesIO()
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, members.get(name, old.read(name)))
    return changed.getvalue()


def opened(tmp_path: Path, content: bytes, name: str = "a.xlsx") -> list[Sheet]:
    file = tmp_path / name
    file.write_bytes(content)
    return read(file).sheets


def told(tmp_path: Path, content: bytes) -> str:
    with pytest.raises(Problem) as caught:
        opened(tmp_path, content)
    (words,) = caught.value.problems
    assert words.zh.startswith("a.xlsx：")
    return words.en


# How far it reaches -----------------------------------------------------------------------

FAR = {
    "single quotes": "<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>",
    "attributes in another order": '<row r="9"><c t="n" s="0" r="XFD1048576"><v>1</v></c></row>',
    "no reference": f'<row r="1048576">{"<c><v>1</v></c>" * 40}</row>',
    "its row in the cell alone": f'<row><c r="A1048576"><v>1</v></c>{"<c><v>1</v></c>" * 40}</row>',
    "lower case": '<row><c r="xfd1048576"><v>1</v></c></row>',
    "a formula without a result": '<row r="1048577"><c r="A1048577"><f>1</f></c></row>',
    "a text of its own": '<row><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>',
}


@pytest.mark.parametrize("rows", FAR.values(), ids=FAR)
@pytest.mark.parametrize("prefix", ["", "x:"])
def test_a_far_cell_is_told_however_it_is_written(tmp_path: Path, rows: str, prefix: str) -> None:
    rows = rows.replace("</", "\0").replace("<", f"<{prefix}").replace("\0", f"</{prefix}")
    content = workbook({SHEET: sheet_xml(rows, prefix)})
    assert re.search(r"reaches over 104857[67] rows", told(tmp_path, content))


def test_a_far_cell_is_found_though_the_members_are_called_otherwise(tmp_path: Path) -> None:
    links = workbook({})
    with zipfile.ZipFile(io.BytesIO(links)) as archive:
        text = archive.read("xl/_rels/workbook.xml.rels").decode()
    far = sheet_xml(FAR["single quotes"])
    moved = text.replace("worksheets/sheet1.xml", "/xl/WorkSheets/SHEET1.xml")
    content = workbook({SHEET: far, "xl/_rels/workbook.xml.rels": moved})
    assert "reaches over" in told(tmp_path, content)


@pytest.mark.parametrize("what", ["row", "column"])
def test_a_far_cell_of_an_open_document_is_told(tmp_path: Path, what: str) -> None:
    cell = '<table:table-cell office:value-type="float" office:value="1"{}/>'
    row = f"<table:table-row{{}}>{cell.format(' table:number-columns-repeated=' + repr('40'))}"
    row += "</table:table-row>"
    rows = {
        "row": row.format(' table:number-rows-repeated="1048576"'),
        "column": "<table:table-row>"
        + cell.format(' table:number-columns-repeated="4000000"')
        + "</table:table-row>",
    }
    assert "reaches over" in told(tmp_path, open_document(rows[what]))


@pytest.mark.parametrize("row", ["<row>", '<row r="1">'])
def test_many_cells_at_one_place_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, row: str
) -> None:
    monkeypatch.setattr("dashboard.intake.scanning.MAX_CELLS", 1_000)
    rows = row + '<c r="A1" s="0"><v>1</v></c>' * 1_001 + "</row>"
    assert "reaches over" in told(tmp_path, workbook({SHEET: sheet_xml(rows)}))


# Time -------------------------------------------------------------------------------------

SLOW = {
    "failed cells without a value": '<row r="1">' + '<c r="A1" t="e"/>' * 60_000 + "</row>",
    "cells that are not closed": "<c " * 100_000,
    "rows that are not closed": "<row " * 100_000,
    "rows in rows": '<row r="1">' * 100_000,
    "one row of plain cells": '<row r="1">' + '<c r="A1"><v>1</v></c>' * 60_000,
    "formulas without an end": '<row r="1"><c r="A1"><f>' + "<f>" * 100_000,
    "a reference without an end": '<row r="1"><c r="' + "A" * 1_000_000 + '1"><v>1</v></c></row>',
    "digits without an end": '<row r="' + "1" * 1_000_000 + '"></row>',
}


@pytest.mark.parametrize("rows", SLOW.values(), ids=SLOW)
def test_no_xml_takes_long(tmp_path: Path, rows: str) -> None:
    start = time.process_time()
    try:
        opened(tmp_path, workbook({SHEET: sheet_xml(rows)}))
    except Problem as problem:
        assert "a.xlsx" in problem.problems[0].zh
    assert time.process_time() - start < 5


def test_one_member_called_many_sheets_is_told_at_once(tmp_path: Path) -> None:
    sheets = "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="rId1"/>' for n in range(1, 3_000))
    book = (
        f'<workbook xmlns="{MAIN}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/'
        f'2006/relationships"><sheets>{sheets}</sheets></workbook>'
    )
    rows = '<row r="1">' + '<c r="A1"><f>1</f></c>' * 10_000 + "</row>"
    start = time.process_time()
    assert "damaged" in told(tmp_path, workbook({"xl/workbook.xml": book, SHEET: sheet_xml(rows)}))
    assert time.process_time() - start < 2


# What the reader would leave out -----------------------------------------------------------

VALUE = '<row r="1"><c r="A1"><v>5</v></c></row>'
UNSOUND: dict[str, dict[str, str | bytes]] = {
    "no XML": {SHEET: sheet_xml("<row>")},
    "UTF-16": {SHEET: ('<?xml version="1.0" encoding="UTF-16"?>' + sheet_xml(VALUE)).encode("utf-16")},
    "UTF-16 unsaid": {SHEET: sheet_xml(VALUE).encode("utf-16-le")},
    "GB18030": {SHEET: ('<?xml version="1.0" encoding="GB18030"?>' + sheet_xml(VALUE)).encode()},
    "a document type": {SHEET: '<!DOCTYPE worksheet [<!ENTITY a "5">]>' + sheet_xml(VALUE.replace("5", "&a;"))},
    "a quoted value": {SHEET: sheet_xml(VALUE.replace("5", "<![CDATA[5]]>"))},
    "a broken list of sheets": {"xl/workbook.xml": "<workbook><sheets><sheet></workbook>"},
    "broken links": {"xl/_rels/workbook.xml.rels": "<Relationships"},
    "no links": {"xl/_rels/workbook.xml.rels": "<Relationships/>"},
}  # fmt: skip


@pytest.mark.parametrize("members", UNSOUND.values(), ids=UNSOUND)
def test_a_workbook_that_would_be_read_in_part_is_told(
    tmp_path: Path, members: dict[str, str | bytes]
) -> None:
    assert "a.xlsx: " in told(tmp_path, workbook(members))


def test_a_binary_workbook_is_told(tmp_path: Path) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("xl/workbook.bin", b"x")
    assert ".xlsb" in told(tmp_path, file.getvalue())


# Formulas ---------------------------------------------------------------------------------

DIALECTS = {
    "plain": '<row r="1"><c r="A1"/><c r="B1" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>',
    "single quotes": "<row r='1'><c r='B1' t='e'><f>1/0</f><v>#DIV/0!</v></c></row>",
    "another order": '<row r="1"><c t="e" s="0" r="B1"><f>1/0</f><v>#DIV/0!</v></c></row>',
    "no references": '<row><c/><c t="e"><f>1/0</f><v>#DIV/0!</v></c></row>',
    "pasted as a value": '<row r="1"><c r="B1" t="e"><v>#DIV/0!</v></c></row>',
    "white space": '<row r="1">\n <c r="B1" t="e">\n  <f>1/0</f>\n  <v>#DIV/0!</v>\n </c>\n</row>',
}


@pytest.mark.parametrize("rows", DIALECTS.values(), ids=DIALECTS)
@pytest.mark.parametrize("prefix", ["", "x:"])
def test_a_failed_formula_is_found_in_every_dialect(tmp_path: Path, rows: str, prefix: str) -> None:
    rows = rows.replace("</", "\0").replace("<", f"<{prefix}").replace("\0", f"</{prefix}")
    (sheet,) = opened(tmp_path, workbook({SHEET: sheet_xml(rows, prefix)}))
    assert sheet.failed == {(0, 1): "#DIV/0!"}


def test_a_formula_that_failed_in_a_newer_way_is_told_at_its_cell(tmp_path: Path) -> None:
    rows = '<row r="1"><c r="B1" t="e"><f>A:A</f><v>#SPILL!</v></c></row>'
    said = told(tmp_path, workbook({SHEET: sheet_xml(rows)}))
    assert "the formula in B1 of sheet “Sheet1” failed (#SPILL!)" in said


def test_a_text_of_nothing_is_a_result_and_no_result_is_none(tmp_path: Path) -> None:
    rows = (
        '<row r="1"><c r="A1" t="str"><f>IF(1,"","")</f><v></v></c>'
        '<c r="B1" t="str"><f>IF(1,"","")</f><v/></c><c r="C1"><f>1+1</f></c>'
        '<c r="D1"><f>1+1</f><v></v></c><c r="E1"><f>1+1</f><v>2</v></c><c r="F1" s="0"/></row>'
    )
    after = '<extLst><ext><sparkline xmlns="urn:x"><f>Sheet1!A1</f></sparkline></ext></extLst>'
    (sheet,) = opened(tmp_path, workbook({SHEET: sheet_xml(rows, after=after)}))
    assert sheet.failed == {(0, 2): "", (0, 3): ""}


def open_document(rows: str) -> bytes:
    spaces = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    content = (
        f'<office:document-content{spaces} xmlns:calcext="urn:x"><office:body><office:spreadsheet>'
        f'<table:table table:name="甲">{rows}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", content)
    return file.getvalue()


def test_an_open_document_is_scanned_too(tmp_path: Path) -> None:
    rows = (
        '<table:table-column/><table:table-column table:visibility="collapse"/>'
        '<table:table-row><table:table-cell office:value-type="float" office:value="101">'
        "<office:annotation><text:p>0999</text:p></office:annotation><text:p>0101</text:p>"
        '</table:table-cell><table:table-cell office:value-type="percentage" office:value="0.6">'
        "<text:p>60%</text:p></table:table-cell></table:table-row><table:table-row "
        'table:visibility="filter"><table:table-cell table:number-columns-repeated="2" '
        'table:formula="of:=1/0" office:value-type="string" office:string-value="" '
        'calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell></table:table-row>'
        '<table:table-row table:number-rows-repeated="1048570"><table:table-cell '
        'table:number-columns-repeated="16384"/></table:table-row>'
    )
    (sheet,) = opened(tmp_path, open_document(rows))
    assert sheet.rows[0] == ["0101", "60%"]
    assert sheet.failed == {(1, 0): "#DIV/0!", (1, 1): "#DIV/0!"}
    assert (sheet.hidden_rows, sheet.hidden_columns) == ({1}, {1})


# What a cell shows ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "value", "shown"),
    [
        ("0%", 0.6, "60%"),
        ("0.00%", 0.0725, "7.25%"),
        ("[Red]0.0%;(0.0%)", 1.1, "110%"),
        ("0000", 101, "0101"),
        ('"HD-"000', 7, "HD-007"),
        (r"\H\D\-0", 7, "HD-7"),
        ('0.0"万"', 2.3, "2.3万"),
        ('General"万人"', 2, "2万人"),
        ('0"%"', 60, "60%"),
    ],
)
def test_a_number_is_read_as_its_cell_shows_it(code: str, value: float, shown: str) -> None:
    found = number_format(code)
    assert found is not None
    assert found.shown(value) == shown


@pytest.mark.parametrize(
    "code",
    ["", "General", "0", "0.00", "#,##0", "#,##0.00_);[Red](#,##0.00)", "yyyy-mm-dd", "@", '0"人"',
     '¥#,##0', '"¥"0', "0.00E+00", "# ?/?", 'yyyy"年"m"月"d"日"', "000-0000-0000", '0"%', "["],
)  # fmt: skip
def test_a_format_that_shows_the_number_itself_changes_nothing(code: str) -> None:
    assert number_format(code) is None


@pytest.mark.parametrize("styled", ["cell", "default"])
def test_percents_and_codes_are_read_from_a_workbook_as_shown(tmp_path: Path, styled: str) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in range(1, 400):
        sheet.append([row, 0.6, row, "文字"])
        sheet.cell(row, 2).number_format = "0.0%"
        sheet.cell(row, 3).number_format = "0000"
    sheet.row_dimensions[7].hidden = True
    sheet.column_dimensions["C"].hidden = True
    file = tmp_path / "a.xlsx"
    book.save(file)
    (found,) = read(file).sheets
    assert found.rows == [[row, "60%", f"{row:04d}", "文字"] for row in range(1, 400)]
    assert (found.hidden_rows, found.hidden_columns) == ({6}, {2})


def test_an_old_workbook_shows_percents_and_hidden_rows() -> None:
    file = Path(__file__).parent / "files" / "percent.xls"
    (sheet,) = read(file).sheets
    assert sheet.rows[1][:3] == ["60%", "0101", 5]
    assert sheet.hidden_rows == {2}


def test_formats_are_applied_to_numbers_only() -> None:
    rows = [[True, "x", 0.5]]
    marks = {(0, 0): Format(is_percent=True), (0, 1): Format(zeros=4), (0, 2): Format(zeros=4)}
    reading._show(rows, marks)
    assert rows == [[True, "x", "00.5"]]


# Both ways of looking, and the reader ------------------------------------------------------

CELLS = st.lists(
    st.tuples(
        st.sampled_from(["", ' r="{}"', " r='{}'"]),
        st.integers(0, 30),
        st.sampled_from(["", ' s="0"', ' s="1"', ' t="n"', ' s="1" t="n"', ' t="e"', ' t="str"']),
        st.sampled_from(
            ["<v>1</v>", "<v></v>", "<f>1</f><v>1</v>", "<f>1</f>", "", "<v>1</v><extLst><f/></extLst>"]
        ),
    ),
    max_size=6,
)  # fmt: skip
ROWS = st.lists(
    st.tuples(st.sampled_from(["", ' r="{}"', ' r="{}" hidden="1"']), CELLS), max_size=6
)


def written(rows: list[tuple[str, list[tuple[str, int, str, str]]]]) -> str:
    lines = []
    for number, (about, cells) in enumerate(rows):
        row = 3 * number + 1
        line = "".join(
            f"<c{reference.format(f'{xl_col_to_name(column)}{row}')}{said}>{inner}</c>"
            for reference, column, said, inner in cells
        )
        lines.append(f"<row{about.format(row)}>{line}</row>")
    return "".join(lines)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=80, deadline=None
)
@given(ROWS)
def test_plain_rows_are_passed_over_without_a_difference(
    rows: list[tuple[str, list[tuple[str, int, str, str]]]],
) -> None:
    xml = sheet_xml(written(rows)).encode()
    formats = {"1": scanning.PERCENT}
    quick = scanning.scan_sheet(io.BytesIO(xml), formats)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scanning, "_without_plain_rows", lambda stream, *others: [stream.read()])
        thorough = scanning.scan_sheet(io.BytesIO(xml), formats)
    assert quick.width >= thorough.width
    quick.width = thorough.width
    assert quick.height >= thorough.height
    quick.height = thorough.height
    assert quick == thorough


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None
)
@given(ROWS)
def test_a_sheet_reaches_at_least_as_far_as_its_reader_says(
    rows: list[tuple[str, list[tuple[str, int, str, str]]]],
) -> None:
    xml = sheet_xml(written(rows))
    found = scanning.scan_sheet(io.BytesIO(xml.encode()), {})
    book = CalamineWorkbook.from_filelike(io.BytesIO(workbook({SHEET: xml})))
    try:
        sheet = book.get_sheet_by_index(0)
    except CalamineError:  # it knows no error called 1
        return
    assert found.height >= sheet.total_height
    assert found.width >= sheet.total_width
