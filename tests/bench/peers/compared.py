"""Click the same towns in the product and in its peers, in turns and in one run."""

import hashlib
import os
import platform
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from playwright.sync_api import Browser, Locator, Page

from dashboard.paths import DATA, ROOT, WAREHOUSE_VARIABLE
from dashboard.warehouse.store import Store
from tests.bench.clicks import WARM_UP, months, plain_command, town_names
from tests.bench.pages import (
    DRAWN_ATTRIBUTES,
    FIGURES,
    PLAIN_FIGURES,
    PLAINLY_PAINTED,
    click_to_paint,
    new_page,
    open_overview,
)
from tests.bench.peers import shown
from tests.bench.serving import dashboard_command, free_port, served

# How long the pointer rests before a click.
REST_MS = 250
_ANSWERED = "h1, ul, div:has(> .number), .js-plotly-plot"
_DRAWN = """least => {
  const all = (root) => [...root.querySelectorAll("*")]
    .flatMap((each) => [each, ...(each.shadowRoot ? all(each.shadowRoot) : [])]);
  return all(document).filter((each) => each.matches(".main-svg .trace")).length >= least;
}"""


class Peer(Protocol):
    """Show the Overview; ``NUMBERS`` and ``HEADLINE`` say where its numbers and words stand."""

    NUMBERS: str
    HEADLINE: str
    page: Page

    def open(self, address: str) -> None:
        """Open the page, and wait until it is drawn."""

    def choose(self, code: str, name: str, said: str) -> float:
        """Choose a town: milliseconds until that is painted, with what the heading then says."""


@dataclass
class Product:
    """Click a town on the product's map, with the pointer come to rest on it or not."""

    page: Page
    rests: bool = False
    NUMBERS: str = field(default=".mh-large b", init=False)
    HEADLINE: str = field(default=".mh-headline h1", init=False)

    def open(self, address: str) -> None:
        open_overview(self.page, address)

    def choose(self, code: str, name: str, said: str) -> float:
        region = self.page.locator(f'.mh-region[data-key="{code}"]')
        if self.rests:
            region.hover(force=True)
            self.page.wait_for_timeout(REST_MS)
        return click_to_paint(region, FIGURES, said=said)


@dataclass
class Plain:
    """Click a town's pill in plain Streamlit."""

    page: Page
    NUMBERS: str = field(default='[data-testid="stMetricValue"]', init=False)
    HEADLINE: str = field(default=".mh-headline h1", init=False)

    def open(self, address: str) -> None:
        self.page.goto(address)
        self.page.wait_for_function(PLAINLY_PAINTED)

    def choose(self, code: str, name: str, said: str) -> float:
        pill = self.page.locator(".st-key-plain-towns button").get_by_text(name, exact=True)
        return click_to_paint(pill, PLAIN_FIGURES, attributes=DRAWN_ATTRIBUTES, said=said)


@dataclass
class Other:
    """Click a town's button in Dash or Panel."""

    page: Page
    control: str
    NUMBERS: str = field(default=".number", init=False)
    HEADLINE: str = field(default="h1", init=False)

    def open(self, address: str) -> None:
        self.page.goto(address)
        self.page.wait_for_function(_DRAWN, arg=15)

    def choose(self, code: str, name: str, said: str) -> float:
        button: Locator = self.page.locator(self.control).filter(has_text=name)
        return click_to_paint(button, _ANSWERED, attributes=DRAWN_ATTRIBUTES, said=said)


@dataclass
class Compared:
    """Collect what the clicks of one peer took, by name; milliseconds."""

    new: list[float] = field(default_factory=list)
    again: list[float] = field(default_factory=list)


def environment() -> Path:
    """Make an environment with the peers' packages beside this one's; return its Python."""
    wanted = Path(__file__).with_name("requirements.txt")
    digest = hashlib.sha256(wanted.read_bytes()).hexdigest()[:12]
    folder = DATA / "built" / f"peers-{digest}"
    python = folder / "bin" / "python"
    if not (folder / "is-complete").is_file():
        venv.create(folder, with_pip=True, clear=True)
        ask = [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
        own = subprocess.run(ask, capture_output=True, text=True, check=True).stdout.strip()
        Path(own, "dashboard.pth").write_text(sysconfig.get_path("purelib") + "\n")
        subprocess.run([python, "-m", "pip", "install", "--quiet", "-r", wanted], check=True)
        (folder / "is-complete").touch()
    return python


@contextmanager
def _opened(
    browser: Browser, folder: Path, warehouse: Path
) -> Iterator[dict[str, tuple[Peer, str]]]:
    """Start everybody's server, each its own, and open a page of each."""
    python, peers = environment(), Path(__file__).parent
    os.environ[WAREHOUSE_VARIABLE] = str(warehouse.resolve())
    (folder / "plain").mkdir(exist_ok=True)
    with ExitStack() as stack:

        def start(name: str, command: list[str], port: int, at: Path, answers: str) -> str:
            environment = {"PYTHONPATH": str(ROOT), WAREHOUSE_VARIABLE: str(warehouse.resolve())}
            if at != ROOT:
                environment["HOME"] = str(at)
            log = folder / f"{name.replace(' ', '-')}.log"
            server = served(
                command, port=port, log=log, environment=environment, folder=at, answers=answers
            )
            return stack.enter_context(server).address

        def page() -> Page:
            return stack.enter_context(new_page(browser))

        ports = [free_port() for _ in range(6)]
        health = "/_stcore/health"
        yield {
            "product, pointer rested": (
                Product(page(), rests=True),
                start("rested", dashboard_command(warehouse, ports[0]), ports[0], ROOT, health),
            ),
            "product, nothing ahead": (
                Product(page()),
                start("product", dashboard_command(warehouse, ports[1]), ports[1], ROOT, health),
            ),
            "Dash, tuned": (
                Other(page(), "#town label"),
                start("tuned", [str(python), str(peers / "dash_app.py"), str(ports[2]), "tuned"],
                      ports[2], ROOT, "/"),
            ),
            "Dash, plain": (
                Other(page(), "#town label"),
                start("dash", [str(python), str(peers / "dash_app.py"), str(ports[3]), "plain"],
                      ports[3], ROOT, "/"),
            ),
            "Panel": (
                Other(page(), "button"),
                start("panel", [str(python), str(peers / "panel_app.py"), str(ports[4])],
                      ports[4], ROOT, "/"),
            ),
            "Streamlit, plain": (
                Plain(page()),
                start("streamlit", plain_command(ports[5]), ports[5], folder / "plain", health),
            ),
        }  # fmt: skip


def compare(
    browser: Browser, folder: Path, warehouse: Path, samples: int
) -> tuple[list[float], dict[str, Compared]]:
    """Click one town after another under ever other months: at the floor, then in every peer.

    Every town is clicked twice: first where nobody has asked for it, then once more. Raises
    RuntimeError where a page does not show the numbers of the product's value.
    """
    names, floor_ms = town_names(warehouse), list[float]()
    with _opened(browser, folder, warehouse) as peers, _floor(browser, folder) as floor:
        found = {name: Compared() for name in peers}
        for month in reversed(months(warehouse)[:-1]):
            for peer, address in peers.values():
                peer.page.bring_to_front()
                peer.open(f"{address}/?from={month:%Y-%m}&to={month:%Y-%m}")
            for which in ("new", "again"):
                for number, code in enumerate(names):
                    floor_ms.append(_click_floor(floor, number))
                    for name, (peer, _) in peers.items():
                        peer.page.bring_to_front()
                        wanted = shown.overview(code, f"{month:%Y-%m}")
                        took = peer.choose(code, names[code], wanted.headline)
                        _check(name, peer, wanted)
                        getattr(found[name], which).append(took)
            if all(len(each.again) >= samples + WARM_UP for each in found.values()):
                break
    for each in found.values():
        each.new, each.again = (took[WARM_UP:][:samples] for took in (each.new, each.again))
    return floor_ms[WARM_UP:], found


def _check(name: str, peer: Peer, wanted: shown.Overview) -> None:
    numbers = [each["figure"] for each in wanted.numbers]
    seen = [text.strip() for text in peer.page.locator(peer.NUMBERS).all_inner_texts()]
    # Streamlit's own tiles write the unit behind the number.
    same = [text == n or text.startswith(n) for text, n in zip(seen, numbers, strict=True)]
    headline = peer.page.locator(peer.HEADLINE).first.inner_text()
    if not all(same) or wanted.headline not in headline:
        raise RuntimeError(
            f"{name} shows {seen}, {headline} instead of {numbers}, {wanted.headline}"
        )


@contextmanager
def _floor(browser: Browser, folder: Path) -> Iterator[Page]:
    port = free_port()
    command = [sys.executable, "-m", "tests.bench.floor_server", str(port)]
    with served(command, port=port, log=folder / "floor.log") as server:
        with new_page(browser) as page:
            page.goto(server.address)
            page.wait_for_selector('[data-testid="stText"]')
            yield page


def _click_floor(page: Page, number: int) -> float:
    page.bring_to_front()
    choice = page.get_by_test_id("stRadio").locator("input").nth((number + 1) % 14)
    return click_to_paint(choice, '[data-testid="stText"]')


def machine(warehouse: Path) -> str:
    """Describe the machine, and what was measured on it."""
    cpu = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.is_file():
        named = [line for line in info.read_text().splitlines() if line.startswith("model name")]
        cpu = named[0].partition(": ")[2] if named else cpu
    attendances = int(Store(warehouse).current().about["attendances"])
    return (
        f"{cpu}, {os.cpu_count()} processors; {platform.system()}, "
        f"Python {platform.python_version()}, {attendances:,} attendances"
    )
