"""The command says what it lacks before anything is started, and writes what others are to run."""

import re
from pathlib import Path

import pytest
import sqlglot
from click.testing import CliRunner, Result

from dashboard.cli.main import main
from dashboard.paths import PSEUDONYM_KEY_VARIABLE
from dashboard.warehouse.rolled import MANIFEST, ROLLUPS, read_manifest, statements_version
from tests.conftest import ATTENDANCES
from tests.rollups.made import write_rollups


def call(*words: str) -> Result:
    return CliRunner().invoke(main, ["rollup", *words])


@pytest.mark.parametrize(
    ("given", "lacking"),
    [
        ((), "Give --activities, --attendances, --to."),
        (("--to", "r", "--month", "2026-03"), "Give --activities, --attendances, --keep."),
        (("--keep", "k"), "Give --to."),
        (("--keep", "k", "--to", "r", "--activities", "a.csv"), "Give --attendances."),
    ],
)
def test_what_is_lacking_is_named(given: tuple[str, ...], lacking: str) -> None:
    pytest.importorskip("pyspark")
    result = call(*given)
    assert result.exit_code == 1
    assert lacking in result.stderr


@pytest.mark.parametrize("month", ["2026-13", "March", "2026-3"])
def test_a_month_is_written_in_one_way(month: str) -> None:
    result = call("--month", month)
    assert result.exit_code == 2
    assert "YYYY-MM" in result.stderr


@pytest.mark.parametrize("dialect", ["spark", "hive", "starrocks", "doris"])
def test_the_statements_are_written_for_others(dialect: str) -> None:
    result = call("--print-sql", "--dialect", dialect)
    assert result.exit_code == 0
    made = {
        each.this.name
        for each in sqlglot.parse(result.stdout, read=dialect)
        if isinstance(each, sqlglot.exp.Create)
    }
    assert made >= ROLLUPS.keys()


def test_a_key_that_workers_cannot_read_is_not_left_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyspark")
    monkeypatch.setenv(PSEUDONYM_KEY_VARIABLE, "sixteen-bytes-and-more")
    result = call("--attendances", "a.csv", "--activities", "b.csv", "--to", "c")
    assert result.exit_code == 1
    assert (
        f"The key is in {PSEUDONYM_KEY_VARIABLE}, but workers read it from a file" in result.stderr
    )
    assert "sixteen-bytes" not in result.stderr


def test_what_the_printed_statements_made_is_listed(warehouse_file: Path, tmp_path: Path) -> None:
    made = write_rollups(warehouse_file, tmp_path)
    (tmp_path / MANIFEST).unlink()
    printed = call("--print-sql").stdout
    version = re.search(r"--statements (\w+)", printed)
    assert version is not None
    result = call("--list", str(tmp_path), "--statements", version[1])
    assert result.exit_code == 0
    there = read_manifest(tmp_path)
    assert (there.content, there.attendances, there.engine) == (made.content, ATTENDANCES, "SQL")


def test_what_another_version_made_or_is_not_whole_is_not_listed(tmp_path: Path) -> None:
    result = call("--list", str(tmp_path), "--statements", "0123456789ab")
    assert result.exit_code == 1
    assert f"it must be this one's, {statements_version()}" in result.stderr
    (tmp_path / "activity_day").mkdir()
    result = call("--list", str(tmp_path), "--statements", statements_version())
    assert result.exit_code == 1
    assert "lacks activity_category, activity_day, " in result.stderr
    assert not (tmp_path / MANIFEST).exists()
