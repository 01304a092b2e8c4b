"""Governance coverage (治理覆盖): who is governed how, by town, over time, and who is left."""

from dashboard.asking.questions import Questions
from dashboard.contract.indicators import BY_CODE
from dashboard.figures.page import Beside, Choices, Page, indicator_picker, row
from dashboard.figures.scope import is_settled, nothing_here
from dashboard.language import Say
from dashboard.subjects.coverage import figures

INDICATORS = (
    "committee_coverage",
    "resident_coverage",
    "own_branch",
    "effective_coverage",
    "service_station",
    "social_work_station",
)


def title(say: Say) -> str:
    return say("治理覆盖")


def page(ask: Questions, choices: Choices) -> Page:
    if ask.has_none_open:
        return nothing_here(ask)
    offered = tuple(code for code in INDICATORS if not is_settled(ask, BY_CODE[code]))
    chosen = choices.indicator if choices.indicator in offered else offered[0]
    return Page(
        figures.headline(ask),
        figures.tiles(ask, offered),
        (
            row(
                (figures.modes(ask), figures.gaps(ask)),
                (
                    Beside((indicator_picker(ask.say, choices, offered, chosen),)),
                    figures.ranking(ask, chosen),
                    figures.trend(ask, chosen),
                ),
            ),
            row(figures.organisations(ask)),
            row(figures.modes_by_month(ask), figures.modes_by_town(ask)),
            row(figures.uncovered(ask)),
        ),
    )
