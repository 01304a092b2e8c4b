"""Make the roll-ups on a Spark cluster: read, check and pseudonymise there, bring home sums alone."""

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any

from pyspark import StorageLevel
from pyspark.errors import PySparkException
from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as f

from dashboard.contract.fields import Table
from dashboard.contract.problem import Problem
from dashboard.contract.tables import ACTIVITY, ATTENDANCE
from dashboard.contract.words import Words
from dashboard.rollups import checking, kept, people
from dashboard.rollups.dialects import Statement, statements, statements_of_kept
from dashboard.rollups.months import ALL, Kept, check_key, months_to_take, read_kept
from dashboard.rollups.places import Place, length, stamps, without_credentials
from dashboard.rollups.reach import check_reach
from dashboard.rollups.session import condition, session
from dashboard.rollups.sources import Source, recognised
from dashboard.warehouse.rolled import (
    BETWEEN,
    MANIFEST,
    MAY_BE_LEFT_OUT,
    NOTHING,
    ROLLUPS,
    SUMMED_DIGITS,
    Manifest,
    Rolled,
    statements_version,
)

_BYTES_A_PART, _ROWS_A_PART = 8_000_000, 2_000_000
_HOSTS_NAMED = 6
_UNFINISHED, _MAKING = "unfinished.json", "_making"
# Of the tables that stand meanwhile, those that several roll-ups read.
_READ_OFTEN = (
    "held", "month_bit", "participant_month", "unmoved_participant_month", "unmoved_seen",
)  # fmt: skip
Tell = Callable[[Words], None]


@dataclass(frozen=True)
class Job:
    """Say what is to be rolled up: where it lies, what its columns are, and where the sums go.

    ``secret`` is the file of the key, as each worker finds it; none if the participants bear the
    product's own pseudonyms already. ``communities`` are the codes known at home, if they are.
    ``keep`` is where months are kept on the cluster; ``months`` are those (YYYY-MM, or all) that the
    rows take the place of. Rows may be missing where months are kept.
    """

    master: str | None
    attendances: str | None
    activities: str | None
    to: str
    mapping: Mapping[str, Any]
    secret: str | None
    communities: frozenset[str]
    settings: Mapping[str, str]
    today: date
    keep: str | None = None
    months: tuple[str, ...] = ()


@dataclass(frozen=True)
class Given:
    """Hold the rows of both tables as they lie there, how they are read, and a name for all of it."""

    activities: DataFrame
    attendances: DataFrame
    sources: list[Source]
    inputs: str


def roll_up_on_spark(job: Job, tell: Tell) -> Manifest:
    """Make what is not made yet of the same inputs, and the manifest last; raises Problem."""
    with session(job.master, job.settings, needs_hive=_names_table(job)) as spark:
        to, given = Place(spark, job.to), _given(spark, job)
        if job.keep is None:
            assert given is not None
            _key(spark, job, tell)
            return _make_all(
                spark, to, given.inputs, tell, statements(),
                lambda: _lay_out(spark, job, given, None, tell),
            )  # fmt: skip
        keep = Place(spark, job.keep)
        if keep.holds(to) or to.holds(keep):
            raise Problem(
                Words(
                    "--keep 与 --to 不能在同一文件夹内：所保存的月份含假名，须留在集群上。",
                    "--keep and --to may not lie within each other: kept months hold pseudonyms and "
                    "stay on the cluster.",
                )
            )
        months = _kept_months(spark, job, keep, given, tell)

        def lay_out() -> tuple[int, int]:
            kept.lay_out(spark, keep, months)
            each = months.months.values()
            rows = sum(month.attendances for month in each)
            _spread(spark, job, rows // _ROWS_A_PART)
            return sum(month.activities for month in each), rows

        inputs = f"{months.digest} {statements_version()}"
        return _make_all(spark, to, inputs, tell, statements_of_kept(), lay_out)


def _make_all(
    spark: SparkSession,
    to: Place,
    inputs: str,
    tell: Tell,
    made_by: list[Statement],
    lay_out: Callable[[], tuple[int, int]],
) -> Manifest:
    """Make the roll-ups of the views that are laid out, unless those there are of the same inputs."""
    if (there := _finished(to, MANIFEST)) and there.inputs == inputs:
        tell(Words("汇总已是最新，未重做", "The roll-ups are up to date; none was made again"))
        return there
    check_reach(spark, to)
    counts = lay_out()
    to.remove(MANIFEST)
    tables = _make(spark, to, inputs, made_by, tell)
    manifest = Manifest(
        engine=f"Spark {spark.version}", statements=statements_version(), inputs=inputs,
        made_at=datetime.now(UTC).isoformat(timespec="seconds"), activities=counts[0],
        attendances=counts[1], empty_columns=_said_nothing(spark.table("activity")), tables=tables,
    )  # fmt: skip
    to.write(MANIFEST, manifest.text())
    to.remove(_UNFINISHED)
    to.remove(_MAKING)
    return manifest


def _kept_months(
    spark: SparkSession, job: Job, keep: Place, given: Given | None, tell: Tell
) -> Kept:
    """Take in the months that came, unless they are kept of the same rows already."""
    is_anew = ALL in job.months
    there = read_kept(keep, kept.version(), is_replaced=is_anew)
    if given is None:
        return there
    key = _key(spark, job, tell)
    named = None if is_anew or not job.months else months_to_take(there, job.months)
    if there.key == key and there.is_of(given.inputs, named):
        tell(Words("所给月份已保存，未重读", "The months are kept already; none was read again"))
        kept.tidy(keep, there)
        return there
    months = months_to_take(there, job.months)
    check_key(there, key, months)
    began = time.monotonic()
    check_reach(spark, keep)
    taken = kept.take_in(
        spark, keep, there, months, (given.inputs, key),
        lambda: _lay_out(spark, job, given, months, tell),
    )  # fmt: skip
    spark.catalog.clearCache()
    seconds = time.monotonic() - began
    _tell_unattended(taken, months, tell)
    count, gone = len(months or taken.months), len(there.months.keys() - taken.months.keys())
    tell(
        Words(
            f"已保存 {count} 个月，共 {len(taken.months)} 个月"
            + (f"，不再保存 {gone} 个月" if gone else "")
            + f"：{seconds:.1f} 秒",
            f"{count} months taken in, {len(taken.months)} are kept"
            + (f", {gone} no longer" if gone else "")
            + f": {seconds:.1f} s",
        )
    )
    return taken


def _tell_unattended(taken: Kept, months: list[str] | None, tell: Tell) -> None:
    """Name the months that came with activities and without any attendance."""
    came = {month: taken.months[month] for month in (months or taken.months)}
    none = [
        month[:7]
        for month, each in sorted(came.items())
        if each.activities and not each.attendances
    ]
    if none:
        names = ", ".join(none)
        tell(
            Words(
                f"注意：{names} 只有活动，没有任何参与记录，按 0 人次计；如尚未收到，收到后用 --month 再带来",
                f"Note: {names} came with activities and no attendance, and count 0; if these are still to "
                "come, bring them with --month then",
            )
        )


def _spread(spark: SparkSession, job: Job, parts: int) -> None:
    """Work in parts as the data need, at least two a worker: of few rows 200 take three times as long."""
    least = 2 * spark.sparkContext.defaultParallelism
    if "spark.sql.shuffle.partitions" not in job.settings:
        spark.conf.set("spark.sql.shuffle.partitions", str(max(least, parts)))


def _is_csv(place: str) -> bool:
    return place.removesuffix(".gz").endswith(".csv")


def _is_table(place: str) -> bool:
    return not ("/" in place or _is_csv(place) or place.endswith(".parquet"))


def _names_table(job: Job) -> bool:
    return any(_is_table(each) for each in (job.attendances, job.activities) if each)


def _read(spark: SparkSession, place: str, table: Table) -> DataFrame:
    """Read CSV by its ending, a Hive table by a name without a slash, else Parquet."""
    try:
        if _is_csv(place):
            return spark.read.csv(place, header=True, escape='"', multiLine=False)
        return spark.table(place) if _is_table(place) else spark.read.parquet(place)
    except PySparkException as error:
        shown, reason = without_credentials(place), condition(error)
        raise Problem(
            Words(
                f"{table.name}：{shown} 读不出（{reason}）：请核对位置、格式与权限；"
                "CSV 以 .csv 结尾，Hive 表只写表名。",
                f"{table.name}: {shown} can't be read ({reason}): check the "
                "place, its form and rights; CSV ends in .csv, a Hive table is its name alone.",
            )
        ) from None


def _given(spark: SparkSession, job: Job) -> Given | None:
    """Read how both tables lie there; nothing where none is given. Raises Problem."""
    if job.activities is None or job.attendances is None:
        return None
    activities = _read(spark, job.activities, ACTIVITY)
    attendances = _read(spark, job.attendances, ATTENDANCE)
    sources = [
        recognised(table, rows.columns, job.mapping)
        for table, rows in ((ACTIVITY, activities), (ATTENDANCE, attendances))
    ]
    written = sum(length(spark, each.inputFiles()) for each in (activities, attendances))
    _spread(spark, job, written // _BYTES_A_PART)
    version = statements_version() if job.keep is None else kept.version()
    months = [] if ALL in job.months else sorted(set(job.months))
    told = [
        [stamps(spark, each.inputFiles()) for each in (activities, attendances)],
        [dict(job.mapping), version, job.secret is None, sorted(job.communities), months],
    ]
    text = json.dumps(told, sort_keys=True, default=str)
    return Given(activities, attendances, sources, hashlib.sha256(text.encode()).hexdigest()[:16])


def _finished(to: Place, name: str) -> Manifest | None:
    try:
        text = to.read(name)
        return Manifest.of_text(text) if text else None
    except (ValueError, KeyError, TypeError):
        return None


def _lay_out(
    spark: SparkSession, job: Job, given: Given, months: list[str] | None, tell: Tell
) -> tuple[int, int]:
    """Check both tables and lay them out for the statements; give how many rows they have.

    Of activities in other months than those told nothing is asked; none may have attendances.
    """
    tell(Words("在集群上核对", "Checking on the cluster"))
    every = checking.typed(given.activities, given.sources[0])
    held = every.where(_is_in(months)).persist(StorageLevel.MEMORY_AND_DISK)
    source = given.sources[1]
    came = _with_persons(spark, checking.typed(given.attendances, source), source, job)
    came = came.persist(StorageLevel.MEMORY_AND_DISK)
    problems = [
        *checking.faults(held, given.sources[0]),
        *checking.repeated(held, "activity_code", "activity.activity_code"),
        *checking.faults(came, source),
        *_nobody(came),
        *checking.lost(came, every, "activity_code", "attendance.activity_code"),
    ]
    if months is not None:
        problems += checking.of_other_months(came, every.where(~_is_in(months)))
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
    both = f.expr("is_resident != all_so")
    count, unlike, *where = once.agg(
        f.count("*"),
        f.count_if(both),
        *(least(f.when(both, f.col("activity_code"))) for least in (f.min, f.max)),
    ).collect()[0]
    if unlike:
        problems.append(checking.told("attendance.is_resident", "residence", unlike, where))
    if problems:
        raise Problem(problems)
    held.createOrReplaceTempView("activity")
    every.where(~_is_in(months)).createOrReplaceTempView("activity_of_other_month")
    once.createOrReplaceTempView("attendance")
    residents = once.where("is_resident").select("participant_code").distinct()
    # No key is made there, so that no sum of keys can leave.
    residents.select("participant_code", f.lit(0).alias("participant_key")).createOrReplaceTempView(
        "key_of"
    )
    rows = held.count()
    tell(Words(f"活动 {rows} 场，参与 {count} 人次", f"{rows} activities, {count} attendances"))
    return rows, count


def _is_in(months: list[str] | None) -> SparkColumn:
    """Tell whether an activity was held in the months, or on no day that can be read."""
    if months is None:
        return f.lit(True)
    return f.col("held_on").isNull() | f.trunc("held_on", "month").cast("string").isin(*months)


def _key(spark: SparkSession, job: Job, tell: Tell) -> str:
    """Say what pseudonyms are made with, once every worker was asked; raises Problem if one can't."""
    if (secret := job.secret) is None:
        return "given"
    asked = f.udf(
        lambda _: people.key_there(secret), "struct<host:string,zh:string,en:string,mark:string>"
    )
    width = spark.sparkContext.defaultParallelism * 2
    rows = spark.range(0, width, 1, width).select(asked("id").alias("r")).distinct().collect()
    told = sorted((each.r for each in rows), key=lambda each: each.host)
    if refused := [each for each in told if each.mark is None]:
        hosts = _first_few([each.host for each in refused])
        raise Problem(Words(f"{hosts}：{refused[0].zh}", f"{hosts}: {refused[0].en}"))
    marks = {each.mark for each in told}
    if len(marks) > 1:
        hosts = _first_few([f"{each.host} ({each.mark})" for each in told])
        raise Problem(
            Words(
                f"各工作节点上的 {secret} 不是同一把密钥（标记）：{hosts}；请把同一个文件放到每个节点。",
                f"The workers have different keys in {secret}, by their marks: {hosts}. Put the same file on each.",
            )
        )
    (mark,) = marks
    tell(
        Words(
            f"假名用 {secret} 中的密钥，标记 {mark}",
            f"Pseudonyms by the key in {secret}, marked {mark}",
        )
    )
    return mark


def _first_few(hosts: list[str]) -> str:
    more = len(hosts) - _HOSTS_NAMED
    return ", ".join(hosts[:_HOSTS_NAMED]) + (f", +{more}" if more > 0 else "")


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
        maker = people.pseudonym_maker([kind for kind, _ in source.persons], job.today, job.secret)
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
    asked = (f.count(name) for name in MAY_BE_LEFT_OUT)
    counts = activities.agg(f.count("*"), *asked).collect()[0]
    return [
        f"{ACTIVITY.name}.{name}"
        for name, count in zip(MAY_BE_LEFT_OUT, counts[1:], strict=True)
        if counts[0] and not count
    ]


def _make(
    spark: SparkSession, to: Place, inputs: str, made_by: list[Statement], tell: Tell
) -> dict[str, Rolled]:
    """Make each roll-up that is not there yet of the same inputs, each whole before it is named."""
    kept = json.loads(to.read(_UNFINISHED) or "{}")
    done = {n: Rolled(**each) for n, each in kept.items() if each["inputs"] == inputs and to.has(n)}

    for each in made_by:
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
