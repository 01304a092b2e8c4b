"""Hold frames against the contract; report every problem of a table at once."""

from functools import cache
from typing import Any

import duckdb
import pandas as pd
import pandera.pandas as pa

from dashboard.contract.fields import Column, Table
from dashboard.contract.problem import Problem
from dashboard.contract.tables import GOVERNANCE, NAMED, OCCUPANCY, TABLES
from dashboard.contract.words import Words

_SHOWN = 5
# Who came in which month is kept as the bits of two numbers of 63.
MOST_MONTHS = 126


def validate(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with the contract's columns in order; raises Problem with all faults."""
    found = failures(table, frame)
    if len(found):
        raise Problem(_describe(table, found))
    return frame[[column.name for column in table.columns]]


def failures(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """List what breaks the contract, row by row: column, check, failure_case and index."""
    try:
        schema(table.name).validate(frame, lazy=True)
    except pa.errors.SchemaErrors as errors:
        # In the order of the rows: pandera's own is by chance.
        return errors.failure_cases.sort_values("index", kind="stable")
    return pd.DataFrame(columns=["column", "check", "failure_case", "index"])


@cache
def schema(table_name: str) -> pa.DataFrameSchema:
    """Derive a table's pandera schema from the contract."""
    table = NAMED[table_name]
    return pa.DataFrameSchema(
        {column.name: _column_schema(column) for column in table.columns},
        # Attendances arrive in chunks: their key is checked in the warehouse.
        unique=list(table.key) if table.name != "attendance" else None,
        strict=True,
    )


def _column_schema(column: Column) -> pa.Column:
    field = column.field
    checks = []
    if field.allowed:
        checks.append(pa.Check.isin(list(field.allowed)))
    if field.minimum is not None:
        checks.append(pa.Check.ge(field.minimum))
    if field.maximum is not None:
        checks.append(pa.Check.le(field.maximum))
    if field.type == "month":
        checks.append(pa.Check(lambda days: days.dt.day == 1, name="first day of a month"))
    return pa.Column(checks=checks, nullable=column.nullable)


def _describe(table: Table, found: pd.DataFrame) -> list[Words]:
    problems = []
    for (column, check), cases in found.groupby(["column", "check"], dropna=False, sort=False):
        where = f"{table.name}.{column}" if column in found["column"].values else table.name
        values = ", ".join(str(value) for value in cases["failure_case"].unique()[:_SHOWN])
        problems.append(
            Words(
                f"{where}：{len(cases)} 处不符合“{check}”，例如 {values}；请在来源中改正。",
                f"{where}: {len(cases)} values fail “{check}”, such as {values}; "
                "correct them in the source.",
            )
        )
    return problems


def check_keys(connection: duckdb.DuckDBPyConnection) -> None:
    """Check keys, references, spans and months in the loaded warehouse; raises Problem with all faults."""
    problems = [
        problem
        for table in TABLES
        for problem in (*_repeated_keys(connection, table), *_lost_references(connection, table))
    ]
    problems += _broken_spans(connection)
    problems += _too_many_months(connection)
    if problems:
        raise Problem(problems)


def _repeated_keys(connection: duckdb.DuckDBPyConnection, table: Table) -> list[Words]:
    key = ", ".join(table.key)
    repeated = (
        connection.table(table.name)
        .aggregate(f"{key}, count(*) as rows", key)
        .filter("rows > 1")
        .limit(_SHOWN)
        .fetchall()
    )
    return [
        Words(
            f"{table.name}：主键 {key} 重复，例如 {row[:-1]}；请删去重复行。",
            f"{table.name}: duplicate key {key}, such as {row[:-1]}; remove the repeated rows.",
        )
        for row in repeated
    ]


def _lost_references(connection: duckdb.DuckDBPyConnection, table: Table) -> list[Words]:
    problems: list[Words] = []
    for reference in table.foreign_keys:
        lost = (
            connection.table(table.name)
            .filter(f"{reference.column} is not null")
            .join(connection.table(reference.table), reference.column, how="anti")
            .project(reference.column)
            .distinct()
            .limit(_SHOWN)
            .fetchall()
        )
        problems.extend(
            Words(
                f"{table.name}.{reference.column}：“{value}”不在 {reference.table} 中；"
                "请补上该行或改正代码。",
                f"{table.name}.{reference.column}: “{value}” is not in {reference.table}; "
                "add that row or correct the code.",
            )
            for (value,) in lost
        )
    return problems


def _broken_spans(connection: duckdb.DuckDBPyConnection) -> list[Words]:
    """Find where a community's governance overlaps itself, has a gap, or ends before it begins."""
    spans = connection.table(GOVERNANCE.name).project(
        "community_code, valid_from, valid_to, lead(valid_from) over "
        "(partition by community_code order by valid_from) as next_from"
    )
    overlap = "coalesce(valid_to, date '9999-12-31') >= next_from"
    return [
        *(
            Words(
                f"{GOVERNANCE.name}：{code} 自 {start} 起的治理安排止于 {end or '今'}，与自 {following} 起的"
                "下一段重叠；请让前一段止于后一段开始的前一日。",
                f"{GOVERNANCE.name}: {code}'s span from {start} to {end or 'now'} overlaps the next "
                f"from {following}; end it on the day before that one begins.",
            )
            for code, start, end, following in _some(spans, overlap)
        ),
        *(
            Words(
                f"{GOVERNANCE.name}：{code} 在 {end} 与 {following} 之间没有治理安排；"
                "请让前一段止于后一段开始的前一日。",
                f"{GOVERNANCE.name}: {code} has no governance between {end} and {following}; "
                "let the span before run to the day before the next begins.",
            )
            for code, _, end, following in _some(spans, "valid_to + 1 < next_from")
        ),
        *(
            Words(
                f"{GOVERNANCE.name}：{code} 自 {start} 起的治理安排止于 {end}，早于开始；请改正日期。",
                f"{GOVERNANCE.name}: {code}'s span from {start} ends before it begins, on {end}; "
                "correct the dates.",
            )
            for code, start, end, _ in _some(spans, "valid_to < valid_from")
        ),
    ]


def _too_many_months(connection: duckdb.DuckDBPyConnection) -> list[Words]:
    first, last, months = (
        connection.table(OCCUPANCY.name)
        .aggregate("min(month), max(month), datediff('month', min(month), max(month)) + 1")
        .fetchall()[0]
    )
    if months is None or months <= MOST_MONTHS:
        return []
    return [
        Words(
            f"{OCCUPANCY.name}.month：自 {first:%Y-%m} 至 {last:%Y-%m} 有 {months} 个月，本系统至多 "
            f"{MOST_MONTHS} 个月；请去掉较早的月份，或改正写错的月份。",
            f"{OCCUPANCY.name}.month: {first:%Y-%m} to {last:%Y-%m} are {months} months, and "
            f"{MOST_MONTHS} are the most; leave out the earlier ones, or correct a mistyped month.",
        )
    ]


def _some(relation: duckdb.DuckDBPyRelation, condition: str) -> list[tuple[Any, ...]]:
    return relation.filter(condition).order("community_code, valid_from").limit(_SHOWN).fetchall()
