"""Write the workbook that people fill in: one sheet per table, headings in two languages.

Filled and loaded it gives the same rows; ``template(rows)`` writes it filled.
"""

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pandas as pd
import xlsxwriter

from dashboard.contract.fields import Column, Field, Table
from dashboard.contract.tables import TOWN
from dashboard.contract.words import Words
from dashboard.intake.filling import is_filled
from dashboard.intake.gazetteer import SYSTEMS
from dashboard.intake.headings import COORDINATES_LABEL, LOADABLE
from dashboard.intake.persons import written
from dashboard.paths import DATA
from dashboard.warehouse.published import read_table

GUIDE, OPTIONS = "填写说明", "选项"
HEADING_ROWS = 2
PREPARED_ROWS = 2_000
NOT_ASKED = frozenset(("origin",))  # it follows from the loading

_MADE = Words("可留空，由系统编号", "may be left empty: a code is made")
_NAMED = Words("可留空，用中文名称", "may be left empty: the Chinese name is used")
_REFERENCE = Words("填社区名称或代码", "the community's name or code")
_PERSON = Words(
    "填证件号、手机号或假名；入库前换成加密假名，原值不保存",
    "an ID number, a phone or a pseudonym; made a keyed pseudonym, the original is not kept",
)
_EXAMPLES: Mapping[str, str] = {
    "text": "示例", "integer": "880", "number": "400.5", "share": "55%", "boolean": "是",
    "date": "2024-09-30", "month": "2024-09", "pseudonym": "13800000000",
}  # fmt: skip
_FIELD_EXAMPLES: Mapping[str, str] = {
    "town_code": "莘庄镇", "community_code": "莘庄镇某公寓", "lon": "121.373", "lat": "31.114",
    "name_zh": "莘庄镇某公寓", "name_en": "Some Apartments", "aliases": "某公寓一期;某公寓二期",
}  # fmt: skip


def template(rows: Mapping[str, pd.DataFrame] | None = None) -> bytes:
    """Write the workbook, empty or filled with rows of the contract."""
    with written_book() as (made, file):
        _guide(made)
        made.offer_towns()
        for table in LOADABLE:
            if rows is None or table.name in rows:
                filled = None if rows is None else rows[table.name]
                _sheet(made, table, filled)
    return file.getvalue()


@contextmanager
def written_book() -> Iterator[tuple["Book", io.BytesIO]]:
    """Open a workbook; the file holds it once the block is left."""
    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        yield Book(book, town_names(), _formats(book)), file


def town_names() -> dict[str, str]:
    """Name the towns by their codes, in Chinese."""
    towns = read_table(DATA / "towns.csv", TOWN).set_index("town_code")["name_zh"]
    return {str(code): str(name) for code, name in towns.items()}


def columns_of(table: Table) -> list[Column]:
    return [column for column in table.columns if column.name not in NOT_ASKED]


def heading(table: Table, column: Column) -> Words:
    """Write a column's heading: name, unit, and a star where it may not be empty."""
    label, unit = column.field.label, column.field.unit
    if column.name == "participant_code":
        label = Words("参与者", "Participant")
    star = "" if column.nullable or is_filled(table, column.name) else "*"
    if unit is None or column.name in ("lon", "lat"):
        return Words(f"{label.zh}{star}", label.en)
    return Words(f"{label.zh}（{unit.zh}）{star}", f"{label.en} ({unit.en})")


def advice(table: Table, column: Column) -> Words:
    """Say what goes into a column."""
    if column.name == "participant_code":
        return _PERSON
    if column.name == "community_code" and table.name != "community":
        return _REFERENCE
    if column.name == "name_en":
        return _NAMED
    if table.key == (column.name,) and is_filled(table, column.name):
        return _MADE
    return column.field.description


def example(field: Field) -> str:
    if field.allowed:
        return next(iter(field.allowed.values())).zh
    return _FIELD_EXAMPLES.get(field.name, _EXAMPLES[field.type])


@dataclass(frozen=True)
class Book:
    """Hold the workbook that is being written, the towns it offers and its formats."""

    book: Any
    towns: Mapping[str, str]
    formats: Mapping[str, Any]

    def offer_towns(self) -> None:
        """Add the hidden sheet that the drop-downs of towns are taken from."""
        lists = self.book.add_worksheet(OPTIONS)
        lists.hide()
        lists.write_column(0, 0, list(self.towns.values()))


def _formats(book: Any) -> dict[str, Any]:
    base = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "vcenter"}
    forms = {
        "text": "@", "date": "yyyy-mm-dd", "month": "yyyy-mm", "integer": "0", "number": "General",
    }  # fmt: skip
    # Lines that only show how, and what is written in beforehand.
    looks: dict[str, dict[str, Any]] = {
        "example": {"italic": True, "font_color": "#8A8A8A"},
        "given": {"font_color": "#5B6673"},
    }
    return {
        **{form: book.add_format({"num_format": shown}) for form, shown in forms.items()},
        **{
            f"{look}_{form}": book.add_format({"num_format": shown, **drawn})
            for look, drawn in looks.items()
            for form, shown in forms.items()
        },
        "zh": book.add_format({**base, "bold": True, "bg_color": "#1F4E79", "font_color": "white", "text_wrap": True, "border": 1}),
        "en": book.add_format({**base, "italic": True, "bg_color": "#DDE8F3", "font_color": "#1F4E79", "text_wrap": True, "border": 1}),
        "title": book.add_format({**base, "bold": True, "font_size": 14, "font_color": "#C00000"}),
        "wrap": book.add_format({**base, "text_wrap": True}),
    }  # fmt: skip


def _sheet(made: Book, table: Table, filled: pd.DataFrame | None) -> None:
    sheet, formats = made.book.add_worksheet(table.label.zh), made.formats
    sheet.freeze_panes(HEADING_ROWS, 1)
    last = max(PREPARED_ROWS, 0 if filled is None else len(filled)) + HEADING_ROWS - 1
    columns = columns_of(table)
    sheet.set_row(0, 34)
    for number, column in enumerate(columns):
        words = heading(table, column)
        sheet.write_string(0, number, words.zh, formats["zh"])
        sheet.write_string(1, number, words.en, formats["en"])
        said = advice(table, column)
        note = f"{said.zh}\n{said.en}\n例 / e.g. {example(column.field)}"
        sheet.write_comment(0, number, note, {"x_scale": 2, "y_scale": 1.4})
        width = max(12, min(28, 2 * len(words.zh)))
        sheet.set_column(number, number, width, formats[form_of(column.field)])
        limit(sheet, number, (HEADING_ROWS, last), column.field, said, made)
        if filled is not None:
            for row, value in enumerate(filled[column.name].tolist(), start=HEADING_ROWS):
                write(sheet, row, number, value, column.field, made)
    if any(column.name == "lon" for column in columns):
        number = len(columns)
        sheet.write_string(0, number, COORDINATES_LABEL.zh, formats["zh"])
        sheet.write_string(1, number, COORDINATES_LABEL.en, formats["en"])
        sheet.set_column(number, number, 12)
        sheet.data_validation(
            HEADING_ROWS, number, last, number, {"validate": "list", "source": list(SYSTEMS)}
        )
        for row in range(0 if filled is None else len(filled)):
            sheet.write_string(row + HEADING_ROWS, number, "WGS-84")


def form_of(field: Field) -> str:
    """Name the format in which a field's cells are shown."""
    if field.type in ("date", "month", "integer"):
        return field.type
    return "number" if field.type in ("number", "share") else "text"


def limit(
    sheet: Any, number: int, rows: tuple[int, int], field: Field, said: Words, made: Book
) -> None:
    """Offer the options of a column, and say on its cells, first to last row, what goes there."""
    rule: dict[str, Any] = {"validate": "any"}
    if field.name == "town_code":
        rule = {"validate": "list", "source": f"={OPTIONS}!$A$1:$A${len(made.towns)}"}
    elif field.allowed:
        rule = {"validate": "list", "source": [words.zh for words in field.allowed.values()]}
    elif field.type == "boolean":
        rule = {"validate": "list", "source": ["是", "否"]}
    rule |= {
        "input_title": field.label.zh[:32],
        "input_message": f"{said.zh}\n{said.en}"[:255],
        "error_type": "warning",
    }
    sheet.data_validation(rows[0], number, rows[1], number, rule)


def write(
    sheet: Any, row: int, number: int, value: Any, field: Field, made: Book, *, look: str = ""
) -> None:
    """Write a value of the contract as people read it; ``look`` names a format for its cell."""
    shape = made.formats[f"{look}_{form_of(field)}" if look else form_of(field)]
    if value is None or value is pd.NaT or value is pd.NA or value != value:
        return
    if field.name == "town_code":
        sheet.write_string(row, number, made.towns.get(value, str(value)), shape)
    elif field.allowed:
        sheet.write_string(row, number, field.allowed[str(value)].zh, shape)
    elif field.type == "boolean":
        sheet.write_string(row, number, "是" if value else "否", shape)
    elif field.type in ("date", "month"):
        sheet.write_datetime(row, number, pd.Timestamp(value).to_pydatetime(), shape)
    elif field.type in ("integer", "number", "share"):
        sheet.write_number(row, number, float(value), shape)
    elif field.type == "pseudonym":
        sheet.write_string(row, number, written(int(value)), shape)
    else:
        sheet.write_string(row, number, str(value), shape)


def _guide(made: Book) -> None:
    sheet, formats = made.book.add_worksheet(GUIDE), made.formats
    sheet.set_column(0, 2, 18, formats["wrap"])
    sheet.set_column(3, 6, 30, formats["wrap"])
    lines = (
        "填写说明 / How to fill this in",
        "每张表一页，表头两行不要改动；带 * 的列必填。填完在“您的数据”页中上传，先检查，再载入。",
        "One sheet per table; keep the two heading rows; columns with * may not be empty. Then upload it on the page Your data: it is checked first.",
        "姓名、证件号、手机号、微信号不入库；参与者只以加密假名保存，儿童只计人数。",
        "Names, ID numbers, phones and WeChat ids are never stored; participants become keyed pseudonyms, children are only counted.",
    )
    for row, line in enumerate(lines):
        sheet.write_string(row, 0, line, formats["title"] if row == 0 else None)
    top = len(lines) + 1
    headings = (
        "表 / Sheet",
        "列 / Column",
        "类型 / Type",
        "填什么",
        "What goes there",
        "可选 / Options",
        "例 / Example",
    )
    for number, text in enumerate(headings):
        sheet.write_string(top, number, text, formats["zh"])
    row = top + 1
    for table in LOADABLE:
        for column in columns_of(table):
            said, kind = advice(table, column), column.field.form.words
            options = "、".join(words.zh for words in column.field.allowed.values())
            texts = (
                f"{table.label.zh} {table.label.en}",
                f"{heading(table, column).zh} {column.field.label.en}",
                f"{kind.zh} {kind.en}", said.zh, said.en, options, example(column.field),
            )  # fmt: skip
            for number, text in enumerate(texts):
                sheet.write_string(row, number, text)
            row += 1
