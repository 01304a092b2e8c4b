"""The page of advice says what the table says, of whom it is asked, and what that rests on."""

from itertools import product
from pathlib import Path

import pandas as pd
import pytest

from dashboard.figures.advice import WhatIf, advised, inputs_by_community, turnover_months, verdicts
from dashboard.figures.figure import Figure
from dashboard.figures.page import Page
from dashboard.figures.written import page_as_dict
from dashboard.insight.advice import Change, Inputs, advise, changed, verdict
from dashboard.insight.advice_facts import before_arrangements
from dashboard.insight.advice_inputs import INPUTS
from dashboard.insight.advice_table import mode_table
from dashboard.insight.advice_told import (
    advice_told,
    question_told,
    result_names,
    verdict_told,
)
from dashboard.insight.governance import kinds
from dashboard.paths import PROTECTED_VARIABLE
from dashboard.warehouse.store import Warehouse
from tests.views.test_minimal import governed_now, housed_now, of_register
from tests.views.test_not_loaded import make, own_warehouse

LONGFOR = "310112103-001"


def figures(page: Page) -> dict[str, Figure]:
    return {each.key: each for each in page.figures}


def grid_code(warehouse: Warehouse) -> str:
    """Give a community of a grid that is large enough for nothing to be hidden."""
    ask, _ = make(warehouse, "advice")
    rows = ask.count("communities").rows
    return str(rows[rows["coverage_type"] == "grid"]["community_code"].iloc[0])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_all_are_told_and_the_parts_add_up(warehouse: Warehouse, language: str) -> None:
    ask, page = make(warehouse, "advice", language)
    found, shown = verdicts(ask), figures(page)
    count = len(found)
    assert page.headline is not None and str(count) in page.headline.state
    sankey = shown["advice-flows"].drawing.body["data"][0]
    assert sum(sankey["link"]["value"]) == count
    towns = shown["advice-by-town"].drawing.listed
    assert towns is not None
    names = list(towns)[1:]
    assert sum(sum(towns[name]) for name in names) == count
    assert len(shown["advice-list"].drawing.body["rows"]) == count
    named = ask.named_projects
    assert named and not named & found.keys()
    # Every community of the sample has a place; a legend counts each kind.
    groups = [
        each for each in shown["advice-map"].drawing.body["data"] if each["mode"] == "markers"
    ]
    assert sum(len(each["x"]) for each in groups) == count
    assert [int(each["name"].split()[-1]) for each in groups] == [len(each["x"]) for each in groups]


def test_a_town_is_advised_as_it_is_within_all(warehouse: Warehouse) -> None:
    whole, _ = make(warehouse, "advice")
    town, _ = make(warehouse, "advice", town="310112112")
    all_of, mine = verdicts(whole), verdicts(town)
    assert mine and all(all_of[code] == each for code, each in mine.items())
    one = next(iter(mine))
    assert advised(whole, one).advice.verdict == mine[one]


def test_what_is_invented_says_so(warehouse: Warehouse) -> None:
    ask, page = make(warehouse, "advice", community=grid_code(warehouse))
    _, inputs, _ = inputs_by_community(ask)
    assert {each.basis for known in inputs.values() for each in known.values()} == {"sample"}
    assert "◎ 示例" in str(figures(page)["advice-inputs"].drawing.body)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_real_project_is_told_by_what_is_published_and_estimated(
    warehouse: Warehouse, language: str
) -> None:
    ask, page = make(warehouse, "advice", language, community=LONGFOR)
    assert advised(ask, LONGFOR).advice.verdict.results == ("3",)
    assert page.headline is not None and "2024-08-30" in page.headline.change
    before = before_arrangements()[LONGFOR].inputs(published_alone=True)
    published = advise(mode_table(), before, keep=False)
    assert not published.verdict.is_told
    profile = make(warehouse, "profile", language, community=LONGFOR)[1]
    items = figures(profile)["profile-card"].drawing.body["items"]
    (item,) = [each["text"] for each in items if each.get("leads") == "advice"]
    named = result_names(ask.say)["3"]
    # What is published alone stands above; what estimates add is told below it.
    assert verdict_told(ask.say, published.verdict) in page.headline.state
    assert named not in page.headline.state
    asked = question_told(ask.say, published.questions[0])
    assert 0 < page.headline.change.index(asked) < page.headline.change.index(named)
    # The profile's line leaves whom to ask to the page that it leads to.
    alone = "还说不清" if language == "zh" else "can't be told"
    assert 0 < item.index(alone) < item.index(named)
    shown = figures(page)
    assert shown["advice-reasons"].origin == "mixed"
    rows = shown["advice-reasons"].counted.rows
    assert set(rows["community_code"]) == {LONGFOR} and "resident_count" not in rows
    assert not {"◎", "sample"} & set(str(shown["advice-inputs"].drawing.body).split())
    assert "advice-mode-card" in shown


def test_a_what_if_in_the_address_changes_the_advice(warehouse: Warehouse) -> None:
    code = grid_code(warehouse)
    known = {"is_inside_boundary": "yes", "committee_households": "900", "dwellings": "200"}
    ask, page = make(warehouse, "advice", community=code, **known)
    assert page.headline is not None and "纳入居委会管理" in page.headline.state
    assert "（假设）" in str(figures(page)["advice-inputs"].drawing.body)
    _, moved = make(warehouse, "advice", community=code, **known, limit_household_limit="1000")
    assert moved.headline is not None and "纳入居委会管理" not in moved.headline.state


def test_what_is_typed_wrongly_or_against_itself_is_told(warehouse: Warehouse) -> None:
    code = grid_code(warehouse)
    _, page = make(warehouse, "advice", community=code, youth_share="60", is_mixed="maybe")
    assert "青年占比" in page.note and "居民构成混合" in page.note
    _, page = make(warehouse, "advice", limit_youth="60", limit_weak_reach="25%")
    assert "青年密集" in page.note and "参与弱" not in page.note
    against = {"is_inside_boundary": "yes", "has_neighbour": "no"}
    _, page = make(warehouse, "advice", community=code, **against)
    assert page.headline is not None and "矛盾" in page.headline.state
    assert "邻近有居村" in page.headline.change and page.rows and not list(page.figures)


def test_typed_metres_stand_in_the_place_of_a_recorded_neighbour(warehouse: Warehouse) -> None:
    ask, _ = make(warehouse, "advice")
    inputs = inputs_by_community(ask)[1]
    code = min(code for code, known in inputs.items() if "has_neighbour" in known)
    asked = advised(ask, code, WhatIf((("neighbour_metres", 9000.0),)))
    assert "has_neighbour" not in asked.inputs
    assert asked.inputs["neighbour_metres"].basis == "typed"


def test_an_imagined_community_is_told_of_what_is_typed_alone(warehouse: Warehouse) -> None:
    typed = {"has_grid": "yes", "is_committee": "no", "is_inside_boundary": "no", "dwellings": "300",
             "has_branch": "no", "has_neighbour": "yes", "youth_share": "0.7"}  # fmt: skip
    _, page = make(warehouse, "advice", new="1", **typed)
    assert page.headline is not None
    assert page.headline.state == "设想的社区，建议：居村代管（派驻社工站）"


def test_keep_can_be_left_aside(warehouse: Warehouse) -> None:
    _, kept = make(warehouse, "advice")
    ask, aside = make(warehouse, "advice", keep="off")
    assert "keep" in {each.results[0] for each in verdicts(ask).values() if each.is_told}
    assert kept.headline != aside.headline
    heads = figures(aside)["advice-by-town"].drawing.body["columns"]
    assert "保持" not in [each["text"] for each in heads]


@pytest.mark.parametrize("code", [LONGFOR, ""])
def test_the_profile_says_the_advice_and_leads_to_the_page(warehouse: Warehouse, code: str) -> None:
    code = code or grid_code(warehouse)
    ask, page = make(warehouse, "profile", community=code)
    items = figures(page)["profile-card"].drawing.body["items"]
    (item,) = [item for item in items if item.get("leads") == "advice"]
    assert advice_told(ask.say, advised(ask, code).advice) in item["text"]


def share_that_leads_to_an_advice(known: Inputs) -> float:
    """Give the share of the answers to all that is asked at once after which the table tells."""
    advice = advise(mode_table(), known)
    if advice.verdict.is_told:
        return 1.0
    answers = [[Change(each.name, one.value) for one in each.answers] for each in advice.questions]
    told = [verdict(mode_table(), changed(known, all_)).is_told for all_ in product(*answers)]
    return sum(told) / len(told)


@pytest.fixture(scope="module")
def register(warehouse: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """A warehouse of a register of eight columns, of every community that there is."""
    tables = {
        name: warehouse.table(name, exact=True) for name in ("community", "governance", "occupancy")
    }
    community = tables["community"]
    there = community[community["closed_on"].isna() & (community["origin"] != "published")]
    rows = {
        name: each[each["community_code"].isin(there["community_code"])].reset_index(drop=True)
        for name, each in tables.items()
    }
    rows = {
        name: each.assign(origin="own") if "origin" in each else each for name, each in rows.items()
    }
    return own_warehouse(
        tmp_path_factory.mktemp("register"),
        {
            "community": of_register(rows["community"]),
            "governance": governed_now(rows["governance"]),
            "occupancy": housed_now(rows["occupancy"]),
        },
    )


@pytest.mark.parametrize("language", ["zh", "en"])
def test_few_members_are_said_to_be_hidden_not_missing(warehouse: Warehouse, language: str) -> None:
    records = warehouse.table("monthly_record", exact=True)
    there = records[
        (records["record_kind"] == "party_members") & (records["month"] == "2025-12-01")
    ]
    ask, _ = make(warehouse, "advice", language)
    few = there[there["record_count"].between(1, 4)]["community_code"]
    code = min(set(few) & inputs_by_community(ask)[1].keys())
    _, page = make(warehouse, "advice", language, community=code)
    at = list(INPUTS).index("member_count")
    assert advised(ask, code).hidden == {"member_count"}
    known = figures(page)["advice-inputs"].drawing.listed
    assert known is not None
    basis, whom = list(known)[2], list(known)[3]
    assert known[basis][at] == ask.say("因人数少而隐去") and not known[whom][at]
    asked = advise(mode_table(), {}, hidden={"has_leading_organisation"}).questions[0]
    told = question_told(ask.say, asked)
    assert asked.is_hidden and ("隐去" if language == "zh" else "hidden") in told


def test_what_is_of_a_year_says_of_how_many_months_it_is(warehouse: Warehouse) -> None:
    early = f"{warehouse.months[3]:%Y-%m}"
    ask, _ = make(warehouse, "advice", **{"from": early, "to": early})
    code = min(code for code, each in inputs_by_community(ask)[1].items() if "turnover" in each)
    _, page = make(warehouse, "advice", community=code, **{"from": early, "to": early})
    months = turnover_months(ask, code)
    assert 3 <= months <= 4
    assert f"{months} 个月折算" in figures(page)["advice-inputs"].caption.note


def test_unknown_governance_is_not_told_as_the_grid(register: Warehouse, tmp_path: Path) -> None:
    tables = {
        name: register.table(name, exact=True) for name in ("community", "governance", "occupancy")
    }
    is_odd = tables["governance"]["community_code"].str[-1].isin(list("13579"))
    tables["governance"] = tables["governance"][is_odd].reset_index(drop=True)
    ask, page = make(own_warehouse(tmp_path, tables), "advice")
    sankey = figures(page)["advice-flows"].drawing.body["data"][0]
    assert sum(sankey["link"]["value"]) == len(verdicts(ask))
    even = sum(code[-1] not in "13579" for code in verdicts(ask))
    assert f"不详 {even}" in sankey["node"]["label"]


def test_of_an_unknown_opening_nothing_is_of_a_year(
    warehouse: Warehouse, register: Warehouse, tmp_path: Path
) -> None:
    tables = {name: register.table(name, exact=True) for name in ("community", "governance")}
    codes = tables["community"]["community_code"]
    for name in ("occupancy", "activity"):
        rows = warehouse.table(name, exact=True)
        tables[name] = rows[rows["community_code"].isin(codes)].reset_index(drop=True)

    def told_of(opened_on: pd.Timestamp) -> set[str]:
        folder = tmp_path / ("unknown" if pd.isna(opened_on) else "known")
        folder.mkdir()
        mine = {**tables, "community": tables["community"].assign(opened_on=opened_on)}
        ask, _ = make(own_warehouse(folder, mine), "advice")
        return {name for each in inputs_by_community(ask)[1].values() for name in each}

    assert "aspect_count" in told_of(pd.Timestamp("2020-01-01"))
    assert "aspect_count" not in told_of(pd.NaT)


def test_a_threshold_that_no_community_has_an_input_for_is_a_dash(register: Warehouse) -> None:
    _, page = make(register, "advice")
    rows = figures(page)["advice-sensitivity"].drawing.body["rows"]
    told = {each["cells"][0]: each["cells"][2:] for each in rows}
    limits = mode_table().thresholds
    assert told[limits["youth"].label.zh] == ["—", "—"]
    assert "—" not in told[limits["household_limit"].label.zh]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_is_not_used_and_what_is_not_exact_is_said(
    warehouse: Warehouse, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, page = make(warehouse, "advice", language, dwellings="300")
    label = INPUTS["dwellings"].label
    assert (label.zh if language == "zh" else label.en) in page.note
    monkeypatch.setenv(PROTECTED_VARIABLE, "1")
    _, page = make(Warehouse(warehouse.path), "advice", language)
    assert ("数字受保护" if language == "zh" else "Numbers are protected") in page.note


def test_by_town_says_how_a_tie_counts(warehouse: Warehouse) -> None:
    _, page = make(warehouse, "advice")
    assert "并列" in figures(page)["advice-by-town"].caption.note


def test_of_a_town_that_delivered_nothing_nothing_is_taken_for_no(
    warehouse: Warehouse, register: Warehouse, tmp_path: Path
) -> None:
    of_one = ("organisation", "club", "activity", "proposal")
    tables = {
        name: register.table(name, exact=True) for name in ("community", "governance", "occupancy")
    }
    rows = {name: warehouse.table(name, exact=True) for name in of_one}
    shared = set.intersection(*(set(each["community_code"]) for each in rows.values()))
    one = min(shared & set(tables["community"]["community_code"]))
    for name, each in rows.items():
        each = each[each["community_code"] == one].reset_index(drop=True)
        tables[name] = each.assign(origin="own") if "origin" in each else each
    ask, _ = make(own_warehouse(tmp_path, tables), "advice")
    counted, inputs, _ = inputs_by_community(ask)
    towns = counted.rows.set_index("community_code")["town_code"]
    asked = {"has_branch", "has_service_station", "club_count", "overdue_count"}
    assert asked <= inputs[one].keys()
    for code, known in inputs.items():
        told = asked if towns[code] == towns[one] else set()
        assert asked & known.keys() == told, code
        assert (
            towns[code] == towns[one]
            or not {"aspect_count", "is_effective", "reach"} & known.keys()
        )


def test_of_a_register_of_eight_columns_two_answers_can_lead_to_an_advice(
    register: Warehouse,
) -> None:
    """Can, not must: the printed shares say of how many some answers do, and of how many all."""
    ask, page = make(register, "advice")
    counted, inputs, _ = inputs_by_community(ask)
    rows: pd.DataFrame = counted.rows
    grid = rows[rows["coverage_type"] == "grid"]["community_code"]
    shares = [share_that_leads_to_an_advice(inputs[code]) for code in grid]
    some, every = (sum(map(of, shares)) / len(grid) for of in (bool, (1.0).__eq__))
    print(f"{len(grid)} grid communities: two answers can settle {some:.1%}, must {every:.1%}")
    assert len(grid) > 100 and some >= 0.8
    assert {each.basis for known in inputs.values() for each in known.values()} == {"recorded"}
    assert page.headline is not None
    assert "◎" not in str(page_as_dict(ask, page)["figures"])


def test_a_mode_that_is_there_and_does_not_work_is_not_advised_anew(warehouse: Warehouse) -> None:
    ask, _ = make(warehouse, "advice")
    present = dict(
        zip(ask.count("communities").rows["community_code"], kinds(ask.count("communities").rows), strict=True)
    )  # fmt: skip
    code = next(
        c for c, each in verdicts(ask).items() if each.results == (present[c],) != ("grid",)
    )
    _, page = make(warehouse, "advice", community=code)
    _, aside = make(warehouse, "advice", community=code, keep="off")
    assert page.headline is not None and aside.headline is not None
    assert "先补上" in page.headline.state and "建议" not in page.headline.state
    assert "先补上" not in aside.headline.state
