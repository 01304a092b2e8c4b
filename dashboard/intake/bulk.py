"""Check and stage large CSV files of attendances: each distinct value is judged once."""

import hashlib
from codecs import getincrementaldecoder
from collections.abc import Callable
from datetime import date
from pathlib import Path

from dashboard.intake import persons
from dashboard.intake.faults import Check
from dashboard.intake.headings import Recognised
from dashboard.intake.reading import Source, changed, csv_sheet, delimiter
from dashboard.intake.values import Refused, Taken, is_blank, take_boolean
from dashboard.model.problem import Problem
from dashboard.model.words import Words
from dashboard.warehouse.bulk import Layout, staged_csv

BULK_FROM = 60_000_000  # bytes
HEAD = 64_000
CHUNK = 1 << 22


def is_bulk(path: Path) -> bool:
    """Tell whether a file is so large that it is not read into memory."""
    return path.suffix.lower() in (".csv", ".txt", ".tsv") and path.stat().st_size >= BULK_FROM


def read_head(path: Path) -> Source:
    """Digest a large CSV file, and read as much of it as tells what its columns are."""
    encoding, digest, size = _digest(path)
    with path.open("rb") as file:
        head = file.read(HEAD)
    text = head[: head.rfind(b"\n") + 1].decode(encoding)
    sheet = csv_sheet(path, text.encode())
    return Source(path, digest, size, [sheet], bulk=encoding)


def _digest(path: Path) -> tuple[str, str, int]:
    """Say in which encoding a file is, and its SHA-256."""
    digest = hashlib.sha256()
    decoder = getincrementaldecoder("utf-8")()
    is_utf8 = True
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            if is_utf8:
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError:
                    is_utf8 = False
    return "utf-8-sig" if is_utf8 else "gb18030", digest.hexdigest(), path.stat().st_size


def _utf8(path: Path, encoding: str, scratch: Path) -> Path:
    if encoding == "utf-8-sig":
        return path
    to = scratch / "transcoded.csv"
    with (
        path.open(encoding=encoding, newline="") as source,
        to.open("w", encoding="utf-8", newline="") as target,
    ):
        while text := source.read(CHUNK):
            target.write(text)
    return to


def stage(
    source: Source,
    found: Recognised,
    check: Check,
    *,
    activities: set[str],
    today: date,
    key: Callable[[], bytes],
    scratch: Path,
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
    width = max(len(row) for row in sheet.rows[: found.body_row + 5])
    layout = Layout(found.body_row, _delimiter(source), width)
    to = scratch / f"attendance-{source.sha256[:16]}.parquet"
    with staged_csv(
        _utf8(source.path, source.bulk or "utf-8-sig", scratch), layout, wanted, scratch
    ) as staged:
        staged.keep("activity_code", {code: code for code in activities}, "VARCHAR")
        staged.keep("is_resident", _booleans(staged.distinct("is_resident")), "BOOLEAN")
        people = persons.People(today, key)
        taken, refused = _pseudonyms(staged.distinct("participant_code"), columns, people)
        staged.keep("participant_code", taken, "UBIGINT")
        check.pseudonyms += len(people.made)
        for name in ("activity_code", "is_resident"):
            for bad in staged.bad(name):
                why = _UNKNOWN if name == "activity_code" else _NO_BOOLEAN
                check.refuse(sheet, bad.first - 1, fields[name].number, bad.value, why)
        for bad in staged.bad("participant_code"):
            nobody = refused[bad.value]
            check.refuse(sheet, bad.first - 1, nobody.column, "", nobody)
        for column in found.columns:
            if column.personal:
                check.dropped[column.personal] += staged.row_count
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


def _delimiter(source: Source) -> str:
    with source.path.open("rb") as file:
        return delimiter(file.read(20_000).decode(source.bulk or "utf-8", errors="ignore"))


def _booleans(values: list[str | None]) -> dict[str | None, bool]:
    taken: dict[str | None, bool] = {}
    for value in values:
        try:
            found: Taken = take_boolean(value if value is not None else "")
        except Refused:
            continue
        if not is_blank(value) or found.value is False:
            taken[value] = bool(found.value)
    return taken


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


_UNKNOWN = Refused(
    "unknown",
    Words("“活动”中没有这个编号", "is not in the table Activities"),
    Words("在“活动”中补上，或改正编号", "add it there, or mend the code"),
)
_NO_BOOLEAN = Refused(
    "boolean",
    Words("不是“是”或“否”", "is neither yes nor no"),
    Words("填“是”或“否”", "give yes or no"),
)
