"""Draw charts: pure functions from measured rows to a drawing.

Rows carry ``value``, ``low``, ``high``, ``numerator`` and ``denominator`` as the indicators
module measures them, and ``key`` and ``name`` of what each row is about. What is chosen is no
matter of theirs: the browser paints it red, so that a choice sends no new drawing.
"""

from collections.abc import Collection, Hashable
from typing import Any

import pandas as pd

from dashboard.contract.indicators import Indicator, as_written, short_figure, written
from dashboard.contract.rounding import number_written
from dashboard.draw.drawing import Drawing, Height, Trace, framed, nothing, plot, scatter
from dashboard.draw.theme import (
    BLUE,
    BLUE_PALE,
    FONT,
    FONT_SIZE,
    INK,
    INK_SOFT,
    RED,
    RULE,
)
from dashboard.language import Say

# So few months have a tick each.
FEW_MONTHS = 6


# Measured from the figure's lower edge, so that its rows take nothing from the plot.
def base_layout(**changes: object) -> dict[str, Any]:
    """Give the layout that every chart starts from: white, thin lines, no legend."""
    return {
        "font": {"size": FONT_SIZE, "color": INK, "family": FONT},
        "margin": {"l": 8, "r": 12, "t": 8, "b": 28},
        "paper_bgcolor": "#FFFFFF",
        "plot_bgcolor": "#FFFFFF",
        "hoverlabel": {"bgcolor": "#FFFFFF", "bordercolor": RULE, "font": {"color": INK}},
        "showlegend": False,
        **changes,
    }


def hover_text(row: dict[Hashable, Any], indicator: Indicator, say: Say) -> str:
    """Write what is shown on hover: the value, its interval and what it was divided by."""
    text = f"{row['name']} {written(row['value'], indicator, say.language)}"
    if pd.notna(row["numerator"]) and pd.notna(row["denominator"]):
        text += f"\n{number_written(row['numerator'])} ÷ {number_written(row['denominator'])}"
    if pd.notna(row["low"]):
        text += "\n" + say(
            "95% 区间 {low:.1f}–{high:.1f}{unit}",
            low=row["low"],
            high=row["high"],
            unit=say.words(indicator.unit),
        )
    return text


def spoken_text(row: pd.Series, indicator: Indicator, say: Say) -> str:
    """Write the same in one line, for a screen reader."""
    comma = "，" if say.language == "zh" else ", "
    return hover_text(row, indicator, say).replace("\n", comma)


def ranking(
    rows: pd.DataFrame,
    indicator: Indicator,
    say: Say,
    *,
    district: float | None,
    height: Height = 440,
) -> Drawing:
    """Rank places as bars with intervals; the district is a line, what lies below it paler."""
    rows = rows.dropna(subset=["value"]).sort_values(["value", "key"], ascending=[False, True])
    if rows.empty:
        return nothing("plot", say("所选范围内没有数据。"), height=height)
    positions = list(range(len(rows)))
    reached = [
        district is None or each >= as_written(district, indicator)
        for each in as_written(rows["value"], indicator)
    ]
    records = rows.to_dict("records")
    hovers = [hover_text(row, indicator, say) for row in records]
    ends = rows["high"].fillna(rows["value"])
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": rows["value"].tolist(),
        "y": positions,
        "marker": {"color": [BLUE if reaches else BLUE_PALE for reaches in reached]},
        "customdata": rows["key"].tolist(),
        "hovertext": hovers,
        "hoverinfo": "text",
        "error_x": {
            "type": "data",
            "array": (rows["high"] - rows["value"]).tolist(),
            "arrayminus": (rows["value"] - rows["low"]).tolist(),
            "color": "#4A5763",
            "thickness": 1,
            "width": 0,
            "visible": bool(rows["low"].notna().any()),
        },
    }
    values = {
        "type": "scatter",
        "mode": "text",
        "x": ends.tolist(),
        "y": positions,
        "text": [f" {written(value, indicator, say.language)}" for value in rows["value"]],
        "textposition": "middle right",
        "hoverinfo": "skip",
        "cliponaxis": False,
    }
    # Inside a dark bar the interval would be lost: there it is drawn in white.
    inside = [
        (low, value, position)
        for low, value, position, reaches in zip(
            rows["low"], rows["value"], positions, reached, strict=True
        )
        if pd.notna(low) and reaches
    ]
    whites = scatter(
        x=[x for low, value, _ in inside for x in (low, value, None)],
        y=[y for _, _, position in inside for y in (position, position, None)],
        mode="lines",
        line={"color": "#FFFFFF", "width": 1},
        hoverinfo="skip",
    )
    figure = {
        "data": [
            bars,
            *([whites] if inside else []),
            *district_line(district, rows=len(rows)),
            values,
        ],
        "layout": base_layout(
            bargap=0.42,
            annotations=district_words(district, indicator, say, rows=len(rows)),
            xaxis={
                "visible": False,
                "range": [0, float(ends.max()) * 1.2 or 1],
                "fixedrange": True,
            },
            yaxis={
                "tickvals": positions,
                "ticktext": rows["name"].tolist(),
                "range": [len(rows) - 0.4, -0.6],
                "fixedrange": True,
                "showgrid": False,
                "zeroline": False,
                "automargin": True,
                "ticklen": 4,
                "tickcolor": "#FFFFFF",
            },
        ),
    }
    best, worst = rows.iloc[0], rows.iloc[-1]
    return plot(
        figure,
        height=height,
        alt=say(
            "{indicator}按街镇排列的条形图：最高{best} {high}，最低{worst} {low}。",
            indicator=say.words(indicator.name),
            best=best["name"],
            high=written(best["value"], indicator, say.language),
            worst=worst["name"],
            low=written(worst["value"], indicator, say.language),
        ),
        keys=tuple((row["key"], spoken_text(row, indicator, say)) for row in records),
        rows=rows["key"].tolist(),
    )


def district_line(district: float | None, *, rows: int) -> list[Trace]:
    """Draw a line at the district's value, where there is one; texts drawn after it lie above."""
    if district is None or pd.isna(district):
        return []
    return [
        scatter(x=[district, district], y=[-0.6, rows - 0.4], mode="lines", hoverinfo="skip",
                line={"color": RED, "width": 1, "dash": "dash"}, cliponaxis=False)
    ]  # fmt: skip


def district_words(
    district: float | None, indicator: Indicator, say: Say, *, rows: int
) -> list[dict[str, Any]]:
    """Write the district's value below its line."""
    if district is None or pd.isna(district):
        return []
    return [
        {
            "x": district, "y": rows - 0.4, "yanchor": "top", "showarrow": False,
            "text": say("全区 {value}", value=written(district, indicator, say.language)),
            "font": {"color": RED, "size": 12},
        }
    ]  # fmt: skip


def trend(
    rows: pd.DataFrame,
    indicator: Indicator,
    say: Say,
    *,
    marked: pd.Timestamp,
    height: Height = 260,
    district: pd.DataFrame | None = None,
) -> Drawing:
    """Draw one indicator over the months, with its interval; the end month is marked.

    ``district``: the months of all towns together, where those are to stand behind as a grey line.
    """
    rows = rows.dropna(subset=["value"])
    if rows.empty:
        return nothing("plot", say("所选范围内没有数据。"), height=height)
    months = [f"{month:%Y-%m}" for month in rows["month"]]
    hovers = [
        hover_text(row, indicator, say) for row in rows.assign(name=months).to_dict("records")
    ]
    behind = pd.DataFrame({"month": [], "value": []}) if district is None else district
    layout = time_layout(rows["value"], rows["low"], rows["high"], behind["value"])
    layout["yaxis"]["ticksuffix"] = "%" if indicator.kind == "share" else ""
    layout["hovermode"] = "x"
    layout["xaxis"].update(month_ticks(months))
    traces: list[Trace] = []
    if len(behind):
        traces.append(scatter(
            x=[f"{month:%Y-%m}" for month in behind["month"]], y=behind["value"].tolist(),
            mode="lines", line={"color": "#9AA7B4", "width": 1.5}, hoverinfo="skip",
        ))  # fmt: skip
    if rows["low"].notna().any():
        traces.append(scatter(
            x=months + months[::-1],
            y=rows["high"].tolist() + rows["low"].tolist()[::-1],
            fill="toself", fillcolor="rgba(31,78,121,0.10)", line={"width": 0}, hoverinfo="skip",
            mode="lines",
        ))  # fmt: skip
    traces.append(scatter(
        x=months, y=rows["value"].tolist(), mode=line_mode(months),
        line={"color": BLUE, "width": 2}, hovertext=hovers, hoverinfo="text", customdata=months,
    ))  # fmt: skip
    at = rows[rows["month"] == marked]
    if not at.empty:
        falls = rows["value"].diff()[at.index[0]] < 0
        traces.append(scatter(
            x=[f"{marked:%Y-%m}"], y=at["value"].tolist(), mode="markers+text",
            marker={"color": RED, "size": 8}, hoverinfo="skip",
            # On the side that the line does not come from.
            textposition="bottom center" if falls else "top center",
            text=[_short(at["value"].iloc[0], indicator, say)],
            textfont={"color": RED}, cliponaxis=False,
        ))  # fmt: skip
    return plot(
        framed(traces, layout),
        height=height,
        alt=say(
            "{indicator}月度折线图：{first}为{start}，{last}为{end}。",
            indicator=say.words(indicator.name),
            first=months[0],
            start=written(rows["value"].iloc[0], indicator, say.language),
            last=months[-1],
            end=written(rows["value"].iloc[-1], indicator, say.language),
        ),
    )


def month_ticks(months: Collection[str]) -> dict[str, Any]:
    """Space the ticks of an axis of months: of a few, one for each, so that none comes twice."""
    return {"dtick": "M1"} if len(set(months)) <= FEW_MONTHS else {"nticks": 6}


def line_mode(values: Collection[Any]) -> str:
    """Draw a line; one value alone is a point, as a line of it would not be seen."""
    return "lines" if len(values) > 1 else "lines+markers"


def _short(value: float, indicator: Indicator, say: Say) -> str:
    """Write a value for a label at a figure's edge, where a unit in words has no room."""
    if indicator.kind == "share":
        return written(value, indicator, say.language)
    return short_figure(value, indicator, say.language)


def time_layout(*values: pd.Series) -> dict[str, Any]:
    """Lay out an axis of months; ``values`` are everything that must fit on the other axis."""
    every = pd.concat(values).dropna()
    low, high = float(every.min()), float(every.max())
    room = (high - low) * 0.15 or 1
    return base_layout(
        xaxis={
            "type": "date", "fixedrange": True, "showgrid": False, "tickformat": "%Y-%m",
            "nticks": 6, "linecolor": RULE, "tickfont": {"color": INK_SOFT},
        },
        yaxis={
            "fixedrange": True, "gridcolor": RULE, "zeroline": False, "nticks": 5,
            "automargin": True, "tickfont": {"color": INK_SOFT},
            "range": [max(0.0, low - room) if low >= 0 else low - room, high + room],
        },
    )  # fmt: skip
