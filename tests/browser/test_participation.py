"""The participation page says what the queries count, and its figures answer to each other."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.conftest import Asked, Screen

FIGURES = 8


def test_tiles_and_headline_say_what_the_queries_count(
    visit: Callable[..., Screen], asked: Asked
) -> None:
    now = asked("participation_by_month").iloc[-1]
    residents, people = now["resident_month_count"], now["participant_count"]
    screen = visit("participation", figures=FIGURES)
    for code, figure in (
        ("reach", f"{people / residents * now['month_count'] * 100:.1f}"),
        ("attendance_rate", f"{now['attendance_count'] / residents * 1000:,.0f}"),
        ("repeat_rate", f"{now['repeat_participant_count'] / people * 100:.1f}"),
        ("first_timers", f"{now['first_time_participant_count'] / people * 100:.1f}"),
        ("intensity", f"{now['activity_count'] / residents * 1000:.1f}"),
    ):
        expect(screen.tile(code).locator("b")).to_have_text(figure)
    assert screen.headline.inner_text().count("%") == 1
    for key in (
        "participation-ranking",
        "participation-categories",
        "reach-funnel",
        "activity-calendar",
        "participation-trend",
        "cohorts",
        "lorenz",
    ):
        assert screen.figure(key).locator(".main-svg path[d]").count() > 1, key


def test_a_chosen_community_is_told_among_the_others(
    visit: Callable[..., Screen], asked: Asked
) -> None:
    screen = visit("participation", figures=FIGURES)
    row = screen.figure("unreached").locator("tbody tr").first
    code = row.get_attribute("data-key") or "?"
    assert not code.startswith("?")
    expect(row.locator("a")).to_have_attribute("href", re.compile(f"/profile.*community={code}$"))
    screen = visit(f"participation?community={code}", figures=FIGURES)
    now = asked("participation_by_month", f"community_codes={code}").iloc[-1]
    people = now["participant_count"]
    share = people / now["resident_month_count"] * now["month_count"] * 100
    expect(screen.tile("reach").locator("b")).to_have_text(
        "—" if share != share else f"{share:.1f}"
    )
    # The others of its town stay in view, with the chosen one among them.
    expect(screen.figure("unreached").locator(f'tr[data-key="{code}"]')).to_be_visible()
    assert screen.figure("unreached").locator("tbody tr").count() > 1


def test_choices_change_their_figure_and_stand_in_the_address(
    visit: Callable[..., Screen], asked: Asked
) -> None:
    rows = asked("participation_by_category")
    mine = rows[rows["breakdown"] == "domain"].sort_values("participant_count", ascending=False)
    screen = visit("participation?by=domain&lang=en", figures=FIGURES)
    names = screen.figure("participation-categories").locator(".ytick text")
    english = {
        "basic": "Basic service",
        "professional": "Professional service",
        "empowerment": "Community empowerment",
    }
    assert names.all_text_contents() == [english[code] for code in mine["category"]]
    screen.page.locator("[data-part=choice-days] button").nth(1).click()
    screen.in_address("days=activities", figures=FIGURES)
    assert "by=domain" in screen.page.url


def test_where_nothing_is_chosen_it_says_so(visit: Callable[..., Screen]) -> None:
    screen = visit("participation?mode=4&coverage=grid", figures=0)
    expect(screen.alerts).to_contain_text("放宽其中一项就有：覆盖类型、治理模式")
