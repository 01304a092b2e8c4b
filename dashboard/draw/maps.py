"""Draw maps of the towns: values in classes of colour on the schematic map or on tiles."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from dashboard.contract.columns import with_known
from dashboard.contract.indicators import Indicator, short_figure, written
from dashboard.contract.rounding import rounded
from dashboard.draw.charts import hover_texts, spoken
from dashboard.draw.classes import (
    QUINTILES,
    VERDICT_FILLS,
    Classes,
    class_edges,
    class_of,
    method_named,
)
from dashboard.draw.drawing import Drawing, Height, nothing
from dashboard.draw.theme import NO_DATA, POINT, RED, RULE, SEQUENCE, SYMBOL
from dashboard.language import Say

Region = dict[str, str]


@dataclass(frozen=True)
class Ground:
    """Hold what a map is drawn on: the short names of all towns by code, and the address of their
    shapes for the browser; ``centred`` sets their texts into the middle of the shapes."""

    names: Mapping[str, str]
    geometry: str
    centred: bool = False

    def drawn(
        self, coloured: Mapping[str, Region], legend: object, say: Say, **changes: str
    ) -> dict[str, object]:
        """Lay the coloured regions on it; towns without a colour are grey and say so.

        ``changes`` are what a grey one has besides.
        """
        regions = {
            code: {"name": name, **coloured[code]}
            if code in coloured
            else {"name": name, "fill": NO_DATA, "hover": f"{name} {say('无数据')}", **changes}
            for code, name in self.names.items()
        }
        return {
            "geometry": self.geometry,
            "regions": regions,
            "centred": self.centred,
            "legend": legend,
        }


def town_map(
    rows: pd.DataFrame,
    indicator: Indicator,
    say: Say,
    ground: Ground,
    *,
    height: Height = 440,
    classes: Classes = QUINTILES,
) -> Drawing:
    """Colour the towns by value, put into classes of which the legend names the method.

    By verdicts, of which each row has one as ``verdict``, what was not told apart looks alike. As
    symbols, a circle on each town has the value's area.
    """
    valued = with_known(rows).sort_values("value", ascending=False)
    if valued.empty:
        return nothing("map", say("所选范围内没有数据。"), height=height)
    sizes: list[dict[str, str]] = [{} for _ in valued.index]
    legend: list[dict[str, str]]
    if classes.method == "symbols":
        fills = [RULE] * len(valued)
        sizes, legend = _by_size(valued["value"], indicator, say)
    elif classes.method == "verdicts":
        fills, legend = _by_verdict(valued, say)
    else:
        fills, legend = _by_value(valued["value"], classes, indicator, say)
    hovers = hover_texts(valued, indicator, say)
    coloured = {
        key: {
            "label": short_figure(value, indicator, say.language),
            "fill": fill,
            "hover": hover,
            **size,
        }
        for key, value, hover, fill, size in zip(
            valued["key"], valued["value"], hovers, fills, sizes, strict=True
        )
    }
    return Drawing(
        "map",
        alt=say(
            "{indicator}的街镇地图，从{low}到{high}。",
            indicator=say.words(indicator.name),
            low=short_figure(valued["value"].min(), indicator, say.language),
            high=written(valued["value"].max(), indicator, say.language),
        ),
        body={
            **ground.drawn(coloured, legend, say),
            "note": say(
                "{method}，{unit}",
                method=method_named(classes, say),
                unit=say.words(indicator.unit),
            ),
        },
        keys=spoken(valued["key"].tolist(), hovers, say),
        height=height,
    )


@dataclass(frozen=True)
class Place:
    """Hold one community as a point: where it lies on the map's ground, how large, by what name; and
    why it stands out, if it does."""

    key: str
    name: str
    at: tuple[float, float]
    residents: float
    reason: str = ""

    @property
    def radius(self) -> float:
        """Give the point's radius in pixels, its area by how many live there."""
        if self.residents != self.residents:
            return 1.5
        return round(min(1.4 + self.residents**0.5 / 13, 6), 1)


def points_map(
    places: Sequence[Place],
    say: Say,
    ground: Ground,
    *,
    towns: Mapping[str, str],
    height: Height = 440,
) -> Drawing:
    """Draw every community as a grey point, and red what stands out, over all else.

    ``towns`` says of each town what is told on hover. Points come column by column, and only those
    that stand out with a reason: there may be thousands.
    """
    if not places:
        return nothing("map", say("所选范围内没有数据。"), height=height)
    ordered = sorted(places, key=lambda each: (bool(each.reason), -each.radius))
    red = [each for each in ordered if each.reason]
    coloured = {code: {"fill": RULE, "hover": told} for code, told in towns.items()}
    legend = [
        {"fill": RED, "text": say("要办 {count}", count=len(red))},
        {"fill": POINT, "text": say("其余 {count}", count=len(places) - len(red))},
    ]
    return Drawing(
        "map",
        alt=say("{count} 个社区的分布图，其中 {red} 个要先办。", count=len(places), red=len(red)),
        body={
            **ground.drawn(coloured, legend, say),
            "points": {
                "keys": [each.key for each in ordered],
                "names": [each.name for each in ordered],
                "x": [round(each.at[0], 2) for each in ordered],
                "y": [round(each.at[1], 2) for each in ordered],
                "sizes": [each.radius for each in ordered],
                "reasons": [each.reason for each in red],
                "fills": [POINT, RED],
            },
        },
        keys=tuple(towns.items()),
        height=height,
    )


def grid_legend(fills: list[list[str]], x: str, y: str) -> dict[str, object]:
    """Give the ``legend`` of a map of two measures: rows of colours, the least of ``y`` first."""
    return {"grid": fills, "x": x, "y": y}


def _by_size(
    values: pd.Series, indicator: Indicator, say: Say
) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Give each place's circle as a share of the largest's radius, and what two circles mean."""
    most = float(values.max()) or 1.0

    def circle(value: float) -> dict[str, str]:
        return {"symbol": SYMBOL, "size": f"{(max(value, 0.0) / most) ** 0.5:.3f}"}

    legend = [
        {**circle(each), "text": short_figure(each, indicator, say.language)}
        for each in dict.fromkeys((rounded(most / 4, indicator.decimals), most))
        if 0 < each <= values.max()
    ]
    return [circle(value) for value in values.tolist()], legend


def _by_value(
    values: pd.Series, classes: Classes, indicator: Indicator, say: Say
) -> tuple[list[str], list[dict[str, str]]]:
    """Give each place's colour by its class, and what the colours mean."""
    edges = class_edges(values, classes, decimals=indicator.decimals)
    places = (class_of(value, edges, decimals=indicator.decimals) for value in values)
    return [SEQUENCE[at] for at in places], _legend(edges, values.min(), indicator, say)


def _by_verdict(rows: pd.DataFrame, say: Say) -> tuple[list[str], list[dict[str, str]]]:
    """Give each place's colour by its verdict, and what the colours mean."""
    names = {
        "below": say("低于"),
        "alike": say("未区分"),
        "usual": say("平常"),
        "above": say("高于"),
    }
    unused = "alike" if (rows["verdict"] == "usual").any() else "usual"
    legend = [
        {"fill": VERDICT_FILLS[verdict], "text": name}
        for verdict, name in names.items()
        if verdict != unused
    ]
    return [VERDICT_FILLS.get(each, NO_DATA) for each in rows["verdict"]], legend


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
