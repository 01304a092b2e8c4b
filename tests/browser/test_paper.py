"""A printed page says what is seen and what was chosen, breaks no table, and prints nothing twice."""

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import FIGURES, Screen

FIGURE_PAGES = [name for name, count in FIGURES.items() if count]
CHOSEN = "from=2025-07&to=2025-12&town=310112112"
_WORD = re.compile(
    r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>'
)
# Layout alone: what beforeprint does to the page can be measured without a sheet.
_UNTITLED = """() => [...document.querySelectorAll(".mh-figure")]
  .filter((figure) => !(figure.querySelector("h2").getBoundingClientRect().height > 8))
  .map((figure) => figure.querySelector("h2").innerText)"""
# What a control chose, above a title that says it too.
_TWICE = """() => [...document.querySelectorAll(".mh-part .mh-picker")].filter((picker) => {
  const title = picker.closest(".mh-part").nextElementSibling?.querySelector("h2")?.innerText ?? "";
  const chosen = picker.querySelector('span, [aria-pressed="true"]')?.innerText;
  const isSaid = title.startsWith(chosen) || title.endsWith(chosen);
  return chosen && picker.checkVisibility() && isSaid;
}).map((picker) => picker.innerText)"""
# What is told may take several lines, where they are not short ones.
_SQUEEZED = """() => [...document.querySelectorAll(".mh-figure td")].filter((cell) => {
  const text = document.createRange();
  text.selectNodeContents(cell);
  return text.getBoundingClientRect().height > (cell.offsetWidth > 150 ? 170 : 50);
}).map((cell) => cell.innerText)"""
_OVERLAPPING = """() => {
  const boxes = [...document.querySelectorAll(".mh-figure")].map((each) => each.getBoundingClientRect());
  return boxes.flatMap((a, at) => boxes.slice(at + 1).filter((b) =>
    a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1)).length;
}"""


@pytest.fixture
def on_paper(shared_page: Page) -> Iterator[Callable[[], None]]:
    """Lay the page out as for a sheet, and back afterwards."""

    def on_paper() -> None:
        shared_page.emulate_media(media="print")
        shared_page.evaluate("window.dispatchEvent(new Event('beforeprint'))")

    yield on_paper
    shared_page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    shared_page.emulate_media(media="null")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", FIGURE_PAGES)
def test_each_figure_keeps_its_title_and_each_row_its_shape(
    visit: Callable[..., Screen], on_paper: Callable[[], None], name: str, language: str
) -> None:
    address = f"?lang={language}" if name == "overview" else f"{name}?lang={language}"
    screen = visit(address, figures=FIGURES[name])
    on_paper()
    page = screen.page
    assert page.evaluate(_UNTITLED) == []
    assert page.evaluate(_TWICE) == []
    assert page.evaluate(_SQUEEZED) == []
    assert page.evaluate(_OVERLAPPING) == 0
    expect(page.locator('.mh-picker [aria-pressed="false"]:visible')).to_have_count(0)


def test_what_was_chosen_is_printed_and_what_chooses_is_not(
    visit: Callable[..., Screen], on_paper: Callable[[], None]
) -> None:
    screen = visit(f"coverage?{CHOSEN}&mode=none", figures=7)
    scope = screen.page.locator(".mh-scope")
    expect(scope).to_be_hidden()
    on_paper()
    expect(scope).to_be_visible()
    for said in ("2025-07", "2025-12", "马桥镇", "未分类"):
        expect(scope).to_contain_text(said)
    for key in ("filters", "language"):
        expect(screen.page.locator(f".mh-{key}")).to_be_hidden()
    expect(screen.page.locator(".mh-menu").first).to_be_hidden()


def test_heights_follow_the_window_again_after_printing(visit: Callable[..., Screen]) -> None:
    screen = visit("", figures=4)
    heights = "[...document.querySelectorAll('.mh-body')].map((each) => each.style.height)"
    before = screen.page.evaluate(heights)
    assert any("vh" in height for height in before)
    screen.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert not any("vh" in height for height in screen.page.evaluate(heights))
    screen.page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert screen.page.evaluate(heights) == before


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")
@pytest.mark.parametrize(
    ("address", "figures", "most"),
    [
        ("?lang=en", 4, 2),
        ("?lang=zh", 4, 2),
        ("participation?lang=zh", 8, 4),
        ("definitions", 0, 8),
    ],
)
def test_nothing_is_printed_over_anything(
    visit: Callable[..., Screen], tmp_path: Path, address: str, figures: int, most: int
) -> None:
    screen = visit(address, figures=figures)
    file = tmp_path / "page.pdf"
    screen.page.pdf(path=file, prefer_css_page_size=True)
    sheets = printed_words(file)
    # How many sheets a long text fills, and how little of the last, the typefaces decide.
    assert 1 <= len(sheets) <= most
    assert all(len(words) > 20 for words in sheets[:-1] or sheets), "a sheet is nearly empty"
    assert [pair for words in sheets for pair in overprinted(words)] == []


# Signs beside each other share the room that both leave empty.
_LETTERS = re.compile(r"\w")
Word = tuple[float, float, float, float, str]


def printed_words(file: Path) -> list[list[Word]]:
    """Read each sheet's words of two letters and more, with the box of their middle height:
    what a typeface leaves above and below its letters reaches into the next line."""
    command = ["pdftotext", "-bbox", str(file), "-"]
    text = subprocess.run(command, capture_output=True, check=True, timeout=60).stdout.decode()
    return [
        [_word(*found) for found in _WORD.findall(sheet) if len(_LETTERS.findall(found[4])) > 1]
        for sheet in text.split("<page ")[1:]
    ]


def _word(left: str, top: str, right: str, bottom: str, text: str) -> Word:
    x0, y0, x1, y1 = map(float, (left, top, right, bottom))
    rest = 0.3 * (y1 - y0)
    return x0, y0 + rest, x1, y1 - rest, text


def overprinted(words: list[Word]) -> list[tuple[str, str]]:
    """Find words of which one covers much of another."""
    ordered = sorted(words, key=lambda word: word[1])
    found = []
    for at, one in enumerate(ordered):
        for other in ordered[at + 1 :]:
            if other[1] > one[3]:
                break
            if _shared(one, other) > 0.3:
                found.append((one[4], other[4]))
    return found


def _shared(one: Word, other: Word) -> float:
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    if across <= 0 or down <= 0:
        return 0.0
    return across * down / max(min(_area(one), _area(other)), 1e-9)


def _area(word: Word) -> float:
    return (word[2] - word[0]) * (word[3] - word[1])


def test_words_on_words_are_found() -> None:
    line: Word = (0, 0, 40, 4, "one")
    assert overprinted([line, (20, 1, 60, 5, "over it")]) == [("one", "over it")]
    assert overprinted([line, (0, 5, 40, 9, "below"), (41, 0, 80, 4, "beside")]) == []
