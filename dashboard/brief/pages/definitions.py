"""The appendix: how the figures are counted, and by which rules."""

from dataclasses import replace

from dashboard.brief.material import Material, Page
from dashboard.brief.sentences import Message
from dashboard.brief.slides import Column, Slide, Stack, Table
from dashboard.contract.indicators import BY_CODE
from dashboard.insight.attention import RULES, rule_told
from dashboard.insight.targets import STATE_RULE

DEFINED = (
    "committee_coverage", "mode_share", "occupancy_room", "supply_completion", "reach",
    "repeat_rate", "closing_rate",
)  # fmt: skip


def definitions(material: Material) -> Slide:
    """Make the page."""
    say = material.asking.say
    # Of part of the district no completion is told: the published targets are the district's.
    codes = [c for c in DEFINED if c != "supply_completion" or material.asking.scope.is_district]
    defined = [BY_CODE[code] for code in codes]
    table = Table.of(
        "",
        {
            Column(say("指标"), 0.24): [say.words(each.name) for each in defined],
            Column(say("算法"), 0.76): [say.words(each.formula) for each in defined],
        },
    )
    message = Message(
        say("附录：口径与页面一致，缺失不作 0"),
        say("先加后除；人数不跨月、跨地相加；1–4 人的数不显示。"),
    )
    slide = material.slide(
        message,
        Stack((table,)),
        indicators=codes,
        notes=[
            say.words(STATE_RULE),
            *(rule_told(say, rule) for rule in RULES),
        ],
    )
    # It shows no number that could be missing.
    return replace(slide, lack="", as_of=material.asking.as_of())


PAGE = Page(
    "definitions",
    definitions,
    lambda say: say("口径附录"),
    needs_data=False,
)
