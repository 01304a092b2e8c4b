"""Draw the loop, time to settling, services, youth needs and the five micros."""

from collections.abc import Mapping, Sequence
from math import isnan

import numpy as np
import pandas as pd

from dashboard.contract.rounding import number_written, percent_written
from dashboard.draw import parts
from dashboard.draw.drawing import (
    Drawing,
    Height,
    Trace,
    heatmap,
    nothing,
    scatter,
    small,
    together,
)
from dashboard.draw.theme import BLUE, BLUE_PALE, CATEGORIES, INK, RED, RULE, SEQUENCE
from dashboard.insight.survival import Curve
from dashboard.language import Say

# What is settled later is seldom told apart on the page; the data below the figure have it all.
LAST_DAY_SHOWN = 60
MOST_BANDS = 2


def loop(
    steps: pd.DataFrame, names: Mapping[str, str], say: Say, *, height: Height = 300
) -> Drawing:
    """Draw how many needs reached each stage. Rows: as ``loop_steps`` gives them."""
    if not steps["count"].any():
        return nothing("plot", say("所选月份内没有记录闭环阶段的提案。"), height=height)
    labels = [names[code] for code in steps["stage"]]
    counts = [number_written(count) for count in steps["count"]]
    texts = [counts[0]] + [
        f"{count} · {percent_written(share)}"
        for count, share in zip(counts[1:], steps["of_first"].iloc[1:], strict=True)
    ]
    last = steps.iloc[-1]
    return parts.chart(
        parts.across(
            steps["count"], width=0.5, hoverinfo="text",
            marker={"color": [BLUE, *[BLUE_PALE] * (len(steps) - 2), BLUE]},
            hovertext=[f"{label}\n{text}" for label, text in zip(labels, texts, strict=True)],
            text=texts, textposition="outside", cliponaxis=False,
        ),
        height=height,
        xaxis=parts.hidden_axis(float(steps["count"].iloc[0]) * 1.5),
        yaxis=parts.names_axis(labels),
        annotations=[
            parts.note(
                say("↓ 占上一步 {share}", share=percent_written(share)), 0, position + 0.5,
                xanchor="left", xshift=6,
            )
            for position, share in enumerate(steps["of_before"].iloc[1:])
        ],
        alt=say(
            "需求闭环漏斗：提出 {first:.0f} 件，到达自我服务 {last:.0f} 件，占 {share:.1f}%。",
            first=float(steps["count"].iloc[0]),
            last=last["count"],
            share=last["of_first"],
        ),
    )  # fmt: skip


def settling(curves: Sequence[tuple[str, Curve]], say: Say, *, bar: int) -> Drawing:
    """Draw the share settled by each day since acceptance, one step line for each group."""
    if not curves:
        return nothing("plot", say("所选月份内没有受理的提案。"), height=330)
    several = len(curves) > 1
    traces = []
    for number, (name, group) in enumerate(curves):
        colour = CATEGORIES[number % len(CATEGORIES)] if several else BLUE
        if len(curves) <= MOST_BANDS:
            traces += _band(group, colour, name)
        traces.append(_steps(group, colour, name, say))
    below = 112 if len(curves) > MOST_BANDS else 80 if several else 44
    shares = [
        say("{name} {bar} 天内 {share:.1f}%", name=name, bar=bar, share=group.by(bar))
        for name, group in curves
    ]
    return parts.chart(
        traces,
        height=330,
        showlegend=several,
        legend=parts.LEGEND_BELOW,
        xaxis=parts.axis(
            range=[0, LAST_DAY_SHOWN], linecolor=RULE, dtick=14,
            title=parts.title(say("受理后天数"), standoff=4),
        ),
        yaxis=parts.value_axis(range=[0, 104], ticksuffix="%", dtick=25),
        shapes=[parts.dashed("x", bar, yref="y", y1=100)],
        annotations=[
            parts.note(
                say("{bar} 天", bar=bar), bar, 2, RED, xanchor="left", yanchor="bottom", xshift=4
            )
        ],
        margin=parts.margin(left=44, below=below),
        alt=say("受理后办结比例的阶梯曲线：{groups}。", groups=say.listed(shares)),
    )  # fmt: skip


def _steps(group: Curve, colour: str, name: str, say: Say) -> Trace:
    hovers = [
        f"{name}\n"
        + say(
            "{day:.0f} 天内办结 {share:.1f}%，此前在跟踪的 {left:,} 件",
            day=day,
            share=share,
            left=left,
        )
        for day, share, left in zip(group.times, group.reached, group.at_risk, strict=True)
    ]
    line = {"color": colour, "width": 2, "shape": "hv"}
    return parts.curve(
        group.times, group.reached, hovers, name=f"{name} ({group.count:,})", line=line
    )


def _band(curve: Curve, colour: str, name: str) -> list[Trace]:
    edge = {"mode": "lines", "hoverinfo": "skip", "showlegend": False}
    line = {"width": 0, "shape": "hv", "color": colour}
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return [
        scatter(x=curve.times, y=curve.low, line=line, meta={"name": f"{name} low95"}, **edge),
        scatter(x=curve.times, y=curve.high, line=line, fill="tonexty",
            meta={"name": f"{name} high95"},
            fillcolor=f"rgba({red},{green},{blue},0.14)", **edge,
        ),
    ]  # fmt: skip


def service_matrix(
    counts: pd.DataFrame,
    domains: Mapping[str, str],
    aspects: Mapping[str, str],
    say: Say,
) -> Drawing:
    """Draw activities by aspect and domain. Rows: ``domain``, ``aspect``, ``activity_count``,
    ``served_community_count``; a pair without a row had none."""
    if counts.empty:
        return nothing("plot", say("所选月份内没有活动。"), height=360)
    columns = (counts[name] for name in ("activity_count", "served_community_count"))
    by_pair = dict(
        zip(
            zip(counts["aspect"], counts["domain"], strict=True),
            zip(*columns, strict=True),
            strict=True,
        )
    )
    cells = [[by_pair.get((aspect, domain), (0, 0)) for domain in domains] for aspect in aspects]
    held = np.array([[activities for activities, _ in line] for line in cells])
    hovers = [
        [
            f"{domain} · {aspect}\n"
            + say(
                "{activities:,.0f} 场，{communities:,.0f} 个社区",
                activities=activities,
                communities=communities,
            )
            for domain, (activities, communities) in zip(domains.values(), line, strict=True)
        ]
        for aspect, line in zip(aspects.values(), cells, strict=True)
    ]
    headings = [name.replace(" ", "\n", 1) for name in domains.values()]
    return parts.chart(
        _counted_cells(held, headings, hovers),
        height=360,
        xaxis=parts.axis(side="top", automargin=True, tickfont={"size": 11}),
        yaxis=parts.names_axis(list(aspects.values())),
        margin=parts.margin(top=42, below=8),
        alt=say(
            "三个领域、九个方面的活动场次：共 {total:,.0f} 场。",
            total=held.sum(),
        ),
    )


def _counted_cells(held: np.ndarray, headings: list[str], hovers: list[list[str]]) -> Trace:
    """Colour counts by their square roots, so that one large does not make all others look alike."""
    return heatmap(
        z=(held**0.5).tolist(), x=headings, y=list(range(len(held))), zmin=0,
        colorscale=[
            [0, "#FFFFFF"], [0.001, SEQUENCE[0]], [0.5, SEQUENCE[1]], [1, SEQUENCE[2]],
        ],
        showscale=False, xgap=2, ygap=2, texttemplate="%{text}", textfont={"color": INK},
        text=[[number_written(n) if n else "–" for n in row] for row in held.tolist()],
        hovertext=hovers, hoverinfo="text",
    )  # fmt: skip


def supply_and_demand(
    needs: pd.DataFrame, names: Mapping[str, str], say: Say, *, height: Height = 320
) -> Drawing:
    """Draw each youth need's share of proposals beside its share of activities.

    Rows: as ``supply_against_demand`` gives them.
    """
    shares = needs["demand_share"].tolist() + needs["supply_share"].tolist()
    known = [share for share in shares if not isnan(share)]
    if not known:
        return nothing("plot", say("所选月份内没有针对青年需求的提案或活动。"), height=height)
    labels = [names[code] for code in needs["need"]]
    written = [percent_written(share, 0) for share in shares]
    demand, supply = written[: len(labels)], written[len(labels) :]
    bars = [
        parts.across(
            needs[share], name=name, marker={"color": colour}, text=texts,
            textposition="outside", cliponaxis=False, hoverinfo="text",
            hovertext=[
                f"{label}\n{name} {number_written(n)}"
                for label, n in zip(labels, needs[count], strict=True)
            ],
        )
        for share, count, texts, colour, name in (
            ("demand_share", "proposal_count", demand, BLUE, say("需求：提案")),
            ("supply_share", "activity_count", supply, BLUE_PALE, say("供给：活动")),
        )
    ]  # fmt: skip
    ticks = [
        label
        if pd.isna(each)
        else together(f"{label}\n", small(say("场均 {each:.0f} 人次", each=each)))
        for label, each in zip(labels, needs["per_activity"], strict=True)
    ]
    told = [
        f"{label} {asked} / {offered}"
        for label, asked, offered in zip(labels, demand, supply, strict=True)
    ]
    return parts.chart(
        bars,
        height=height,
        bargap=0.35,
        xaxis=parts.hidden_axis(max(known) * 1.15),
        yaxis=parts.names_axis(ticks),
        showlegend=True,
        legend=parts.LEGEND_BELOW_RIGHT,
        margin=parts.margin(below=36),
        alt=say("四类青年需求在提案与活动中的占比：{needs}。", needs=say.listed(told)),
    )


def scorecard(rows: pd.DataFrame, say: Say, *, height: Height = 360) -> Drawing:
    """Draw scores of 0–100 as bars, each over a line that says what it is made of.

    Rows: ``name``, ``score``, ``made_of``.
    """
    if rows["score"].isna().all():
        return parts.no_data(say, height)
    scores = [number_written(score) for score in rows["score"]]
    told = [f"{name} {score}" for name, score in zip(rows["name"], scores, strict=True)]
    whole = [100] * len(rows)
    return parts.chart(
        [
            parts.across(whole, width=0.3, hoverinfo="skip", marker={"color": SEQUENCE[0]}),
            parts.across(rows["score"], width=0.3, hoverinfo="skip", marker={"color": BLUE}),
            parts.beside(whole, [f" {score}" for score in scores], textfont={"size": 15}),
        ],
        height=height,
        barmode="overlay",
        xaxis=parts.hidden_axis(112),
        yaxis=parts.names_axis(rows["name"].tolist(), range=[len(rows) - 0.25, -0.4]),
        annotations=[
            parts.note(
                made_of, 0, position + 0.2, xanchor="left", yanchor="top", align="left",
                font=parts.SMALL_PRINT,
            )
            for position, made_of in enumerate(rows["made_of"])
        ],
        alt=say("五微评分（0–100，假定）：{scores}。", scores=say.listed(told)),
    )  # fmt: skip
