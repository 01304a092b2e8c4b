"""Draw one small chart a town, all on the same axes, over the months."""

from math import ceil
from typing import Any

import pandas as pd

from dashboard.contract.indicators import Indicator, short_figure, written
from dashboard.draw.charts import base_layout
from dashboard.draw.drawing import Drawing, Height, bold, nothing, plot, together
from dashboard.draw.theme import BLUE, INK, INK_SOFT, RULE
from dashboard.language import Say

COLUMNS = 4
DISTRICT = "#9AA7B4"
# Shares of the whole figure left between the charts; above each stands its name.
_GAP_X, _GAP_Y = 0.03, 0.085


def multiples(
    rows: pd.DataFrame,
    district: pd.DataFrame | None,
    indicator: Indicator,
    say: Say,
    *,
    height: Height = 520,
) -> Drawing:
    """Draw each town's months, with the district's as a grey line in each.

    Rows: ``key``, ``name``, ``month``, ``value``; the towns with the highest last value first.
    ``district``: ``month`` and ``value``, or None for what is only counted, not divided.
    """
    rows = rows.dropna(subset=["value"]).sort_values("month")
    if rows.empty:
        return nothing("plot", say("所选范围内没有数据。"), height=height)
    ends = rows.groupby("key").last().sort_values("value", ascending=False)
    every = rows["value"] if district is None else pd.concat([rows["value"], district["value"]])
    low, high = float(every.min()), float(every.max())
    room = (high - low) * 0.08 or 1
    span = [max(0.0, low - room) if low >= 0 else low - room, high + room]
    months = [f"{month:%Y-%m}" for month in (rows["month"].min(), rows["month"].max())]
    down = ceil(len(ends) / COLUMNS)
    traces: list[dict[str, Any]] = []
    axes: dict[str, Any] = {}
    titles: list[dict[str, Any]] = []
    for number, (key, end) in enumerate(ends.iterrows()):
        across, row = number % COLUMNS, number // COLUMNS
        left, right = _part(across, COLUMNS, _GAP_X)
        bottom, top = _part(down - 1 - row, down, _GAP_Y)
        name = "" if number == 0 else str(number + 1)
        is_last = number + COLUMNS >= len(ends)
        axes[f"xaxis{name}"] = {
            "domain": [left, right], "anchor": f"y{name}", "type": "date", "fixedrange": True,
            "showgrid": False, "zeroline": False, "linecolor": RULE, "nticks": 3,
            "tickformat": "%Y", "dtick": "M12", "tick0": "2000-01-01",
            "range": months, "showticklabels": is_last,
            "tickfont": {"size": 11, "color": INK_SOFT},
        }  # fmt: skip
        axes[f"yaxis{name}"] = {
            "domain": [bottom, top - 0.005], "anchor": f"x{name}", "range": span,
            "fixedrange": True, "gridcolor": RULE, "zeroline": False, "nticks": 3,
            "showticklabels": across == 0, "tickfont": {"size": 11, "color": INK_SOFT},
            "automargin": True, "separatethousands": True,
        }  # fmt: skip
        on = {"xaxis": f"x{name}", "yaxis": f"y{name}"}
        mine = rows[rows["key"] == key]
        if district is not None:
            behind = _line(district, {"color": DISTRICT, "width": 1})
            traces.append({**behind, **on, "hoverinfo": "skip"})
        line = _line(mine, {"color": BLUE, "width": 2})
        hovers = [
            f"{end['name']} {month}\n{written(value, indicator, say.language)}"
            for month, value in zip(line["x"], mine["value"], strict=True)
        ]
        # One key all along the line: a click on any point of it chooses the town.
        keys = [key] * len(mine)
        traces.append({**line, **on, "hoverinfo": "text", "hovertext": hovers, "customdata": keys})
        titles.append(
            {
                "xref": "paper", "yref": "paper", "x": left, "y": top, "xanchor": "left",
                "yanchor": "bottom", "showarrow": False, "font": {"size": 12, "color": INK},
                "text": together(
                    f"{end['name']} ", bold(short_figure(end["value"], indicator, say.language))
                ),
            }
        )  # fmt: skip
    figure = {
        "data": traces,
        "layout": base_layout(
            **axes,
            annotations=titles,
            hovermode="closest",
            hoverdistance=60,
            margin={"l": 8, "r": 12, "t": 24, "b": 24},
        ),
    }
    return plot(
        figure,
        height=height,
        alt=say(
            "{count} 个街镇{indicator}的小型折线图，同一坐标；末月最高{town} {value}。",
            count=len(ends),
            indicator=say.words(indicator.name),
            town=ends["name"].iloc[0],
            value=written(ends["value"].iloc[0], indicator, say.language),
        ),
        keys=tuple(
            (str(key), f"{end['name']} {written(end['value'], indicator, say.language)}")
            for key, end in ends.iterrows()
        ),
    )


def _line(rows: pd.DataFrame, line: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [f"{month:%Y-%m}" for month in rows["month"]],
        "y": rows["value"].tolist(),
        "line": line,
    }


def _part(number: int, count: int, gap: float) -> tuple[float, float]:
    """Give where the ``number``-th of ``count`` equal parts begins and ends, from 0 to 1."""
    width = (1 - gap * (count - 1)) / count
    start = number * (width + gap)
    return start, start + width
