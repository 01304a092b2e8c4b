"""Draw how communities are governed: the modes by town and month, and coverage beside chance."""

import pandas as pd

from dashboard.contract.indicators import Indicator
from dashboard.contract.rounding import number_written, percent_written

# Measured from the figure's lower edge, so that its rows take nothing from the plot.
from dashboard.draw.charts import base_layout, hover_text, spoken_text, time_layout
from dashboard.draw.drawing import Drawing, Height, bar, framed, nothing, plot, scatter
from dashboard.draw.theme import (
    BLUE,
    BLUE_PALE,
    CATEGORIES,
    INK_SOFT,
    RED,
    RULE,
)
from dashboard.language import Say

_LEGEND_BELOW = {
    "orientation": "h", "x": 0, "yref": "container", "y": 0, "yanchor": "bottom",
    "traceorder": "normal", "font": {"size": 12},
}  # fmt: skip


def shares(rows: pd.DataFrame, say: Say, *, height: Height = 300) -> Drawing:
    """Draw each mode's share of communities and of residents, side by side.

    Rows: ``name``, ``community_share``, ``resident_share`` (0–100), ``community_count``,
    ``resident_count``.
    """
    if rows.empty:
        return nothing("plot", say("所选范围内没有数据。"), height=height)
    positions = list(range(len(rows)))
    layout = base_layout(
            bargap=0.3,
            showlegend=True,
            legend={"orientation": "h", "x": 1, "xanchor": "right", "y": -0.02, "yanchor": "top"},
            xaxis={
                "visible": False, "fixedrange": True,
                "range": [0, float(rows[["community_share", "resident_share"]].max().max()) * 1.2],
            },
            yaxis={
                "tickvals": positions, "ticktext": rows["name"].tolist(), "fixedrange": True,
                "range": [len(rows) - 0.5, -0.5], "automargin": True, "showgrid": False,
                "zeroline": False, "ticklen": 4, "tickcolor": "#FFFFFF",
            },
    )  # fmt: skip
    traces = []
    for share, count, colour, label in (
        ("community_share", "community_count", BLUE, say("占社区")),
        ("resident_share", "resident_count", BLUE_PALE, say("占居民")),
    ):
        traces.append(bar(
            orientation="h", x=rows[share].tolist(), y=positions, marker={"color": colour}, name=label,
            text=[percent_written(value) for value in rows[share]], textposition="outside",
            cliponaxis=False, hoverinfo="text",
            hovertext=[
                f"{name}\n{label} {percent_written(value)} · {number_written(number)}"
                for name, value, number in zip(rows["name"], rows[share], rows[count], strict=True)
            ],
        ))  # fmt: skip
    first = rows.sort_values("community_count", ascending=False).iloc[0]
    return plot(
        framed(traces, layout),
        height=height,
        alt=say(
            "各治理方式占社区与居民的比例，最多为{name}，占社区 {share:.1f}%。",
            name=first["name"],
            share=first["community_share"],
        ),
    )


def stacked_months(
    rows: pd.DataFrame, names: dict[str, str], say: Say, *, height: Height = 300
) -> Drawing:
    """Stack the communities of each kind month by month. Rows: ``month``, ``kind``, ``count``."""
    if rows.empty:
        return nothing("plot", say("所选范围内没有数据。"), height=height)
    layout = time_layout(pd.Series([0.0]))
    layout["yaxis"]["range"] = [0, float(rows.groupby("month")["count"].sum().max()) * 1.05]
    layout |= {
        "barmode": "stack", "bargap": 0.12, "showlegend": True, "legend": _LEGEND_BELOW,
        "margin": {"l": 8, "r": 12, "t": 8, "b": 92},
    }  # fmt: skip
    traces = []
    for number, (kind, name) in enumerate(names.items()):
        mine = rows[rows["kind"] == kind]
        if mine.empty:
            continue
        months = [f"{month:%Y-%m}" for month in mine["month"]]
        traces.append(bar(
            x=months, y=mine["count"].tolist(), name=name, hoverinfo="text", customdata=months,
            marker={"color": CATEGORIES[number % len(CATEGORIES)], "line": {"width": 0}},
            hovertext=[
                f"{month}\n{name} {number_written(count)}"
                for month, count in zip(months, mine["count"], strict=True)
            ],
        ))  # fmt: skip
    return plot(
        framed(traces, layout),
        height=height,
        alt=say("各治理方式的社区数逐月堆叠图，共 {months} 个月。", months=rows["month"].nunique()),
    )


def stacked_towns(
    rows: pd.DataFrame,
    kinds: dict[str, str],
    towns: dict[str, str],
    say: Say,
    *,
    height: Height = 380,
) -> Drawing:
    """Stack the communities of each kind town by town. Rows: ``key``, ``kind``, ``count``."""
    if rows.empty:
        return nothing("plot", say("所选范围内没有数据。"), height=height)
    table = rows.pivot_table(index="key", columns="kind", values="count", aggfunc="sum")
    totals = table.sum(axis=1).sort_values(ascending=False)
    keys, positions = totals.index.tolist(), list(range(len(totals)))
    layout = base_layout(
            barmode="stack", bargap=0.35, showlegend=True,
            legend=_LEGEND_BELOW,
            xaxis={"visible": False, "fixedrange": True, "range": [0, float(totals.max()) * 1.12]},
            yaxis={
                "tickvals": positions, "ticktext": [towns[key] for key in keys], "fixedrange": True,
                "range": [len(keys) - 0.4, -0.6], "automargin": True, "showgrid": False,
                "zeroline": False, "ticklen": 4, "tickcolor": "#FFFFFF",
            },
            margin={"l": 8, "r": 12, "t": 8, "b": 92},
    )  # fmt: skip
    traces = []
    for number, (kind, name) in enumerate(kinds.items()):
        if kind not in table.columns:
            continue
        counts = table.loc[keys, kind].fillna(0)
        traces.append(bar(
            orientation="h", x=counts.tolist(), y=positions, name=name, hoverinfo="text",
            marker={"color": CATEGORIES[number % len(CATEGORIES)], "line": {"width": 0}},
            hovertext=[
                f"{towns[key]}\n{name} {number_written(count)}"
                for key, count in zip(keys, counts, strict=True)
            ],
        ))  # fmt: skip
    traces.append(scatter(
        mode="text", x=totals.tolist(), y=positions, text=[f" {number_written(total)}" for total in totals],
        textposition="middle right", hoverinfo="skip", showlegend=False, cliponaxis=False,
    ))  # fmt: skip
    return plot(
        framed(traces, layout),
        height=height,
        alt=say(
            "各街镇各治理方式的社区数堆叠图，最多为{town}，共 {total:.0f} 个。",
            town=towns[keys[0]],
            total=totals.iloc[0],
        ),
        keys=tuple((key, f"{towns[key]} {number_written(total)}") for key, total in totals.items()),
        rows=keys,
    )


def funnel(
    rows: pd.DataFrame,
    limits: pd.DataFrame,
    indicator: Indicator,
    say: Say,
    *,
    district: float,
    height: Height = 340,
) -> Drawing:
    """Draw places by size within the limits of chance round the district's value.

    ``limits``: ``size``, ``low95``, ``high95``, ``low998``, ``high998`` in the indicator's unit.
    """
    rows = rows.dropna(subset=["value"])
    if rows.empty:
        return nothing("plot", say("所选范围内没有数据。"), height=height)
    near = limits[limits["size"] >= rows["denominator"].min()]
    every = pd.concat([rows["value"], near["low998"], near["high998"]])
    layout = base_layout(
            xaxis={
                "title": {"text": say("社区数"), "font": {"size": 12, "color": INK_SOFT}},
                "fixedrange": True, "showgrid": False, "zeroline": False, "linecolor": RULE,
                "range": [0, float(rows["denominator"].max()) * 1.14],
            },
            yaxis={
                "fixedrange": True, "gridcolor": RULE, "zeroline": False,
                "ticksuffix": say.words(indicator.unit), "tickfont": {"color": INK_SOFT},
                "range": [float(every.min()) - 3, float(every.max()) + 3],
            },
            margin={"l": 48, "r": 12, "t": 8, "b": 44},
    )  # fmt: skip
    traces = []
    for low, high, dash in (("low95", "high95", "dot"), ("low998", "high998", "dash")):
        for edge in (low, high):
            traces.append(scatter(
                x=limits["size"].tolist(), y=limits[edge].tolist(), mode="lines", hoverinfo="skip",
                line={"color": "#9AA7B4", "width": 1, "dash": dash}, meta={"name": edge},
            ))  # fmt: skip
    layout["shapes"] = [
        {
            "type": "line", "x0": 0, "x1": 1, "xref": "paper", "y0": district, "y1": district,
            "line": {"color": RED, "width": 1, "dash": "dash"},
        }
    ]  # fmt: skip
    traces.append(scatter(
        x=rows["denominator"].tolist(), y=rows["value"].tolist(), mode="markers+text",
        text=_worth_naming(rows), textposition="top center", textfont={"size": 12},
        marker={"size": 9, "color": BLUE}, meta={"names": rows["name"].tolist()},
        customdata=rows["key"].tolist(), hoverinfo="text", cliponaxis=False,
        hovertext=[
            hover_text(row, indicator, say) for row in rows.to_dict("records")
        ],
    ))  # fmt: skip
    outside = rows[rows["outside"]]
    return plot(
        framed(traces, layout),
        height=height,
        alt=say("漏斗图：{count} 个街镇超出 95% 随机波动界限。", count=len(outside)),
        keys=tuple(
            (row["key"], spoken_text(row, indicator, say)) for row in rows.to_dict("records")
        ),
    )


def _worth_naming(rows: pd.DataFrame) -> list[str]:
    """Name the places outside the limits and the two at either end; the browser, the chosen."""
    order = rows["value"].rank(method="first")
    named = rows["outside"] | (order <= 2) | (order > len(rows) - 2)
    return rows["name"].where(named, "").tolist()
