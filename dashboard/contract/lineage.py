"""Say from which tables and columns each counted column comes, so that what was not loaded is never a 0.

A query joins tables that may be empty because nobody has loaded them, and adds up columns that may
be empty because nobody records them. Its counts of such would be 0, which says something nobody
knows: they are missing instead. A source is a table, "occupancy", or a column of one that may be
left out, "occupancy.let_count".
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from dashboard.contract.indicator_table import INDICATORS, Indicator
from dashboard.contract.measures import MEASURES
from dashboard.contract.tables import COLUMN_GROUPS, NAMED, TABLES, UNSTATED_TIER
from dashboard.contract.words import Words

# A column that stands in one table alone is of that table.
_STANDS_IN: Mapping[str, list[str]] = {
    name: [table.name for table in TABLES if name in {c.name for c in table.columns}]
    for name in {column.name for table in TABLES for column in table.columns}
}
LINEAGE: Mapping[str, frozenset[str]] = {
    **{name: frozenset(there) for name, there in _STANDS_IN.items() if len(there) == 1},
    **{each.name: frozenset(each.source_tables) for each in MEASURES},
}
_LEFT_OUT = frozenset(source for group in COLUMN_GROUPS for source in group.sources)
_OF_COLUMNS: Mapping[str, frozenset[str]] = {
    **{
        name: frozenset({f"{there[0]}.{name}"})
        for name, there in _STANDS_IN.items()
        if len(there) == 1 and f"{there[0]}.{name}" in _LEFT_OUT
    },
    **{each.name: frozenset(each.source_columns) for each in MEASURES if each.source_columns},
    # Targets have a tier too, but say nothing without the housing of theirs.
    "tier": frozenset({"occupancy.tier"}),
    # Moves count where residents, by whom they are divided, were reported.
    **{
        name: frozenset({f"occupancy.{name}", "occupancy.resident_count"})
        for name in ("move_in_count", "move_out_count")
    },
}
# What counts are divided by tells nothing alone.
_DIVIDES = frozenset(
    {"resident_month_count", "month_count", "possible_aspect_count", "measured_resident_count"}
)


def source_tables(columns: Iterable[str]) -> frozenset[str]:
    """Name the tables that any of the columns is counted from."""
    return frozenset().union(*(LINEAGE.get(name, frozenset()) for name in columns))


def sources(columns: Iterable[str]) -> frozenset[str]:
    """Name the tables, and of their columns those that may be left out, that any of the columns is
    counted from."""
    return frozenset().union(*map(_sources, columns))


def _sources(column: str) -> frozenset[str]:
    return LINEAGE.get(column, frozenset()) | _OF_COLUMNS.get(column, frozenset())


def unrecorded(table: str, rows: pd.DataFrame) -> list[str]:
    """Name the sources among a table's columns of which no row says anything."""
    nothing_said = {"tier": lambda column: (column == UNSTATED_TIER).all()}
    return [
        f"{table}.{name}"
        for group in COLUMN_GROUPS
        if group.table == table and len(rows)
        for name in group.columns
        if nothing_said.get(name, lambda column: column.isna().all())(rows[name])
    ]


def unlocks(wanted: Iterable[str]) -> tuple[Indicator, ...]:
    """List the indicators that can't be told without any of these tables or columns."""
    asked = frozenset(wanted)
    return tuple(each for each in INDICATORS if asked & sources_of(each))


def held_by(source: str) -> Words | None:
    """Say who usually has a table, or a column of one that may be left out ("occupancy.let_count")."""
    groups = (group.held_by for group in COLUMN_GROUPS if source in group.sources)
    return next(groups, NAMED[source.partition(".")[0]].held_by)


def sources_of(indicator: Indicator) -> frozenset[str]:
    """Name the tables and columns without which an indicator can't be told."""
    counted = {indicator.numerator, indicator.denominator or indicator.numerator}
    of_tier = {"occupancy.tier"} if indicator.tier is not None else set()
    return sources(counted) | of_tier


def mask_unloaded(
    rows: pd.DataFrame, keys: Collection[str], missing: Collection[str]
) -> pd.DataFrame:
    """Return the rows with every count missing that rests on what was not loaded."""
    gone = _unloaded(missing, [name for name in rows.columns if name not in keys])
    if not gone:
        return rows
    return rows.assign(**{name: _missing(rows[name]) for name in gone})


def mask_silent(
    rows: pd.DataFrame,
    keys: Collection[str],
    towns: Sequence[str],
    silent: Mapping[str, Collection[str]],
) -> pd.DataFrame:
    """Return the rows with what nobody knows missing where a row's town sent no row of a table.

    ``towns``: each row's town; ``silent``: by table the towns that sent none. Of what rests on such
    tables alone all is missing; of what rests on others too, nothing and no: a yes is one.
    """
    changed = {}
    for name in rows.columns:
        tables = LINEAGE.get(name, frozenset())
        if name in keys or tables.isdisjoint(silent):
            continue
        lacking = [sum(town in silent.get(table, ()) for table in tables) for town in towns]
        is_gone = np.array([count == len(tables) for count in lacking], dtype=bool)
        if max(lacking, default=0):
            is_nothing = rows[name].isin([0, False]).to_numpy(bool)
            is_gone |= is_nothing & np.array(lacking, dtype=bool)
        if is_gone.any():
            kept = rows[name].astype(object) if rows[name].dtype == bool else rows[name]
            changed[name] = kept.mask(is_gone, _missing(rows[name]))
    return rows.assign(**changed) if changed else rows


def _missing(column: pd.Series) -> Any:
    """Give what stands for a missing value in a column of its kind."""
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        return pd.Series(pd.NaT, column.index, dtype=column.dtype)
    return np.nan if column.dtype.kind in "iuf" or column.dtype == object else None


def is_all_unloaded(
    columns: Sequence[str], keys: Collection[str], missing: Collection[str]
) -> bool:
    """Tell whether all that the columns count rests on what was not loaded, or is told by it."""
    if _unloaded(missing, keys):
        return True
    counts = [
        name for name in columns if name in LINEAGE and name not in keys and name not in _DIVIDES
    ]
    return bool(counts) and len(_unloaded(missing, counts)) == len(counts)


def _unloaded(missing: Collection[str], columns: Iterable[str]) -> list[str]:
    there = frozenset(missing)
    return [name for name in columns if _sources(name) & there]
