"""The targets that were set: what was to be reached by when, and what was."""

from dataclasses import replace

from dashboard.brief.layout import that_fit
from dashboard.brief.material import Material, Page
from dashboard.brief.sentences import Message
from dashboard.brief.slides import Column, Slide, Stack, Table
from dashboard.contract.indicators import BY_CODE
from dashboard.figures.targets import place_named, target_lines, targets_told, values_shown
from dashboard.insight.targets import STATE_RULE, state_words, wanted_told


def targets_slide(material: Material) -> Slide:
    """Make the page."""
    asking, say = material.asking, material.asking.say
    lines, states = target_lines(asking), state_words(say)
    table = Table.of(
        "",
        {
            Column(say("指标"), 0.2): [say.words(BY_CODE[e.target.indicator].name) for e in lines],
            Column(say("范围"), 0.14): [place_named(asking, each.target) for each in lines],
            Column(say("目标"), 0.17): [wanted_told(say, each.target) for each in lines],
            Column(say("到期"), 0.1): [f"{each.target.due:%Y-%m}" for each in lines],
            Column(say("现状"), 0.12): [each.now for each in lines],
            Column(say("状态"), 0.11, is_state=True): [states[each.state] for each in lines],
            Column(say("制定单位"), 0.16): [each.target.set_by for each in lines],
        },
    )
    shown, (headline, conclusion) = that_fit(table), targets_told(say, lines)
    slide = material.slide(
        Message(headline, conclusion),
        Stack((shown,)),
        indicators=tuple(dict.fromkeys(each.target.indicator for each in lines)),
        notes=[say.words(STATE_RULE)],
        values=values_shown(lines[: len(shown.rows)]),
    )
    return replace(slide, listed=table) if len(table.rows) > len(shown.rows) else slide


PAGE = Page(
    "targets",
    targets_slide,
    lambda say: say("目标"),
    is_told=lambda ask: bool(target_lines(ask)),
)
