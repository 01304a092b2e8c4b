"""Keep the log of deliveries: what was returned, locked, agreed; one line of JSON for each.

Lines are only ever added. What was received stands with each load's batch, so that undoing a load
takes its receipts back; what stands here no undoing takes back.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args

from dashboard.contract.problem import Problem
from dashboard.contract.words import Words
from dashboard.warehouse.uploads import keep_private

LOG = "deliveries.jsonl"
Kind = Literal[
    "received", "restated", "returned", "withdrawn", "nothing", "locked", "unlocked", "agreed", "undone"
]  # fmt: skip
Scope = Literal["all", "own"]


class Held(NamedTuple):
    """Say how many rows of a town, a table and a month; a table that is not monthly has no month."""

    town: str
    table: str
    month: str
    rows: int = 0


class FaultCount(NamedTuple):
    """Say in how many cells of a table something is wrong in the same way; no table: of the file."""

    code: str
    what: Words
    cells: int
    table: str = ""


@dataclass(frozen=True)
class Event:
    """Hold one thing that happened to deliveries; ``when`` is in UTC.

    ``months`` and ``tables`` are those of a lock, no tables meaning all. What is agreed: the due
    day, the tables that are expected, whose, and from which month; what is None stays as it was.
    """

    kind: Kind
    when: datetime
    who: str
    held: tuple[Held, ...] = ()
    faults: tuple[FaultCount, ...] = ()
    files: tuple[str, ...] = ()
    months: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    reason: str = ""
    batch: int = 0
    due_day: int | None = None
    expected: tuple[str, ...] | None = None
    scope: Scope | None = None
    since: str | None = None


@dataclass(frozen=True)
class Log:
    """Hold what was read of the log, and the numbers of the lines that could not be."""

    events: tuple[Event, ...] = ()
    damaged: tuple[int, ...] = ()

    def warnings(self) -> list[Words]:
        """Say which lines are damaged, and what that may mean."""
        if not self.damaged:
            return []
        zh = "、".join(map(str, self.damaged))
        en = ", ".join(map(str, self.damaged))
        return [
            Words(
                f"报送记录（{LOG}）第 {zh} 行已损坏，未计入；其中若有退回或锁定，请重新登记，或恢复备份。",
                f"The log of deliveries ({LOG}) is damaged in line {en}, which is left out: if it held a "
                "return or a lock, record that again, or restore the file from a copy.",
            )
        ]


def now() -> datetime:
    """Say what time it is, in UTC."""
    return datetime.now(UTC)


def read_log(own: Path) -> Log:
    """Read the log; lines that can't be read are skipped and numbered."""
    try:
        lines = (own / LOG).read_bytes().split(b"\n")
    except FileNotFoundError:
        return Log()
    except OSError as error:
        raise Problem(
            Words(
                f"读不了报送记录（{LOG}：{error.strerror}）：请核对权限。",
                f"The log of deliveries can't be read ({LOG}: {error.strerror}): check its rights.",
            )
        ) from error
    events: list[Event] = []
    damaged = []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                events.append(event_of(json.loads(line)))
            except (ValueError, KeyError, TypeError, RecursionError):
                damaged.append(number)
    return Log(tuple(events), tuple(damaged))


def append(own: Path, event: Event) -> None:
    """Add a line; to be called by who holds the right to change the own data (``locked``)."""
    own.mkdir(parents=True, exist_ok=True)
    file = own / LOG
    line = json.dumps(written(event), ensure_ascii=False) + "\n"
    try:
        with file.open("ab+") as opened:
            if opened.tell():
                opened.seek(-1, os.SEEK_END)
                if opened.read(1) != b"\n":  # of a line that was cut off
                    line = "\n" + line
            opened.write(line.encode())
            opened.flush()
            os.fsync(opened.fileno())
    except OSError as error:
        raise Problem(
            Words(
                f"报送记录写不进去（{error.strerror}）：没有登记；请腾出空间或核对权限后再试。",
                f"The log of deliveries can't be written ({error.strerror}): nothing was recorded; make "
                "room or check its rights, and try again.",
            )
        ) from error
    keep_private(file)


def written(event: Event) -> dict[str, Any]:
    """Write an event as plain data; what it does not say is left out."""
    said = {
        name: value for name, value in vars(event).items() if value not in ((), "", 0, None)
    } | {"when": event.when.isoformat()}
    if event.expected is not None:
        said["expected"] = event.expected
    return said


def event_of(said: Mapping[str, Any]) -> Event:
    """Make an event of plain data; raises ValueError, KeyError or TypeError for anything else."""
    kind = said["kind"]
    if kind not in get_args(Kind):
        raise ValueError(kind)
    when = datetime.fromisoformat(said["when"])
    due_day, expected, scope, since = (
        said.get(name) for name in ("due_day", "expected", "scope", "since")
    )
    if not (due_day is None or type(due_day) is int and 1 <= due_day <= LAST_DUE_DAY):
        raise ValueError(due_day)
    if scope is not None and scope not in get_args(Scope):
        raise ValueError(scope)
    return Event(
        kind=kind,
        when=when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC),
        who=_text(said.get("who", "")),
        held=tuple(_held(each) for each in said.get("held", ())),
        faults=tuple(
            FaultCount(_text(code), Words(_text(zh), _text(en)), int(count), _text(table))
            for code, (zh, en), count, table in said.get("faults", ())
        ),
        files=_texts(said.get("files", ())),
        months=tuple(_month(month) for month in said.get("months", ())),
        tables=_texts(said.get("tables", ())),
        reason=_text(said.get("reason", "")),
        batch=int(said.get("batch", 0)),
        due_day=due_day,
        expected=None if expected is None else _texts(expected),
        scope=scope,
        since=None if since is None else _month(since),
    )


LAST_DUE_DAY = 28  # which every month has


def _held(said: Any) -> Held:
    town, table, month, rows = said
    return Held(_text(town), _text(table), _month(month) if month else "", int(rows))


def _month(text: Any) -> str:
    datetime.strptime(_text(text), "%Y-%m")
    return _text(text)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _texts(values: Any) -> tuple[str, ...]:
    if not isinstance(values, list | tuple):
        raise TypeError(values)
    return tuple(_text(each) for each in values)
