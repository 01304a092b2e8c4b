"""The housing charts: every community a dot, every tier a line, faults and gaps not drawn."""

import json
import re

import pandas as pd
import pytest

from dashboard.contract.indicators import BY_CODE, measure
from dashboard.draw.theme import BLUE, BLUE_PALE, RED
from dashboard.draw.tiers import tier_lines
from dashboard.insight.occupancy import occupancies
from dashboard.language import Say
from dashboard.subjects.housing.drawings import dots, fill_curves, spread_ranking, supply

ZH, EN = Say("zh"), Say("en")
CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
ROOMS, TURNOVER = BY_CODE["occupancy_room"], BY_CODE["turnover"]
MARKED = pd.Timestamp("2025-02-01")
NAMES = {"flat": "Flat", "room": "Room", "bed": "Bed"}


def rooms(*pairs) -> pd.DataFrame:
    """Measure communities a, b, c … from let and available rooms."""
    rows = pd.DataFrame(pairs, columns=["let_count", "available_count"]).assign(tier="room")
    keys = [chr(ord("a") + number) for number in range(len(rows))]
    return measure(rows, ROOMS).assign(key=keys, name=[f"Place {key}" for key in keys])


def places() -> pd.DataFrame:
    return rooms((9, 10), (5, 10), (7, 10)).assign(
        lower=[80.0, None, 60.0],
        middle=[88.0, None, 66.0],
        upper=[95.0, None, 75.0],
        behind=[9, 2, 5],
    )


def months() -> pd.DataFrame:
    rows = pd.DataFrame(
        {
            "month": pd.to_datetime(["2025-01-01", "2025-02-01"] * 2),
            "tier": ["bed", "bed", "room", "room"],
            "let_count": [5, 6, 9, 12],
            "available_count": [10, 10, 10, 10],
        }
    )
    return occupancies(rows)


CURVE = pd.DataFrame(
    {
        "age": [0, 1],
        "low": [10.0, 30.0],
        "median": [20.0, 50.0],
        "high": [30.0, 60.0],
        "count": [9, 7],
    }
)
NONE_OWN = pd.DataFrame({"name": [], "age": [], "value": []})
OWN = pd.DataFrame({"name": ["Own"] * 2, "age": [1, 0], "value": [44.0, 11.0]})
SUPPLY = pd.DataFrame(
    {"month": pd.to_datetime(["2025-01-01", "2025-02-01"]), "supply_count": [90, 120]}
)
TARGETS = pd.DataFrame(
    {
        "due_on": pd.to_datetime(["2024-12-31"] * 2),
        "target_count": [100, 150],
        "label": ["Plan 100", "Aim 150"],
    }
)

DRAWN = {
    "tier lines": lambda say: tier_lines(months(), say, marked=MARKED),
    "dots": lambda say: dots(rooms((9, 10), (5, 10)), ROOMS, say, bar=80),
    "spread": lambda say: spread_ranking(places(), ROOMS, say, district=70.0),
    "fill curves": lambda say: fill_curves(CURVE, OWN, say),
    "supply": lambda say: supply(SUPPLY, TARGETS, say, marked=MARKED),
}
EMPTY = {
    "tier lines": lambda say: tier_lines(months().head(0), say, marked=MARKED),
    "dots": lambda say: dots(rooms((0, 0)), ROOMS, say),
    "spread": lambda say: spread_ranking(places().head(0), ROOMS, say),
    "fill curves": lambda say: fill_curves(CURVE.head(0), NONE_OWN, say),
    "supply": lambda say: supply(SUPPLY.head(0), TARGETS, say, marked=MARKED),
}


@pytest.mark.parametrize("draw", DRAWN.values(), ids=DRAWN)
def test_chart_is_plain_json_with_words_in_one_language(draw):
    drawing = draw(EN)
    text = json.dumps(drawing.as_dict(), allow_nan=False, ensure_ascii=False)
    assert not CHINESE.search(re.sub(r"'Noto[^\"]*", "", text))
    assert CHINESE.search(draw(ZH).alt)
    assert drawing.body["data"]


@pytest.mark.parametrize("draw", EMPTY.values(), ids=EMPTY)
def test_nothing_to_draw_is_said(draw):
    assert draw(EN).empty
    assert not draw(EN).body


def test_a_tier_is_a_line_and_a_fault_is_not_drawn():
    traces = DRAWN["tier lines"](EN).body["data"]
    assert {trace["name"]: trace["y"] for trace in traces} == {
        "Bed 60.0%": [50, 60],
        "Room": [90],
    }


def test_dots_stack_and_stand_out_below_the_bar():
    drawing = dots(rooms((50, 100), (50, 100), (95, 100)), ROOMS, EN, bar=80)
    (points,) = drawing.body["data"]
    assert points["customdata"] == ["a", "b", "c"]
    assert points["y"] == [0.5, 1.5, 0.5]
    assert points["x"][0] == points["x"][1]
    assert points["marker"]["color"] == [BLUE, BLUE, BLUE_PALE]
    assert [line["x0"] for line in drawing.body["layout"]["shapes"]] == [50, 80]
    assert [key for key, _ in drawing.keys] == ["a", "b", "c"]


@pytest.mark.parametrize("largest", [1, 7, 90, 4000])
def test_dots_stand_near_their_values_in_few_columns(largest):
    values = [largest * share / 300 for share in range(301)]
    rows = pd.DataFrame({"value": values, "key": [f"{number:03}" for number in range(301)]})
    rows = rows.assign(name="n", numerator=1.0, denominator=1.0, low=None, high=None)
    (points,) = dots(rows, TURNOVER, EN).body["data"]
    assert len(set(points["x"])) <= 101
    near = max(abs(x - value) for x, value in zip(points["x"], values, strict=True))
    assert near <= largest / 40


def test_places_are_ranked_with_the_middle_half_of_their_communities():
    drawing = DRAWN["spread"](EN)
    lines, district, medians, points, values = drawing.body["data"]
    assert (medians["x"], medians["y"]) == ([88, 66], [0, 1])
    assert district["x"][0] == district["x"][1]
    assert drawing.body["rows"] == points["customdata"] == ["a", "c", "b"]
    assert points["x"] == [90, 70, 50]
    assert lines["x"] == [80, 95, None, 60, 75, None, 50, 50, None]
    assert values["text"] == ["90.0%", "70.0%", "50.0%"]
    assert "half of them between 80.0 and 95.0%" in drawing.keys[0][1]
    assert "half" not in drawing.keys[2][1]


def test_ranking_without_a_district_has_no_line():
    drawing = spread_ranking(places(), ROOMS, EN)
    assert len(drawing.body["data"]) == 4
    assert drawing.body["layout"]["annotations"] == []


def test_fill_curve_shows_how_many_are_behind_and_whom_one_chose():
    band, line, behind, own = DRAWN["fill curves"](EN).body["data"]
    assert line["y"] == [20, 50]
    assert band["y"] == [30, 60, 30, 10]
    assert behind["y"] == [9, 7]
    assert (own["x"], own["y"]) == ([0, 1], [11, 44])
    assert own["line"]["color"] == RED
    assert len(fill_curves(CURVE, NONE_OWN, EN).body["data"]) == 3


def test_supply_starts_at_nought_and_shows_targets_when_due():
    body = DRAWN["supply"](EN).body
    line, due = body["data"]
    assert line["x"] == ["2025-01-31", "2025-02-28"]
    assert due["x"] == ["2024-12-31"] * 2
    assert body["layout"]["yaxis"]["range"][0] == 0
    assert body["layout"]["yaxis"]["range"][1] > 150
    first, last = body["layout"]["xaxis"]["range"]
    assert first <= "2024-12-31"
    assert last > "2025-02-28"
