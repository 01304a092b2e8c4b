"""Keep on the cluster what each month's attendances came to, so that only new ones are read again.

A run writes one part: its activities, and who took part in which of their months, by pseudonym.
"""

import hashlib
from collections.abc import Callable, Collection, Mapping
from functools import cache, reduce

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as f

from dashboard.contract.problem import Problem
from dashboard.contract.tables import ACTIVITY
from dashboard.contract.words import Words
from dashboard.rollups.checking import counted
from dashboard.rollups.dialects import kept_statements, statements_of_month
from dashboard.rollups.months import Kept, Month, clear, write_kept
from dashboard.rollups.places import Place

_MAKING = "_making"
_TYPES = {"date": "date", "integer": "bigint", "boolean": "boolean"}
_COLUMNS = [(column.name, _TYPES.get(column.field.type, "string")) for column in ACTIVITY.columns]
_ACTIVITY = ", ".join(" ".join(each) for each in _COLUMNS)
# The tables of a part.
_TABLES: Mapping[str, str] = {
    "activity": f"{_ACTIVITY}, attendance_count bigint, month date",
    "category": "category_number int, breakdown string, category string",
    "participant_month": "participant_code bigint, community_code string, attendance_count int, "
    "categories bigint, month date",
}
_BY_MONTH = ("activity", "participant_month")


@cache
def version() -> str:
    """Name by their digest the statements that make and read what is kept, and its columns."""
    texts = [each.select for each in (*statements_of_month("duckdb"), *kept_statements("duckdb"))]
    return hashlib.sha256("".join([*texts, *_TABLES.values()]).encode()).hexdigest()[:12]


def take_in(
    spark: SparkSession,
    keep: Place,
    kept: Kept,
    months: list[str] | None,
    made_from: tuple[str, str],
    lay_out: Callable[[], object],
) -> Kept:
    """Write the months of the views that ``lay_out`` makes as a part, then say so in the index.

    ``months`` take the place of what was kept of them, also where there is nothing of them; none
    stands for all. ``made_from``: inputs and key. Nothing is changed where a Problem is raised.
    """
    lay_out()
    for each in statements_of_month():
        spark.sql(each.select).createOrReplaceTempView(each.table)
    counted = spark.table("held").persist().groupBy("month")
    rows = counted.agg(f.count("*"), f.sum("attendance_count")).collect()
    counts = {str(month): (held, came) for month, held, came in rows}
    if months is None and not counts:
        raise _nothing(keep)
    _refuse_moved(spark, keep, kept, months)
    inputs, key = made_from
    _write(spark, keep, kept.next_part(inputs))
    taken = kept.with_months(inputs, key, counts, months)
    write_kept(keep, taken)
    tidy(keep, taken)
    return taken


def tidy(keep: Place, kept: Kept) -> None:
    """Remove what no month stands in any more."""
    keep.remove(_MAKING)
    clear(keep, kept, _BY_MONTH)


def _nothing(keep: Place) -> Problem:
    return Problem(
        Words(
            f"没有任何活动可保存于 {keep.shown}：请用 --activities 与 --attendances 给出数据。",
            f"There is no activity to keep in {keep.shown}: give data with --activities and --attendances.",
        )
    )


def _write(spark: SparkSession, keep: Place, part: str) -> None:
    """Write a part whole before it bears its name."""
    keep.remove(_MAKING)
    held = spark.table("held").select("activity_code", "month", "attendance_count")
    made = {
        "activity": spark.table("activity").join(held, "activity_code"),
        "category": spark.table("activity_category").coalesce(1),
        "participant_month": spark.table("participant_month"),
    }
    for name, rows in made.items():
        columns = [each.split()[0] for each in _TABLES[name].split(", ")]
        writer = rows.select(*columns).write
        if name in _BY_MONTH:
            writer = rows.select(*columns).repartition("month").write.partitionBy("month")
        writer.parquet(keep.of(f"{_MAKING}/{name}"))
    keep.move(_MAKING, part)


def lay_out(spark: SparkSession, keep: Place, kept: Kept) -> None:
    """Make the views that the statements of kept months read. Raises Problem if nothing is kept."""
    for table in _TABLES:
        rows = _read(spark, keep, kept.months, table)
        if rows is None:
            raise _nothing(keep)
        rows.createOrReplaceTempView(f"kept_{table}")
    columns = [column.name for column in ACTIVITY.columns]
    spark.table("kept_activity").select(*columns).createOrReplaceTempView("activity")


def _read(
    spark: SparkSession, keep: Place, months: Mapping[str, Month], table: str
) -> DataFrame | None:
    """Read a table of some months, each from the part that holds it; none where nothing was held."""
    read = []
    for part in sorted({each.part for each in months.values() if each.activities}):
        rows = spark.read.schema(_TABLES[table]).parquet(keep.of(f"{part}/{table}"))
        if table in _BY_MONTH:
            own = [month for month, each in months.items() if each.part == part]
            rows = rows.where(f.col("month").isin(*(f.lit(each).cast("date") for each in own)))
        read.append(rows.withColumn("part", f.lit(part)))
    return reduce(DataFrame.unionByName, read) if read else None


def _refuse_moved(
    spark: SparkSession, keep: Place, kept: Kept, months: Collection[str] | None
) -> None:
    """Raise Problem where an activity would stand in two months, or in none, for having moved."""
    staying = _read(spark, keep, kept.others(months), "activity")
    gone = {m: each for m, each in kept.months.items() if m not in kept.others(months)}
    leaving = None if months is None else _read(spark, keep, gone, "activity")
    moved: list[Words] = []
    if staying is not None:
        moved += _moved(staying, spark.table("activity"))
    if leaving is not None:
        moved += _moved(
            spark.table("activity_of_other_month"), leaving.select("activity_code").distinct()
        )
    if moved:
        raise Problem(moved)


def _moved(there: DataFrame, told: DataFrame) -> list[Words]:
    """Say which activities are told of that lie in other months."""
    both = there.join(told.select("activity_code"), "activity_code", "left_semi")
    count, code, named = counted(both)
    if not count:
        return []
    return [
        Words(
            f"activity.activity_code：{count} 场活动（如 {code}）改期到或改自 {named}：请用 --month 把这些月份也一并给出。",
            f"activity.activity_code: {count} activities (such as {code}) moved from or to {named}: name "
            "those months with --month too, with all their rows.",
        )
    ]
