"""Say from which tables each counted column comes, so that what was not loaded is never a 0.

A query joins tables that may be empty because nobody has loaded them. Its counts of such a table
would be 0, which says something nobody knows: they are missing instead.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from dashboard.contract.indicator_table import INDICATORS, Indicator
from dashboard.contract.measures import MEASURES
from dashboard.contract.tables import TABLES

# A column that stands in one table alone is of that table.
_STANDS_IN: Mapping[str, list[str]] = {
    name: [table.name for table in TABLES if name in {c.name for c in table.columns}]
    for name in {column.name for table in TABLES for column in table.columns}
}
LINEAGE: Mapping[str, frozenset[str]] = {
    **{name: frozenset(there) for name, there in _STANDS_IN.items() if len(there) == 1},
    **{each.name: frozenset(each.source_tables) for each in MEASURES},
}
# What counts are divided by tells nothing alone.
_DIVIDES = frozenset(
    {"resident_month_count", "month_count", "possible_aspect_count", "measured_resident_count"}
)


def source_tables(columns: Iterable[str]) -> frozenset[str]:
    """Name the tables that any of the columns is counted from."""
    return frozenset().union(*(LINEAGE.get(name, frozenset()) for name in columns))


def unlocks(wanted: Iterable[str]) -> tuple[Indicator, ...]:
    """List the indicators that can't be told without any of these tables."""
    asked = frozenset(wanted)
    return tuple(each for each in INDICATORS if asked & sources_of(each))


def sources_of(indicator: Indicator) -> frozenset[str]:
    """Name the tables without which an indicator can't be told."""
    return source_tables({indicator.numerator, indicator.denominator or indicator.numerator})


def mask_unloaded(
    rows: pd.DataFrame, keys: Collection[str], missing: Collection[str]
) -> pd.DataFrame:
    """Return the rows with every count missing that rests on a table that was not loaded."""
    gone = _unloaded(missing, [name for name in rows.columns if name not in keys])
    if not gone:
        return rows
    return rows.assign(
        **{name: None if rows[name].dtype == bool else np.nan for name in gone},
    )


def is_all_unloaded(
    columns: Sequence[str], keys: Collection[str], missing: Collection[str]
) -> bool:
    """Tell whether all that the columns count rests on tables that were not loaded."""
    counts = [
        name for name in columns if name in LINEAGE and name not in keys and name not in _DIVIDES
    ]
    return bool(counts) and len(_unloaded(missing, counts)) == len(counts)


def _unloaded(missing: Collection[str], columns: Iterable[str]) -> list[str]:
    there = frozenset(missing)
    return [name for name in columns if LINEAGE.get(name, frozenset()) & there]
