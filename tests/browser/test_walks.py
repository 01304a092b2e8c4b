"""Random walks: after any steps the page is what a fresh load of its address shows, and the address
is what was chosen."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import TimeoutError

from dashboard.contract.filters import default_filters
from dashboard.paths import DATA
from dashboard.warehouse.build import build
from dashboard.warehouse.store import Store
from tests.bench.serving import Server, dashboard_command, free_port, served
from tests.browser.conftest import PATIENCE_MS, Screen

STEPS = 500
COMPARED_EVERY = 10
PAGES = ("overview", "coverage", "housing", "participation", "needs", "explore")
# Names that a page's own choices have in an address: no other page takes them along.
OWN = ("curves", "days", "view", "by", "grain", "and", "classes", "where")

_EVERYTHING = """() => {
  const said = (part, one) => [...part.querySelectorAll(`.mh-body ${one}`)].map((each) =>
    `${each.textContent} ${each.getAttribute('fill')} ${each.closest('.mh-chosen') !== null}`);
  const text = (one) => [...document.querySelectorAll(one)].map((each) => each.textContent);
  return {
    around: ['.mh-header', '.mh-path', '.mh-headline', '.mh-filters button', '.mh-notices',
      '.mh-nothing', '.mh-note', '.mh-tiles'].map(text),
    pressed: [...document.querySelectorAll('.mh-page [aria-pressed=true]')]
      .filter((each) => !each.closest('.mh-offered')).map((each) => each.textContent),
    listed: [...document.querySelectorAll('.mh-list select')].map((each) => each.value),
    figures: [...document.querySelectorAll('.mh-part[data-part]')].map((part) => [
      part.dataset.part,
      ...['h2', 'figcaption p', '.mh-source'].map((one) => part.querySelector(one).textContent),
      part.querySelector('.mh-body').getAttribute('aria-label'),
      said(part, ':is(td, li, .mh-empty)'),
      // What is chosen is painted last.
      said(part, ':is(.mh-region, svg text)').sort(),
    ]),
  };
}"""


@dataclass
class Walker:
    """Choose at random, and know by itself what the address must be."""

    screen: Screen
    rng: random.Random
    months: list[date]
    towns: list[str]
    page: str = "overview"
    pairs: dict[str, str] = field(default_factory=dict)
    past: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    ahead: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def goes(self, page: str | None = None, **changes: str) -> None:
        """Note what a choice must lead to; one that changes nothing is no new place."""
        now = {**self.pairs, **changes}
        there = (page or self.page, {name: text for name, text in now.items() if text})
        if there != (self.page, self.pairs):
            self.past.append((self.page, self.pairs))
            self.ahead.clear()
            self.page, self.pairs = there

    def is_at(self) -> bool:
        parts = urlsplit(self.screen.page.url)
        page = parts.path.rsplit("/", 1)[-1] or "overview"
        return (page, dict(parse_qsl(parts.query))) == (self.page, self.pairs)

    def span(self, start: date, end: date) -> dict[str, str]:
        usual = default_filters(self.months)
        if (start, end) == (usual.start_month, usual.end_month):
            return {"from": "", "to": ""}
        return {"from": f"{start:%Y-%m}", "to": f"{end:%Y-%m}"}

    @contextmanager
    def offered(self, position: int) -> Iterator[Any]:
        yield self.screen.open_filter(position)
        self.screen.page.keyboard.press("Escape")

    # The steps -----------------------------------------------------------------------------

    def a_region(self) -> None:
        if self.page != "overview" or not self.screen.regions.count():
            return
        code, add = self.rng.choice(self.towns), self.rng.random() < 0.3
        chosen = [each for each in self.pairs.get("town", "").split(",") if each]
        if add:
            chosen = [*chosen, code] if code not in chosen else [c for c in chosen if c != code]
        else:
            chosen = [] if chosen == [code] else [code]
        self.screen.region(code).dispatch_event("click", {"ctrlKey": add, "bubbles": True})
        self.goes(town=",".join(chosen))

    def a_town_of_the_list(self) -> None:
        number = self.rng.randrange(len(self.towns))
        code = self.towns[number]
        chosen = [each for each in self.pairs.get("town", "").split(",") if each]
        chosen = [*chosen, code] if code not in chosen else [c for c in chosen if c != code]
        with self.offered(1) as offered:
            offered.locator("button").nth(number).click()
        self.goes(town=",".join(chosen))

    def a_span(self) -> None:
        months, number = self.months, self.rng.randrange(2)
        with self.offered(0) as offered:
            offered.locator(".mh-toggles button").nth(number).click()
        self.goes(**self.span(months[-(3, 12)[number]], months[-1]))

    def a_month(self) -> None:
        usual = default_filters(self.months)
        end = self.pairs.get("to", f"{usual.end_month:%Y-%m}")
        month = self.rng.choice(self.months[-14:])
        with self.offered(0) as offered:
            offered.locator("select[name=from]").select_option(f"{month:%Y-%m}")
        last = next(each for each in self.months if f"{each:%Y-%m}" == end)
        self.goes(**self.span(month, max(month, last)))

    def a_kind_of_community(self) -> None:
        kind = self.rng.choice(["居村治理", "片区网格"])
        code = {"居村治理": "committee", "片区网格": "grid"}[kind]
        if self.pairs.get("lang") == "en":
            return
        chosen = [each for each in self.pairs.get("coverage", "").split(",") if each]
        chosen = [*chosen, code] if code not in chosen else [c for c in chosen if c != code]
        with self.offered(2) as offered:
            offered.get_by_text(kind, exact=True).first.click()
        self.goes(coverage=",".join(chosen))

    def an_indicator(self) -> None:
        lists = self.screen.page.locator("[data-part=map-indicator] select")
        if self.page != "coverage" or not lists.count():
            return
        code = self.rng.choice(["communities", "reach", "committee_coverage", "turnover"])
        lists.select_option(code)
        self.goes(map="" if code == "committee_coverage" else code)

    def a_shape(self) -> None:
        shapes = self.screen.page.locator("[data-part=shape] button")
        if self.page != "coverage" or not shapes.count():
            return
        number = self.rng.randrange(2)
        shapes.nth(number).click()
        self.goes(shape=("", "tiles")[number])

    def the_language(self) -> None:
        self.screen.page.locator(".mh-language").click()
        self.goes(lang="" if self.pairs.get("lang") == "en" else "en")

    def clear(self) -> None:
        button = self.screen.page.locator(".mh-clear")
        if button.count():
            button.click()
            self.goes(**{"from": "", "to": "", "town": "", "coverage": ""})

    def up(self) -> None:
        way = self.screen.page.locator(".mh-path button")
        if way.count():
            way.first.click()
            self.goes(town="")

    def another_page(self) -> None:
        page = self.rng.choice(PAGES)
        self.screen.page.locator(f".mh-pages a[data-page={page}]").click()
        self.goes(page)

    def back(self) -> None:
        if self.past:
            self.screen.page.evaluate("history.back()")
            self.ahead.append((self.page, self.pairs))
            self.page, self.pairs = self.past.pop()

    def forward(self) -> None:
        if self.ahead:
            self.screen.page.evaluate("history.forward()")
            self.past.append((self.page, self.pairs))
            self.page, self.pairs = self.ahead.pop()

    def reload(self) -> None:
        self.screen.page.reload()
        self.screen.page.wait_for_selector(".mh-page[data-whole]")

    def the_menu(self) -> None:
        if not self.screen.page.locator(".mh-figure").count():
            return
        self.screen.page.locator(".mh-menu button[data-what=sql]").first.click()
        self.screen.dialog.wait_for()
        self.screen.page.keyboard.press("Escape")
        self.screen.dialog.wait_for(state="detached")

    def a_lost_connection(self) -> None:
        context = self.screen.page.context
        context.set_offline(True)
        try:
            self.a_region()
        finally:
            context.set_offline(False)

    STEPS = (
        (a_region, 8), (a_town_of_the_list, 3), (a_span, 2), (a_month, 2), (a_kind_of_community, 2),
        (an_indicator, 3), (a_shape, 2), (the_language, 2), (clear, 2), (up, 2), (another_page, 3),
        (back, 3), (forward, 2), (reload, 1), (the_menu, 1), (a_lost_connection, 1),
    )  # fmt: skip

    def step(self) -> str:
        """Take one step; now and then, without waiting for what it leads to."""
        steps, weights = zip(*self.STEPS, strict=True)
        (taken,) = self.rng.choices(steps, weights)
        taken(self)
        if self.rng.random() < 0.75 or taken not in (Walker.a_region, Walker.a_shape):
            self.arrives()
        return f"{taken.__name__}: {self.page} {self.pairs}"

    def arrives(self) -> None:
        """Wait until the address is what was chosen, and the page shows it whole."""
        end = time.monotonic() + PATIENCE_MS / 1000
        while not self.is_at():
            assert time.monotonic() < end, (self.screen.page.url, self.page, self.pairs)
            self.screen.page.wait_for_timeout(20)
        self.screen.settle(figures=0)


def equals_a_fresh_load(walker: Walker, fresh: Screen) -> None:
    walker.arrives()
    fresh.page.goto(walker.screen.page.url)
    fresh.page.wait_for_selector(".mh-page[data-whole]")
    fresh.settle(figures=0)
    mine, theirs = (each.page.evaluate(_EVERYTHING) for each in (walker.screen, fresh))
    for part, shown in mine.items():
        for one, other in zip(shown, theirs[part], strict=True):
            assert one == other, (part, walker.screen.page.url)


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    return build(data=DATA, to=tmp_path / "newer" / "newer.duckdb", attendances=40_000, seed=7)


def walk(
    server: Server, another: Callable[[], Screen], store: Path, seed: int, steps: int
) -> Iterator[int]:
    warehouse = Store(store).current()
    screen, fresh = another(), another()
    screen.page.goto(server.address)
    screen.settle(figures=4)
    walker = Walker(screen, random.Random(seed), warehouse.months, list(warehouse.town_codes))
    taken: list[str] = []
    try:
        for number in range(1, steps + 1):
            taken.append(walker.step())
            if number % COMPARED_EVERY == 0:
                equals_a_fresh_load(walker, fresh)
            yield number
    except (AssertionError, TimeoutError) as error:
        raise AssertionError(f"after {taken[-8:]}") from error


@pytest.mark.slow
def test_a_walk_ends_where_a_fresh_load_begins_and_a_newer_warehouse_is_taken_up(
    another: Callable[[], Screen], own_copy: Path, newer: Path, tmp_path: Path
) -> None:
    port, log = free_port(), tmp_path / "log.txt"
    with served(dashboard_command(own_copy, port), port=port, log=log) as server:
        for number in walk(server, another, own_copy, seed=12, steps=STEPS):
            if number == STEPS // 2 + 1:
                newer.replace(own_copy)
    assert "Traceback" not in log.read_text(encoding="utf-8")


def test_a_walk_by_reruns_alone(
    another: Callable[[], Screen], warehouse_file: Path, tmp_path: Path
) -> None:
    port, log = free_port(), tmp_path / "log.txt"
    command = [*dashboard_command(warehouse_file, port), "--no-answers"]
    with served(command, port=port, log=log) as server:
        assert max(walk(server, another, warehouse_file, seed=3, steps=60)) == 60
    assert "Traceback" not in log.read_text(encoding="utf-8")
