"""Draw in the ink of what values rest on: lines solid, dashed or dotted, points filled or hollow."""

from dataclasses import replace
from typing import Any

from dashboard.contract.origins import INKS, Origin, signed
from dashboard.draw.drawing import Drawing, Trace


def inked(drawing: Drawing, origin: Origin) -> Drawing:
    """Draw the lines that a chart is about in an origin's ink, and sign the note of a map.

    What has a dash already means something else by it, and what no hover tells of is no value.
    """
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


def point_ink(origin: Origin, symbol: str = "circle") -> dict[str, str]:
    """Give the shape of one value's point: filled where it was published, else hollow."""
    return {"symbol": symbol if origin in ("published", "own") else f"{symbol}-open"}
