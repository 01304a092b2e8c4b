"""What a profile draws says what it was given, and says so where it was given nothing."""

import pandas as pd

from dashboard.contract.indicators import BY_CODE
from dashboard.language import Say
from dashboard.subjects.profile.drawings import (
    Around,
    Peer,
    Point,
    Span,
    comparison,
    kind_bars,
    place_map,
    timeline,
)

ZH, EN = Say("zh"), Say("en")
SQUARE = [[0, 0], [0, 2], [2, 2], [2, 0], [0, 0]]
GEOMETRY = {
    "regions": [
        {"code": "a", "rings": [SQUARE], "label": [1, 1]},
        {"code": "b", "rings": [[[x + 8, y] for x, y in SQUARE]], "label": [9, 1]},
    ],
    "lines": [{"name": "river", "points": [[4, 0], [4, 2]]}],
}
POINTS = [
    Point("c1", 0.5, 0.5, 8, "One\n10", is_marked=True),
    Point("c2", 1.5, 1.0, 9, "Two\n20", is_marked=False),
]


def test_a_map_marks_its_points_and_shows_the_district_or_the_town() -> None:
    around = Around(GEOMETRY, {"a": "甲", "b": "乙"}, "a")
    far, near = (place_map(around, POINTS, ZH, close=close) for close in (False, True))
    (points,) = [trace for trace in far.body["data"] if "customdata" in trace]
    assert points["customdata"] == ["c1", "c2"]
    assert (points["x"], points["y"]) == ([0.5, 1.5], [0.5, 1.0])
    assert points["marker"]["color"][0] != points["marker"]["color"][1]
    assert far.keys == (("c1", "One 10"), ("c2", "Two 20"))
    assert far.body["layout"]["xaxis"]["range"][1] > 10 > near.body["layout"]["xaxis"]["range"][1]
    # South is down, as the geometry has it.
    low, high = far.body["layout"]["yaxis"]["range"]
    assert low > high
    assert "甲" in far.alt


def span(line: str, start: str, end: str | None, kind: str = "grid") -> Span:
    last = None if end is None else pd.Timestamp(end)
    return Span(line, "text", pd.Timestamp(start), last, "time", kind, "name", "", "own")


def test_a_timeline_has_a_line_for_each_name_and_ends_with_the_month() -> None:
    spans = [
        span("治理", "2024-01-01", "2024-03-01"),
        span("治理", "2024-03-01", None, "2"),
        span("社工站", "2024-02-01", "2030-01-01", "o"),
    ]
    drawing = timeline(spans, ZH, until=pd.Timestamp("2024-03-31"))
    bars = drawing.body["data"][0]
    assert bars["y"] == [0, 0, 1]
    assert [days / 86_400_000 for days in bars["x"]] == [60, 30, 59]
    assert bars["base"] == ["2024-01-01", "2024-03-01", "2024-02-01"]
    assert drawing.body["layout"]["yaxis"]["ticktext"] == ["治理", "社工站"]
    assert len(set(bars["marker"]["color"])) == 3
    assert timeline([], ZH, until=pd.Timestamp("2024-03-31")).empty


def test_bars_stand_by_size_and_nought_is_left_out() -> None:
    drawing = kind_bars([("a", 1, "1"), ("b", 0, "0"), ("c", 5, "5")], ZH)
    assert drawing.body["layout"]["yaxis"]["ticktext"] == ["c", "a"]
    assert "最多为c，5" in drawing.alt
    assert "最多为a、b（并列），5" in kind_bars([("a", 5, "5"), ("b", 5, "5")], ZH).alt
    assert kind_bars([], ZH).empty


def test_places_are_compared_as_numbers_are_written_everywhere() -> None:
    peers = [
        Peer("c", "甲", "片区网格", {"residents": 12_345, "reach": 12.34}),
        Peer(None, "全区", "", {"residents": 169_040, "reach": float("nan")}),
    ]
    indicators = [BY_CODE["residents"], BY_CODE["reach"]]
    drawing = comparison(peers, indicators, ZH, headings=("对象", "治理"))
    assert [row["cells"] for row in drawing.body["rows"]] == [
        ["甲", "片区网格", "1.23万", "12.3"],
        ["全区", "", "16.9万", "—"],
    ]
    assert [row["key"] for row in drawing.body["rows"]] == ["c", None]
    assert drawing.body["columns"][3] == {"text": "活动参与率，%", "number": True}
    english = comparison(peers, indicators, EN, headings=("Place", "How"))
    texts = [column["text"] for column in english.body["columns"]]
    assert texts[2:] == ["Residents", "Participation reach, %"]


def test_how_unlike_places_are_stands_in_a_column_of_its_own() -> None:
    peers = [Peer("c", "甲", "", {"residents": 1}), Peer("d", "乙", "", {"residents": 2}, 0.494)]
    drawing = comparison(peers, [BY_CODE["residents"]], ZH, headings=("对象", "治理"))
    assert drawing.body["columns"][-1] == {"text": "相似距离", "number": True}
    assert [row["cells"][-1] for row in drawing.body["rows"]] == ["", "0.49"]


def test_a_unit_that_the_name_says_is_not_said_again() -> None:
    peers = [Peer("c", "A", "", {"residents_per_dwelling": 1.0})]
    indicator = BY_CODE["residents_per_dwelling"]
    drawing = comparison(peers, [indicator], EN, headings=("Place", "How"))
    assert drawing.body["columns"][-1]["text"] == "Residents per dwelling"
