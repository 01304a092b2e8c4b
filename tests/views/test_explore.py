"""Every combination that Explore offers is drawn, and every other gives way to one that is."""

import json
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from dashboard.asking.grains import Grain
from dashboard.asking.measured import measured
from dashboard.asking.questions import Asking
from dashboard.contract.filters import default_filters
from dashboard.contract.indicators import BY_CODE, BY_TOWN
from dashboard.contract.words import Language
from dashboard.figures.address import Address, read_address, with_choice
from dashboard.figures.page import Choices
from dashboard.language import Say
from dashboard.subjects.explore import choices, places
from dashboard.subjects.explore import page as explore
from dashboard.ui.assets import lay_out_assets
from dashboard.warehouse.store import Warehouse

ZH = Say("zh")
LANGUAGES: tuple[Language, ...] = ("zh", "en")
TOWN, COMMUNITY = "310112112", "310112112-001"
NARROW: dict[str, dict[str, Any]] = {
    "all": {},
    "one town": {"town_codes": (TOWN,)},
    "one community": {"community_codes": (COMMUNITY,)},
    "few communities": {"is_home": True, "town_codes": ("310112501",)},
    "beds": {"tiers": ("bed",)},
}
OFFERED = [(view, grain) for view, grains in choices.GRAINS_OF.items() for grain in grains]


def ask_for(warehouse: Warehouse, say: Language = "zh", **filters: Any) -> Asking:
    chosen = replace(default_filters(warehouse.months), **filters)
    return Asking(warehouse, Say(say), chosen, lay_out_assets().maps)


def chosen(view: str, grain: str, *, indicator: str = "reach", second: str = "usual") -> Choices:
    asked = Choices(indicator).with_own(choices.VIEW, view).with_own(choices.GRAIN, grain)
    return asked.with_own(choices.SECOND, second)


@pytest.mark.slow
@pytest.mark.parametrize("narrow", NARROW.values(), ids=NARROW)
@pytest.mark.parametrize(("view", "grain"), OFFERED)
def test_what_is_offered_is_drawn_with_its_finding(
    view: str, grain: str, narrow: dict[str, Any], warehouse: Warehouse
) -> None:
    for indicator in ("reach", "residents", "occupancy_bed"):
        for say in LANGUAGES:
            ask = ask_for(warehouse, say, **narrow)
            asked = chosen(view, grain, indicator=indicator, second="occupancy_room")
            page = explore.page(ask, asked)
            assert page.note == ""
            assert page.headline is not None
            assert page.headline.state
            assert "nan" not in f"{page.headline.state}{page.headline.change}".split()
            codes = [tile.indicator.code for tile in page.tiles]
            assert len(set(codes)) == len(codes) >= 3
            figures = list(page.figures)
            assert figures
            for figure in figures:
                json.dumps(figure.drawing.as_dict(), allow_nan=False)
                assert figure.caption.headline
                assert set(figure.counted.parameters)


@pytest.mark.parametrize("view", choices.GRAINS_OF)
@pytest.mark.parametrize("grain", ["usual", "town", "community", "month", "district"])
@pytest.mark.parametrize("second", ["usual", "reach", "committee_coverage", "closing_rate"])
def test_every_choice_leads_to_something_that_can_be_shown(
    view: str, grain: str, second: str
) -> None:
    for each in BY_TOWN:
        asked = chosen(view, grain, indicator=each.code, second=second)
        shown, note = choices.settled(asked, ZH)
        at = choices.chosen_grain(shown, view)
        indicators = choices.chosen_indicators(shown)
        assert at in choices.GRAINS_OF[view]
        assert all(choices.is_counted(one, view, at) for one in indicators)
        assert len(set(indicators)) == 1 + (view in choices.OF_TWO)
        unchanged = grain in ("usual", at) and indicators[0] == each
        unchanged &= view not in choices.OF_TWO or second in ("usual", indicators[1].code)
        assert (note == "") == unchanged
        assert choices.settled(shown, ZH) == (shown, "")


@pytest.mark.parametrize("view", choices.GRAINS_OF)
def test_what_a_view_says_it_can_show_is_counted(view: str, warehouse: Warehouse) -> None:
    ask = ask_for(warehouse)
    for each in choices.indicators_for(view):
        for grain in choices.grains_for(each, view):
            asked: Grain = "town_month" if view == "multiples" else grain
            assert grain == "district" or measured(ask, each, asked) is not None


def test_a_grain_gives_way_to_the_usual_one() -> None:
    shown, note = choices.settled(chosen("map", "month"), ZH)
    assert choices.chosen_grain(shown, "map") == "town"
    assert note == "地图不能按月看，改为“按街镇”。"


def test_what_is_not_counted_for_one_community_gives_way() -> None:
    shown, note = choices.settled(chosen("table", "community", indicator="committee_coverage"), ZH)
    assert choices.chosen_grain(shown, "table") == "town"
    assert note == "单个社区的居村治理覆盖率只有“是”或“否”，改为“按街镇”。"
    shown, note = choices.settled(
        chosen("distribution", "community", indicator="committee_coverage"), ZH
    )
    assert shown.indicator == "reach"
    assert note == "单个社区的居村治理覆盖率只有“是”或“否”，改看“活动参与率”。"


def test_one_indicator_is_not_compared_with_itself() -> None:
    asked = chosen("scatter", "town", indicator="occupancy_room", second="occupancy_room")
    shown, note = choices.settled(asked, ZH)
    assert [each.code for each in choices.chosen_indicators(shown)] == [
        "occupancy_room", "reach",
    ]  # fmt: skip
    assert note == "两个指标相同，改看“活动参与率”。"


def test_the_usual_other_indicator_is_another() -> None:
    asked = chosen("scatter", "town", indicator="reach")
    assert choices.settled(asked, ZH)[1] == ""
    codes = [each.code for each in choices.chosen_indicators(asked)]
    assert codes == ["reach", "occupancy_room"]


def test_what_is_not_counted_by_town_and_month_is_not_offered_there() -> None:
    offered = [each.code for each in choices.indicators_for("multiples")]
    assert "service_breadth" not in offered
    assert {"committee_coverage", "turnover", "closing_rate"} < set(offered)
    asked = chosen("multiples", "town", indicator="service_breadth")
    assert "未按街镇逐月统计" in choices.settled(asked, ZH)[1]


@pytest.mark.parametrize(
    ("first", "queries"),
    [
        ("reach", ["participation_by_town", "occupancy_by_town"]),
        ("occupancy_bed", ["occupancy_by_town"]),
    ],
)
def test_two_indicators_come_with_the_queries_of_both(
    first: str, queries: list[str], warehouse: Warehouse
) -> None:
    asked = chosen("scatter", "town", indicator=first, second="occupancy_room")
    (figure,) = explore.page(ask_for(warehouse), asked).figures
    counted = figure.counted
    assert [each.query for each in (counted, *counted.beside)] == queries


def test_no_named_project_is_ranked_on_a_sample(warehouse: Warehouse) -> None:
    ask = ask_for(warehouse)
    (figure,) = explore.page(ask, chosen("ranking", "community")).figures
    drawing = figure.drawing
    origins = ask.communities["origin"]
    everyone = measured(ask, BY_CODE["reach"], "community")
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
