"""The command says what it lacks before anything is started, and writes what others are to run."""

import pytest
import sqlglot
from click.testing import CliRunner, Result

from dashboard.cli.main import main
from dashboard.warehouse.rolled import ROLLUPS


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
