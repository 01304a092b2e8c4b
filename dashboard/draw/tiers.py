"""Draw each tier's occupancy over the months: tiers are never added."""

import pandas as pd

from dashboard.contract.indicators import BY_CODE, written
from dashboard.contract.tables import tier
from dashboard.draw.charts import base_layout, hover_text, month_ticks
from dashboard.draw.drawing import Drawing, Height, framed, nothing, plot, scatter
from dashboard.draw.theme import CATEGORIES, INK_SOFT, RULE
from dashboard.language import Say


def tier_lines(
    rows: pd.DataFrame, say: Say, *, marked: pd.Timestamp, height: Height = 260
) -> Drawing:
    """Draw each tier's occupancy over the months, a line each; the legend says the last value.

    Rows: ``month``, ``tier``, ``value``, ``numerator``, ``denominator``.
    """
    rows = rows.dropna(subset=["value"])
    if rows.empty:
        return nothing("plot", say("所选范围内没有数据。"), height=height)
    traces, spoken = [], []
    for number, (code, words) in enumerate(tier.allowed.items()):
        mine = rows[rows["tier"] == code]
        if mine.empty:
            continue
        indicator, name = BY_CODE[f"occupancy_{code}"], say.words(words)
        months = [f"{month:%Y-%m}" for month in mine["month"]]
        last = mine[mine["month"] == marked]
        label = name
        if len(last):
            value = written(last["value"].iloc[0], indicator, say.language)
            label = say("{name} {value}", name=name, value=value)
        spoken.append(label)
        labelled = mine.assign(name=[f"{month} {name}" for month in months])
        traces.append(
            scatter(
                x=months,
                y=mine["value"].tolist(),
                name=label,
                mode="lines+markers",
                line={"color": CATEGORIES[number], "width": 2},
                marker={"size": [8 if month == marked else 0 for month in mine["month"]]},
                hoverinfo="text",
                hovertext=[hover_text(row, indicator, say) for row in labelled.to_dict("records")],
            )
        )
    low, high = rows["value"].min(), rows["value"].max()
    room = (high - low) * 0.12 or 1
    figure = framed(
        traces,
        base_layout(
            hovermode="x",
            showlegend=True,
            legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "font": {"size": 13}},
            margin={"l": 8, "r": 12, "t": 30, "b": 28},
            xaxis={**months_axis(), **month_ticks(rows["month"])},
            yaxis={
                "fixedrange": True, "gridcolor": RULE, "zeroline": False, "nticks": 5,
                "automargin": True, "tickfont": {"color": INK_SOFT}, "ticksuffix": "%",
                "range": [max(0.0, low - room), min(100.0, high + room)],
            },
        ),
    )  # fmt: skip
    alt = say(
        "各层次入住率月度折线图，{month}：{tiers}。",
        month=f"{marked:%Y-%m}",
        tiers=say.listed(spoken),
    )
    return plot(figure, height=height, alt=alt)


def months_axis() -> dict[str, object]:
    return {
        "type": "date", "fixedrange": True, "showgrid": False, "tickformat": "%Y-%m",
        "nticks": 6, "linecolor": RULE, "tickfont": {"color": INK_SOFT},
    }  # fmt: skip
