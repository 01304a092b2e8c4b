"""Governance coverage (治理覆盖): who is governed how, by town and over time, and how towns compare."""

from dashboard.asking.questions import Questions
from dashboard.contract.indicators import BY_CODE, BY_TOWN
from dashboard.figures.page import (
    Beside,
    Choices,
    Page,
    indicator_picker,
    row,
    shape_picker,
)
from dashboard.figures.scope import is_settled, nothing_here
from dashboard.language import Say
from dashboard.subjects.coverage import figures

TILES = (
    "committee_coverage",
    "resident_coverage",
    "own_branch",
    "effective_coverage",
    "service_station",
    "social_work_station",
)
# Every indicator of towns: this is where they are compared.
INDICATORS = tuple(each.code for each in BY_TOWN)


def title(say: Say) -> str:
    return say("治理覆盖")


def page(ask: Questions, choices: Choices) -> Page:
    if ask.has_none_open:
        return nothing_here(ask)
    offered = tuple(code for code in INDICATORS if not is_settled(ask, BY_CODE[code]))
    told = tuple(code for code in TILES if code in offered)
    chosen = choices.indicator if choices.indicator in offered else told[0]
    ranking, modes = figures.ranking(ask, chosen), figures.modes(ask)
    return Page(
        figures.headline(ask),
        figures.tiles(ask, told),
        (
            row(
                (
                    Beside(
                        (
                            indicator_picker(ask.say, choices, offered, chosen),
                            shape_picker(ask.say, choices),
                        )
                    ),
                    figures.map_of_towns(ask, chosen, choices.tiles),
                ),
                ranking or modes,
            ),
            row(
                modes if ranking else None,
                figures.trend(ask, chosen if chosen in told else told[0]),
            ),
            row(figures.gaps(ask), figures.organisations(ask)),
            row(figures.modes_by_month(ask), figures.modes_by_town(ask)),
            row(figures.uncovered(ask)),
        ),
    )
