"""Derive DuckDB's tables from the contract."""

import hashlib

from dashboard.contract.fields import Table
from dashboard.contract.tables import TABLES
from dashboard.warehouse.catalogue import build_statements


def create_statement(table: Table) -> str:
    """Write the statement that creates a table of the contract."""
    columns = ", ".join(
        f"{column.name} {column.field.form.duckdb}{'' if column.nullable else ' not null'}"
        for column in table.columns
    )
    return f"create table {table.name} ({columns})"


def shape() -> str:
    """Digest what a warehouse is made of, to tell one built by another version."""
    digest = hashlib.sha256()
    for table in TABLES:
        digest.update(create_statement(table).encode())
    for path in build_statements():
        # Text mode, so that a checkout with other line ends has the same shape.
        digest.update(path.read_text(encoding="utf-8").encode())
    return digest.hexdigest()[:16]
