"""Read files as sheets of raw cells with their positions; refuse what is no honest table.

A file is known by its first bytes, not by its name. Everything is read from one copy in
memory, so that a file replaced meanwhile can't be half of each.
"""

import csv
import hashlib
import io
import math
import os
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import python_calamine as calamine
from xlsxwriter.utility import xl_col_to_name

from dashboard.contract.archives import is_bomb, unpacked_size
from dashboard.contract.clock import SHANGHAI
from dashboard.contract.encodings import is_garbled
from dashboard.contract.problem import Problem
from dashboard.intake.messages import file_problem
from dashboard.intake.scanning import (
    MAX_CELLS,
    MAX_COLUMNS,
    Format,
    Scanned,
    scan_ods,
    scan_xls,
    scan_xlsx,
)

MAX_BYTES = 300_000_000
MAX_UNPACKED = 2_000_000_000
MAX_LINES = 5_000_000

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SHAPEFILE = b"\0\0\x27\x0a"
GUIDE_SHEETS = frozenset(("填写说明", "检查结果", "选项"))

Cell = Any
Row = list[Cell]


@dataclass
class Sheet:
    """Hold one sheet: its rows from the first on, and what stands merged or failed in it."""

    file: str
    name: str
    rows: list[Row]
    # Whether the file itself tells numbers from texts.
    typed: bool = True
    # Merged areas: first and last row and column, all from 0.
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    # Cells whose formula failed or was never calculated: (row, column) from 0.
    failed: dict[tuple[int, int], str] = field(default_factory=dict)
    # Rows and columns that are hidden or filtered out: they are read, and that is said.
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    # Whether its workbook hides it: what is not seen is not meant to be loaded.
    is_hidden: bool = False
    # The coordinate system that the file itself declares.
    coordinates: str | None = None
    # Which of the tables of its sheet it is, from 1, where that holds several.
    block: int = 1
    # The folder that its file lay in.
    folder: str = ""

    @property
    def whole(self) -> "Sheet":
        """The sheet as it stands in its file."""
        return self

    @property
    def key(self) -> str:
        """What a mapping file calls it."""
        return self.name if self.block == 1 else f"{self.name}#{self.block}"

    def place(self, row: int, column: int) -> tuple[int, int]:
        """Say where a cell stands in its file; all from 0."""
        return row, column

    def group(self, row: int, column: int | None = None) -> int:
        """Say to which of the columns that stood side by side a row, or its cell, belongs."""
        return 0

    def cell(self, row: int, column: int) -> str:
        """Name a cell as a spreadsheet does; both from 0."""
        row, column = self.place(row, column)
        return f"{xl_col_to_name(column)}{row + 1}"


@dataclass(frozen=True)
class Source:
    """Hold a file as it was read: name, digest and sheets."""

    path: Path
    sha256: str
    size: int
    sheets: list[Sheet]
    # The encoding of a file so large that only its head is in ``sheets``.
    bulk: str | None = None
    # Whether it holds areas and so no sheets; the towns' boundaries made of them, as GeoJSON.
    holds_areas: bool = False
    shapes: bytes = b""


def names_of(paths: Sequence[Path]) -> dict[Path, str]:
    """Name files: those of one name with as many of their folders as tell them apart."""
    names = {path: path.name for path in paths}
    for depth in range(2, 1 + max((len(path.parts) for path in names), default=0)):
        counted = Counter(names.values())
        for path, name in names.items():
            if counted[name] > 1:
                names[path] = "/".join(path.parts[-depth:])
    return names


def read(path: Path) -> Source:
    """Read a file; raises Problem that says what it is instead and what to do."""
    content = read_bytes(path)
    sheets, digest = _sheets(path, content), hashlib.sha256(content).hexdigest()
    return Source(path, digest, len(content), sheets or [], holds_areas=sheets is None)


def read_bytes(path: Path) -> bytes:
    """Read a file whole, and make sure that it did not change meanwhile."""
    try:
        before = path.stat()
        if before.st_size > MAX_BYTES:
            raise file_problem(path, "large", most=MAX_BYTES // 1_000_000)
        content = path.read_bytes()
        after = path.stat()
    except OSError as error:
        raise file_problem(path, "unreadable", reason=error.strerror) from error
    if stamp(before) != stamp(after) or len(content) != after.st_size:
        raise file_problem(path, "changed")
    return content


def stamp(status: os.stat_result) -> tuple[int, int, int]:
    """Tell what changes when a file is written."""
    return status.st_mtime_ns, status.st_size, status.st_ino


def _sheets(path: Path, content: bytes) -> list[Sheet] | None:
    """Read a file as what it is; None where it holds areas."""
    start = content[:512]
    if not content.strip(b"\0 \r\n\t"):
        raise file_problem(path, "empty")
    if start.startswith(_OLE):
        return _old_workbook(path, content)
    if start.startswith(b"PK"):
        return _zipped(path, content)
    if start.startswith(b"PAR1"):
        return [_parquet(path, content)]
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith((b"SQLite format 3\0", _SHAPEFILE)) or text.startswith(b"{"):
        return _layer(path)
    if _looks_like_html(start):
        raise file_problem(path, f"markup.{_kind_of_markup(content[:4096])}")
    return [csv_sheet(path, content)]


def _looks_like_html(start: bytes) -> bool:
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return text.startswith(
        (b"<html", b"<!doctype", b"<table", b"<meta", b"<?xml", b"<head", b"mime-version")
    )


def _kind_of_markup(start: bytes) -> str:
    if b"schemas-microsoft-com:office:spreadsheet" in start or b"Excel.Sheet" in start:
        return "xml_2003"
    if b"opendocument" in start:
        return "flat_open_document"
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<?xml") and b"<html" not in start.lower():
        return "xml"
    return "web_page"


# Workbooks --------------------------------------------------------------------------------


def _old_workbook(path: Path, content: bytes) -> list[Sheet]:
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise file_problem(path, "locked")
    if not any(name.encode("utf-16-le") in content for name in ("Workbook", "Book")):
        raise file_problem(path, "no_excel")
    try:
        scanned = scan_xls(content)
    except ValueError as error:
        raise file_problem(path, "no_workbook") from error
    return list(_workbook(path, content, scanned))


def _zipped(path: Path, content: bytes) -> list[Sheet] | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _refuse_bomb(path, archive)
            broken = archive.testzip()
            names = archive.namelist()
            if broken is not None:
                raise zipfile.BadZipFile(broken)
            if any(info.flag_bits & 1 for info in archive.infolist()):
                raise file_problem(path, "locked")
            scanned = _scanned(path, archive, names)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        ValueError,
        KeyError,
        RuntimeError,
        NotImplementedError,
    ) as error:
        if isinstance(error, RuntimeError) and "password" in str(error):
            raise file_problem(path, "locked") from error
        raise file_problem(path, "damaged") from error
    if any(name.lower().endswith(".shp") for name in names):
        return _layer(path)
    if not any(name.startswith("xl/") for name in names) and "mimetype" not in names:
        raise file_problem(path, "no_workbook_zip")
    return list(_workbook(path, content, scanned))


def _scanned(path: Path, archive: zipfile.ZipFile, names: Sequence[str]) -> dict[str, Scanned]:
    """Scan a workbook of any kind that is read; raises ValueError for what is damaged."""
    lowered = [name.lower() for name in names]
    if len(set(lowered)) < len(lowered):
        raise ValueError("two members of one name")
    if "xl/workbook.bin" in lowered:
        raise file_problem(path, "xlsb")
    is_open_document = "content.xml" in lowered
    if "xl/workbook.xml" in lowered:
        if is_open_document:
            raise ValueError("two workbooks in one")
        return scan_xlsx(archive)
    return scan_ods(archive) if is_open_document else {}


def _refuse_bomb(path: Path, archive: zipfile.ZipFile) -> None:
    if is_bomb(archive, most=MAX_UNPACKED):
        unpacked = unpacked_size(archive)
        raise file_problem(path, "bomb", size=unpacked / 1e6)


def _workbook(path: Path, content: bytes, scanned: Mapping[str, Scanned]) -> Iterator[Sheet]:
    for name, extent in scanned.items():
        if extent.is_too_large:
            raise file_problem(
                path, "wide_sheet", name=name, height=extent.height, width=extent.width
            )
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        for meta in book.sheets_metadata:
            if meta.typ != calamine.SheetTypeEnum.WorkSheet:
                continue
            found = scanned[meta.name]
            sheet = book.get_sheet_by_name(meta.name)
            merged = sheet.merged_cell_ranges or []
            rows = sheet.to_python(skip_empty_area=False) if sheet.height else []
            _show(rows, found.formats)
            # The reader ends at the last value: a formula without one may stand below.
            rows += [
                [] for _ in range(max((row for row, _ in found.failed), default=-1) + 1 - len(rows))
            ]
            yield Sheet(
                file=path.name,
                name=meta.name,
                rows=rows,
                merged=[(a[0], a[1], b[0], b[1]) for a, b in merged],
                failed=found.failed,
                hidden_rows=found.hidden_rows,
                hidden_columns=found.hidden_columns,
                is_hidden=meta.visible != calamine.SheetVisibleEnum.Visible,
            )
    except calamine.PasswordError as error:
        raise file_problem(path, "locked") from error
    except (calamine.CalamineError, OSError, ValueError, KeyError) as error:
        raise (_unknown_error(path, scanned) or file_problem(path, "no_workbook")) from error


# What the reader of workbooks knows of failed formulas; at any other it gives up.
_KNOWN_ERRORS = ("", "#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A")


def _unknown_error(path: Path, scanned: Mapping[str, Scanned]) -> Problem | None:
    """Say where formulas failed in newer ways, such as #SPILL!, if any did."""
    for name, each in scanned.items():
        for (row, column), reason in each.failed.items():
            if reason not in _KNOWN_ERRORS:
                cell = f"{xl_col_to_name(column)}{row + 1}"
                return file_problem(path, "unknown_error", name=name, cell=cell, reason=reason[:20])
    return None


def _show(rows: list[Row], formats: Mapping[tuple[int, int], Format]) -> None:
    """Put what a cell shows in the place of the number it stores, where the two differ."""
    for (row, column), each in formats.items():
        if 0 <= row < len(rows) and column < len(rows[row]):
            value = rows[row][column]
            if isinstance(value, int | float) and not isinstance(value, bool):
                rows[row][column] = each.shown(value)


# Text, columns, shapes --------------------------------------------------------------------

DOS_END = "\x1a"


def decode(path: Path, content: bytes) -> str:
    """Decode a text: UTF-8 or UTF-16 by its mark, else UTF-8, else GB18030."""
    is_wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if is_wide else ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "gb18030":
            refuse_garbled(path, text)
        if "\0" not in text:
            return text.rstrip(DOS_END + "\r\n")
    raise file_problem(path, "no_text")


def refuse_garbled(path: Path, text: str) -> None:
    if is_garbled(text):
        raise file_problem(path, "garbled")


def csv_sheet(path: Path, content: bytes) -> Sheet:
    text = decode(path, content)
    if max(text.count("\n"), text.count("\r")) > MAX_LINES:
        raise file_problem(path, "too_large_table")
    rows: list[Row] = []
    csv.field_size_limit(1_000_000)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter(text), strict=True)
        cells = 0
        for row in reader:
            rows.append(list(row))
            cells += len(row)
            if len(row) > MAX_COLUMNS or cells > MAX_CELLS:
                raise file_problem(path, "too_large_table")
    except csv.Error as error:
        raise file_problem(path, "no_csv", line=len(rows) + 1) from error
    return Sheet(file=path.name, name=path.stem, rows=rows, typed=False)


def delimiter(text: str) -> str:
    """Find what parts the columns: what the first lines hold most of."""
    head = text[:20_000]
    return max((",", "\t", ";", "|"), key=lambda sign: (head.count(sign), sign == ","))


def _parquet(path: Path, content: bytes) -> Sheet:
    import pyarrow as pa
    import pyarrow.parquet as parquet

    try:
        file = parquet.ParquetFile(io.BytesIO(content))
        if file.metadata.num_rows * file.metadata.num_columns > MAX_CELLS:
            raise file_problem(path, "too_large_table")
        old = [
            column.name
            for number in range(len(file.schema))
            if (column := file.schema.column(number)).physical_type == "INT96"
        ]
        if old:
            raise file_problem(path, "int96", columns=old)
        table = file.read()
    except (pa.ArrowException, OSError, ValueError) as error:
        raise file_problem(path, "damaged_export") from error
    columns = [
        [_in_shanghai(value) for value in column.to_pylist()]
        if pa.types.is_timestamp(column.type)
        else column.to_pylist()
        for column in table.columns
    ]
    header: Row = list(table.column_names)
    return Sheet(path.name, path.stem, [header, *map(list, zip(*columns, strict=True))])


def _in_shanghai(value: Any) -> Any:
    """Give an instant the day and the hour of Shanghai: in UTC it may be of the day before."""
    if not isinstance(value, datetime) or value.tzinfo is None:
        return value
    return value.astimezone(SHANGHAI).replace(tzinfo=None)


def _layer(path: Path) -> list[Sheet] | None:
    """Read a file of points as a sheet, with its coordinates as two columns in WGS-84.

    None where it holds other shapes than points.
    """
    import numpy as np
    import pandas as pd
    import shapely

    from dashboard.intake.boundaries import in_wgs84, read_layer

    frame = read_layer(path)
    if not set(frame.geometry.geom_type.dropna()) <= {"Point", "MultiPoint"}:
        return None
    points = in_wgs84(frame, file=path.name).geometry.to_numpy()
    if several := [n for n, each in enumerate(shapely.get_num_geometries(points), 1) if each > 1]:
        raise file_problem(path, "several_points", features=several[:5])
    # The coordinates of an empty point can't be asked for.
    points = np.where(shapely.is_empty(points), None, shapely.get_geometry(points, 0))
    names = [name for name in frame.columns if name != frame.geometry.name]
    columns = [frame[name].tolist() for name in names]
    columns = [
        [None if value is pd.NaT else _in_shanghai(value) for value in column] for column in columns
    ]
    places = [shapely.get_x(points), shapely.get_y(points)]
    columns += [
        [None if math.isnan(value) else value for value in each.tolist()] for each in places
    ]
    rows: list[Row] = [[*names, "lon", "lat"], *map(list, zip(*columns, strict=True))]
    return [Sheet(path.name, path.stem, rows, coordinates="WGS-84" if frame.crs else None)]
