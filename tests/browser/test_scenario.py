"""A scenario in the browser: lines go in and out by a click, and its address is all there is to it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LAPTOP, PHONE, Screen

FIGURES = 2


def code_of(screen: Screen, key: str, at: int = 0) -> str:
    code = screen.figure(key).locator("tbody tr").nth(at).get_attribute("data-key")
    assert code
    return code


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_line_goes_in_and_out_and_stands_in_the_address(
    visit: Callable[..., Screen], language: str
) -> None:
    screen = visit(f"scenario?lang={language}", size=LAPTOP, figures=FIGURES)
    empty = screen.headline.inner_text()
    one, two = (code_of(screen, "scenario-others", at) for at in (0, 1))
    screen.figure("scenario-others").locator(f'[data-key="{one}"]').click()
    screen.in_address(f"add={one}")
    expect(screen.figure("scenario-plan").locator("tbody tr")).to_have_count(1)
    screen.page.locator(".mh-controls select").first.select_option("5")
    screen.in_address("as=5")
    screen.figure("scenario-others").locator(f'[data-key="{two}"]').click()
    screen.in_address(f"{two}.5")
    expect(screen.figure("scenario-plan").locator("tbody tr")).to_have_count(2)
    whole = screen.headline.inner_text()
    fresh = visit(f"scenario?{screen.page.url.partition('?')[2]}", size=LAPTOP, figures=FIGURES)
    assert fresh.headline.inner_text() == whole
    for code in (one, two):
        fresh.figure("scenario-plan").locator(f'[data-key="{code}"]').click()
        fresh.page.wait_for_function("code => !location.search.includes(code)", arg=code)
    fresh.not_in_address("add=")
    expect(fresh.headline).to_have_text(empty)


def test_of_a_rule_a_line_may_be_taken_out_and_comes_back(visit: Callable[..., Screen]) -> None:
    screen = visit("scenario?rule=advice", size=LAPTOP, figures=5)
    whole = screen.headline.inner_text()
    code = code_of(screen, "scenario-plan")
    screen.figure("scenario-plan").locator(f'[data-key="{code}"]').click()
    screen.in_address(f"out={code}")
    expect(screen.headline).not_to_have_text(whole)
    screen.figure("scenario-others").locator(f'[data-key="{code}"]').click()
    screen.not_in_address("out=")
    expect(screen.headline).to_have_text(whole)


def test_a_name_is_typed_and_the_briefing_is_led_to(visit: Callable[..., Screen]) -> None:
    screen = visit("scenario?rule=siting", size=LAPTOP, figures=5)
    screen.page.locator('input[name="plan"]').fill("八月")
    expect(screen.headline).to_contain_text("方案“八月”")
    screen.figure("scenario-beside").locator("a").click()
    screen.page.wait_for_url("**/briefing?**")
    assert "rule=siting" in screen.page.url
    expect(screen.page.get_by_text("方案纳入").first).to_be_attached()


def test_another_is_pasted_or_this_one_put_aside(visit: Callable[..., Screen]) -> None:
    screen = visit("scenario?rule=siting&plan=B", size=LAPTOP, figures=5)
    pasted = screen.page.url
    screen = visit("scenario?rule=advice&plan=A&against=saved", size=LAPTOP, figures=5)
    screen.page.locator('input[name="against"]').fill(pasted)
    expect(screen.figure("scenario-change").locator("thead")).to_contain_text("B")
    expect(screen.sentence).to_contain_text("对照“B”")
    # What stands before its question mark is not kept.
    assert "http" not in screen.page.url.partition("?")[2]
    screen.figure("scenario-beside").locator("[data-go]").click()
    expect(screen.sentence).to_contain_text("完全相同")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_it_fits_a_phone(visit: Callable[..., Screen], language: str) -> None:
    screen = visit(f"scenario?lang={language}&rule=advice&against=siting", size=PHONE, figures=5)
    width = screen.page.evaluate("document.querySelector('.mh-page').scrollWidth")
    assert width <= PHONE[0]
    expect(screen.figure("scenario-change")).to_be_visible()
