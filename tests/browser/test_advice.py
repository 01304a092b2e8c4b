"""Use the page of advice as its readers do: from a profile, with a what-if, from the list of all."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, Asked, Screen


def grid_code(asked: Asked) -> str:
    rows = asked("communities")
    there = (rows["coverage_type"] == "grid") & (rows["origin"] == "sample")
    return str(rows[there]["community_code"].iloc[0])


def test_a_profile_leads_to_the_advice_and_a_what_if_stays_in_the_address(
    visit: Callable[..., Screen], asked: Asked
) -> None:
    code = grid_code(asked)
    screen = visit(f"profile?lang=zh&community={code}", figures=9)
    screen.page.locator('[data-part="profile-card"] a[data-page="advice"]').click()
    screen.in_address(f"community={code}", figures=3)
    expect(screen.figure("advice-reasons")).to_be_visible()
    screen = visit(
        f"advice?lang=zh&community={code}&is_inside_boundary=yes&committee_households=500",
        figures=3,
    )
    screen.page.locator('input[name="committee_households"]').fill("2999")
    screen.in_address("committee_households=2999", figures=3)
    expect(screen.figure("advice-inputs")).to_contain_text("2,999")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_line_of_the_list_tells_why(visit: Callable[..., Screen], language: str) -> None:
    screen = visit(f"advice?lang={language}", figures=6)
    line = screen.figure("advice-list").locator("tr[data-key]").first
    code, name = line.get_attribute("data-key"), line.locator("td").first.inner_text()
    line.click()
    screen.in_address(f"community={code}", figures=3)
    expect(screen.headline).to_contain_text(name)
    expect(screen.figure("advice-further")).to_be_visible()


def test_all_of_it_fits_a_phone(visit: Callable[..., Screen]) -> None:
    for path in ("advice?lang=en", "advice?lang=zh&community=310112112-001"):
        screen = visit(path, size=PHONE, figures=4)
        assert screen.content_width() <= PHONE[0]
