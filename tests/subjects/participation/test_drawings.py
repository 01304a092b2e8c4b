"""The drawings of participation are plain values, in both languages, and bear what is missing."""

import json
from datetime import date
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import pytest

from dashboard.contract.festivals import festivals_between
from dashboard.contract.indicators import BY_CODE, measure
from dashboard.draw.theme import RED
from dashboard.insight.limits import Funnel
from dashboard.language import Say
from dashboard.subjects.participation.drawings import (
    calendar,
    categories,
    cohorts,
    lorenz,
    reach_funnel,
)
from dashboard.subjects.participation.reasoning import Cohort

ZH, EN = Say("zh"), Say("en")
REACH, ATTENDANCES = BY_CODE["reach"], BY_CODE["attendances"]


def plain(body: dict[str, Any]) -> dict[str, Any]:
    """Pass it through strict JSON, as the browser would, and hold it against plotly's schema."""
    read = json.loads(json.dumps(body, allow_nan=False))
    figure = go.Figure({"data": read["data"], "layout": {**read["layout"], "template": None}})
    checked = json.loads(figure.to_json(engine="json"))
    checked["layout"].pop("template", None)
    assert checked["layout"] == read["layout"]
    assert checked["data"] == read["data"]
    return read


KINDS = pd.DataFrame(
    {
        "key": ["talk", "sport"],
        "name": ["Talk", "Sport"],
        "participant_count": pd.array([30, pd.NA], "Float64"),
        "resident_month_count": [300.0, 300.0],
        "month_count": [3, 3],
        "attendance_count": pd.array([44, pd.NA], "Float64"),
    }
)


def test_categories_stand_side_by_side_in_one_order():
    panels = [(each, measure(KINDS, each)) for each in (REACH, ATTENDANCES)]
    body = plain(categories(panels, ZH).body)
    bars = [trace for trace in body["data"] if trace["type"] == "bar"]
    assert [trace["x"] for trace in bars] == [[30.0, None], [44.0, None]]
    assert len({trace.get("xaxis", "x") for trace in bars}) == 2
    assert body["layout"]["yaxis"]["ticktext"] == ["Talk", "Sport"]
    texts = [trace["text"] for trace in body["data"] if trace["type"] == "scatter"]
    assert texts == [[" 30.0", " —"], [" 44", " —"]]
    # Beside the longest bar there is room for the longest number, on a phone too.
    axes = [body["layout"][name] for name in ("xaxis", "xaxis2")]
    for axis, bar, text in zip(axes, bars, texts, strict=True):
        (low, high), most = axis["domain"], axis["range"][1]
        room = 200 * (high - low) * (1 - max(filter(None, bar["x"])) / most)
        assert room >= 7 * max(map(len, text)), (bar, room)
    assert axes[0]["domain"][1] <= axes[1]["domain"][0]
    assert categories([], ZH).empty


FIRST, LAST = date(2025, 1, 1), date(2025, 2, 28)
DAYS = pd.DataFrame(
    {
        "held_on": pd.to_datetime(["2025-01-02", "2025-01-29", "2025-02-28"]),
        "value": pd.array([10, 40, pd.NA], "Float64"),
    }
)


def drawn_calendar(say=ZH):
    drawing = calendar(DAYS, (FIRST, LAST), festivals_between(FIRST, LAST), say, unit="人次")
    return drawing, plain(drawing.body)


def test_calendar_puts_each_day_in_its_week():
    _, body = drawn_calendar()
    cells = body["data"][0]["z"]
    # 1 January 2025 is a Wednesday; nothing lies before it, and nothing was held on it.
    assert [cells[weekday][0] for weekday in range(7)] == [None, None, 0, 10, 0, 0, 0]
    assert cells[2][4] == 40
    assert cells[4][8] is None  # hidden
    assert cells[5][8] is None  # March
    assert sum(value == 0 for line in cells for value in line) == 59 - 3


def test_calendar_frames_the_festivals():
    _, body = drawn_calendar()
    frames = [(shape["x0"] + 0.5, shape["y0"] + 0.5) for shape in body["layout"]["shapes"]]
    assert frames == [(0, 2), (4, 2), (6, 2)]  # New Year's Day, Spring Festival, Lanterns
    assert {shape["line"]["color"] for shape in body["layout"]["shapes"]} == {RED}
    # Where not all have room, that of the busiest day has.
    assert [each["text"] for each in body["layout"]["annotations"]] == ["春节", "元旦", "元宵"]
    drawing, english = drawn_calendar(EN)
    assert english["layout"]["annotations"][0]["text"] == "Spring Festival"
    assert "2025-01-29" in drawing.alt


def test_calendar_names_the_year_below_its_first_month():
    _, body = drawn_calendar()
    assert body["layout"]["xaxis"]["ticktext"] == ["01<br>2025", "02"]


def test_calendar_of_nothing_says_so():
    assert calendar(DAYS.head(0), (FIRST, LAST), (), ZH, unit="人次").empty


def test_reach_funnel_offers_only_whom_it_marks():
    rows = pd.DataFrame(
        {
            "key": ["a", "b", "c"],
            "name": ["A", "B", "C"],
            "participant_count": [10, 40, 0],
            "resident_month_count": [100.0] * 3,
            "month_count": [1] * 3,
            "activity_count": [1, 1, 0],
            "is_low": [True, False, False],
            "is_without": [False, False, True],
        }
    )
    limits = Funnel(REACH, 0.3).limits(pd.Series([50.0, 100.0]))
    drawing = reach_funnel(measure(rows, REACH), limits, REACH, ZH, district=30.0)
    dots = plain(drawing.body)["data"][-1]
    assert dots["customdata"] == ["a", "b", "c"]
    assert dots["marker"]["color"][0] == dots["marker"]["color"][2] != dots["marker"]["color"][1]
    assert [key for key, _ in drawing.keys] == ["a", "c"]
    assert "1 个有活动而参与率低于" in drawing.alt


def test_cohorts_leave_out_the_month_itself_and_what_is_hidden():
    january, february = pd.date_range("2025-01-01", periods=2, freq="MS")
    groups = [
        Cohort(january, 50.0, {0: 50.0, 1: 20.0, 2: float("nan")}),
        Cohort(february, 20.0, {0: 20.0, 1: 5.0}),
    ]
    body = plain(cohorts(groups, EN).body)
    assert body["data"][0]["z"] == [[40.0, None], [25.0, None]]
    assert body["data"][0]["x"] == [1, 2]
    assert "20 who first came in 2025-02, 25.0%" in body["data"][0]["hovertext"][1][0]
    assert body["data"][0]["hovertext"][1][1] == ""
    assert cohorts([Cohort(january, 50.0, {0: 50.0})], EN).empty


def test_lorenz_curve_runs_from_nothing_to_all():
    points = pd.DataFrame({"residents": [0, 60, 100], "attendances": [0, 0, 100]})
    drawing = lorenz(points, ZH, gini=0.64)
    curve = plain(drawing.body)["data"][1]
    assert (curve["x"], curve["y"]) == ([0, 60, 100], [0, 0, 100])
    assert drawing.alt.endswith("0.64。")


@pytest.mark.parametrize("say", [ZH, EN])
def test_every_drawing_says_what_it_shows(say):
    assert drawn_calendar(say)[0].alt
