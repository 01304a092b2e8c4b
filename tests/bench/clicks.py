"""Measure clicks as a user meets them, the least that the same stack takes, and the plain way."""

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from playwright.sync_api import Browser, Page

from dashboard.paths import ROOT, WAREHOUSE_VARIABLE
from dashboard.warehouse.store import Store
from tests.bench.pages import (
    Chooser,
    OnTheMap,
    OnThePills,
    Wire,
    WithKeys,
    click_to_paint,
    new_page,
)
from tests.bench.serving import Server, free_port, served

WARM_UP = 2


@dataclass
class Clicks:
    """Collect what clicks took: to paint, in the script, and over the websocket."""

    paint_ms: list[float] = field(default_factory=list)
    script_ms: list[float] = field(default_factory=list)
    received: list[int] = field(default_factory=list)
    sent: list[int] = field(default_factory=list)
    memory_mb: list[float] = field(default_factory=list)


def floor(browser: Browser, folder: Path, samples: int) -> list[float]:
    """Time clicks on a radio that changes a text: what the stack itself takes."""
    port = free_port()
    command = [sys.executable, "-m", "tests.bench.floor_server", str(port)]
    with served(command, port=port, log=folder / "floor.log") as server:
        with new_page(browser) as page:
            page.goto(server.address)
            page.wait_for_selector('[data-testid="stText"]')
            times = []
            for number in range(samples + WARM_UP):
                wanted = (number + 1) % 14
                choice = page.get_by_test_id("stRadio").locator("input").nth(wanted)
                times.append(click_to_paint(choice, '[data-testid="stText"]'))
                if f"chosen: choice {wanted}" not in page.get_by_test_id("stText").inner_text():
                    raise RuntimeError("the floor's text did not follow the click")
            return times[WARM_UP:]


def filter_changes(
    browser: Browser, folder: Path, warehouse: Path, samples: int, path: str = ""
) -> tuple[Clicks, Clicks]:
    """Choose one town after another on a page of the product: on the Overview's map, elsewhere
    on the first figure that can be clicked."""
    port, log = free_port(), folder / "script-times.txt"
    log.unlink(missing_ok=True)
    command = [
        sys.executable, "-m", "tests.bench.timed_server", str(port), str(warehouse), str(log),
    ]  # fmt: skip
    with served(command, port=port, log=folder / "server.log") as server:
        with new_page(browser) as page:
            chooser = WithKeys(page) if path else OnTheMap(page, town_names(warehouse))
            return _both(
                page, server, months(warehouse), samples, chooser, path=path,
                script_times=lambda: [float(line) for line in log.read_text().split()],
            )  # fmt: skip


def plain_filter_changes(
    browser: Browser, folder: Path, warehouse: Path, samples: int
) -> tuple[Clicks, Clicks]:
    """Choose the same towns on the Overview that ``st.plotly_chart`` draws, under ``streamlit
    run`` with Streamlit's defaults: the file itself refuses any other option."""
    port, home = free_port(), folder / "plain"
    home.mkdir(exist_ok=True)
    command = plain_command(port)
    # No config.toml is found: neither in the folder it runs in, nor in the user's.
    environment = {
        "HOME": str(home), "PYTHONPATH": str(ROOT), WAREHOUSE_VARIABLE: str(warehouse.resolve()),
    }  # fmt: skip
    with served(
        command, port=port, log=folder / "plain.log", environment=environment, folder=home
    ) as server:
        with new_page(browser) as page:
            chooser = OnThePills(page, town_names(warehouse))
            return _both(page, server, months(warehouse), samples, chooser)


def plain_command(port: int) -> list[str]:
    """Give the command that serves the plain page by Streamlit's defaults."""
    mine = sorted(name for name in os.environ if name.startswith("STREAMLIT_"))
    if mine:
        raise RuntimeError(f"{', '.join(mine)} would change Streamlit's defaults: unset them")
    return [
        sys.executable, "-m", "streamlit", "run", str(ROOT / "tests/bench/plain_app.py"),
        "--server.port", str(port), "--server.headless", "true",
        "--browser.gatherUsageStats", "false",
    ]  # fmt: skip


def town_names(warehouse: Path) -> dict[str, str]:
    towns = Store(warehouse).current().run("towns", {})
    return dict(towns.set_index("town_code")["short_name_zh"])


def months(warehouse: Path) -> list[date]:
    return Store(warehouse).current().months


def _both(
    page: Page,
    server: Server,
    months: list[date],
    samples: int,
    chooser: Chooser,
    *,
    path: str = "",
    script_times: Callable[[], list[float]] = list,
) -> tuple[Clicks, Clicks]:
    """Choose one town after another, under ever other months.

    The first clicks each ask what nobody has asked before, the second the same once more.
    """
    wire, new, again = Wire(page), Clicks(), Clicks()
    for clicks, number in _turns(server, months, chooser, path, (new, again)):
        received, sent, runs = wire.received, wire.sent, len(script_times())
        took = chooser.choose(number)
        if number >= WARM_UP and len(clicks.paint_ms) < samples:
            clicks.paint_ms.append(took)
            clicks.script_ms.append(sum(script_times()[runs:]))
            clicks.received.append(wire.received - received)
            clicks.sent.append(wire.sent - sent)
            clicks.memory_mb.append(server.resident_mb())
        if len(again.paint_ms) == samples:
            if server.tracebacks():
                raise RuntimeError(server.log.read_text(encoding="utf-8"))
            return new, again
    raise ValueError(f"there are no {samples} different filters to sample")


def _turns(
    server: Server, months: list[date], chooser: Chooser, path: str, both: tuple[Clicks, Clicks]
) -> Iterator[tuple[Clicks, int]]:
    for month in reversed(months[:-1]):
        choices = chooser.open(f"{server.address}/{path}?from={month:%Y-%m}")
        for clicks in both:
            for number in range(choices):
                yield clicks, number
