"""The research page scores no town of a sample, ranks own towns with their doubt, and leads to what is there."""

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path

import pandas as pd
import pytest

from dashboard.asking.questions import Asking
from dashboard.contract.indicators import BY_CODE, as_written, written
from dashboard.figures.files import figure_as_csv
from dashboard.figures.page import Page
from dashboard.figures.written import page_as_dict
from dashboard.insight.strands import strands
from dashboard.insight.strategy import strategy
from dashboard.subjects.research import scores
from dashboard.subjects.research.scores import scored
from dashboard.warehouse.store import Warehouse
from tests.views.test_named_towns import OWN
from tests.views.test_not_loaded import make, own_warehouse

TOWNS = ("310112101", "310112102", "310112103", "310112106")
SCORING = ["research-ranks", "research-correlations", "research-scores"]
ADDRESSES: tuple[dict[str, str], ...] = (
    {}, {"town": "310112103"}, {"town": "310112103,310112112"}, {"community": "310112112-001"},
    {"from": "2025-01"}, {"tier": "bed"}, {"mode": "3"}, {"published": "0"},
)  # fmt: skip


def loaded(
    warehouse: Warehouse, folder: Path, towns: tuple[str, ...] = (), *left_out: str
) -> Warehouse:
    """Load the sample as own data: of some towns, or all, without some tables."""
    return own_warehouse(folder, tables_of(warehouse, towns, *left_out))


def tables_of(
    warehouse: Warehouse, towns: tuple[str, ...] = (), *left_out: str
) -> dict[str, pd.DataFrame]:
    tables = {name: warehouse.table(name, exact=True) for name in OWN if name not in left_out}
    if towns:
        mine = tables["community"]["town_code"].isin(towns)
        codes = set(tables["community"]["community_code"][mine])
        tables = {
            name: rows[rows["community_code"].isin(codes)] if "community_code" in rows else rows
            for name, rows in tables.items()
        }
        held = set(tables["activity"]["activity_code"]) if "activity" in tables else set()
        if "attendance" in tables:
            rows = tables["attendance"]
            tables["attendance"] = rows[rows["activity_code"].isin(held)]
    return tables


@pytest.fixture(scope="module")
def own(warehouse: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    return loaded(warehouse, tmp_path_factory.mktemp("own"))


def keys(page: Page) -> list[str]:
    return [figure.key for figure in page.figures]


def strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from strings(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from strings(each)


def shown(ask: Asking, page: Page) -> str:
    written_ = page_as_dict(ask, page)
    for figure in written_["figures"].values():
        del figure["data"]
    return "\n".join(strings(json.loads(json.dumps(written_, ensure_ascii=False, default=str))))


@pytest.mark.parametrize(("language", "address"), [*product(("zh", "en"), ADDRESSES)], ids=str)
def test_nothing_is_told_of_a_samples_towns(
    warehouse: Warehouse, language: str, address: dict[str, str]
) -> None:
    ask, page = make(warehouse, "research", language, **address)
    assert scored(ask) is None
    assert not set(keys(page)) & set(SCORING)
    text = shown(ask, page)
    names = {*ask.town_names().values(), *ask.town_names(short=False).values()}
    assert [name for name in names if name in text] == []
    assert not any(code in text for code in warehouse.town_codes)
    for figure in page.figures:
        assert figure.click is None
        assert "town_code" not in figure.counted.rows
        assert ask.shows_sample(figure.counted.columns)


def test_the_sample_says_of_each_part_what_serves_it_and_what_it_lacks(
    warehouse: Warehouse,
) -> None:
    ask, page = make(warehouse, "research", "en")
    assert page.headline is not None
    assert "of 13 parts 10 have data and 3 have none" in page.headline.state
    assert "A sample scores and ranks no town" in page.headline.change
    figure = next(page.figures)
    rows = [each["cells"] for each in figure.drawing.body["rows"]]
    served = [(part, each) for part in strategy().parts for each in part.served or (None,)]
    assert len(rows) == len(served)
    for cells, (part, each) in zip(rows, served, strict=True):
        assert cells[0].endswith(part.name.en)
        if each is None:
            assert part.lacks is not None
            assert (cells[2], cells[5], cells[7]) == ("no indicator", "—", part.lacks.en)
            continue
        indicator = BY_CODE[each.code]
        assert cells[5] == written(ask.district_total(indicator), indicator, "en")


def test_every_figure_and_indicator_of_a_strand_is_there(warehouse: Warehouse) -> None:
    there = {}
    for strand in strands():
        assert strand.serves and strand.questions
        for serve in strand.serves:
            if serve.page not in there:
                there[serve.page] = keys(make(warehouse, serve.page)[1])
            assert set(serve.figures) <= set(there[serve.page]), (strand.code, serve.page)
            for code in serve.indicators:
                ask, _ = make(warehouse, "research")
                assert ask.district_total(BY_CODE[code]) is not None, code


def test_a_strands_lines_lead_to_its_pages(warehouse: Warehouse) -> None:
    _, page = make(warehouse, "research")
    for strand in strands():
        figure = next(each for each in page.figures if each.key == f"research-{strand.code}")
        leads = [item.get("leads") for item in figure.drawing.body["items"]]
        assert leads == [each.page for each in strand.serves] + [None] * len(strand.questions)
        assert figure.drawing.listed is not None
        told = list(figure.drawing.listed.values())[-1]
        named = [f"{each.page}/{key}" for each in strand.serves for key in each.figures]
        assert " ".join(filter(None, map(str, told))).split(" ") == named


@pytest.mark.parametrize("language", ["zh", "en"])
def test_own_towns_have_totals_with_their_doubt(own: Warehouse, language: str) -> None:
    ask, page = make(own, "research", language, town="310112103")
    assert keys(page)[:3] == SCORING
    assert page.headline is not None
    assert ("排名随权重而变" if language == "zh" else "Ranks change with") in page.headline.change
    found = scored(ask.on(ask.everywhere))
    assert found is not None
    ranks, _, table = list(page.figures)[:3]
    lines = {row["key"]: row["cells"] for row in table.drawing.body["rows"]}
    assert lines.keys() == {*found.composites.index}
    for town, row in found.ranks.iterrows():
        total = found.composites.at[town, "arithmetic"]
        assert float(lines[str(town)][3]) == as_written(total, BY_CODE["reach"])
        assert lines[str(town)][1:3] == [
            f"{row['rank']:.0f}",
            f"{row['low']:.0f}–{row['high']:.0f}",
        ]
        assert row["low"] <= row["rank"] <= row["high"]
    (dots,) = (each for each in ranks.drawing.body["data"] if each["mode"] == "markers")
    assert dict(zip(dots["customdata"], dots["x"], strict=True)) == found.ranks["rank"].to_dict()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("is_fixed", [True, False])
def test_ranks_change_with_weights_only_where_an_interval_is_wide(
    own: Warehouse, language: str, is_fixed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask, _ = make(own, "research", language)
    found = scored(ask)
    assert found is not None
    ranks = found.ranks.assign(low=found.ranks["rank"], high=found.ranks["rank"], share=1.0)
    if not is_fixed:
        ranks.iloc[3, ranks.columns.get_loc("high")] += 1
    monkeypatch.setattr(scores, "scored", lambda _: replace(found, ranks=ranks))
    told = scores.told.__wrapped__(ask)  # type: ignore[attr-defined]
    fixed, moved = (
        ("名次不随所抽的权重而变", "排名随权重而变")
        if language == "zh"
        else ("do not depend on the weights drawn", "Ranks change with")
    )
    assert (fixed in told, moved in told) == (is_fixed, not is_fixed)


def test_a_towns_parts_are_its_own_indicators(own: Warehouse) -> None:
    ask, _ = make(own, "research")
    found = scored(ask)
    assert found is not None
    for part in strategy().parts:
        for town in own.town_codes:
            expected = []
            for each in part.served:
                rows = ask.by_town(BY_CODE[each.code]).rows.set_index("key")["value"]
                share = (rows[town] - each.low) / (each.high - each.low)
                expected.append(100 * min(1, max(0, 1 - share if each.is_lower_better else share)))
            mean = sum(expected) / len(expected) if expected else float("nan")
            assert found.parts.at[town, part.code] == pytest.approx(mean, nan_ok=True)


def test_files_hold_ranks_pairs_and_every_query(own: Warehouse, checked_by_plotly: None) -> None:
    ask, page = make(own, "research", "en", **{"from": "2025-09"})
    ranks = next(page.figures)
    lines = figure_as_csv(ask, ranks).decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Town,Rank,5% of the draws,95% of the draws,")
    assert len(lines) == 1 + 14
    queries = {each.query for each in (ranks.counted, *ranks.counted.beside)}
    assert queries == {BY_CODE[code].query for code in strategy().codes}
    figure = next(each for each in page.figures if each.key == "research-correlations")
    lines = figure_as_csv(ask, figure).decode("utf-8-sig").splitlines()
    assert lines[0] == "Part,Other part,Spearman ρ,Pearson r,Towns"
    assert len(lines) == 1 + 10 * 9 // 2
    assert all(line.endswith(",14") for line in lines[1:])


def test_few_towns_are_ranked_but_not_correlated_and_one_is_neither(
    warehouse: Warehouse, tmp_path_factory: pytest.TempPathFactory
) -> None:
    few = loaded(warehouse, tmp_path_factory.mktemp("few"), TOWNS)
    ask, page = make(few, "research")
    found = scored(ask)
    assert found is not None and set(found.ranks.index) == set(TOWNS)
    correlation = next(each for each in page.figures if each.key == "research-correlations")
    assert correlation.drawing.empty is not None and "不到 8 个" in correlation.drawing.empty
    one = loaded(warehouse, tmp_path_factory.mktemp("one"), TOWNS[:1])
    ask, page = make(one, "research")
    assert scored(ask) is None and not set(keys(page)) & set(SCORING)
    assert page.headline is not None and "不足以比较街镇" in page.headline.change


def test_towns_that_lack_too_much_have_no_total_and_the_table_says_why(
    warehouse: Warehouse, tmp_path_factory: pytest.TempPathFactory
) -> None:
    bare = loaded(warehouse, tmp_path_factory.mktemp("bare"), (), "proposal")
    ask, page = make(bare, "research", "en")
    found = scored(ask)
    assert found is not None and found.ranks.empty
    assert found.composites["arithmetic"].isna().all()
    assert page.headline is not None and "Only 0 towns have a total" in page.headline.change
    table = next(each for each in page.figures if each.key == "research-scores")
    for row in table.drawing.body["rows"]:
        assert row["cells"][1:5] == ["—"] * 4
        assert "of the weight is missing" in row["cells"][-1]
        assert "Linked throughout" in row["cells"][-1]


def test_one_town_that_lacks_too_much_is_told_apart_from_the_others(
    warehouse: Warehouse, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """One town told of nobody who came: of those parts nothing is known there."""
    tables = tables_of(warehouse)
    held = tables["activity"].merge(tables["community"], on="community_code")
    there = held["activity_code"][held["town_code"] != TOWNS[0]]
    rows = tables["attendance"]
    tables["attendance"] = rows[rows["activity_code"].isin(there)]
    ask, page = make(own_warehouse(tmp_path_factory.mktemp("quiet"), tables), "research")
    found = scored(ask)
    assert found is not None and TOWNS[0] not in found.ranks.index and len(found.ranks) == 13
    table = next(each for each in page.figures if each.key == "research-scores")
    assert page.headline is not None and "另有 1 个街镇" in page.headline.change
    *others, last = table.drawing.body["rows"]
    assert last["key"] == TOWNS[0]
    assert last["cells"][1:5] == ["—"] * 4
    assert last["cells"][-1] == "缺权重 42%，没有总分：宜业、宜乐、宜客、活力、包容、未来"
    assert {row["cells"][-1] for row in others} == {""}
