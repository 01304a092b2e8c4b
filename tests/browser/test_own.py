"""From the chip on every page to one's own data: who one is, the sheet of one's town, and back."""

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from playwright.sync_api import expect

from tests.browser.conftest import LAPTOP, PHONE, Screen
from tests.browser.test_accessibility import grave_findings

TOWN, NAME = "310112103", "颛桥镇"


@pytest.mark.parametrize(
    ("address", "size", "language"),
    [
        ("", LAPTOP, "zh"),
        ("coverage", PHONE, "en"),
        ("briefing", LAPTOP, "en"),
        ("definitions", LAPTOP, "zh"),
    ],
)
def test_the_chip_leads_to_one_s_own_data_and_back_leads_back(
    visit: Callable[..., Screen], address: str, size: tuple[int, int], language: str
) -> None:
    screen = visit(f"{address}?lang={language}", size=size, figures=0)
    page = screen.page
    before = screen.headline.inner_text()
    page.locator('.mh-state a[data-page="own"]').click()
    expect(page.locator('.mh-page[data-page="own"]')).to_be_visible()
    screen.settle(figures=0)
    expect(page.locator('.mh-state a[aria-current="page"]')).to_be_visible()
    assert ("lang=en" in page.url) == (language == "en")
    page.go_back()
    expect(screen.headline).to_have_text(before)


def test_a_town_s_sheet_has_the_town_whichever_way_one_came(
    visit: Callable[..., Screen], tmp_path: Path
) -> None:
    screen = visit("own?lang=zh", figures=0)
    page = screen.page
    page.locator('[data-part="who"]').get_by_text("街镇", exact=True).click()
    screen.in_address("who=town", figures=0)
    page.locator('[data-part="who-town"] select').select_option(TOWN)
    screen.in_address(f"town={TOWN}", figures=0)
    expect(screen.headline).to_contain_text(NAME)

    def sheet() -> Worksheet:
        with page.expect_download() as download:
            page.get_by_role("button", name="下载“名册”表格").click()
        assert download.value.suggested_filename == f"名册-{NAME}.xlsx"
        file = tmp_path / "register.xlsx"
        download.value.save_as(file)
        return openpyxl.load_workbook(file).worksheets[0]

    assert NAME in str(sheet()["A1"].value)
    page.go_back()
    page.wait_for_function("() => !location.search.includes('town=3')")
    expect(screen.headline).not_to_contain_text(NAME)
    page.go_forward()
    expect(screen.headline).to_contain_text(NAME)
    page.locator(".mh-language").click()
    screen.in_address("lang=en", figures=0)
    expect(screen.headline).to_contain_text("Zhuanqiao Town")
    assert f"town={TOWN}" in page.url

    screen = visit(f"coverage?town={TOWN}", figures=4)
    page.locator('.mh-state a[data-page="own"]').click()
    expect(screen.headline).to_contain_text(NAME)
    assert NAME in str(sheet()["A1"].value)


def test_old_links_to_the_data_page_lead_there(visit: Callable[..., Screen]) -> None:
    screen = visit("definitions?lang=en&tab=own", figures=0)
    expect(screen.page.locator('.mh-page[data-page="own"]')).to_be_visible()
    expect(screen.headline).to_have_text("From the sample to your own data in ten minutes")
    assert "tab=" not in screen.page.url
    screen = visit("definitions?lang=zh", figures=0)
    screen.page.get_by_text("在“您的数据”页 ›").click()
    expect(screen.page.locator('.mh-page[data-page="own"]')).to_be_visible()


@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=lambda size: str(size[0]))
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_read_by_everybody(
    visit: Callable[..., Screen], scheme: str, size: tuple[int, int]
) -> None:
    screen = visit(f"own?lang=zh&who=town&town={TOWN}&rung=proposal", size=size, figures=0)
    screen.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    try:
        expect(screen.page.get_by_text("要补的是“提案”")).to_be_visible()
        assert screen.content_width() <= size[0]
        assert grave_findings(screen.page) == []
    finally:
        screen.page.emulate_media(color_scheme="light")


def test_every_step_of_the_sample_is_still_to_come(visit: Callable[..., Screen]) -> None:
    page = visit("own?lang=zh", figures=0).page
    expect(page.locator(".mh-rung-next")).to_have_count(1)
    expect(page.locator(".mh-rung-next")).to_contain_text("名册")
    expect(page.locator(".mh-rung-up")).to_have_count(0)
