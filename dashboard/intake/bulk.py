"""Check and stage large CSV files of attendances: each distinct value is judged once."""

import hashlib
from codecs import BOM_UTF16_BE, BOM_UTF16_LE, getincrementaldecoder
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from os import SEEK_END
from pathlib import Path
from typing import Any

import pandas as pd
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
    """Parse a large file a batch at a time, each distinct value of a batch once; refuse what can't
    be taken, each value where it stands first."""

    def __init__(
        self, found: Recognised, check: Check, judges: Judges, columns: list[tuple[str, int]]
    ) -> None:
        self.found, self.check, self._judges, self._columns = found, check, judges, columns
        self.children = 0
        self._line = found.body_row + 1
        self._told: dict[str, set[str]] = defaultdict(set)

    def parsed(self, batch: pa.RecordBatch) -> pa.Table:
        """Give the attendances of a batch, each with its line."""
        batch.validate(full=True)
        rows = batch.to_pandas().astype("object")
        rows = rows.where(rows.notna(), None)
        rows["line"] = range(self._line, self._line + len(rows))
        self._line += len(rows)
        rows = self._without_others(self._without_blanks(rows))
        for name in ("activity_code", "is_resident"):
            rows[name] = self._values(rows[["line", name]], name)
        for column in self.found.columns:
            if column.personal:
                self.check.dropped[column.personal] += len(rows)
        return pa.Table.from_pandas(self._with_persons(rows), STAGED, preserve_index=False)

    def _without_blanks(self, rows: pd.DataFrame) -> pd.DataFrame:
        texts = (rows[name].fillna("").str.strip() for name in ("activity_code", "is_resident"))
        filled = [text != "" for text in texts]
        return rows[filled[0] | filled[1] | rows["participant_code"].notna()]

    def _without_others(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Leave out what is no row of the table, and rows with more cells than headings."""
        heading = self.found.fields["activity_code"].heading
        kinds = {
            value: left_out([value], is_heading=value == heading)
            for value in rows["activity_code"].unique()
        }
        kind = rows["activity_code"].map(kinds)
        for note, count in kind.value_counts().items():
            self.check.note(ATTENDANCE, "", str(note), count=count)
        rows = rows[kind.isna()]
        lines = self.found.sheet.rows[self.found.heading_row : self.found.body_row]
        headings = max(len(row) for row in lines)
        for line, value in self._first("beyond", rows[rows["beyond"].notna()]):
            self.check.refuse(self.found.sheet, line - 1, headings, value, cell_error("cells"))
        return rows[rows["beyond"].isna()].copy()

    def _values(self, rows: pd.DataFrame, name: str) -> pd.Series:
        """Parse the texts of a column; none for those that can't be."""
        taken: dict[str | None, Any] = {}
        refused: dict[str | None, CellError] = {}
        for value, count in rows[name].value_counts(dropna=False).items():
            text = value if isinstance(value, str) else None
            found = attempt(self._judges.readers[name], text)
            if isinstance(found, Parsed) and found.value is None:
                found = cell_error("blank", label=ATTENDANCE.column(name).field.label)
            if isinstance(found, CellError):
                refused[text] = found
            else:
                taken[text] = found.value
                self.check.note_parsed(ATTENDANCE, name, found, count)
        number = self.found.fields[name].number
        for line, value in self._first(name, rows[rows[name].isin(list(refused))]):
            reason = refused[value]
            shown = "" if reason.code == "blank" else value
            self.check.refuse(self.found.sheet, line - 1, number, shown, reason)
        return pd.Series([taken.get(text) for text in rows[name]], rows.index, dtype="object")

    def _with_persons(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Put pseudonyms in the place of the texts that say who takes part; leave children out."""
        nobody: dict[str | None, persons.NoPerson] = {}
        known: dict[str | None, tuple[int | None, bool]] = {}
        for text in rows["participant_code"].unique():
            try:
                known[text] = self._judges.people.pseudonym(_cells(text, self._columns))
            except persons.NoPerson as refused:
                nobody[text] = refused
        is_nobody = rows["participant_code"].isin(list(nobody))
        for line, text in self._first("participant_code", rows[is_nobody]):
            reason = nobody[text]
            self.check.refuse(self.found.sheet, line - 1, reason.column, "", reason)
        rows = rows[~is_nobody]
        persons_there = [known[text] for text in rows["participant_code"]]
        # With its type: as a float a pseudonym would lose its last digits.
        codes = pd.Series([code for code, _ in persons_there], rows.index, dtype="UInt64")
        self.children += int(codes.isna().sum())
        rows = rows.assign(participant_code=codes, is_made=[made for _, made in persons_there])
        return rows[codes.notna()]

    def _first(self, name: str, rows: pd.DataFrame) -> Iterator[tuple[int, Any]]:
        """Give the lines at which values stand that were not told before; not all of very many."""
        told = self._told[name]
        for line, value in rows.drop_duplicates(name)[["line", name]].itertuples(index=False):
            if value not in told and len(told) < SHOWN:
                told.add(value)
                yield line, value


def _cells(text: str | None, columns: list[tuple[str, int]]) -> list[tuple[str, int, str]]:
    texts = text.split(_BETWEEN) if text else [""] * len(columns)
    return [(kind, number, each) for (kind, number), each in zip(columns, texts, strict=True)]


def write_in_child(files: list[str], said: dict[str, Any], output: Output) -> None:
    """Read a large CSV file and write what is wanted of it."""
    path, encoding = Path(files[0]), said["encoding"]
    with path.open("rb") as file:
        sign = delimiter(file.read(20_000).decode(encoding, errors="ignore"))
    layout = Layout(said["skipped"], sign, said["width"])
    with output.part() as part:
        write_columns(_utf8(path, encoding, Path.cwd()), layout, said["wanted"], path.name, part)
