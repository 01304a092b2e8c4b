"""Move many rows between files and DuckDB tables without passing each through Python.

What must be judged value by value is judged once for each distinct value.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
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


def insert_parquet(connection: duckdb.DuckDBPyConnection, table: Table, file: Path) -> None:
    """Insert a Parquet file's rows into a table of the contract."""
    columns = ", ".join(
        f"cast({column.name} as {column.field.form.duckdb}) as {column.name}"
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
    """Hold a value that can't be taken, and the line it stands in first."""

    value: str
    first: int


@dataclass(frozen=True)
class Written:
    """Count the attendances that were written, repeated, and left out."""

    rows: int
    repeated: int
    left_out: int


class Staged:
    """Hold a large CSV file's wanted columns, to be judged and written.

    ``participant_code`` is a number already: none for a child, and for whoever ``nobody`` tells.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, skipped: int) -> None:
        self._connection, self._skipped = connection, skipped
        self._kept = (
            "coalesce(nullif(trim(activity_code), ''), nullif(trim(is_resident), ''), "
            "participant_code::varchar, nullif(nobody, '')) is not null or is_child"
        )

    @property
    def _staged(self) -> duckdb.DuckDBPyRelation:
        """Give the rows that are rows, each with its line."""
        return self._connection.table("staged").project("*, rowid + 1 as line").filter(self._kept)

    @property
    def row_count(self) -> int:
        return int(self._staged.aggregate("count(*)").fetchall()[0][0])

    @property
    def made_count(self) -> int:
        """Count the persons whose pseudonyms were made here."""
        counted = self._staged.filter("is_made").aggregate("count(distinct participant_code)")
        return int(counted.fetchall()[0][0])

    def leave_out(self, column: str, value: str) -> None:
        """Leave out the rows of one value."""
        self._keep("{} is distinct from '{}'".format(column, value.replace("'", "''")))

    def take_out(self, column: str) -> list[Bad]:
        """Leave out the rows that have anything in a column, and say which they are."""
        found = self._first(self._staged.filter(f"{column} is not null"), column)
        self._keep(f"{column} is null")
        return found

    def _keep(self, condition: str) -> None:
        self._kept = f"({self._kept}) and {condition}"

    def counts(self, column: str) -> dict[str | None, int]:
        """Say in how many rows each value of a column stands."""
        return dict(self._staged.aggregate(f"{column}, count(*)", column).fetchall())

    def keep(self, column: str, values: dict[str | None, Any]) -> None:
        """Say what a column's values are taken as; those left out can't be taken."""
        kind = ATTENDANCE.column(column).field.form.duckdb
        # Without its type a column of yes, no and gaps would become numbers.
        taken = pd.array(list(values.values()), dtype="boolean" if kind == "BOOLEAN" else "object")
        frame = pd.DataFrame({"raw": pd.Series(list(values), dtype="object"), "taken": taken})
        self._connection.from_df(frame).project(f"raw, cast(taken as {kind}) as taken").create(
            f"taken_{column}"
        )

    def bad(self, column: str) -> list[Bad]:
        """List values that can't be taken, those that come first in the file first."""
        taken = self._connection.table(f"taken_{column}").set_alias("t")
        same = f"s.{column} is not distinct from t.raw"
        return self._first(self._staged.set_alias("s").join(taken, same, how="anti"), column)

    def _first(self, rows: duckdb.DuckDBPyRelation, column: str) -> list[Bad]:
        found = rows.aggregate(f"{column}, min(line) as first", column).order("first")
        return [
            Bad(value or "", first + self._skipped)
            for value, first in found.limit(_SHOWN).fetchall()
        ]

    def conflicts(self) -> list[tuple[int, int]]:
        """Say in which lines a person is no resident, and in which one at the same activity."""
        self._taken(self._staged).aggregate(
            "activity_code, participant_code, bool_or(is_resident) as is_resident, "
            "bool_and(is_resident) as always, count(*) as rows",
            "activity_code, participant_code",
        ).create("grouped")
        unlike = self._connection.table("grouped").filter("is_resident <> always").set_alias("u")
        if not unlike.limit(1).fetchall():
            return []
        lines = (
            self._taken(self._staged, "line")
            .set_alias("n")
            .join(
                unlike,
                "n.activity_code = u.activity_code and n.participant_code = u.participant_code",
            )
            .aggregate(
                "min(line) filter (where not n.is_resident) as line, "
                "min(line) filter (where n.is_resident) as other",
                "n.activity_code, n.participant_code",
            )
            .order("line")
            .limit(_SHOWN)
            .fetchall()
        )
        return [(line + self._skipped, other + self._skipped) for line, other in lines]

    def _taken(self, rows: duckdb.DuckDBPyRelation, *others: str) -> duckdb.DuckDBPyRelation:
        """Put what was taken in the place of raw texts; rows that can't be taken are left out, and
        those of children."""
        for column in _JUDGED:
            same = f"s.{column} is not distinct from t.raw"
            taken = self._connection.table(f"taken_{column}").set_alias("t")
            kept = [f"t.taken as {name}" if name == column else f"s.{name}" for name in _COLUMNS]
            rows = rows.set_alias("s").join(taken, same).project(", ".join([*kept, *others]))
        return rows.filter("participant_code is not null")

    def write(self, to: Path) -> Written:
        """Write the attendances; those whose participant is taken as none are left out."""
        table = self._connection.table("grouped")
        rows, repeated = table.aggregate("count(*), coalesce(sum(rows - 1), 0)").fetchall()[0]
        table.project("activity_code, participant_code, is_resident").write_parquet(
            str(to), compression="zstd"
        )
        return Written(int(rows), int(repeated), self.row_count - int(rows) - int(repeated))


_COLUMNS = ("activity_code", "participant_code", "is_resident")
_JUDGED = ("activity_code", "is_resident")


STAGED = pa.schema(
    [
        ("participant_code", pa.uint64()),
        ("nobody", pa.string()),
        ("is_made", pa.bool_()),
        ("is_child", pa.bool_()),
        ("activity_code", pa.string()),
        ("is_resident", pa.string()),
        ("beyond", pa.string()),
    ]
)


@contextmanager
def staged(rows: Iterable[pa.RecordBatch], skipped: int, scratch: Path) -> Iterator[Staged]:
    """Stage rows in the order of the file's lines, of which so many were skipped."""
    with duckdb.connect(scratch / "staged.duckdb", config=_config(scratch)) as connection:
        connection.from_arrow(STAGED.empty_table()).create("staged")
        for batch in rows:  # one by one, so that what ends the work ends it as it is
            connection.from_arrow(pa.Table.from_batches([batch])).insert_into("staged")
        yield Staged(connection, skipped)


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
                    "mark; mend it and try again.",
                )
            ) from error


def _write_arrow(rows: duckdb.DuckDBPyRelation, to: BinaryIO) -> None:
    with (
        rows.to_arrow_reader(100_000) as batches,
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
        "null_padding = true, parallel = false)"
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
