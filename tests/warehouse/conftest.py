"""What the oracles compare: the warehouse's tables as plain values."""

import pytest

from dashboard.warehouse.store import Warehouse
from tests.warehouse.plainly import Raw, read


@pytest.fixture(scope="session")
def raw(whole: Warehouse) -> Raw:
    return read(whole)
