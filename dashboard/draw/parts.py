"""Make what charts are put together of: axes, bars, bands, lines and words, as plotly takes them."""

from collections.abc import Collection, Iterable, Sequence
from math import isnan
from typing import Any

import pandas as pd

from dashboard.contract.words import letters
from dashboard.draw.drawing import Drawing, Height, Trace, bar, framed, nothing, plot, scatter
from dashboard.draw.theme import BLUE, FONT, FONT_SIZE, INK, INK_SOFT, RED, RULE
from dashboard.language import Say

Part = dict[str, Any]

# So few months have a tick each.
FEW_MONTHS = 6
GREY_LINE = "#9AA7B4"
SMALL_PRINT = {"color": INK_SOFT, "size": 11}
LEGEND_BELOW: Part = {
    "orientation": "h", "x": 0, "yref": "container", "y": 0, "yanchor": "bottom",
    "traceorder": "normal", "font": {"size": 12},
}  # fmt: skip
LEGEND_BELOW_RIGHT: Part = {
    "orientation": "h", "x": 1, "xanchor": "right", "y": -0.02, "yanchor": "top",
}  # fmt: skip


# Measured from the figure's lower edge, so that its rows take nothing from the plot.
def base_layout(**changes: Any) -> Part:
    """Give the layout that every chart starts from: white, thin lines, no legend."""
    return {
        "font": {"size": FONT_SIZE, "color": INK, "family": FONT},
        "margin": margin(),
        "paper_bgcolor": "#FFFFFF",
        "plot_bgcolor": "#FFFFFF",
        "hoverlabel": {"bgcolor": "#FFFFFF", "bordercolor": RULE, "font": {"color": INK}},
        "showlegend": False,
        **changes,
    }


def chart(
    traces: Trace | Sequence[Trace],
    *,
    alt: str,
    height: Height,
    keys: tuple[tuple[str, str], ...] = (),
    rows: list[str] | None = None,
    **layout: Any,
) -> Drawing:
    """Draw traces in the usual layout but for what differs from it."""
    return plot(framed(traces, base_layout(**layout)), alt=alt, height=height, keys=keys, rows=rows)


def no_data(say: Say, height: Height) -> Drawing:
    return nothing("plot", say("所选范围内没有数据。"), height=height)


def margin(*, left: int = 8, right: int = 12, top: int = 8, below: int = 28) -> Part:
    return {"l": left, "r": right, "t": top, "b": below}


# Axes ------------------------------------------------------------------------------------


def axis(**changes: Any) -> Part:
    """Give an axis without a grid."""
    return {
        "fixedrange": True, "showgrid": False, "zeroline": False,
        "tickfont": {"color": INK_SOFT}, **changes,
    }  # fmt: skip


def value_axis(**changes: Any) -> Part:
    """Give an axis of values, with a grid."""
    return {
        "fixedrange": True, "gridcolor": RULE, "zeroline": False,
        "tickfont": {"color": INK_SOFT}, **changes,
    }  # fmt: skip


def hidden_axis(most: float, **changes: Any) -> Part:
    """Give an axis from nought that is not seen: its values are written."""
    return {"visible": False, "fixedrange": True, "range": [0, most], **changes}


def names_axis(names: Sequence[str], *, edge: float = 0.5, **changes: Any) -> Part:
    """Give an axis of names from top to bottom, ``edge`` of a row below the last."""
    return {
        "tickvals": list(range(len(names))), "ticktext": list(names), "fixedrange": True,
        "range": [len(names) - edge, edge - 1], "automargin": True, "showgrid": False,
        "zeroline": False, "ticklen": 4, "tickcolor": "#FFFFFF", **changes,
    }  # fmt: skip


def months_axis(**changes: Any) -> Part:
    return {
        "type": "date", "fixedrange": True, "showgrid": False, "tickformat": "%Y-%m",
        "nticks": 6, "linecolor": RULE, "tickfont": {"color": INK_SOFT}, **changes,
    }  # fmt: skip


def month_ticks(months: Collection[object]) -> Part:
    """Space the ticks of an axis of months: of a few, one for each, so that none comes twice."""
    return {"dtick": "M1"} if len(set(months)) <= FEW_MONTHS else {"nticks": 6}


def roomy(values: Iterable[float], share: float) -> list[float]:
    """Give a range with room for a share of the values' spread on both sides, not below nought."""
    known = [value for value in values if not isnan(value)]
    low, high = min(known), max(known)
    room = (high - low) * share or 1
    return [max(0.0, low - room) if low >= 0 else low - room, high + room]


def title(text: str, **changes: Any) -> Part:
    """Name an axis."""
    return {"text": text, "font": {"size": 12, "color": INK_SOFT}, **changes}


# Marks -----------------------------------------------------------------------------------


def across(values: pd.Series | Sequence[float | None], **properties: Any) -> Trace:
    """Give one bar a row, from left to right."""
    lengths = values.tolist() if isinstance(values, pd.Series) else list(values)
    return bar(orientation="h", x=lengths, y=list(range(len(lengths))), **properties)


def beside(ends: pd.Series | Sequence[float], texts: Sequence[str], **properties: Any) -> Trace:
    """Write a text to the right of the end of each row."""
    places = ends.tolist() if isinstance(ends, pd.Series) else list(ends)
    return scatter(
        mode="text", x=places, y=list(range(len(places))), text=list(texts),
        textposition="middle right", hoverinfo="skip", cliponaxis=False, **properties,
    )  # fmt: skip


def values_at_edge(texts: Sequence[str], edge: float) -> Trace:
    """Write a text a row, all of them ending at one edge, to be compared from row to row."""
    return scatter(
        mode="text", x=[edge] * len(texts), y=list(range(len(texts))), text=list(texts),
        textposition="middle left", hoverinfo="skip", cliponaxis=False,
    )  # fmt: skip


def with_room(most: float, texts: Sequence[str]) -> float:
    """Lengthen an axis that ends at ``most`` so that the texts at its edge lie beyond all marks."""
    longest = max(map(letters, texts), default=0)
    return (most or 1.0) * (1 + max(0.2, 0.04 * longest))


def intervals(rows: pd.DataFrame) -> Part:
    """Give the intervals of measured rows as thin lines on their bars."""
    return {
        "type": "data",
        "array": (rows["high"] - rows["value"]).tolist(),
        "arrayminus": (rows["value"] - rows["low"]).tolist(),
        "color": "#4A5763",
        "thickness": 1,
        "width": 0,
        "visible": bool(rows["low"].notna().any()),
    }


def band(
    x: Sequence[object], low: Sequence[float], high: Sequence[float], opacity: str = "0.10"
) -> Trace:
    """Fill what lies between two lines."""
    return scatter(
        x=[*x, *reversed(x)], y=[*high, *reversed(low)], fill="toself", mode="lines",
        fillcolor=f"rgba(31,78,121,{opacity})", line={"width": 0}, hoverinfo="skip",
    )  # fmt: skip


def curve(x: Sequence[object], y: Sequence[float], hovers: list[str], **changes: Any) -> Trace:
    """Draw the line that a chart is about."""
    return scatter(
        x=list(x), y=list(y), hovertext=hovers, hoverinfo="text",
        **{"mode": "lines", "line": {"color": BLUE, "width": 2}, **changes},
    )  # fmt: skip


def segments(starts: Sequence[float], ends: Sequence[float], rows: Sequence[int]) -> Part:
    """Give the points of one line a row, with gaps between them."""
    return {
        "x": [x for pair in zip(starts, ends, strict=True) for x in (*pair, None)],
        "y": [y for row in rows for y in (row, row, None)],
        "mode": "lines",
        "hoverinfo": "skip",
    }


def limit_lines(limits: pd.DataFrame) -> list[Trace]:
    """Draw the limits of chance: ``size``, and the edges of 95 % (dotted) and 99.8 % (dashed)."""
    return [
        scatter(
            x=limits["size"].tolist(), y=limits[edge].tolist(), mode="lines", hoverinfo="skip",
            line={"color": GREY_LINE, "width": 1, "dash": "dot" if "95" in edge else "dash"},
            meta={"name": edge},
        )
        for edge in ("low95", "high95", "low998", "high998")
    ]  # fmt: skip


def dashed(name: str, value: float, colour: str = RED, **changes: Any) -> Part:
    """Draw a line through the whole plot at a value of an axis, "x" or "y"."""
    other = "y" if name == "x" else "x"
    return {
        "type": "line", f"{name}0": value, f"{name}1": value, f"{other}0": 0, f"{other}1": 1,
        f"{other}ref": "paper", "line": {"color": colour, "width": 1, "dash": "dash"}, **changes,
    }  # fmt: skip


def note(text: str, x: float | str, y: float, colour: str = INK_SOFT, **place: Any) -> Part:
    """Write words at a place of the plot."""
    return {
        "x": x, "y": y, "text": text, "showarrow": False, "font": {"color": colour, "size": 12},
        **place,
    }  # fmt: skip


def where_room(text: str, x: float, colour: str) -> Part:
    """Write a name above the plot where it has room beside those given before (``names.js``)."""
    font = {"color": colour, "size": 11}
    return note(text, x, 1, yref="paper", yanchor="bottom", font=font, name="where there is room")


def end_sizes(months: Sequence[str], marked: pd.Timestamp) -> Part:
    """Mark one month's point of a line, of months as written; the others are not seen."""
    return {"size": [8 if month == f"{marked:%Y-%m}" else 0 for month in months]}
