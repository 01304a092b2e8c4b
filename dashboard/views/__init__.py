"""Hold the pages by their name in the address and in the header's order."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from dashboard.figures.page import Choice, Page
from dashboard.language import Say
from dashboard.subjects.pages import PAGES, make_page
from dashboard.ui.context import Context
from dashboard.ui.page import show_page
from dashboard.views import briefing, definitions
from dashboard.views.profile import show_profile


@dataclass(frozen=True)
class View:
    """Hold a page as Streamlit shows it."""

    title: Callable[[Say], str]
    show: Callable[[Context], None]
    choices: tuple[Choice, ...] = ()


def _show_declared(name: str, context: Context) -> None:
    shown: Callable[[Context, Page], None] = show_profile if name == "profile" else show_page
    shown(context, make_page(context, name, context.address.chosen))


VIEWS = {
    **{
        name: View(declared.title, partial(_show_declared, name), declared.choices)
        for name, declared in PAGES.items()
    },
    "briefing": View(briefing.title, briefing.show, briefing.CHOICES),
    "definitions": View(definitions.title, definitions.show, definitions.CHOICES),
}
