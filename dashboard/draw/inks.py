"""Draw in the ink of what values rest on: lines solid, dashed or dotted, points filled or hollow."""

from dataclasses import replace
from typing import Any

from dashboard.contract.origins import INKS, Shown, signed
from dashboard.draw.drawing import Drawing, Trace


def inked(drawing: Drawing, origin: Shown) -> Drawing:
    """Draw the lines that a chart is about in an origin's ink, and sign the note of a map.

    What has a dash already means something else by it, and what no hover tells of is no value.
    """
    if origin == "mixed":
        return drawing
    dash, body = INKS[origin].dash, drawing.body
    if drawing.kind == "map" and "note" in body:
        return replace(drawing, body={**body, "note": signed(origin, body["note"])})
    if not dash or drawing.kind != "plot" or "data" not in body:
        return drawing
    return replace(drawing, body={**body, "data": [_dashed(each, dash) for each in body["data"]]})


def _dashed(trace: Trace, dash: str) -> Trace:
    line: dict[str, Any] = trace.get("line", {})
    is_value = "lines" in trace.get("mode", "") and trace.get("hoverinfo") == "text"
    return {**trace, "line": {**line, "dash": dash}} if is_value and "dash" not in line else trace
