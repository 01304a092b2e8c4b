"""Move many rows between files and DuckDB tables without passing each through Python.

What must be judged value by value is judged once for each distinct value.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from dashboard.model.contract import Table
from dashboard.model.problem import Problem
from dashboard.model.tables import ATTENDANCE
from dashboard.model.words import Words
from dashboard.warehouse.ddl import DUCKDB_TYPES

_SHOWN = 20


def insert_parquet(connection: duckdb.DuckDBPyConnection, table: Table, file: Path) -> None:
    """Insert a Parquet file's rows into a table of the contract."""
    columns = ", ".join(
        f"cast({column.name} as {DUCKDB_TYPES[column.field.type]}) as {column.name}"
        for column in table.columns
    )
    connection.read_parquet(str(file)).project(columns).insert_into(table.name)


@dataclass(frozen=True)
class Layout:
    """Say how a CSV file is laid out: rows to skip, the sign between columns, how many."""

    skipped: int
    delimiter: str
    width: int


@dataclass(frozen=True)
class Bad:
    """Hold a value that can't be taken: in how many rows, and in which line first."""

    value: str
    rows: int
    first: int


@dataclass(frozen=True)
class Written:
    """Count the attendances that were written, repeated, and left out."""

    rows: int
    repeated: int
    left_out: int


class Staged:
    """Hold a large CSV file's wanted columns as texts, to be judged and written."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        rows: duckdb.DuckDBPyRelation,
        wanted: dict[str, str],
        skipped: int,
    ) -> None:
        self._connection, self._rows = connection, rows
        self._wanted, self._skipped = wanted, skipped

    @property
    def row_count(self) -> int:
        return int(self._connection.table("staged").aggregate("count(*)").fetchall()[0][0])

    def distinct(self, column: str) -> list[str | None]:
        """List a column's distinct values."""
        rows = self._connection.table("staged").project(column).distinct().fetchall()
        return [value for (value,) in rows]

    def keep(self, column: str, values: dict[str | None, Any], kind: str) -> None:
        """Say what a column's values are taken as; those left out can't be taken."""
        frame = pd.DataFrame(
            {
                "raw": pd.Series(list(values), dtype="object"),
                "taken": pd.Series(list(values.values()), dtype=_NULLABLE[kind]),
            }
        )
        self._connection.from_df(frame).project(f"raw, cast(taken as {kind}) as taken").create(
            f"taken_{column}"
        )

    def bad(self, column: str) -> list[Bad]:
        """List values that can't be taken, those that come first in the file first."""
        taken = self._connection.table(f"taken_{column}").set_alias("t")
        left = (
            self._connection.table("staged")
            .set_alias("s")
            .join(taken, f"s.{column} is not distinct from t.raw", how="anti")
        )
        if not left.limit(1).fetchall():
            return []
        # Lines are counted only now: it takes the file once more.
        numbered = self._rows.project(
            f"{self._wanted[column]} as value, row_number() over () as line"
        )
        rows = (
            numbered.set_alias("n")
            .join(taken, "n.value is not distinct from t.raw", how="anti")
            .aggregate("value, count(*) as rows, min(line) as first", "value")
            .order("first")
            .limit(_SHOWN)
            .fetchall()
        )
        return [Bad(value or "", count, first + self._skipped) for value, count, first in rows]

    def write(self, to: Path) -> Written:
        """Write the attendances; those whose participant is taken as none are left out.

        Raises Problem where the same person is a resident and none at the same activity.
        """
        taken = self._connection.table("staged").set_alias("s")
        for column in ("activity_code", "participant_code", "is_resident"):
            taken = taken.join(
                self._connection.table(f"taken_{column}").set_alias(f"t_{column}"),
                f"s.{column} is not distinct from t_{column}.raw",
            ).project(
                ", ".join(
                    [
                        f"t_{column}.taken as {name}_taken" if name == column
                        else f"{name}_taken" if name in _before(column)
                        else f"s.{name}"
                        for name in _COLUMNS
                    ]
                )
            ).set_alias("s")  # fmt: skip
        named = taken.filter("participant_code_taken is not null")
        grouped = named.aggregate(
            "activity_code_taken as activity_code, participant_code_taken as participant_code, "
            "bool_or(is_resident_taken) as is_resident, "
            "bool_and(is_resident_taken) as always, count(*) as rows",
            "activity_code_taken, participant_code_taken",
        )
        grouped.create("grouped")
        table = self._connection.table("grouped")
        unlike = table.filter("is_resident <> always").aggregate("count(*)").fetchall()[0][0]
        if unlike:
            raise Problem(
                Words(
                    f"{unlike} 处：同一人在同一活动中既是居民又不是居民；请只留正确的一行。",
                    f"In {unlike} places the same person is a resident and none at the same "
                    "activity; keep the right row only.",
                )
            )
        rows, repeated = table.aggregate("count(*), coalesce(sum(rows - 1), 0)").fetchall()[0]
        table.project("activity_code, participant_code, is_resident").write_parquet(
            str(to), compression="zstd"
        )
        return Written(int(rows), int(repeated), self.row_count - int(rows) - int(repeated))


# Without these a column of codes and gaps would become inexact numbers.
_NULLABLE: dict[str, Any] = {"UBIGINT": "UInt64", "BOOLEAN": "boolean", "VARCHAR": "object"}
_COLUMNS = ("activity_code", "participant_code", "is_resident")


def _before(column: str) -> tuple[str, ...]:
    return _COLUMNS[: _COLUMNS.index(column)]


@contextmanager
def staged_csv(
    path: Path, layout: Layout, wanted: dict[str, str], scratch: Path
) -> Iterator[Staged]:
    """Stage columns of a CSV file, each an expression over ``c0``, ``c1``, ...

    Raises Problem naming the line that is no CSV.
    """
    database = scratch / "staged.duckdb"
    with duckdb.connect(
        database, config={"memory_limit": "1GB", "temp_directory": str(scratch / "spill")}
    ) as connection:
        try:
            rows = connection.sql(_reading(path, layout))
            rows.project(", ".join(f"{how} as {name}" for name, how in wanted.items())).create(
                "staged"
            )
        except duckdb.Error as error:
            reason = str(error).splitlines()[0][:120]
            raise Problem(
                Words(
                    f"{path.name}：不是各行列数一致的 CSV（{reason}）；请改正后重试。",
                    f"{path.name}: is no CSV with as many columns in each row ({reason}); "
                    "mend it and try again.",
                )
            ) from error
        yield Staged(connection, rows, wanted, layout.skipped)


def _reading(path: Path, layout: Layout) -> str:
    columns = ", ".join(f"c{number}: 'VARCHAR'" for number in range(layout.width))
    name, sign = (text.replace("'", "''") for text in (str(path), layout.delimiter))
    return (
        f"from read_csv('{name}', columns = {{{columns}}}, skip = {layout.skipped}, "
        f"delim = '{sign}', header = false, auto_detect = false, quote = '\"', escape = '\"')"
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
