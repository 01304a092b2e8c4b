"""A profile is found by what one types, says what is counted, leads on, and prints on A4."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, Asked, Screen

NAMED, SAMPLE, TOWN = "310112112-001", "310112103-031", "310112112"
HAN = re.compile(r"[\u3400-\u9fff]")


def test_what_is_typed_finds_a_place_and_a_click_opens_its_profile(
    visit: Callable[..., Screen],
) -> None:
    screen = visit("profile?lang=zh", figures=2)
    names = screen.figure("profile-found").locator("li strong")
    expect(names.first).to_be_visible()
    assert "龙湖冠寓" in names.all_inner_texts()
    search = screen.page.locator(".mh-search input")
    search.press_sequentially("youchao")
    expect(names).to_have_text(["有巢马桥"])
    names.first.click()
    screen.in_address(f"community={NAMED}", figures=8)
    expect(screen.headline).to_contain_text("有巢马桥")
    screen.page.locator(".mh-path button").nth(1).click()
    screen.in_address(f"town={TOWN}", figures=8)
    expect(screen.headline).to_contain_text("马桥镇")
    screen.page.go_back()
    screen.settle(figures=8)
    screen.page.go_back()
    expect(search).to_have_value("youchao")
    expect(names).to_have_text(["有巢马桥"])


def test_enter_opens_the_only_place_that_is_found(visit: Callable[..., Screen]) -> None:
    screen = visit("profile?lang=zh", figures=2)
    search = screen.page.locator(".mh-search input")
    search.press_sequentially("浦江")
    expect(screen.figure("profile-found")).to_contain_text("另有")
    search.press("Enter")
    screen.page.wait_for_timeout(1_500)
    assert "town=" not in screen.page.url and "community=" not in screen.page.url
    search.fill("")
    search.press_sequentially("youchao")
    search.press("Enter")
    screen.in_address(f"community={NAMED}", figures=8)


def test_all_that_is_found_is_counted_and_who_closed_comes_last(
    visit: Callable[..., Screen], asked: Asked
) -> None:
    every = asked("community_names")
    mine = every[every["name_zh"].str.contains("浦江")]
    gone = mine[mine["closed_on"].notna()]
    assert len(gone)
    screen = visit("profile?lang=zh", figures=2)
    found = screen.figure("profile-found")
    search = screen.page.locator(".mh-search input")
    search.fill("浦江")
    expect(found.locator("h2")).to_have_text(f"找到 {len(mine) + 1} 处")
    expect(found.locator("li")).to_have_count(12)
    assert "退出" not in found.inner_text()
    search.fill(gone.iloc[0]["name_zh"])
    expect(found.locator("li").first).to_contain_text("退出")


def test_a_named_project_shows_what_is_published_and_no_invented_trouble(
    visit: Callable[..., Screen], asked: Asked
) -> None:
    screen = visit(f"profile?lang=zh&community={NAMED}", figures=8)
    facts = screen.figure("profile-facts").locator("tbody tr").all_inner_texts()
    basis = {text.split("\t")[0]: text.split("\t")[2] for text in facts}
    assert basis["运营方"] == "● 公开"
    assert basis["青年占比"] == "○ 估计"
    reports = asked("project_reports")
    mine = reports[reports["community_code"] == NAMED]
    expect(screen.figure("profile-reports").locator("tbody tr")).to_have_count(len(mine))
    body = screen.page.locator(".stMain").inner_text()
    assert "超期" not in body
    assert "滞后" not in body


def test_the_comparison_says_what_the_queries_count_and_leads_to_the_similar(
    visit: Callable[..., Screen], asked: Asked
) -> None:
    screen = visit(f"profile?lang=en&community={SAMPLE}", figures=9)
    rows = screen.figure("profile-comparison").locator("tbody tr")
    expect(rows).to_have_count(8)
    counted = asked("communities").set_index("community_code").loc[SAMPLE]
    cells = rows.first.locator("td").all_inner_texts()
    assert cells[0] == counted["name_en"]
    assert cells[2:4] == [f"{counted['dwelling_count']:,}", f"{counted['resident_count']:,}"]
    let = counted["let_count"] / counted["available_count"] * 100
    assert cells[5] == f"{let:.1f}"
    text = screen.page.locator(".stMain").inner_text().replace("中文", "")
    for outcome in asked("answered_proposals")["outcome_text"].dropna().unique():
        text = text.replace(outcome, "")  # in its own words
    assert [line for line in text.splitlines() if HAN.search(line)] == []
    nearest = rows.nth(3).get_attribute("data-key") or "?"
    rows.nth(3).click()
    screen.in_address(f"community={nearest}", figures=8)
    expect(rows.first.locator("td").first).to_have_text(
        asked("community_names").set_index("community_code").at[nearest, "name_en"]
    )


def test_a_town_is_ranked_and_leads_to_its_communities(
    visit: Callable[..., Screen], asked: Asked
) -> None:
    screen = visit(f"profile?lang=zh&town={TOWN}", figures=9)
    rows = asked("coverage_by_town")
    last = rows[rows["month"] == rows["month"].max()].set_index("town_code")
    rank = int((last["community_count"] > last.at[TOWN, "community_count"]).sum()) + 1
    standings = screen.figure("profile-standings").locator("tbody tr")
    first = standings.first.locator("td").all_inner_texts()
    assert first[1] == str(last.at[TOWN, "community_count"])
    assert first[4] == f"{rank}/14"
    communities = screen.figure("profile-communities").locator("tbody tr")
    # Real projects are counted, and not listed.
    expect(communities).to_have_count(len(asked("communities", f"town_codes={TOWN}")))
    code = communities.nth(2).get_attribute("data-key") or "?"
    communities.nth(2).click()
    screen.in_address(f"community={code}", figures=8)


def test_other_pages_lead_to_the_profile_of_the_one_place_chosen(
    visit: Callable[..., Screen],
) -> None:
    link = ".mh-path a"
    screen = visit("coverage?lang=zh&town=310112112,310112114", figures=7)
    expect(screen.page.locator(link)).to_have_count(0)
    screen = visit(f"coverage?lang=zh&town={TOWN}&from=2025-01&to=2025-03", figures=7)
    screen.page.locator(link).click()
    screen.page.wait_for_url("**/profile?**")
    screen.settle(figures=9)
    expect(screen.headline).to_contain_text("马桥镇")
    assert f"town={TOWN}" in screen.page.url
    assert "to=2025-03" in screen.page.url
    expect(screen.page.locator(link)).to_have_count(0)


@pytest.mark.parametrize(
    "place",
    [f"community={NAMED}&lang=zh", f"town={TOWN}&lang=en", f"community={SAMPLE}&lang=en"],
)
def test_a_profile_fits_the_phone_and_the_sheet(visit: Callable[..., Screen], place: str) -> None:
    screen = visit(f"profile?{place}", size=PHONE, figures=8)
    assert screen.content_width() <= PHONE[0]
    assert screen.cut_texts() == []
    beside = screen.figure("profile-comparison")
    beside.scroll_into_view_if_needed()
    expect(beside.locator("td").first).to_be_visible()
    assert screen.cut_texts() == []
    screen = visit(f"profile?{place}", figures=8)
    sheets = screen.page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n")
    assert 1 <= sheets <= 2


def test_a_community_not_on_the_list_is_said(visit: Callable[..., Screen], asked: Asked) -> None:
    names, there = asked("community_names"), asked("communities")
    names = names[names["origin"] != "published"]
    gone = names[~names["community_code"].isin(there["community_code"])].iloc[0]
    screen = visit(f"profile?lang=zh&community={gone['community_code']}", figures=0)
    expect(screen.headline).to_contain_text("不在册")
    expect(screen.alerts).to_have_count(1)
