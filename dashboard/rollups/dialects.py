"""Write the build's statements that make roll-ups in the dialect of another engine."""

from dataclasses import dataclass
from typing import Any, Literal

from dashboard.contract.problem import Problem
from dashboard.contract.words import Words
from dashboard.warehouse.catalogue import KEPT_MONTHS, statements_of_rollups

Dialect = Literal["spark", "hive", "starrocks", "doris", "duckdb"]
# The rest is written and parsed again, never run.
RUN: tuple[Dialect, ...] = ("spark",)
# Types of DuckDB that sqlglot hands on although the other engines have none such.
_DUCKDB_ALONE = frozenset(
    ("INT128", "UINT128", "UBIGINT", "UINT", "USMALLINT", "UTINYINT", "TIMESTAMPNTZ", "BIT")
)
NOT_INSTALLED = Words(
    "未安装 Spark 所需的库：请运行 pip install -r requirements-spark.txt。",
    "The libraries for Spark are not installed: run pip install -r requirements-spark.txt.",
)


@dataclass(frozen=True)
class Statement:
    """Hold a statement that makes one table: its name, and the select that makes it."""

    table: str
    select: str
    is_temporary: bool


def statements(dialect: Dialect = "spark") -> list[Statement]:
    """Write the statements in a dialect, in the order in which they run.

    Raises Problem if sqlglot is missing or a statement has no form in the dialect.
    """
    return [
        each
        for path in statements_of_rollups()
        for each in translated(path.read_text(encoding="utf-8"), dialect)
    ]


def statements_of_month(dialect: Dialect = "spark") -> list[Statement]:
    """Write those that make of attendances what is kept of their months, with what these need."""
    last = {each.table for each in kept_statements(dialect)}
    made: list[Statement] = []
    for each in statements(dialect):
        if last and (each.is_temporary or each.table == "activity_category"):
            made.append(each)
            last.discard(each.table)
    return made


def statements_of_kept(dialect: Dialect = "spark") -> list[Statement]:
    """Write those that make the roll-ups of what was kept, whatever month it came in."""
    instead = {each.table: each for each in kept_statements(dialect)}
    return [instead.get(each.table, each) for each in statements(dialect)]


def kept_statements(dialect: Dialect = "spark") -> list[Statement]:
    """Write those that stand for what is made of attendances, where months are kept."""
    return translated(KEPT_MONTHS.read_text(encoding="utf-8"), dialect)


def translated(text: str, dialect: Dialect) -> list[Statement]:
    """Write the tables that a file of statements makes in a dialect. Raises Problem."""
    try:
        import sqlglot
        from sqlglot import exp
    except ImportError as error:
        raise Problem(NOT_INSTALLED) from error
    made = []
    try:
        for tree in sqlglot.parse(text, read="duckdb"):
            if isinstance(tree, exp.Create):
                _refuse(tree, exp)
                for each in tree.find_all(exp.ArraySort):
                    each.set("nulls_first", None)  # in none is a null, which engines sort otherwise
                select = tree.expression.sql(
                    dialect=dialect,
                    unsupported_level=sqlglot.ErrorLevel.RAISE,
                    pretty=True,
                    comments=False,
                )
                sqlglot.parse_one(select, read=dialect)
                is_temporary = tree.find(exp.TemporaryProperty) is not None
                made.append(Statement(tree.this.name, select, is_temporary))
    except (sqlglot.errors.SqlglotError, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise Problem(
            Words(
                f"queries/build 中的语句在 {dialect} 中没有对应写法（{reason}）：请改用两边都有的写法。",
                f"A statement of queries/build has no form in {dialect} ({reason}): write it with what both have.",
            )
        ) from error
    return made


def _refuse(tree: Any, exp: Any) -> None:
    """Raise ValueError at what sqlglot hands on as it stands although the others have none such."""
    for each in tree.find_all(exp.DataType, exp.Anonymous, exp.Join):
        if isinstance(each, exp.DataType) and each.this.name in _DUCKDB_ALONE:
            raise ValueError(f"type {each.this.name}")
        if isinstance(each, exp.Anonymous):
            raise ValueError(f"function {each.name}")
        if isinstance(each, exp.Join) and each.method:
            raise ValueError(f"join {each.method}")
