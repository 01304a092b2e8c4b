"""The figures on needs are valid, say what they show, and bear what is missing."""

import json
import re

import pandas as pd
import plotly.graph_objects as go
import pytest

from dashboard.contract.tables import aspect, domain, need, stage
from dashboard.draw.drawing import Drawing
from dashboard.language import Say
from dashboard.subjects.needs.drawings import (
    loop,
    scorecard,
    service_matrix,
    settling,
    supply_and_demand,
)
from dashboard.subjects.needs.reasoning import loop_steps, settling_curve, supply_against_demand

ZH, EN = Say("zh"), Say("en")
CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
MISSING = float("nan")


def names(field, say):
    return {code: say.words(words) for code, words in field.allowed.items()}


def the_loop(say=ZH, **counts) -> Drawing:
    rows = pd.DataFrame({"stage": list(counts), "proposal_count": list(counts.values())})
    return loop(loop_steps(rows), names(stage, say), say)


def the_curves(say=ZH, *, count=1) -> Drawing:
    rows = pd.DataFrame(
        {"day_count": [3, 9], "is_settled": [True, False], "proposal_count": [4, 2]}
    )
    curve = settling_curve(rows)
    assert curve is not None
    return settling([(f"G{number}", curve) for number in range(count)], say, bar=14)


def the_matrix(say=ZH) -> Drawing:
    rows = pd.DataFrame(
        {
            "domain": ["basic", "empowerment"],
            "aspect": ["counselling", "unnamed_2"],
            "activity_count": [3, 1200],
            "served_community_count": [2, 40],
        }
    )
    return service_matrix(rows, names(domain, say), names(aspect, say), say)


def the_needs(say=ZH, **counts) -> Drawing:
    rows = pd.DataFrame(
        [(code, *each) for code, each in counts.items()],
        columns=["need", "proposal_count", "activity_count", "attendance_count"],
    )
    return supply_and_demand(supply_against_demand(rows), names(need, say), say)


def the_scores(say=ZH, *, scores=(41.0, MISSING)) -> Drawing:
    rows = pd.DataFrame({"name": ["A", "B"], "score": scores, "made_of": ["a\nb", "c\nd"]})
    return scorecard(rows, say)


def every(say) -> list[Drawing]:
    return [
        the_loop(say, need_raised=3, resource_matched=2),
        the_curves(say),
        the_curves(say, count=3),
        the_matrix(say),
        the_needs(say, business=(0, 5, 90)),
        the_scores(say),
    ]


@pytest.mark.parametrize("drawing", every(ZH), ids=lambda drawing: drawing.alt[:6])
def test_a_figure_is_valid_and_plain(drawing):
    json.dumps(drawing.as_dict(), allow_nan=False)
    figure = go.Figure(drawing.body["data"], drawing.body["layout"])
    assert len(figure.data) == len(drawing.body["data"]) > 0
    assert drawing.alt


@pytest.mark.parametrize("drawing", every(EN), ids=lambda drawing: drawing.alt[:12])
def test_an_english_figure_has_no_chinese(drawing):
    assert not CHINESE.search(json.dumps(drawing.as_dict(), ensure_ascii=False))


@pytest.mark.parametrize(
    "drawing",
    [
        the_loop(),
        the_curves(count=0),
        service_matrix(pd.DataFrame(), {}, {}, ZH),
        the_needs(),
        the_scores(scores=(MISSING, MISSING)),
    ],
)
def test_nothing_to_draw_is_said(drawing):
    assert drawing.empty
    assert drawing.body == {}


def test_the_loop_shows_counts_and_shares_of_both_kinds():
    drawing = the_loop(need_raised=10, resource_matched=40, self_service=50)
    assert drawing.body["data"][0]["text"] == ["100", "90 · 90.0%", "50 · 50.0%", "50 · 50.0%"]
    between = [each["text"] for each in drawing.body["layout"]["annotations"]]
    assert between == ["↓ 占上一步 90.0%", "↓ 占上一步 55.6%", "↓ 占上一步 100.0%"]


def test_a_step_after_nobody_has_no_share():
    between = [each["text"] for each in the_loop(need_raised=3).body["layout"]["annotations"]]
    assert between == ["↓ 占上一步 0.0%", "↓ 占上一步 —", "↓ 占上一步 —"]


def test_few_curves_have_bands_many_a_legend():
    alone, several = the_curves(), the_curves(count=3)
    assert sum("fill" in trace for trace in alone.body["data"]) == 1
    assert sum("fill" in trace for trace in several.body["data"]) == 0
    assert not alone.body["layout"]["showlegend"]
    assert several.body["layout"]["showlegend"]
    assert [trace["line"]["shape"] for trace in several.body["data"]] == ["hv"] * 3


def test_the_matrix_has_nine_aspects_and_names_only_five():
    drawing = the_matrix()
    labels = drawing.body["layout"]["yaxis"]["ticktext"]
    assert len(labels) == 9
    assert [label.startswith("未公布") for label in labels] == [False] * 5 + [True] * 4
    texts = drawing.body["data"][0]["text"]
    assert texts[1] == ["3", "–", "–"]
    assert texts[6] == ["–", "–", "1,200"]


def test_a_share_that_is_missing_is_a_dash():
    demand, supply = the_needs(business=(0, 5, 90)).body["data"]
    assert demand["text"] == ["—"] * 4
    assert demand["x"] == [None] * 4
    assert supply["text"] == ["0%", "100%", "0%", "0%"]


def test_a_missing_score_is_a_dash_not_nought():
    full, scores, texts = the_scores().body["data"]
    assert scores["x"] == [41.0, None]
    assert texts["text"] == [" 41", " —"]
    assert full["x"] == [100, 100]
