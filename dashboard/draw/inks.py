"""Draw in the ink of what values rest on: lines solid, dashed or dotted, points filled or hollow."""

from dataclasses import replace

from dashboard.contract.origins import INKS, Shown, signed
from dashboard.draw.drawing import Drawing, Trace


def inked(drawing: Drawing, origin: Shown) -> Drawing:
    """Draw the lines that a chart is about in an origin's ink, and sign the note of a map.

    What has a dash already means something else by it, what no hover tells of is no value, and
    several lines are told apart in grey by their own dashes.
    """
    if origin == "mixed":
        return drawing
    dash, body = INKS[origin].dash, drawing.body
    if drawing.kind == "map" and "note" in body:
        return replace(drawing, body={**body, "note": signed(origin, body["note"])})
    if not dash or drawing.kind != "plot" or "data" not in body:
        return drawing
    plain = [_is_plain(each) for each in body["data"]]
    if sum(plain) != 1:
        return drawing
    traces = [
        {**each, "line": {**each.get("line", {}), "dash": dash}} if is_plain else each
        for each, is_plain in zip(body["data"], plain, strict=True)
    ]
    return replace(drawing, body={**body, "data": traces})


def _is_plain(trace: Trace) -> bool:
    """Tell whether a trace is a line of values that has no dash yet."""
    is_value = "lines" in trace.get("mode", "") and trace.get("hoverinfo") == "text"
    return is_value and "dash" not in trace.get("line", {})
