"""Write single sheets to be filled in: the register of eight columns, and a table's with one's own
communities written in.

Example lines, and lines in which nobody filled anything in, are not loaded (``parsing.py``).
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd

from dashboard.contract.fields import Column, Table
from dashboard.contract.filters import add_months
from dashboard.contract.tables import COMMUNITY, GOVERNANCE, OCCUPANCY
from dashboard.contract.words import Words
from dashboard.intake.parsing import EXAMPLE
from dashboard.intake.template import (
    GUIDE,
    HEADING_ROWS,
    Book,
    advice,
    columns_of,
    form_of,
    heading,
    limit,
    town_names,
    write,
    written_book,
)
from dashboard.warehouse.uploads import State

# What the importer knows nothing of: it helps people to find a line.
_TO_FIND = Words("供辨认", "to find it by")
_SPARE_ROWS = 200
_REGISTER: tuple[tuple[Table, str, Words], ...] = (
    (COMMUNITY, "name_zh", Words("社区名称", "Community")),
    (COMMUNITY, "town_code", Words("街镇", "Town")),
    (COMMUNITY, "community_kind", Words("类型", "Kind")),
    (GOVERNANCE, "coverage_type", Words("覆盖方式", "Coverage")),
    (GOVERNANCE, "mode", Words("模式", "Mode")),
    (GOVERNANCE, "valid_from", Words("起始时间", "Since")),
    (OCCUPANCY, "dwelling_count", Words("房源（套/间）", "Dwellings")),
    (OCCUPANCY, "resident_count", Words("居民（人）", "Residents")),
)
# So many of its columns do not change by the month.
_LASTING = 6
_REGISTER_WIDTHS = (26, 14, 18, 14, 28, 14, 14, 12)
_EXAMPLES: tuple[tuple[Any, ...], ...] = (
    ("某人才公寓", "", "talent_apartment", "committee", "1", date(2022, 3, 1), 400, 620),
    ("某建管家", "", "builders_home", "grid", None, date(2024, 6, 1), 180, 350),
    ("某长租公寓", "", "long_rent_apartment", "committee", "3", date(2023, 9, 1), 96, 130),
)
_EXAMPLE_TOWN = "310112101"
_REGISTER_GUIDE = (
    Words(
        "一行一个社区。标题里的“截至”改成您的日期：房源与居民是那一天的数。",
        "One line a community. Set the date in the title: dwellings and residents are as of that day.",
    ),
    Words(
        "街镇、类型、覆盖方式、模式有下拉可选；片区网格没有模式。不知道的留空，不要填 0。",
        "Town, kind, coverage and mode have drop-downs; grid governance has no mode. Leave empty what "
        "is not known, never 0.",
    ),
    Words(
        "起始时间是现在这样的覆盖方式从哪天起；房源按套（间）计，居民只填人数，不填任何姓名。",
        "Since: the day from which it has been covered so. Count flats and rooms; of residents give "
        "the number alone, never a name.",
    ),
    Words(
        f"以“{EXAMPLE}”开头的行不会载入，可删可留；只有街镇而没有填名称的行也不会。",
        f"Lines that begin with “{EXAMPLE}” are not loaded, nor are lines with a town alone.",
    ),
    Words(
        "填完在“您的数据”页上传：先检查，一次列出全部问题；没有问题才载入，随时可撤销。",
        "Then upload it on the page Your data: it is checked first, and a load can be undone.",
    ),
)


@dataclass(frozen=True)
class Own:
    """Hold what is known of one's own communities, as far as it can be written in beforehand."""

    communities: pd.DataFrame
    governance: pd.DataFrame
    tiers: pd.DataFrame
    activities: pd.DataFrame
    last_month: date | None


def own_communities(state: State | None, towns: Collection[str] = ()) -> Own:
    """Gather one's own open communities, of some towns or of all."""

    def rows(name: str, columns: Sequence[str]) -> pd.DataFrame:
        there = state is not None and name in state.tables
        found = state.frame(name) if state is not None and there else pd.DataFrame()
        return found.reindex(columns=list(columns))

    communities = rows(
        "community", ("community_code", "name_zh", "town_code", "community_kind", "closed_on")
    )
    is_open = communities["closed_on"].isna()
    is_here = communities["town_code"].isin(towns) if towns else True
    communities = communities[is_open & is_here].sort_values(["town_code", "community_code"])
    here = communities["community_code"]
    governance = rows("governance", [column.name for column in columns_of(GOVERNANCE)])
    occupancy = rows("occupancy", ("community_code", "month", "tier"))
    months = occupancy["month"].dropna()
    activities = rows("activity", ("activity_code", "community_code", "held_on"))
    return Own(
        communities.reset_index(drop=True),
        governance[governance["community_code"].isin(here)],
        occupancy[occupancy["month"] == months.max()],
        activities[activities["community_code"].isin(here)],
        pd.Timestamp(months.max()).date() if len(months) else None,
    )


def next_month(own: Own, today: date) -> date:
    """Say of which month people report next: after the last reported, else the last that is over."""
    return add_months(own.last_month or today.replace(day=1), 1 if own.last_month else -1)


# The register -----------------------------------------------------------------------------


def register(own: Own, towns: Sequence[str], month: date) -> bytes:
    """Write the register: own communities where there are some; one town is set beforehand."""
    names = town_names()
    place = names[towns[0]] if len(towns) == 1 else "闵行区"
    last_day = add_months(month, 1) - timedelta(days=1)
    title = f"{place}新型居住社区名册（截至{last_day.year}年{last_day.month}月{last_day.day}日）"
    fields = [table.column(name) for table, name, _ in _REGISTER]
    with written_book() as (made, file):
        sheet = made.book.add_worksheet("名册")
        sheet.write_string(0, 0, title, made.formats["title"])
        sheet.set_row(0, 26)
        top = 1
        for number, (column, (table, _, words)) in enumerate(zip(fields, _REGISTER, strict=True)):
            sheet.write_string(top, number, words.zh, made.formats["zh"])
            shape = made.formats[form_of(column.field)]
            sheet.set_column(number, number, _REGISTER_WIDTHS[number], shape)
            said = advice(table, column)
            rows = (top + 1, top + len(_EXAMPLES) + max(_SPARE_ROWS, len(own.communities)))
            limit(sheet, number, rows, column.field, said, made)
        sheet.freeze_panes(top + 1, 1)
        town = towns[0] if len(towns) == 1 else _EXAMPLE_TOWN
        examples = [(f"{EXAMPLE}{name}", town, *rest) for name, _, *rest in _EXAMPLES]
        _write_rows(sheet, made, fields, examples, top + 1, "example")
        first = top + 1 + len(examples)
        known = list(_known(own))
        _write_rows(sheet, made, fields[:_LASTING], known, first, "")
        if len(towns) == 1:
            blank = [(None, towns[0])] * (_SPARE_ROWS - len(known))
            _write_rows(sheet, made, fields[:2], blank, first + len(known), "given")
        _guide(made, "新型居住社区名册：怎么填 / The register: how to fill it in", _REGISTER_GUIDE)
        made.offer_towns()
    return file.getvalue()


def _known(own: Own) -> Iterator[tuple[Any, ...]]:
    """Give what the register says of own communities that does not change by the month."""
    present = own.governance[own.governance["valid_to"].isna()]
    governed = present.sort_values("valid_from").drop_duplicates("community_code", keep="last")
    rows = own.communities.merge(governed, how="left", on="community_code")
    names = [name for _, name, _ in _REGISTER[:_LASTING]]
    yield from rows.reindex(columns=names).itertuples(index=False, name=None)


# One table --------------------------------------------------------------------------------


def prefilled(table: Table, own: Own, month: date) -> bytes:
    """Write the sheet of one table: own communities and the month are there, the rest is to fill."""
    rows = _rows_to_fill(table, own, month)
    columns = _in_order(table)
    found = [*_found_by(table, own, rows)]
    width = len(found)
    with written_book() as (made, file):
        sheet = made.book.add_worksheet(table.label.zh)
        sheet.set_row(0, 34)
        last = HEADING_ROWS + len(rows) + _SPARE_ROWS - 1
        shift = 1 if width else 0
        for place, column in enumerate(columns):
            number = place + (width if place >= shift else 0)
            words, said = heading(table, column), advice(table, column)
            sheet.write_string(0, number, words.zh, made.formats["zh"])
            sheet.write_string(1, number, words.en, made.formats["en"])
            size = max(12, min(26, 2 * len(words.zh)))
            sheet.set_column(number, number, size, made.formats[form_of(column.field)])
            limit(sheet, number, (HEADING_ROWS, last), column.field, said, made)
            values = rows.get(column.name, ())
            for row, value in enumerate(values, start=HEADING_ROWS):
                write(sheet, row, number, value, column.field, made)
        for number, (words, texts) in enumerate(found, start=shift):
            sheet.write_string(0, number, words.zh, made.formats["zh"])
            sheet.write_string(1, number, words.en, made.formats["en"])
            sheet.set_column(number, number, 24 if number == shift else 14)
            for row, text in enumerate(texts, start=HEADING_ROWS):
                sheet.write_string(row, number, text, made.formats["given_text"])
        sheet.freeze_panes(HEADING_ROWS, shift + width)
        _guide(
            made,
            f"{table.label.zh}：怎么填 / {table.label.en}: how to fill it in",
            _guide_of(table),
        )
        made.offer_towns()
    return file.getvalue()


def _in_order(table: Table) -> list[Column]:
    """Put what says where and when first, then what is required, then what may be left empty."""
    leading = [name for name in ("activity_code",) if table.name == "attendance"]
    leading += ["community_code", "month", "tier"]
    columns = columns_of(table)
    first = [column for name in leading for column in columns if column.name == name]
    rest = [column for column in columns if column not in first]
    is_code = {column.name: column.name in table.key for column in rest}
    return [*first, *sorted(rest, key=lambda each: each.nullable or is_code[each.name])]


def _rows_to_fill(table: Table, own: Own, month: date) -> pd.DataFrame:
    """Give the lines that are written in beforehand, in the contract's columns."""
    names = {column.name for column in table.columns}
    if table.name == "attendance":
        return own.activities[["activity_code"]]
    if "community_code" not in names:
        return pd.DataFrame()
    rows = own.communities[["community_code"]]
    if table.name == "governance":
        rows = rows.merge(own.governance, how="left", on="community_code")
    if table.name == "occupancy":
        tiers = own.tiers[["community_code", "tier"]]
        rows = rows.merge(tiers, how="left", on="community_code")
    if "month" in names:
        rows = rows.assign(month=pd.Timestamp(month))
    return rows


def _found_by(table: Table, own: Own, rows: pd.DataFrame) -> Iterator[tuple[Words, list[str]]]:
    """Give the columns by which people find a line: the community's name and its town."""
    if "community_code" not in rows and table.name != "attendance":
        return
    told = rows
    if table.name == "attendance":
        told = rows.merge(own.activities, how="left", on="activity_code")
    communities = own.communities.set_index("community_code")
    towns = town_names()
    places = communities.reindex(told["community_code"])
    names = [str(name) for name in places["name_zh"]]
    if table.name == "attendance":
        days = told["held_on"].dt.strftime("%Y-%m-%d").fillna("")
        names = [f"{day} {name}" for day, name in zip(days, names, strict=True)]
    yield Words(f"{_TO_FIND.zh}：名称", f"Name, {_TO_FIND.en}"), names
    yield (
        Words(f"{_TO_FIND.zh}：街镇", f"Town, {_TO_FIND.en}"),
        [towns.get(str(code), "") for code in places["town_code"]],
    )


def _guide_of(table: Table) -> tuple[Words, ...]:
    return (
        Words(
            f"{table.row.zh}代码、名称、街镇已写好，不要改；可加行。",
            f"{table.row.en} Code, name and town are written in: leave them. Lines may be added.",
        ),
        Words(
            "带 * 的列必填，其余可空；不知道的留空，不要填 0。没有填数的行不会载入，不必删去。",
            "Columns with * may not be empty; leave empty what is not known, never 0. Lines in which "
            "nothing was filled in are not loaded and need not be deleted.",
        ),
        Words(
            "姓名、证件号、手机号、微信号不入库；参与者只以加密假名保存，儿童只计人数。",
            "Names, ID numbers, phones and WeChat ids are never stored; participants become keyed "
            "pseudonyms, children are only counted.",
        ),
        Words(
            "填完在“您的数据”页上传：先检查，再载入，随时可撤销。",
            "Then upload it on the page Your data: it is checked first, and a load can be undone.",
        ),
    )


# Cells ------------------------------------------------------------------------------------


def _write_rows(
    sheet: Any,
    made: Book,
    columns: Sequence[Column],
    rows: Sequence[Sequence[Any]],
    top: int,
    look: str,
) -> None:
    for row, values in enumerate(rows, start=top):
        for number, (column, value) in enumerate(zip(columns, values, strict=True)):
            write(sheet, row, number, value, column.field, made, look=look)


def _guide(made: Book, title: str, lines: Sequence[Words]) -> None:
    sheet = made.book.add_worksheet(GUIDE)
    sheet.set_column(0, 0, 110, made.formats["wrap"])
    sheet.write_string(0, 0, title, made.formats["title"])
    for row, words in enumerate(lines):
        sheet.write_string(2 + row, 0, words.zh)
        sheet.write_string(3 + row + len(lines), 0, words.en)
