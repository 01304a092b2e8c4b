"""Read files as sheets of raw cells with their positions; refuse what is no honest table.

A file is known by its first bytes, not by its name. Everything is read from one copy in
memory, so that a file replaced meanwhile can't be half of each.
"""

import csv
import hashlib
import io
import os
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import python_calamine as calamine
from xlsxwriter.utility import xl_col_to_name

from dashboard.intake.scanning import (
    MAX_CELLS,
    MAX_COLUMNS,
    Format,
    Scanned,
    scan_ods,
    scan_xls,
    scan_xlsx,
)
from dashboard.model.problem import Problem
from dashboard.model.words import Words

MAX_BYTES = 300_000_000
MAX_UNPACKED = 2_000_000_000
MAX_RATIO, RATIO_MATTERS_FROM = 200, 50_000_000
MAX_MEMBERS = 5_000

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

    def cell(self, row: int, column: int) -> str:
        """Name a cell as a spreadsheet does; both from 0."""
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


def read(path: Path) -> Source:
    """Read a file; raises Problem that says what it is instead and what to do."""
    content = read_bytes(path)
    sheets = list(_sheets(path, content))
    return Source(path, hashlib.sha256(content).hexdigest(), len(content), sheets)


def read_bytes(path: Path, limit: int = MAX_BYTES) -> bytes:
    """Read a file whole, and make sure that it did not change meanwhile."""
    try:
        before = path.stat()
        if before.st_size > limit:
            raise _problem(
                path,
                Words(f"超过 {limit // 1_000_000} MB", f"is larger than {limit // 1_000_000} MB"),
                Words("请拆分后再载入", "split it and load the parts"),
            )
        content = path.read_bytes()
        after = path.stat()
    except OSError as error:
        raise _problem(
            path,
            Words(f"无法读取（{error.strerror}）", f"can't be read ({error.strerror})"),
            Words(
                "核对路径和权限，关闭占用它的程序",
                "check the path, its rights, and what has it open",
            ),
        ) from error
    if _stamp(before) != _stamp(after) or len(content) != after.st_size:
        raise changed(path)
    return content


def _stamp(status: os.stat_result) -> tuple[int, int, int]:
    return status.st_mtime_ns, status.st_size, status.st_ino


def changed(path: Path) -> Problem:
    return _problem(
        path,
        Words("在读取时被改动", "changed while it was read"),
        Words("等保存完成后再试", "try again once it is saved"),
    )


def _problem(path: Path, what: Words, todo: Words) -> Problem:
    return Problem(
        Words(f"{path.name}：{what.zh}；{todo.zh}。", f"{path.name}: {what.en}; {todo.en}.")
    )


def _sheets(path: Path, content: bytes) -> Iterator[Sheet]:
    start = content[:512]
    if not content.strip(b"\0 \r\n\t"):
        raise _problem(
            path,
            Words("是空文件", "is empty"),
            Words("核对是否选对文件", "check that it is the right file"),
        )
    if start.startswith(_OLE):
        yield from _old_workbook(path, content)
    elif start.startswith(b"PK"):
        yield from _zipped(path, content)
    elif start.startswith(b"PAR1"):
        yield _parquet(path, content)
    elif start.startswith((b"SQLite format 3\0", _SHAPEFILE)):
        yield _layer(path)
    elif _looks_like_html(start):
        raise _problem(
            path,
            Words("其实是网页，不是工作簿", "is really a web page, not a workbook"),
            Words(
                "用 Excel 或 WPS 打开，另存为 .xlsx", "open it in Excel or WPS and save it as .xlsx"
            ),
        )
    elif start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        yield _layer(path)
    else:
        yield csv_sheet(path, content)


def _looks_like_html(start: bytes) -> bool:
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return text.startswith(
        (b"<html", b"<!doctype", b"<table", b"<meta", b"<?xml", b"<head", b"mime-version")
    )


# Workbooks --------------------------------------------------------------------------------


def _old_workbook(path: Path, content: bytes) -> Iterator[Sheet]:
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise _locked(path)
    if not any(name.encode("utf-16-le") in content for name in ("Workbook", "Book")):
        raise _problem(
            path,
            Words("不是 Excel 工作簿", "is no Excel workbook"),
            Words("另存为 .xlsx", "save it as .xlsx"),
        )
    try:
        scanned = scan_xls(content)
    except ValueError as error:
        raise _no_workbook(path) from error
    yield from _workbook(path, content, scanned)


def _locked(path: Path) -> Problem:
    return _problem(
        path,
        Words("有密码保护", "is protected by a password"),
        Words(
            "在 Excel 或 WPS 中去掉打开密码后另存",
            "remove its password in Excel or WPS and save it",
        ),
    )


def _zipped(path: Path, content: bytes) -> Iterator[Sheet]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _refuse_bomb(path, archive)
            broken = archive.testzip()
            names = archive.namelist()
            if broken is not None:
                raise zipfile.BadZipFile(broken)
            if any(info.flag_bits & 1 for info in archive.infolist()):
                raise _locked(path)
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
            raise _locked(path) from error
        raise _problem(
            path,
            Words("已损坏或没有传完", "is damaged or was cut short"),
            Words("重新保存或重新传送", "save it or send it again"),
        ) from error
    if any(name.lower().endswith(".shp") for name in names):
        yield _layer(path)
        return
    if not any(name.startswith("xl/") for name in names) and "mimetype" not in names:
        raise _problem(
            path,
            Words(
                "不是工作簿，也不是 Shapefile 压缩包",
                "is neither a workbook nor a zipped Shapefile",
            ),
            Words("解压后逐个载入", "unpack it and load the files in it"),
        )
    yield from _workbook(path, content, scanned)


def _scanned(path: Path, archive: zipfile.ZipFile, names: Sequence[str]) -> dict[str, Scanned]:
    """Scan a workbook of any kind that is read; raises ValueError for what is damaged."""
    lowered = [name.lower() for name in names]
    if len(set(lowered)) < len(lowered):
        raise ValueError("two members of one name")
    if "xl/workbook.bin" in lowered:
        raise _problem(
            path,
            Words("是二进制工作簿（.xlsb）", "is a binary workbook (.xlsb)"),
            Words("在 Excel 中另存为 .xlsx", "save it as .xlsx in Excel"),
        )
    is_open_document = "content.xml" in lowered
    if "xl/workbook.xml" in lowered:
        if is_open_document:
            raise ValueError("two workbooks in one")
        return scan_xlsx(archive)
    return scan_ods(archive) if is_open_document else {}


def _refuse_bomb(path: Path, archive: zipfile.ZipFile) -> None:
    infos = archive.infolist()
    unpacked = sum(info.file_size for info in infos)
    packed = sum(info.compress_size for info in infos) or 1
    if (
        len(infos) > MAX_MEMBERS
        or unpacked > MAX_UNPACKED
        or (unpacked > RATIO_MATTERS_FROM and unpacked / packed > MAX_RATIO)
    ):
        raise _problem(
            path,
            Words(
                f"解压后会有 {unpacked / 1e6:,.0f} MB，不像正常的工作簿",
                f"would unpack to {unpacked / 1e6:,.0f} MB, unlike any honest workbook",
            ),
            Words(
                "核对来源，另存为新的 .xlsx", "check where it came from and save it anew as .xlsx"
            ),
        )


def _workbook(path: Path, content: bytes, scanned: Mapping[str, Scanned]) -> Iterator[Sheet]:
    for name, extent in scanned.items():
        if extent.is_too_large:
            raise _problem(
                path,
                Words(
                    f"工作表“{name}”的范围大到 {extent.height} 行 {extent.width} 列",
                    f"sheet “{name}” reaches over {extent.height} rows and {extent.width} columns",
                ),
                Words(
                    "删去远处的零散单元格后另存",
                    "delete stray cells far from the table and save it",
                ),
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
        raise _locked(path) from error
    except (calamine.CalamineError, OSError, ValueError, KeyError) as error:
        raise _no_workbook(path) from error


def _show(rows: list[Row], formats: Mapping[tuple[int, int], Format]) -> None:
    """Put what a cell shows in the place of the number it stores, where the two differ."""
    for (row, column), each in formats.items():
        if row < len(rows) and column < len(rows[row]):
            value = rows[row][column]
            if isinstance(value, int | float) and not isinstance(value, bool):
                rows[row][column] = each.shown(value)


def _no_workbook(path: Path) -> Problem:
    return _problem(
        path,
        Words("无法作为工作簿打开", "can't be opened as a workbook"),
        Words("用 Excel 或 WPS 打开并另存为 .xlsx", "open it in Excel or WPS and save it as .xlsx"),
    )


# Text, columns, shapes --------------------------------------------------------------------

_ENCODINGS = ("utf-8-sig", "gb18030")


def decode(path: Path, content: bytes) -> str:
    """Decode a text: UTF-8 or UTF-16 by its mark, else UTF-8, else GB18030."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: Sequence[str] = ("utf-16",)
    else:
        encodings = _ENCODINGS
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise _problem(
        path,
        Words("不是 UTF-8 或 GB18030 编码的文本", "is no text in UTF-8 or GB18030"),
        Words("另存为 CSV UTF-8 或 .xlsx", "save it as CSV UTF-8 or as .xlsx"),
    )


def csv_sheet(path: Path, content: bytes) -> Sheet:
    text = decode(path, content)
    rows: list[Row] = []
    csv.field_size_limit(1_000_000)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter(text), strict=True)
        cells = 0
        for row in reader:
            rows.append(list(row))
            cells += len(row)
            if len(row) > MAX_COLUMNS or cells > MAX_CELLS:
                raise _problem(
                    path,
                    Words("表格过大", "is too large a table"),
                    Words("请拆分后再载入", "split it and load the parts"),
                )
    except csv.Error as error:
        raise _problem(
            path,
            Words(
                f"第 {len(rows) + 1} 行起不是合格的 CSV",
                f"is no sound CSV from line {len(rows) + 1} on",
            ),
            Words("核对引号，或另存为 .xlsx", "check its quotation marks, or save it as .xlsx"),
        ) from error
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
            raise _problem(
                path,
                Words("表格过大", "is too large a table"),
                Words("请拆分后再载入", "split it and load the parts"),
            )
        table = file.read()
    except (pa.ArrowException, OSError, ValueError) as error:
        raise _problem(
            path,
            Words("已损坏或没有传完", "is damaged or was cut short"),
            Words("重新导出", "export it again"),
        ) from error
    columns = [table.column(number).to_pylist() for number in range(table.num_columns)]
    header: Row = list(table.column_names)
    return Sheet(path.name, path.stem, [header, *map(list, zip(*columns, strict=True))])


def _layer(path: Path) -> Sheet:
    """Read a file of points as a sheet, with its coordinates as two columns in WGS-84."""
    from dashboard.warehouse.boundaries import read_layer

    frame = read_layer(path)
    if frame.crs is not None:
        frame = frame.to_crs("EPSG:4326")
    names = [name for name in frame.columns if name != frame.geometry.name]
    points = frame.geometry
    kinds = set(points.geom_type.dropna())
    rows: list[Row] = [[*names]]
    if kinds <= {"Point"}:
        rows = [[*names, "lon", "lat"]]
        xs = [None if p is None or p.is_empty else p.x for p in points]
        ys = [None if p is None or p.is_empty else p.y for p in points]
        values = [frame[name].tolist() for name in names]
        rows += [list(row) for row in zip(*values, xs, ys, strict=True)]
        return Sheet(path.name, path.stem, rows, coordinates="WGS-84" if frame.crs else None)
    raise BoundaryFile(path)


class BoundaryFile(Problem):
    """Say that a file holds shapes of towns, which are read elsewhere."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            Words(
                f"{path.name}：含面状图形，作为街镇边界处理。",
                f"{path.name}: holds areas, taken as towns' boundaries.",
            )
        )
        self.path = path


def plain_cell(value: Cell) -> str:
    """Write a raw cell as a person would see it."""
    if value is None:
        return ""
    if isinstance(value, datetime) and value.time() == value.time().min:
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)
