"""Draw housing: tiers over time, communities as dots, how new places fill, supply and targets."""

import math

import pandas as pd
import plotly.graph_objects as go

from dashboard.draw.charts import base_layout, hover_text, spoken_text
from dashboard.draw.drawing import Drawing, Height, nothing, plot
from dashboard.draw.theme import BLUE, BLUE_PALE, CATEGORIES, INK_SOFT, RED, RULE
from dashboard.language import Say
from dashboard.model.indicators import BY_CODE, Indicator, written

_MOST_BINS = 100
_DOTS_HEIGHT = 250
_COUNT_STRIP = 0.16
# Tried from the finest on until the dots stand in few enough columns.
_STEPS = tuple(digit * 10.0**power for power in range(-2, 5) for digit in (1, 2, 5))


def tier_lines(
    rows: pd.DataFrame,
    names: dict[str, str],
    say: Say,
    *,
    marked: pd.Timestamp,
    height: Height = 260,
) -> Drawing:
    """Draw each tier's occupancy over the months, a line each; the legend says the last value.

    Rows: ``month``, ``tier``, ``value``, ``numerator``, ``denominator``.
    """
    rows = rows.dropna(subset=["value"])
    if rows.empty:
        return nothing("plot", say("所选范围内没有数据。"), height=height)
    traces, spoken = [], []
    for number, (tier, name) in enumerate(names.items()):
        mine = rows[rows["tier"] == tier]
        if mine.empty:
            continue
        indicator = BY_CODE[f"occupancy_{tier}"]
        months = [f"{month:%Y-%m}" for month in mine["month"]]
        last = mine[mine["month"] == marked]
        shown = written(last["value"].iloc[0] if len(last) else None, indicator, say.language)
        label = say("{name} {value}", name=name, value=shown)
        spoken.append(label)
        labelled = mine.assign(name=[f"{month} {name}" for month in months])
        traces.append(
            go.Scatter(
                x=months,
                y=mine["value"].tolist(),
                name=label,
                mode="lines+markers",
                line={"color": CATEGORIES[number], "width": 2},
                marker={"size": [8 if month == marked else 0 for month in mine["month"]]},
                hoverinfo="text",
                hovertext=[
                    hover_text(row, indicator, say).replace("\n", "<br>")
                    for row in labelled.to_dict("records")
                ],
            )
        )
    low, high = rows["value"].min(), rows["value"].max()
    room = (high - low) * 0.12 or 1
    figure = go.Figure(
        traces,
        base_layout(
            hovermode="x",
            showlegend=True,
            legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "font": {"size": 13}},
            margin={"l": 8, "r": 12, "t": 30, "b": 28},
            xaxis=_months_axis(),
            yaxis={
                "fixedrange": True, "gridcolor": RULE, "zeroline": False, "nticks": 5,
                "automargin": True, "tickfont": {"color": INK_SOFT}, "ticksuffix": "%",
                "range": [max(0.0, low - room), min(100.0, high + room)],
            },
        ),
    )  # fmt: skip
    alt = say(
        "各层次入住率月度折线图，{month}：{tiers}。",
        month=f"{marked:%Y-%m}",
        tiers=say.listed(spoken),
    )
    return plot(figure, height=height, alt=alt)


def _months_axis() -> dict[str, object]:
    return {
        "type": "date", "fixedrange": True, "showgrid": False, "tickformat": "%Y-%m",
        "nticks": 6, "linecolor": RULE, "tickfont": {"color": INK_SOFT},
    }  # fmt: skip


def dots(
    rows: pd.DataFrame,
    indicator: Indicator,
    say: Say,
    *,
    bar: float | None = None,
    height: Height = 330,
) -> Drawing:
    """Draw each community as a dot at its value, stacked where they are many.

    The line is the median; dots below the ``bar`` are darker. Rows: measured, with ``key`` and
    ``name``.
    """
    rows = rows.dropna(subset=["value"]).sort_values(["value", "key"])
    if rows.empty:
        return nothing("plot", say("所选范围内没有数据。"), height=height)
    step = _step(float(rows["value"].max() - rows["value"].min()))
    column = (rows["value"] / step).map(math.floor)
    level = rows.groupby(column).cumcount()
    tallest = int(level.max()) + 1
    median = float(rows["value"].median())
    records = rows.to_dict("records")
    points = go.Scatter(
        x=((column + 0.5) * step).tolist(),
        y=(level + 0.5).tolist(),
        mode="markers",
        marker={
            "size": max(3.0, min(8.0, _DOTS_HEIGHT / tallest)),
            "color": [BLUE if bar is not None and v < bar else BLUE_PALE for v in rows["value"]],
        },
        customdata=rows["key"].tolist(),
        hoverinfo="text",
        hovertext=[hover_text(row, indicator, say).replace("\n", "<br>") for row in records],
        cliponaxis=False,
    )  # fmt: skip
    suffix = "%" if indicator.kind == "share" else ""
    lines = [(median, RED, say("中位数 {value}", value=written(median, indicator, say.language)))]
    if bar is not None:
        lines.append((bar, INK_SOFT, say("{bar:.0f}%（假定）", bar=bar)))
    figure = go.Figure(
        points,
        base_layout(
            margin={"l": 8, "r": 12, "t": 24, "b": 28},
            xaxis={
                "fixedrange": True, "showgrid": False, "zeroline": False, "linecolor": RULE,
                "ticksuffix": suffix, "tickfont": {"color": INK_SOFT}, "nticks": 9,
            },
            yaxis={"visible": False, "fixedrange": True, "range": [0, max(tallest, 12) * 1.03]},
            shapes=[
                {
                    "type": "line", "x0": x, "x1": x, "y0": 0, "y1": 1, "yref": "paper",
                    "line": {"color": colour, "width": 1, "dash": "dash"},
                }
                for x, colour, _ in lines
            ],
            annotations=[
                {
                    "x": x, "y": 1, "yref": "paper", "yanchor": "bottom", "showarrow": False,
                    "xanchor": "right" if x >= median else "right", "text": text,
                    "font": {"color": colour, "size": 12},
                }
                for x, colour, text in lines
            ],
        ),
    )  # fmt: skip
    return plot(
        figure,
        height=height,
        alt=say(
            "{count} 个社区的{indicator}分布，每点一个社区，中位数 {median}。",
            count=len(rows),
            indicator=say.words(indicator.name),
            median=written(median, indicator, say.language),
        ),
        keys=tuple((row["key"], spoken_text(pd.Series(row), indicator, say)) for row in records),
    )


def _step(spread: float) -> float:
    return next((step for step in _STEPS if spread / step <= _MOST_BINS), _STEPS[-1])


def fill_curves(curve: pd.DataFrame, say: Say, *, height: Height = 330) -> Drawing:
    """Draw the median and the quartile band of new communities by months since opening.

    Rows: ``age``, ``low``, ``median``, ``high`` (percent), ``count``. Below the curve stands how
    many communities are behind each point.
    """
    if curve.empty:
        return nothing("plot", say("所选范围内没有足够的新开社区。"), height=height)
    ages = curve["age"].tolist()
    hovers = [
        say(
            "开业第 {age} 个月：中位数 {median:.1f}%，四分位 {low:.1f}–{high:.1f}%，{count} 个社区",
            age=row.age, median=row.median, low=row.low, high=row.high, count=row.count,
        )
        for row in curve.rename(columns={"count": "behind"}).assign(count=curve["count"])
        .itertuples(index=False, name="Point")
    ]  # fmt: skip
    band = go.Scatter(
        x=ages + ages[::-1], y=curve["high"].tolist() + curve["low"].tolist()[::-1],
        fill="toself", fillcolor="rgba(31,78,121,0.12)", line={"width": 0}, mode="lines",
        hoverinfo="skip",
    )  # fmt: skip
    line = go.Scatter(
        x=ages, y=curve["median"].tolist(), mode="lines", line={"color": BLUE, "width": 2},
        hoverinfo="text", hovertext=hovers,
    )  # fmt: skip
    behind = go.Bar(
        x=ages, y=curve["count"].tolist(), yaxis="y2", marker_color=BLUE_PALE, hoverinfo="skip",
    )  # fmt: skip
    figure = go.Figure(
        [band, line, behind],
        base_layout(
            hovermode="x",
            bargap=0.35,
            margin={"l": 8, "r": 12, "t": 8, "b": 42},
            xaxis={
                "fixedrange": True, "showgrid": False, "zeroline": False, "linecolor": RULE,
                "tickfont": {"color": INK_SOFT}, "dtick": 3, "anchor": "y2",
                "title": {"text": say("开业后月数"), "font": {"size": 12, "color": INK_SOFT}},
            },
            yaxis={
                "fixedrange": True, "gridcolor": RULE, "zeroline": False, "automargin": True,
                "ticksuffix": "%", "range": [0, 102], "domain": [_COUNT_STRIP + 0.05, 1],
                "tickfont": {"color": INK_SOFT}, "nticks": 6,
            },
            yaxis2={
                "fixedrange": True, "showgrid": False, "zeroline": False, "automargin": True,
                "domain": [0, _COUNT_STRIP], "tickvals": [0, int(curve["count"].max())],
                "tickfont": {"color": INK_SOFT, "size": 11},
            },
        ),
    )  # fmt: skip
    last = curve.iloc[-1]
    return plot(
        figure,
        height=height,
        alt=say(
            "新开社区入住曲线：开业当月中位数 {first:.1f}%，第 {age:.0f} 个月 {last:.1f}%。",
            first=curve["median"].iloc[0],
            age=last["age"],
            last=last["median"],
        ),
    )


def supply(
    rows: pd.DataFrame,
    targets: pd.DataFrame,
    say: Say,
    *,
    marked: pd.Timestamp,
    height: Height = 260,
) -> Drawing:
    """Draw one tier's supply month by month, and each target where it falls due.

    Rows: ``month``, ``supply_count``. Targets: ``due_on``, ``target_count``, ``label``.
    """
    rows = rows.dropna(subset=["supply_count"])
    if rows.empty:
        return nothing("plot", say("所选范围内没有数据。"), height=height)
    months = [f"{month + pd.offsets.MonthEnd(0):%Y-%m-%d}" for month in rows["month"]]
    counts = rows["supply_count"].tolist()
    line = go.Scatter(
        x=months, y=counts, mode="lines+markers", line={"color": BLUE, "width": 2},
        marker={"size": [8 if month == marked else 0 for month in rows["month"]]},
        hoverinfo="text",
        hovertext=[f"{m:%Y-%m}<br>{n:,.0f}" for m, n in zip(rows["month"], counts, strict=True)],
    )  # fmt: skip
    due = go.Scatter(
        x=[f"{day:%Y-%m-%d}" for day in targets["due_on"]],
        y=targets["target_count"].tolist(), mode="markers+text", text=targets["label"].tolist(),
        textposition="middle right", textfont={"size": 12}, cliponaxis=False,
        marker={"symbol": "diamond", "size": 10, "color": CATEGORIES[1]},
        hoverinfo="text", hovertext=targets["label"].tolist(),
    )  # fmt: skip
    every = [*counts, *targets["target_count"].tolist()]
    figure = go.Figure(
        [line, due],
        base_layout(
            xaxis=_months_axis(),
            yaxis={
                "fixedrange": True, "gridcolor": RULE, "zeroline": False, "nticks": 5,
                "automargin": True, "tickfont": {"color": INK_SOFT}, "tickformat": ",d",
                "range": [min(every) * 0.94, max(every) * 1.04],
            },
        ),
    )  # fmt: skip
    return plot(
        figure,
        height=height,
        alt=say(
            "供应逐月折线图：{month}为 {count:,.0f}，另标出 {targets} 个公布的目标。",
            month=f"{rows['month'].iloc[-1]:%Y-%m}",
            count=counts[-1],
            targets=len(targets),
        ),
    )
