"""Say which of one's own tables stand, which come next, and what each unlocks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from dashboard.contract.fields import Table
from dashboard.contract.indicators import Indicator
from dashboard.contract.lineage import sources_of, unlocks
from dashboard.contract.tables import NAMED
from dashboard.contract.words import Words
from dashboard.warehouse.uploads import State

# A change is told between two months.
_LEAST_MONTHS = 2
# Its eight columns: the tables that they make, and what else may be left out of those.
_OF_REGISTER = frozenset(
    ("community", "governance", "occupancy", "occupancy.dwelling_count", "occupancy.resident_count")
)
_DATES = ("month", "held_on", "raised_on", "surveyed_on", "voted_on")


@dataclass(frozen=True)
class Rung:
    """Name a step and its tables; the first is handed out as a sheet to fill in."""

    label: Words
    tables: tuple[Table, ...]

    @property
    def table(self) -> Table:
        return self.tables[0]


RUNGS = (
    Rung(Words("名册", "Register"), (NAMED["community"],)),
    Rung(Words("治理日期", "Governance dates"), (NAMED["governance"],)),
    Rung(Words("月度入住", "Monthly occupancy"), (NAMED["occupancy"],)),
    Rung(Words("活动", "Activities"), (NAMED["activity"], NAMED["attendance"])),
    Rung(Words("提案", "Proposals"), (NAMED["proposal"],)),
)
MORE = tuple(
    Rung(NAMED[name].label, (NAMED[name],))
    for name in (
        "organisation", "space", "space_vote", "club", "monthly_record", "belonging_survey", "committee",
    )
)  # fmt: skip


@dataclass(frozen=True)
class Standing:
    """Say what stands of one table: rows, months and towns, and the last of its months."""

    rows: int
    months: int
    towns: int
    last: date | None


def rung_of(table_name: str) -> Rung | None:
    """Find the step on which a table stands."""
    return next(
        (each for each in (*RUNGS, *MORE) if table_name in {table.name for table in each.tables}),
        None,
    )


def standing(state: State | None) -> dict[str, Standing]:
    """Count what stands, by the names of tables."""
    if state is None:
        return {}
    communities = state.frame("community").set_index("community_code")["town_code"]
    return {name: _counted(state.frame(name), communities) for name in state.tables}


def _counted(rows: pd.DataFrame, towns: "pd.Series[str]") -> Standing:
    when = next((rows[name] for name in _DATES if name in rows), pd.Series(dtype="datetime64[s]"))
    months = pd.to_datetime(when.dropna()).dt.to_period("M")
    if "town_code" in rows:
        where = rows["town_code"]
    elif "community_code" in rows:
        # A community of the sample has its town in its code.
        codes = rows["community_code"].astype("object")
        where = codes.map(towns.to_dict()).astype("object").fillna(codes.astype(str).str[:9])
    else:
        where = pd.Series(dtype="object")
    last = months.max().to_timestamp().date() if len(months) else None
    return Standing(len(rows), months.nunique(), where.nunique(), last)


def is_up(rung: Rung, there: Mapping[str, Standing]) -> bool:
    """Tell whether a step stands; monthly occupancy needs two months to tell a change."""
    found = there.get(rung.table.name)
    if found is None or not found.rows:
        return False
    return rung.table.name != "occupancy" or found.months >= _LEAST_MONTHS


def next_rung(there: Mapping[str, Standing]) -> Rung | None:
    """Find the first step that does not stand yet."""
    return next((rung for rung in RUNGS if not is_up(rung, there)), None)


def unlocked(rung: Rung) -> tuple[Indicator, ...]:
    """List the indicators that a step unlocks: those that rest on it and on none that is still to
    come. The register is one sheet of three tables, without the columns that may be left out."""
    if rung is RUNGS[0]:
        own = unlocks(_OF_REGISTER)
        return tuple(each for each in own if sources_of(each) <= _OF_REGISTER)
    own = unlocks(table.name for table in rung.tables)
    to_come = {table.name for each in _after(rung) for table in each.tables}
    return tuple(each for each in own if not to_come & sources_of(each))


def _after(rung: Rung) -> tuple[Rung, ...]:
    return (*RUNGS[RUNGS.index(rung) + 1 :], *MORE) if rung in RUNGS else ()
