"""Declare the columns that queries count: numerators, denominators and their keys.

Together with the tables' own fields these are all the column names a query may return.
Counts say in ``description`` what one of them is and when it may not be added up.
"""

from dashboard.model.contract import Field, FieldType
from dashboard.model.tables import PERSONS, PIECES, TABLES, TIMES
from dashboard.model.words import Words

W = Words


def _field(
    name: str,
    zh: str,
    en: str,
    description: Words,
    unit: Words | None = None,
    type: FieldType = "integer",
) -> Field:
    return Field(name, type, W(zh, en), description, unit=unit)


_AT_MONTH_END = W("月末的数量。", "As at the month's end.")
_IN_MONTH = W("当月的数量。", "Within the month.")
_IN_WINDOW = W("所选月份内的数量。", "Within the chosen months.")

MEASURES: tuple[Field, ...] = (
    _field("community_count", "社区数", "Communities", _AT_MONTH_END, PIECES),
    _field(
        "committee_community_count",
        "居村治理社区数",
        "Communities under committees",
        _AT_MONTH_END,
        PIECES,
    ),
    _field(
        "grid_community_count", "片区网格社区数", "Communities under grids", _AT_MONTH_END, PIECES
    ),
    _field(
        "committee_resident_count",
        "居村治理社区居民",
        "Residents under committees",
        _AT_MONTH_END,
        PERSONS,
    ),
    _field(
        "own_branch_community_count",
        "有独立党支部的社区数",
        "Communities with a branch of their own",
        _AT_MONTH_END,
        PIECES,
    ),
    _field(
        "effective_community_count",
        "有效覆盖社区数",
        "Effectively covered communities",
        W(
            "有党支部或站点，且近 90 天有活动或办结提案。",
            "A branch or station, and an activity or a settled proposal within 90 days.",
        ),
        PIECES,
    ),
    _field(
        "service_station_community_count",
        "有党群服务站的社区数",
        "Communities with a service station",
        _AT_MONTH_END,
        PIECES,
    ),
    _field(
        "social_work_station_community_count",
        "有社工站的社区数",
        "Communities with a social-work station",
        _AT_MONTH_END,
        PIECES,
    ),
    _field("home_count", "建管家", "Homes", _AT_MONTH_END, PIECES),
    _field(
        "bed_supply_count",
        "“一张床”供应",
        "Supply of beds",
        _AT_MONTH_END,
        W("张", "beds"),
    ),
    _field("activity_count", "活动场次", "Activities", _IN_WINDOW, W("场", "activities")),
    _field("attendance_count", "参与人次", "Attendances", _IN_WINDOW, TIMES),
    _field(
        "participant_count",
        "参与居民",
        "Resident participants",
        W(
            "不重复居民参与者；跨月、跨地不可相加。",
            "Distinct resident participants; never added over months or places.",
        ),
        PERSONS,
    ),
    _field(
        "resident_month_count",
        "居民月数",
        "Resident-months",
        W("各月（月初与月末平均）居民之和。", "Mean residents of each month, added up."),
        W("人·月", "person-months"),
        "number",
    ),
    _field("month_count", "月数", "Months", _IN_WINDOW, W("个月", "months")),
    _field("proposal_count", "提出提案", "Proposals raised", _IN_WINDOW, W("件", "proposals")),
    _field("settled_count", "办结提案", "Proposals settled", _IN_WINDOW, W("件", "proposals")),
    _field(
        "overdue_count",
        "超期提案",
        "Overdue proposals",
        W("受理超过 14 天仍未办结。", "Accepted over 14 days ago and still open."),
        W("件", "proposals"),
    ),
    _field(
        "over_let_count",
        "超租层次数",
        "Over-let tiers",
        W("已租多于可租的层次数：数据错误。", "Tiers with more let than available: a fault."),
        PIECES,
    ),
    _field("opened_count", "新开社区", "Communities opened", _IN_WINDOW, PIECES),
    _field("closed_count", "退出社区", "Communities closed", _IN_WINDOW, PIECES),
    _field(
        "newly_covered_count",
        "新纳入居村治理",
        "Newly under committees",
        W(
            "期末属居村治理而期前不属的社区。",
            "Under a committee at the end, not so before the period.",
        ),
        PIECES,
    ),
    _field(
        "newly_covered_resident_count",
        "新纳入居民",
        "Residents newly covered",
        W("上述社区的居民。", "Residents of those communities."),
        PERSONS,
    ),
    _field("bed_change_count", "床位变化", "Change in beds", _IN_WINDOW, W("张", "beds")),
    _field(
        "days_quiet_count",
        "无活动天数",
        "Days without an activity",
        W("距月末最近一次活动的天数。", "Days from the last activity to the month's end."),
        W("天", "days"),
    ),
    _field(
        "has_own_branch",
        "独立党支部",
        "Own branch",
        _AT_MONTH_END,
        type="boolean",
    ),
    _field(
        "has_service_station",
        "党群服务站",
        "Service station",
        _AT_MONTH_END,
        type="boolean",
    ),
    _field(
        "has_social_work_station",
        "社工站",
        "Social-work station",
        _AT_MONTH_END,
        type="boolean",
    ),
    _field(
        "is_effective",
        "有效覆盖",
        "Effectively covered",
        _AT_MONTH_END,
        type="boolean",
    ),
    _field(
        "town_committee_count",
        "本街镇居村数",
        "Committees of its town",
        W("所在街镇的居委会与村委会数。", "Residents' and village committees of its town."),
        PIECES,
    ),
    _field(
        "neighbour_town_code",
        "邻近街镇",
        "Nearest other town",
        W("距离最近的另一街镇。", "The nearest town other than its own."),
        type="text",
    ),
    _field(
        "neighbour_committee_count",
        "邻近街镇居村数",
        "Committees of the nearest other town",
        W("居村位置未公布，只能计到街镇。", "Committees have no published place, only a town."),
        PIECES,
    ),
    _field(
        "neighbour_distance_m",
        "距邻近街镇",
        "Distance to the nearest other town",
        W("到其边界的直线距离。", "Straight line to its boundary on the map."),
        W("米", "m"),
        "number",
    ),
    _field(
        "days_open_count",
        "受理后天数",
        "Days since acceptance",
        W("受理至月末的天数；未受理为空。", "From acceptance to the month's end; empty if none."),
        W("天", "days"),
    ),
    _field(
        "published_columns",
        "已公布的列",
        "Published columns",
        W(
            "有公开来源的列，以分号隔开；具名项目的其余各列为估计。",
            "Columns with a public source, parted by semicolons; the rest is estimated.",
        ),
        type="text",
    ),
    _field(
        "own_count",
        "本系统值",
        "Own value",
        W("本系统的同一计数。", "The same count in this system."),
    ),
)

FIELDS: dict[str, Field] = {
    **{column.name: column.field for table in TABLES for column in table.columns},
    **{measure.name: measure for measure in MEASURES},
}

NEVER_ADDED = frozenset({"participant_count"})
