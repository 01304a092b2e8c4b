"""Needs, services and proposals (需求与响应): what is asked for, what answers it, how fast."""

from dashboard.asking.questions import Questions
from dashboard.figures.page import Choices, Page, row
from dashboard.figures.scope import nothing_here
from dashboard.language import Say
from dashboard.subjects.needs import proposals, services, summary
from dashboard.subjects.needs.proposals import CURVES, RANKED
from dashboard.subjects.needs.reasoning import COHORT_COUNTS

CHOICES = (CURVES, RANKED)


def title(say: Say) -> str:
    return say("需求与响应")


def page(ask: Questions, choices: Choices) -> Page:
    if ask.has_none_open:
        return nothing_here(ask)
    has_towns = ask.scope.compares_towns
    return Page(
        summary.headline(ask),
        summary.tiles(ask),
        (
            row(
                proposals.the_loop(ask),
                (
                    proposals.curves_picker(ask.say, choices),
                    proposals.days_to_settling(ask, choices.of(CURVES)),
                ),
            ),
            row(
                (
                    proposals.ranked_picker(ask.say, choices) if has_towns else None,
                    proposals.closing(ask, choices.of(RANKED) if has_towns else "category"),
                ),
                proposals.still_open(ask),
            ),
            row(services.services(ask), services.youth_needs(ask)),
            row(services.micros(ask), services.breadth_by_town(ask)),
        ),
        needs=COHORT_COUNTS,
    )
