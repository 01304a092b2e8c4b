"""Declare every indicator, once: what is counted, and how the counts become a number to read."""

from dataclasses import dataclass
from typing import Literal

from dashboard.contract.tables import stated_tiers
from dashboard.contract.words import Words

W = Words
Kind = Literal["count", "share", "ratio", "per_hundred", "per_thousand"]
Span = Literal["month_end", "window", "year"]
Uncertainty = Literal["none", "decided", "binomial", "persons"]
_SCALE: dict[Kind, float] = {
    "count": 1,
    "share": 100,
    "ratio": 1,
    "per_hundred": 100,
    "per_thousand": 1000,
}

PERCENT = W("%", "%")


@dataclass(frozen=True, kw_only=True)
class Indicator:
    """Declare how counted columns become a number a person reads.

    ``query`` is the named query that counts it by town; ``tier`` picks that tier's rows.
    ``mean_over_months`` divides a denominator of person-months by the months they span.
    ``span`` says whether the value is as at the end month, over the chosen months, or over the twelve
    months up to the end month whichever are chosen, and missing where there are no twelve.
    ``uncertainty`` says what an interval, a limit or a word of chance may rest on:
    ``none``: a complete count, told as it is;
    ``decided``: a complete count of communities that somebody decided on, one by one; a gap is
    told in communities;
    ``binomial``: each of those counted could have gone either way (Wilson's interval);
    ``persons``: persons over a mean stock of residents, who come and go meanwhile: no binomial
    share, the persons are taken for a Poisson count, which is on the wide side.
    ``possible``: the count without which the value can only be 0: there it has no interval.
    ``recorded``: the column of the district's months, or of the tier's, that counts the communities
    which it is made of where not all reported what it needs.
    ``is_seasonal``: it runs higher or lower in some months, so that it is compared with the same
    months a year before. ``is_annual``: over twelve months, per mean resident: a denominator of
    person-months is divided by twelve.
    """

    code: str
    name: Words
    numerator: str
    formula: Words
    query: str
    kind: Kind = "share"
    unit: Words = PERCENT
    decimals: int = 1
    denominator: str | None = None
    tier: str | None = None
    mean_over_months: bool = False
    span: Span = "month_end"
    caveat: Words | None = None
    uncertainty: Uncertainty = "none"
    possible: str | None = None
    is_annual: bool = False
    recorded: str | None = None
    is_seasonal: bool = False

    @property
    def has_interval(self) -> bool:
        """Whether chance can be reckoned with."""
        return self.uncertainty in ("binomial", "persons")

    @property
    def may_pass_whole(self) -> bool:
        """Whether it may pass 100 %, as those who left are counted with those who stayed."""
        return self.kind == "share" and self.uncertainty == "persons"

    @property
    def scale(self) -> float:
        """What numerator ÷ denominator is multiplied by to be in the unit."""
        return _SCALE[self.kind]


_OCCUPANCY_CAVEAT = W(
    "不同层次不可相加；超过 100% 视为数据错误。",
    "Tiers are never added; over 100% is a fault in the data.",
)
_EFFECTIVE_CAVEAT = W(
    "90 天为本系统假定，并非公开规定；数据不足 90 天的月份为空。",
    "The 90 days are this product's assumption, not a rule. Missing where the data do not reach back "
    "90 days.",
)


_ASSOCIATION = W(
    "模式因规模与区位而定：差异是关联，不是效果。",
    "Modes are chosen by size and site: a difference is an association, not an effect.",
)
_MOVES_CAVEAT = W(
    "含区内社区之间的搬迁；不分房源层次；社区退出当月未上报的迁出不在内。",
    "Moves between communities are counted; tiers are not told apart; of a community's month of closing "
    "only what was reported.",
)


_STAY_CAVEAT = W(
    "居民数不变时才等于平均居住时长：居民增加时，按迁出的偏长，按迁入的偏短，两者之间为可能的范围；并非实测的居住时长。",
    "A mean stay only while the number of residents stays the same: where it grows, that by move-outs is too "
    "long and that by move-ins too short, and it lies between the two. No stay was measured.",
)


def _occupancy(tier: str) -> Indicator:
    words = stated_tiers[tier]
    return Indicator(
        code=f"occupancy_{tier}",
        name=W(f"“{words.zh}”入住率", f"Occupancy, {words.en.lower()}s"),
        numerator="let_count",
        denominator="available_count",
        tier=tier,
        recorded="let_community_count",
        formula=W("已租 ÷ 可租（不含整修中）", "Let ÷ available (not under refurbishment)"),
        query="occupancy_by_town",
        caveat=_OCCUPANCY_CAVEAT,
    )


# fmt: off
INDICATORS: tuple[Indicator, ...] = (
    Indicator(code="communities", name=W("新型居住社区", "New-type communities"),
        numerator="community_count", query="coverage_by_town",
        formula=W("月末在册的社区数", "Communities open at the month's end"),
        kind="count", unit=W("个", "communities"), decimals=0),
    Indicator(code="dwellings", name=W("房源", "Dwellings"),
        numerator="dwelling_count", recorded="dwelling_community_count", query="coverage_by_town",
        formula=W("月末套（间）数；床位计其所在房间", "Flats and rooms; beds as the rooms they stand in"),
        kind="count", unit=W("套/间", "dwellings"), decimals=0,
        caveat=W("公开数字由 14.8 万余降至 14.7 万余：可能是取整或口径变化。",
                 "The published figure fell from 148,000 to 147,000: rounding or a new definition.")),
    Indicator(code="residents", name=W("入住居民", "Residents"),
        numerator="resident_count", recorded="housed_community_count", query="coverage_by_town",
        formula=W("月末实际居住人数", "Persons living there at the month's end"),
        kind="count", unit=W("人", "persons"), decimals=0),
    Indicator(code="committee_coverage", name=W("居村治理覆盖率", "Committee coverage"),
        numerator="committee_community_count", denominator="governed_community_count", recorded="governed_community_count", query="coverage_by_town",
        formula=W("居村治理社区 ÷ 治理已知的社区", "Under committees ÷ communities of known governance"),
        uncertainty="decided",
        caveat=W("其余社区均在片区网格内，并非无人管理。", "The others are inside grid governance, not without any.")),
    Indicator(code="resident_coverage", name=W("居村治理覆盖率（按居民）", "Coverage, by residents"),
        numerator="committee_resident_count", denominator="governed_resident_count", recorded="governed_housed_community_count", query="coverage_by_town",
        formula=W("居村治理社区居民 ÷ 治理已知的社区居民",
                  "Residents under committees ÷ those of known governance")),
    Indicator(code="mode_share", name=W("模式占比", "Mode share"),
        numerator="community_count", denominator="committee_community_count", query="modes_by_town",
        formula=W("该模式社区 ÷ 居村治理社区", "Communities of the mode ÷ those under committees"),
        uncertainty="decided",
        caveat=_ASSOCIATION),
    Indicator(code="mode_resident_share", name=W("模式占比（按居民）", "Mode share, by residents"),
        numerator="resident_count", denominator="committee_resident_count", query="modes_by_town",
        formula=W("该模式社区居民 ÷ 居村治理社区居民", "Residents of the mode ÷ those under committees"),
        caveat=_ASSOCIATION),
    Indicator(code="own_branch", name=W("独立党支部覆盖率", "Own-branch rate"),
        numerator="own_branch_community_count", denominator="community_count", query="coverage_by_town",
        formula=W("有独立党支部的社区 ÷ 全部社区", "Communities with a branch ÷ communities"),
        uncertainty="decided"),
    Indicator(code="effective_coverage", name=W("有效覆盖率", "Effective coverage"),
        numerator="effective_community_count", denominator="community_count", query="coverage_by_town",
        formula=W("有党支部或站点、且近 90 天有活动或办结提案的社区 ÷ 全部社区",
                  "Communities with a branch or station and an activity or settled proposal within 90 days ÷ communities"),
        uncertainty="decided",
        caveat=_EFFECTIVE_CAVEAT),
    Indicator(code="service_station", name=W("党群服务站覆盖率", "Party-service-station rate"),
        numerator="service_station_community_count", denominator="community_count", query="coverage_by_town",
        formula=W("有党群服务站的社区 ÷ 全部社区",
                  "Communities with a Party service station ÷ communities"),
        uncertainty="decided"),
    Indicator(code="social_work_station", name=W("社工站覆盖率", "Social-work-station rate"),
        numerator="social_work_station_community_count", denominator="community_count", query="coverage_by_town",
        formula=W("有社工站的社区 ÷ 全部社区",
                  "Communities with a social-work station ÷ communities"),
        uncertainty="decided"),
    Indicator(code="bed_supply", name=W("“一张床”供应", "Beds supplied"),
        numerator="bed_supply_count", recorded="supplied_community_count", query="coverage_by_town",
        formula=W("月末建成可供的床位", "Beds built and available at the month's end"),
        kind="count", unit=W("张", "beds"), decimals=0),
    *(_occupancy(tier) for tier in stated_tiers),
    Indicator(code="residents_per_dwelling", name=W("套均居民", "Residents per dwelling"),
        numerator="paired_resident_count", denominator="paired_dwelling_count", recorded="paired_community_count", query="coverage_by_town",
        formula=W("居民 ÷ 房源", "Residents ÷ dwellings"),
        kind="ratio", unit=W("人/套（间）", "per dwelling"), decimals=2,
        caveat=W("不是入住率。", "Not an occupancy rate.")),
    Indicator(code="turnover", name=W("月流动率", "Monthly turnover"),
        numerator="move_out_count", denominator="resident_month_count", recorded="moved_community_count", query="turnover_by_town",
        formula=W("所选月份的迁出 ÷ 各月（月初与月末平均）居民之和",
                  "Move-outs of the chosen months ÷ mean residents of each month, added up"),
        span="window", is_seasonal=True,
        caveat=_MOVES_CAVEAT),
    Indicator(code="annual_turnover", name=W("年迁出率", "Move-outs over a year"),
        numerator="move_out_count", denominator="resident_month_count", recorded="moved_community_count", query="turnover_by_town",
        formula=W("近 12 个月迁出 ÷ 同期平均居民 × 100，实测，不由所选月份推算",
                  "Move-outs of the last 12 months ÷ mean residents × 100, measured, whichever months are chosen"),
        kind="per_hundred", unit=W("人次/百人", "per 100 residents"), span="year", is_seasonal=True, is_annual=True,
        caveat=W("平均每百名居民一年的迁出人次，不是一年后已迁出的居民占比；不足 12 个月的为空。含区内社区之间的搬迁。",
                 "Move-outs per 100 mean residents in a year, not the share of residents gone after one. Missing "
                 "without 12 months of data. Moves between communities are counted.")),
    Indicator(code="mean_stay", name=W("推算平均居住时长（按迁出）", "Implied mean stay, by move-outs"),
        numerator="resident_month_count", denominator="move_out_count", recorded="moved_community_count", query="turnover_by_town",
        formula=W("近 12 个月居民月数 ÷ 迁出", "Resident-months of the last 12 months ÷ move-outs"),
        kind="ratio", unit=W("个月", "months"), decimals=1, span="year", is_seasonal=True,
        caveat=_STAY_CAVEAT),
    Indicator(code="mean_stay_in", name=W("推算平均居住时长（按迁入）", "Implied mean stay, by move-ins"),
        numerator="resident_month_count", denominator="move_in_count", recorded="moved_community_count", query="turnover_by_town",
        formula=W("近 12 个月居民月数 ÷ 迁入", "Resident-months of the last 12 months ÷ move-ins"),
        kind="ratio", unit=W("个月", "months"), decimals=1, span="year", is_seasonal=True,
        caveat=_STAY_CAVEAT),
    Indicator(code="supply_completion", name=W("供给完成率", "Supply completion"),
        numerator="supply_count", denominator="target_count", query="supply_completion",
        formula=W("期限当月月末（未到期则为所选月末）的建成供应 ÷ 目标",
                  "Built by the due month's end, or by the chosen month's before it ÷ target"),
        caveat=W("目标只有全区的。", "Targets are the district's only.")),
    Indicator(code="required_pace", name=W("所需进度", "Required pace"),
        numerator="gap_count", denominator="days_left_count", query="supply_completion",
        formula=W("缺口 ÷ 剩余天数", "Gap ÷ days left"),
        kind="ratio", unit=W("张/天", "beds a day"), decimals=1,
        caveat=W("已过期限的没有所需进度。", "There is none once the due date has passed.")),
    Indicator(code="reach", name=W("活动参与率", "Participation reach"),
        numerator="participant_count", denominator="resident_month_count", query="participation_by_town",
        formula=W("所选月份内不重复的居民参与者 ÷ 同期平均居民（按报有居民数的月份平均）",
                  "Distinct resident participants in the chosen months ÷ mean residents of those with a count"),
        span="window", is_seasonal=True, mean_over_months=True, uncertainty="persons", possible="activity_count",
        caveat=W("人数不可跨月、跨地相加；分子含期间迁出、迁入的人，分母是平均居民，故偏高，时段越长越高，可超过 100%；"
                 "活动参与页另给出以期初居民加迁入为分母的值。",
                 "Persons are never added over months or places. Those who moved out or in meanwhile count as "
                 "participants, while the denominator is the mean stock: it is too high, the more so the longer the "
                 "time, and may pass 100%. The participation page also gives it by the residents at the start and all "
                 "who moved in.")),
    Indicator(code="attendances", name=W("参与人次", "Attendances"),
        numerator="attendance_count", query="participation_by_town",
        formula=W("所选月份内各场活动的人次，含非本社区居民",
                  "Attendances at all activities in the chosen months, residents or not"),
        kind="count", unit=W("人次", "attendances"), decimals=0, span="window", is_seasonal=True),
    Indicator(code="activities", name=W("活动场次", "Activities"),
        numerator="activity_count", query="participation_by_town",
        formula=W("所选月份内举办的活动", "Activities held in the chosen months"),
        kind="count", unit=W("场", "activities"), decimals=0, span="window", is_seasonal=True),
    Indicator(code="attendance_rate", name=W("参与人次率", "Attendance rate"),
        numerator="attendance_count", denominator="resident_month_count", query="participation_by_town",
        formula=W("人次 ÷ 居民月数 × 1,000", "Attendances ÷ resident-months × 1,000"),
        kind="per_thousand", unit=W("人次/千人·月", "per 1,000 a month"), decimals=0, span="window", is_seasonal=True),
    Indicator(code="repeat_rate", name=W("重复参与率", "Repeat rate"),
        numerator="repeat_participant_count", denominator="participant_count", query="participation_by_town",
        formula=W("所选月份内参与两次及以上的居民 ÷ 不重复的居民参与者",
                  "Residents with two attendances or more ÷ distinct resident participants"),
        span="window", is_seasonal=True, uncertainty="binomial"),
    Indicator(code="first_timers", name=W("首次参与占比", "First-timers"),
        numerator="first_time_participant_count", denominator="participant_count", query="participation_by_town",
        formula=W("此前 12 个月未在同一范围参与的居民 ÷ 不重复的居民参与者",
                  "Residents not seen in the same places in the 12 months before ÷ distinct resident participants"),
        span="window", is_seasonal=True, uncertainty="binomial",
        caveat=W("此前 12 个月须有数据，否则为空。", "Missing without data for the 12 months before.")),
    Indicator(code="intensity", name=W("活动密度", "Activity intensity"),
        numerator="activity_count", denominator="resident_month_count", query="participation_by_town",
        formula=W("场次 ÷ 居民月数 × 1,000", "Activities ÷ resident-months × 1,000"),
        kind="per_thousand", unit=W("场/千人·月", "per 1,000 a month"), decimals=1, span="window", is_seasonal=True),
    Indicator(code="proposals", name=W("提出提案", "Proposals raised"),
        numerator="proposal_count", query="proposals_by_town",
        formula=W("所选月份内提出的提案", "Raised in the chosen months"),
        kind="count", unit=W("件", "proposals"), decimals=0, span="window"),
    Indicator(code="acceptance", name=W("提案受理率", "Proposals accepted"),
        numerator="accepted_count", denominator="proposal_count", query="proposals_by_town",
        formula=W("其中已受理 ÷ 提出的提案", "Accepted since ÷ proposals raised"),
        span="window", uncertainty="binomial",
        caveat=W("截至数据最后一日；近日提出的可能尚未受理。",
                 "As of the last day of the data; the latest may not be accepted yet.")),
    Indicator(code="prompt_acceptance", name=W("3 天内受理率", "Accepted within 3 days"),
        numerator="prompt_count", denominator="accepted_count", query="proposals_by_town",
        formula=W("提出后 3 天内受理 ÷ 受理的提案", "Accepted within 3 days ÷ accepted"),
        span="window", uncertainty="binomial",
        caveat=W("3 天为本系统假定。", "The 3 days are this product's assumption.")),
    Indicator(code="closing_rate", name=W("14 天闭环率", "Closing rate, 14 days"),
        numerator="in_time_count", denominator="followed_count", query="proposals_by_town",
        formula=W("受理 14 天内办结 ÷ 受理已满 14 天的提案",
                  "Settled within 14 days of acceptance ÷ accepted at least 14 days ago"),
        span="window", uncertainty="binomial",
        caveat=W("14 天取自一个公开案例，为假定；重启的按未办结计，重启日期未记录。",
                 "The 14 days are an assumption from one published case. Reopened counts as open; its date is not recorded.")),
    Indicator(code="closing_days", name=W("办结天数中位数", "Median days to settle"),
        numerator="day_count", query="proposal_days",
        formula=W("受理至办结，未办结的计到最后所见为止（Kaplan–Meier）",
                  "Acceptance to settling; open ones count as far as they were followed (Kaplan–Meier)"),
        kind="count", unit=W("天", "days"), decimals=0, span="window"),
    Indicator(code="overdue", name=W("超期未办结", "Open and overdue"),
        numerator="overdue_count", query="overdue_by_town",
        formula=W("月末在册社区受理超过 14 天仍未办结，不论何时提出",
                  "Of open communities: accepted over 14 days before the month's end and open then, whenever raised"),
        kind="count", unit=W("件", "proposals"), decimals=0,
        caveat=W("14 天为假定；重启的没有重启日期，无从判断是否超期，不计。",
                 "The 14 days are an assumption. Reopened ones are left out: their date of reopening is not recorded.")),
    Indicator(code="self_service", name=W("自我服务率", "Reached self-service"),
        numerator="self_service_count", denominator="proposal_count", query="proposals_by_town",
        formula=W("已到自我服务阶段 ÷ 提出的提案", "Reached self-service ÷ proposals raised"),
        span="window", uncertainty="binomial"),
    Indicator(code="service_breadth", name=W("服务覆盖面", "Service breadth"),
        numerator="delivered_aspect_count", denominator="possible_aspect_count", query="service_breadth_by_town",
        formula=W("各社区已提供的具名方面之和 ÷（社区数 × 5）",
                  "Named aspects delivered, community by community ÷ (communities × 5)"),
        span="window",
        caveat=W("公开的九个方面中只有五个列出名称，只计这五个。",
                 "Nine aspects were published, five of them by name: those five alone count.")),
    Indicator(code="station_space", name=W("人均站点面积", "Station space per resident"),
        numerator="station_area_m2", denominator="measured_resident_count", query="micros_by_town",
        formula=W("站点面积 ÷ 居民", "Floor area of stations ÷ residents"),
        kind="ratio", unit=W("平方米/人", "m²"), decimals=2,
        caveat=W("站点面积不详的社区连同其居民不计。",
                 "Communities with a station of unknown floor area are left out, with their residents.")),
    Indicator(code="shared_space", name=W("有共享空间的社区占比", "Communities with a shared space"),
        numerator="space_community_count", denominator="community_count", query="living_by_town",
        formula=W("月末有居民共用空间的社区 ÷ 全部社区", "Communities with a space that residents share ÷ communities"),
        uncertainty="decided",
        caveat=W("没有填报的社区按没有计；公开具名的项目不在其内。",
                 "A community that reported none counts as having none; projects named in public are left out.")),
    Indicator(code="club_communities", name=W("有社团的社区占比", "Communities with a club"),
        numerator="club_community_count", denominator="community_count", query="living_by_town",
        formula=W("月末有活跃社团的社区 ÷ 全部社区", "Communities with an active club ÷ communities"),
        uncertainty="decided",
        caveat=W("没有填报的社区按没有计；公开具名的项目不在其内。",
                 "A community that reported none counts as having none; projects named in public are left out.")),
    Indicator(code="self_organised", name=W("居民自组织活动占比", "Activities by residents themselves"),
        numerator="self_organised_activity_count", denominator="organised_activity_count",
        query="self_organised_by_town",
        formula=W("居民自组织的活动 ÷ 记有组织者的活动", "Organised by residents themselves ÷ activities with a known organiser"),
        span="window", uncertainty="binomial",
        caveat=W("“活动”表的“组织者”未填的不计。", "Activities without an organiser on record are left out.")),
    Indicator(code="reply_rate", name=W("提案回复率", "Proposals answered to the resident"),
        numerator="replied_count", denominator="reply_known_count", query="replies_by_town",
        formula=W("已把结果回复居民的提案 ÷ 记有是否回复的提案",
                  "Residents told of the outcome ÷ proposals where that is on record"),
        span="window", uncertainty="binomial",
        caveat=W("“提案”表的“已回复居民”未填的不计。", "Proposals without a note of it are left out.")),
    Indicator(code="belonging", name=W("归属感得分", "Score of belonging"),
        numerator="score_sum", denominator="answered_count", query="belonging_by_town",
        formula=W("各份答卷得分的平均，最低分折为 0、满分折为 100",
                  "Mean of the answers' scores, the lowest as 0 and the highest as 100"),
        kind="per_hundred", unit=W("分（百分制）", "of 100 points"),
        caveat=W("各社区一年内最近一次调查；自愿作答，不是抽样调查，不给区间；答卷多于居民的不计。",
                 "Each community's latest survey within a year; answers are voluntary and no random sample, "
                 "so there is no interval; surveys with more answers than residents are left out.")),
)
# fmt: on

# What can be shown town by town on a map: a mode's share is of one mode among several, and
# supply targets are the district's.
BY_TOWN = tuple(
    each for each in INDICATORS if each.query.endswith("_by_town") and each.query != "modes_by_town"
)
BY_CODE: dict[str, Indicator] = {indicator.code: indicator for indicator in INDICATORS}
