"""Every page, file and sentence is true of what was loaded: of some towns, of one, of an operator's
communities, with whatever tables there are."""

import io
import json
import os
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd
import pytest
from docx import Document
from openpyxl import load_workbook
from pptx import Presentation

from dashboard.asking.questions import Asking
from dashboard.asking.scope import FEWEST_COMPARED, scope, scope_told
from dashboard.brief.content import filters_for, make_brief
from dashboard.brief.files import KINDS
from dashboard.brief.official import official
from dashboard.brief.sentences import HEADLINE
from dashboard.brief.slides import Brief
from dashboard.contract.indicators import INDICATORS, percent
from dashboard.contract.tables import TABLES
from dashboard.contract.words import Language
from dashboard.figures.address import read_address
from dashboard.figures.page import Page
from dashboard.figures.written import page_as_dict
from dashboard.insight.limits import FEWEST_PLACES
from dashboard.insight.lines import mode_lines
from dashboard.language import Say
from dashboard.paths import DATA
from dashboard.subjects.pages import PAGES, make_page
from dashboard.ui.assets import lay_out_assets
from dashboard.warehouse.build import build
from dashboard.warehouse.store import Warehouse
from dashboard.warehouse.uploads import State

FEW = 2_000
MAQIAO, PUJIANG, ZHUANQIAO = "310112112", "310112114", "310112103"
BASIS = ("community", "governance", "occupancy")
# The same at a landing, others at a desk; the number of a failing one stands in its message.
SEED = 1 if os.environ.get("CI") else random.randrange(10_000)

Frames = dict[str, pd.DataFrame]


@dataclass(frozen=True)
class Cut:
    """Hold part of the sample, loaded as own data."""

    warehouse: Warehouse
    frames: Frames
    operator: bool = False

    @cached_property
    def towns(self) -> list[str]:
        return sorted(self.frames["community"]["town_code"].unique())

    @property
    def is_district(self) -> bool:
        return len(self.towns) == 14 and not self.operator

    @property
    def compares(self) -> bool:
        return self.is_district or (not self.operator and len(self.towns) >= FEWEST_COMPARED)

    def ask(self, language: Language = "zh", town: str | None = None) -> Asking:
        filters = filters_for(
            self.warehouse.months, self.warehouse.town_codes, month=None, town=town
        )
        return Asking(self.warehouse, Say(language), filters, lay_out_assets().maps)

    def page(self, name: str, language: Language = "zh", **address: str) -> tuple[Asking, Page]:
        read, _ = read_address(
            {"lang": language, **address}, months=self.warehouse.months,
            town_codes=self.warehouse.town_codes,
            community_codes=self.warehouse.community_codes, choices=PAGES[name].choices,
        )  # fmt: skip
        ask = Asking(self.warehouse, Say(language), read.filters, lay_out_assets().maps)
        return ask, make_page(ask, name, read.chosen)


def cut(whole: Warehouse, folder: Path, communities: pd.DataFrame, tables: set[str]) -> Cut:
    """Load these of the sample's communities as own data, with these tables besides."""
    folder.mkdir()
    codes, frames = set(communities["community_code"]), dict[str, pd.DataFrame]()
    for table in TABLES:
        if not table.is_sample or table.name not in {*BASIS, *tables}:
            continue
        rows = communities if table.name == "community" else whole.table(table.name, exact=True)
        if table.name == "attendance":
            rows = rows[rows["activity_code"].isin(frames["activity"]["activity_code"])]
        else:
            rows = rows[rows["community_code"].isin(codes)]
        rows = rows.assign(origin="own") if "origin" in rows else rows
        rows.to_parquet(folder / f"{table.name}.parquet")
        frames[table.name] = rows
    built = build(data=DATA, to=folder / "m.duckdb", attendances=FEW, own=State(folder, 1, 0))
    is_one = communities["operator"].nunique() == 1
    return Cut(Warehouse(built), frames, is_one)


def some_tables(luck: random.Random) -> set[str]:
    """Choose tables besides those that there must be: one without what it hangs from is none."""
    others = [t.name for t in TABLES if t.is_sample and t.name not in BASIS]
    chosen = {name for name in others if luck.random() < 0.6}
    for table in TABLES:
        if table.name in chosen and not {r.table for r in table.foreign_keys} <= {
            *BASIS,
            *chosen,
            "town",
        }:
            chosen.discard(table.name)
    return chosen


@pytest.fixture(scope="module", params=["1", "2", "3", "7", "13", "14", "operator"])
def loaded(
    request: pytest.FixtureRequest, whole: Warehouse, tmp_path_factory: pytest.TempPathFactory
) -> Cut:
    """Load a random part of the sample: so many towns, or one operator's communities."""
    luck = random.Random(f"{SEED} {request.param}")
    every = whole.table("community", exact=True)
    if request.param == "operator":
        operators = every["operator"].value_counts()
        mine = every[every["operator"] == luck.choice(operators[operators > 5].index.tolist())]
    else:
        towns = sorted(every["town_code"].unique())
        mine = every[every["town_code"].isin(luck.sample(towns, int(request.param)))]
    return cut(whole, tmp_path_factory.mktemp("cut") / "state", mine, some_tables(luck))


# What may not be said ---------------------------------------------------------------------

OF_THE_DISTRICT = {
    "zh": r"全区|各街镇|闵行区|本区上报|自《手册》|《手册》写|公开数字与|公开计划|公布的一致|与公布|公开：\d+ 个全部",
    "en": r"\b[Tt]he district\b|District \d|Minhang District|the Handbook\b|published figures agree|"
    r"[Pp]lan of 20\d\d|[Tt]owns’ coverage|Towns' coverage",
}  # fmt: skip
COMPARING_TOWNS = {
    "zh": r"个街镇第|街镇中排第|街镇中的位次|最高的街镇|最低的街镇|街镇中位数|街镇的差异|街镇之间|对比|"
    r"个街镇低于|街镇相同|相似的街镇|变化最大的|地图与排名|前三分之一",
    "en": r"rank \d+ of|Rank among|[Hh]ighest town|[Ll]owest town|Median town|how towns differ|"
    r"between towns|towns? (is|are) below|most similar towns|Map and ranking|third of",
}
CHANCE_OF_TOWNS = {
    "zh": r"在随机波动以内|超出随机波动|各?街镇的差异.{0,12}(随机|平常)|其余街镇的高低|各地平常的差异。",
    "en": r"within chance|beyond chance|hance can explain how|usual differences between towns",
}
# What these pages quote says of itself that it is the district's.
QUOTING = {"published", "cases"}


def definitions(language: Language) -> set[str]:
    """Give the indicators' own definitions, and what the modes' cards quote: they say what they are of."""
    say = Say(language)
    words = [w for each in INDICATORS for w in (each.formula, each.caveat) if w]
    words += [each.words for each in mode_lines() if not each.is_ours]
    return {say.words(each) for each in words}


def forbidden(loaded: Cut, language: Language) -> list[str]:
    wrong = [] if loaded.is_district else [OF_THE_DISTRICT[language]]
    wrong += [] if loaded.compares else [COMPARING_TOWNS[language]]
    is_tested = loaded.compares and len(loaded.towns) >= FEWEST_PLACES
    return wrong + ([] if is_tested else [CHANCE_OF_TOWNS[language]])


def strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from strings(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from strings(each)


def said_wrongly(loaded: Cut, texts: Iterator[str], language: Language) -> list[str]:
    told, found = definitions(language), []
    for text in texts:
        for definition in told:
            text = text.replace(definition, "")
        found += [text[:160] for wrong in forbidden(loaded, language) if re.search(wrong, text)]
    return found


def addresses(loaded: Cut) -> Iterator[tuple[str, dict[str, str]]]:
    town = loaded.towns[-1]
    community = loaded.frames["community"]["community_code"].min()
    for name in PAGES:
        yield name, {}
        yield name, {"town": town}
        yield name, {"community": community}
    yield "overview", {"list": "published"}
    yield "overview", {"list": "all"}
    yield "coverage", {"map": "closing_rate"}
    for view in ("ranking", "trend", "multiples", "distribution", "scatter", "bivariate", "table"):
        yield "explore", {"view": view, "map": "closing_rate"}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_page_says_more_than_was_loaded(loaded: Cut, language: Language) -> None:
    wrong = {}
    for name, address in addresses(loaded):
        ask, page = loaded.page(name, language, **address)
        shown = page_as_dict(ask, page)
        for figure in shown["figures"].values():
            del figure["data"]
        if name in QUOTING:
            shown = {"headline": [], "figures": [
                each for each in shown["figures"].values() if each.get("key") == "homes"
            ]}  # fmt: skip
        texts = strings(json.loads(json.dumps(shown, ensure_ascii=False, default=str)))
        if found := said_wrongly(loaded, texts, language):
            wrong[name, str(address)] = found
    assert wrong == {}, SEED


def texts_of(name: str, content: bytes) -> Iterator[str]:
    """Give all that a file says."""
    if name == "pptx":
        for slide in Presentation(io.BytesIO(content)).slides:
            yield slide.notes_slide.notes_text_frame.text
            for shape in slide.shapes:
                if shape.has_text_frame:
                    yield shape.text_frame.text
                if shape.has_table:
                    yield from (cell.text for row in shape.table.rows for cell in row.cells)
                if shape.has_chart:
                    yield from map(str, shape.chart.plots[0].categories)
    elif name == "docx":
        document = Document(io.BytesIO(content))
        yield from (each.text for each in document.paragraphs)
        yield from (c.text for t in document.tables for row in t.rows for c in row.cells)
    elif name == "xlsx":
        book = load_workbook(io.BytesIO(content))
        for sheet in book:
            yield sheet.title
            if sheet.title not in ("公开报道", "Published reports"):
                yield from (str(c) for row in sheet.iter_rows(values_only=True) for c in row if c)
    else:
        yield from re.sub(
            r"<script.*?</script>|<style.*?</style>", "", content.decode(), flags=re.S
        ).split("<")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_file_says_more_than_was_loaded(loaded: Cut, language: Language) -> None:
    wrong: dict[str, list[str]] = {}
    for town in (None, loaded.towns[0]):
        ask = loaded.ask(language, town)
        brief = make_brief(ask)
        case = {part for slide in brief.slides if slide.key == "case" for part in all_texts(slide)}
        for kind in KINDS:
            texts = (t for t in texts_of(kind.name, kind.write(brief)) if t not in case)
            if found := said_wrongly(loaded, texts, language):
                wrong[f"{kind.name} {town}"] = found
        assert brief.cover.note == official(scope_told(ask), language)
        assert said_wrongly(loaded, iter([brief.name]), language) == []
    assert wrong == {}, SEED


def all_texts(value: object) -> Iterator[str]:
    """Give the texts of a slide, whatever holds them."""
    if isinstance(value, str):
        yield str(value)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from all_texts(each)
    elif hasattr(value, "__dataclass_fields__"):
        for name in value.__dataclass_fields__:
            yield from all_texts(getattr(value, name))


# What is counted --------------------------------------------------------------------------


def open_now(loaded: Cut) -> pd.DataFrame:
    """List the communities open at the last month's end, with their governance and residents then."""
    end = pd.Timestamp(loaded.warehouse.months[-1]) + pd.offsets.MonthEnd(0)
    rows = loaded.frames["community"]
    left = pd.to_datetime(rows["closed_on"])
    rows = rows[(pd.to_datetime(rows["opened_on"]) <= end) & (left.isna() | (left > end))]
    spans = loaded.frames["governance"]
    since, until = (pd.to_datetime(spans[name]) for name in ("valid_from", "valid_to"))
    holds = spans[(since <= end) & (until.isna() | (until > end))]
    return rows.merge(holds[["community_code", "coverage_type"]], how="left")


def test_numbers_are_plain_counts_of_what_was_loaded(loaded: Cut) -> None:
    now = open_now(loaded)
    month = pd.Timestamp(loaded.warehouse.months[-1])
    housing = loaded.frames["occupancy"]
    housing = housing[pd.to_datetime(housing["month"]).eq(month)]
    housing = housing[housing["community_code"].isin(now["community_code"])]
    committee = int((now["coverage_type"] == "committee").sum())
    grid = int((now["coverage_type"] == "grid").sum())
    _, overview = loaded.page("overview")
    assert overview.headline is not None
    if committee + grid == len(now) and committee and grid:
        assert f"居村治理 {committee} + 片区网格 {grid} = {len(now)}" in overview.headline.change
    tiles = {
        each.indicator.code: each.value
        for each in loaded.page("explore", view="table", by="district")[1].tiles
    }
    assert tiles["communities"] == len(now)
    assert tiles["committee_coverage"] == pytest.approx(float(percent(committee, len(now))))
    full = {each.indicator.code: each.value for each in loaded.page("housing")[1].tiles}
    for tier, rows in housing.groupby("tier"):
        there = full[f"occupancy_{tier}"]
        let, available = rows["let_count"].sum(), rows["available_count"].sum()
        if there is not None and let <= available:
            assert there == pytest.approx(float(percent(let, available)), abs=0.06), tier
    found = scope(loaded.ask())
    assert list(found.towns) == loaded.towns
    assert found.communities == len(now)
    assert found.is_district == loaded.is_district


def test_no_rule_is_said_to_catch_nobody_unless_it_was_checked(loaded: Cut) -> None:
    lacking = {"activity", "proposal", "organisation"} - loaded.frames.keys()
    _, page = loaded.page("overview")
    due = next(each for each in page.figures if each.key == "due")
    told = json.dumps([due.drawing.body, due.drawing.empty], ensure_ascii=False)
    assert ("未检查" in told) == bool(lacking)
    assert page.headline is not None
    if lacking:
        assert not re.search(r"(^|；|：)没有按规则要办的事", page.headline.state)
    for name, what in (
        ("activity", "静默"),
        ("proposal", "超期提案"),
        ("organisation", "住满而无站点"),
    ):
        assert (
            f"无“{Say('zh').words(next(t for t in TABLES if t.name == name).label)}”表" in told
        ) == (name in lacking)
        if name in lacking:
            assert what in told


# Golden sentences -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def golden(whole: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Cut]:
    every, folder = whole.table("community", exact=True), tmp_path_factory.mktemp("golden")
    three = every["town_code"].isin([MAQIAO, PUJIANG, ZHUANQIAO])
    chosen = {
        "one": every[every["town_code"] == MAQIAO],
        "three": every[three],
        "operator": every[every["operator"] == "示例运营方子"],
        "both": every[(every["operator"] == "示例运营方子") & (every["town_code"] == MAQIAO)],
    }
    return {name: cut(whole, folder / name, rows, set()) for name, rows in chosen.items()}


def count(loaded: Cut) -> int:
    return len(open_now(loaded))


@pytest.mark.parametrize(
    ("which", "zh", "en", "place"),
    [
        ("one", "马桥镇", "Maqiao Town", "马桥镇"),
        ("three", "所载 3 个街镇", "3 towns loaded", "颛桥镇、马桥镇、浦江镇"),
        ("operator", "示例运营方子", "Sample operator Zi", "示例运营方子"),
        (
            "both",
            "示例运营方子（马桥镇）",
            "Sample operator Zi (Maqiao Town)",
            "示例运营方子（马桥镇）",
        ),
    ],
)
def test_what_was_loaded_is_named(
    golden: dict[str, Cut], which: str, zh: str, en: str, place: str
) -> None:
    loaded = golden[which]
    for language, name in (("zh", zh), ("en", en)):
        ask, page = loaded.page("overview", "en" if language == "en" else "zh")
        assert page.headline is not None
        assert page.headline.state.startswith(name)
        assert next(f for f in page.figures if f.key == "communities-map").caption.headline.count(
            name
        )
    ask = loaded.ask()
    assert (
        ask.source_of(["community_count"])
        == f"来源：上报数据；范围：{place}，{count(loaded)} 个社区"
    )
    brief = make_brief(ask)
    assert brief.cover.note == f"范围：{place}，{count(loaded)} 个社区".replace(" ", "")
    assert brief.place == place
    assert brief.name == f"{place}汇报-2025-12"


def slides(brief: Brief) -> dict[str, str]:
    return {slide.key: slide.headline for slide in brief.slides}


def test_one_town_is_not_ranked(golden: dict[str, Cut]) -> None:
    loaded = golden["one"]
    _, coverage = loaded.page("coverage")
    keys = {each.key for each in coverage.figures}
    assert keys.isdisjoint({"town-ranking", "coverage-gaps", "modes-by-town"})
    assert {"town-map", "modes", "coverage-trend", "uncovered"} <= keys
    assert "ranking" not in slides(make_brief(loaded.ask()))
    _, profile = loaded.page("profile", town=MAQIAO)
    standings = next(each for each in profile.figures if each.key == "profile-standings")
    assert standings.caption.headline == "主要指标"
    assert [each["text"] for each in standings.drawing.body["columns"]][-1] == "95% 区间"
    # What would compare towns compares communities, or the months.
    _, explore = loaded.page("explore", view="ranking", map="reach")
    assert [each.key for each in explore.figures] == ["explore-ranking-community"]


def test_three_towns_are_ranked_among_themselves(golden: dict[str, Cut]) -> None:
    loaded = golden["three"]
    told = slides(make_brief(loaded.ask()))["ranking"]
    assert re.fullmatch(r"所载3个街镇覆盖率[\d.]+%至[\d.]+%", told)
    assert all(len(each) <= HEADLINE["zh"] for each in slides(make_brief(loaded.ask())).values())
    own = slides(make_brief(loaded.ask(town=MAQIAO)))["ranking"]
    assert re.fullmatch(r"马桥覆盖率[\d.]+%，居所载3个街镇第[123]", own)
    _, profile = loaded.page("profile", town=MAQIAO)
    standings = next(each for each in profile.figures if each.key == "profile-standings")
    assert standings.caption.headline == "在所载 3 个街镇中的位次"


def test_a_town_in_an_operators_data_is_told_of_as_the_operators(golden: dict[str, Cut]) -> None:
    for name in ("overview", "coverage", "profile"):
        _, page = golden["operator"].page(name, town=MAQIAO)
        assert page.headline is not None
        assert page.headline.state.startswith("示例运营方子（马桥")
    brief = make_brief(golden["operator"].ask(town=MAQIAO))
    assert brief.place == "示例运营方子（马桥镇）"


def test_maps_leave_towns_that_were_not_loaded_pale(golden: dict[str, Cut]) -> None:
    _, page = golden["one"].page("overview")
    regions = next(f for f in page.figures if f.key == "communities-map").drawing.body["regions"]
    assert regions[MAQIAO]["hover"] == f"马桥：{count(golden['one'])} 个社区"
    assert {each["hover"] for code, each in regions.items() if code != MAQIAO} == {
        f"{name} 无数据"
        for code, name in golden["one"].ask().town_names().items()
        if code != MAQIAO
    }


def test_filters_offer_what_was_loaded(golden: dict[str, Cut]) -> None:
    from dashboard.ui.filters import chosen, offered, path

    ask = golden["one"].ask()
    assert offered(ask, describing=True)["towns"] == [(MAQIAO, "马桥镇")]
    assert chosen(ask)["labels"]["towns"] == "马桥镇"
    assert path(golden["one"].ask(town=MAQIAO))["back"] == []
    assert path(golden["three"].ask(town=MAQIAO))["back"][0][0] == "所载 3 个街镇"
