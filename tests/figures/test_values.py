"""Every figure of every page: its values are those of its own indicator."""

import numpy as np
import pandas as pd
import pytest

from dashboard.asking.questions import Asking
from dashboard.contract.indicators import measure
from dashboard.figures.address import read_address
from dashboard.language import Say
from dashboard.subjects.pages import PAGES, make_page
from dashboard.ui.assets import lay_out_assets
from dashboard.warehouse.store import Warehouse

ADDRESSES: tuple[dict[str, str], ...] = (
    {}, {"town": "310112103"}, {"community": "310112112-048"}, {"map": "occupancy_bed", "tier": "bed"},
    {"map": "turnover", "from": "2025-01"}, {"view": "time", "map": "reach"},
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("address", ADDRESSES, ids=str)
@pytest.mark.parametrize("page", PAGES)
def test_the_values_of_a_figure_are_of_its_own_indicator(
    warehouse: Warehouse, page: str, address: dict[str, str]
) -> None:
    read, _ = read_address(
        address, months=warehouse.months, town_codes=warehouse.town_codes,
        community_codes=warehouse.community_codes, choices=PAGES[page].choices,
    )  # fmt: skip
    ask = Asking(warehouse, Say("zh"), read.filters, lay_out_assets().maps)
    for figure in make_page(ask, page, read.chosen).figures:
        counted = figure.counted.measured
        if len(counted.indicators) != 1 or "value" not in counted.rows:
            continue
        (indicator,) = counted.indicators
        counts = [name for name in (indicator.numerator, indicator.denominator) if name]
        if not set(counts) <= set(counted.rows):
            continue
        rows = counted.rows[counted.rows["value"].notna()]
        again = measure(rows.drop(columns="value"), indicator)["value"]
        pd.testing.assert_series_equal(
            rows["value"].astype("float64"), again.astype("float64"), check_names=False
        )
        assert np.isfinite(again.astype("float64")).all()
