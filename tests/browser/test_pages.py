"""Every page in both languages on a phone, a laptop and a large screen, and on paper."""

import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import expect

from dashboard.contract.tables import TABLES
from tests.browser.conftest import DESKTOP, FIGURES, LAPTOP, PHONE, Asked, Screen


@pytest.mark.parametrize("size", [PHONE, LAPTOP, DESKTOP], ids=lambda size: str(size[0]))
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("page", FIGURES)
def test_page_fits_the_screen(
    visit: Callable[..., Screen],
    keep: Callable[..., Path],
    page: str,
    language: str,
    size: tuple[int, int],
) -> None:
    path = "" if page == "overview" else page
    screen = visit(f"{path}?lang={language}", size=size, figures=FIGURES[page])
    expect(screen.headline).to_be_visible()
    keep(screen, f"{page}-{language}-{size[0]}", whole=not (page == "overview" and size == LAPTOP))
    assert screen.content_width() <= size[0]
    assert screen.cut_texts() == []
    assert screen.page.locator(".mh-empty").count() == 0


@pytest.mark.parametrize("language", ["zh", "en"])
def test_phone_shows_two_tiles_a_row(visit: Callable[..., Screen], language: str) -> None:
    screen = visit(f"coverage?lang={language}", size=PHONE)
    boxes = [tile.bounding_box() for tile in screen.tiles.all()]
    tops = [round(box["y"]) for box in boxes if box]
    assert [tops.count(top) for top in sorted(set(tops))] == [2, 2, 2]
    assert all(box["x"] + box["width"] <= PHONE[0] for box in boxes if box)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_switch_stays_on_a_laptops_one_line_and_keeps_its_name(
    visit: Callable[..., Screen], language: str
) -> None:
    screen = visit(f"coverage?lang={language}")
    switch = screen.page.locator(".mh-published")
    tops = "() => [...document.querySelectorAll('.mh-header > *')].map((each) => each.getBoundingClientRect())"
    boxes = screen.page.evaluate(f"({tops})().map(({{ top, bottom }}) => (top + bottom) / 2)")
    assert max(boxes) - min(boxes) < 12
    expect(switch).to_have_attribute("aria-pressed", "false")
    name = switch.inner_text()
    switch.click()
    screen.in_address("published=1")
    expect(switch).to_have_attribute("aria-pressed", "true")
    expect(switch).to_have_text(name)
    expect(screen.headline).to_contain_text("222")
    switch.click()
    screen.not_in_address("published")
    expect(screen.figure("town-ranking")).to_be_visible()


def test_coverage_draws_all_figures_and_lists_who_is_left(
    visit: Callable[..., Screen], asked: Asked
) -> None:
    screen = visit("coverage", figures=7)
    for key in (
        "modes",
        "coverage-gaps",
        "town-ranking",
        "coverage-trend",
        "modes-by-month",
        "modes-by-town",
    ):
        drawn = screen.figure(key).locator(".main-svg path[d]")
        assert drawn.count() > 5, key
    # Real projects are counted, and not listed.
    left, now = asked("uncovered_communities"), asked("district_by_month").iloc[-1]
    assert not (left["origin"] == "published").any()
    rows = screen.figure("uncovered").locator("tbody tr")
    expect(rows).to_have_count(len(left))
    expect(screen.figure("uncovered").locator("h2")).to_contain_text(
        f"{now['grid_community_count']} 个"
    )
    assert rows.first.locator("td").first.inner_text() == left.iloc[0]["name_zh"]
    community = rows.first.get_attribute("data-key") or "?"
    rows.first.click()
    screen.page.wait_for_url(f"**/profile?*community={community}")
    screen.settle(figures=8)
    expect(screen.headline).to_contain_text(left.iloc[0]["name_zh"])


def test_data_page_shows_every_table_and_offers_it(
    visit: Callable[..., Screen], asked: Asked
) -> None:
    screen = visit("definitions?lang=en", figures=0)
    tabs = screen.page.get_by_test_id("stTab")
    expect(tabs).to_have_count(3)
    panels = screen.page.get_by_test_id("stTabPanel")
    tables = '[data-testid="stTable"], [data-testid="stDataFrame"]'
    expect(panels.first.locator(tables).first).to_be_visible()
    tabs.nth(1).click()
    select = screen.page.get_by_test_id("stSelectbox").locator("input")
    buttons = screen.page.get_by_test_id("stDownloadButton")
    for table in TABLES:
        select.click()
        named = re.compile(rf"· {table.name}$")
        screen.page.get_by_role("option").filter(has_text=named).last.click()
        expect(panels.nth(1)).to_contain_text(table.row.en)
        expect(buttons.filter(has_text=table.label.en).first).to_be_visible()
    select.click()
    screen.page.get_by_role("option").filter(has_text="· town").first.click()
    # Streamlit writes a button with a tooltip twice and shows one of them.
    button = buttons.filter(has_text="Download Towns").locator("button").locator("visible=true")
    with screen.page.expect_download() as download:
        button.click()
    towns = pd.read_csv(download.value.path(), encoding="utf-8-sig", dtype=str)
    assert set(towns["town_code"]) == set(asked("towns")["town_code"])
    tabs.nth(2).click()
    expect(panels.nth(2)).to_contain_text(str(len(asked("published_figures"))))


def test_a_tab_of_definitions_has_an_address(visit: Callable[..., Screen]) -> None:
    screen = visit("definitions?lang=zh&tab=published", figures=0)
    tabs = screen.page.get_by_role("tab")
    expect(tabs.nth(2)).to_have_attribute("aria-selected", "true")
    tabs.nth(1).click()
    screen.in_address("tab=dictionary", figures=0)
    expect(tabs.nth(1)).to_have_attribute("aria-selected", "true")
    screen.page.reload()
    screen.settle(figures=0)
    expect(tabs.nth(1)).to_have_attribute("aria-selected", "true")
    screen.page.locator(".mh-language").click()
    screen.in_address("lang=en", figures=0)
    expect(tabs.nth(1)).to_have_attribute("aria-selected", "true")
    expect(tabs.nth(1)).to_contain_text("Dictionary")


def test_pages_of_one_group_lead_to_each_other(visit: Callable[..., Screen]) -> None:
    screen = visit("advice?town=310112103", figures=6)
    beside = screen.page.locator(".mh-siblings")
    expect(screen.page.locator(".mh-pages [aria-current]")).to_have_text("决策支持")
    expect(beside.locator("[aria-current]")).to_have_text("模式选择")
    beside.get_by_text("选址", exact=True).click()
    screen.page.wait_for_url(re.compile("/siting[?]"))
    screen.in_address("town=310112103", figures=4)
    expect(beside.locator("[aria-current]")).to_have_text("选址")
    expect(screen.page.locator(".mh-pages [aria-current]")).to_have_text("决策支持")
