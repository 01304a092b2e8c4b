"""The Overview as it first meets its readers: all of it in view, in one language, and true."""

import re
from collections.abc import Callable

import pandas as pd
import pytest
from playwright.sync_api import expect

from dashboard.views import VIEWS
from tests.browser.conftest import FIGURES, LAPTOP, Asked, Screen

HAN = re.compile(r"[\u3400-\u9fff]")
# Names of file formats, programs, people and of the other language are the same in every language.
SAME_EVERYWHERE = {
    "CSV", "SVG", "PNG", "SQL", "PowerPoint", "Word", "Excel", "English", "Kaplan", "Meier", "BH",
}  # fmt: skip
WORD = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2,}(?![A-Za-z0-9])")
WITHOUT_QUOTES = """() => {
  for (const each of document.querySelectorAll('[data-part^="published-"] td, .mh-tile')) each.remove();
}"""
EVERY_TEXT = """() => [
  document.title, document.body.innerText,
  ...[...document.querySelectorAll("svg title")].map((title) => title.textContent),
  ...["title", "aria-label", "placeholder", "alt"].flatMap((name) =>
    [...document.querySelectorAll(`[${name}]`)].map((each) => each.getAttribute(name))),
].join("\\n")"""


# What stands on the first screen, and is neither cut nor squeezed there.
FIRST = (
    ".mh-headline h1", "[data-part=outcomes] li", "[data-part=communities-map] .mh-region",
    ".mh-dot-due", "[data-part=due] li", "[data-part=changes] li", ".mh-source",
)  # fmt: skip
BOTTOMS = """() => [...document.querySelectorAll(".mh-row:first-child > .mh-column")]
  .map((each) => each.lastElementChild.getBoundingClientRect().bottom)"""


@pytest.mark.parametrize("size", [LAPTOP, (1920, 1080)])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_first_screen_holds_all_without_scrolling(
    visit: Callable[..., Screen], language: str, size: tuple[int, int]
) -> None:
    page = visit(f"?lang={language}", size=size, figures=4).page
    for what in FIRST:
        assert page.locator(what).count() > 0, what
        for each in page.locator(what).all():
            box = each.bounding_box()
            assert box is not None
            assert min(box["width"], box["height"]) > 0, what
            assert min(box["x"], box["y"]) >= 0, what
            assert box["x"] + box["width"] <= size[0], what
            assert box["y"] + box["height"] <= size[1], what
    assert page.evaluate("document.querySelector('.stMain').scrollTop") == 0
    bottoms = page.evaluate(BOTTOMS)
    assert max(bottoms) - min(bottoms) <= 2
    assert page.evaluate(
        """() => [...document.querySelectorAll("[data-part=outcomes] li *")]
          .filter((each) => each.scrollWidth > each.clientWidth + 1 && each.clientWidth)
          .map((each) => each.textContent)"""
    ) == []  # fmt: skip


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_of_streamlit_shows_and_no_tile_is_cut(
    visit: Callable[..., Screen], language: str
) -> None:
    screen = visit(f"?lang={language}")
    for part in ("stToolbar", "stAppDeployButton", "stHeader", "stDecoration", "stSidebar"):
        assert not screen.page.get_by_test_id(part).locator("visible=true").count()
    assert screen.cut_texts() == []


@pytest.mark.parametrize("page", ["", *list(VIEWS)[1:]])
def test_english_pages_have_no_chinese(
    visit: Callable[..., Screen], asked: Asked, page: str
) -> None:
    screen = visit(f"{page}?lang=en", figures=FIGURES[page or "overview"])
    expect(screen.headline).to_be_visible()
    if page == "published":
        # What was published is quoted there, Chinese terms beside their English.
        screen.page.evaluate(WITHOUT_QUOTES)
    text = str(screen.page.evaluate(EVERY_TEXT)).replace("中文", "")
    # What sources are called, and projects known by a Chinese name alone, stands as it is.
    reports = asked("project_reports")
    quoted = pd.concat(
        [
            *(
                asked(name)["source_title"]
                for name in ("control_totals", "supply_completion", "published_figures")
            ),
            reports["source_title"],
            reports["name_zh"],
            # What residents were asked, in their own words.
            *(asked("space_votes")[name] for name in ("vote_question", "vote_option")),
        ]
    ).str.removeprefix("[headline not read] ")
    for title in sorted(quoted.unique(), key=len, reverse=True):
        text = text.replace(title, "")
    assert [line for line in text.splitlines() if HAN.search(line)] == []


@pytest.mark.parametrize("page", ["", *list(VIEWS)[1:]])
def test_chinese_headings_have_no_english(visit: Callable[..., Screen], page: str) -> None:
    screen = visit(f"{page}?lang=zh", figures=FIGURES[page or "overview"])
    expect(screen.headline).to_be_visible()
    texts = screen.page.locator(
        "h1, h2, h3, .mh-headline p, .mh-label, figcaption p, .mh-body th, main button, .mh-brand"
    ).all_inner_texts()
    # Icons are words of their font; a style hides the uploader's own words.
    for hidden in ("calendar_month", "slideshow", "expand_more", r"upload\s*Upload"):
        texts = [re.sub(hidden, "", text) for text in texts]
    # A version's letters may stand together like a word's.
    texts = [re.sub(r"数据版本 \S+", "", text) for text in texts]
    words = {word for text in texts for word in WORD.findall(text)}
    assert words - SAME_EVERYWHERE == set()


def test_outcomes_say_what_the_queries_count(visit: Callable[..., Screen], asked: Asked) -> None:
    now = asked("district_by_month").iloc[-1]
    participation = asked("participation_by_month").iloc[-1]
    residents = participation["resident_month_count"] / participation["month_count"]
    kinds = asked("activity_kinds").set_index("activity_kind")["activity_count"]
    screen = visit("?lang=zh", figures=4)
    lines = screen.figure("outcomes").locator("li")
    large = lines.locator(".mh-large b")
    assert lines.locator("strong").all_inner_texts() == [
        "进得来",
        "留得住",
        "住得安",
        "能成业",
        "参与",
    ]
    numbers = large.all_inner_texts()
    assert numbers[0] == f"{now['bed_supply_count']:,}"
    assert numbers[3] == f"{kinds['course']:,}"
    assert numbers[4] == f"{participation['participant_count'] / residents * 100:.1f}"
    # All are of the sample, and marked so; a state is told only where a target was published.
    assert {each.get_attribute("data-origin") for each in large.all()} == {"sample"}
    assert lines.locator(".mh-good, .mh-late").count() == 1
    both = (now["committee_community_count"], now["grid_community_count"])
    expect(screen.sentence).to_contain_text("居村治理 {} + 片区网格 {} = ".format(*both))


def test_every_community_is_a_point_that_opens_its_profile(
    visit: Callable[..., Screen], asked: Asked
) -> None:
    screen = visit("", figures=4)
    dots = screen.page.locator(".mh-dot")
    expect(dots).to_have_count(int(asked("district_by_month").iloc[-1]["community_count"]))
    due = screen.page.locator(".mh-dot-due")
    expect(screen.figure("communities-map").locator("h2")).to_contain_text(str(due.count()))
    assert {each.get_attribute("fill") for each in due.all()} == {"#C00000"}
    code = due.last.get_attribute("data-point") or "?"
    screen.page.mouse.move(*screen.own_point(due.last))
    expect(due.last.locator("title")).to_contain_text("\n")
    due.last.click()
    screen.page.wait_for_url(f"**/profile?community={code}")
    screen.page.go_back()
    screen.settle(figures=4)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_is_due_leads_to_the_communities_by_one_click(
    visit: Callable[..., Screen], language: str
) -> None:
    screen = visit(f"?lang={language}", figures=4)
    lines = screen.figure("due").locator("li")
    count = lines.nth(1).locator("strong").inner_text()
    lines.nth(1).locator("button").click()
    screen.in_address("list=quiet", figures=5)
    listed = screen.figure("due-list")
    expect(listed.locator("h2")).to_contain_text(count)
    # Real projects are counted, and not listed.
    assert 0 < listed.locator("tbody tr").count() <= int(count)
    expect(listed).to_be_in_viewport()


def test_an_older_link_to_a_map_says_where_it_is_now(visit: Callable[..., Screen]) -> None:
    screen = visit("?map=reach", figures=4)
    expect(screen.page.locator(".mh-note")).to_contain_text("治理覆盖")


def test_map_and_ranking_say_what_the_query_counts(
    visit: Callable[..., Screen], asked: Asked
) -> None:
    rows = asked("coverage_by_town")
    rows = rows[rows["month"] == rows["month"].max()].merge(asked("towns"), on="town_code")
    rows["share"] = rows["committee_community_count"] / rows["community_count"] * 100
    rows = rows.sort_values(["share", "town_code"], ascending=[False, True])
    screen = visit("coverage?lang=en")
    # Read at once: asked one by one, the regions could be drawn anew in between.
    hovers = dict(
        screen.regions.evaluate_all(
            "all => all.map((one) => [one.dataset.key, one.querySelector('title').textContent])"
        )
    )
    labels = screen.page.locator("[data-part='town-map'] .mh-value").all_text_contents()
    assert sorted(labels) == sorted(f"{share:.1f}" for share in rows["share"])
    for row in rows.itertuples():
        assert f"{row.short_name_en} {row.share:.1f}%" in hovers[row.town_code]
        made_of = f"{row.committee_community_count} ÷ {row.community_count}"
        assert made_of in hovers[row.town_code]
    ranking = screen.figure("town-ranking")
    assert ranking.locator(".ytick text").all_text_contents() == rows["short_name_en"].tolist()
    values = [text.strip() for text in ranking.locator(".textpoint").all_text_contents()]
    assert values == [f"{share:.1f}%" for share in rows["share"]]


def test_map_as_tiles(visit: Callable[..., Screen]) -> None:
    screen = visit("coverage")
    outlines = [region.get_attribute("d") for region in screen.regions.all()]
    screen.page.locator("[data-part=shape] button").nth(1).click()
    screen.in_address("shape=tiles")
    expect(screen.regions).to_have_count(14)
    expect(screen.regions.first).not_to_have_attribute("d", outlines[0] or "")
    for region in screen.regions.all():
        box = region.bounding_box()
        assert box is not None
        assert box["width"] == pytest.approx(box["height"], rel=0.02)


def test_choosing_an_indicator_changes_map_ranking_and_address(
    visit: Callable[..., Screen], asked: Asked
) -> None:
    screen = visit("coverage")
    screen.page.get_by_label("指标", exact=True).select_option("新型居住社区")
    screen.in_address("map=communities")
    rows = asked("coverage_by_town")
    counts = rows[rows["month"] == rows["month"].max()]["community_count"]
    most = f"{counts.max()}个"
    labels = screen.page.locator("[data-part='town-map'] .mh-value")
    expect(labels.filter(has_text=f"{counts.max()}").first).to_be_visible()
    assert sorted(labels.all_text_contents()) == sorted(str(count) for count in counts)
    expect(screen.figure("town-ranking").locator(".textpoint").first).to_contain_text(most)


def test_a_chosen_community_has_a_ring_on_the_map(visit: Callable[..., Screen]) -> None:
    screen = visit("?community=310112112-001", figures=4)
    ringed = screen.figure("communities-map").locator(".mh-dot-chosen")
    expect(ringed).to_have_attribute("data-point", "310112112-001")
    assert ringed.evaluate("dot => getComputedStyle(dot).stroke") != "rgba(0, 0, 0, 0)"
    # Over its neighbours, and no other ring stays.
    assert ringed.evaluate("dot => dot === dot.parentElement.lastElementChild")
    screen.page.locator(".mh-path button").first.click()
    expect(ringed).to_have_count(0)
