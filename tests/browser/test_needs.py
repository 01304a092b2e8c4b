"""Needs and response: true numbers in view, choices in the address, rows that choose."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from dashboard.contract.filters import default_filters
from dashboard.warehouse.store import Warehouse
from tests.browser.conftest import LAPTOP, Asked, Screen

FIGURES = 8
CURVES = "[data-part='needs-settling'] .scatterlayer .js-line"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_first_screen_holds_headline_tiles_loop_and_curve(
    visit: Callable[..., Screen], language: str
) -> None:
    screen = visit(f"needs?lang={language}", size=LAPTOP, figures=FIGURES)
    expect(screen.tiles).to_have_count(6)
    bodies = [screen.figure(key).locator(".mh-body") for key in ("needs-loop", "needs-settling")]
    for each in [screen.headline, *screen.tiles.all(), *bodies]:
        box = each.bounding_box()
        assert box is not None
        assert box["height"] > 0
        assert box["y"] + box["height"] <= LAPTOP[1]
        assert box["x"] + box["width"] <= LAPTOP[0]


def test_tiles_and_figures_say_what_the_queries_count(
    visit: Callable[..., Screen], asked: Asked
) -> None:
    towns, stages = asked("proposals_by_town"), asked("proposals_by_stage")
    late = asked("district_by_month")["overdue_count"].iloc[-1]
    share = towns["in_time_count"].sum() / towns["followed_count"].sum() * 100
    raised = towns["proposal_count"].sum()
    screen = visit("needs?lang=zh", figures=FIGURES)
    for code, figure in (
        ("proposals", f"{raised:,}"),
        ("closing_rate", f"{share:.1f}"),
        ("overdue", f"{late:,}"),
    ):
        expect(screen.tile(code).locator("b")).to_have_text(figure)
    expect(screen.headline).to_contain_text(f"提出 {raised} 件提案；受理已满 14 天的")
    expect(screen.headline).to_contain_text(f"{share:.1f}% 在 14 天内办结")
    expect(screen.figure("needs-open").locator("h2")).to_contain_text(f"{late} 件超过 14 天")
    last = stages.loc[stages["stage"] == "self_service", "proposal_count"].iloc[0]
    bars = screen.figure("needs-loop").locator(".bartext").all_text_contents()
    assert bars[0] == f"{raised:,}"
    assert bars[-1] == f"{last:,} · {last / raised * 100:.1f}%"


def test_the_list_leaves_real_projects_out_and_a_row_opens_its_profile(
    visit: Callable[..., Screen], asked: Asked
) -> None:
    rows, names = asked("open_proposals"), asked("community_names")
    screen = visit("needs?lang=zh", figures=FIGURES)
    listed = screen.figure("needs-open").locator("tbody tr")
    expect(listed).to_have_count(len(rows))
    shown = set(screen.figure("needs-open").locator("tbody td:first-child").all_inner_texts())
    assert not shown & set(names.loc[names["origin"] == "published", "name_zh"])
    code = listed.first.get_attribute("data-key") or "?"
    listed.first.click()
    screen.page.wait_for_url(f"**/profile?*community={code}")
    screen.settle(figures=8)
    expect(screen.headline).to_contain_text(
        rows.loc[rows["community_code"] == code, "name_zh"].iloc[0]
    )


def test_curves_and_ranking_follow_choices_in_the_address(
    visit: Callable[..., Screen], asked: Asked
) -> None:
    screen = visit("needs?lang=zh&ranked=category", figures=FIGURES)
    ranking = screen.figure("needs-categories")
    expect(ranking.locator(".ytick text")).to_have_count(len(asked("proposals_by_category")))
    screen.page.locator("[data-part=choice-curves] button").nth(1).click()
    screen.in_address("curves=category", figures=FIGURES)
    expect(screen.page.locator(CURVES)).to_have_count(6)
    screen.page.locator("[data-part=choice-curves] button").nth(2).click()
    screen.in_address("curves=coverage", figures=FIGURES)
    expect(screen.figure("needs-settling").locator("figcaption p")).to_contain_text(
        "关联，不是效果"
    )


def test_a_community_without_proposals_breaks_nothing(
    visit: Callable[..., Screen], warehouse: Warehouse
) -> None:
    asking = set(warehouse.table("proposal", exact=True)["community_code"])
    there = warehouse.run("communities", default_filters(warehouse.months).parameters())
    code = next(code for code in there["community_code"] if code not in asking)
    screen = visit(f"needs?community={code}", figures=FIGURES)
    expect(screen.headline).to_have_text("所选月份内没有提案")
    expect(screen.tile("closing_rate").locator("b")).to_have_text("—")
    expect(screen.figure("needs-open")).to_contain_text("没有可列出的未办结提案")


def test_nothing_invented_is_held_up_of_a_real_project(visit: Callable[..., Screen]) -> None:
    screen = visit("needs?from=2023-11&community=310112114-001", figures=FIGURES)
    expect(screen.sentence).to_contain_text("由本系统估计")
    expect(screen.figure("needs-open").locator("tbody tr")).to_have_count(0)
    expect(screen.figure("needs-open")).to_contain_text("纯属虚构")
    assert "最慢" not in screen.headline.inner_text()
