"""Check the serving of a warehouse: what it answers, refuses, keeps and notices."""

import os
import shutil
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from dashboard.contract.filters import Filters
from dashboard.contract.problem import Problem
from dashboard.warehouse.catalogue import for_each_month, for_each_town, named_queries
from dashboard.warehouse.parts import Whole
from dashboard.warehouse.store import NoWarehouse, Store, Tables, Warehouse, named_query

Built = dict[int, Path]

CHOICE = Filters(date(2025, 12, 1), date(2025, 12, 1)).parameters()


@pytest.fixture(scope="module")
def built(warehouse_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Two warehouses that differ, by their seeds."""
    folder = tmp_path_factory.mktemp("two")
    files = {seed: Path(shutil.copy(warehouse_file, folder / f"{seed}.duckdb")) for seed in (1, 2)}
    for seed, file in files.items():
        change(file, f"update warehouse_about set seed = {seed}")
    change(files[2], "delete from attendance")
    return files


@pytest.fixture
def served(built: Built, tmp_path: Path) -> Path:
    return Path(shutil.copy(built[1], tmp_path / "minhang.duckdb"))


def put(file: Path, at: Path) -> None:
    """Put a copy of a file in another's place, in one step and as a newer one."""
    copy = Path(shutil.copy(file, at.with_name("copy")))
    newer = at.stat().st_mtime_ns + 10**9
    os.utime(copy, ns=(newer, newer))
    copy.replace(at)


def change(file: Path, statement: str) -> None:
    with duckdb.connect(file) as connection:
        connection.execute(statement)


def problem_of(file: Path) -> Problem:
    """Open what can't be served; check that both languages say what to do next."""
    with pytest.raises(Problem) as caught:
        Store(file).current()
    for words in caught.value.problems:
        assert "python -m dashboard build" in words.zh
        assert "python -m dashboard build" in words.en
        assert words.zh != words.en
    return caught.value


# What can't be served --------------------------------------------------------------------


def test_no_warehouse_is_a_problem_of_its_own(tmp_path: Path) -> None:
    assert isinstance(problem_of(tmp_path / "none.duckdb"), NoWarehouse)
    assert isinstance(problem_of(tmp_path / "no folder" / "none.duckdb"), NoWarehouse)


@pytest.mark.parametrize("content", [b"", b"not a database" * 1000], ids=["empty", "garbage"])
def test_a_damaged_file_is_a_problem(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "minhang.duckdb"
    file.write_bytes(content)
    problem = problem_of(file)
    assert not isinstance(problem, NoWarehouse)
    assert "minhang.duckdb can't be opened" in str(problem)
    assert file.read_bytes() == content


def test_a_truncated_file_is_a_problem(served: Path) -> None:
    served.write_bytes(served.read_bytes()[:100_000])
    assert "damaged" in str(problem_of(served))


def test_another_database_is_a_problem(tmp_path: Path) -> None:
    change(tmp_path / "other.duckdb", "create table t as select 1 as a")
    assert "can't be opened" in str(problem_of(tmp_path / "other.duckdb"))


def test_a_file_of_another_version_is_a_problem(served: Path) -> None:
    change(served, "update warehouse_about set shape = 'older', product_version = '0.0.7'")
    problem = problem_of(served)
    assert "another version (0.0.7)" in str(problem)
    assert "另一版本（0.0.7）" in problem.lines("zh")[0]


# What is newer ---------------------------------------------------------------------------


def test_a_newer_file_is_served_without_a_restart(built: Built, served: Path) -> None:
    store = Store(served)
    first = store.current()
    assert store.current() is first
    assert first.row_count("attendance") > 0
    put(built[2], served)
    second = store.current()
    assert second.about["seed"] == 2
    assert second.row_count("attendance") == 0
    assert store.current() is second
    assert first.row_count("attendance") > 0, "a page that still asks it is not cut off"


def test_a_numbered_newer_file_is_served(built: Built, served: Path) -> None:
    store = Store(served)
    store.current()
    beside = served.with_name("minhang.17.duckdb")
    beside.write_bytes(b"")
    put(built[2], beside)
    assert store.current().path == beside


def test_a_newer_broken_file_leaves_the_served_one_in_service(
    built: Built, served: Path, tmp_path: Path
) -> None:
    store = Store(served)
    first = store.current()
    broken = tmp_path / "broken"
    broken.write_bytes(b"not a database" * 1000)
    put(broken, served)
    assert store.current() is first
    assert first.row_count("town") == 14
    put(built[2], served)
    assert store.current().about["seed"] == 2


# What it answers -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "select * from read_csv('{file}')",
        "select * from read_text('{file}')",
        "select * from '{file}'",
        "attach '{file}' as other",
        "copy town to '{file}'",
        "install httpfs",
        "set enable_external_access = true",
        "set threads = 1",
        "create table served.other as select 1 as a",
        "delete from town",
    ],
)
def test_sql_reaches_nothing_else_and_changes_nothing(
    warehouse: Warehouse, tmp_path: Path, statement: str
) -> None:
    file = tmp_path / "secret.csv"
    file.write_text("a\n1\n", encoding="utf-8")
    refusal = "disabled by configuration|has been locked|read-only mode"
    with pytest.raises(duckdb.Error, match=refusal):
        with warehouse._cursor("exact") as cursor:
            cursor.execute(statement.format(file=file))
    assert file.read_text(encoding="utf-8") == "a\n1\n"


def test_what_a_caller_does_to_a_result_stays_with_the_caller(built: Built) -> None:
    warehouse = Warehouse(built[1])
    clean = warehouse.run_fresh("towns", {})
    for _ in range(2):
        frame = warehouse.run("towns", {})
        pd.testing.assert_frame_equal(frame, clean)
        spoil(frame)
    pd.testing.assert_frame_equal(warehouse.run("towns", {}), clean)


def spoil(frame: pd.DataFrame) -> None:
    frame.loc[0, "name_zh"] = "X"
    frame["area_km2"] *= 2
    frame.iloc[1:3, 0] = "X"
    frame["more"] = 1
    del frame["aliases"]
    frame.columns = pd.Index([f"{name}?" for name in frame.columns])
    frame.index = frame.index[::-1]


def test_results_are_kept_by_query_and_parameters(built: Built) -> None:
    warehouse = Warehouse(built[1])
    one, other = (
        warehouse.run("communities", {**CHOICE, "town_codes": [town]})
        for town in ("310112112", "310112114")
    )
    assert set(one["town_code"]) == {"310112112"}
    assert set(other["town_code"]) == {"310112114"}
    again = warehouse.run("communities", {**CHOICE, "town_codes": ["310112112"]})
    pd.testing.assert_frame_equal(again, one)
    homes, others = (
        warehouse.run("communities", {**CHOICE, "is_home": home}) for home in (True, False)
    )
    assert homes["is_home"].all()
    assert not others["is_home"].any()


def test_something_costly_is_made_once_for_a_warehouse(built: Built) -> None:
    warehouse = Warehouse(built[1])
    made: list[int] = []

    def make() -> int:
        made.append(len(made))
        return made[-1]

    assert [warehouse.remember(key, make) for key in ("a", "b", "a", "b")] == [0, 1, 0, 1]
    assert Warehouse(built[1]).remember("a", make) == 2


def test_who_asks_for_what_is_being_made_waits_for_it(built: Built) -> None:
    warehouse = Warehouse(built[1])
    made: list[int] = []

    def make() -> int:
        time.sleep(0.05)
        made.append(1)
        return len(made)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: warehouse.remember("a", make), range(8)))
    assert answers == [1] * 8


def test_what_could_not_be_made_is_tried_again(built: Built) -> None:
    warehouse = Warehouse(built[1])
    with pytest.raises(ZeroDivisionError):
        warehouse.remember("a", lambda: 1 / 0)
    assert warehouse.remember("a", lambda: 1) == 1


def test_the_second_town_and_month_asked_for_are_counted_with_all(built: Built) -> None:
    warehouse = Warehouse(built[1])
    counted: list[str] = []
    fetch = warehouse._fetch

    def noted(sql: str, taken: Mapping[str, Any], tables: Tables) -> Whole:
        counted.append(sql)
        return fetch(sql, taken, tables)

    warehouse._fetch = noted  # type: ignore[method-assign]
    towns, _ = warehouse.town_codes, warehouse.months
    counted.clear()
    query = named_queries()["changes"]
    for town in (*towns, *towns):
        warehouse.run(query.name, {**CHOICE, "town_codes": [town]})
    assert counted == [query.sql, for_each_town(query)]
    counted.clear()
    for end in (*warehouse.months, *warehouse.months):
        warehouse.run(query.name, {**CHOICE, "start_month": end, "end_month": end})
    assert counted == [query.sql, for_each_month(query.sql)]
    counted.clear()
    for end in warehouse.months:
        for town in towns:
            months = {"start_month": end, "end_month": end}
            warehouse.run(query.name, {**CHOICE, **months, "town_codes": [town]})
    assert counted[-1] == for_each_month(for_each_town(query))
    assert len(counted) <= 3
    # Over a span of one's own nobody asks for the other months.
    counted.clear()
    for start, end in zip(warehouse.months, warehouse.months[4:], strict=False):
        warehouse.run(query.name, {**CHOICE, "start_month": start, "end_month": end})
    assert set(counted) == {query.sql}


def test_of_nothing_a_part_is_nothing() -> None:
    whole = Whole(pd.DataFrame({"town_code": pd.array([], dtype="str"), "count": []}), {})
    assert whole.part({"town_code": ["310112112"]}).empty
    assert whole.part({"town_code": ["310112112", "310112103"]}).empty


def test_many_may_ask_at_once(built: Built) -> None:
    warehouse = Warehouse(built[1])
    towns = list(warehouse.run("towns", {})["town_code"])
    asked = [{**CHOICE, "town_codes": [town]} for town in towns * 6]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda choice: warehouse.run_fresh("communities", choice), asked))
    assert [set(rows["town_code"]) for rows in answers] == [{town} for town in towns * 6]


def test_an_unknown_query_lists_those_there_are(warehouse: Warehouse) -> None:
    for ask in (named_query, lambda name: warehouse.run(name, {})):
        with pytest.raises(Problem) as caught:
            ask("coverage_by_twon")
        (words,) = caught.value.problems
        assert all("coverage_by_twon" in text for text in words)
        assert all(name in text for name in named_queries() for text in words)


def test_tables_are_returned_whole_or_in_part(warehouse: Warehouse) -> None:
    assert len(warehouse.table("town", exact=True)) == warehouse.row_count("town") == 14
    assert len(warehouse.table("town", limit=3, exact=True)) == 3
    with pytest.raises(KeyError):
        warehouse.table("warehouse_about", exact=True)


def test_months_are_in_order_and_without_gaps(warehouse: Warehouse) -> None:
    months = pd.DatetimeIndex(warehouse.months)
    assert months.equals(pd.date_range("2023-11-01", "2025-12-01", freq="MS", unit=months.unit))
