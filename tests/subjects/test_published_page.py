"""Every published figure, event and report is seen on a page; with these alone no sample is shown."""

import csv
import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from dashboard.asking.questions import Asking
from dashboard.contract.filters import Filters, add_months, default_filters
from dashboard.figures.address import read_address
from dashboard.figures.baseline import baseline, since_handbook
from dashboard.figures.page import Choices, Page
from dashboard.figures.quoted import facts
from dashboard.figures.written import page_as_dict
from dashboard.insight.published import OUTSIDE, TOPICS, about, dated_events
from dashboard.insight.quoting import named, value_told
from dashboard.language import Say
from dashboard.paths import DATA
from dashboard.subjects.overview.outcomes import outcomes
from dashboard.subjects.pages import PAGES, make_page, make_published
from dashboard.subjects.published import figures
from dashboard.ui.assets import lay_out_assets
from dashboard.views import VIEWS
from dashboard.warehouse.build import build
from dashboard.warehouse.store import Warehouse

ALONE = Choices(published=True)
MAQIAO, YOUTHA = "310112112", "310112112-001"


def rows_of(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def asking(warehouse: Warehouse, language: str = "zh", **changes: object) -> Asking:
    filters: Filters = replace(default_filters(warehouse.months), **changes)  # type: ignore[arg-type]
    return Asking(warehouse, Say("en" if language == "en" else "zh"), filters)


def lines_of(page: Page) -> dict[str, list[list[str]]]:
    """Give the lines that each table of a page shows."""
    return {
        each.key: [row["cells"] for row in each.drawing.body.get("rows", [])]
        for each in page.figures
        if each.drawing.kind == "table"
    }


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_figure_is_seen_with_its_value_date_and_source(
    warehouse: Warehouse, language: str
) -> None:
    ask = asking(warehouse, language)
    seen, known = lines_of(make_page(ask, "published", Choices())), facts(ask)
    nowhere = []
    for row in rows_of("published_figures.csv"):
        code, fact = row["figure_id"], known[row["figure_id"]]
        needed = (named(fact, ask.say), value_told(fact, ask.say), code)
        mine = seen[f"published-{about(code).topic}"]
        if not any(all(any(each in cell for cell in line) for each in needed) for line in mine):
            nowhere.append(code)
    assert nowhere == []


def test_every_report_and_every_event_is_seen(warehouse: Warehouse) -> None:
    seen = lines_of(make_page(asking(warehouse), "published", Choices()))
    told = {line[-1] for line in seen["published-reports"]}
    assert told == {row["report_code"] for row in rows_of("project_reports.csv")}
    assert all(len(line[1]) > 3 for line in seen["published-reports"])
    assert len(seen["published-events"]) == len(dated_events())


def test_chinese_readers_read_chinese(warehouse: Warehouse) -> None:
    english = re.compile(r"\b(the|and|of|not|undated|units?|households|courses)\b")
    for key, lines in lines_of(make_page(asking(warehouse), "published", Choices())).items():
        for line in lines:
            cells = [cell for cell in line if not cell.startswith("http")]
            assert not any(english.search(cell) for cell in cells), (key, line)


def test_what_conflicts_stands_side_by_side_and_is_never_averaged(warehouse: Warehouse) -> None:
    lines = lines_of(make_page(asking(warehouse), "published", Choices()))["published-targets"]
    plans = [line for line in lines if "2024 年床位计划" in line[0]]
    assert [line[1] for line in plans] == ["计划 5,000 张床", "计划 6,050 张床"]
    assert [line[5] for line in plans] == ["107.7%", "89.0%"]
    assert all("两处报道不一" in line[6] for line in plans)


def test_what_is_superseded_says_by_what_and_comes_last(warehouse: Warehouse) -> None:
    lines = lines_of(make_page(asking(warehouse), "published", Choices()))["published-policy"]
    marked = ["已被" in line[4] for line in lines]
    assert sum(marked) == 4
    assert marked == sorted(marked)


def test_rounded_snapshots_are_not_subtracted(warehouse: Warehouse) -> None:
    lines = lines_of(make_page(asking(warehouse), "published", Choices()))["published-snapshots"]
    assert [line[3] for line in lines] == ["+27", "约数，不相减", "约数，不相减"]


@pytest.mark.parametrize("place", [{"town_codes": (MAQIAO,)}, {"community_codes": (YOUTHA,)}])
def test_a_place_shows_what_was_published_of_it(
    warehouse: Warehouse, place: dict[str, tuple[str, ...]]
) -> None:
    ask = asking(warehouse, "zh", **place)
    page = make_page(ask, "profile", ALONE)
    found = {code for each in page.figures for code in each.counted.rows.get("figure_id", [])}
    assert "F213" in found
    assert not found & {"F001", "F215"}
    assert page.headline is not None
    assert str(len(figures.chosen_figures(ask).rows)) in page.headline.state


@pytest.mark.parametrize(
    ("code", "told", "unsaid"),
    [
        ("310112008-001", ["一张床", "400余 张（123 间内）", "● 公开"], "408"),
        ("310112106-002", ["一张床", "51 间，床位数未公布", "● 公开"], "102"),
    ],
)
def test_an_estimate_never_stands_for_what_was_published(
    warehouse: Warehouse, code: str, told: list[str], unsaid: str
) -> None:
    filters = asking(warehouse, community_codes=(code,)).filters
    ask = Asking(warehouse, Say("zh"), filters, lay_out_assets().maps)
    page = make_page(ask, "profile", Choices())
    assert page.headline is not None
    assert unsaid not in page.headline.state
    facts_told = lines_of(page)["profile-facts"]
    assert told in facts_told
    # Each line has its own mark, and the figure as a whole none.
    (figure,) = (each for each in page.figures if each.key == "profile-facts")
    assert figure.origin == "mixed"
    assert {line[2] for line in facts_told} == {"● 公开", "○ 估计"}


# Published only --------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", sorted({*VIEWS}))
def test_with_published_numbers_alone_no_page_shows_a_sample(
    warehouse: Warehouse, name: str, language: str
) -> None:
    ask = asking(warehouse, language)
    page = make_page(ask, name, ALONE) if name in PAGES else make_published(ask, name)
    assert page.headline is not None
    assert page.tiles == ()
    shown = list(page.figures)
    assert shown
    for each in shown:
        assert not ask.shows_sample(each.counted.columns), each.key
        assert each.drawing.body["rows"], each.key
    samples = [str(code) for code in ask.communities.index[ask.communities["origin"] == "sample"]]
    text = json.dumps(page_as_dict(ask, page), ensure_ascii=False, default=str)
    assert not any(code in text for code in samples)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", sorted({*VIEWS}))
def test_what_a_page_says_of_published_numbers_alone_was_published(
    warehouse: Warehouse, name: str, language: str
) -> None:
    ask = asking(warehouse, language)
    page = make_page(ask, name, ALONE) if name in PAGES else make_published(ask, name)
    assert page.headline is not None
    known = [row["published_value"] for row in rows_of("published_figures.csv")]
    files = ("published_figures.csv", "project_reports.csv", "published_events.csv")
    # What is counted, left over and divided of them.
    made = [*(str(len(rows_of(file))) for file in files), str(520 - 222), f"{100 * 222 / 520:.1f}"]
    said = re.sub(r"\d{4}-\d{2}(-\d{2})?", "", page.headline.state).replace(",", "")
    numbers = re.findall(r"\d+(?:\.\d+)?", said)
    assert numbers
    assert set(numbers) <= {*known, *made}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("overview", "222 + 片区网格 298（推算）= 520"),
        ("coverage", "推算占 42.7%"),
        ("housing", "5,387"),
        ("participation", "52 门课"),
        ("needs", "9 项"),
    ],
)
def test_each_page_says_something_true_of_its_topic(
    warehouse: Warehouse, name: str, said: str
) -> None:
    page = make_page(asking(warehouse), name, ALONE)
    assert page.headline is not None
    assert said in page.headline.state
    assert page.quoted
    keys = {each.key for each in page.figures}
    assert not keys & {f"published-{each}" for each in OUTSIDE}


def test_no_town_or_month_changes_a_page_into_an_empty_one(warehouse: Warehouse) -> None:
    for town in warehouse.town_codes:
        page = make_page(asking(warehouse, town_codes=(town,)), "overview", ALONE)
        assert page.headline is not None


def test_the_switch_is_kept_in_the_address(warehouse: Warehouse) -> None:
    def read(**given: str) -> dict[str, str]:
        address, notices = read_address(
            given, months=warehouse.months, town_codes=warehouse.town_codes
        )
        assert notices == []
        assert address.chosen.published == address.published
        return address.written(warehouse.months)

    assert read(published="1") == {"published": "1"}
    assert read(published="0") == read() == {}
    page = make_page(asking(warehouse), "published", ALONE)
    (picker,) = page.controls
    assert all(isinstance(to, Choices) and to.published for _, _, to in picker.options)
    assert {code for code, _, _ in picker.options} == {"all", *TOPICS} - {"other"}


# What is at fault ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """A warehouse of facts of which one contradicts another and one has no date at all."""
    folder = tmp_path_factory.mktemp("faulty")
    data = Path(shutil.copytree(DATA, folder / "data", ignore=shutil.ignore_patterns("built")))
    with (data / "published_figures.csv").open("a", encoding="utf-8", newline="") as file:
        beds = rows_of("published_figures.csv")[4]
        assert beds["published_measure"] == "beds_available_built"
        other = {**beds, "figure_id": "F998", "published_value": "5400", "source_title": "另一处"}
        undated = {**other, "figure_id": "F999", "subject": "Tea", "as_of": "", "published_on": ""}
        csv.DictWriter(file, list(beds)).writerows([other, undated])
    return Warehouse(build(data=data, to=folder / "m.duckdb", attendances=2_000))


def test_facts_that_conflict_or_have_no_date_are_told(
    warehouse: Warehouse, faulty: Warehouse
) -> None:
    before, page = (make_page(asking(each), "published", Choices()) for each in (warehouse, faulty))
    assert before.headline is not None
    assert page.headline is not None
    counts = re.findall(r"\d+", before.headline.change)
    now = re.findall(r"\d+", page.headline.change)
    assert [int(b) - int(a) for a, b in zip(counts, now, strict=True)] == [1, 1, 0]
    lines = [line for each in lines_of(page).values() for line in each]
    both = [
        line
        for line in lines
        if line[1] in ("5,387 张床", "5,400 张床") and "2024-09-30" in line[2]
    ]
    assert len(both) >= 2
    assert all("两处报道不一" in line[4] for line in both)
    (tea,) = (line for line in lines if line[0].startswith("Tea"))
    assert tea[2] == "未注明"
    assert "未注明日期" in tea[6]


# Since the Handbook ----------------------------------------------------------------------


def test_the_baseline_is_what_was_published(warehouse: Warehouse) -> None:
    ask = asking(warehouse)
    given = {code: baseline(ask, code) for code in ("communities", "homes", "bed_supply")}
    assert given == {"communities": 520, "homes": 21, "bed_supply": 5387}
    assert baseline(ask, "committee_coverage") == pytest.approx(100 * 222 / 520)
    assert baseline(ask, "reach") is None
    assert since_handbook(ask, "communities", 547) == "自《手册》（520）以来 +27"
    assert (
        since_handbook(ask, "committee_coverage", 54.1) == "自《手册》（42.7%）以来 +11.4 个百分点"
    )
    assert since_handbook(ask, "committee_communities", 222) == "与《手册》（222）持平"
    assert since_handbook(ask, "committee_coverage", 42.69) == "与《手册》（42.7%）持平"


def test_what_is_not_comparable_has_no_baseline(warehouse: Warehouse) -> None:
    end = default_filters(warehouse.months).end_month
    early = add_months(end, -14)
    assert f"{early:%Y-%m}" == "2024-10"
    for changes in (
        {"town_codes": (MAQIAO,)},
        {"community_codes": (YOUTHA,)},
        {"is_home": True},
        {"start_month": early, "end_month": early},
    ):
        assert since_handbook(asking(warehouse, **changes), "communities", 30) == "", changes
    ask = asking(warehouse)
    assert since_handbook(ask, "communities", None) == ""
    assert since_handbook(ask, "resident_coverage", 50.0) == ""


def test_key_numbers_of_the_district_tell_it(warehouse: Warehouse) -> None:
    tiles = {
        each.indicator.code: each
        for each in make_page(asking(warehouse), "coverage", Choices()).tiles
    }
    assert "自《手册》" in tiles["committee_coverage"].comparison
    assert "自《手册》" not in tiles["own_branch"].comparison
    lines = outcomes(asking(warehouse)).drawing.body["items"]
    told = {each["title"]: each["text"] for each in lines}
    assert "自《手册》（5,387）以来" in told["进得来"]
    assert "自《手册》（42.7%）以来" in told["住得安"]
    assert "自《手册》" not in told["参与"]
