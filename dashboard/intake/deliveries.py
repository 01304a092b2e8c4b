"""Tell who delivered what for which month, from the set of what happened; pure.

The order in which events are given does not matter, nor whether one is given twice.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from functools import cached_property
from typing import Any

from dashboard.contract.clock import SHANGHAI
from dashboard.contract.tables import NAMED
from dashboard.contract.words import Words
from dashboard.intake.messages import message
from dashboard.intake.months import DATINGS
from dashboard.warehouse.delivery_log import Event, FaultCount, Held, Kind, Scope

USUAL_DUE_DAY = 10


class Standing(Enum):
    """Say how a delivery stands: its sign, and its name."""

    NOT_ASKED = ("·", Words("未要求", "Not asked for"))
    NOT_DUE = ("○", Words("未到期", "Not due yet"))
    RECEIVED = ("●", Words("已收", "Received"))
    LATE = ("◐", Words("迟交", "Received late"))
    MISSING = ("✕", Words("缺", "Overdue"))
    RETURNED = ("↩", Words("退回", "Returned"))
    CORRECTED = ("✓", Words("已改正", "Corrected"))
    LOCKED = ("■", Words("已锁定", "Locked"))

    def __init__(self, sign: str, words: Words) -> None:
        self.sign, self.words = sign, words


# What is said of several cells together: the first that one of them is in.
_MATTERS = (
    Standing.RETURNED, Standing.MISSING, Standing.NOT_DUE, Standing.LATE, Standing.CORRECTED,
    Standing.RECEIVED, Standing.LOCKED, Standing.NOT_ASKED,
)  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """Say how one town's delivery of one table for one month stands on a day.

    ``received_on`` is the newest receipt in force, ``rows`` what it held. A cell of which nothing
    was received says that it is overdue though it is locked.
    """

    standing: Standing
    due_on: date
    received_on: date | None = None
    rows: int = 0
    is_late: bool = False
    is_locked: bool = False
    faults: tuple[FaultCount, ...] = ()
    files: tuple[str, ...] = ()
    # Why its rows were changed after it was locked, the last reason last.
    restated: tuple[str, ...] = ()


@dataclass(frozen=True)
class Agreed:
    """Hold what is agreed of deliveries: the day they fall due, what is expected, of whom, since when."""

    due_day: int = USUAL_DUE_DAY
    expected: tuple[str, ...] | None = None
    # None: all towns as soon as several came; a town that loads its own is not held to the others'.
    scope: Scope | None = None
    since: str | None = None


@dataclass(frozen=True)
class Owed:
    """Hold what a town owes for one table: which months are overdue, which returned."""

    town: str
    table: str
    missing: tuple[str, ...] = ()
    returned: tuple[tuple[str, tuple[FaultCount, ...]], ...] = ()


def due_on(month: str, due_day: int) -> date:
    """Say when the deliveries for a month fall due: on a day of the following month."""
    return date.fromisoformat(f"{month_after(month)}-{due_day:02}")


def month_of(day: date) -> str:
    return f"{day:%Y-%m}"


def month_after(month: str, count: int = 1) -> str:
    """Count months on, or back."""
    number = int(month[:4]) * 12 + int(month[5:]) - 1 + count
    return f"{number // 12:04}-{number % 12 + 1:02}"


def day_of(when: datetime) -> date:
    """Say on which day, in Shanghai, something happened."""
    return when.astimezone(SHANGHAI).date()


def today() -> date:
    """Say which day it is in Shanghai."""
    return datetime.now(SHANGHAI).date()


def receipts(batches: Iterable[Mapping[str, Any]]) -> list[Event]:
    """Tell from the loads in force what was received, and what was restated."""
    events = []
    for batch in batches:
        when = datetime.fromisoformat(batch["when"])
        who, number = str(batch["who"]), int(batch["batch"])
        files = tuple(file["name"] for file in batch["files"])
        if cells := batch.get("held"):
            held = tuple(Held(*each) for each in cells)
            events.append(Event("received", when, who, held, files=files, batch=number))
        if said := batch.get("restated"):
            held = tuple(Held(*each) for each in said["held"])
            events.append(Event("restated", when, who, held, reason=said["reason"], batch=number))
    return events


# Of what happens in the same second a receipt is the last word, and a lock stays.
_ORDER: Mapping[Kind, int] = {"returned": 0, "withdrawn": 1, "nothing": 2, "received": 3, "unlocked": 4, "locked": 5}  # fmt: skip


def _in_order(events: Iterable[Event]) -> list[Event]:
    return sorted(set(events), key=lambda each: (each.when, _ORDER.get(each.kind, 9), repr(each)))


def locked_months(events: Iterable[Event]) -> dict[str, set[str]]:
    """Tell of each table which months are locked after all that happened."""
    locked: dict[str, set[str]] = {name: set() for name in DATINGS}
    for event in _in_order(events):
        for name in event.tables or DATINGS:
            if event.kind == "locked":
                locked.setdefault(name, set()).update(event.months)
            elif event.kind == "unlocked":
                locked.setdefault(name, set()).difference_update(event.months)
    return locked


@dataclass(frozen=True)
class Board:
    """Tell how deliveries stand at the end of a day; ``towns`` are those of the district."""

    happened: Sequence[Event]
    day: date
    towns: tuple[str, ...]
    events: tuple[Event, ...] = field(init=False)

    def __post_init__(self) -> None:
        until = [each for each in self.happened if day_of(each.when) <= self.day]
        object.__setattr__(self, "events", tuple(_in_order(until)))

    @cached_property
    def agreed(self) -> Agreed:
        said: dict[str, Any] = {}
        for event in self.events:
            if event.kind == "agreed":
                names = ("due_day", "expected", "scope", "since")
                said |= {n: getattr(event, n) for n in names if getattr(event, n) is not None}
        return Agreed(**said)

    @cached_property
    def expected_towns(self) -> tuple[str, ...]:
        """The towns that are expected to deliver: all, or those that ever did."""
        came = {cell.town for event in self._deliveries for cell in event.held}
        if self.agreed.scope == "all" or (self.agreed.scope is None and len(came) > 1):
            return self.towns
        return tuple(town for town in self.towns if town in came)

    @cached_property
    def tables(self) -> tuple[str, ...]:
        """The tables that are expected: those chosen, else those that any town has delivered."""
        came = {cell.table for event in self._deliveries for cell in event.held}
        wanted = came if self.agreed.expected is None else set(self.agreed.expected)
        return tuple(name for name in DATINGS if name in wanted)

    @cached_property
    def months(self) -> tuple[str, ...]:
        """The months from the first asked for to that of the day, the newest first."""
        starts = [start for name in self.tables if (start := self.since(name))]
        if not starts:
            return ()
        first, months = min(starts), [month_of(self.day)]
        while months[-1] > first:
            months.append(month_after(months[-1], -1))
        return tuple(months)

    @cached_property
    def _deliveries(self) -> list[Event]:
        return [each for each in self.events if each.kind in ("received", "returned", "nothing")]

    @cached_property
    def _starts(self) -> dict[str, str]:
        """From which month each table is asked for: the newest that its first day's files held.

        What these held of earlier months is history, which was not asked for in its time. A table
        that is not monthly is asked for with the monthly ones that came on its first day.
        """
        first_days: dict[str, date] = {}
        newest: dict[tuple[date, str], str] = {}
        for event in self._deliveries:
            day = day_of(event.when)
            for cell in event.held:
                first_days.setdefault(cell.table, day)
                month = min(cell.month, self._asked_on(day))
                newest[day, cell.table] = max(newest.get((day, cell.table), ""), month)
                newest[day, ""] = max(newest.get((day, ""), ""), month)
        return {
            table: newest[day, table] or newest[day, ""] or self._asked_on(day)
            for table, day in first_days.items()
        }

    def _asked_on(self, day: date) -> str:
        """Say which month is asked for on a day: the last, until it has fallen due."""
        last = month_after(month_of(day), -1)
        return last if day <= due_on(last, self.agreed.due_day) else month_of(day)

    def since(self, table: str) -> str:
        """Say from which month a table is asked for; empty if none was agreed and none came."""
        if self.agreed.since:
            return self.agreed.since
        starts = self._starts
        return starts.get(table) or min(starts.values(), default="")

    @cached_property
    def _of_cells(self) -> dict[tuple[str, str], list[tuple[Event, Held]]]:
        found = defaultdict(list)
        for event in self.events:
            for cell in event.held:
                found[cell.town, cell.table].append((event, cell))
        return found

    @cached_property
    def locks(self) -> Mapping[str, set[str]]:
        return locked_months(self.events)

    def cell(self, town: str, table: str, month: str) -> Cell:
        """Say how a town's delivery of a table for a month stands."""
        due = due_on(month, self.agreed.due_day)
        received: list[tuple[Event, Held]] = []
        returned: Event | None = None
        was_returned = False
        restated = []
        for event, held in self._of_cells[town, table]:
            if held.month not in ("", month):
                continue
            if event.kind == "restated":
                restated.append(event.reason)
            elif event.kind == "returned":
                returned, was_returned = event, True
            elif event.kind == "withdrawn":
                returned, was_returned = None, False
            elif event.kind in ("received", "nothing"):
                received.append((event, held))
                returned = None
        is_locked = month in self.locks[table]
        first = day_of(received[0][0].when) if received else None
        start = self.since(table)
        is_asked = bool(start) and month >= start
        is_late = is_asked and first is not None and first > due
        if received and is_locked:
            standing = Standing.LOCKED
        elif returned:
            standing = Standing.RETURNED
        elif received:
            usual = Standing.LATE if is_late else Standing.RECEIVED
            standing = Standing.CORRECTED if was_returned else usual
        elif not is_asked:
            standing = Standing.NOT_ASKED
        else:
            standing = Standing.NOT_DUE if self.day <= due else Standing.MISSING
        newest = received[-1] if received else None
        faulty = returned if standing is Standing.RETURNED else None
        return Cell(
            standing,
            due,
            day_of(newest[0].when) if newest else None,
            newest[1].rows if newest else 0,
            is_late,
            is_locked,
            faulty.faults if faulty else (),
            faulty.files if faulty else (),
            tuple(restated),
        )

    def owed(self, town: str) -> list[Owed]:
        """List what a town owes on the day, by table; months in order."""
        owed = []
        for table in self.tables:
            months = list(reversed(self.months))
            if not DATINGS[table].is_monthly:  # a register is asked for once
                overdue = [m for m in months if due_on(m, self.agreed.due_day) < self.day]
                months = (overdue or months)[-1:]
            cells = {month: self.cell(town, table, month) for month in months}
            missing = tuple(m for m, cell in cells.items() if cell.standing is Standing.MISSING)
            returned = tuple(
                (m, cell.faults) for m, cell in cells.items() if cell.standing is Standing.RETURNED
            )
            if missing or returned:
                owed.append(Owed(town, table, missing, returned))
        return owed


# Words ------------------------------------------------------------------------------------


def reminder(board: Board, town: str, names: Mapping[str, Words]) -> Words | None:
    """Write a text that asks a town for what it owes; None where it owes nothing."""
    owed = board.owed(town)
    if not owed:
        return None
    lines = [message("deliveries.remind", town=names[town], day=f"{board.day:%Y-%m-%d}")]
    for owing in owed:
        label = NAMED[owing.table].label
        if owing.missing:
            due = due_on(owing.missing[-1], board.agreed.due_day).isoformat()
            months = _months(owing.table, owing.missing)
            key = "deliveries.missing" if len(owing.missing) == 1 else "deliveries.missing_months"
            lines.append(message(key, table=label, months=months, due=due))
        for faults, returned in _by_faults(owing).items():
            mine = [each for each in faults if each.table in ("", owing.table)]
            told = [message("deliveries.fault", what=f.what, count=f.cells) for f in mine]
            what = (
                message("deliveries.faults", faults=told) if told else message("deliveries.beside")
            )
            lines.append(
                message(
                    "deliveries.returned",
                    table=label,
                    months=_months(owing.table, returned),
                    faults=what,
                )
            )
    return Words("\n".join(each.zh for each in lines), "\n".join(each.en for each in lines))


def _by_faults(owed: Owed) -> dict[tuple[FaultCount, ...], list[str]]:
    by_faults: dict[tuple[FaultCount, ...], list[str]] = defaultdict(list)
    for month, faults in owed.returned:
        by_faults[faults].append(month)
    return by_faults


def _months(table: str, months: Sequence[str]) -> Words:
    """Name months, those that follow each other by their first and last."""
    if not DATINGS[table].is_monthly:
        return message("deliveries.register")
    spans: list[list[str]] = []
    for month in sorted(months):
        if spans and month == month_after(spans[-1][-1]):
            spans[-1].append(month)
        else:
            spans.append([month])
    told = [_span(each) for each in spans]
    return Words("、".join(each.zh for each in told), ", ".join(each.en for each in told))


def _span(months: Sequence[str]) -> Words:
    if len(months) == 1:
        return Words(months[0], months[0])
    return message("deliveries.span", first=months[0], last=months[-1])


def reminders(board: Board, names: Mapping[str, Words]) -> dict[str, Words]:
    """Write the reminder of each town that owes something."""
    texts = {town: reminder(board, town, names) for town in board.expected_towns}
    return {town: text for town, text in texts.items() if text}


def cell_words(cell: Cell) -> Words:
    """Say how a cell stands, with its sign; late, locked, restated where its state does not."""
    notes = []
    if cell.is_late and cell.standing is not Standing.LATE:
        notes.append(Standing.LATE.words)
    if cell.is_locked and cell.standing is not Standing.LOCKED:
        notes.append(Standing.LOCKED.words)
    if cell.restated:
        notes.append(message("deliveries.restated"))
    sign, words = cell.standing.sign, cell.standing.words
    zh = "，".join(each.zh for each in notes)
    en = ", ".join(each.en for each in notes)
    return Words(
        f"{sign} {words.zh}" + (f"（{zh}）" if notes else ""),
        f"{sign} {words.en}" + (f" ({en})" if notes else ""),
    )


def together(cells: Sequence[Cell]) -> tuple[Standing, int]:
    """Say of several cells what matters most, and of how many of them it holds."""
    standings = [cell.standing for cell in cells]
    worst = next((each for each in _MATTERS if each in standings), Standing.NOT_ASKED)
    return worst, standings.count(worst)


def rows_of(
    board: Board, months: Iterable[str], names: Mapping[str, Words]
) -> list[dict[str, Any]]:
    """List how each town's delivery of each table stands, for some months."""
    return [
        {
            "month": month,
            "town_code": town,
            "town": names[town].zh,
            "table": table,
            "state": cell.standing.name.lower(),
            "state_zh": cell.standing.words.zh,
            "due_on": cell.due_on.isoformat(),
            "received_on": cell.received_on.isoformat() if cell.received_on else None,
            "rows": cell.rows,
            "is_late": cell.is_late,
            "is_locked": cell.is_locked,
            "fault_count": sum(fault.cells for fault in cell.faults),
            "restated": "；".join(cell.restated),
        }
        for month in months
        for town in board.expected_towns
        for table in board.tables
        for cell in [board.cell(town, table, month)]
    ]


def usual_month(board: Board) -> str:
    """Say which month one looks at first: the last that has ended, if any is asked for."""
    ended = month_after(month_of(board.day), -1)
    return ended if ended in board.months or not board.months else board.months[0]
