"""Draw how communities are governed: the modes by town and month, and coverage beside chance."""

from collections import Counter
from collections.abc import Mapping

import numpy as np
import pandas as pd

from dashboard.contract.indicators import Indicator
from dashboard.contract.rounding import number_written, percent_written
from dashboard.draw import parts
from dashboard.draw.charts import EDGE, hover_texts, spoken
from dashboard.draw.drawing import Drawing, Height, Trace, bar, scatter
from dashboard.draw.theme import BLUE, BLUE_PALE, CATEGORIES, RULE
from dashboard.language import Say


def shares(rows: pd.DataFrame, say: Say, *, height: Height = 300) -> Drawing:
    """Draw each mode's share of communities and of residents, side by side.

    Rows: ``name``, ``community_share``, ``resident_share`` (0–100), ``community_count``,
    ``resident_count``.
    """
    if rows.empty:
        return parts.no_data(say, height)
    names, shares = rows["name"].tolist(), rows["community_share"].tolist()
    most = rows["community_count"].to_numpy().argmax()
    return parts.chart(
        [
            _share_bars(rows, "community", BLUE, say("占社区")),
            _share_bars(rows, "resident", BLUE_PALE, say("占居民")),
        ],
        height=height,
        bargap=0.3,
        showlegend=True,
        legend=parts.LEGEND_BELOW_RIGHT,
        xaxis=parts.hidden_axis(float(np.nanmax([shares, rows["resident_share"]])) * 1.2),
        yaxis=parts.names_axis(names),
        alt=say(
            "各治理方式占社区与居民的比例，最多为{name}，占社区 {share:.1f}%。",
            name=names[most],
            share=shares[most],
        ),
    )


def _share_bars(rows: pd.DataFrame, of: str, colour: str, label: str) -> Trace:
    texts = [percent_written(value) for value in rows[f"{of}_share"]]
    return parts.across(
        rows[f"{of}_share"], marker={"color": colour}, name=label, text=texts,
        textposition="outside", cliponaxis=False, hoverinfo="text",
        hovertext=[
            f"{name}\n{label} {text} · {number_written(number)}"
            for name, text, number in zip(rows["name"], texts, rows[f"{of}_count"], strict=True)
        ],
    )  # fmt: skip


# Communities by the way they are governed, and by month or town.
Counts = Mapping[str, Mapping[str, float]]


def stacked_months(
    counts: Counts, names: Mapping[str, str], say: Say, *, height: Height = 300
) -> Drawing:
    """Stack the communities of each kind month by month."""
    if not counts:
        return parts.no_data(say, height)
    totals = _totals(counts)
    traces = [
        bar(x=months, y=list(mine.values()), customdata=months, **_of_kind(number, name, mine))
        for number, (kind, name) in enumerate(names.items())
        for mine in [counts.get(kind)]
        if mine
        for months in [list(mine)]
    ]
    return parts.chart(
        traces,
        height=height,
        bargap=0.12,
        xaxis=parts.months_axis(),
        yaxis=parts.value_axis(nticks=5, automargin=True, range=[0, max(totals.values()) * 1.05]),
        **_STACKED,
        alt=say("各治理方式的社区数逐月堆叠图，共 {months} 个月。", months=len(totals)),
    )


def stacked_towns(
    counts: Counts,
    kinds: Mapping[str, str],
    towns: Mapping[str, str],
    say: Say,
    *,
    height: Height = 380,
) -> Drawing:
    """Stack the communities of each kind town by town."""
    if not counts:
        return parts.no_data(say, height)
    totals = _totals(counts)
    keys = sorted(totals, key=lambda key: (-totals[key], key))
    names, written = [towns[key] for key in keys], [number_written(totals[key]) for key in keys]
    traces = [
        parts.across(list(mine.values()), **_of_kind(number, kinds[kind], mine))
        for number, kind in enumerate(kinds)
        if kind in counts
        for mine in [{towns[key]: counts[kind].get(key, 0) for key in keys}]
    ]
    ends = [totals[key] for key in keys]
    return parts.chart(
        [*traces, parts.beside(ends, [f" {total}" for total in written], showlegend=False)],
        height=height,
        bargap=0.35,
        xaxis=parts.hidden_axis(ends[0] * 1.12),
        yaxis=parts.names_axis(names, edge=EDGE),
        **_STACKED,
        alt=say(
            "各街镇各治理方式的社区数堆叠图，最多为{town}，共 {total:.0f} 个。",
            town=names[0],
            total=ends[0],
        ),
        keys=tuple(
            (key, f"{name} {total}") for key, name, total in zip(keys, names, written, strict=True)
        ),
        rows=keys,
    )


_STACKED: parts.Part = {
    "barmode": "stack",
    "showlegend": True,
    "legend": parts.LEGEND_BELOW,
    "margin": parts.margin(below=92),
}


def _totals(counts: Counts) -> Counter[str]:
    """Add all kinds up, by month or town."""
    totals: Counter[str] = Counter()
    for mine in counts.values():
        totals.update(mine)
    return totals


def _of_kind(number: int, name: str, counts: Mapping[str, float]) -> Trace:
    """Give what the bars of one kind share: their name, colour and what is shown on hover."""
    return {
        "name": name,
        "hoverinfo": "text",
        "marker": {"color": CATEGORIES[number % len(CATEGORIES)], "line": {"width": 0}},
        "hovertext": [
            f"{place}\n{name} {number_written(count)}" for place, count in counts.items()
        ],
    }


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
        return parts.no_data(say, height)
    near = limits[limits["size"] >= rows["denominator"].min()]
    every = pd.concat([rows["value"], near["low998"], near["high998"]])
    hovers = hover_texts(rows, indicator, say)
    points = scatter(
        x=rows["denominator"].tolist(), y=rows["value"].tolist(), mode="markers+text",
        text=_worth_naming(rows), textposition="top center", textfont={"size": 12},
        marker={"size": 9, "color": BLUE}, meta={"names": rows["name"].tolist()},
        customdata=rows["key"].tolist(), hoverinfo="text", cliponaxis=False, hovertext=hovers,
    )  # fmt: skip
    sizes = parts.axis(
        title=parts.title(say("社区数")), linecolor=RULE,
        range=[0, float(rows["denominator"].max()) * 1.14],
    )  # fmt: skip
    return parts.chart(
        [*parts.limit_lines(limits), points],
        height=height,
        xaxis=sizes,
        yaxis=parts.value_axis(
            ticksuffix=say.words(indicator.unit),
            range=[float(every.min()) - 3, float(every.max()) + 3],
        ),
        shapes=[parts.dashed("y", district)],
        margin=parts.margin(left=48, below=44),
        alt=say("漏斗图：{count} 个街镇超出 95% 随机波动界限。", count=int(rows["outside"].sum())),
        keys=spoken(rows["key"].tolist(), hovers, say),
    )


def _worth_naming(rows: pd.DataFrame) -> list[str]:
    """Name the places outside the limits and the two at either end; the browser, the chosen."""
    order = rows["value"].rank(method="first")
    named = rows["outside"] | (order <= 2) | (order > len(rows) - 2)
    return rows["name"].where(named, "").tolist()
