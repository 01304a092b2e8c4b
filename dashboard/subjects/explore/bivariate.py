"""Draw a map of two indicators at once: thirds of the one by thirds of the other."""

from collections.abc import Hashable
from typing import Any

import pandas as pd

from dashboard.contract.indicators import Indicator, written
from dashboard.draw.drawing import Drawing, Height, nothing
from dashboard.draw.maps import Ground, grid_legend
from dashboard.language import Say

# Rows are thirds of y from the lowest, columns thirds of x: blue for x, orange for y, dark for
# both. Any two differ by 23 or more (CIE 1976) for protan, deutan and tritan eyes too.
FILLS = (
    ("#E0E6EC", "#94BBE0", "#2976B8"),
    ("#F6CF8F", "#9F9C93", "#3A4F66"),
    ("#E08E0B", "#8A5A1C", "#241F26"),
)


def bivariate_map(
    rows: pd.DataFrame,
    x: Indicator,
    y: Indicator,
    say: Say,
    ground: Ground,
    *,
    height: Height = 440,
) -> Drawing:
    """Colour the towns by their thirds in two indicators.

    Rows: ``key``, ``name``, ``x``, ``y`` in the indicators' units, ``x_third`` and ``y_third``
    from 0 to 2.
    """
    valued = rows.dropna(subset=["x", "y"])
    if valued.empty:
        return nothing("map", say("所选范围内没有数据。"), height=height)
    records = valued.to_dict("records")
    lines = [[row["name"], *_lines(row, x, y, say)] for row in records]
    coloured = {
        row["key"]: {
            "fill": FILLS[int(row["y_third"])][int(row["x_third"])],
            "hover": "\n".join(told),
        }
        for row, told in zip(records, lines, strict=True)
    }
    names = say.words(x.name), say.words(y.name)
    legend = grid_legend([list(fills) for fills in FILLS], *names)
    return Drawing(
        "map",
        alt=say("{x}与{y}的双变量街镇地图，各分三档。", x=names[0], y=names[1]),
        # The lowest of both is nearly as light as what is missing: the dash tells them apart.
        body=ground.drawn(coloured, legend, say, label="—"),
        keys=tuple((key, " ".join(told)) for key, told in zip(valued["key"], lines, strict=True)),
        height=height,
    )


def _lines(row: dict[Hashable, Any], x: Indicator, y: Indicator, say: Say) -> list[str]:
    thirds = (say("低"), say("中"), say("高"))
    return [
        f"{say.words(each.name)} {written(row[axis], each, say.language)} · "
        f"{thirds[int(row[f'{axis}_third'])]}"
        for axis, each in (("x", x), ("y", y))
    ]
