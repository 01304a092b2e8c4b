"""Lay sheets out as plain tables, one heading block and one row a line, whatever their form; pure.

Offices keep months, tiers or several tables side by side, one table below another, or a card for each
community. What is laid out anew still knows where each of its cells stands in the file. Nothing is
chosen between two meanings: what is open becomes a question of the sheet.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import compress, pairwise
from typing import Any

from dashboard.intake.headings import (
    HOUSING,
    field_names,
    heading_key,
    is_remark,
    numbers_columns,
    otherwise,
    texts_of,
    total_word,
    unmerged,
)
from dashboard.intake.laid import (
    AS_IT_STANDS,
    BENEATH,
    INDICATOR_HEADING,
    MONTH_HEADING,
    OF_CARDS,
    SEARCHED,
    TIER_HEADING,
    LaidOut,
    column_texts,
    hidden_told,
    is_known,
    is_number,
    kept_told,
    known_headings,
    known_places,
    laid_anew,
    year_turns,
)
from dashboard.intake.messages import message
from dashboard.intake.reading import Cell, Row, Sheet
from dashboard.intake.side_by_side import month_of, tier_of, unfolded
from dashboard.intake.stated import NUMBERED, places_of, year_stated
from dashboard.intake.values import is_blank, tidy

_LEAST_KNOWN, _LEADING = 2, 8


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
    return [unfolded(block, said(block)) or block for block in _blocks(sheet)]


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
    rows = sheet.rows[: SEARCHED + BENEATH]
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
    for row in rows[:SEARCHED]:
        keys = [
            [heading_key(str(cell)) for cell in row[a : b + 1] if is_known(cell)] for a, b in spans
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
    for row in rows[:SEARCHED]:
        filled = [c for c, cell in enumerate(row) if not is_blank(cell)]
        texts = [heading_key(str(row[c])) for c in filled]
        for parts in (2, 3, 4):
            length, rest = divmod(len(texts), parts)
            chunk = texts[:length]
            if rest or length < _LEAST_KNOWN or chunk * parts != texts or len(set(chunk)) < length:
                continue
            if any(key in known_places() for key in chunk) and sum(key in known_headings() for key in chunk) >= _LEAST_KNOWN:  # fmt: skip
                starts = [filled[n * length] for n in range(parts)]
                return list(zip(starts, [*(s - 1 for s in starts[1:]), filled[-1]], strict=True))
    return []


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
    return laid_anew(sheet, rows, block=number, remarks=[told], **more)


def _stacked(sheet: Sheet) -> list[int]:
    """Find where tables begin that stand below each other, each with headings unlike those before."""
    starts: list[int] = []
    headings: set[str] = set()
    for number, row in enumerate(sheet.rows):
        if not _may_head(row):
            continue
        months = [str(cell) for cell in row if month_of(cell)]
        texts = texts_of(row)
        is_across = len(months) > 1 and any(heading_key(text) in known_places() for text in texts)
        if starts and not is_across and not _follows_a_gap(sheet, number):
            continue
        known = [heading_key(text) for text in texts if heading_key(text) in known_headings()]
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
        if len(starts) == 1 and number > SEARCHED:
            return []
    return starts


def _may_head(row: Row) -> bool:
    """Tell quickly whether a row may hold headings: no numbers but months, and a known text at its start."""
    if any(cell.__class__ in (int, float) and not 190001 <= cell <= 210012 for cell in row):
        return False
    return any(cell.__class__ is str and _is_known_text(cell) for cell in row[:_LEADING])


@lru_cache(maxsize=100_000)
def _is_known_text(text: str) -> bool:
    return len(text) < 60 and heading_key(text) in known_headings()


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
    best = max((sum(map(is_known, row)) for row in rows), default=0)
    for column in range(3):
        labels = [n for n, row in enumerate(rows) if column < len(row) and is_known(row[column])]
        names = {heading_key(str(rows[n][column])) for n in labels}
        if len(names) < 3 or len(names) <= best or not names & known_places():
            continue
        first, last = labels[0], labels[-1]
        width = max(len(row) for row in sheet.rows[first : last + 1])
        across = [c for c in range(width) if any(c < len(row) and not is_blank(row[c]) for row in sheet.rows[first : last + 1])]  # fmt: skip
        across = [c for c in across if c >= column]
        others = [row[c] for row in rows[first : last + 1] for c in across[1:] if c < len(row)]
        if len(across) < 3 or width > _MOST_ACROSS or any(map(is_known, others)):
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
    return laid_anew(
        sheet, [*titles, *lines], origin=origin, merged=merged, failed=failed,
        remarks=[*kept_told(sheet), told, *hidden_told(sheet, set(across))], hidden_rows=set(),
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
        if sum(is_known(cell) and heading_key(cell) not in _BESIDE for cell in rows[head]) > 1:
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
            months = [month_of(rows[head][c] if len(texts) == 1 else "".join(texts)) for c, texts in across.items()]  # fmt: skip
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
    heads = {c: column_texts(headings, c)[0] for c in range(column + 1, width)}
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
    is_said = any(key in field_names(table) for table in OF_CARDS)
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
    plain = laid_anew(sheet, rows, merged=[area for area in sheet.merged if area[0] >= first])
    turned = _turn(plain, head, last, [column, *across])
    turned.is_of_one, turned.headed, turned.lacks_year = not headed, headed, lacks_year
    return turned


def _as_title(row: Row) -> Row:
    """Join the texts of a row, so that 社区名称 and what stands beside it are no headings."""
    return [" ".join(texts_of(row)), *(c for c in row if not isinstance(c, str) and not is_blank(c))]  # fmt: skip


def _are_tiers(texts: Sequence[str]) -> bool:
    """Tell whether headings are several tiers, and perhaps their total."""
    tiers = [tier_of(text) for text in texts if not _is_total(text)]
    return len(set(tiers)) > 1 and all(split is not None and not split[1] for split in tiers)


def _months_written(
    months: Sequence[tuple[int | None, int]], sheet: Sheet, head: int, said: Mapping[str, Any]
) -> list[Cell]:
    bare = [number for year, number in months if year is None]
    stated = said.get("year") or (year_stated(places_of(sheet, head)) if bare == sorted(bare) else None)  # fmt: skip
    years = [
        year or (stated + year_turns(bare, number) if stated else None) for year, number in months
    ]
    return [
        f"{year}-{number:02d}" if year else None
        for year, (_, number) in zip(years, months, strict=True)
    ]


def _is_total(text: str) -> bool:
    return bool(total_word([text]))


# Cards ------------------------------------------------------------------------------------


def _card(sheet: Sheet) -> LaidOut | None:
    """Lay out a card, or cards below each other, whose values stand beside their labels."""
    if len(sheet.rows) > 400:
        return None
    known = {key for table in OF_CARDS for key in field_names(table)}
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
    return laid_anew(
        sheet, rows, origin=origin, remarks=[told],
        merged=[], failed={}, hidden_rows=set(), hidden_columns=set(),
    )  # fmt: skip
