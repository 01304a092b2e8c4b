"""Which months are kept is known whatever interrupts a run, and what is not needed goes."""

import shutil
from pathlib import Path

import pytest

from dashboard.contract.problem import Problem
from dashboard.rollups.months import (
    Kept,
    check_key,
    clear,
    months_to_take,
    read_kept,
    write_kept,
)

JANUARY, FEBRUARY, MARCH = "2026-01-01", "2026-02-01", "2026-03-01"
VERSION, KEY = "v1", "a1b2c3d4"


class Here:
    """Be a folder of this machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    shown = "kept/"

    def names(self, of: str = "") -> list[str]:
        there = self._folder / of
        return [each.name for each in there.iterdir()] if there.is_dir() else []

    def read(self, name: str) -> str | None:
        path = self._folder / name
        return path.read_text(encoding="utf-8") if path.exists() else None

    def create(self, name: str, text: str) -> None:
        with (self._folder / name).open("x", encoding="utf-8") as file:
            file.write(text)

    def remove(self, name: str) -> None:
        path = self._folder / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()


@pytest.fixture
def here(tmp_path: Path) -> Here:
    return Here(tmp_path)


def delivered(
    here: Here, kept: Kept, inputs: str, *months: str, all_there_is: bool = False, key: str = KEY
) -> Kept:
    """Take months in as a run does: the part, the index, then what is no longer needed."""
    for month in months:
        (here._folder / kept.next_part(inputs) / "activity" / f"month={month}").mkdir(parents=True)
    counts = dict.fromkeys(months, (1, 10))
    taken = kept.with_months(inputs, key, counts, None if all_there_is else months)
    write_kept(here, taken)
    clear(here, taken, ["activity"])
    return taken


def test_months_take_each_others_place_and_what_held_them_goes(here: Here) -> None:
    first = delivered(here, read_kept(here, VERSION), "one", JANUARY, FEBRUARY, all_there_is=True)
    second = delivered(here, first, "two", FEBRUARY, MARCH)
    assert read_kept(here, VERSION) == second
    assert {month: each.inputs for month, each in second.months.items()} == {
        JANUARY: "one", FEBRUARY: "two", MARCH: "two",
    }  # fmt: skip
    # Pseudonyms of a month that was replaced are not left lying there.
    assert here.names("part-000001-one/activity") == [f"month={JANUARY}"]
    third = delivered(here, second, "one", JANUARY, FEBRUARY)
    assert sorted(here.names()) == [
        "months-000003.json", "part-000002-two", "part-000003-one",
    ]  # fmt: skip
    assert third.digest != first.digest


def test_the_same_rows_have_the_same_name_in_whatever_order(here: Here, tmp_path: Path) -> None:
    there = Here(tmp_path / "there")
    (tmp_path / "there").mkdir()
    one = delivered(here, delivered(here, Kept(0, VERSION), "a", JANUARY), "b", FEBRUARY)
    other = delivered(there, delivered(there, Kept(0, VERSION), "b", FEBRUARY), "a", JANUARY)
    assert one.digest == other.digest
    assert one.is_of("a", [JANUARY])
    assert not one.is_of("a", [JANUARY, FEBRUARY])
    assert not one.is_of("a", [MARCH])
    assert not Kept(0, VERSION).is_of("a", None)


def test_an_interrupted_run_leaves_what_was_kept(here: Here, tmp_path: Path) -> None:
    before = delivered(here, Kept(0, VERSION), "one", JANUARY)
    # Killed after its part was written, and while its index was.
    (tmp_path / before.next_part("two") / "activity").mkdir(parents=True)
    assert read_kept(here, VERSION).months == before.months
    (tmp_path / "months-000002.json").write_text('{"number": 2, "mon', encoding="utf-8")
    there = read_kept(here, VERSION)
    assert there.months == before.months
    after = delivered(here, there, "two", FEBRUARY)
    assert after.months.keys() == {JANUARY, FEBRUARY}
    assert sorted(here.names()) == [
        "months-000003.json", "part-000001-one", "part-000003-two",
    ]  # fmt: skip


def test_what_has_no_index_is_never_taken_for_nothing(here: Here, tmp_path: Path) -> None:
    delivered(here, Kept(0, VERSION), "one", JANUARY)
    (tmp_path / "months-000001.json").unlink()
    with pytest.raises(Problem, match="no index that can be read: give all months again"):
        read_kept(here, VERSION)
    assert read_kept(here, VERSION, is_replaced=True) == Kept(1, VERSION)


def test_months_of_another_version_or_key_are_refused(here: Here) -> None:
    kept = delivered(here, Kept(0, VERSION), "one", JANUARY, FEBRUARY)
    with pytest.raises(Problem, match="another version: give all of them again"):
        read_kept(here, "v2")
    assert not read_kept(here, "v2", is_replaced=True).months
    with pytest.raises(Problem, match="one person would count as two"):
        check_key(kept, "given", [FEBRUARY])
    check_key(kept, "given", [JANUARY, FEBRUARY])
    check_key(kept, "given", None)


def test_which_months_come_is_asked_where_some_are_kept(here: Here) -> None:
    assert months_to_take(Kept(0, VERSION), ()) is None
    kept = delivered(here, Kept(0, VERSION), "one", JANUARY, MARCH)
    with pytest.raises(
        Problem, match="2 months from 2026-01 to 2026-03 are kept: say with --month"
    ):
        months_to_take(kept, ())
    assert months_to_take(kept, ("all",)) is None
    assert months_to_take(kept, ("2026-03", "2026-02", "2026-03")) == [FEBRUARY, MARCH]


def test_two_runs_at_once_do_not_overwrite_each_other(here: Here) -> None:
    kept = Kept(0, VERSION)
    delivered(here, kept, "one", JANUARY)
    with pytest.raises(Problem, match="Another run has just changed kept/"):
        write_kept(here, kept.with_months("two", KEY, {}, [FEBRUARY]))
