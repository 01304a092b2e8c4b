"""Draw the loop, time to settling, services, youth needs and the five micros."""

from collections.abc import Mapping, Sequence
from typing import Protocol

import pandas as pd

from dashboard.contract.rounding import number_written, percent_written
from dashboard.draw.charts import base_layout
from dashboard.draw.drawing import (
    Drawing,
    Height,
    Trace,
    bar,
    framed,
    heatmap,
    nothing,
    plot,
    scatter,
    small,
    together,
)
from dashboard.draw.theme import (
    BLUE,
    BLUE_PALE,
    CATEGORIES,
    INK,
    INK_SOFT,
    RED,
    RULE,
    SEQUENCE,
)
from dashboard.language import Say

# What is settled later is seldom told apart on the page; the data below the figure have it all.
LAST_DAY_SHOWN = 60
MOST_BANDS = 2


class Settling(Protocol):
    """Ask of a curve: the share settled by each day, in percent, with its band."""

    @property
    def days(self) -> list[float]: ...
    @property
    def settled(self) -> list[float]: ...
    @property
    def low(self) -> list[float]: ...
    @property
    def high(self) -> list[float]: ...
    @property
    def count(self) -> int: ...
    def by_day(self, day: float) -> float: ...


def _plain(values: pd.Series) -> list[float | None]:
    """Give values as JSON has them: what is missing is null."""
    return [None if pd.isna(value) else float(value) for value in values]


def _names_axis(names: list[str], **changes: object) -> dict[str, object]:
    """Give an axis of names from top to bottom."""
    return {
        "tickvals": list(range(len(names))), "ticktext": names, "fixedrange": True,
        "range": [len(names) - 0.5, -0.5], "automargin": True, "showgrid": False,
        "zeroline": False, "ticklen": 4, "tickcolor": "#FFFFFF", **changes,
    }  # fmt: skip


def loop(
    steps: pd.DataFrame, names: Mapping[str, str], say: Say, *, height: Height = 300
) -> Drawing:
    """Draw how many needs reached each stage. Rows: as ``loop_steps`` gives them."""
    if not steps["count"].any():
        return nothing("plot", say("所选月份内没有提案。"), height=height)
    labels = [names[code] for code in steps["stage"]]
    counts = [number_written(count) for count in steps["count"]]
    texts = [counts[0]] + [
        f"{count} · {percent_written(share)}"
        for count, share in zip(counts[1:], steps["of_first"].iloc[1:], strict=True)
    ]
    hovers = [f"{label}\n{text}" for label, text in zip(labels, texts, strict=True)]
    positions = list(range(len(steps)))
    first = float(steps["count"].iloc[0])
    between = [
        {
            "x": 0, "y": position + 0.5, "xanchor": "left", "showarrow": False, "xshift": 6,
            "text": say("↓ 占上一步 {share}", share=percent_written(share)),
            "font": {"size": 12, "color": INK_SOFT},
        }
        for position, share in enumerate(steps["of_before"].iloc[1:])
    ]  # fmt: skip
    figure = framed(
        [
            bar(orientation="h", x=steps["count"].tolist(), y=positions, width=0.5,
                marker={"color": [BLUE, *[BLUE_PALE] * (len(steps) - 2), BLUE]}, hovertext=hovers,
                hoverinfo="text", text=texts, textposition="outside", cliponaxis=False,
            )
        ],
        base_layout(
            xaxis={"visible": False, "fixedrange": True, "range": [0, first * 1.5]},
            yaxis=_names_axis(labels),
            annotations=between,
        ),
    )  # fmt: skip
    last = steps.iloc[-1]
    return plot(
        figure,
        height=height,
        alt=say(
            "需求闭环漏斗：提出 {first:.0f} 件，到达自我服务 {last:.0f} 件，占 {share:.1f}%。",
            first=first,
            last=last["count"],
            share=last["of_first"],
        ),
    )


def settling(
    curves: Sequence[tuple[str, Settling]], say: Say, *, bar: int, height: Height = 330
) -> Drawing:
    """Draw the share settled by each day since acceptance, one step line for each group."""
    if not curves:
        return nothing("plot", say("所选月份内没有受理的提案。"), height=height)
    traces = []
    for number, (name, curve) in enumerate(curves):
        colour = BLUE if len(curves) == 1 else CATEGORIES[number % len(CATEGORIES)]
        if len(curves) <= MOST_BANDS:
            traces += _band(curve, colour, name)
        traces.append(
            scatter(x=curve.days, y=curve.settled, mode="lines", name=f"{name} ({curve.count:,})",
                line={"color": colour, "width": 2, "shape": "hv"}, hoverinfo="text",
                hovertext=[
                    f"{name}\n" + say("{day:.0f} 天内办结 {share:.1f}%", day=day, share=share)
                    for day, share in zip(curve.days, curve.settled, strict=True)
                ],
            )
        )  # fmt: skip
    several = len(curves) > 1
    below = 112 if len(curves) > MOST_BANDS else 80 if several else 44
    figure = framed(
        traces,
        base_layout(
            showlegend=several,
            legend={
                "orientation": "h", "x": 0, "yref": "container", "y": 0, "yanchor": "bottom",
                "traceorder": "normal", "font": {"size": 12},
            },
            xaxis={
                "range": [0, LAST_DAY_SHOWN], "fixedrange": True, "showgrid": False,
                "zeroline": False, "linecolor": RULE, "tickfont": {"color": INK_SOFT}, "dtick": 14,
                "title": {"text": say("受理后天数"), "font": {"size": 12, "color": INK_SOFT}, "standoff": 4},
            },
            yaxis={
                "range": [0, 104], "fixedrange": True, "gridcolor": RULE, "zeroline": False,
                "ticksuffix": "%", "dtick": 25, "tickfont": {"color": INK_SOFT},
            },
            shapes=[
                {
                    "type": "line", "x0": bar, "x1": bar, "y0": 0, "y1": 100,
                    "line": {"color": RED, "width": 1, "dash": "dash"},
                }
            ],
            annotations=[
                {
                    "x": bar, "y": 2, "xanchor": "left", "yanchor": "bottom", "xshift": 4,
                    "showarrow": False, "font": {"color": RED, "size": 12},
                    "text": say("{bar} 天", bar=bar),
                }
            ],
            margin={"l": 44, "r": 12, "t": 8, "b": below},
        ),
    )  # fmt: skip
    return plot(
        figure,
        height=height,
        alt=say(
            "受理后办结比例的阶梯曲线：{groups}。",
            groups=say.listed(
                [
                    say(
                        "{name} {bar} 天内 {share:.1f}%",
                        name=name, bar=bar, share=curve.by_day(bar),
                    )
                    for name, curve in curves
                ]
            ),
        ),
    )  # fmt: skip


def _band(curve: Settling, colour: str, name: str) -> list[Trace]:
    edge = {"mode": "lines", "hoverinfo": "skip", "showlegend": False}
    line = {"width": 0, "shape": "hv", "color": colour}
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return [
        scatter(x=curve.days, y=curve.low, line=line, meta={"name": f"{name} low95"}, **edge),
        scatter(x=curve.days, y=curve.high, line=line, fill="tonexty",
            meta={"name": f"{name} high95"},
            fillcolor=f"rgba({red},{green},{blue},0.14)", **edge,
        ),
    ]  # fmt: skip


def service_matrix(
    counts: pd.DataFrame,
    domains: Mapping[str, str],
    aspects: Mapping[str, str],
    say: Say,
    *,
    height: Height = 360,
) -> Drawing:
    """Draw activities by aspect and domain. Rows: ``domain``, ``aspect``, ``activity_count``,
    ``served_community_count``; a pair without a row had none."""
    if counts.empty:
        return nothing("plot", say("所选月份内没有活动。"), height=height)
    by_pair = counts.set_index(["aspect", "domain"])
    held = by_pair["activity_count"].unstack().reindex(index=list(aspects), columns=list(domains))
    held = held.fillna(0)
    served = by_pair["served_community_count"].unstack().reindex_like(held).fillna(0)
    hovers = [
        [
            f"{domains[domain]} · {aspects[aspect]}\n"
            + say(
                "{activities:,.0f} 场，{communities:,.0f} 个社区",
                activities=held.loc[aspect, domain],
                communities=served.loc[aspect, domain],
            )
            for domain in domains
        ]
        for aspect in aspects
    ]
    headings = [name.replace(" ", "\n", 1) for name in domains.values()]
    # By square root, so that one large count does not make all others look alike.
    figure = framed(
        [
            heatmap(z=(held**0.5).to_numpy().tolist(), x=headings,
                y=list(range(len(aspects))), showscale=False, xgap=2, ygap=2,
                colorscale=[
                    [0, "#FFFFFF"],
                    [0.001, SEQUENCE[0]],
                    [0.5, SEQUENCE[1]],
                    [1, SEQUENCE[2]],
                ],
                zmin=0, text=[[number_written(n) if n else "–" for n in row] for row in held.to_numpy()],
                texttemplate="%{text}", textfont={"color": INK}, hovertext=hovers, hoverinfo="text",
            )
        ],
        base_layout(
            xaxis={
                "side": "top", "fixedrange": True, "showgrid": False, "zeroline": False,
                "automargin": True, "tickfont": {"size": 11},
            },
            yaxis=_names_axis(list(aspects.values())),
            margin={"l": 8, "r": 12, "t": 42, "b": 8},
        ),
    )  # fmt: skip
    return plot(
        figure,
        height=height,
        alt=say(
            "三个领域、九个方面的活动场次：共 {total:,.0f} 场，九个方面中 {aspects} 个有活动。",
            total=held.to_numpy().sum(),
            aspects=int((held.sum(axis=1) > 0).sum()),
        ),
    )


def supply_and_demand(
    needs: pd.DataFrame, names: Mapping[str, str], say: Say, *, height: Height = 320
) -> Drawing:
    """Draw each youth need's share of proposals beside its share of activities.

    Rows: as ``supply_against_demand`` gives them.
    """
    if needs[["demand_share", "supply_share"]].isna().all(axis=None):
        return nothing("plot", say("所选月份内没有针对青年需求的提案或活动。"), height=height)
    labels = [names[code] for code in needs["need"]]
    widest = float(needs[["demand_share", "supply_share"]].max().max())
    bars = [
        bar(orientation="h", x=needs[share].tolist(), y=list(range(len(needs))), name=name,
            marker={"color": colour}, textposition="outside", cliponaxis=False, hoverinfo="text",
            text=[percent_written(value, 0) for value in needs[share]],
            hovertext=[
                f"{label}\n{name} {number_written(n)}"
                for label, n in zip(labels, needs[count], strict=True)
            ],
        )
        for share, count, colour, name in (
            ("demand_share", "proposal_count", BLUE, say("需求：提案")),
            ("supply_share", "activity_count", BLUE_PALE, say("供给：活动")),
        )
    ]  # fmt: skip
    ticks = [
        label
        if pd.isna(each)
        else together(f"{label}\n", small(say("场均 {each:.0f} 人次", each=each)))
        for label, each in zip(labels, needs["per_activity"], strict=True)
    ]
    figure = framed(
        bars,
        base_layout(
            bargap=0.35,
            xaxis={"visible": False, "fixedrange": True, "range": [0, widest * 1.15]},
            yaxis=_names_axis(ticks),
            showlegend=True,
            legend={"orientation": "h", "x": 1, "xanchor": "right", "y": -0.02, "yanchor": "top"},
            margin={"l": 8, "r": 12, "t": 8, "b": 36},
        ),
    )
    return plot(
        figure,
        height=height,
        alt=say(
            "四类青年需求在提案与活动中的占比：{needs}。",
            needs=say.listed(
                [
                    f"{label} {percent_written(row.demand_share, 0)} / {percent_written(row.supply_share, 0)}"
                    for label, row in zip(labels, needs.itertuples(), strict=True)
                ]
            ),
        ),
    )


def scorecard(rows: pd.DataFrame, say: Say, *, height: Height = 360) -> Drawing:
    """Draw scores of 0–100 as bars, each over a line that says what it is made of.

    Rows: ``name``, ``score``, ``made_of``.
    """
    if rows["score"].isna().all():
        return nothing("plot", say("所选范围内没有数据。"), height=height)
    scores = _plain(rows["score"])
    positions = list(range(len(rows)))
    figure = framed(
        [
            bar(orientation="h", x=[100] * len(rows), y=positions, width=0.3, hoverinfo="skip",
                marker={"color": SEQUENCE[0]},
            ),
            bar(orientation="h", x=scores, y=positions, width=0.3, marker={"color": BLUE},
                hoverinfo="skip",
            ),
            scatter(mode="text", x=[100] * len(rows), y=positions, hoverinfo="skip",
                text=[f" {number_written(score)}" for score in scores],
                textposition="middle right", textfont={"size": 15}, cliponaxis=False,
            ),
        ],
        base_layout(
            barmode="overlay",
            xaxis={"visible": False, "fixedrange": True, "range": [0, 112]},
            yaxis=_names_axis(rows["name"].tolist(), range=[len(rows) - 0.25, -0.4]),
            annotations=[
                {
                    "x": 0, "y": position + 0.2, "xanchor": "left", "yanchor": "top",
                    "align": "left", "showarrow": False, "text": made_of,
                    "font": {"size": 11, "color": INK_SOFT},
                }
                for position, made_of in zip(positions, rows["made_of"], strict=True)
            ],
        ),
    )  # fmt: skip
    return plot(
        figure,
        height=height,
        alt=say(
            "五微评分（0–100，假定）：{scores}。",
            scores=say.listed(
                [
                    f"{name} {number_written(score)}"
                    for name, score in zip(rows["name"], scores, strict=True)
                ]
            ),
        ),
    )
