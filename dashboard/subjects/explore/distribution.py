"""Draw how communities are spread: all of them as a histogram, town by town as strips."""

from math import ceil, floor, log10
from zlib import crc32

import pandas as pd

from dashboard.contract.indicators import Indicator, written
from dashboard.contract.rounding import number_written, rounded
from dashboard.draw.charts import base_layout, hover_text, spoken_text
from dashboard.draw.drawing import Drawing, Height, nothing, plot
from dashboard.draw.theme import BLUE, BLUE_PALE, INK, INK_SOFT, RED, RULE
from dashboard.language import Say
from dashboard.subjects.explore.scatter import axis_title, marks

# A histogram has at least about so many classes, and at most so many.
BINS, MOST_BINS = 24, 80


def distribution(
    rows: pd.DataFrame,
    indicator: Indicator,
    say: Say,
    *,
    towns: dict[str, str],
    marked: tuple[str, ...] = (),
    height: Height = 480,
) -> Drawing:
    """Draw measured communities as a histogram over strips of points, one a town.

    Rows have ``town_code`` too. Strips stand in the order of their medians, which are marked;
    so are, by name, the communities ``marked``: among hundreds a red point alone is not found.
    """
    rows = rows.dropna(subset=["value"])
    if rows.empty:
        return nothing("plot", say("所选范围内没有数据。"), height=height)
    medians = rows.groupby("town_code")["value"].median().sort_values(ascending=False)
    places = {code: number for number, code in enumerate(medians.index)}
    rows = rows.sort_values(["value", "key"], ascending=[False, True])
    records = rows.to_dict("records")
    step, edges, counts = bins(rows["value"])
    median = float(rows["value"].median())
    figure = {
        "data": [
            {
                "type": "bar", "x": [edge + step / 2 for edge in edges], "y": counts,
                "width": step * 0.94,
                "marker": {"color": BLUE_PALE}, "yaxis": "y2", "hoverinfo": "text",
                "hovertext": [
                    say(
                        "{low} 至 {high}：{count} 个社区",
                        low=_edge(edge, step), high=_edge(edge + step, step), count=count,
                    )
                    for edge, count in zip(edges, counts, strict=True)
                ],
            },
            {
                "type": "scatter", "x": rows["value"].tolist(),
                "y": [places[row["town_code"]] + _jitter(str(row["key"])) for row in records],
                "mode": "markers", "customdata": rows["key"].tolist(), "hoverinfo": "text",
                "marker": {"size": 6, "color": BLUE, "opacity": 0.5, "line": {"width": 0}},
                "hovertext": [
                    hover_text(row, indicator, say) for row in records
                ],
            },
            {
                "type": "scatter", "x": medians.tolist(), "y": list(range(len(medians))),
                "mode": "markers", "hoverinfo": "text",
                "marker": {
                    "symbol": "line-ns", "size": 15, "color": INK,
                    "line": {"width": 2.5, "color": INK},
                },
                "hovertext": [
                    say(
                        "{town}中位数 {value}",
                        town=towns[str(code)], value=written(value, indicator, say.language),
                    )
                    for code, value in medians.items()
                ],
            },
            *marks(
                rows[rows["key"].isin(marked)].assign(
                    x=lambda own: own["value"],
                    y=lambda own: [
                        places[town] + _jitter(str(key))
                        for town, key in zip(own["town_code"], own["key"], strict=True)
                    ],
                )
            ),
        ],
        "layout": base_layout(
            hovermode="closest",
            xaxis={
                "title": {
                    "text": axis_title(indicator, say), "font": {"size": 12, "color": INK_SOFT},
                },
                "fixedrange": True, "gridcolor": RULE, "zeroline": False, "anchor": "y",
                "range": [edges[0] - step * 0.3, edges[-1] + step * 1.3],
                "tickfont": {"color": INK_SOFT}, "separatethousands": True,
            },
            yaxis={
                "domain": [0, 0.72], "fixedrange": True, "showgrid": False, "zeroline": False,
                "tickvals": list(range(len(medians))), "range": [len(medians) - 0.4, -0.6],
                "ticktext": [towns[str(code)] for code in medians.index], "automargin": True,
            },
            yaxis2={"domain": [0.76, 1], "fixedrange": True, "visible": False},
            shapes=[
                {
                    "type": "line", "x0": median, "x1": median, "yref": "paper", "y0": 0, "y1": 1,
                    "line": {"color": RED, "width": 1, "dash": "dash"},
                }
            ],
            annotations=[
                {
                    "x": median, "yref": "paper", "y": 1, "yanchor": "bottom", "showarrow": False,
                    "text": say("中位数 {value}", value=written(median, indicator, say.language)),
                    "font": {"color": RED, "size": 12},
                }
            ],
            margin={"l": 8, "r": 12, "t": 24, "b": 46},
        ),
    }  # fmt: skip
    return plot(
        figure,
        height=height,
        alt=say(
            "{count} 个社区{indicator}的分布图，中位数 {median}。",
            count=len(rows),
            indicator=say.words(indicator.name),
            median=written(median, indicator, say.language),
        ),
        keys=tuple((row["key"], spoken_text(row, indicator, say)) for _, row in rows.iterrows()),
    )


def bins(values: pd.Series) -> tuple[float, list[float], list[int]]:
    """Cut values into classes of a round width: as fine as the middle half asks for
    (Freedman and Diaconis 1981), but no coarser than BINS.

    Gives the width, the lower edges and how many values are in each; only the last class holds
    its upper edge too.
    """
    low, high = float(values.min()), float(values.max())
    quarters = values.quantile([0.25, 0.75])
    fine = 2 * float(quarters.iloc[1] - quarters.iloc[0]) / len(values) ** (1 / 3)
    rough = max((high - low) / MOST_BINS, min((high - low) / BINS, fine or high - low)) or 1.0
    power = 10.0 ** floor(log10(rough))
    step = next(each * power for each in (1, 2, 5, 10) if each * power >= rough * (1 - 1e-9))
    first = floor(low / step + 1e-9)
    count = max(1, ceil(high / step - 1e-9) - first)
    own = (values / step + 1e-9).apply(floor) - first
    counted = own.clip(upper=count - 1).value_counts()
    edges = [rounded((first + number) * step, 10) for number in range(count)]
    return step, edges, [int(counted.get(number, 0)) for number in range(count)]


def _edge(value: float, step: float) -> str:
    decimals = max(0, -floor(log10(step)))
    return number_written(value, decimals)


def _jitter(key: str) -> float:
    """Set a point beside its strip's middle, always at the same place."""
    return (crc32(key.encode()) % 1000 / 1000 - 0.5) * 0.62
