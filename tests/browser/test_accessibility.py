"""Every page is open to a screen reader, a keyboard and a weak eye: axe finds nothing serious."""

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from dashboard.views import VIEWS
from tests.browser.conftest import PHONE, Screen

GRAVE = {"serious", "critical"}
# A page as it is first met, and where that is a chooser, a chosen one too.
PAGES = ["", *list(VIEWS)[1:]]
ADDRESSES = [
    *PAGES,
    "profile?town=310112112",
    "profile?community=310112112-001",
    "advice?community=310112103-010",
    "scenario?rule=advice&against=siting",
    "needs?published=1",
    "briefing?published=1",
    "briefing?form=a3",
    "briefing?present=1",
]


def with_language(address: str, language: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}lang={language}"


def grave_findings(page: Page) -> list[str]:
    """Find what is wrong, at up to six looks: what is half faded in at the first is nobody's choice."""
    seen = _grave_now(page)
    for _ in range(5):
        if seen:
            page.wait_for_timeout(1_000)
            seen = [each for each in _grave_now(page) if each in seen]
    return seen


def _grave_now(page: Page) -> list[str]:
    page.wait_for_function(
        "() => document.getAnimations().every((each) => !(each instanceof CSSTransition))"
    )
    return [
        f"{found['id']}: {node['html'][:200]}"
        for found in Axe().run(page).response["violations"]
        if found["impact"] in GRAVE
        for node in found["nodes"]
    ]


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest, shared_page: Page) -> Iterator[str]:
    shared_page.emulate_media(color_scheme=request.param)
    yield request.param
    shared_page.emulate_media(color_scheme="light")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_axe_finds_nothing_serious(
    visit: Callable[..., Screen], address: str, language: str, scheme: str
) -> None:
    screen = visit(with_language(address, language), figures=0)
    assert grave_findings(screen.page) == []


def test_axe_finds_what_is_wrong(visit: Callable[..., Screen]) -> None:
    screen = visit("")
    screen.page.evaluate("document.querySelector('.mh-headline').innerHTML += '<img src=\"x\">'")
    assert any(found.startswith("image-alt") for found in grave_findings(screen.page))


@pytest.mark.parametrize("address", PAGES)
def test_everything_can_be_reached_with_the_tab_key(
    visit: Callable[..., Screen], address: str
) -> None:
    screen = visit(address, figures=0, size=PHONE)
    page = screen.page
    # Clickable without being reachable would shut out whoever has no mouse.
    assert (
        page.evaluate(
            """() => [...document.querySelectorAll(".mh-figure.mh-clickable .mh-body, .mh-menu button")]
          .filter((each) => each.tabIndex < 0).map((each) => each.outerHTML.slice(0, 120))"""
        )
        == []
    )


_FOCUSED = """() => {
  const one = document.activeElement;
  if (one === document.body || one.dataset.testid === "stBidiComponentIsolated") return null;
  const style = getComputedStyle(one);
  const isTyped = one.matches('input:not([role="combobox"]), textarea');
  const box = isTyped ? getComputedStyle(one.closest("[data-rac], [data-baseweb]") ?? one) : style;
  const isSeen = style.outlineStyle === "solid" && parseFloat(style.outlineWidth) >= 2;
  return [one.outerHTML.slice(0, 160), isSeen || (isTyped && box !== style)];
}"""
# Where the content is at its narrowest while the columns have not stacked, and below it.
ZOOMED = [(960, 540), (683, 384)]
_CLIPPED = """() => [...document.querySelectorAll(".mh-plot, .mh-map")].flatMap((place) => {
  const { left, right } = place.getBoundingClientRect();
  return [...place.querySelectorAll("text")]
    .filter((each) => each.textContent.trim() && each.getBoundingClientRect().width)
    .filter((each) => !each.closest("[data-part=profile-map]"))
    .filter((each) => each.getBoundingClientRect().right > right + 2 || each.getBoundingClientRect().left < left - 2)
    .map((each) => each.textContent);
})"""
_LEGEND = """() => [...document.querySelectorAll(".mh-legend text")]
  .map((each) => each.getBoundingClientRect()).map(({ left, right, top }) => [top, left, right])"""


@pytest.mark.parametrize("address", PAGES)
def test_where_the_keyboard_is_can_be_seen(visit: Callable[..., Screen], address: str) -> None:
    page = visit(address, figures=0).page
    walked: dict[str, bool] = {}
    for _ in range(60):
        page.keyboard.press("Tab")
        if focused := page.evaluate(_FOCUSED):
            walked[focused[0]] = focused[1]
    assert len(walked) > 12
    assert [html for html, is_seen in walked.items() if not is_seen] == []


@pytest.mark.parametrize("which", [0, 1, 2])
def test_what_a_filter_offers_is_walked_into_and_left_by_keyboard(
    visit: Callable[..., Screen], which: int
) -> None:
    page = visit("coverage").page
    opener = page.locator(".mh-filters [data-opens]").nth(which)
    opener.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".mh-offered")).to_be_visible()
    reached = "document.activeElement.closest('.mh-offered') !== null"
    steps = 0
    while not page.evaluate(reached) and steps < 3:
        page.keyboard.press("Tab")
        steps += 1
    assert page.evaluate(reached), "what was opened lies elsewhere in the order of the keys"
    page.keyboard.press("Escape")
    expect(page.locator(".mh-offered")).to_have_count(0)
    expect(opener).to_be_focused()


def test_nothing_moves_under_the_pointer_when_a_town_is_clicked(
    visit: Callable[..., Screen],
) -> None:
    screen = visit("coverage")
    town = screen.region("310112103")
    before = town.bounding_box()
    screen.click_region("310112103")
    screen.in_address("town=310112103")
    expect(screen.chosen).to_contain_text("颛桥")
    after = town.bounding_box()
    assert before is not None and after is not None
    assert abs(after["y"] - before["y"]) < 1 and abs(after["x"] - before["x"]) < 1


@pytest.mark.parametrize("what", ["sql", "data"])
def test_a_dialog_keeps_the_keyboard_and_gives_it_back(
    visit: Callable[..., Screen], what: str
) -> None:
    screen = visit("coverage", figures=7)
    page, opener = screen.page, f'.mh-menu button[data-what="{what}"]'
    page.locator(opener).first.focus()
    page.keyboard.press("Enter")
    expect(screen.dialog).to_be_visible()
    assert grave_findings(page) == []
    for _ in range(8):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('[role=dialog]') !== null")
    page.keyboard.press("Escape")
    expect(screen.dialog).to_have_count(0)
    expect(page.locator(opener).first).to_be_focused()


@pytest.mark.parametrize(
    ("language", "tag", "skip"), [("zh", "zh-CN", "跳到正文"), ("en", "en", "Skip")]
)
def test_a_page_without_figures_says_its_language(
    visit: Callable[..., Screen], language: str, tag: str, skip: str
) -> None:
    page = visit(f"definitions?lang={language}", figures=0).page
    expect(page.locator(f'html[lang="{tag}"]')).to_have_count(1)
    expect(page.get_by_test_id("stSkipToContent")).to_contain_text(skip)


@pytest.mark.parametrize("size", ZOOMED)
@pytest.mark.parametrize("address", ["", "participation", "profile?town=310112112"])
def test_a_zoomed_page_cuts_nothing(
    visit: Callable[..., Screen], address: str, size: tuple[int, int]
) -> None:
    screen = visit(address, size=size, figures=4)
    page = screen.page
    assert screen.content_width() <= size[0]
    assert screen.cut_texts() == []
    assert page.evaluate(_CLIPPED) == []
    labels = sorted(page.evaluate(_LEGEND))
    assert all(a[0] != b[0] or a[2] <= b[1] for a, b in zip(labels, labels[1:], strict=False))
    columns = page.evaluate(
        """() => [...document.querySelectorAll(".mh-column")].map((each) => each.clientWidth)"""
    )
    assert min(columns) >= 300


def test_forced_colours_tell_what_is_chosen(visit: Callable[..., Screen]) -> None:
    screen = visit("participation", figures=8)
    page = screen.page
    page.emulate_media(forced_colors="active")
    try:
        chosen, other = (
            page.locator(f'.mh-picker [aria-pressed="{state}"]').first.evaluate(
                "each => getComputedStyle(each).backgroundColor"
            )
            for state in ("true", "false")
        )
        assert chosen != other
    finally:
        page.emulate_media(forced_colors="none")


def test_on_a_phone_the_row_of_pages_shows_the_one_that_is_open(
    visit: Callable[..., Screen],
) -> None:
    page = visit("definitions", figures=0, size=PHONE).page
    here = page.locator(".mh-pages [aria-current]")
    page.wait_for_function("document.querySelector('.mh-pages')?.scrollLeft > 0")
    box = here.bounding_box()
    assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= PHONE[0]


def test_a_row_read_as_a_card_has_no_lines_for_what_there_is_not(
    visit: Callable[..., Screen],
) -> None:
    case = visit("cases", size=PHONE).figure("case")
    missing = case.locator("td[data-missing]")
    assert missing.count() > 0
    assert not any(each.is_visible() for each in missing.all())
    assert case.locator("td:not([data-missing])").first.is_visible()
