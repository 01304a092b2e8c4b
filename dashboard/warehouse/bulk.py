"""Move many rows between files and DuckDB tables without passing them through Python."""

from pathlib import Path

import duckdb

from dashboard.model.contract import Table
from dashboard.warehouse.ddl import DUCKDB_TYPES


def insert_parquet(connection: duckdb.DuckDBPyConnection, table: Table, file: Path) -> None:
    """Insert a Parquet file's rows into a table of the contract."""
    columns = ", ".join(
        f"cast({column.name} as {DUCKDB_TYPES[column.field.type]}) as {column.name}"
        for column in table.columns
    )
    connection.read_parquet(str(file)).project(columns).insert_into(table.name)
