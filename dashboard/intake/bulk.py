"""Check and stage large CSV files of attendances: each distinct value is judged once."""

import hashlib
from codecs import getincrementaldecoder
from collections.abc import Callable
from pathlib import Path

from dashboard.intake.faults import Check
from dashboard.intake.headings import Recognised
from dashboard.intake.personal import IDENTITY, normal_identity, personal_content, pseudonym
from dashboard.intake.reading import Source, changed, csv_sheet, delimiter
from dashboard.intake.values import BLANKS, Refused, Taken, is_blank, take_boolean
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
    key: Callable[[], bytes],
    scratch: Path,
) -> Path | None:
    """Stage a file of attendances as Parquet; with faults there is none."""
    before = source.path.stat()
    sheet, fields = found.sheet, found.fields
    columns = [
        (column.personal, column.number)
        for kind in IDENTITY
        for column in found.columns
        if column.personal == kind
    ]
    if "participant_code" in fields:
        columns.insert(0, ("pseudonym", fields["participant_code"].number))
    if "activity_code" not in fields or "is_resident" not in fields or not columns:
        raise Problem(
            Words(
                f"{source.path.name}：大文件须有活动代码、参与者与本社区居民三列。",
                f"{source.path.name}: a large file needs activity code, participant and residence.",
            )
        )
    blanks = ", ".join("'" + blank.replace("'", "''") + "'" for blank in sorted(BLANKS))
    identity = " ".join(
        f"when lower(trim(coalesce(c{number}, ''))) not in ({blanks}) then '{kind}:' || c{number}"
        for kind, number in columns
    )
    wanted = {
        "activity_code": f"trim(c{fields['activity_code'].number})",
        "participant_code": f"case {identity} end",
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
        people = _pseudonyms(staged.distinct("participant_code"), key)
        staged.keep("participant_code", people, "UBIGINT")
        check.pseudonyms += len(people)
        for name, number, refused in (
            ("activity_code", fields["activity_code"].number, _UNKNOWN),
            ("is_resident", fields["is_resident"].number, _NO_BOOLEAN),
            ("participant_code", columns[0][1], _NOBODY),
        ):
            for bad in staged.bad(name):
                shown = "" if name == "participant_code" else bad.value
                check.refuse(sheet, bad.first - 1, number, shown, refused)
        for kind, _ in columns:
            if kind and kind != "pseudonym":
                check.dropped[kind] += staged.row_count
        is_clean = not check.faults
        if is_clean:
            check.staged_rows, repeated = staged.write(to)
            check.notes["attendance", "", "repeated"] += repeated
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


def _pseudonyms(values: list[str | None], key: Callable[[], bytes]) -> dict[str | None, int]:
    made: dict[str | None, int] = {}
    secret: bytes | None = None
    for value in values:
        if value is None:
            continue
        kind, _, text = value.partition(":")
        if kind == "pseudonym":
            text = text.strip()
            if text.isdecimal() and len(text) <= 20 and not personal_content(text):
                made[value] = int(text)
                continue
            kind = personal_content(text) or "name"
        secret = secret or key()
        made[value] = pseudonym(normal_identity(kind, text), secret)
    return made


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
_NOBODY = Refused(
    "blank",
    Words("没有参与者", "names no participant"),
    Words("补填证件号、手机号或假名，或删去该行", "give an identifier, or remove the row"),
)
