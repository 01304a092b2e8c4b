"""Draw how communities are spread: all of them as a histogram, town by town as strips."""

from math import ceil, floor, log10
from zlib import crc32

import pandas as pd

from dashboard.contract.indicators import Indicator, written
from dashboard.contract.rounding import number_written, rounded
from dashboard.draw import parts
from dashboard.draw.charts import EDGE, highest_first, hover_texts, spoken
from dashboard.draw.drawing import Drawing, Height, Trace, bar, scatter
from dashboard.draw.theme import BLUE, BLUE_PALE, INK, RED
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
    rows = highest_first(rows)
    if rows.empty:
        return parts.no_data(say, height)
    medians = rows.groupby("town_code")["value"].median().sort_values(ascending=False)
    strips = {code: number for number, code in enumerate(medians.index)}
    jitter = rows["key"].astype(str).map(_jitter)
    rows = rows.assign(x=rows["value"], y=rows["town_code"].map(strips) + jitter)
    hovers = hover_texts(rows, indicator, say)
    step, edges, counts = bins(rows["value"])
    median = float(rows["value"].median())
    told = written(median, indicator, say.language)
    return parts.chart(
        [
            _histogram(step, edges, counts, say),
            _strips(rows, hovers),
            _town_medians(medians, towns, indicator, say),
            *marks(rows[rows["key"].isin(marked)]),
        ],
        height=height,
        hovermode="closest",
        xaxis=parts.value_axis(
            title=parts.title(axis_title(indicator, say)), anchor="y", separatethousands=True,
            range=[edges[0] - step * 0.3, edges[-1] + step * 1.3],
        ),
        yaxis={
            "domain": [0, 0.72], "fixedrange": True, "showgrid": False, "zeroline": False,
            "tickvals": list(range(len(medians))), "range": [len(medians) - EDGE, EDGE - 1],
            "ticktext": [towns[str(code)] for code in medians.index], "automargin": True,
        },
        yaxis2={"domain": [0.76, 1], "fixedrange": True, "visible": False},
        shapes=[parts.dashed("x", median)],
        annotations=[
            parts.note(
                say("中位数 {value}", value=told), median, 1, RED, yref="paper", yanchor="bottom"
            )
        ],
        margin=parts.margin(top=24, below=46),
        alt=say(
            "{count} 个社区{indicator}的分布图，中位数 {median}。",
            count=len(rows),
            indicator=say.words(indicator.name),
            median=told,
        ),
        keys=spoken(rows["key"].tolist(), hovers, say),
    )  # fmt: skip


def _strips(rows: pd.DataFrame, hovers: list[str]) -> Trace:
    return scatter(
        x=rows["x"].tolist(), y=rows["y"].tolist(), mode="markers", hoverinfo="text",
        customdata=rows["key"].tolist(), hovertext=hovers,
        marker={"size": 6, "color": BLUE, "opacity": 0.5, "line": {"width": 0}},
    )  # fmt: skip


def _histogram(step: float, edges: list[float], counts: list[int], say: Say) -> Trace:
    return bar(
        x=[edge + step / 2 for edge in edges], y=counts, width=step * 0.94, yaxis="y2",
        marker={"color": BLUE_PALE}, hoverinfo="text",
        hovertext=[
            say(
                "{low} 至 {high}：{count} 个社区",
                low=_edge(edge, step), high=_edge(edge + step, step), count=count,
            )
            for edge, count in zip(edges, counts, strict=True)
        ],
    )  # fmt: skip


def _town_medians(
    medians: pd.Series, towns: dict[str, str], indicator: Indicator, say: Say
) -> Trace:
    line = {"width": 2.5, "color": INK}
    return scatter(
        x=medians.tolist(), y=list(range(len(medians))), mode="markers", hoverinfo="text",
        marker={"symbol": "line-ns", "size": 15, "color": INK, "line": line},
        hovertext=[
            say(
                "{town}中位数 {value}",
                town=towns[str(code)], value=written(value, indicator, say.language),
            )
            for code, value in medians.items()
        ],
    )  # fmt: skip


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
