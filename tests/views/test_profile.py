"""A profile is drawn for whichever indicator the address brings along."""

from dataclasses import replace
from typing import Any

import pytest

from dashboard.contract.filters import default_filters
from dashboard.contract.indicators import BY_TOWN, Indicator
from dashboard.language import Say
from dashboard.ui import figures
from dashboard.ui.address import Address
from dashboard.ui.assets import lay_out_assets
from dashboard.ui.context import Context
from dashboard.views.profile import town
from dashboard.warehouse.store import Warehouse

TOWN = "310112112"


@pytest.mark.parametrize("indicator", BY_TOWN, ids=lambda each: each.code)
def test_a_town_has_the_months_of_any_indicator(
    indicator: Indicator, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: dict[str, Any] = {}
    monkeypatch.setattr(
        figures, "show_figure", lambda _, key, drawing, *__, **___: shown.update({key: drawing})
    )
    filters = replace(default_filters(warehouse.months), town_codes=(TOWN,))
    address = Address("zh", filters, indicator.code)
    town._months(Context(warehouse, address, Say("zh"), lay_out_assets()))
    assert shown["profile-trend"].empty is None
