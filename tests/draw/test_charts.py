"""A chart is a drawing of plain values that can be read without a browser."""

import json
import re
from dataclasses import replace
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import pytest

from dashboard.contract.indicators import BY_CODE, measure
from dashboard.draw import parts
from dashboard.draw.charts import hover_texts, ranking, trend
from dashboard.draw.drawing import Drawing
from dashboard.draw.theme import BLUE, BLUE_MIDDLE, BLUE_PALE, CATEGORIES, RED
from dashboard.language import Say
from dashboard.subjects.coverage.drawings import gaps, shares, stacked_months

ZH, EN = Say("zh"), Say("en")
CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
# As if it were of a sample: to be drawn with intervals.
COVERAGE = replace(BY_CODE["committee_coverage"], uncertainty="binomial")
RESIDENTS = BY_CODE["residents"]
MISSING = float("nan")
DISTRICT = 50.0
MARKED = pd.Timestamp("2025-02-01")


def towns(*pairs, names=("Pujiang", "Maqiao", "Qibao", "Huacao")) -> pd.DataFrame:
    """Measure the coverage of towns with keys a, b, c … from covered and all communities."""
    rows = pd.DataFrame(pairs, columns=["committee_community_count", COVERAGE.denominator])
    rows = rows.assign(key=list("abcd")[: len(rows)], name=list(names[: len(rows)]))
    return measure(rows, COVERAGE)


THREE = towns((10, 40), (45, 50), (15, 30))


def months(*pairs) -> pd.DataFrame:
    days = pd.date_range("2025-01-01", periods=len(pairs), freq="MS")
    return towns(*pairs).assign(month=days)


def gap_bars(rows, say=ZH) -> Drawing:
    rows = rows.dropna(subset=["value"])
    return gaps(rows.assign(gap=rows["numerator"] - rows["denominator"] / 2), COVERAGE, say)


def mode_shares(**changes) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "name": ["Mode 1", "Grid"],
            "community_share": [40.0, 60.0],
            "resident_share": [30.0, 70.0],
            "community_count": [4, 6],
            "resident_count": [300, 700],
            **changes,
        }
    )


KINDS = {"grid": {"2025-01": 9, "2025-02": 8}, "1": {"2025-01": 1, "2025-02": 2}}
KIND_NAMES = {"1": "Mode 1", "2": "Mode 2", "grid": "Grid"}

DRAWN = {
    "ranking": lambda say: ranking(THREE, COVERAGE, say, district=DISTRICT),
    "ranking of counts": lambda say: ranking(
        measure(THREE.assign(resident_count=[1, 12_000, 3]), RESIDENTS),
        RESIDENTS,
        say,
        district=None,
    ),
    "trend": lambda say: trend(months((1, 4), (2, 4), (3, 4)), COVERAGE, say, marked=MARKED),
    "shares": lambda say: shares(mode_shares(), say),
    "stacked months": lambda say: stacked_months(KINDS, KIND_NAMES, say),
    "gaps": lambda say: gap_bars(THREE, say),
}
EMPTY = {
    "ranking": lambda say: ranking(THREE.head(0), COVERAGE, say, district=None),
    "ranking of missing values": lambda say: ranking(towns((0, 0)), COVERAGE, say, district=None),
    "trend": lambda say: trend(months((1, 2)).head(0), COVERAGE, say, marked=MARKED),
    "trend of missing values": lambda say: trend(months((0, 0)), COVERAGE, say, marked=MARKED),
    "shares": lambda say: shares(mode_shares().head(0), say),
    "stacked months": lambda say: stacked_months({}, KIND_NAMES, say),
    "gaps": lambda say: gap_bars(THREE.head(0), say),
}
each_drawn = pytest.mark.parametrize("draw", DRAWN.values(), ids=DRAWN)
each_empty = pytest.mark.parametrize("draw", EMPTY.values(), ids=EMPTY)
each_language = pytest.mark.parametrize("say", [ZH, EN], ids=["zh", "en"])


def as_json(drawing: Drawing) -> str:
    return json.dumps(drawing.as_dict(), allow_nan=False, ensure_ascii=False)


def traces(drawing: Drawing, kind: str) -> list[dict[str, Any]]:
    return [trace for trace in drawing.body["data"] if trace["type"] == kind]


def lines(drawing: Drawing) -> list[dict[str, Any]]:
    """Give the lines but for the intervals inside bars, which are white."""
    drawn = [trace for trace in traces(drawing, "scatter") if trace["mode"] == "lines"]
    return [trace for trace in drawn if trace["line"].get("color") != "#FFFFFF"]


# Every chart ------------------------------------------------------------------------------


@each_drawn
@each_language
def test_chart_has_something_to_draw_and_says_what(draw, say):
    drawing = draw(say)
    assert drawing.kind == "plot"
    assert drawing.empty is None
    assert drawing.alt
    assert drawing.body["data"]


@each_drawn
def test_chart_is_plain_json(draw):
    assert "NaN" not in as_json(draw(ZH))


@each_drawn
def test_chart_carries_no_template(draw):
    assert "template" not in draw(ZH).body["layout"]


@each_drawn
def test_english_chart_has_no_chinese_in_it(draw):
    drawing = draw(EN)
    drawing.body["layout"].pop("font")
    assert not CHINESE.search(as_json(drawing))


@each_empty
@each_language
def test_chart_of_nothing_is_a_sentence(draw, say):
    drawing = draw(say)
    assert drawing.empty == drawing.alt == say("所选范围内没有数据。")
    assert (drawing.body, drawing.keys) == ({}, ())
    assert drawing.height


@pytest.mark.parametrize(
    "rows", [towns((1, 2)), towns((0, 5)), towns((5, 5)), towns((1, 2), (1, 2))]
)
def test_one_or_equal_values_are_drawn(rows):
    as_json(ranking(rows, COVERAGE, ZH, district=DISTRICT))
    as_json(gap_bars(rows))
    as_json(trend(rows.assign(month=MARKED), COVERAGE, ZH, marked=MARKED))


# Hover ------------------------------------------------------------------------------------


def test_hover_says_value_division_and_interval():
    (text,) = hover_texts(towns((81, 263)), COVERAGE, ZH)
    assert text == "Pujiang 30.8%\n81 ÷ 263\n95% 区间 25.5–36.6%"


def test_hover_of_a_count_is_one_line():
    rows = measure(THREE.assign(resident_count=12_000), RESIDENTS)
    assert hover_texts(rows, RESIDENTS, ZH)[0] == "Pujiang 1.20万人"


# Ranking ----------------------------------------------------------------------------------


def ranked(rows=THREE, district=DISTRICT) -> Drawing:
    return ranking(rows, COVERAGE, ZH, district=district)


def test_ranking_goes_from_high_to_low():
    drawing = ranked()
    assert drawing.body["rows"] == ["b", "c", "a"]
    assert traces(drawing, "bar")[0]["x"] == [90, 50, 25]
    assert traces(drawing, "bar")[0]["customdata"] == ["b", "c", "a"]


def test_the_interval_is_white_inside_the_dark_bars_only():
    drawing = ranked()
    bars, whites = drawing.body["data"][:2]
    dark = [at for at, colour in enumerate(bars["marker"]["color"]) if colour == BLUE]
    assert 0 < len(dark) < 3
    assert list(whites["y"][::3]) == dark
    assert list(whites["x"][1::3]) == [bars["x"][at] for at in dark]
    assert whites["line"]["color"] == "#FFFFFF"


def test_values_stand_in_one_column_beyond_every_mark():
    drawing = ranked()
    (values,) = [each for each in traces(drawing, "scatter") if each.get("mode") == "text"]
    assert len(set(values["x"])) == 1
    assert values["textposition"] == "middle left"
    bars = traces(drawing, "bar")[0]
    ends = [x + up for x, up in zip(bars["x"], bars["error_x"]["array"], strict=True)]
    assert max(ends) * 1.15 < values["x"][0] == drawing.body["layout"]["xaxis"]["range"][1]


def test_longer_values_get_more_room():
    few, many = (parts.with_room(100, texts) for texts in (["5.0%"], ["3.7 场/千人·月"]))
    assert 100 < few < many


def test_equal_values_stand_in_order_of_their_keys():
    assert ranked(towns((1, 2), (2, 4), (3, 6)).iloc[::-1]).body["rows"] == ["a", "b", "c"]


def test_keys_are_spoken_in_the_order_of_the_bars():
    keys = ranked().keys
    assert [key for key, _ in keys] == ["b", "c", "a"]
    assert keys[0][1] == "Maqiao 90.0%，45 ÷ 50，95% 区间 78.6–95.7%"


def test_places_without_a_value_are_left_out():
    assert ranked(towns((1, 2), (0, 0), (1, 4))).body["rows"] == ["a", "c"]


def test_a_bar_written_as_the_district_is_not_below_it():
    rows = towns((4996, 10_000), (4994, 10_000))
    assert traces(ranked(rows), "bar")[0]["marker"]["color"] == [BLUE, BLUE_PALE]


def test_bars_below_the_district_are_paler():
    assert traces(ranked(), "bar")[0]["marker"]["color"] == [BLUE, BLUE, BLUE_PALE]


def test_names_stand_at_their_bars():
    axis = ranked().body["layout"]["yaxis"]
    assert axis["tickvals"] == traces(ranked(), "bar")[0]["y"] == [0, 1, 2]
    assert axis["ticktext"] == ["Maqiao", "Qibao", "Pujiang"]


def test_district_is_a_line_with_its_value():
    drawing = ranked(district=48.3)
    *_, texts = traces(drawing, "scatter")
    (line,) = lines(drawing)
    assert line["x"] == [48.3, 48.3]
    assert drawing.body["data"].index(line) < drawing.body["data"].index(texts)
    assert drawing.body["layout"]["annotations"][0]["text"] == "全区 48.3%"


@pytest.mark.parametrize("district", [None, MISSING])
def test_without_a_district_value_there_is_no_line(district):
    assert not lines(ranked(district=district))


def test_without_a_district_no_bar_is_paler():
    assert set(traces(ranked(district=None), "bar")[0]["marker"]["color"]) == {BLUE}


def test_error_bars_span_the_interval():
    bars = traces(ranked(), "bar")[0]
    errors, first = bars["error_x"], THREE.iloc[1]
    assert errors["visible"] is True
    assert bars["x"][0] + errors["array"][0] == pytest.approx(first["high"])
    assert bars["x"][0] - errors["arrayminus"][0] == pytest.approx(first["low"])


def test_counts_have_no_error_bars():
    assert traces(DRAWN["ranking of counts"](ZH), "bar")[0]["error_x"]["visible"] is False


def test_bars_are_labelled_as_values_are_written():
    labels = traces(DRAWN["ranking of counts"](ZH), "scatter")[0]["text"]
    assert labels == ["1.20万人", "3人", "1人"]


def test_axis_starts_at_zero_and_holds_every_interval():
    low, high = ranked().body["layout"]["xaxis"]["range"]
    assert low == 0
    assert high > THREE["high"].max()


def test_alt_tells_how_far_apart_places_are_and_holds_none_up():
    assert ranked().alt == "居村治理覆盖率排列图：3 处，从 90.0% 到 25.0%。"


def test_a_share_over_100_is_drawn_without_an_interval():
    errors = traces(ranked(towns((21, 20), (1, 2))), "bar")[0]["error_x"]
    assert errors["array"][0] is None
    assert errors["array"][1] > 0


# Trend ------------------------------------------------------------------------------------


def test_trend_marks_the_end_month_in_red():
    marker = traces(DRAWN["trend"](ZH), "scatter")[-1]
    assert marker["x"] == ["2025-02"]
    assert marker["y"] == [50]
    assert marker["text"] == ["50.0%"]
    assert marker["marker"]["color"] == RED


def test_trend_without_the_marked_month_marks_nothing():
    drawing = trend(months((1, 4), (2, 4)), COVERAGE, ZH, marked=pd.Timestamp("2030-01-01"))
    assert len(traces(drawing, "scatter")) == 2


def test_trend_draws_its_interval_as_a_closed_band():
    rows = months((1, 4), (2, 4))
    band = traces(trend(rows, COVERAGE, ZH, marked=MARKED), "scatter")[0]
    assert band["fill"] == "toself"
    assert band["x"] == ["2025-01", "2025-02", "2025-02", "2025-01"]
    assert band["y"] == pytest.approx([*rows["high"], *rows["low"][::-1]])


def test_trend_of_counts_has_no_band_and_no_percent():
    rows = measure(months((1, 4), (2, 4)).assign(resident_count=[1, 2]), RESIDENTS)
    drawing = trend(rows, RESIDENTS, ZH, marked=MARKED)
    assert not any(trace.get("fill") for trace in traces(drawing, "scatter"))
    assert drawing.body["layout"]["yaxis"]["ticksuffix"] == ""


def test_trend_says_where_it_starts_and_ends():
    assert DRAWN["trend"](ZH).alt == ("居村治理覆盖率月度折线图：2025-01为25.0%，2025-03为75.0%。")


# Shares and stacks ------------------------------------------------------------------------


def test_shares_set_communities_beside_residents():
    communities, residents = traces(DRAWN["shares"](ZH), "bar")
    assert (communities["name"], communities["x"]) == ("占社区", [40, 60])
    assert (residents["name"], residents["x"]) == ("占居民", [30, 70])
    assert communities["text"] == ["40.0%", "60.0%"]


def test_shares_say_which_is_most():
    assert "Grid" in DRAWN["shares"](ZH).alt
    assert "60.0%" in DRAWN["shares"](ZH).alt


def test_all_shares_that_are_most_are_told_as_such():
    assert "最多为Grid，占社区 60.0%" in shares(mode_shares(), ZH).alt
    alike = mode_shares(community_count=[5, 5], community_share=[50.0, 50.0])
    assert "最多为Mode 1、Grid（并列），占社区 50.0%" in shares(alike, ZH).alt
    assert "Mode 1, Grid (tie)" in shares(alike, EN).alt


def test_a_missing_share_is_a_dash():
    drawing = shares(mode_shares(resident_share=[MISSING, MISSING]), ZH)
    assert traces(drawing, "bar")[1]["text"] == ["—", "—"]
    assert "nan" not in as_json(drawing)


def test_stack_has_a_bar_a_kind_in_the_given_order_and_colour():
    bars = traces(DRAWN["stacked months"](ZH), "bar")
    assert [bar["name"] for bar in bars] == ["Mode 1", "Grid"]
    assert [bar["marker"]["color"] for bar in bars] == [CATEGORIES[0], CATEGORIES[2]]
    assert bars[0]["x"] == ["2025-01", "2025-02"]
    assert bars[0]["y"] == [1, 2]


def test_stack_keeps_room_for_the_sum():
    assert DRAWN["stacked months"](ZH).body["layout"]["yaxis"]["range"] == [0, 10.5]


def test_there_are_colours_for_all_seven_kinds():
    assert len(set(CATEGORIES)) == len(CATEGORIES) >= 7


# Gaps ------------------------------------------------------------------------------------


def test_gaps_are_drawn_from_nought_to_either_side_largest_first():
    drawing = gap_bars(THREE)
    (bars,) = traces(drawing, "bar")
    assert bars["x"] == [20, 0, -10]
    assert bars["text"] == ["+20", "0", "−10"]
    assert bars["customdata"] == ["b", "c", "a"]
    assert drawing.alt.endswith("从 +20 到 −10。")
    assert [key for key, _ in drawing.keys] == ["b", "c", "a"]


# A ranking --------------------------------------------------------------------------------


def test_what_could_not_be_told_apart_looks_alike_in_a_ranking():
    rows = THREE.assign(verdict=["alike", "alike", "below"])
    (bars,) = traces(ranking(rows, COVERAGE, ZH, district=DISTRICT), "bar")
    assert bars["marker"]["color"] == [BLUE_MIDDLE, BLUE_PALE, BLUE_MIDDLE]


def test_a_ranking_is_a_figure_to_plotly_too():
    body = ranking(towns((10, 40), (0, 0), (15, 30)), COVERAGE, ZH, district=DISTRICT).body
    figure = go.Figure(body["data"], body["layout"])
    assert len(figure.data) == 4
    with pytest.raises(ValueError):
        go.Figure([{**body["data"][0], "orientation": "askew"}], body["layout"])


def test_one_month_alone_is_seen_and_has_one_tick() -> None:
    drawing = trend(months((1, 4)), COVERAGE, ZH, marked=pd.Timestamp("2030-01-01"))
    (line,) = [each for each in traces(drawing, "scatter") if "hovertext" in each]
    assert "markers" in line["mode"]
    assert drawing.body["layout"]["xaxis"]["dtick"] == "M1"
    dates = pd.date_range("2025-01-01", periods=12, freq="MS")
    year = pd.concat([months((1, 4))] * 12, ignore_index=True).assign(month=dates)
    many = trend(year, COVERAGE, ZH, marked=pd.Timestamp("2030-01-01"))
    assert "dtick" not in many.body["layout"]["xaxis"]
