"""Measure how fast files of many rows are checked, and how much memory that takes."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from dashboard.contract.tables import TOWN
from dashboard.intake.checking import Known, Reading, check_sources
from dashboard.intake.loading import read_all
from dashboard.paths import DATA
from dashboard.warehouse.published import read_table
from tests.bench.serving import children, resident_mb

ROWS, PERSONS, ACTIVITIES = 5_000_000, 500_000, 20_000
WORKBOOK_ROWS = 200_000
TODAY = date(2026, 11, 1)
KEY = b"a key for tests, long enough"


@dataclass(frozen=True)
class Checked:
    """Say how long reading and checking took in seconds, and the most memory of both in MB."""

    rows: int
    read_s: float
    check_s: float
    peak_mb: float


def of_attendances(folder: Path, rows: int = ROWS) -> Checked:
    """Check a CSV of attendances by phone, each person at some ten activities."""
    file = folder / "attendances.csv"
    draw = np.random.default_rng(1)
    persons = draw.integers(0, PERSONS, rows)
    table = pd.DataFrame(
        {
            "活动代码": _texts("HD-", draw.integers(0, ACTIVITIES, rows), 5),
            "手机号": _texts("138", persons, 8),
            "本社区居民": np.where(persons % 3 == 0, "否", "是"),
        }
    )
    table.to_csv(file, index=False)
    del table
    codes = frozenset(f"HD-{number:05d}" for number in range(ACTIVITIES))
    return _checked(file, folder, rows, activities=codes)


def of_workbook(folder: Path, rows: int = WORKBOOK_ROWS) -> Checked:
    """Check a workbook of monthly occupancy."""
    file = folder / "occupancy.xlsx"
    communities = 2_000
    months = [f"{2017 + n // 12}-{n % 12 + 1:02d}" for n in range(rows // communities)]
    table = pd.DataFrame(
        [(f"社区{n}", month) for month in months for n in range(communities)],
        columns=["社区名称", "月份"],
    ).assign(房源层次="一间房", 房源=100, 建成供应=100, 可租=90, 已租=80, 可住人数=200, 入住居民=150, 迁入=5, 迁出=4)  # fmt: skip
    table.to_excel(file, index=False, engine="xlsxwriter")
    names = [f"社区{n}" for n in range(communities)]
    there = pd.DataFrame({"community_code": [f"310112101-{n}" for n in range(communities)], "name_zh": names, "name_en": names, "aliases": None, "town_code": "310112101"})  # fmt: skip
    return _checked(file, folder, len(table), communities=there)


def _texts(start: str, numbers: Any, digits: int) -> Any:
    known = np.array(
        [f"{start}{n:0{digits}d}" for n in range(int(numbers.max()) + 1)], dtype="object"
    )
    return known[numbers]


def _checked(file: Path, folder: Path, rows: int, **there: Any) -> Checked:
    known = Known(towns=read_table(DATA / "towns.csv", TOWN), **{"communities": _none(), **there})
    with _peak() as peak:
        start = time.perf_counter()
        sources, _ = read_all([file], DATA)
        read = time.perf_counter()
        found = check_sources(sources, known, Reading(TODAY, lambda: KEY), scratch=folder)
        done = time.perf_counter()
    if found.faults:
        raise RuntimeError(f"{file.name}: {found.faults[0]}")
    return Checked(rows, read - start, done - read, peak())


def _none() -> pd.DataFrame:
    return pd.DataFrame(
        columns=["community_code", "name_zh", "name_en", "aliases", "town_code"], dtype="object"
    )


@contextmanager
def _peak() -> Iterator[Callable[[], float]]:
    """Watch the memory of this process and its children; give the most there was, in MB."""
    mine, over, most = os.getpid(), threading.Event(), [0.0]
    before = resident_mb(mine)

    def watch() -> None:
        while not over.wait(0.05):
            try:
                each = [resident_mb(pid) for pid in (mine, *children(mine))]
            except (OSError, StopIteration):
                continue  # one has just ended
            most[0] = max(most[0], sum(each) - before)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield lambda: most[0]
    finally:
        over.set()
        watcher.join()
