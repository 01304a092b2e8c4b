"""Make every page, and give its figures as they would be published."""

from collections.abc import Callable
from urllib.parse import parse_qsl

import pytest

from dashboard.asking.questions import Asking
from dashboard.figures.address import Address, read_address
from dashboard.figures.figure import PublishedFigure
from dashboard.language import Say
from dashboard.publish.published import figures_of, published
from dashboard.subjects.pages import PAGES
from dashboard.ui.assets import lay_out_assets
from dashboard.warehouse.store import Warehouse

ADDRESSES = (
    "overview",
    "overview?list=all",
    "coverage",
    "coverage?town=310112103&lang=en&map=reach&shape=tiles",
    "coverage?lang=en",
    "housing",
    "participation?lang=en&coverage=grid&from=2025-03",
    "needs",
    "profile",
    "profile?town=310112112",
    "profile?community=310112112-001&lang=en",
    "explore?view=trend",
    "explore?view=scatter&by=community&map=occupancy_room",
    "explore?view=bivariate",
    "explore?view=multiples&lang=en",
    "explore?view=distribution&map=reach",
    "explore?view=table&by=community",
)

FigureAt = Callable[[str, str], PublishedFigure]


def asked_at(warehouse: Warehouse, address: str) -> tuple[str, Address, Asking]:
    page, _, query = address.partition("?")
    read, notices = read_address(
        dict(parse_qsl(query)),
        months=warehouse.months,
        town_codes=warehouse.town_codes,
        community_codes=warehouse.community_codes,
        choices=PAGES[page].choices,
    )
    assert notices == []
    ask = Asking(warehouse, Say(read.language), read.filters, lay_out_assets().maps)
    return page, read, ask


@pytest.fixture(scope="session")
def figures(warehouse: Warehouse) -> dict[str, dict[str, PublishedFigure]]:
    """Give the figures of every address, by their keys."""
    found: dict[str, dict[str, PublishedFigure]] = {}
    for address in ADDRESSES:
        page, read, ask = asked_at(warehouse, address)
        shown = figures_of(ask, page, read)
        found[address] = {key: published(ask, page, read, each) for key, each in shown.items()}
    return found


@pytest.fixture
def figure_at(figures: dict[str, dict[str, PublishedFigure]]) -> FigureAt:
    return lambda address, key: figures[address][key]
