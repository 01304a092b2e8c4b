"""Draw charts: pure functions from measured rows to a drawing.

Rows carry ``value``, ``low``, ``high``, ``numerator`` and ``denominator`` as the indicators
module measures them, and ``key`` and ``name`` of what each row is about. What is chosen is no
matter of theirs: the browser paints it red, so that a choice sends no new drawing.
"""

from collections.abc import Hashable
from typing import Any

import pandas as pd

from dashboard.draw.drawing import Drawing, Height, Trace, bar, framed, nothing, plot, scatter
from dashboard.draw.theme import (
    BLUE,
    BLUE_PALE,
    CATEGORIES,
    FONT,
    FONT_SIZE,
    INK,
    INK_SOFT,
    RED,
    RULE,
)
from dashboard.language import Say
from dashboard.model.indicators import Indicator, short_figure, written

# Measured from the figure's lower edge, so that its rows take nothing from the plot.
_LEGEND_BELOW = {
    "orientation": "h", "x": 0, "yref": "container", "y": 0, "yanchor": "bottom",
    "traceorder": "normal", "font": {"size": 12},
}  # fmt: skip


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
        text += f"\n{row['numerator']:,.0f} ÷ {row['denominator']:,.0f}"
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
    records = rows.to_dict("records")
    hovers = [hover_text(row, indicator, say).replace("\n", "<br>") for row in records]
    ends = rows["high"].fillna(rows["value"])
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": rows["value"].tolist(),
        "y": positions,
        "marker": {
            "color": [
                BLUE if district is None or value >= district else BLUE_PALE
                for value in rows["value"]
            ]
        },
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
    figure = {
        "data": [bars, values],
        "layout": base_layout(
            bargap=0.42,
            **district_line(district, indicator, say, rows=len(rows)),
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


def district_line(
    district: float | None, indicator: Indicator, say: Say, *, rows: int
) -> dict[str, Any]:
    """Give the shape and the words of the line at the district's value, where there is one."""
    if district is None or pd.isna(district):
        return {}
    return {
        "shapes": [
            {
                "type": "line", "x0": district, "x1": district, "y0": -0.6, "y1": rows - 0.4,
                "line": {"color": RED, "width": 1, "dash": "dash"},
            }
        ],
        "annotations": [
            {
                "x": district, "y": rows - 0.4, "yanchor": "top", "showarrow": False,
                "text": say("全区 {value}", value=written(district, indicator, say.language)),
                "font": {"color": RED, "size": 12},
            }
        ],
    }  # fmt: skip


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
        hover_text(row, indicator, say).replace("\n", "<br>")
        for row in rows.assign(name=months).to_dict("records")
    ]
    behind = pd.DataFrame({"month": [], "value": []}) if district is None else district
    layout = _time_layout(rows["value"], rows["low"], rows["high"], behind["value"])
    layout["yaxis"]["ticksuffix"] = "%" if indicator.kind == "share" else ""
    layout["hovermode"] = "x"
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
        x=months, y=rows["value"].tolist(), mode="lines", line={"color": BLUE, "width": 2},
        hovertext=hovers, hoverinfo="text", customdata=months,
    ))  # fmt: skip
    at = rows[rows["month"] == marked]
    if not at.empty:
        traces.append(scatter(
            x=[f"{marked:%Y-%m}"], y=at["value"].tolist(), mode="markers+text",
            marker={"color": RED, "size": 8}, hoverinfo="skip", textposition="top center",
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


def _short(value: float, indicator: Indicator, say: Say) -> str:
    """Write a value for a label at a figure's edge, where a unit in words has no room."""
    if indicator.kind == "share":
        return written(value, indicator, say.language)
    return short_figure(value, indicator, say.language)


def _worth_naming(rows: pd.DataFrame) -> list[str]:
    """Name the places outside the limits and the two at either end; the browser, the chosen."""
    order = rows["value"].rank(method="first")
    named = rows["outside"] | (order <= 2) | (order > len(rows) - 2)
    return rows["name"].where(named, "").tolist()


def _time_layout(*values: pd.Series) -> dict[str, Any]:
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
            text=[_percent(value) for value in rows[share]], textposition="outside",
            cliponaxis=False, hoverinfo="text",
            hovertext=[
                f"{name}<br>{label} {_percent(value)} · {'—' if pd.isna(number) else f'{number:,.0f}'}"
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


def _percent(value: float) -> str:
    return "—" if pd.isna(value) else f"{value:.1f}%"


def stacked_months(
    rows: pd.DataFrame, names: dict[str, str], say: Say, *, height: Height = 300
) -> Drawing:
    """Stack the communities of each kind month by month. Rows: ``month``, ``kind``, ``count``."""
    if rows.empty:
        return nothing("plot", say("所选范围内没有数据。"), height=height)
    layout = _time_layout(pd.Series([0.0]))
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
                f"{month}<br>{name} {count:,.0f}"
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
                f"{towns[key]}<br>{name} {count:,.0f}"
                for key, count in zip(keys, counts, strict=True)
            ],
        ))  # fmt: skip
    traces.append(scatter(
        mode="text", x=totals.tolist(), y=positions, text=[f" {total:,.0f}" for total in totals],
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
        keys=tuple((key, f"{towns[key]} {total:,.0f}") for key, total in totals.items()),
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
                line={"color": "#9AA7B4", "width": 1, "dash": dash},
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
            hover_text(row, indicator, say).replace("\n", "<br>") for row in rows.to_dict("records")
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
