"""Check files as a whole: every problem of every sheet at once, and nothing loaded.

Sheets are recognised, parsed, filled in and judged. That gives frames that follow the contract,
the faults, and an account of what was coerced and of what personal data were left behind.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from dashboard.contract.fields import Table
from dashboard.contract.problem import Problem
from dashboard.contract.tables import NAMED, TABLES
from dashboard.contract.words import Words
from dashboard.intake import gazetteer
from dashboard.intake.alike import told_once
from dashboard.intake.bulk import Judges, stage
from dashboard.intake.faults import Check, Digest
from dashboard.intake.filling import fill
from dashboard.intake.headings import (
    POINT_OUT_SHEET,
    Column,
    Recognised,
    is_left_out,
    otherwise,
    recognise_all,
    said_of,
    take_constants,
)
from dashboard.intake.judging import (
    judge,
    judge_columns,
    judge_tiers,
    judge_totals,
    tells_nothing,
    without_repeats,
)
from dashboard.intake.laid import LaidOut, is_number
from dashboard.intake.layouts import laid_out
from dashboard.intake.locating import is_of_all, locate
from dashboard.intake.merging import put_together
from dashboard.intake.messages import cell_error, message
from dashboard.intake.parsing import Part, Registers, gathered, parse, readers
from dashboard.intake.persons import People
from dashboard.intake.reading import Sheet, Source
from dashboard.intake.signing import no_activities, settle
from dashboard.intake.values import is_blank

Progress = Callable[[float, Words], None]

# Governance without a first day begins with the first month that is told of its communities.
IN_ORDER = sorted(TABLES, key=lambda table: table is NAMED["governance"])


def no_rows(name: str) -> pd.DataFrame:
    return pd.DataFrame(columns=[c.name for c in NAMED[name].columns], dtype="object")


@dataclass(frozen=True)
class Known:
    """Hold what rows may refer to and what is there already."""

    towns: pd.DataFrame
    communities: pd.DataFrame
    activities: frozenset[str] = frozenset()
    # The user's own activities: a sign-in sheet's may be among them.
    own_activities: pd.DataFrame | None = None
    figures: frozenset[str] = frozenset()
    # Whether the communities are the user's own, to which new ones are added.
    has_own_communities: bool = False
    # The user's own housing so far.
    occupancy: pd.DataFrame = field(default_factory=partial(no_rows, "occupancy"))
    # How the user's own communities are governed so far.
    governance: pd.DataFrame = field(default_factory=partial(no_rows, "governance"))


@dataclass(frozen=True)
class Reading:
    """Say how files are read: as of which day, with which key for pseudonyms, and what was said
    by hand of their sheets and columns."""

    today: date
    key: Callable[[], bytes]
    mapping: Mapping[str, Any] | None = None
    # Small files that were read before, by name and digest: an answer reads none of them anew.
    kept: dict[tuple[str, str], Source] | None = None


class NothingRecognised(Problem):
    """Say that no sheet is known; carries what was seen, so that it can be said by hand."""

    def __init__(self, words: Words, check: Check) -> None:
        super().__init__(words)
        self.check = check


def check_sources(
    sources: Sequence[Source],
    known: Known,
    reading: Reading,
    *,
    scratch: Path | None = None,
    progress: Progress = lambda share, step: None,
) -> Check:
    """Check what was read; large files are staged in ``scratch``."""
    check = Check(files=[Digest(_name(each), each.sha256, each.size) for each in sources])
    loadable = _recognised(sources, reading.mapping, gazetteer.Towns(known.towns), check)
    for found in filter(is_of_all, loadable):
        check.warnings.append(
            message("layout.of_all", file=found.sheet.file, name=found.sheet.name)
        )
    loadable = [found for found in loadable if not is_of_all(found)]
    large = {id(sheet): source for source in sources if source.bulk for sheet in source.sheets}
    small = [found for found in loadable if id(found.sheet) not in large]
    is_brought = any(found.table is NAMED["community"] for found in small)
    registers = _registers(known, is_brought=is_brought)
    people = People(reading.today, reading.key)
    order = [table for table in IN_ORDER if any(found.table is table for found in small)]
    for number, table in enumerate(order):
        progress(0.4 + 0.5 * number / len(order), table.label)
        sheets = [found for found in small if found.table is table]
        for found in sheets:
            locate(found, registers.communities)
        parts = [parse(found, table, registers, people, check) for found in sheets]
        for part in parts:
            if not part.rows and _holds_what_is_asked(part.found):
                check.ask(part.found)
        if parts := [part for part in parts if part.rows]:
            check.frames[table.name] = _judged(table, parts, known, reading.today, check)
            _register(table, check.frames[table.name], registers)
    _settle_activities(known, registers, check)
    if small and not check.frames and not check.faults:
        empty = cell_error("empty", sheets=[found.sheet.name for found in small])
        check.refuse(small[0].sheet, None, None, "", empty)
    # Several rows made of one, for what stands side by side, are wrong in one cell.
    check.faults = list(dict.fromkeys(check.faults))
    if not known.has_own_communities and not is_brought:
        _ask_for_register(check)
    for found in loadable:
        if source := large.get(id(found.sheet)):
            assert scratch is not None
            judges = Judges(readers(found, NAMED["attendance"], registers), people)
            _stage(source, found, judges, scratch, partial(progress, 0.9), check)
    remarks = dict.fromkeys([*_left_unread(loadable), *check.warnings])
    places = {found.title: (found.sheet.file, found.sheet.name) for found in check.recognised}
    read: dict[str, set[str]] = {}
    for found in loadable:
        read.setdefault(found.sheet.file, set()).add(found.sheet.name)
    check.warnings = told_once(remarks, places, read)
    return check


def _holds_what_is_asked(found: Recognised) -> bool:
    """Tell whether columns between which nobody has chosen hold anything."""
    asked = {each.column for each in found.questions if each.refused.code == "which"}
    rows = found.sheet.rows[found.body_row :]
    return any(not is_blank(row[c]) for row in rows for c in asked if c < len(row))


_MANY = 3


def _ask_for_register(check: Check) -> None:
    """Say once a sheet that there is no register yet, where it names communities that nobody knows."""
    community = gazetteer.no_communities()
    what = cell_error("unknown.name", kind=community.kind, advice=community.unknown).what
    unknown = [fault for fault in check.faults if fault.what == what]
    if len(unknown) < _MANY:
        return
    refused = cell_error("unregistered")
    sheets = {(fault.file, fault.sheet): fault for fault in reversed(unknown)}
    counts = Counter((fault.file, fault.sheet) for fault in unknown)
    check.faults = [fault for fault in check.faults if fault.what != what] + [
        replace(fault, code=refused.code, what=refused.what, todo=refused.todo, rows=counts[sheet])
        for sheet, fault in reversed(sheets.items())
    ]


_DERIVED = re.compile(
    r"率|占比|比例|百分比|%|序号|编号|代码|编码|邮编|合计|小计|总计|电话|\bno\b|\brate\b|\bshare\b|code",
    re.IGNORECASE,
)
# A month or a day whose year is no number of anything: 2024.6, 20240601.
_DAY = re.compile(r"(?:19|20)\d{2}(?:\.(?:0?[1-9]|1[0-2])|\d{4})")


def _left_unread(loadable: Sequence[Recognised]) -> list[Words]:
    """Tell which columns of numbers, or of what a register says, nobody reads, those of the same
    headings once."""
    sheets: dict[tuple[str, tuple[str, ...]], list[Recognised]] = {}
    for found in loadable:
        if found.is_beside:
            continue
        numbers = [c for c in found.unread if _is_of_numbers(found, c)]
        words = [c for c in found.unread if c not in numbers and is_left_out(found, c)]
        for which, columns in (("sheet.unread", numbers), ("sheet.unread_words", words)):
            if headings := tuple(column.heading for column in columns):
                sheets.setdefault((which, headings), []).append(found)
    return [
        message(which, title=same[0].title, count=len(same), headings="、".join(headings))
        for (which, headings), same in sheets.items()
    ]


def _is_of_numbers(found: Recognised, column: Column) -> bool:
    """Tell whether a column holds numbers in most of its cells, rather than rates and serial numbers."""
    if not column.heading or _DERIVED.search(column.heading) or otherwise(column.heading):
        return False
    rows = found.sheet.rows[found.body_row :]
    cells = [row[column.number] for row in rows if column.number < len(row)]
    filled = [cell for cell in cells if not is_blank(cell)]
    numbers = [cell for cell in filled if is_number(cell) and not _DAY.fullmatch(str(cell))]
    return len(numbers) * 2 > len(filled)


def _name(source: Source) -> str:
    return source.sheets[0].file if source.sheets else source.path.name


def _recognised(
    sources: Sequence[Source],
    mapping: Mapping[str, Any] | None,
    towns: gazetteer.Towns,
    check: Check,
) -> list[Recognised]:
    """Recognise all sheets; return those of a table. Raises NothingRecognised if there is none."""

    def said(sheet: Sheet) -> Mapping[str, Any]:
        return said_of(sheet, mapping or {})

    for source in sources:
        for sheet in source.sheets:
            sheet.folder = source.path.parent.name
    sheets = [
        plain
        for source in sources
        for sheet in source.sheets
        for plain in ([sheet] if source.bulk else laid_out(sheet, said))
    ]
    check.recognised = [found for sheet in sheets for found in recognise_all(sheet, mapping)]
    for found in check.recognised:
        for block in (found, *found.again):
            take_constants(block, towns, said(found.sheet))
        if isinstance(found.sheet, LaidOut) and not found.is_beside:
            check.warnings += found.sheet.remarks
    for found in check.recognised:
        if found.table is None and not found.is_mapped:
            sheet = found.sheet
            which = "sheet.hidden" if sheet.is_hidden else "sheet.unrecognised"
            told = message(which, file=sheet.file, name=sheet.name, advice=POINT_OUT_SHEET)
            check.warnings.append(told)
    blocks = [block for found in check.recognised for block in (found, *found.again)]
    loadable = [found for found in blocks if found.table is not None]
    if not loadable:
        names = "、".join(sheet.name for sheet in sheets)
        words = message("sheet.none_recognised", names=names, advice=POINT_OUT_SHEET)
        raise NothingRecognised(words, check)
    return loadable


def _judged(
    table: Table, parts: Sequence[Part], known: Known, today: date, check: Check
) -> pd.DataFrame:
    """Put a table's sheets together, fill them in and judge them."""
    for part in parts:
        judge_columns(part, check)
        judge_totals(part, check)
    rows = gathered(table, parts)
    own = known.communities if known.has_own_communities else known.communities.iloc[:0]
    fill(rows, own, known.governance, today, check)
    rows.frame = rows.frame.astype({c.name: c.field.form.pandas for c in table.columns})
    rows.note_qualified(check)
    unsaid = rows.unsaid()
    rows.frame = put_together(table, rows.frame, unsaid)
    judge(rows, today, check)
    before = judge_tiers(rows, known.occupancy, unsaid, check)
    kept = without_repeats(rows, check)
    if table is NAMED["occupancy"] and not check.faults:
        kept = kept[~tells_nothing(kept)]
    unsaid = unsaid.loc[kept.index]
    if len(before):
        # What was there changes too: numbers give way, and a row that has no other goes.
        is_gone = tells_nothing(before)
        check.superseded[table.name] = before[is_gone]
        changed = before.loc[~is_gone, list(kept.columns)].astype(kept.dtypes.to_dict())
        kept = pd.concat([kept, changed], ignore_index=True)
        unsaid = unsaid.reset_index(drop=True).reindex(range(len(kept)), fill_value=False)
    if unsaid.to_numpy().any():
        check.unsaid[table.name] = unsaid.reset_index(drop=True)
    return kept.reset_index(drop=True)


# What rows refer to -----------------------------------------------------------------------


def _registers(known: Known, *, is_brought: bool) -> Registers:
    """Gather what rows may refer to; communities of the sample give way to those brought."""
    communities = gazetteer.no_communities()
    if known.has_own_communities or not is_brought:
        communities = gazetteer.communities(known.communities)
    towns = gazetteer.Towns(known.towns)
    registers = Registers(towns, communities, set(known.activities), set(known.figures))
    if known.own_activities is not None:
        registers.held.add_all(known.own_activities)
    return registers


def _register(table: Table, rows: pd.DataFrame, registers: Registers) -> None:
    """Let the tables that follow refer to these rows."""
    if table.name == "community":
        rows = rows.dropna(subset=["name_zh"])
        # One whose town is at fault has no code yet, but those who name it do nothing wrong.
        codes = rows["community_code"].fillna("?" + rows["name_zh"].astype(str))
        registers.communities.add_all(rows.assign(community_code=codes))
    elif table.name == "activity":
        registers.activities |= set(rows["activity_code"].dropna())
        registers.held.add_all(rows)
    elif table.name == "published_figure":
        registers.figures |= set(rows["figure_id"].dropna())


def _settle_activities(known: Known, registers: Registers, check: Check) -> None:
    """Bring the activities that were made among those to be loaded, and count their children."""
    held, rows = registers.held, check.frames.get("attendance")
    if rows is not None and (held.made or held.children):
        loaded = known.own_activities
        settle(held, rows, no_activities() if loaded is None else loaded, check)


# Large files ------------------------------------------------------------------------------


def _stage(
    source: Source,
    found: Recognised,
    judges: Judges,
    scratch: Path,
    waiting: Callable[[Words], None],
    check: Check,
) -> None:
    """Check and stage a large file, which holds the attendances and nothing else does."""
    is_other = found.table is not NAMED["attendance"]
    if is_other or "attendance" in check.frames or check.staged:
        raise Problem(message("sheet.too_large", file=source.path.name))
    waiting(Words("暂存大文件", "Staging a large file"))
    if staged := stage(source, found, check, judges, scratch, waiting):
        check.staged["attendance"] = staged
