"""The one-page conclusion: six key figures, and how four aspects stand."""

from dashboard.brief.material import Material, fraction
from dashboard.brief.slides import Cell, Column, Figure, Figures, Slide, Stack, Table
from dashboard.contract.indicators import BY_CODE, figure_of, for_spreadsheet
from dashboard.contract.rounding import MISSING
from dashboard.insight.attention import OVERDUE_PROPOSALS
from dashboard.insight.briefing import (
    conclusion_message,
    governance_point,
    housing_point,
    participation_point,
    parts_told,
    response_point,
)
from dashboard.insight.limits import outside
from dashboard.insight.state import STATE_RULES, state_words

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
        now=material.months.rows.iloc[-1],
        changes=changes.rows.iloc[0] if asking.has_before else None,
        towns=material.coverage_towns.rows,
        district=district,
        is_whole=material.is_whole,
    )
    figures = []
    for code in KEY_FIGURES:
        now, _ = material.pair(code)
        figure, unit = figure_of(now, BY_CODE[code], say.language)
        if figure != MISSING:
            number, form = for_spreadsheet(now, BY_CODE[code])
            plain = "" if BY_CODE[code].kind == "share" else say.words(BY_CODE[code].unit)
            figure = Cell(figure, number, form, plain)
        figures.append(
            Figure(
                say.words(BY_CODE[code].name),
                figure,
                # In English the name tells the unit.
                unit if say.language == "zh" or unit == "%" else "",
                material.compared(code),
            )
        )
    states = state_words(say)
    tiers = material.tiers_now
    shares = ("committee_coverage", "reach", "closing_rate")
    parts = {code: material.parts(code) for code in shares}
    parts |= {f"occupancy_{each}": fraction(tiers.loc[[each]]) for each in tiers.index}
    made_of, by_community = parts_told(say, parts), material.communities.rows
    has_late = bool((by_community["overdue_count"] >= OVERDUE_PROPOSALS).any())
    governance, reach, closing = (material.pair(code) for code in shares)
    lines = [
        governance_point(say, governance, made_of, is_below=is_below(material, district)),
        housing_point(say, tiers.reset_index(), material.tiers_before.reset_index(), made_of),
        participation_point(say, reach, made_of, is_yearly=material.is_yearly("reach")),
        response_point(say, closing, made_of, overdue=material.overdue, has_late=has_late),
    ]
    table = Table(
        say("状态按规则判定，规则见附录，界限为假定"),
        (
            Column(say("方面"), 0.15),
            Column(say("结论"), 0.71),
            Column(say("状态"), 0.14, is_state=True),
        ),
        tuple((line.subject, line.text, states[line.state]) for line in lines),
    )
    return material.slide(
        "conclusion",
        message,
        Stack((Figures(tuple(figures)), table)),
        indicators=(*KEY_FIGURES, "closing_rate", "overdue"),
        notes=[say.words(words) for words in STATE_RULES],
        counted=(
            material.months,
            material.participation,
            material.tiers,
            material.proposals,
            changes,
        ),
        window=True,
    )


def is_below(material: Material, district: float | None) -> bool:
    """Tell whether the one town lies below the district beyond chance."""
    rows = material.coverage_towns.rows
    if district is None:
        return False
    is_low = outside(rows, district) & (rows["value"] < district)
    return bool(is_low[rows["key"] == material.own].any())
