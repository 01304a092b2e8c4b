"""Write the sentences that stand above a page, by rule, from counted data only."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from dashboard.language import Say

MOST_NAMES = 3


@dataclass(frozen=True)
class Headline:
    """Say the state in one sentence, and what changed and how sure one can be in a second."""

    state: str
    change: str


def towns_named(say: Say, names: Sequence[str], *, most: int = MOST_NAMES, first: int = 1) -> str:
    """Name towns so that the sentence stays short: of more than ``most`` the ``first`` and how many
    there are."""
    if len(names) <= most:
        return say.listed(list(names))
    return say("{first}等 {count} 个街镇", first=say.listed(list(names[:first])), count=len(names))


def towns_told(say: Say, names: Sequence[str], *, names_towns: bool) -> str:
    """Name the towns of which something is said, or only say how many they are."""
    return towns_named(say, names) if names_towns else say("{count} 个街镇", count=len(names))


def foremost(rows: pd.DataFrame, column: str, *, count: int) -> pd.DataFrame:
    """Keep the ``count`` rows with most of something, and all that equal the last of them.

    Where these are more than ``MOST_NAMES``, the equals are left out rather than some of them named;
    so that nothing may be left. Rows: ``key`` and the column.
    """
    values, keys = rows[column].tolist(), rows["key"].tolist()
    ordered = sorted(range(len(rows)), key=lambda at: (-values[at], keys[at]))
    if len(ordered) > count:
        last = values[ordered[count - 1]]
        named = [at for at in ordered if values[at] >= last]
        ordered = named if len(named) <= MOST_NAMES else [at for at in named if values[at] > last]
    return rows.take(ordered)


def largest_gaps(towns: pd.DataFrame, *, count: int = 2) -> pd.DataFrame:
    """Find the towns with most communities outside committee governance; none without any."""
    left = towns[towns["grid_community_count"] > 0]
    return foremost(left, "grid_community_count", count=count)
