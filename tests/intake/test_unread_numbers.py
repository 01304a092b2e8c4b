"""Check that numbers of dwellings are read under their usual names, and told where they are not."""

from collections.abc import Callable
from pathlib import Path

import pytest

from dashboard.contract.tables import TOWN
from dashboard.intake.checking import Reading
from dashboard.intake.gazetteer import Towns
from dashboard.intake.headings import recognise_all, take_constants
from dashboard.intake.loading import Places, check
from dashboard.intake.reading import csv_sheet
from dashboard.paths import DATA
from dashboard.warehouse.published import read_table
from tests.intake import messy

HEAD = "项目,月份,{},可租,已租,在住人数"
ROW = "甲苑,2026-02,880,870,802,1206"


@pytest.mark.parametrize(
    ("heading", "is_of_rooms"),
    [("总间数", True), ("房源总量（间）", True), ("总房间数", True), ("房源总量", False), ("套间数", False)],
)  # fmt: skip
def test_what_all_dwellings_are_called_is_read(heading: str, is_of_rooms: bool) -> None:
    sheet = csv_sheet(Path("a.csv"), f"{HEAD.format(heading)}\n{ROW}\n".encode())
    (found,) = recognise_all(sheet)
    take_constants(found, Towns(read_table(DATA / "towns.csv", TOWN)), {})
    assert (found.fields["dwelling_count"].number, "tier" in found.constants) == (2, is_of_rooms)


def test_numbers_of_a_csv_that_nobody_reads_are_told(
    places: Places, key: Callable[[], bytes], tmp_path: Path
) -> None:
    (file := tmp_path / "a.csv").write_text(
        f"{HEAD.format('总量（间）')},投用年月,序号\n{ROW},2024.6,1\n", encoding="utf-8"
    )
    found = check([file], places, Reading(messy.TODAY, key))
    (told,) = [words.zh for words in found.warnings if "有数而没有读的列" in words.zh]
    assert "总量(间)" in told
    assert "投用年月" not in told
    assert "序号" not in told
