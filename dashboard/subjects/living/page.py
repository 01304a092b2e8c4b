"""Living (生活): spaces and votes, clubs, what residents organise, belonging, skills, rents, replies."""

from dashboard.asking.questions import Questions, columns_of
from dashboard.contract.indicators import BY_CODE
from dashboard.figures.page import Choices, Page, row
from dashboard.figures.scope import nothing_here
from dashboard.language import Say
from dashboard.subjects.living import figures, summary


def title(say: Say) -> str:
    return say("生活")


def page(ask: Questions, choices: Choices) -> Page:
    if ask.has_none_open:
        return nothing_here(ask)
    return Page(
        summary.headline(ask),
        summary.tiles(ask),
        (
            row(figures.self_organised(ask), figures.channels(ask)),
            row(figures.monthly_counts(ask), figures.spaces(ask)),
            row(figures.votes(ask), (figures.clubs(ask), figures.rents(ask))),
        ),
        needs=columns_of(*(BY_CODE[code] for code in summary.SHARES)),
    )
