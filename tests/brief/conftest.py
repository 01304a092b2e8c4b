"""Make briefings for tests."""

from collections.abc import Callable

import pytest

from dashboard.asking.questions import Asking
from dashboard.brief.content import filters_for, make_brief
from dashboard.brief.slides import Brief
from dashboard.contract.words import Language
from dashboard.intake.boundaries import drawn_towns
from dashboard.language import Say
from dashboard.paths import DATA
from dashboard.warehouse.store import Warehouse

Make = Callable[..., Brief]


@pytest.fixture(scope="session")
def make(warehouse: Warehouse) -> Make:
    """Return a function that makes a briefing of a town or all, a month, a language."""
    towns = drawn_towns(DATA)

    def made(town: str | None = None, month: str | None = None, lang: Language = "zh") -> Brief:
        filters = filters_for(warehouse.months, warehouse.town_codes, month=month, town=town)
        return make_brief(Asking(warehouse, Say(lang), filters), towns)

    return made
