"""Sheets whose indicators stand in a column arrive as the plain table of the same numbers, or are asked
about."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from dashboard.intake.checking import Reading, check_sources
from dashboard.intake.faults import Check
from dashboard.intake.reading import Sheet, Source
from tests.intake.conftest import KEY
from tests.intake.test_signing import LOHAS, SPRING, TODAY, faults, known

Rows = list[list[Any]]
LABELS = ["建成供应", "可租", "已租", "入住居民"]
UNITS = ["间", "间", "间", "人"]
ONE, TWO = [200, 190, 171, 230], [120, 110, 90, 130]
NAMES = {LOHAS: "龙湖冠寓", SPRING: "春申青年公寓"}
HEAD = ["指标名称", "计量单位", "本月", "上年同月", "增减"]
ABOVE: Rows = [["新型居住社区月报表"], ["2026年8月"]]


def checked(sheets: dict[str, Rows], file: str = "a.xlsx") -> Check:
    there = [Sheet(file, name, [list(row) for row in rows]) for name, rows in sheets.items()]
    source = Source(Path(file), "0" * 64, 1, there)
    return check_sources([source], known(), Reading(TODAY, lambda: KEY, None))


def down(*numbers: list[int]) -> Rows:
    """Put indicators down, one column of numbers for each list, with sections, a part and ordinals."""
    lines = [[f"{n}.{label}", unit, *each] for n, (label, unit, *each) in enumerate(zip(LABELS, UNITS, *numbers, strict=True), 1)]  # fmt: skip
    part = ["其中：保租房", "间", *(20 for _ in numbers)]
    return [["一、房源"], *lines[:2], part, lines[2], ["二、居民"], lines[3]]


def report(name: str, numbers: list[int] = ONE) -> Rows:
    above: Rows = [*ABOVE, [f"填报单位：{name}", "", "单位：套、间"], HEAD, ["甲", "乙", 1, 2, 3]]
    then = [each - 9 for each in numbers]
    below = [["说明：本表由街镇填报。"], ["单位负责人：示例", "", "填表人：示例"]]
    return [*above, *down(numbers, then, [9] * 4), *below]


def across(heading: str, numbers: list[int] = ONE) -> Rows:
    return [["2026年8月"], ["指标", "单位", heading], *down(numbers)]


def plain(*lines: tuple[str, str, list[int]]) -> pd.DataFrame:
    """Check the plain table of the same numbers: community, month, numbers."""
    rows = [[NAMES[code], month, "间", *numbers] for code, month, numbers in lines]
    return told(checked({"入住": [["社区", "月份", "房源层次", *LABELS], *rows]}))


def told(found: Check) -> pd.DataFrame:
    assert faults(found) == []
    rows = found.frames["occupancy"].dropna(axis=1, how="all")
    return rows.sort_values(["community_code", "month"], ignore_index=True)


BOTH = [(LOHAS, "2026-08", ONE), (SPRING, "2026-08", TWO)]
LINES: dict[str, tuple[dict[str, Rows], Any]] = {
    "a sheet a community": (
        {"龙湖冠寓": report("龙湖冠寓"), "Sheet2": report("春申青年公寓", TWO)},
        BOTH,
    ),
    "one below the other": (
        {"Sheet1": [*report("龙湖冠寓"), [], *report("春申青年公寓", TWO)]},
        BOTH,
    ),
    "communities across": (
        {"2026年8月": [["项目", "单位", "龙湖冠寓", "春申青年公寓", "合计"], *down(ONE, TWO, [a + b for a, b in zip(ONE, TWO, strict=True)])]},
        BOTH,
    ),
    "months across": (
        {"龙湖冠寓": [["2026年月报"], ["指标", "单位", "7月", "8月", "合计"], *down(TWO, ONE, [1] * 4)]},
        [(LOHAS, "2026-07", TWO), (LOHAS, "2026-08", ONE)],
    ),
    "months across two years": (
        {"龙湖冠寓": [["指标", "单位", "2025年12月", "2026年1月"], *down(TWO, ONE)]},
        [(LOHAS, "2025-12", TWO), (LOHAS, "2026-01", ONE)],
    ),
    "an unfilled sheet, a sheet of totals": (
        {"龙湖冠寓": report("龙湖冠寓"), "春申青年公寓": [*ABOVE, HEAD, *(row[:2] for row in down(ONE))], "汇总": report("闵行区", TWO)},
        [(LOHAS, "2026-08", ONE)],
    ),
    "named in the cell beside": (
        {"Sheet1": [["2026年8月"], ["社区名称", "春申青年公寓"], *across("本月", TWO)[1:]]},
        [(SPRING, "2026-08", TWO)],
    ),
    "named by its office and its tab": (
        {"龙湖冠寓": report("闵行区颛桥镇")},
        [(LOHAS, "2026-08", ONE)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LINES)
def test_indicators_in_a_column_arrive_as_the_plain_table(name: str) -> None:
    sheets, lines = LINES[name]
    found = checked(sheets)
    pd.testing.assert_frame_equal(told(found), plain(*lines), check_dtype=False)
    if "汇总" in sheets:
        assert any("汇总：表名说是几个社区的汇总，没有读" in words.zh for words in found.warnings)


NOT_TOLD: dict[str, tuple[dict[str, Rows], Any]] = {
    "its tab is another community": ({"春申青年公寓": report("龙湖冠寓")}, ("A4", "stated")),
    "nobody knows it": ({"紫藤": report("紫藤公寓")}, ("A3", "unknown")),
    "nobody knows it, though its tab": ({"龙湖冠寓": report("紫藤公寓")}, ("A3", "unknown")),
    "its second phase": ({"龙湖冠寓二期": across("本月")}, ("A2", "layout")),
    "one of its buildings": ({"龙湖冠寓3号楼": across("本月")}, ("A2", "layout")),
    "a tab that says nothing": ({"Sheet1": across("本月")}, ("A2", "layout")),
    "a quarter": ({"龙湖冠寓": across("本季")}, ("A2", "layout")),
    "another year": ({"龙湖冠寓": across("2025年")}, ("A2", "layout")),
    "one of the communities": (
        {"2026年8月": [["项目", "单位", "龙湖冠寓", "紫藤公寓"], *down(ONE, TWO)]},
        ("D1", "unknown"),
    ),
    "two numbers of a month": (
        {"龙湖冠寓": [["2026年8月"], ["指标", "单位", "期初", "期末"], *down(ONE, TWO)]},
        ("A2", "layout"),
    ),
    "no year": ({"龙湖冠寓": [["指标", "单位", "7月", "8月"], *down(TWO, ONE)]}, ("A1", "layout")),
    "the same again": ({"龙湖冠寓": [*across("本月"), ["已租", "间", ONE[2]]]}, ("A7", "which")),
    "every number twice": (
        {"龙湖冠寓": [["2026年8月"], ["指标", "数量"], *[["房源", 9], ["已租", 5], ["可租", 9]] * 2], "春申青年公寓": report("春申青年公寓")},
        [("A3", "which"), ("A4", "which"), ("A5", "which")],
    ),
    "nobody knows what stands beside": (
        {"龙湖冠寓": [["填报单位（盖章）", "紫藤公寓", "2026年8月"], *across("本月")[1:]]},
        ("A1", "unknown"),
    ),
    "an amount in words": ({"龙湖冠寓": [*across("本月"), ["迁入", "人", "三四个"]]}, ("C10", "number")),
    "beds or rooms": ({"龙湖冠寓": [*across("本月"), ["房源", "张", 50]]}, ("A10", "beds")),
    "a total that is none": (
        {"2026年8月": [["项目", "单位", "龙湖冠寓", "春申青年公寓", "合计"], *down(ONE, TWO, [320, 300, 261, 361])]},
        ("E8", "total"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", NOT_TOLD)
def test_what_a_sheet_of_indicators_leaves_open_is_asked(name: str) -> None:
    sheets, expected = NOT_TOLD[name]
    assert faults(checked(sheets)) == (expected if isinstance(expected, list) else [expected])


def test_units_and_tiers_beside_indicators_hold() -> None:
    """人 in hundreds; 套, 间 and 床 across, each with what stands under it."""
    hundreds = [*across("数量")[:-1], ["入住居民", "百人", 2.3], ["迁入", "〃", 0.2]]
    (row,) = told(checked({"龙湖冠寓": hundreds})).to_dict("records")
    assert (row["resident_count"], row["move_in_count"], row["let_count"]) == (230, 20, 171)
    tiers: Rows = [["2026年8月"], ["项目", "套", "间", "床位", "合计"], ["建成供应", 10, 20, 30, 60], ["可租", 9, 18, 27, 54], ["已租", 5, 10, 15, 30]]  # fmt: skip
    rows = told(checked({"龙湖冠寓": tiers})).set_index("tier")
    assert rows["let_count"].to_dict() == {"flat": 5, "room": 10, "bed": 15}


def test_a_card_stays_one() -> None:
    card: Rows = [["2026年8月"], ["社区名称", "龙湖冠寓"], ["地址", "某路1号"], *map(list, zip(LABELS, ONE, strict=True))]  # fmt: skip
    found = checked({"Sheet1": card})
    assert any("按卡片读" in words.zh for words in found.warnings)
    (row,) = told(found).to_dict("records")
    assert (row["community_code"], row["let_count"]) == (LOHAS, 171)


PLANS: Rows = [["项目名称", "房型（套）", "", "", "", "已租（套）"], ["", "一居室", "二居室", "三居室", "合计", ""]]  # fmt: skip


@pytest.mark.parametrize(("heading", "counted"), [("房型（套）", None), ("房源（套）", 60)])
def test_plans_across_are_no_tiers_and_their_total_is_all_of_them(
    heading: str, counted: int | None
) -> None:
    head = [[heading if cell == "房型（套）" else cell for cell in row] for row in PLANS]
    rows: Rows = [["2026年8月"], *head, ["龙湖冠寓", 20, 30, 10, 60, 50], ["备注：空置另计"]]
    merged = [(1, 1, 1, 4), (1, 0, 2, 0), (1, 5, 2, 5)]
    source = Source(Path("a.xlsx"), "0" * 64, 1, [Sheet("a.xlsx", "房源", rows, merged=merged)])
    found = check_sources([source], known(), Reading(TODAY, lambda: KEY, None))
    (row,) = told(found).to_dict("records")
    assert (row.get("dwelling_count"), row["let_count"], row["tier"]) == (counted, 50, "unstated")
    assert any("没有读的列" in words.zh and "一居室" in words.zh for words in found.warnings)
