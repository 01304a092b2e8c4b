"""The Housing page: its numbers are the queries', and its figures answer to each other."""

from collections.abc import Callable
from pathlib import Path

import duckdb
from playwright.sync_api import expect

from tests.bench.serving import dashboard_command, free_port, served
from tests.browser.conftest import Asked, Screen

FIGURES = 11
MAQIAO = "310112112"


def test_tiles_headline_and_table_say_what_the_queries_count(
    visit: Callable[..., Screen], asked: Asked
) -> None:
    screen = visit("housing", figures=FIGURES)
    now = asked("occupancy_by_month").query("month == '2025-12-01'").set_index("tier")
    assert set(now.index) == {"flat", "room", "bed"}
    for tier, row in now.iterrows():
        share = f"{row['let_count'] / row['available_count'] * 100:.1f}"
        expect(screen.tile(f"occupancy_{tier}").locator("b")).to_have_text(share)
        expect(screen.headline).to_contain_text(f"{share}%")
        expect(screen.figure("tiers")).to_contain_text(f"{row['let_count']:,}")
    flows = asked("turnover_by_town")
    turnover = flows["move_out_count"].sum() / flows["resident_month_count"].sum() * 100
    expect(screen.tile("turnover").locator("b")).to_have_text(f"{turnover:.1f}")
    missed = screen.figure("supply-targets").locator("li").filter(has_text="未达标")
    expect(missed).to_contain_text("6,050")
    assert screen.figure("over-let").count() == 0
    rows = screen.figure("housing-communities").locator("tbody tr")
    expect(rows).to_have_count(len(asked("housing_by_community")))


def test_a_community_is_chosen_in_the_table_and_stands_out_among_the_others(
    visit: Callable[..., Screen], asked: Asked
) -> None:
    screen = visit(f"housing?town={MAQIAO}&order=vacant", figures=FIGURES)
    rows = screen.figure("housing-communities").locator("tbody tr")
    expect(rows).to_have_count(len(asked("housing_by_community", f"town_codes={MAQIAO}")))
    dots = screen.figure("housing-dots").locator(".scatterlayer .point")
    before = dots.count()
    code = rows.first.get_attribute("data-key") or "?"
    vacant = [
        int(text.replace(",", "")) for text in rows.locator("td:nth-child(9)").all_inner_texts()[:9]
    ]
    assert vacant == sorted(vacant, reverse=True)
    rows.first.click()
    screen.in_address(f"community={code}", figures=FIGURES)
    expect(rows).to_have_count(1)
    assert dots.count() > before
    reds = [dot for dot in dots.all() if "rgb(192, 0, 0)" in (dot.get_attribute("style") or "")]
    assert len(reds) == 1
    expect(screen.headline).not_to_contain_text("个社区")
    rows.first.click()
    screen.in_address(f"town={MAQIAO}", figures=FIGURES)
    assert "community=" not in screen.page.url


def test_turnover_can_be_mapped_by_town(visit: Callable[..., Screen], asked: Asked) -> None:
    screen = visit("coverage?map=turnover", figures=6)
    flows = asked("turnover_by_town")
    share = (flows["move_out_count"] / flows["resident_month_count"] * 100).round(1)
    for code, value in zip(flows["town_code"], share, strict=True):
        expect(screen.region(code).locator("title")).to_contain_text(f"{value:.1f}%")
    district = flows["move_out_count"].sum() / flows["resident_month_count"].sum() * 100
    expect(screen.figure("town-ranking")).to_contain_text(f"全区 {district:.1f}%")


def test_more_let_than_available_is_told_as_a_fault(
    another: Callable[[], Screen], own_copy: Path, tmp_path: Path
) -> None:
    with duckdb.connect(own_copy) as connection:
        for table in ("occupancy", "open_occupancy"):
            connection.execute(
                f"update {table} set let_count = available_count + 7 "
                "where community_code = '310112112-048' and month = date '2025-12-01'"
            )
    port = free_port()
    command = dashboard_command(own_copy, port)
    with served(command, port=port, log=tmp_path / "log.txt") as server:
        screen = another()
        screen.page.goto(f"{server.address}/housing?community=310112112-048")
        screen.settle(figures=FIGURES)
        expect(screen.sentence).to_contain_text("1 处已租多于可租，属数据错误")
        (fault,) = screen.figure("over-let").locator("li").all()
        for text in ("马桥-48", "一张床", "2025-12", "已租 119", "可租 112"):
            expect(fault).to_contain_text(text)
        expect(screen.tile("occupancy_bed").locator("b")).to_have_text("—")
        expect(screen.figure("tiers")).to_contain_text("数据有误")
