"""Hold every named query to its own header, on the whole sample and under every filter."""

import ast
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from dashboard.contract.filters import FILTERS, READ_AT_END, Filters
from dashboard.contract.measures import FIELDS, MEASURES
from dashboard.contract.privacy import OF_PERSONS, USUAL_LEAST
from dashboard.contract.problem import Problem
from dashboard.paths import QUERIES, ROOT, SMALL_CELL_VARIABLE
from dashboard.warehouse.catalogue import (
    CHOSEN,
    EACH_MONTH,
    EACH_TOWN,
    KEPT_MONTHS,
    NamedQuery,
    build_statements,
    named_queries,
    read_queries,
)
from dashboard.warehouse.gate import RESIDENTS_BY_MONTH, SILENT_TOWNS
from dashboard.warehouse.store import Warehouse, small_cell

EVERYTHING = Filters(date(2025, 7, 1), date(2025, 12, 1))
NOWHERE = replace(EVERYTHING, town_codes=("000000000",))
TOWN = "310112112"

SINGLE_FILTERS = [
    *(replace(EVERYTHING, coverage_types=(code,)) for code in FIELDS["coverage_type"].allowed),
    *(replace(EVERYTHING, modes=(code,)) for code in (*FIELDS["mode"].allowed, "none")),
    *(replace(EVERYTHING, tiers=(code,)) for code in FIELDS["tier"].allowed),
    *(replace(EVERYTHING, is_home=is_home) for is_home in (True, False)),
    replace(EVERYTHING, town_codes=(TOWN,)),
    replace(EVERYTHING, community_codes=("310112112-001",)),
    replace(EVERYTHING, start_month=EVERYTHING.end_month),
]

_SELECT = re.compile(r"\bselect\b.+\bfrom\b", re.IGNORECASE | re.DOTALL)

every_query = pytest.mark.parametrize("query", named_queries().values(), ids=lambda q: q.name)


@pytest.fixture(scope="module")
def plain(
    warehouse_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that shows DuckDB's own types, to a copy of the warehouse."""
    copy = shutil.copy(warehouse_file, tmp_path_factory.mktemp("plain"))
    with duckdb.connect(copy, read_only=True) as connection:
        yield connection


def is_at_grain(query: NamedQuery, rows: pd.DataFrame) -> bool:
    keys = list(query.keys)
    if not keys:
        return len(rows) == 1
    return bool(rows[keys].notna().all(axis=None)) and not rows.duplicated(keys).any()


def taken(query: NamedQuery, filters: Filters) -> dict[str, object]:
    return {name: filters.parameters()[name] for name in query.parameter_names}


# The header ------------------------------------------------------------------------------


@every_query
def test_a_query_is_what_its_header_says(
    query: NamedQuery, plain: duckdb.DuckDBPyConnection
) -> None:
    statements = duckdb.extract_statements(query.sql)
    assert [statement.type for statement in statements] == [duckdb.StatementType.SELECT]
    assert statements[0].named_parameters == query.parameter_names
    assert len(query.parameters) == len(query.parameter_names), "a parameter stands twice"
    assert query.parameter_names <= EVERYTHING.parameters().keys()
    assert all(parameter.meaning for parameter in query.parameters)

    result = plain.sql(query.sql, params=taken(query, EVERYTHING))
    assert tuple(result.columns) == query.columns
    assert set(query.columns) <= FIELDS.keys()
    types = dict(zip(result.columns, map(str, result.types), strict=True))
    assert types == {name: FIELDS[name].form.duckdb for name in query.columns}


def test_a_parameter_has_the_same_type_and_meaning_everywhere() -> None:
    said: dict[str, set[tuple[str, str]]] = {}
    for query in named_queries().values():
        for parameter in query.parameters:
            said.setdefault(parameter.name, set()).add((parameter.type, parameter.meaning))
    assert {name: len(ways) for name, ways in said.items()} == dict.fromkeys(said, 1)


def test_a_query_that_takes_filters_joins_what_they_choose() -> None:
    assert {
        query.name for query in named_queries().values() if "is_home" in query.parameter_names
    } == {query.name for query in named_queries().values() if f"join {CHOSEN.stem}" in query.sql}


def test_the_communities_chosen_are_a_query_too(plain: duckdb.DuckDBPyConnection) -> None:
    (chosen,) = read_queries(CHOSEN)
    assert chosen.parameter_names == {"end_month", *(each.name for each in FILTERS)}
    result = plain.sql(chosen.sql, params=taken(chosen, EVERYTHING))
    assert tuple(result.columns) == chosen.columns
    assert len(result.df()) == result.df()["community_code"].nunique() > 0


def test_who_is_chosen_by_what_lasts_is_so_in_every_month(
    plain: duckdb.DuckDBPyConnection,
) -> None:
    (chosen,) = read_queries(CHOSEN)
    lasting = {"town_codes": [TOWN], "is_home": True, "community_codes": ["310112112-001"]}
    assert set(lasting) == {each.name for each in FILTERS} - set(READ_AT_END)
    for name, value in lasting.items():
        every = taken(chosen, EVERYTHING)
        first, last = (
            set(plain.sql(chosen.sql, params={**every, "end_month": month, name: value}).fetchall())
            for month in (date(2024, 3, 1), EVERYTHING.end_month)
        )
        assert first == last != set()


def test_every_measure_is_counted_by_a_query() -> None:
    counted = {column for query in named_queries().values() for column in query.columns}
    assert [measure.name for measure in MEASURES if measure.name not in counted] == []


@pytest.mark.parametrize(
    ("header", "fault"),
    [
        ("-- title: T\n-- grain: one row in all\nselect 1 as month", "column"),
        ("-- grain: one row in all\n-- column: month\nselect 1 as month", "title"),
        ("-- title: T\n-- grain: g\n-- grain: h\n-- column: month\nselect 1 as month", "grain"),
        ("-- title: T\n-- grain: g\n-- param: month DATE\n-- column: month\n", "month DATE"),
        ("-- title: T\n-- grain: g\n-- filters: months, all\n-- column: month\n", "all"),
    ],
)
def test_a_malformed_header_is_named(tmp_path: Path, header: str, fault: str) -> None:
    file = tmp_path / "faulty.sql"
    file.write_text(header, encoding="utf-8")
    with pytest.raises(Problem) as caught:
        read_queries(file)
    assert all("faulty.sql" in text and fault in text for text in caught.value.problems[0])


TWO_GRAINS = """-- title:  Proposals raised
-- grain:  raised_by_town: one row per town
-- grain:  raised_by_month: one row per month
-- column: town_code, month, proposal_count
select
    town_code,
    p.month,
    count(*) as proposal_count
from proposal_state as p
group by all
"""


def test_a_file_holds_a_query_of_each_grain_that_it_names(tmp_path: Path) -> None:
    file = tmp_path / "raised.sql"
    file.write_text(TWO_GRAINS, encoding="utf-8")
    by_town, by_month = read_queries(file)
    assert (by_town.name, by_town.title) == ("raised_by_town", "Proposals raised, by town")
    assert (by_month.keys, by_month.columns) == (("month",), ("month", "proposal_count"))
    assert (
        by_month.sql
        == """-- title:  Proposals raised, by month
-- grain:  one row per month
-- column: month, proposal_count
select
    p.month,
    count(*) as proposal_count
from proposal_state as p
group by all
"""
    )


def test_a_grain_without_a_name_among_named_ones_is_told(tmp_path: Path) -> None:
    file = tmp_path / "raised.sql"
    file.write_text(TWO_GRAINS.replace("raised_by_month: ", ""), encoding="utf-8")
    with pytest.raises(Problem, match=r"raised\.sql.*grain"):
        read_queries(file)


# Its rows --------------------------------------------------------------------------------


@every_query
def test_a_query_keeps_its_grain_and_finds_something(
    query: NamedQuery, warehouse: Warehouse
) -> None:
    rows = warehouse.run(query.name, EVERYTHING.parameters())
    assert len(rows) or query.name == "targets"  # nobody has set one in the sample
    assert is_at_grain(query, rows)


@pytest.mark.slow
@every_query
def test_a_query_runs_with_every_single_filter(query: NamedQuery, warehouse: Warehouse) -> None:
    for filters in SINGLE_FILTERS:
        rows = warehouse.run(query.name, filters.parameters())
        assert tuple(rows.columns) == query.columns, filters
        assert is_at_grain(query, rows), filters


@pytest.mark.slow
@every_query
def test_no_answer_shows_few_persons(query: NamedQuery, warehouse: Warehouse) -> None:
    narrow = [replace(each, town_codes=(TOWN,)) for each in SINGLE_FILTERS]
    for filters in (*SINGLE_FILTERS, *narrow):
        rows = warehouse.run(query.name, filters.parameters())
        for name in OF_PERSONS.intersection(rows.columns):
            counts = rows[name].dropna()
            assert not ((counts >= 1) & (counts < warehouse.small_cell)).any(), (name, filters)


def test_hiding_is_at_work_in_the_sample(warehouse: Warehouse) -> None:
    rows = warehouse.run("communities", EVERYTHING.parameters())
    assert rows["attendance_count"].isna().any()
    assert warehouse.small_cell == USUAL_LEAST


@pytest.mark.parametrize("text", ["0", "-1", "five", ""])
def test_a_small_cell_that_is_no_number_is_told(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SMALL_CELL_VARIABLE, text)
    with pytest.raises(Problem, match=SMALL_CELL_VARIABLE):
        small_cell()


@every_query
def test_a_query_finds_nothing_where_nothing_is_chosen(
    query: NamedQuery, warehouse: Warehouse
) -> None:
    rows = warehouse.run(query.name, NOWHERE.parameters())
    assert tuple(rows.columns) == query.columns
    if "town_codes" not in query.parameter_names:
        assert len(rows) or query.name == "targets"
    elif query.keys:
        assert rows.empty
    else:
        assert (rows == 0).all(axis=None)


@every_query
def test_a_query_finds_nothing_in_months_without_data(
    query: NamedQuery, warehouse: Warehouse
) -> None:
    early = Filters(date(2001, 1, 1), date(2001, 3, 1))
    rows = warehouse.run(query.name, early.parameters())
    assert not query.parameters or rows.empty or (rows == 0).all(axis=None)


@every_query
def test_a_query_respects_the_town_filter(query: NamedQuery, warehouse: Warehouse) -> None:
    everywhere = warehouse.run(query.name, EVERYTHING.parameters())
    there = warehouse.run(query.name, replace(EVERYTHING, town_codes=(TOWN,)).parameters())
    if "town_codes" not in query.parameter_names:
        pd.testing.assert_frame_equal(there, everywhere)
    elif "town_code" in query.columns:
        expected = everywhere[everywhere["town_code"] == TOWN].reset_index(drop=True)
        # Where a cell is hidden elsewhere, its column's form is another.
        pd.testing.assert_frame_equal(there, expected, check_dtype=False)
    else:
        measured = [name for name in query.columns if name not in query.keys]
        assert not there[measured].equals(everywhere[measured])
        # Its steps are as fine as there are persons to fill them, be it in a town or everywhere.
        if query.name != "attendance_spread":
            assert len(there) <= len(everywhere)


# What is taken out of what was counted for all -----------------------------------------------

PLACES = [
    EVERYTHING,
    replace(EVERYTHING, coverage_types=("grid",), is_home=False),
    replace(EVERYTHING, modes=("none",)),
    replace(EVERYTHING, start_month=EVERYTHING.end_month, tiers=("bed",)),
    Filters(date(2025, 2, 1), date(2025, 4, 1)),
    # Of as many months as one before, so that all such are counted at once.
    Filters(date(2025, 6, 1), date(2025, 8, 1)),
    Filters(date(2023, 11, 1), date(2024, 1, 1)),
    Filters(date(2025, 3, 1), date(2025, 5, 1), coverage_types=("committee",)),
]


@pytest.mark.slow
@every_query
def test_a_part_of_all_is_what_is_counted_alone(query: NamedQuery, warehouse: Warehouse) -> None:
    some = tuple(sorted(warehouse.community_codes)[::97])
    chosen = [
        *(((town,), ()) for town in warehouse.town_codes),
        (tuple(warehouse.town_codes[3:5]), ()),
        *(((), (community,)) for community in some),
        ((TOWN,), some),
    ]
    for number, filters in enumerate(PLACES):
        for towns, communities in chosen if number == 0 else chosen[number::5]:
            narrowed = replace(filters, town_codes=towns, community_codes=communities)
            parameters = narrowed.parameters()
            pd.testing.assert_frame_equal(
                warehouse.run(query.name, parameters), warehouse.run_fresh(query.name, parameters)
            )


# Where SQL lives -------------------------------------------------------------------------


def written_strings(file: Path) -> Iterator[str]:
    """Yield every string in a file, an f-string as one with its values left out."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.JoinedStr):
            yield " ".join(str(getattr(part, "value", "")) for part in node.values)


def test_there_is_no_sql_in_python() -> None:
    found = [
        f"{file.relative_to(ROOT)}: {text[:80]}"
        for file in (ROOT / "dashboard").rglob("*.py")
        for text in written_strings(file)
        if _SELECT.search(text)
    ]
    assert found == []


def test_sql_files_are_found_in_queries_only() -> None:
    strays = [
        file for folder in ("dashboard", "data", "tests") for file in (ROOT / folder).rglob("*.sql")
    ]
    assert strays == []
    known = {
        *build_statements(),
        EACH_TOWN,
        EACH_MONTH,
        CHOSEN,
        KEPT_MONTHS,
        RESIDENTS_BY_MONTH,
        SILENT_TOWNS,
        *(query.file for query in named_queries().values()),
    }
    assert set(QUERIES.rglob("*.sql")) == known
    assert {file for file in QUERIES.rglob("*") if file.is_file()} == known
