"""What was not loaded is missing in every answer, and never a 0."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from dashboard.contract.filters import Filters
from dashboard.contract.lineage import (
    LINEAGE,
    is_all_unloaded,
    mask_unloaded,
    source_tables,
    sources,
    unlocks,
    unrecorded,
)
from dashboard.contract.measures import FIELDS, MEASURES
from dashboard.contract.tables import TABLES
from dashboard.paths import DATA
from dashboard.warehouse.build import build
from dashboard.warehouse.catalogue import NamedQuery, named_queries
from dashboard.warehouse.store import Warehouse
from dashboard.warehouse.uploads import next_state, put_in_force, write_frame

FEW = 20_000
BASIS = ("community", "governance", "occupancy")
RECORDED = ("space", "space_vote", "club", "monthly_record", "belonging_survey")
OTHERS = ("organisation", "activity", "attendance", "proposal", *RECORDED)
FILTERS = Filters(date(2025, 7, 1), date(2025, 12, 1)).parameters()

# What can go missing, and what goes with it: attendances have no place without activities.
MISSING = {
    "organisation": {"organisation"},
    "activity": {"activity", "attendance"},
    "attendance": {"attendance"},
    "proposal": {"proposal"},
    "what is recorded besides": {*RECORDED},
}


def own_copy(source: Warehouse, tables: set[str], folder: Path) -> Warehouse:
    """Build a warehouse of the user's own data: some of another's tables, and not the rest."""
    with next_state(folder, None) as state:
        for name in tables:
            write_frame(state, name, source.table(name, exact=True))
        placed = put_in_force(folder, state)
    return Warehouse(build(data=DATA, to=folder / "m.duckdb", attendances=FEW, own=placed))


@pytest.fixture(scope="module")
def whole(warehouse: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    return own_copy(warehouse, {*BASIS, *OTHERS}, tmp_path_factory.mktemp("whole"))


@pytest.fixture(scope="module")
def lacking(warehouse: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Warehouse]:
    return {
        name: own_copy(warehouse, {*BASIS, *OTHERS} - gone, tmp_path_factory.mktemp(name))
        for name, gone in MISSING.items()
    }


def counted(query: NamedQuery) -> list[str]:
    return [name for name in query.columns if name not in query.keys]


def unfiltered(warehouse: Warehouse, query: NamedQuery) -> pd.DataFrame:
    """Answer a query as SQL counts it: with the zeros of tables that were not loaded."""
    with warehouse._cursor("exact") as cursor:
        taken = {name: FILTERS[name] for name in query.parameter_names}
        rows = cursor.execute(query.sql, taken).df()
    return rows.set_index(list(query.keys)) if query.keys else rows


def changed(query: NamedQuery, whole: Warehouse, part: Warehouse) -> Iterator[str]:
    """Name the columns that count something else, in the same rows, when a table is empty."""
    before, after = unfiltered(whole, query), unfiltered(part, query)
    there = before.index.intersection(after.index)
    for name in counted(query):
        if not _plainly(before.loc[there, name]).equals(_plainly(after.loc[there, name])):
            yield name


def _plainly(column: pd.Series) -> pd.Series:
    """Leave out what depends on the order in which numbers were added."""
    return (column.round(9) if column.dtype == "float64" else column).astype(object)


@pytest.mark.parametrize("gone", MISSING)
def test_every_column_that_an_empty_table_changes_is_declared_to_rest_on_it(
    gone: str, whole: Warehouse, lacking: dict[str, Warehouse]
) -> None:
    undeclared = {
        (query.name, name)
        for query in named_queries().values()
        for name in changed(query, whole, lacking[gone])
        if not LINEAGE.get(name, frozenset()) & MISSING[gone]
    }
    assert undeclared == set()


@pytest.mark.parametrize("gone", MISSING)
def test_no_answer_counts_what_was_not_loaded(gone: str, lacking: dict[str, Warehouse]) -> None:
    warehouse = lacking[gone]
    assert warehouse.empty_tables == MISSING[gone]
    found = {
        (query.name, name)
        for query in named_queries().values()
        for name in counted(query)
        if LINEAGE.get(name, frozenset()) & MISSING[gone]
        and warehouse.run(query.name, FILTERS)[name].notna().any()
    }
    assert found == set()


@pytest.mark.parametrize("gone", MISSING)
def test_what_rests_on_other_tables_stays_as_it_was(
    gone: str, whole: Warehouse, lacking: dict[str, Warehouse]
) -> None:
    for query in ("coverage_by_town", "district_by_month", "micros_by_town"):
        before, after = whole.run(query, FILTERS), lacking[gone].run(query, FILTERS)
        kept = [n for n in before if not LINEAGE.get(n, frozenset()) & MISSING[gone]]
        assert "community_count" in kept
        pd.testing.assert_frame_equal(before[kept], after[kept])


def test_every_counted_column_says_where_it_comes_from() -> None:
    assert [measure.name for measure in MEASURES if measure.name not in LINEAGE] == []
    assert LINEAGE.keys() <= FIELDS.keys()


def test_keys_stay_and_yes_or_no_becomes_unknown() -> None:
    rows = pd.DataFrame({"stage": ["raised"], "is_effective": [False], "proposal_count": [0]})
    found = mask_unloaded(rows, ["stage"], ["proposal"])
    assert found["stage"].tolist() == ["raised"]
    assert found["is_effective"].tolist() == [None]
    assert found["proposal_count"].isna().all()
    assert mask_unloaded(rows, ["stage"], []) is rows


def test_a_figure_tells_nothing_when_only_its_divisor_is_left() -> None:
    columns = ("activity_count", "resident_month_count")
    assert is_all_unloaded(columns, (), {"activity"})
    assert not is_all_unloaded(columns, (), {"proposal"})
    assert not is_all_unloaded(("activity_count", "proposal_count"), (), {"activity"})
    assert source_tables(columns) == {"activity", "occupancy"}


def test_a_column_that_nobody_filled_takes_its_counts_with_it() -> None:
    rows = pd.DataFrame(
        {"tier": ["bed"], "let_count": [0], "over_let_count": [0], "supply_count": [5]}
    )
    found = mask_unloaded(rows, ["tier"], ["occupancy.let_count"])
    assert found[["let_count", "over_let_count"]].isna().all(axis=None)
    assert found["supply_count"].tolist() == [5]
    # What is told by what nobody stated says nothing at all.
    assert is_all_unloaded(("supply_count",), ("tier",), {"occupancy.tier"})
    assert sources(["let_count"]) == {"occupancy", "occupancy.let_count"}


def test_a_column_is_unrecorded_where_no_row_says_anything() -> None:
    rows = pd.DataFrame({name: [None, None] for name in FIELDS}).assign(tier="unstated")
    assert {"occupancy.tier", "occupancy.let_count"} <= set(unrecorded("occupancy", rows))
    some = rows.assign(tier=["unstated", "bed"], let_count=[None, 1])
    assert not {"occupancy.tier", "occupancy.let_count"} & set(unrecorded("occupancy", some))


def test_every_table_and_group_of_columns_unlocks_what_rests_on_it() -> None:
    def codes(*wanted: str) -> set[str]:
        return {each.code for each in unlocks(wanted)}

    lettings = {"occupancy_flat", "occupancy_room", "occupancy_bed"}
    assert codes("occupancy.let_count", "occupancy.available_count") == lettings
    assert {"turnover", "mean_stay"} <= codes("occupancy.move_out_count")
    assert codes("occupancy.move_out_count") < codes("occupancy")
    assert {"committee_coverage", "resident_coverage"} <= codes("governance")
    assert codes("governance.leading_organisation") == set()
    for table in TABLES:
        assert not table.is_sample or table.held_by
