"""What is taken along opens by double click, with no network, and prints as it should."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from dashboard.brief.html import as_html, as_presentation
from dashboard.brief.one_page import as_a3
from dashboard.brief.slides import Brief
from dashboard.contract.words import Language
from tests.brief.conftest import make as make  # the fixture

pytestmark = pytest.mark.typefaces

MAQIAO, GUMEI = "310112112", "310112006"
CHOICES: list[tuple[str | None, str | None, Language]] = [
    (None, None, "zh"),
    (None, None, "en"),
    (MAQIAO, "2025-06", "zh"),
    (GUMEI, "2025-12", "en"),
    (None, "2023-11", "zh"),
]
_CUT = """() => [...document.querySelectorAll(".at")]
  .filter(each => each.scrollHeight > each.clientHeight + 2 || each.scrollWidth > each.clientWidth + 2)
  .map(each => each.textContent.slice(0, 60))"""
A3_POINTS = (1190.55, 841.89)


@pytest.fixture
def offline(browser: Browser) -> Iterator[Page]:
    """Open files with no network at all; any request or failure is an error."""
    context = browser.new_context(viewport={"width": 1680, "height": 1200}, offline=True)
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text))
    page.on(
        "request",
        lambda asked: None if asked.url.startswith("file:") else wrong.append(asked.url),
    )
    yield page
    context.close()
    assert wrong == []


def opened(page: Page, content: bytes, folder: Path) -> None:
    file = folder / "briefing.html"
    file.write_bytes(content)
    page.goto(file.as_uri())


def printed(page: Page) -> tuple[int, list[tuple[float, float]]]:
    """Print as the page asks; return how many pages, and their sizes in points."""
    content = page.pdf(prefer_css_page_size=True, print_background=True)
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", content)
    count = len(re.findall(rb"/Type\s*/Page\b", content))
    return count, [(float(wide), float(high)) for wide, high in boxes]


@pytest.mark.parametrize("choice", CHOICES, ids=str)
def test_the_sheet_prints_on_exactly_one_a3_page(
    make: Callable[..., Brief],
    offline: Page,
    tmp_path: Path,
    choice: tuple[str | None, str | None, Language],
) -> None:
    opened(offline, as_a3(make(*choice)), tmp_path)
    assert offline.evaluate(_CUT) == []
    count, sizes = printed(offline)
    assert count == 1
    assert sizes[0] == pytest.approx(A3_POINTS, abs=1)
    # The caveat comes first in the last lines, and these end where printers still print.
    source = offline.locator(".a3 .source")
    assert "不得引用" in source.inner_text()[:40] or "Do not quote" in source.inner_text()[:140]
    foot = source.evaluate(
        """each => { const paper = each.closest(".paper").getBoundingClientRect();
          const range = document.createRange(); range.selectNodeContents(each);
          return (range.getBoundingClientRect().bottom - paper.top) / paper.width * 420; }"""
    )
    assert foot <= 297 - 11.5
    # In millimetres on paper: 8 points and more.
    offline.emulate_media(media="print")
    least = offline.evaluate(
        """() => Math.min(...[...document.querySelectorAll(".a3 p, .a3 td, .a3 th, .a3 h3, .a3 text")]
          .map(each => parseFloat(getComputedStyle(each).fontSize) * (each.ownerSVGElement
            ? each.ownerSVGElement.getBoundingClientRect().width / each.ownerSVGElement.viewBox.baseVal.width
            : 1)))"""
    )
    assert least / 96 * 72 >= 7.9


@pytest.mark.parametrize("choice", CHOICES, ids=str)
def test_the_show_works_by_double_click(
    make: Callable[..., Brief],
    offline: Page,
    tmp_path: Path,
    choice: tuple[str | None, str | None, Language],
) -> None:
    brief = make(*choice)
    opened(offline, as_presentation(brief), tmp_path)
    offline.set_viewport_size({"width": 1920, "height": 1080})
    assert offline.locator("h1").inner_text() == brief.cover.title
    for slide in brief.slides:
        offline.keyboard.press("ArrowRight")
        assert offline.locator("h2").inner_text() == slide.headline
        assert offline.evaluate(_CUT) == [], slide.key
    offline.keyboard.press("Escape")
    assert offline.locator("h2").inner_text() == brief.slides[-1].headline


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_report_opens_offline_and_prints_a_page_each(
    make: Callable[..., Brief], offline: Page, tmp_path: Path, lang: Language
) -> None:
    brief = make(MAQIAO, "2025-06", lang)
    opened(offline, as_html(brief), tmp_path)
    assert offline.locator("h2").all_inner_texts() == [s.headline for s in brief.slides]
    count, sizes = printed(offline)
    assert count == brief.total
    assert sizes[0] == pytest.approx((841.89, 595.28), abs=1)
