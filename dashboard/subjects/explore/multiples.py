"""Draw one small chart a town, all on the same axes, over the months."""

from math import ceil

import pandas as pd

from dashboard.contract.columns import written_months
from dashboard.contract.indicators import Indicator, short_figure, written
from dashboard.draw import parts
from dashboard.draw.drawing import Drawing, Height, Trace, bold, scatter, together
from dashboard.draw.theme import BLUE, INK, RULE
from dashboard.language import Say

COLUMNS = 4
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
        return parts.no_data(say, height)
    ends = rows.groupby("key").last().sort_values("value", ascending=False)
    every = rows["value"] if district is None else pd.concat([rows["value"], district["value"]])
    span = parts.roomy(every, 0.08)
    months = written_months(rows["month"].iloc[[0, -1]])
    traces: list[Trace] = []
    layout: parts.Part = {}
    titles: list[parts.Part] = []
    for number, (key, end) in enumerate(ends.iterrows()):
        name = "" if number == 0 else str(number + 1)
        on = {"xaxis": f"x{name}", "yaxis": f"y{name}"}
        layout |= _axes(name, number, len(ends), months=months, span=span)
        titles.append(_name(end, number, len(ends), indicator, say))
        if district is not None:
            line = {"color": parts.GREY_LINE, "width": 1}
            traces.append(scatter(**_line(district, line), **on, hoverinfo="skip"))
        traces.append(_town_line(rows[rows["key"] == key], indicator, say) | on)
    values = [written(value, indicator, say.language) for value in ends["value"]]
    return parts.chart(
        traces,
        height=height,
        **layout,
        annotations=titles,
        hovermode="closest",
        hoverdistance=60,
        margin=parts.margin(top=24, below=24),
        alt=say(
            "{count} 个街镇{indicator}的小型折线图，同一坐标；末月最高 {value}。",
            count=len(ends),
            indicator=say.words(indicator.name),
            value=values[0],
        ),
        keys=tuple(
            (str(key), f"{name} {value}")
            for key, name, value in zip(ends.index, ends["name"], values, strict=True)
        ),
    )  # fmt: skip


def _axes(
    name: str, number: int, count: int, *, months: list[str], span: list[float]
) -> parts.Part:
    """Give the two axes of one chart; ticks are written at the left and below only."""
    across, above = _place(number, count)
    return {
        f"xaxis{name}": parts.axis(
            type="date", linecolor=RULE, nticks=3, tickformat="%Y", dtick="M12",
            tick0="2000-01-01", tickfont=parts.SMALL_PRINT, range=months, domain=across,
            anchor=f"y{name}", showticklabels=number + COLUMNS >= count,
        ),
        f"yaxis{name}": parts.value_axis(
            range=span, domain=[above[0], above[1] - 0.005], anchor=f"x{name}", nticks=3,
            tickfont=parts.SMALL_PRINT, automargin=True, separatethousands=True,
            showticklabels=number % COLUMNS == 0,
        ),
    }  # fmt: skip


def _name(end: pd.Series, number: int, count: int, indicator: Indicator, say: Say) -> parts.Part:
    """Write a town's name and last value above its chart."""
    across, above = _place(number, count)
    value = bold(short_figure(end["value"], indicator, say.language))
    return parts.note(
        together(f"{end['name']} ", value), across[0], above[1], INK, xref="paper", yref="paper",
        xanchor="left", yanchor="bottom",
    )  # fmt: skip


def _town_line(rows: pd.DataFrame, indicator: Indicator, say: Say) -> Trace:
    """Draw a town's months; one key all along the line: a click on any point chooses the town."""
    line = _line(rows, {"color": BLUE, "width": 2})
    hovers = [
        f"{name} {month}\n{written(value, indicator, say.language)}"
        for name, month, value in zip(rows["name"], line["x"], rows["value"], strict=True)
    ]
    keys = rows["key"].tolist()
    return scatter(**line, hoverinfo="text", hovertext=hovers, customdata=keys)


def _line(rows: pd.DataFrame, line: parts.Part) -> parts.Part:
    months = written_months(rows["month"])
    return {"mode": "lines", "x": months, "y": rows["value"].tolist(), "line": line}


def _place(number: int, count: int) -> tuple[list[float], list[float]]:
    """Give where a chart stands, from left to right and from the lower edge up, from 0 to 1."""
    down = ceil(count / COLUMNS)
    across, row = number % COLUMNS, number // COLUMNS
    return _part(across, COLUMNS, _GAP_X), _part(down - 1 - row, down, _GAP_Y)


def _part(number: int, count: int, gap: float) -> list[float]:
    """Give where the ``number``-th of ``count`` equal parts begins and ends, from 0 to 1."""
    width = (1 - gap * (count - 1)) / count
    start = number * (width + gap)
    return [start, start + width]
