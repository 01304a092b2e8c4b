"""Mutate sheets as hands do: rows and columns go, come, move, double; headings empty; cells merge."""

import random
import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.intake.registers.grids import Files, Grid

Rows = list[list[Any]]
Mutation = Callable[[Rows, random.Random], Rows]


def _place(rows: Rows, dice: random.Random) -> int:
    return dice.randrange(len(rows))


def _square(rows: Rows) -> Rows:
    width = max(map(len, rows))
    return [[*row, *[""] * (width - len(row))] for row in rows]


def _delete(rows: Rows, dice: random.Random) -> Rows:
    at = _place(rows, dice)
    return [row for number, row in enumerate(rows) if number != at] or rows


def _insert(rows: Rows, dice: random.Random) -> Rows:
    at = _place(rows, dice)
    return [*rows[:at], [""] * len(rows[0]), *rows[at:]]


def _double(rows: Rows, dice: random.Random) -> Rows:
    at = _place(rows, dice)
    return [*rows[:at], list(rows[at]), *rows[at:]]


def _move(rows: Rows, dice: random.Random) -> Rows:
    kept = list(rows)
    taken = kept.pop(_place(rows, dice))
    kept.insert(dice.randrange(len(kept) + 1), taken)
    return kept


def _swap(rows: Rows, dice: random.Random) -> Rows:
    kept = list(rows)
    one, other = _place(rows, dice), _place(rows, dice)
    kept[one], kept[other] = kept[other], kept[one]
    return kept


def _empty(rows: Rows, dice: random.Random) -> Rows:
    """Empty a cell, in the headings more often than not."""
    kept = [list(row) for row in rows]
    row = kept[dice.randrange(min(5, len(kept)))] if dice.random() < 0.7 else dice.choice(kept)
    row[dice.randrange(len(row))] = ""
    return kept


def _shift(rows: Rows, dice: random.Random) -> Rows:
    """Push a row's cells one to the right."""
    at = _place(rows, dice)
    return [["", *row] if number == at else row for number, row in enumerate(rows)]


_OF_ROWS: tuple[Mutation, ...] = (_delete, _insert, _double, _move, _swap)
_OF_CELLS: tuple[Mutation, ...] = (_empty, _shift)


def _columns(mutation: Mutation) -> Mutation:
    def turned(rows: Rows, dice: random.Random) -> Rows:
        across = [list(column) for column in zip(*_square(rows), strict=True)]
        return [list(row) for row in zip(*mutation(across, dice), strict=True)]

    return turned


MUTATIONS: tuple[Mutation, ...] = (*_OF_ROWS, *map(_columns, _OF_ROWS), *_OF_CELLS)


def mutated(grid: Grid, dice: random.Random) -> Grid:
    """Mutate a sheet a few times; what was merged stays so where it was, or not."""
    rows = _square(grid.rows)
    for _ in range(dice.randint(1, 4)):
        rows = _square(dice.choice(MUTATIONS)(rows, dice))
        if not rows[0]:
            rows = [[""]]
    height, width = len(rows), len(rows[0])
    merged = tuple(
        area for area in grid.merged if area[1] < height and area[3] < width and dice.random() < 0.8
    )
    if dice.random() < 0.3 and height > 3 and width > 3:
        top, left = dice.randrange(height - 2), dice.randrange(width - 2)
        area = (top, top + dice.randint(0, 2), left, left + dice.randint(1, 2))
        if not any(_overlap(area, other) for other in merged):
            merged = (*merged, area)
    return replace(grid, rows=rows, merged=merged, hidden=(), pad=min(grid.pad, 20))


def _overlap(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return not (
        one[1] < other[0] or other[1] < one[0] or one[3] < other[2] or other[3] < one[2]
    )  # fmt: skip


_NUMBER = re.compile(r"\d+(?:,\d{3})+|\d+(?:\.\d+)?")
_UNITS = {"十": 10, "百": 100, "千": 1_000, "万": 10_000}


def numbers_in(files: Files) -> set[float]:
    """Give the numbers that stand in cells, as they are and in the units that are named there."""
    texts = [
        unicodedata.normalize("NFKC", str(cell))
        for sheets in files.values()
        for grid in sheets.values()
        for row in grid.rows
        for cell in row
    ]
    plain = {float(found.replace(",", "")) for text in texts for found in _NUMBER.findall(text)}
    times = [by for unit, by in _UNITS.items() if any(unit in text for text in texts)]
    return plain | {round(number * by, 6) for number in plain for by in times}
