"""Hide counts of few persons, so that nobody is known from a number.

Every answer of a named query and every table goes through here, so that pages, files, the command
line and SQL results hide the same cells. Hidden cells are missing. Nought is shown: it is of nobody.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.arrays import FloatingArray

from dashboard.contract.columns import as_floats
from dashboard.contract.measures import FIELDS, NEVER_ADDED
from dashboard.contract.tables import PERSONS, TIMES

# Five within the administration; ten is usual for what is published. Both are assumptions.
USUAL_LEAST = 5

# Capacity is of rooms, and what was published has been told already.
_NOT_OF_PERSONS = frozenset({"capacity_count", "reported_residents"})
OF_PERSONS = (
    frozenset(name for name, field in FIELDS.items() if field.unit in (PERSONS, TIMES))
    - _NOT_OF_PERSONS
)
RESIDENTS, RESIDENT_MONTHS = "resident_count", "resident_month_count"
MOVES = ("move_in_count", "move_out_count")

# Who is in the whole and not in the part is a count of persons as well.
WHOLE_OF = {
    "repeat_participant_count": "participant_count",
    "first_time_participant_count": "participant_count",
    "committee_resident_count": "governed_resident_count",
    "governed_resident_count": RESIDENTS,
    "measured_resident_count": RESIDENTS,
    "paired_resident_count": RESIDENTS,
    "vote_count": "voter_count",
}
# A share tells its part as well as a count does.
_SHARE_OF = {"youth_share": RESIDENTS}
# Sums over persons, of which few could be told apart; beside hidden persons they bound how many.
SUMMED_OVER = {
    "resident_attendance_count": "participant_count",
    "lorenz_sum": "participant_count",
    "attendance_log_sum": "participant_count",
    "score_sum": "answered_count",
    "mean_score": "answered_count",
}

# What may be hidden.
OF_FEW = OF_PERSONS | {RESIDENT_MONTHS} | _SHARE_OF.keys() | SUMMED_OVER.keys()

# Keys over which counts add up, each before what it lies within. Months add up to a period, for
# what happens in them; a day lies within its month.
_AXES = (
    ("community_code", "town_code"), ("operator",), ("tier",), ("mode", "coverage_type"),
    ("aspect", "domain"), ("need",), ("first_month",), ("least_attendances",), ("vote_option",),
    ("club_kind",), ("club_leader",),
)  # fmt: skip
# The columns that say what counts are of, not where or when.
KINDS = tuple(
    name for axis in _AXES for name in axis if name not in ("community_code", "town_code")
)
_TIMES, _MONTH_HELD = ("held_on", "month"), "month of held_on"
# Each person is in one cohort, and has attended one number of times: they alone add up.
_PERSONS_ADD_UP_OVER = frozenset({"first_month", "least_attendances"})
_AT_MONTH_END = frozenset(
    {
        RESIDENTS,
        "committee_resident_count",
        "governed_resident_count",
        "measured_resident_count",
        "paired_resident_count",
        "club_member_count",
    }
)

Mask = NDArray[np.bool_]
Counts = NDArray[np.float64]
Cells = NDArray[np.intp]


def hide_small(
    rows: pd.DataFrame,
    keys: Sequence[str],
    *,
    least: int,
    adds_over_months: bool = True,
    near_few: dict[str, Mask] | None = None,
) -> pd.DataFrame:
    """Hide counts of persons from 1 to below ``least``, and what would give them away.

    ``keys`` are the columns of the rows' grain. Whatever cells add up to, over one key or several,
    is taken as known: hidden cells are at least two, together ``least`` or more, and could be
    parted in more than one way. Counts of distinct persons add up over cohorts alone. A part of
    which few of the whole are left out is hidden too, and a share where its whole, its part or the
    others are so few. Moves in and out hide together, as residents tell their difference. Where one
    category of a breakdown is hidden, all of it is.
    ``near_few`` marks by column further rows that would give away what another answer hides.
    ``adds_over_months`` is false where each month's row is over a window of several.
    """
    counts = {
        name: as_floats(rows[name])
        for name in rows.columns
        if name in OF_PERSONS or name == RESIDENT_MONTHS
    }
    hidden = {name: _small(name, rows, counts, least) for name in counts}
    for name, mask in (near_few or {}).items():
        hidden[name] |= mask & (counts[name] > 0)
    _hide_moves_together(counts, hidden)
    lattices: dict[tuple[bool, bool], list[_Level]] = {}
    while True:
        before = sum(int(mask.sum()) for mask in hidden.values())
        for name in [name for name, mask in hidden.items() if mask.any()]:
            is_distinct, has_months = name in NEVER_ADDED, name not in _AT_MONTH_END
            kind = is_distinct, has_months and adds_over_months
            if kind not in lattices:
                lattices[kind] = _lattice(rows, keys, is_distinct, adds_over_months=kind[1])
            hidden[name] = _guarded(lattices[kind], counts[name], hidden[name], least)
        _hide_moves_together(counts, hidden)
        if sum(int(mask.sum()) for mask in hidden.values()) == before:
            break
    if "breakdown" in keys:
        _hide_breakdowns_whole(rows["breakdown"], hidden)
    for name, whole in _SHARE_OF.items():
        if name in rows.columns and whole in rows.columns:
            hidden[name] = _few_in(rows[name], rows[whole], least)
    for name, of in SUMMED_OVER.items():
        if name in rows.columns and of in hidden:
            hidden[name] = hidden[of] | hidden.get(name, False)
    left = {
        name: masked(rows[name], mask, as_floats(rows[name]))
        for name, mask in hidden.items()
        if mask.any()
    }
    return rows.assign(**left) if left else rows


def masked(column: pd.Series, mask: Mask, values: Counts) -> Counts | FloatingArray:
    """Put values in the place of a column's, those of the mask missing."""
    if column.dtype == "float64":
        return np.where(mask, np.nan, values)
    return FloatingArray(values, mask | np.isnan(values))


def _small(name: str, rows: pd.DataFrame, counts: dict[str, Counts], least: int) -> Mask:
    mine = counts[name]
    if name == RESIDENT_MONTHS:
        # Few in a month, as far as the row tells how many months it is of.
        months = rows["month_count"].to_numpy("float64") if "month_count" in rows.columns else 1.0
        return (mine > 0) & (mine < least * months)
    small = (mine >= 1) & (mine < least)
    whole = WHOLE_OF.get(name)
    if whole in counts:
        others = counts[whole] - mine
        small |= (mine > 0) & (others >= 1) & (others < least)
    return small


def _hide_moves_together(counts: dict[str, Counts], hidden: dict[str, Mask]) -> None:
    """Hide who moved in where who moved out is hidden, and the other way round: residents at both
    ends of the months tell the difference."""
    if hidden.keys() >= set(MOVES):
        both = hidden[MOVES[0]] | hidden[MOVES[1]]
        for name in MOVES:
            hidden[name] = both & ~np.isnan(counts[name])


def _hide_breakdowns_whole(breakdowns: pd.Series, hidden: dict[str, Mask]) -> None:
    """Hide all of a breakdown where a category is hidden, nought as well.

    Who came to the others bounds it from both sides: no one attends less often than once, all kinds
    reach at least all who came, and a day of one activity is of one kind.
    """
    of_persons = OF_PERSONS & hidden.keys()
    for breakdown in breakdowns.unique():
        within = (breakdowns == breakdown).to_numpy()
        if any((hidden[name] & within).any() for name in of_persons):
            for name in of_persons:
                hidden[name] = hidden[name] | within


def _few_in(shares: pd.Series, wholes: pd.Series, least: int) -> Mask:
    """Tell which shares are of few persons, or of all but few."""
    count = as_floats(wholes)
    part = np.rint(as_floats(shares) * count)
    small = (part >= 1) & (part < least) | (count - part >= 1) & (count - part < least)
    return small | (count < least)


# What adds up to what -------------------------------------------------------------------------


@dataclass(frozen=True)
class _Level:
    """Hold the cells that rows add up to at one grain.

    ``cells``: each row's cell; ``parents``: for each next coarser level its number, and each
    cell's cell there.
    """

    cells: Cells
    parents: tuple[tuple[int, Cells], ...]


def _lattice(
    rows: pd.DataFrame, keys: Sequence[str], is_distinct: bool, *, adds_over_months: bool
) -> list[_Level]:
    """List all the grains at which the rows' counts add up, from the whole to the rows."""
    axes = [
        steps if not is_distinct or _PERSONS_ADD_UP_OVER.intersection(steps[0]) else steps[:1]
        for steps in _steps(rows, keys, adds_over_months)
    ]
    codes = {
        name: pd.factorize(_values(rows, name))[0].astype("int64") + 1
        for name in {name for steps in axes for step in steps for name in step}
    }
    levels: list[_Level] = []
    numbers: dict[tuple[int, ...], int] = {}
    # Each choice says how many steps up an axis lies: the coarsest come first.
    for choice in product(*(range(len(steps) - 1, -1, -1) for steps in axes)):
        names = [name for steps, up in zip(axes, choice, strict=True) for name in steps[up]]
        is_rows = not any(choice)
        cells, first = _numbered([codes[name] for name in names], len(rows), is_rows=is_rows)
        coarser = (
            numbers[(*choice[:at], up + 1, *choice[at + 1 :])]
            for at, up in enumerate(choice)
            if up + 1 < len(axes[at])
        )
        numbers[choice] = len(levels)
        levels.append(_Level(cells, tuple((at, levels[at].cells[first]) for at in coarser)))
    return levels


def _steps(
    rows: pd.DataFrame, keys: Sequence[str], adds_over_months: bool
) -> Iterator[list[tuple[str, ...]]]:
    """Give for each axis the columns that tell its cells apart, step by step up to the whole."""
    for axis in _AXES:
        chain = [n for n in axis if n in keys or (axis[0] in keys and n in rows.columns)]
        if chain:
            yield [tuple(chain[at:]) for at in range(len(chain) + 1)]
    if adds_over_months and "held_on" in keys:
        yield [("held_on",), (_MONTH_HELD,), ()]
    elif adds_over_months and "month" in keys:
        yield [("month",), ()]
    # Over the other keys nothing is known to add up; of categories all are hidden or none.
    on_axes = {name for axis in _AXES for name in axis} | ({*_TIMES} if adds_over_months else set())
    yield [tuple(key for key in keys if key not in on_axes)]


def _values(rows: pd.DataFrame, name: str) -> NDArray[Any]:
    if name == _MONTH_HELD:
        return rows["held_on"].to_numpy("datetime64[M]").astype("int64")
    return rows[name].to_numpy()


def _numbered(
    codes: Sequence[NDArray[np.int64]], count: int, *, is_rows: bool
) -> tuple[Cells, Cells]:
    """Number the different combinations of codes; give each row's, and each one's first row."""
    if is_rows:
        return np.arange(count), np.arange(count)
    combined = np.zeros(count, dtype="int64")
    for each in codes:
        combined = combined * (int(each.max(initial=0)) + 1) + each
        combined = np.unique(combined, return_inverse=True)[1]
    _, first, cells = np.unique(combined, return_index=True, return_inverse=True)
    return cells.astype(np.intp), first.astype(np.intp)


# What gives away what -------------------------------------------------------------------------


def _guarded(levels: Sequence[_Level], counts: Counts, small: Mask, least: int) -> Mask:
    """Hide as many more cells as it takes that no sum tells a hidden one.

    From the whole down: what a coarser answer hides must be hidden in its parts as well, and what
    it shows may not leave a part of it alone.
    """
    shown_counts = np.nan_to_num(counts)
    masks: list[Mask] = []
    for level in levels:
        is_rows = level is levels[-1]
        sums = shown_counts if is_rows else np.bincount(level.cells, shown_counts).astype("float64")
        mask = small.copy() if is_rows else (sums > 0) & (sums < least)
        masks.append(_covered(level, sums, mask, masks, least))
    return masks[-1]


def _covered(level: _Level, sums: Counts, mask: Mask, masks: Sequence[Mask], least: int) -> Mask:
    """Hide further cells of one level, until none of its lines tells a hidden one."""
    some = sums > 0
    while True:
        lines = [_Line(group, masks[number], mask, sums, least) for number, group in level.parents]
        if not any(line.is_open.any() for line in lines):
            return mask
        grown = False
        for number, line in enumerate(lines):
            candidates = np.flatnonzero(line.is_open[line.group] & some & ~mask)
            if not len(candidates):
                continue
            others = [other for at, other in enumerate(lines) if at != number]
            cost = sum(
                (other.cost(candidates, some) for other in others), np.zeros(len(candidates))
            )
            order = np.lexsort((sums[candidates], cost, line.group[candidates]))
            _, best = np.unique(line.group[candidates[order]], return_index=True)
            mask = mask.copy()
            mask[candidates[order[best]]] = True
            grown = True
            break
        if not grown:
            return mask


class _Line:
    """Tell of the cells that add up to each cell of a coarser level which are still open."""

    def __init__(
        self, group: Cells, hidden_above: Mask, mask: Mask, sums: Counts, least: int
    ) -> None:
        size = len(hidden_above)
        self.group, self.hidden_above = group, hidden_above
        self.hidden = np.bincount(group, weights=mask, minlength=size)
        together = np.bincount(group, weights=mask * sums, minlength=size)
        is_told = (self.hidden == 1) | (together < np.maximum(least, self.hidden + 1))
        self.is_open = np.where(hidden_above, self.hidden == 0, (self.hidden > 0) & is_told)

    def cost(self, candidates: Cells, some: Mask) -> NDArray[np.float64]:
        """Rank cells by what hiding them leads to: nothing more, further cells, or no help."""
        group = self.group[candidates]
        there = np.bincount(self.group, weights=some, minlength=len(self.hidden_above))[group]
        is_safe = self.hidden_above[group] | (self.hidden[group] > 0)
        return np.where(is_safe, 0.0, np.where(there > 1, 1.0, 100.0))
