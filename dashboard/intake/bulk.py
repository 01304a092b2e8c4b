"""Check and stage large CSV files of attendances: each distinct value is judged once."""

import hashlib
from codecs import BOM_UTF16_BE, BOM_UTF16_LE, getincrementaldecoder
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date
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
from dashboard.intake.reading import (
    DOS_END,
    Source,
    changed,
    csv_sheet,
    delimiter,
    no_text,
    refuse_garbled,
)
from dashboard.intake.values import CellError, Parsed, missing, more_cells
from dashboard.warehouse.bulk import Layout, Staged, write_columns
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
        raise no_text(path) from error


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
        raise no_text(path) from error
    return to


def stage(
    source: Source,
    found: Recognised,
    check: Check,
    *,
    readers: Mapping[str, Callable[[Any], Parsed]],
    today: date,
    key: Callable[[], bytes],
    scratch: Path,
    waiting: apart.Waiting = apart.unheard,
) -> Path | None:
    """Stage a file of attendances as Parquet; with faults there is none."""
    before = source.path.stat()
    sheet, fields = found.sheet, found.fields
    check.ask(found)
    columns = persons.columns_of(found)
    if found.questions:
        return None
    if "activity_code" not in fields or "is_resident" not in fields or not columns:
        raise Problem(
            Words(
                f"{source.path.name}：大文件须有活动代码、参与者与本社区居民三列。",
                f"{source.path.name}: a large file needs activity code, participant and residence.",
            )
        )
    cells = ", ".join(f"replace(coalesce(c{n}, ''), chr(31), ' ')" for _, n in columns)
    wanted = {
        "activity_code": f"trim(c{fields['activity_code'].number})",
        "participant_code": f"concat_ws(chr(31), {cells})",
        "is_resident": f"c{fields['is_resident'].number}",
    }
    headings = max(len(row) for row in sheet.rows[found.heading_row : found.body_row])
    width = max(headings + SHIFTED, *(len(row) for row in sheet.rows[: found.body_row + 5]))
    beyond = ", ".join(f"nullif(trim(c{number}), '')" for number in range(headings, width))
    wanted["beyond"] = f"coalesce({beyond})"
    said = {"skipped": found.body_row, "width": width, "encoding": source.bulk, "wanted": wanted}
    answer = apart.run(
        f"{__name__}:write_in_child", said=said, about=source.path.name, reads=[source.path],
        waiting=waiting,
    )  # fmt: skip
    to = scratch / f"attendance-{source.sha256[:16]}.parquet"
    with (
        pa.ipc.open_stream(pa.py_buffer(answer.parts[0])) as batches,
        staged_rows(_judged(source.path, batches, wanted), found.body_row, scratch) as staged,
    ):
        _leave_out(staged, check, fields["activity_code"].heading)
        for bad in staged.take_out("beyond"):
            check.refuse(sheet, bad.first - 1, headings, bad.value, more_cells())
        for name, kind in (("activity_code", "VARCHAR"), ("is_resident", "BOOLEAN")):
            refused = _judge(staged, check, name, kind, readers[name])
            for bad in staged.bad(name):
                reason = refused[bad.value]
                shown = "" if reason.code == "blank" else bad.value
                check.refuse(sheet, bad.first - 1, fields[name].number, shown, reason)
        people = persons.People(today, key)
        taken, nobodies = _pseudonyms(staged.distinct("participant_code"), columns, people)
        staged.keep("participant_code", taken, "UBIGINT")
        check.pseudonyms += len(people.made)
        for bad in staged.bad("participant_code"):
            nobody = nobodies[bad.value]
            check.refuse(sheet, bad.first - 1, nobody.column, "", nobody)
        for column in found.columns:
            if column.personal:
                check.dropped[column.personal] += staged.row_count
        if not check.faults:
            for line, other in staged.conflicts():
                number = fields["is_resident"].number
                check.refuse(sheet, line - 1, number, "", _unlike(other))
        is_clean = not check.faults
        if is_clean:
            written = staged.write(to)
            check.staged_rows = written.rows
            check.notes["attendance", "", "repeated"] += written.repeated
            check.tell_children(found.title, written.left_out)
    after = source.path.stat()
    if (before.st_mtime_ns, before.st_size, before.st_ino) != (
        after.st_mtime_ns,
        after.st_size,
        after.st_ino,
    ):
        raise changed(source.path)
    return to if is_clean else None


def write_in_child(files: list[str], said: dict[str, Any], output: Output) -> None:
    """Read a large CSV file and write what is wanted of it."""
    path, encoding = Path(files[0]), said["encoding"]
    with path.open("rb") as file:
        sign = delimiter(file.read(20_000).decode(encoding, errors="ignore"))
    layout = Layout(said["skipped"], sign, said["width"])
    with output.part() as part:
        write_columns(_utf8(path, encoding, Path.cwd()), layout, said["wanted"], path.name, part)


def _judged(path: Path, batches: Any, wanted: Collection[str]) -> pa.RecordBatchReader:
    """Let pass what came back of a large file as long as it is sound texts."""
    if batches.schema.names != list(wanted) or set(batches.schema.types) != {pa.string()}:
        raise apart.senseless(path.name)

    def sound() -> Iterator[pa.RecordBatch]:
        for batch in batches:
            batch.validate(full=True)
            yield batch

    return pa.RecordBatchReader.from_batches(batches.schema, sound())


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
    staged: Staged, check: Check, name: str, kind: str, read: Callable[[Any], Parsed]
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
    staged.keep(name, taken, kind)
    return refused


def _pseudonyms(
    values: list[str | None], columns: list[tuple[str, int]], people: persons.People
) -> tuple[dict[str | None, int | None], dict[str | None, persons.NoPerson]]:
    """Judge each distinct row of identifying cells: who it is (none for a child), or why nobody."""
    taken: dict[str | None, int | None] = {}
    refused: dict[str | None, persons.NoPerson] = {}
    for value in values:
        texts = (value or "").split("\x1f")
        cells = [(*column, text) for column, text in zip(columns, texts, strict=True)]
        try:
            taken[value] = people.pseudonym(cells)
        except persons.NoPerson as nobody:
            refused[value] = nobody
    return taken, refused


def _unlike(other: int) -> CellError:
    return CellError(
        "conflict",
        Words(
            f"与第 {other} 行是同一活动的同一人，是否居民却不同",
            f"is the same person at the same activity as row {other}, but differs in residence",
        ),
        Words("只留正确的一行", "keep the right one only"),
    )
