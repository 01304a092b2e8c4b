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
BARS = "[data-part='town-ranking'] .barlayer .point path"
EVERY_TEXT = """() => [
  document.title, document.body.innerText,
  ...[...document.querySelectorAll("svg title")].map((title) => title.textContent),
  ...["title", "aria-label", "placeholder", "alt"].flatMap((name) =>
    [...document.querySelectorAll(`[${name}]`)].map((each) => each.getAttribute(name))),
].join("\\n")"""


@pytest.mark.parametrize("language", ["zh", "en"])
def test_first_screen_holds_headline_tiles_map_and_ranking(
    visit: Callable[..., Screen], language: str
) -> None:
    screen = visit(f"?lang={language}", size=LAPTOP, figures=5)
    page = screen.page
    expect(screen.headline).to_be_visible()
    expect(screen.tiles).to_have_count(6)
    expect(screen.regions).to_have_count(14)
    expect(page.locator(BARS)).to_have_count(14)
    for each in [
        screen.headline,
        *screen.tiles.all(),
        *screen.regions.all(),
        *page.locator(BARS).all(),
    ]:
        box = each.bounding_box()
        assert box is not None
        assert box["width"] > 0
        assert box["height"] > 0
        assert box["x"] >= 0
        assert box["y"] >= 0
        assert box["x"] + box["width"] <= LAPTOP[0]
        assert box["y"] + box["height"] <= LAPTOP[1]
    assert all(region.get_attribute("d") for region in screen.regions.all())
    assert len({region.get_attribute("fill") for region in screen.regions.all()}) >= 3
    assert page.evaluate("scrollY") == 0


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
    for hidden in ("calendar_month", "slideshow", "expand_more", "uploadUpload"):
        texts = [text.replace(hidden, "") for text in texts]
    words = {word for text in texts for word in WORD.findall(text)}
    assert words - SAME_EVERYWHERE == set()


def test_tiles_say_what_the_queries_count(visit: Callable[..., Screen], asked: Asked) -> None:
    now = asked("district_by_month").iloc[-1]
    participation = asked("participation_by_month").iloc[-1]
    residents = participation["resident_month_count"] / participation["month_count"]
    share = now["committee_community_count"] / now["community_count"] * 100
    screen = visit("?lang=zh")
    for code, figure, unit in (
        ("communities", f"{now['community_count']:,}", "个"),
        ("dwellings", f"{now['dwelling_count'] / 10_000:.1f}", "万套/间"),
        ("residents", f"{now['resident_count'] / 10_000:.1f}", "万人"),
        ("committee_coverage", f"{share:.1f}", "%"),
        ("bed_supply", f"{now['bed_supply_count']:,}", "张"),
        ("reach", f"{participation['participant_count'] / residents * 100:.1f}", "%"),
    ):
        expect(screen.tile(code).locator("b")).to_have_text(figure)
        expect(screen.tile(code).locator("small")).to_have_text(unit)
    forecasts = asked("supply_completion").query("target_kind == 'forecast'").iloc[-1]
    met = forecasts["supply_count"] / forecasts["target_count"] * 100
    expect(screen.tile("bed_supply")).to_contain_text(f"为预计的 {met:.1f}%")
    made_of = f"{now['committee_community_count']}/{now['community_count']}"
    expect(screen.tile("committee_coverage")).to_contain_text(made_of)
    both = (now["committee_community_count"], now["grid_community_count"])
    expect(screen.headline).to_contain_text("居村治理 {} + 片区网格 {} = ".format(*both))


def test_map_and_ranking_say_what_the_query_counts(
    visit: Callable[..., Screen], asked: Asked
) -> None:
    rows = asked("coverage_by_town")
    rows = rows[rows["month"] == rows["month"].max()].merge(asked("towns"), on="town_code")
    rows["share"] = rows["committee_community_count"] / rows["community_count"] * 100
    rows = rows.sort_values(["share", "town_code"], ascending=[False, True])
    screen = visit("?lang=en")
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
    screen = visit()
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
    screen = visit()
    screen.page.get_by_label("指标", exact=True).select_option("新型居住社区")
    screen.in_address("map=communities")
    rows = asked("coverage_by_town")
    counts = rows[rows["month"] == rows["month"].max()]["community_count"]
    most = f"{counts.max()}个"
    labels = screen.page.locator("[data-part='town-map'] .mh-value")
    expect(labels.filter(has_text=f"{counts.max()}").first).to_be_visible()
    assert sorted(labels.all_text_contents()) == sorted(str(count) for count in counts)
    expect(screen.figure("town-ranking").locator(".textpoint").first).to_contain_text(most)
