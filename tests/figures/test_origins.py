"""A key number is published only where its total was: what is divided of two never was."""

from dataclasses import replace

import pytest

from dashboard.asking.questions import Asking
from dashboard.contract.filters import default_filters
from dashboard.contract.indicators import BY_CODE
from dashboard.figures.common import tile_origin
from dashboard.language import Say
from dashboard.warehouse.store import Warehouse


@pytest.mark.parametrize(
    ("code", "origin"),
    [
        ("communities", "published"),
        ("residents", "published"),
        ("residents_per_dwelling", "sample"),
        ("committee_coverage", "sample"),
    ],
)
def test_what_is_divided_of_published_totals_is_not_published(
    warehouse: Warehouse, code: str, origin: str
) -> None:
    filters = default_filters(warehouse.months)
    asked = Asking(warehouse, Say("zh"), filters)
    assert tile_origin(asked, BY_CODE[code]) == origin
    # No town's total was published.
    of_town = Asking(warehouse, Say("zh"), replace(filters, town_codes=("310112103",)))
    assert tile_origin(of_town, BY_CODE[code]) == "sample"
