"""Open pages in a browser, click what can be clicked, and time until the change is painted."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Browser, Locator, Page

from tests.bench.serving import PAINTED

OVERVIEW_FIGURES = 4
FIGURES = ".mh-headline, .mh-tiles, .mh-figure"
PLAIN_FIGURES = ", ".join(
    (
        ".mh-headline",
        ".mh-tiles",
        *(
            f'[data-testid="{element}"]'
            for element in ("stPlotlyChart", "stDataFrame", "stMarkdown", "stCaptionContainer")
        ),
    )
)
# Plotly draws anew by changing what it has drawn; the product's figures say when they are done.
DRAWN_ATTRIBUTES = ("d", "style", "fill", "transform", "width", "height", "viewBox")

# Click (or press a key), then wait until what is watched no longer changes: the answer is the time
# to the second animation frame after the last change.
_CLICK_TO_PAINT = """(clicked, { watched, attributes, key, said }) => new Promise((resolve, reject) => {
  const isWatched = ({ target, addedNodes }) =>
    (target.nodeType === 1 ? target : target.parentElement)?.closest(watched)
    || [...addedNodes].some((node) => node.nodeType === 1
      && (node.matches(watched) || node.querySelector(watched)));
  const tooLate = setTimeout(() => reject(new Error("the click changed nothing")), 20000);
  let start, quiet;
  const observer = new MutationObserver((changes) => {
    if (!changes.some(isWatched)) return;
    clearTimeout(quiet);
    requestAnimationFrame(() => requestAnimationFrame(() => {
      const painted = performance.now();
      clearTimeout(quiet);
      const end = () => {
        if (!isThere()) {
          quiet = setTimeout(end, 100);
          return;
        }
        observer.disconnect();
        clearTimeout(tooLate);
        resolve(painted - start);
      };
      quiet = setTimeout(end, 300);
    }));
  });
  // What some frameworks draw stands in trees of its own, which have to be watched each.
  const trees = (root) => [root, ...[...root.querySelectorAll("*")]
    .flatMap((each) => (each.shadowRoot ? trees(each.shadowRoot) : []))];
  const isThere = () => !said || (
    !document.querySelector('[data-testid="stApp"][data-test-script-state="running"]')
    && trees(document.body).some((tree) =>
      [...tree.querySelectorAll("h1")].some((each) => each.textContent.includes(said))));
  for (const tree of trees(document.body)) {
    observer.observe(tree, {
      subtree: true, childList: true, characterData: true, attributeFilter: attributes,
    });
  }
  start = performance.now();
  clicked.dispatchEvent(key
    ? new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true })
    : new MouseEvent("click", { bubbles: true, cancelable: true }));
})"""

PLAINLY_PAINTED = """() => {
  const app = document.querySelector('[data-testid="stApp"]');
  const charts = [...document.querySelectorAll('[data-testid="stPlotlyChart"]')];
  return app?.dataset.testScriptState === 'notRunning'
    && !document.querySelector('[data-testid="stSkeleton"]')
    && charts.length && charts.every((chart) => chart.querySelector('.main-svg path[d]'));
}"""


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


class Elsewhere:
    """List what a page asks for from any other machine."""

    def __init__(self, page: Page) -> None:
        self.addresses: list[str] = []
        page.on("request", lambda request: self._asks(request.url))
        page.on("websocket", lambda socket: self._asks(socket.url))

    def _asks(self, address: str) -> None:
        parts = urlsplit(address)
        if parts.scheme not in ("data", "blob") and parts.hostname != "127.0.0.1":
            self.addresses.append(address)


@contextmanager
def new_page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    yield context.new_page()
    context.close()


def click_to_paint(
    clicked: Locator,
    watched: str,
    *,
    attributes: tuple[str, ...] = ("data-painted",),
    key: str | None = None,
    said: str | None = None,
) -> float:
    """Click, and say after how many milliseconds what matches ``watched`` was painted anew.

    With ``key``, that key is pressed instead. With ``said``, it is not over before a heading says
    so and no rerun is under way: a page may change in several steps.
    """
    how = {"watched": watched, "attributes": list(attributes), "key": key, "said": said}
    return float(clicked.evaluate(_CLICK_TO_PAINT, how))


class Chooser(Protocol):
    """Choose one thing after another on an opened page, and time it."""

    def open(self, address: str) -> int:
        """Open the page; say how many things can be chosen."""

    def choose(self, number: int) -> float:
        """Choose one of them: milliseconds until that is painted."""


@dataclass
class OnTheMap:
    """Click the Overview's towns on its map."""

    page: Page
    names: dict[str, str]

    def open(self, address: str) -> int:
        open_overview(self.page, address)
        return len(self.names)

    def choose(self, number: int) -> float:
        code, name = list(self.names.items())[number]
        region = self.page.locator(f'.mh-region[data-key="{code}"]')
        took = click_to_paint(region, FIGURES)
        must_be_about(self.page, name)
        return took


@dataclass
class OnThePills:
    """Click the towns' pills on the plain page."""

    page: Page
    names: dict[str, str]

    def open(self, address: str) -> int:
        self.page.goto(address)
        self.page.wait_for_function(PLAINLY_PAINTED)
        return len(self.names)

    def choose(self, number: int) -> float:
        pill = self.page.locator(".st-key-plain-towns button").nth(number)
        took = click_to_paint(pill, PLAIN_FIGURES, attributes=DRAWN_ATTRIBUTES)
        if list(self.names)[number] not in self.page.url:
            raise RuntimeError("the address did not follow the pill")
        return took


@dataclass
class WithKeys:
    """Walk the first figure of any page that can be clicked with the arrow keys, and press Enter.

    A plot's bars and points are no elements of the page; the script answers Enter as it does a
    click.
    """

    page: Page
    _figure: Locator | None = field(default=None, init=False)
    _spoken: list[str] = field(default_factory=list, init=False)

    def open(self, address: str) -> int:
        self.page.goto(address)
        self.page.wait_for_function(PAINTED, arg=1)
        for figure in self.page.locator(".mh-figure.mh-clickable").all():
            spoken = [self._step(figure)]
            while spoken[0] and (text := self._step(figure)) not in spoken:
                spoken.append(text)
            if spoken[0]:
                for _ in spoken[1:]:
                    self._step(figure)
                self._figure, self._spoken = figure, spoken
                return len(spoken)
        raise ValueError(f"{address}: no figure can be clicked")

    @staticmethod
    def _step(figure: Locator) -> str:
        figure.locator(".mh-body").dispatch_event("keydown", {"key": "ArrowDown"})
        return figure.locator(".mh-spoken").inner_text()

    def choose(self, number: int) -> float:
        assert self._figure is not None, "no page is opened"
        before = self._town()
        if self._step(self._figure) != self._spoken[number]:
            raise RuntimeError("the click changed what can be clicked")
        took = click_to_paint(self._figure.locator(".mh-body"), FIGURES, key="Enter")
        if self._town() in ("", before):
            raise RuntimeError(f"the address did not follow the choice of {self._spoken[number]}")
        return took

    def _town(self) -> str:
        return parse_qs(urlsplit(self.page.url).query).get("town", [""])[0]


def open_overview(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_function(PAINTED, arg=OVERVIEW_FIGURES)


def must_be_about(page: Page, name: str) -> None:
    if name not in page.locator(".mh-filters").inner_text():
        raise RuntimeError(f"what is chosen did not follow the click on {name}")
