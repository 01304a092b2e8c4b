"""Make the roll-ups on a Spark cluster: read, check and pseudonymise there, bring home sums alone."""

import hashlib
import json
import logging
import os
import re
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any

from py4j.protocol import Py4JError
from pyspark import StorageLevel
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as f

from dashboard.contract.fields import Table
from dashboard.contract.problem import Problem
from dashboard.contract.tables import ACTIVITY, ATTENDANCE, COLUMN_GROUPS
from dashboard.contract.words import Words
from dashboard.paths import ROOT
from dashboard.rollups import checking, people
from dashboard.rollups.dialects import Statement, statements
from dashboard.rollups.places import Place, stamps
from dashboard.rollups.sources import Source, recognised
from dashboard.warehouse.rolled import (
    BETWEEN,
    MANIFEST,
    NOTHING,
    ROLLUPS,
    SUMMED_DIGITS,
    Manifest,
    Rolled,
    statements_version,
)

_UNFINISHED, _MAKING = "unfinished.json", "_making"
# Of the tables that stand meanwhile, those that several roll-ups read.
_READ_OFTEN = (
    "held", "month_bit", "participant_month", "unmoved_participant_month", "unmoved_seen",
)  # fmt: skip
# What Spark must do alike wherever it runs.
_SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
    "spark.sql.parquet.int96RebaseModeInWrite": "CORRECTED",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "OFF",
}
_SECRET_NAME = re.compile(r"key|secret|password|token|credential", re.IGNORECASE)
_IN_URL = re.compile(r"(?<=://)[^/@\s]+@|(?<=[?&])[^\s?&=]+=[^\s&]+")

# It would print whole plans, which name places and settings.
logging.getLogger("DataFrameQueryContextLogger").setLevel(logging.CRITICAL)

Tell = Callable[[Words], None]


@dataclass(frozen=True)
class Job:
    """Say what is to be rolled up: where it lies, what its columns are, and where the sums go.

    ``secret`` is the file of the key, as each worker finds it; none if the participants bear the
    product's own pseudonyms already. ``communities`` are the codes known at home, if they are.
    """

    master: str | None
    attendances: str
    activities: str
    to: str
    mapping: Mapping[str, Any]
    secret: str | None
    communities: frozenset[str]
    settings: Mapping[str, str]
    today: date


def roll_up_on_spark(job: Job, tell: Tell) -> Manifest:
    """Make what is not made yet of the same inputs, and the manifest last; raises Problem."""
    with _session(job) as spark:
        to = Place(spark, job.to)
        activities = _read(spark, job.activities, ACTIVITY)
        attendances = _read(spark, job.attendances, ATTENDANCE)
        sources = [
            recognised(table, rows.columns, job.mapping)
            for table, rows in ((ACTIVITY, activities), (ATTENDANCE, attendances))
        ]
        inputs = _inputs(spark, job, activities, attendances)
        if (there := _finished(to, MANIFEST)) and there.inputs == inputs:
            tell(Words("汇总已是最新，未重做", "The roll-ups are up to date; none was made again"))
            return there
        to.remove(MANIFEST)
        counts, empty = _lay_out(spark, job, sources, activities, attendances, tell)
        tables = _make(spark, to, inputs, tell)
        manifest = Manifest(
            engine=f"Spark {spark.version}", statements=statements_version(), inputs=inputs,
            made_at=datetime.now(UTC).isoformat(timespec="seconds"),
            activities=counts[0], attendances=counts[1], empty_columns=empty, tables=tables,
        )  # fmt: skip
        to.write(MANIFEST, manifest.text())
        to.remove(_UNFINISHED)
        to.remove(_MAKING)
        return manifest


@contextmanager
def _session(job: Job) -> Iterator[SparkSession]:
    """Start Spark, and turn what it refuses into a Problem without any credentials."""
    builder = SparkSession.builder.appName("roll-ups")
    settings = {**_SETTINGS, "spark.executorEnv.PYTHONPATH": str(ROOT), **job.settings}
    if any(map(_is_table, (job.attendances, job.activities))):
        settings["spark.sql.catalogImplementation"] = "hive"
    for name, value in settings.items():
        builder = builder.config(name, value)
    if (job.master or "").startswith("local"):
        # Workers of this machine need the packages of the Python that runs this.
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    try:
        spark = (builder.master(job.master) if job.master else builder).getOrCreate()
    except (PySparkException, Py4JError, OSError, RuntimeError) as error:
        raise _refused(error, job) from None
    try:
        yield spark
    except (PySparkException, Py4JError, OSError) as error:
        raise _refused(error, job) from None
    finally:
        spark.stop()


def without_credentials(text: str, settings: Mapping[str, str]) -> str:
    """Take out of a text what signs in: in URLs, and the settings of such names."""
    for name, value in settings.items():
        if _SECRET_NAME.search(name) and value:
            text = text.replace(value, "…")
    return _IN_URL.sub("…", text)


def _refused(error: Exception, job: Job) -> Problem:
    lines = [each.strip() for each in str(error).splitlines() if each.strip()]
    # Of a failed task the last cause says most.
    causes = (
        [each for each in lines if each.startswith("Caused by:")] or lines or [type(error).__name__]
    )
    reason = without_credentials(
        causes[-1] if len(causes) > 1 and "Caused by" in causes[-1] else causes[0], job.settings
    )[:300]
    if "No space left" in str(error):
        return Problem(
            Words(
                "集群或目标位置的磁盘已满：请腾出空间后再运行同一条命令，已做完的汇总不会重做。",
                "A disk of the cluster or of the target is full: make room and run the same command "
                "again; finished roll-ups are not made again.",
            )
        )
    return Problem(
        Words(
            f"Spark 未能完成（{reason}）：请核对 --master、位置与权限（本机需有 Java 17 或 21），再运行同一条命令；"
            "已做完的汇总不会重做。",
            f"Spark did not finish ({reason}): check --master, the places and their rights (Java 17 or 21 is "
            "needed here), and run the same command again; finished roll-ups are not made again.",
        )
    )


def _is_csv(place: str) -> bool:
    return place.removesuffix(".gz").endswith(".csv")


def _is_table(place: str) -> bool:
    return not ("/" in place or _is_csv(place) or place.endswith(".parquet"))


def _read(spark: SparkSession, place: str, table: Table) -> DataFrame:
    """Read CSV by its ending, a Hive table by a name without a slash, else Parquet."""
    try:
        if _is_csv(place):
            return spark.read.csv(place, header=True, escape='"', multiLine=False)
        return spark.table(place) if _is_table(place) else spark.read.parquet(place)
    except PySparkException as error:
        shown = without_credentials(place, {})
        raise Problem(
            Words(
                f"{table.name}：{shown} 读不出（{error.getCondition() or type(error).__name__}）：请核对位置、格式与权限；"
                "CSV 以 .csv 结尾，Hive 表只写表名。",
                f"{table.name}: {shown} can't be read ({error.getCondition() or type(error).__name__}): check the "
                "place, its form and rights; CSV ends in .csv, a Hive table is its name alone.",
            )
        ) from None


def _inputs(spark: SparkSession, job: Job, *rows: DataFrame) -> str:
    """Name what the roll-ups are made from: files, mapping, statements and whether persons are given."""
    told = [stamps(spark, each.inputFiles()) for each in rows]
    also = [dict(job.mapping), statements_version(), job.secret is None, sorted(job.communities)]
    return hashlib.sha256(
        json.dumps([told, also], sort_keys=True, default=str).encode()
    ).hexdigest()[:16]


def _finished(to: Place, name: str) -> Manifest | None:
    try:
        text = to.read(name)
        return Manifest.of_text(text) if text else None
    except (ValueError, KeyError, TypeError):
        return None


def _lay_out(
    spark: SparkSession,
    job: Job,
    sources: list[Source],
    activities: DataFrame,
    attendances: DataFrame,
    tell: Tell,
) -> tuple[tuple[int, int], list[str]]:
    """Check both tables and lay them out for the statements; give their rows and what nobody said."""
    tell(Words("在集群上核对", "Checking on the cluster"))
    held = checking.typed(activities, sources[0]).persist(StorageLevel.MEMORY_AND_DISK)
    came = _with_persons(spark, checking.typed(attendances, sources[1]), sources[1], job)
    came = came.persist(StorageLevel.MEMORY_AND_DISK)
    problems = [
        *checking.faults(held, sources[0]),
        *checking.repeated(held, "activity_code", "activity.activity_code"),
        *checking.faults(came, sources[1]),
        *_nobody(came),
        *checking.lost(came, held, "activity_code", "attendance.activity_code"),
    ]
    if job.communities:
        known = spark.createDataFrame(
            [(each,) for each in sorted(job.communities)], "community_code string"
        )
        problems += checking.lost(held, known, "community_code", "activity.community_code")
    persons = came.where("participant_code is not null").groupBy(
        "activity_code", "participant_code"
    )
    once = persons.agg(
        f.bool_or("is_resident").alias("is_resident"), f.bool_and("is_resident").alias("all_so")
    )
    once = once.persist(StorageLevel.MEMORY_AND_DISK)
    count, unlike = once.agg(f.count("*"), f.count_if(f.expr("is_resident != all_so"))).collect()[0]
    if unlike:
        problems.append(checking.told("attendance.is_resident", "residence", unlike))
    if problems:
        raise Problem(problems)
    held.createOrReplaceTempView("activity")
    once.createOrReplaceTempView("attendance")
    residents = once.where("is_resident").select("participant_code").distinct()
    # No key is made there, so that no sum of keys can leave.
    residents.select("participant_code", f.lit(0).alias("participant_key")).createOrReplaceTempView(
        "key_of"
    )
    rows = held.count()
    tell(Words(f"活动 {rows} 场，参与 {count} 人次", f"{rows} activities, {count} attendances"))
    return (rows, count), _said_nothing(held)


def _with_persons(spark: SparkSession, rows: DataFrame, source: Source, job: Job) -> DataFrame:
    """Put pseudonyms in the place of whatever tells who takes part; raises Problem."""
    cells = [f.col(f"person{n}") for n in range(len(source.persons))]
    if job.secret is None:
        told = f.trim(cells[0])
        digits = f.when(
            told.rlike("^P-[0-7][0-9a-f]{15}$"), f.conv(f.substring(told, 3, 16), 16, 10)
        )
        made = f.struct(
            digits.cast("bigint").alias("code"),
            f.when(digits.isNull(), f.lit("pseudonym")).alias("fault"),
        )
    else:
        secret = job.secret
        asked = f.udf(lambda _: people.unreadable(secret), "struct<zh:string,en:string>")
        width = spark.sparkContext.defaultParallelism * 2
        refused = (
            spark.range(0, width, 1, width).select(asked("id").alias("r")).where("r is not null")
        )
        if first := refused.limit(1).collect():
            raise Problem(Words(first[0].r.zh, first[0].r.en))
        maker = people.pseudonym_maker([kind for kind, _ in source.persons], job.today, secret)
        # Not to be optimised into several calls a row.
        made = f.udf(maker, "struct<code:bigint,fault:string>").asNondeterministic()(*cells)
    found = rows.withColumn("made", made).drop(*(f"person{n}" for n in range(len(cells))))
    return found.withColumns(
        {"participant_code": f.col("made.code"), "nobody": f.col("made.fault")}
    ).drop("made")


def _nobody(rows: DataFrame) -> Iterator[Words]:
    """Count by kind the rows that name nobody."""
    for kind, count in rows.where("nobody is not null").groupBy("nobody").count().collect():
        yield checking.told("attendance.participant_code", kind, count)


def _said_nothing(activities: DataFrame) -> list[str]:
    """Name the columns that may be left out and of which no activity says anything."""
    names = [
        name for group in COLUMN_GROUPS if group.table == ACTIVITY.name for name in group.columns
    ]
    counts = activities.agg(f.count("*"), *(f.count(name) for name in names)).collect()[0]
    return [
        f"{ACTIVITY.name}.{name}"
        for name, count in zip(names, counts[1:], strict=True)
        if counts[0] and not count
    ]


def _make(spark: SparkSession, to: Place, inputs: str, tell: Tell) -> dict[str, Rolled]:
    """Make each roll-up that is not there yet of the same inputs, each whole before it is named."""
    kept = json.loads(to.read(_UNFINISHED) or "{}")
    done = {n: Rolled(**each) for n, each in kept.items() if each["inputs"] == inputs and to.has(n)}

    for each in statements():
        if each.is_temporary:
            rows = spark.sql(each.select)
            if each.table in _READ_OFTEN:
                rows = rows.persist(StorageLevel.MEMORY_AND_DISK)
            rows.createOrReplaceTempView(each.table)
            continue
        began = time.monotonic()
        if each.table not in done:
            done[each.table] = _write(spark, to, each, inputs)
            to.write(_UNFINISHED, json.dumps({n: asdict(one) for n, one in done.items()}))
        if each.table == "activity_category":
            spark.read.parquet(to.of(each.table)).createOrReplaceTempView(each.table)
        said = f"{len(done)}/{len(ROLLUPS)} {each.table}"
        rows_made, seconds = done[each.table].rows, time.monotonic() - began
        tell(
            Words(
                f"{said}：{rows_made:,} 行，{seconds:.1f} 秒",
                f"{said}: {rows_made:,} rows, {seconds:.1f} s",
            )
        )
    return done


def _write(spark: SparkSession, to: Place, statement: Statement, inputs: str) -> Rolled:
    """Write one roll-up, by month where it has one, and sum up what was written."""
    columns = ROLLUPS[statement.table]
    made = spark.sql(statement.select).select(*columns)
    making = f"{_MAKING}/{statement.table}"
    if "month" in columns:
        made.repartition("month").write.mode("overwrite").partitionBy("month").parquet(
            to.of(making)
        )
    else:
        made.coalesce(1).write.mode("overwrite").parquet(to.of(making))
    there = spark.read.schema(made.schema).parquet(to.of(making))
    cells = (f.coalesce(f.col(name).cast("string"), f.lit(NOTHING)) for name in columns)
    digest = f.substring(f.md5(f.concat_ws(BETWEEN, *cells)), 1, SUMMED_DIGITS)
    number = f.conv(digest, 16, 10).cast("decimal(38,0)")
    rows, control_sum = there.agg(f.count("*"), f.coalesce(f.sum(number), f.lit(0))).collect()[0]
    to.move(making, statement.table)
    return Rolled(rows, int(control_sum), inputs)
