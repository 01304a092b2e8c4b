"""Profile (画像): all there is to know of one town or one community, on one or two sheets."""

from dashboard.asking.questions import Questions
from dashboard.figures.page import Choices, Page
from dashboard.language import Say
from dashboard.subjects.profile import choosing, community, town

CHOICES = (choosing.FIND,)


def title(say: Say) -> str:
    return say("画像")


def page(ask: Questions, choices: Choices) -> Page:
    """Make the profile of the one community or the one town chosen; else let one choose.

    The filters that describe communities are left out: a profile is of the whole place.
    """
    communities, towns = ask.filters.community_codes, ask.filters.town_codes
    if len(communities) > 1 or (not communities and len(towns) != 1):
        return choosing.page(ask, choices)
    whole = ask.on(ask.filters.of_places)
    if communities:
        return community.page(whole, communities[0])
    return town.page(whole, towns[0], choices)
