"""A town that sent no row of a table is not known to have nothing: it is missing, and said to be."""

from pathlib import Path

import pandas as pd
import pytest

from dashboard.brief.content import make_brief
from dashboard.contract.indicators import BY_CODE, BY_TOWN
from dashboard.contract.lineage import sources_of
from dashboard.figures.common import chosen_concerns, unchecked_rules
from dashboard.figures.page import Choices
from dashboard.figures.siting import located
from dashboard.figures.written import page_as_dict
from dashboard.insight.attention import RULES
from dashboard.subjects.overview.figures import found
from dashboard.subjects.pages import PAGES
from dashboard.subjects.participation.communities import reached_communities
from dashboard.views import shown_page
from dashboard.warehouse.store import Warehouse
from tests.views.test_not_loaded import make, own_warehouse

BASIS = ("community", "governance", "occupancy")
SENT = ("organisation", "activity", "proposal", "space")


@pytest.fixture(scope="module")
def tables(warehouse: Warehouse) -> dict[str, pd.DataFrame]:
    return {name: warehouse.table(name, exact=True) for name in (*BASIS, *SENT)}


@pytest.fixture(scope="module")
def full(tables: dict[str, pd.DataFrame], tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    return own_warehouse(tmp_path_factory.mktemp("full"), tables)


@pytest.fixture(scope="module")
def silent(warehouse: Warehouse) -> list[str]:
    """The towns that will send nothing but their register: every third."""
    return warehouse.town_codes[::3]


@pytest.fixture(scope="module")
def partly(
    tables: dict[str, pd.DataFrame],
    silent: list[str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Warehouse:
    towns = tables["community"].set_index("community_code")["town_code"]
    sent = {
        name: rows[~rows["community_code"].map(towns).isin(silent)]
        for name, rows in tables.items()
        if name in SENT
    }
    return own_warehouse(tmp_path_factory.mktemp("partly"), {**tables, **sent})


def test_the_towns_that_sent_nothing_are_known(partly: Warehouse, full: Warehouse) -> None:
    assert full.silent_towns == {}
    assert partly.silent_towns.keys() == set(SENT)


@pytest.mark.parametrize("code", [each.code for each in BY_TOWN if {*SENT} & sources_of(each)])
def test_a_silent_town_has_no_number_and_the_others_keep_theirs(
    code: str, partly: Warehouse, full: Warehouse, silent: list[str]
) -> None:
    indicator = BY_CODE[code]
    there, all_there = (
        make(each, "overview")[0].by_town(indicator).rows.set_index("key")["value"]
        for each in (partly, full)
    )
    told = [town for town in there.index if town not in silent]
    pd.testing.assert_series_equal(there[told], all_there[told])
    assert there.reindex(silent).isna().all()


# What tells of all towns whichever is chosen, names what is not checked, or asks.
_SPEAKING = {"communities-map", "due", "advice-asked", "advice-list"}


@pytest.mark.parametrize("page", PAGES)
def test_nothing_is_said_of_a_silent_town_that_nobody_told(
    page: str, partly: Warehouse, silent: list[str]
) -> None:
    ask, made = make(partly, page, town=silent[0])
    assert {*SENT} <= {*ask.not_loaded}
    said = {
        each.key: f"{each.caption} {each.drawing}"
        for each in made.figures
        if each.key not in _SPEAKING
    }
    none = ("没有活动", "最近一次活动", "0 场", "0 件")
    assert [key for key, text in said.items() if any(each in text for each in none)] == []


def test_the_map_of_all_marks_no_community_for_what_its_town_did_not_tell(
    partly: Warehouse, silent: list[str]
) -> None:
    ask, made = make(partly, "overview")
    (drawn,) = [each for each in made.figures if each.key == "communities-map"]
    points = drawn.drawing.body["points"]
    marked = dict(zip(points["keys"][-len(points["reasons"]) :], points["reasons"], strict=True))
    of_silent = [
        why for code, why in marked.items() if ask.communities.at[code, "town_code"] in silent
    ]
    assert marked and not any("活动" in why or "提案" in why for why in of_silent)


def test_no_rule_catches_what_nobody_told_of(
    partly: Warehouse, full: Warehouse, silent: list[str]
) -> None:
    resting = {each.code for each in RULES if each.table in SENT}
    assert resting
    caught, before = (chosen_concerns(make(each, "overview")[0]) for each in (partly, full))
    spoken = [each for each in before if each.town_code not in silent]
    assert [each for each in caught if each.town_code not in silent] == spoken
    assert any(each.town_code in silent for each in before)
    ask, _ = make(partly, "overview", town=silent[0])
    assert resting <= {each.code for each in unchecked_rules(ask)}
    kinds = {each.kind.table for each in found(ask)}
    assert not kinds & {*SENT}


def test_what_is_of_all_says_how_many_towns_it_lacks(
    partly: Warehouse, full: Warehouse, silent: list[str]
) -> None:
    told = f"有 {len(silent)} 个街镇没有报"
    for page in ("coverage", "participation", "needs"):
        ask, made = make(partly, page)
        assert told in str(page_as_dict(ask, made))
        # Nobody loaded attendances, which participation tells of first.
        assert page == "participation" or (made.headline and told in made.headline.change)
        assert told not in str(page_as_dict(*make(full, page)))
    brief = make_brief(make(partly, "overview")[0])
    # Papers are written without spaces between signs and digits.
    assert any(told.replace(" ", "") in slide.lack for slide in brief.slides)
    header = shown_page(make(partly, "coverage")[0], "coverage", Choices()).parts
    assert any(f"{len(SENT)} 张表不全" in part and told in part for part in header.values())


def test_no_town_is_measured_by_all_where_some_told_nothing(partly: Warehouse) -> None:
    ask, _ = make(partly, "overview")
    assert ask.district_value(BY_CODE["own_branch"]) is None
    assert ask.district_value(BY_CODE["committee_coverage"]) is not None


def test_a_silent_towns_community_is_not_said_to_have_had_activities(
    partly: Warehouse, silent: list[str]
) -> None:
    reached = reached_communities(make(partly, "participation")[0]).rows
    towns = make(partly, "participation")[0].communities["town_code"]
    assert len(reached) and not set(towns[reached["community_code"]]) & set(silent)


def test_siting_leaves_out_whom_nobody_told_of(partly: Warehouse, silent: list[str]) -> None:
    ask, made = make(partly, "siting")
    here = located(ask, "grid")
    assert here is not None
    assert not {*here.demand["town_code"], *here.sites["town_code"]} & set(silent)
    assert set(silent) <= set(here.left_out["town_code"])
    (listed,) = [each for each in made.figures if each.key == "siting-left-out"]
    assert "有没有站点" in str(listed.drawing)
    _, alone = make(partly, "siting", town=silent[0])
    assert alone.headline is not None and "组织" in alone.headline.state and not alone.rows


def test_one_operators_towns_are_not_called_silent(
    tables: dict[str, pd.DataFrame], tmp_path: Path
) -> None:
    every = tables["community"]
    mine = set(every[every["operator"] == every["operator"].mode()[0]]["community_code"])
    few = {name: rows[rows["community_code"].isin(mine)] for name, rows in tables.items()}
    assert own_warehouse(tmp_path, few).silent_towns == {}
