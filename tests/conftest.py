"""Build one small warehouse for all tests: the whole sample, with fewer attendances."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

from dashboard.paths import DATA, OWN_VARIABLE
from dashboard.warehouse.build import build
from dashboard.warehouse.store import Store, Warehouse

ATTENDANCES = 150_000

# Whoever runs the tests may have loaded data of their own: the tests look elsewhere.
_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "alone")
os.environ[OWN_VARIABLE] = str(DATA / "built" / f"no-own-data-{_WORKER}")

# A landing is judged by the same examples every time; at a desk new ones are tried.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")


@pytest.fixture(scope="session")
def warehouse_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(
        data=DATA,
        to=tmp_path_factory.mktemp("warehouse") / "minhang.duckdb",
        attendances=ATTENDANCES,
    )


@pytest.fixture(scope="session")
def warehouse(warehouse_file: Path) -> Warehouse:
    return Store(warehouse_file).current()


@pytest.fixture(scope="session")
def whole(warehouse_file: Path) -> Warehouse:
    """Give the warehouse with nothing hidden: hiding has tests of its own."""
    opened = Warehouse(warehouse_file)
    opened.small_cell = 1
    return opened
