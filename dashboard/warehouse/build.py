"""Build the warehouse: validate, load, roll up, check the control totals, put in place.

Everything happens in a file of its own; the one being served is replaced only at the end and
in one step, so a build that fails or is killed leaves it as it was.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from dashboard import __version__
from dashboard.model.agreement import agrees
from dashboard.model.measures import FIELDS
from dashboard.model.problem import Problem
from dashboard.model.tables import ATTENDANCE, NAMED, TABLES
from dashboard.model.tables import qualifier as qualifier_field
from dashboard.model.words import Words
from dashboard.warehouse.boundaries import town_shapes
from dashboard.warehouse.catalogue import build_statements, named_queries
from dashboard.warehouse.ddl import create_statement, shape
from dashboard.warehouse.geography import nearest_other_town
from dashboard.warehouse.placing import put_in_place, unfinished
from dashboard.warehouse.published import read_published
from dashboard.warehouse.sample import (
    DEFAULT_ATTENDANCES,
    DEFAULT_SEED,
    Sample,
    make_sample,
)
from dashboard.warehouse.validate import check_keys, validate

MOST_ATTENDANCES = 100_000_000

Progress = Callable[[float, Words], None]


def build(
    *,
    data: Path,
    to: Path,
    attendances: int = DEFAULT_ATTENDANCES,
    seed: int = DEFAULT_SEED,
    progress: Progress = lambda share, step: None,
) -> Path:
    """Build the warehouse from ``data`` and put it at ``to``; return where it came to lie.

    Raises Problem when the data break the contract or miss a published figure.
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
    shapes = town_shapes(data, published["town"])
    progress(0.05, Words("生成示例数据", "Making the sample"))
    named = pd.read_csv(data / "named_communities.csv", dtype=str, keep_default_na=False)
    sample = make_sample(
        seed=seed,
        attendances=attendances,
        towns=published["town"],
        named=named,
        town_shapes=dict(zip(shapes["town_code"], shapes.geometry, strict=True)),
    )
    with unfinished(to) as path:
        with duckdb.connect(path) as connection:
            # Large builds spill to disk rather than take all the memory there is.
            connection.execute("set memory_limit = '2GB'; set preserve_insertion_order = false")
            _load(connection, {**published, **sample.tables}, sample, attendances, progress)
            community = sample.tables["community"]
            connection.from_df(
                nearest_other_town(community[["community_code", "lon", "lat", "town_code"]], shapes)
            ).create("community_place")
            # Of the named ones alone it is known which of their facts are published.
            connection.from_df(named[["community_code", "published_columns"]]).create(
                "community_published"
            )
            progress(0.7, Words("核对主键与外键", "Checking keys"))
            check_keys(connection)
            statements = build_statements()
            for number, statement in enumerate(statements):
                progress(0.75 + 0.22 * number / len(statements), Words("汇总", "Rolling up"))
                connection.execute(statement.read_text(encoding="utf-8"))
            check_control_totals(connection)
            connection.from_df(_about(seed=seed, attendances=attendances)).create("warehouse_about")
            progress(0.97, Words("启用", "Putting it in place"))
        placed = put_in_place(path, to)
    progress(1.0, Words("完成", "Done"))
    return placed


def _load(
    connection: duckdb.DuckDBPyConnection,
    frames: dict[str, pd.DataFrame],
    sample: Sample,
    attendances: int,
    progress: Progress,
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
    loaded = 0
    for chunk in sample.attendance_chunks():
        connection.append(ATTENDANCE.name, validate(ATTENDANCE, chunk), by_name=True)
        loaded += len(chunk)
        progress(0.2 + 0.5 * loaded / attendances, Words("写入参与记录", "Loading attendances"))


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
        "mend the data or the control total.",
    )


def _about(*, seed: int, attendances: int) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "shape": shape(),
                "product_version": __version__,
                "built_at": datetime.now(UTC).isoformat(timespec="seconds"),
                "seed": seed,
                "attendances": attendances,
                "sample_tables": ";".join(name for name, table in NAMED.items() if table.is_sample),
            }
        ]
    )
