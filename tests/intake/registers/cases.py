"""The workbooks, and what is expected of each; a case's docstring says where its form is from."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.intake.registers.grids import Files, Grid, below, signed, titled
from tests.intake.registers.judging import Case, one_sheet
from tests.intake.registers.layouts import (
    REMARK,
    SERIAL,
    Column,
    count,
    dotted_day,
    month_column,
    name,
    of,
    sections,
    table,
    tier_column,
    town,
    town_merged_down,
)
from tests.intake.registers.truth import COMMUNITIES, COUNTS, ONE_TIER, ROOMS_ALONE, Rows

CASES: list[Case] = []
SEPTEMBER = "2025-09"
REGISTER_OF_FLATS = tuple(each for each in ONE_TIER if each.tiers == ("flat",))


def case(make: Callable[[], Case]) -> Callable[[], Case]:
    """Add a case under its function's name, with its docstring as its form."""
    made = make()
    CASES.append(replace(made, name=make.__name__, form=(make.__doc__ or "").strip()))
    return make


def _case(files: Files, arrives: Rows, **more: Any) -> Case:
    """Expect rows of files; where communities are known, they need not arrive again."""
    if more.get("is_based"):
        arrives = {table: rows for table, rows in arrives.items() if table != "community"}
    return Case("", "", files, arrives, **more)


def base() -> Files:
    """What was loaded before: the communities, their governance and one month, in our own form."""
    plain = [name("名称"), town("街镇"), of("community", "operator"), of("community", "community_kind"), of("community", "opened_on"),
             of("community", "resident_profile"), of("community", "youth_share"), of("community", "lon"), of("community", "lat"),
             Column(("坐标系",), filler=lambda number, each: "WGS-84")]  # fmt: skip
    governance = [name("社区"), of("governance", "valid_from"), of("governance", "coverage_type"), of("governance", "mode"), of("governance", "leading_organisation")]  # fmt: skip
    rows = [
        table(
            [name(), month_column("2024-01"), tier_column(write=lambda _, t=tier: {"flat": "套", "room": "间", "bed": "床"}[t]),
             *(count(field, "2024-01", tier=tier) for field in COUNTS)],
            [each for each in COMMUNITIES if tier in each.tiers],
        )[0]
        for tier in ("flat", "room", "bed")
    ]  # fmt: skip
    return {
        "base.xlsx": {
            "社区": table(plain)[0],
            "治理沿革": table(governance)[0],
            "月度入住": below(rows[0], *(Grid(grid.rows[1:]) for grid in rows[1:])),
        }
    }


# A register of eight columns --------------------------------------------------------------


def _eight(month: str = SEPTEMBER, *more: Column):
    columns = [SERIAL, name(), town(), of("community", "community_kind"), of("governance", "coverage_type"), of("governance", "mode"),
               of("governance", "valid_from", "起始日期"), count("dwelling_count", month, "房源（间）"), count("resident_count", month, "入住居民（人）"), *more]  # fmt: skip
    return table(columns, ROOMS_ALONE)


@case
def eight_columns_day_in_title() -> Case:
    """社区基本情况一览表 of a sub-district office, open government data: title, as-of day, one row a community."""
    grid, rows = _eight()
    return _case(
        one_sheet("Sheet1", titled(grid, "新型居住社区基本情况一览表", "（截至2025年9月30日）")),
        rows,
    )


@case
def eight_columns_month_in_title() -> Case:
    """街镇月报表 of a town's office: the month in the title, who filled it in below."""
    grid, rows = _eight()
    grid = signed(titled(grid, "2025年9月新型居住社区情况月报表"), ["填表人：示例", "", "", "审核人：示例", "", "填报日期：2025年10月8日"])  # fmt: skip
    return _case(one_sheet("Sheet1", grid), rows)


@case
def eight_columns_chinese_month() -> Case:
    """Report of a district bureau in the style of official papers: the month in Chinese numerals."""
    grid, rows = _eight()
    return _case(
        one_sheet("Sheet1", titled(grid, "新型居住社区情况统计表", "二〇二五年九月")), rows
    )


@case
def eight_columns_month_in_sheet_name() -> Case:
    """街镇月报表 kept month by month in one book: the month on the tab alone."""
    grid, rows = _eight()
    return _case(one_sheet("2025年9月", titled(grid, "新型居住社区情况表")), rows)


@case
def eight_columns_month_in_file_name() -> Case:
    """Monthly return by e-mail: the month in the file's name alone."""
    grid, rows = _eight()
    return _case(one_sheet("Sheet1", grid, "新型居住社区情况表（2025年9月）.xlsx"), rows)


# Three tiers side by side -----------------------------------------------------------------


def _tiers(field: str, month: str, *above: str, words: tuple[str, str, str]) -> list[Column]:
    return [
        count(field, month, *above, word, tier=tier)
        for tier, word in zip(("flat", "room", "bed"), words, strict=True)
    ]


@case
def tiers_in_one_heading_row() -> Case:
    """保障性租赁住房项目清单 of a housing bureau: 套数, 间数 and 床位数 side by side, a total, remarks."""
    columns = [SERIAL, name("项目名称"), town(), of("community", "operator", "运营单位"), of("community", "opened_on", "开业时间"),
               *_tiers("supply_count", SEPTEMBER, words=("套数", "间数", "床位数")), REMARK]  # fmt: skip
    grid, rows = table(columns, totals=True)
    grid = signed(titled(grid, "保障性租赁住房项目清单", "截至2025年9月30日"), ["注：本表统计口径为已建成供应房源。"])  # fmt: skip
    return _case(one_sheet("项目清单", grid), rows)


@case
def tiers_under_two_headings() -> Case:
    """公租房房源及入住情况统计表 of a housing bureau: supply and lettings each over 套, 间 and 床."""
    columns = [SERIAL, name("项目名称"), *_tiers("supply_count", SEPTEMBER, "建成供应", words=("套", "间", "床")),
               *_tiers("let_count", SEPTEMBER, "已租", words=("套", "间", "床")),
               *_tiers("resident_count", SEPTEMBER, "入住居民（人）", words=("套", "间", "床"))]  # fmt: skip
    grid, rows = table(columns, totals=True)
    grid = titled(grid, "房源及入住情况统计表", "2025年9月　　单位：套、间、张、人")
    return _case(one_sheet("统计表", grid), rows, is_based=True)


@case
def tiers_under_three_headings() -> Case:
    """Housing bureau's quarterly table: three rows of merged headings, 房源情况 over supply over tiers."""
    columns = [SERIAL, name("社区名称"), town(),
               *_tiers("supply_count", SEPTEMBER, "房源情况", "建成供应", words=("一套房", "一间房", "一张床")),
               *_tiers("available_count", SEPTEMBER, "房源情况", "可租", words=("一套房", "一间房", "一张床")),
               *_tiers("let_count", SEPTEMBER, "出租情况", "已租", words=("一套房", "一间房", "一张床"))]  # fmt: skip
    grid, rows = table(columns, totals=True)
    return _case(
        one_sheet("2025.09", titled(grid, "新型居住社区房源出租情况表")), rows, is_based=True
    )


# Sections ---------------------------------------------------------------------------------


def _monthly(month: str, *fields: str, tier: bool = True) -> list[Column]:
    counts = [count(field, month) for field in fields]
    return [SERIAL, name(), *([tier_column()] if tier else []), *counts]


@case
def sections_by_town() -> Case:
    """居民区党组织一览表 of a district's Party committee: a row 一、某镇 over its rows, 小计, 合计, signatures."""
    fields = ("supply_count", "available_count", "let_count", "resident_count")
    grid, rows = sections(_monthly(SEPTEMBER, *fields), ONE_TIER)
    grid = signed(titled(grid, "新型居住社区入住情况表", "2025年9月"), ["注：可租不含整修房源。"], ["填表人：示例", "", "审核人：示例"])  # fmt: skip
    return _case(one_sheet("入住情况", grid), rows, is_based=True)


@case
def governance_in_sections() -> Case:
    """居民区党组织一览表: governance alone, under rows that name the town."""
    columns = [SERIAL, name("社区"), of("governance", "coverage_type"), of("governance", "mode"),
               of("governance", "leading_organisation"), of("governance", "valid_from", "起始日期", write=dotted_day)]  # fmt: skip
    grid, rows = sections(
        columns, subtotals=False, section=lambda number, town: f"（{number}）{town}"
    )
    grid = Grid(grid.rows[:-1], grid.merged)
    return _case(one_sheet("治理情况", titled(grid, "新型居住社区治理情况一览表")), rows, is_based=True)  # fmt: skip


@case
def town_merged_over_its_rows() -> Case:
    """街镇月报表: the town once, merged over its communities."""
    columns = [name(), of("community", "community_kind"), tier_column(), *(count(field, SEPTEMBER) for field in COUNTS)]  # fmt: skip
    grid, rows = town_merged_down(columns, ONE_TIER)
    return _case(one_sheet("月报", titled(grid, "2025年9月各街镇新型居住社区月报")), rows, is_based=True)  # fmt: skip
