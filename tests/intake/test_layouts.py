"""Check that columns side by side, below headings over several, are read as what they say."""

import tomllib
from typing import Any

import pytest

from dashboard.intake.headings import recognise_all, said_of, written_mapping
from dashboard.intake.layouts import laid_out
from dashboard.intake.reading import Sheet

Rows = list[list[Any]]


def under(over: str, parts: list[str], values: list[Any]) -> Sheet:
    """Lay a heading over several columns, beside columns with one heading each."""
    blank = [None] * (len(parts) - 1)
    rows: Rows = [
        ["社区名称", "月份", over, *blank, "入住人数"],
        [None, None, *parts, None],
        ["甲苑", "2026-02", *values, 150],
    ]
    return Sheet("a.xlsx", "台账", rows, merged=[(0, 2, 0, 1 + len(parts))])


def counted(sheet: Sheet, mapping: str = "") -> list[dict[str, Any]]:
    """Give what is read of housing, row by row."""
    said = tomllib.loads(mapping)
    (plain,) = laid_out(sheet, lambda sheet: said_of(sheet, said))
    together = recognise_all(plain, said)
    found = next(each for each in together if each.table and each.table.name == "occupancy")
    fields = {name: column.number for name, column in found.fields.items()}
    rows = [row for row in plain.rows[found.body_row :] if any(row)]
    return [{n: row[c] for n, c in fields.items() if row[c] not in (None, "")} for row in rows]


@pytest.mark.parametrize(
    ("over", "parts"),
    [("房源", ["套数", "间数", "床位数"]), ("房源总数", ["套", "间", "床位"]), ("住房", ["套数", "间数", "床位"]),
     ("情况", ["房源（套）", "房源（间）", "房源（床）"])],
)  # fmt: skip
def test_numbers_counted_in_beds_are_beds_whatever_stands_over_them(
    over: str, parts: list[str]
) -> None:
    read = counted(under(over, parts, [100, 90, 360]))
    numbers = [{n: v for n, v in row.items() if isinstance(v, int)} for row in read]
    assert {"dwelling_count": 100} in numbers
    assert {"dwelling_count": 90} in numbers
    assert {"supply_count": 360} in numbers


def saved(sheet: Sheet, mapping: str = "") -> str:
    said = tomllib.loads(mapping)
    (plain,) = laid_out(sheet, lambda sheet: said_of(sheet, said))
    return written_mapping(recognise_all(plain, said))


def test_what_was_saved_of_merged_headings_reads_the_same() -> None:
    sheet = under("房源", ["套数", "间数", "床位数"], [100, 90, 360])
    assert counted(sheet, saved(sheet)) == counted(sheet)


def test_what_was_said_of_a_heading_side_by_side_is_saved_with_the_rest() -> None:
    sheet = under("户型配置", ["套数", "间数", "床位数"], [100, 90, 360])
    said = '["台账".columns]\n"户型配置" = "let_count"'
    assert {"let_count": 90}.items() <= counted(sheet, said)[1].items()
    assert counted(sheet, saved(sheet, said)) == counted(sheet, said)


def test_of_beds_the_dwellings_that_a_heading_names_below_are_rooms() -> None:
    rows: Rows = [
        ["社区名称", "月份", "间", None, "床位", None],
        [None, None, *["房源数", "建成数"] * 2],
        ["甲苑", "2026-02", 40, 40, 90, 360],
    ]
    read = counted(Sheet("a.xlsx", "台账", rows, merged=[(0, 2, 0, 3), (0, 4, 0, 5)]))
    assert [(row["dwelling_count"], row["supply_count"]) for row in read] == [(40, 40), (90, 360)]
