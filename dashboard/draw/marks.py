"""Mark places on a chart's axis, each with what a pointer at rest is told."""

import textwrap
from collections.abc import Mapping
from dataclasses import replace

from dashboard.draw import parts
from dashboard.draw.drawing import Drawing, written_plainly
from dashboard.draw.theme import FONT, INK, INK_SOFT, RULE

# A label that is wider than its chart is cut.
_WIDEST = 26
_LABEL = {"bgcolor": "#FFFFFF", "bordercolor": RULE, "font": {"color": INK, "family": FONT}}


def with_months_marked(drawing: Drawing, told: Mapping[str, str]) -> Drawing:
    """Mark the months that an axis of months reaches; ``told`` is by month as written."""
    layout = drawing.body.get("layout", {})
    if layout.get("xaxis", {}).get("type") != "date":
        return drawing
    months = {str(day)[:7] for trace in drawing.body["data"] for day in trace.get("x", ())}
    return with_marks(
        drawing, {each: text for each, text in told.items() if min(months) <= each <= max(months)}
    )


def with_marks(drawing: Drawing, told: Mapping[str, str] | Mapping[float, str]) -> Drawing:
    """Set marks on the lower axis of a chart; who sees none is told after what it shows."""
    if drawing.empty is not None:
        return drawing
    layout = drawing.body["layout"]
    marks = [
        written_plainly(
            parts.note(
                "▲",
                at,
                0,
                INK_SOFT,
                yref="paper",
                yanchor="bottom",
                hovertext=_broken(text),
                hoverlabel=_LABEL,
            )
        )
        for at, text in told.items()
    ]
    changed = {**layout, "annotations": [*layout.get("annotations", ()), *marks]}
    alt = " ".join([drawing.alt, *told.values()])
    return replace(drawing, alt=alt, body={**drawing.body, "layout": changed})


def _broken(text: str) -> str:
    return "\n".join(textwrap.fill(line, _WIDEST) for line in text.splitlines())
