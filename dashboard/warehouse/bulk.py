"""Move many rows between files and DuckDB tables without passing each through Python."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO

import duckdb
import pandas as pd
import pyarrow as pa

from dashboard.contract.fields import Table
from dashboard.contract.problem import Problem
from dashboard.contract.tables import ATTENDANCE
from dashboard.contract.words import Words

_SHOWN = 20
BATCH_ROWS = 250_000


def insert_parquet(connection: duckdb.DuckDBPyConnection, table: Table, file: Path) -> None:
    """Insert a Parquet file's rows into a table of the contract."""
    columns = ", ".join(
        f"cast({column.name} as {column.field.form.duckdb}) as {column.name}"
        for column in table.columns
    )
    connection.read_parquet(str(file)).project(columns).insert_into(table.name)


@dataclass(frozen=True)
class Layout:
    """Say how a CSV file is laid out: rows to skip, the sign between columns, how many, and whether
    a line may break within quotation marks."""

    skipped: int
    delimiter: str
    width: int
    is_quoted: bool = True


# The rows of a large file: what can't be parsed is empty, and nobody is a child.
STAGED = pa.schema(
    [
        ("activity_code", pa.string()),
        ("participant_code", pa.uint64()),
        ("is_resident", pa.bool_()),
        ("is_made", pa.bool_()),
        ("line", pa.int64()),
    ]
)


class Staged:
    """Hold the attendances of a large file, to be held against each other and written."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        connection.from_arrow(STAGED.empty_table()).create("staged")

    def add(self, rows: pa.Table) -> None:
        self._connection.from_arrow(rows).insert_into("staged")

    @property
    def made_count(self) -> int:
        """Count the persons whose pseudonyms were made here."""
        made = self._grouped.filter("is_made")
        return int(made.aggregate("count(distinct participant_code)").fetchall()[0][0])

    def conflicts(self) -> list[tuple[int, int]]:
        """Say in which lines a person is no resident, and in which one at the same activity."""
        unlike = self._grouped.filter("line is not null and other is not null")
        return unlike.project("line, other").order("line").limit(_SHOWN).fetchall()

    def write(self, to: Path) -> tuple[int, int]:
        """Write the attendances, each once; return how many, and how many were repeated."""
        rows = self._grouped.project("activity_code, participant_code, resident as is_resident")
        rows.write_parquet(str(to), compression="zstd")
        written = int(self._connection.read_parquet(str(to)).aggregate("count(*)").fetchall()[0][0])
        staged = self._connection.table("staged").aggregate("count(*)").fetchall()[0][0]
        return written, int(staged) - written

    @cached_property
    def _grouped(self) -> duckdb.DuckDBPyRelation:
        """Each person once an activity; made when all rows are there."""
        self._connection.table("staged").aggregate(
            "activity_code, participant_code, bool_or(is_resident) as resident, "
            "bool_or(is_made) as is_made, "
            "min(line) filter (where not is_resident) as line, "
            "min(line) filter (where is_resident) as other",
            "activity_code, participant_code",
        ).create("grouped")
        return self._connection.table("grouped")


@contextmanager
def staging(scratch: Path) -> Iterator[Staged]:
    """Hold rows on the disk for as long as they are staged."""
    with duckdb.connect(scratch / "staged.duckdb", config=_config(scratch)) as connection:
        yield Staged(connection)


def _config(scratch: Path) -> dict[str, Any]:
    return {"memory_limit": "1GB", "temp_directory": str(scratch / "spill")}


def write_columns(
    path: Path, layout: Layout, wanted: dict[str, str], name: str, to: BinaryIO
) -> None:
    """Write columns of a CSV file, each an expression over ``c0``, ``c1``, ..., as Arrow.

    Raises Problem naming the line that is no CSV.
    """
    scratch = Path.cwd()
    with duckdb.connect(config={**_config(scratch), "threads": 2}) as connection:
        try:
            columns = ", ".join(f"{how} as {key}" for key, how in wanted.items())
            _write_arrow(connection.sql(_reading(path, layout)).project(columns), to)
        except duckdb.Error as error:
            found = re.search(r"Line: (\d+)", str(error))
            line = (
                Words(f"第 {found[1]} 行", f"line {found[1]}") if found else Words("某行", "a line")
            )
            raise Problem(
                Words(
                    f"{name}：{line.zh}与别行列数不一，或引号不成对；请改正后重试。",
                    f"{name}: {line.en} has other columns than the rest, or an odd quotation "
                    "mark; correct it and try again.",
                )
            ) from error


def _write_arrow(rows: duckdb.DuckDBPyRelation, to: BinaryIO) -> None:
    with (
        rows.to_arrow_reader(BATCH_ROWS) as batches,
        pa.ipc.new_stream(to, batches.schema) as stream,
    ):
        for batch in batches:
            stream.write_batch(batch)


def _reading(path: Path, layout: Layout) -> str:
    columns = ", ".join(f"c{number}: 'VARCHAR'" for number in range(layout.width))
    name, sign = (text.replace("'", "''") for text in (str(path), layout.delimiter))
    return (
        f"from read_csv('{name}', columns = {{{columns}}}, skip = {layout.skipped}, "
        f"delim = '{sign}', header = false, auto_detect = false, quote = '\"', escape = '\"', "
        f"null_padding = true, parallel = {str(not layout.is_quoted).lower()})"
    )


def merged_attendances(old: Path | None, new: Path, to: Path) -> tuple[int, int, int, pd.DataFrame]:
    """Merge attendances by activity and person; return rows, added, restated, and the changes."""
    with duckdb.connect() as connection:
        connection.execute("set memory_limit = '1GB'")
        fresh = connection.read_parquet(str(new))
        rows = fresh.aggregate("count(*)").fetchall()[0][0]
        if old is None:
            fresh.write_parquet(str(to), compression="zstd")
            return rows, rows, 0, pd.DataFrame()
        there = connection.read_parquet(str(old))
        same = "o.activity_code = n.activity_code and o.participant_code = n.participant_code"
        left, right = there.set_alias("o"), fresh.set_alias("n")
        kept = left.join(right, same, how="anti")
        added = right.join(left, same, how="anti").aggregate("count(*)").fetchall()[0][0]
        changed = (
            right.join(left, same)
            .filter("o.is_resident <> n.is_resident")
            .project(
                "n.activity_code || ' ' || n.participant_code as row_key, "
                "o.is_resident::varchar as before_value, n.is_resident::varchar as after_value"
            )
            .df()
        )
        names = ", ".join(column.name for column in ATTENDANCE.columns)
        kept.project(names).union(fresh.project(names)).write_parquet(str(to), compression="zstd")
        changes = changed.assign(table_name=ATTENDANCE.name, column_name="is_resident")
        return rows, added, len(changed), changes
