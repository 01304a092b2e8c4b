"""Serve the product once, drive a browser against it, and hold every page to three promises:
nothing is fetched from elsewhere, no script fails, and no traceback is shown.
"""

import io
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pandas as pd
import pytest
from click.testing import CliRunner
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Locator,
    Page,
    expect,
    sync_playwright,
)

from dashboard.brief.keeping import FOLDER
from dashboard.cli.main import main
from dashboard.paths import own_path
from tests.bench.serving import (
    PAINTED,
    Server,
    dashboard_command,
    find_browser,
    free_port,
    launch,
    served,
)

LAPTOP = (1366, 768)
DESKTOP = (1920, 1080)
PHONE = (390, 844)
SCREENSHOTS = Path(__file__).parent / "screenshots"
# How many figures each page has at least.
FIGURES = {
    "overview": 4,
    "coverage": 9,
    "housing": 11,
    "participation": 8,
    "needs": 8,
    "living": 7,
    "profile": 2,
    "cases": 5,
    "published": 13,
    "explore": 2,
    "advice": 6,
    "siting": 5,
    "scenario": 2,
    "research": 7,
    "briefing": 0,
    "definitions": 0,
    "own": 0,
}
PATIENCE_MS = 30_000
# Maps whose regions choose towns.
MAPS = ':is([data-part="town-map"], [data-part="communities-map"])'
# Streamlit scrolls inside the page; a picture of the whole page needs it spread out.
_SPREAD_OUT = """
  .stApp, .stAppViewContainer, .stMain { position: static; height: auto; overflow: visible; }
"""

Asked = Callable[..., pd.DataFrame]

# A point of an element that is really its own, nothing else lying over it; nearest its middle.
_OWN_POINT = """element => {
  element.scrollIntoView({ block: "nearest" });
  const box = element.getBoundingClientRect();
  const points = [];
  for (let i = 1; i < 24; i++) for (let j = 1; j < 24; j++) {
    const [x, y] = [box.left + box.width * i / 24, box.top + box.height * j / 24];
    if (document.elementFromPoint(x, y) === element) points.push([x, y]);
  }
  const far = ([x, y]) => Math.hypot(x - box.left - box.width / 2, y - box.top - box.height / 2);
  return points.sort((a, b) => far(a) - far(b))[0];
}"""


class Screen:
    """See and use one page of the dashboard as its readers do."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.headline = page.locator(".mh-headline h1")
        self.sentence = page.locator(".mh-headline p:not(.mh-scope)")
        self.tiles = page.locator(".mh-tile")
        self.chosen = page.locator(".mh-filters")
        self.regions = page.locator(f"{MAPS} .mh-region")
        self.alerts = page.locator(".mh-notices, .mh-nothing, [data-testid=stAlert]").filter(
            visible=True
        )
        self.links = page.locator(".mh-pages a")
        self.dialog = page.locator('section[role="dialog"]')

    def settle(self, *, figures: int = 1) -> None:
        """Wait until nothing runs and every figure is painted."""
        self.page.wait_for_function(PAINTED, arg=figures)

    def figure(self, key: str) -> Locator:
        return self.page.locator(f"[data-part='{key}'] .mh-figure")

    def tile(self, code: str) -> Locator:
        return self.page.locator(f'.mh-tile[data-indicator="{code}"]')

    def region(self, code: str) -> Locator:
        return self.page.locator(f'{MAPS} .mh-region[data-key="{code}"]')

    def own_point(self, what: Locator) -> tuple[float, float]:
        x, y = what.evaluate(_OWN_POINT)
        return x, y

    def click_region(self, code: str, *, add: bool = False) -> None:
        if add:
            self.page.keyboard.down("Control")
        self.page.mouse.click(*self.own_point(self.region(code)))
        if add:
            self.page.keyboard.up("Control")

    def in_address(self, text: str, *, figures: int = 1) -> None:
        """Wait until the address holds a text, and the page shows what it says."""
        self.page.wait_for_function("text => location.search.includes(text)", arg=text)
        self.settle(figures=figures)

    def not_in_address(self, text: str) -> None:
        self.page.wait_for_function("text => !location.search.includes(text)", arg=text)
        self.settle()

    def choose(self, figure: str, what: str) -> None:
        """Choose an entry of the menu under a figure."""
        self.figure(figure).locator(f'.mh-menu button[data-what="{what}"]').click()

    def open_filter(self, position: int) -> Locator:
        """Open what one of the filters offers: 0 the months, 1 the towns, 2 the communities."""
        self.page.locator(".mh-filters [data-opens]").nth(position).click()
        return self.page.locator(".mh-offered")

    def content_width(self) -> int:
        """Measure how wide the content is, with what one would have to scroll to."""
        return int(
            self.page.evaluate(
                """() => Math.max(...[document.documentElement, document.querySelector(".stMain")]
                  .map((each) => each.scrollWidth))"""
            )
        )

    def cut_texts(self) -> list[str]:
        """List the texts of tiles that do not fit their place, and of cells whose heading runs into the
        next line."""
        return list(
            self.page.evaluate(
                """() => [
                  ...[...document.querySelectorAll(".mh-label, .mh-number-line, .mh-comparison")]
                    .filter((each) => each.scrollWidth > each.clientWidth),
                  ...[...document.querySelectorAll("td[data-heading]")]
                    .filter((each) => each.scrollHeight > each.clientHeight + 1),
                ].map((each) => each.innerText)"""
            )
        )

    def shown(self) -> list[str]:
        """Read what a view says: headline and tiles."""
        return [self.headline.inner_text(), *self.tiles.all_inner_texts()]


class Watch:
    """Note what a page asks for and what goes wrong in it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.elsewhere: list[str] = []
        self.failures: list[str] = []
        self._listeners: dict[Any, Callable[[Any], None]] = {
            "request": lambda request: self._asks(request.url),
            "websocket": lambda socket: self._asks(socket.url),
            "pageerror": lambda error: self.failures.append(str(error)),
            "console": self._says,
        }
        for event, listener in self._listeners.items():
            page.on(event, listener)

    def _asks(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob") and parts.hostname != "127.0.0.1":
            self.elsewhere.append(url)

    def _says(self, message: ConsoleMessage) -> None:
        # Streamlit looks for its server below a page's own address first, and is told 404.
        # Where a test takes the server away, Streamlit says so in its own words.
        away = ("Client Error in reaching server endpoint - No response", "Streamlit server is not")
        unreached = ("net::ERR_INTERNET_DISCONNECTED", "net::ERR_CONNECTION_REFUSED")
        if message.text.startswith(away) or any(each in message.text for each in unreached):
            return
        if message.type == "error" and "/_stcore/" not in str(message.location):
            self.failures.append(f"{message.text} {message.location}")

    def end(self) -> None:
        for event, listener in self._listeners.items():
            self.page.remove_listener(event, listener)
        assert self.elsewhere == []
        assert self.failures == []
        assert "Traceback" not in self.page.locator("body").inner_text()
        assert self.page.get_by_test_id("stException").count() == 0


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    binary = find_browser()
    if binary is None:
        reason = "no chromium, chromium-browser or google-chrome is installed"
        if os.environ.get("DASHBOARD_BROWSER_MUST_RUN"):
            pytest.fail(reason)
        pytest.skip(reason)
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = launch(playwright, binary)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def server(
    browser: Browser, warehouse_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """Serve the test warehouse; what the server logs must hold no traceback."""
    port = free_port()
    log = tmp_path_factory.mktemp("server") / "log.txt"
    with served(dashboard_command(warehouse_file, port), port=port, log=log) as server:
        yield server
    assert "Traceback" not in log.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def shared_page(browser: Browser) -> Iterator[Page]:
    """Keep one page for all tests: each loads its own address, from a warm cache."""
    page = browser.new_page()
    page.set_default_timeout(PATIENCE_MS)
    yield page
    page.close()


@pytest.fixture
def visit(server: Server, shared_page: Page) -> Iterator[Callable[..., Screen]]:
    """Open an address of the served dashboard, at a size, and wait for its figures."""
    watch = Watch(shared_page)
    # What an earlier test changed in a briefing is kept by the server.
    shutil.rmtree(own_path() / FOLDER, ignore_errors=True)

    def visit(path: str = "", *, size: tuple[int, int] = LAPTOP, figures: int = 1) -> Screen:
        shared_page.set_viewport_size({"width": size[0], "height": size[1]})
        shared_page.mouse.move(0, 0)
        shared_page.goto(f"{server.address}/{path}")
        screen = Screen(shared_page)
        screen.settle(figures=figures)
        return screen

    yield visit
    watch.end()


@pytest.fixture
def another(browser: Browser) -> Iterator[Callable[[], Screen]]:
    """Open other people's browsers: they share nothing with the page of the other tests."""
    watches: list[Watch] = []

    def another() -> Screen:
        page = browser.new_page(viewport={"width": LAPTOP[0], "height": LAPTOP[1]})
        page.set_default_timeout(PATIENCE_MS)
        watches.append(Watch(page))
        return Screen(page)

    yield another
    for watch in watches:
        watch.end()
        watch.page.close()


@pytest.fixture
def asked(warehouse_file: Path) -> Asked:
    """Ask the same warehouse on the command line: ``asked("changes", "is_home=true")``."""

    def ask(name: str, *settings: str) -> pd.DataFrame:
        options = [option for setting in settings for option in ("--set", setting)]
        answer = CliRunner().invoke(
            main, ["query", name, *options, "--warehouse", str(warehouse_file)]
        )
        assert answer.exit_code == 0, answer.output
        return pd.read_csv(io.StringIO(answer.stdout), dtype={"town_code": str, "key": str})

    return ask


@pytest.fixture
def keep(tmp_path: Path) -> Callable[[Screen, str], Path]:
    """Take a picture of a page: kept beside the tests only when asked for."""
    folder = SCREENSHOTS if os.environ.get("DASHBOARD_KEEP_SCREENSHOTS") == "1" else tmp_path

    def keep(screen: Screen, name: str, *, whole: bool = True) -> Path:
        folder.mkdir(exist_ok=True)
        path = folder / f"{name}.png"
        screen.page.screenshot(path=path, full_page=whole, style=_SPREAD_OUT if whole else None)
        return path

    return keep


@pytest.fixture
def own_copy(warehouse_file: Path, tmp_path: Path) -> Path:
    """Copy the warehouse for a test that changes it."""
    return Path(shutil.copy(warehouse_file, tmp_path / "own.duckdb"))
