"""Lay out months, tiers and options that stand side by side, each of its rows as a row a month or tier; pure."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from dashboard.contract.fields import Field
from dashboard.contract.tables import NAMED
from dashboard.contract.tables import tier as tier_field
from dashboard.contract.words import Words
from dashboard.intake.headings import (
    heading_key,
    is_remark,
    otherwise,
    texts_of,
    total_word,
    unmerged,
)
from dashboard.intake.laid import (
    BENEATH,
    COUNTS,
    MONTH_HEADING,
    NUMBER_HEADING,
    SEARCHED,
    LaidOut,
    column_texts,
    hidden_told,
    is_known,
    is_number,
    kept_told,
    known_places,
    laid_anew,
    measures,
    year_turns,
)
from dashboard.intake.messages import message
from dashboard.intake.reading import Cell, Row, Sheet
from dashboard.intake.stated import month_named, places_of, year_named, year_stated
from dashboard.intake.values import CHOICE_SYNONYMS, is_blank, option_key, tidy

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


def month_of(cell: Cell) -> tuple[int | None, int] | None:
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
    split = tier_of(text)
    return (("tier", split[0]), split[1]) if split else None


def _bare(text: str) -> str:
    return re.sub(r"[(（].*?[)）]$", "", text)


def tier_of(text: str) -> tuple[str, str] | None:
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
    names = measures()
    return next(
        (names[each] for each in (key, f"{key}数", key.removesuffix("数")) if each in names), None
    )


def unfolded(sheet: Sheet, said: Mapping[str, Any]) -> LaidOut | None:
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
    labels = {c.name: c.field.label.zh for t in COUNTS for c in NAMED[t].columns}
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
        return self.year + year_turns(bare, number) if self.year else None

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
    for number, row in enumerate(rows[:SEARCHED]):
        months = {c: month for c, cell in enumerate(row) if (month := month_of(cell))}
        options = {c: split[0] for c, cell in enumerate(row) if isinstance(cell, str) and (split := _option_of(tidy(cell)))}  # fmt: skip
        for named in (months, options):
            if len(set(named.values())) < 2 or not _are_headings(sheet, number, list(named)):
                continue
            first, last = _band(sheet, rows, number, list(named))
            headings = {
                c: _heading(*texts)
                for c in range(max(len(row) for row in rows[first : last + 1]))
                if (texts := column_texts(rows[first : last + 1], c))[0]
            }
            if _tells_apart(headings):
                return first, last, headings
    return None


def _tells_apart(headings: Mapping[int, _Heading]) -> bool:
    """Tell whether months and tiers stand for one number each, and some column says of what place."""
    seen = [(h.key, h.measure) for h in headings.values() if h.is_across]
    names = {heading_key(text) for h in headings.values() for text in h.texts if not h.is_across}
    of_places = bool(names & known_places())
    return len(seen) == len(set(seen)) and len({key for key, _ in seen}) > 1 and of_places


def _are_headings(sheet: Sheet, number: int, columns: Sequence[int]) -> bool:
    """Tell whether numbers, or headings that are known, stand beneath these cells, so that they are
    headings and no values."""
    below = sheet.rows[number + 1] if number + 1 < len(sheet.rows) else []
    known = [is_known(cell) for cell in below if not is_blank(cell)]
    if len(known) > 1 and all(known):
        return True
    counted = other = 0
    for place, row in enumerate(sheet.rows[number + 1 : number + 1 + BENEATH]):
        for column in columns:
            cell = row[column] if column < len(row) else None
            if is_blank(cell):
                continue
            if is_number(cell):
                counted += 1
            elif place > 1 and cell != sheet.rows[number][column]:
                other += 1
    return counted > 0 and other * 5 <= counted


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
        labels = {c.name: c.field.label.zh for t in COUNTS for c in NAMED[t].columns}
        return labels.get(name, name)
    for place in places:
        keys = [heading_key(text) for text in place.texts]
        found = {
            label: len(name)
            for name, label in measures().items()
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

    return laid_anew(
        sheet, made, origin=origin, groups=groups, remarks=[*kept_told(sheet), _unfolding_told(sheet, layout), *hidden_told(sheet, across)],
        merged=_merged_anew(sheet, layout, where, last, groups, columns), failed=_failed_anew(sheet, where, groups, columns),
        hidden_rows={n for n, row in enumerate(where) if row in sheet.hidden_rows},
        hidden_columns={n for n, c in enumerate(layout.fixed) if c in sheet.hidden_columns},
        lacks_year=lacks_year, lacks_measure=lacks_measure,
        shared=frozenset(len(layout.fixed) + len(named) + layout.measures.index(m) for m in layout.of_loose),
    )  # fmt: skip


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
