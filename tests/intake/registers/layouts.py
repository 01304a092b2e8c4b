"""Lay the truth out as offices do: a table of columns, sections, totals, months across, cards.

What a layout shows it also says: each gives its grid and the rows that must arrive of it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from dashboard.contract.tables import NAMED
from tests.intake.registers.grids import Area, Cells, Grid
from tests.intake.registers.truth import (
    COMMUNITIES,
    IDENTITY,
    TOWNS,
    WORLD,
    Community,
    Row,
    Rows,
    add,
    by_town,
    governance_of,
)

TIER_WORDS = {"flat": "套", "room": "间", "bed": "床位"}
Drawn = tuple[Grid, Rows]


@dataclass(frozen=True)
class Shows:
    """Say which value of the truth a column holds."""

    table: str
    field: str
    month: str = ""
    tier: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Column:
    """Give a column's headings from top to bottom, and what it shows: a value, or nothing of ours."""

    heading: tuple[str, ...]
    shows: Shows | None = None
    write: Callable[[Any], Any] = lambda value: value
    # What stands in it where it shows nothing of ours.
    filler: Callable[[int, Community], Any] = lambda number, community: ""
    is_summed: bool = False


# Ways of writing --------------------------------------------------------------------------


def label(table: str, field: str) -> Callable[[Any], Any]:
    """Write a code of allowed values as its Chinese label."""
    allowed = NAMED[table].column(field).field.allowed
    return lambda value: allowed[value].zh if value in allowed else value


def in_words(**words: str) -> Callable[[Any], Any]:
    return lambda value: words[value]


def day(value: str) -> Any:
    return date.fromisoformat(value) if value else ""


def dotted_day(value: str) -> str:
    """2025.9.30"""
    year, month, number = value.split("-")
    return f"{year}.{int(month)}.{int(number)}"


def dotted_month(value: str) -> str:
    """2021.06"""
    return value[:7].replace("-", ".")


def month_in_words(value: str) -> str:
    """2022年3月"""
    return f"{value[:4]}年{int(value[5:7])}月"


_WIDE = str.maketrans("0123456789,.", "０１２３４５６７８９，．")


def full_width(value: Any) -> str:
    return str(value).translate(_WIDE)


# Usual columns ----------------------------------------------------------------------------

SERIAL = Column(("序号",), filler=lambda number, community: number + 1)
REMARK = Column(("备注",), filler=lambda number, community: "/" if number % 3 else "")


def name(*heading: str) -> Column:
    return Column(heading or ("社区名称",), Shows("community", "name_zh"))


def town(*heading: str, write: Callable[[Any], Any] = lambda value: value) -> Column:
    to_name = {code: name for name, code in TOWNS.items()}
    shows = Shows("community", "town_code")
    return Column(heading or ("所属街镇",), shows, lambda code: write(to_name[code]))


def of(table: str, field: str, *heading: str, write: Callable[[Any], Any] | None = None) -> Column:
    """Show a field of the community or its governance."""
    column = NAMED[table].column(field).field
    usual = label(table, field) if column.allowed else day if column.type == "date" else str
    if column.type in {"number", "share", "integer"}:
        usual = lambda value: value  # noqa: E731
    return Column(heading or (column.label.zh,), Shows(table, field), write or usual)


def count(
    field: str,
    month: str,
    *heading: str,
    tier: str = "",
    write: Callable[[Any], Any] = lambda value: value,
) -> Column:
    """Show a count of a month; without a tier, that of the community's only one."""
    heading = heading or (NAMED["occupancy"].column(field).field.label.zh,)
    return Column(heading, Shows("occupancy", field, month, tier), write, is_summed=True)


def month_column(month: str, *heading: str, write: Callable[[str], Any] = str) -> Column:
    return Column(heading or ("月份",), None, filler=lambda number, community: write(month))


def tier_column(*heading: str, tier: str = "") -> Column:
    """Name the tier of a row: a given one, or the community's only one."""
    return Column(
        heading or ("房源层次",), None, filler=lambda n, each: TIER_WORDS[tier or each.tiers[0]]
    )


# Values -----------------------------------------------------------------------------------


def _row(shows: Shows, community: Community) -> Row | None:
    if shows.table == "community":
        return WORLD["community"][(community.name,)]
    if shows.table == "governance":
        return governance_of(community.name)
    if shows.table == "occupancy":
        tier = shows.tier or community.tiers[0]
        return WORLD["occupancy"].get((community.name, shows.month, tier))
    if shows.table == "monthly_record":
        return WORLD["monthly_record"].get((community.name, shows.month, shows.kind))
    return WORLD[shows.table].get((community.name, shows.kind))


def _value(column: Column, number: int, community: Community) -> Any:
    if column.shows is None:
        return column.filler(number, community)
    row = _row(column.shows, community)
    value = None if row is None else row[column.shows.field]
    return "" if value is None else column.write(value)


def arriving(columns: Iterable[Column], communities: Iterable[Community]) -> Rows:
    """Gather the rows that columns of communities hold."""
    rows: Rows = {}
    for each in communities:
        for column in columns:
            if column.shows is None or (row := _row(column.shows, each)) is None:
                continue
            known_by = {field: row[field] for field in IDENTITY[column.shows.table]}
            value = {column.shows.field: row[column.shows.field]}
            add(rows, column.shows.table, **(known_by | value))
    return rows


def together(*parts: Rows) -> Rows:
    """Join rows."""
    rows: Rows = {}
    for part in parts:
        for table, found in part.items():
            for row in found.values():
                add(rows, table, **row)
    return rows


# Tables -----------------------------------------------------------------------------------


def head(columns: Sequence[Column]) -> Grid:
    """Lay headings of several rows: the same above is merged across, what ends early downwards."""
    deep = max(len(column.heading) for column in columns)
    rows: Cells = [[""] * len(columns) for _ in range(deep)]
    merged: list[Area] = []
    for place, column in enumerate(columns):
        for level, words in enumerate(column.heading):
            before = columns[place - 1].heading[: level + 1] if place else ()
            if level < len(column.heading) - 1 and before == column.heading[: level + 1]:
                continue
            rows[level][place] = words
            if level < len(column.heading) - 1:
                last = place
                while (
                    last + 1 < len(columns)
                    and columns[last + 1].heading[: level + 1] == column.heading[: level + 1]
                ):
                    last += 1
                merged.append((level, level, place, last))
            else:
                merged.append((level, deep - 1, place, place))
    real = tuple(area for area in merged if area[0] != area[1] or area[2] != area[3])
    return Grid(rows, real)


def body(columns: Sequence[Column], communities: Iterable[Community], start: int = 0) -> Cells:
    return [
        [_value(column, number, each) for column in columns]
        for number, each in enumerate(communities, start)
    ]


def total(columns: Sequence[Column], communities: Sequence[Community], word: str) -> list[Any]:
    """Sum what is counted; the word stands in the first column."""
    rows = body([replace(column, write=lambda value: value) for column in columns], communities)
    sums = [
        sum(row[place] for row in rows if row[place] != "") if column.is_summed else ""
        for place, column in enumerate(columns)
    ]
    return [word, *sums[1:]]


def table(
    columns: Sequence[Column],
    communities: Sequence[Community] = COMMUNITIES,
    *,
    totals: bool = False,
) -> Drawn:
    """A row a community."""
    top = head(columns)
    rows = [*top.rows, *body(columns, communities)]
    if totals:
        rows.append(total(columns, communities, "合计"))
    return Grid(rows, top.merged), arriving(columns, communities)


_ORDINALS = "一二三四五六七八九十"


def _ordinal(number: int) -> str:
    return _ORDINALS[number - 1] if number <= 10 else "十" + _ORDINALS[number - 11]


def sections(
    columns: Sequence[Column],
    communities: Sequence[Community] = COMMUNITIES,
    *,
    section: Callable[[int, str], str] = lambda number, town: f"{_ordinal(number)}、{town}",
    subtotals: bool = True,
) -> Drawn:
    """Rows under a row that names their town, with sub-totals and a total."""
    top = head(columns)
    rows = list(top.rows)
    merged = list(top.merged)
    for number, (place, there) in enumerate(by_town(communities).items(), 1):
        merged.append((len(rows), len(rows), 0, len(columns) - 1))
        rows.append([section(number, place)])
        rows += body(columns, there)
        if subtotals:
            rows.append(total(columns, there, "小计"))
    rows.append(total(columns, communities, "合计"))
    drawn = arriving([*columns, town()], communities)
    return Grid(rows, tuple(merged)), drawn


def town_merged_down(columns: Sequence[Column], communities: Sequence[Community]) -> Drawn:
    """The town in the first column, merged over its rows."""
    top = head([town(), *columns])
    rows = list(top.rows)
    merged = list(top.merged)
    for place, there in by_town(communities).items():
        if len(there) > 1:
            merged.append((len(rows), len(rows) + len(there) - 1, 0, 0))
        rows += [
            [place if not number else "", *row] for number, row in enumerate(body(columns, there))
        ]
    return Grid(rows, tuple(merged)), arriving([town(), *columns], communities)


def card(fields: Sequence[Column], community: Community, across: int = 2) -> Drawn:
    """Pairs of labels and values, ``across`` pairs a row."""
    cells = [
        [column.heading[-1], _value(column, number, community)]
        for number, column in enumerate(fields)
    ]
    rows = [sum(cells[at : at + across], []) for at in range(0, len(cells), across)]
    return Grid(rows), arriving(fields, [community])


def turned(grid: Grid) -> Grid:
    """Turn a table on its side: what was a row becomes a column."""
    rows = [list(column) for column in zip(*grid.rows, strict=True)]
    return Grid(rows, tuple((a, b, top, bottom) for top, bottom, a, b in grid.merged))
