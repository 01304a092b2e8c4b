"""Draw ranks with their intervals, and how parts go together."""

from collections.abc import Mapping

import pandas as pd

from dashboard.contract.rounding import number_written
from dashboard.draw import parts
from dashboard.draw.charts import EDGE, spoken
from dashboard.draw.drawing import Drawing, Height, heatmap, scatter
from dashboard.draw.theme import BLUE, BLUE_PALE
from dashboard.language import Say

_TOGETHER = [[0.0, "#D9A066"], [0.5, "#FFFFFF"], [1.0, "#6B9AC8"]]


def rank_lines(rows: pd.DataFrame, say: Say, *, height: Height) -> Drawing:
    """Draw a dot at each rank and a line from its lowest to its highest; rows: ``key``, ``name``, ``rank``,
    ``low``, ``high``."""
    places, keys = list(range(len(rows))), rows["key"].tolist()
    hovers = [
        say("{name}：第 {rank}（{low}–{high}）", name=each.name, rank=each.rank, low=each.low, high=each.high)
        for each in rows.itertuples(index=False)
    ]  # fmt: skip
    return parts.chart(
        [
            scatter(
                **parts.segments(rows["low"].tolist(), rows["high"].tolist(), places),
                line={"color": BLUE_PALE, "width": 5},
            ),
            scatter(
                mode="markers", x=rows["rank"].tolist(), y=places, customdata=keys,
                hovertext=hovers, hoverinfo="text", marker={"color": BLUE, "size": 10},
            ),
        ],
        alt=say("名次区间图：{count} 个街镇。", count=len(rows)),
        height=height,
        keys=spoken(keys, hovers, say),
        xaxis=parts.value_axis(
            range=[0.5, rows["high"].max() + 0.5], dtick=1, title=parts.title(say("名次")),
        ),
        yaxis=parts.names_axis(rows["name"].tolist(), edge=EDGE),
        margin=parts.margin(below=44),
    )  # fmt: skip


def correlation_cells(
    pairs: pd.DataFrame, names: Mapping[str, str], say: Say, *, height: Height
) -> Drawing:
    """Colour the parts' pairs: Spearman's below the diagonal, Pearson's above it."""
    codes = list(dict.fromkeys([*pairs["first"], *pairs["second"]]))
    at = {code: place for place, code in enumerate(codes)}
    values: list[list[float | None]] = [[None] * len(codes) for _ in codes]
    hovers = [[""] * len(codes) for _ in codes]
    for each in pairs.itertuples(index=False):
        first, second = at[each.first], at[each.second]
        cells = (
            (second, first, "Spearman ρ", each.spearman),
            (first, second, "Pearson r", each.pearson),
        )
        for row, column, kind, value in cells:
            values[row][column] = None if pd.isna(value) else float(value)
            hovers[row][column] = say(
                "{first} × {second}\n{kind} = {value}（n = {count}）",
                first=names[each.first], second=names[each.second], kind=kind,
                value=number_written(value, 2), count=each.count,
            )  # fmt: skip
    labels = [names[code] for code in codes]
    return parts.chart(
        heatmap(
            z=values, x=list(range(len(codes))), y=list(range(len(codes))), zmin=-1, zmax=1,
            colorscale=_TOGETHER, showscale=False, xgap=1, ygap=1, hovertext=hovers,
            hoverinfo="text", hoverongaps=False, texttemplate="%{text}", textfont={"size": 11},
            text=[["" if each is None else number_written(each, 1) for each in line] for line in values],
        ),
        alt=say("相关图：{count} 个部分两两之间。", count=len(codes)),
        height=height,
        xaxis=parts.axis(tickvals=list(range(len(codes))), ticktext=labels, automargin=True, tickangle=-35),
        yaxis=parts.names_axis(labels),
    )  # fmt: skip
