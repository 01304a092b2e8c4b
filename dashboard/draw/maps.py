"""Draw maps of the towns: values in classes of colour on the schematic map or on tiles."""

import pandas as pd

from dashboard.contract.indicators import Indicator, short_figure, written
from dashboard.draw.charts import hover_text, spoken_text
from dashboard.draw.classes import MOST_CLASSES, Method, class_edges, class_of, method_named
from dashboard.draw.drawing import Drawing, Height, nothing
from dashboard.draw.theme import NO_DATA, SEQUENCE
from dashboard.language import Say


def town_map(
    rows: pd.DataFrame,
    indicator: Indicator,
    say: Say,
    *,
    names: dict[str, str],
    geometry: str,
    centred: bool = False,
    review: str | None = None,
    height: Height = 440,
    method: Method = "quantiles",
    count: int = MOST_CLASSES,
) -> Drawing:
    """Colour the towns by value. ``geometry`` is the address of their shapes for the browser.

    The values are put into at most ``count`` classes by the ``method``, which the legend names.
    Towns without a value are grey and say so; ``names`` are the short names of all towns.
    ``review`` is the review number (审图号) that a published map must bear.
    """
    valued = rows.dropna(subset=["value"])
    if valued.empty:
        return nothing("map", say("所选范围内没有数据。"), height=height)
    edges = class_edges(valued["value"], decimals=indicator.decimals, method=method, count=count)
    values = {row["key"]: row for row in valued.to_dict("records")}
    regions = {}
    for code, name in names.items():
        if code not in values:
            regions[code] = {"name": name, "fill": NO_DATA, "hover": f"{name} {say('无数据')}"}
            continue
        row = values[code]
        fill = SEQUENCE[class_of(row["value"], edges, decimals=indicator.decimals)]
        regions[code] = {
            "name": name,
            "label": short_figure(row["value"], indicator, say.language),
            "fill": fill,
            "hover": hover_text(row, indicator, say),
        }
    ordered = valued.sort_values("value", ascending=False)
    return Drawing(
        "map",
        alt=say(
            "{indicator}的街镇地图，从{low}到{high}。",
            indicator=say.words(indicator.name),
            low=short_figure(valued["value"].min(), indicator, say.language),
            high=written(valued["value"].max(), indicator, say.language),
        ),
        body={
            "geometry": geometry,
            "regions": regions,
            "centred": centred,
            "legend": _legend(edges, valued["value"].min(), indicator, say),
            "note": say(
                "{method}，{unit}",
                method=method_named(method, say, count=count),
                unit=say.words(indicator.unit),
            ),
            **({"review": review} if review else {}),
        },
        keys=tuple(
            (row["key"], spoken_text(row, indicator, say)) for row in ordered.to_dict("records")
        ),
        height=height,
    )


def grid_legend(fills: list[list[str]], x: str, y: str) -> dict[str, object]:
    """Give the ``legend`` of a map of two measures: rows of colours, the least of ``y`` first."""
    return {"grid": fills, "x": x, "y": y}


def _legend(
    edges: list[float], least: float, indicator: Indicator, say: Say
) -> list[dict[str, str]]:
    texts = [short_figure(edge, indicator, say.language) for edge in edges]
    lowest = f"<{texts[0]}" if texts else short_figure(least, indicator, say.language)
    return [
        {"fill": SEQUENCE[0], "text": lowest},
        *(
            {
                "fill": SEQUENCE[class_of(edge, edges, decimals=indicator.decimals)],
                "text": text,
            }
            for edge, text in zip(edges, texts, strict=True)
        ),
    ]
