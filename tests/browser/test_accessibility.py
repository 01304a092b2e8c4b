"""Every page is open to a screen reader, a keyboard and a weak eye: axe finds nothing serious."""

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from dashboard.views import VIEWS
from tests.browser.conftest import PHONE, Screen

GRAVE = {"serious", "critical"}
# A page as it is first met, and where that is a chooser, a chosen one too.
PAGES = ["", *list(VIEWS)[1:]]
ADDRESSES = [
    *PAGES,
    "profile?town=310112112",
    "profile?community=310112112-001",
    "briefing?form=a3",
    "briefing?present=1",
]


def with_language(address: str, language: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}lang={language}"


def grave_findings(page: Page) -> list[str]:
    """Find what is wrong, at two looks: what is half faded in at the first is nobody's choice."""
    seen = _grave_now(page)
    if seen:
        page.wait_for_timeout(1_000)
        seen = [each for each in _grave_now(page) if each in seen]
    return seen


def _grave_now(page: Page) -> list[str]:
    page.wait_for_function(
        "() => document.getAnimations().every((each) => !(each instanceof CSSTransition))"
    )
    return [
        f"{found['id']}: {node['html'][:200]}"
        for found in Axe().run(page).response["violations"]
        if found["impact"] in GRAVE
        for node in found["nodes"]
    ]


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest, shared_page: Page) -> Iterator[str]:
    shared_page.emulate_media(color_scheme=request.param)
    yield request.param
    shared_page.emulate_media(color_scheme="light")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_axe_finds_nothing_serious(
    visit: Callable[..., Screen], address: str, language: str, scheme: str
) -> None:
    screen = visit(with_language(address, language), figures=0)
    assert grave_findings(screen.page) == []


def test_axe_finds_what_is_wrong(visit: Callable[..., Screen]) -> None:
    screen = visit("")
    screen.page.evaluate("document.querySelector('.mh-headline').innerHTML += '<img src=\"x\">'")
    assert any(found.startswith("image-alt") for found in grave_findings(screen.page))


@pytest.mark.parametrize("address", PAGES)
def test_everything_can_be_reached_with_the_tab_key(
    visit: Callable[..., Screen], address: str
) -> None:
    screen = visit(address, figures=0, size=PHONE)
    page = screen.page
    # Clickable without being reachable would shut out whoever has no mouse.
    assert (
        page.evaluate(
            """() => [...document.querySelectorAll(".mh-figure.mh-clickable .mh-body, .mh-menu button")]
          .filter((each) => each.tabIndex < 0).map((each) => each.outerHTML.slice(0, 120))"""
        )
        == []
    )
