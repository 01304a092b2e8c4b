"""Say what is wrong with one cell, or what was noticed, and gather what a check finds."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from dashboard.contract.fields import Table
from dashboard.contract.tables import NAMED
from dashboard.contract.words import Words
from dashboard.intake.headings import POINT_OUT, Recognised
from dashboard.intake.messages import CellError, message
from dashboard.intake.personal import shown
from dashboard.intake.reading import Sheet
from dashboard.intake.values import Parsed, plain_cell
from dashboard.warehouse.delivery_log import Held

# The fault of files that hold nothing yet: nobody did anything wrong.
EMPTY = "empty"


@dataclass(frozen=True)
class Fault:
    """Say where something is wrong, what, and what to do. Rows and columns count from 0."""

    code: str
    file: str
    sheet: str
    row: int | None
    column: int | None
    value: str
    what: Words
    todo: Words
    cell: str = ""
    # In how many rows the same is wrong, where it is told once for all of them.
    rows: int = 1
    # Whether it asks what a word means, so that a mapping file may answer it.
    is_question: bool = False

    @property
    def can_be_pointed_out(self) -> bool:
        """Whether somebody may say by hand which column is meant, and so correct it."""
        return POINT_OUT.zh in self.todo.zh


@dataclass(frozen=True)
class Digest:
    """Hold what identifies a file that was read."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True)
class Qualified:
    """Hold a value that came as about or at least, and the key of its row."""

    table_name: str
    row_key: str
    column_name: str
    raw_value: str
    qualifier: str


@dataclass(frozen=True)
class MadeActivity:
    """Hold an activity that a sign-in sheet tells of and that was not there; loading approves it.

    ``where``: the sheet and cell it comes from; ``same_day``: what else is known of that community
    and day.
    """

    code: str
    community_code: str
    community: str
    held_on: date
    kind: str
    programme: str | None
    is_online: bool
    name: str
    where: str
    same_day: tuple[str, ...] = ()
    attendances: int = 0
    children: int = 0


@dataclass(frozen=True)
class ValueQuestion:
    """Ask which of a field's options a word of a sheet means; a mapping file's ``values`` answer it.

    ``count``: in how many rows it stands; ``cell``: where first; ``options``: by code.
    """

    file: str
    sheet: str
    field: str
    word: str
    count: int
    options: dict[str, Words]
    cell: str = ""


@dataclass
class Check:
    """Gather all that checking some files found; nothing is loaded by it."""

    files: list[Digest] = field(default_factory=list)
    recognised: list[Recognised] = field(default_factory=list)
    frames: dict[str, pd.DataFrame] = field(default_factory=dict)
    # Of each table the cells whose sheets have no column for them, where any has none.
    unsaid: dict[str, pd.DataFrame] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Words] = field(default_factory=list)
    # By table, column and what was done (a key of ``values.NOTES``).
    notes: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    qualified: list[Qualified] = field(default_factory=list)
    # How many cells of personal data were left behind, by kind.
    dropped: Counter[str] = field(default_factory=Counter)
    # The towns' boundaries that a file holds, as GeoJSON.
    boundaries: bytes | None = None
    # Large tables that were staged as Parquet files rather than as frames.
    staged: dict[str, Path] = field(default_factory=dict)
    staged_rows: int = 0
    # How many rows loaded before, of the same towns and months, the files no longer have.
    absent: dict[str, int] = field(default_factory=dict)
    # The rows loaded before that hold nothing any more, since finer numbers stand for theirs.
    superseded: dict[str, pd.DataFrame] = field(default_factory=dict)
    # How many persons became pseudonyms.
    pseudonyms: int = 0
    # How many rows the files hold, by town, table and month; and how many rows of locked months
    # they would change.
    held: list[Held] = field(default_factory=list)
    locked: list[Held] = field(default_factory=list)
    # The activities that sign-in sheets tell of and that were not there: to be approved.
    made_activities: list[MadeActivity] = field(default_factory=list)
    # Each is told among the faults too, once.
    questions: list[ValueQuestion] = field(default_factory=list)
    # The cells of which they ask: file, sheet, row and column.
    asked: set[tuple[str, str, int | None, int | None]] = field(default_factory=set)

    @property
    def open_words(self) -> dict[str, dict[str, list[str]]]:
        """The words that nobody knows, by sheet and field."""
        found: dict[str, dict[str, list[str]]] = {}
        for each in self.questions:
            found.setdefault(each.sheet, {}).setdefault(each.field, []).append(each.word)
        return found

    @property
    def row_counts(self) -> dict[Words, int]:
        """How many rows there are to be loaded, by what their tables are called."""
        counts = {NAMED[name].label: len(frame) for name, frame in self.frames.items()}
        return counts | {NAMED[name].label: self.staged_rows for name in self.staged}

    def ask(self, found: Recognised) -> None:
        """Refuse what its headings leave open; remark what they settled."""
        self.warnings += found.remarks
        for question in found.questions:
            self.refuse(found.sheet, found.heading_row, question.column, "", question.refused)
            self.faults[-1] = replace(self.faults[-1], is_question=True)

    def ask_value(
        self, sheet: Sheet, cells: Sequence[tuple[int, int]], field: str, word: str,
        refused: CellError, options: dict[str, Words],
    ) -> None:  # fmt: skip
        """Ask once which option a word means that stands in several cells."""
        self.refuse(sheet, *cells[0], word, refused)
        # Of columns side by side, several rows come from one cell.
        places = {sheet.place(*cell) for cell in cells}
        fault = replace(self.faults.pop(), rows=len(places), is_question=True)
        self.faults.append(fault)
        self.asked |= {(sheet.file, sheet.name, row, column) for row, column in places}
        self.questions.append(
            ValueQuestion(
                sheet.file, sheet.key, field, word, len(places), dict(options), fault.cell
            )
        )

    def note(self, table: Table, column: str, note: str, *, count: int = 1) -> None:
        """Account for values that were read as something else than they were typed."""
        self.notes[table.name, column, note] += count

    def note_parsed(self, table: Table, column: str, parsed: Parsed, count: int) -> None:
        for note in parsed.notes:
            self.note(table, column, note, count=count)

    def tell_children(self, title: str, rows: int, *, is_counted: bool = False) -> None:
        """Note how many rows of attendances are of children, and say where children belong.

        ``is_counted``: they were counted into their activities here.
        """
        if rows:
            self.notes["attendance", "participant_code", "child"] += rows
            key = "sheet.children_counted" if is_counted else "sheet.children"
            self.warnings.append(message(key, title=title, rows=rows))

    def refuse(
        self, sheet: Sheet, row: int | None, column: int | None, value: Any, refused: CellError
    ) -> None:
        """Add what is wrong with a cell, its value fit to be shown."""
        cell = "" if row is None else sheet.cell(row, column or 0)
        if row is not None:
            place = sheet.place(row, column or 0)
            cell = f"{place[0] + 1}" if column is None else cell
            row, column = place[0], None if column is None else place[1]
        code, what, todo, text = refused.code, refused.what, refused.todo, shown(plain_cell(value))
        self.faults.append(Fault(code, sheet.file, sheet.name, row, column, text, what, todo, cell))
