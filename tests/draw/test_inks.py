"""A chart's lines and a map's note tell what they rest on; what is published or one's own is plain."""

import pytest

from dashboard.contract.origins import INKS, Origin, signed
from dashboard.draw.drawing import Drawing, scatter
from dashboard.draw.inks import inked

VALUES = scatter(mode="lines", hoverinfo="text", line={"color": "#000000"})
LIMIT = scatter(mode="lines", hoverinfo="skip", line={"width": 1})
CHOSEN = scatter(mode="lines", hoverinfo="text", line={"dash": "dash"})
CHART = Drawing("plot", "", {"data": [VALUES, LIMIT, CHOSEN], "layout": {}})


@pytest.mark.parametrize(
    ("origin", "dash"),
    [("published", None), ("estimated", "dash"), ("sample", "dot"), ("own", None)],
)
def test_the_line_of_values_has_the_ink_and_other_lines_keep_theirs(
    origin: Origin, dash: str | None
) -> None:
    values, limit, chosen = inked(CHART, origin).body["data"]
    assert values["line"].get("dash") == dash
    assert values["line"]["color"] == "#000000"
    assert (limit, chosen) == (LIMIT, CHOSEN)
    assert "dash" not in VALUES["line"]


def test_several_lines_keep_the_dashes_that_tell_them_apart_in_grey() -> None:
    chart = Drawing("plot", "", {"data": [VALUES, VALUES], "layout": {}})
    assert inked(chart, "sample") == chart


def test_a_map_is_signed_beside_its_legend() -> None:
    drawing = Drawing("map", "", {"note": "%", "regions": {}})
    assert inked(drawing, "sample").body["note"] == "◎ %"
    assert inked(drawing, "own").body["note"] == "%"


def test_each_origin_that_is_marked_is_told_apart_by_sign_and_line() -> None:
    marked = [ink for ink in INKS.values() if ink.sign]
    assert len({ink.sign for ink in marked}) == len({ink.dash for ink in marked}) == 3
    assert signed("own", "1") == "1"
