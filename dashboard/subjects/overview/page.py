"""Overview (总览): the state in one sentence, six numbers, a map, a ranking, what to act on."""

from dashboard.asking.questions import Questions
from dashboard.contract.indicators import BY_TOWN
from dashboard.figures.page import (
    Beside,
    Choices,
    Page,
    indicator_picker,
    row,
    shape_picker,
)
from dashboard.figures.scope import nothing_here
from dashboard.language import Say
from dashboard.subjects.overview import figures

TILES = ("communities", "dwellings", "residents", "committee_coverage", "bed_supply", "reach")
INDICATORS = tuple(each.code for each in BY_TOWN)


def title(say: Say) -> str:
    return say("总览")


def page(ask: Questions, choices: Choices) -> Page:
    if ask.has_none_open:
        return nothing_here(ask)
    return Page(
        figures.headline(ask),
        figures.tiles(ask, TILES),
        (
            row(
                (
                    Beside(
                        (
                            indicator_picker(ask.say, choices, INDICATORS, choices.indicator),
                            shape_picker(ask.say, choices),
                        )
                    ),
                    figures.map_of_towns(ask, choices.indicator, choices.tiles),
                ),
                figures.ranking(ask, choices.indicator),
                (figures.attention(ask), figures.changes(ask)),
                widths=(1.28, 1.3, 0.82),
            ),
            row(figures.published(ask)),
        ),
    )
