"""Explore in a browser: its views, what a click chooses, and what the address keeps."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.conftest import LAPTOP, PHONE, Asked, Screen

VIEWS = ("bivariate", "multiples", "distribution", "scatter")


def test_every_view_is_painted_and_fits(visit: Callable[..., Screen]) -> None:
    for view in VIEWS:
        screen = visit(f"explore?view={view}&map=reach&with=occupancy_room", size=LAPTOP)
        expect(screen.headline).to_contain_text("参与率")
        figure = screen.page.locator(".mh-figure .mh-body").first
        expect(figure).to_be_visible()
        box = figure.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= LAPTOP[1], view
        assert screen.content_width() <= LAPTOP[0], view
        assert screen.cut_texts() == []


def test_views_fit_a_phone_in_english(visit: Callable[..., Screen]) -> None:
    for view in ("map", "scatter"):
        screen = visit(f"explore?lang=en&view={view}", size=PHONE)
        expect(screen.headline).to_be_visible()
        assert screen.content_width() <= PHONE[0], view
        text = screen.page.locator("body").inner_text().replace("中文", "")
        assert not re.search(r"[\u3400-\u9fff]", text), view


def test_a_view_is_chosen_and_kept_in_the_address(visit: Callable[..., Screen]) -> None:
    screen = visit("explore?view=table&by=district&map=reach&town=310112112")
    screen.page.locator("[data-part=choice-view] button").filter(has_text="排行").click()
    screen.in_address("view=ranking")
    assert "by=" not in screen.page.url
    screen.page.locator("[data-part=choice-by] button").filter(has_text="按社区").click()
    screen.in_address("by=community")
    assert "town=310112112" in screen.page.url


def test_totals_are_circles_and_on_tiles_colours(visit: Callable[..., Screen]) -> None:
    page = visit("explore?map=communities").page
    radii = "all => all.map((each) => Number(each.getAttribute('r')))"
    circles = page.locator("[data-part='explore-map'] .mh-symbol")
    assert len(set(circles.evaluate_all(radii))) > 8
    expect(page.locator("[data-part='explore-map'] .mh-legend circle")).to_have_count(2)
    page.locator("[data-part=choice-classes] button").nth(1).click()
    expect(page.locator("[data-part='explore-map'] .mh-legend circle")).to_have_count(0)
    assert set(circles.evaluate_all(radii)) == {0}
    page = visit("explore?map=communities&shape=tiles").page
    assert set(circles.evaluate_all(radii)) == {0}


def test_classes_of_the_map_are_named_in_its_legend(visit: Callable[..., Screen]) -> None:
    screen = visit("explore?map=reach")
    key = screen.page.locator("[data-part='explore-map'] .mh-map")
    expect(key).to_contain_text("与整体比较")
    screen.page.locator("[data-part=choice-classes] button").filter(has_text="自然断点").click()
    screen.in_address("classes=jenks")
    expect(key).to_contain_text("自然断点（Fisher–Jenks）")


def test_a_community_is_chosen_by_its_row_and_told(
    visit: Callable[..., Screen], asked: Asked
) -> None:
    screen = visit("explore?view=table&by=community&map=residents")
    rows = asked("communities")
    largest = rows.sort_values("resident_count", ascending=False).iloc[0]
    row = screen.page.locator(f'tr[data-key="{largest["community_code"]}"]')
    expect(row).to_contain_text("1")
    row.click()
    screen.in_address(f"community={largest['community_code']}")
    expect(screen.headline).to_contain_text(f"{largest['name_zh']}：入住居民")
    expect(screen.headline).to_contain_text("排第 1")


def test_what_cannot_be_shown_gives_way_and_says_so(visit: Callable[..., Screen]) -> None:
    screen = visit("explore?view=map&by=month")
    note = screen.page.locator(".mh-note")
    expect(note).to_have_text("地图不能按月看，改为“按街镇”。")
    expect(screen.page.locator("[data-part='explore-map'] .mh-region")).to_have_count(14)
    screen.page.locator("[data-part=choice-view] button").filter(has_text="分布").click()
    expect(note).to_contain_text("改看“活动参与率”。")
    expect(screen.page.locator("[data-part='explore-distribution'] .mh-plot")).to_be_visible()
    # The map is still of what was chosen there.
    screen.page.locator("[data-part=choice-view] button").filter(has_text="地图").click()
    expect(screen.headline).to_contain_text("居村治理覆盖率")
    expect(note).to_have_count(0)


def test_a_figure_gives_its_data_and_sql(visit: Callable[..., Screen]) -> None:
    screen = visit("explore?view=scatter&by=community&map=occupancy_room")
    screen.choose("explore-scatter-community", "data")
    expect(screen.dialog).to_contain_text("CSV")
    screen.page.keyboard.press("Escape")
    screen.choose("explore-scatter-community", "sql")
    expect(screen.dialog).to_contain_text("occupancy_by_community")
