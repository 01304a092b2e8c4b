"""The page of siting: its numbers are those of a slow count, and all its figures tell the same."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pyproj import Geod

from dashboard.asking.questions import Asking
from dashboard.contract.filters import default_filters
from dashboard.contract.words import Language
from dashboard.figures import siting as places
from dashboard.figures.figure import Figure
from dashboard.figures.files import figure_as_csv, figure_as_xlsx, figure_listing
from dashboard.figures.page import Choices, Page
from dashboard.insight.headline import Headline
from dashboard.insight.siting import Point, Siting, median, median_curve
from dashboard.insight.siting import cover as insight_cover
from dashboard.language import Say
from dashboard.subjects.pages import make_page
from dashboard.subjects.siting.figures import not_placed, site_rows, town_rows
from dashboard.ui.assets import lay_out_assets
from dashboard.warehouse.store import Warehouse

TOWN = "310112103"


def asking(warehouse: Warehouse, language: Language = "zh", **changes: object) -> Asking:
    filters = replace(default_filters(warehouse.months), **changes)  # type: ignore[arg-type]
    return Asking(warehouse, Say(language), filters, lay_out_assets().maps)


def page_at(ask: Asking, **chosen: str) -> Page:
    return make_page(ask, "siting", Choices(own=tuple(chosen.items())))


def figure(page: Page, key: str) -> Figure:
    return next(each for each in page.figures if each.key == key)


def head(page: Page) -> Headline:
    assert page.headline is not None
    return page.headline


def test_who_is_reached_is_what_a_slow_count_on_the_globe_finds(warehouse: Warehouse) -> None:
    """Straight lines on the ellipsoid, community by community; those within 0.2 % of the edge may
    fall to either side."""
    ask, within, globe = asking(warehouse), 1000, Geod(ellps="WGS84")
    found = places.outcome(ask, places.Sought("grid", 5, within, "cover"))
    assert found is not None
    rows = ask.count("siting_places").rows
    stations = rows[rows["has_service_station"] | rows["has_social_work_station"]]
    new = rows[rows["community_code"].isin(found.siting.codes)]
    least, most = np.zeros(2), np.zeros(2)
    for row in rows[rows["coverage_type"] == "grid"].itertuples():
        near = [
            min(
                globe.inv(row.lon, row.lat, other.lon, other.lat)[2]
                for other in each.itertuples()
            )
            for each in (stations, pd.concat([stations, new]))
        ]  # fmt: skip
        least += row.resident_count * (np.array(near) <= within * 0.998)
        most += row.resident_count * (np.array(near) <= within * 1.002)
    reached = np.array([found.before.sum(), found.after.sum()])
    assert (least <= reached).all()
    assert (reached <= most).all()
    assert (most - least < 0.02 * found.total).all()


@pytest.mark.parametrize("aim", ["cover", "median"])
@pytest.mark.parametrize("who", ["grid", "all"])
def test_sites_towns_and_headline_tell_of_the_same_residents(
    warehouse: Warehouse, who: str, aim: str
) -> None:
    ask = asking(warehouse)
    found = places.outcome(ask, places.Sought(who, 5, 800, "cover" if aim == "cover" else "median"))
    assert found is not None
    assert site_rows(found)["residents"].sum() == pytest.approx(found.added)
    towns = town_rows(ask, found)
    assert towns["residents"].sum() == pytest.approx(found.total)
    assert (towns["reached_after"] >= towns["reached_before"]).all()
    assert (towns["reached_after"] - towns["reached_before"]).sum() == pytest.approx(found.added)
    page = page_at(ask, within="800", who=who, aim=aim)
    if aim == "cover":
        assert f"{found.added:,.0f}" in head(page).state
        assert f"{found.shares[1]:.1f}%" in head(page).state
        assert "800 米" in head(page).state
    listed = figure_listing(ask, figure(page, "siting-towns")).rows
    assert listed["居民"].sum() == pytest.approx(found.total)
    places_told = figure_listing(ask, figure(page, "siting-map")).rows
    newly = places_told["覆盖"] == "新覆盖"
    assert places_told["居民"][newly].sum() == pytest.approx(found.added)
    assert set(places_told["站点"][newly]) <= set(
        found.located.sites.loc[[*found.siting.codes]].name_zh
    )
    assert (places_told["距离，米"][newly] <= 800).all()


def test_another_distance_number_or_aim_is_another_answer(warehouse: Warehouse) -> None:
    ask = asking(warehouse)
    told = [
        head(page_at(ask, **chosen)).state
        for chosen in (
            {}, {"stations": "8"}, {"within": "500"}, {"who": "all"}, {"aim": "median"},
        )
    ]  # fmt: skip
    assert len(set(told)) == len(told)
    (count,) = {len(figure_listing(ask, figure(page_at(ask, stations="8"), "siting-sites")).rows)}
    assert count == 8


def test_the_curve_ends_in_what_the_headline_tells_and_never_falls(warehouse: Warehouse) -> None:
    ask = asking(warehouse)
    listed = figure_listing(ask, figure(page_at(ask, stations="20"), "siting-curve")).rows
    shares = listed["1,000 米内覆盖率，%"].astype(float).tolist()
    assert shares == sorted(shares)
    assert f"{shares[-1]:.1f}%" in head(page_at(ask, stations="20")).state
    assert listed["新增站数"].tolist() == list(range(21))
    assert set(listed["已证明最优"]) == {"是"}


@pytest.mark.parametrize(("taken", "most"), [(3.2, 1), (9.0, 0)])
def test_solution_and_curve_share_the_page_s_time(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch, taken: float, most: float
) -> None:
    allowed: list[float] = []

    def slow(*args: Any, **named: Any) -> Siting:
        return replace(median(*args, **named), seconds=taken)

    def curve(*args: Any, seconds: float) -> tuple[Point, ...]:
        allowed.append(seconds)
        return median_curve(*args, seconds=0)

    monkeypatch.setattr(places, "median", slow)
    monkeypatch.setattr(places, "median_curve", curve)
    ask = asking(Warehouse(warehouse.path))
    page = page_at(ask, aim="median", stations="12")
    assert allowed == [most]
    # Of its number of stations the curve, which had no time, tells what the headline does.
    found = places.outcome(ask, places.Sought("grid", 12, 1000, "median"))
    assert found is not None
    ways = figure_listing(ask, figure(page, "siting-curve")).rows["到最近站点的平均距离（米）"]
    assert ways.tolist() == sorted(ways, reverse=True)
    assert ways[12] == pytest.approx(found.siting.value / found.total, abs=0.51)


def test_stations_of_a_town_stand_in_it_and_those_next_door_count(warehouse: Warehouse) -> None:
    ask = asking(warehouse, town_codes=(TOWN,))
    here = places.located(ask, "grid")
    assert here is not None
    assert set(here.demand["town_code"]) == {TOWN}
    assert set(here.sites["town_code"][~here.setting.is_open]) == {TOWN}
    assert here.sites["town_code"][here.setting.is_open].nunique() > 1
    # Asked for more than help, the page says how many do.
    page = page_at(ask, stations="20", within="1500")
    assert page.note
    assert page.note.startswith("要建 20 个站")


def test_no_real_project_is_a_site_or_among_those_reached(warehouse: Warehouse) -> None:
    ask = asking(warehouse)
    assert ask.named_projects
    here = places.located(ask, "all")
    assert here is not None
    assert ask.named_projects.isdisjoint(here.setting.demand)
    assert ask.named_projects.isdisjoint(here.setting.sites)
    page = page_at(ask)
    towns = set(ask.town_names().values()) | set(ask.town_names(short=False).values())
    told = f"{head(page).state}{head(page).change}"
    assert not [name for name in towns if name in told]
    assert "虚构" in str(figure(page, "siting-sure").drawing.body)
    assert "未曾公布" in figure(page, "siting-towns").caption.note


def test_who_lacks_a_place_or_residents_is_listed_and_not_sited(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = asking(Warehouse(warehouse.path))
    rows = ask.count("siting_places").rows.copy()
    grid = rows.index[rows["coverage_type"] == "grid"]
    rows.loc[grid[0], "lon"] = np.nan
    rows.loc[grid[1], "resident_count"] = np.nan
    # Of one whose way of governance nobody gave it is not known that it is to be left out.
    rows.loc[grid[2], "coverage_type"] = None
    codes = rows.loc[grid[:3], "community_code"].tolist()
    given = replace(ask.count("siting_places"), rows=rows)
    monkeypatch.setattr(Asking, "count", lambda self, *args, **named: given)
    found = places.located(ask, "grid")
    assert found is not None
    assert not {*codes} & {*found.setting.demand}
    assert found.left_out["community_code"].tolist() == codes
    assert places.left_out(ask, "grid")["community_code"].tolist() == codes
    lacking = not_placed(ask, "grid")
    assert lacking is not None
    assert figure_listing(ask, lacking).rows["缺什么"].tolist() == ["经纬度", "居民数", "覆盖类型"]
    assert places.left_out(ask, "all")["community_code"].tolist() == codes[:2]


def test_need_weighs_open_proposals_one_each(warehouse: Warehouse) -> None:
    ask = asking(warehouse)
    found = places.outcome(ask, places.Sought("grid", 5, 1000, "cover", "need"))
    assert found is not None
    proposals = ask.count("open_proposals").rows["community_code"]
    expected = [float((proposals == code).sum()) for code in found.located.setting.demand]
    assert found.located.setting.weights.tolist() == expected
    assert min(expected) > 0
    assert 0 < found.total < len(proposals)
    page = page_at(ask, weigh="need", capacity="300")
    assert f"{found.added:,.0f} 件未纳入居村治理社区的未办结提案" in head(page).state
    assert "容量" not in str(figure(page, "siting-sure").drawing.body)
    assert "choice-capacity" not in {each.key for each in page.controls}
    listed = figure_listing(ask, figure(page, "siting-towns")).rows
    assert listed["未办结提案"].sum() == found.total


@pytest.mark.parametrize("aim", ["cover", "median"])
def test_no_station_serves_more_than_it_holds(warehouse: Warehouse, aim: str) -> None:
    ask = asking(warehouse)
    found = places.outcome(
        ask, places.Sought("grid", 5, 1000, "cover" if aim == "cover" else "median", capacity=1000)
    )
    free = places.outcome(ask, places.Sought("grid", 5, 1000, "cover"))
    assert found is not None
    assert free is not None
    served = pd.DataFrame(found.siting.flows).groupby(1)[2].sum()
    assert served.max() <= 1000 * (1 + 1e-6)
    assert found.added <= free.added
    page = page_at(ask, aim=aim, capacity="1000")
    assert "每站至多服务 1,000 名居民" in head(page).change
    assert "1,000 名居民" in str(figure(page, "siting-sure").drawing.body)


def test_stations_that_cannot_hold_everybody_are_a_sentence(warehouse: Warehouse) -> None:
    page = page_at(asking(warehouse), who="all", aim="median", stations="1", capacity="300")
    assert "合计最多容纳 51,000" in head(page).state
    assert not [*page.figures]
    assert page.controls


def test_an_equal_model_is_solved_once_whatever_else_is_asked(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A filter that changes nobody's place, number or weight, and a language, change no model."""
    solving: list[int] = []

    def cover(*args: Any, **named: Any) -> Siting:
        solving.append(1)
        return insight_cover(*args, **named)

    monkeypatch.setattr(places, "cover", cover)
    here = Warehouse(warehouse.path)
    zh, en = asking(here), asking(here, "en", start_month=here.months[0])
    told = [places.outcome(each, places.Sought("grid", 4, 500, "cover")) for each in (zh, en)]
    both = asking(here, coverage_types=("grid",))
    told.append(places.outcome(both, places.Sought("all", 4, 500, "cover")))
    assert len(solving) == 1
    assert len({each.siting.codes for each in told if each is not None}) == 1
    places.outcome(zh, places.Sought("grid", 4, 800, "cover"))
    assert len(solving) == 2


def test_a_longer_search_goes_on_from_what_was_found_and_is_never_worse(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[float, tuple[int, ...]]] = []

    def cover(*args: Any, **named: Any) -> Siting:
        asked.append((named["seconds"], named.get("known", ())))
        found = insight_cover(*args, **named)
        # The first search proves nothing, and bounds more closely than the second.
        return replace(found, bound=found.value * (1.01 if named["seconds"] <= 5 else 1.02))

    monkeypatch.setattr(places, "cover", cover)
    ask = asking(Warehouse(warehouse.path))
    sought = places.Sought("grid", 6, 500, "cover", seconds=60)
    found, first = places.solved(ask, sought), places.solved(ask, replace(sought, seconds=5))
    assert found is not None
    assert first is not None
    assert [seconds for seconds, _ in asked] == [1, 5, 60]
    assert [known for _, known in asked][::2] == [(), first.chosen]
    assert found.value >= first.value
    assert found.gap == pytest.approx(first.gap) == pytest.approx(0.01)
    page = page_at(ask, stations="6", within="500")
    assert "5 秒内没有证明最优" in page.note
    (search,) = [each for each in page.controls if each.key == "choice-search"]
    assert [code for code, *_ in search.options] == ["5", "20", "60"]
    # Another question is searched shortly again.
    longer = page_at(ask, stations="6", within="500", search="60")
    others = [each for each in longer.controls if each.key != "choice-search"]
    told = [to for each in others for *_, to in each.options]
    assert not [to for to in told if isinstance(to, Choices) and "search" in dict(to.own)]


def test_what_is_proved_is_not_searched_longer(warehouse: Warehouse) -> None:
    ask = asking(warehouse)
    sought = places.Sought("grid", 5, 1000, "cover")
    assert places.solved(ask, sought) is places.solved(ask, replace(sought, seconds=60))
    assert "choice-search" not in {each.key for each in page_at(ask).controls}


def test_nobody_to_reach_is_a_sentence(warehouse: Warehouse) -> None:
    page = page_at(asking(warehouse, coverage_types=("committee",)))
    assert "没有可选址的居民" in head(page).state
    assert [each.key for each in page.figures] == ["siting-sites"]
    assert page.controls


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("aim", ["cover", "median"])
def test_every_figure_is_drawn_and_is_a_file(
    warehouse: Warehouse, checked_by_plotly: None, language: Language, aim: str
) -> None:
    ask = asking(warehouse, language)
    page = page_at(ask, aim=aim)
    keys = [each.key for each in page.figures]
    assert keys == ["siting-map", "siting-sites", "siting-curve", "siting-sure", "siting-towns"]
    for each in page.figures:
        assert figure_as_csv(ask, each)
        assert figure_as_xlsx(ask, each)


def test_own_points_of_an_address_are_the_only_candidates(warehouse: Warehouse) -> None:
    ask = asking(warehouse)
    best = places.outcome(ask, places.Sought("grid", 2, 1000, "cover"))
    assert best is not None
    points = best.located.sites.loc[[*best.siting.codes], ["lon", "lat"]].to_numpy().round(5)
    own = [places.Spot(name, *at) for name, at in zip(["甲~文化站", "乙@站"], points, strict=True)]
    written = "~".join(each.written for each in own)
    page = page_at(ask, sites=f"{written}~没有经纬度~丙@0.1,31.0")
    asked = places.sought(Choices(own=(("sites", written),)))
    here = places.here_for(ask, asked)
    assert here is not None
    added = here.sites[~here.setting.is_open]
    assert added["name_zh"].tolist() == ["甲 文化站", "乙 站"]
    assert (added[["lon", "lat"]].to_numpy() == points).all()
    assert "有 2 个候选点" in page.note
    assert "要建 5 个站，候选只有 2 个。" in page.note
    listed = figure_listing(ask, figure(page, "siting-sites")).rows
    assert set(listed["建站地点"]) == {"甲 文化站", "乙 站"}
    assert not figure(page, "siting-sites").opens_profile
    assert "甲 文化站" in str(figure(page, "siting-sure").drawing.body)
