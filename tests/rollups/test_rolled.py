"""A warehouse of roll-ups made elsewhere answers as one of the attendances, and takes no others."""

import json
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from dashboard.contract.filters import Filters
from dashboard.contract.problem import Problem
from dashboard.paths import DATA, PROTECTED_VARIABLE
from dashboard.server import _health
from dashboard.warehouse.build import build
from dashboard.warehouse.rolled import MANIFEST, ROLLUPS, Manifest, read_manifest
from dashboard.warehouse.store import Store, Warehouse
from tests.conftest import ATTENDANCES
from tests.rollups.made import answers, write_rollups


@pytest.fixture(scope="module")
def folder(warehouse_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    to = tmp_path_factory.mktemp("rollups")
    write_rollups(warehouse_file, to)
    return to


@pytest.fixture(scope="module")
def rolled(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    to = tmp_path_factory.mktemp("rolled") / "minhang.duckdb"
    return build(data=DATA, to=to, attendances=ATTENDANCES, rollups=folder)


def chosen(warehouse: Warehouse) -> list[Filters]:
    months = warehouse.months
    return [
        Filters(months[-3], months[-1]),
        Filters(months[0], months[-1], town_codes=(warehouse.town_codes[2],)),
        Filters(months[-12], months[-1], tiers=("bed",)),
    ]


def test_every_query_answers_the_same(
    warehouse: Warehouse, warehouse_file: Path, rolled: Path
) -> None:
    for filters in chosen(warehouse):
        pairs = zip(answers(warehouse_file, filters), answers(rolled, filters), strict=True)
        for (name, rows), (_, others) in pairs:
            pd.testing.assert_frame_equal(rows, others, obj=name)


def test_no_row_of_a_person_is_there_and_nothing_reads_one(rolled: Path) -> None:
    with duckdb.connect(rolled, read_only=True) as connection:
        for name in ("activity", "attendance"):
            assert connection.table(name).aggregate("count(*)").fetchall() == [(0,)]
        columns = connection.sql("select column_name from duckdb_columns()").fetchall()
    assert ("participant_key",) not in columns
    warehouse = Warehouse(rolled)
    told = warehouse.rolled_elsewhere
    assert (told["engine"], told["attendances"]) == ("DuckDB", ATTENDANCES)
    assert {"activity", "attendance"} <= warehouse.own_tables
    assert not {"activity", "attendance"} & warehouse.unloaded
    health = json.loads(_health(Store(rolled)).body)
    assert health["rollups"]["content"] == told["content"]


def test_it_is_not_served_protected(rolled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PROTECTED_VARIABLE, "1")
    with pytest.raises(Problem, match="without the keys of persons"):
        Warehouse(rolled)


# What is refused ----------------------------------------------------------------------------


def changed(folder: Path, to: Path, **said: object) -> Path:
    """Copy a folder, and say something else in its manifest."""
    to.mkdir()
    for each in ROLLUPS:
        (to / each).symlink_to(folder / each)
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    for name, value in said.items():
        table, _, key = name.rpartition("__")
        (manifest["tables"][table] if table else manifest)[key] = value
    (to / MANIFEST).write_text(Manifest.of_text(json.dumps(manifest)).text(), encoding="utf-8")
    return to


def test_what_is_unfinished_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="There is no manifest.json"):
        read_manifest(tmp_path)


def test_a_mixture_of_data_or_versions_is_refused(folder: Path, tmp_path: Path) -> None:
    mixed = changed(folder, tmp_path / "mixed", cohort_rollup__inputs="others")
    with pytest.raises(Problem, match=r"not all of the same data \(cohort_rollup\)"):
        read_manifest(mixed)
    older = changed(folder, tmp_path / "older", statements="older")
    with pytest.raises(Problem, match="by another version of the statements"):
        read_manifest(older)


def test_a_manifest_that_was_touched_is_refused(folder: Path, tmp_path: Path) -> None:
    text = (folder / MANIFEST).read_text(encoding="utf-8")
    (tmp_path / MANIFEST).write_text(text.replace('"rows": ', '"rows": 1'), encoding="utf-8")
    with pytest.raises(Problem, match="does not agree with its manifest"):
        read_manifest(tmp_path)


def test_a_table_that_was_touched_is_refused(folder: Path, tmp_path: Path) -> None:
    touched = changed(folder, tmp_path / "touched")
    (touched / "cohort_rollup").unlink()
    (touched / "cohort_rollup").mkdir()
    with duckdb.connect() as connection:
        rows = connection.read_parquet(str(folder / "cohort_rollup" / "*.parquet"))
        # As many rows and persons, in other communities.
        swapped = rows.project(
            "* replace (if(community_code = max(community_code) over (), "
            "min(community_code) over (), community_code) as community_code)"
        )
        swapped.write_parquet(str(touched / "cohort_rollup" / "part.parquet"))
    with pytest.raises(Problem, match="cohort_rollup in .* does not agree"):
        build(data=DATA, to=tmp_path / "made.duckdb", attendances=2000, rollups=touched)
    assert not (tmp_path / "made.duckdb").exists()


def test_communities_that_nobody_knows_are_named(folder: Path, tmp_path: Path) -> None:
    with duckdb.connect() as connection:
        from dashboard.warehouse.rolled import attach_rollups

        connection.execute("create table community (community_code varchar)")
        with pytest.raises(Problem, match="not in community"):
            attach_rollups(connection, folder, read_manifest(folder))
