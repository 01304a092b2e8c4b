"""Make roll-ups by DuckDB in the folder's form, and ask two warehouses the same."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from dashboard.contract.filters import Filters
from dashboard.warehouse.catalogue import build_statements, named_queries, statements_of_rollups
from dashboard.warehouse.rolled import ROLLUPS, Manifest, list_rollups


def roll_up_in_duckdb(connection: duckdb.DuckDBPyConnection) -> None:
    """Run the statements over the tables activity and attendance of a connection."""
    connection.execute("create temporary table cell_secret as select '00' as secret")
    keys = [path for path in build_statements() if path.name == "12_keys.sql"]
    for path in sorted([*statements_of_rollups(), *keys]):
        connection.execute(path.read_text(encoding="utf-8"))


def write_rollups(file: Path, folder: Path) -> Manifest:
    """Write the roll-ups of a warehouse's attendances as a cluster would."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{file}' as w (read_only)")
        for name in ("activity", "attendance"):
            connection.execute(f"create temporary table {name} as from w.{name}")
        roll_up_in_duckdb(connection)
        for name, columns in ROLLUPS.items():
            (folder / name).mkdir(parents=True)
            rows = connection.table(name).project(", ".join(columns))
            rows.write_parquet(str(folder / name / "part.parquet"))
    return list_rollups(folder, "DuckDB")


def answers(file: Path, chosen: Filters) -> Iterator[tuple[str, pd.DataFrame]]:
    """Ask a warehouse every named query as it is written, with nothing hidden."""
    parameters: dict[str, Any] = chosen.parameters()
    with duckdb.connect(file, read_only=True) as connection:
        for query in named_queries().values():
            taken = {name: parameters[name] for name in query.parameter_names}
            yield query.name, connection.execute(query.sql, taken).df()
