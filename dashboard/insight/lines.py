"""Read what is told of places and of modes line by line, each with what it rests on."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from dashboard.contract.words import Words
from dashboard.paths import DATA

CASE_LINES, MODE_LINES = DATA / "case_lines.csv", DATA / "mode_lines.csv"
PLACES = DATA / "named_communities.csv"
REPORT_NOTES = DATA / "report_notes.csv"


@dataclass(frozen=True)
class Line:
    """Hold one thing told of a place or mode; ``rests_on`` names published figures and reports.

    ``is_ours`` marks our own reading, which nobody published.
    """

    of: str
    part: str
    is_ours: bool
    words: Words
    rests_on: tuple[str, ...]
    mechanisms: tuple[str, ...] = ()


@cache
def case_lines() -> tuple[Line, ...]:
    """Read what is told of each named place, in the file's order."""
    return tuple(_lines(CASE_LINES, "community_code"))


def practices_of(code: str) -> frozenset[str]:
    """List the mechanisms that were published of a place."""
    return frozenset(
        each
        for line in case_lines()
        if line.of == code and not line.is_ours
        for each in line.mechanisms
    )


@cache
def place_names() -> dict[str, Words]:
    """Name the places told of, in the order in which they are told."""
    named = {row["community_code"]: Words(row["name_zh"], row["name_en"]) for row in _rows(PLACES)}
    return {line.of: named[line.of] for line in case_lines()}


@cache
def mode_lines() -> tuple[Line, ...]:
    """Read what is told of each mode, in the file's order."""
    return tuple(_lines(MODE_LINES, "mode"))


@cache
def report_notes() -> dict[str, Words]:
    """Read what each report says besides its numbers."""
    return {row["report_code"]: Words(row["zh"], row["en"]) for row in _rows(REPORT_NOTES)}


def _lines(path: Path, of: str) -> Iterator[Line]:
    for row in _rows(path):
        yield Line(
            row[of],
            row["part"],
            row["basis"] == "ours",
            Words(row["zh"], row["en"]),
            _parted(row["rests_on"]),
            _parted(row.get("mechanisms", "")),
        )


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _parted(text: str) -> tuple[str, ...]:
    return tuple(filter(None, text.split(";")))
