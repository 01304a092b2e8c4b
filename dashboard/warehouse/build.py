"""Build the warehouse: validate, load, roll up, check the control totals, put in place.

Everything happens in a file of its own; the one being served is replaced only at the end and
in one step, so a build that fails or is killed leaves it as it was.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from dashboard import __version__
from dashboard.contract.agreement import agrees
from dashboard.contract.clock import in_shanghai
from dashboard.contract.lineage import unrecorded
from dashboard.contract.measures import FIELDS
from dashboard.contract.problem import Problem
from dashboard.contract.tables import ATTENDANCE, NAMED, TABLES, TARGET
from dashboard.contract.tables import qualifier as qualifier_field
from dashboard.contract.words import Words
from dashboard.paths import rollups_path
from dashboard.warehouse.bulk import insert_parquet
from dashboard.warehouse.catalogue import (
    build_statements,
    named_queries,
    statements_beside_rollups,
    statements_made_again,
)
from dashboard.warehouse.ddl import create_statement, shape
from dashboard.warehouse.geography import nearest_other_town, town_shapes
from dashboard.warehouse.placing import put_in_place, unfinished
from dashboard.warehouse.published import read_published
from dashboard.warehouse.rolled import (
    ROLLED_TABLES,
    Manifest,
    attach_rollups,
    provenance,
    read_manifest,
)
from dashboard.warehouse.sample import DEFAULT_ATTENDANCES, DEFAULT_SEED, sample_folder
from dashboard.warehouse.uploads import State, left_out, loader, overlaid
from dashboard.warehouse.validate import check_keys, validate

MOST_ATTENDANCES = 100_000_000

Progress = Callable[[float, Words], None]


def build(
    *,
    data: Path,
    to: Path,
    attendances: int = DEFAULT_ATTENDANCES,
    seed: int = DEFAULT_SEED,
    own: State | None = None,
    rollups: Path | None = None,
    boundaries: Path | None = None,
    secret: bytes | None = None,
    progress: Progress = lambda share, step: None,
    before_placing: Callable[[], None] = lambda: None,
) -> Path:
    """Build the warehouse from ``data`` and put it at ``to``; return where it came to lie.

    The user's ``own`` tables take the sample's place, table by table; sample tables that hang
    from them are left empty. ``rollups``, those that the environment names without, were made elsewhere
    and stand for attendances and activities, of which no row comes here. ``boundaries`` are the towns', checked, in the schematic's place.
    ``secret`` is what persons' keys are made with: without it, those of the user's own persons are
    others in each build. ``before_placing`` is called once nothing more can go wrong.
    Raises Problem when the data break the contract or the sample misses a published figure.
    """
    if not 0 < attendances <= MOST_ATTENDANCES:
        raise Problem(
            Words(
                f"参与人次须在 1 到 {MOST_ATTENDANCES} 之间。",
                f"The number of attendances must lie between 1 and {MOST_ATTENDANCES}.",
            )
        )
    progress(0.0, Words("读取公开数字", "Reading the published facts"))
    published = read_published(data)
    rollups = rollups or rollups_path()
    rolled = read_manifest(rollups) if rollups else None
    shapes = town_shapes(data, boundaries)
    with unfinished(to) as path:
        making = Words("生成示例数据", "Making the sample")
        progress(0.05, making)
        sample = sample_folder(
            data=data,
            shapes=shapes,
            seed=seed,
            attendances=attendances,
            beside=path.with_name(f"{path.name}.sample"),
            progress=lambda share: progress(0.05 + 0.4 * share, making),
        )
        with _told_when_it_fails(), duckdb.connect(path) as connection:
            # Large builds spill to disk rather than take all the memory there is.
            connection.execute("set memory_limit = '2GB'; set preserve_insertion_order = false")
            frames = _frames(published, sample, own, rolled)
            said_nothing = _unrecorded(frames, own)
            progress(0.45, Words("写入", "Loading"))
            _load(connection, frames, _attendance_file(sample, own, rolled))
            _place(connection, frames["community"], shapes, data)
            progress(0.7, Words("核对主键与外键", "Checking keys"))
            check_keys(connection)
            if rollups and rolled:
                attach_rollups(connection, rollups, rolled)
                said_nothing += rolled.empty_columns
            keys = _key_of_keys(own, secret, seed)
            roll_up(connection, keys, _loaded_in(own), progress, is_rolled=rolled is not None)
            _record(connection, own)
            if not _counted_from_own(_brought(own, rolled)):
                check_control_totals(connection)
            connection.from_df(
                _about(
                    connection,
                    said_nothing,
                    seed=seed,
                    attendances=attendances,
                    own=own,
                    rolled=rolled,
                )
            ).create("warehouse_about")
            progress(0.97, Words("启用", "Putting it in place"))
        before_placing()
        placed = put_in_place(path, to)
    progress(1.0, Words("完成", "Done"))
    return placed


# A full disk shows in these ways, by what was being written when it was full.
_FULL = (
    duckdb.IOException, duckdb.OutOfMemoryException, duckdb.TransactionException,
    duckdb.FatalException,
)  # fmt: skip


@contextmanager
def _told_when_it_fails() -> Iterator[None]:
    """Turn what the engine or the disk refuses into a Problem."""
    try:
        yield
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        if not isinstance(error, _FULL):
            raise Problem(
                Words(
                    f"构建数据仓库时数据库引擎出错（{reason}）：原有的数据仓库不变，继续使用；"
                    "请核对最近改动的数据再试；仍不成时，把这句话告知维护者。",
                    f"The database engine failed while the warehouse was being built ({reason}): the "
                    "old warehouse stays in use; check the data changed last and try again, and if it "
                    "still fails pass this sentence on to the maintainers.",
                )
            ) from error
        raise Problem(
            Words(
                f"写入数据仓库失败（{reason}）：原有的不变；请腾出空间，或用 --to 指向可写的位置。",
                f"The warehouse can't be written ({reason}): the old one stays as it was; "
                "make room, or point --to at a place that can be written to.",
            )
        ) from error


def _brought(own: State | None, rolled: Manifest | None) -> tuple[str, ...]:
    """Name the tables that are the user's own: loaded here, or rolled up elsewhere."""
    there = {*(own.tables if own else ()), *(ROLLED_TABLES if rolled else ())}
    return tuple(table.name for table in TABLES if table.name in there)


def _frames(
    published: dict[str, pd.DataFrame], sample: Path, own: State | None, rolled: Manifest | None
) -> dict[str, pd.DataFrame]:
    """Put together what is loaded: the user's own tables, published facts, and the sample."""
    made = (table.name for table in TABLES if table.is_sample and table is not ATTENDANCE)
    frames = {**published, **{name: pd.read_parquet(sample / f"{name}.parquet") for name in made}}
    # Targets are set by those who load them: nothing is published by indicator, nothing is invented.
    none = pd.DataFrame(columns=[c.name for c in TARGET.columns], dtype="object")
    frames[TARGET.name] = none.astype({c.name: c.field.form.pandas for c in TARGET.columns})
    gone = {*left_out(_brought(own, rolled)), *(ROLLED_TABLES if rolled else ())}
    for name in gone & frames.keys():
        frames[name] = frames[name].iloc[:0]
    if own is None:
        return frames
    for name in (each for each in own.tables if each not in gone):
        if name in published:
            frames[name] = overlaid(own.frame(name), published[name], name)
        elif name != ATTENDANCE.name:
            frames[name] = own.frame(name)
    if "community" in own.tables:
        frames["project_report"] = _led_to(frames["project_report"], frames["community"])
    return frames


def _led_to(reports: pd.DataFrame, communities: pd.DataFrame) -> pd.DataFrame:
    """Lead reports of named projects to the communities of that name, or to none."""
    codes: dict[str, str] = {}
    for row in communities.itertuples():
        aliases = "" if pd.isna(row.aliases) else row.aliases
        codes |= dict.fromkeys([row.name_zh, *filter(None, aliases.split(";"))], row.community_code)
    found = reports["name_zh"].map(codes)
    return reports.assign(community_code=found.astype(reports["community_code"].dtype))


def _attendance_file(sample: Path, own: State | None, rolled: Manifest | None) -> Path | None:
    """Find the attendances to load; none where they are left out or stay elsewhere."""
    if rolled or ATTENDANCE.name in left_out(_brought(own, rolled)):
        return None
    if own is not None and ATTENDANCE.name in own.tables:
        return own.file(ATTENDANCE.name)
    return sample / f"{ATTENDANCE.name}.parquet"


def _load(
    connection: duckdb.DuckDBPyConnection, frames: dict[str, pd.DataFrame], attendances: Path | None
) -> None:
    problems: list[Words] = []
    for table in TABLES:
        connection.execute(create_statement(table))
        if table is ATTENDANCE:
            continue
        try:
            connection.append(table.name, validate(table, frames[table.name]), by_name=True)
        except Problem as problem:
            problems.extend(problem.problems)
    if problems:
        raise Problem(problems)
    if attendances is not None:
        insert_parquet(connection, ATTENDANCE, attendances)


def _place(
    connection: duckdb.DuckDBPyConnection, communities: pd.DataFrame, shapes: Any, data: Path
) -> None:
    """Say of communities which other town is near, and of the named ones what is published."""
    places = communities[["community_code", "lon", "lat", "town_code"]].dropna()
    connection.from_df(nearest_other_town(places, shapes)).create("community_place")
    named = pd.read_csv(data / "named_communities.csv", dtype=str, keep_default_na=False)
    published = named[["community_code", "published_columns", "published_as"]]
    connection.from_df(published).create("community_published")


def roll_up(
    connection: duckdb.DuckDBPyConnection,
    secret: bytes,
    loaded_in: date | None = None,
    progress: Progress = lambda share, step: None,
    *,
    is_rolled: bool = False,
) -> None:
    """Make the roll-ups, and those that rest on rounded counts once more in a schema of their own.

    ``loaded_in``: the month that data without months of their own are of. ``is_rolled``: those of
    attendances are there already, exact ones alone.
    """
    connection.register("cell_secret", pd.DataFrame({"secret": [secret.hex()]}))
    month = pd.Series([loaded_in or date.today().replace(day=1)], dtype="datetime64[s]")
    connection.register("loading", pd.DataFrame({"month": month}))
    statements, again = build_statements(), statements_made_again()
    if is_rolled:
        statements, again = statements_beside_rollups(), []
    for number, statement in enumerate((*statements, *again)):
        if number == len(statements):
            connection.execute("set search_path = 'protected,main'")
        share = number / (len(statements) + len(again))
        progress(0.75 + 0.22 * share, Words("汇总", "Rolling up"))
        connection.execute(statement.read_text(encoding="utf-8"))
    connection.execute("set search_path = 'main'")
    connection.unregister("cell_secret")
    connection.unregister("loading")


def _loaded_in(own: State | None) -> date | None:
    """Give the month of the last load."""
    if own is None or not own.batches:
        return None
    return in_shanghai(own.batches[-1]["when"]).date().replace(day=1)


def _unrecorded(frames: dict[str, pd.DataFrame], own: State | None) -> list[str]:
    """Name the columns of the user's own tables in which no row says anything."""
    tables = own.tables if own else ()
    return [each for name in tables if name in frames for each in unrecorded(name, frames[name])]


def _key_of_keys(own: State | None, secret: bytes | None, seed: int) -> bytes:
    """Give the key that persons' keys are made with; the sample's persons need no secret."""
    if own is None:
        secret = f"sample {seed}".encode()
    return hmac.digest(secret or secrets.token_bytes(32), b"cell keys", "sha256")


def check_control_totals(connection: duckdb.DuckDBPyConnection) -> None:
    """Raise Problem naming both values wherever the data miss a published figure."""
    rows = connection.execute(named_queries()["control_totals"].sql).df()
    problems = [_missed(row) for row in rows.itertuples() if not _holds(row)]
    if problems:
        raise Problem(problems)


def _holds(row: Any) -> bool:
    try:
        return agrees(
            own=None if pd.isna(row.own_count) else float(row.own_count),
            published=float(row.published_value),
            qualifier=row.qualifier,
            rounding=row.rounding,
        )
    except ValueError:
        return False  # a word, or a plan: nothing that data can agree with


def _missed(row: Any) -> Words:
    label = FIELDS[row.measure].label if row.measure in FIELDS else Words(row.measure, row.measure)
    qualifier = qualifier_field.allowed[row.qualifier]
    own = "—" if pd.isna(row.own_count) else f"{row.own_count:.0f}"
    return Words(
        f"{row.month:%Y-%m} {label.zh}：公开数字为 {row.published_value}"
        f"（{qualifier.zh}，{row.figure_id}），数据为 {own}；请改正数据或校准项。",
        f"{row.month:%Y-%m} {label.en}: published as {row.published_value} "
        f"({qualifier.en}, {row.figure_id}), the data give {own}; "
        "correct the data or the control total.",
    )


def _counted_from_own(brought: tuple[str, ...]) -> bool:
    """Tell whether the published totals are held against the user's own data.

    Such data need not agree with them: the Overview shows where they do not.
    """
    return any(NAMED[name].is_sample for name in brought)


def _record(connection: duckdb.DuckDBPyConnection, own: State | None) -> None:
    """Keep in the warehouse which files its own tables came from, and what they said anew."""
    if own is None:
        return
    batches = pd.DataFrame(
        [
            {
                "batch": batch["batch"],
                "loaded_at": batch["when"],
                "loaded_by": loader(batch),
                "file_name": file["name"],
                "file_sha256": file["sha256"],
                "row_count": sum(table["rows"] for table in batch["tables"].values()),
                "coerced_count": sum(batch["coercions"].values()),
            }
            for batch in own.batches
            for file in batch["files"]
        ]
    )
    for name, rows in (
        ("load_batch", batches),
        ("restatement", own.frame("restatement")),
        ("qualified_value", own.frame("qualified_value")),
    ):
        if len(rows):
            connection.append(name, rows, by_name=True)


# What counts are made of besides the contract's tables.
_PLACED = ("community_place", "community_published")


def content_version(connection: duckdb.DuckDBPyConnection, rolled: str = "") -> str:
    """Name the data by a hash of their rows: the same for the same rows in whatever order; those
    rolled up elsewhere by what is said of these."""
    digest = hashlib.sha256(rolled.encode())
    for name in (*(table.name for table in TABLES), *_PLACED):
        rows = connection.table(name).aggregate(f"count(*), sum(hash({name})::hugeint)")
        digest.update(f"{name} {rows.fetchall()[0]}\n".encode())
    text = digest.hexdigest()
    return "-".join((text[:4], text[4:8], text[8:12]))


def _about(
    connection: duckdb.DuckDBPyConnection,
    said_nothing: list[str],
    *,
    seed: int,
    attendances: int,
    own: State | None,
    rolled: Manifest | None,
) -> pd.DataFrame:
    own_tables = _brought(own, rolled)
    empty = left_out(own_tables)
    counted = connection.table(ATTENDANCE.name).aggregate("count(*)").fetchall()[0][0]
    return pd.DataFrame(
        [
            {
                "data_version": content_version(connection, rolled.content if rolled else ""),
                "shape": shape(),
                "product_version": __version__,
                "built_at": datetime.now(UTC).isoformat(timespec="seconds"),
                "seed": seed,
                "attendances": rolled.attendances if rolled else counted,
                "sample_attendances": attendances,
                "sample_tables": ";".join(
                    name
                    for name, table in NAMED.items()
                    if table.is_sample and name not in own_tables and name not in empty
                ),
                "own_tables": ";".join(own_tables),
                "empty_tables": ";".join(empty),
                "empty_columns": ";".join(said_nothing),
                "own_state": own.number if own else 0,
                "rolled_elsewhere": json.dumps(provenance(rolled)) if rolled else "",
            }
        ]
    )
