"""Measure the product as a user meets it, and the least that the same stack could take."""

import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page

from dashboard.model.filters import Filters
from dashboard.warehouse.catalogue import named_queries
from dashboard.warehouse.store import Store, Warehouse
from tests.bench.serving import PAINTED, Server, dashboard_command, free_port, served

OVERVIEW_FIGURES = 5
WARM_UP = 2
QUERY_RUNS = 20
STARTS = 5

# Click, then wait until what is watched no longer changes: the answer is the time from the click
# to the second animation frame after the last change.
_CLICK_TO_PAINT = """(clicked, watched) => new Promise((resolve, reject) => {
  const isWatched = ({ target, addedNodes }) =>
    (target.nodeType === 1 ? target : target.parentElement)?.closest(watched)
    || [...addedNodes].some((node) => node.nodeType === 1
      && (node.matches(watched) || node.querySelector(watched)));
  const tooLate = setTimeout(() => reject(new Error("the click changed nothing")), 20000);
  let start, quiet;
  const observer = new MutationObserver((changes) => {
    if (!changes.some(isWatched)) return;
    requestAnimationFrame(() => requestAnimationFrame(() => {
      const painted = performance.now();
      clearTimeout(quiet);
      clearTimeout(tooLate);
      quiet = setTimeout(() => { observer.disconnect(); resolve(painted - start); }, 300);
    }));
  });
  observer.observe(document.body, {
    subtree: true, childList: true, characterData: true, attributeFilter: ["data-painted"],
  });
  start = performance.now();
  clicked.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
})"""


@dataclass
class Clicks:
    """Collect what clicks took: to paint, in the script, and over the websocket."""

    paint_ms: list[float] = field(default_factory=list)
    script_ms: list[float] = field(default_factory=list)
    received: list[int] = field(default_factory=list)
    sent: list[int] = field(default_factory=list)
    memory_mb: list[float] = field(default_factory=list)


class Wire:
    """Count the bytes of a page's websocket, as they are before compression."""

    def __init__(self, page: Page) -> None:
        self.received = self.sent = 0
        page.on("websocket", self._listen)

    def _listen(self, socket: Any) -> None:
        socket.on("framereceived", lambda frame: self._count("received", frame))
        socket.on("framesent", lambda frame: self._count("sent", frame))

    def _count(self, way: str, frame: str | bytes) -> None:
        content = frame.encode() if isinstance(frame, str) else frame
        setattr(self, way, getattr(self, way) + len(content))


@contextmanager
def _page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    yield context.new_page()
    context.close()


def click_to_paint(clicked: Locator, watched: str) -> float:
    """Click, and say after how many milliseconds what matches ``watched`` was painted anew."""
    return float(clicked.evaluate(_CLICK_TO_PAINT, watched))


def floor(browser: Browser, folder: Path, samples: int) -> list[float]:
    """Time clicks on a radio that changes a text: what the stack itself takes."""
    port = free_port()
    command = [sys.executable, "-m", "tests.bench.floor_server", str(port)]
    with served(command, port=port, log=folder / "floor.log") as server, _page(browser) as page:
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
    browser: Browser, folder: Path, warehouse: Path, samples: int
) -> tuple[Clicks, Clicks]:
    """Click one town after another on the Overview's map, under ever other months.

    The first clicks each ask what nobody has asked before, the second the same once more.
    """
    store = Store(warehouse).current()
    names = store.run("towns", {}).set_index("town_code")["short_name_zh"]
    port, log = free_port(), folder / "script-times.txt"
    log.unlink(missing_ok=True)
    command = [
        sys.executable, "-m", "tests.bench.timed_server", str(port), str(warehouse), str(log),
    ]  # fmt: skip
    new, again = Clicks(), Clicks()
    with served(command, port=port, log=folder / "server.log") as server, _page(browser) as page:
        wire = Wire(page)
        for month in reversed(store.months[:-1]):
            open_overview(page, f"{server.address}/?from={month:%Y-%m}")
            for clicks in (new, again):
                for number, (code, name) in enumerate(names.items()):
                    received, sent, runs = wire.received, wire.sent, len(_lines(log))
                    region = page.locator(f'.mh-region[data-key="{code}"]')
                    took = click_to_paint(region, ".mh-headline, .mh-tiles, .mh-figure")
                    if name not in page.locator(".mh-headline h1").inner_text():
                        raise RuntimeError(f"the headline did not follow the click on {name}")
                    if number >= WARM_UP and len(clicks.paint_ms) < samples:
                        clicks.paint_ms.append(took)
                        clicks.script_ms.append(sum(map(float, _lines(log)[runs:])))
                        clicks.received.append(wire.received - received)
                        clicks.sent.append(wire.sent - sent)
                        clicks.memory_mb.append(_resident_mb(server))
            if len(again.paint_ms) == samples:
                return new, again
    raise ValueError(f"there are no {samples} different filters to sample")


def open_overview(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_function(PAINTED, arg=OVERVIEW_FIGURES)


def _lines(log: Path) -> list[str]:
    return log.read_text().split()


def _resident_mb(server: Server) -> float:
    status = Path(f"/proc/{server.process.pid}/status")
    if not status.is_file():
        return float("nan")
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def starts(browser: Browser, folder: Path, warehouse: Path) -> list[float]:
    """Time from starting the server's process to the painted Overview, in seconds."""
    port = free_port()
    command = dashboard_command(warehouse, port)
    times = []
    with _page(browser) as page:
        for _ in range(STARTS + 1):
            start = time.perf_counter()
            with served(command, port=port, log=folder / "start.log") as server:
                open_overview(page, server.address)
                times.append(time.perf_counter() - start)
    return times[1:]  # The first one fills the browser's cache.


def queries(warehouse: Path) -> dict[str, float]:
    """Time every named query over the whole period and district: median milliseconds."""
    opened = Store(warehouse).current()
    parameters = Filters(opened.months[0], opened.months[-1]).parameters()
    return {name: _query_ms(opened, name, parameters) for name in named_queries()}


def _query_ms(warehouse: Warehouse, name: str, parameters: dict[str, Any]) -> float:
    times = []
    for _ in range(QUERY_RUNS):
        start = time.perf_counter()
        warehouse.run_fresh(name, parameters)
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)
