"""The one-page conclusion: six key figures, and how four aspects stand."""

from collections.abc import Iterable

from dashboard.asking.questions import Questions
from dashboard.asking.scope import is_of_all
from dashboard.asking.targets import judged_here
from dashboard.brief.material import Material, Page
from dashboard.brief.sentences import (
    Point,
    conclusion_message,
    governance_line,
    housing_line,
    participation_line,
    response_line,
)
from dashboard.brief.slides import Cell, Column, Figure, Figures, Slide, SlidePlace, Stack, Table
from dashboard.contract.indicators import BY_CODE, figure_of, for_spreadsheet
from dashboard.contract.rounding import MISSING
from dashboard.contract.tables import stated_tiers
from dashboard.figures.scope import is_settled, whole_named
from dashboard.figures.targets import judged_by_told
from dashboard.insight.due import weak_point
from dashboard.insight.outlook import governed_counts, weak_told
from dashboard.insight.targets import STATE_RULE, State, state_words
from dashboard.insight.windows import month_end_told
from dashboard.language import Say
from dashboard.subjects.overview.figures import found, unchecked_kinds
from dashboard.subjects.overview.sentences import newly_told

KEY_FIGURES = (
    "communities", "dwellings", "residents", "committee_coverage", "bed_supply", "reach",
)  # fmt: skip


def conclusion(material: Material) -> Slide:
    """Make the page."""
    asking, say = material.asking, material.asking.say
    coverage = BY_CODE["committee_coverage"]
    counted = asking.count("changes")
    changes = counted.rows.iloc[0] if asking.has_before else None
    district = asking.district_value(coverage)
    message = conclusion_message(
        say,
        counts=governed_counts(material.months.rows.iloc[-1]),
        weak=weak_told(say, weak_point(found(asking)), are_all_checked=not unchecked_kinds(asking)),
        changes=changes,
        beside=coverage_of_all(material, district),
        is_settled=is_settled(asking, coverage),
    )
    lines = aspects(material)
    return material.slide(
        message,
        Stack(
            (
                Figures(tuple(large(material, code) for code in KEY_FIGURES)),
                _aspects_table(say, lines),
            )
        ),
        indicators=(*KEY_FIGURES, "closing_rate", "overdue"),
        notes=[
            say(
                "参与率除以所选月份的平均居民，不是月末居民；闭环率除以受理已满 14 天的提案，不是全部提案。"
            ),
            *([say.words(STATE_RULE)] if any(each.state != "none" for each in lines) else []),
            *filter(None, [newly_told(say, changes, month_end_told(say, asking.month_before))]),
        ],
        counted=(
            material.months,
            asking.participation_months(),
            material.tiers,
            material.proposals,
            counted,
        ),
    )


def coverage_of_all(material: Material, district: float | None) -> str:
    """Tell the coverage of all towns, where it is not that of what is chosen."""
    asking = material.asking
    if district is None or asking.filters == asking.everywhere or is_of_all(asking):
        return ""
    return asking.say("{whole}覆盖率 {district:.1f}%", whole=whole_named(asking), district=district)


def _aspects_table(say: Say, lines: tuple[Point, ...]) -> Table:
    """Set the aspects below each other, with their states where somebody set a target."""
    states = state_words(say)
    are_judged = any(line.state != "none" for line in lines)
    columns = {
        Column(say("方面"), 0.15): [line.subject for line in lines],
        Column(say("结论"), 0.71 if are_judged else 0.85): [line.text for line in lines],
    }
    if are_judged:
        state = Column(say("状态"), 0.14, is_state=True)
        columns[state] = [states[line.state] for line in lines]
    return Table.of(say("状态按填报的目标判定") if are_judged else "", columns)


# By what each aspect is judged: the worst of those for which there is a target.
_ASPECTS = {
    "governance": ("committee_coverage",),
    "housing": tuple(f"occupancy_{tier}" for tier in stated_tiers),
    "participation": ("reach",),
    "response": ("closing_rate",),
}


def aspects(material: Material) -> tuple[Point, ...]:
    """Say how the four aspects stand."""
    say = material.asking.say
    reach, closing = material.standing("reach"), material.standing("closing_rate")
    states = {name: _state(material.asking, codes) for name, codes in _ASPECTS.items()}
    return (
        Point(
            say("治理"),
            governance_line(say, material.standing("committee_coverage")),
            states["governance"],
        ),
        Point(say("住房"), housing_line(say, material.tiers_now), states["housing"]),
        Point(
            say("参与"),
            participation_line(say, reach) + judged_by_told(material.asking, "reach", reach.value),
            states["participation"],
        ),
        Point(
            say("响应"),
            response_line(say, closing, overdue=material.overdue)
            + judged_by_told(material.asking, "closing_rate", closing.value),
            states["response"],
        ),
    )


def _state(asking: Questions, codes: Iterable[str]) -> State:
    """Tell the worst of those that have a target; one of which nothing is known is not met."""
    judged = (judged_here(asking, code) for code in codes)
    found = {each.state for each in judged if each is not None}
    return next((state for state in ("late", "watch", "none", "good") if state in found), "none")


def large(material: Material, code: str) -> Figure:
    """Write one of the large figures, with its change."""
    say, standing = material.asking.say, material.standing(code)
    indicator = standing.indicator
    figure, unit = figure_of(standing.value, indicator, say.language)
    if figure != MISSING:
        plain = "" if indicator.kind == "share" else say.words(indicator.unit)
        figure = Cell(figure, *for_spreadsheet(standing.value, indicator), plain)
    # In English the name tells the unit.
    unit = unit if say.language == "zh" or unit == "%" else ""
    return Figure(say.words(indicator.name), figure, unit, standing.change(say, in_short=True))


PAGE = Page(
    "conclusion",
    conclusion,
    lambda say: say("一页结论"),
    SlidePlace("progress", row=0, column=1, width=144),
)
