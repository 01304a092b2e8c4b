"""Show every page to nobody, and give its figures as they would be published."""

from collections.abc import Callable
from urllib.parse import parse_qsl

import pytest

from dashboard.figures.figure import Figure
from dashboard.language import Say
from dashboard.ui.address import read_address
from dashboard.ui.assets import lay_out_assets
from dashboard.ui.context import Context
from dashboard.ui.offscreen import figure_of, recorded
from dashboard.views import VIEWS
from dashboard.warehouse.store import Warehouse

ADDRESSES = (
    "overview",
    "overview?town=310112103&lang=en&map=reach&shape=tiles",
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

FigureAt = Callable[[str, str], Figure]


def context_at(warehouse: Warehouse, address: str) -> Context:
    page, _, query = address.partition("?")
    read, notices = read_address(
        dict(parse_qsl(query)),
        months=warehouse.months,
        town_codes=warehouse.town_codes,
        community_codes=warehouse.community_codes,
        choices=getattr(VIEWS[page], "CHOICES", ()),
    )
    assert notices == []
    return Context(
        warehouse, read, Say(read.language), lay_out_assets(), page=page, show=VIEWS[page].show
    )


@pytest.fixture(scope="session")
def figures(warehouse: Warehouse) -> dict[str, dict[str, Figure]]:
    """Give the figures of every address, by their keys."""
    found: dict[str, dict[str, Figure]] = {}
    for address in ADDRESSES:
        context = context_at(warehouse, address)
        shown = recorded(context, context.say.language)
        found[address] = {key: figure_of(context, key, told) for key, told in shown.items()}
    return found


@pytest.fixture
def figure_at(figures: dict[str, dict[str, Figure]]) -> FigureAt:
    return lambda address, key: figures[address][key]
