"""Check and stage large CSV files of attendances: each distinct value is judged once."""

import hashlib
from codecs import BOM_UTF16_BE, BOM_UTF16_LE, getincrementaldecoder
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from os import SEEK_END
from pathlib import Path
from typing import Any

import pyarrow as pa

from dashboard import apart
from dashboard.confined import Output
from dashboard.contract.problem import Problem
from dashboard.contract.tables import ATTENDANCE
from dashboard.contract.words import Words
from dashboard.intake import persons
from dashboard.intake.faults import Check
from dashboard.intake.headings import Recognised, is_remark, total_word
from dashboard.intake.messages import CellError, cell_error, file_problem, message
from dashboard.intake.reading import (
    DOS_END,
    Source,
    csv_sheet,
    delimiter,
    refuse_garbled,
    stamp,
)
from dashboard.intake.values import Parsed, missing, more_cells
from dashboard.warehouse.bulk import STAGED, Layout, Staged, write_columns
from dashboard.warehouse.bulk import staged as staged_rows

BULK_FROM = 60_000_000  # bytes
HEAD = 64_000
CHUNK = 1 << 22
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

    readers: Mapping[str, Callable[[Any], Parsed]]
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
        named = _with_persons(batches, columns, judges.people, waiting)
        with staged_rows(named, found.body_row, scratch) as staged:
            _judge_rows(staged, found, check, judges, columns)
            is_clean = not check.faults
            if is_clean:
                written = staged.write(to)
                check.staged_rows = written.rows
                check.notes["attendance", "", "repeated"] += written.repeated
                check.tell_children(found.title, written.left_out)
    if before != stamp(source.path.stat()):
        raise file_problem(source.path, "changed")
    return to if is_clean else None


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


def _with_persons(
    batches: pa.RecordBatchReader,
    columns: list[tuple[str, int]],
    people: persons.People,
    waiting: apart.Waiting,
) -> Iterator[pa.RecordBatch]:
    """Put pseudonyms in the place of the texts that say who takes part, a batch at a time."""
    for batch in batches:
        waiting(Words("识别参与者", "Telling participants apart"))
        batch.validate(full=True)
        texts = batch.column("participant_code").dictionary_encode()
        found = [_person(text, columns, people) for text in texts.dictionary.to_pylist()]
        found.append((None, "", False, False))  # whoever is not named at all
        rows = texts.indices.fill_null(len(found) - 1)
        judged = zip(STAGED.names, zip(*found, strict=True), strict=False)
        arrays = [pa.array(each, STAGED.field(name).type).take(rows) for name, each in judged]
        arrays += [batch.column(name) for name in STAGED.names[len(arrays) :]]
        yield pa.RecordBatch.from_arrays(arrays, schema=STAGED)


def _person(
    text: str, columns: list[tuple[str, int]], people: persons.People
) -> tuple[int | None, str | None, bool, bool]:
    """Say who a text of identifying cells names: pseudonym, the text of nobody, made, child."""
    try:
        code, is_made = people.pseudonym(_cells(text, columns))
    except persons.NoPerson:
        return None, text, False, False
    return code, None, is_made, code is None


def _cells(text: str, columns: list[tuple[str, int]]) -> list[tuple[str, int, str]]:
    texts = text.split(_BETWEEN) if text else [""] * len(columns)
    return [(kind, number, each) for (kind, number), each in zip(columns, texts, strict=True)]


def _judge_rows(
    staged: Staged,
    found: Recognised,
    check: Check,
    judges: Judges,
    columns: list[tuple[str, int]],
) -> None:
    """Refuse what can't be taken, each value where it stands first."""
    sheet, fields = found.sheet, found.fields
    _leave_out(staged, check, fields["activity_code"].heading)
    headings = max(len(row) for row in sheet.rows[found.heading_row : found.body_row])
    for bad in staged.take_out("beyond"):
        check.refuse(sheet, bad.first - 1, headings, bad.value, more_cells())
    for name in ("activity_code", "is_resident"):
        refused = _judge(staged, check, name, judges.readers[name])
        for bad in staged.bad(name):
            reason = refused[bad.value]
            shown = "" if reason.code == "blank" else bad.value
            check.refuse(sheet, bad.first - 1, fields[name].number, shown, reason)
    for column in found.columns:
        if column.personal:
            check.dropped[column.personal] += staged.row_count
    for bad in staged.take_out("nobody"):
        try:
            judges.people.pseudonym(_cells(bad.value, columns))
        except persons.NoPerson as nobody:
            check.refuse(sheet, bad.first - 1, nobody.column, "", nobody)
    check.pseudonyms += staged.made_count
    if not check.faults:
        for line, other in staged.conflicts():
            check.refuse(
                sheet,
                line - 1,
                fields["is_resident"].number,
                "",
                cell_error("conflict.residence", other=other),
            )


def write_in_child(files: list[str], said: dict[str, Any], output: Output) -> None:
    """Read a large CSV file and write what is wanted of it."""
    path, encoding = Path(files[0]), said["encoding"]
    with path.open("rb") as file:
        sign = delimiter(file.read(20_000).decode(encoding, errors="ignore"))
    layout = Layout(said["skipped"], sign, said["width"])
    with output.part() as part:
        write_columns(_utf8(path, encoding, Path.cwd()), layout, said["wanted"], path.name, part)


def _leave_out(staged: Staged, check: Check, heading: str) -> None:
    """Leave out rows of totals, remarks and headings again, as those of smaller files are."""
    for value, count in staged.counts("activity_code").items():
        if value is None:
            continue
        for note, is_meant in (
            ("total", total_word([value]) is not None),
            ("remark", is_remark([value])),
            ("heading", value == heading),
        ):
            if is_meant:
                staged.leave_out("activity_code", value)
                check.notes["attendance", "", note] += count
                break


def _judge(
    staged: Staged, check: Check, name: str, read: Callable[[Any], Parsed]
) -> dict[str, CellError]:
    """Judge each distinct value of a column as in smaller files; say why some are refused."""
    taken: dict[str | None, Any] = {}
    refused: dict[str, CellError] = {}
    for value, count in staged.counts(name).items():
        try:
            found = read(value)
        except CellError as reason:
            refused[value or ""] = reason
            continue
        if found.value is None:
            refused[value or ""] = missing(ATTENDANCE.column(name).field.label)
            continue
        taken[value] = found.value
        for note in found.notes:
            check.notes["attendance", name, note] += count
    staged.keep(name, taken)
    return refused
