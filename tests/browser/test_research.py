"""What a researcher takes from a figure: every figure offers it, and what is taken is whole."""

import io
import json
import re
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import FIGURES, PHONE, Asked, Screen
from tests.browser.test_accessibility import grave_findings

SVG = "{http://www.w3.org/2000/svg}"
PAGES = [name for name, count in FIGURES.items() if count] + [
    "profile?town=310112112",
    "profile?community=310112112-001",
    "explore?view=trend",
    "explore?view=bivariate",
]


def opened(screen: Screen, figure: str) -> Locator:
    """Open a figure's dialog, and wait until its files are offered."""
    screen.choose(figure, "research")
    expect(screen.dialog.get_by_role("tab")).to_have_count(4)
    expect(screen.dialog.get_by_role("button", name="PDF").last).to_be_visible()
    return screen.dialog


def closed(screen: Screen) -> None:
    screen.page.keyboard.press("Escape")
    expect(screen.dialog).to_have_count(0)


def taken(screen: Screen, button: Locator) -> tuple[str, bytes]:
    with screen.page.expect_download() as download:
        button.click()
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


@pytest.mark.parametrize("page", PAGES)
def test_every_figure_of_a_page_offers_it(visit: Callable[..., Screen], page: str) -> None:
    screen = visit("" if page == "overview" else page, figures=FIGURES.get(page, 1))
    keys = screen.page.evaluate(
        """() => [...document.querySelectorAll(".mh-figure")].map((figure) =>
          figure.closest("[data-part]").dataset.part)"""
    )
    assert len(keys) >= FIGURES.get(page, 1)
    for key in keys:
        dialog = opened(screen, key)
        pictured = screen.figure(key).locator('[data-what="picture"]').count() > 0
        if pictured:
            # In both widths, and seen before it is taken.
            expect(dialog.get_by_role("button", name="PDF")).to_have_count(2)
            expect(dialog.get_by_role("img").first).to_be_visible()
        expect(dialog.get_by_test_id("stAlert")).to_have_count(0)
        closed(screen)


@pytest.mark.parametrize(
    ("page", "figure", "forms"),
    [
        ("?lang=zh", "communities-map", ("PDF", "SVG", "PNG")),
        ("coverage?lang=en", "modes-by-month", ("PDF", "SVG", "PNG")),
        ("participation?lang=zh", "activity-calendar", ("PDF", "SVG")),
        ("housing?lang=en", "tiers", ("PDF", "SVG")),
        ("housing?lang=zh", "housing-communities", ("PDF",)),
        ("?lang=en", "changes", ("PDF", "SVG")),
    ],
)
def test_print_files_are_whole(
    visit: Callable[..., Screen], page: str, figure: str, forms: tuple[str, ...]
) -> None:
    screen = visit(page, figures=FIGURES[page.split("?")[0] or "overview"])
    dialog = opened(screen, figure)
    for form in forms:
        name, content = taken(screen, dialog.get_by_role("button", name=form).last)
        assert name.endswith(f"-170mm.{form.lower()}")
        if form == "PDF":
            assert content.startswith(b"%PDF")
            assert b"NotoSansSC" in content
        elif form == "SVG":
            drawn = ElementTree.fromstring(content)
            assert drawn.attrib["width"].startswith("481.8")
            assert drawn.findall(f".//{SVG}text") == []
            assert drawn.findall(f".//{SVG}path")
            assert b"non-scaling-stroke" not in content
        else:
            assert struct.unpack(">I", content[16:20])[0] == 2008
    closed(screen)


def test_kinds_are_told_apart_in_grey(visit: Callable[..., Screen]) -> None:
    screen = visit("coverage?lang=en", figures=FIGURES["coverage"])
    dialog = opened(screen, "modes-by-month")
    _, content = taken(screen, dialog.get_by_role("button", name="SVG").last)
    # Seven kinds in seven colours: all but the first are hatched.
    assert content.count(b"<pattern") >= 6
    # A pattern lies on the colour, not in its place.
    grounds = re.findall(rb'<pattern[^>]*>\s*<g[^>]*>\s*<path[^>]*fill="#', content)
    assert len(grounds) == content.count(b"<pattern")
    closed(screen)
    screen = visit("housing?lang=en", figures=FIGURES["housing"])
    dialog = opened(screen, "tier-trend")
    _, content = taken(screen, dialog.get_by_role("button", name="SVG").last)
    dashes = set(re.findall(rb"stroke-dasharray=\"([\d., ]+)\"", content))
    assert len(dashes) >= 2
    closed(screen)


def test_data_citation_and_package_are_of_what_is_chosen(
    visit: Callable[..., Screen], asked: Asked
) -> None:
    screen = visit("coverage?lang=en&tier=bed", figures=FIGURES["coverage"])
    dialog = opened(screen, "town-ranking")
    tabs = dialog.get_by_role("tab")
    tabs.nth(1).click()
    buttons = dialog.get_by_test_id("stDownloadButton").locator("button").locator("visible=true")
    name, content = taken(screen, buttons.nth(0))
    assert name.endswith(".csv")
    csv_name = name
    assert content.startswith(b"\xef\xbb\xbf")
    rows = pd.read_csv(io.BytesIO(content), encoding="utf-8-sig", dtype={"town_code": str})
    expected = asked("coverage_by_town", "tiers=bed", "start_month=2025-12")
    assert rows["community_count"].sum() == expected["community_count"].sum()
    name, content = taken(screen, buttons.nth(1))
    described = json.loads(content)
    assert described["query"]["parameters"]["tiers"] == ["bed"]
    assert set(described["figure"]["told"]) == {"zh", "en"}
    tabs.nth(2).click()
    texts = dialog.get_by_test_id("stCode").locator("visible=true").all_inner_texts()
    assert len(texts) == 4
    for text in texts:
        assert described["version"] in text
        # This server has no address that others could open.
        assert "127.0.0.1" not in text
    assert "homepage" not in described
    assert "tier=bed" in described["figure"]["address"]
    assert described["resources"][0]["path"] == csv_name
    tabs.nth(3).click()
    name, content = taken(screen, buttons.nth(0))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = {each.split("/", 1)[1] for each in archive.namelist()}
    assert names >= {"redraw.py", "query.sql", "data.csv", "figure.json", "README.md"}
    # Also after a download Esc closes the dialog.
    closed(screen)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_dialog_works_on_a_phone_and_for_a_screen_reader(
    visit: Callable[..., Screen], language: str
) -> None:
    screen = visit(f"coverage?lang={language}", size=PHONE, figures=FIGURES["coverage"])
    dialog = opened(screen, "town-ranking")
    for number in range(4):
        dialog.get_by_role("tab").nth(number).click()
        assert grave_findings(screen.page) == []
        assert screen.content_width() <= PHONE[0]
        assert dialog.evaluate("each => each.scrollWidth <= each.clientWidth + 1")
    closed(screen)
