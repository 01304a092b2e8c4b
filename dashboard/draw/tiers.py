"""Draw each tier's occupancy over the months: tiers are never added."""

import pandas as pd

from dashboard.contract.columns import rows_where, with_known, written_months
from dashboard.contract.indicators import BY_CODE, written
from dashboard.contract.tables import stated_tiers, tier
from dashboard.draw import parts
from dashboard.draw.charts import hover_texts
from dashboard.draw.drawing import Drawing, Height, Trace, scatter
from dashboard.draw.theme import CATEGORIES
from dashboard.language import Say


def tier_lines(
    rows: pd.DataFrame, say: Say, *, marked: pd.Timestamp, height: Height = 260
) -> Drawing:
    """Draw each tier's occupancy over the months, a line each; the legend says the last value.

    Rows: ``month``, ``tier``, ``value``, ``numerator``, ``denominator``.
    """
    rows = with_known(rows)
    if rows.empty:
        return parts.no_data(say, height)
    tiers = rows["tier"].to_numpy(object)
    lines = [
        _line(rows_where(rows, tiers == code), code, CATEGORIES[number], marked, say)
        for number, code in enumerate(stated_tiers)
        if code in tiers
    ]
    low, high = parts.roomy(rows["value"], 0.12)
    return parts.chart(
        lines,
        height=height,
        hovermode="x",
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "font": {"size": 13}},
        margin=parts.margin(top=30),
        xaxis=parts.months_axis(**parts.month_ticks(rows["month"])),
        yaxis=parts.value_axis(
            nticks=5, automargin=True, ticksuffix="%", range=[low, min(100.0, high)]
        ),
        alt=say(
            "各层次入住率月度折线图，{month}：{tiers}。",
            month=f"{marked:%Y-%m}",
            tiers=say.listed([line["name"] for line in lines]),
        ),
    )


def _line(rows: pd.DataFrame, code: str, colour: str, marked: pd.Timestamp, say: Say) -> Trace:
    indicator, name = BY_CODE[f"occupancy_{code}"], say.words(tier.allowed[code])
    months, values = written_months(rows["month"]), rows["value"].tolist()
    last = dict(zip(months, values, strict=True)).get(f"{marked:%Y-%m}")
    label = name
    if last is not None:
        value = written(last, indicator, say.language)
        label = say("{name} {value}", name=name, value=value)
    named = [f"{month} {name}" for month in months]
    return scatter(
        x=months, y=values, name=label, mode="lines+markers",
        line={"color": colour, "width": 2}, marker=parts.end_sizes(months, marked),
        hoverinfo="text", hovertext=hover_texts(rows, indicator, say, names=named),
    )  # fmt: skip
