"""Look through a workbook for what its reader does not tell, before the reader allocates.

Each sheet's XML is parsed once, as a stream, in time that grows with its length: how far it
reaches, which formulas failed, what cells show instead of what they store, what is hidden.
Whatever is no sound XML raises ValueError.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
                scanned[name] = scan_sheet(stream, formats)
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
    optional = "" if "0" in formats else "?"
    cell = (
        rf'<c r="[A-Z]{{1,3}}\2"(?: s="(?!(?:{formatted})")\d+"){optional}'
        r'(?: t="(?:n|s|str|inlineStr|b|d)")?(?:/>|>'
        r'(?:<v>[^<]*+</v>|<is><t(?: xml:space="preserve")?>[^<]*+</t></is>)</c>)'
    )
    # No group is possessive: before Python 3.11.5 such groups match what they must not.
    return re.compile(rf'(<row r="(\d++)"[^<>]*+>)(?:{cell})*</row>'.encode())


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


def scan_sheet(stream: IO[bytes], formats: Mapping[str, Format]) -> Scanned:
    return _SheetScan(formats).scan(stream)


class _SheetScan:
    """Scan one sheet's XML. What is called for each tag does no more than it must."""

    def __init__(self, formats: Mapping[str, Format]) -> None:
        self._found, self._formats = Scanned(), formats
        self._row = self._column = -1
        self._row_text = ""
        self._at_row = -1  # the row of the cell, which its own reference may say
        self._kind: str | None = None
        self._style: Format | None = None
        # What is known of the cell: it has a formula, and the texts of its value.
        self._is_watched = self._is_value = self._is_open = False
        self._texts: list[str] = []
        self._names: dict[str, str] = {}
        self._last = ""
        self._parser = _parser()
        self._parser.StartElementHandler = self._start
        self._parser.StartCdataSectionHandler = self._quoted
        self._starts: dict[str, Callable[[dict[str, str]], None]] = {
            "c": self._cell, "v": self._value, "is": self._inline, "row": self._begin_row,
            "f": self._formula, "col": self._columns, "t": _pass, "r": _pass,
        }  # fmt: skip

    def scan(self, stream: IO[bytes]) -> Scanned:
        _parse(self._parser, _without_plain_rows(stream, self._formats, self._found))
        self._close()
        return self._found

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = self._names.get(tag)
        if name is None:
            name = self._names[tag] = _local(tag)
        self._last = name
        self._starts.get(name, self._other)(attributes)

    def _quoted(self) -> None:
        if self._last == "v":
            raise ValueError("no workbook quotes its values")

    def _begin_row(self, attributes: dict[str, str]) -> None:
        self._close()
        self._row_text = attributes.get("r", "")
        self._row = self._at_row = int(self._row_text) - 1 if self._row_text else self._row + 1
        self._column, self._style, self._is_open = -1, None, False
        if attributes.get("hidden") in _TRUE:
            self._found.hidden_rows.add(self._row)

    def _cell(self, attributes: dict[str, str]) -> None:
        self._close()
        self._found.cells += 1
        if self._found.cells > MAX_CELLS:
            raise _Enough
        if reference := attributes.get("r"):
            letters = reference.rstrip("0123456789")
            number = reference[len(letters) :]
            self._column = _column(letters)
            self._at_row = self._row if number == self._row_text else int(number) - 1
        else:
            self._column += 1
            self._at_row = self._row
        self._kind = attributes.get("t")
        self._style = self._formats.get(attributes.get("s", "0"))
        self._is_open = True
        if self._kind == "e":
            self._watch()

    def _value(self, attributes: dict[str, str]) -> None:
        found = self._found
        if self._column >= found.width:
            found.width = self._column + 1
        if self._at_row >= found.height:
            found.height = self._at_row + 1
        self._is_value = self._is_watched
        if self._style is not None and self._kind in (None, "n"):
            found.formats[self._at_row, self._column] = self._style

    def _inline(self, attributes: dict[str, str]) -> None:
        self._value(attributes)
        if self._is_watched:
            self._texts.append("…")

    def _formula(self, attributes: dict[str, str]) -> None:
        if self._is_open:
            self._watch()

    def _columns(self, attributes: dict[str, str]) -> None:
        if attributes.get("hidden") in _TRUE:
            left, right = int(attributes.get("min", 1)), int(attributes.get("max", 1))
            self._found.hidden_columns.update(range(left - 1, min(right, MAX_COLUMNS)))

    def _other(self, attributes: dict[str, str]) -> None:
        self._close()
        self._is_open = False

    def _watch(self) -> None:
        """Listen to the texts of a cell that may have failed."""
        self._is_watched = True
        self._parser.CharacterDataHandler = self._text

    def _text(self, data: str) -> None:
        if self._is_value:
            self._texts.append(data)

    def _close(self) -> None:
        """Say whether the cell that was listened to has failed."""
        if not self._is_watched:
            return
        reason = "".join(self._texts).strip()
        if self._kind == "e" or (not reason and self._kind != "str"):
            found = self._found
            found.failed[self._at_row, self._column] = reason
            found.height = max(found.height, self._at_row + 1)
            found.width = max(found.width, self._column + 1)
        self._texts.clear()
        self._is_watched = self._is_value = False
        self._parser.CharacterDataHandler = None


_TRUE = ("1", "true")


def _pass(attributes: dict[str, str]) -> None:
    """Take no notice of a tag within a value."""


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
    scan = _OdsScan()
    with archive.open("content.xml") as stream:
        _parse(scan.parser, iter(lambda: stream.read(1 << 20), b""))
    return scan.sheets


class _OdsScan:
    """Scan the XML of all sheets: where cells stand follows from how often each is repeated."""

    def __init__(self) -> None:
        self.sheets: dict[str, Scanned] = {}
        self._found = Scanned()
        self._row = self._column = 0
        self._rows = self._columns = 1  # how often the row and the cell are repeated
        self._about: dict[str, str] = {}
        self._is_hidden = self._is_text = self._is_note = self._is_error = False
        self._texts: list[str] = []
        self.parser = _parser()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = _local(tag)
        if name in ("p", "annotation"):
            self._is_note = self._is_note or name == "annotation"
            self._is_text = not self._is_note
        if name not in ("table", "table-column", "table-row", *_ODS_CELLS):
            return
        about = self._about = {_local(key): value for key, value in attributes.items()}
        is_hidden = about.get("visibility", "visible") != "visible"
        if name == "table":
            if about.get("name", "") in self.sheets:
                raise ValueError("two sheets of one name")
            self._found = self.sheets[about.get("name", "")] = Scanned()
            self._row = self._column = 0
        elif name == "table-row":
            self._rows, self._column = int(about.get("number-rows-repeated", 1)), 0
            self._is_hidden = is_hidden
        else:
            self._columns = int(about.get("number-columns-repeated", 1))
            if name in _ODS_CELLS:
                # LibreOffice says of an error that it is a text, and in its own attribute what it is.
                self._is_error = "error" in attributes.values()
                self._texts.clear()
                return
            if is_hidden:
                end = min(MAX_COLUMNS, self._column + self._columns)
                self._found.hidden_columns.update(range(self._column, end))
            self._column += self._columns

    def _text(self, data: str) -> None:
        if self._is_text:
            self._texts.append(data)

    def _end(self, tag: str) -> None:
        name, found = _local(tag), self._found
        if name == "p":
            self._is_text = False
        elif name == "annotation":
            self._is_note = False
        elif name in _ODS_CELLS:
            shown = "".join(self._texts).strip()
            if shown or "value-type" in self._about:
                found.width = max(found.width, self._column + self._columns)
                found.height = max(found.height, self._row + self._rows)
                if found.is_too_large:
                    raise _Enough
                self._mark(shown)
            self._column += self._columns
        elif name == "table-row":
            if self._is_hidden and found.height > self._row:
                found.hidden_rows.update(range(self._row, self._row + self._rows))
            self._row += self._rows

    def _mark(self, shown: str) -> None:
        """Mark a cell, as often as it is repeated, that failed or shows what it does not store."""
        about, kind = self._about, self._about.get("value-type")
        rows = range(self._row, self._row + self._rows)
        area = product(rows, range(self._column, self._column + self._columns))
        if self._is_error or ("formula" in about and shown.upper() in FORMULA_ERRORS):
            self._found.failed.update((place, shown) for place in area)
        elif kind == "percentage":
            self._found.formats.update((place, PERCENT) for place in area)
        elif kind == "float" and shown.isdecimal() and len(shown) > 1 and shown[0] == "0":
            self._found.formats.update((place, Format(zeros=len(shown))) for place in area)
