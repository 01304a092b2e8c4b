"""Look through a workbook for what its reader does not tell, before the reader allocates.

Each sheet's XML is parsed once, as a stream, in time that grows with its length: how far it
reaches, which formulas failed, what cells show instead of what they store, what is hidden.
Whatever is no sound XML raises ValueError.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from itertools import product
from typing import IO, Any
from xml.parsers import expat

from dashboard.intake.values import FORMULA_ERRORS

MAX_CELLS = 30_000_000
MAX_COLUMNS = 702  # up to column ZZ
MAX_ROWS = 1_048_576  # a sheet has no more
_BOOK, _LINKS, _STYLES = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"

Place = tuple[int, int]


@dataclass(frozen=True)
class Format:
    """Say how a number is shown when that means something else than the number stored."""

    prefix: str = ""
    zeros: int = 0
    suffix: str = ""
    is_percent: bool = False

    def shown(self, value: float) -> str:
        """Write a number as its cell shows it, with all its digits."""
        number = Decimal(repr(value)).scaleb(2 if self.is_percent else 0)
        text = f"{number:f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
        suffix = "%" if self.is_percent else self.suffix
        return f"{self.prefix}{text.zfill(self.zeros)}{suffix}"


PERCENT = Format(is_percent=True)


class _Enough(Exception):
    """End a scan: what was found suffices to refuse the sheet."""


@dataclass
class Scanned:
    """Hold what was found in one sheet; rows and columns count from 0."""

    height: int = 0
    width: int = 0
    # Cells whose formula failed (with what they show) or was never calculated ("").
    failed: dict[Place, str] = field(default_factory=dict)
    formats: dict[Place, Format] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    cells: int = 0

    @property
    def is_too_large(self) -> bool:
        cells = max(self.width * self.height, self.cells)
        return self.width > MAX_COLUMNS or self.height > MAX_ROWS or cells > MAX_CELLS


# Number formats ---------------------------------------------------------------------------

_PIECE = re.compile(
    r'"(?P<quoted>[^"]*)"|[\\!](?P<escaped>.)|[_*].|\[[^\]]*\]|(?P<digits>General|[#0]+(?:\.[#0]+)?)|(?P<sign>.)',
    re.DOTALL,
)


@lru_cache(maxsize=4096)
def number_format(code: str) -> Format | None:
    """Read a number format; None for one that shows the number stored."""
    before, after, digits = "", "", ""
    for piece in _PIECE.finditer(code[:200]):
        sign = piece["sign"]
        if sign == ";":
            break
        if sign == "%":
            return PERCENT
        if piece["digits"]:
            if digits:
                return None
            digits = piece["digits"]
        elif text := piece["quoted"] or piece["escaped"] or (sign if sign in _PLAIN else ""):
            before, after = (before, after + text) if digits else (before + text, after)
        elif sign:
            return None  # a day, a fraction, thousands: the reader or the number itself tells
    zeros = len(digits) if set(digits) == {"0"} else 0
    before, after = before.strip(), after.strip()
    is_scaled = any(scale in after for scale in "百千万亿%")
    if not digits or not (before.strip("¥$￥+ ") or zeros > 1 or is_scaled):
        return None
    return Format(before, zeros, after)


_PLAIN = frozenset("-+()[]{}:/ ¥$￥'~&")


# XML --------------------------------------------------------------------------------------


def _parser() -> expat.XMLParserType:
    """Make a parser that refuses what the reader of workbooks would silently leave out."""

    def refuse(*about: Any) -> None:
        raise ValueError("no workbook declares a document type")

    def declared(version: str, encoding: str | None, standalone: int) -> None:
        if (encoding or "utf-8").lower() not in ("utf-8", "utf8", "us-ascii", "ascii"):
            raise ValueError("no workbook is written in another encoding")

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.XmlDeclHandler = declared
    return parser


def _parse(parser: expat.XMLParserType, pieces: Iterable[bytes]) -> None:
    try:
        for number, piece in enumerate(pieces):
            if number == 0 and _is_wide(piece):
                raise ValueError("no workbook is written in UTF-16")
            parser.Parse(piece)
        parser.Parse(b"", True)
    except _Enough:
        return
    except expat.ExpatError as error:
        raise ValueError(str(error)) from error


def _is_wide(start: bytes) -> bool:
    return start[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in start[:2]


def _local(tag: str) -> str:
    return tag.rpartition(":")[2]


def _tags(content: bytes) -> list[tuple[str, dict[str, str]]]:
    """List the tags of a short document, without their prefixes."""
    found: list[tuple[str, dict[str, str]]] = []
    parser = _parser()
    parser.StartElementHandler = lambda tag, said: found.append((_local(tag), said))
    _parse(parser, [content])
    return found


# .xlsx ------------------------------------------------------------------------------------


def scan_xlsx(archive: zipfile.ZipFile) -> dict[str, Scanned]:
    """Scan every sheet of a workbook once, by the sheets' names."""
    members = {name.lower(): name for name in archive.namelist()}

    def content(name: str) -> bytes:
        return archive.read(members[name]) if name in members else b""

    formats = dict(_styles(content(_STYLES))) if _STYLES in members else {}
    targets = _once((link.get("Id"), link.get("Target")) for _, link in _tags(content(_LINKS)))
    sheets = [said for tag, said in _tags(content(_BOOK)) if tag == "sheet"]
    named = _once((sheet.get("name"), _member(sheet, targets)) for sheet in sheets)
    if len(set(named.values())) < len(named):
        raise ValueError("two sheets are one")
    scanned = {}
    for name, member in named.items():
        if member in members:
            with archive.open(members[member]) as stream:
                scanned[name] = _scan_sheet(stream, formats)
    return scanned


def _once(pairs: Iterable[tuple[str | None, str | None]]) -> dict[str, str]:
    """Map names that may be given once: of two, the reader might take the other."""
    found: dict[str, str] = {}
    for name, value in pairs:
        if (name or "") in found:
            raise ValueError(f"{(name or '')[:40]} is there twice")
        found[name or ""] = value or ""
    return found


def _member(sheet: Mapping[str, str], targets: Mapping[str, str]) -> str:
    """Say which member of the archive holds a sheet; case does not count there."""
    (identity,) = [value for name, value in sheet.items() if _local(name) == "id"]
    target = targets[identity].lower().lstrip("/")
    return target if target.startswith("xl/") else f"xl/{target}"


def _styles(content: bytes) -> Iterator[tuple[str, Format]]:
    """Give the formats of those styles that show something else than the number stored."""
    codes = {"9": "0%", "10": "0.00%"}
    style = -1
    is_inside = False
    for tag, attributes in _tags(content):
        if tag == "numFmt":
            codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif tag == "cellXfs":
            is_inside = True
        elif tag in ("cellStyles", "dxfs", "tableStyles"):
            is_inside = False
        elif tag == "xf" and is_inside:
            style += 1
            if found := number_format(codes.get(attributes.get("numFmtId", ""), "")):
                yield str(style), found


@lru_cache(maxsize=20_000)
def _column(letters: str) -> int:
    if not re.fullmatch("[A-Za-z]{1,3}", letters):
        raise ValueError(f"no column is called {letters[:20]}")
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


_LETTERS = re.compile(rb'<c r="([A-Z]{1,3})\d')


def _plain_rows(formats: Mapping[str, Format]) -> re.Pattern[bytes]:
    """Match rows in which nothing is to be found, as the usual applications write them."""
    formatted = "|".join(formats) or "-"
    optional = "" if "0" in formats else "?+"
    cell = (
        rf'<c r="[A-Z]{{1,3}}\2"(?: s="(?!(?:{formatted})")\d+"){optional}'
        r'(?: t="(?:n|s|str|inlineStr|b|d)")?+(?:/>|>'
        r'(?:<v>[^<]*+</v>|<is><t(?: xml:space="preserve")?+>[^<]*+</t></is>)</c>)'
    )
    return re.compile(rf'(<row r="(\d++)"[^<>]*+>)(?:{cell})*+</row>'.encode())


def _without_plain_rows(
    stream: IO[bytes], formats: Mapping[str, Format], found: Scanned
) -> Iterator[bytes]:
    """Spare the parser the bulk of a large sheet: leave its plain rows empty but for a mark."""
    plain = _plain_rows(formats)
    while chunk := stream.read(1 << 20):
        columns = (_column(letters.decode()) for letters in set(_LETTERS.findall(chunk)))
        found.width = max(found.width, max(columns, default=-1) + 1)
        left = plain.sub(rb"\1<v/></row>", chunk)
        found.cells += chunk.count(b"<c ") - left.count(b"<c ")
        yield left


def _scan_sheet(stream: IO[bytes], formats: Mapping[str, Format]) -> Scanned:
    """Scan one sheet's XML. Its handlers are called for each tag: they do no more than they must."""
    found = Scanned()
    failed, shown = found.failed, found.formats
    row, column = -1, -1
    row_text = ""
    at_row = -1  # the row of the cell, which its own reference may say
    kind: str | None = None
    style: Format | None = None
    # What is known of the cell: it has a formula, and the texts of its value.
    is_watched, is_value, is_open = False, False, False
    texts: list[str] = []
    names: dict[str, str] = {}
    last = ""
    parser = _parser()

    def text(data: str) -> None:
        if is_value:
            texts.append(data)

    def close() -> None:
        nonlocal is_watched, is_value
        reason = "".join(texts).strip()
        if kind == "e" or (not reason and kind != "str"):
            failed[at_row, column] = reason
            found.height, found.width = max(found.height, at_row + 1), max(found.width, column + 1)
        texts.clear()
        is_watched = is_value = False
        parser.CharacterDataHandler = None

    def watch() -> None:
        nonlocal is_watched
        is_watched = True
        parser.CharacterDataHandler = text

    def quoted() -> None:
        if last == "v":
            raise ValueError("no workbook quotes its values")

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal last, row, column, row_text, at_row, kind, style, is_value, is_open
        name = names.get(tag)
        if name is None:
            name = names[tag] = _local(tag)
        last = name
        if name == "c":
            if is_watched:
                close()
            found.cells += 1
            if found.cells > MAX_CELLS:
                raise _Enough
            reference = attributes.get("r")
            if reference:
                letters = reference.rstrip("0123456789")
                column = _column(letters)
                number = reference[len(letters) :]
                at_row = row if number == row_text else int(number) - 1
            else:
                column += 1
                at_row = row
            kind = attributes.get("t")
            style = formats.get(attributes.get("s", "0")) if formats else None
            is_open = True
            if kind == "e":
                watch()
        elif name == "v" or name == "is":
            if column >= found.width:
                found.width = column + 1
            if at_row >= found.height:
                found.height = at_row + 1
            if is_watched:
                is_value = True
                if name == "is":
                    texts.append("…")
            if style is not None and (kind is None or kind == "n"):
                shown[at_row, column] = style
        elif name == "row":
            if is_watched:
                close()
            row_text = attributes.get("r", "")
            row = at_row = int(row_text) - 1 if row_text else row + 1
            column, style, is_open = -1, None, False
            if attributes.get("hidden") in ("1", "true"):
                found.hidden_rows.add(row)
        elif name == "f":
            if is_open and not is_watched:
                watch()
        elif name == "col" and attributes.get("hidden") in ("1", "true"):
            left, right = int(attributes.get("min", 1)), int(attributes.get("max", 1))
            found.hidden_columns.update(range(left - 1, min(right, MAX_COLUMNS)))
        elif name not in ("t", "r"):
            if is_watched:
                close()
            is_open = False

    parser.StartElementHandler, parser.StartCdataSectionHandler = start, quoted
    _parse(parser, _without_plain_rows(stream, formats, found))
    if is_watched:
        close()
    return found


# .xls -------------------------------------------------------------------------------------


def scan_xls(content: bytes) -> dict[str, Scanned]:
    """Scan the sheets of an old workbook, by their names."""
    import xlrd

    try:
        book = xlrd.open_workbook(
            file_contents=content,
            on_demand=True,
            logfile=io.StringIO(),
            ragged_rows=True,
            formatting_info=True,
        )
        formats = [number_format(book.format_map[xf.format_key].format_str) for xf in book.xf_list]
        sheets = map(book.sheet_by_name, book.sheet_names())
        return {sheet.name: _scanned_old(sheet, formats) for sheet in sheets}
    except Exception as error:  # it says in many ways that a file is damaged
        raise ValueError(str(error)) from error


def _scanned_old(sheet: Any, formats: Sequence[Format | None]) -> Scanned:
    import xlrd

    found = Scanned(sheet.nrows, sheet.ncols)
    found.hidden_rows = {row for row, about in sheet.rowinfo_map.items() if about.hidden}
    found.hidden_columns = {column for column, about in sheet.colinfo_map.items() if about.hidden}
    for row in range(sheet.nrows):
        for column, kind in enumerate(sheet.row_types(row)):
            if kind == xlrd.XL_CELL_ERROR:
                code = sheet.cell_value(row, column)
                found.failed[row, column] = xlrd.error_text_from_code.get(code, "#?")
            elif kind == xlrd.XL_CELL_NUMBER and (
                each := formats[sheet.cell_xf_index(row, column)]
            ):
                found.formats[row, column] = each
    return found


# .ods -------------------------------------------------------------------------------------

_ODS_CELLS = ("table-cell", "covered-table-cell")


def scan_ods(archive: zipfile.ZipFile) -> dict[str, Scanned]:
    """Scan the sheets of an OpenDocument workbook, by their names."""
    sheets: dict[str, Scanned] = {}
    found = Scanned()
    row = column = 0
    rows = columns = 1  # how often the row and the cell are repeated
    about: dict[str, str] = {}
    is_hidden = is_text = is_note = is_error = False
    texts: list[str] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal found, row, column, rows, columns, about, is_hidden, is_text, is_note, is_error
        name = _local(tag)
        if name in ("p", "annotation"):
            is_note = is_note or name == "annotation"
            is_text = not is_note
        elif name == "table" or name.startswith("table-") or name == _ODS_CELLS[1]:
            about = {_local(key): value for key, value in attributes.items()}
        if name == "table":
            if about.get("name", "") in sheets:
                raise ValueError("two sheets of one name")
            found = sheets[about.get("name", "")] = Scanned()
            row = column = 0
        elif name == "table-column":
            columns = int(about.get("number-columns-repeated", 1))
            if about.get("visibility", "visible") != "visible":
                found.hidden_columns.update(range(column, min(MAX_COLUMNS, column + columns)))
            column += columns
        elif name == "table-row":
            rows, column = int(about.get("number-rows-repeated", 1)), 0
            is_hidden = about.get("visibility", "visible") != "visible"
        elif name in _ODS_CELLS:
            columns = int(about.get("number-columns-repeated", 1))
            # LibreOffice says of an error that it is a text, and in its own attribute what it is.
            is_error = "error" in attributes.values()
            texts.clear()

    def text(data: str) -> None:
        if is_text:
            texts.append(data)

    def end(tag: str) -> None:
        nonlocal row, column, is_text, is_note
        name = _local(tag)
        if name == "p":
            is_text = False
        elif name == "annotation":
            is_note = False
        elif name in _ODS_CELLS:
            shown = "".join(texts).strip()
            if shown or "value-type" in about:
                found.width = max(found.width, column + columns)
                found.height = max(found.height, row + rows)
                if found.is_too_large:
                    raise _Enough
                mark(shown)
            column += columns
        elif name == "table-row":
            if is_hidden and found.height > row:
                found.hidden_rows.update(range(row, row + rows))
            row += rows

    def mark(shown: str) -> None:
        kind = about.get("value-type")
        if is_error or ("formula" in about and shown.upper() in FORMULA_ERRORS):
            found.failed.update((place, shown) for place in area())
        elif kind == "percentage":
            found.formats.update((place, PERCENT) for place in area())
        elif kind == "float" and shown.isdecimal() and len(shown) > 1 and shown[0] == "0":
            found.formats.update((place, Format(zeros=len(shown))) for place in area())

    def area() -> Iterator[Place]:
        return product(range(row, row + rows), range(column, column + columns))

    parser = _parser()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = text
    with archive.open("content.xml") as stream:
        _parse(parser, iter(lambda: stream.read(1 << 20), b""))
    return sheets
