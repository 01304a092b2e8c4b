"""Say from which tables each counted column comes, so that what was not loaded is never a 0.

A query joins tables that may be empty because nobody has loaded them. Its counts of such a table
would be 0, which says something nobody knows: they are missing instead.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from dashboard.contract.tables import TABLES

_COUNTED_FROM: Mapping[tuple[str, ...], tuple[str, ...]] = {
    ("community",): (
        "community_count", "home_count", "opened_count", "closed_count", "possible_aspect_count",
        "neighbour_distance_m",
    ),
    ("community", "governance"): (
        "committee_community_count", "grid_community_count", "newly_covered_count",
    ),
    ("community", "governance", "occupancy"): (
        "committee_resident_count", "newly_covered_resident_count", "own_count",
    ),
    ("community", "occupancy"): ("months_open_count",),
    ("occupancy",): (
        "bed_supply_count", "bed_change_count", "resident_month_count", "month_count",
        "over_let_count", "supply_qualifier", "resident_qualifier",
    ),
    ("occupancy", "supply_target"): ("gap_count", "days_left_count"),
    ("organisation",): (
        "own_branch_community_count", "service_station_community_count",
        "social_work_station_community_count", "has_own_branch", "has_service_station",
        "has_social_work_station", "station_area_m2",
    ),
    ("organisation", "occupancy"): ("measured_resident_count",),
    ("organisation", "activity", "proposal"): ("effective_community_count", "is_effective"),
    ("activity",): (
        "activity_count", "days_quiet_count", "days_known_count", "served_community_count", "delivered_aspect_count",
        "breakdown", "category",
    ),
    ("activity", "attendance"): (
        "attendance_count", "participant_count", "repeat_participant_count",
        "first_time_participant_count", "resident_attendance_count", "least_attendances",
        "lorenz_sum", "attendance_log_sum", "first_month",
    ),
    ("proposal",): (
        "proposal_count", "settled_count", "overdue_count", "accepted_count", "prompt_count",
        "followed_count", "in_time_count", "self_service_count", "day_count", "is_settled",
        "open_day_count",
    ),
    ("committee",): ("town_committee_count", "neighbour_committee_count"),
    ("town",): ("neighbour_town_code",),
    ("project_report",): ("published_columns",),
}  # fmt: skip
# A column that stands in one table alone is of that table.
_STANDS_IN: Mapping[str, list[str]] = {
    name: [table.name for table in TABLES if name in {c.name for c in table.columns}]
    for name in {column.name for table in TABLES for column in table.columns}
}
LINEAGE: Mapping[str, frozenset[str]] = {
    **{name: frozenset(there) for name, there in _STANDS_IN.items() if len(there) == 1},
    **{name: frozenset(there) for there, names in _COUNTED_FROM.items() for name in names},
}
# What counts are divided by tells nothing alone.
_DIVIDES = frozenset(
    {"resident_month_count", "month_count", "possible_aspect_count", "measured_resident_count"}
)


def source_tables(columns: Iterable[str]) -> frozenset[str]:
    """Name the tables that any of the columns is counted from."""
    return frozenset().union(*(LINEAGE.get(name, frozenset()) for name in columns))


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
