"""Every combination that Explore offers is drawn, and every other is answered by a sentence."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from dashboard.language import Say
from dashboard.model.filters import default_filters
from dashboard.model.indicators import BY_CODE, BY_TOWN
from dashboard.ui import figures
from dashboard.ui.address import Address, read_address, with_choice
from dashboard.ui.assets import lay_out_assets
from dashboard.ui.context import Context
from dashboard.ui.measured import measured
from dashboard.views import explore
from dashboard.views.explore import choices, findings, months, pairs, places, tables
from dashboard.warehouse.grains import Grain
from dashboard.warehouse.store import Warehouse

TOWN, COMMUNITY = "310112112", "310112112-001"
NARROW: dict[str, dict[str, Any]] = {
    "all": {},
    "one town": {"town_codes": (TOWN,)},
    "one community": {"community_codes": (COMMUNITY,)},
    "few communities": {"is_home": True, "town_codes": (TOWN,)},
    "beds": {"tiers": ("bed",)},
}
OFFERED = [(view, grain) for view, grains in choices.GRAINS_OF.items() for grain in grains]

Shown = list[tuple[Any, ...]]


@pytest.fixture
def see(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., tuple[Context, Shown]]]:
    """Give a page's context and the list into which its figures go instead of a browser."""
    shown: Shown = []
    for module in (figures, months, pairs, places, tables):
        monkeypatch.setattr(
            module, "show_figure", lambda *given, **more: shown.append((*given, more))
        )

    def see(view, grain, *, indicator="reach", say="zh", **filters) -> tuple[Context, Shown]:
        address = Address(say, replace(default_filters(warehouse.months), **filters), indicator)
        address = with_choice(with_choice(address, choices.VIEW, view), choices.GRAIN, grain)
        address = with_choice(address, choices.SECOND, "occupancy_room")
        return Context(warehouse, address, Say(say), lay_out_assets()), shown

    yield see


@pytest.mark.parametrize("narrow", NARROW.values(), ids=NARROW)
@pytest.mark.parametrize(("view", "grain"), OFFERED)
def test_what_is_offered_is_drawn_with_its_finding(view, grain, narrow, see) -> None:
    for indicator in ("reach", "residents", "occupancy_bed"):
        for say in ("zh", "en"):
            context, shown = see(view, grain, indicator=indicator, say=say, **narrow)
            shown.clear()
            assert choices.why_not(context, view, grain) is None
            headline = findings.finding(context, view, grain)
            assert headline.state
            assert "nan" not in f"{headline.state}{headline.change}".split()
            codes = [tile.indicator.code for tile in findings.key_numbers(context, view, grain)]
            assert len(set(codes)) == len(codes) >= 3
            explore.SHOWN[view](context, grain)
            assert shown
            for _, _, drawing, caption, counted, _ in shown:
                json.dumps(drawing.as_dict(), allow_nan=False)
                assert caption.headline
                assert set(counted.parameters)


@pytest.mark.parametrize("view", choices.GRAINS_OF)
@pytest.mark.parametrize("grain", ["town", "community", "month", "district"])
def test_another_grain_is_answered_by_what_to_choose(view, grain, see) -> None:
    context, _ = see(view, grain)
    said = choices.why_not(context, view, grain)
    if grain in choices.GRAINS_OF[view]:
        assert said is None
        return
    assert said is not None
    names = choices.grain_names(context.say)
    assert all(f"“{names[each]}”" in said for each in choices.GRAINS_OF[view])


def test_what_is_not_counted_for_one_community_is_said(see) -> None:
    context, _ = see("distribution", "community", indicator="committee_coverage")
    said = choices.why_not(context, "distribution", "community")
    assert said is not None
    assert "“是”或“否”" in said


def test_one_indicator_is_not_compared_with_itself(see) -> None:
    context, _ = see("scatter", "town", indicator="occupancy_room")
    said = choices.why_not(context, "scatter", "town")
    assert said is not None
    assert "相同" in said


def test_an_indicator_of_an_unknown_query_is_there_by_town_only(see, monkeypatch) -> None:
    unknown = replace(BY_CODE["committee_coverage"], code="new", query="modes_by_town")
    monkeypatch.setitem(BY_CODE, "new", unknown)
    views: list[tuple[str, Grain]] = [("trend", "month"), ("multiples", "town"), ("table", "month")]
    for view, grain in views:
        context, _ = see(view, grain, indicator="new")
        said = choices.why_not(context, view, grain)
        assert said is not None
        assert "未逐月统计" in said
    context, _ = see("map", "town", indicator="new")
    assert choices.why_not(context, "map", "town") is None


def test_what_is_counted_by_month_but_not_by_town_and_month_leads_to_the_trend(see) -> None:
    context, _ = see("multiples", "town", indicator="closing_rate")
    said = choices.why_not(context, "multiples", "town")
    assert said is not None
    assert "趋势" in said
    assert choices.why_not(context, "trend", "month") is None


def test_no_named_project_is_ranked_on_a_sample(see) -> None:
    context, shown = see("ranking", "community", indicator="reach")
    explore.SHOWN["ranking"](context, "community")
    drawing = shown[-1][2]
    origins = context.communities["origin"]
    everyone = measured(context, BY_CODE["reach"], "community")
    assert everyone is not None
    assert (everyone.rows["key"].map(origins) == "published").any()
    ranked = [key for key, _ in drawing.keys]
    assert len(ranked) == 2 * places.MOST_BARS
    assert not any(origins[key] == "published" for key in ranked)


def test_every_choice_survives_the_address(warehouse: Warehouse) -> None:
    months = warehouse.months
    for choice in explore.CHOICES:
        for chosen in choice.allowed:
            address = with_choice(Address("zh", default_filters(months)), choice, chosen)
            read, notices = read_address(
                address.written(months),
                months=months,
                town_codes=warehouse.town_codes,
                choices=explore.CHOICES,
            )
            assert (read, notices) == (address, [])


def test_the_other_indicator_may_be_any() -> None:
    assert sorted(choices.SECOND.allowed) == sorted(each.code for each in BY_TOWN)
