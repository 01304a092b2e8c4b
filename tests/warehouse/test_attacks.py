"""Attack the answers: whoever adds, subtracts and sets them side by side learns of no few persons.

Every answer for the same filters is put into one set of equations: what adds up to what over
towns, communities, tiers, modes, categories, days, months and cohorts, and how residents, moves
and resident-months hang together. An unknown that stands alone in an equation is solved, over and
over. Filters of the attacker's free choice are not defended against, and not tried.
"""

import random
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain, islice, permutations, product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from dashboard.contract.filters import Filters, add_months
from dashboard.contract.privacy import hide_small
from dashboard.contract.problem import Problem
from dashboard.paths import SMALL_CELL_VARIABLE
from dashboard.warehouse.store import Warehouse

pytestmark = pytest.mark.slow  # Hundreds of questions each.

DRAWS = 14
RESIDENT_MONTHS = "resident_month_count"
MOVES = ("move_in_count", "move_out_count")

# Which answer's cells add up to which other's, told by the columns that both have.
SUMS = (
    ("occupancy_by_community", "resident_count", "occupancy_by_town"),
    ("occupancy_by_community", "resident_count", "communities"),
    ("occupancy_by_town", "resident_count", "coverage_by_town"),
    ("coverage_by_town", "resident_count", "district_by_month"),
    ("coverage_by_town", "committee_resident_count", "district_by_month"),
    ("modes_by_town", "resident_count", "coverage_by_town"),
    ("modes_by_town", "resident_count", "modes_by_month"),
    ("modes_by_month", "resident_count", "district_by_month"),
    ("communities", "resident_count", "coverage_by_town"),
    ("housing_by_community", "resident_count", "coverage_by_town"),
    *(("housing_by_community", name, "turnover_by_town") for name in (*MOVES, RESIDENT_MONTHS)),
    *(("turnover_by_town_and_month", name, "turnover_by_town") for name in MOVES),
    *(("turnover_by_town_and_month", name, "district_by_month") for name in MOVES),
    ("participation_by_community", "attendance_count", "participation_by_town"),
    ("services", "attendance_count", "domains"),
    ("activity_by_day", "attendance_count", "district_by_month"),
    ("participation_cohorts", "participant_count", "participation_by_month"),
    ("belonging_by_community", "answered_count", "belonging_by_town"),
)  # fmt: skip

Cell = tuple[Hashable, ...]


@dataclass
class Attacker:
    """Hold what was seen, what is sought, and what is known to be how."""

    seen: dict[Cell, float] = field(default_factory=dict)
    true: dict[Cell, float] = field(default_factory=dict)
    equations: list[dict[Cell, float]] = field(default_factory=list)

    def equal(self, terms: Iterable[tuple[Cell, float]]) -> None:
        """Note that cells, each times a number, add up to nought."""
        equation: dict[Cell, float] = {}
        for cell, times in terms:
            equation[cell] = equation.get(cell, 0.0) + times
        self.equations.append(equation)

    def solved(self) -> dict[Cell, float]:
        """Solve for whatever stands alone, until nothing does."""
        known = dict(self.seen)
        standing: dict[Cell, list[dict[Cell, float]]] = {}
        for equation in self.equations:
            for cell in equation:
                if cell not in known:
                    standing.setdefault(cell, []).append(equation)
        queue = list(self.equations)
        while queue:
            equation = queue.pop()
            left = [cell for cell in equation if cell not in known]
            if len(left) == 1:
                (cell,) = left
                rest = sum(t * known[c] for c, t in equation.items() if c != cell)
                known[cell] = -rest / equation[cell]
                queue += standing[cell]
        return {cell: value for cell, value in known.items() if cell not in self.seen}

    def found(self, least: int) -> dict[Cell, float]:
        """Give what was solved that is of few persons."""
        return {
            cell: value
            for cell, value in self.solved().items()
            if cell[0] != RESIDENT_MONTHS and 1 <= self.true.get(cell, 0) < least
        }


@pytest.fixture(scope="module")
def bare(warehouse_file: Path) -> Iterator[Warehouse]:
    """The same warehouse, hiding nothing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(SMALL_CELL_VARIABLE, "1")
        yield Warehouse(warehouse_file)


def drawn_filters(bare: Warehouse, seed: int) -> list[Filters]:
    """Draw filters as readers choose them: places, modes, tiers, short and long spans."""
    rng = random.Random(seed)
    codes = sorted(bare.community_codes)
    drawn = []
    for _ in range(DRAWS):
        end = rng.choice(bare.months[1:])
        start = max(bare.months[1], add_months(end, -rng.choice([0, 0, 2, 5])))
        town = (rng.choice(bare.town_codes),)
        chosen: dict[str, Any] = rng.choice(
            [
                {"town_codes": town},
                {"town_codes": tuple(rng.sample(bare.town_codes, 3))},
                {"community_codes": (rng.choice(codes),)},
                {"community_codes": tuple(rng.sample(codes, 4))},
                {"town_codes": town, "tiers": (rng.choice(["flat", "room", "bed"]),)},
                {"town_codes": town, "is_home": rng.choice([True, False])},
                {"modes": (rng.choice(["1", "2", "3", "4", "5", "none"]),)},
                {},
            ]
        )
        drawn.append(replace(Filters(start, end), **chosen))
    return drawn


def asked(warehouse: Warehouse, query: str, filters: Filters) -> pd.DataFrame:
    if query == "domains":
        rows = asked(warehouse, "participation_by_category", filters)
        rows = rows[rows["breakdown"] == "domain"]
        return rows.rename(columns={"category": "domain"}).drop(columns="breakdown")
    parameters = {**filters.parameters(), "window_months": 1}
    rows = warehouse.run(query, parameters, named="whole")
    if "held_on" in rows.columns:
        rows = rows.assign(month=rows["held_on"].dt.to_period("M").dt.to_timestamp())
    if query in ("communities", "modes_by_town", "housing_by_community"):
        rows = rows.assign(month=pd.Timestamp(filters.end_month))
    return rows


KEYS = (
    "community_code", "town_code", "month", "held_on", "tier", "coverage_type", "mode", "domain",
    "aspect", "first_month",
)  # fmt: skip


def at_keys(query: str, rows: pd.DataFrame, column: str) -> list[str]:
    """Name the columns that tell the cells of an answer apart."""
    if query in ("communities", "housing_by_community"):
        flows = column in (*MOVES, RESIDENT_MONTHS)
        return ["community_code", "town_code", *([] if flows else ["month"])]
    return [name for name in KEYS if name in rows.columns]


def cells_of(query: str, rows: pd.DataFrame, column: str) -> list[Cell]:
    keys = at_keys(query, rows, column)
    return [
        (column, query, *zip(keys, values, strict=True))
        for values in zip(*(rows[name].tolist() for name in keys), strict=True)
    ]


def put_in(attacker: Attacker, shown: Warehouse, bare: Warehouse, filters: Filters) -> None:
    """Ask everything for some filters, and note what adds up."""
    answers: dict[str, tuple[pd.DataFrame, pd.DataFrame]] = {}
    for fine, column, coarse in SUMS:
        for query in (fine, coarse):
            if query not in answers:
                answers[query] = asked(shown, query, filters), asked(bare, query, filters)
        for query in (fine, coarse):
            seen, true = answers[query]
            cells = cells_of(query, true, column)
            pd.testing.assert_index_equal(seen.index, true.index)
            for cell, value, real in zip(cells, seen[column], true[column], strict=True):
                if pd.notna(value):
                    attacker.seen[cell] = float(value)
                if pd.notna(real):
                    attacker.true[cell] = float(real)
        whole, parts = answers[coarse][1], answers[fine][1]
        keys = [k for k in at_keys(coarse, whole, column) if k in at_keys(fine, parts, column)]
        if parts.empty or whole.empty:
            continue
        terms: dict[Any, list[tuple[Cell, float]]] = {}
        for rows, query, times in ((whole, coarse, -1.0), (parts, fine, 1.0)):
            places = zip(*(rows[name].tolist() for name in keys), strict=True)
            given = [()] * len(rows) if not keys else places
            for at, cell in zip(given, cells_of(query, rows, column), strict=True):
                if cell in attacker.true:
                    terms.setdefault(at, []).append((cell, times))
        for line in terms.values():
            if {times for _, times in line} == {1.0, -1.0}:
                attacker.equal(line)


def test_sums_tell_of_no_few_persons(warehouse: Warehouse, bare: Warehouse) -> None:
    hidden = 0
    for filters in drawn_filters(bare, seed=1):
        attacker = Attacker()
        put_in(attacker, warehouse, bare, filters)
        hidden += sum(cell not in attacker.seen for cell in attacker.true)
        assert attacker.found(warehouse.small_cell) == {}, filters
    assert hidden > 100


# Month by month: what residents, moves and resident-months tell of each other ------------------

BY_MONTH = (
    ("district_by_month", ("resident_count", *MOVES, RESIDENT_MONTHS, "attendance_count")),
    ("turnover_by_town_and_month", (*MOVES, RESIDENT_MONTHS)),
    ("participation_by_month", (RESIDENT_MONTHS, "attendance_count")),
)
AT_ONCE = (
    ("housing_by_community", ("resident_count", *MOVES, RESIDENT_MONTHS)),
    ("turnover_by_town", (*MOVES, RESIDENT_MONTHS)),
    ("participation_by_community", (RESIDENT_MONTHS, "attendance_count")),
    ("participation_by_town", (RESIDENT_MONTHS,)),
    ("micros_by_town", (RESIDENT_MONTHS, "resident_count")),
)


def followed(shown: Warehouse, bare: Warehouse, code: str) -> Attacker:
    """Follow one community through its months, each asked for by itself as well."""
    attacker = Attacker()
    first, last = bare.months[0], bare.months[-1]
    whole = Filters(first, last, community_codes=(code,))
    spans: list[tuple[str, tuple[str, ...], Filters]]
    spans = [(query, names, whole) for query, names in BY_MONTH]
    for month in bare.months:
        spans += [
            (q, names, replace(whole, start_month=month, end_month=month)) for q, names in AT_ONCE
        ]
    for query, names, filters in spans:
        answers = [asked(each, query, filters) for each in (shown, bare)]
        for rows, into in zip(answers, (attacker.seen, attacker.true), strict=True):
            months = rows["month"] if "month" in rows.columns else [filters.end_month] * len(rows)
            for at, month in enumerate(months):
                for name in names:
                    value = rows[name].iloc[at]
                    if pd.notna(value):
                        into[(name, pd.Timestamp(month))] = float(value)
    for month in bare.months:
        now, before = pd.Timestamp(month), pd.Timestamp(add_months(month, -1))
        if ("resident_count", now) not in attacker.true:
            continue
        if ("resident_count", before) not in attacker.true and month > first:
            # It was not there: when it opened is known.
            attacker.seen[("resident_count", before)] = 0.0
        here, there = ("resident_count", now), ("resident_count", before)
        moves = [((MOVES[0], now), -1.0), ((MOVES[1], now), 1.0)]
        attacker.equal([(here, 1.0), (there, -1.0), *moves])
        attacker.equal([((RESIDENT_MONTHS, now), 2.0), (here, -1.0), (there, -1.0)])
        attacker.equal([((RESIDENT_MONTHS, now), 2.0), (here, -2.0), *((c, -t) for c, t in moves)])
    return attacker


def test_residents_and_moves_tell_of_no_few_persons(warehouse: Warehouse, bare: Warehouse) -> None:
    occupancy = warehouse.table("occupancy", exact=True)
    residents = occupancy.groupby(["community_code", "month"])["resident_count"].sum()
    few = residents[residents.between(1, 4)].index.unique("community_code")
    others = sorted(bare.community_codes)[::200]
    hidden: Counter[Hashable] = Counter()
    for code in [*few[::20], *others]:
        attacker = followed(warehouse, bare, code)
        hidden.update(cell[0] for cell in attacker.true if cell not in attacker.seen)
        assert attacker.found(warehouse.small_cell) == {}, code
    assert hidden.keys() >= {"resident_count", *MOVES, RESIDENT_MONTHS}


# One community in one month: what kinds, days and the whole tell of each other -----------------

MOST_ACTIVITIES, SITUATIONS = 4, 8
OF_KIND = ("attendance_count", "participant_count")


def ways_laid_out(kinds: pd.DataFrame, days: pd.DataFrame) -> set[tuple[int, ...]]:
    """List the ways in which activities, those of each day one after the other, may be of kinds."""
    of_kinds = np.repeat(np.arange(len(kinds)), kinds["activity_count"]).tolist()
    ends = np.cumsum(days["activity_count"].tolist())[:-1]
    return {
        tuple(chain.from_iterable(sorted(day) for day in np.split(np.array(each), ends)))
        for each in permutations(of_kinds)
    }


def ends_of(
    cell: tuple[str, int],
    whole: pd.Series,
    kinds: pd.DataFrame,
    days: pd.DataFrame,
    way: tuple[int, ...],
) -> list[float]:
    """Give the least and the most that a column of one kind can be, if activities are of kinds in one
    way; nothing where they can't be so.

    Unknowns: the attendances of each activity, then the participants of each kind.
    """
    each = np.eye(len(way) + len(kinds))
    activities, persons = each[: len(way)], each[len(way) :]
    of_day = np.repeat(np.arange(len(days)), days["activity_count"])
    came = {at: activities[np.array(way) == at].sum(axis=0) for at in range(len(kinds))}
    told = [
        *((came[at], value) for at, value in enumerate(kinds["attendance_count"])),
        *zip(persons, kinds["participant_count"], strict=True),
        *(
            (activities[of_day == at].sum(axis=0), value)
            for at, value in enumerate(days["attendance_count"])
        ),
        (activities.sum(axis=0), whole["attendance_count"]),
    ]
    # Each participant of a kind came to it, and each of all to some kind; once, where none came again.
    limits = [(person - came[at], 0.0) for at, person in enumerate(persons)]
    limits += [(person, whole["participant_count"]) for person in persons]
    limits += [(-persons.sum(axis=0), -whole["participant_count"])]
    if pd.notna(again := whole["repeat_participant_count"]) and again == 0:
        told.append((persons.sum(axis=0), whole["participant_count"]))
    equal, below = ([pair for pair in pairs if pd.notna(pair[1])] for pairs in (told, limits))
    sought = came[cell[1]] if cell[0] == "attendance_count" else persons[cell[1]]
    ends = [
        linprog(
            sign * sought,
            A_ub=np.array([row for row, _ in below]),
            b_ub=[float(value) for _, value in below],
            A_eq=np.array([row for row, _ in equal]).reshape(-1, len(each)),
            b_eq=[float(value) for _, value in equal],
        )
        for sign in (1, -1)
    ]
    if any(end.status == 2 for end in ends):
        return []
    return [
        -sign * np.inf if end.status == 3 else sign * end.fun
        for sign, end in zip((1, -1), ends, strict=True)
    ]


def situations(bare: Warehouse, seed: int) -> Iterator[tuple[Filters, str, pd.DataFrame]]:
    """Draw single communities and months with a kind of few: filters, a breakdown, its true rows."""
    rng, codes = random.Random(seed), sorted(bare.community_codes)
    while True:
        month = rng.choice(bare.months[1:])
        filters = Filters(month, month, community_codes=(rng.choice(codes),))
        rows = asked(bare, "participation_by_category", filters)
        for breakdown, true in rows.groupby("breakdown"):
            is_few = true[list(OF_KIND)].isin(range(1, 5)).any(axis=None)
            if is_few and 1 < len(true) <= true["activity_count"].sum() <= MOST_ACTIVITIES:
                yield filters, str(breakdown), true.reset_index(drop=True)


def test_kinds_and_days_tell_of_no_few_persons(warehouse: Warehouse, bare: Warehouse) -> None:
    """Of no kind of few can it be told how many they are, whatever else a page shows."""
    for filters, breakdown, true in islice(situations(bare, seed=5), SITUATIONS):
        kinds = asked(warehouse, "participation_by_category", filters)
        kinds = kinds[kinds["breakdown"] == breakdown].reset_index(drop=True)
        whole = asked(warehouse, "participation_by_month", filters).iloc[0]
        days = asked(warehouse, "activity_by_day", filters)
        ways = ways_laid_out(kinds, days)
        for name, at in product(OF_KIND, range(len(kinds))):
            if 1 <= (truth := true.at[at, name]) < warehouse.small_cell:
                ends = [end for way in ways for end in ends_of((name, at), whole, kinds, days, way)]
                assert min(ends) - 1e-6 <= truth <= max(ends) + 1e-6
                # Another whole number is as possible.
                assert max(ends) - min(ends) >= 1 - 1e-6, (filters, breakdown, name, truth)


# Tables ------------------------------------------------------------------------------------


def test_tables_show_no_few_persons_and_leave_none_alone(warehouse: Warehouse) -> None:
    exact, shown = (warehouse.table("occupancy", exact=each) for each in (True, False))
    exact = exact[exact["community_code"].isin(shown["community_code"])].reset_index(drop=True)
    towns = shown["community_code"].str[:9]
    lines = ["town_code", "month", "tier"]
    by_town = exact.assign(town_code=towns).groupby(lines)[["resident_count", *MOVES]].sum()
    sums = hide_small(by_town.reset_index(), lines, least=warehouse.small_cell).set_index(lines)
    for name in ("resident_count", *MOVES):
        seen, gone = shown[name].dropna(), shown[name].isna()
        assert gone.any()
        assert not seen.between(1, warehouse.small_cell - 1).any()
        several = exact[name].groupby([towns, shown["month"], shown["tier"]])
        lone = gone.groupby([towns, shown["month"], shown["tier"]]).sum() == 1
        there = several.apply(lambda counts: int((counts > 0).sum()))
        # One that is hidden alone is told only by a sum that is shown.
        assert (there[lone & sums[name].notna()] <= 1).all()
    children = warehouse.table("activity")["child_count"]
    assert children.isna().any()
    assert not children.between(1, warehouse.small_cell - 1).any()


def test_a_table_of_persons_is_given_only_where_it_is_asked_for_as_it_is(
    warehouse: Warehouse,
) -> None:
    with pytest.raises(Problem, match="--exact"):
        warehouse.table("attendance")
    assert len(warehouse.table("attendance", exact=True)) == warehouse.row_count("attendance")


# Not more than is needed ----------------------------------------------------------------------


def test_nothing_is_hidden_without_a_reason(warehouse: Warehouse, bare: Warehouse) -> None:
    """What is hidden is few, or guards a few within what both add up to."""
    for filters in drawn_filters(bare, seed=3):
        for query, column, by in (
            ("communities", "attendance_count", ()),
            ("occupancy_by_town", "resident_count", ("month",)),
            ("activity_by_day", "attendance_count", ()),
            ("coverage_by_town", "resident_count", ("month",)),
        ):
            seen, true = asked(warehouse, query, filters), asked(bare, query, filters)
            gone = seen[column].isna() & true[column].notna()
            few = true[column].between(1, warehouse.small_cell - 1)
            groups = [true[name] for name in by] or pd.Series(0, index=true.index)
            assert (few.groupby(groups).transform("any") | ~gone).all(), (query, filters)
            assert (gone.groupby(groups).sum() <= 6 * few.groupby(groups).sum()).all()
