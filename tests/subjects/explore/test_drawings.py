"""Scatter plots, distributions, small multiples and maps of two indicators are what they say."""

import itertools
import json
import re

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.contract.indicators import BY_CODE, measure
from dashboard.draw.maps import Ground
from dashboard.draw.theme import INK, NO_DATA
from dashboard.language import Say
from dashboard.subjects.explore.bivariate import FILLS, bivariate_map
from dashboard.subjects.explore.distribution import MOST_BINS, bins, distribution
from dashboard.subjects.explore.multiples import multiples
from dashboard.subjects.explore.scatter import scatter
from tests.draw.test_maps import contrast

ZH, EN = Say("zh"), Say("en")
REACH, OCCUPANCY, RESIDENTS = BY_CODE["reach"], BY_CODE["occupancy_room"], BY_CODE["residents"]
TOWNS = {"t1": "Pujiang", "t2": "Maqiao", "t3": "Qibao"}
HAN = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")


# Scatter ---------------------------------------------------------------------------------


def pairs(**changes):
    rows = pd.DataFrame(
        {
            "key": ["a", "b", "c", "d"],
            "name": ["A", "B", "C", "D"],
            "x": [90.0, 95.0, 80.0, None],
            "y": [10.0, 20.0, 30.0, 40.0],
            "named": [False, True, False, True],
            "residents": [100.0, 400.0, None, 5.0],
        }
    )
    return rows.assign(**changes)


def test_points_carry_keys_and_names_and_only_the_named_are_written():
    drawing = scatter(pairs().drop(columns="residents"), OCCUPANCY, REACH, ZH)
    (points,) = drawing.body["data"]
    assert points["customdata"] == ["a", "b", "c"]
    assert points["text"] == ["", "B", ""]
    assert points["meta"]["names"] == ["A", "B", "C"]
    assert points["hovertext"][0] == "A<br>“一间房”入住率 90.0%<br>活动参与率 10.0%"
    assert [key for key, _ in drawing.keys] == ["a", "b", "c"]


def test_the_largest_are_drawn_first_and_areas_go_with_residents():
    (points,) = scatter(pairs(), OCCUPANCY, REACH, ZH).body["data"]
    assert points["customdata"] == ["b", "a", "c"]
    largest, quarter, unknown = points["marker"]["size"]
    assert quarter == pytest.approx(largest / 4)
    assert 0 < unknown < quarter
    assert "400 人" in points["hovertext"][0]


def test_medians_are_lines():
    shapes = scatter(pairs(), OCCUPANCY, REACH, ZH).body["layout"]["shapes"]
    assert [shapes[0]["x0"], shapes[1]["y0"]] == [90, 20]


def test_the_marked_stand_out_by_name():
    points, mark = scatter(pairs(), OCCUPANCY, REACH, ZH, marked=("a", "d")).body["data"]
    assert mark["text"] == ["<b>A</b>"]
    assert points["meta"]["names"] == ["B", "", "C"]
    assert (mark["x"], mark["y"]) == ([90], [10])
    assert "customdata" not in mark
    assert len(points["x"]) == 3


def test_scatter_of_nothing_is_a_sentence():
    assert scatter(pairs(x=None), OCCUPANCY, REACH, ZH).empty


# Distribution ----------------------------------------------------------------------------


def communities(values, town="t1"):
    rows = pd.DataFrame(
        {
            "key": [f"{town}-{number}" for number in range(len(values))],
            "name": [f"C{number}" for number in range(len(values))],
            "town_code": town,
            "resident_count": values,
        }
    )
    return measure(rows, RESIDENTS)


def test_histogram_holds_every_community_and_strips_go_by_median():
    rows = pd.concat([communities([1, 2, 3]), communities([50, 60, None], "t2")])
    drawing = distribution(rows, RESIDENTS, ZH, towns=TOWNS)
    bars, points, medians = drawing.body["data"]
    assert sum(bars["y"]) == 5
    assert medians["x"] == [55, 2]
    assert drawing.body["layout"]["yaxis"]["ticktext"] == ["Maqiao", "Pujiang"]
    strips = dict(zip(points["customdata"], points["y"], strict=True))
    assert {key: round(place) for key, place in strips.items()} == {
        "t2-0": 0, "t2-1": 0, "t1-0": 1, "t1-1": 1, "t1-2": 1
    }  # fmt: skip
    assert "中位数 3人" in drawing.body["layout"]["annotations"][0]["text"]


def test_points_stay_where_they_are():
    rows = communities([5, 6, 7])
    (first, second) = (
        distribution(rows.sample(frac=1, random_state=seed), RESIDENTS, ZH, towns=TOWNS)
        for seed in (1, 2)
    )
    assert first == second


def test_the_marked_community_stands_on_its_own_point():
    drawing = distribution(communities([5, 6, 7]), RESIDENTS, ZH, towns=TOWNS, marked=("t1-1",))
    _, points, _, mark = drawing.body["data"]
    at = points["customdata"].index("t1-1")
    assert (mark["x"], mark["y"]) == ([points["x"][at]], [points["y"][at]])


# Shares of counts below a million: nothing differs by less.
_RATES = st.floats(0, 1e5).map(lambda value: round(value, 6))


@settings(deadline=None)
@given(st.lists(_RATES | st.integers(0, 100), min_size=1, max_size=60))
def test_bins_hold_every_value_once(numbers):
    step, edges, counts = bins(pd.Series(numbers, dtype="float64"))
    assert sum(counts) == len(numbers)
    assert edges[0] <= min(numbers) + step * 1e-6
    assert edges[-1] + step >= max(numbers) - step * 1e-6
    assert len(edges) <= MOST_BINS + 2
    assert np.allclose(np.diff(edges), step)
    for edge, count in zip(edges[:-1], counts[:-1], strict=True):
        near = step * 1e-6
        inside = sum(edge + near < number < edge + step - near for number in numbers)
        touching = sum(edge - near <= number <= edge + step + near for number in numbers)
        assert inside <= count <= touching


def test_all_of_one_value_are_one_bin():
    assert bins(pd.Series([100.0, 100.0])) == (1, [100], [2])
    assert bins(pd.Series([95.0, 100.0]))[1][-1] < 100


def test_one_value_far_off_does_not_put_the_others_into_one_bin():
    _, _, counts = bins(pd.Series([*np.linspace(0, 5, 200), 64]))
    assert max(counts) < 60


def test_distribution_of_nothing_is_a_sentence():
    assert distribution(communities([None]), RESIDENTS, ZH, towns=TOWNS).empty


# Small multiples -------------------------------------------------------------------------


def by_month(**values):
    return pd.DataFrame(
        [
            {"key": key, "name": TOWNS[key], "month": month, "value": value}
            for key, series in values.items()
            for month, value in zip(
                pd.date_range("2025-01-01", periods=len(series), freq="MS"), series, strict=True
            )
        ]
    )


MONTHS = by_month(t1=[10.0, 12.0], t2=[30.0, 40.0], t3=[20.0, None])
DISTRICT = by_month(t1=[15.0, 16.0])


def test_each_town_has_its_chart_the_highest_first():
    drawing = multiples(MONTHS, None, REACH, ZH)
    assert [trace["customdata"][0] for trace in drawing.body["data"]] == ["t2", "t3", "t1"]
    assert [key for key, _ in drawing.keys] == ["t2", "t3", "t1"]
    texts = [each["text"] for each in drawing.body["layout"]["annotations"]]
    assert texts == ["Maqiao <b>40.0</b>", "Qibao <b>20.0</b>", "Pujiang <b>12.0</b>"]


def test_charts_share_their_axes_and_lie_apart():
    layout = multiples(MONTHS, None, REACH, ZH).body["layout"]
    ranges = [layout[name]["range"] for name in ("yaxis", "yaxis2", "yaxis3")]
    assert ranges[0] == ranges[1] == ranges[2]
    assert ranges[0][0] <= 10
    assert ranges[0][1] >= 40
    spans = [layout[name]["range"] for name in ("xaxis", "xaxis2", "xaxis3")]
    assert spans == [["2025-01", "2025-02"]] * 3
    ends = [layout[name]["domain"] for name in ("xaxis", "xaxis2", "xaxis3")]
    assert all(one[1] < other[0] for one, other in itertools.pairwise(ends))


def test_district_is_behind_each_and_can_not_be_chosen():
    data = multiples(MONTHS, DISTRICT, REACH, ZH).body["data"]
    assert len(data) == 6
    assert [trace["y"] for trace in data[::2]] == [[15, 16]] * 3
    assert not any("customdata" in trace for trace in data[::2])
    assert {trace["xaxis"] for trace in data[:2]} == {"x"}


def test_multiples_of_nothing_are_a_sentence():
    assert multiples(by_month(t1=[None]), None, REACH, ZH).empty


# Map of two indicators -------------------------------------------------------------------


def two(**changes):
    rows = pd.DataFrame(
        {
            "key": ["t1", "t2"],
            "name": ["Pujiang", "Maqiao"],
            "x": [90.0, 95.0],
            "y": [10.0, 40.0],
            "x_third": [0, 2],
            "y_third": [1, 0],
        }
    )
    return rows.assign(**changes)


def mapped(rows, say=ZH):
    return bivariate_map(rows, OCCUPANCY, REACH, say, Ground(TOWNS, "towns.json"))


def test_a_town_takes_the_colour_of_its_two_thirds():
    regions = mapped(two()).body["regions"]
    assert regions["t1"]["fill"] == FILLS[1][0]
    assert regions["t2"]["fill"] == FILLS[0][2]
    assert regions["t3"]["fill"] == NO_DATA
    assert regions["t1"]["hover"] == "Pujiang\n“一间房”入住率 90.0% · 低\n活动参与率 10.0% · 中"


def test_legend_is_a_grid_with_both_axes_named():
    legend = mapped(two()).body["legend"]
    assert legend["grid"] == [list(row) for row in FILLS]
    assert (legend["x"], legend["y"]) == ("“一间房”入住率", "活动参与率")


def test_map_of_two_of_nothing_is_a_sentence():
    assert mapped(two(y=None)).empty


# Machado, Oliveira and Fernandes (2009), full strength.
SEEN = {
    "usual": np.eye(3),
    "protan": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deutan": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritan": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}


def lab(colour, eye):
    """Give CIE L*a*b* of a colour as an eye sees it."""
    parts = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    to_xyz = np.array(
        [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    )
    ratio = to_xyz @ np.clip(SEEN[eye] @ linear, 0, 1) / np.array([0.9505, 1, 1.089])
    root = np.where(ratio > 0.008856, np.cbrt(ratio), 7.787 * ratio + 16 / 116)
    return np.array([116 * root[1] - 16, 500 * (root[0] - root[1]), 200 * (root[1] - root[2])])


@pytest.mark.parametrize("eye", SEEN)
def test_colours_of_two_differ_for_every_eye(eye):
    seen = [lab(fill, eye) for row in FILLS for fill in row]
    nearest = min(np.linalg.norm(one - two) for one, two in itertools.combinations(seen, 2))
    assert nearest >= 23


def test_ink_stands_out_on_every_colour_of_two():
    for fill in itertools.chain(*FILLS):
        assert max(contrast(fill, "#FFFFFF"), contrast(fill, INK)) >= 4.5


def test_plotly_takes_every_plot():
    """They are given as plain values, so that plotly has not looked through them."""
    for drawing in (
        scatter(pairs(), OCCUPANCY, REACH, ZH, marked=("a",)),
        distribution(communities([1, 2, 30]), RESIDENTS, ZH, towns=TOWNS, marked=("t1-0",)),
        multiples(MONTHS, DISTRICT, REACH, ZH),
    ):
        go.Figure(drawing.body["data"], drawing.body["layout"])


def test_drawings_are_plain_json_and_english_has_no_chinese():
    for drawing in (
        scatter(pairs(), OCCUPANCY, REACH, EN, marked=("a",)),
        distribution(communities([1, 2, 30]), RESIDENTS, EN, towns=TOWNS),
        multiples(MONTHS, DISTRICT, REACH, EN),
        mapped(two(), EN),
    ):
        assert not HAN.search(json.dumps(drawing.as_dict(), allow_nan=False, ensure_ascii=False))
