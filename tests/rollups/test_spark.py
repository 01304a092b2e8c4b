"""On a cluster of two workers each roll-up is DuckDB's, cell by cell, and so is every answer.

Skipped where there is no Java or no pyspark: pip install -r requirements-spark.txt.
"""

import json
import os
import re
import shutil
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from socket import gethostname
from typing import Any
from uuid import uuid4

import duckdb
import pandas as pd
import pytest

from dashboard.contract.filters import Filters
from dashboard.contract.problem import Problem
from dashboard.contract.words import Words
from dashboard.intake.personal import normal_identity, pseudonym
from dashboard.paths import DATA
from dashboard.warehouse.build import build
from dashboard.warehouse.rolled import MANIFEST, ROLLUPS, Manifest, attach_rollups, read_manifest
from dashboard.warehouse.store import Warehouse
from dashboard.warehouse.uploads import State
from tests.kept import warehouse_of_sample
from tests.rollups.made import answers, roll_up_in_duckdb
from tests.rollups.small_disk import small_disk

pytest.importorskip("pyspark", reason="no pyspark: pip install -r requirements-spark.txt")
if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
    pytest.skip("no Java", allow_module_level=True)

from dashboard.rollups.on_spark import Job, roll_up_on_spark
from dashboard.rollups.places import Place, without_credentials
from dashboard.rollups.reach import check_reach
from dashboard.rollups.session import session

pytestmark = [
    pytest.mark.slow,
    # Sockets of Spark's own that it closes late.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]

FEW = 8_000
# A month of guests alone, one of which more is told later, and one in which nobody did anything.
GUESTS, LATE, EMPTY = "2022-11", "2024-02", "2023-05"
KEY = bytes(range(32))
TODAY = date(2026, 1, 15)
MAPPING = {
    "attendances": {
        "table": "attendance",
        "columns": {"活动": "activity_code", "是不是居民": "is_resident"},
        "values": {},
    }
}
# Of so few rows most of the time would go into compiling.
SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.sql.shuffle.partitions": "2",
    "spark.default.parallelism": "2",
    "spark.sql.codegen.wholeStage": "false",
}
PASSWORD = "hunter2-and-more"


@dataclass(frozen=True)
class Given:
    """Hold what lies on the cluster, and the same as rows of the contract's tables."""

    job: Job
    activities: pd.DataFrame
    attendances: pd.DataFrame


@pytest.fixture(scope="module", autouse=True)
def bare_workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Have a Python for workers to which nothing was installed."""
    python = tmp_path_factory.mktemp("workers") / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" -S "$@"\n')
    python.chmod(0o700)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_PYTHON", str(python))
        yield


def phone(person: int) -> str:
    return f"139{person:08d}"


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Given:
    """Lay out a small sample and, besides, what is apt to be counted differently."""
    folder = tmp_path_factory.mktemp("cluster")
    file = warehouse_of_sample(folder / "sample.duckdb", attendances=FEW)
    with duckdb.connect(file, read_only=True) as connection:
        activities = connection.table("activity").df()
        came = connection.table("attendance").df()
    numbers = {code: n for n, code in enumerate(sorted(came["participant_code"].unique()))}
    came = came.assign(person=came["participant_code"].map(numbers))[
        ["activity_code", "person", "is_resident"]
    ]
    one, two, three = activities["community_code"].unique()[:3]
    like = activities.iloc[0]

    def held(code: str, community: str, day: str, **said: Any) -> dict[str, Any]:
        return {**like, "activity_code": code, "community_code": community, **said} | {
            "held_on": pd.Timestamp(day)
        }

    more = [
        held("leap", one, "2024-02-29", organiser=None, aspect=None, domain=None, need=None),
        held("same day", one, "2024-02-29", programme=None, is_online=True),
        held("elsewhere", two, "2024-02-29"),
        held("first", three, "2023-01-31"),
        held("late", one, "2025-03-31", organiser="residents"),
        held("after a year and more", two, "2025-04-30"),
        held("nobody came", three, "2025-05-01"),
        held("guests alone", two, f"{GUESTS}-15"),
    ]
    n = len(numbers)
    also = [
        *((code, n, True) for code in ("leap", "same day", "elsewhere", "late")),
        *((code, n + 1, True) for code in ("first", "after a year and more")),
        *((code, n + 2, True) for code in ("leap", "same day", "late")),
        # Two of the same doings, one of whom came as a guest elsewhere.
        *((code, person, True) for code in ("leap", "elsewhere") for person in (n + 3, n + 4)),
        ("first", n + 4, False),
        ("leap", n + 5, False),
        ("guests alone", n + 5, False),
    ]
    activities = pd.concat([activities, pd.DataFrame(more)], ignore_index=True)
    came = pd.concat([came, pd.DataFrame(also, columns=came.columns)], ignore_index=True)
    activities.to_parquet(folder / "activity.parquet", index=False)
    # Some rows twice and three times, and numbers written in another way.
    twice = pd.concat([came, came.iloc[::50], came.iloc[::100]], ignore_index=True)
    written = twice["person"].map(phone)
    written.iloc[::7] = "+86 " + written.iloc[::7].str[:3] + "-" + written.iloc[::7].str[3:]
    pd.DataFrame(
        {
            "活动": twice["activity_code"],
            "手机号": written,
            "是不是居民": twice["is_resident"].map({True: "是", False: "否"}),
        }
    ).to_csv(folder / "attendance.csv", index=False)
    secret = folder / "pseudonym.key"
    secret.write_text(KEY.hex() + "\n", encoding="ascii")
    secret.chmod(0o600)
    codes = {
        person: pseudonym(normal_identity("phone", phone(person)), KEY)
        for person in came["person"].unique()
    }
    came["participant_code"] = came["person"].map(codes).astype("UInt64")
    job = Job(
        master="local[2]",
        attendances=str(folder / "attendance.csv"),
        activities=str(folder / "activity.parquet"),
        to=str(folder / "rollups"),
        mapping=MAPPING,
        secret=str(secret),
        communities=frozenset(activities["community_code"]),
        settings=SETTINGS,
        today=TODAY,
    )
    return Given(job, activities, came[["activity_code", "participant_code", "is_resident"]])


def executors() -> list[int]:
    """Find the processes of executors that this process started."""
    told = {}
    for each in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((each / "stat").read_text().rpartition(")")[2].split()[1])
            told[int(each.name)] = parent, b"ExecutorBackend" in (each / "cmdline").read_bytes()
        except (OSError, ValueError):
            continue

    def is_ours(process: int) -> bool:
        while process in told and process != os.getpid():
            process = told[process][0]
        return process == os.getpid()

    return sorted(process for process, (_, is_one) in told.items() if is_one and is_ours(process))


@pytest.fixture(scope="module")
def made(given: Given) -> Manifest:
    """Roll up on two workers, one of which is killed meanwhile."""
    killed: list[int] = []

    def tell(words: Words) -> None:
        if words.en.startswith("3/") and not killed and (there := executors()):
            os.kill(there[0], signal.SIGKILL)
            killed.append(there[0])

    job = replace(given.job, master="local-cluster[2,1,1024]")
    manifest = roll_up_on_spark(job, tell)
    assert killed or not Path("/proc").is_dir()
    return manifest


def test_every_roll_up_is_the_same_cell_by_cell(given: Given, made: Manifest) -> None:
    folder, cells = Path(given.job.to), 0
    assert made == read_manifest(folder)
    with duckdb.connect() as there, duckdb.connect() as here:
        here.from_df(given.activities).create("activity")
        here.from_df(given.attendances).create("attendance")
        roll_up_in_duckdb(here)
        there.from_df(given.activities).project("community_code").distinct().create("community")
        attach_rollups(there, folder, made)
        for name, columns in ROLLUPS.items():
            wanted, order = ", ".join(columns), ", ".join(columns)
            ours, theirs = (c.table(name).project(wanted).order(order).df() for c in (here, there))
            pd.testing.assert_frame_equal(ours, theirs, obj=name, check_dtype=False)
            cells += ours.size
    assert cells > 100_000
    assert (made.activities, made.attendances) == (len(given.activities), len(given.attendances))


def test_every_named_query_answers_the_same(given: Given, made: Manifest, tmp_path: Path) -> None:
    own = State(tmp_path / "own", 1, 0)
    own.folder.mkdir()
    given.activities.to_parquet(own.file("activity"), index=False)
    given.attendances.to_parquet(own.file("attendance"), index=False)
    here = build(data=DATA, to=tmp_path / "a.duckdb", attendances=FEW, own=own, secret=KEY)
    there = build(data=DATA, to=tmp_path / "b.duckdb", attendances=FEW, rollups=Path(given.job.to))
    about, others = Warehouse(here), Warehouse(there)
    assert about.own_tables == others.own_tables
    assert about.unloaded == others.unloaded
    months = about.months
    for chosen in (
        Filters(months[-3], months[-1]),
        Filters(months[0], months[-1], town_codes=(about.town_codes[0],)),
        Filters(date(2024, 2, 1), date(2025, 1, 1)),
    ):
        for (name, ours), (_, theirs) in zip(
            answers(here, chosen), answers(there, chosen), strict=True
        ):
            pd.testing.assert_frame_equal(ours, theirs, obj=name)


def test_nothing_that_tells_a_person_leaves_the_cluster(given: Given, made: Manifest) -> None:
    codes = {str(code) for code in given.attendances["participant_code"]}
    with duckdb.connect() as connection:
        for name in ROLLUPS:
            rows = connection.read_parquet(str(Path(given.job.to) / name / "**" / "*.parquet")).df()
            assert not {"participant_code", "participant_key"} & set(rows.columns)
            assert not codes & set(rows.astype(str).to_numpy().ravel()), name
    # The roll-ups are there and nothing half-made.
    there = {path.name for path in Path(given.job.to).iterdir() if not path.name.startswith(".")}
    assert there == {*ROLLUPS, MANIFEST}


def test_what_is_made_is_not_made_again(given: Given, made: Manifest) -> None:
    told: list[str] = []
    folder = Path(given.job.to)
    assert roll_up_on_spark(given.job, lambda words: told.append(words.en)) == made
    assert told[-1] == "The roll-ups are up to date; none was made again"
    assert re.fullmatch(r"Pseudonyms by the key in .*, marked [0-9a-f]{8}", told[0])
    assert len(told) == 2
    # As if it had been stopped before its last table, with half of that written.
    text = (folder / MANIFEST).read_text(encoding="utf-8")
    done = {n: each for n, each in json.loads(text)["tables"].items() if n != "service_month"}
    (folder / "unfinished.json").write_text(json.dumps(done), encoding="utf-8")
    (folder / MANIFEST).unlink()
    shutil.rmtree(folder / "service_month")
    (folder / "_making" / "service_month").mkdir(parents=True)
    before = {name: (folder / name).stat().st_mtime_ns for name in done}
    again = roll_up_on_spark(given.job, lambda words: None)
    assert again.tables == made.tables
    assert {name: (folder / name).stat().st_mtime_ns for name in done} == before


# Month by month -----------------------------------------------------------------------------


def delivered(
    job: Job, folder: Path, activities: pd.DataFrame, attendances: pd.DataFrame, *months: str
) -> Job:
    """Write what a month, or several, bring: attendances of the activities told alone."""
    folder.mkdir(parents=True)
    activities.to_parquet(folder / "activity.parquet", index=False)
    codes = attendances["participant_code"].map(lambda code: f"P-{code:016x}")
    came = attendances.assign(participant_code=codes)
    came.to_parquet(folder / "attendance.parquet", index=False)
    return replace(
        job, activities=str(folder / "activity.parquet"),
        attendances=str(folder / "attendance.parquet"), months=months,
    )  # fmt: skip


class Stopped(Exception):
    """Stand for whatever ends a run."""


def told_until(job: Job, start: str) -> list[str]:
    """Run until something is told that starts so, and give all that was told."""
    told: list[str] = []

    def tell(words: Words) -> None:
        told.append(words.en)
        if words.en.startswith(start):
            raise Stopped

    with pytest.raises(Stopped):
        roll_up_on_spark(job, tell)
    return told


def test_months_that_come_late_and_corrected_are_as_if_all_had_come_at_once(
    given: Given, made: Manifest, tmp_path: Path
) -> None:
    held, came = given.activities, given.attendances
    month = held["held_on"].dt.strftime("%Y-%m")
    last = sorted(set(month))[-2:]
    keep = tmp_path / "保存 的月份"
    job = replace(given.job, to=str(tmp_path / "by month"), keep=str(keep), secret=None, mapping={})

    def of(*months: str) -> tuple[pd.DataFrame, pd.DataFrame]:
        chosen = held[month.isin(months)]
        return chosen, came.merge(chosen[["activity_code"]])

    # The first command is stopped once its month is kept, and goes on when it is repeated.
    first = delivered(job, tmp_path / "1", *of(GUESTS))
    assert "1 months taken in, 1 are kept" in told_until(first, "1/11")[-2]
    assert told_until(first, "The months are kept already; none was read again")

    before = sorted(set(month) - {*last, GUESTS})
    activities, attendances = of(*before)
    is_late = attendances["activity_code"].isin(held.loc[month == LATE, "activity_code"])
    second = delivered(
        job, tmp_path / "2", activities, attendances[~is_late | (attendances.index % 2 == 0)],
        *before,
    )  # fmt: skip
    # What is made of these is left behind half done.
    assert (
        f"{len(before)} months taken in, {len(before) + 1} are kept"
        in told_until(second, "4/11")[-5]
    )

    # What is not clear or would count twice, or nowhere, is refused; nothing is changed by it.
    there = {path.name for path in keep.iterdir()}
    everything = delivered(job, tmp_path / "all", held, came)
    is_one = held["activity_code"] == held.loc[month == LATE, "activity_code"].iloc[-1]
    moved = held.assign(held_on=held["held_on"].mask(is_one, pd.Timestamp(f"{last[0]}-02")))
    late, others = moved[month == LATE], moved[month != last[0]]
    none = came.iloc[:0]
    for number, (refused_job, sentence) in enumerate(
        (
            (everything, "months from 2022-11 to .* are kept: say with --month"),
            (replace(everything, months=(LATE,)), "rows are of other months"),
            (replace(everything, keep=f"{job.to}/kept"), "may not lie within each other"),
            (delivered(job, tmp_path / "a", late, none, last[0]), f"moved from or to {LATE}"),
            (delivered(job, tmp_path / "b", others, none, LATE), f"moved from or to {last[0]}"),
            (delivered(job, tmp_path / "c", held.iloc[:0], none, "all"), "no activity to keep"),
        )
    ):
        with pytest.raises(Problem, match=sentence):
            roll_up_on_spark(refused_job, lambda words: None)
        assert {path.name for path in keep.iterdir()} == there, number

    # All activities may come, of the attendances those of the months told alone.
    told = (*last, LATE, EMPTY)
    job = delivered(job, tmp_path / "3", held, of(*told)[1], *told)
    after = roll_up_on_spark(job, lambda words: None)
    assert {n: (t.rows, t.control_sum) for n, t in after.tables.items()} == {
        n: (t.rows, t.control_sum) for n, t in made.tables.items()
    }
    assert (after.activities, after.attendances) == (made.activities, made.attendances)
    assert after.empty_columns == made.empty_columns

    said: list[str] = []
    assert roll_up_on_spark(job, lambda words: said.append(words.en)) == after
    assert said == [
        "The months are kept already; none was read again",
        "The roll-ups are up to date; none was made again",
    ]
    without_rows = replace(job, activities=None, attendances=None, months=())
    assert roll_up_on_spark(without_rows, lambda words: None) == after
    # Of the month that was replaced nothing is left.
    (second_part,) = keep.glob("part-*2-*")
    assert not list(second_part.glob(f"*/month={LATE}*"))


def test_hive_tables_are_read_by_their_names(given: Given, tmp_path: Path) -> None:
    metastore = f"jdbc:derby:;databaseName={tmp_path / 'metastore'};create=true"
    settings = {
        **SETTINGS,
        "spark.sql.warehouse.dir": str(tmp_path / "tables"),
        "spark.hadoop.javax.jdo.option.ConnectionURL": metastore,
    }
    with session("local[2]", settings, needs_hive=True) as spark:
        log = str(tmp_path / "derby.log")
        spark._jvm.java.lang.System.setProperty("derby.stream.error.file", log)  # type: ignore[union-attr]
        spark.read.parquet(given.job.activities or "").write.saveAsTable("held")
        came = spark.read.csv(given.job.attendances or "", header=True)
        came.write.format("hive").saveAsTable("came")
    job = replace(
        given.job, activities="held", attendances="default.came", settings=settings,
        to=str(tmp_path / "to"),
    )  # fmt: skip
    counted = f"{len(given.activities)} activities, {len(given.attendances)} attendances"
    assert counted in told_until(job, counted)


# What is refused ----------------------------------------------------------------------------


def test_a_full_disk_is_told_and_what_was_finished_stays(given: Given, tmp_path: Path) -> None:
    with small_disk(tmp_path / "small", megabytes=1) as to:
        told = refused(given.job, to)
        assert "A disk of the cluster or of the target is full: make room" in told
        done = json.loads((to / "unfinished.json").read_text(encoding="utf-8"))
        assert done
        assert all((to / name).is_dir() for name in done)


def refused(job: Job, to: Path) -> str:
    with pytest.raises(Problem) as told:
        roll_up_on_spark(replace(job, to=str(to)), lambda words: None)
    assert not (to / MANIFEST).exists()
    return str(told.value)


def test_columns_that_are_not_there_are_named(given: Given, tmp_path: Path) -> None:
    given.activities.drop(columns="held_on").to_parquet(tmp_path / "a.parquet", index=False)
    job = replace(given.job, activities=str(tmp_path / "a.parquet"))
    assert "activity: there is no column held_on; there are: activity_code, " in refused(
        job, tmp_path / "to"
    )


def test_faults_are_counted_by_kind_and_nobody_is_named(given: Given, tmp_path: Path) -> None:
    rows = given.activities.astype({"held_on": "str", "activity_kind": "str"}).copy()
    rows.loc[:4, "held_on"] = "2024-02-30"
    rows.loc[5:6, "activity_kind"] = "juggling"
    rows.loc[7, "community_code"] = "nowhere"
    rows.loc[8, "activity_code"] = rows.loc[9, "activity_code"]
    rows.loc[10, "child_count"] = -3
    rows.to_parquet(tmp_path / "a.parquet", index=False)
    came = pd.read_csv(given.job.attendances, dtype=str).head(100)
    came.loc[0, "手机号"] = "13900000***"
    came.loc[1, "活动"] = "no such"
    came.loc[2, "是不是居民"] = None
    came = pd.concat(
        [came, came.iloc[[5]].assign(是不是居民="否"), came.iloc[[5]].assign(是不是居民="是")]
    )
    came.to_csv(tmp_path / "b.csv", index=False)
    job = replace(
        given.job, activities=str(tmp_path / "a.parquet"), attendances=str(tmp_path / "b.csv")
    )
    told = refused(job, tmp_path / "to")
    for sentence in (
        "activity.held_on: 5 not readable as what it should be, such as 2024-02-30",
        "activity.activity_kind: 2 not readable as what it should be, such as juggling",
        "activity.community_code: 1 not found in the table they lead to, such as nowhere",
        "activity.activity_code: 1 keys given more than once",
        "activity.child_count: 1 below the least allowed, such as -3",
        "attendance.activity_code: 1 not found",
        "attendance.is_resident: 1 empty",
        f"1 both a resident and none at one activity, such as {came['活动'].iloc[5]}",
        "attendance.participant_code: 1 naming nobody (is masked: different persons would count as one)",
    ):
        assert sentence in told
    assert "139" not in told


def test_a_key_that_no_worker_can_read_is_told(given: Given, tmp_path: Path) -> None:
    job = replace(given.job, secret=str(tmp_path / "nowhere.key"))
    told = f"{gethostname()}: The key file {tmp_path / 'nowhere.key'} can't be read"
    assert told in refused(job, tmp_path / "to")
    assert not (tmp_path / "nowhere.key").exists()


def test_a_python_that_no_worker_has_is_told(
    given: Given, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYSPARK_PYTHON", str(tmp_path / "python9"))
    told = refused(given.job, tmp_path / "to")
    assert f"The workers' Python ({tmp_path / 'python9'}) is missing: each needs Python 3." in told


class OfEachHost(Place):
    """Be a folder that is another one for whoever asks."""

    def of(self, name: str) -> str:
        return super().of(f"{uuid4()}/{name}")


def test_a_folder_that_is_not_the_same_for_all_is_told(tmp_path: Path) -> None:
    with session("local[2]", SETTINGS, needs_hive=False) as spark:
        with pytest.raises(Problem, match=r"is not one folder on all of the cluster.*of 4 parts"):
            check_reach(spark, OfEachHost(spark, str(tmp_path)))
        check_reach(spark, Place(spark, str(tmp_path / "one")))
    assert not list((tmp_path / "one").iterdir())


def test_credentials_are_never_told(given: Given, tmp_path: Path, capfd: Any) -> None:
    url = f"s3a://somebody:{PASSWORD}@bucket/attendance.parquet?token={PASSWORD}"
    settings = {**SETTINGS, "spark.hadoop.fs.s3a.secret.key": PASSWORD}
    told = refused(replace(given.job, attendances=url, settings=settings), tmp_path / "to")
    assert "attendance: s3a://…bucket" in told or "Spark did not finish" in told
    written = capfd.readouterr()
    assert PASSWORD not in told + written.out + written.err


def test_credentials_are_taken_out_of_any_text() -> None:
    text = without_credentials(
        f"at hdfs://me:{PASSWORD}@host/a?sig=abc&x=1, secret {PASSWORD}", {"my.password": PASSWORD}
    )
    assert PASSWORD not in text
    assert "abc" not in text
