"""What the Data page lets out, and to whom."""

from types import SimpleNamespace
from typing import Any, cast

import pandas as pd
import pytest

from dashboard.contract.privacy import OF_PERSONS
from dashboard.contract.tables import NAMED, TABLES
from dashboard.views.definitions import _let_out
from dashboard.warehouse.store import Warehouse

NOT_OF_PERSONS = [
    table.name
    for table in TABLES
    if not any(column.field.type == "pseudonym" for column in table.columns)
]


def let_out(warehouse: Warehouse, name: str, *, exact: bool) -> pd.DataFrame:
    context = cast(Any, SimpleNamespace(warehouse=warehouse))
    return _let_out(context, NAMED[name], exact=exact)


@pytest.mark.parametrize("name", NOT_OF_PERSONS)
def test_tables_for_others_hold_no_count_of_few_persons(name: str, warehouse: Warehouse) -> None:
    rows = let_out(warehouse, name, exact=False)
    assert len(rows) <= warehouse.row_count(name)
    assert len(rows) or name == "target"  # nobody has set one in the sample
    for column in OF_PERSONS.intersection(rows.columns):
        assert not rows[column].between(1, warehouse.small_cell - 1).any(), column


def test_there_are_counts_to_hide(warehouse: Warehouse) -> None:
    counts = let_out(warehouse, "occupancy", exact=True)["resident_count"]
    assert counts.between(1, warehouse.small_cell - 1).any()


def test_texts_of_proposals_are_for_this_machine_alone(warehouse: Warehouse) -> None:
    assert "proposal_text" in let_out(warehouse, "proposal", exact=True)
    assert "proposal_text" not in let_out(warehouse, "proposal", exact=False)
