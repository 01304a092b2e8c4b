"""Measure the build at a hundred times today's attendances, and the same roll-ups on Spark."""

import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import click
import duckdb
import numpy as np
import pandas as pd

from dashboard.contract.filters import Filters
from dashboard.warehouse.rolled import ROLLUPS
from dashboard.warehouse.store import Warehouse
from tests.bench.serving import children, cpu_seconds, resident_mb
from tests.rollups.made import answers

SIZES = (1_000_000, 10_000_000, 100_000_000)
# DuckDB takes what is more in minutes; a cluster on one machine does not.
MOST_ON_SPARK = 10_000_000
MASTER = "local-cluster[2,1,2048]"


@dataclass(frozen=True)
class Run:
    """Say what a command took: seconds, processor seconds and most memory of all its processes.

    ``taking_in``: the seconds in which months were read, checked and kept, as the command tells them.
    """

    seconds: float
    cpu_seconds: float
    peak_mb: float
    taking_in: float | None = None


@dataclass(frozen=True)
class Rolled:
    """Say what the roll-ups on Spark took, by what they are made of, and how many cells are apart."""

    months_but_one: Run
    last_month: Run
    home: Run
    home_mb: float
    rollups_mb: float
    kept_mb: float
    cells: int
    apart: int


def built(folder: Path, attendances: int, *options: str) -> tuple[Path, Run]:
    """Build a warehouse in a process of its own."""
    file = folder / f"{attendances}.duckdb"
    return file, _run("build", "--attendances", str(attendances), "--to", str(file), *options)


def on_spark(folder: Path, warehouse: Path, attendances: int) -> Rolled:
    """Roll up on two workers all months but the last, then that, and build of the roll-ups.

    Compares each roll-up and the answer to every named query with the warehouse's.
    """
    last = _laid_out(folder, warehouse)
    kept = ["--keep", str(folder / "kept")]
    known = ["--warehouse", str(warehouse)]
    before = _roll_up(folder, "before", "by month", *known, *kept)
    month = _roll_up(folder, "last", "by month", *known, *kept, "--month", last)
    home, home_run = built(folder, attendances, "--rollups", str(folder / "by month"))
    compared = [_compared(warehouse, home), _answered(warehouse, home)]
    return Rolled(
        months_but_one=before,
        last_month=month,
        home=home_run,
        home_mb=home.stat().st_size / 1e6,
        rollups_mb=_size_mb(folder / "by month"),
        kept_mb=_size_mb(folder / "kept"),
        cells=sum(cells for cells, _ in compared),
        apart=sum(apart for _, apart in compared),
    )


def _laid_out(folder: Path, warehouse: Path) -> str:
    """Write attendances and activities as Parquet: those before the last month, and its own."""
    with duckdb.connect(warehouse, read_only=True) as connection:
        activity, attendance = connection.table("activity"), connection.table("attendance")
        (last,) = activity.aggregate("max(date_trunc('month', held_on))::date").fetchall()[0]
        for name, condition in (
            ("before", f"held_on < date '{last}'"),
            ("last", f"held_on >= date '{last}'"),
        ):
            (folder / name).mkdir()
            held = activity.filter(condition)
            held.write_parquet(str(folder / name / "activity.parquet"))
            came = attendance.join(held, "activity_code", how="semi").project(
                "activity_code, printf('P-%016x', participant_code) as participant_code, is_resident"
            )
            came.write_parquet(str(folder / name / "attendance.parquet"))
    return f"{last:%Y-%m}"


def _roll_up(folder: Path, rows: str, to: str, *options: str) -> Run:
    return _run(
        "rollup", "--master", MASTER, "--given", "--to", str(folder / to),
        "--attendances", str(folder / rows / "attendance.parquet"),
        "--activities", str(folder / rows / "activity.parquet"), *options,
    )  # fmt: skip


def _run(*arguments: str) -> Run:
    """Run a command of the dashboard and watch it with all its processes."""
    start = time.perf_counter()
    command = [sys.executable, "-m", "dashboard", *arguments]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        with _watched(process.pid) as seen:
            told, _ = process.communicate()
    if process.returncode:
        raise click.ClickException(told.strip().splitlines()[-1])
    seconds = time.perf_counter() - start
    taken = re.search(r"are kept[^:]*: ([\d.]+) s", told)
    return Run(seconds, sum(seen.cpu.values()), seen.peak_mb, float(taken[1]) if taken else None)


@dataclass
class _Seen:
    """Hold the most memory of all processes together, and the processor time of each."""

    peak_mb: float = 0
    cpu: dict[int, float] = field(default_factory=dict)


@contextmanager
def _watched(pid: int) -> Iterator[_Seen]:
    """Watch a process and all that it starts, several times a second."""
    seen, over = _Seen(), threading.Event()

    def watch() -> None:
        while not over.wait(0.2):
            together = 0.0
            for each in _of_tree(pid):
                with suppress(OSError, StopIteration, ValueError):  # it may just have ended
                    together += resident_mb(each)
                    seen.cpu[each] = max(seen.cpu.get(each, 0), cpu_seconds(each))
            seen.peak_mb = max(seen.peak_mb, together)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield seen
    finally:
        over.set()
        watcher.join()


def _of_tree(pid: int) -> list[int]:
    """List a process and all that it started."""
    own: list[int] = []
    with suppress(OSError):
        own = children(pid)
    return [pid, *(each for child in own for each in _of_tree(child))]


def _size_mb(folder: Path) -> float:
    return sum(each.stat().st_size for each in folder.rglob("*.parquet")) / 1e6


def _answered(warehouse: Path, home: Path) -> tuple[int, int]:
    """Count the cells of what every query answers of all months, and those that are apart.

    A sum of logarithms hangs in its sixteenth digit on the order in which it is added up.
    """
    months = Warehouse(warehouse).months
    chosen = Filters(months[0], months[-1])
    cells = apart = 0
    both = zip(answers(warehouse, chosen), answers(home, chosen), strict=True)
    for (_, ours), (_, theirs) in both:
        cells += ours.size
        apart += _apart(ours, theirs)
    return cells, apart


def _apart(ours: pd.DataFrame, theirs: pd.DataFrame) -> int:
    if ours.shape != theirs.shape:
        return max(ours.size, theirs.size)
    unlike = 0
    for name, own in ours.items():
        other = theirs[name]
        if own.dtype == other.dtype == "float64":
            unlike += int((~np.isclose(own, other, rtol=1e-12, atol=0, equal_nan=True)).sum())
        elif not own.equals(other):
            unlike += int((own.astype(str) != other.astype(str)).sum())
    return unlike


def _compared(warehouse: Path, home: Path) -> tuple[int, int]:
    """Count the cells of all roll-ups, and those of rows that only one of both has."""
    cells = apart = 0
    with duckdb.connect() as connection:
        for name, file in (("here", warehouse), ("home", home)):
            connection.execute(f"attach '{file}' as {name} (read_only)")
        for name, columns in ROLLUPS.items():
            ours, theirs = (
                connection.table(f"{place}.{name}").project(", ".join(columns))
                for place in ("here", "home")
            )
            unlike = ours.except_(theirs).union(theirs.except_(ours))
            cells += len(columns) * ours.shape[0]
            apart += len(columns) * (unlike.shape[0] + abs(ours.shape[0] - theirs.shape[0]))
    return cells, apart
