"""What the oracles compare: the warehouse with nothing hidden, and its tables as plain values."""

from pathlib import Path

import pytest

from dashboard.warehouse.store import Warehouse
from tests.warehouse.plainly import Raw, read


@pytest.fixture(scope="session")
def whole(warehouse_file: Path) -> Warehouse:
    """Give the warehouse with nothing hidden: hiding has tests of its own."""
    opened = Warehouse(warehouse_file)
    opened.small_cell = 1
    return opened


@pytest.fixture(scope="session")
def raw(whole: Warehouse) -> Raw:
    return read(whole)
