"""Draw who takes part: by category, day by day, community by community, and who comes again."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from dashboard.contract.indicators import Indicator, written
from dashboard.contract.rounding import number_written, percent_written
from dashboard.contract.words import Words
from dashboard.draw.charts import base_layout, hover_text, spoken_text
from dashboard.draw.drawing import Drawing, Height, bar, framed, heatmap, nothing, plot, scatter
from dashboard.draw.theme import BLUE, BLUE_PALE, INK_SOFT, RED, RULE, SEQUENCE
from dashboard.language import Say

_SCALE = [[i / (len(SEQUENCE) - 1), colour] for i, colour in enumerate(SEQUENCE)]
_FIXED: dict[str, Any] = {"fixedrange": True, "showgrid": False, "zeroline": False}


def _plot(
    traces: list[dict[str, Any]],
    layout: dict[str, Any],
    *,
    alt: str,
    height: Height,
    keys: tuple[tuple[str, str], ...] = (),
) -> Drawing:
    """Wrap plain traces and what differs from the usual layout."""
    return plot(framed(traces, base_layout(**layout)), alt=alt, height=height, keys=keys)


def categories(
    panels: list[tuple[Indicator, pd.DataFrame]], say: Say, *, height: Height = 340
) -> Drawing:
    """Draw several indicators of the same categories side by side, in the order of the rows.

    ``panels``: each an indicator and its measured rows, with ``key`` and ``name``.
    """
    if not panels or panels[0][1].empty:
        return nothing("plot", say("所选范围内没有数据。"), height=height)
    names = panels[0][1]["name"].tolist()
    positions = list(range(len(names)))
    traces: list[Any] = []
    layout: dict[str, Any] = {
        "yaxis": {
            **_FIXED, "tickvals": positions, "ticktext": names, "automargin": True, "ticklen": 4,
            "tickcolor": "#FFFFFF", "range": [len(names) - 0.4, -0.6],
        },
        "annotations": [], "bargap": 0.42, "margin": {"l": 8, "r": 12, "t": 26, "b": 4},
    }  # fmt: skip
    for number, (indicator, rows) in enumerate(panels):
        axis = "" if number == 0 else str(number + 1)
        start, width = number / len(panels), 1 / len(panels)
        ends = rows["high"].fillna(rows["value"])
        traces += [
            bar(orientation="h", x=rows["value"].tolist(), y=positions, xaxis=f"x{axis}",
                marker={"color": BLUE if number == 0 else BLUE_PALE}, hoverinfo="text",
                hovertext=[
                    hover_text(row, indicator, say)
                    for row in rows.to_dict("records")
                ],
                error_x={
                    "type": "data", "array": (rows["high"] - rows["value"]).tolist(),
                    "arrayminus": (rows["value"] - rows["low"]).tolist(), "color": "#4A5763",
                    "thickness": 1, "width": 0, "visible": bool(rows["low"].notna().any()),
                },
            ),
            scatter(mode="text", x=ends.fillna(0).tolist(), y=positions, xaxis=f"x{axis}",
                text=[f" {number_written(value, indicator.decimals)}" for value in rows["value"]],
                textposition="middle right", hoverinfo="skip", cliponaxis=False,
            ),
        ]  # fmt: skip
        most = float(ends.max()) if ends.notna().any() else 0.0
        layout[f"xaxis{axis}"] = {
            "visible": False, "fixedrange": True, "range": [0, most * 1.75 or 1],
            "domain": [start, start + width * 0.94],
        }  # fmt: skip
        layout["annotations"].append(
            {
                "x": start, "xref": "paper", "xanchor": "left", "y": 1, "yref": "paper",
                "yanchor": "bottom", "showarrow": False, "font": {"color": INK_SOFT, "size": 12},
                "text": _panel_title(indicator, say),
            }
        )  # fmt: skip
    indicator, rows = panels[0]
    return _plot(
        traces,
        layout,
        height=height,
        alt=say(
            "{indicator}按类排列的条形图，最高为{name} {value}。",
            indicator=say.words(indicator.name),
            name=names[0],
            value=written(rows["value"].iloc[0], indicator, say.language),
        ),
    )


def _panel_title(indicator: Indicator, say: Say) -> str:
    name = say.words(indicator.name)
    return f"{name} %" if indicator.kind == "share" else name


def calendar(
    rows: pd.DataFrame,
    first: date,
    last: date,
    festivals: tuple[tuple[date, Words], ...],
    say: Say,
    *,
    unit: str,
    height: Height = 250,
) -> Drawing:
    """Draw a value for each day: weeks from left to right, Monday on top, festivals framed.

    ``rows``: ``held_on`` and ``value``. A day without a row had nothing; a missing value is not
    shown.
    """
    if rows.empty:
        return nothing("plot", say("所选范围内没有活动。"), height=height)
    start = first - timedelta(days=first.weekday())
    days = [start + timedelta(days=n) for n in range((last - start).days + 1)]
    days += [days[-1] + timedelta(days=n + 1) for n in range(6 - days[-1].weekday())]
    values = dict(zip(rows["held_on"].dt.date, rows["value"].astype("float64"), strict=True))
    weeks = len(days) // 7
    cells = np.full((7, weeks), np.nan)
    hovers = [[""] * weeks for _ in range(7)]
    names = {day: say.words(words) for day, words in festivals}
    weekdays = [
        say("周一"),
        say("周二"),
        say("周三"),
        say("周四"),
        say("周五"),
        say("周六"),
        say("周日"),
    ]
    for number, day in enumerate(days):
        if not first <= day <= last:
            continue
        week, weekday = divmod(number, 7)
        value = values.get(day, 0.0)
        cells[weekday, week] = value
        shown = number_written(value)
        text = f"{day} {weekdays[weekday]} {names.get(day, '')}".strip()
        hovers[weekday][week] = f"{text}\n{shown} {unit}"
    known = cells[~np.isnan(cells)]
    # A few great days would make all others look alike.
    top = float(np.quantile(known[known > 0], 0.98)) if (known > 0).any() else 1.0
    places = [(divmod((day - start).days, 7), say.words(words)) for day, words in festivals]
    months = [n for n, day in enumerate(days) if day.day == 1 and first <= day <= last]
    figure = (
        [
            heatmap(z=[[None if np.isnan(v) else v for v in line] for line in cells.tolist()],
                x=list(range(weeks)), y=list(range(7)), zmin=0, zmax=top, colorscale=_SCALE,
                xgap=2, ygap=2, hovertext=hovers, hoverinfo="text", hoverongaps=False,
                colorbar={
                    "thickness": 8, "len": 0.9, "outlinewidth": 0, "nticks": 4,
                    "title": {"text": unit, "font": {"size": 12}}, "tickfont": {"size": 11},
                },
            ),
        ],
        {
            "xaxis": {
                **_FIXED, "side": "bottom", "range": [-0.7, weeks - 0.3],
                "tickvals": [n // 7 for n in months], "ticktext": _month_names(days, months),
                "tickfont": {"color": INK_SOFT, "size": 11}, "tickangle": 0,
            },
            "yaxis": {
                **_FIXED, "range": [6.6, -0.6], "tickvals": [0, 2, 4, 6],
                "ticktext": [weekdays[n] for n in (0, 2, 4, 6)],
                "tickfont": {"color": INK_SOFT, "size": 11}, "automargin": True,
            },
            "annotations": _festival_names(places),
            "shapes": [
                {
                    "type": "rect", "x0": week - 0.5, "x1": week + 0.5, "y0": weekday - 0.5,
                    "y1": weekday + 0.5, "line": {"color": RED, "width": 2},
                }
                for (week, weekday), _ in places
            ],
            "margin": {"l": 8, "r": 8, "t": 40, "b": 24},
        },
    )  # fmt: skip
    busiest = rows.dropna(subset=["value"]).sort_values("value").iloc[-1:]
    return _plot(
        *figure,
        height=height,
        alt=say(
            "日历热力图，{first} 至 {last}，最多的一天为 {day}，{value} {unit}。",
            first=first,
            last=last,
            day=f"{busiest['held_on'].iloc[0]:%Y-%m-%d}" if len(busiest) else "—",
            value=number_written(busiest["value"].iloc[0] if len(busiest) else None),
            unit=unit,
        ),
    )


def _month_names(days: list[date], months: list[int]) -> list[str]:
    """Name every month, or every third where they are many; the year where it begins."""
    step = 1 if len(months) <= 14 else 3
    return [
        f"{days[n]:%Y-%m}"
        if place == 0 or days[n].month == 1
        else f"{days[n]:%m}"
        if days[n].month % step == 1 or step == 1
        else ""
        for place, n in enumerate(months)
    ]


def _festival_names(places: list[tuple[tuple[int, int], str]]) -> list[dict[str, Any]]:
    """Write the festivals' names above their weeks, in two rows where they are close."""
    found, before, upper = [], -99, False
    for (week, _), name in places:
        upper = not upper if week - before < 5 else False
        before = week
        found.append(
            {
                "x": week, "y": 1, "yref": "paper", "yanchor": "bottom", "showarrow": False,
                "text": name, "yshift": 16 if upper else 2, "font": {"size": 11, "color": RED},
            }
        )  # fmt: skip
    return found


def reach_funnel(
    rows: pd.DataFrame,
    limits: pd.DataFrame,
    indicator: Indicator,
    say: Say,
    *,
    district: float,
    height: Height = 320,
) -> Drawing:
    """Draw communities by their residents within the limits of chance; those below stand out.

    Rows: measured, with ``key``, ``name``, ``is_low`` and ``is_without``.
    """
    rows = rows.dropna(subset=["value"])
    if rows.empty:
        return nothing("plot", say("所选范围内没有数据。"), height=height)
    records = rows.to_dict("records")
    lines = [
        scatter(x=limits["size"].tolist(), y=limits[edge].tolist(), mode="lines", hoverinfo="skip",
            line={"color": "#9AA7B4", "width": 1, "dash": "dot" if "95" in edge else "dash"},
            meta={"name": edge},
        )
        for edge in ("low95", "high95", "low998", "high998")
    ]  # fmt: skip
    dots = scatter(x=rows["denominator"].tolist(), y=rows["value"].tolist(), mode="markers",
        customdata=rows["key"].tolist(), hoverinfo="text", cliponaxis=False,
        marker={
            "size": 7, "line": {"width": 0.5, "color": "#FFFFFF"},
            "color": [
                "#E69F00" if row["is_low"] or row["is_without"] else BLUE_PALE for row in records
            ],
        },
        hovertext=[hover_text(row, indicator, say) for row in records],
    )  # fmt: skip
    most = float(rows["value"].max())
    figure = (
        [*lines, dots],
        {
            "xaxis": {
                "title": {"text": say("平均居民，人"), "font": {"size": 12, "color": INK_SOFT}},
                **_FIXED, "linecolor": RULE, "range": [0, float(rows["denominator"].max()) * 1.06],
                "tickfont": {"color": INK_SOFT},
            },
            "yaxis": {
                **_FIXED, "showgrid": True, "gridcolor": RULE, "ticksuffix": "%",
                "range": [-2, most * 1.06 + 1], "tickfont": {"color": INK_SOFT},
            },
            "shapes": [
                {
                    "type": "line", "x0": 0, "x1": 1, "xref": "paper", "y0": district,
                    "y1": district, "line": {"color": RED, "width": 1, "dash": "dash"},
                }
            ],
            "margin": {"l": 44, "r": 12, "t": 8, "b": 44},
        },
    )  # fmt: skip
    return _plot(
        *figure,
        height=height,
        alt=say(
            "漏斗图：{count} 个社区中 {low} 个有活动而参与率低于 99.8% 界限，{without} 个没有活动。",
            count=len(rows),
            low=int(rows["is_low"].sum()),
            without=int(rows["is_without"].sum()),
        ),
        keys=tuple(
            (row["key"], spoken_text(pd.Series(row), indicator, say))
            for row in records
            if row["is_low"] or row["is_without"]
        ),
    )


def cohorts(rows: pd.DataFrame, say: Say, *, height: Height = 380) -> Drawing:
    """Draw the share of each cohort seen in each later month.

    Rows: ``first_month``, ``months_since``, ``cohort_count``, ``participant_count``, ``share``.
    """
    later = rows[rows["months_since"] > 0]
    if later["share"].notna().sum() == 0:
        return nothing("plot", say("所选范围内没有数据。"), height=height)
    firsts = sorted(rows["first_month"].unique())
    most = int(later["months_since"].max())
    cells: list[list[float | None]] = [[None] * most for _ in firsts]
    hovers = [[""] * most for _ in firsts]
    place = {first: n for n, first in enumerate(firsts)}
    for row in later.itertuples():
        line, column = place[row.first_month], row.months_since - 1
        cells[line][column] = None if pd.isna(row.share) else row.share
        hovers[line][column] = say(
            "{month} 首次参与的 {size} 人，{since} 个月后有 {share} 再次出现",
            month=f"{row.first_month:%Y-%m}",
            size=number_written(row.cohort_count),
            since=row.months_since,
            share=percent_written(row.share),
        )
    figure = (
        [
            heatmap(z=cells, x=list(range(1, most + 1)), y=list(range(len(firsts))), zmin=0,
                zmax=float(later["share"].quantile(0.98)) or 1.0, colorscale=_SCALE, xgap=1,
                ygap=1, hovertext=hovers, hoverinfo="text", hoverongaps=False,
                colorbar={
                    "thickness": 8, "len": 0.9, "outlinewidth": 0, "nticks": 5, "ticksuffix": "%",
                    "tickfont": {"size": 11},
                },
            )
        ],
        {
            "xaxis": {
                **_FIXED, "side": "bottom", "tickfont": {"color": INK_SOFT, "size": 11},
                "title": {"text": say("首次参与后第几个月"), "font": {"size": 12, "color": INK_SOFT}},
                "dtick": 3, "tick0": 1,
            },
            "yaxis": {
                **_FIXED, "range": [len(firsts) - 0.5, -0.5], "automargin": True,
                "tickvals": list(range(0, len(firsts), 3)),
                "ticktext": [f"{firsts[n]:%Y-%m}" for n in range(0, len(firsts), 3)],
                "tickfont": {"color": INK_SOFT, "size": 11},
            },
            "margin": {"l": 8, "r": 8, "t": 8, "b": 44},
        },
    )  # fmt: skip
    return _plot(
        *figure,
        height=height,
        alt=say("按首次参与月份分组的留存热力图，共 {count} 组。", count=len(firsts)),
    )


def lorenz(points: pd.DataFrame, say: Say, *, gini: float, height: Height = 380) -> Drawing:
    """Draw the Lorenz curve; points: ``residents`` and ``attendances``, in percent."""
    x, y = points["residents"].tolist(), points["attendances"].tolist()
    axis = {
        "fixedrange": True, "zeroline": False, "gridcolor": RULE, "ticksuffix": "%",
        "tickfont": {"color": INK_SOFT}, "range": [0, 100], "dtick": 20,
    }  # fmt: skip
    figure = (
        [
            scatter(x=[0, 100], y=[0, 100], mode="lines", hoverinfo="skip",
                line={"color": "#9AA7B4", "width": 1, "dash": "dot"},
            ),
            scatter(x=x, y=y, mode="lines", fill="tozeroy", fillcolor="rgba(31,78,121,0.10)",
                line={"color": BLUE, "width": 2}, hoverinfo="text",
                hovertext=[
                    say(
                        "参与最少的 {residents:.1f}% 居民，占 {attendances:.1f}% 人次",
                        residents=one, attendances=other,
                    )
                    for one, other in zip(x, y, strict=True)
                ],
            ),
        ],
        {
            "xaxis": {
                **axis,
                "title": {
                    "text": say("居民，从参与最少到最多"), "font": {"size": 12, "color": INK_SOFT},
                },
            },
            "yaxis": {
                **axis,
                "title": {"text": say("累计人次"), "font": {"size": 12, "color": INK_SOFT}},
            },
            "annotations": [
                {
                    "x": 78, "y": 70, "text": say("人人相同"), "showarrow": False,
                    "font": {"size": 12, "color": INK_SOFT}, "textangle": 0, "xanchor": "right",
                }
            ],
            "margin": {"l": 56, "r": 16, "t": 8, "b": 44},
        },
    )  # fmt: skip
    return _plot(
        *figure,
        height=height,
        alt=say("居民参与人次的洛伦兹曲线，基尼系数 {gini:.2f}。", gini=gini),
    )
