"""Siting: choices stand in the address and change the answer, in both languages and on a phone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import LAPTOP, PHONE, Screen

FIGURES = 5


@pytest.mark.parametrize(
    ("language", "stations", "away"),
    [("zh", "再建 8 个站", "500 米"), ("en", "8 more stations", "500 m")],
)
def test_what_is_chosen_is_answered_and_stands_in_the_address(
    visit: Callable[..., Screen], language: str, stations: str, away: str
) -> None:
    screen = visit(f"siting?lang={language}", size=LAPTOP, figures=FIGURES)
    before = screen.headline.inner_text()
    asked: list[str] = []
    screen.page.on(
        "request", lambda each: asked.append(each.url) if "/answers/" in each.url else None
    )
    # Whoever only points starts no solver.
    for button in screen.page.locator(".mh-page button:visible").all()[:12]:
        button.hover()
        screen.page.wait_for_timeout(100)
    assert not asked
    screen.page.locator('[data-part="choice-stations"] select').select_option(stations)
    screen.in_address("stations=8", figures=FIGURES)
    assert asked
    expect(screen.headline).to_contain_text(stations)
    expect(screen.figure("siting-sites").locator("tbody tr")).to_have_count(8)
    screen.page.locator('[data-part="choice-within"] button', has_text=away).first.click()
    screen.in_address("within=500", figures=FIGURES)
    expect(screen.headline).to_contain_text(away)
    assert screen.headline.inner_text() != before
    link = screen.page.url
    assert "stations=8" in link


def test_whoever_waits_is_told_and_can_give_up(visit: Callable[..., Screen]) -> None:
    screen = visit("siting?lang=en", figures=FIGURES)
    before = screen.headline.inner_text()
    held: list[Route] = []
    screen.page.route("**/answers/siting?*stations=9*", lambda route: held.append(route))
    stations = screen.page.locator('[data-part="choice-stations"] select')
    stations.select_option("9 more stations")
    waiting = screen.page.locator(".mh-waiting")
    expect(waiting).to_contain_text("Working for")
    expect(screen.headline).to_have_text(before)
    waiting.get_by_role("button", name="Give up").click()
    expect(waiting).to_be_hidden()
    assert "stations" not in screen.page.url
    expect(stations.locator("option:checked")).to_have_text("5 more stations")
    # What comes too late is not shown.
    held[0].continue_()
    screen.page.wait_for_timeout(1000)
    expect(screen.headline).to_have_text(before)


def test_a_line_of_a_site_opens_its_community(visit: Callable[..., Screen]) -> None:
    screen = visit("siting?lang=zh", figures=FIGURES)
    line = screen.figure("siting-sites").locator("tbody tr").first
    code = line.get_attribute("data-key")
    line.click()
    screen.in_address(f"community={code}")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_it_fits_a_phone(visit: Callable[..., Screen], language: str) -> None:
    screen = visit(f"siting?lang={language}", size=PHONE, figures=FIGURES)
    width = screen.page.evaluate("document.querySelector('.mh-page').scrollWidth")
    assert width <= PHONE[0]
    expect(screen.figure("siting-map")).to_be_visible()
