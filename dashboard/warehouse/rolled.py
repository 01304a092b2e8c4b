"""Read roll-ups that were made where the attendances are: a folder of Parquet and its manifest.

Each table lies in a folder of its name. The manifest, written last, tells what they were made from
and by which statements, how many rows each has and a sum over what stands in them. Persons are
numbers from 1 on, and no sum of persons' keys is among them.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from dashboard.contract.problem import Problem
from dashboard.contract.tables import ACTIVITY, ATTENDANCE, COLUMN_GROUPS
from dashboard.contract.words import Words
from dashboard.warehouse.catalogue import statements_of_rollups

MANIFEST = "manifest.json"
# What the attendances' own rows stand in, and what no warehouse of roll-ups holds a row of.
ROLLED_TABLES = (ACTIVITY.name, ATTENDANCE.name)
_PLACE, _COUNT = {"community_code": "VARCHAR"}, {"participant_count": "BIGINT"}
_MONTH, _BEFORE = {"month": "DATE"}, {"previous_month": "DATE"}
_HELD = {"activity_count": "BIGINT", "attendance_count": "BIGINT"}
_CATEGORY = {"category_number": "INTEGER"}
# The columns of each roll-up and what they are at home.
ROLLUPS: Mapping[str, Mapping[str, str]] = {
    "activity_category": {**_CATEGORY, "breakdown": "VARCHAR", "category": "VARCHAR"},
    "activity_day": {
        **_PLACE, "held_on": "DATE", "activity_count": "INTEGER", "attendance_count": "INTEGER",
    },
    "category_month": {
        **_CATEGORY, **_PLACE, **_MONTH, "activity_count": "INTEGER", "attendance_count": "INTEGER",
    },
    "participant_rollup": {**_PLACE, **_MONTH, **_BEFORE, **_COUNT},
    "cohort_rollup": {**_PLACE, "first_month": "DATE", **_MONTH, **_COUNT},
    "repeat_rollup": {
        **_PLACE, **_MONTH, **_BEFORE, "month_before_previous": "DATE", **_COUNT,
    },
    "category_rollup": {
        **_CATEGORY, **_PLACE, **_MONTH, **_BEFORE, "participant_count": "INTEGER",
    },
    "spread_rollup": {"end_month": "DATE", **_PLACE, "attendances": "INTEGER", **_COUNT},
    "moved_participant_month": {
        "participant_number": "BIGINT", "participant_count": "INTEGER", **_PLACE, **_MONTH,
        "attendance_count": "INTEGER", "categories": "BIGINT",
    },
    "activity_kind_month": {
        **_PLACE, **_MONTH, "activity_kind": "VARCHAR", "organiser": "VARCHAR",
        "activity_count": "BIGINT",
    },
    "service_month": {
        **_PLACE, **_MONTH, "domain": "VARCHAR", "aspect": "VARCHAR", "need": "VARCHAR", **_HELD,
    },
}  # fmt: skip
# The columns of activities that may be left out.
MAY_BE_LEFT_OUT = tuple(
    column for group in COLUMN_GROUPS if group.table == ACTIVITY.name for column in group.columns
)
# What each row is summed by: so many of its digest's hexadecimal digits, as DuckDB and Spark write them.
SUMMED_DIGITS = 12
NOTHING, BETWEEN = "∅", "|"


@dataclass(frozen=True)
class Rolled:
    """Hold what the manifest tells of one roll-up; ``inputs`` names what it was made from."""

    rows: int
    control_sum: int
    inputs: str


@dataclass(frozen=True)
class Manifest:
    """Hold what was made: by which engine and statements, from how many rows, when.

    ``empty_columns``: the columns that may be left out of which no row says anything.
    """

    engine: str
    statements: str
    inputs: str
    made_at: str
    activities: int
    attendances: int
    empty_columns: list[str]
    tables: dict[str, Rolled]

    @property
    def content(self) -> str:
        """Name what stands in the roll-ups: the same whichever engine made them."""
        told = [
            f"{name} {each.rows} {each.control_sum}" for name, each in sorted(self.tables.items())
        ]
        return hashlib.sha256("\n".join(told).encode()).hexdigest()[:12]

    def text(self) -> str:
        """Write it as JSON."""
        return json.dumps({"content": self.content, **asdict(self)}, ensure_ascii=False, indent=1)

    @staticmethod
    def of_text(text: str) -> "Manifest":
        """Read it from JSON; raises ValueError, KeyError or TypeError for what is none."""
        told = json.loads(text)
        content = told.pop("content")
        tables = {name: Rolled(**each) for name, each in told.pop("tables").items()}
        manifest = Manifest(**told, tables=tables)
        if manifest.content != content:
            raise ValueError("content")
        return manifest


def statements_version() -> str:
    """Name the statements that make the roll-ups by their digest."""
    texts = [path.read_text(encoding="utf-8") for path in statements_of_rollups()]
    return hashlib.sha256("".join(texts).encode()).hexdigest()[:12]


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of whole roll-ups of this version; raises Problem in a sentence."""
    try:
        manifest = Manifest.of_text((folder / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise Problem(
            Words(
                f"{folder} 中没有 {MANIFEST}：汇总尚未做完，或不是汇总的文件夹；"
                "请再运行同一条 python -m dashboard rollup 命令，它会接着做。",
                f"There is no {MANIFEST} in {folder}: the roll-ups are unfinished, or it is another "
                "folder; run the same python -m dashboard rollup again, which goes on where it ended.",
            )
        ) from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise _broken(folder, MANIFEST) from error
    if manifest.statements != statements_version():
        raise Problem(
            Words(
                f"{folder} 中的汇总由另一版本的语句做成（{manifest.statements}，本版本为 {statements_version()}）："
                "请用本版本重新运行 python -m dashboard rollup。",
                f"The roll-ups in {folder} were made by another version of the statements "
                f"({manifest.statements}; this one is {statements_version()}): run "
                "python -m dashboard rollup again with this version.",
            )
        )
    mixed = [n for n, made in manifest.tables.items() if made.inputs != manifest.inputs]
    if mixed or manifest.tables.keys() != ROLLUPS.keys():
        names = ", ".join(mixed or sorted(manifest.tables.keys() ^ ROLLUPS.keys()))
        raise Problem(
            Words(
                f"{folder} 中的汇总不属于同一批数据（{names}）：请重新运行 python -m dashboard rollup。",
                f"The roll-ups in {folder} are not all of the same data ({names}): run "
                "python -m dashboard rollup again.",
            )
        )
    return manifest


def attach_rollups(connection: duckdb.DuckDBPyConnection, folder: Path, manifest: Manifest) -> None:
    """Make the tables of the roll-ups and hold them against the manifest. Raises Problem."""
    for name, columns in ROLLUPS.items():
        told = manifest.tables[name]
        if told.rows:
            _read(connection, folder, name)
        else:
            connection.execute(f"create table {name} ({', '.join(map(' '.join, columns.items()))})")
        if summed(connection, name) != (told.rows, told.control_sum):
            raise _broken(folder, name)
    lost = [code for name in ROLLUPS for code in _lost_communities(connection, name)]
    if lost:
        codes = ", ".join(sorted(set(lost))[:5])
        raise Problem(
            Words(
                f"汇总中的社区“{codes}”不在 community 表中：请先载入社区名录，或在来源中改正代码后重新汇总。",
                f"The roll-ups are of communities that are not in community ({codes}): load the register of "
                "communities first, or correct the codes in the source and make the roll-ups again.",
            )
        )


def _read(connection: duckdb.DuckDBPyConnection, folder: Path, name: str) -> None:
    """Make the table of a roll-up of its files. Raises Problem."""
    columns = ROLLUPS[name]
    wanted = ", ".join(f"cast({column} as {kind}) as {column}" for column, kind in columns.items())
    files = str(folder / name / "**" / "*.parquet")
    try:
        rows = connection.read_parquet(files, hive_partitioning=True).project(wanted)
        rows.order(", ".join(columns)).create(name)
    except (
        duckdb.IOException,
        duckdb.InvalidInputException,
        duckdb.BinderException,
        duckdb.ConversionException,
    ) as error:
        raise _broken(folder, name) from error


def list_rollups(folder: Path, engine: str) -> Manifest:
    """Write the manifest of roll-ups that were made by the statements alone, where no manifest came
    from; ``engine`` says by what. Raises Problem in a sentence."""
    lacking = [name for name in ROLLUPS if not any((folder / name).rglob("*.parquet"))]
    if lacking:
        names = ", ".join(lacking)
        raise Problem(
            Words(
                f"{folder} 中缺少 {names}：每张汇总表各放一个同名文件夹，内为 Parquet 文件。",
                f"{folder} lacks {names}: put each roll-up as Parquet in a folder of its name.",
            )
        )
    with duckdb.connect() as connection:
        sums = {}
        for name in ROLLUPS:
            _read(connection, folder, name)
            sums[name] = summed(connection, name)
        inputs = hashlib.sha256(repr(sorted(sums.items())).encode()).hexdigest()[:16]
        (held,) = connection.table("activity_day").aggregate(
            "coalesce(sum(activity_count), 0)::bigint, coalesce(sum(attendance_count), 0)::bigint"
        ).fetchall()  # fmt: skip
        empty = [
            f"{ACTIVITY.name}.{column}"
            for name, columns in ROLLUPS.items()
            for column in columns
            if column in MAY_BE_LEFT_OUT and held[0]
            and not connection.table(name).count(column).fetchall()[0][0]
        ]  # fmt: skip
    manifest = Manifest(
        engine=engine, statements=statements_version(), inputs=inputs,
        made_at=datetime.now(UTC).isoformat(timespec="seconds"), activities=held[0],
        attendances=held[1], empty_columns=empty,
        tables={name: Rolled(*each, inputs) for name, each in sums.items()},
    )  # fmt: skip
    (folder / MANIFEST).write_text(manifest.text(), encoding="utf-8")
    return manifest


def _row_text(name: str) -> str:
    """Write the expression of what is digested of a row of a roll-up; engines write values alike."""
    cells = (f"coalesce(cast({column} as varchar), '{NOTHING}')" for column in ROLLUPS[name])
    return f"concat_ws('{BETWEEN}', {', '.join(cells)})"


def summed(connection: duckdb.DuckDBPyConnection, name: str) -> tuple[int, int]:
    """Count a roll-up's rows and sum up what stands in them."""
    digest = f"('0x' || substr(md5({_row_text(name)}), 1, {SUMMED_DIGITS}))::hugeint"
    counted = connection.table(name).aggregate(f"count(*), coalesce(sum({digest}), 0)::varchar")
    rows, control_sum = counted.fetchall()[0]
    return int(rows), int(control_sum)


def _lost_communities(connection: duckdb.DuckDBPyConnection, name: str) -> Iterator[str]:
    if "community_code" in ROLLUPS[name]:
        places = connection.table(name).project("community_code").distinct()
        lost = places.join(connection.table("community"), "community_code", how="anti")
        yield from (str(code) for (code,) in lost.limit(5).fetchall())


def _broken(folder: Path, name: str) -> Problem:
    return Problem(
        Words(
            f"{folder} 中的 {name} 与清单不符或已损坏：请重新复制该文件夹，或删去它后重新运行 "
            "python -m dashboard rollup。",
            f"{name} in {folder} does not agree with its manifest, or is damaged: copy the folder "
            "anew, or delete it and run python -m dashboard rollup again.",
        )
    )


def provenance(manifest: Manifest) -> dict[str, Any]:
    """Say where the roll-ups were made, as the warehouse keeps it."""
    return {
        "engine": manifest.engine, "made_at": manifest.made_at, "content": manifest.content,
        "activities": manifest.activities, "attendances": manifest.attendances,
    }  # fmt: skip
