"""Hold the importer against registers as offices keep them: nothing is ever silently wrong."""

import random
import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dashboard.contract.tables import NAMED
from dashboard.intake import reading
from dashboard.intake.headings import Recognised, recognise_all, said_of, written_mapping
from dashboard.intake.layouts import laid_out
from dashboard.intake.loading import Places
from tests.intake.registers.cases import CASES, MAKERS, base
from tests.intake.registers.grids import write
from tests.intake.registers.judging import Case, Verdict, judge, lay_out, read, summary
from tests.intake.registers.mutating import mutated, numbers_in
from tests.intake.registers.truth import another_world

# Not read whole, not asked or not refused as expected, so far; whoever mends one takes it out.
NOT_YET: set[str] = set()
# Wrong without a word, so far, and why.
SILENT: dict[str, str] = {}

NAMES = [each.name for each in CASES]
MOST_QUESTIONS = 3
# One case of each layout serves where every case would take too long.
OF_LAYOUTS = list({each.layout: each.name for each in reversed(CASES)}.values())
Judge = Callable[[Case], Verdict]


@pytest.fixture(scope="module")
def bases(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[bool, Places]:
    """Nothing loaded, and the communities loaded."""
    folder = tmp_path_factory.mktemp("registers")
    return {
        False: lay_out(folder / "empty", sample),
        True: lay_out(folder / "based", sample, base),
    }


def _marked(names: list[str]) -> list[object]:
    marks = {name: pytest.mark.xfail(strict=True, reason="not yet") for name in NOT_YET}
    marks |= {name: pytest.mark.xfail(strict=True, reason=why) for name, why in SILENT.items()}
    return [pytest.param(name, marks=marks.get(name, ())) for name in names]


def test_there_are_enough_of_them() -> None:
    assert len(CASES) >= 40
    assert len({each.layout for each in CASES}) >= 15
    assert len({each.layout for each in CASES if each.is_public_form}) >= 10
    assert NOT_YET | SILENT.keys() <= set(NAMES)


@pytest.mark.slow
@pytest.mark.parametrize("name", _marked(NAMES))
def test_a_register_arrives_whole_or_is_asked_or_refused(
    name: str, bases: dict[bool, Places]
) -> None:
    case = MAKERS[name]()
    verdict = judge(case, bases[case.is_based])
    assert verdict.is_good, f"{verdict.mark}: {summary(verdict.last, most=5)}"
    if verdict.mark == "after answers":
        assert len(verdict.first.questions) <= max(MOST_QUESTIONS, len(case.asks))


@pytest.mark.slow
@pytest.mark.parametrize("name", OF_LAYOUTS)
def test_whatever_counts_a_layout_holds_come_back_equal_or_are_asked(
    name: str, bases: dict[bool, Places]
) -> None:
    with another_world(NAMES.index(name)):
        case = MAKERS[name]()
        outcome = read(case, bases[case.is_based])
        assert not outcome.is_silently_wrong, outcome.wrong[:5]
        if outcome.is_loadable and name not in NOT_YET:
            assert outcome.missing == []


def _recognised(sources: list[reading.Source], mapping: dict[str, Any]) -> list[Recognised]:
    sheets = [sheet for source in sources for sheet in source.sheets]
    plain = [one for sheet in sheets for one in laid_out(sheet, lambda s: said_of(s, mapping))]
    return [found for sheet in plain for found in recognise_all(sheet, mapping)]


def _read_as(found: Recognised) -> tuple[Any, ...]:
    fields = {name: column.number for name, column in found.fields.items()}
    asked = [(each.field, each.column, each.refused.code) for each in found.questions]
    return found.table, found.body_row, fields, found.levels, found.own, asked, found.sheet.rows


@pytest.mark.parametrize("name", OF_LAYOUTS)
def test_what_was_recognised_and_saved_is_recognised_again(name: str, tmp_path: Path) -> None:
    """And what was asked is asked again."""
    sources = [reading.read(file) for file in write(MAKERS[name]().files, tmp_path)]
    first = _recognised(sources, {})
    again = _recognised(sources, tomllib.loads(written_mapping(first)))
    assert [_read_as(found) for found in again] == [_read_as(found) for found in first]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(40))
def test_a_mutated_register_gives_no_number_that_stands_nowhere(
    seed: int, bases: dict[bool, Places]
) -> None:
    """Nor does it end in anything but a problem that is told."""
    dice = random.Random(seed)
    case = dice.choice([each for each in CASES if len(each.files) == 1])
    files = {
        file: {tab: mutated(grid, dice) for tab, grid in sheets.items()}
        for file, sheets in case.files.items()
    }
    outcome = read(replace(case, files=files), bases[case.is_based])
    if outcome.found is None:
        return
    there = numbers_in(files)
    for table in ("occupancy", "monthly_record"):
        if table not in outcome.found.frames:
            continue
        frame = outcome.found.frames[table]
        for column in NAMED[table].columns:
            if column.field.type == "integer" and column.name in frame:
                found = set(frame[column.name].dropna().astype(float))
                assert found <= there, (case.name, table, column.name, found - there)
