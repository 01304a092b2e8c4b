"""Time choices that are answered over HTTP: what is in view, and the whole page."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Page

from dashboard.warehouse.store import Store
from tests.bench.pages import new_page
from tests.bench.serving import PAINTED, dashboard_command, free_port, served

REST_MS = 250
WARM_UP = 3
TOWNS = 14

# Choose, and wait until the page says that it shows the choice: the answers are the times to the
# second animation frame after that, as for the floor, and the bytes of the answers' bodies.
_CHOOSE = """async ({ selector, restMs }) => {
  const frame = () => new Promise(requestAnimationFrame);
  const page = document.querySelector(".mh-page");
  const chosen = document.querySelector(selector);
  if (restMs) {
    chosen.dispatchEvent(new PointerEvent("pointerover", { bubbles: true }));
    await new Promise((resolve) => setTimeout(resolve, restMs));
  }
  performance.clearResourceTimings();
  const start = performance.now();
  const painted = async (what) => {
    while (page.dataset[what] !== location.search) await frame();
    await frame();
    return performance.now() - start;
  };
  chosen.click();
  const inView = await painted("inView");
  const whole = await painted("whole");
  const answers = performance.getEntriesByType("resource").filter(({ name }) => name.includes("/answers/"));
  return [inView, whole, answers.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)];
}"""


@dataclass
class Choices:
    """Collect what choices took, to the view and to the whole page in ms, and bytes received."""

    in_view_ms: list[float] = field(default_factory=list)
    whole_ms: list[float] = field(default_factory=list)
    received: list[float] = field(default_factory=list)

    def note(self, took: list[float]) -> None:
        for kept, value in zip((self.in_view_ms, self.whole_ms, self.received), took, strict=True):
            kept.append(value)

    @property
    def count(self) -> int:
        return len(self.whole_ms)


@dataclass
class OfPage:
    """Hold a page's choices: with nothing ahead, after the pointer rested, and asked before."""

    new: Choices = field(default_factory=Choices)
    rested: Choices = field(default_factory=Choices)
    before: Choices = field(default_factory=Choices)
    month: Choices = field(default_factory=Choices)
    language: Choices = field(default_factory=Choices)


def choices(browser: Browser, folder: Path, warehouse: Path, path: str, samples: int) -> OfPage:
    """Choose towns of ever other months: in turn new, rested upon before, and once more."""
    port, found = free_port(), OfPage()
    months = Store(warehouse).current().months
    with served(
        dashboard_command(warehouse, port), port=port, log=folder / "choices.log"
    ) as server:
        with new_page(browser) as page:
            warm = WARM_UP
            for month in reversed(months[:-1]):
                for number in _towns(page, f"{server.address}/{path}?from={month:%Y-%m}"):
                    rested = _choose(page, number, REST_MS if number % 2 else 0)
                    _back(page)
                    again = _choose(page, number, 0)
                    _back(page)
                    if warm:
                        warm -= 1
                        continue
                    (found.rested if number % 2 else found.new).note(rested)
                    found.before.note(again)
                if min(found.new.count, found.rested.count) >= samples:
                    _of_months_and_languages(page, found)
                    if server.tracebacks():
                        raise RuntimeError(server.log.read_text(encoding="utf-8"))
                    return found
    raise ValueError(f"there are no {samples} different choices to sample")


def _towns(page: Page, address: str) -> Iterator[int]:
    """Open a page and what its towns' filter offers; give their numbers."""
    page.goto(address)
    page.wait_for_selector(".mh-page[data-whole]")
    page.wait_for_function(PAINTED, arg=1)
    page.locator("[data-opens=towns]").click()
    yield from range(TOWNS)


def _choose(page: Page, number: int, rest_ms: int) -> list[float]:
    town = f"[data-part=choose-towns] .mh-toggles button:nth-child({number + 1})"
    took: list[float] = page.evaluate(_CHOOSE, {"selector": town, "restMs": rest_ms})
    return took


def _back(page: Page) -> None:
    page.evaluate(_CHOOSE, {"selector": ".mh-path button", "restMs": 0})


def _of_months_and_languages(page: Page, found: OfPage) -> None:
    """Choose other spans of months, and the other language."""
    page.locator("[data-opens=months]").click()
    for number in (1, 2, 3):
        span = f"[data-part=choose-months] .mh-toggles button:nth-child({number})"
        found.month.note(page.evaluate(_CHOOSE, {"selector": span, "restMs": 0}))
    found.language.note(page.evaluate(_CHOOSE, {"selector": ".mh-language", "restMs": 0}))
