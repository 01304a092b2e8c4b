"""No real, named project is held up for what a sample invents of it; one's own data show all."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from dashboard.asking.questions import Asking
from dashboard.brief.content import filters_for, make_brief
from dashboard.brief.slides import Slide
from dashboard.contract.filters import default_filters
from dashboard.contract.lineage import source_tables
from dashboard.contract.tables import NAMED, TABLES, is_of_persons
from dashboard.contract.words import Language
from dashboard.figures.figure import Figure
from dashboard.figures.page import Choices
from dashboard.language import Say
from dashboard.paths import DATA
from dashboard.publish.published import figures_of
from dashboard.subjects.pages import PAGES, make_page
from dashboard.ui.assets import lay_out_assets
from dashboard.warehouse.build import build
from dashboard.warehouse.catalogue import named_queries
from dashboard.warehouse.gate import Naming
from dashboard.warehouse.store import Warehouse
from dashboard.warehouse.uploads import next_state, put_in_force, write_frame
from tests.publish.conftest import asked_at

NAMED_ONE, ITS_TOWN = "310112112-001", "310112112"
LANGUAGES: tuple[Language, ...] = ("zh", "en")
# The pages on which communities are listed, ranked, drawn or told of, and what is chosen there.
ADDRESSES = (
    *PAGES,
    f"overview?town={ITS_TOWN}",
    "overview?home=1",
    *(f"overview?list={code}" for code in ("all", "overdue", "quiet", "idle", "full")),
    *(f"housing?order={order}" for order in ("vacant", "turnover", "residents")),
    *(f"housing?map={code}" for code in ("turnover", "occupancy_bed", "residents_per_dwelling")),
    f"coverage?town={ITS_TOWN}",
    f"housing?community={NAMED_ONE}",
    f"participation?community={NAMED_ONE}",
    f"needs?community={NAMED_ONE}",
    f"profile?town={ITS_TOWN}",
    "profile?town=310112114&lang=en",
    "profile?community=310112112-017",
    *(
        f"explore?view={view}&by=community&map={code}"
        for view in ("ranking", "distribution", "scatter", "table")
        for code in ("reach", "residents", "occupancy_room")
    ),
)
# Where they are told of by what is not invented: found by name, and shown as points on a map.
BY_NAME_ALONE = {"profile-found", "profile-map", "communities-map"}
# Where they are told of by what was published alone.
AS_PUBLISHED = {"case", "case-comparison", "case-others", "mode-card"}
PUBLISHED = "published-"
# What a community is known by, and no number of it.
OF_A_PLACE = {
    "community_code",
    "name_zh",
    "name_en",
    "aliases",
    "town_code",
    "origin",
    "lon",
    "lat",
}


@pytest.fixture(scope="module")
def projects(warehouse: Warehouse) -> pd.DataFrame:
    rows = warehouse.table("community", exact=True)
    rows = rows[rows["origin"] == "published"].set_index("community_code")
    assert len(rows) > 10
    return rows


def named_in(text: str, projects: pd.DataFrame) -> set[str]:
    """Find the projects that a text names, by code, name or operator."""
    operators = projects["operator"].where(projects["operator"] != "未公布", projects["name_zh"])
    names = zip(projects.index, projects["name_zh"], projects["name_en"], operators, strict=True)
    return {code for code, *said in names if any(each in text for each in (code, *said))}


def shown(warehouse: Warehouse, address: str, language: Language) -> dict[str, Figure]:
    page, read, ask = asked_at(warehouse, address)
    return figures_of(ask.spoken(language), page, read)


def texts_of(told: Figure) -> str:
    drawn = json.dumps(told.drawing.as_dict(), ensure_ascii=False)
    return f"{drawn} {told.drawing.keys} {told.caption}"


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_figure_holds_one_up(address: str, warehouse: Warehouse, projects: pd.DataFrame) -> None:
    for language in LANGUAGES:
        figures = shown(warehouse, address, language)
        assert figures
        for key, told in figures.items():
            if key in AS_PUBLISHED or key.startswith(PUBLISHED):
                assert not source_tables(told.counted.columns) & warehouse.sample_tables, key
                continue
            for rows in (each.rows for each in (told.counted, *told.counted.beside)):
                if key in BY_NAME_ALONE:
                    mine = rows[rows["community_code"].isin(projects.index)]
                    numbers = mine.select_dtypes(["number", "bool", "boolean"])
                    assert numbers.drop(columns=OF_A_PLACE, errors="ignore").isna().all(axis=None)
                else:
                    assert named_in(rows.to_csv(), projects) == set(), (key, language)
            # The Homes are told of one by one: test_lines.py holds the real ones to what was published.
            if key not in {*BY_NAME_ALONE, "homes"}:
                assert named_in(texts_of(told), projects) == set(), (key, language)


def test_a_project_is_told_whole_in_its_own_profile(
    warehouse: Warehouse, projects: pd.DataFrame
) -> None:
    figures = shown(warehouse, f"profile?community={NAMED_ONE}", "zh")
    assert NAMED_ONE in named_in(texts_of(figures["profile-comparison"]), projects)
    for key, told in figures.items():
        rows = told.counted.rows
        if "resident_count" in rows.columns and "community_code" in rows.columns:
            assert set(rows["community_code"]) & set(projects.index) <= {NAMED_ONE}, key
        if key != "profile-reports":
            assert named_in(texts_of(told), projects) <= {NAMED_ONE}, key


def slides_of(warehouse: Warehouse) -> Iterator[Slide]:
    for language in LANGUAGES:
        for town in (None, ITS_TOWN, "310112114"):
            filters = filters_for(warehouse.months, warehouse.town_codes, month=None, town=town)
            asking = Asking(warehouse, Say(language), filters, lay_out_assets().maps)
            yield from make_brief(asking).slides


def test_no_briefing_holds_one_up(warehouse: Warehouse, projects: pd.DataFrame) -> None:
    for slide in slides_of(warehouse):
        for counted in slide.counted:
            if not named_queries()[counted.query].keeps_named:
                assert named_in(counted.rows.to_csv(), projects) == set(), slide.key
        if slide.key != "case":
            told = f"{slide.headline} {slide.conclusion} {slide.parts} {slide.notes}"
            assert named_in(told, projects) == set(), slide.key


def test_no_answer_and_no_table_holds_one_up(warehouse: Warehouse, projects: pd.DataFrame) -> None:
    parameters = default_filters(warehouse.months).parameters()
    for query in named_queries().values():
        if query.keeps_named or not source_tables(query.columns) & warehouse.sample_tables:
            continue
        rows = warehouse.run(query.name, parameters)
        assert named_in(rows.to_csv(), projects) == set(), query.name
    for table in TABLES:
        if not is_of_persons(table) and table.is_sample:
            assert named_in(warehouse.table(table.name).to_csv(), projects) == set(), table.name


def test_what_tells_of_them_all_the_same_counts_nothing_invented(warehouse: Warehouse) -> None:
    kept = {query.name for query in named_queries().values() if query.keeps_named}
    assert kept == {"community_names", "loaded", "published_columns", "project_reports"}


@pytest.mark.parametrize("named", ["left_out", "as_places", "whole"])
def test_in_the_users_own_data_all_are_told(
    named: Naming, own: Warehouse, projects: pd.DataFrame
) -> None:
    parameters = default_filters(own.months).parameters()
    for query in ("communities", "housing_by_community", "participation_by_community"):
        rows = own.run(query, parameters, named=named)
        pd.testing.assert_frame_equal(rows, own.run(query, parameters, named="whole"))
        assert set(projects.index) & set(rows["community_code"])
    assert set(projects["operator"]) & set(own.run("housing_by_operator", parameters)["operator"])
    assert set(projects.index) <= set(own.table("community")["community_code"])


def test_in_the_users_own_data_all_are_ranked(own: Warehouse, projects: pd.DataFrame) -> None:
    figures = shown(own, "housing?order=residents", "zh")
    assert len(named_in(texts_of(figures["housing-communities"]), projects)) > 10


@pytest.fixture(scope="module")
def own(warehouse: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """The same tables, loaded as the user's own."""
    folder: Path = tmp_path_factory.mktemp("own")
    with next_state(folder, None) as state:
        for name in NAMED:
            if NAMED[name].is_sample:
                write_frame(state, name, warehouse.table(name, exact=True))
        placed = put_in_force(folder, state)
    return Warehouse(build(data=DATA, to=folder / "m.duckdb", attendances=2_000, own=placed))


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_number_of_a_real_project_is_marked_and_none_that_is_invented_is_told_first(
    warehouse: Warehouse, language: Language
) -> None:
    _, _, ask = asked_at(warehouse, f"profile?community=310112103-001&lang={language}")
    made = PAGES["profile"].make(ask, Choices())
    assert made.headline is not None
    residents = f"{int(ask.count('communities', named='whole').rows['resident_count'].iloc[0]):,}"
    assert "880" in made.headline.state
    assert residents not in made.headline.state
    assert "%" not in made.headline.state
    marks = {each.indicator.code: each.comparison.lower() for each in made.tiles}
    published, estimated = ("公开", "估计") if language == "zh" else ("published", "estimated")
    assert marks.pop("dwellings") == published
    assert set(marks.values()) == {estimated}
    figures = {each.key: each for each in made.figures}
    for key in ("profile-activities", "profile-comparison", "profile-occupancy", "profile-reach"):
        assert estimated in figures[key].caption.note.lower()
    stated = {item["text"] for item in figures["profile-card"].drawing.body["items"]}
    # What advice rests on estimates is told after that of what is published alone.
    alone = "只按公开的" if language == "zh" else "Of what is published alone"
    (advice,) = (text for text in stated if text.startswith(alone))
    assert stated - {advice} == (
        {"未公布", "有（公开）"} if language == "zh" else {"not published", "yes (published)"}
    )
    listed = figures["profile-published"].drawing.listed
    assert listed is not None
    assert {"32", "30"} <= {str(value).split()[0] for value in list(listed.values())[2]}


def estimated_counts() -> dict[str, set[str]]:
    """Give the dwellings and beds of each real project that nobody published, as they are written."""
    rows = pd.read_csv(DATA / "named_communities.csv", dtype="str")
    columns = ["flat_count", "room_count", "bed_room_count", "bed_count"]
    found = {}
    for row in rows.to_dict("records"):
        public = set(str(row["published_columns"]).split(";"))
        known = {
            f"{int(row[each]):,}" for each in columns if each in public and pd.notna(row[each])
        }
        ours = {f"{int(row[each]):,}" for each in columns if pd.notna(row[each])} - known
        if ours:
            found[str(row["community_code"])] = ours
    assert {"408"} == found["310112008-001"] and {"102"} == found["310112106-002"]
    return found


def numbers_in(text: str) -> set[str]:
    return set(re.findall(r"\d[\d,.]*\d|\d", text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_estimate_of_a_real_project_is_never_told_as_published(
    warehouse: Warehouse, language: Language
) -> None:
    published = "公开" if language == "zh" else "published"
    for code, ours in estimated_counts().items():
        _, _, ask = asked_at(warehouse, f"profile?community={code}&lang={language}")
        made = PAGES["profile"].make(ask, Choices())
        assert made.headline is not None
        assert not ours & numbers_in(made.headline.state + made.headline.change), code
        (facts,) = (each for each in made.figures if each.key == "profile-facts")
        listed = facts.drawing.listed
        assert listed is not None
        for _, text, proof in zip(*listed.values(), strict=True):
            assert published not in proof.lower() or not ours & numbers_in(text), (code, text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", ["overview", "coverage", "housing", "participation", "needs"])
def test_a_page_of_a_real_project_alone_has_no_number_in_its_headline(
    warehouse: Warehouse, page: str, language: Language
) -> None:
    _, read, ask = asked_at(warehouse, f"{page}?community={NAMED_ONE}&lang={language}")
    made = make_page(ask, page, read.chosen)
    assert made.headline is not None
    assert not numbers_in(made.headline.state + made.headline.change)
    estimated = "估计" if language == "zh" else "Estimated"
    assert all(tile.comparison.startswith(estimated) for tile in made.tiles)
    for figure in made.figures:
        if figure.counted.parameters.get("community_codes") == [NAMED_ONE]:
            assert figure.caption.headline.startswith(estimated), figure.key
            assert figure.origin == "estimated"
