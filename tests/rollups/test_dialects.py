"""The statements that make roll-ups are written for other engines, or refused by name."""

import pytest
import sqlglot
from sqlglot import exp

from dashboard.contract.problem import Problem
from dashboard.rollups.dialects import statements, translated
from dashboard.warehouse.catalogue import build_statements, statements_of_rollups


@pytest.mark.parametrize("dialect", ["spark", "hive", "starrocks", "doris"])
def test_every_statement_has_a_form_in_each_dialect(dialect: str) -> None:
    made = [each.table for each in statements(dialect)]  # type: ignore[arg-type]
    text = "".join(path.read_text(encoding="utf-8") for path in statements_of_rollups())
    # Each of them makes one table, and none is passed over.
    assert len(made) == len(set(made)) == text.count("create ")


@pytest.mark.parametrize(
    "only_duckdb",
    [
        "1::hugeint << 3",
        "1::usmallint",
        "to_months(3)",
        "some_macro(1)",
        "x from y asof join z using (a)",
    ],
)
def test_what_has_no_form_is_refused_by_name(only_duckdb: str) -> None:
    with pytest.raises(Problem, match="has no form in spark"):
        translated(f"create table made as select {only_duckdb}", "spark")


def test_what_is_made_elsewhere_reads_nothing_of_the_home_data() -> None:
    sources = {"attendance", "activity", "key_of"}
    made: set[str] = set()
    for each in statements():
        tree = sqlglot.parse_one(each.select, read="spark")
        own = {name.alias for name in tree.find_all(exp.CTE)}
        assert {name.name for name in tree.find_all(exp.Table)} <= sources | made | own, each.table
        made.add(each.table)
    others = [path for path in build_statements() if path not in statements_of_rollups()]
    # Of the others only what stands for persons or is protected asks the rows themselves.
    asking = {path.name for path in others if "from attendance" in path.read_text(encoding="utf-8")}
    assert asking == {"12_keys.sql"}
