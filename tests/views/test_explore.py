"""Every combination that Explore offers is drawn, and every other gives way to one that is."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from dashboard.asking.measured import measured
from dashboard.contract.filters import default_filters
from dashboard.contract.indicators import BY_CODE, BY_TOWN
from dashboard.language import Say
from dashboard.ui import figures
from dashboard.ui.address import Address, read_address, with_choice
from dashboard.ui.assets import lay_out_assets
from dashboard.ui.context import Context
from dashboard.views import explore
from dashboard.views.explore import choices, findings, months, pairs, places, tables
from dashboard.warehouse.store import Warehouse

TOWN, COMMUNITY = "310112112", "310112112-001"
NARROW: dict[str, dict[str, Any]] = {
    "all": {},
    "one town": {"town_codes": (TOWN,)},
    "one community": {"community_codes": (COMMUNITY,)},
    "few communities": {"is_home": True, "town_codes": ("310112501",)},
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
            assert choices.settled(context, view)[1] == ""
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
@pytest.mark.parametrize("grain", ["usual", "town", "community", "month", "district"])
@pytest.mark.parametrize("second", ["usual", "reach", "committee_coverage", "closing_rate"])
def test_every_address_leads_to_something_that_can_be_shown(view, grain, second, see) -> None:
    for each in BY_TOWN:
        context, _ = see(view, grain, indicator=each.code)
        context = replace(context, address=with_choice(context.address, choices.SECOND, second))
        shown, note = choices.settled(context, view)
        at = choices.chosen_grain(shown, view)
        indicators = choices.chosen_indicators(shown, view)
        assert at in choices.GRAINS_OF[view]
        assert all(choices.is_counted(one, view, at) for one in indicators)
        assert len(set(indicators)) == 1 + (view in choices.OF_TWO)
        unchanged = grain in ("usual", at) and indicators[0] == each
        unchanged &= view not in choices.OF_TWO or second in ("usual", indicators[1].code)
        assert (note == "") == unchanged
        assert choices.settled(shown, view) == (shown, "")


@pytest.mark.parametrize("view", choices.GRAINS_OF)
def test_what_a_view_says_it_can_show_is_counted(view, see) -> None:
    for each in choices.indicators_for(view):
        for grain in choices.grains_for(each, view):
            context, _ = see(view, grain, indicator=each.code)
            asked = "town_month" if view == "multiples" else grain
            assert grain == "district" or measured(context, each, asked) is not None


def test_a_grain_gives_way_to_the_usual_one(see) -> None:
    context, _ = see("map", "month")
    shown, note = choices.settled(context, "map")
    assert choices.chosen_grain(shown, "map") == "town"
    assert note == "地图不能按月看，改为“按街镇”。"


def test_what_is_not_counted_for_one_community_gives_way(see) -> None:
    context, _ = see("table", "community", indicator="committee_coverage")
    shown, note = choices.settled(context, "table")
    assert choices.chosen_grain(shown, "table") == "town"
    assert note == "单个社区的居村治理覆盖率只有“是”或“否”，改为“按街镇”。"
    context, _ = see("distribution", "community", indicator="committee_coverage")
    shown, note = choices.settled(context, "distribution")
    assert shown.address.indicator == "reach"
    assert note == "单个社区的居村治理覆盖率只有“是”或“否”，改看“活动参与率”。"


def test_one_indicator_is_not_compared_with_itself(see) -> None:
    context, _ = see("scatter", "town", indicator="occupancy_room")
    shown, note = choices.settled(context, "scatter")
    assert [each.code for each in choices.chosen_indicators(shown, "scatter")] == [
        "occupancy_room", "reach",
    ]  # fmt: skip
    assert note == "两个指标相同，改看“活动参与率”。"


def test_the_usual_other_indicator_is_another(see) -> None:
    context, _ = see("scatter", "town", indicator="reach")
    context = replace(context, address=with_choice(context.address, choices.SECOND, "usual"))
    assert choices.settled(context, "scatter")[1] == ""
    codes = [each.code for each in choices.chosen_indicators(context, "scatter")]
    assert codes == ["reach", "occupancy_room"]


def test_what_is_not_counted_by_town_and_month_is_not_offered_there(see) -> None:
    offered = [each.code for each in choices.indicators_for("multiples")]
    assert "service_breadth" not in offered
    assert {"committee_coverage", "turnover", "closing_rate"} < set(offered)
    context, _ = see("multiples", "town", indicator="service_breadth")
    assert "未按街镇逐月统计" in choices.settled(context, "multiples")[1]


@pytest.mark.parametrize(
    ("first", "queries"),
    [
        ("reach", ["participation_by_town", "occupancy_by_town"]),
        ("occupancy_bed", ["occupancy_by_town"]),
    ],
)
def test_two_indicators_come_with_the_queries_of_both(first, queries, see) -> None:
    context, shown = see("scatter", "town", indicator=first)
    explore.SHOWN["scatter"](context, "town")
    counted = shown[-1][4]
    assert [each.query for each in (counted, *counted.beside)] == queries


def test_no_named_project_is_ranked_on_a_sample(see) -> None:
    context, shown = see("ranking", "community", indicator="reach")
    explore.SHOWN["ranking"](context, "community")
    drawing = shown[-1][2]
    origins = context.communities["origin"]
    everyone = measured(context, BY_CODE["reach"], "community")
    assert everyone is not None
    assert not (everyone.rows["key"].map(origins) == "published").any()
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
    assert choices.SECOND.allowed == ("usual", *(each.code for each in BY_TOWN))


def test_of_equals_the_larger_are_shown_and_the_others_counted() -> None:
    rows = pd.DataFrame(
        {
            "key": [f"c{number:02}" for number in range(40)],
            "name": "",
            "value": [0.0] * 20 + list(range(1, 21)),
            "denominator": [float(number) for number in range(40)],
        }
    )
    shown = places._ends(rows, BY_CODE["overdue"])
    assert set(shown["key"].tail(10)) == {f"c{number}" for number in range(10, 20)}
    assert places._equals_left_out(rows, BY_CODE["overdue"]) == (0, 10)
    assert places._equals_left_out(rows.tail(15), BY_CODE["overdue"]) == (0, 0)
