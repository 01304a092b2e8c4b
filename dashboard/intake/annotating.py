"""Write a copy of the user's workbook with the faults marked: red cells, comments, and a list.

A workbook of .xlsx keeps its own looks and formulas; what came in another form, or is very
large, is written anew from its cells.
"""

import io
import re
import warnings
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from dashboard import apart
from dashboard.confined import Output
from dashboard.contract.plain import as_plain, from_plain
from dashboard.intake.faults import Check, Fault
from dashboard.intake.reading import Sheet, names_of

LIST_SHEET = "检查结果"
MOST_MARKS = 20_000
KEEPS_LOOKS_UP_TO = 600_000  # cells; beyond that the copy is written anew
RED = "FFC7CE"
# A formula that would start another program is written as the text that it is.
_RUNS_PROGRAM = re.compile(r"^\s*[=+\-@].*(\||\bcmd\b|\bDDE\b|\bmshta\b|\bpowershell\b)", re.I)
_HEADINGS = ("位置 Where", "值 Value", "问题 What", "怎么改 What to do", "What", "What to do")
_AUTHOR = "minhang dashboard"
_DAY = "yyyy-mm-dd"
_AS_IT_IS: dict[str, Any] = {
    "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
    "nan_inf_to_errors": True, "default_date_format": _DAY,
}  # fmt: skip
# What a cell of such a workbook may hold; all else is written as it is seen.
_WRITTEN = (str, int, float, date, type(None))


def annotate(paths: Sequence[Path], check: Check, to: Path, only: str | None = None) -> list[Path]:
    """Write the annotated copies of the files that have faults, or of the ``only`` one that is named;
    return where they are. ``paths``: all that were checked."""
    names = names_of(paths)
    by_file: dict[str, list[Fault]] = defaultdict(list)
    for fault in check.faults:
        by_file[fault.file].append(fault)
    written = []
    for path in paths:
        if only in (None, names[path]) and (faults := by_file.get(names[path])):
            stem = names[path].removesuffix(path.suffix).replace("/", "-")
            place = to if only or len(by_file) == 1 else to.with_name(f"{to.stem}-{stem}.xlsx")
            mine = [each.sheet.whole for each in check.recognised if each.sheet.file == names[path]]
            sheets = list({id(sheet): sheet for sheet in mine}.values())
            place.write_bytes(annotated(path.read_bytes(), sheets, faults))
            written.append(place)
    return written


def annotated(content: bytes, sheets: Sequence[Sheet], faults: Sequence[Fault]) -> bytes:
    """Give the copy of one file."""
    cells = sum(len(row) for sheet in sheets for row in sheet.rows)
    if content.startswith(b"PK") and cells <= KEEPS_LOOKS_UP_TO:
        said = as_plain(list(faults))
        name = faults[0].file
        answer = apart.run(
            f"{__name__}:mark_in_child", {"book": content}, said, about=name, effort=4
        )
        return bytes(answer.parts[0])
    return _written_anew(sheets, faults)


def mark_in_child(files: list[str], said: Any, output: Output) -> None:
    with output.part() as part:
        part.write(_marked(Path(files[0]).read_bytes(), from_plain(said, Fault)))


def comment_text(faults: Iterable[Fault]) -> str:
    lines = []
    for fault in faults:
        # Told once for all the rows in which it stands.
        zh, en = (f"（{fault.rows} 行）", f" ({fault.rows} rows)") if fault.rows > 1 else ("", "")
        lines += [f"{fault.what.zh}：{fault.todo.zh}{zh}", f"{fault.what.en}: {fault.todo.en}{en}"]
    return "\n".join(lines)


def _by_cell(faults: Iterable[Fault]) -> dict[tuple[str, int, int], list[Fault]]:
    marks: dict[tuple[str, int, int], list[Fault]] = defaultdict(list)
    for fault in faults:
        if fault.row is not None and len(marks) < MOST_MARKS:
            marks[fault.sheet, fault.row, fault.column or 0].append(fault)
    return marks


def _row(fault: Fault) -> tuple[str, ...]:
    where = f"{fault.sheet}!{fault.cell}" if fault.cell else fault.sheet
    return (where, fault.value, fault.what.zh, fault.todo.zh, fault.what.en, fault.todo.en)


def _marked(content: bytes, faults: Sequence[Fault]) -> bytes:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what openpyxl does not keep
        book = openpyxl.load_workbook(io.BytesIO(content))
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and _RUNS_PROGRAM.match(cell.value):
                    cell.data_type = "s"
                    cell.quotePrefix = True
    fill = PatternFill("solid", fgColor=RED)
    for (name, row, column), found in _by_cell(faults).items():
        sheet = book[name]
        cell = sheet.cell(row + 1, column + 1)
        for area in sheet.merged_cells.ranges:
            if cell.coordinate in area:
                cell = sheet.cell(area.min_row, area.min_col)
        cell.fill = fill
        cell.comment = Comment(comment_text(found), _AUTHOR, width=320, height=120)
    if LIST_SHEET in book.sheetnames:
        del book[LIST_SHEET]
    listed = book.create_sheet(LIST_SHEET, 0)
    book.active = 0
    for sheet in book.worksheets[1:]:
        sheet.sheet_view.tabSelected = False
    listed.append(_HEADINGS)
    for number, fault in enumerate(faults[:MOST_MARKS], start=2):
        for column, text in enumerate(_row(fault), start=1):
            cell = listed.cell(number, column, text)
            cell.data_type = "s"
        if fault.cell:
            place = fault.cell if not fault.cell.isdigit() else f"A{fault.cell}"
            listed.cell(number, 1).hyperlink = f"#'{fault.sheet}'!{place}"
    for letter, width in zip("ABCDEF", (24, 20, 36, 36, 36, 36), strict=True):
        listed.column_dimensions[letter].width = width
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _written_anew(sheets: Sequence[Sheet], faults: Sequence[Fault]) -> bytes:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, _AS_IT_IS)
    red = {"bg_color": f"#{RED}"}
    marked, marked_day = book.add_format(red), book.add_format({"num_format": _DAY, **red})
    listed = book.add_worksheet(LIST_SHEET)
    listed.write_row(0, 0, _HEADINGS)
    listed.set_column(0, 5, 30)
    for number, fault in enumerate(faults[:MOST_MARKS], start=1):
        listed.write_row(number, 0, _row(fault))
    marks = _by_cell(faults)
    names = {LIST_SHEET}
    for sheet in sheets:
        page = book.add_worksheet(_sheet_name(sheet.name, names))
        for row, cells in enumerate(sheet.rows):
            for column, value in enumerate(cells):
                look = marked_day if isinstance(value, date) else marked
                is_marked = (sheet.name, row, column) in marks
                shown = value if isinstance(value, _WRITTEN) else str(value)
                page.write(row, column, shown, look if is_marked else None)
        for (name, row, column), found in marks.items():
            if name == sheet.name:
                if column >= len(sheet.rows[row]):
                    page.write_blank(row, column, None, marked)
                page.write_comment(
                    row, column, comment_text(found), {"x_scale": 2.5, "y_scale": 1.5}
                )
    book.close()
    return file.getvalue()


def _sheet_name(name: str, taken: set[str]) -> str:
    """Make a name that a workbook takes, unlike those taken already."""
    plain = re.sub(r"[\[\]:*?/\\]", "_", name)[:31].strip("'") or "Sheet"
    unlike, number = plain, 1
    while unlike.casefold() in taken:
        number += 1
        unlike = f"{plain[:26]} ({number})"
    taken.add(unlike.casefold())
    return unlike
