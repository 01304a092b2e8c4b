"""Draw housing: tiers over time, communities as dots, how new places fill, supply and targets."""

import math
from collections.abc import Hashable
from typing import Any

import pandas as pd

from dashboard.contract.indicators import Indicator, as_written, short_figure, written
from dashboard.contract.rounding import percent_written
from dashboard.draw.charts import (
    base_layout,
    district_line,
    district_words,
    hover_text,
)
from dashboard.draw.drawing import Drawing, Height, Trace, bar, framed, nothing, plot, scatter
from dashboard.draw.theme import BLUE, BLUE_PALE, CATEGORIES, INK, INK_SOFT, RED, RULE
from dashboard.draw.tiers import months_axis
from dashboard.language import Say

_MOST_BINS = 100
_DOTS_HEIGHT = 250
_COUNT_STRIP = 0.16
# Tried from the finest on until the dots stand in few enough columns.
_STEPS = tuple(digit * 10.0**power for power in range(-2, 5) for digit in (1, 2, 5))


def spread_ranking(
    rows: pd.DataFrame,
    indicator: Indicator,
    say: Say,
    *,
    district: float | None = None,
    height: Height = 400,
) -> Drawing:
    """Rank places as dots, each with the middle half of its communities as a line, and the median.

    Rows: measured, with ``key``, ``name``, ``lower``, ``middle``, ``upper`` (quartiles over
    communities, may be missing) and ``behind``, how many communities they are of. The axis need not start at 0.
    """
    rows = rows.dropna(subset=["value"]).sort_values(["value", "key"], ascending=[False, True])
    if rows.empty:
        return nothing("plot", say("所选范围内没有数据。"), height=height)
    positions, records = list(range(len(rows))), rows.to_dict("records")
    hovers = [_spread_text(row, indicator, say) for row in records]
    lower = rows["lower"].fillna(rows["value"])
    upper = rows["upper"].fillna(rows["value"])
    least = float(min(lower.min(), rows["value"].min(), *_known(district)))
    most = float(max(upper.max(), rows["value"].max(), *_known(district)))
    room = (most - least) or abs(most) or 1.0
    lines = scatter(
        x=[x for pair in zip(lower, upper, strict=True) for x in (*pair, None)],
        y=[y for position in positions for y in (position, position, None)],
        mode="lines",
        line={"color": BLUE_PALE, "width": 5},
        hoverinfo="skip",
    )
    dots = scatter(
        x=rows["value"].tolist(),
        y=positions,
        mode="markers",
        marker={"size": 11, "color": BLUE},
        customdata=rows["key"].tolist(),
        hoverinfo="text",
        hovertext=hovers,
    )
    medians = scatter(
        x=[row["middle"] for row in records if pd.notna(row["middle"])],
        y=[n for n, row in enumerate(records) if pd.notna(row["middle"])],
        mode="markers",
        marker={"symbol": "line-ns-open", "size": 9, "color": INK, "line": {"width": 2}},
        hoverinfo="skip",
    )
    edge = most + room * 0.03
    values = scatter(
        x=[edge] * len(rows),
        y=positions,
        mode="text",
        text=[written(value, indicator, say.language) for value in rows["value"]],
        textposition="middle right",
        hoverinfo="skip",
        cliponaxis=False,
    )
    figure = framed(
        [lines, *district_line(district, rows=len(rows)), medians, dots, values],
        base_layout(
            annotations=district_words(district, indicator, say, rows=len(rows)),
            xaxis={
                "fixedrange": True, "zeroline": False, "gridcolor": RULE, "nticks": 6,
                "side": "top", "tickfont": {"color": INK_SOFT, "size": 11},
                "ticksuffix": "%" if indicator.kind == "share" else "",
                "range": [least - room * 0.06, edge + room * 0.24],
            },
            yaxis={
                "tickvals": positions, "ticktext": rows["name"].tolist(), "fixedrange": True,
                "range": [len(rows) - 0.4, -0.6], "showgrid": False, "zeroline": False,
                "automargin": True, "ticklen": 4, "tickcolor": "#FFFFFF",
            },
            margin={"l": 8, "r": 12, "t": 22, "b": 28},
        ),
    )  # fmt: skip
    best, worst = rows.iloc[0], rows.iloc[-1]
    comma = "，" if say.language == "zh" else ", "
    return plot(
        figure,
        height=height,
        alt=say(
            "{indicator}排列图：最高{best} {high}，最低{worst} {low}。",
            indicator=say.words(indicator.name),
            best=best["name"],
            high=written(best["value"], indicator, say.language),
            worst=worst["name"],
            low=written(worst["value"], indicator, say.language),
        ),
        keys=tuple(
            (row["key"], text.replace("\n", comma))
            for row, text in zip(records, hovers, strict=True)
        ),
        rows=rows["key"].tolist(),
    )


def _known(value: float | None) -> list[float]:
    return [] if value is None or pd.isna(value) else [value]


def _spread_text(row: dict[Hashable, Any], indicator: Indicator, say: Say) -> str:
    text = hover_text(row, indicator, say)
    if pd.isna(row["lower"]):
        return text
    return f"{text}\n" + say(
        "{count} 个社区，一半在 {low} 至 {high}",
        count=int(row["behind"]),
        low=short_figure(row["lower"], indicator, say.language),
        high=written(row["upper"], indicator, say.language),
    )


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
    texts = [hover_text(row, indicator, say) for row in rows.to_dict("records")]
    comma = "，" if say.language == "zh" else ", "
    points = scatter(
        x=((column + 0.5) * step).tolist(),
        y=(level + 0.5).tolist(),
        mode="markers",
        marker={
            "size": max(3.0, min(6.0, _DOTS_HEIGHT / tallest)),
            "color": [
                BLUE if bar is not None and value < bar else BLUE_PALE
                for value in as_written(rows["value"], indicator)
            ],
        },
        customdata=rows["key"].tolist(),
        hoverinfo="text",
        hovertext=texts,
        cliponaxis=False,
    )  # fmt: skip
    suffix = "%" if indicator.kind == "share" else ""
    lines = [(median, RED, say("中位数 {value}", value=written(median, indicator, say.language)))]
    if bar is not None:
        lines.append((bar, INK_SOFT, say("{bar:.0f}%（假定）", bar=bar)))
    figure = framed(
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
                    "x": x, "y": 1 - 0.07 * number, "yref": "paper", "yanchor": "bottom",
                    "showarrow": False, "xanchor": "right", "text": text,
                    "font": {"color": colour, "size": 12},
                }
                for number, (x, colour, text) in enumerate(lines)
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
        keys=tuple(
            (key, text.replace("\n", comma)) for key, text in zip(rows["key"], texts, strict=True)
        ),
    )


def _step(spread: float) -> float:
    return next((step for step in _STEPS if spread / step <= _MOST_BINS), _STEPS[-1])


def fill_curves(
    curve: pd.DataFrame, own: pd.DataFrame, say: Say, *, height: Height = 330
) -> Drawing:
    """Draw the median and the quartile band of new communities by months since opening.

    Rows: ``age``, ``low``, ``median``, ``high`` (percent), ``count``. Below the curve stands how
    many communities are behind each point. ``own``: ``name``, ``age`` and ``value`` of the
    communities that are to stand out.
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
    band = scatter(
        x=ages + ages[::-1], y=curve["high"].tolist() + curve["low"].tolist()[::-1],
        fill="toself", fillcolor="rgba(31,78,121,0.12)", line={"width": 0}, mode="lines",
        hoverinfo="skip",
    )  # fmt: skip
    line = scatter(
        x=ages, y=curve["median"].tolist(), mode="lines", line={"color": BLUE, "width": 2},
        hoverinfo="text", hovertext=hovers,
    )  # fmt: skip
    behind = bar(
        x=ages, y=curve["count"].tolist(), yaxis="y2", marker={"color": BLUE_PALE}, hoverinfo="skip",
    )  # fmt: skip
    figure = framed(
        [band, line, behind, *_own_curves(own)],
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


def _own_curves(own: pd.DataFrame) -> list[Trace]:
    return [
        scatter(
            x=rows["age"].tolist(), y=rows["value"].tolist(), mode="lines+text",
            line={"color": RED, "width": 2}, hoverinfo="text", connectgaps=False,
            text=[*[""] * (len(rows) - 1), name], textposition="bottom left",
            textfont={"color": RED, "size": 12}, cliponaxis=False,
            hovertext=[f"{name} {percent_written(value)}" for value in rows["value"]],
        )
        for name, rows in own.sort_values("age").groupby("name", sort=True)
    ]  # fmt: skip


def supply(
    rows: pd.DataFrame,
    targets: pd.DataFrame,
    say: Say,
    *,
    marked: pd.Timestamp,
    height: Height = 260,
) -> Drawing:
    """Draw one tier's supply month by month, and each target where it falls due.

    Rows: ``month``, ``supply_count``. Targets: ``due_on``, ``target_count``, ``label``,
    the largest last.
    """
    rows = rows.dropna(subset=["supply_count"])
    if rows.empty:
        return nothing("plot", say("所选范围内没有数据。"), height=height)
    months = [f"{month + pd.offsets.MonthEnd(0):%Y-%m-%d}" for month in rows["month"]]
    counts = rows["supply_count"].tolist()
    line = scatter(
        x=months, y=counts, mode="lines+markers", line={"color": BLUE, "width": 2},
        marker={"size": [8 if month == marked else 0 for month in rows["month"]]},
        hoverinfo="text",
        hovertext=[f"{m:%Y-%m}\n{n:,.0f}" for m, n in zip(rows["month"], counts, strict=True)],
    )  # fmt: skip
    due = scatter(
        x=[f"{day:%Y-%m-%d}" for day in targets["due_on"]],
        y=targets["target_count"].tolist(), mode="markers+text", text=targets["label"].tolist(),
        textposition=["bottom right"] * (len(targets) - 1) + ["top right"], textfont={"size": 12}, cliponaxis=False,
        marker={"symbol": "diamond", "size": 10, "color": CATEGORIES[1]},
        hoverinfo="text", hovertext=targets["label"].tolist(),
    )  # fmt: skip
    most = max([*counts, *targets["target_count"].tolist()])
    # The labels of the targets stand to the right of them.
    days = pd.to_datetime([*months, *targets["due_on"]])
    first, last = days.min(), days.max()
    room = max((last - first) * 0.24, pd.Timedelta(days=60))
    figure = framed(
        [line, due],
        base_layout(
            xaxis={
                **months_axis(),
                "range": [f"{first:%Y-%m-%d}", f"{last + room:%Y-%m-%d}"],
            },
            yaxis={
                "fixedrange": True, "gridcolor": RULE, "zeroline": False, "nticks": 5,
                "automargin": True, "tickfont": {"color": INK_SOFT}, "tickformat": ",d",
                "range": [0, most * 1.08],
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
