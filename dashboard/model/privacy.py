"""Hide counts of few persons, so that nobody is known from a number.

Every answer of a named query goes through here, so that pages, files, the command line and SQL
results hide the same cells. Hidden cells are missing. Nought is shown: it is of nobody.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dashboard.model.measures import FIELDS, NEVER_ADDED
from dashboard.model.tables import PERSONS, TIMES

# Five within the administration; ten is usual for what is published. Both are assumptions.
USUAL_LEAST = 5

# Capacity is of rooms, and what was published has been told already.
_NOT_OF_PERSONS = frozenset({"capacity_count", "reported_residents"})
OF_PERSONS = (
    frozenset(name for name, field in FIELDS.items() if field.unit in (PERSONS, TIMES))
    - _NOT_OF_PERSONS
)


# Who is in the whole and not in the part is a count of persons as well.
_WHOLE_OF = {
    "repeat_participant_count": "participant_count",
    "first_time_participant_count": "participant_count",
}

# A share tells its part as well as a count does.
_SHARE_OF = {"youth_share": "resident_count"}

# What may be hidden.
OF_FEW = OF_PERSONS | _SHARE_OF.keys()


def hide_small(rows: pd.DataFrame, keys: Sequence[str], *, least: int) -> pd.DataFrame:
    """Hide counts of persons from 1 to below ``least``, and what would give them away.

    ``keys`` are the columns of the rows' grain. Where exactly one cell among those that add up
    to a known total is hidden, the next smallest is hidden with it. Counts of distinct persons
    don't add up, so that no total gives them away. A part of which few of the whole are left out
    is hidden too, and a share where its whole, its part or the others are so few.
    """
    hidden: dict[str, NDArray[np.bool_]] = {}
    groups: list[NDArray[np.intp]] | None = None
    for name in rows.columns:
        if name not in OF_PERSONS:
            continue
        counts = rows[name].to_numpy("float64", na_value=np.nan)
        small = (counts >= 1) & (counts < least)
        whole = _WHOLE_OF.get(name)
        if whole in rows.columns:
            others = rows[whole].to_numpy("float64", na_value=np.nan) - counts
            small |= (others >= 1) & (others < least)
        if not small.any():
            continue
        if name not in NEVER_ADDED:
            groups = _totals(rows, keys) if groups is None else groups
            for group in groups:
                small = _guarded(counts, small, group)
        hidden[name] = small
    for name, whole in _SHARE_OF.items():
        if name in rows.columns and whole in rows.columns:
            hidden[name] = _few_in(rows[name], rows[whole], least)
    return rows.assign(
        **{name: rows[name].astype("Float64").mask(mask) for name, mask in hidden.items()}
    )


def _few_in(shares: pd.Series, wholes: pd.Series, least: int) -> NDArray[np.bool_]:
    """Tell which shares are of few persons, or of all but few."""
    count = wholes.to_numpy("float64", na_value=np.nan)
    part = np.rint(shares.to_numpy("float64", na_value=np.nan) * count)
    small = (part >= 1) & (part < least) | (count - part >= 1) & (count - part < least)
    return small | (count < least)


def _totals(rows: pd.DataFrame, keys: Sequence[str]) -> list[NDArray[np.intp]]:
    """Number the groups of rows that add up to a total: over each key but the month."""
    groups = []
    for key in keys:
        if key == "month":
            continue
        others = [other for other in keys if other != key]
        if key == "community_code" and "town_code" in rows.columns:
            others.append("town_code")
        if others:
            groups.append(rows.groupby(others, dropna=False).ngroup().to_numpy())
        else:
            groups.append(np.zeros(len(rows), dtype=np.intp))
    return groups


def _guarded(
    counts: NDArray[np.float64], small: NDArray[np.bool_], group: NDArray[np.intp]
) -> NDArray[np.bool_]:
    """Hide the next smallest in every group in which one cell alone is hidden."""
    has_one = np.bincount(group, weights=small) == 1
    shown = np.flatnonzero(has_one[group] & ~small & (counts > 0))
    # By group, the smallest first, the first of equals first.
    shown = shown[np.lexsort((counts[shown], group[shown]))]
    _, smallest = np.unique(group[shown], return_index=True)
    guarded = small.copy()
    guarded[shown[smallest]] = True
    return guarded
