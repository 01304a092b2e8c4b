"""Hold the pages by their name in the address and in the header's order."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from dashboard.asking.memo import is_remembered, remembered
from dashboard.asking.questions import Questions
from dashboard.figures.page import Choice, Choices, Page
from dashboard.insight.headline import Headline
from dashboard.language import Say
from dashboard.subjects.pages import PAGES, make_page, make_published
from dashboard.subjects.siting import page as siting
from dashboard.ui.assets import lay_out_assets
from dashboard.ui.context import Context, context_at
from dashboard.ui.menu import answer_menu
from dashboard.ui.page import are_answered, place
from dashboard.ui.shown import OWN_DATA, Frame, Shown, shown
from dashboard.views import briefing, definitions, own
from dashboard.views.own_points import show_points

Event = Mapping[str, Any]


@dataclass(frozen=True)
class View:
    """Hold a page as Streamlit shows it: what the browser draws, and what follows it in the run."""

    title: Callable[[Say], str]
    drawn: Callable[[Context], Shown]
    follows: Callable[[Context, Event | None], None]
    choices: tuple[Choice, ...] = ()
    # Whether the page of what was published alone takes its place where that is chosen.
    gives_way: bool = True


def show_view(context: Context, notices: Sequence[str]) -> None:
    """Show a page; where it can't be made, what stands above every page."""
    view, has_answers = VIEWS[context.page], context.page in PAGES
    only_published = context.address.published and view.gives_way and not has_answers
    soon = _soon(context) if has_answers else context.address.chosen
    later = dict(context.address.choices).keys() - dict(soon.own).keys()
    try:
        if later:
            drawn = shown_page(context, context.page, soon)
        else:
            drawn = _draw_published(context) if only_published else view.drawn(context)
    except Exception:
        above = shown(context, None, Choices(), frame(context.say, context.page))
        place(above, notices, context.written, has_answers=has_answers)
        raise
    event = place(drawn, notices, context.written, has_answers=has_answers, later=later)
    if only_published:
        return
    view.follows(context, event)


def _soon(context: Context) -> Choices:
    """Give the choices for which a page is made at once, where the browser can ask for the others."""
    chosen = context.address.chosen
    if not are_answered() or is_remembered(shown_page, context, context.page, chosen):
        return chosen
    return PAGES[context.page].made_at_once(chosen)


@remembered
def shown_page(ask: Questions, name: str, choices: Choices) -> Shown:
    """Write a page of figures as the browser shows it."""
    return shown(ask, make_page(ask, name, choices), choices, frame(ask.say, name))


def frame(say: Say, name: str) -> Frame:
    """Say what stands round a page."""
    # The chip that says whose the data are leads to one's own.
    own = tuple(choice.name for choice in VIEWS[name].choices)
    is_solved = name in PAGES and PAGES[name].at_once is not None
    return Frame(name, _entries(say), own, lay_out_assets().plotly, is_solved)


def _entries(say: Say) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Give the header's entries in order: a page, or a group where its first page would stand."""
    groups = (
        (say("公开与案例"), ("cases", "published")),
        (say("探索与研究"), ("explore", "research")),
        (say("决策支持"), ("advice", "siting", "scenario")),
    )
    grouped = {page: group for group in groups for page in group[1]}
    entries = {}
    # The chip that says whose the data are leads to one's own.
    for name, view in VIEWS.items():
        if name != OWN_DATA:
            label, pages = grouped.get(name, (view.title(say), (name,)))
            entries[label] = tuple((each, VIEWS[each].title(say)) for each in pages)
    return tuple(entries.items())


def _draw_figures(context: Context) -> Shown:
    return shown_page(context, context.page, context.address.chosen)


def _answer(context: Context, event: Event | None) -> None:
    """Answer the menu under a figure, for the address that its reader sees."""
    if event is None:
        return
    choices = PAGES[context.page].choices
    here, _ = context_at(context.warehouse, context.page, event["address"], choices)
    made = make_page(here, here.page, here.address.chosen)
    figure = next((each for each in made.figures if each.key == event["figure"]), None)
    if figure is not None:
        answer_menu(here, event, figure)


def _draw_above(
    headline: Callable[[Context], Headline], has_filters: bool, context: Context
) -> Shown:
    page, around = Page(headline(context)), frame(context.say, context.page)
    return shown(context, page, context.address.chosen, around, has_filters=has_filters)


def _draw_own(context: Context) -> Shown:
    page, around = own.page(context), frame(context.say, context.page)
    return shown(context, page, context.address.chosen, around, has_filters=False)


def _draw_published(context: Context) -> Shown:
    """Draw what was published in the place of a page of Streamlit's own widgets."""
    made, around = make_published(context, context.page), frame(context.say, context.page)
    return shown(context, made, context.address.chosen, around)


def _own(module: Any, choices: tuple[Choice, ...] = (), *, has_filters: bool) -> View:
    """Hold a page of Streamlit's own widgets, below the same headline and filters as the others."""
    drawn = partial(_draw_above, module.headline, has_filters)
    return View(module.title, drawn, lambda context, _: module.show(context), choices)


def _answer_siting(context: Context, event: Event | None) -> None:
    _answer(context, event)
    if not context.address.published:
        show_points(context)


VIEWS = {
    **{
        name: View(declared.title, _draw_figures, _answer, declared.choices)
        for name, declared in PAGES.items()
    },
    "siting": View(siting.title, _draw_figures, _answer_siting, siting.CHOICES),
    "briefing": _own(briefing, briefing.CHOICES, has_filters=True),
    "definitions": _own(definitions, definitions.CHOICES, has_filters=False),
    OWN_DATA: View(own.title, _draw_own, lambda context, _: own.show(context), own.CHOICES, False),
}
