"""Lay sheets out as plain tables, one heading block and one row a line, whatever their form; pure.

Offices keep months, tiers or several tables side by side, one table below another, or a card for each
community. What is laid out anew still knows where each of its cells stands in the file. Nothing is
chosen between two meanings: what is open becomes a question of the sheet.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import compress, pairwise
from typing import Any

from dashboard.contract.fields import Field
from dashboard.contract.tables import NAMED
from dashboard.contract.tables import tier as tier_field
from dashboard.contract.words import Words
from dashboard.intake.headings import (
    HOUSING,
    LOADABLE,
    field_names,
    heading_key,
    is_remark,
    numbers_columns,
    otherwise,
    texts_of,
    total_word,
    unmerged,
)
from dashboard.intake.messages import message
from dashboard.intake.reading import Cell, Row, Sheet
from dashboard.intake.stated import NUMBERED, month_named, places_of, year_named, year_stated
from dashboard.intake.values import CHOICE_SYNONYMS, is_blank, option_key, tidy

_OF_CARDS = ("community", "governance", "occupancy")
_SEARCHED = 30
_BENEATH = 60  # so many cells under a heading tell what it holds
_LEAST_KNOWN, _LEADING = 2, 8
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


def laid_out(sheet: Sheet, said: Callable[[Sheet], Mapping[str, Any]]) -> list[Sheet]:
    """Lay a sheet out as plain tables, one or several; as it stands where it is one already.

    ``said`` gives what a mapping says of a sheet: that it is read as it stands, or at which row its
    headings are.
    """
    if sheet.is_hidden or said(sheet).get("layout") == AS_IT_STANDS:
        return [sheet]
    if indicators := _indicators(sheet, said):
        return indicators
    sheet = _turned(sheet) or sheet
    card = _card(sheet)
    if card is not None:
        return [card]
    return [_unfolded(block, said(block)) or block for block in _blocks(sheet)]


# What headings may be ---------------------------------------------------------------------


@cache
def _known() -> frozenset[str]:
    """List every heading that leads to a field of any table."""
    return frozenset(key for table in LOADABLE for key in field_names(table.name))


def _is_known(cell: Cell) -> bool:
    return isinstance(cell, str) and bool(cell.strip()) and heading_key(cell) in _known()


_COUNTS = ("occupancy", "monthly_record")


@cache
def _measures() -> Mapping[str, str]:
    """Map every heading of a number that is counted month by month to one that is known."""
    names: dict[str, str] = {}
    for table in reversed(_COUNTS):
        fields = {column.name: column.field for column in NAMED[table].columns}
        for key, name in field_names(table).items():
            if name in fields and fields[name].type in ("integer", "number") and not fields[name].allowed:  # fmt: skip
                names[key] = fields[name].label.zh
    return names


# Tables below or beside each other --------------------------------------------------------


def _blocks(sheet: Sheet) -> list[Sheet]:
    """Split a sheet that holds several tables with headings of their own; cells keep their places."""
    spans = _side_by_side(sheet)
    if len(spans) > 1:
        return [_columns_alone(sheet, first, last, n) for n, (first, last) in enumerate(spans, 1)]
    starts = _stacked(sheet)
    if len(starts) < 2:
        return [sheet]
    ends = [*starts[1:], len(sheet.rows)]
    # What stands above the first table may be meant for all.
    starts = [0, *starts[1:]]
    return [_rows_alone(sheet, first, last, n) for n, (first, last) in enumerate(zip(starts, ends, strict=True), 1)]  # fmt: skip


def _side_by_side(sheet: Sheet) -> list[tuple[int, int]]:
    """Find the spans of columns between empty ones that each have headings of their own."""
    rows = sheet.rows[: _SEARCHED + _BENEATH]
    width = max(map(len, rows), default=0)
    filled = [any(not is_blank(row[c]) for row in rows if c < len(row) and not _is_title(row)) for c in range(width)]  # fmt: skip
    if again := _repeated(rows):
        return again
    if all(filled):
        return []
    spans: list[tuple[int, int]] = []
    for column in range(width):
        if not filled[column]:
            continue
        if spans and spans[-1][1] == column - 1:
            spans[-1] = (spans[-1][0], column)
        else:
            spans.append((column, column))
    for row in rows[:_SEARCHED]:
        keys = [
            [heading_key(str(cell)) for cell in row[a : b + 1] if _is_known(cell)] for a, b in spans
        ]
        named = [
            (span, set(each))
            for span, each in zip(spans, keys, strict=True)
            if len(each) >= _LEAST_KNOWN
        ]
        # Each names what its rows are of; otherwise an empty column merely parts one table.
        if len(named) > 1 and all(one[1] & other[1] for one, other in pairwise(named)):
            return [span for span, _ in named]
    return []


def _repeated(rows: Sequence[Row]) -> list[tuple[int, int]]:
    """Find the spans of columns whose headings are the same, one beside the other."""
    for row in rows[:_SEARCHED]:
        filled = [c for c, cell in enumerate(row) if not is_blank(cell)]
        texts = [heading_key(str(row[c])) for c in filled]
        for parts in (2, 3, 4):
            length, rest = divmod(len(texts), parts)
            chunk = texts[:length]
            if rest or length < _LEAST_KNOWN or chunk * parts != texts or len(set(chunk)) < length:
                continue
            if any(key in _places() for key in chunk) and sum(key in _known() for key in chunk) >= _LEAST_KNOWN:  # fmt: skip
                starts = [filled[n * length] for n in range(parts)]
                return list(zip(starts, [*(s - 1 for s in starts[1:]), filled[-1]], strict=True))
    return []


@cache
def _places() -> frozenset[str]:
    """List the headings that say of which community a row is."""
    wanted = ("community_code", "name_zh")
    return frozenset(key for t in _OF_CARDS for key, f in field_names(t).items() if f in wanted)


def _is_title(row: Row) -> bool:
    return len({str(cell).strip() for cell in row if not is_blank(cell)}) == 1


def _columns_alone(sheet: Sheet, first: int, last: int, number: int) -> Sheet:
    rows = [
        row
        if _is_title(row)
        else [cell if first <= c <= last else None for c, cell in enumerate(row)]
        for row in sheet.rows
    ]
    return _part(sheet, rows, number)


def _rows_alone(sheet: Sheet, first: int, last: int, number: int) -> LaidOut:
    """Cut a table out of those above and below it; the titles of the sheet are of all of them."""

    def within(row: int) -> bool:
        return first <= row < last

    return _part(
        sheet, sheet.rows[first:last], number,
        origin=lambda row, column: (row + first, column),
        merged=[(a - first, b, c - first, d) for a, b, c, d in sheet.merged if within(a) and within(c)],
        failed={(r - first, c): why for (r, c), why in sheet.failed.items() if within(r)},
        hidden_rows={row - first for row in sheet.hidden_rows if within(row)},
        titles=sheet.rows[: next((n for n, row in enumerate(sheet.rows) if row and not _is_title(row)), 0)]
        if first
        else [],
    )  # fmt: skip


def _part(sheet: Sheet, rows: list[Row], number: int, **more: Any) -> LaidOut:
    told = message("layout.block", file=sheet.file, name=sheet.name, number=number)
    return _made_of(sheet, rows, block=number, remarks=[told], **more)


def _made_of(sheet: Sheet, rows: list[Row], **more: Any) -> LaidOut:
    """Make a sheet of the rows of another; cells keep their places unless ``origin`` is given."""
    there = {name: getattr(sheet, name) for name in ("file", "name", "typed", "coordinates", "is_hidden", "block", "folder")}  # fmt: skip
    kept = {name: getattr(sheet, name) for name in ("merged", "failed", "hidden_rows", "hidden_columns")}  # fmt: skip
    if isinstance(sheet, LaidOut):
        kept |= {"remarks": sheet.remarks, "titles": sheet.titles}
    return LaidOut(rows=rows, made_of=sheet, **{**there, **kept, **more})


def _stacked(sheet: Sheet) -> list[int]:
    """Find where tables begin that stand below each other, each with headings unlike those before."""
    starts: list[int] = []
    headings: set[str] = set()
    for number, row in enumerate(sheet.rows):
        if not _may_head(row):
            continue
        months = [str(cell) for cell in row if _month_of(cell)]
        texts = texts_of(row)
        is_across = len(months) > 1 and any(heading_key(text) in _places() for text in texts)
        if starts and not is_across and not _follows_a_gap(sheet, number):
            continue
        known = [heading_key(text) for text in texts if heading_key(text) in _known()]
        known += months if is_across else []
        if len(known) < 3 or 2 * len(known) <= len([c for c in row if not is_blank(c)]):
            continue
        new = set(known) - headings
        has_title = is_across and _is_title(sheet.rows[number - 1])
        if starts and len(new) < 2 and not has_title:
            continue  # the same headings again
        first = number
        while starts and first and _is_title(sheet.rows[first - 1]):
            first -= 1
        starts.append(first)
        headings = set(known)
        if len(starts) == 1 and number > _SEARCHED:
            return []
    return starts


def _may_head(row: Row) -> bool:
    """Tell quickly whether a row may hold headings: no numbers but months, and a known text at its start."""
    if any(cell.__class__ in (int, float) and not 190001 <= cell <= 210012 for cell in row):
        return False
    return any(cell.__class__ is str and _is_known_text(cell) for cell in row[:_LEADING])


@lru_cache(maxsize=100_000)
def _is_known_text(text: str) -> bool:
    return len(text) < 60 and heading_key(text) in _known()


def _follows_a_gap(sheet: Sheet, number: int) -> bool:
    """Tell whether a row stands below an empty one, perhaps with titles between."""
    above = number - 1
    while above > 0 and _is_title(sheet.rows[above]):
        above -= 1
    return above < 0 or all(is_blank(cell) for cell in sheet.rows[above])


# Tables on their side ---------------------------------------------------------------------

_MOST_ACROSS = 702


def _turned(sheet: Sheet) -> LaidOut | None:
    """Turn a sheet whose headings stand in a column and whose rows stand across; None for any other."""
    if not 3 <= len(sheet.rows) <= 60:
        return None
    rows = unmerged(sheet)
    best = max((sum(map(_is_known, row)) for row in rows), default=0)
    for column in range(3):
        labels = [n for n, row in enumerate(rows) if column < len(row) and _is_known(row[column])]
        names = {heading_key(str(rows[n][column])) for n in labels}
        if len(names) < 3 or len(names) <= best or not names & _places():
            continue
        first, last = labels[0], labels[-1]
        width = max(len(row) for row in sheet.rows[first : last + 1])
        across = [c for c in range(width) if any(c < len(row) and not is_blank(row[c]) for row in sheet.rows[first : last + 1])]  # fmt: skip
        across = [c for c in across if c >= column]
        others = [row[c] for row in rows[first : last + 1] for c in across[1:] if c < len(row)]
        if len(across) < 3 or width > _MOST_ACROSS or any(map(_is_known, others)):
            continue
        return _turn(sheet, first, last, across)
    return None


def _turn(sheet: Sheet, first: int, last: int, across: Sequence[int]) -> LaidOut:
    titles = [list(row) for row in sheet.rows[:first]]
    lines = [
        [row[c] if c < len(row) else None for row in sheet.rows[first : last + 1]] for c in across
    ]
    at = {c: n for n, c in enumerate(across)}

    def origin(row: int, column: int) -> tuple[int, int]:
        if row < first or row - first >= len(across):
            return row, column
        return first + column, across[row - first]

    merged = [
        (first + at[left], top - first, first + max(at[c] for c in across if c <= right), bottom - first)
        for top, left, bottom, right in sheet.merged
        if first <= top and bottom <= last and left in at
    ]  # fmt: skip
    failed = {(first + at[c], r - first): why for (r, c), why in sheet.failed.items() if c in at and first <= r <= last}  # fmt: skip
    told = message("layout.turned", file=sheet.file, name=sheet.name, count=len(across) - 1)
    return _made_of(
        sheet, [*titles, *lines], origin=origin, merged=merged, failed=failed,
        remarks=[*_kept(sheet), told, *_hidden_told(sheet, set(across))], hidden_rows=set(),
        hidden_columns={row - first for row in sheet.hidden_rows if first <= row <= last},
    )  # fmt: skip


# Indicators down --------------------------------------------------------------------------

_MOST_INDICATORS = 200
_UNIT_HEADINGS = frozenset(("单位", "计量单位", "计数单位", "unit"))
# What may head the columns of a table of indicators, and is a heading of other tables too.
_BESIDE = _UNIT_HEADINGS | {"项目", "项目名称", "指标名称", "数量", "人数", "人次", "计数", "类别"}
_INDICATORS = re.compile(r".*(?:指标|项目|内容|类别|事项).*|名称|indicators?|items?|")
_DITTO = frozenset(("〃", "′′", "''", '"', "同上"))
_OF_NO_NUMBERS = re.compile(r"(?:指标)?(?:代码|编号|序号|行次)|备注|说明|.*(?:占比|比例|率|%)")
_OF_ROWS = ("community_code", "month")
# What heads the month's own number, and nothing else.
_OF_THE_MONTH = re.compile(
    r"(?:本|当|报告)?(?:月|期)?(?:末|底)?(?:实际|实有)?(?:数|数量|数值|数据|填报数|合计|总计|人数|套数)?"
    r"|(?:this|current)month|numbers?|values?"
)


def _indicators(sheet: Sheet, said: Callable[[Sheet], Mapping[str, Any]]) -> list[Sheet]:
    """Turn a sheet whose headings stand in a column of indicators, its communities not in a row, or each
    of several such tables below each other; [] for any other."""
    if len(sheet.rows) > _MOST_INDICATORS:
        return []
    rows = unmerged(sheet)
    for column in range(3):
        labels = [n for n, row in enumerate(sheet.rows) if _indicator(row, column)]
        head = _head_of_indicators(rows, labels[0], column) if len(labels) >= 3 else None
        if head is None:
            continue
        down = [row[column] for row in sheet.rows[labels[0] :] if column < len(row)]
        # A title may name the community in the cell beside; several beside are of a table on its side.
        above = [row[column] for row in sheet.rows[:head] if column < len(row) and len(texts_of(row)) > 2]  # fmt: skip
        if any(map(_says_of_rows, (*above, *rows[head], *down))) or not _heads_indicators(rows[head], column):  # fmt: skip
            continue
        if sum(_is_known(cell) and heading_key(cell) not in _BESIDE for cell in rows[head]) > 1:
            continue
        texts = texts_of(sheet.rows[head])
        if again := [n for n in range(labels[0], len(sheet.rows)) if texts_of(sheet.rows[n]) == texts]:  # fmt: skip
            return [each for part in _cut(sheet, [head, *again]) for each in laid_out(part, said)]
        heads = _heads_across(sheet, _headings_between(rows[head : labels[0]]), labels[0], column)
        units = [c for c, texts in heads.items() if heading_key("".join(texts)) in _UNIT_HEADINGS]
        across = {
            c: texts
            for c, texts in heads.items()
            if c not in units and _holds_numbers(sheet, labels, c, texts)
        }
        if across and len(units) < 2:
            months = [_month_of(rows[head][c] if len(texts) == 1 else "".join(texts)) for c, texts in across.items()]  # fmt: skip
            return [_turn_indicators(sheet, head, labels[0], column, units, across, months, said(sheet))]  # fmt: skip
    return []


def _cut(sheet: Sheet, heads: Sequence[int]) -> list[LaidOut]:
    """Cut a sheet above the titles of each of its headings."""
    starts = [0]
    for head in heads[1:]:
        while head > starts[-1] + 1 and _may_title(sheet.rows[head - 1]):
            head -= 1
        starts.append(head)
    ends = [*starts[1:], len(sheet.rows)]
    parts = [_rows_alone(sheet, first, last, n) for n, (first, last) in enumerate(zip(starts, ends, strict=True), 1)]  # fmt: skip
    for part, start, head in zip(parts, starts, heads, strict=True):
        if head - start >= heads[0]:  # it has as many titles of its own
            part.titles = []
    return parts


def _may_title(row: Row) -> bool:
    """Tell whether a row may stand above a table, rather than below the one before it."""
    texts = texts_of(row)
    says_who = any(re.match("(?:填报|报送|上报)单位", text) for text in texts)
    return bool(texts) and not any(map(is_number, row)) and (says_who or not is_remark(row))


def _heads_across(
    sheet: Sheet, headings: Sequence[Sequence[Cell]], first: int, column: int
) -> dict[int, list[str]]:
    """Give the headings of the columns beside indicators, those of numbers even without any."""
    width = max(map(len, sheet.rows))
    heads = {c: _column_texts(headings, c)[0] for c in range(column + 1, width)}
    return {
        c: texts
        for c, texts in heads.items()
        if texts or any(is_number(row[c]) for row in sheet.rows[first:] if c < len(row))
    }


def _indicator(row: Row, column: int) -> str | None:
    """Give the key of the heading of housing that a cell is, where something stands beside it."""
    cell = row[column] if column < len(row) else None
    if not isinstance(cell, str) or all(map(is_blank, row[column + 1 :])):
        return None
    key = heading_key(_unnumbered(cell))
    return key if field_names("occupancy").get(key) in HOUSING else None


def _unnumbered(text: str) -> str:
    return NUMBERED.sub("", tidy(text)).strip()


def _says_of_rows(cell: Cell) -> bool:
    """Tell whether a cell heads what names a row's community, town or month, so that rows are of those."""
    key = heading_key(cell) if isinstance(cell, str) else ""
    return field_names("occupancy").get(key) in _OF_ROWS and key not in ("项目", "项目名称")


def _heads_indicators(row: Sequence[Cell], column: int) -> bool:
    """Tell whether a row heads indicators, rather than says something of a community as a card does."""
    key = heading_key(str(row[column] or "")) if column < len(row) else ""
    is_said = any(key in field_names(table) for table in _OF_CARDS)
    return bool(_INDICATORS.fullmatch(key)) and (key in _BESIDE or not is_said)


def _head_of_indicators(rows: Sequence[Sequence[Cell]], first: int, column: int) -> int | None:
    """Find the first row of the headings above a column of indicators."""
    if first >= len(rows):
        return None
    head = first - 1
    while head >= 0 and (len(set(texts_of(rows[head]))) < 2 or numbers_columns(rows[head])):
        head -= 1
    if head < 0:
        return None
    label = rows[head][column] if column < len(rows[head]) else None
    while head > 0 and not is_blank(label) and rows[head - 1][column : column + 1] == [label]:
        head -= 1
    return head


def _headings_between(rows: Sequence[Sequence[Cell]]) -> list[Sequence[Cell]]:
    return [row for row in rows if not numbers_columns(row) and not _is_title(list(row))]


def _holds_numbers(sheet: Sheet, labels: Sequence[int], column: int, texts: Sequence[str]) -> bool:
    """Tell whether a column holds numbers that may be the month's own, by what heads it."""
    if any(map(otherwise, texts)) or _OF_NO_NUMBERS.fullmatch(heading_key("".join(texts))):
        return False
    if texts and _is_of_the_month(texts):
        return True
    return any(column < len(row) and is_number(row[column]) for row in (sheet.rows[n] for n in labels))  # fmt: skip


def _is_of_the_month(texts: Sequence[str]) -> bool:
    return all(_OF_THE_MONTH.fullmatch(heading_key(text)) for text in texts)


def _turn_indicators(
    sheet: Sheet, head: int, first: int, column: int, units: Sequence[int],
    across: Mapping[int, Sequence[str]], months: Sequence[tuple[int | None, int] | None],
    said: Mapping[str, Any],
) -> LaidOut:  # fmt: skip
    """Turn a column of indicators: units become part of the headings, what heads the numbers a month, a
    tier, or a community."""
    texts = ["".join(each) for each in across.values()]
    if any(months):  # what adds months up is none of them
        kept = [not _is_total(text) for text in texts]
        across = {c: across[c] for c, is_kept in zip(across, kept, strict=True) if is_kept}
        texts, months = list(compress(texts, kept)), list(compress(months, kept))
    cells: list[Cell] = list(texts)
    name, lacks_year, headed = INDICATOR_HEADING, False, tuple[str, ...]()
    if all(months):
        name = MONTH_HEADING
        cells = _months_written([month for month in months if month], sheet, head, said)
        lacks_year = None in cells
    elif _are_tiers(texts):
        name = TIER_HEADING
    elif len(texts) > 1 or not _is_of_the_month(next(iter(across.values()))):
        headed = tuple(texts)
    else:
        cells = [None]
    rows: list[Row] = [_as_title(row) if n < head else list(row) for n, row in enumerate(sheet.rows)]  # fmt: skip
    rows[head:first] = [[] for _ in range(head, first)]
    rows[head] = [None] * (max(across) + 1)
    rows[head][column] = name
    for c, cell in zip(across, cells, strict=True):
        rows[head][c] = cell
    last, unit = head, ""
    for number in range(first, len(rows)):
        row = rows[number]
        label = row[column] if column < len(row) else None
        is_counted = any(is_number(row[c]) for c in across if c < len(row))
        if is_blank(label) or not (is_counted or _indicator(row, column)):
            rows[number] = []
            continue
        said_unit = tidy(str(row[units[0]] or "")).strip("() ") if units and units[0] < len(row) else ""  # fmt: skip
        unit = unit if said_unit in _DITTO else said_unit
        rows[number] = list(row)
        rows[number][column] = _unnumbered(str(label)) + (f"（{unit}）" if unit else "")
        last = number
    plain = _made_of(sheet, rows, merged=[area for area in sheet.merged if area[0] >= first])
    turned = _turn(plain, head, last, [column, *across])
    turned.is_of_one, turned.headed, turned.lacks_year = not headed, headed, lacks_year
    return turned


def _as_title(row: Row) -> Row:
    """Join the texts of a row, so that 社区名称 and what stands beside it are no headings."""
    return [" ".join(texts_of(row)), *(c for c in row if not isinstance(c, str) and not is_blank(c))]  # fmt: skip


def _are_tiers(texts: Sequence[str]) -> bool:
    """Tell whether headings are several tiers, and perhaps their total."""
    tiers = [_tier_of(text) for text in texts if not _is_total(text)]
    return len(set(tiers)) > 1 and all(split is not None and not split[1] for split in tiers)


def _months_written(
    months: Sequence[tuple[int | None, int]], sheet: Sheet, head: int, said: Mapping[str, Any]
) -> list[Cell]:
    bare = [number for year, number in months if year is None]
    stated = said.get("year") or (year_stated(places_of(sheet, head)) if bare == sorted(bare) else None)  # fmt: skip
    years = [year or (stated + _turns(bare, number) if stated else None) for year, number in months]
    return [
        f"{year}-{number:02d}" if year else None
        for year, (_, number) in zip(years, months, strict=True)
    ]


def _turns(months: Sequence[int], number: int) -> int:
    """Count how often months headed without a year have run into the next one up to a month."""
    before = months[: months.index(number) + 1]
    return sum(later < earlier for earlier, later in pairwise(before))


def _is_total(text: str) -> bool:
    return bool(total_word([text]))


# Cards ------------------------------------------------------------------------------------


def _card(sheet: Sheet) -> LaidOut | None:
    """Lay out a card, or cards below each other, whose values stand beside their labels."""
    if len(sheet.rows) > 400:
        return None
    known = {key for table in _OF_CARDS for key in field_names(table)}
    pairs: list[tuple[str, Cell, int, int]] = []
    lone = extra = 0
    for number, row in enumerate(sheet.rows):
        cells = [(c, cell) for c, cell in enumerate(row) if not is_blank(cell)]
        after = {c: following for (c, _), following in pairwise(cells)}
        for column, cell in cells:
            if not isinstance(cell, str) or heading_key(cell) not in known:
                continue
            beside = after.get(column)
            if beside is None or (isinstance(beside[1], str) and heading_key(beside[1]) in known):
                lone += 1
            else:
                pairs.append((tidy(cell), beside[1], number, beside[0]))
                beyond = after.get(beside[0])
                extra += beyond is not None and not isinstance(beyond[1], str)
    labels = list(dict.fromkeys(label for label, *_ in pairs))
    if (
        len(labels) < 4
        or max(lone, extra) > len(labels) // 3
        or len({row for *_, row, _ in pairs}) < 3
    ):
        return None
    if not any(field_names("community").get(heading_key(label)) == "name_zh" for label in labels):
        return None
    records: list[dict[str, tuple[Cell, int, int]]] = [{}]
    for label, value, line, at in pairs:
        if label in records[-1]:
            records.append({})
        records[-1][label] = (value, line, at)
    lines = [[each[n][0] if n in each else None for n in labels] for each in records]
    titles = [row for row in sheet.rows[: pairs[0][2]] if _is_title(row)]
    rows: list[Row] = [*titles, list(labels), *lines]
    first = len(titles) + 1

    def origin(row: int, column: int) -> tuple[int, int]:
        where = records[row - first].get(labels[column]) if 0 <= row - first < len(records) and column < len(labels) else None  # fmt: skip
        return where[1:] if where else (pairs[0][2], 0)

    told = message("layout.card", file=sheet.file, name=sheet.name, count=len(records))
    return _made_of(
        sheet, rows, origin=origin, remarks=[told],
        merged=[], failed={}, hidden_rows=set(), hidden_columns=set(),
    )  # fmt: skip


# Months and tiers side by side ------------------------------------------------------------

_TIER_WORDS = {**{option_key(words.zh): code for code, words in tier_field.allowed.items()}}
_UNITS = {"套": "flat", "间": "room", "床": "bed", "床位": "bed", "张": "bed"}
_COUNTED_IN = re.compile(r"(?P<what>.*?)(?P<unit>床位|套|间|床|张)(?:数量?|位数)?")
# What a number of dwellings is called where its tier says the rest.
_PLAIN = frozenset(("", "总", "总数", "数量", "房源", "房源总", "房源数", "房源数量", "总量", "总房源", "合计", "小计", "房屋", "住房", "总计"))  # fmt: skip
_SUMS = frozenset(("总", "总数", "总量", "总计", "合计", "小计", "数量"))
# What stands from month to month, unlike what is let or who moves.
_STANDING = ("dwelling_count", "supply_count", "available_count", "capacity_count")
_RECORDS = NAMED["monthly_record"].column("record_count").field.label.zh
_DWELLINGS = NAMED["occupancy"].column("dwelling_count").field.label.zh
_BEDS = NAMED["occupancy"].column("supply_count").field.label.zh


@dataclass(frozen=True)
class _Heading:
    """Say what a column's headings name: a month, an option such as a tier, and a number."""

    month: tuple[int | None, int] | None = None
    option: tuple[str, str] | None = None
    measure: str = ""
    texts: tuple[str, ...] = ()
    all_texts: tuple[str, ...] = ()
    # Whether the option stands lowest, so that it is what the numbers beneath are counted in.
    is_unit: bool = False

    @property
    def key(self) -> tuple[Any, ...]:
        return self.month, self.option

    @property
    def is_across(self) -> bool:
        return bool(self.month or self.option)


def _heading(texts: Sequence[str], cells: Sequence[Cell]) -> _Heading:
    """Read the headings of one column, from above."""
    month: tuple[int | None, int] | None = None
    year: int | None = None
    option, left, is_unit = None, [], False
    is_case = any("个案" in text for text in texts)
    for text, cell in zip(texts, cells, strict=True):
        if named := _month_split(cell):
            month, text = named
            if not text:
                continue
        elif (named_year := year_named(cell)) is not None:
            year = named_year
            continue
        if option is None and (split := _option_of(text, is_case=is_case)):
            option, rest = split
            left += [rest] if rest else []
            is_unit = True
        else:
            left.append(text)
            is_unit = False
    if month and month[0] is None and year:
        month = year, month[1]
    if option and option[0] == "record_kind":
        left = []  # what stands above only groups them
    return _Heading(month, option, "".join(dict.fromkeys(left)), tuple(left), tuple(texts), is_unit)


def _month_of(cell: Cell) -> tuple[int | None, int] | None:
    """Read the month that a heading names, alone or before what is counted."""
    split = _month_split(cell)
    return split[0] if split else None


_MONTH_FIRST = re.compile(r"((?:(?:19|20)\d{2}年)?(?:1[0-2]|0?[1-9])月(?:份|末|底)?)的?(\D+)")


def _month_split(cell: Cell) -> tuple[tuple[int | None, int], str] | None:
    """Read a heading that is a month's own, and what is counted behind it: 10月, 10月已出租.

    10月（预计）and 9月（累计）are of something else.
    """
    if isinstance(cell, str) and otherwise(tidy(cell)):
        return None
    if month := month_named(cell):
        return month, ""
    match = _MONTH_FIRST.fullmatch(tidy(cell)) if isinstance(cell, str) else None
    if match is None or not (_measure_named(match[2]) or _option_of(match[2])):
        return None
    month = month_named(match[1])
    return (month, match[2]) if month else None


# Fields whose options may stand side by side as headings, and the table each is of.
_ACROSS = {
    "tier": "occupancy",
    "record_kind": "monthly_record",
    "organisation_kind": "organisation",
}


@cache
def _options() -> Mapping[str, tuple[str, str]]:
    """Map what the options of those fields are called to each field and option."""
    return {
        option_key(name): (field, code)
        for field, table in _ACROSS.items()
        if field != "tier"
        for code, words in NAMED[table].column(field).field.allowed.items()
        for name in (words.zh, words.en, *_also_called(field, code))
    }


def _also_called(field: str, code: str) -> list[str]:
    return [name for name, to in CHOICE_SYNONYMS.get(field, {}).items() if to == code]


def _option_of(text: str, *, is_case: bool = False) -> tuple[tuple[str, str], str] | None:
    """Find the option that a heading names, and what else it says."""
    names = (text, f"个案·{text}") if is_case else (text,)
    for name in names:
        if found := _options().get(option_key(_bare(name))):
            return found, ""
    split = _tier_of(text)
    return (("tier", split[0]), split[1]) if split else None


def _bare(text: str) -> str:
    return re.sub(r"[(（].*?[)）]$", "", text)


def _tier_of(text: str) -> tuple[str, str] | None:
    """Find the tier that a heading names, and what else it says; 套数 is of flats, 已租间数 of rooms."""
    key = option_key(text)
    if key in _TIER_WORDS:
        return _TIER_WORDS[key], ""
    bracketed = re.fullmatch(r"(.+?)[(（](套|间|床|床位|张)[)）]", text)
    if bracketed:
        return _UNITS[bracketed[2]], bracketed[1]
    for words, code in _TIER_WORDS.items():
        if words and words in key:
            return code, key.replace(words, "")
    match = _COUNTED_IN.fullmatch(key)
    if match is None:
        return None
    what, tier = match["what"], _UNITS[match["unit"]]
    if what in _PLAIN:
        return tier, ""
    return (tier, what) if _measure_named(what) else None


def _measure_named(text: str) -> str | None:
    """Find the number that a heading names, by a heading that is known."""
    key = heading_key(text)
    if len(key) < 2:
        return None  # 人 alone is a unit
    if key in _PLAIN:
        return _DWELLINGS
    names = _measures()
    return next(
        (names[each] for each in (key, f"{key}数", key.removesuffix("数")) if each in names), None
    )


def _unfolded(sheet: Sheet, said: Mapping[str, Any]) -> LaidOut | None:
    """Put months and tiers that stand side by side below each other; None where none do."""
    rows = unmerged(sheet)
    found = _headings_across(sheet, rows)
    if found is None:
        return None
    first, last, headings = found
    # What stands beside them is left out where it is recognised: it may still mark a total.
    headings = {c: h for c, h in headings.items() if not (h.is_across and _is_left_out(h, said))}
    # A plan, last month's or cumulated numbers beside the month's own are not read.
    otherwise_headed = {c for c, h in headings.items() if h.is_across and any(map(otherwise, h.all_texts))}  # fmt: skip
    headings = {c: h for c, h in headings.items() if c not in otherwise_headed}
    across = [c for c, heading in headings.items() if heading.is_across]
    fields = [option[0] for c in across if (option := headings[c].option)]
    of_field = fields[0] if fields else None
    across = [c for c in across if (headings[c].option or (of_field,))[0] == of_field]
    by_month = any(headings[c].month for c in across)
    by_tier = any((headings[c].option or ("",))[0] == "tier" for c in across)
    titles = places_of(sheet, first)
    bare = list(dict.fromkeys(h.month[1] for c in across if (h := headings[c]).month and h.month[0] is None))  # fmt: skip
    year = said.get("year") or year_stated(titles)
    if bare != sorted(bare):
        year = said.get("year")  # they run over the end of a year
    lacks_year = by_month and not year and any(h.month and h.month[0] is None for h in headings.values())  # fmt: skip
    keys = list(dict.fromkeys(headings[c].key for c in across))
    label = _measure_of_title(titles, said)
    usual = {"tier": _DWELLINGS, "record_kind": _RECORDS}.get(of_field or "", label)
    if of_field == "tier" and label != NUMBER_HEADING:
        usual = label
    measure_of = {
        c: _said_measure(headings[c], said)
        or _of_beds(headings[c], _counted(headings[c]) or headings[c].measure or usual)
        for c in across
    }
    counted = Counter((headings[c].key, name) for c, name in measure_of.items())
    for column, name in measure_of.items():
        if counted[headings[column].key, name] > 1:  # which of them is meant, nobody has said
            measure_of[column] = headings[column].measure or name
    if len({(headings[c].key, measure_of[c]) for c in across}) < len(across) or not across:
        return None  # which of two columns is meant is asked of the sheet as it stands
    lacks_measure = usual == NUMBER_HEADING and any(not headings[c].measure for c in across)
    measures = list(dict.fromkeys(measure_of.values()))
    fixed = [c for c in headings if c not in across]
    loose = [c for c in fixed if _counted(headings[c])] if by_tier else []
    fixed = [c for c in fixed if c not in loose]
    for column in loose:
        name = _counted(headings[column]) or ""
        measures.append(name)
        measure_of[column] = name
    keys, of_all = _without_month(keys, {c: (headings[c].key, measure_of[c]) for c in across})
    layout = _Layout(
        keys=tuple(keys), by_month=by_month, of_field=of_field, year=year, fixed=tuple(fixed),
        measures=tuple(measures),
        columns={k: {measure_of[c]: c for c in across if headings[c].key == k} for k in keys},
        of_all=of_all,
        of_loose={measure_of[c]: c for c in loose},
    )  # fmt: skip
    return _spread(
        sheet, rows, first, last, layout, lacks_year=lacks_year, lacks_measure=lacks_measure
    )


def _without_month(
    keys: Sequence[tuple[Any, ...]], counted: Mapping[int, tuple[tuple[Any, ...], str]]
) -> tuple[list[tuple[Any, ...]], dict[tuple[Any, ...], dict[str, int]]]:
    """Let dwellings of a tier that stand beside months be those of each month that does not say its own."""
    with_months = [key for key in keys if key[0]]
    loose = {c: (key[1], name) for c, (key, name) in counted.items() if not key[0]}
    names = {NAMED["occupancy"].column(name).field.label.zh for name in _STANDING}
    if not with_months or not loose or not all(name in names for _, name in loose.values()):
        return list(keys), {}
    return with_months, {
        key: {name: c for c, (option, name) in loose.items() if option == key[1]}
        for key in with_months
    }


def _of_beds(heading: _Heading, name: str) -> str:
    """Name what numbers count that are counted in beds: of beds what is supplied, since dwellings of that
    tier are the rooms they stand in."""
    is_in_beds = heading.is_unit or not heading.measure
    return (
        _BEDS if name == _DWELLINGS and is_in_beds and heading.option == ("tier", "bed") else name
    )


def _said_measure(heading: _Heading, said: Mapping[str, Any]) -> str | None:
    """Give what a mapping says that a column's heading is, beyond what that is called anyway."""
    labels = {c.name: c.field.label.zh for t in _COUNTS for c in NAMED[t].columns}
    named = [(text, labels.get(said.get("columns", {}).get(text))) for text in heading.all_texts]
    return next((label for text, label in named if label and label != text), None)


def _is_left_out(heading: _Heading, said: Mapping[str, Any]) -> bool:
    """Tell whether a mapping says that a column is not read."""
    return any(said.get("columns", {}).get(text) == "" for text in heading.all_texts)


def _counted(heading: _Heading) -> str | None:
    """Name the number that a column counts by its headings, the lowest first; None where none is known.

    A plan, a part or another year's number is not that number; 小计 says only that it is all of it.
    """
    if any(map(otherwise, heading.texts)):
        return None
    sums = [text for text in heading.texts if heading_key(text) in _SUMS]
    texts = [text for text in reversed(heading.texts) if text not in sums]
    named = map(_measure_named, (heading.measure, *texts, *sums))
    return next(filter(None, named), None)


@dataclass(frozen=True)
class _Layout:
    """Say which columns stand side by side for which months and tiers, and which for all."""

    keys: tuple[tuple[Any, ...], ...]
    by_month: bool
    of_field: str | None
    year: int | None
    fixed: tuple[int, ...]
    measures: tuple[str, ...]
    columns: Mapping[tuple[Any, ...], Mapping[str, int]]
    # Dwellings of a tier that stand beside the months, and so are those of each.
    of_all: Mapping[tuple[Any, ...], Mapping[str, int]]
    of_loose: Mapping[str, int]

    def names(self, key: tuple[Any, ...]) -> list[Cell]:
        """Write a group's month and tier."""
        month, option = key
        named: list[Cell] = []
        if self.by_month:
            year = (month[0] or self._year_of(month[1])) if month else None
            named.append(f"{year}-{month[1]:02d}" if month and year else None)
        if self.of_field:
            named.append(self.option(option[1]).zh if option else None)
        return named

    def _year_of(self, number: int) -> int | None:
        """Give the year of a month that is headed without one: a row of months may run into the next."""
        bare = list(dict.fromkeys(key[0][1] for key in self.keys if key[0] and key[0][0] is None))
        return self.year + _turns(bare, number) if self.year else None

    def option(self, code: str) -> Words:
        return self.declared.allowed[code]

    @property
    def declared(self) -> Field:
        """The field whose options stand side by side."""
        assert self.of_field is not None
        return NAMED[_ACROSS[self.of_field]].column(self.of_field).field


def _headings_across(
    sheet: Sheet, rows: Sequence[Sequence[Cell]]
) -> tuple[int, int, dict[int, _Heading]] | None:
    """Find the rows of headings under which months or tiers stand side by side."""
    for number, row in enumerate(rows[:_SEARCHED]):
        months = {c: month for c, cell in enumerate(row) if (month := _month_of(cell))}
        options = {c: split[0] for c, cell in enumerate(row) if isinstance(cell, str) and (split := _option_of(tidy(cell)))}  # fmt: skip
        for named in (months, options):
            if len(set(named.values())) < 2 or not _are_headings(sheet, number, list(named)):
                continue
            first, last = _band(sheet, rows, number, list(named))
            headings = {
                c: _heading(*texts)
                for c in range(max(len(row) for row in rows[first : last + 1]))
                if (texts := _column_texts(rows[first : last + 1], c))[0]
            }
            if _tells_apart(headings):
                return first, last, headings
    return None


def _tells_apart(headings: Mapping[int, _Heading]) -> bool:
    """Tell whether months and tiers stand for one number each, and some column says of what place."""
    seen = [(h.key, h.measure) for h in headings.values() if h.is_across]
    names = {heading_key(text) for h in headings.values() for text in h.texts if not h.is_across}
    of_places = bool(names & _places())
    return len(seen) == len(set(seen)) and len({key for key, _ in seen}) > 1 and of_places


def _column_texts(rows: Sequence[Sequence[Cell]], column: int) -> tuple[list[str], list[Cell]]:
    """List the texts over one column, each once, and the cells they stand in."""
    cells = [row[column] for row in rows if column < len(row) and not is_blank(row[column])]
    once = list(dict.fromkeys(cells))
    return [tidy(str(cell)) for cell in once], once


def _are_headings(sheet: Sheet, number: int, columns: Sequence[int]) -> bool:
    """Tell whether numbers, or headings that are known, stand beneath these cells, so that they are
    headings and no values."""
    below = sheet.rows[number + 1] if number + 1 < len(sheet.rows) else []
    known = [_is_known(cell) for cell in below if not is_blank(cell)]
    if len(known) > 1 and all(known):
        return True
    counted = other = 0
    for place, row in enumerate(sheet.rows[number + 1 : number + 1 + _BENEATH]):
        for column in columns:
            cell = row[column] if column < len(row) else None
            if is_blank(cell):
                continue
            if is_number(cell):
                counted += 1
            elif place > 1 and cell != sheet.rows[number][column]:
                other += 1
    return counted > 0 and other * 5 <= counted


def is_number(cell: Cell) -> bool:
    if isinstance(cell, str):
        return bool(re.fullmatch(r"[约近]?\d[\d,]*(?:\.\d+)?[%余多人套间张床户]*", tidy(cell)))
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def _band(
    sheet: Sheet, rows: Sequence[Sequence[Cell]], number: int, columns: Sequence[int]
) -> tuple[int, int]:
    """Give the first and the last of the rows of headings around one of them."""
    first = last = number
    while first and number - first < 2 and len(set(texts_of(rows[first - 1]))) > 1:
        first -= 1
    for below in range(number + 1, min(number + 3, len(rows))):
        cells = [rows[below][c] for c in columns if c < len(rows[below])]
        filled = [cell for cell in cells if not is_blank(cell)]
        if not filled or not all(isinstance(cell, str) or month_named(cell) for cell in filled):
            break
        if any(re.search(r"\d", str(cell)) and not month_named(cell) for cell in filled):
            break
        last = below
    return first, last


def _measure_of_title(places: Sequence[Any], said: Mapping[str, Any]) -> str:
    """Name the number that months stand side by side for: what the mapping or the title says it is."""
    if isinstance(name := said.get("measure"), str) and name:
        labels = {c.name: c.field.label.zh for t in _COUNTS for c in NAMED[t].columns}
        return labels.get(name, name)
    for place in places:
        keys = [heading_key(text) for text in place.texts]
        found = {
            label: len(name)
            for name, label in _measures().items()
            # Two letters, as in 入住情况, may speak of anything.
            if name in keys or (len(name) > 2 and any(_speaks_of(key, name) for key in keys))
        }
        longest = [label for label, length in found.items() if length == max(found.values())]
        if len(longest) == 1:
            return longest[0]
    return NUMBER_HEADING


# What may stand before a number in a title and leave it the same: 各社区入住人数, but not 可入住人数.
_BEFORE = re.compile(
    r"(?:^|[^\u4e00-\u9fff]|[区镇道月度份各的]|(?<![青少成中老])年|社区|项目|小区|公寓|宿舍|之家|家园|房源|住房|实际|本期|当前|逐月|及|和|与)$"
)
_AFTER = re.compile(r"率|占|比|增|变|同|环|差|目标|计划|预")


def _speaks_of(title: str, name: str) -> bool:
    """Tell whether a title speaks of a number, rather than of a part, a plan or a change of it."""
    before, found, after = title.partition(name)
    is_own = bool(_BEFORE.search(before)) and not _AFTER.match(after)
    return bool(found) and is_own and not otherwise(title)


def _spread(
    sheet: Sheet, rows: Sequence[Sequence[Cell]], first: int, last: int, layout: _Layout,
    *, lacks_year: bool, lacks_measure: bool,
) -> LaidOut:  # fmt: skip
    """Write each row once for each month and tier that it has numbers of."""
    across = {c for columns in layout.columns.values() for c in columns.values()}
    named = [
        *([MONTH_HEADING] if layout.by_month else []),
        *([layout.declared.label.zh] if layout.of_field else []),
    ]
    width = len(layout.fixed) + len(named) + len(layout.measures)
    made: list[Row] = [list(row) for row in sheet.rows[:first]]
    where: list[int] = list(range(first))
    groups: list[int] = [0] * first
    for row in range(first, last + 1):
        fixed = [rows[row][c] if c < len(rows[row]) else None for c in layout.fixed]
        if row > first:  # what stands merged over several rows of headings is one of them
            above = rows[row - 1]
            fixed = [
                None if c < len(above) and cell == above[c] else cell
                for c, cell in zip(layout.fixed, fixed, strict=True)
            ]
        more: list[Cell] = (
            [*named, *layout.measures] if row == first else [None] * (width - len(fixed))
        )
        made.append([*fixed, *more])
        where.append(row)
        groups.append(0)
    for number in range(last + 1, len(sheet.rows)):
        for group, line in _lines(sheet.rows[number], layout):
            made.append(line)
            where.append(number)
            groups.append(group)
    columns = [
        [*layout.fixed, *([_first(layout, key)] * len(named)), *(_source(layout, key, m) for m in layout.measures)]
        for key in layout.keys
    ]  # fmt: skip
    columns.append(
        [*layout.fixed, *([0] * len(named)), *(layout.of_loose.get(m, 0) for m in layout.measures)]
    )

    def origin(row: int, column: int) -> tuple[int, int]:
        source = where[row] if row < len(where) else row
        of_group = columns[groups[row] if row < len(groups) else 0]
        return source, (of_group[column] if first <= row and column < len(of_group) else column)

    return _made_of(
        sheet, made, origin=origin, groups=groups, remarks=[*_kept(sheet), _unfolding_told(sheet, layout), *_hidden_told(sheet, across)],
        merged=_merged_anew(sheet, layout, where, last, groups, columns), failed=_failed_anew(sheet, where, groups, columns),
        hidden_rows={n for n, row in enumerate(where) if row in sheet.hidden_rows},
        hidden_columns={n for n, c in enumerate(layout.fixed) if c in sheet.hidden_columns},
        lacks_year=lacks_year, lacks_measure=lacks_measure,
        shared=frozenset(len(layout.fixed) + len(named) + layout.measures.index(m) for m in layout.of_loose),
    )  # fmt: skip


def _hidden_told(sheet: Sheet, across: set[int]) -> list[Words]:
    """Say which of the columns that stand side by side are not shown."""
    hidden = sorted(across & sheet.hidden_columns)
    if not hidden:
        return []
    letters = "、".join(sheet.cell(0, column)[:-1] for column in hidden)
    return [message("sheet.hidden_across", title=f"{sheet.file} {sheet.name}", columns=letters)]


def _kept(sheet: Sheet) -> list[Words]:
    return sheet.remarks if isinstance(sheet, LaidOut) else []


def _first(layout: _Layout, key: tuple[Any, ...]) -> int:
    return min(layout.columns[key].values())


def _source(layout: _Layout, key: tuple[Any, ...], measure: str) -> int:
    """Give the column that a number of a group stands in."""
    own = {**layout.of_loose, **layout.of_all.get(key, {}), **layout.columns[key]}
    return own.get(measure, _first(layout, key))


def _lines(row: Row, layout: _Layout) -> Iterator[tuple[int, Row]]:
    """Write one row as those of its groups that hold anything; as one where none does."""

    def at(column: int) -> Cell:
        return row[column] if column < len(row) else None

    fixed = [at(column) for column in layout.fixed]
    nothing: list[Cell] = [None] * len(layout.measures)
    names = len(layout.names(layout.keys[0]))
    if is_remark(row):
        yield 0, [*fixed, *([None] * names), *nothing] if fixed else list(row)
        return
    is_total = bool(total_word(row))
    held = [
        (number, key)
        for number, key in enumerate(layout.keys)
        if any(not is_blank(at(c)) for c in layout.columns[key].values())
    ]
    loose = {m: at(c) for m, c in layout.of_loose.items() if not is_blank(at(c))}
    alone = held[0][0] if len(held) == 1 else None
    if loose and alone is None and held:
        present = [
            n for n, key in held if any(_is_some(at(c)) for c in layout.columns[key].values())
        ]
        alone = present[0] if len(present) == 1 else None
    for number, key in held:
        cells = {m: at(c) for m, c in {**layout.of_all.get(key, {}), **layout.columns[key]}.items()}
        cells |= loose if number == alone else {}
        yield number, [*fixed, *layout.names(key), *(cells.get(m) for m in layout.measures)]
    if loose and alone is None:
        values = [loose.get(m) for m in layout.measures]
        yield len(layout.keys), [*fixed, *([None] * names), *values]
    elif not held and not (is_total and not loose) and any(not is_blank(cell) for cell in fixed):
        yield 0, [*fixed, *([None] * names), *nothing]


def _is_some(cell: Cell) -> bool:
    return not is_blank(cell) and cell != 0 and str(cell).strip() != "0"


def _merged_anew(
    sheet: Sheet,
    layout: _Layout,
    where: Sequence[int],
    last: int,
    groups: Sequence[int],
    columns: Sequence[Sequence[int]],
) -> list[tuple[int, int, int, int]]:
    """Place merged cells that reach over rows: those of columns that stand for all, and numbers, which
    nobody can share out again."""
    of_row: dict[int, list[int]] = {}
    for made, row in enumerate(where):
        of_row.setdefault(row, []).append(made)
    placed = []
    for top, left, bottom, right in sheet.merged:
        fixed = [n for n, c in enumerate(layout.fixed) if left <= c <= right]
        rows = [made for row in range(top, bottom + 1) for made in of_row.get(row, [])]
        if top > last and fixed and rows and of_row.get(top):
            placed.append((rows[0], fixed[0], rows[-1], fixed[-1]))
        if top > last and bottom > top:
            placed += [
                (made, n, max(made + 1, rows[-1]), n)
                for made in of_row.get(top, [])
                for n, c in enumerate(columns[groups[made]])
                if n >= len(layout.fixed) and c == left
            ]
    return placed


def _failed_anew(
    sheet: Sheet, where: Sequence[int], groups: Sequence[int], columns: Sequence[Sequence[int]]
) -> dict[tuple[int, int], str]:
    if not sheet.failed:
        return {}
    return {
        (made, column): reason
        for made, (row, group) in enumerate(zip(where, groups, strict=True))
        for column, source in enumerate(columns[group])
        if (reason := sheet.failed.get((row, source))) is not None
    }


def _unfolding_told(sheet: Sheet, layout: _Layout) -> Words:
    months = (
        sorted({layout.names(key)[0] for key in layout.keys} - {None}) if layout.by_month else []
    )
    tiers = [layout.option(o[1]) for o in dict.fromkeys(k[1] for k in layout.keys) if o]
    measures = "、".join(layout.measures)
    if layout.by_month:
        span = f"{months[0]}–{months[-1]}" if months else str(len(layout.keys))
        key = "layout.months_and_tiers" if layout.of_field else "layout.months"
        return message(key, file=sheet.file, name=sheet.name, span=span, measures=measures, tiers=tiers)  # fmt: skip
    return message("layout.tiers", file=sheet.file, name=sheet.name, measures=measures, tiers=tiers)
