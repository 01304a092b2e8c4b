"""A scenario adds up: after is before and what was chosen, by town as in all, whatever the order."""

import random
import re
from collections import Counter
from dataclasses import replace
from math import ceil
from pathlib import Path
from urllib.parse import parse_qs, urlencode

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.asking.questions import Asking
from dashboard.brief.content import make_brief
from dashboard.brief.layout import BODY_BOTTOM, OWN_FRAME, placed
from dashboard.brief.sentences import CONCLUSION, HEADLINE
from dashboard.brief.slides import Chart, Table
from dashboard.contract.words import Language
from dashboard.figures.advice import verdicts
from dashboard.figures.page import Page
from dashboard.figures.siting import Sought, outcome
from dashboard.insight.scenario import IN_TWO, STATION_KINDS, WORKER, bundled_ratios
from dashboard.subjects.answers import asked as asked_at
from dashboard.subjects.pages import make_page
from dashboard.subjects.scenario.plan import (
    BETWEEN,
    COUNTS,
    SHARES,
    Added,
    Asked,
    asked_of,
    change,
    change_by_town,
    compared_rows,
    kinds_changed,
    needed,
    needs,
    plan,
    shared,
    town_rows,
)
from dashboard.subjects.scenario.written import as_text, scenario_as_dict
from dashboard.ui.assets import lay_out_assets
from dashboard.warehouse.store import Warehouse
from tests.views.test_not_loaded import own_warehouse

MAQIAO = "310112112"
MODES = st.sampled_from(["", "1", "2", "3", "4", "5"])


def made(warehouse: Warehouse, **address: str) -> tuple[Asking, Asked, Page]:
    _, read, ask = asked_at(warehouse, f"scenario?{urlencode(address)}", lay_out_assets().maps)
    return (
        ask,
        asked_of(read.chosen, warehouse.community_codes),
        make_page(ask, "scenario", read.chosen),
    )


def in_grids(ask: Asking) -> pd.DataFrame:
    rows = ask.count("communities").rows
    return rows[rows["coverage_type"] == "grid"].set_index("community_code")


def cells(page: Page, key: str) -> list[list[str]]:
    figure = next(each for each in page.figures if each.key == key)
    return [row["cells"] for row in figure.drawing.body.get("rows", [])]


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_after_is_before_and_the_chosen_exactly(warehouse: Warehouse, data: st.DataObject) -> None:
    ask, _, _ = made(warehouse)
    grids = in_grids(ask)
    chosen = data.draw(st.dictionaries(st.sampled_from(sorted(grids.index)), MODES, max_size=30))
    asked = Asked(added=tuple(sorted(Added(*pair) for pair in chosen.items())))
    mine, found = grids.loc[[*chosen]], change(ask, asked)
    gained = found.gained.iloc[0]
    assert gained["committee_community_count"] == len(chosen)
    assert gained["committee_resident_count"] == mine["resident_count"].sum()
    assert gained["governed_community_count"] == gained["governed_resident_count"] == 0
    after = found.after.iloc[0]
    for share, (part, whole) in zip(SHARES, (COUNTS[:2], COUNTS[2:]), strict=True):
        assert after[share] == pytest.approx(after[part] / after[whole] * 100)
    towns = change_by_town(ask, asked)
    assert (towns.gained[[*COUNTS]].sum() == gained[[*COUNTS]]).all()
    assert (towns.after["committee_community_count"] <= towns.after["community_count"]).all()
    before, kinds = kinds_changed(ask, asked)
    assert kinds.total() == before.total() == found.before["community_count"].iloc[0]
    assert before["grid"] - kinds["grid"] == len(chosen)
    assert kinds == before - Counter(grid=len(chosen)) + Counter(plan(ask, asked)["planned"])
    rows = town_rows(ask, asked)
    assert rows[[*STATION_KINDS, WORKER]].sum().to_dict() == needed(needs(ask, asked))
    assert rows["new"].sum() == len(chosen)


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 1000))
def test_the_order_of_picks_does_not_matter(warehouse: Warehouse, seed: int) -> None:
    ask, _, _ = made(warehouse)
    draw = random.Random(seed)
    picks = draw.sample(sorted(in_grids(ask).index), 8)
    texts = [f"{code}.{draw.choice('12345')}" for code in picks]
    _, one, first = made(warehouse, add=BETWEEN.join(texts), rule="advice")
    draw.shuffle(texts)
    _, other, second = made(warehouse, add=BETWEEN.join(texts), rule="advice")
    assert one == other
    assert first.headline == second.headline


def test_a_scenario_comes_back_from_its_address(warehouse: Warehouse) -> None:
    ask, _, _ = made(warehouse)
    one, two, three = sorted(in_grids(ask).index)[:3]
    added = (Added(one), Added(two, "3", three), Added(three, "5"))
    asked = Asked("siting", 8, 500, added, (one, two), "八月方案")
    _, read, _ = made(warehouse, **asked.written)
    assert read == asked
    assert parse_qs(urlencode(asked.written))["add"] == [f"{one}~{two}.3@{three}~{three}.5"]


def test_taking_out_what_was_added_gives_the_same(warehouse: Warehouse) -> None:
    ask, asked, page = made(warehouse, rule="advice")
    code = plan(ask, asked)["community_code"].iloc[0]
    _, less, _ = made(warehouse, rule="advice", out=code)
    assert set(plan(ask, asked)["community_code"]) - set(plan(ask, less)["community_code"]) == {
        code
    }
    # Put back as the rule has it, it is as if it had never been out.
    _, back, shown = made(warehouse, rule="advice", add=code)
    assert shown.headline == page.headline
    assert plan(ask, back).equals(plan(ask, asked))
    # What is added by hand stands before what is taken out of the rule's.
    mode = plan(ask, asked)["planned"].iloc[0]
    _, again, shown = made(warehouse, rule="advice", out=code, add=f"{code}.{mode}")
    assert shown.headline == page.headline
    assert plan(ask, again).drop(columns="by").equals(plan(ask, asked).drop(columns="by"))


@pytest.mark.parametrize("address", [{}, {"town": MAQIAO}])
def test_before_is_what_other_pages_tell(warehouse: Warehouse, address: dict[str, str]) -> None:
    ask, asked, page = made(warehouse, rule="advice", **address)
    _, read, there = asked_at(warehouse, f"coverage?{urlencode(address)}", lay_out_assets().maps)
    tiles = {
        each.indicator.code: each.value for each in make_page(there, "coverage", read.chosen).tiles
    }
    before = change(ask, asked).before.iloc[0]
    assert [before[code] for code in SHARES] == [tiles[code] for code in SHARES]
    assert page.headline is not None
    assert f"{tiles[SHARES[0]]:.1f}%" in page.headline.state


def test_the_advice_brings_in_what_the_table_tells_of_grids(warehouse: Warehouse) -> None:
    ask, asked, _ = made(warehouse, rule="advice")
    told = {
        code: each.results[0]
        for code, each in verdicts(ask).items()
        if each.results and each.results[0] in "12345" and code in in_grids(ask).index
    }
    rows = plan(ask, asked)
    assert dict(zip(rows["community_code"], rows["planned"], strict=True)) == told
    assert not ask.named_projects & set(rows["community_code"])


def test_siting_brings_in_whom_its_stations_newly_reach(warehouse: Warehouse) -> None:
    ask, asked, page = made(warehouse, rule="siting", stations="3", within="800")
    found = outcome(ask, Sought("grid", 3, 800, "cover"))
    assert found is not None
    setting = found.located.setting
    newly = {
        code
        for code, was, now in zip(setting.demand, found.before, found.after, strict=True)
        if now and not was
    }
    rows, ratios = plan(ask, asked), bundled_ratios()
    assert set(rows["community_code"]) == newly
    assert rows["resident_count"].sum() == found.added
    served = rows.groupby("station")["resident_count"].sum()
    assert set(served.index) <= set(found.siting.codes)
    assert needed(needs(ask, asked)) == {
        "social_work_station": len(served),
        "service_station": 0,
        "worker": sum(ceil(each / ratios.ratios["worker"].value) for each in served),
    }
    assert page.headline is not None and f"{len(served)} 个社工站" in page.headline.state


def test_a_community_with_a_station_needs_no_other(warehouse: Warehouse) -> None:
    ask, _, _ = made(warehouse)
    rows = ask.count("communities").rows.set_index("community_code")
    is_there = rows["has_social_work_station"].eq(other=True) & ~rows["mode"].eq("3")
    with_one, without = rows.index[is_there][0], in_grids(ask).index[0]
    asked = Asked(added=(Added(with_one, "3"), Added(without, "3")))
    found = needs(ask, asked)
    assert found["at"].tolist() == [without]


def test_a_station_posted_where_there_is_one_is_none_more(warehouse: Warehouse) -> None:
    ask, _, _ = made(warehouse)
    rows = ask.count("communities").rows.set_index("community_code")
    is_there = rows["has_social_work_station"].eq(other=True)
    (one, two), (full, bare) = (
        in_grids(ask).index[:2],
        (rows.index[is_there][0], rows.index[~is_there][-1]),
    )
    posted = Asked(added=(Added(one, "3", full), Added(two, "3", bare)))
    assert needs(ask, posted)["at"].tolist() == [bare]
    # It is told of all communities, whichever are chosen.
    town = rows.at[one, "town_code"]
    ask, _, _ = made(warehouse, town=town)
    assert needs(ask, Asked(added=(Added(one, "3", full),))).empty


def test_where_a_town_did_not_tell_of_stations_that_is_said(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    """They count as having none: on the page, in text and programs' values, and beside the slide."""
    tables = {
        name: warehouse.table(name, exact=True)
        for name in ("community", "governance", "occupancy", "organisation")
    }
    towns = tables["community"].set_index("community_code")["town_code"]
    sent = tables["organisation"]["community_code"].map(towns) != MAQIAO
    tables["organisation"] = tables["organisation"][sent]
    own = own_warehouse(tmp_path, tables)
    assert own.silent_towns == {"organisation": {MAQIAO}}
    ask, _, _ = made(own)
    grids = in_grids(ask)
    silent = grids.index[grids["town_code"] == MAQIAO][:4]
    told = grids.index[grids["town_code"] != MAQIAO][:2]
    add = BETWEEN.join(f"{code}.5" for code in [*silent, *told])
    ask, asked, page = made(own, add=add)
    assert set(needs(ask, asked)["at"]) >= set(silent)
    beside = next(each for each in page.figures if each.key == "scenario-beside")
    (slide,) = (each for each in make_brief(ask, asked).slides if each.key == "scenario")
    for station in ("社工站", "党群服务站"):
        sentence = f"4 个社区现在有没有{station}不详，按没有计，只会多算。"
        assert sentence in str(beside.drawing.body)
        assert sentence in as_text(ask, asked)
        assert sentence in scenario_as_dict(ask, asked)["not_known"]
        assert sentence.replace(" ", "") in str(slide.notes).replace(" ", "")
    # Posted where nobody told of stations, it may be one there is.
    ask, asked, _ = made(own, add=f"{told[0]}.3@{silent[0]}")
    assert "1 个社区现在有没有社工站不详" in as_text(ask, asked)


def test_two_rules_are_set_beside_each_other(warehouse: Warehouse) -> None:
    ask, asked, page = made(warehouse, rule="siting", against="advice")
    other = asked.by("advice")
    assert asked.against == other
    changes = {cells_[0]: cells_[1:] for cells_ in cells(page, "scenario-change")}
    share = changes["居村治理覆盖率"]
    for at, each in ((1, asked), (2, other)):
        assert share[at] == f"{change(ask, each).after[SHARES[0]].iloc[0]:.1f}%"
    mine, theirs = (
        set(zip(*(plan(ask, each)[name] for name in ("name", "planned")), strict=True))
        for each in (asked, other)
    )
    listed = cells(page, "scenario-alone")
    assert [row[0] for row in listed].count("方案") == len(mine - theirs)
    assert len(listed) == len(mine ^ theirs)
    _, _, same = made(warehouse, rule="advice", against="advice")
    figure = next(each for each in same.figures if each.key == "scenario-alone")
    assert figure.drawing.empty == "两者的社区与模式完全相同。"


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_two_scenarios_add_up_side_by_side(warehouse: Warehouse, data: st.DataObject) -> None:
    """What both and each alone choose is all of it, in all and by town; the numbers are each one's own;
    the address carries both."""
    ask, _, _ = made(warehouse)
    codes = sorted(in_grids(ask).index)[:12]
    one, other = (
        Asked(
            added=tuple(
                sorted(
                    Added(*each)
                    for each in data.draw(
                        st.dictionaries(st.sampled_from(codes), MODES, min_size=1)
                    ).items()
                )
            ),
            name=name,
        )
        for name in ("先试点", "B & C=1")
    )
    asked = replace(one, against=other)
    ask, read, page = made(warehouse, **asked.written)
    assert read == asked
    parts, (mine, theirs) = shared(ask, asked), (plan(ask, each) for each in (one, other))
    assert {*parts.both, *parts.first} == {*mine["community_code"]}
    assert {*parts.both, *parts.second} == {*theirs["community_code"]}
    assert not {*parts.first} & {*parts.second}
    rows = compared_rows(ask, asked)
    assert [int(rows[each].sum()) for each in IN_TWO] == [
        len(getattr(parts, each)) for each in IN_TWO
    ]
    assert (rows["both"] + rows["first"] == rows["new"]).all()
    assert (rows["both"] + rows["second"] == rows["new_other"]).all()
    for plain, at in ((one, 2), (other, 3)):
        _, _, its = made(warehouse, **plain.written)
        shown, own = cells(page, "scenario-change"), cells(its, "scenario-change")
        values = {row[0]: row[at] for row in shown}
        assert {row[0]: row[2] for row in own}.items() <= values.items()
    figure = next(each for each in page.figures if each.key == "scenario-town-table")
    assert figure.drawing.listed is not None
    for head, column in (("新纳入", "new"), ("新纳入 · B & C=1", "new_other")):
        assert [*figure.drawing.listed[head]] == rows[column].tolist()
    assert page.headline is not None
    told = "与“B & C=1”完全相同" if parts.is_same else f"两者都有 {len(parts.both)} 个社区"
    assert told in page.headline.change


def test_an_address_that_is_pasted_says_what_does_not_hold(warehouse: Warehouse) -> None:
    ask, _, _ = made(warehouse)
    code = in_grids(ask).index[0]
    pasted = (
        f"https://board.example/scenario?add={code}~nobody&plan=B&to=2025-06&town={MAQIAO}&lang=en"
    )
    _, asked, page = made(warehouse, rule="advice", against=pasted)
    assert asked.against == Asked(added=(Added(code), Added("nobody")), name="B")
    for told in (
        "对照的方案里，nobody：不是已知的社区",
        "它的网址是 2025-06 的",
        "它的网址选的范围与这里不同",
    ):
        assert told in page.note
    for text in ("hello", "https://board.example/overview?town=1", "scenario?rule=never"):
        _, asked, page = made(warehouse, rule="advice", against=text)
        assert asked.against is None and "粘贴的不是方案的网址" in page.note
    for text in ("saved", "none", ""):
        _, asked, page = made(warehouse, rule="advice", against=text)
        assert asked.against is None and page.note == ""


def test_what_can_not_be_in_it_is_told_and_left_out(warehouse: Warehouse) -> None:
    ask, _, _ = made(warehouse)
    rows = ask.count("communities").rows.set_index("community_code")
    governed = rows[rows["mode"] == "2"].index[0]
    far = in_grids(ask)
    away = far.index[far["town_code"] != MAQIAO][0]
    named = min(ask.named_projects)
    ask, asked, page = made(
        warehouse, town=MAQIAO, add=f"nobody.3~{governed}.2~{named}~{away}", out="gone"
    )
    assert plan(ask, asked).empty
    for told in (
        "nobody、gone：不是已知的社区",
        "已经是这种模式",
        "具名项目",
        "1 个加入的社区不在所选范围内",
    ):
        assert told in page.note
    assert page.headline is not None and "还是空的" in page.headline.state


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_an_address_says_twice_or_in_vain_is_told(
    warehouse: Warehouse, language: Language
) -> None:
    ask, asked, page = made(warehouse, rule="advice", lang=language)
    grids, chosen = in_grids(ask), set(plan(ask, asked)["community_code"])
    (one, two), its = [code for code in grids.index if code not in chosen][:2], min(chosen)
    names = grids[f"name_{language}"]
    more, both, idly = (
        ("写了不止一次", "既加入又取出", "取出不起作用")
        if language == "zh"
        else ("more than once", "both added and taken out", "changes nothing")
    )
    address = {"rule": "advice", "lang": language}
    for texts, of, told in (
        ({"add": f"{one}.3~{one}.2"}, one, more),
        ({"add": f"{one}.3", "out": one}, one, both),
        ({"out": two}, two, idly),
    ):
        _, _, page = made(warehouse, **address, **texts)
        assert told in page.note and names[of] in page.note
        assert sum(each in page.note for each in (more, both, idly)) == 1
    for quiet in ({"add": f"{one}.3~{one}.3"}, {"out": its}, {"add": f"{one}~{two}"}):
        _, _, page = made(warehouse, **address, **quiet)
        assert page.note == ""
    _, _, page = made(warehouse, out=its, lang=language)
    assert idly in page.note


@pytest.mark.parametrize("language", ["zh", "en"])
def test_those_that_only_change_modes_are_told_beside_the_new(
    warehouse: Warehouse, language: Language
) -> None:
    ask, _, _ = made(warehouse)
    rows = ask.count("communities").rows.set_index("community_code")
    changed, new = rows.index[rows["mode"] == "2"][:120], in_grids(ask).index[:3]
    entries = [*(f"{code}.4" for code in changed), *(f"{code}.2" for code in new)]
    ask, asked, page = made(warehouse, add=BETWEEN.join(entries), lang=language)
    told = f"另 {len(changed)} 个改变模式" if language == "zh" else f"{len(changed)} more change"
    assert page.headline is not None and told in page.headline.state
    (slide,) = (each for each in make_brief(ask, asked).slides if each.key == "scenario")
    assert told.replace(" ", "") in slide.conclusion.replace(" ", "")
    assert len(slide.headline) <= HEADLINE[language]
    assert len(slide.conclusion) <= CONCLUSION[language]


def test_a_mode_alone_may_change(warehouse: Warehouse) -> None:
    ask, _, _ = made(warehouse)
    rows = ask.count("communities").rows.set_index("community_code")
    code = rows[(rows["mode"] == "2")].index[0]
    ask, asked, page = made(warehouse, add=f"{code}.4")
    assert (change(ask, asked).gained.iloc[0] == 0).all()
    before, after = kinds_changed(ask, asked)
    assert (after["2"] - before["2"], after["4"] - before["4"]) == (-1, 1)
    assert (
        page.headline is not None and "1 个社区改变模式，居村治理覆盖率不变" in page.headline.state
    )


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_empty_one_says_how_to_begin_and_all_may_be_in_it(
    warehouse: Warehouse, language: Language
) -> None:
    ask, _, page = made(warehouse, lang=language)
    assert page.headline is not None
    assert ("先选一条规则" if language == "zh" else "Choose a rule") in page.headline.change
    grids = in_grids(ask)
    assert len(cells(page, "scenario-others")) == len(grids)
    ask, asked, page = made(warehouse, lang=language, add=BETWEEN.join(grids.index))
    assert len(plan(ask, asked)) == len(grids)
    assert cells(page, "scenario-others") == []
    after = change(ask, asked).after.iloc[0]
    left = after["governed_community_count"] - after["committee_community_count"]
    everyone = ask.count("communities", named="whole").rows
    assert left == (everyone["coverage_type"] == "grid").sum() - len(grids)


def test_where_a_committee_governs_all_nothing_is_left_to_bring_in(warehouse: Warehouse) -> None:
    ask, _, _ = made(warehouse)
    rows = ask.count("communities").rows
    code = rows[rows["coverage_type"] == "committee"]["community_code"].iloc[0]
    _, _, page = made(warehouse, community=code, rule="advice")
    assert page.headline is not None and "没有可新纳入居村治理的社区" in page.headline.state


@pytest.mark.parametrize(
    "chosen", [{"coverage": "grid"}, {"tier": "room", "town": MAQIAO}, {"home": "0"}]
)
def test_filters_that_describe_communities_hold(
    warehouse: Warehouse, chosen: dict[str, str]
) -> None:
    """Before is what another page tells of the same; what is chosen is chosen of them alone, in the
    briefing too."""
    whole, every, _ = made(warehouse, rule="advice")
    ask, asked, page = made(warehouse, rule="advice", **chosen)
    _, read, there = asked_at(warehouse, f"coverage?{urlencode(chosen)}", lay_out_assets().maps)
    tiles = {
        each.indicator.code: each.value for each in make_page(there, "coverage", read.chosen).tiles
    }
    # Where all that are chosen are in grids, that page says so in the place of a share.
    assert change(ask, asked).before[SHARES[0]].iloc[0] == tiles.get(SHARES[0], 0)
    here = set(ask.count("communities").rows["community_code"])
    codes = set(plan(whole, every)["community_code"])
    assert 0 < len(here & codes) == len(plan(ask, asked)) and page.describing
    assert set(plan(ask, asked)["community_code"]) == here & codes
    (slide,) = (each for each in make_brief(ask, asked).slides if each.key == "scenario")
    assert str(len(here & codes)) in slide.headline


@pytest.mark.parametrize("against", ["", "rule=siting&plan=B"])
def test_the_map_places_every_community_once(warehouse: Warehouse, against: str) -> None:
    ask, asked, page = made(warehouse, rule="advice", against=against)
    figure = next(each for each in page.figures if each.key == "scenario-map")
    assert figure.drawing.listed is not None
    kinds = Counter(figure.drawing.listed["方案"])
    rows, parts = ask.count("communities").rows, shared(ask, asked)
    assert kinds.total() == rows[["lon", "lat"]].notna().all(axis=1).sum()
    told = {f"{name} {count}" for name, count in kinds.items()}
    shown = {each["name"] for each in figure.drawing.body["data"] if each.get("name")}
    assert told == shown
    if against:
        assert [kinds[f"只在“{name}”"] for name in ("方案", "B")] == [
            len(parts.first), len(parts.second),
        ]  # fmt: skip
    else:
        assert kinds["方案所选"] == len(plan(ask, asked))
        assert kinds["仍不在居村治理内"] == len(in_grids(ask)) - kinds["方案所选"]


def _of_mode(ask: Asking, name: str) -> str:
    return ask.say("方式：{kind}", kind=name)


@pytest.mark.parametrize("against", ["", "plan=B&rule=siting"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_briefing_shows_the_same_values(
    warehouse: Warehouse, language: Language, against: str
) -> None:
    ask, asked, page = made(warehouse, lang=language, rule="advice", plan="A", against=against)
    brief = make_brief(ask, asked)
    (slide,) = (each for each in brief.slides if each.key == "scenario")
    shown = {row[0]: row[1 : 4 if against else 3] for row in cells(page, "scenario-change")}
    (table,) = (part for part in slide.parts if isinstance(part, Table))
    assert len(table.rows) >= 6
    for name, *values in table.rows:
        assert [str(each) for each in values] == shown[name]
    assert "A" in table.title and ("B" in table.title or not against)
    (chart,) = (part for part in slide.parts if isinstance(part, Chart))
    for at, mode in enumerate(_of_mode(ask, each) for each in chart.categories):
        values = [chart.written(each.values[at]) for each in chart.series]
        assert values == shown[mode] if len({*values}) > 1 else mode not in shown
    assert len(slide.headline) <= HEADLINE[language]
    assert len(slide.conclusion) <= CONCLUSION[language]
    for each in placed(slide, OWN_FRAME.parts):
        assert each.box[1] + each.box[3] <= BODY_BOTTOM + 0.1
    assert "scenario" not in [each.key for each in make_brief(ask).slides]
    assert "scenario" not in [each.key for each in make_brief(ask, Asked(name="A")).slides]


@pytest.fixture(scope="module")
def partial(warehouse: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """One town's own communities: every other one without governance, one in three without residents."""
    community = warehouse.table("community", exact=True)
    is_mine = (community["town_code"] == MAQIAO) & (community["origin"] == "sample")
    tables = {"community": community[is_mine & community["closed_on"].isna()].assign(origin="own")}
    codes = tables["community"]["community_code"].tolist()
    for name, left in (("governance", codes[::2]), ("occupancy", codes[::3])):
        rows = warehouse.table(name, exact=True)
        rows = rows[rows["community_code"].isin(set(codes) - set(left))]
        tables[name] = rows.assign(origin="own") if "origin" in rows else rows
    tables = {name: rows.reset_index(drop=True) for name, rows in tables.items()}
    return own_warehouse(tmp_path_factory.mktemp("partial"), tables)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_is_not_known_is_said_and_never_counted_as_nought(
    partial: Warehouse, language: Language
) -> None:
    ask, _, _ = made(partial, lang=language)
    rows = ask.count("communities").rows
    unknown = rows[rows["coverage_type"].isna()]["community_code"].tolist()
    grids = in_grids(ask).index.tolist()
    ask, asked, page = made(
        partial, lang=language, add=BETWEEN.join(f"{code}.3" for code in [*unknown, *grids])
    )
    found, mine = change(ask, asked), plan(ask, asked)
    gained = found.gained.iloc[0]
    assert gained["committee_community_count"] == len(unknown) + len(grids)
    assert gained["governed_community_count"] == len(unknown)
    assert found.after["committee_coverage"].iloc[0] == 100
    assert kinds_changed(ask, asked)[1]["unknown"] == 0
    told = str([figure.drawing.body for figure in page.figures if figure.key == "scenario-beside"])
    untold = int(mine["resident_count"].isna().sum())
    assert untold and unknown
    assert mine["has_social_work_station"].isna().any()
    assert (
        "现在有没有社工站不详"
        if language == "zh"
        else "have a social-work station now is not known"
    ) in told
    for count in (untold, len(unknown)):
        assert (f"{count} 个社区" if language == "zh" else f"{count} communities") in told
    assert page.headline is not None
    assert "全区" not in repr(page) and "district" not in page.headline.state.lower()
    drawn = repr([figure.drawing.body for figure in page.figures])
    assert not re.search(r"(?<![A-Za-z])(nan|NaT|<NA>)(?![A-Za-z])", drawn)


def test_without_governance_there_is_a_sentence_and_no_figure(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    community = warehouse.table("community", exact=True)
    mine = community[community["origin"] == "sample"].assign(origin="own").reset_index(drop=True)
    _, _, page = made(own_warehouse(tmp_path, {"community": mine}), rule="advice")
    assert page.headline is not None and page.headline.state == "未载入“治理沿革”表"
    assert not list(page.figures)


def test_a_town_of_which_nothing_is_known_gains_what_is_added(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    """Coverage there is not known before, nor made up after; what is brought in is counted."""
    community = warehouse.table("community", exact=True)
    is_mine = community["origin"].eq("sample") & community["closed_on"].isna()
    governance = warehouse.table("governance", exact=True)
    mine = community[is_mine].assign(origin="own").reset_index(drop=True)
    silent = mine["community_code"][mine["town_code"] == MAQIAO].tolist()
    told = governance["community_code"].isin(set(mine["community_code"]) - set(silent))
    own = own_warehouse(
        tmp_path,
        {
            "community": mine,
            "governance": governance[told].assign(origin="own").reset_index(drop=True),
        },
    )
    ask, asked, page = made(own, add=BETWEEN.join(silent[:3]), town=MAQIAO)
    assert page.headline is not None
    assert "新纳入 3 个社区，现在的居村治理覆盖率不详" in page.headline.state
    assert "—" not in page.headline.state + page.headline.change
    rows = town_rows(ask, asked).iloc[0]
    assert (rows["new"], pd.isna(rows["before"]), pd.isna(rows["after"])) == (3, True, True)
    assert as_text(ask, asked)
