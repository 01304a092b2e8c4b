"""Hold sheets that were laid out anew, and tell of headings and cells what every layout asks; pure."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from typing import Any

from dashboard.contract.tables import NAMED
from dashboard.contract.words import Words
from dashboard.intake.headings import (
    LOADABLE,
    field_names,
    heading_key,
)
from dashboard.intake.messages import message
from dashboard.intake.reading import Cell, Row, Sheet
from dashboard.intake.values import is_blank, tidy

# The tables that a register's line or a card of a community fills.
OF_CARDS = ("community", "governance", "occupancy")
SEARCHED = 30  # so many rows are searched for headings
BENEATH = 60  # so many cells under a heading tell what it holds
MONTH_HEADING, NUMBER_HEADING = "月份", "数值"
INDICATOR_HEADING, TIER_HEADING = "指标", "计量单位"
# Mapping files say how a sheet is laid out under this name; this is what stops us from trying.
AS_IT_STANDS = "as it stands"


@dataclass
class LaidOut(Sheet):
    """Hold a sheet that was laid out anew; ``origin`` knows where its cells stand in ``made_of``."""

    made_of: Sheet | None = None
    origin: Callable[[int, int], tuple[int, int]] = lambda row, column: (row, column)
    # Which of the groups of columns that stood side by side each row comes from.
    groups: list[int] = field(default_factory=list)
    # Titles of its whole sheet that do not stand above it.
    titles: list[Row] = field(default_factory=list)
    # Columns that count something of all of a row's groups.
    shared: frozenset[int] = frozenset()
    # What was done, as it is told.
    remarks: list[Words] = field(default_factory=list)
    # Whether months stand side by side without their year, or numbers without saying of what.
    lacks_year: bool = False
    lacks_measure: bool = False
    # Whether a sheet of indicators is of one community; or what heads its columns of numbers, which may be
    # communities.
    is_of_one: bool = False
    headed: tuple[str, ...] = ()

    @property
    def whole(self) -> Sheet:
        return self.made_of.whole if self.made_of else self

    def place(self, row: int, column: int) -> tuple[int, int]:
        place = self.origin(row, column)
        return self.made_of.place(*place) if self.made_of else place

    def group(self, row: int, column: int | None = None) -> int:
        return 0 if column in self.shared or row >= len(self.groups) else self.groups[row]


# What headings may be ---------------------------------------------------------------------


@cache
def known_headings() -> frozenset[str]:
    """List every heading that leads to a field of any table."""
    return frozenset(key for table in LOADABLE for key in field_names(table.name))


def is_known(cell: Cell) -> bool:
    return isinstance(cell, str) and bool(cell.strip()) and heading_key(cell) in known_headings()


# The tables whose numbers are counted month by month.
COUNTS = ("occupancy", "monthly_record")


@cache
def measures() -> Mapping[str, str]:
    """Map every heading of a number that is counted month by month to one that is known."""
    names: dict[str, str] = {}
    for table in reversed(COUNTS):
        fields = {column.name: column.field for column in NAMED[table].columns}
        for key, name in field_names(table).items():
            if name in fields and fields[name].type in ("integer", "number") and not fields[name].allowed:  # fmt: skip
                names[key] = fields[name].label.zh
    return names


@cache
def known_places() -> frozenset[str]:
    """List the headings that say of which community a row is."""
    wanted = ("community_code", "name_zh")
    return frozenset(key for t in OF_CARDS for key, f in field_names(t).items() if f in wanted)


def laid_anew(sheet: Sheet, rows: list[Row], **more: Any) -> LaidOut:
    """Make a sheet of the rows of another; cells keep their places unless ``origin`` is given."""
    there = {name: getattr(sheet, name) for name in ("file", "name", "typed", "coordinates", "is_hidden", "block", "folder")}  # fmt: skip
    kept = {name: getattr(sheet, name) for name in ("merged", "failed", "hidden_rows", "hidden_columns")}  # fmt: skip
    if isinstance(sheet, LaidOut):
        kept |= {"remarks": sheet.remarks, "titles": sheet.titles}
    return LaidOut(rows=rows, made_of=sheet, **{**there, **kept, **more})


def is_number(cell: Cell) -> bool:
    if isinstance(cell, str):
        return bool(re.fullmatch(r"[约近]?\d[\d,]*(?:\.\d+)?[%余多人套间张床户]*", tidy(cell)))
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def column_texts(rows: Sequence[Sequence[Cell]], column: int) -> tuple[list[str], list[Cell]]:
    """List the texts over one column, each once, and the cells they stand in."""
    cells = [row[column] for row in rows if column < len(row) and not is_blank(row[column])]
    once = list(dict.fromkeys(cells))
    return [tidy(str(cell)) for cell in once], once


def year_turns(months: Sequence[int], number: int) -> int:
    """Count how often months headed without a year have run into the next one up to a month."""
    before = months[: months.index(number) + 1]
    return sum(later < earlier for earlier, later in pairwise(before))


def hidden_told(sheet: Sheet, across: set[int]) -> list[Words]:
    """Say which of the columns that stand side by side are not shown."""
    hidden = sorted(across & sheet.hidden_columns)
    if not hidden:
        return []
    letters = "、".join(sheet.cell(0, column)[:-1] for column in hidden)
    return [message("sheet.hidden_across", title=f"{sheet.file} {sheet.name}", columns=letters)]


def kept_told(sheet: Sheet) -> list[Words]:
    return sheet.remarks if isinstance(sheet, LaidOut) else []
