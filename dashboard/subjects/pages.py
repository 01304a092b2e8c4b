"""Name the pages that are values, in the header's order, and make each for what is asked."""

from collections.abc import Callable
from dataclasses import dataclass

from dashboard.asking.questions import Questions
from dashboard.figures.caveats import say_passing
from dashboard.figures.estimated import say_estimated
from dashboard.figures.page import Choice, Choices, Page
from dashboard.figures.unloaded import say_unloaded
from dashboard.language import Say
from dashboard.subjects.advice import page as advice
from dashboard.subjects.cases import page as cases
from dashboard.subjects.coverage import page as coverage
from dashboard.subjects.explore import page as explore
from dashboard.subjects.housing import page as housing
from dashboard.subjects.living import page as living
from dashboard.subjects.needs import page as needs
from dashboard.subjects.overview import page as overview
from dashboard.subjects.participation import page as participation
from dashboard.subjects.profile import page as profile
from dashboard.subjects.published import page as published
from dashboard.subjects.research import page as research
from dashboard.subjects.scenario import page as scenario
from dashboard.subjects.siting import page as siting


@dataclass(frozen=True)
class Declared:
    """Hold what declares a page: its title, the value it makes, its own choices, and, where a solver
    searches, for what choices it is made ``at_once`` and whether one ``is_long``."""

    title: Callable[[Say], str]
    make: Callable[[Questions, Choices], Page]
    choices: tuple[Choice, ...] = ()
    at_once: Callable[[Choices], Choices] | None = None
    is_long: Callable[[Choices], bool] = lambda choices: False

    def made_at_once(self, choices: Choices) -> Choices:
        """Give the choices for which the page need not be waited for."""
        return self.at_once(choices) if self.at_once else choices


PAGES = {
    "overview": Declared(overview.title, overview.page, overview.CHOICES),
    "coverage": Declared(coverage.title, coverage.page),
    "housing": Declared(housing.title, housing.page, housing.CHOICES),
    "participation": Declared(participation.title, participation.page, participation.CHOICES),
    "needs": Declared(needs.title, needs.page, needs.CHOICES),
    "living": Declared(living.title, living.page),
    "profile": Declared(profile.title, profile.page, profile.CHOICES),
    "cases": Declared(cases.title, cases.page, cases.CHOICES),
    "published": Declared(published.title, published.page, published.CHOICES),
    "explore": Declared(explore.title, explore.page, explore.CHOICES),
    "advice": Declared(advice.title, advice.page, advice.CHOICES),
    "siting": Declared(siting.title, siting.page, siting.CHOICES, siting.at_once, siting.is_long),
    "scenario": Declared(scenario.title, scenario.page, scenario.CHOICES),
    "research": Declared(research.title, research.page),
}


# They tell of places one by one, each number with what it rests on, or never of a community alone.
_OF_PLACES = {"profile", "cases", "published", "explore", "advice", "research"}


def make_page(ask: Questions, name: str, choices: Choices) -> Page:
    """Make a page: what it says and shows for the filters, the language and the choices; where only
    what was published is chosen, any page is of that alone."""
    if choices.published and name != "published":
        return make_published(ask, name)
    page = PAGES[name].make(ask, choices)
    page = say_passing(ask, page if name in _OF_PLACES else say_estimated(ask, page))
    return say_unloaded(ask, page)


def make_published(ask: Questions, name: str) -> Page:
    """Make any page of what was published alone."""
    return say_unloaded(ask, published.alone(ask, name))
