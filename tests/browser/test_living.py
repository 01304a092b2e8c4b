"""Living: true shares in view, votes that lead to their community, on a phone as well."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.conftest import LAPTOP, PHONE, Asked, Screen

FIGURES = 7


def test_the_headline_and_tiles_say_what_the_queries_count(
    visit: Callable[..., Screen], asked: Asked
) -> None:
    here, held = asked("living_by_month").iloc[-1], asked("self_organised_by_town").sum()
    space, club = (
        here[name] / here["community_count"] * 100
        for name in ("space_community_count", "club_community_count")
    )
    own = held["self_organised_activity_count"] / held["organised_activity_count"] * 100
    screen = visit("living?lang=zh", size=LAPTOP, figures=FIGURES)
    for share in (space, club, own):
        expect(screen.headline).to_contain_text(f"{share:.1f}%")
    told = asked("belonging_by_town").sum()
    score = told["score_sum"] / told["answered_count"] * 100
    expect(screen.tile("belonging").locator("b")).to_have_text(f"{score:.1f}")
    expect(screen.tile("belonging")).to_contain_text("不是抽样")
    clubs = asked("club_kinds")
    expect(screen.figure("living-clubs").locator("h2")).to_contain_text(
        f"社团 {clubs['club_count'].sum()} 个"
    )


def test_a_vote_leads_to_its_community(visit: Callable[..., Screen], asked: Asked) -> None:
    votes = asked("space_votes").drop_duplicates(["community_code", "voted_on", "vote_question"])
    screen = visit("living?lang=zh", figures=FIGURES)
    listed = screen.figure("living-votes").locator("tbody tr")
    expect(listed).to_have_count(len(votes))
    code = listed.first.get_attribute("data-key")
    latest = votes.loc[votes["voted_on"] == votes["voted_on"].max(), "community_code"]
    assert code in set(latest)
    listed.first.click()
    screen.page.wait_for_url("**/profile?**")
    assert f"community={code}" in screen.page.url


def test_it_fits_a_phone_and_says_something_where_only_what_was_published_is_shown(
    visit: Callable[..., Screen],
) -> None:
    screen = visit("living?lang=en", size=PHONE, figures=FIGURES)
    assert screen.content_width() <= PHONE[0]
    assert screen.cut_texts() == []
    screen = visit("living?lang=zh&published=1", figures=2)
    expect(screen.headline).to_contain_text("2,400 平方米")
