"""Draw what two plans choose, town by town."""

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from dashboard.contract.rounding import number_written
from dashboard.draw import parts
from dashboard.draw.drawing import Drawing, Height
from dashboard.draw.theme import BLUE, CATEGORIES, INK
from dashboard.language import Say

# In both, in the first alone, in the second alone.
COLOURS = (BLUE, CATEGORIES[1], CATEGORIES[2])
_INKS = ("#FFFFFF", INK, INK)
_EDGE = 0.6


def chosen_by_town(
    rows: pd.DataFrame, names: Mapping[str, str], say: Say, *, height: Height
) -> Drawing:
    """Stack the communities that both plans choose, the first alone and the second: rows with ``name``
    and a column for each of ``names``; the numbers stand in the bars."""
    totals = rows[[*names]].sum(axis=1)
    drawing = parts.chart(
        [
            parts.across(
                rows[column], name=name, hoverinfo="skip",
                marker={"color": colour},
                text=[number_written(each) if each else "" for each in rows[column]],
                textposition="inside", textangle=0, insidetextfont={"color": ink},
            )
            for (column, name), colour, ink in zip(names.items(), COLOURS, _INKS, strict=True)
        ],
        height=height,
        barmode="stack",
        bargap=0.3,
        showlegend=True,
        legend=parts.LEGEND_BELOW,
        margin=parts.margin(below=44),
        xaxis=parts.hidden_axis(max(float(totals.max()), 1.0) * 1.05),
        yaxis=parts.names_axis(rows["name"].tolist(), edge=_EDGE),
        alt=say("{count} 个街镇两个方案所选社区的条形图。", count=len(rows)),
    )  # fmt: skip
    listed = {name: rows[column].tolist() for column, name in names.items()}
    return replace(drawing, listed={say("街镇"): rows["name"].tolist(), **listed})
