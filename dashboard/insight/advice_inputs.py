"""Name the inputs of the decision table: what is asked of a community, and whom to ask."""

from dataclasses import dataclass
from typing import Literal

from dashboard.contract.words import Words

# What a value rests on. A "typed" one is of a what-if.
Basis = Literal["recorded", "published", "estimated", "sample", "typed"]
Kind = Literal["yes_no", "count", "share", "metres"]
Value = bool | float


@dataclass(frozen=True)
class Input:
    """Declare one input: its kind, its name, what to ask where it is missing, and of whom.

    ``step`` is the least by which it differs.
    """

    name: str
    kind: Kind
    label: Words
    question: Words
    whom: Words
    # Of a whole year: of a place not open so long there is none.
    is_of_year: bool = False

    @property
    def step(self) -> float:
        return 0.001 if self.kind == "share" else 1.0


@dataclass(frozen=True)
class Known:
    """Hold an input's value and what it rests on."""

    value: Value
    basis: Basis


TOWN = Words("街镇", "the town")
COMMITTEE = Words("邻近居村", "the neighbouring committee")
OWN_COMMITTEE = Words("所在居村", "the committee it lies in")
_PARTY = Words("街镇党群办", "the town's Party office")
_OPERATOR = Words("运营方", "the operator")
_STATION = Words("社工站或运营方", "the station or the operator")

W = Words
# In the order in which they are asked.
# fmt: off
INPUTS: dict[str, Input] = {each.name: each for each in (
    Input("has_grid", "yes_no", W("已纳入居村治理或片区网格", "Under a committee or in a grid"),
          W("是否已纳入居村治理或片区网格", "whether it is under a committee or in a grid"), TOWN),
    Input("has_leading_organisation", "yes_no", W("有牵头党组织", "A leading Party organisation"),
          W("有没有牵头党组织", "whether a Party organisation leads"), _PARTY),
    Input("is_effective", "yes_no", W("安排在运转（近 90 天）", "It works (last 90 days)"),
          W("近 90 天有没有活动或办结提案，且有支部或站点",
            "whether there was an activity or a settled proposal in 90 days, and a branch or station"), _STATION),
    Input("is_committee", "yes_no", W("属居村治理", "Under a committee"), W("是否属居村治理", "whether a committee governs it"), TOWN),
    Input("is_inside_boundary", "yes_no", W("在居村辖区内", "Inside a committee's boundary"),
          W("是否位于某个居委会辖区内", "whether it lies inside a committee's boundary"), TOWN),
    Input("committee_households", "count", W("该居村现有户数", "The committee's households"),
          W("该居村现有多少户", "how many households that committee has"), OWN_COMMITTEE),
    Input("dwellings", "count", W("本社区户数（套/间）", "Its own households (dwellings)"),
          W("有多少套（间）", "how many dwellings it has"), _OPERATOR),
    Input("has_branch", "yes_no", W("有自己的党支部", "A Party branch of its own"), W("有没有自己的党支部", "whether it has a Party branch"), _PARTY),
    Input("has_service_station", "yes_no", W("有党群服务站", "A Party service station"),
          W("有没有党群服务站", "whether it has a Party service station"), _PARTY),
    Input("club_count", "count", W("活跃社团", "Active clubs"), W("有几个活跃社团", "how many clubs are active"), _STATION),
    Input("turnover", "share", W("年迁出率", "Moved out in a year"), W("一年迁出多少人", "how many moved out in a year"), _OPERATOR),
    Input("member_count", "count", W("正式党员", "Full Party members"), W("有几名正式党员", "how many full Party members live there"), _PARTY),
    Input("has_neighbour", "yes_no", W("邻近有居村", "A committee near"),
          W("附近有没有居委会或村委会", "whether a committee is near"), TOWN),
    Input("neighbour_metres", "metres", W("距最近居村（米）", "Metres to the nearest committee"),
          W("距最近的居村多少米", "how many metres the nearest committee is away"), TOWN),
    Input("youth_share", "share", W("青年占比", "Share of young residents"), W("18–35 岁居民占多少", "what share is 18 to 35"), _OPERATOR),
    Input("is_mixed", "yes_no", W("居民构成混合", "Mixed residents"), W("居民构成是否混合", "whether residents are mixed"), _OPERATOR),
    Input("overdue_count", "count", W("超期提案", "Overdue proposals"), W("有几件提案超期", "how many proposals are overdue"), TOWN),
    Input("reach", "share", W("一年参与率", "Reach in a year"), W("一年里多少居民参加过活动", "what share took part in a year"), _STATION, is_of_year=True),
    Input("aspect_count", "count", W("有活动的服务方面（共五个）", "Aspects of service (of five)"),
          W("五个服务方面中有几个有活动", "in how many of the five aspects there is an activity"), _STATION, is_of_year=True),
)}
# fmt: on
