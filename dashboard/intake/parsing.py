"""Parse one recognised sheet into columns of the contract; what can't be parsed is told.

A sheet's rows are chosen, its merged cells filled, its personal data left behind, and then each
cell is parsed as the field of its column.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import accumulate
from typing import Any

import numpy as np
import pandas as pd

from dashboard.contract.fields import Field, Table
from dashboard.contract.tables import NAMED, coverage_type, mode
from dashboard.contract.words import Words
from dashboard.intake import gazetteer, persons, targets
from dashboard.intake.faults import Check, Qualified
from dashboard.intake.headings import (
    COORDINATES,
    LEFT_OUT,
    REOPENED,
    SETTLED,
    Column,
    Recognised,
    field_names,
    fields_of,
    heading_key,
    is_remark,
    numbers_columns,
    proposal_state,
    texts_of,
    title_of,
    total_word,
    units_in,
)
from dashboard.intake.messages import CellError, cell_error, message
from dashboard.intake.personal import is_id_number, mask, personal_content, shown
from dashboard.intake.reading import Cell, Row, Sheet
from dashboard.intake.signing import HeldActivities, SignIn
from dashboard.intake.stated import (
    is_section,
    months_in,
    months_stated,
    places_of,
    town_of_section,
    year_stated,
)
from dashboard.intake.titles import Labelled, read_title
from dashboard.intake.values import (
    Parsed,
    is_blank,
    names_option,
    option_key,
    parse_choice,
    parse_text,
    plain_cell,
    take,
    with_year,
)

# Texts that people write in sentences; the others are names and codes.
PROSE = frozenset(("proposal_text", "outcome_text", "note", "governance_note"))
# Days between which time is reckoned: a month alone would make up the rest.
_DAYS = frozenset(("raised_on", "accepted_on", "settled_on", "held_on", "voted_on"))
_LATER = frozenset(("accepted_on", "settled_on"))
_SUMMED = ("integer", "number", "share")
# What a sheet that is handed out says of a line beforehand: alone it says nothing.
_GIVEN = frozenset(("community_code", "activity_code", "town_code", "month", "tier"))
# What marks a line that only shows how to fill in the others.
EXAMPLE = "示例："

_OF_NOTES = re.compile(r"备注|说明|附注|^注$|remarks?|notes?", re.IGNORECASE)
Read = Callable[[Any], Parsed]


@dataclass
class Registers:
    """Hold what rows may refer to; the rows of each table are added to it."""

    towns: gazetteer.Towns
    communities: gazetteer.Register
    activities: set[str]
    figures: set[str]
    held: HeldActivities = field(default_factory=HeldActivities)


@dataclass
class Part:
    """Hold one sheet's rows of a table: the raw ones, where each stands, and what they give."""

    found: Recognised
    table: Table
    numbers: list[int] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    # Rows of totals, with the word that marks each.
    totals: list[tuple[int, str]] = field(default_factory=list)
    # Values that came as about or at least: which of the rows, column, raw text, qualifier.
    qualified: list[tuple[int, str, str, str]] = field(default_factory=list)
    # The titles between the blocks of a sign-in sheet, each with its row.
    titles: list[tuple[int, list[Labelled]]] = field(default_factory=list)
    frame: pd.DataFrame = field(default_factory=pd.DataFrame)
    # Of each row the town that a line above its section names.
    sections: list[str | None] = field(default_factory=list)

    @property
    def sheet(self) -> Sheet:
        return self.found.sheet

    def column(self, name: str) -> int | None:
        found = self.found.fields.get(name)
        return found.number if found else None

    def declared(self, column: Column) -> Field | None:
        """Give the field that a column was taken as, if it is one of the table's."""
        return next((c.field for c in self.table.columns if c.name == column.field), None)

    def says(self, name: str) -> bool:
        """Tell whether the sheet has a column for a field, or states it once."""
        is_there = name in self.found.fields or name in self.found.constants
        return is_there or (name == "town_code" and any(self.sections)) or self._follows(name)

    def _follows(self, name: str) -> bool:
        """Tell whether a field follows from a column that is there."""
        if name == "is_reopened":
            return is_reopening_told(self.found)
        if name == "target_bound":
            return any(_bounds_within(self))
        source = {"is_home": "community_kind", "name_en": "name_zh"}.get(name)
        return source is not None and self.table.name == "community" and source in self.found.fields

    def raw(self, number: int) -> list[Cell]:
        return [_at(row, number) for row in self.rows]

    def keep(self, places: Sequence[int]) -> None:
        """Leave out all rows but these."""
        self.rows = [self.rows[place] for place in places]
        self.sections = [self.sections[place] for place in places]
        self.numbers = [self.numbers[place] for place in places]


@dataclass
class TableRows:
    """Hold the rows of a table from all its sheets, and know where each stands."""

    table: Table
    parts: Sequence[Part]
    frame: pd.DataFrame
    # At which row of the frame each sheet's begin.
    starts: Sequence[int]

    def place(self, index: int) -> tuple[Part, int]:
        """Give the sheet of a row, and which of its rows it is."""
        number = bisect_right(self.starts, index) - 1
        return self.parts[number], index - self.starts[number]

    def unsaid(self) -> pd.DataFrame:
        """Mark the cells that a row's sheet has no column for: it says nothing of them."""
        names = [column.name for column in self.table.columns if column.name not in self.table.key]
        lengths = [len(part.rows) for part in self.parts]
        marks = [[not part.says(name) for name in names] for part in self.parts]
        repeated = np.repeat(np.array(marks, dtype=bool).reshape(-1, len(names)), lengths, axis=0)
        return pd.DataFrame(repeated, index=self.frame.index, columns=names)

    def refuse(
        self, check: Check, index: int, name: str, refused: CellError, value: Any = ""
    ) -> None:
        part, place = self.place(index)
        check.refuse(part.sheet, part.numbers[place], part.column(name), value, refused)

    def note_qualified(self, check: Check) -> None:
        """Note of which rows, by their keys, a value came as about or at least."""
        for start, part in zip(self.starts, self.parts, strict=False):
            for place, name, raw, qualifier in part.qualified:
                key = [key_text(self.frame.at[start + place, each]) for each in self.table.key]
                about = Qualified(self.table.name, " ".join(key), name, raw, qualifier)
                check.qualified.append(about)


def gathered(table: Table, parts: Sequence[Part]) -> TableRows:
    """Put the rows of several sheets together."""
    frame = pd.concat([part.frame for part in parts], ignore_index=True)
    return TableRows(table, parts, frame, list(accumulate((len(p.rows) for p in parts), initial=0)))


def key_text(value: Any) -> str:
    """Write a value of a key as people write it."""
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    return "" if value is None or value is pd.NaT else str(value)


def parse(
    found: Recognised, table: Table, registers: Registers, people: persons.People, check: Check
) -> Part:
    """Parse a sheet; without rows there is nothing in its frame."""
    part = Part(found, table)
    _choose_rows(part, registers.towns, check)
    if not part.rows:
        return part
    _tell_hidden(part, check)
    _fill_merged(part, check)
    if not found.is_beside:
        _count_personal(part, check)
    given: dict[str, list[Any]] = {}
    if table.name == "attendance":
        given = _attendances(part, registers, people, check)
    states = _states(part, check) if "proposal_state" in found.fields else []
    if is_reopening_told(found):
        given["is_reopened"] = [state == REOPENED for state in states] or [False] * len(part.rows)
        check.note(part.table, "is_reopened", "filled", count=len(part.rows))
    if not part.rows:
        return part
    reads = readers(found, table, registers)
    if table.name == "target":
        given["target_bound"] = _bounds(part, reads.get("target_bound"), check)
    columns = {
        column.name: given[column.name]
        if column.name in given
        else _column(part, column.name, reads.get(column.name), check)
        for column in table.columns
    }
    part.frame = pd.DataFrame(columns, dtype="object")
    _take_grids(part, check)
    _convert_places(part, check)
    _hold_towns(part, registers, check)
    _judge_states(part, states, check)
    return part


# Rows that are rows -----------------------------------------------------------------------


def left_out(row: Row, *, is_heading: bool) -> str | None:
    """Say as what a row is left out, if it is no row of its table."""
    if total_word(row):
        return "total"
    if any(text.startswith(EXAMPLE) for text in texts_of(row[:1])):
        return "example"
    return "remark" if is_remark(row) else "heading" if is_heading else None


def _choose_rows(part: Part, towns: gazetteer.Towns, check: Check) -> None:
    """Keep the rows that are rows: no blank ones, totals, remarks or headings again."""
    found, sheet = part.found, part.sheet
    wanted = [column.number for column in found.columns if column.field or column.personal]
    has_towns = any("town_code" in each.fields for each in (found, *found.beside))
    section: str | None = None
    headings = sheet.rows[found.heading_row : found.body_row]
    width = max((len(row) for row in headings), default=0)
    known = {text for row in headings for text in texts_of(row)}
    known |= field_names(part.table.name).keys()
    is_signing = needs_activities(found)
    to_fill = _to_fill(part)
    notes = {c.number for c in found.columns if not c.field and _OF_NOTES.search(c.heading)}
    for number in range(found.body_row, len(sheet.rows)):
        row = sheet.rows[number]
        if is_signing and (title := read_title(row, number)):
            _add_title(part, number, title)
            check.note(part.table, "", "remark")
            continue
        is_line = is_section(row) and not left_out(row, is_heading=False)
        if is_line and not has_towns and not is_signing:
            # A section whose town is not known ends the one before, whose it is not.
            section = town_of_section(row, towns)
            if section:
                check.note(part.table, "", "section")
                continue
        if is_line and _leads(sheet, number) and _is_of_another(part, number + 1, towns):
            check.refuse(sheet, number, wanted[0], texts_of(row)[0], cell_error("another_table"))
            return
        cells = [row[c] for c in wanted if c < len(row)]
        if all(
            cell is None or cell == "" or (isinstance(cell, str) and not cell.strip())
            for cell in cells
        ):
            if is_remark(row):
                check.note(part.table, "", "remark")
            for c in wanted:
                _refuse_formula(part, number, c, check)
            continue
        if found.own and all(is_blank(row[c]) for c in found.own if c < len(row)):
            why = left_out(row, is_heading=False) or (
                "unfilled" if to_fill and not found.beside else "nothing"
            )
            if why == "nothing" or not found.beside:
                check.note(part.table, "", why)
            continue
        is_first = not part.rows and numbers_columns(row)
        # What a note says, 两幢合计, makes its row no total.
        plain = [None if c in notes else cell for c, cell in enumerate(row)] if notes else row
        kind = left_out(plain, is_heading=is_first or _is_heading(texts_of(cells), known))
        if kind == "total":
            part.totals.append((number, total_word(plain) or ""))
        elif kind == "heading" and is_first:
            pass
        elif kind == "heading":
            _leave_out_titles(part, check)
            if texts_of(row) not in map(texts_of, headings):
                check.refuse(sheet, number, wanted[0], cells[0], cell_error("headings"))
                return
            if _is_of_another(part, number, towns):
                check.refuse(sheet, number, wanted[0], cells[0], cell_error("another_table"))
                return
        elif kind is None and to_fill and all(is_blank(_at(row, c)) for c in to_fill):
            kind = "unfilled"
        elif kind is None and not sheet.typed and any(not is_blank(cell) for cell in row[width:]):
            check.refuse(sheet, number, width, row[width], cell_error("cells"))
        elif kind is None:
            part.numbers.append(number)
            part.rows.append(row)
            part.sections.append(section)
        if kind:
            check.note(part.table, "", kind)


def needs_activities(found: Recognised) -> bool:
    """Tell whether a sheet of attendances says its activities otherwise than by a code."""
    return found.table is NAMED["attendance"] and "activity_code" not in found.fields


def _add_title(part: Part, number: int, title: list[Labelled]) -> None:
    """Add a title, to the one right above it where no row stands between."""
    if part.titles and not any(row > part.titles[-1][0] for row in part.numbers[-1:]):
        part.titles[-1][1].extend(title)
    else:
        part.titles.append((number, title))


def _to_fill(part: Part) -> list[int]:
    """List the columns of a sheet in which somebody has to fill something in, by their numbers."""
    given = _GIVEN.difference(part.table.key if len(part.table.key) == 1 else ())
    return [
        c.number for c in part.found.columns if c.personal or (c.field and c.field not in given)
    ]


def _leave_out_titles(part: Part, check: Check) -> None:
    """Leave out the lines of one text that stand right above a repeated heading."""
    while part.rows and sum(not is_blank(cell) for cell in part.rows[-1]) == 1:
        part.rows.pop()
        part.sections.pop()
        part.numbers.pop()
        check.note(part.table, "", "remark")


def _leads(sheet: Sheet, number: int) -> bool:
    """Tell whether rows follow right below a line."""
    below = sheet.rows[number + 1] if number + 1 < len(sheet.rows) else []
    return sum(not is_blank(cell) for cell in below) > 1 and not is_section(below)


def _is_of_another(part: Part, number: int, towns: gazetteer.Towns) -> bool:
    """Tell whether the titles right above a row state another month, town or unit than those that hold
    for the rows further above."""
    lines: list[str] = []
    while number > 0 and is_section(part.sheet.rows[number - 1]):
        number -= 1
        lines += texts_of(part.sheet.rows[number])[:1]
    constants, units = part.found.constants, units_in(" ".join(lines))
    month, town = constants.get("month"), constants.get("town_code")
    if units and units != units_in(title_of(part.found)):
        return True
    for line in lines:
        whole, bare = months_in(line)
        numbers = bare | {each.month for each in whole}
        if month and (numbers - {int(str(month.raw)[5:7])} or {f"{m:%Y-%m}" for m in whole} - {month.raw}):  # fmt: skip
            return True
        named = {title for title in towns.titles.values() if title in line}
        if town and named - {town.raw} and not town_of_section([line], towns):
            return True
    return False


def _is_heading(texts: Sequence[str], headings: set[str]) -> bool:
    """Tell whether the texts of a row are headings again."""
    if len(texts) < 2 or texts[0] not in headings:
        return False
    return 2 * sum(text in headings for text in texts) > len(texts)


def _tell_hidden(part: Part, check: Check) -> None:
    """Say which rows and columns are read though their sheet does not show them."""
    title = part.found.title
    if count := len(part.sheet.hidden_rows.intersection(part.numbers)):
        rows = Words("行", "row is" if count == 1 else "rows are")
        check.warnings.append(message("sheet.hidden_rows", title=title, count=count, rows=rows))
    check.warnings += [
        message("sheet.hidden_column", title=title, heading=column.heading)
        for column in part.found.fields.values()
        if column.number in part.sheet.hidden_columns
    ]


# Cells that are merged or personal --------------------------------------------------------


def _fill_merged(part: Part, check: Check) -> None:
    """Fill merged cells downwards; a number over several rows may be their total."""
    index = {number: place for place, number in enumerate(part.numbers)}
    columns = {column.number: column for column in part.found.columns if column.field}
    for top, left, bottom, right in part.sheet.merged:
        if top not in index or is_blank(value := _at(part.rows[index[top]], left)):
            continue
        for column in (columns[n] for n in range(left, right + 1) if n in columns):
            declared = part.declared(column)
            if bottom > top and declared is not None and declared.type in _SUMMED:
                check.refuse(part.sheet, top, column.number, value, cell_error("merged"))
            for row in range(top, bottom + 1):
                if row in index and (row, column.number) != (top, left):
                    _fill_cell(part, index[row], column, value, check)


def _fill_cell(part: Part, place: int, column: Column, value: Cell, check: Check) -> None:
    row = part.rows[place]
    if column.number < len(row):
        part.rows[place] = [*row[: column.number], value, *row[column.number + 1 :]]
        check.note(part.table, column.field or "", "merged")


def _at(row: Row, number: int) -> Cell:
    return row[number] if number < len(row) else None


def _count_personal(part: Part, check: Check) -> None:
    """Count what personal data stand in columns that are not loaded."""
    for column in part.found.columns:
        if column.field is not None:
            continue
        raw = part.raw(column.number)
        if column.personal:
            check.dropped[column.personal] += sum(not is_blank(value) for value in raw)
            continue
        kinds: Counter[str] = Counter()
        for value, count in Counter(plain_cell(value) for value in raw if value).items():
            if kind := personal_content(value):
                kinds[kind] += count
        if kinds:
            column.personal = kinds.most_common(1)[0][0]
        check.dropped.update(kinds)


def _attendances(
    part: Part, registers: Registers, people: persons.People, check: Check
) -> dict[str, list[Any]]:
    """Tell who took part, and of which activity a row is where no code says so; leave out children."""
    activities: list[str | None] | None = None
    if needs_activities(part.found) and "activity_code" not in part.found.constants:
        sign_in = SignIn(
            part.found, registers.communities, registers.held, people.today, part.titles, check
        )
        activities = sign_in.codes(part.numbers, part.rows)
    codes = _participants(part, people, check)
    children = [place for place in range(len(part.rows)) if place not in codes]
    if activities is not None:
        registers.held.children.update(filter(None, (activities[place] for place in children)))
        if children:
            check.tell_children(part.found.title, len(children), is_counted=True)
    else:
        check.tell_children(part.found.title, len(children))
    part.keep(list(codes))
    given: dict[str, list[Any]] = {"participant_code": list(codes.values())}
    if activities is not None:
        given["activity_code"] = [activities[place] for place in codes]
        check.note(part.table, "activity_code", "activity", count=len(codes))
    return given


def _participants(part: Part, people: persons.People, check: Check) -> dict[int, int | None]:
    """Make pseudonyms of whatever identifies the participants, by the place of their rows; none of
    children's."""
    columns = persons.columns_of(part.found)
    if not columns:
        check.refuse(part.sheet, part.found.heading_row, None, "", cell_error("missing"))
        return dict.fromkeys(range(len(part.rows)))
    persons.tell_names_only(part.found, check)
    raws = [(kind, number, part.raw(number)) for kind, number in columns]
    codes: dict[int, int | None] = {}
    made: set[int] = set()
    for place in range(len(part.rows)):
        try:
            code, is_made = people.pseudonym([(kind, n, raw[place]) for kind, n, raw in raws])
        except persons.NoPerson as nobody:
            check.refuse(part.sheet, part.numbers[place], nobody.column, "", nobody)
            codes[place] = None
            continue
        if code is not None:
            codes[place] = code
            if is_made:
                made.add(code)
    check.pseudonyms += len(made)
    if made:
        check.note(part.table, "participant_code", "pseudonym", count=len(codes))
    return codes


# Cells ------------------------------------------------------------------------------------


def attempt(read: Read, value: Any) -> Parsed | CellError:
    """Parse a value, or give why that can't be done."""
    try:
        return read(value)
    except CellError as refused:
        return refused


def _column(part: Part, name: str, read: Read | None, check: Check) -> list[Any]:
    """Parse a column, each distinct value once."""
    number = part.column(name)
    if read is None:
        return [None] * len(part.rows)
    if number is None:
        return _stated(part, name, read, check)
    failed = part.sheet.failed
    known: dict[Hashable, Parsed | CellError] = {}
    noted: Counter[Parsed] = Counter()
    unknown: dict[str, tuple[CellError, list[tuple[int, int]]]] = {}
    values: list[Any] = []
    for place, (row, raw) in enumerate(zip(part.numbers, _raws(part, name, number), strict=True)):
        values.append(None)
        if failed and _refuse_formula(part, row, number, check):
            continue
        key: Hashable = (raw.__class__, raw)
        taken = known.get(key)
        if taken is None:
            taken = known[key] = attempt(read, raw)
        if isinstance(taken, CellError):
            if taken.code == "choice" and shown(word := plain_cell(raw)) == word:
                unknown.setdefault(word, (taken, []))[1].append((row, number))
            else:
                check.refuse(part.sheet, row, number, raw, taken)
            continue
        if taken.notes:
            noted[taken] += 1
        if taken.qualifier:
            part.qualified.append((place, name, plain_cell(raw)[:40], taken.qualifier))
        values[-1] = taken.value
    for parsed, count in noted.items():
        check.note_parsed(part.table, name, parsed, count)
    options = dict(fields_of(part.table.name)[name].allowed)
    if any(column.name == name and column.nullable for column in part.table.columns):
        options[""] = Words("都不是，留空", "None of these: leave it empty")
    for word, (refused, cells) in unknown.items():
        check.ask_value(part.sheet, cells, name, word, refused, options)
    return values


def _raws(part: Part, name: str, number: int) -> list[Cell]:
    """Give the cells of a field's column, those of more general ones joined before them."""
    levels = part.found.levels.get(name, [])
    if not levels:
        return part.raw(number)
    return [
        "/".join(plain_cell(each) for each in cells if not is_blank(each))
        for cells in zip(*(part.raw(n) for n in (*levels, number)), strict=True)
    ]


def _stated(part: Part, name: str, read: Read, check: Check) -> list[Any]:
    """Give each row what is stated once for all of them, or for its section."""
    constant = part.found.constants.get(name)
    raws = [constant.raw if constant else None] * len(part.rows)
    if name == "town_code":
        raws = [section or raw for section, raw in zip(part.sections, raws, strict=True)]
    taken = {raw: attempt(read, raw) for raw in set(raws)}
    row, column = (constant.cell if constant else None) or (part.found.heading_row, None)
    for refused in taken.values():
        if isinstance(refused, CellError):
            check.refuse(part.sheet, row, column, "", refused)
    return [None if isinstance(each := taken[raw], CellError) else each.value for raw in raws]


def _refuse_formula(part: Part, row: int, number: int, check: Check) -> bool:
    """Refuse a cell whose formula failed; tell whether it did."""
    if (reason := part.sheet.failed.get((row, number))) is None:
        return False
    key = "formula.failed_as" if reason else "formula.never"
    check.refuse(part.sheet, row, number, reason, cell_error(key, reason=reason))
    return True


def readers(found: Recognised, table: Table, registers: Registers) -> Mapping[str, Read]:
    """Give what parses the cells of each column of a sheet; persons are told by whole rows."""
    nowhere, year = Column(0, ""), _year_of_days(found)
    is_there = {
        *found.fields,
        *found.constants,
        *({"town_code"} if "town_code" not in found.fields else ()),
    }
    return {
        column.name: _referring(table, column.field, registers)
        or _reading(
            column.field,
            found.fields.get(column.name, nowhere),
            found.values.get(column.name, {}),
            is_typed=found.sheet.typed,
            year=year,
        )
        for column in table.columns
        if column.name in is_there and column.field.type != "pseudonym"
    }


def _referring(table: Table, declared: Field, registers: Registers) -> Read | None:
    """Choose what finds the row that a column refers to, where it refers to one."""
    find: Read
    match declared.name:
        case "town_code":
            find = registers.towns.take
        case "community_code" if table.name != "community":
            find = partial(registers.communities.find, note="community")
        case "activity_code" if table.name != "activity":
            find = _existing(registers.activities, NAMED["activity"].label)
        case "target_indicator":
            find = partial(targets.indicators().find, note="indicator")
        case "target_place":
            find = partial(
                targets.take_place, towns=registers.towns, communities=registers.communities
            )
        case "target_bound":
            find = targets.take_bound
        case "target_value":
            find = targets.take_value
        case "figure_id" if table.name != "published_figure":
            find = _existing(registers.figures, NAMED["published_figure"].label)
        case _:
            return None
    return lambda raw: Parsed(None) if is_blank(raw) else find(raw)


def _existing(there: set[str], label: Words) -> Read:
    def find(raw: Any) -> Parsed:
        taken = parse_text(raw)
        if taken.value not in there:
            raise cell_error("unknown.code", label=label)
        return taken

    return find


def _year_of_days(found: Recognised) -> tuple[int, int | None] | None:
    """Give the year that stands around a sheet, and the one month if that does too; None where
    there is no year, or several months."""
    places = places_of(found.sheet, found.heading_row)
    months = {str(constant.raw) for constant in months_stated(places)}
    if len(months) == 1:
        year, month = months.pop().split("-")
        return int(year), int(month)
    year_alone = None if months else year_stated(places)
    return (year_alone, None) if year_alone else None


def _reading(
    declared: Field, column: Column, said: Mapping[str, str], *, is_typed: bool,
    year: tuple[int, int | None] | None,
) -> Read:  # fmt: skip
    """Choose what parses the cells of a column that refers to nothing.

    ``said``: which options words were said to mean; ``year``: of days that are written without theirs.
    """
    heading, scale = column.heading, column.scale

    def day(raw: Any) -> Parsed:
        # What is handled later may be so in the next year.
        is_within = year and (year[1] or declared.name not in _LATER)
        if year and is_within and (whole := with_year(raw, *year, typed=is_typed)):
            return Parsed(plain(whole).value, ("year",))
        taken = plain(raw)
        if "month_known" in taken.notes:
            raise cell_error("date.month")
        return taken

    def plain(raw: Any) -> Parsed:
        if declared is mode and option_key(plain_cell(raw)) not in said and _is_grid(raw):
            return Parsed(None, ("grid",))
        return take(raw, declared, typed=is_typed, heading=heading, scale=scale, said=said)

    def degrees(raw: Any) -> Parsed:
        decimal = gazetteer.from_degrees(raw)
        return plain(raw) if decimal is None else Parsed(decimal, ("degrees",))

    if declared.name in ("lon", "lat"):
        return degrees
    if declared.name in _DAYS:
        return day
    if declared.name == "due_month":
        return lambda raw: plain(targets.due(raw))
    if declared.type == "text" and not declared.allowed:
        return lambda raw: _without_persons(plain(raw), declared.name)
    return plain


def _without_persons(taken: Parsed, name: str) -> Parsed:
    """Mask what is personal in a text; a code that is personal is refused."""
    if not isinstance(taken.value, str):
        return taken
    if name.endswith(("_code", "_id")):
        if is_id_number(taken.value) or personal_content(taken.value) == "phone":
            raise cell_error("personal")
        return taken
    text, count = mask(taken.value, is_prose=name in PROSE)
    return Parsed(text, (*taken.notes, "masked")) if count else taken


# Targets ----------------------------------------------------------------------------------


def _bounds(part: Part, read: Read | None, check: Check) -> list[Any]:
    """Read the requirement of each target: in a column of its own, or with its value."""
    number, bounds = part.column("target_value"), _column(part, "target_bound", read, check)
    for place, within in enumerate(_bounds_within(part)):
        if within and bounds[place] not in (None, within):
            refused = cell_error("target.bounds")
            check.refuse(part.sheet, part.numbers[place], number, part.rows[place][number or 0], refused)  # fmt: skip
        bounds[place] = bounds[place] or within
    return bounds


def _bounds_within(part: Part) -> list[str | None]:
    number = part.column("target_value")
    return [targets.split_bound(raw)[0] for raw in part.raw(number)] if number is not None else []


# Proposals --------------------------------------------------------------------------------


def is_reopening_told(found: Recognised) -> bool:
    """Tell whether a proposal was reopened follows from its state or its days."""
    told = {"proposal_state", "settled_on"} & found.fields.keys()
    return found.table is NAMED["proposal"] and "is_reopened" not in found.fields and bool(told)


def _states(part: Part, check: Check) -> list[str | None]:
    """Read the states of proposals; leave out those that were returned or withdrawn."""
    said = part.found.values.get("proposal_state", {})

    def read(raw: Any) -> Parsed:
        return Parsed(None) if is_blank(raw) else parse_choice(raw, proposal_state, said)

    states = _column(part, "proposal_state", read, check)
    kept = [place for place, state in enumerate(states) if state != LEFT_OUT]
    if len(kept) < len(states):
        check.note(part.table, "", "left_out", count=len(states) - len(kept))
        part.keep(kept)
    return [states[place] for place in kept]


def _judge_states(part: Part, states: Sequence[str | None], check: Check) -> None:
    """Hold what is said of proposals' states against their days."""
    number = part.column("proposal_state")
    days = zip(states, part.frame["settled_on"], part.numbers, strict=True) if states else ()
    at_fault = {(fault.row, fault.column) for fault in check.faults}
    settled = part.column("settled_on")
    for state, settled_on, row in days:
        is_read = settled is None or part.sheet.place(row, settled) not in at_fault
        if state == SETTLED and settled_on is None and is_read:
            check.refuse(part.sheet, row, number, "", cell_error("state.undated"))
        elif state in ("waiting", "open") and settled_on is not None:
            check.refuse(part.sheet, row, number, "", cell_error("state.settled"))


# Governance -----------------------------------------------------------------------------------


def _is_grid(raw: Cell) -> bool:
    return names_option(raw, coverage_type) == "grid"


def _take_grids(part: Part, check: Check) -> None:
    """Take a grid that stands where a mode is asked for as the coverage; refuse it beside another."""
    number, coverage = part.column("mode"), part.column("coverage_type")
    if part.table is not NAMED["governance"] or number is None:
        return
    said = part.found.values.get("mode", {})
    for place, raw in enumerate(part.raw(number)):
        if not _is_grid(raw) or option_key(raw) in said:
            continue
        if part.frame.at[place, "coverage_type"] == "committee":
            check.refuse(part.sheet, part.numbers[place], number, raw, cell_error("grid_beside"))
        elif coverage is None or is_blank(_at(part.rows[place], coverage)):
            part.frame.at[place, "coverage_type"] = "grid"


# Towns beside communities ------------------------------------------------------------------


def _hold_towns(part: Part, registers: Registers, check: Check) -> None:
    """Refuse rows of a community whose own town is not the one that stands beside it or over its section."""
    if "community_code" not in part.frame or "town_code" in part.frame:
        return
    names = field_names("community")
    beside = [
        c.number for c in part.found.columns if names.get(heading_key(c.heading)) == "town_code"
    ]
    raws = part.raw(beside[0]) if beside else list(part.sections)
    number = part.column("community_code")
    taken = {raw: attempt(registers.towns.take, raw) for raw in set(raws) if not is_blank(raw)}
    for place, (code, raw) in enumerate(zip(part.frame["community_code"], raws, strict=True)):
        own = registers.communities.town_of.get(code) if isinstance(code, str) else None
        said = taken.get(raw)
        if own is not None and isinstance(said, Parsed) and said.value != own:
            refused = cell_error("other_town", town=registers.towns.words[own])
            check.refuse(part.sheet, part.numbers[place], number, raw, refused)


# Places -----------------------------------------------------------------------------------


def _convert_places(part: Part, check: Check) -> None:
    """Turn coordinates into WGS-84; refuse those of no declared system."""
    lon, lat = part.column("lon"), part.column("lat")
    if lon is None or lat is None:
        return
    column = part.column(COORDINATES)
    said = part.raw(column) if column is not None else [None] * len(part.rows)
    places = list(zip(part.frame["lon"], part.frame["lat"], strict=True))
    for place, (x, y) in enumerate(places):
        if x is None or y is None:
            continue
        row, system = part.numbers[place], part.found.coordinates
        if not is_blank(said[place]):
            system = gazetteer.system_named(str(said[place]))
        fault = gazetteer.place_fault(x, y)
        if system is None:
            undeclared = cell_error("coordinates", systems=gazetteer.SYSTEMS)
            check.refuse(part.sheet, row, lon, x, undeclared)
        if fault is not None:
            check.refuse(part.sheet, row, lon, f"{x:g}, {y:g}", fault)
        elif system not in (None, "WGS-84"):
            east, north = gazetteer.to_wgs84(x, y, str(system))
            places[place] = round(east, 6), round(north, 6)
            check.note(part.table, "lon", "coordinates")
    part.frame["lon"] = pd.Series([x for x, _ in places], dtype="object")
    part.frame["lat"] = pd.Series([y for _, y in places], dtype="object")
