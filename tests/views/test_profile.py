"""A profile is drawn for whichever indicator the address brings along."""

from dataclasses import replace

import pytest

from dashboard.asking.questions import Asking
from dashboard.contract.filters import default_filters
from dashboard.contract.indicators import BY_TOWN, Indicator
from dashboard.figures.page import Choices
from dashboard.language import Say
from dashboard.subjects.profile import town
from dashboard.ui.assets import lay_out_assets
from dashboard.warehouse.store import Warehouse

TOWN = "310112112"


@pytest.mark.slow
@pytest.mark.parametrize("indicator", BY_TOWN, ids=lambda each: each.code)
def test_a_town_has_the_months_of_any_indicator(indicator: Indicator, warehouse: Warehouse) -> None:
    filters = replace(default_filters(warehouse.months), town_codes=(TOWN,))
    ask = Asking(warehouse, Say("zh"), filters, lay_out_assets().maps)
    page = town.page(ask, TOWN, Choices(indicator.code))
    (trend,) = (figure for figure in page.figures if figure.key == "profile-trend")
    assert trend.drawing.empty is None
