"""Record what becomes of deliveries: returned to a town, locked, agreed otherwise."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from dashboard.contract.problem import Problem
from dashboard.contract.words import Words
from dashboard.intake import gazetteer
from dashboard.intake.deliveries import Board, day_of, month_after, month_of, receipts
from dashboard.intake.faults import Check, Fault
from dashboard.intake.loading import Places, known_towns
from dashboard.intake.messages import message
from dashboard.intake.months import DATINGS
from dashboard.intake.personal import shown
from dashboard.intake.values import option_key
from dashboard.warehouse.delivery_log import Event, FaultCount, Held, Kind, append, now, read_log
from dashboard.warehouse.published import read_published
from dashboard.warehouse.uploads import current_state, locked

MOST_KINDS = 12
_MONTH = re.compile(r"(20\d\d)(?:[年./_-] ?(1[0-2]|0?[1-9])(?!\d)|(1[0-2]|0[1-9])(?!\d))")


@dataclass(frozen=True)
class Said:
    """Hold what was said by hand of a returned file: whose it is, of which tables and month."""

    towns: Collection[str] = ()
    tables: Collection[str] = ()
    month: str = ""


def record(places: Places, event: Event) -> Event:
    """Add an event to the log, while nothing is loaded."""
    with locked(places.own):
        append(places.own, event)
    return event


def towns_register(places: Places) -> gazetteer.Towns:
    """Make the register by which towns are found by any of their names."""
    return gazetteer.Towns(read_published(places.data)["town"])


def of_file(check: Check, name: str) -> Check:
    """Take what a check found in one of several files; whose its rows are is known where all are one town's."""
    recognised = [found for found in check.recognised if found.sheet.file == name]
    tables = {found.table.name for found in recognised if found.table is not None}
    is_one = len({cell.town for cell in check.held}) == 1
    return replace(
        check,
        files=[file for file in check.files if file.name == name],
        faults=[fault for fault in check.faults if fault.file == name],
        recognised=recognised,
        held=[cell for cell in check.held if is_one and cell.table in tables],
    )


def returned(check: Check, register: gazetteer.Towns, said: Said, who: str) -> Event:
    """Tell that files with faults go back: to which towns, for which tables and months.

    What is not said by hand is found in the rows, else in the names of files and sheets. Raises
    Problem that asks for what can't be found.
    """
    names = [file.name for file in check.files]
    names += [found.sheet.name for found in check.recognised]
    cells = concerned(check.held, check, names, register, said, day_of(now()))
    return Event(
        "returned", now(), who, tuple(cells), fault_counts(check), files=_files_shown(check)
    )


def likely_towns(check: Check, register: gazetteer.Towns, unread: Sequence[str] = ()) -> list[str]:
    """Find whose the files with faults may be; of several, or ``unread`` ones, names alone tell."""
    names = list(dict.fromkeys([*(fault.file for fault in check.faults), *unread]))
    towns = {cell.town for cell in check.held} if len(check.files) == 1 else set()
    for name in names if not towns else ():
        towns.update(towns_in(name, register))
    return sorted(towns & set(register.titles))


def unreadable(
    names: Sequence[str], problem: Problem, register: gazetteer.Towns, said: Said, who: str
) -> Event:
    """Tell that files which can't be read at all go back."""
    cells = concerned([], Check(), names, register, said, day_of(now()))
    first = problem.problems[0]
    what = Words(shown(first.zh), shown(first.en))
    faults = (FaultCount("unreadable", what, 1),)
    return Event("returned", now(), who, tuple(cells), faults, files=tuple(map(shown, names)))


def concerned(
    held: Sequence[Held],
    check: Check,
    names: Sequence[str],
    register: gazetteer.Towns,
    said: Said,
    day: date,
) -> list[Held]:
    """List the towns, tables and months that files are of."""
    found = [found.table.name for found in check.recognised if found.table is not None]
    tables = [name for name in said.tables or dict.fromkeys(found) if name in DATINGS]
    if not tables:
        raise Problem(message("deliveries.ask_table", tables=list(DATINGS)))
    there = [cell for cell in held if cell.table in tables]
    towns = list(said.towns) or sorted({cell.town for cell in there})
    towns = towns or next(filter(None, (towns_in(name, register) for name in names)), [])
    if not towns:
        raise Problem(message("deliveries.ask_town", files=[shown(name) for name in names[:1]]))
    usual = (
        said.month or next(filter(None, map(month_in, names)), "") or month_after(month_of(day), -1)
    )
    cells = []
    for table in tables:
        for town in towns:
            is_of_both = [each for each in there if (each.town, each.table) == (town, table)]
            if said.month:
                is_of_both = [each for each in is_of_both if each.month in ("", said.month)]
            month = usual if DATINGS[table].is_monthly else ""
            cells += is_of_both or [Held(town, table, month)]
    return cells


def fault_counts(check: Check) -> tuple[FaultCount, ...]:
    """Count faults by what is wrong, the commonest first."""
    tables: dict[tuple[str, str], set[str]] = defaultdict(set)
    for found in check.recognised:
        if found.table is not None:
            tables[found.sheet.file, found.sheet.name].add(found.table.name)

    def table(fault: Fault) -> str:
        names = tables[fault.file, fault.sheet]
        return next(iter(names)) if len(names) == 1 else ""

    counts = Counter((fault.code, fault.what, table(fault)) for fault in check.faults)
    return tuple(
        FaultCount(code, Words(shown(what.zh), shown(what.en)), count, name)
        for (code, what, name), count in counts.most_common(MOST_KINDS)
    )


def towns_in(text: str, register: gazetteer.Towns) -> list[str]:
    """Find the towns that a file's or sheet's name names; the longest name is meant."""
    rest = option_key(text)
    found: set[str] = set()
    names = [name for name in register.names if _is_telling(name)]
    for name in sorted(names, key=len, reverse=True):
        if name in rest and len(register.names[name]) == 1:
            rest = rest.replace(name, " ")
            found |= register.names[name]
    return sorted(found)


def _is_telling(name: str) -> bool:
    if name in gazetteer.AMBIGUOUS or name.isdecimal():
        return False
    return len(name) >= (5 if name.isascii() else 2)


def month_in(text: str) -> str:
    """Find the month that a file's or sheet's name names; empty if none."""
    match = _MONTH.search(text)
    return f"{match[1]}-{int(match[2] or match[3]):02}" if match else ""


def _files_shown(check: Check) -> tuple[str, ...]:
    faulty = dict.fromkeys(fault.file for fault in check.faults)
    return tuple(shown(name) for name in faulty or [file.name for file in check.files])


def stated(kind: Kind, said: Said, month: str, who: str) -> Event:
    """Make the event that towns have nothing of some tables, or that a return is withdrawn."""
    if not said.towns or not said.tables:
        raise Problem(message("deliveries.ask_both"))
    held = [
        Held(town, table, month if DATINGS[table].is_monthly else "")
        for town in said.towns
        for table in said.tables
    ]
    return Event(kind, now(), who, tuple(held))


def board_of(places: Places, day: date) -> tuple[Board, list[Words]]:
    """Gather the log and the loads in force; return the board and what is damaged of the log."""
    log, state = read_log(places.own), current_state(places.own)
    events = [*log.events, *receipts(state.batches if state else [])]
    return Board(events, day, tuple(known_towns(places))), log.warnings()


def lock(
    places: Places,
    months: Sequence[str],
    tables: Sequence[str],
    who: str,
    *,
    reason: str = "",
    is_undone: bool = False,
) -> Event:
    """Lock months of some tables, or of all; or unlock them."""
    kind: Kind = "unlocked" if is_undone else "locked"
    event = Event(
        kind, now(), who, months=tuple(months), tables=tuple(tables), reason=shown(reason)
    )
    return record(places, event)
