"""Texts are drawn as they stand, whatever is in them."""

from typing import Any

import pytest

from dashboard.draw.drawing import bold, framed, plot, scatter, small, together

HOSTILE = '<a href="http://evil.example">莘庄</a><br><b>&lt;x</b>'
PLAIN = '&lt;a href="http://evil.example">莘庄&lt;/a>&lt;br>&lt;b>&amp;lt;x&lt;/b>'


def body(trace: dict[str, Any], **layout: Any) -> dict[str, Any]:
    return plot(framed(trace, layout), alt="", height=1, rows=[HOSTILE]).body


@pytest.mark.parametrize("name", ["text", "hovertext", "x", "y"])
def test_plotly_reads_no_markup_in_a_traces_texts(name: str) -> None:
    trace = body(scatter(name=HOSTILE, meta={"names": [HOSTILE]}, **{name: [HOSTILE, [HOSTILE]]}))
    (drawn,) = trace["data"]
    assert drawn[name] == [PLAIN, [PLAIN]]
    assert (drawn["name"], drawn["meta"]) == (PLAIN, {"names": [PLAIN]})


def test_plotly_reads_no_markup_round_the_traces() -> None:
    layout = body(
        scatter(),
        annotations=[{"text": HOSTILE}],
        xaxis={"ticktext": [HOSTILE], "title": {"text": HOSTILE}},
    )["layout"]
    assert layout["annotations"] == [{"text": PLAIN}]
    assert layout["xaxis"] == {"ticktext": [PLAIN], "title": {"text": PLAIN}}


def test_keys_come_back_as_they_are() -> None:
    drawn = body(scatter(customdata=[HOSTILE, [HOSTILE, float("nan")]]))
    assert drawn["data"][0]["customdata"] == [HOSTILE, [HOSTILE, None]]
    assert drawn["rows"] == [HOSTILE]


def test_what_is_marked_is_ours_and_holds_no_other_markup() -> None:
    texts = [bold("<i>"), together("a<\n", small("b&")), "one\ntwo"]
    assert body(scatter(text=texts))["data"][0]["text"] == [
        "<b>&lt;i></b>",
        "a&lt;<br><span style='font-size:11px'>b&amp;</span>",
        "one<br>two",
    ]
