"""Declare the columns that queries count: numerators, denominators and their keys.

Together with the tables' own fields these are all the column names a query may return.
Counts say in ``description`` what one of them is and when it may not be added up, and in
``source_tables`` which tables they are counted from, so that what was not loaded is never a 0.
"""

from dashboard.contract.fields import Field, FieldType
from dashboard.contract.filters import UNCLASSIFIED
from dashboard.contract.tables import (
    DWELLINGS,
    PERSONS,
    PIECES,
    SQUARE_METRES,
    TABLES,
    TIMES,
    YUAN,
    coverage_type,
    mode,
)
from dashboard.contract.words import Words

W = Words


def _field(
    name: str,
    zh: str,
    en: str,
    description: Words,
    unit: Words | None = None,
    type: FieldType = "integer",
    *,
    source_tables: tuple[str, ...],
    source_columns: tuple[str, ...] = (),
) -> Field:
    return Field(
        name,
        type,
        W(zh, en),
        description,
        unit=unit,
        source_tables=source_tables,
        source_columns=source_columns,
    )


_AT_MONTH_END = W("月末的数量。", "As at the month's end.")
_IN_WINDOW = W("所选月份内的数量。", "Within the chosen months.")
PROPOSALS = W("件", "proposals")
DAYS = W("天", "days")
MONTHS = W("个月", "months")
BEDS = W("张", "beds")
ACTIVITIES = W("场", "activities")

# fmt: off
MEASURES: tuple[Field, ...] = (
    _field("community_count", "社区数", "Communities", _AT_MONTH_END, PIECES, source_tables=("community",)),
    _field("committee_community_count", "居村治理社区数", "Communities under committees", _AT_MONTH_END, PIECES,
           source_tables=("community", "governance")),
    _field("grid_community_count", "片区网格社区数", "Communities under grids", _AT_MONTH_END, PIECES,
           source_tables=("community", "governance")),
    _field("committee_resident_count", "居村治理社区居民", "Residents under committees", _AT_MONTH_END, PERSONS,
           source_tables=("community", "governance", "occupancy"), source_columns=("occupancy.resident_count",)),
    _field("governed_community_count", "治理已知的社区数", "Communities of known governance", _AT_MONTH_END, PIECES,
           source_tables=("community", "governance")),
    _field("governed_resident_count", "治理已知的社区居民", "Residents where governance is known", _AT_MONTH_END, PERSONS,
           source_tables=("community", "governance", "occupancy"), source_columns=("occupancy.resident_count",)),
    _field("housed_community_count", "报有居民数的社区数", "Communities that reported residents", _AT_MONTH_END, PIECES,
           source_tables=("occupancy",), source_columns=("occupancy.resident_count",)),
    _field("governed_housed_community_count", "治理与居民都有的社区数", "Communities of known governance and residents",
           _AT_MONTH_END, PIECES, source_tables=("community", "governance", "occupancy"), source_columns=("occupancy.resident_count",)),
    _field("paired_resident_count", "报有房源的社区居民", "Residents where dwellings are known", _AT_MONTH_END, PERSONS,
           source_tables=("occupancy",), source_columns=("occupancy.dwelling_count", "occupancy.resident_count")),
    _field("paired_dwelling_count", "报有居民数的社区房源", "Dwellings where residents are known", _AT_MONTH_END, DWELLINGS,
           source_tables=("occupancy",), source_columns=("occupancy.dwelling_count", "occupancy.resident_count")),
    _field("dwelling_community_count", "报有房源的社区数", "Communities that reported dwellings", _AT_MONTH_END, PIECES,
           source_tables=("occupancy",), source_columns=("occupancy.dwelling_count",)),
    _field("paired_community_count", "房源与居民都有的社区数", "Communities that reported dwellings and residents",
           _AT_MONTH_END, PIECES,
           source_tables=("occupancy",), source_columns=("occupancy.dwelling_count", "occupancy.resident_count")),
    _field("unstated_community_count", "层次未分的社区数", "Communities with housing of no stated tier", _AT_MONTH_END,
           PIECES, source_tables=("occupancy",)),
    _field("supplied_community_count", "报有床位供应的社区数", "Communities that reported beds supplied",
           W("没有床位的也在内。", "Those without beds among them."), PIECES,
           source_tables=("occupancy",), source_columns=("occupancy.supply_count", "occupancy.tier")),
    _field("moved_community_count", "报有迁入迁出的社区数", "Communities that reported moves",
           W("月内也报有居民数的；没有的，迁入迁出不计。", "And residents in the month; without them moves don't count."), PIECES,
           source_tables=("occupancy",), source_columns=("occupancy.move_out_count", "occupancy.resident_count")),
    _field("let_community_count", "报有已租的社区数", "Communities that reported what is let", _AT_MONTH_END, PIECES,
           source_tables=("occupancy",), source_columns=("occupancy.let_count", "occupancy.tier")),
    _field("own_branch_community_count", "有独立党支部的社区数", "Communities with a branch of their own",
           _AT_MONTH_END, PIECES, source_tables=("organisation",)),
    _field("effective_community_count", "有效覆盖社区数", "Effectively covered communities",
           W("有党支部或站点，且近 90 天有活动或办结提案；数据不足 90 天的月份为空。",
             "A branch or station, and an activity or a settled proposal within 90 days; missing in "
             "months for which the data do not reach back 90 days."), PIECES,
           source_tables=("organisation", "activity", "proposal")),
    _field("service_station_community_count", "有党群服务站的社区数", "Communities with a Party service station",
           _AT_MONTH_END, PIECES, source_tables=("organisation",)),
    _field("social_work_station_community_count", "有社工站的社区数", "Communities with a social-work station",
           _AT_MONTH_END, PIECES, source_tables=("organisation",)),
    _field("home_count", "建管家", "Homes", _AT_MONTH_END, PIECES, source_tables=("community",)),
    _field("bed_supply_count", "“一张床”供应", "Supply of beds", _AT_MONTH_END, BEDS, source_tables=("occupancy",), source_columns=("occupancy.supply_count", "occupancy.tier")),
    _field("activity_count", "活动场次", "Activities", _IN_WINDOW, ACTIVITIES, source_tables=("activity",)),
    _field("attendance_count", "参与人次", "Attendances", _IN_WINDOW, TIMES,
           source_tables=("activity", "attendance")),
    _field("participant_count", "参与居民", "Resident participants",
           W("不重复居民参与者；跨月、跨地不可相加。", "Distinct resident participants; never added over months or places."), PERSONS,
           source_tables=("activity", "attendance")),
    _field("repeat_participant_count", "参与两次以上的居民", "Residents who came twice or more",
           W("所选月份内参与两次及以上的不重复居民。",
             "Distinct residents with two attendances or more within the chosen months."), PERSONS,
           source_tables=("activity", "attendance")),
    _field("first_time_participant_count", "首次参与的居民", "First-timers",
           W("所选月份内参与、此前 12 个月未在同一范围参与的居民；数据不足 12 个月的为空。",
             "Seen in the chosen months and not in the 12 before, in the same places; missing where "
             "there are no data for those 12."), PERSONS, source_tables=("activity", "attendance")),
    _field("resident_attendance_count", "居民参与人次", "Residents' attendances",
           W("参与者为本社区居民的人次。", "Attendances by residents of the community."), TIMES,
           source_tables=("activity", "attendance")),
    _field("least_attendances", "参与次数从", "Attendances, from",
           W("这一档中最少的参与次数。", "The fewest attendances in this step."), W("次", "times"),
           source_tables=("activity", "attendance")),
    _field("lorenz_sum", "洛伦兹和", "Lorenz sum",
           W("从少到多逐人累计人次，每人前后两个累计之和；用于基尼系数。",
             "Attendances cumulated person by person, before and after each; for the Gini."), type="number",
           source_tables=("activity", "attendance")),
    _field("attendance_log_sum", "人次对数和", "Sum of x ln x",
           W("每人人次乘其自然对数之和；用于泰尔指数。", "Over persons, x ln x; for Theil's index."), type="number",
           source_tables=("activity", "attendance")),
    _field("first_month", "首次参与月份", "Month first seen",
           W("数据中首次参与的月份。", "The month of the first attendance in the data."), type="month",
           source_tables=("activity", "attendance")),
    _field("breakdown", "分类方式", "Breakdown",
           W("kind 类别，domain 领域，aspect 方面，setting 线上或线下，programme 品牌。",
             "By kind, domain, aspect, setting (online or not) or programme."), type="text",
           source_tables=("activity",)),
    _field("category", "分类", "Category", W("分类方式之下的一类。", "One class of the breakdown."), type="text",
           source_tables=("activity",)),
    _field("resident_month_count", "居民月数", "Resident-months",
           W("各月（月初与月末平均）居民之和；未报迁入迁出的，月初取上月末，没有上月的取月末。作流动率分母的，只计报有迁入迁出的。",
             "Mean residents of each month, added up; where moves were not reported, a month begins as the one before "
             "ended, else as it ends itself. Moves are divided by those of communities that reported them."), W("人·月", "person-months"), type="number",
           source_tables=("occupancy",), source_columns=("occupancy.resident_count",)),
    _field("month_count", "月数", "Months",
           W("所选月份中报有居民数的月数。", "Those of the chosen months with a count of residents."), MONTHS,
           source_tables=("occupancy",), source_columns=("occupancy.resident_count",)),
    _field("proposal_count", "提出提案", "Proposals raised", _IN_WINDOW, PROPOSALS, source_tables=("proposal",)),
    _field("settled_count", "办结提案", "Proposals settled",
           W("所选月份内、社区退出之前办结且未重启的；重启日期未记录，重启的一概不计。",
             "Settled within the chosen months, before the community closed, and not reopened; the "
             "date of reopening is not recorded, so that reopened ones count in no month."), PROPOSALS,
           source_tables=("proposal",)),
    _field("overdue_count", "超期提案", "Overdue proposals",
           W("月末在册社区中受理超过 14 天仍未办结的；重启的没有重启日期，不计。",
             "Of communities open at the month's end: accepted over 14 days ago and still open; "
             "without reopened ones, whose date of reopening is not recorded."), PROPOSALS,
           source_tables=("proposal",)),
    _field("longest_open_day_count", "最久未办结天数", "Days of the longest open proposal",
           W("月末未办结的提案中，受理最早的一件至月末的天数；重启的不计。",
             "From the acceptance of the earliest proposal still open to the month's end; without "
             "reopened ones."), DAYS, source_tables=("proposal",)),
    _field("over_let_count", "超租层次数", "Over-let tiers",
           W("已租多于可租的层次数：数据错误。", "Tiers with more let than available: a fault."), PIECES,
           source_tables=("occupancy",), source_columns=("occupancy.let_count", "occupancy.tier")),
    _field("opened_count", "新开社区", "Communities opened",
           W("期末在册而期前一月末不在册的；期前没有数据的为空。",
             "Open at the end and not at the end of the month before; missing without data for it."), PIECES,
           source_tables=("community",), source_columns=("community.opened_on",)),
    _field("closed_count", "退出社区", "Communities closed",
           W("期前一月末在册而期末不在册的；按期末的覆盖类型、模式或层次筛选时、期前没有数据时为空。",
             "Open at the end of the month before and not at the end; missing where communities are "
             "chosen by what they are at the end, or without data for the month before."), PIECES,
           source_tables=("community",)),
    _field("newly_covered_count", "新纳入居村治理", "Newly under committees",
           W("期末属居村治理而期前不属的社区；按期末的覆盖类型或模式筛选时为空。",
             "Under a committee at the end, not so before the period; missing where communities are "
             "chosen by coverage type or mode at the end."), PIECES,
           source_tables=("community", "governance")),
    _field("newly_covered_opened_count", "新纳入中新开的", "Newly under committees, newly open",
           W("上述社区中期前不在册的；其余由片区网格转入。",
             "Of those communities, not open before the period; the others came from grids."), PIECES,
           source_tables=("community", "governance")),
    _field("newly_covered_resident_count", "新纳入居民", "Residents newly covered",
           W("上述社区的居民。", "Residents of those communities."), PERSONS,
           source_tables=("community", "governance", "occupancy"), source_columns=("occupancy.resident_count",)),
    _field("bed_change_count", "床位变化", "Change in beds", _IN_WINDOW, BEDS, source_tables=("occupancy",), source_columns=("occupancy.supply_count", "occupancy.tier")),
    _field("gap_count", "距目标", "Short of the target",
           W("目标减去供应；负数为超出。", "The target less the supply; negative if exceeded."), W("套、间或张", "flats, rooms or beds"),
           source_tables=("occupancy", "supply_target"), source_columns=("occupancy.supply_count", "occupancy.tier")),
    _field("days_left_count", "剩余天数", "Days left",
           W("所选月末到期限；已过为 0。", "From the chosen month's end to the due date; 0 once past."), DAYS,
           source_tables=("occupancy", "supply_target")),
    _field("months_open_count", "开业月数", "Months since opening", W("开业当月为 0。", "The month of opening is 0."), MONTHS,
           source_tables=("community", "occupancy"), source_columns=("community.opened_on",)),
    _field("days_quiet_count", "无活动天数", "Days without an activity",
           W("距月末最近一次活动的天数。", "Days from the last activity to the month's end."), DAYS,
           source_tables=("activity",)),
    _field("days_known_count", "有记录的天数", "Days on record",
           W("自开业、数据起始之月或最早有活动记录之月（取最晚者）至月末的天数。",
             "Days to the month's end from the opening, the first month of the data or the first month of "
             "which any activity is told, whichever is latest."), DAYS, source_tables=("activity",)),
    _field("has_own_branch", "独立党支部", "Own branch", _AT_MONTH_END, type="boolean",
           source_tables=("organisation",)),
    _field("has_service_station", "党群服务站", "Party service station", _AT_MONTH_END, type="boolean",
           source_tables=("organisation",)),
    _field("has_social_work_station", "社工站", "Social-work station", _AT_MONTH_END, type="boolean",
           source_tables=("organisation",)),
    _field("is_effective", "有效覆盖", "Effectively covered", _AT_MONTH_END, type="boolean",
           source_tables=("organisation", "activity", "proposal")),
    _field("town_committee_count", "本街镇居村数", "Committees of its town",
           W("所在街镇的居委会与村委会数。", "Residents' and village committees of its town."), PIECES,
           source_tables=("committee",)),
    _field("neighbour_town_code", "邻近街镇", "Nearest other town",
           W("距离最近的另一街镇。", "The nearest town other than its own."), type="text", source_tables=("town",)),
    _field("neighbour_committee_count", "邻近街镇居村数", "Committees of the nearest other town",
           W("居村位置未公布，只能计到街镇。", "Committees have no published place, only a town."), PIECES,
           source_tables=("committee",)),
    _field("neighbour_distance_m", "距邻近街镇", "Distance to the nearest other town",
           W("到其边界的直线距离。", "Straight line to its boundary on the map."), W("米", "m"), type="number",
           source_tables=("community",), source_columns=("community.lon",)),
    _field("accepted_count", "受理提案", "Proposals accepted",
           W("所选月份内提出、至数据最后一日已受理的。",
             "Raised in the chosen months and accepted by the last day of the data."), PROPOSALS,
           source_tables=("proposal",)),
    _field("prompt_count", "3 天内受理提案", "Accepted within 3 days",
           W("提出后 3 天内受理；3 天为假定。", "Within 3 days of being raised, an assumption."), PROPOSALS,
           source_tables=("proposal",)),
    _field("followed_count", "受理满 14 天提案", "Followed for 14 days",
           W("受理后已观察满 14 天，可以判断是否按时办结；观察到数据最后一日，或社区退出的前一日。",
             "Followed for 14 days after acceptance, so that settling in time can be judged; followed to "
             "the last day of the data, or to the day before the community closed."), PROPOSALS,
           source_tables=("proposal",)),
    _field("in_time_count", "14 天内办结提案", "Settled within 14 days",
           W("受理后 14 天内办结且未重启；14 天为假定。",
             "Settled within 14 days of acceptance and not reopened; 14 is an assumption."), PROPOSALS,
           source_tables=("proposal",)),
    _field("self_service_count", "达到自我服务的提案", "Proposals that reached self-service",
           W("最远到达自我服务阶段。", "Whose furthest stage is self-service."), PROPOSALS, source_tables=("proposal",),
           source_columns=("proposal.stage",)),
    _field("day_count", "办理天数", "Days",
           W("受理至办结的天数；未办结的，为已观察的天数。",
             "From acceptance to settling; of open ones, the days they have been followed."), DAYS,
           source_tables=("proposal",)),
    _field("is_settled", "已办结", "Settled", W("已办结且未重启。", "Settled and not reopened."), type="boolean",
           source_tables=("proposal",)),
    _field("open_day_count", "受理后天数", "Days since acceptance",
           W("受理至月末的天数。", "From acceptance to the month's end."), DAYS, source_tables=("proposal",)),
    _field("served_community_count", "提供该服务的社区数", "Communities served",
           W("所选月份内有此项服务活动的社区。", "With an activity of it in the chosen months."), PIECES,
           source_tables=("activity",)),
    _field("delivered_aspect_count", "已提供服务方面", "Aspects delivered",
           W("各社区在所选月份内提供的不同方面之和。",
             "Distinct aspects each community delivered in the chosen months, added up."), PIECES,
           source_tables=("activity",), source_columns=("activity.aspect",)),
    _field("possible_aspect_count", "应有服务方面", "Aspects possible",
           W("社区数 × 9 个方面。", "Communities × 9 aspects."), PIECES, source_tables=("community",)),
    _field("measured_resident_count", "站点面积可知的社区居民", "Residents where station space is known",
           W("月末没有站点、或站点面积均有记录的社区的居民。",
             "Of communities without a station, or whose stations all have a recorded floor area."), PERSONS,
           source_tables=("organisation", "occupancy"), source_columns=("occupancy.resident_count",)),
    _field("station_area_m2", "站点面积", "Floor area of stations",
           W("月末各站点使用面积之和；有站点面积不详的社区不计。",
             "Usable floor area at the month's end, without communities where one is not known."),
           SQUARE_METRES, type="number", source_tables=("organisation",), source_columns=("organisation.floor_area_m2",)),
    _field("space_community_count", "有共享空间的社区数", "Communities with a shared space", _AT_MONTH_END, PIECES,
           source_tables=("space",)),
    _field("club_community_count", "有社团的社区数", "Communities with a club", _AT_MONTH_END, PIECES,
           source_tables=("club",)),
    _field("space_count", "共享空间数", "Shared spaces", _AT_MONTH_END, PIECES, source_tables=("space",)),
    _field("measured_space_count", "面积可知的空间数", "Spaces of known area", _AT_MONTH_END, PIECES,
           source_tables=("space",)),
    _field("club_count", "社团数", "Clubs", _AT_MONTH_END, PIECES, source_tables=("club",)),
    _field("organised_activity_count", "记有组织者的活动", "Activities with a known organiser", _IN_WINDOW, ACTIVITIES,
           source_tables=("activity",), source_columns=("activity.organiser",)),
    _field("self_organised_activity_count", "居民自组织的活动", "Activities by residents themselves", _IN_WINDOW,
           ACTIVITIES, source_tables=("activity",), source_columns=("activity.organiser",)),
    _field("record_community_count", "有此计数的社区数", "Communities that recorded it",
           W("当月报有该项计数的社区。", "With such a count in the month."), PIECES, source_tables=("monthly_record",)),
    _field("score_sum", "得分和", "Sum of scores",
           W("各份答卷的得分之和，最低分折为 0、满分折为 1。", "Of all answers, the lowest score as 0 and the highest as 1."),
           type="number", source_tables=("belonging_survey",)),
    _field("surveyed_community_count", "调查过的社区数", "Communities surveyed",
           W("截至所选月末的 12 个月内调查过的。", "Within the 12 months up to the chosen month's end."), PIECES,
           source_tables=("belonging_survey",)),
    _field("doubtful_survey_count", "存疑的调查", "Doubtful surveys",
           W("答卷多于居民，不计入平均。", "With more answers than residents: in no mean."), PIECES,
           source_tables=("belonging_survey",)),
    _field("channel_proposal_count", "记有渠道的提案", "Proposals with a known channel", _IN_WINDOW, PROPOSALS,
           source_tables=("proposal",)),
    _field("reply_known_count", "记有是否回复的提案", "Proposals with a note of the reply", _IN_WINDOW, PROPOSALS,
           source_tables=("proposal",), source_columns=("proposal.is_replied",)),
    _field("replied_count", "已回复居民的提案", "Proposals answered to the resident", _IN_WINDOW, PROPOSALS,
           source_tables=("proposal",), source_columns=("proposal.is_replied",)),
    _field("rent_community_count", "报有租金的社区数", "Communities with a rent", _AT_MONTH_END, PIECES,
           source_tables=("occupancy",), source_columns=("occupancy.rent_cny", "occupancy.tier")),
    _field("lowest_rent_cny", "最低月租金", "Lowest rent", _AT_MONTH_END, YUAN, "number", source_tables=("occupancy",), source_columns=("occupancy.rent_cny", "occupancy.tier")),
    _field("median_rent_cny", "月租金中位数", "Median rent", W("各社区的中位数。", "The communities' median."), YUAN,
           "number", source_tables=("occupancy",), source_columns=("occupancy.rent_cny", "occupancy.tier")),
    _field("highest_rent_cny", "最高月租金", "Highest rent", _AT_MONTH_END, YUAN, "number", source_tables=("occupancy",), source_columns=("occupancy.rent_cny", "occupancy.tier")),
    _field("supply_qualifier", "建成供应的限定", "Qualifier of the supply",
           W("上报为约数或余数时，建成供应的精确程度。", "Where it was reported as about or at least."), type="text",
           source_tables=("occupancy",)),
    _field("resident_qualifier", "居民数的限定", "Qualifier of the residents",
           W("上报为约数或余数时，居民数的精确程度。", "Where they were reported as about or at least."), type="text",
           source_tables=("occupancy",)),
    _field("published_columns", "已公布的列", "Published columns",
           W("有公开来源的列，以分号隔开；具名项目的其余各列为估计。",
             "Columns with a public source, parted by semicolons; the rest is estimated."), type="text",
           source_tables=("project_report",)),
    _field("published_as", "公布的写法", "As published",
           W("只公布了约数或余数的列：列名、公布的数与其限定，以分号隔开。",
             "Columns published as about or at least: each column, its number and qualifier, parted by semicolons."), type="text",
           source_tables=("project_report",)),
    _field("own_count", "本系统值", "Own value", W("本系统的同一计数。", "The same count in this system."),
           source_tables=("community", "governance", "occupancy")),
)
# fmt: on

# How everything is counted, whatever the page: shown with the definitions.
COUNTING: tuple[Words, ...] = (
    W(
        "社区、房源、居民、入住和未办结提案为月末存量，只计当日在册的社区；活动、参与、迁入迁出、提出和办结的提案计入发生的当月，"
        "社区退出的当月也计。",
        "Communities, dwellings, residents, lettings and open proposals stand as at a month's end, of the "
        "communities open on that day. Activities, attendances, moves, proposals raised and settled count in "
        "the month they happened in, a community's month of closing too.",
    ),
    W(
        "覆盖类型、模式、层次按期末月末筛选，已退出的社区不属任何一类；是否建管家不随月份变化。“未分类”指居村治理而未定五种模式之一，"
        "片区网格没有模式。",
        "Coverage type, mode and tier are those of the end month: a community that has closed by then is of "
        "none. A Home is one all along. “Unclassified” is a committee without one of the five modes; grids have "
        "no mode.",
    ),
    W(
        "平均居民按当地报有居民数的月份平均，期间新开的地方不被摊薄；基尼与泰尔指数对各街镇用同样的月数，各街镇之和才等于全区。"
        "没有上报退出当月的，最后一批迁出不在流动率之内。",
        "Mean residents are over the months for which a place has a count, so that one that opened meanwhile is "
        "not thinned out; for Gini and Theil every town's are over the same months, so that towns add up to the district. "
        "Where the month of closing is not reported, the last move-outs are in no turnover.",
    ),
    W(
        "提案跟踪到数据最后一日，或社区退出的前一日；受理、14 天内办结和所到阶段都截至该日，不是所选月末。社区退出后，"
        "其未办结提案不再列为未办结、超期或待受理。",
        "Proposals are followed to the last day of the data, or to the day before their community closed: "
        "acceptance, settling within 14 days and stages are as of then, not of the chosen month's end. Once a "
        "community has closed, its open proposals are no longer listed as open, overdue or waiting.",
    ),
    W(
        "新开、退出、新纳入和床位变化为期末与期前一月末相比：期间开业又退出的社区两边都不计；期前没有数据的没有变化。",
        "Opened, closed, newly covered and the change in beds compare the end with the end of the month before: "
        "a community that opened and closed in between counts in neither. Without data before, there is no change.",
    ),
    W(
        "合计中有一项因人数少而不列的，合计也不列，不按 0 计；当月未上报住房的社区不计入房源与居民的合计。"
        "达标与否、高低、分级均按写出的数值判断。",
        "A sum is missing if a part of it is hidden as too few, never taken for 0; a community that "
        "reported no housing for a month is left out of the sums of dwellings and residents. Whether "
        "a bar is met, what is higher and which class a place is in are judged by the value as it is "
        "written.",
    ),
)

FIELDS: dict[str, Field] = {
    **{column.name: column.field for table in TABLES for column in table.columns},
    **{measure.name: measure for measure in MEASURES},
}

NEVER_ADDED = frozenset(
    {"participant_count", "repeat_participant_count", "first_time_participant_count"}
)

# What queries answer in place of a mode, where a community has none of the five.
_INSTEAD_OF_MODE = {
    UNCLASSIFIED: W("未分类", "Unclassified"),
    "grid": coverage_type.allowed["grid"],
}


def vocabulary(field: Field) -> dict[str, Words]:
    """Give the words for the codes of a field, those that queries add among them."""
    return {**(_INSTEAD_OF_MODE if field is mode else {}), **field.allowed}
