"""Draw how communities are governed: the modes by town and month, and who has more and fewer under committees."""

from collections import Counter
from collections.abc import Mapping

import numpy as np
import pandas as pd

from dashboard.contract.columns import as_floats, names_of_most
from dashboard.contract.indicators import Indicator
from dashboard.contract.rounding import number_written, percent_written
from dashboard.draw import parts
from dashboard.draw.charts import EDGE, hover_texts, spoken
from dashboard.draw.drawing import Drawing, Height, Trace, bar
from dashboard.draw.theme import BLUE, BLUE_PALE, CATEGORIES
from dashboard.language import Say, tied


def shares(
    rows: pd.DataFrame, say: Say, *, gists: Mapping[str, str] = {}, height: Height = 300
) -> Drawing:
    """Draw each mode's share of communities and of residents, side by side.

    Rows: ``name``, ``community_share``, ``resident_share`` (0–100), ``community_count``,
    ``resident_count``; ``gists`` say of modes by name what they are.
    """
    if rows.empty:
        return parts.no_data(say, height)
    names, shares = rows["name"].tolist(), rows["community_share"].tolist()
    counts = as_floats(rows["community_count"])
    return parts.chart(
        [
            _share_bars(rows, "community", BLUE, say("占社区"), gists),
            _share_bars(rows, "resident", BLUE_PALE, say("占居民"), gists),
        ],
        height=height,
        bargap=0.3,
        showlegend=True,
        legend=parts.LEGEND_BELOW_RIGHT,
        xaxis=parts.hidden_axis(float(np.nanmax([shares, rows["resident_share"]])) * 1.2),
        yaxis=parts.names_axis(names),
        alt=say(
            "各治理方式占社区与居民的比例，最多为{name}，占社区 {share:.1f}%。",
            name=tied(say, names_of_most(names, counts.tolist())),
            share=shares[int(counts.argmax())],
        ),
    )


def _share_bars(
    rows: pd.DataFrame, of: str, colour: str, label: str, gists: Mapping[str, str]
) -> Trace:
    texts = [percent_written(value) for value in rows[f"{of}_share"]]
    return parts.across(
        rows[f"{of}_share"], marker={"color": colour}, name=label, text=texts,
        textposition="outside", cliponaxis=False, hoverinfo="text",
        hovertext=[
            with_gist(f"{name}\n{label} {text} · {number_written(number)}", gists.get(name))
            for name, text, number in zip(rows["name"], texts, rows[f"{of}_count"], strict=True)
        ],
    )  # fmt: skip


def with_gist(text: str, gist: str | None) -> str:
    """Add to what is told on hover what a mode is."""
    return f"{text}\n{gist}" if gist else text


def organisations(rows: pd.DataFrame, say: Say, *, height: Height = 220) -> Drawing:
    """Draw how many communities each kind of Party organisation leads, and how many of these have a
    branch of their own.

    Rows: ``name``, ``community_count``, ``own_branch_community_count``.
    """
    if rows.empty:
        return parts.no_data(say, height)
    names, counts = rows["name"].tolist(), rows["community_count"]
    kinds = (
        ("community_count", BLUE, say("牵头的社区")),
        ("own_branch_community_count", BLUE_PALE, say("其中有自己的党支部")),
    )
    return parts.chart(
        [
            parts.across(
                rows[column], name=label, marker={"color": colour},
                text=[number_written(count) for count in rows[column]],
                textposition="outside", cliponaxis=False, hoverinfo="text",
                hovertext=[
                    f"{name}\n{label} {number_written(count)}"
                    for name, count in zip(names, rows[column], strict=True)
                ],
            )
            for column, colour, label in kinds
        ],
        height=height,
        bargap=0.3,
        showlegend=True,
        legend=parts.LEGEND_BELOW_RIGHT,
        xaxis=parts.hidden_axis(float(counts.max()) * 1.2),
        yaxis=parts.names_axis(names),
        alt=say(
            "各类牵头党组织的社区数，最多为{name}，{count} 个。",
            name=tied(say, names_of_most(names, counts.tolist())), count=int(counts.max()),
        ),
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
            "街镇各治理方式的社区数堆叠图：{count} 个街镇，最多 {total:.0f} 个。",
            count=len(names),
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


def gaps(
    rows: pd.DataFrame, indicator: Indicator, say: Say, *, whole: str = "", height: Height = 340
) -> Drawing:
    """Draw how many communities each place has more or fewer than at the district's share, or that
    of the ``whole``.

    Rows: measured, with ``key``, ``name`` and ``gap``; the largest first.
    """
    if rows.empty:
        return parts.no_data(say, height)
    rows = rows.sort_values(["gap", "key"], ascending=[False, True])
    hovers, values = hover_texts(rows, indicator, say), rows["gap"].tolist()
    widest = max(map(abs, values)) * 1.25 or 1
    return parts.chart(
        [
            parts.across(
                rows["gap"], customdata=rows["key"].tolist(), hoverinfo="text", hovertext=hovers,
                marker={"color": [BLUE if value >= 0 else BLUE_PALE for value in values]},
                text=[number_written(value, signed=True) for value in values],
                textposition="outside", cliponaxis=False, constraintext="none",
            )
        ],
        height=height,
        bargap=0.42,
        xaxis=parts.hidden_axis(widest) | {"range": [min(0.0, min(values)) * 1.35 - 1, widest]},
        yaxis=parts.names_axis(rows["name"].tolist(), edge=EDGE),
        shapes=[parts.dashed("x", 0)],
        alt=say("街镇与按{whole}覆盖率应有的社区数之差的条形图：从 {high} 到 {low}。",
            whole=whole or say("全区"),
            high=number_written(values[0], signed=True),
            low=number_written(values[-1], signed=True)),
        keys=spoken(rows["key"].tolist(), hovers, say),
        rows=rows["key"].tolist(),
    )  # fmt: skip
