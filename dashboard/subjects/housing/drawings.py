"""Draw housing: communities as dots, how new places fill, supply and targets."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import count
from math import floor, isnan
from statistics import median

import pandas as pd

from dashboard.contract.columns import with_known, written_months
from dashboard.contract.indicators import Indicator, as_written, short_figure, written
from dashboard.contract.rounding import percent_written
from dashboard.draw import parts
from dashboard.draw.charts import (
    EDGE,
    district_line,
    district_words,
    highest_first,
    hover_texts,
    ranking_told,
    spoken,
)
from dashboard.draw.drawing import Drawing, Height, Trace, bar, nothing, scatter
from dashboard.draw.theme import BLUE, BLUE_PALE, CATEGORIES, INK, INK_SOFT, RED, RULE
from dashboard.language import Say

_MOST_BINS = 100
_HEIGHT = 330
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
    whole: str = "",
    height: Height = 400,
) -> Drawing:
    """Rank places as dots, each with the middle half of its communities as a line, and the median.

    Rows: measured, with ``key``, ``name``, ``lower``, ``middle``, ``upper`` (quartiles over
    communities, may be missing) and ``behind``, how many communities they are of. ``whole`` names the
    district's line where it is not of all of it. The axis need not start at 0.
    """
    rows = highest_first(rows).reset_index(drop=True)
    if rows.empty:
        return parts.no_data(say, height)
    hovers, values = _spread_texts(rows, indicator, say), rows["value"].tolist()
    names, keys, numbers = rows["name"].tolist(), rows["key"].tolist(), list(range(len(rows)))
    lower, upper = (rows[end].fillna(rows["value"]).tolist() for end in ("lower", "upper"))
    shown = [*lower, *upper, *values, *([] if district is None else [district])]
    least, most = min(shown), max(shown)
    room = (most - least) or abs(most) or 1.0
    edge = most + room * 0.03
    return parts.chart(
        [
            scatter(
                **parts.segments(lower, upper, numbers),
                line={"color": BLUE_PALE, "width": 5},
            ),
            *district_line(district, rows=len(rows)),
            _medians(rows["middle"].tolist()),
            scatter(
                x=values, y=numbers, mode="markers",
                marker={"size": 11, "color": BLUE}, customdata=keys,
                hoverinfo="text", hovertext=hovers,
            ),
            parts.beside(
                [edge] * len(rows), [written(value, indicator, say.language) for value in values]
            ),
        ],
        height=height,
        annotations=district_words(district, indicator, say, rows=len(rows), whole=whole),
        xaxis=parts.value_axis(
            nticks=6, side="top", tickfont=parts.SMALL_PRINT, ticksuffix=_suffix(indicator),
            range=[least - room * 0.06, edge + room * 0.24],
        ),
        yaxis=parts.names_axis(names, edge=EDGE),
        margin=parts.margin(top=22),
        alt=ranking_told(rows, indicator, say),
        keys=spoken(keys, hovers, say),
        rows=keys,
    )  # fmt: skip


def _medians(middles: list[float]) -> Trace:
    known = {row: middle for row, middle in enumerate(middles) if not isnan(middle)}
    return scatter(
        x=list(known.values()), y=list(known), mode="markers", hoverinfo="skip",
        marker={"symbol": "line-ns-open", "size": 9, "color": INK, "line": {"width": 2}},
    )  # fmt: skip


def _suffix(indicator: Indicator) -> str:
    return "%" if indicator.kind == "share" else ""


def _spread_texts(rows: pd.DataFrame, indicator: Indicator, say: Say) -> list[str]:
    texts = hover_texts(rows, indicator, say)
    spreads = (rows[name].tolist() for name in ("behind", "lower", "upper"))
    for row, (behind, lower, upper) in enumerate(zip(*spreads, strict=True)):
        if not isnan(lower):
            spread = say(
                "{count} 个社区，一半在 {low} 至 {high}",
                count=int(behind),
                low=short_figure(lower, indicator, say.language),
                high=written(upper, indicator, say.language),
            )
            texts[row] += f"\n{spread}"
    return texts


def dots(
    rows: pd.DataFrame, indicator: Indicator, say: Say, *, bar: float | None = None
) -> Drawing:
    """Draw each community as a dot at its value, stacked where they are many.

    The line is the median; dots below the ``bar`` are darker. Rows: measured, with ``key`` and
    ``name``.
    """
    rows = with_known(rows)
    if rows.empty:
        return parts.no_data(say, _HEIGHT)
    hovers = hover_texts(rows, indicator, say)
    ordered = sorted(zip(rows["value"].tolist(), rows["key"].tolist(), hovers, strict=True))
    values, keys = [value for value, _, _ in ordered], [key for _, key, _ in ordered]
    hovers = [hover for _, _, hover in ordered]
    step = _step(values[-1] - values[0])
    columns = [floor(value / step) for value in values]
    stacks: defaultdict[int, Iterator[int]] = defaultdict(count)
    levels = [next(stacks[column]) for column in columns]
    tallest, middle = max(levels) + 1, median(values)
    told = written(middle, indicator, say.language)
    lines = [(middle, RED, say("中位数 {value}", value=told))]
    if bar is not None:
        lines.append((bar, INK_SOFT, say("{bar:.0f}%（假定）", bar=bar)))
    return parts.chart(
        scatter(
            x=[(column + 0.5) * step for column in columns],
            y=[level + 0.5 for level in levels], mode="markers",
            marker={
                "size": max(3.0, min(6.0, _DOTS_HEIGHT / tallest)),
                "color": [
                    BLUE if bar is not None and as_written(value, indicator) < bar else BLUE_PALE
                    for value in values
                ],
            },
            customdata=keys, hoverinfo="text", hovertext=hovers, cliponaxis=False,
        ),
        height=_HEIGHT,
        margin=parts.margin(top=24),
        xaxis=parts.axis(linecolor=RULE, ticksuffix=_suffix(indicator), nticks=9),
        yaxis=parts.hidden_axis(max(tallest, 12) * 1.03),
        shapes=[parts.dashed("x", x, colour) for x, colour, _ in lines],
        annotations=[
            parts.note(
                text, x, 1 - 0.07 * number, colour, yref="paper", yanchor="bottom", xanchor="right"
            )
            for number, (x, colour, text) in enumerate(lines)
        ],
        alt=say(
            "{count} 个社区的{indicator}分布，每点一个社区，中位数 {median}。",
            count=len(values),
            indicator=say.words(indicator.name),
            median=told,
        ),
        keys=spoken(keys, hovers, say),
    )  # fmt: skip


def _step(spread: float) -> float:
    return next((step for step in _STEPS if spread / step <= _MOST_BINS), _STEPS[-1])


def fill_curves(curves: pd.DataFrame, own: pd.DataFrame, say: Say) -> Drawing:
    """Draw the median and the quartile band of new communities by months since opening.

    Rows: ``age``, ``low``, ``median``, ``high`` (percent), ``count``. Below the curve stands how
    many communities are behind each point. ``own``: ``name``, ``age`` and ``value`` of the
    communities that are to stand out.
    """
    if curves.empty:
        return nothing("plot", say("所选范围内没有足够的新开社区。"), height=_HEIGHT)
    names = ("age", "low", "median", "high", "count")
    ages, lows, medians, highs, counts = (curves[name].tolist() for name in names)
    hovers = [
        say(
            "开业第 {age} 个月：中位数 {median:.1f}%，四分位 {low:.1f}–{high:.1f}%，{count} 个社区",
            **dict(zip(names, told, strict=True)),
        )
        for told in zip(ages, lows, medians, highs, counts, strict=True)
    ]
    return parts.chart(
        [
            parts.band(ages, lows, highs, "0.12"),
            parts.curve(ages, medians, hovers),
            bar(x=ages, y=counts, yaxis="y2", marker={"color": BLUE_PALE},
                hoverinfo="skip"),
            *_own_curves(own),
        ],
        height=_HEIGHT,
        hovermode="x",
        bargap=0.35,
        margin=parts.margin(below=42),
        xaxis=parts.axis(linecolor=RULE, dtick=3, anchor="y2", title=parts.title(say("开业后月数"))),
        yaxis=parts.value_axis(
            automargin=True, ticksuffix="%", range=[0, 102], domain=[_COUNT_STRIP + 0.05, 1],
            nticks=6,
        ),
        yaxis2=parts.axis(
            automargin=True, domain=[0, _COUNT_STRIP], tickfont=parts.SMALL_PRINT,
            tickvals=[0, max(counts)],
        ),
        alt=say(
            "新开社区入住曲线：开业当月中位数 {first:.1f}%，第 {age:.0f} 个月 {last:.1f}%。",
            first=medians[0],
            age=float(ages[-1]),
            last=medians[-1],
        ),
    )  # fmt: skip


def _own_curves(own: pd.DataFrame) -> list[Trace]:
    return [
        parts.curve(
            rows["age"].tolist(), rows["value"].tolist(),
            [f"{name} {percent_written(value)}" for value in rows["value"]],
            mode="lines+text", line={"color": RED, "width": 2}, connectgaps=False,
            text=[*[""] * (len(rows) - 1), name], textposition="bottom left",
            textfont={"color": RED, "size": 12}, cliponaxis=False,
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
    rows = with_known(rows, "supply_count")
    if rows.empty:
        return parts.no_data(say, height)
    days = rows["month"] + pd.offsets.MonthEnd(0)
    counts, months = rows["supply_count"].tolist(), written_months(rows["month"])
    line = parts.curve(
        _days_written(days), counts,
        [f"{month}\n{count:,.0f}" for month, count in zip(months, counts, strict=True)],
        mode="lines+markers", marker=parts.end_sizes(months, marked),
    )  # fmt: skip
    most = max([*counts, *targets["target_count"].tolist()])
    return parts.chart(
        [line, _targets(targets)],
        height=height,
        xaxis=parts.months_axis(range=_with_labels(pd.to_datetime([*days, *targets["due_on"]]))),
        yaxis=parts.value_axis(nticks=5, automargin=True, tickformat=",d", range=[0, most * 1.08]),
        alt=say(
            "供应逐月折线图：{month}为 {count:,.0f}，另标出 {targets} 个公布的目标。",
            month=months[-1],
            count=counts[-1],
            targets=len(targets),
        ),
    )


def _targets(targets: pd.DataFrame) -> parts.Part:
    labels = targets["label"].tolist()
    return scatter(
        x=_days_written(targets["due_on"]), y=targets["target_count"].tolist(),
        mode="markers+text", text=labels, textfont={"size": 12}, cliponaxis=False,
        textposition=["bottom right"] * (len(targets) - 1) + ["top right"],
        marker={"symbol": "diamond", "size": 10, "color": CATEGORIES[1]},
        hoverinfo="text", hovertext=labels,
    )  # fmt: skip


def _with_labels(days: pd.DatetimeIndex) -> list[str]:
    """Give the range of days, with room for the targets' labels to the right of them."""
    first, last = days.min(), days.max()
    room = max((last - first) * 0.24, pd.Timedelta(days=60))
    return [f"{first:%Y-%m-%d}", f"{last + room:%Y-%m-%d}"]


def _days_written(days: pd.Series) -> list[str]:
    return [f"{day:%Y-%m-%d}" for day in days]
