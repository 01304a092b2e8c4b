"""Draw sheets: rows of cells, what is merged, hidden or kept as text; write them to files."""

import csv
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import openpyxl
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter

Cells = list[list[Any]]
# First and last row, first and last column, from 0.
Area = tuple[int, int, int, int]


@dataclass(frozen=True)
class Grid:
    """Hold a sheet: ``pad`` are rows below it that are formatted but empty."""

    rows: Cells
    merged: tuple[Area, ...] = ()
    hidden: tuple[int, ...] = ()
    pad: int = 0
    as_text: bool = False

    @property
    def width(self) -> int:
        return max((len(row) for row in self.rows), default=0)


# Sheets by name, by file.
Files = Mapping[str, Mapping[str, Grid]]


def below(*grids: Grid, gap: int = 0) -> Grid:
    """Put grids under each other, ``gap`` empty rows between."""
    rows: Cells = []
    merged: list[Area] = []
    for number, grid in enumerate(grids):
        rows += [[] for _ in range(gap if number else 0)]
        down = len(rows)
        merged += [(top + down, bottom + down, *across) for top, bottom, *across in grid.merged]  # type: ignore[misc]
        rows += grid.rows
    return replace(grids[0], rows=rows, merged=tuple(merged))


def beside(left: Grid, right: Grid, gap: int = 1) -> Grid:
    """Put two grids side by side, ``gap`` empty columns between."""
    by = left.width + gap
    rows = []
    for number in range(max(len(left.rows), len(right.rows))):
        one = left.rows[number] if number < len(left.rows) else []
        other = right.rows[number] if number < len(right.rows) else []
        rows.append([*one, *[""] * (by - len(one)), *other])
    moved = tuple((top, bottom, first + by, last + by) for top, bottom, first, last in right.merged)
    return Grid(rows, left.merged + moved)


def titled(grid: Grid, *titles: str) -> Grid:
    """Put lines above a grid, each merged over its whole width."""
    across = tuple((row, row, 0, grid.width - 1) for row in range(len(titles)))
    return below(Grid([[title] for title in titles], across), grid)


def signed(grid: Grid, *lines: list[Any]) -> Grid:
    """Put remarks and signatures below a grid."""
    return below(grid, Grid([list(line) for line in lines]))


def _named(area: Area) -> str:
    top, bottom, first, last = area
    return f"{get_column_letter(first + 1)}{top + 1}:{get_column_letter(last + 1)}{bottom + 1}"


def _xlsx(sheets: Mapping[str, Grid], to: Path) -> None:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, grid in sheets.items():
        sheet = book.create_sheet(name)
        for number, row in enumerate(grid.rows, 1):
            for column, value in enumerate(row, 1):
                if value == "" or value is None:
                    continue
                cell = sheet.cell(number, column)
                if grid.as_text:
                    cell.number_format = "@"
                    cell.quotePrefix = True
                    value = str(value)
                elif isinstance(value, date):
                    cell.number_format = "yyyy-mm-dd"
                cell.value = value
        for area in grid.merged:
            if area[:2] != (area[0], area[0]) or area[2] != area[3]:
                sheet.merge_cells(_named(area))
        for column in grid.hidden:
            sheet.column_dimensions[get_column_letter(column + 1)].hidden = True
        for number in range(len(grid.rows) + 1, len(grid.rows) + 1 + grid.pad):
            sheet.cell(number, 1).fill = PatternFill("solid", fgColor="FFFFFF")
    book.save(to)


def _csv(sheets: Mapping[str, Grid], to: Path) -> None:
    (grid,) = sheets.values()
    text = io.StringIO()
    csv.writer(text).writerows(grid.rows)
    to.write_bytes(text.getvalue().encode("gb18030"))


_ODS = "application/vnd.oasis.opendocument.spreadsheet"
_NAMES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
    for short, long in (("office", "office"), ("table", "table"), ("text", "text"))
)


def _ods_cell(value: Any) -> str:
    if value == "" or value is None:
        return "<table:table-cell/>"
    shown = f"<text:p>{escape(str(value))}</text:p></table:table-cell>"
    if isinstance(value, int | float):
        return f'<table:table-cell office:value-type="float" office:value="{value}">{shown}'
    return f'<table:table-cell office:value-type="string">{shown}'


def _ods(sheets: Mapping[str, Grid], to: Path) -> None:
    """Write as LibreOffice does: merged cells covered, a million empty rows repeated at the end."""
    tables = []
    for name, grid in sheets.items():
        rows = "".join(
            f"<table:table-row>{''.join(map(_ods_cell, row)) or '<table:table-cell/>'}</table:table-row>"
            for row in grid.rows
        )
        rest = 1_048_576 - len(grid.rows)
        tables.append(
            f'<table:table table:name="{escape(name)}">{rows}<table:table-row table:number-rows-repeated="{rest}">'
            '<table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>'
        )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_NAMES} office:version="1.3">'
        f"<office:body><office:spreadsheet>{''.join(tables)}</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest '
        'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_ODS}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    with zipfile.ZipFile(to, "w") as archive:
        archive.writestr("mimetype", _ODS)
        archive.writestr("META-INF/manifest.xml", manifest, zipfile.ZIP_DEFLATED)
        archive.writestr("content.xml", content, zipfile.ZIP_DEFLATED)


_WRITERS = {".xlsx": _xlsx, ".csv": _csv, ".ods": _ods}


def write(files: Files, folder: Path) -> list[Path]:
    """Write files into a folder, each in the form that its name says."""
    paths = []
    for name, sheets in files.items():
        to = folder / name
        to.parent.mkdir(parents=True, exist_ok=True)
        _WRITERS[to.suffix](sheets, to)
        paths.append(to)
    return paths
