"""Check what is told of files of one name, of files that come again, and of a register that is not there."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from dashboard.contract.problem import Problem
from dashboard.intake.annotating import annotate
from dashboard.intake.checking import Reading
from dashboard.intake.loading import Loaded, Places, Submission, check, load
from dashboard.intake.reading import names_of
from tests.intake import messy
from tests.intake.test_finer import REGISTER, REPORT

Key = Callable[[], bytes]


def book(to: Path, rows: list[list[Any]], hidden: int | None = None) -> Path:
    made = openpyxl.Workbook()
    for row in rows:
        made.worksheets[0].append(row)
    if hidden is not None:
        made.worksheets[0].column_dimensions[get_column_letter(hidden)].hidden = True
    to.parent.mkdir(parents=True, exist_ok=True)
    made.save(to)
    return to


def brought(places: Places, key: Key, *paths: Path) -> Loaded:
    return load(paths, places, Reading(messy.TODAY, key), Submission("tester"))


def test_files_are_named_by_as_many_folders_as_tell_them_apart() -> None:
    paths = [Path("年/浦江/1月.xlsx"), Path("年/马桥/1月.xlsx"), Path("年/名册.xlsx")]
    assert list(names_of(paths).values()) == ["浦江/1月.xlsx", "马桥/1月.xlsx", "名册.xlsx"]
    deeper = [Path("a/x/1.xlsx"), Path("b/x/1.xlsx")]
    assert list(names_of(deeper).values()) == ["a/x/1.xlsx", "b/x/1.xlsx"]


def test_files_of_one_name_from_several_folders_are_one_load(
    places: Places, key: Key, tmp_path: Path
) -> None:
    register = book(tmp_path / "名册.xlsx", REGISTER)
    one = book(tmp_path / "甲" / "3月.xlsx", REPORT[:4])
    bad: list[list[Any]] = [*REPORT[:2], ["乙苑", "间", 190, "多", 150]]
    two = book(tmp_path / "乙" / "3月.xlsx", bad)
    found = check([register, one, two], places, Reading(messy.TODAY, key))
    assert [(fault.file, fault.cell) for fault in found.faults] == [("乙/3月.xlsx", "D3")]
    (copy,) = annotate([register, one, two], found, tmp_path / "annotated.xlsx")
    assert openpyxl.load_workbook(copy)["Sheet"]["D3"].comment is not None
    two = book(tmp_path / "乙" / "3月.xlsx", [*REPORT[:2], REPORT[-1]])
    done = brought(places, key, register, one, two)
    assert done.check.faults == []
    assert done.tables["occupancy"].added >= 3
    assert [each.name for each in done.check.files] == ["名册.xlsx", "甲/3月.xlsx", "乙/3月.xlsx"]


def test_one_file_twice_is_told(places: Places, key: Key, tmp_path: Path) -> None:
    file = book(tmp_path / "名册.xlsx", REGISTER)
    with pytest.raises(Problem, match="given twice"):
        check([file, file], places, Reading(messy.TODAY, key))


def test_a_file_that_comes_again_gets_a_receipt(places: Places, key: Key, tmp_path: Path) -> None:
    file = book(tmp_path / "名册.xlsx", REGISTER)
    assert brought(places, key, file).batch == 1
    again = brought(places, key, file)
    assert again.batch is None
    told = [words.zh for words in again.lines()]
    assert told[0].startswith("没有变化")
    assert "名册.xlsx：与批次 1（" in told[1]
    # Another file that says the same is told table by table.
    same = brought(places, key, book(tmp_path / "名册二.xlsx", REGISTER))
    assert same.batch is None
    assert "社区：新增 0 行，更正 0 行，不变 2 行" in [words.zh for words in same.lines()]
    both = brought(places, key, file, book(tmp_path / "3月.xlsx", REPORT))
    assert both.batch == 2
    assert any("名册.xlsx：与批次 1（" in words.zh for words in both.lines())


def test_without_a_register_it_is_asked_for_once(places: Places, key: Key, tmp_path: Path) -> None:
    rows: list[list[Any]] = [*REPORT[:2], *([f"{sign}苑", "间", 10, 10, 9] for sign in "甲乙丙丁")]
    found = check([book(tmp_path / "3月.xlsx", rows)], places, Reading(messy.TODAY, key))
    assert [(fault.code, fault.rows) for fault in found.faults] == [("unregistered", 4)]
    brought(places, key, book(tmp_path / "名册.xlsx", REGISTER))
    found = check([tmp_path / "3月.xlsx"], places, Reading(messy.TODAY, key))
    assert [fault.value for fault in found.faults] == ["丙苑", "丁苑"]


def test_a_hidden_month_is_read_and_told(places: Places, key: Key, tmp_path: Path) -> None:
    brought(places, key, book(tmp_path / "名册.xlsx", REGISTER))
    rows: list[list[Any]] = [
        ["2026年已租房源情况"],
        ["社区名称", "房源层次", "1月", "2月"],
        ["甲苑", "间", 8, 9],
    ]
    found = check([book(tmp_path / "宽.xlsx", rows, hidden=4)], places, Reading(messy.TODAY, key))
    assert found.faults == []
    assert any("隐藏的列也读了：D" in words.zh for words in found.warnings)
    assert len(found.frames["occupancy"]) == 2
