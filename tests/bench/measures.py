"""Measure starts and queries, and count what the pages ask of other machines."""

import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from dashboard.contract.filters import Filters
from dashboard.warehouse.catalogue import named_queries
from dashboard.warehouse.parts import is_asked_by_town
from dashboard.warehouse.store import Store, Warehouse
from tests.bench.pages import Elsewhere, new_page, open_overview
from tests.bench.serving import PAINTED, dashboard_command, free_port, served

QUERY_RUNS = 20
STARTS = 5


def starts(browser: Browser, folder: Path, warehouse: Path) -> list[float]:
    """Time from starting the server's process to the painted Overview, in seconds."""
    port = free_port()
    command = dashboard_command(warehouse, port)
    times = []
    with new_page(browser) as page:
        for _ in range(STARTS + 1):
            start = time.perf_counter()
            with served(command, port=port, log=folder / "start.log") as server:
                open_overview(page, server.address)
                times.append(time.perf_counter() - start)
    return times[1:]  # The first one fills the browser's cache.


def requests_elsewhere(
    browser: Browser, folder: Path, warehouse: Path, paths: list[str]
) -> list[str]:
    """Open every page in both languages, and list what was asked of any other machine."""
    port = free_port()
    with served(dashboard_command(warehouse, port), port=port, log=folder / "all.log") as server:
        with new_page(browser) as page:
            elsewhere = Elsewhere(page)
            for path in paths:
                for language in ("zh", "en"):
                    page.goto(f"{server.address}/{path}?lang={language}")
                    page.wait_for_selector(".mh-headline h1")
                    page.wait_for_function(PAINTED, arg=0)
            page.wait_for_load_state("networkidle")
            return elsewhere.addresses


def queries(warehouse: Path) -> dict[str, float]:
    """Time every named query over the whole period and district: median milliseconds."""
    opened, parameters = _whole_period(warehouse)
    return {name: _median_ms(opened.run_fresh, name, parameters) for name in named_queries()}


def queries_by_town(warehouse: Path) -> dict[str, float]:
    """Time those that are asked of every town at once, over the whole period."""
    opened, parameters = _whole_period(warehouse)
    return {
        name: _median_ms(opened.run_fresh_by_town, name, parameters)
        for name, query in named_queries().items()
        if is_asked_by_town(query)
    }


def _whole_period(warehouse: Path) -> tuple[Warehouse, dict[str, Any]]:
    opened = Store(warehouse).current()
    return opened, Filters(opened.months[0], opened.months[-1]).parameters()


def _median_ms(ask: Callable[..., object], *of: object) -> float:
    times = []
    for _ in range(QUERY_RUNS):
        start = time.perf_counter()
        ask(*of)
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)
