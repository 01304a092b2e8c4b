"""Filtering as people do it: on the map, in lists, by keyboard, in popovers, by a link."""

import re
from collections.abc import Callable
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Asked, Screen

ZHUANQIAO, MAQIAO = "310112103", "310112112"
EMPTY_POINT = """svg => {
  const box = svg.getBoundingClientRect();
  for (let x = box.right - 4; x > box.left; x -= 8) for (let y = box.top + 60; y < box.bottom; y += 8)
    if (document.elementFromPoint(x, y) === svg) return [x, y];
}"""


def is_chosen(screen: Screen, code: str) -> None:
    expect(screen.region(code)).to_have_attribute("stroke", "#C00000")


def test_a_click_on_the_map_filters_and_a_second_undoes(
    visit: Callable[..., Screen], asked: Asked
) -> None:
    screen = visit("coverage")
    before = screen.shown()
    screen.click_region(ZHUANQIAO)
    screen.in_address(f"town={ZHUANQIAO}")
    is_chosen(screen, ZHUANQIAO)
    count = asked("district_by_month", f"town_codes={ZHUANQIAO}").iloc[-1]["community_count"]
    expect(screen.tile("committee_coverage")).to_contain_text(f"/{count}")
    expect(screen.chosen).to_contain_text("颛桥")
    screen.click_region(ZHUANQIAO)
    screen.not_in_address("town=")
    expect(screen.headline).to_have_text(before[0])
    assert screen.shown() == before
    expect(screen.region(ZHUANQIAO)).not_to_have_attribute("stroke", "#C00000")


def test_control_click_adds_and_takes_away(visit: Callable[..., Screen], asked: Asked) -> None:
    screen = visit("coverage")
    screen.click_region(ZHUANQIAO)
    screen.in_address(f"town={ZHUANQIAO}")
    screen.click_region(MAQIAO, add=True)
    screen.in_address(MAQIAO)
    is_chosen(screen, ZHUANQIAO)
    is_chosen(screen, MAQIAO)
    both = asked("district_by_month", f"town_codes={ZHUANQIAO},{MAQIAO}").iloc[-1]
    expect(screen.tile("committee_coverage")).to_contain_text(f"/{both['community_count']}")
    screen.click_region(ZHUANQIAO, add=True)
    screen.not_in_address(ZHUANQIAO)
    is_chosen(screen, MAQIAO)


def test_a_click_on_nothing_escape_and_back_undo(visit: Callable[..., Screen]) -> None:
    screen = visit("coverage")
    svg = screen.page.locator("[data-part='town-map'] svg.mh-map")
    screen.click_region(ZHUANQIAO)
    screen.in_address("town=")
    x, y = svg.evaluate(EMPTY_POINT)
    screen.page.mouse.click(x, y)
    screen.not_in_address("town=")
    screen.click_region(MAQIAO)
    screen.in_address(f"town={MAQIAO}")
    screen.page.keyboard.press("Escape")
    screen.not_in_address("town=")
    screen.page.go_back()
    screen.in_address(f"town={MAQIAO}")
    is_chosen(screen, MAQIAO)
    expect(screen.chosen).to_contain_text("马桥")


def test_a_click_on_a_row_of_the_ranking_filters(visit: Callable[..., Screen]) -> None:
    screen = visit("coverage?lang=en")
    ranking = screen.figure("town-ranking")
    fifth = ranking.locator(".ytick text").nth(4)
    name, box = fifth.text_content() or "?", fifth.bounding_box()
    body = ranking.locator(".mh-plot").bounding_box()
    assert box is not None
    assert body is not None
    # Anywhere on the row, also where the bar has ended.
    screen.page.mouse.click(body["x"] + body["width"] * 0.95, box["y"] + box["height"] / 2)
    screen.in_address("town=")
    expect(screen.chosen).to_contain_text(name)
    written = ranking.locator(".ytick tspan").filter(has_text=name)
    expect(written).to_have_css("font-weight", re.compile("bold|[67]00"))


def test_a_click_in_the_list_of_concerns_opens_the_profile(visit: Callable[..., Screen]) -> None:
    screen = visit(f"?town={MAQIAO}&map=reach&list=all")
    first = screen.figure("attention").locator("li[data-key]").first
    community = first.get_attribute("data-key") or "?"
    name = first.locator("strong").inner_text()
    first.click()
    screen.page.wait_for_url(f"**/profile?*community={community}")
    screen.settle(figures=8)
    expect(screen.headline).to_contain_text(name)
    screen.page.go_back()
    screen.in_address(f"town={MAQIAO}&map=reach", figures=5)
    expect(screen.chosen).to_contain_text("马桥")
    is_chosen(screen, MAQIAO)
    with screen.page.expect_popup() as opened:
        first.click(modifiers=["Control"])
    assert opened.value.url.split("/")[-1] == f"profile?map=reach&community={community}"
    opened.value.close()


def test_map_by_keyboard(visit: Callable[..., Screen], asked: Asked) -> None:
    screen = visit("coverage")
    figure = screen.figure("town-map")
    figure.locator(".mh-body").focus()
    said = []
    for _ in range(3):
        screen.page.keyboard.press("ArrowDown")
        said.append(figure.locator(".mh-spoken[aria-live]").text_content())
    assert len(set(said)) == 3
    screen.page.keyboard.press("ArrowUp")
    assert figure.locator(".mh-spoken[aria-live]").text_content() == said[1]
    screen.page.keyboard.press("Enter")
    screen.in_address("town=")
    names = asked("towns").set_index("town_code")
    town = screen.page.url.split("town=")[1]
    assert (said[1] or "").startswith(names.at[town, "short_name_zh"])
    expect(screen.chosen).to_contain_text(names.at[town, "name_zh"])
    screen.page.keyboard.press("Escape")
    screen.not_in_address("town=")


def test_the_map_stays_zoomed_when_a_filter_changes(visit: Callable[..., Screen]) -> None:
    screen = visit("coverage?lang=en")
    ground = screen.page.locator("[data-part='town-map'] .mh-map > g").first
    whole = ground.get_attribute("transform") or "?"
    reset = screen.figure("town-map").locator('button[data-what="whole"]')
    expect(reset).to_be_hidden()
    screen.page.mouse.move(*screen.own_point(screen.region(ZHUANQIAO)))
    screen.page.keyboard.down("Control")
    screen.page.mouse.wheel(0, -150)
    screen.page.keyboard.up("Control")
    expect(reset).to_be_visible()
    zoomed = ground.get_attribute("transform") or "?"
    assert zoomed != whole
    screen.click_region(ZHUANQIAO)
    screen.in_address(f"town={ZHUANQIAO}")
    is_chosen(screen, ZHUANQIAO)
    expect(ground).to_have_attribute("transform", zoomed)
    reset.click()
    expect(ground).to_have_attribute("transform", whole)
    expect(reset).to_be_hidden()


def test_hovering_a_region_marks_its_row(visit: Callable[..., Screen]) -> None:
    screen = visit("coverage?lang=en")
    ranking = screen.figure("town-ranking")
    expect(ranking.locator(".mh-band")).to_have_count(0)
    screen.page.mouse.move(*screen.own_point(screen.region(ZHUANQIAO)))
    band = ranking.locator(".mh-band").bounding_box()
    label = ranking.locator(".ytick text").filter(has_text="Zhuanqiao").bounding_box()
    assert band is not None
    assert label is not None
    assert band["y"] < label["y"] + label["height"] / 2 < band["y"] + band["height"]


def test_months_by_lists_and_at_one_click(visit: Callable[..., Screen]) -> None:
    screen = visit()
    popover = screen.open_filter(0)

    def choose(name: str, month: str) -> None:
        popover.locator(f"select[name={name}]").select_option(month)

    choose("from", "2025-04")
    screen.in_address("from=2025-04&to=2025-12")
    expect(screen.page.locator(".mh-filters")).to_contain_text("2025-04 – 2025-12")
    # A last month before the first one takes the first along.
    choose("to", "2025-02")
    screen.in_address("from=2025-02&to=2025-02")
    popover.get_by_role("button", name="2024 年").click()
    screen.in_address("from=2024-01&to=2024-12")
    chosen = popover.get_by_role("button", name="2024 年")
    expect(chosen).to_have_attribute("aria-pressed", "true")
    popover.get_by_role("button", name="近 3 个月").click()
    screen.not_in_address("from=")


def test_towns_by_pills_and_clear(visit: Callable[..., Screen]) -> None:
    screen = visit()
    screen.open_filter(1).get_by_text("颛桥镇", exact=True).click()
    screen.in_address(f"town={ZHUANQIAO}")
    is_chosen(screen, ZHUANQIAO)
    screen.page.keyboard.press("Escape")
    screen.page.locator(".mh-clear").click()
    screen.not_in_address("town=")
    expect(screen.page.locator(".mh-clear")).to_have_count(0)


def test_several_pills_in_one_popover(visit: Callable[..., Screen]) -> None:
    screen = visit()
    popover = screen.open_filter(1)
    popover.get_by_text("颛桥镇", exact=True).click()
    screen.in_address(f"town={ZHUANQIAO}")
    popover.get_by_text("马桥镇", exact=True).click(timeout=3000)
    screen.in_address(MAQIAO)
    is_chosen(screen, ZHUANQIAO)
    is_chosen(screen, MAQIAO)


def test_a_copied_link_reopens_the_view(
    visit: Callable[..., Screen], another: Callable[[], Screen]
) -> None:
    mine = visit(
        "coverage?lang=en&from=2025-03&to=2025-08&coverage=committee&map=reach&shape=tiles"
    )
    mine.click_region(ZHUANQIAO)
    mine.in_address(ZHUANQIAO)
    mine.click_region(MAQIAO, add=True)
    mine.in_address(MAQIAO)
    expect(mine.chosen).to_contain_text("Maqiao")
    theirs = another()
    theirs.page.goto(mine.page.url)
    theirs.settle(figures=4)
    assert theirs.shown() == mine.shown()
    is_chosen(theirs, ZHUANQIAO)
    is_chosen(theirs, MAQIAO)
    fills = [
        [each.get_attribute("fill") for each in screen.regions.all()] for screen in (mine, theirs)
    ]
    assert sorted(map(str, fills[0])) == sorted(map(str, fills[1]))


def test_what_is_wrong_in_an_address_is_said_and_the_rest_is_shown(
    visit: Callable[..., Screen],
) -> None:
    wrong = ["from=garbage", "to=2019-13", "town=999", "mode=9", "tier=sofa", "map=moon"]
    screen = visit(f"coverage?lang=en&{'&'.join(wrong)}&coverage=grid", figures=4)
    expect(screen.alerts).to_have_count(1)
    said = screen.alerts.inner_text()
    assert all(part in said for part in wrong)
    expect(screen.regions).to_have_count(14)
    screen.click_region(ZHUANQIAO)
    screen.in_address(f"town={ZHUANQIAO}")
    expect(screen.alerts).to_have_count(0)


@pytest.mark.parametrize(
    "text", ["![x](https://example.com/x.png)", "[x](https://example.com)", "<img src=x>"]
)
def test_an_address_can_not_put_pictures_or_links_into_the_page(
    visit: Callable[..., Screen], text: str
) -> None:
    screen = visit(f"?town={quote(text)}", figures=4)
    expect(screen.alerts).to_have_count(1)
    # A word joiner keeps a bare address from being made a link.
    assert text in screen.alerts.inner_text().replace("\u2060", "")
    assert screen.alerts.locator("img, a").count() == 0


@pytest.mark.parametrize("page", ["", "coverage"])
def test_nothing_fits(visit: Callable[..., Screen], page: str) -> None:
    screen = visit(f"{page}?lang=en&mode=1&coverage=grid", figures=0)
    expect(screen.headline).to_contain_text("No community")
    expect(screen.alerts).to_have_count(1)
    expect(screen.page.locator(".mh-figure")).to_have_count(0)
    screen.page.locator(".mh-clear").click()
    screen.not_in_address("mode=")
    screen.settle(figures=4)


def test_language_switch_keeps_filters(visit: Callable[..., Screen]) -> None:
    screen = visit(f"?town={ZHUANQIAO}&from=2025-01&map=reach")
    screen.page.locator(".mh-language").click()
    screen.in_address("lang=en")
    expect(screen.chosen).to_contain_text("Zhuanqiao")
    expect(screen.page).to_have_title(re.compile("Minhang"))
    for part in (f"town={ZHUANQIAO}", "from=2025-01", "map=reach"):
        assert part in screen.page.url
    screen.page.locator(".mh-language").click()
    screen.not_in_address("lang=en")
    expect(screen.chosen).to_contain_text("颛桥")


def test_filters_stay_from_page_to_page(visit: Callable[..., Screen], asked: Asked) -> None:
    screen = visit(f"?lang=en&town={ZHUANQIAO}&coverage=committee")
    mine = asked("district_by_month", f"town_codes={ZHUANQIAO}", "coverage_types=committee")
    count = mine.iloc[-1]["community_count"]
    for page, headline, figures in (
        ("Coverage", f"{count} communities", 7),
        ("Data", "defined once", 0),
        ("Overview", f"{count} communities", 4),
    ):
        screen.links.get_by_text(page, exact=True).click()
        expect(screen.headline).to_contain_text(headline)
        screen.in_address(f"town={ZHUANQIAO}", figures=figures)
        assert "coverage=committee" in screen.page.url


def test_the_path_leads_from_a_community_back_up(visit: Callable[..., Screen]) -> None:
    screen = visit("?community=310112112-001")
    path = screen.page.locator(".mh-path")
    expect(path).to_contain_text("全区")
    expect(path).to_contain_text("马桥镇")
    expect(path).to_contain_text("有巢")
    path.get_by_role("button", name="马桥镇").click()
    screen.in_address(f"town={MAQIAO}")
    expect(path).not_to_contain_text("有巢")
    is_chosen(screen, MAQIAO)
    path.get_by_role("button", name="全区").click()
    screen.not_in_address("town=")
    expect(path).to_be_empty()


def test_back_leads_from_the_first_page_to_the_one_before_at_once(
    visit: Callable[..., Screen],
) -> None:
    screen = visit("coverage", figures=7)
    screen.links.nth(0).click()
    screen.page.wait_for_url(re.compile("/$"))
    screen.settle(figures=4)
    screen.page.go_back()
    screen.page.wait_for_url(re.compile("/coverage$"))
    screen.settle(figures=7)
    expect(screen.figure("coverage-gaps")).to_be_visible()
