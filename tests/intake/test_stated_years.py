"""Check that a month without its year is asked about, once, and never dated by a guess."""

from pathlib import Path
from typing import Any

import pytest

from dashboard.intake.checking import Reading, check_sources
from dashboard.intake.faults import Check
from dashboard.intake.reading import Sheet, Source
from dashboard.ui.own_data import left_open
from dashboard.ui.own_questions import alike
from tests.intake.conftest import KEY
from tests.intake.test_signing import TODAY, known

HEAD = ["社区", "房源层次", "可租", "已租"]
ROW = ["龙湖冠寓", "间", 90, 80]
ACROSS = ["社区", "房源层次", "1月已租", "2月已租"]


def checked(*files: tuple[str, list[list[Any]]], mapping: Any = None) -> Check:
    sources = [
        Source(
            Path(name), str(number) * 64, 1, [Sheet(name, "Sheet1", [list(row) for row in rows])]
        )
        for number, (name, rows) in enumerate(files)
    ]
    return check_sources(sources, known(), Reading(TODAY, lambda: KEY, mapping))


def test_months_of_several_files_without_a_year_are_one_question() -> None:
    books: list[tuple[str, list[list[Any]]]] = [
        (f"{month}月.xlsx", [[f"入住月报（{month}月）"], HEAD, ROW]) for month in (1, 2, 3)
    ]
    found = checked(*books)
    assert [fault.code for fault in found.faults] == ["layout"] * 3
    (same,) = alike(found)
    assert len(same) == 3
    assert left_open(found) == (1, 0)
    answered = checked(*books, mapping={"Sheet1": {"year": 2026}})
    assert answered.faults == []
    months = [f"{month:%Y-%m}" for month in answered.frames["occupancy"]["month"]]
    assert months == ["2026-01", "2026-02", "2026-03"]


@pytest.mark.parametrize(
    ("title", "file", "is_asked"),
    [
        ("2025年1-2月已租情况", "2026年报表.xlsx", True),
        ("2025年1-2月已租情况", "2025年报表.xlsx", False),
        ("2025年1-2月已租情况", "报表.xlsx", False),
        ("1-2月已租情况", "2026年报表.xlsx", False),
    ],
)
def test_a_title_and_a_file_of_different_years_are_asked_about(
    title: str, file: str, is_asked: bool
) -> None:
    found = checked((file, [[title], ACROSS, ["龙湖冠寓", "间", 80, 81]]))
    assert [fault.code for fault in found.faults] == ["layout"] * is_asked
    if not is_asked:
        year = "2025" if "2025" in title else "2026"
        assert {f"{month:%Y}" for month in found.frames["occupancy"]["month"]} == {year}


def test_a_month_s_title_and_its_file_of_different_years_are_asked_about() -> None:
    found = checked(("2026年.xlsx", [["2025年度", "9月"], HEAD, ROW]))
    assert [fault.code for fault in found.faults] == ["layout"]
