"""Activity and participation (活动参与): who takes part, in what, and who is not reached."""

from dashboard.asking.questions import Questions, columns_of
from dashboard.contract.indicators import BY_CODE
from dashboard.figures.page import Beside, Choices, Page, indicator_picker, row
from dashboard.figures.scope import nothing_here
from dashboard.language import Say
from dashboard.subjects.participation import communities, kinds, summary, times
from dashboard.subjects.participation.kinds import BY
from dashboard.subjects.participation.times import DAYS_OF

INDICATORS = ("reach", "attendances", "attendance_rate", "repeat_rate", "first_timers", "intensity")
CHOICES = (BY, DAYS_OF)


def title(say: Say) -> str:
    return say("活动参与")


def page(ask: Questions, choices: Choices) -> Page:
    if ask.has_none_open or ask.participation_months().rows.empty:
        return nothing_here(ask)
    chosen = choices.indicator if choices.indicator in INDICATORS else INDICATORS[0]
    picker = Beside((indicator_picker(ask.say, choices, INDICATORS, chosen),))
    ranking = summary.ranking(ask, chosen)
    return Page(
        summary.headline(ask),
        summary.tiles(ask, INDICATORS),
        (
            row(
                (picker, ranking) if ranking else None,
                (kinds.picker(ask.say, choices), kinds.by_category(ask, choices.of(BY))),
            ),
            row(communities.funnel(ask), communities.not_reached(ask)),
            row((times.days_picker(ask.say, choices), times.calendar(ask, choices.of(DAYS_OF)))),
            row(
                (None if ranking else picker, times.trend(ask, chosen)),
                times.cohorts(ask),
                times.lorenz(ask),
            ),
        ),
        needs=columns_of(BY_CODE["reach"]),
    )
