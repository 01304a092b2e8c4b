"""Check and stage large CSV files of attendances: each distinct value is judged once."""

import hashlib
from codecs import BOM_UTF16_BE, BOM_UTF16_LE, getincrementaldecoder
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from os import SEEK_END
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from dashboard import apart
from dashboard.confined import Output
from dashboard.contract.problem import Problem
from dashboard.contract.tables import ATTENDANCE
from dashboard.contract.words import Words
from dashboard.intake import persons
from dashboard.intake.faults import Check
from dashboard.intake.headings import Recognised
from dashboard.intake.messages import CellError, cell_error, file_problem, message
from dashboard.intake.parsing import Read, attempt, left_out
from dashboard.intake.reading import (
    DOS_END,
    Source,
    csv_sheet,
    delimiter,
    refuse_garbled,
    stamp,
)
from dashboard.intake.values import Parsed
from dashboard.warehouse.bulk import STAGED, Layout, Staged, staging, write_columns

BULK_FROM = 60_000_000  # bytes
HEAD = 64_000
CHUNK = 1 << 22
MOST_KNOWN = 1_000_000  # so many judged texts are kept from one batch to the next
SHOWN = 20  # so many values of a column are told
SHIFTED = 3  # so many cells more than headings are told at their row
UTF16_MARKS = (BOM_UTF16_LE, BOM_UTF16_BE)


def is_bulk(path: Path) -> bool:
    """Tell whether a file is a text so large that it is not read into memory."""
    if path.suffix.lower() not in (".csv", ".txt", ".tsv") or path.stat().st_size < BULK_FROM:
        return False
    with path.open("rb") as file:
        return not file.read(4).startswith((b"PK", b"PAR1", b"SQLi", b"\xd0\xcf"))


def read_head(path: Path) -> Source:
    """Digest a large CSV file, and read as much of it as tells what its columns are."""
    encoding, digest, size = _digest(path)
    with path.open("rb") as file:
        head = file.read(HEAD)
    text = _decoded(path, head, encoding)
    if encoding == "gb18030":
        refuse_garbled(path, text)
    sheet = csv_sheet(path, text[: text.rfind("\n") + 1].encode())
    return Source(path, digest, size, [sheet], bulk=encoding)


def _digest(path: Path) -> tuple[str, str, int]:
    """Say in which encoding a file is, and its SHA-256."""
    digest = hashlib.sha256()
    decoder = getincrementaldecoder("utf-8")()
    is_utf8 = True
    with path.open("rb") as file:
        is_wide = file.read(2) in UTF16_MARKS
        file.seek(0)
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            if is_utf8:
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError:
                    is_utf8 = False
    encoding = "utf-16" if is_wide else "utf-8-sig" if is_utf8 else "gb18030"
    return encoding, digest.hexdigest(), path.stat().st_size


def _decoded(path: Path, head: bytes, encoding: str) -> str:
    """Decode the start of a file, which may end within a character."""
    try:
        return getincrementaldecoder(encoding)().decode(head)
    except UnicodeDecodeError as error:
        raise file_problem(path, "no_text") from error


def _utf8(path: Path, encoding: str, scratch: Path) -> Path:
    """Write a file anew in UTF-8, without the mark that ends a DOS file, where it needs that."""
    with path.open("rb") as file:
        file.seek(-4, SEEK_END)
        if encoding == "utf-8-sig" and DOS_END.encode() not in file.read():
            return path
    to = scratch / "transcoded.csv"
    try:
        with (
            path.open(encoding=encoding, newline="") as source,
            to.open("w", encoding="utf-8", newline="") as target,
        ):
            while text := source.read(CHUNK):
                target.write(text.replace(DOS_END, ""))
    except UnicodeDecodeError as error:
        raise file_problem(path, "no_text") from error
    return to


@dataclass(frozen=True)
class Judges:
    """Hold what judges the cells of a large file, as those of smaller ones are judged."""

    readers: Mapping[str, Read]
    people: persons.People


def stage(
    source: Source,
    found: Recognised,
    check: Check,
    judges: Judges,
    scratch: Path,
    waiting: apart.Waiting = apart.unheard,
) -> Path | None:
    """Stage a file of attendances as Parquet; with faults there is none."""
    before = stamp(source.path.stat())
    check.ask(found)
    columns = persons.columns_of(found)
    if found.questions:
        return None
    if not {"activity_code", "is_resident"} <= found.fields.keys() or not columns:
        raise Problem(message("file.bulk.columns", file=source.path.name))
    persons.tell_names_only(found, check)
    said = _wanted(source, found, columns)
    answer = apart.run(
        f"{__name__}:write_in_child", said=said, about=source.path.name, reads=[source.path],
        waiting=waiting,
    )  # fmt: skip
    to = scratch / f"attendance-{source.sha256[:16]}.parquet"
    with pa.ipc.open_stream(pa.py_buffer(answer.parts[0])) as batches:
        if batches.schema.names != list(_SCHEMA) or set(batches.schema.types) != {pa.string()}:
            raise apart.senseless(source.path.name)
        with staging(scratch) as staged:
            parser = _Parser(found, check, judges, columns)
            for batch in batches:
                waiting(Words("识别参与者", "Telling participants apart"))
                staged.add(parser.parsed(batch))
            is_clean = _account(staged, parser, to)
    if before != stamp(source.path.stat()):
        raise file_problem(source.path, "changed")
    return to if is_clean else None


def _account(staged: Staged, parser: "_Parser", to: Path) -> bool:
    """Write what was staged, unless there are faults; tell whether it was written."""
    check, found = parser.check, parser.found
    check.pseudonyms += staged.made_count
    for line, other in [] if check.faults else staged.conflicts():
        refused = cell_error("conflict.residence", other=other)
        check.refuse(found.sheet, line - 1, found.fields["is_resident"].number, "", refused)
    if check.faults:
        return False
    check.staged_rows, repeated = staged.write(to)
    check.note(ATTENDANCE, "", "repeated", count=repeated)
    check.tell_children(found.title, parser.children)
    return True


# What the child gives of each row: texts, those of one who takes part with a sign between them.
_SCHEMA = ("activity_code", "participant_code", "is_resident", "beyond")
_BETWEEN = "\x1f"


def _wanted(source: Source, found: Recognised, columns: list[tuple[str, int]]) -> dict[str, Any]:
    """Say which columns are wanted of a file, each an expression over ``c0``, ``c1``, ..."""
    rows = found.sheet.rows
    headings = max(len(row) for row in rows[found.heading_row : found.body_row])
    width = max(headings + SHIFTED, *(len(row) for row in rows[: found.body_row + 5]))
    cells = [f"replace(coalesce(c{n}, ''), chr(31), ' ')" for _, n in columns]
    filled = [f"nullif(trim(c{n}), '')" for _, n in columns]
    beyond = [f"nullif(trim(c{number}), '')" for number in range(headings, width)]
    expressions = (
        f"trim(c{found.fields['activity_code'].number})",
        f"if(coalesce({', '.join(filled)}) is null, null, concat_ws(chr(31), {', '.join(cells)}))",
        f"c{found.fields['is_resident'].number}",
        f"coalesce({', '.join(beyond)})",
    )
    return {
        "skipped": found.body_row,
        "width": width,
        "encoding": source.bulk,
        "wanted": dict(zip(_SCHEMA, expressions, strict=True)),
    }


class _Parser:
    """Parse a large file a batch at a time, each distinct value once; refuse what can't be taken,
    each value where it stands first."""

    def __init__(
        self, found: Recognised, check: Check, judges: Judges, columns: list[tuple[str, int]]
    ) -> None:
        self.found, self.check, self._judges, self._columns = found, check, judges, columns
        self.children = 0
        self._line = found.body_row + 1
        self._told: dict[str, set[str]] = defaultdict(set)
        self._known: dict[str | None, tuple[int | None, bool] | persons.NoPerson] = {}
        self._kinds: dict[str | None, str | None] = {}
        self._read: dict[str, dict[str | None, Parsed | CellError]] = defaultdict(dict)

    def parsed(self, batch: pa.RecordBatch) -> pa.Table:
        """Give the attendances of a batch, each with its line."""
        batch.validate(full=True)
        lines = np.arange(self._line, self._line + len(batch))
        self._line += len(batch)
        columns = {name: _Coded.of(batch.column(name)) for name in _SCHEMA}
        rows = self._without_others(self._without_blanks(_Rows(lines, columns)))
        activities = self._values(rows, "activity_code")
        residents = self._values(rows, "is_resident")
        for column in self.found.columns:
            if column.personal:
                self.check.dropped[column.personal] += len(rows.lines)
        codes, is_made, is_person = self._persons(rows)
        parts = (activities, codes, residents, is_made, rows.lines)
        return pa.Table.from_arrays(
            [
                pa.array(part[is_person], each.type, from_pandas=True)
                for part, each in zip(parts, STAGED, strict=True)
            ],
            schema=STAGED,
        )

    def _without_blanks(self, rows: "_Rows") -> "_Rows":
        is_filled = rows.columns["participant_code"].is_given
        for name in ("activity_code", "is_resident"):
            is_filled = is_filled | rows.columns[name].each(lambda text: bool((text or "").strip()))
        return rows.where(is_filled)

    def _without_others(self, rows: "_Rows") -> "_Rows":
        """Leave out what is no row of the table, and rows with more cells than headings."""
        heading = self.found.fields["activity_code"].heading
        activity = rows.columns["activity_code"]
        kinds = [
            self._kept(
                self._kinds, value, lambda text: left_out([text], is_heading=text == heading)
            )
            for value in activity.values
        ]
        counts = np.bincount(activity.codes, minlength=len(kinds))
        for kind, count in zip(kinds, counts.tolist(), strict=True):
            if kind and count:
                self.check.note(ATTENDANCE, "", kind, count=count)
        rows = rows.where(np.array([kind is None for kind in kinds], bool)[activity.codes])
        lines = self.found.sheet.rows[self.found.heading_row : self.found.body_row]
        headings = max(len(row) for row in lines)
        is_beyond = rows.columns["beyond"].is_given
        for line, value in self._first("beyond", rows, is_beyond):
            self.check.refuse(self.found.sheet, line - 1, headings, value, cell_error("cells"))
        return rows.where(~is_beyond)

    def _values(self, rows: "_Rows", name: str) -> Any:
        """Parse the texts of a column; none for those that can't be."""
        column = rows.columns[name]
        taken = np.full(len(column.values), None, dtype="object")
        refused: dict[str | None, CellError] = {}
        counts = np.bincount(column.codes, minlength=len(column.values))
        for place in np.flatnonzero(counts).tolist():
            text = column.values[place]
            found = self._kept(self._read[name], text, partial(self._parsed, name))
            if isinstance(found, CellError):
                refused[text] = found
            else:
                taken[place] = found.value
                self.check.note_parsed(ATTENDANCE, name, found, int(counts[place]))
        number = self.found.fields[name].number
        for line, value in self._first(name, rows, column.each(refused.__contains__)):
            reason = refused[value]
            shown = "" if reason.code == "blank" else value
            self.check.refuse(self.found.sheet, line - 1, number, shown, reason)
        return taken[column.codes]

    def _parsed(self, name: str, text: str | None) -> Parsed | CellError:
        found = attempt(self._judges.readers[name], text)
        if isinstance(found, Parsed) and found.value is None:
            return cell_error("blank", label=ATTENDANCE.column(name).field.label)
        return found

    def _kept(self, known: dict[Any, Any], text: str | None, judge: Callable[[Any], Any]) -> Any:
        """Judge a text, and keep that for the next batches, within bounds."""
        if text not in known:
            if len(known) >= MOST_KNOWN:
                known.clear()
            known[text] = judge(text)
        return known[text]

    def _persons(self, rows: "_Rows") -> tuple[Any, Any, Any]:
        """Give the pseudonyms of whoever the texts are about, whether each was made here, and which
        rows are of somebody; children are left out."""
        column = rows.columns["participant_code"]
        codes = np.zeros(len(column.values), np.uint64)
        is_made, is_person, is_child = (np.zeros(len(column.values), bool) for _ in range(3))
        nobody: dict[str | None, persons.NoPerson] = {}
        there = np.bincount(column.codes, minlength=len(column.values))
        for place in np.flatnonzero(there).tolist():
            text = column.values[place]
            known = self._known.get(text) or self._kept(self._known, text, self._judged)
            if isinstance(known, persons.NoPerson):
                nobody[text] = known
                continue
            code, made = known
            if code is None:
                is_child[place] = True
            else:
                codes[place], is_made[place], is_person[place] = code, made, True
        at_fault = column.each(nobody.__contains__) if nobody else np.zeros(len(rows.lines), bool)
        for line, text in self._first("participant_code", rows, at_fault):
            reason = nobody[text]
            self.check.refuse(self.found.sheet, line - 1, reason.column, "", reason)
        self.children += int(is_child[column.codes].sum())
        return codes[column.codes], is_made[column.codes], is_person[column.codes]

    def _judged(self, text: str | None) -> tuple[int | None, bool] | persons.NoPerson:
        try:
            return self._judges.people.pseudonym(_cells(text, self._columns))
        except persons.NoPerson as refused:
            return refused

    def _first(self, name: str, rows: "_Rows", mask: Any) -> Iterator[tuple[int, Any]]:
        """Give the lines at which values stand that were not told before; not all of very many."""
        told = self._told[name]
        found, first = np.unique(rows.columns[name].codes[mask], return_index=True)
        lines = rows.lines[mask]
        for place in np.argsort(first).tolist():
            value = rows.columns[name].values[found[place]]
            if value not in told and len(told) < SHOWN:
                told.add(value)
                yield int(lines[first[place]]), value


@dataclass(frozen=True)
class _Coded:
    """Hold a column as its distinct values, and which of them each row has."""

    values: list[str | None]
    codes: Any

    @property
    def is_given(self) -> Any:
        """Tell of each row whether it has a text; nothing is one of the values at most once."""
        if None not in self.values:
            return np.ones(len(self.codes), bool)
        return self.codes != self.values.index(None)

    @staticmethod
    def of(column: pa.Array) -> "_Coded":
        coded = column.dictionary_encode(null_encoding="encode")
        return _Coded(coded.dictionary.to_pylist(), coded.indices.to_numpy())

    def each(self, tells: Callable[[str | None], bool]) -> Any:
        """Tell something of each row by its value."""
        return np.array([tells(value) for value in self.values], bool)[self.codes]


@dataclass(frozen=True)
class _Rows:
    """Hold rows of a batch: the line of each, and their columns."""

    lines: Any
    columns: dict[str, _Coded]

    def where(self, mask: Any) -> "_Rows":
        if mask.all():
            return self
        kept = {n: _Coded(each.values, each.codes[mask]) for n, each in self.columns.items()}
        return _Rows(self.lines[mask], kept)


def _cells(text: str | None, columns: list[tuple[str, int]]) -> list[tuple[str, int, str]]:
    texts = text.split(_BETWEEN) if text else [""] * len(columns)
    return [(kind, number, each) for (kind, number), each in zip(columns, texts, strict=True)]


def write_in_child(files: list[str], said: dict[str, Any], output: Output) -> None:
    """Read a large CSV file and write what is wanted of it."""
    path, encoding = Path(files[0]), said["encoding"]
    with path.open("rb") as file:
        sign = delimiter(file.read(20_000).decode(encoding, errors="ignore"))
    plain = _utf8(path, encoding, Path.cwd())
    layout = Layout(said["skipped"], sign, said["width"], is_quoted=_is_quoted(plain))
    with output.part() as part:
        write_columns(plain, layout, said["wanted"], path.name, part)


def _is_quoted(path: Path) -> bool:
    """Tell whether a file has quotation marks, within which lines may break."""
    with path.open("rb") as file:
        return any(b'"' in chunk for chunk in iter(lambda: file.read(CHUNK), b""))
