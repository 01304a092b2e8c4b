"""Registers of what people do: sign-in sheets, hotline exports, ledgers of activities and stations."""

from tests.intake.registers.casebook import SEPTEMBER, case, expect
from tests.intake.registers.grids import Grid, beside, signed, titled
from tests.intake.registers.judging import Case, one_sheet
from tests.intake.registers.layouts import (
    SERIAL,
    Column,
    Shows,
    dotted_day,
    label,
    month_column,
    month_in_words,
    name,
    table,
    together,
    town,
)
from tests.intake.registers.truth import COMMUNITIES, WORLD, Row, Rows, add

KIND = label("activity", "activity_kind")


def all_of(table: str) -> list[Row]:
    return list(WORLD[table].values())


def rows_of(table: str, rows: list[Row], *fields: str) -> Rows:
    found: Rows = {}
    for row in rows:
        add(found, table, **{field: row[field] for field in fields})
    return found


def persons(activity: Row, start: int) -> list[list[str]]:
    """Invent who came: a name, a number that is nobody's, whether they live there."""
    came = [
        is_resident
        for is_resident in (True, False)
        for _ in range(_how_many(activity, is_resident))
    ]
    return [
        [f"示例{'甲乙丙丁戊己庚辛壬癸子丑'[at]}", f"1380000{start + at:04}", "是" if is_resident else "否"]
        for at, is_resident in enumerate(came)
    ]  # fmt: skip


def _how_many(activity: Row, is_resident: bool) -> int:
    row = WORLD["attendance"][activity["community"], activity["held_on"], is_resident]
    return int(row["persons"])


def attended(activities: list[Row], *fields: str) -> Rows:
    keys = {(each["community"], each["held_on"]) for each in activities}
    came = [row for row in WORLD["attendance"].values() if (row["community"], row["held_on"]) in keys]  # fmt: skip
    return together(
        rows_of("activity", activities, "community", "held_on", *fields),
        rows_of("attendance", came, "community", "held_on", "is_resident", "persons"),
    )


# Sign-in sheets ---------------------------------------------------------------------------


def sign_in(activity: Row, number: int) -> Grid:
    top = [
        ["活动签到表"],
        ["活动名称", KIND(activity["activity_kind"]), "", "活动日期", dotted_day(activity["held_on"])],
        ["活动社区", activity["community"], "", "组织者", "社工站"],
        ["序号", "姓名", "联系电话", "是否本社区居民", "签名"],
    ]  # fmt: skip
    rows = [[at, *person, ""] for at, person in enumerate(persons(activity, 20 * number), 1)]
    return Grid([*top, *rows, ["", "", "", "", ""], ["记录人：示例"]], ((0, 0, 0, 4),))


@case("sign-in sheet", is_public_form=True)
def sign_in_sheets() -> Case:
    """活动签到表 of a social-work station: what, when and where above, names below, no codes."""
    some = all_of("activity")[:4]
    sheets = {f"签到{number}": sign_in(each, number) for number, each in enumerate(some)}
    return expect({"签到表.xlsx": sheets}, attended(some, "activity_kind"), is_based=True, asks=("activity_kind", "domain", "aspect"))  # fmt: skip


@case("sign-in sheet")
def sign_in_book() -> Case:
    """A station's book of a month: date, community and activity in every row."""
    some = all_of("activity")[4:9]
    head = ["活动日期", "社区名称", "活动名称", "活动类别", "姓名", "手机号", "本社区居民"]
    rows = [
        [dotted_day(each["held_on"]), each["community"], f"{KIND(each['activity_kind'])}第{number}期", KIND(each["activity_kind"]), *person]
        for number, each in enumerate(some)
        for person in persons(each, 200 + 20 * number)
    ]  # fmt: skip
    return expect(one_sheet("签到汇总", titled(Grid([head, *rows]), "2025年9月活动签到汇总")), attended(some, "activity_kind"), is_based=True)  # fmt: skip


@case("sign-in sheet")
def sign_in_twice_across() -> Case:
    """Printed sign-in sheet: two columns of persons side by side, headings twice."""
    activity = all_of("activity")[10]
    came = [[at, *person] for at, person in enumerate(persons(activity, 400), 1)]
    half = (len(came) + 1) // 2
    head = ["序号", "姓名", "手机号", "本社区居民"]
    grid = beside(Grid([head, *came[:half]]), Grid([head, *came[half:]]), gap=0)
    lines = (f"活动名称：{KIND(activity['activity_kind'])}", f"活动日期：2025年9月{int(activity['held_on'][8:])}日　　活动社区：{activity['community']}")  # fmt: skip
    return expect(one_sheet("签到表", titled(grid, "活动签到表", *lines)), attended([activity]), is_based=True, asks=("activity_kind",))  # fmt: skip


# Proposals --------------------------------------------------------------------------------

UNITS = label("proposal", "responsible_unit")
STATES = {True: "已办结", False: "办理中"}


def hotline(category: list[str]) -> Grid:
    head = ["工单编号", "受理时间", "来电渠道", "所属街镇", "小区名称", "诉求分类", "诉求内容", "承办单位", "工单状态", "办结时间", "是否回访", "满意度"]  # fmt: skip
    kinds = list(dict.fromkeys(row["proposal_category"] for row in all_of("proposal")))
    places = {each.name: each.town for each in COMMUNITIES}
    rows = [
        [row["proposal_code"], f"{row['raised_on']} 09:{number:02}:15", "12345热线", places[row["community"]], row["community"],
         category[kinds.index(row["proposal_category"])], row["proposal_text"], UNITS(row["responsible_unit"]), STATES[bool(row["settled_on"])],
         f"{row['settled_on']} 16:30:00" if row["settled_on"] else "", "是" if row["is_replied"] else "否", ""]
        for number, row in enumerate(all_of("proposal"))
    ]  # fmt: skip
    return Grid([head, *rows])


PROPOSED = ("proposal_code", "community", "raised_on", "settled_on", "proposal_category", "proposal_text", "is_replied")  # fmt: skip


def taken_calls() -> Rows:
    """Give the rows of an export: a hotline accepts a call as it takes it."""
    rows = rows_of("proposal", all_of("proposal"), *PROPOSED)
    for row in rows["proposal"].values():
        row["accepted_on"] = row["raised_on"]
    return rows


OUR_CATEGORIES = ["交通出行", "设施维修", "环境噪声", "消防安全", "公共服务", "社区活动"]
THEIR_CATEGORIES = ["公共交通", "房屋维修", "噪音扰民", "消防", "政务服务", "文体活动"]


@case("hotline export", is_public_form=True)
def hotline_export_csv() -> Case:
    """12345 工单导出: a .csv in GB18030, times to the second, states in words, no stages."""
    return expect(one_sheet("", hotline(OUR_CATEGORIES), "工单导出.csv"), taken_calls(), is_based=True, asks=("stage", "is_reopened"))  # fmt: skip


@case("hotline export", is_public_form=True)
def hotline_export_in_its_own_categories() -> Case:
    """12345 工单导出 with the hotline's own categories, all cells as text."""
    grid = hotline(THEIR_CATEGORIES)
    must = taken_calls()
    return expect(one_sheet("导出", Grid(grid.rows, as_text=True)), must, is_based=True, asks=("proposal_category",))  # fmt: skip


@case("ledger", is_public_form=True)
def visits_ledger() -> Case:
    """网格员走访台账 of a grid centre: date, place, what was found, what came of it."""
    head = [
        "序号",
        "走访日期",
        "社区名称",
        "问题类别",
        "存在问题",
        "责任单位",
        "处理结果",
        "办结日期",
    ]
    rows = [
        [at, dotted_day(row["raised_on"]), row["community"], OUR_CATEGORIES[at % 6], row["proposal_text"], UNITS(row["responsible_unit"]),
         STATES[bool(row["settled_on"])], dotted_day(row["settled_on"]) if row["settled_on"] else ""]
        for at, row in enumerate(all_of("proposal"))
    ]  # fmt: skip
    # Codes are missing: they can't be told from the truth's by what arrives, so nothing need.
    return expect(one_sheet("走访台账", titled(Grid([head, *rows]), "9月走访台账")), {}, is_based=True, refuses=(("走访台账", "", "no codes"),))  # fmt: skip


# Stations and activities ------------------------------------------------------------------


def record(kind: str, *heading: str, month: str = SEPTEMBER) -> Column:
    return Column(
        heading, Shows("monthly_record", "record_count", month, kind=kind), is_summed=True
    )


@case("monthly service report", is_public_form=True)
def service_report_of_stations() -> Case:
    """社工站服务月报 of a civil affairs office: kinds of case across under 个案, other counts beside."""
    columns = [SERIAL, town(), name(), record("party_members", "基本情况", "党员"), record("league_members", "基本情况", "团员"),
               record("case_counselling", "个案服务", "心理咨询"), record("case_youth_guidance", "个案服务", "青年成长指导"), record("certificates", "获得证书"),
               Column(("小组活动（场）",), filler=lambda number, each: 3)]  # fmt: skip
    grid, rows = table(columns, totals=True)
    return expect(one_sheet("月报", signed(titled(grid, "社工站服务月报表", "2025年9月"), ["填表人：示例"])), rows, is_based=True)  # fmt: skip


@case("monthly service report")
def service_report_by_month() -> Case:
    """The same counts in long form: a row a community, a month and what is counted."""
    labels = label("monthly_record", "record_kind")
    kinds = ("party_members", "certificates", "case_counselling")
    head = ["社区名称", "月份", "计数项目", "人（次）数"]
    some = [row for row in WORLD["monthly_record"].values() if row["month"] in {"2025-08", SEPTEMBER} and row["record_kind"] in kinds]  # fmt: skip
    rows = [[row["community"], month_in_words(row["month"]), labels(row["record_kind"]), row["record_count"]] for row in some]  # fmt: skip
    return expect(one_sheet("计数", Grid([head, *rows])), rows_of("monthly_record", some, "community", "month", "record_kind", "record_count"), is_based=True)  # fmt: skip


ORGANISED = ("community", "organisation_kind", "valid_from", "floor_area_m2")


@case("organisations", is_public_form=True)
def list_of_organisations() -> Case:
    """居民区党组织一览表 of a Party committee: a row an organisation, the community merged over its own."""
    kinds = label("organisation", "organisation_kind")
    head = ["社区名称", "组织类型", "成立日期", "阵地面积（平方米）", "负责人", "联系电话"]
    rows, merged, before = [head], [], ""
    for row in all_of("organisation"):
        is_new = row["community"] != before
        if is_new:
            many = sum(other["community"] == row["community"] for other in all_of("organisation"))
            merged += [(len(rows), len(rows) + many - 1, 0, 0)] if many > 1 else []
        rows.append([row["community"] if is_new else "", kinds(row["organisation_kind"]), dotted_day(row["valid_from"]), row["floor_area_m2"] or "", "示例甲", "13800000000"])  # fmt: skip
        before = row["community"]
    return expect(one_sheet("组织", titled(Grid(rows, tuple(merged)), "党组织和服务站点一览表")), rows_of("organisation", all_of("organisation"), *ORGANISED), is_based=True, asks=("valid_from",),
                  answers={"组织": {"成立日期": "valid_from"}})  # fmt: skip


@case("organisations")
def organisations_across() -> Case:
    """A town's overview: branch and stations across, each over its date and floor area."""

    def column(kind: str, field: str, *heading: str) -> Column:
        write = dotted_day if field == "valid_from" else str
        return Column(heading, Shows("organisation", field, kind=kind), write)

    columns = [SERIAL, name(), column("party_branch", "valid_from", "党支部", "起始日期"),
               *(column(kind, field, above, words) for kind, above in (("service_station", "党群服务站"), ("social_work_station", "社工站"))
                 for field, words in (("valid_from", "起始日期"), ("floor_area_m2", "阵地面积")))]  # fmt: skip
    grid, rows = table(columns)
    return expect(one_sheet("阵地", titled(grid, "组织和站点一览")), rows, is_based=True)


@case("ledger", is_public_form=True)
def activities_ledger() -> Case:
    """活动台账 of a station: date, place, kind, how many came; no codes, no domains."""
    head = [
        "序号",
        "活动日期",
        "活动名称",
        "社区名称",
        "活动类别",
        "是否线上",
        "参加人数",
        "其中儿童人数",
    ]
    rows = [
        [at, dotted_day(row["held_on"]), f"{KIND(row['activity_kind'])}第{at}期", row["community"], KIND(row["activity_kind"]), "否", 30 + at, row["child_count"]]
        for at, row in enumerate(all_of("activity"), 1)
    ]  # fmt: skip
    must = rows_of("activity", all_of("activity"), "community", "held_on", "activity_kind", "is_online", "child_count")  # fmt: skip
    return expect(one_sheet("活动台账", titled(Grid([head, *rows]), "2025年9月活动台账")), must, is_based=True, asks=("domain", "aspect"))  # fmt: skip


@case("ledger")
def activities_by_month_column() -> Case:
    """A ledger in our own words, with months as a column beside the dates."""
    head = [
        "活动代码",
        "月份",
        "社区",
        "举办日期",
        "活动类别",
        "服务领域",
        "服务方面",
        "线上",
        "儿童人数",
    ]
    domain, aspect = label("activity", "domain"), label("activity", "aspect")
    month = month_column(SEPTEMBER).filler(0, COMMUNITIES[0])
    rows = [[f"HD-{at:03}", month, row["community"], row["held_on"], KIND(row["activity_kind"]), domain(row["domain"]), aspect(row["aspect"]), "否", row["child_count"]]
            for at, row in enumerate(all_of("activity"), 1)]  # fmt: skip
    must = rows_of("activity", all_of("activity"), "community", "held_on", "activity_kind", "domain", "aspect", "is_online", "child_count")  # fmt: skip
    return expect(one_sheet("活动", Grid([head, *rows])), must, is_based=True)
