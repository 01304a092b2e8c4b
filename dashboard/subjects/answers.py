"""Read the address of a page of figures, as the browser shows it without the host."""

from urllib.parse import parse_qsl

from dashboard.asking.questions import Asking, Maps
from dashboard.contract.problem import Problem
from dashboard.contract.words import Words
from dashboard.figures.address import Address, read_address, unknown_names
from dashboard.language import Say
from dashboard.subjects.pages import PAGES, Declared
from dashboard.warehouse.store import Warehouse


def declared(page: str) -> Declared:
    """Give what declares a page; raise Problem where there is none of the name."""
    if page not in PAGES:
        there = ", ".join(PAGES)
        raise Problem(
            Words(
                f"没有“{page}”这一页；现有：{there}。",
                f"There is no page “{page}”; there are: {there}.",
            )
        )
    return PAGES[page]


def asked(warehouse: Warehouse, address: str, maps: Maps) -> tuple[str, Address, Asking]:
    """Give the page, what is chosen, and the questions for it.

    Where a page would say what is wrong and go on, this raises Problem, all at once.
    """
    path, _, query = address.partition("?")
    page = path.strip("/") or "overview"
    given, choices = dict(parse_qsl(query)), declared(page).choices
    read, notices = read_address(
        given,
        months=warehouse.months,
        town_codes=warehouse.town_codes,
        community_codes=warehouse.community_codes,
        is_protected=warehouse.is_protected,
        choices=choices,
    )
    if wrong := [*notices, *unknown_names(given, choices)]:
        raise Problem(wrong)
    return page, read, Asking(warehouse, Say(read.language), read.filters, maps)
