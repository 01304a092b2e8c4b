"""Hold what arrived against the truth: what is missing, what is wrong, what was asked."""

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from dashboard.contract.problem import Problem
from dashboard.intake.checking import Reading
from dashboard.intake.faults import Check, Fault
from dashboard.intake.loading import Places, Submission, check, load
from dashboard.paths import DATA
from tests.intake.registers.grids import Files, Grid, write
from tests.intake.registers.truth import IDENTITY, WORLD, Row, Rows, identity

TODAY = date(2026, 3, 15)
KEY = b"a key for tests, sixteen and more"
UNSTATED = "unstated"
# What the importer makes by itself, and need not stand in any cell.
MADE = {
    "community_code", "organisation_code", "activity_code", "name_en", "aliases", "origin", "is_home", "participant_code",
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """A workbook, or several, with what is expected of them.

    ``asks``: what may be asked, at most. ``answers``: what a patient clerk would say, heading by
    heading of a sheet; ``""`` names the sheet's table. ``refuses``: cells that must be refused, and
    why. ``is_based``: the communities were loaded before. ``tier_may_be_unstated``: no cell says it.
    """

    name: str
    layout: str
    form: str
    files: Files
    arrives: Rows
    is_public_form: bool = False
    asks: tuple[str, ...] = ()
    answers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    refuses: tuple[tuple[str, str, str], ...] = ()
    is_based: bool = False
    tier_may_be_unstated: bool = False


@dataclass
class Outcome:
    """Say what came of a case at one reading."""

    questions: list[str]
    faults: list[Fault]
    missing: list[str]
    wrong: list[str]
    found: Check | None = None

    @property
    def is_loadable(self) -> bool:
        return self.found is not None and not self.faults

    @property
    def is_whole(self) -> bool:
        return self.is_loadable and not self.missing and not self.wrong

    @property
    def is_silently_wrong(self) -> bool:
        return self.is_loadable and bool(self.wrong)


# Where files are checked against --------------------------------------------------------------


def lay_out(folder: Path, sample: Path, based_on: Callable[[], Files] | None = None) -> Places:
    """Give an empty own folder beside a warehouse, or one into which files were loaded."""
    folder.mkdir(parents=True, exist_ok=True)
    places = Places(DATA, folder / "own", Path(shutil.copy(sample, folder / "minhang.duckdb")))
    if based_on is not None:
        files = write(based_on(), folder / "base")
        done = load(files, places, _reading(), Submission("tester"))
        assert done.batch, [fault.what.zh for fault in done.check.faults]
    return places


def _reading(mapping: Mapping[str, Any] | None = None) -> Reading:
    return Reading(TODAY, lambda: KEY, mapping)


# Values ---------------------------------------------------------------------------------------


def _plain(value: Any) -> Any:
    """Write a value as the truth does; nothing is ``None``."""
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, float) and value != value:
        return None
    if isinstance(value, pd.Timestamp | date):
        return value.isoformat()[:10]
    if hasattr(value, "item"):
        return value.item()
    return value


def _same(there: Any, true: Any) -> bool:
    if isinstance(true, float) or isinstance(there, float):
        try:
            return abs(float(there) - float(true)) < 1e-6
        except (TypeError, ValueError):
            return False
    if isinstance(true, str) and len(true) == 7 and isinstance(there, str):
        return there[:7] == true  # a day known to its month
    return bool(there == true)


def arrived(found: Check, places: Places) -> dict[str, list[Row]]:
    """Give the rows that arrived, communities by name."""
    names = _names(found, places)
    activities = {_plain(row["activity_code"]): row for row in _rows(found.frames.get("activity"))}
    tables: dict[str, list[Row]] = {}
    for table, frame in found.frames.items():
        rows = []
        for row in _rows(frame):
            if table == "attendance":
                activity = activities.get(row["activity_code"], {})
                row |= {field: activity.get(field) for field in ("community_code", "held_on")}
            if table != "community" and "community_code" in row:
                row["community"] = names.get(row["community_code"])
            if row.get("month") is not None:
                row["month"] = row["month"][:7]
            rows.append(row)
        tables[table] = rows
    if "attendance" in tables:
        tables["attendance"] = _counted(tables["attendance"])
    return tables


def _counted(attendances: list[Row]) -> list[Row]:
    """Count the persons of an activity: who they are, nobody knows."""
    counted = Counter(
        (row.get("community"), row["held_on"], row["is_resident"]) for row in attendances
    )
    return [
        dict(zip(IDENTITY["attendance"], key, strict=True)) | {"persons": number}
        for key, number in counted.items()
    ]


def _rows(frame: pd.DataFrame | None) -> list[Row]:
    if frame is None:
        return []
    records = frame.to_dict("records")
    return [{str(key): _plain(value) for key, value in row.items()} for row in records]


def _names(found: Check, places: Places) -> dict[Any, Any]:
    kept = max(places.own.rglob("community.parquet"), default=None)
    before = None if kept is None else pd.read_parquet(kept)
    both = [*_rows(before), *_rows(found.frames.get("community"))]
    return {row["community_code"]: row["name_zh"] for row in both}


def compare(case: Case, tables: Mapping[str, list[Row]]) -> tuple[list[str], list[str]]:
    """Name what is missing and what is wrong."""
    missing: list[str] = []
    wrong: list[str] = []
    for table, expected in case.arrives.items():
        rows = {_known(table, row, case): row for row in tables.get(table, [])}
        for key, row in expected.items():
            there = rows.get(key)
            if there is None:
                missing.append(f"{table} {key}")
                continue
            missing += [
                f"{table} {key} {name}"
                for name, value in row.items()
                if value is not None and there.get(name) is None
            ]
    for table, found in tables.items():
        for row in found:
            wrong += _wrong(table, row, case)
    return missing, wrong


def _known(table: str, row: Row, case: Case) -> tuple[Any, ...]:
    """Give a row's identity; a day known to its month is that of the case."""
    key = identity(table, row)
    if table == "occupancy" and row["tier"] == UNSTATED and case.tier_may_be_unstated:
        key = identity(table, row | _tier_if_only_one(row))
    for other in case.arrives.get(table, {}):
        if all(_same(one, two) for one, two in zip(key, other, strict=True)):
            return other
    return key


def _tier_if_only_one(row: Row) -> Row:
    tiers = {tier for name, _, tier in WORLD["occupancy"] if name == row["community"]}
    return {"tier": tiers.pop()} if len(tiers) == 1 else {}


def _wrong(table: str, row: Row, case: Case) -> list[str]:
    if table not in IDENTITY:
        return [f"{table} {row}"]
    key = _known(table, row, case)
    if table == "occupancy" and row["tier"] == UNSTATED:
        # Less than is known, which is missing; but its counts must be true.
        row = row | _tier_if_only_one(row)
        key = identity(table, row)
    expected = case.arrives.get(table, {}).get(key, {})
    true = {**WORLD[table].get(key, {}), **expected}
    if not true:
        # Rows without a known identity are told of by faults; with one they are invented.
        return [f"{table} {key} is no row"] if None not in key else []
    return [
        f"{table} {key} {name}: {value!r} for {true.get(name)!r}"
        for name, value in row.items()
        if value is not None and name not in MADE and not _same(value, true.get(name))
    ]


# Questions ------------------------------------------------------------------------------------


def _is_question(fault: Fault) -> bool:
    """Tell whether a fault asks how to read a sheet or a column, rather than refuses a cell."""
    return fault.row is None or fault.code in {"column", "which", "unit", "tier", "question"}


def questions(found: Check) -> list[str]:
    """Name what is asked, a column of a sheet once."""
    return sorted(
        {
            f"{fault.file} {fault.sheet} {fault.what.zh}"
            for fault in found.faults
            if _is_question(fault)
        }
    )


def mapping(case: Case, first: Outcome) -> dict[str, Any]:
    """Write the clerk's answers as a mapping file says them."""
    recognised = first.found.recognised if first.found is not None else []
    tables = {each.sheet.name: each.table.name for each in recognised if each.table is not None}
    return {
        sheet: {
            "table": said.get("", tables.get(sheet, "occupancy")),
            "columns": {heading: field for heading, field in said.items() if heading},
        }
        for sheet, said in case.answers.items()
    }


# Judging --------------------------------------------------------------------------------------

GOOD = ("whole", "after answers", "refused")


@dataclass(frozen=True)
class Verdict:
    """Give the mark of a case, how many answers it took, and both its readings."""

    mark: str
    answers: int
    first: Outcome
    last: Outcome

    @property
    def is_good(self) -> bool:
        return self.mark in GOOD


def read(case: Case, places: Places, said: Mapping[str, Any] | None = None) -> Outcome:
    """Check a case's files, and hold what arrived against the truth."""
    with tempfile.TemporaryDirectory() as folder:
        files = write(case.files, Path(folder))
        try:
            found = check(files, places, _reading(said))
        except Problem as problem:
            return Outcome([str(problem)], [], ["all"], [])
    missing, wrong = compare(case, arrived(found, places))
    return Outcome(questions(found), found.faults, missing, wrong, found)


def judge(case: Case, places: Places) -> Verdict:
    """Read a case as it is, then with the clerk's answers if it asks."""
    first = read(case, places)
    if first.is_silently_wrong:
        return Verdict("silently wrong", 0, first, first)
    if first.is_whole and case.arrives:
        return Verdict("whole", 0, first, first)
    if case.refuses:
        return Verdict("refused" if _refused(case, first) else "not refused", 0, first, first)
    if case.answers and not first.is_loadable:
        second = read(case, places, mapping(case, first))
        answers = sum(len(said) for said in case.answers.values())
        if second.is_silently_wrong or second.is_whole:
            mark = "silently wrong" if second.is_silently_wrong else "after answers"
            return Verdict(mark, answers, first, second)
    return Verdict("not whole" if first.is_loadable else "stopped", 0, first, first)


def _refused(case: Case, outcome: Outcome) -> bool:
    """Tell whether all that must be refused is; a cell without a name is its whole sheet."""
    if outcome.found is None:
        return all(not cell for _, cell, _ in case.refuses)
    at = {(fault.sheet, fault.cell) for fault in outcome.faults}
    sheets = {sheet for sheet, _ in at}
    return all((sheet, cell) in at if cell else sheet in sheets for sheet, cell, _ in case.refuses)


def one_sheet(name: str, grid: Grid, file: str = "book.xlsx") -> Files:
    return {file: {name: grid}}


def summary(outcome: Outcome, most: int = 2) -> str:
    """Say in short what stood in the way."""
    faults: Sequence[str] = [
        f"{fault.sheet}!{fault.cell} {fault.code} {fault.what.zh}" for fault in outcome.faults
    ]
    parts = [
        *outcome.wrong[:most],
        *faults[:most],
        *(f"missing {m}" for m in outcome.missing[:most]),
    ]
    if outcome.found is None:
        parts = outcome.questions[:1]
    return "; ".join(parts)[:230]
