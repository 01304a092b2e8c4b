"""Every page shows what there is when only some tables are the user's own, and says what lacks."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from dashboard.asking.questions import Asking
from dashboard.contract.indicators import BY_TOWN, Indicator
from dashboard.contract.tables import NAMED
from dashboard.figures.address import read_address
from dashboard.figures.page import Page
from dashboard.figures.written import page_as_dict
from dashboard.language import Say
from dashboard.paths import DATA
from dashboard.subjects.pages import PAGES, make_page
from dashboard.ui.assets import lay_out_assets
from dashboard.warehouse.build import build
from dashboard.warehouse.store import Warehouse
from dashboard.warehouse.uploads import next_state, put_in_force, write_frame

BASIS = ("community", "governance", "occupancy")
TOWN = "310112112"


def own_warehouse(folder: Path, tables: dict[str, pd.DataFrame]) -> Warehouse:
    with next_state(folder, None) as state:
        for name, rows in tables.items():
            write_frame(state, name, rows)
        placed = put_in_force(folder, state)
    return Warehouse(build(data=DATA, to=folder / "m.duckdb", attendances=2_000, own=placed))


@pytest.fixture(scope="module")
def basis(warehouse: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """A warehouse of own communities, their governance and occupancy, and nothing else."""
    return own_warehouse(
        tmp_path_factory.mktemp("basis"),
        {name: warehouse.table(name, exact=True) for name in BASIS},
    )


@pytest.fixture(scope="module")
def sparse(warehouse: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """A warehouse of own tables that leave out all that may be left out: every other community
    without occupancy, some without governance, and nothing in the columns that may be empty."""
    tables = {}
    for name in (*BASIS, "organisation", "activity", "proposal"):
        rows = warehouse.table(name, exact=True)
        empty = [c.name for c in NAMED[name].columns if c.nullable and c.name != "valid_to"]
        tables[name] = rows.assign(**dict.fromkeys(empty))
    codes = tables["occupancy"]["community_code"]
    tables["occupancy"] = tables["occupancy"][codes.str[-1].isin(list("2468"))]
    codes = tables["governance"]["community_code"]
    tables["governance"] = tables["governance"][~codes.str.endswith("5")]
    return own_warehouse(tmp_path_factory.mktemp("sparse"), tables)


@pytest.fixture(scope="module")
def elsewhere(warehouse: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """A warehouse of an own register that holds none of the projects named in public."""
    tables = {name: warehouse.table(name, exact=True) for name in BASIS}
    named = pd.read_csv(DATA / "named_communities.csv")["community_code"].tolist()
    return own_warehouse(
        tmp_path_factory.mktemp("elsewhere"),
        {name: rows[~rows["community_code"].isin(named)] for name, rows in tables.items()},
    )


@pytest.fixture(scope="module")
def gaps(warehouse: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """A warehouse of seven months that do not follow each other: some were never reported."""
    months = pd.to_datetime([f"2025-{month:02}-01" for month in (1, 2, 3, 7, 8, 10, 12)])
    tables = {name: warehouse.table(name, exact=True) for name in (*BASIS, "proposal")}
    occupancy = tables["occupancy"]
    tables["occupancy"] = occupancy[occupancy["month"].isin(months)]
    return own_warehouse(tmp_path_factory.mktemp("gaps"), tables)


@pytest.fixture
def see(request: pytest.FixtureRequest) -> Callable[..., str]:
    """Make a page and give all that it shows and says."""

    def see(page: str, language: str = "zh", of: str = "basis", **address: str) -> str:
        ask, made = make(request.getfixturevalue(of), page, language, **address)
        written = page_as_dict(ask, made)
        for figure in written["figures"].values():
            del figure["data"]
        return json.dumps(written, ensure_ascii=False, default=str)

    return see


def make(
    warehouse: Warehouse, page: str, language: str = "zh", **address: str
) -> tuple[Asking, Page]:
    read, _ = read_address(
        {"lang": language, **address}, months=warehouse.months, town_codes=warehouse.town_codes,
        community_codes=warehouse.community_codes, choices=PAGES[page].choices,
    )  # fmt: skip
    ask = Asking(warehouse, Say(read.language), read.filters, lay_out_assets().maps)
    return ask, make_page(ask, page, read.chosen)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("of", ["basis", "sparse", "elsewhere", "gaps"])
@pytest.mark.parametrize("page", PAGES)
def test_a_page_shows_no_number_that_nobody_has_loaded(
    page: str, of: str, language: str, see: Callable[..., str]
) -> None:
    addresses = ({}, {"town": TOWN}, *({"community": f"{TOWN}-00{n}"} for n in (1, 2, 5)))
    for address in addresses:
        text = see(page, language, of, **address)
        assert not re.search(r"(?<![A-Za-z])(nan|NaT|<NA>)(?![A-Za-z])", text), address


@pytest.mark.parametrize("indicator", BY_TOWN, ids=lambda each: each.code)
def test_every_indicator_is_shown_or_said_not_to_be_loaded(
    indicator: Indicator, request: pytest.FixtureRequest
) -> None:
    basis = request.getfixturevalue("basis")
    ask, page = make(basis, "explore", view="ranking", map=indicator.code)
    (figure,) = page.figures
    assert figure.counted.indicators == (indicator,)
    if ask.lacking(figure.counted.columns):
        assert "未载入" in figure.caption.headline + figure.caption.note
    else:
        assert figure.drawing.empty is None


def test_a_page_says_what_was_not_loaded(see: Callable[..., str]) -> None:
    assert "未载入“提案”表" in see("needs")
    assert "所选月份内没有提案" not in see("needs")
    assert "未载入“活动、参与”表" in see("participation")
    assert "未载入“组织与站点”表" in see("coverage", map="own_branch")
    assert "not loaded: Proposals" in see("needs", "en")


def test_an_outcome_without_its_table_says_which_would_fill_it(
    basis: Warehouse, warehouse: Warehouse
) -> None:
    def lines(of: Warehouse, **address: str) -> dict[str, dict[str, str]]:
        _, page = make(of, "overview", **address)
        outcomes = next(page.figures)
        return {each["title"]: each for each in outcomes.drawing.body["items"]}

    lacking = lines(basis)
    assert lacking["住得安"]["badge"] == lacking["参与"]["badge"] == "缺数"
    assert "未载入“组织与站点、活动、提案”表" in lacking["住得安"]["text"]
    assert "活动" in lacking["能成业"]["text"]
    # A state is told of the district's plan alone.
    assert lines(warehouse)["进得来"]["badge"] == "2024 计划已达"
    assert "badge" not in lines(warehouse, town=TOWN)["进得来"]


def test_what_rests_on_own_tables_is_marked_so(see: Callable[..., str]) -> None:
    text = see("overview", list="published")
    assert "来源：本区上报数据" in text
    assert "来源：本区上报数据与公开资料" in text  # the published figures beside the own counts
    assert "示例" not in text.replace("示例社区", "")


def test_the_sample_is_marked_so(warehouse: Warehouse) -> None:
    context, _ = make(warehouse, "overview")
    assert context.shows_sample(("community_count",))
    assert context.source_of(("community_count",)) == "按公开数字校准的示例"
    assert not context.shows_sample(("published_value",))
    assert context.source_of(("published_value",)) == "来源：公开资料"


def test_the_page_of_a_mixture_says_which_is_which(warehouse: Warehouse, tmp_path: Path) -> None:
    with next_state(tmp_path, None) as state:
        write_frame(state, "proposal", warehouse.table("proposal", exact=True).head(50))
        placed = put_in_force(tmp_path, state)
    mixed = Warehouse(build(data=DATA, to=tmp_path / "m.duckdb", attendances=2_000, own=placed))
    context, _ = make(mixed, "overview")
    assert context.source_of(("proposal_count",)) == "来源：本区上报数据"
    assert context.source_of(("community_count",)) == "按公开数字校准的示例"
    both = context.source_of(("proposal_count", "community_count"))
    assert both == "本区上报数据；其余为按公开数字校准的示例"
