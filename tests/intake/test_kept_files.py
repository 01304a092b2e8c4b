"""Check that an answer reads no file anew, and that what was kept is what would be read."""

from pathlib import Path

import openpyxl
import pytest

from dashboard.intake import crossing, loading
from dashboard.intake.checking import Reading
from dashboard.intake.loading import Places, check
from dashboard.intake.reading import Source
from tests.intake import messy


def test_a_small_file_is_read_once_until_it_changes(
    places: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = messy.write(tmp_path / "messy.xlsx")
    read: list[str] = []
    apart = crossing.read_apart

    def counted(path: Path, *more: object) -> Source:
        read.append(path.name)
        return apart(path, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(loading, "read_apart", counted)
    kept: dict[tuple[str, str], Source] = {}
    reading = Reading(messy.TODAY, lambda: b"a key for tests, sixteen and more", None, kept)
    first, again = check([file], places, reading), check([file], places, reading)
    assert read == ["messy.xlsx"]
    assert first.faults == again.faults
    assert {name: len(rows) for name, rows in first.frames.items()} == {
        name: len(rows) for name, rows in again.frames.items()
    }
    book = openpyxl.load_workbook(file)
    book.worksheets[0].cell(1, 1).value = "改了"
    book.save(file)
    check([file], places, reading)
    assert read == ["messy.xlsx"] * 2
