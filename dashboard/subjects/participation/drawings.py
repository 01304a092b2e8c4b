"""Draw who takes part: by category, day by day, community by community, and who comes again."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from math import isnan
from typing import Any

import numpy as np
import pandas as pd

from dashboard.contract.columns import as_floats, with_known
from dashboard.contract.indicators import Indicator, written
from dashboard.contract.rounding import number_written, percent_written
from dashboard.contract.words import Words
from dashboard.draw import parts
from dashboard.draw.charts import EDGE, hover_texts, spoken
from dashboard.draw.drawing import Drawing, Height, Trace, heatmap, nothing, scatter
from dashboard.draw.theme import BLUE, BLUE_PALE, RED, RULE, SEQUENCE
from dashboard.language import Say
from dashboard.subjects.participation.reasoning import Cohort

_SCALE = [[i / (len(SEQUENCE) - 1), colour] for i, colour in enumerate(SEQUENCE)]
# The darkest cells are the highest fiftieth: a few great ones would make all others look alike.
_DARKEST = 0.98


def _cells(
    values: list[list[float | None]],
    hovers: list[list[str]],
    x: list[int],
    *,
    top: float,
    gap: int,
    **bar: object,
) -> Trace:
    """Colour cells from nought to ``top``, with a colour bar."""
    return heatmap(
        z=values, y=list(range(len(values))), zmin=0, zmax=top, colorscale=_SCALE, xgap=gap,
        ygap=gap, hovertext=hovers, hoverinfo="text", hoverongaps=False,
        colorbar={
            "thickness": 8, "len": 0.9, "outlinewidth": 0, "tickfont": {"size": 11}, **bar,
        },
        x=x,
    )  # fmt: skip


def categories(
    panels: Sequence[tuple[Indicator, pd.DataFrame]], say: Say, *, height: Height = 340
) -> Drawing:
    """Draw several indicators of the same categories side by side, in the order of the rows.

    ``panels``: each an indicator and its measured rows, with ``key`` and ``name``.
    """
    if not panels:
        return parts.no_data(say, height)
    traces: list[Trace] = []
    axes: parts.Part = {}
    numbers = [_numbers(rows, indicator) for indicator, rows in panels]
    # Bars of one length, and room for the numbers beside them on a phone, too.
    wide = [_BAR_LETTERS + max(map(len, texts)) for texts in numbers]
    starts = [sum(wide[:number]) / sum(wide) for number in range(len(wide))]
    for number, (indicator, rows) in enumerate(panels):
        name = "x" if number == 0 else f"x{number + 1}"
        ends, colour = _ends(rows), BLUE if number == 0 else BLUE_PALE
        traces += _panel(rows, (ends, numbers[number]), indicator, name, colour, say)
        axes[name.replace("x", "xaxis")] = parts.hidden_axis(
            max(ends) * wide[number] / _BAR_LETTERS or 1,
            domain=[starts[number], starts[number] + wide[number] / sum(wide) * 0.98],
        )
    indicator, rows = panels[0]
    return parts.chart(
        traces,
        height=height,
        bargap=0.42,
        margin=parts.margin(top=26, below=4),
        yaxis=parts.names_axis(rows["name"].tolist(), edge=EDGE),
        **axes,
        annotations=[
            parts.note(
                _panel_title(each, say), start, 1, xref="paper", xanchor="left",
                yref="paper", yanchor="bottom",
            )
            for start, (each, _) in zip(starts, panels, strict=True)
        ],
        alt=say(
            "{indicator}按类排列的条形图，最高为{name} {value}。",
            indicator=say.words(indicator.name),
            name=rows["name"].iloc[0],
            value=written(rows["value"].iloc[0], indicator, say.language),
        ),
    )  # fmt: skip


# As many letters are as wide as the longest bar of a panel.
_BAR_LETTERS = 5


def _numbers(rows: pd.DataFrame, indicator: Indicator) -> list[str]:
    """Write what stands beside each bar."""
    return [f" {number_written(value, indicator.decimals)}" for value in rows["value"]]


def _panel(
    rows: pd.DataFrame,
    beside: tuple[list[float], list[str]],
    indicator: Indicator,
    axis: str,
    colour: str,
    say: Say,
) -> list[Trace]:
    return [
        parts.across(
            rows["value"], xaxis=axis, marker={"color": colour}, hoverinfo="text",
            hovertext=hover_texts(rows, indicator, say), error_x=parts.intervals(rows),
        ),
        parts.beside(*beside, xaxis=axis),
    ]  # fmt: skip


def _ends(rows: pd.DataFrame) -> list[float]:
    """Say where each bar with its interval ends; one of nothing at nought."""
    value, high = rows["value"].to_numpy(), rows["high"].to_numpy()
    return np.nan_to_num(np.where(np.isnan(high), value, high)).tolist()


def _panel_title(indicator: Indicator, say: Say) -> str:
    return say("参与率") + " %" if indicator.code == "reach" else say.words(indicator.name)


def calendar(
    rows: pd.DataFrame,
    span: tuple[date, date],
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
    first, last = span
    monday = first - timedelta(days=first.weekday())
    weeks = (last - monday).days // 7 + 1
    weekdays = _weekdays(say)
    values = dict(zip(rows["held_on"].dt.date, as_floats(rows["value"]).tolist(), strict=True))
    names = {day: say.words(words) for day, words in festivals}
    cells: list[list[float | None]] = [[None] * weeks for _ in weekdays]
    hovers = [[""] * weeks for _ in weekdays]
    for number in range((first - monday).days, (last - monday).days + 1):
        day, (week, weekday) = monday + timedelta(days=number), divmod(number, 7)
        value = values.get(day, 0.0)
        cells[weekday][week] = value
        text = f"{day} {weekdays[weekday]} {names.get(day, '')}".strip()
        hovers[weekday][week] = f"{text}\n{number_written(value)} {unit}"
    held = [value for value in values.values() if value > 0]
    places = [(divmod((day - monday).days, 7), name) for day, name in names.items()]
    return parts.chart(
        _cells(
            cells, hovers, list(range(weeks)),
            top=float(np.quantile(held, _DARKEST)) if held else 1.0, gap=2, nticks=4,
            title={"text": unit, "font": {"size": 12}},
        ),
        height=height,
        xaxis=_weeks_axis(monday, span, weeks),
        yaxis=parts.axis(
            range=[6.6, -0.6], tickvals=[0, 2, 4, 6], ticktext=weekdays[::2],
            tickfont=parts.SMALL_PRINT, automargin=True,
        ),
        annotations=_festival_names(places, [values.get(day, 0.0) for day in names]),
        shapes=[_frame(*place) for place, _ in places],
        margin=parts.margin(right=8, top=40, below=38),
        alt=_calendar_told(values, span, say, unit=unit),
    )  # fmt: skip


def _weekdays(say: Say) -> list[str]:
    return [
        say("周一"), say("周二"), say("周三"), say("周四"), say("周五"), say("周六"), say("周日"),
    ]  # fmt: skip


def _frame(week: int, weekday: int) -> parts.Part:
    return {
        "type": "rect", "x0": week - 0.5, "x1": week + 0.5, "y0": weekday - 0.5,
        "y1": weekday + 0.5, "line": {"color": RED, "width": 2},
    }  # fmt: skip


def _calendar_told(
    values: Mapping[date, float], span: tuple[date, date], say: Say, *, unit: str
) -> str:
    known = {day: value for day, value in values.items() if not isnan(value)}
    busiest = max(known, key=lambda day: known[day], default=None)
    return say(
        "日历热力图，{first} 至 {last}，最多的一天为 {day}，{value} {unit}。",
        first=span[0],
        last=span[1],
        day=busiest or "—",
        value=number_written(known[busiest] if busiest else None),
        unit=unit,
    )


def _weeks_axis(monday: date, span: tuple[date, date], weeks: int) -> parts.Part:
    """Name every month below its first week, or every third where they are many; the year below where
    it begins."""
    days = (span[0] + timedelta(days=n) for n in range((span[1] - span[0]).days + 1))
    months = [day for day in days if day.day == 1]
    step = 1 if len(months) <= 14 else 3
    names = [
        f"{day:%m\n%Y}"
        if place == 0 or day.month == 1
        else f"{day:%m}"
        if step == 1 or day.month % step == 1
        else ""
        for place, day in enumerate(months)
    ]
    return parts.axis(
        side="bottom", range=[-0.7, weeks - 0.3], tickfont=parts.SMALL_PRINT, tickangle=0,
        tickvals=[(day - monday).days // 7 for day in months], ticktext=names,
    )  # fmt: skip


def _festival_names(
    places: list[tuple[tuple[int, int], str]], values: list[float]
) -> list[parts.Part]:
    """Write the festivals' names above their weeks, those of the busiest days first."""
    busy = [-1.0 if isnan(value) else value for value in values]
    order = sorted(range(len(places)), key=lambda at: -busy[at])
    return [parts.where_room(places[at][1], places[at][0][0], RED) for at in order]


def reach_funnel(
    rows: pd.DataFrame,
    limits: pd.DataFrame,
    indicator: Indicator,
    say: Say,
    *,
    district: float,
    height: Height = 320,
) -> Drawing:
    """Draw communities by their residents within their limits; those below stand out.

    Rows: measured, with ``key``, ``name``, ``is_low`` and ``is_without``.
    """
    rows = with_known(rows)
    if rows.empty:
        return parts.no_data(say, height)
    hovers = hover_texts(rows, indicator, say)
    is_caught = rows["is_low"] | rows["is_without"]
    points = scatter(
        x=rows["denominator"].tolist(), y=rows["value"].tolist(), mode="markers",
        customdata=rows["key"].tolist(), hoverinfo="text", cliponaxis=False, hovertext=hovers,
        marker={
            "size": 7, "line": {"width": 0.5, "color": "#FFFFFF"},
            "color": ["#E69F00" if caught else BLUE_PALE for caught in is_caught],
        },
    )  # fmt: skip
    return parts.chart(
        [*parts.limit_lines(limits), points],
        height=height,
        xaxis=parts.axis(
            title=parts.title(say("平均居民，人")), linecolor=RULE,
            range=[0, float(rows["denominator"].max()) * 1.06],
        ),
        yaxis=parts.axis(
            showgrid=True, gridcolor=RULE, ticksuffix="%",
            range=[-2, float(rows["value"].max()) * 1.06 + 1],
        ),
        shapes=[parts.dashed("y", district)],
        margin=parts.margin(left=44, below=44),
        alt=say(
            "漏斗图：{count} 个社区中 {low} 个有活动而参与率低于平常波动的下限，{without} 个没有活动。",
            count=len(rows),
            low=int(rows["is_low"].sum()),
            without=int(rows["is_without"].sum()),
        ),
        keys=tuple(
            pair
            for pair, caught in zip(
                spoken(rows["key"].tolist(), hovers, say), is_caught, strict=True
            )
            if caught
        ),
    )  # fmt: skip


def cohorts(groups: Sequence[Cohort], say: Say, *, height: Height = 380) -> Drawing:
    """Draw the share of each cohort seen in each later month."""
    most = max((since for each in groups for since in each.seen), default=0)
    cells, hovers = [], []
    for each in groups:
        month, size = f"{each.first_month:%Y-%m}", number_written(each.size)
        shares = {since: each.share(since) for since in each.seen if since}
        cells.append([shares.get(since) for since in range(1, most + 1)])
        hovers.append(
            [
                say(
                    "{month} 首次参与的 {size} 人，{since} 个月后有 {share} 再次出现",
                    month=month, size=size, since=since, share=percent_written(shares[since]),
                )
                if since in shares
                else ""
                for since in range(1, most + 1)
            ]
        )  # fmt: skip
    known = [share for line in cells for share in line if share is not None and not isnan(share)]
    if not known:
        return parts.no_data(say, height)
    named = range(0, len(groups), 3)
    return parts.chart(
        _cells(
            cells, hovers, list(range(1, most + 1)),
            top=float(np.quantile(known, _DARKEST)) or 1.0, gap=1, nticks=5, ticksuffix="%",
        ),
        height=height,
        xaxis=parts.axis(
            side="bottom", tickfont=parts.SMALL_PRINT, dtick=3, tick0=1,
            title=parts.title(say("首次参与后第几个月")),
        ),
        yaxis=parts.axis(
            range=[len(groups) - 0.5, -0.5], automargin=True, tickfont=parts.SMALL_PRINT,
            tickvals=list(named), ticktext=[f"{groups[n].first_month:%Y-%m}" for n in named],
        ),
        margin=parts.margin(right=8, below=44),
        alt=say("按首次参与月份分组的留存热力图，共 {count} 组。", count=len(groups)),
    )  # fmt: skip


def lorenz(points: pd.DataFrame, say: Say, *, gini: float, height: Height = 380) -> Drawing:
    """Draw the Lorenz curve; points: ``residents`` and ``attendances``, in percent."""
    x, y = points["residents"].tolist(), points["attendances"].tolist()
    hovers = [
        say(
            "参与最少的 {residents:.1f}% 居民，占 {attendances:.1f}% 人次",
            residents=one, attendances=other,
        )
        for one, other in zip(x, y, strict=True)
    ]  # fmt: skip
    percents: dict[str, Any] = {"ticksuffix": "%", "range": [0, 100], "dtick": 20}
    return parts.chart(
        [
            scatter(x=[0, 100], y=[0, 100], mode="lines", hoverinfo="skip",
                line={"color": parts.GREY_LINE, "width": 1, "dash": "dot"},
            ),
            parts.curve(x, y, hovers, fill="tozeroy", fillcolor="rgba(31,78,121,0.10)"),
        ],
        height=height,
        xaxis=parts.value_axis(title=parts.title(say("居民，从参与最少到最多")), **percents),
        yaxis=parts.value_axis(title=parts.title(say("累计人次")), **percents),
        annotations=[parts.note(say("人人相同"), 78, 70, textangle=0, xanchor="right")],
        margin=parts.margin(left=56, right=16, below=44),
        alt=say("居民参与人次的洛伦兹曲线，基尼系数 {gini:.2f}。", gini=gini),
    )  # fmt: skip
