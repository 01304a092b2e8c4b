"""Say what was published, each page's own topic first: numbers of sources, none of ours."""

from collections.abc import Callable, Mapping, Sequence

from dashboard.contract.indicators import percent
from dashboard.contract.rounding import number_written, percent_written
from dashboard.insight.headline import Headline
from dashboard.insight.quoting import Fact, value_told
from dashboard.language import Say

Facts = Mapping[str, Fact]


def counted_headline(say: Say, *, figures: int, reports: int, events: int, change: str) -> Headline:
    """Say how much was published."""
    state = say(
        "公开数字 {figures} 项、报道 {reports} 篇、大事 {events} 件，各有来源",
        figures=figures,
        reports=reports,
        events=events,
    )
    return Headline(state, change)


def place_headline(say: Say, place: str, *, figures: int, reports: int) -> Headline:
    """Say how much was published of a place."""
    if figures or reports:
        state = say(
            "{place}：公开数字 {figures} 项、报道 {reports} 篇",
            place=place,
            figures=figures,
            reports=reports,
        )
    else:
        state = say("{place}：没有公开的数字", place=place)
    return Headline(state, say("新型居住社区的数只公布到全区；街镇的数未曾公布。"))


def faults_told(say: Say, *, conflicts: int, undated: int, superseded: int) -> str:
    """Say what is wrong with what was published: it is told, never averaged."""
    return say(
        "{conflicts} 处两种说法不一，并列不平均；{undated} 项来源未注明时点；{superseded} 项已被取代。",
        conflicts=conflicts,
        undated=undated,
        superseded=superseded,
    )


def governance_state(say: Say, facts: Facts) -> str:
    """Say how many are governed how: both cover; how many grids govern was never printed."""
    every, inside = facts["F001"].number or 0, facts["F004"].number or 0
    return say(
        "居村治理 {inside} + 片区网格 {others}（推算）= {every} 个社区，全覆盖（公开）",
        inside=number_written(inside),
        others=number_written(every - inside),
        every=number_written(every),
    )


def coverage_state(say: Say, facts: Facts) -> str:
    every, inside = facts["F001"].number, facts["F004"].number
    return say(
        "{inside} 个社区纳入居村治理（推算占 {share}），其余均在片区网格",
        inside=number_written(inside),
        share=percent_written(percent(inside, every)),
    )


def housing_state(say: Say, facts: Facts) -> str:
    return say(
        "“一张床”建成 {built}（{as_of}），当年{plan}",
        built=value_told(facts["F005"], say),
        as_of=facts["F005"].row.as_of,
        plan=value_told(facts["F021"], say),
    )


def participation_state(say: Say, facts: Facts) -> str:
    return say(
        "青年夜校 {sites}、{courses}、{attendances}（至 {as_of}）",
        sites=value_told(facts["F055"], say),
        courses=value_told(facts["F056"], say),
        attendances=value_told(facts["F057"], say),
        as_of=facts["F057"].row.as_of,
    )


def needs_state(say: Say, facts: Facts) -> str:
    return say(
        "社工站服务 {domains}、{items}；增开班车的提案{days}内有回应",
        domains=value_told(facts["F216"], say),
        items=value_told(facts["F217"], say),
        days=value_told(facts["F228"], say),
    )


def living_state(say: Say, facts: Facts) -> str:
    return say(
        "{area} 公共空间的用途由居民投票选定，入口花园由居民共建；建管家床位月租 {rent}",
        area=value_told(facts["F197"], say),
        rent=value_told(facts["F031"], say),
    )


# A page's own topics; its sentence and the figures that it needs; its key numbers, each with the one
# that another source gives.
TOPICS_OF: Mapping[str, tuple[str, ...]] = {
    "overview": ("governance", "housing", "policy", "research"),
    "coverage": ("governance", "policy"),
    "housing": ("housing",),
    "participation": ("participation",),
    "needs": ("needs",),
    "living": ("participation", "needs"),
    "cases": ("participation", "needs", "place"),
    "advice": ("governance", "policy"),
    "scenario": ("governance", "policy"),
    "research": ("research",),
    "briefing": ("governance", "housing", "participation", "needs"),
}
STATES: Mapping[str, tuple[Callable[[Say, Facts], str], tuple[str, ...]]] = {
    "overview": (governance_state, ("F001", "F004")),
    "coverage": (coverage_state, ("F001", "F004")),
    "housing": (housing_state, ("F005", "F021")),
    "participation": (participation_state, ("F055", "F056", "F057")),
    "needs": (needs_state, ("F216", "F217", "F228")),
    "living": (living_state, ("F197", "F031")),
    "briefing": (governance_state, ("F001", "F004")),
}
_DISTRICT = (
    ("F001", "F016"), ("F002", "F017"), ("F003", "F018"), ("F004", ""), ("F007", ""), ("F005", ""),
)  # fmt: skip
TILES_OF: Mapping[str, Sequence[tuple[str, str]]] = {
    "overview": _DISTRICT,
    "briefing": _DISTRICT,
    "published": _DISTRICT,
    "coverage": (("F001", "F016"), ("F004", ""), ("F007", ""), ("F047", ""), ("F048", "")),
    "housing": (("F005", ""), ("F021", "F024"), ("F006", ""), ("F044", ""), ("F032", ""), ("F031", "")),
    "participation": (("F055", ""), ("F056", ""), ("F057", ""), ("F049", ""), ("F202", "")),
    "needs": (("F216", ""), ("F217", ""), ("F228", ""), ("F197", ""), ("F198", "")),
    "living": (("F197", ""), ("F198", ""), ("F224", ""), ("F228", ""), ("F031", "")),
}  # fmt: skip
