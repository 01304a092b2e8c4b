"""Share one small warehouse among all tests, tell the fast ones, and run all side by side."""

import gc
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import is_hypothesis_test, settings
from playwright.sync_api import sync_playwright
from xdist.scheduler import LoadScopeScheduling

from dashboard import apart
from dashboard.brief.content import make_brief

# Before any test imports GDAL: it shuts the drivers off that a file could lead elsewhere by.
from dashboard.intake import boundaries  # noqa: F401
from dashboard.paths import DATA, OWN_VARIABLE, PSEUDONYM_KEY_VARIABLE
from dashboard.publish.published import published
from dashboard.warehouse.build import build
from dashboard.warehouse.sample import sample_folder
from dashboard.warehouse.store import Store, Warehouse
from tests.bench.serving import served
from tests.kept import warehouse_of_sample
from tests.warehouse.plainly import read

ATTENDANCES = 150_000

# Whoever runs the tests may have loaded data of their own: the tests look elsewhere.
_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "alone")
os.environ[OWN_VARIABLE] = str(DATA / "built" / f"no-own-data-{_WORKER}")
# Builds of own data ask for a key: not for the one of whoever runs the tests.
os.environ[PSEUDONYM_KEY_VARIABLE] = "a key for tests, long enough"

# A landing is judged by the same examples every time; at a desk new ones are tried.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")


@pytest.fixture(scope="session")
def warehouse_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    to = tmp_path_factory.mktemp("warehouse") / "minhang.duckdb"
    return warehouse_of_sample(to, attendances=ATTENDANCES)


@pytest.fixture(scope="session")
def warehouse(warehouse_file: Path) -> Warehouse:
    return Store(warehouse_file).current()


@pytest.fixture(scope="session")
def whole(warehouse_file: Path) -> Warehouse:
    """Give the warehouse with nothing hidden: hiding has tests of its own."""
    opened = Warehouse(warehouse_file)
    opened.small_cell = 1
    return opened


# Fast tests -------------------------------------------------------------------------------

# What takes seconds by its nature. A test is fast if neither its module nor those of its fixtures
# reach for any of it, it looks for no random examples in a warehouse, and it is not marked slow.
_TAKES_LONG = (
    build, sample_folder, warehouse_of_sample, read, make_brief, published, apart, subprocess,
    served, sync_playwright,
)  # fmt: skip
_MOST_SECONDS_OF_A_FAST_TEST = 15


def _takes_long(item: pytest.Item) -> bool:
    assert isinstance(item, pytest.Function)
    if is_hypothesis_test(item.obj) and "warehouse_file" in item.fixturenames:
        return True
    fixtures = item._fixtureinfo.name2fixturedefs.values()
    used = {fixture.func.__module__ for each in fixtures for fixture in each}
    modules = [sys.modules[name] for name in {item.module.__name__, *used} - {__name__}]
    return any(_reaches_for(module, what) for module in modules for what in _TAKES_LONG)


def _reaches_for(module: ModuleType, what: Any) -> bool:
    return any(value is what for value in vars(module).values())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Fail a fast test that takes long, so that the fast ones stay so."""
    began = time.process_time()
    yield
    taken = time.process_time() - began
    if item.get_closest_marker("fast") and taken > _MOST_SECONDS_OF_A_FAST_TEST:
        pytest.fail(f"takes {taken:.1f} s of processor time: make it faster, or mark it slow")


# Side by side -----------------------------------------------------------------------------

# What comes late: browsers, of which two run well beside each other.
_BROWSER = "tests/browser/"
# Of these the longest first, so that no process waits for it in the end.
_LONG_WALKS = "tests/browser/test_walks.py"
# What comes last and alone, since others beside it would make it late or it them: servers that come and
# go, a cluster.
_ALONE = (
    "tests/browser/test_serving.py", "tests/browser/test_workers.py", "tests/rollups/test_spark.py",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if not item.get_closest_marker("slow") and not _takes_long(item):
            item.add_marker(pytest.mark.fast)
    items.sort(
        key=lambda item: (
            item.nodeid.startswith(_ALONE),
            item.nodeid.startswith(_BROWSER),
            not item.nodeid.startswith(_LONG_WALKS),
        )
    )


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Run all tests side by side, and those that were named one after the other."""
    are_all = config.args == config.getini("testpaths")
    return min(os.cpu_count() or 1, 4) if are_all else 0


class ByFile(LoadScopeScheduling):  # type: ignore[misc]
    """Keep a file's tests together, and those that run alone for the end, in one process."""

    def _split_scope(self, nodeid: str) -> str:
        return "alone" if nodeid.startswith(_ALONE) else nodeid.split("::", 1)[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    return ByFile(config, log)


# The end ----------------------------------------------------------------------------------


def pytest_unconfigure() -> None:
    """Let all be freed: what hypothesis leaves here keeps every module, and DuckDB's binding
    complains at length of what it still finds when Python ends."""
    gc.callbacks.clear()
