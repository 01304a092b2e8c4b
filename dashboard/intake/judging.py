"""Judge parsed rows: by the contract, by what can't be true at once, by totals and by keys."""

from collections.abc import Collection
from datetime import date
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from dashboard.contract.fields import Column
from dashboard.contract.tables import OCCUPANCY, UNSTATED_TIER
from dashboard.intake import rules
from dashboard.intake.faults import Check
from dashboard.intake.filling import is_filled
from dashboard.intake.finer import settle_tiers
from dashboard.intake.headings import HOUSING, POINT_OUT, is_section_total
from dashboard.intake.merging import kept_of
from dashboard.intake.messages import CellError, cell_error, message
from dashboard.intake.parsing import (
    Part,
    TableRows,
    attempt,
    key_text,
    needs_activities,
)
from dashboard.intake.targets import misfit, misplaced
from dashboard.intake.values import is_blank, out_of_range, parse_number
from dashboard.warehouse.validate import failures

_DEGREES = ("lon", "lat")


# One sheet --------------------------------------------------------------------------------


def _is_required(column: Column) -> bool:
    """Tell whether a column may not be empty; persons are told by whole rows."""
    return not column.nullable and column.field.type != "pseudonym"


def judge_columns(part: Part, check: Check) -> None:
    """Refuse a sheet that lacks columns, or whose headings leave open which they are."""
    check.ask(part.found)
    asked = {question.field for question in part.found.questions}
    for column in filter(_is_required, part.table.columns):
        is_there = part.says(column.name) or is_filled(part.table, column.name)
        is_there |= column.name == "activity_code" and needs_activities(part.found)
        if not is_there and column.name not in asked:
            refused = cell_error("column", label=column.field.label, advice=POINT_OUT)
            check.refuse(part.sheet, part.found.heading_row, None, "", refused)
    if part.table.name == "occupancy" and not asked and not any(map(part.says, HOUSING)):
        refused = cell_error("no_numbers", advice=POINT_OUT)
        check.refuse(part.sheet, part.found.heading_row, None, "", refused)


def judge_totals(part: Part, check: Check) -> None:
    """Hold rows of totals against the rows they add up, where each of those could be read."""
    sheet, at_fault = part.sheet, _told(check)
    for column in part.found.columns if part.totals else ():
        declared = part.declared(column)
        if declared is None or declared.type != "integer":
            continue
        values = pd.to_numeric(part.frame[declared.name]).to_numpy("float64", na_value=np.nan)
        parse = partial(parse_number, field=declared, scale=column.scale)
        cells = (sheet.place(row, column.number) for row in part.numbers)
        unread = {at for row, at in cells if (sheet.file, sheet.name, row, at) in at_fault}
        for (number, word), sums in zip(
            part.totals, _sums(part, values, column.number), strict=True
        ):
            if sheet.place(number, column.number)[1] in unread:
                continue
            row = sheet.rows[number]
            raw = row[column.number] if column.number < len(row) else None
            told = None if is_blank(raw) else attempt(parse, raw)
            if told is None or isinstance(told, CellError) or told.qualifier:
                continue
            section, before, whole = sums
            fits = {section} if is_section_total(word) else set(sums)
            if told.value not in fits:
                right = section if is_section_total(word) else before or whole
                refused = cell_error("total", right=right)
                check.refuse(part.sheet, number, column.number, raw, refused)


def _sums(part: Part, values: Any, column: int) -> list[tuple[float, float, float]]:
    """Add up what each total may mean: the rows since the last total, those before it, and all."""
    kept = np.asarray(part.numbers)
    groups = np.asarray([part.sheet.group(number, column) for number in part.numbers])
    since: dict[int, int] = {}
    sums = []
    for number, _ in part.totals:
        group = part.sheet.group(number, column)
        mine = groups == group
        masks = (kept >= since.get(group, 0)) & (kept < number), kept < number, kept >= 0
        section, before, whole = (float(np.nansum(values[mask & mine])) for mask in masks)
        sums.append((section, before, whole))
        since[group] = number + 1
    return sums


# Housing with and without a tier ----------------------------------------------------------

_HOUSING = (
    "dwelling_count", "supply_count", "available_count", "let_count", "capacity_count",
    "resident_count", "move_in_count", "move_out_count",
)  # fmt: skip


def judge_tiers(
    rows: TableRows, there: pd.DataFrame, unsaid: pd.DataFrame, check: Check
) -> pd.DataFrame:
    """Let housing by tier stand for what other sheets, or earlier loads, count without a tier; refuse it
    where one sheet counts both. Return the rows of ``there`` that change by it."""
    if rows.table.name != "occupancy":
        return there.iloc[:0]
    after = kept_of(rows.table, there, rows.frame, unsaid) if len(there) else rows.frame
    sheets = pd.Series(
        [id(rows.place(index)[0].sheet.whole) for index in range(len(after))], after.index
    )
    settled = settle_tiers(after, there, sheets, _HOUSING)
    name = next((n for n in _HOUSING if rows.parts[0].column(n) is not None), "month")
    _refuse_all(rows, settled.refused, name, cell_error("tiers_twice"), check)
    for name in settled.cleared:
        gives_way = settled.cleared[name]
        rows.frame.loc[gives_way, name] = None
        unsaid.loc[gives_way, name] = False
    if settled.rows:
        told = message("sheet.finer", count=settled.rows, differing=settled.differing)
        check.warnings.insert(0, told)
    return settled.before


def tells_nothing(frame: pd.DataFrame) -> pd.Series:
    """Mark the rows of housing without a tier that hold no number."""
    told = [column.name for column in OCCUPANCY.columns if column.name not in OCCUPANCY.key]
    return (frame["tier"] == UNSTATED_TIER) & frame[told].isna().all(axis=1)


# All rows of a table ----------------------------------------------------------------------


def judge(rows: TableRows, today: date, check: Check) -> None:
    """Refuse what breaks the contract, and what can't be true at once."""
    _judge_contract(rows, check)
    table, frame = rows.table, rows.frame
    told = _told(check)
    for rule, is_broken in rules.broken(table.name, frame):
        refused = CellError(rule.code, rule.what, rule.todo)
        if rule.needs_columns:
            is_broken &= ~rows.unsaid()[list(rule.needs)].any(axis=1)
        if rule.of_missing:
            is_broken &= ~_is_told(rows, rule.needs, is_broken, told)
        _refuse_all(rows, is_broken, rule.field, refused, check)
    for column in table.columns:
        if column.field.type in ("date", "month"):
            late = rules.ahead(frame, column.name, today)
            _refuse_all(rows, late, column.name, cell_error("future"), check)
    if table.name == "target":
        _judge_targets(rows, check)
    if table.name == "governance":
        overlapping = rules.overlapping(frame)
        _refuse_all(rows, overlapping, "valid_from", cell_error("overlap"), check)


def _judge_targets(rows: TableRows, check: Check) -> None:
    """Refuse values that can't be in the unit of their indicator, and places it is not counted of."""
    for index, row in rows.frame.iterrows():
        code, place, value = row["target_indicator"], row["target_place"], row["target_value"]
        if pd.isna(code):
            continue
        part, at = rows.place(int(str(index)))
        number = part.column("target_value")
        if pd.notna(value) and number is not None:
            heading = next(c.heading for c in part.found.columns if c.number == number)
            raw = part.rows[at][number]
            if refused := misfit(code, value, raw, heading):
                rows.refuse(check, int(str(index)), "target_value", refused, raw)
        if pd.notna(place) and (refused := misplaced(code, place)):
            rows.refuse(check, int(str(index)), "target_place", refused, place)


def _judge_contract(rows: TableRows, check: Check) -> None:
    """Refuse cells that are empty or out of range; those out of range count as empty from then on.

    What is told already is not told again: a cell that could not be parsed, a column that is
    missing, and what is filled in from cells that are empty themselves.
    """
    table, told = rows.table, _told(check) | check.asked
    required = {column.name for column in table.columns if _is_required(column)}
    for failure in failures(table, rows.frame).itertuples():
        name, index, broken = str(failure.column), int(failure.index), str(failure.check)
        part, place = rows.place(index)
        label, row = table.column(name).field.label, part.numbers[place]
        if (number := part.column(name)) is None:
            if name == "town_code" and broken == "not_nullable" and any(part.sections):
                # Above it no line names a town, though others do.
                check.refuse(part.sheet, row, None, "", cell_error("blank", label=label))
            continue
        if broken == "not_nullable":
            cell = part.sheet.place(row, number)
            is_told = (part.sheet.file, part.sheet.name, *cell) in told
            is_told |= any(question.field == name for question in part.found.questions)
            if name in required and not is_told and not is_filled(table, name):
                check.refuse(part.sheet, row, number, "", cell_error("blank", label=label))
        elif broken.startswith(("greater", "less")) and name not in _DEGREES:
            refused = out_of_range(table.column(name).field)
            check.refuse(part.sheet, row, number, part.rows[place][number], refused)
            rows.frame.loc[index, name] = None


def _told(check: Check) -> set[tuple[str, str, int | None, int | None]]:
    """Name the cells that are at fault already."""
    return {(f.file, f.sheet, f.row, f.column) for f in check.faults}


def _is_told(
    rows: TableRows, names: Collection[str], of_rows: pd.Series, told: Collection[Any]
) -> pd.Series:
    """Tell in which rows a cell of these columns is missing because it, or its heading, is at fault
    already."""
    found = pd.Series(False, index=of_rows.index)
    for index in of_rows.index[of_rows]:
        part, place = rows.place(index)
        where = part.sheet.file, part.sheet.name
        is_asked = any(question.field in names for question in part.found.questions)
        columns = [number for name in names if (number := part.column(name)) is not None]
        cells = [part.sheet.place(part.numbers[place], number) for number in columns]
        found[index] = is_asked or any((*where, *cell) in told for cell in cells)
    return found


def _refuse_all(
    rows: TableRows, is_broken: pd.Series, name: str, refused: CellError, check: Check
) -> None:
    for index, value in rows.frame.loc[is_broken, name].items():
        shown = value.date().isoformat() if isinstance(value, pd.Timestamp) else value
        rows.refuse(check, index, name, refused, shown)


def without_repeats(rows: TableRows, check: Check) -> pd.DataFrame:
    """Make one of the rows that agree; refuse those that differ but for their key."""
    table, frame = rows.table, rows.frame
    key = list(table.key)
    complete = frame[key].notna().all(axis=1)
    repeated = complete & frame.duplicated(key)
    if not repeated.any():
        return frame
    agree = repeated & frame.duplicated()
    if agree.any():
        check.note(table, "", "repeated", count=int(agree.sum()))
    first = frame[complete].drop_duplicates(key).reset_index().set_index(key)["index"]
    for index in frame.index[repeated & ~agree]:
        values = tuple(frame.loc[index, key])
        _refuse_conflict(rows, index, first[values if len(key) > 1 else values[0]], check)
    return frame[~repeated]


def _refuse_conflict(rows: TableRows, index: int, first: int, check: Check) -> None:
    """Refuse a row that says something else than the first one of its key."""
    table, (part, _), (other, place) = rows.table, rows.place(index), rows.place(first)
    where = f"{other.sheet.name}!{other.sheet.place(other.numbers[place], 0)[0] + 1}"
    if other.sheet.file != part.sheet.file:
        where = f"{other.sheet.file} {where}"
    # Nobody knows a pseudonym again.
    known = [name for name in table.key if name != "participant_code"]
    value = " ".join(key_text(rows.frame.at[index, name]) for name in known)
    if len(known) < len(table.key):
        refused = cell_error("conflict.person", where=where)
    else:
        labels = [table.column(name).field.label for name in known]
        refused = cell_error("conflict.row", where=where, columns=labels)
    named = next((name for name in table.key if part.column(name) is not None), table.key[0])
    rows.refuse(check, index, named, refused, value)
