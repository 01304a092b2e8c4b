"""Find what a load would change of locked months, and refuse it in a sentence."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from pathlib import Path

import pandas as pd
import pyarrow.compute as compute
import pyarrow.parquet as parquet

from dashboard.contract.problem import Problem
from dashboard.contract.tables import NAMED
from dashboard.contract.words import Words
from dashboard.intake.deliveries import locked_months
from dashboard.intake.faults import Check
from dashboard.intake.merging import merge
from dashboard.intake.messages import message
from dashboard.intake.months import Whereabouts, touched
from dashboard.intake.personal import shown
from dashboard.warehouse.delivery_log import Held, read_log
from dashboard.warehouse.uploads import State

Locks = Mapping[str, Set[str]]


def locks_in_force(own: Path) -> Locks:
    """Read which months of which tables are locked."""
    locks = {t: months for t, months in locked_months(read_log(own).events).items() if months}
    if attended := locks.get("attendance"):
        # Attendances are of their activities' days: those stand still with them.
        locks["activity"] = locks.get("activity", set()) | attended
    return locks


def touched_by(check: Check, state: State | None, where: Whereabouts, locks: Locks) -> list[Held]:
    """Count the rows of locked months that rows to be loaded would add or change."""
    found: list[Held] = []
    for name in check.frames.keys() & locks.keys():
        old = _rows(state, name, where, locks[name])
        rows, _, _ = merge(NAMED[name], old, check.frames[name], check.unsaid.get(name))
        found += touched(name, old, rows, where, locks[name])
    return sorted(found)


def touched_between(
    before: State | None, after: State | None, where: Whereabouts, locks: Locks
) -> list[Held]:
    """Count the rows of locked months that differ between two states."""
    found: list[Held] = []
    for name, months in locks.items():
        files = [state.file(name) for state in (before, after) if state is not None]
        there = [file for file in files if file.is_file()]
        if not there or len(there) == 2 and there[0].samefile(there[1]):
            continue
        was, now = (_rows(state, name, where, months) for state in (before, after))
        found += touched(name, was, now, where, months)
    return sorted(found)


def _rows(
    state: State | None, name: str, where: Whereabouts, months: Iterable[str]
) -> pd.DataFrame:
    """Read a table's rows; of attendances, which may be very many, those of some months alone."""
    if state is None or not state.file(name).is_file():
        return pd.DataFrame(columns=[column.name for column in NAMED[name].columns])
    if name != "attendance":
        return state.frame(name)
    is_within = where.activities["held_on"].dt.strftime("%Y-%m").isin(set(months))
    codes = list(where.activities.index[is_within])
    chosen = compute.field("activity_code").isin(codes)
    return parquet.read_table(state.file(name), filters=chosen).to_pandas()


def refusal(key: str, found: Sequence[Held], towns: Mapping[str, Words]) -> Problem:
    """Say what of locked months would be changed, and what can be done."""
    named = [towns.get(code, Words(code, code)) for code in sorted({each.town for each in found})]
    return Problem(message(key, months=_months(found), tables=_tables(found), towns=named))


def checked_line(found: Sequence[Held]) -> Words:
    """Say before a load what of locked months it would change."""
    return message("locked.checked", months=_months(found), tables=_tables(found))


def restated_line(found: Sequence[Held], reason: str) -> Words:
    """Say what of locked months was changed, and why."""
    return message(
        "locked.restated", months=_months(found), tables=_tables(found), reason=shown(reason)
    )


def _months(found: Sequence[Held]) -> list[str]:
    return sorted({each.month for each in found})


def _tables(found: Sequence[Held]) -> list[Words]:
    rows: Counter[str] = Counter()
    for each in found:
        rows[each.table] += each.rows
    return [
        message("locked.table", table=NAMED[name].label, count=count)
        for name, count in rows.items()
    ]
