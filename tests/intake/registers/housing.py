"""Registers of communities, their housing and their governance."""

from dataclasses import replace
from itertools import chain
from typing import Any

from tests.intake.registers.casebook import SEPTEMBER, case, expect
from tests.intake.registers.grids import Cells, Grid, below, beside, signed, titled
from tests.intake.registers.judging import Case, one_sheet
from tests.intake.registers.layouts import (
    REMARK,
    SERIAL,
    Column,
    Drawn,
    body,
    card,
    count,
    dotted_day,
    dotted_month,
    full_width,
    head,
    in_words,
    month_column,
    month_in_words,
    name,
    of,
    sections,
    table,
    tier_column,
    together,
    town,
    town_merged_down,
    turned,
)
from tests.intake.registers.truth import (
    BEDS_ALONE,
    COMMUNITIES,
    COUNTS,
    MONTHS,
    ONE_TIER,
    ROOMS_ALONE,
    TOWNS,
    Community,
    add,
    by_town,
)

YEAR = MONTHS[12:]
HOUSING = ("dwelling_count", "supply_count", "available_count", "let_count", "resident_count")
SIGNATURES = ["填表人：示例", "", "审核人：示例", "", "填报日期：2025.10.8"]
TIERS = ("flat", "room", "bed")
FLATS = tuple(each for each in COMMUNITIES if "flat" in each.tiers)
UNIT = {"flat": "套", "room": "间", "bed": "张"}


def nothing(*heading: str, value: Any = "") -> Column:
    """A column that has no place with us."""
    return Column(heading, filler=lambda number, each: value)


def counts(month: str, fields: tuple[str, ...] = COUNTS) -> list[Column]:
    return [count(field, month) for field in fields]


# One row a community ----------------------------------------------------------------------


def eight(month: str = SEPTEMBER, units: str = "房源（套/间）") -> Drawn:
    columns = [SERIAL, name(), town(), of("community", "community_kind"), of("governance", "coverage_type"), of("governance", "mode"),
               of("governance", "valid_from", "起始日期"), count("dwelling_count", month, units), count("resident_count", month, "入住居民（人）")]  # fmt: skip
    return table(columns, ROOMS_ALONE)


@case("register, month in the title", is_public_form=True)
def eight_columns_day_in_title() -> Case:
    """社区基本情况一览表 of a sub-district office (open information): a title, an as-of day, a row a community."""
    grid, rows = eight()
    grid = titled(grid, "新型居住社区基本情况一览表", "（截至2025年9月30日）")
    return expect(one_sheet("Sheet1", grid), rows, tier_may_be_unstated=True)


@case("register, month in the title", is_public_form=True)
def eight_columns_month_in_title() -> Case:
    """街镇月报表 of a town's office: the month in the title, below who filled it in."""
    grid, rows = eight()
    return expect(one_sheet("Sheet1", signed(titled(grid, "2025年9月新型居住社区情况月报表"), SIGNATURES)), rows, tier_may_be_unstated=True)  # fmt: skip


@case("register, month in the title", is_public_form=True)
def eight_columns_in_an_offices_words() -> Case:
    """基本情况一览表 of a town: 套数 alone is of all dwellings, 纳入时间 the first day of its governance."""
    columns = [SERIAL, name("社区名称"), town(), of("community", "community_kind", "类型"), of("governance", "coverage_type"), of("governance", "mode", "模式"),
               of("governance", "valid_from", "纳入时间"), count("dwelling_count", SEPTEMBER, "套数"), count("resident_count", SEPTEMBER, "居民数")]  # fmt: skip
    grid, rows = table(columns, ROOMS_ALONE, totals=True)
    grid = titled(grid, "新型居住社区一览表（截至2025年9月底）")
    return expect(one_sheet("Sheet1", grid), rows, tier_may_be_unstated=True)


@case("register, month in the title")
def eight_columns_chinese_month() -> Case:
    """Table in an official paper of a district bureau: the month in Chinese numerals."""
    grid, rows = eight()
    return expect(one_sheet("Sheet1", titled(grid, "新型居住社区情况统计表", "二〇二五年九月")), rows, tier_may_be_unstated=True)  # fmt: skip


@case("register, month outside the sheet")
def eight_columns_month_in_sheet_name() -> Case:
    """街镇月报表 kept in one book: the month on the tab alone."""
    grid, rows = eight()
    return expect(
        one_sheet("2025年9月", titled(grid, "新型居住社区情况表")), rows, tier_may_be_unstated=True
    )


@case("register, month outside the sheet")
def eight_columns_month_in_file_name() -> Case:
    """Monthly return by e-mail: the month in the file's name alone."""
    grid, rows = eight()
    return expect(
        one_sheet("Sheet1", grid, "新型居住社区情况表（2025年9月）.xlsx"),
        rows,
        tier_may_be_unstated=True,
    )


@case("register, month in the title", is_public_form=True)
def eight_columns_tier_in_a_unit() -> Case:
    """公共租赁住房项目情况表 of a housing bureau: the unit 间 in a heading is all that says what is let."""
    grid, rows = eight(units="房源（间）")
    return expect(one_sheet("Sheet1", titled(grid, "项目情况表", "2025年9月30日")), rows)


@case("register, three tables in a row", is_public_form=True)
def one_row_holds_three_tables() -> Case:
    """保障性租赁住房项目一览表 of a housing bureau: project, who governs it, what is let, two rows of headings."""
    columns = [SERIAL, name("基本情况", "项目名称"), town("基本情况", "所属街镇"), of("community", "operator", "基本情况", "运营单位"),
               of("community", "community_kind", "基本情况", "社区类型"), of("community", "opened_on", "基本情况", "开业日期", write=dotted_day),
               of("governance", "coverage_type", "治理情况", "覆盖类型"), of("governance", "mode", "治理情况", "治理模式"),
               of("governance", "leading_organisation", "治理情况", "牵头党组织"), of("governance", "valid_from", "治理情况", "起始日期", write=dotted_day),
               tier_column("入住情况", "房源层次"), *(replace(each, heading=("入住情况", *each.heading)) for each in counts(SEPTEMBER)), REMARK]  # fmt: skip
    grid, rows = table(columns, ONE_TIER, totals=True)
    grid = signed(titled(grid, "新型居住社区一览表", "截至2025年9月30日　　单位：套、间、张、人"), ["备注：床位类项目房源数为房间数。"], SIGNATURES)  # fmt: skip
    return expect(one_sheet("一览表", grid), rows)


@case("register, month in the title")
def town_in_the_title() -> Case:
    """A town's own register: the town stands in the title alone."""
    columns = [SERIAL, name("小区名称"), of("community", "community_kind"), tier_column(), *counts(SEPTEMBER)]  # fmt: skip
    there = tuple(each for each in ONE_TIER if each.town == "七宝镇")
    grid, rows = table(columns, there)
    _, place = table([name(), town()], there)
    return expect(one_sheet("Sheet1", titled(grid, "七宝镇新型居住社区情况表", "2025年9月30日")), together(rows, place))  # fmt: skip


@case("register, coarse dates", is_public_form=True)
def dates_known_to_their_month() -> Case:
    """养老机构名册 of a civil affairs bureau: 成立时间 as 2021.06 or 2022年3月, no day."""
    wide = list(enumerate(COMMUNITIES))
    styles = (dotted_month, month_in_words)
    columns = [SERIAL, name("名称"), town("街镇"), of("community", "community_kind", "类型"),
               of("community", "lon"), of("community", "lat"), nothing("坐标系", value="WGS-84")]  # fmt: skip
    grids, parts = [], []
    for at, style in enumerate(styles):
        there = [each for number, each in wide if number % 2 == at]
        grid, rows = table([*columns, of("community", "opened_on", "开业时间", write=style)], there)
        for row in rows["community"].values():
            row["opened_on"] = row["opened_on"][:7]
        grids.append(grid if at == 0 else Grid(grid.rows[1:]))
        parts.append(rows)
    return expect(one_sheet("名册", titled(below(*grids), "新型居住社区名册")), together(*parts))


# Three tiers side by side -----------------------------------------------------------------


def tiers(
    field: str, month: str, *above: str, words: tuple[str, str, str] = ("套", "间", "床位")
) -> list[Column]:
    return [
        count(field, month, *above, word, tier=tier)
        for tier, word in zip(TIERS, words, strict=True)
    ]


@case("tiers across", is_public_form=True)
def tiers_in_one_heading_row() -> Case:
    """保障性租赁住房项目清单 of a housing bureau: 套数, 间数 and 床位数 side by side, a total, remarks."""
    columns = [SERIAL, name("项目名称"), town(), of("community", "community_kind", "项目类型"), of("community", "operator", "运营单位"),
               of("community", "opened_on", "开业时间"), *tiers("supply_count", SEPTEMBER, words=("套数", "间数", "床位数")), REMARK]  # fmt: skip
    grid, rows = table(columns, totals=True)
    grid = signed(titled(grid, "保障性租赁住房项目清单", "截至2025年9月30日"), ["注：本表为已建成供应房源。"])  # fmt: skip
    for row in rows["occupancy"].values():
        if row["tier"] != "bed":  # 套数 and 间数 are the dwellings themselves
            row["dwelling_count"] = row.pop("supply_count")
    return expect(one_sheet("项目清单", grid), rows)


@case("tiers across", is_public_form=True)
def tiers_under_two_headings() -> Case:
    """公租房房源及入住情况统计表 of a housing bureau: supply, lettings and residents each over 套, 间 and 床位."""
    columns = [SERIAL, name("项目名称"), *tiers("supply_count", SEPTEMBER, "建成供应"), *tiers("let_count", SEPTEMBER, "已租"),
               *tiers("resident_count", SEPTEMBER, "入住居民（人）")]  # fmt: skip
    grid, rows = table(columns, totals=True)
    grid = titled(grid, "房源及入住情况统计表", "2025年9月　　单位：套、间、张、人")
    return expect(one_sheet("统计表", grid), rows, is_based=True)


@case("tiers across", is_public_form=True)
def tiers_under_three_headings() -> Case:
    """Quarterly table of a housing bureau: three rows of merged headings, 房源情况 over supply over tiers."""
    words = ("一套房", "一间房", "一张床")
    columns = [SERIAL, name(), town(), *tiers("supply_count", SEPTEMBER, "房源情况", "建成供应", words=words),
               *tiers("available_count", SEPTEMBER, "房源情况", "可租", words=words), *tiers("let_count", SEPTEMBER, "出租情况", "已租", words=words)]  # fmt: skip
    grid, rows = table(columns, totals=True)
    return expect(one_sheet("2025.09", titled(grid, "新型居住社区房源出租情况表")), rows, is_based=True)  # fmt: skip


@case("tiers across")
def tiers_over_measures() -> Case:
    """人才公寓房源汇总 of a district's talent office: each tier over its supply, lettings and residents."""
    above = {"flat": "一套房", "room": "一间房", "bed": "一张床"}
    columns = [name(), *(count(field, SEPTEMBER, above[tier], words, tier=tier)
               for tier in TIERS for field, words in (("supply_count", "建成供应"), ("let_count", "已租"), ("resident_count", "入住居民")))]  # fmt: skip
    grid, rows = table(columns)
    return expect(one_sheet("汇总", titled(grid, "房源汇总表（2025年9月末）")), rows, is_based=True)


# Sections ---------------------------------------------------------------------------------


@case("sections by town", is_public_form=True)
def sections_by_town() -> Case:
    """居民区一览表 of a district's Party committee: a row 一、某镇 over its rows, 小计, 合计, signatures."""
    grid, rows = sections([SERIAL, name(), tier_column(), *counts(SEPTEMBER, HOUSING)], ONE_TIER)
    grid = signed(titled(grid, "新型居住社区入住情况表", "2025年9月"), ["注：可租不含整修房源。"], SIGNATURES)  # fmt: skip
    return expect(one_sheet("入住情况", grid), rows, is_based=True)


@case("sections by town", is_public_form=True)
def governance_in_sections() -> Case:
    """居民区党组织一览表: governance alone, under rows that name the town."""
    columns = [SERIAL, name("社区"), of("governance", "coverage_type"), of("governance", "mode"),
               of("governance", "leading_organisation"), of("governance", "valid_from", "起始日期", write=dotted_day)]  # fmt: skip
    grid, rows = sections(columns, subtotals=False, section=lambda number, town: f"（{number}）{town}")  # fmt: skip
    grid = Grid(grid.rows[:-1], grid.merged)
    return expect(one_sheet("治理情况", titled(grid, "新型居住社区治理情况一览表")), rows, is_based=True)  # fmt: skip


@case("sections by town")
def register_in_sections() -> Case:
    """Address list of a district: the town is known from its section row alone."""
    columns = [SERIAL, name(), of("community", "community_kind"), of("community", "operator"), tier_column(), *counts(SEPTEMBER, HOUSING)]  # fmt: skip
    grid, rows = sections(columns, ONE_TIER, section=lambda number, town: town)
    return expect(one_sheet("2025年9月", titled(grid, "全区新型居住社区名录")), rows)


@case("town merged down", is_public_form=True)
def town_merged_over_its_rows() -> Case:
    """街镇月报汇总: the town once, merged over its communities."""
    columns = [name(), of("community", "community_kind"), tier_column(), *counts(SEPTEMBER)]
    grid, rows = town_merged_down(columns, ONE_TIER)
    return expect(one_sheet("月报", titled(grid, "2025年9月各街镇新型居住社区月报")), rows)


# Months across ----------------------------------------------------------------------------


def months(field: str, *above: str, of_year: bool = False, within: tuple[str, ...] = YEAR) -> list[Column]:  # fmt: skip
    write = month_in_words if of_year else lambda month: f"{int(month[5:])}月"
    return [count(field, month, *above, write(month)) for month in within]


@case("months across, one measure", is_public_form=True)
def months_across_one_measure() -> Case:
    """Yearly table of a statistics office: what is counted and the year in the title, 1月 to 12月 across."""
    grid, rows = table([SERIAL, name(), tier_column(), *months("resident_count")], ONE_TIER, totals=True)  # fmt: skip
    return expect(one_sheet("Sheet1", titled(grid, "2025年新型居住社区入住居民人数（人）")), rows, is_based=True)  # fmt: skip


@case("months across, one measure")
def months_across_with_years() -> Case:
    """Rolling table of an operator: 2024年11月 and so on across, over two years."""
    columns = [name(), tier_column(), *months("let_count", of_year=True, within=MONTHS[9:18])]
    grid, rows = table(columns, ONE_TIER)
    return expect(one_sheet("已租", titled(grid, "各社区已租房源逐月情况")), rows, is_based=True)


@case("months across, one measure")
def months_across_after_a_register() -> Case:
    """A town's working table: register columns first, then the residents of January to June."""
    columns = [SERIAL, name(), town(), of("community", "community_kind"), tier_column(), *months("resident_count", within=YEAR[:6])]  # fmt: skip
    grid, rows = table(columns, ONE_TIER)
    return expect(one_sheet("2025年入住居民", titled(grid, "2025年上半年入住居民逐月统计（单位：人）")), rows, is_based=True)  # fmt: skip


@case("months across, several measures", is_public_form=True)
def measures_over_months() -> Case:
    """逐月宽表 of a housing bureau: 房源 and 入住居民, each merged over 1月 to 6月."""
    columns = [SERIAL, name(), tier_column(), *months("dwelling_count", "房源", within=YEAR[:6]), *months("resident_count", "入住居民", within=YEAR[:6])]  # fmt: skip
    grid, rows = table(columns, ONE_TIER, totals=True)
    return expect(one_sheet("逐月", titled(grid, "2025年新型居住社区房源及入住逐月情况")), rows, is_based=True)  # fmt: skip


@case("months across, several measures")
def months_over_measures() -> Case:
    """Operator's report: each month merged over its counts."""
    columns = [name(), tier_column(), *(count(field, month, month_in_words(month), words) for month in YEAR[6:9]
               for field, words in (("dwelling_count", "房源"), ("available_count", "可租"), ("let_count", "已租"), ("resident_count", "入住居民")))]  # fmt: skip
    grid, rows = table(columns, ONE_TIER)
    return expect(one_sheet("三季度", titled(grid, "三季度运营情况")), rows, is_based=True)


@case("months across, one measure", is_public_form=True)
def years_over_months() -> Case:
    """Monthly series of a statistics office: the years merged over their months, two rows of headings."""
    columns = [name(), tier_column(), *(count("resident_count", month, f"{month[:4]}年", f"{int(month[5:])}月") for month in MONTHS[8:16])]  # fmt: skip
    grid, rows = table(columns, ONE_TIER)
    return expect(
        one_sheet("入住居民", titled(grid, "新型居住社区入住居民（人）")), rows, is_based=True
    )


@case("months across, tiers below")
def months_over_tiers() -> Case:
    """Housing bureau's working table: the months over 套, 间 and 床位, one measure in the title."""
    columns = [name(), *(count("let_count", month, month_in_words(month), word, tier=tier)
               for month in YEAR[6:9] for tier, word in zip(TIERS, ("套", "间", "床位"), strict=True))]  # fmt: skip
    grid, rows = table(columns)
    return expect(one_sheet("已租", titled(grid, "2025年三季度已租房源情况")), rows, is_based=True)


@case("months across, tiers below", is_public_form=True)
def months_with_what_is_counted_over_tiers() -> Case:
    """出租情况统计表 of a housing bureau: what there is, then 7月已出租 and so on, each over 套, 间 and 床."""
    tiers_below = list(zip(TIERS, ("套", "间", "床"), strict=True))
    columns = [SERIAL, name("项目名称"), *(count("available_count", YEAR[6], "可供房源总数", word, tier=tier) for tier, word in tiers_below),
               *(count("let_count", month, f"{int(month[5:])}月已出租", word, tier=tier) for month in YEAR[6:9] for tier, word in tiers_below)]  # fmt: skip
    grid, rows = table(columns)
    for (community, month, tier), row in rows["occupancy"].items():
        if month > YEAR[6]:  # what stands beside the months is said of each
            row["available_count"] = rows["occupancy"][community, YEAR[6], tier]["available_count"]
    return expect(one_sheet("统计", titled(grid, "2025年7-9月出租情况统计表")), rows, is_based=True)


# Last year beside this --------------------------------------------------------------------


def beside_last_year(field: str, above: str) -> list[Column]:
    return [count(field, SEPTEMBER, above, "本期"), count(field, "2024-09", above, "上年同期"),
            Column((above, "增减"), filler=lambda number, each: number - 3)]  # fmt: skip


@case("last year beside this", is_public_form=True)
def this_year_beside_last() -> Case:
    """民政事业统计 tables of civil affairs bureaux: 本期, 上年同期 and 增减 under each measure."""
    columns = [SERIAL, name(), tier_column(), *beside_last_year("dwelling_count", "房源"), *beside_last_year("resident_count", "入住居民")]  # fmt: skip
    grid, rows = table(columns, ONE_TIER)
    _, must = table(
        [count("dwelling_count", SEPTEMBER), count("resident_count", SEPTEMBER)], ONE_TIER
    )
    del rows
    return expect(one_sheet("统计表", titled(grid, "新型居住社区入住情况统计表", "2025年9月")), must, is_based=True, asks=("dwelling_count", "resident_count"),
                  answers={"统计表": {"D": "dwelling_count", "G": "resident_count"}})  # fmt: skip


@case("statistical form", is_public_form=True)
def form_with_numbered_columns() -> Case:
    """社会服务统计季报表 as civil affairs bureaux publish it: 表号, 制表机关, and a row 甲 乙 1 2 3 under the headings."""
    columns = [name("社区名称"), tier_column("层次"), *counts(SEPTEMBER, HOUSING)]
    grid, rows = table(columns, ONE_TIER, totals=True)
    numbered = [*"甲乙", *range(1, len(columns) - 1)]
    grid = Grid([grid.rows[0], numbered, *grid.rows[1:]])
    lines = ["新型居住社区入住情况月报表", "表号：示例01表", "制表机关：示例局", "2025年9月"]
    grid = signed(titled(grid, *lines), ["单位负责人：示例", "", "统计负责人：示例", "", "填表人：示例"], ["说明：1.本表由街镇填报。2.报送时间为次月5日前。"])  # fmt: skip
    return expect(one_sheet("月报表", grid), rows, is_based=True)


@case("statistical form", is_public_form=True)
def month_beside_what_is_cumulated() -> Case:
    """Monthly bulletin tables of a statistics bureau: 本月, 比去年同月增长(%) and 1—本月 side by side."""

    def moves(field: str, above: str) -> list[Column]:
        return [count(field, SEPTEMBER, above, "本月"), nothing(above, "比上年同月增长（%）", value=3.2), nothing(above, "1—本月累计", value=321)]  # fmt: skip

    columns = [name(), tier_column(), count("dwelling_count", SEPTEMBER), count("resident_count", SEPTEMBER),
               *moves("move_in_count", "迁入（人）"), *moves("move_out_count", "迁出（人）")]  # fmt: skip
    grid, rows = table(columns, ONE_TIER)
    return expect(one_sheet("9月", titled(grid, "2025年9月迁入迁出情况")), rows, is_based=True, asks=("move_in_count", "move_out_count"),
                  answers={"9月": {"E": "move_in_count", "H": "move_out_count"}})  # fmt: skip


def _indicators(each: Community) -> Grid:
    tier = each.tiers[0]
    rows: Cells = [
        ["指标名称", "计量单位", "本月", "上年同月", "增减"],
        ["甲", "乙", 1, 2, 3],
        ["一、房源"],
    ]
    for field, words, unit in (("dwelling_count", "房源", "套/间"), ("supply_count", "建成供应", UNIT[tier]), ("available_count", "可租", UNIT[tier]), ("let_count", "已租", UNIT[tier]), ("resident_count", "入住居民", "人"), ("move_in_count", "迁入", "人"), ("move_out_count", "迁出", "人")):  # fmt: skip
        now, then = (body([count(field, month)], [each])[0][0] for month in (SEPTEMBER, "2024-09"))
        if field == "resident_count":
            rows.append(["二、居民"])
        rows.append([words, unit, now, then, now - then])
    return titled(Grid(rows), "新型居住社区月报表", "2025年9月", f"填报单位：{each.name}")


@case("statistical form, indicators down", is_public_form=True)
def indicators_down_a_sheet_a_community() -> Case:
    """民政事业统计季报表 of a province: 指标名称, 单位 and 数量 down, sections, one sheet a reporting unit; 间
    and 张 are units of one tier alone, 套 is said of any dwelling."""
    there = ONE_TIER[:6]
    fields = (*HOUSING, "move_in_count", "move_out_count")
    _, must = table(counts(SEPTEMBER, fields), there)
    return expect({"book.xlsx": {each.name: _indicators(each) for each in there}}, must, is_based=True, tier_may_be_unstated=True)  # fmt: skip


# Sheets, files, folders -------------------------------------------------------------------


def month_grid(month: str, communities: tuple[Community, ...] = ONE_TIER) -> Drawn:
    return table([SERIAL, name(), town(), tier_column(), *counts(month)], communities, totals=True)


@case("a sheet a month")
def a_sheet_a_month() -> Case:
    """月度入住台账: a sheet a month, 1月 on the tab, the year in the title."""
    drawn = {f"{int(month[5:])}月": month_grid(month) for month in YEAR[:6]}
    sheets = {tab: titled(grid, f"2025年{tab}入住情况") for tab, (grid, _) in drawn.items()}
    return expect({"book.xlsx": sheets}, together(*(rows for _, rows in drawn.values())), is_based=True)  # fmt: skip


@case("a sheet a month")
def a_sheet_a_month_year_in_the_files_name() -> Case:
    """月度入住台账: 1月 on the tab, the year in the file's name alone, and a sheet of explanations."""
    drawn = {f"{int(month[5:])}月": month_grid(month) for month in YEAR[:4]}
    sheets = {"填表说明": Grid([["填表说明"], ["1. 请于次月5日前报送。"], ["2. 床位请填张数。"]]), **{tab: grid for tab, (grid, _) in drawn.items()}}  # fmt: skip
    return expect({"2025年新型居住社区入住台账.xlsx": sheets}, together(*(rows for _, rows in drawn.values())), is_based=True)  # fmt: skip


def one_town(there: list[Community], month: str = SEPTEMBER) -> Drawn:
    columns = [SERIAL, name(), of("community", "community_kind"), of("community", "opened_on"), of("governance", "coverage_type"), of("governance", "mode"),
               of("governance", "valid_from", "起始日期"), tier_column(), *counts(month)]  # fmt: skip
    grid, rows = table(columns, there)
    return grid, together(rows, table([name(), town()], there)[1])


@case("a sheet a town")
def a_sheet_a_town() -> Case:
    """District's collected register: a sheet a town, its name on the tab, the month in each title."""
    drawn = {place: one_town(there) for place, there in by_town(ONE_TIER).items()}
    sheets = {place: titled(grid, "新型居住社区情况表（2025年9月）") for place, (grid, _) in drawn.items()}  # fmt: skip
    return expect({"book.xlsx": sheets}, together(*(rows for _, rows in drawn.values())))


@case("a file a town", is_public_form=True)
def a_file_a_town() -> Case:
    """一镇一表 as towns send it to a bureau: the town in the file's name alone, the month in the title."""
    drawn = {place: one_town(there) for place, there in by_town(ONE_TIER).items()}
    files = {f"{place}.xlsx": {"Sheet1": titled(grid, "新型居住社区情况表", "2025年9月")} for place, (grid, _) in drawn.items()}  # fmt: skip
    return expect(files, together(*(rows for _, rows in drawn.values())))


@case("a file a town")
def a_file_a_town_and_month() -> Case:
    """Returns by e-mail: month and the town's short name in the file's name, nothing in the sheet."""
    drawn = {place: one_town(there) for place, there in by_town(ONE_TIER).items()}
    files = {f"2025年9月-{place.removesuffix('镇')}-新型居住社区.xlsx": {"Sheet1": grid} for place, (grid, _) in drawn.items()}  # fmt: skip
    return expect(files, together(*(rows for _, rows in drawn.values())))


@case("a year's folder")
def a_year_of_files() -> Case:
    """年度文件夹: twelve files, year and month in each one's name."""
    drawn = {month: month_grid(month) for month in YEAR}
    files = {f"{month_in_words(month)}入住月报.xlsx": {"Sheet1": titled(grid, "新型居住社区入住月报")} for month, (grid, _) in drawn.items()}  # fmt: skip
    return expect(files, together(*(rows for _, rows in drawn.values())), is_based=True)


@case("a year's folder")
def a_folder_named_after_its_year() -> Case:
    """年度文件夹: the year names the folder alone, the month each file."""
    drawn = {month: month_grid(month) for month in YEAR}
    files = {f"2025年/{int(month[5:])}月.xlsx": {"Sheet1": grid} for month, (grid, _) in drawn.items()}  # fmt: skip
    return expect(files, together(*(rows for _, rows in drawn.values())), is_based=True, asks=("month",))  # fmt: skip


# Several tables in a sheet ----------------------------------------------------------------


@case("side by side")
def halves_side_by_side() -> Case:
    """Print-friendly list: the second half of the rows stands right of the first, the headings twice."""
    columns = [SERIAL, name(), tier_column(), count("let_count", SEPTEMBER), count("resident_count", SEPTEMBER)]  # fmt: skip
    half = len(ONE_TIER) // 2
    (left, one), (right, other) = table(columns, ONE_TIER[:half]), table(columns, ONE_TIER[half:])
    return expect(one_sheet("2025年9月", titled(beside(left, right, gap=0), "新型居住社区入住情况")), together(one, other), is_based=True)  # fmt: skip


@case("side by side")
def two_tables_side_by_side() -> Case:
    """A town's one-page overview: governance left, lettings right, an empty column between."""
    left, governed = table([SERIAL, name("社区"), of("governance", "valid_from", "起始日期"), of("governance", "coverage_type"),
                            of("governance", "mode"), of("governance", "leading_organisation")], ONE_TIER)  # fmt: skip
    right, let = table([name(), month_column(SEPTEMBER), tier_column(), *counts(SEPTEMBER)], ONE_TIER)  # fmt: skip
    return expect(one_sheet("一页通", beside(left, right, gap=1)), together(governed, let), is_based=True)  # fmt: skip


@case("under each other")
def two_tables_under_each_other() -> Case:
    """Annex of a work report: 表一 the communities, below it 表二 their lettings."""
    above, known = table([SERIAL, name(), town(), of("community", "community_kind"), of("community", "operator")], ONE_TIER)  # fmt: skip
    under, let = table([SERIAL, name(), month_column(SEPTEMBER), tier_column(), *counts(SEPTEMBER)], ONE_TIER)  # fmt: skip
    grid = below(titled(above, "表一：社区基本情况"), titled(under, "表二：社区入住情况"), gap=2)
    return expect(one_sheet("附件", grid), together(known, let))


@case("under each other", is_public_form=True)
def blocks_with_headings_repeated() -> Case:
    """Tables printed a town a page: title and headings again over each town's rows."""
    columns = [SERIAL, name(), tier_column(), *counts(SEPTEMBER)]
    drawn = {place: table(columns, there) for place, there in by_town(ONE_TIER).items()}
    grid = below(*(titled(grid, f"{place}新型居住社区入住情况（2025年9月）") for place, (grid, _) in drawn.items()), gap=1)  # fmt: skip
    return expect(one_sheet("打印版", grid), together(*(rows for _, rows in drawn.values())), is_based=True)  # fmt: skip


# Cards and tables on their side -----------------------------------------------------------


def card_fields(each: Community) -> list[Column]:
    tier = each.tiers[0]
    return [name("社区名称"), town("所属街镇"), of("community", "community_kind", "社区类型"), of("community", "operator", "运营方"),
            of("community", "opened_on", "开业日期", write=dotted_day), of("governance", "coverage_type", "覆盖类型"), of("governance", "mode", "治理模式"),
            of("governance", "valid_from", "起始日期", write=dotted_day), month_column(SEPTEMBER, "月份", write=month_in_words), tier_column(),
            *counts(SEPTEMBER), nothing("入住率", value=f"{90 + len(tier)}%")]  # fmt: skip


@case("cards", is_public_form=True)
def cards_a_sheet_each() -> Case:
    """基本信息登记表 of a civil affairs office: labels and values in pairs, one sheet a community."""
    drawn = {each.name: card(card_fields(each), each) for each in ONE_TIER[:6]}
    sheets = {tab: titled(grid, "新型居住社区基本信息登记表") for tab, (grid, _) in drawn.items()}
    return expect({"book.xlsx": sheets}, together(*(rows for _, rows in drawn.values())))


@case("cards")
def cards_under_each_other() -> Case:
    """The same registration cards, one below the other in a sheet, three pairs a row."""
    drawn = [card(card_fields(each), each, across=3) for each in ONE_TIER[:6]]
    grid = below(*(titled(grid, "新型居住社区信息卡") for grid, _ in drawn), gap=1)
    return expect(one_sheet("信息卡", grid), together(*(rows for _, rows in drawn)))


@case("turned on its side")
def communities_across() -> Case:
    """Comparison table of a work report: what is counted down, communities across."""
    grid, rows = table([name("社区名称"), tier_column(), *counts(SEPTEMBER)], ROOMS_ALONE)
    return expect(one_sheet("对比", titled(turned(grid), "2025年9月入住情况对比表")), rows, is_based=True)  # fmt: skip


@case("turned on its side", is_public_form=True)
def towns_over_communities_across() -> Case:
    """分街镇情况表 of a yearbook: towns merged over their communities across, what is counted down."""
    there = list(chain.from_iterable(by_town(ONE_TIER).values()))
    grid, rows = table([town("街镇"), name("社区名称"), tier_column(), *counts(SEPTEMBER, HOUSING)], there)  # fmt: skip
    return expect(one_sheet("分街镇", titled(turned(grid), "分街镇入住情况（2025年9月）")), rows, is_based=True)  # fmt: skip


# Other fields' forms ----------------------------------------------------------------------


@case("beds of homes", is_public_form=True)
def register_of_beds() -> Case:
    """养老机构名册 of a civil affairs bureau: 核定床位 and 入住人数, 成立时间 by month."""
    columns = [SERIAL, name("机构名称"), town("所属街镇"), of("community", "operator", "运营单位"),
               count("supply_count", SEPTEMBER, "核定床位（张）"), count("let_count", SEPTEMBER, "已用床位（张）"), count("resident_count", SEPTEMBER, "入住人数（人）")]  # fmt: skip
    grid, rows = table(columns, BEDS_ALONE, totals=True)
    return expect(one_sheet("名册", titled(grid, "机构名册", "截至2025年9月底")), rows, is_based=True, asks=("supply_count", "let_count"),
                  answers={"名册": {"核定床位（张）": "supply_count", "已用床位（张）": "let_count"}})  # fmt: skip


@case("rows of buildings", is_public_form=True)
def dormitory_by_building() -> Case:
    """学生宿舍入住统计 of a university: a row a building under its merged community, a 小计 each."""
    columns = [name("宿舍区"), nothing("楼栋"), count("supply_count", SEPTEMBER, "床位数"), count("let_count", SEPTEMBER, "已住床位")]  # fmt: skip
    top = head(columns)
    rows, merged = list(top.rows), []
    for each in BEDS_ALONE:
        merged.append((len(rows), len(rows) + 2, 0, 0))
        (_, _, beds, used), = body(columns, [each])  # fmt: skip
        rows += [[each.name, "1号楼", beds // 2, used // 2], ["", "2号楼", beds - beds // 2, used - used // 2], ["", "小计", beds, used]]  # fmt: skip
    _, must = table(columns, BEDS_ALONE)
    return expect(one_sheet("9月", titled(Grid(rows, tuple(merged)), "2025年9月宿舍入住统计")), must, is_based=True, refuses=(("9月", "", "a row is a building"),))  # fmt: skip


@case("plans across", is_public_form=True)
def flats_by_plan() -> Case:
    """公租房房源表 of a housing bureau: 一居室, 二居室, 三居室 across and 合计; plans are no tiers, nor
    does 套 tell one."""
    only = tuple(each for each in FLATS if each.tiers == ("flat",))
    columns = [SERIAL, name("项目名称"), nothing("房型（套）", "一居室", value=20), nothing("房型（套）", "二居室", value=30),
               nothing("房型（套）", "三居室", value=10), count("supply_count", SEPTEMBER, "建成供应（套）")]  # fmt: skip
    grid, rows = table(columns, only)
    return expect(one_sheet("房源", titled(grid, "房源情况表", "2025年9月")), rows, is_based=True, tier_may_be_unstated=True)  # fmt: skip


# Programs' habits -------------------------------------------------------------------------


@case("a program's habits")
def wps_numbers_as_text() -> Case:
    """WPS: cells of 文本格式 with apostrophes, full-width digits, spaces, separators of thousands."""
    styles = (full_width, lambda value: f" {value} ", lambda value: f"{value:,}", str)
    columns = [SERIAL, name(), month_column(SEPTEMBER, write=dotted_month), tier_column(),
               *(count(field, SEPTEMBER, write=styles[at % 4]) for at, field in enumerate(COUNTS))]  # fmt: skip
    grid, rows = table(columns, ONE_TIER)
    return expect(one_sheet("Sheet1", replace(titled(grid, "新型居住社区入住月报"), as_text=True)), rows, is_based=True)  # fmt: skip


@case("a program's habits")
def wps_hidden_helper_columns() -> Case:
    """WPS: hidden helper columns with last month's numbers and row keys beside those that show."""
    columns = [SERIAL, nothing("辅助列", value="#"), name(), month_column(SEPTEMBER), tier_column(), *counts(SEPTEMBER), count("let_count", "2025-08", "已租（上月）"), nothing("校验", value=0)]  # fmt: skip
    grid, rows = table(columns, ONE_TIER)
    _, must = table([name(), *counts(SEPTEMBER)], ONE_TIER)
    hidden = (1, len(columns) - 2, len(columns) - 1)
    del rows
    return expect(one_sheet("Sheet1", replace(grid, hidden=hidden, pad=300)), must, is_based=True)


@case("a program's habits")
def formatted_down_to_row_65536() -> Case:
    """Old .xls turned into .xlsx: formats down to row 65,536, empty."""
    grid, rows = table([SERIAL, name(), month_column(SEPTEMBER), tier_column(), *counts(SEPTEMBER)], ONE_TIER)  # fmt: skip
    return expect(one_sheet("Sheet1", replace(grid, pad=65_536 - len(grid.rows))), rows, is_based=True)  # fmt: skip


@case("a program's habits")
def libreoffice_ods() -> Case:
    """LibreOffice .ods: a million empty rows repeated at the end."""
    grid, rows = table([SERIAL, name(), month_column(SEPTEMBER), tier_column(), *counts(SEPTEMBER)], ONE_TIER)  # fmt: skip
    return expect(one_sheet("工作表1", grid, "book.ods"), rows, is_based=True)


@case("a program's habits")
def csv_in_gb18030() -> Case:
    """Export of an operator's system: .csv in GB18030, title lines above the headings."""
    grid, rows = table([name(), month_column(SEPTEMBER), tier_column(), *counts(SEPTEMBER)], ONE_TIER)  # fmt: skip
    return expect(one_sheet("", titled(grid, "入住明细导出"), "export.csv"), rows, is_based=True)


@case("units in titles and headings", is_public_form=True)
def counted_in_hundreds() -> Case:
    """Yearbook tables: 百人 in a heading, decimals in its cells."""
    columns = [name(), month_column(SEPTEMBER), tier_column(), *counts(SEPTEMBER, HOUSING[:4]),
               replace(count("resident_count", SEPTEMBER, "入住居民（百人）", write=lambda value: value / 100), is_summed=False)]  # fmt: skip
    grid, rows = table(columns, ONE_TIER)
    return expect(one_sheet("统计", titled(grid, "入住情况")), rows, is_based=True)


@case("register, other words", is_public_form=True)
def words_of_other_fields() -> Case:
    """人才公寓房源汇总 of a talent office: other words for the same things, short names of towns."""
    kinds = in_words(long_rent_apartment="长租公寓", affordable_rental="保租房", talent_apartment="人才公寓", worker_dormitory="宿舍", builders_home="建管家")  # fmt: skip
    columns = [SERIAL, name("小区名称"), town("街道（镇）", write=lambda words: words.removesuffix("街道").removesuffix("镇") if words != "虹桥镇" else words),
               of("community", "community_kind", "房源类型", write=kinds), of("community", "operator", "管理单位"), tier_column("计量单位"),
               count("supply_count", SEPTEMBER, "房源总数"), count("let_count", SEPTEMBER, "已出租"), count("resident_count", SEPTEMBER, "实住人数")]  # fmt: skip
    grid, rows = table(columns, ONE_TIER)
    return expect(one_sheet("汇总", titled(grid, "人才公寓房源汇总表", "2025年9月")), rows, asks=("房源类型", "计量单位", "房源总数", "已出租", "实住人数"),
                  answers={"汇总": {"房源类型": "community_kind", "计量单位": "tier", "房源总数": "supply_count", "已出租": "let_count", "实住人数": "resident_count"}})  # fmt: skip


# What must be refused ---------------------------------------------------------------------


@case("refusals")
def one_number_of_residents_for_two_tiers() -> Case:
    """Housing list: two tiers in a row, but one number of residents, which is of neither alone."""
    there = tuple(each for each in COMMUNITIES if len(each.tiers) > 1)
    columns = [name(), *tiers("let_count", SEPTEMBER, "已租"), count("resident_count", SEPTEMBER, "入住居民", "人")]  # fmt: skip
    _, rows = table(columns[:-1], there)
    columns[-1] = Column(columns[-1].heading, filler=lambda number, each: 500 + number)
    grid, _ = table(columns, there)
    for number, each in enumerate(there):
        let = {
            key[2]: row["let_count"]
            for key, row in rows["occupancy"].items()
            if key[0] == each.name
        }
        # Where nothing is let of the other tier, nobody lives there.
        lived_in = [tier for tier, count in let.items() if count] or ["unstated"]
        tier = lived_in[0] if len(lived_in) == 1 else "unstated"
        add(rows, "occupancy", community=each.name, month=SEPTEMBER, tier=tier, resident_count=500 + number)  # fmt: skip
    return expect(one_sheet("9月", titled(grid, "2025年9月入住情况")), rows, is_based=True)


@case("refusals", is_public_form=True)
def towns_alone_across() -> Case:
    """分街镇统计表 of a yearbook: towns across, totals only; a town's total is no community's."""
    rows = [["指标", *list(TOWNS)[:6]], ["已租", *range(500, 506)], ["入住居民", *range(900, 906)]]
    return expect(one_sheet("分街镇", titled(Grid(rows), "2025年9月分街镇情况")), {}, is_based=True, refuses=(("分街镇", "", "no communities"),))  # fmt: skip


@case("refusals")
def more_let_than_available() -> Case:
    """Monthly return with a slip: more let than there is."""
    grid, _ = table([name(), month_column(SEPTEMBER), tier_column(), *counts(SEPTEMBER)], ONE_TIER)
    grid.rows[2][6] = grid.rows[2][5] + 7
    return expect(one_sheet("月报", grid), {}, is_based=True, refuses=(("月报", "G3", "let above available"),))  # fmt: skip


@case("refusals")
def a_total_that_is_not_the_sum() -> Case:
    """Monthly return whose 合计 is not the sum of its rows."""
    grid, _ = table([name(), month_column(SEPTEMBER), tier_column(), *counts(SEPTEMBER)], ONE_TIER, totals=True)  # fmt: skip
    grid.rows[-1][8] += 10
    return expect(one_sheet("月报", grid), {}, is_based=True, refuses=(("月报", f"I{len(grid.rows)}", "total"),))  # fmt: skip


@case("refusals")
def a_month_that_may_be_two() -> Case:
    """Monthly return with 2025.1 as a number, which is January or October."""
    grid, _ = table([name(), month_column("", write=lambda month: 2025.1), tier_column(), *counts(SEPTEMBER)], ONE_TIER)  # fmt: skip
    return expect(one_sheet("月报", grid), {}, is_based=True, refuses=(("月报", "B2", "month"),))


@case("refusals")
def two_months_in_the_title() -> Case:
    """Return over two months: 2025年8—9月 in the title is no month."""
    grid, _ = table([SERIAL, name(), tier_column(), *counts(SEPTEMBER)], ONE_TIER)
    return expect(one_sheet("Sheet1", titled(grid, "2025年8—9月入住情况")), {}, is_based=True, refuses=(("Sheet1", "", "month"),))  # fmt: skip


@case("refusals")
def plans_and_cumulated_counts_alone() -> Case:
    """Progress table: 计划 and 1—9月累计, but nothing of the month."""
    columns = [name(), tier_column(), count("move_in_count", SEPTEMBER, "迁入（1—9月累计）"), count("supply_count", SEPTEMBER, "建成供应（计划）")]  # fmt: skip
    grid, _ = table(columns, ONE_TIER)
    return expect(one_sheet("9月", titled(grid, "2025年9月进度表")), {}, is_based=True, refuses=(("9月", "", "no count of the month"),))  # fmt: skip


@case("refusals")
def title_and_sheet_name_disagree() -> Case:
    """A copy of last month's sheet: the title still says August, the tab September."""
    grid, _ = table([SERIAL, name(), tier_column(), *counts(SEPTEMBER)], ONE_TIER)
    return expect(one_sheet("2025年9月", titled(grid, "2025年8月入住情况")), {}, is_based=True, refuses=(("2025年9月", "", "which month?"),))  # fmt: skip
