"""An indicator is the same number whichever way a page asks for it."""

from dataclasses import replace

import pandas as pd
import pytest

from dashboard.language import Say
from dashboard.model.filters import default_filters
from dashboard.model.indicators import BY_TOWN, Indicator
from dashboard.ui.address import Address
from dashboard.ui.assets import lay_out_assets
from dashboard.ui.context import Context
from dashboard.ui.measured import counted_at, counted_here
from dashboard.warehouse.grains import ONE_MONTH_EACH, query_at
from dashboard.warehouse.store import Warehouse

TOWN = "310112112"
MONTHLY = [each for each in BY_TOWN if query_at(each, "month")]


def seen(warehouse: Warehouse, **filters) -> Context:
    chosen = replace(default_filters(warehouse.months), **filters)
    return Context(warehouse, Address("zh", chosen), Say("zh"), lay_out_assets())


@pytest.mark.parametrize("indicator", MONTHLY, ids=lambda each: each.code)
def test_the_last_month_of_a_town_is_its_value_on_the_map(
    indicator: Indicator, warehouse: Warehouse
) -> None:
    context = seen(warehouse, town_codes=(TOWN,))
    here = counted_here(context, indicator).rows
    assert here["month"].iloc[-1] == pd.Timestamp(context.filters.end_month)
    towns = counted_at(context, indicator, "town").rows.set_index("key")
    assert here["value"].iloc[-1] == pytest.approx(towns.at[TOWN, "value"])


@pytest.mark.parametrize(
    "indicator",
    [each for each in BY_TOWN if query_at(each, "town_month")],
    ids=lambda each: each.code,
)
def test_the_last_months_of_all_towns_are_their_values_on_the_map(
    indicator: Indicator, warehouse: Warehouse
) -> None:
    context = seen(warehouse)
    months = counted_at(context, indicator, "town_month").rows
    last = months[months["month"] == pd.Timestamp(context.filters.end_month)].set_index("key")
    towns = counted_at(context, indicator, "town").rows.set_index("key")
    assert last["value"].to_dict() == pytest.approx(towns["value"].to_dict(), nan_ok=True)


def test_windows_begin_where_the_data_do(warehouse: Warehouse) -> None:
    context = seen(warehouse, start_month=warehouse.months[-5])
    months = warehouse.months[4:]
    for indicator in MONTHLY:
        if indicator.query in ONE_MONTH_EACH:
            found = counted_here(context, indicator).rows
            assert found["month"].dt.date.tolist() == months
