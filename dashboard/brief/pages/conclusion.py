"""The one-page conclusion: six key figures, and how four aspects stand."""

from dashboard.asking.scope import is_of_all
from dashboard.brief.material import Material, Page
from dashboard.brief.sentences import (
    Point,
    Standing,
    conclusion_message,
    governance_point,
    housing_point,
    participation_point,
    response_point,
)
from dashboard.brief.slides import Cell, Column, Figure, Figures, Slide, SlidePlace, Stack, Table
from dashboard.contract.indicators import BY_CODE, figure_of, for_spreadsheet
from dashboard.contract.rounding import MISSING
from dashboard.figures.scope import whole_named
from dashboard.insight.attention import OVERDUE_PROPOSALS
from dashboard.insight.due import weak_point
from dashboard.insight.outlook import governed_counts, weak_told
from dashboard.insight.state import state_rules_told, state_words
from dashboard.subjects.overview.figures import found, unchecked_kinds

KEY_FIGURES = (
    "communities", "dwellings", "residents", "committee_coverage", "bed_supply", "reach",
)  # fmt: skip


def conclusion(material: Material) -> Slide:
    """Make the page."""
    asking, say = material.asking, material.asking.say
    coverage = BY_CODE["committee_coverage"]
    changes = asking.count("changes")
    district = asking.district_value(coverage)
    message = conclusion_message(
        say,
        counts=governed_counts(material.months.rows.iloc[-1]),
        weak=weak_told(say, weak_point(found(asking)), are_all_checked=not unchecked_kinds(asking)),
        changes=changes.rows.iloc[0] if asking.has_before else None,
        beside=coverage_of_all(material, district),
    )
    states, lines = state_words(say), aspects(material, district)
    table = Table.of(
        say("状态按规则判定，规则见附录，界限由本系统假定"),
        {
            Column(say("方面"), 0.15): [line.subject for line in lines],
            Column(say("结论"), 0.71): [line.text for line in lines],
            Column(say("状态"), 0.14, is_state=True): [states[line.state] for line in lines],
        },
    )
    return material.slide(
        message,
        Stack((Figures(tuple(large(material, code) for code in KEY_FIGURES)), table)),
        indicators=(*KEY_FIGURES, "closing_rate", "overdue"),
        notes=[
            say(
                "参与率除以所选月份的平均居民，不是月末居民；闭环率除以受理已满 14 天的提案，不是全部提案。"
            ),
            *state_rules_told(say, is_district=asking.scope.is_district),
        ],
        counted=(
            material.months,
            asking.participation_months(),
            material.tiers,
            material.proposals,
            changes,
        ),
    )


def coverage_of_all(material: Material, district: float | None) -> str:
    """Tell the coverage of all towns, where it is not that of what is chosen."""
    asking = material.asking
    if district is None or asking.filters == asking.everywhere or is_of_all(asking):
        return ""
    return asking.say("{whole}覆盖率 {district:.1f}%", whole=whole_named(asking), district=district)


def aspects(material: Material, district: float | None) -> tuple[Point, ...]:
    """Say how the four aspects stand, their states judged over months of their own."""
    say, judged = material.asking.say, material.for_states

    def both(code: str) -> tuple[Standing, Standing]:
        return material.standing(code), judged.standing(code)

    overdue = material.asking.count("communities").rows["overdue_count"]
    is_beside_district = material.own and material.asking.scope.is_district
    return (
        governance_point(
            say, *both("committee_coverage"), district=district if is_beside_district else None
        ),
        housing_point(say, material.tiers_now, judged.tiers_before),
        participation_point(say, *both("reach")),
        response_point(
            say,
            *both("closing_rate"),
            overdue=material.overdue,
            has_late=bool(material.own and (overdue >= OVERDUE_PROPOSALS).any()),
        ),
    )


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
