"""Files open in office programs as they were written, and run nothing."""

import csv
import io
from datetime import date, datetime

import openpyxl
import pandas as pd
import pytest

from dashboard.figures import tables
from dashboard.figures.listing import DATE, MONTH, Listing
from dashboard.figures.tables import as_csv, as_xlsx, listing_csv, neutral, plain_dates
from dashboard.publish import redraw

FORMULAS = [
    "=cmd|'/c calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠SUM(A1)",
]  # fmt: skip
ROWS = pd.DataFrame(
    {
        "town_code": ["310112101", "310112114"],
        "month": pd.to_datetime(["2025-01-01", None]),
        "resident_count": [1234, 0],
        "youth_share": [0.25, float("nan")],
        "name_zh": ["莘庄, “镇”", None],
    }
)
FORMATS = {"month": MONTH, "resident_count": "#,##0"}
ABOUT = {"查询": "coverage_by_town", "来源": "示例数据", "参数": '{"town_codes": []}'}


def read_csv(rows: pd.DataFrame) -> list[list[str]]:
    return list(csv.reader(io.StringIO(as_csv(rows).decode("utf-8-sig"), newline="")))


def workbook(rows: pd.DataFrame = ROWS, formats=FORMATS, about=ABOUT) -> openpyxl.Workbook:
    file = as_xlsx(Listing(rows, formats), about=about, title="数据", about_title="说明")
    return openpyxl.load_workbook(io.BytesIO(file))


def values(sheet) -> list[tuple[object, ...]]:
    return list(sheet.iter_rows(values_only=True))


# CSV --------------------------------------------------------------------------------------


def test_csv_starts_with_the_mark_that_excel_needs():
    assert as_csv(ROWS).startswith(b"\xef\xbb\xbftown_code,")


def test_csv_ends_its_lines_as_office_programs_do():
    assert as_csv(ROWS).count(b"\r\n") == as_csv(ROWS).count(b"\n") == 3


def test_csv_reads_back_as_the_rows():
    assert read_csv(ROWS) == [
        ["town_code", "month", "resident_count", "youth_share", "name_zh"],
        ["310112101", "2025-01-01", "1234", "0.25", "莘庄, “镇”"],
        ["310112114", "", "0", "", ""],
    ]


def test_csv_of_no_rows_has_its_header():
    assert read_csv(ROWS.head(0)) == [list(ROWS.columns)]


@pytest.mark.parametrize("text", FORMULAS)
def test_csv_neutralises_what_would_run(text):
    assert read_csv(pd.DataFrame({"name_zh": [text]}))[1] == [f"'{text}"]


@pytest.mark.parametrize("text", ["浦江", "a=b", "1-2", " =1", "", "'=1"])
def test_harmless_texts_stay_as_they_are(text):
    assert neutral(pd.DataFrame({"name_zh": [text]}))["name_zh"].tolist() == [text]


@pytest.mark.parametrize("dtype", ["object", "str"])
def test_texts_of_either_kind_are_neutralised(dtype):
    rows = pd.DataFrame({"name_zh": pd.Series(["=1", None], dtype=dtype)})
    own = neutral(rows)["name_zh"]
    assert own.iloc[0] == "'=1"
    assert pd.isna(own.iloc[1])


def test_what_was_neutralised_is_known_where_a_figure_is_redrawn():
    assert redraw.RUNS == tables._RUNS


def test_negative_numbers_stay_numbers():
    rows = pd.DataFrame({"bed_change_count": [-5]})
    assert neutral(rows)["bed_change_count"].tolist() == [-5]


def test_dates_are_written_as_iso_text():
    rows = pd.DataFrame({"month": pd.to_datetime(["2025-12-01"]), "held_on": [date(2025, 1, 2)]})
    assert read_csv(rows)[1] == ["2025-12-01", "2025-01-02"]


def test_writing_leaves_the_rows_as_they_were():
    before = ROWS.copy()
    as_csv(ROWS)
    workbook()
    pd.testing.assert_frame_equal(ROWS, before)


def test_missing_date_stays_missing():
    assert pd.isna(plain_dates(ROWS)["month"].iloc[1])


# XLSX -------------------------------------------------------------------------------------


def test_xlsx_reads_back_as_the_rows_with_dates_as_dates():
    assert values(workbook()["数据"]) == [
        tuple(ROWS.columns),
        ("310112101", datetime(2025, 1, 1), 1234, 0.25, "莘庄, “镇”"),
        ("310112114", None, 0, None, None),
    ]
    assert workbook()["数据"]["B2"].number_format == "yyyy-mm"
    assert workbook()["数据"]["C2"].number_format == "#,##0"


def test_xlsx_keeps_its_headings_in_view_filters_and_is_wide_enough():
    sheet = workbook()["数据"]
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == "A1:E3"
    assert sheet.column_dimensions["A"].width >= len("310112101")


def test_counts_with_missing_ones_stay_whole_numbers():
    rows = pd.DataFrame({"resident_count": [15.0, None], "youth_share": [1.0, None]})
    assert read_csv(rows)[1:] == [["15", "1.0"], ["", ""]]


def test_a_listing_writes_months_without_their_day():
    rows = pd.DataFrame(
        {"月份": pd.to_datetime(["2025-12-01"]), "开业": pd.to_datetime(["2025-01-02"])}
    )
    text = listing_csv(Listing(rows, {"月份": MONTH, "开业": DATE})).decode("utf-8-sig")
    assert text == "月份,开业\r\n2025-12,2025-01-02\r\n"


def test_codes_stay_text():
    assert workbook()["数据"]["A2"].data_type == "s"


def test_second_sheet_says_where_the_rows_come_from():
    book = workbook()
    assert book.sheetnames == ["数据", "说明"]
    assert values(book["说明"]) == list(ABOUT.items())


@pytest.mark.parametrize("text", FORMULAS)
def test_xlsx_holds_no_formula(text):
    book = workbook(pd.DataFrame({"name_zh": [text]}), {}, about={"查询": text})
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} == {"s"}
    assert book["数据"]["A2"].value.startswith("'")


@pytest.mark.parametrize(
    "text", ["https://example.org/" + "a" * 3000, "external:\\\\server\\share", "file:///etc"]
)
def test_xlsx_keeps_addresses_as_texts_and_links_nowhere(text):
    cell = workbook(pd.DataFrame({"source_url": [text]}), {})["数据"]["A2"]
    assert cell.value == text
    assert cell.hyperlink is None


def test_xlsx_of_no_rows_has_its_header():
    assert len(values(workbook(ROWS.head(0))["数据"])) == 1
