"""Draw counts as small lines, each on a scale of its own."""

from collections.abc import Mapping
from math import ceil

import pandas as pd

from dashboard.contract.columns import as_floats, written_months
from dashboard.contract.rounding import number_written
from dashboard.draw import parts
from dashboard.draw.drawing import Drawing, Height, Trace, bold, scatter, together
from dashboard.draw.theme import BLUE, INK, RULE
from dashboard.language import Say

COLUMNS = 2
_GAP_X, _ABOVE, _BELOW = 0.05, 0.055, 0.055


def small_lines(
    rows: pd.DataFrame,
    names: Mapping[str, str],
    say: Say,
    *,
    marked: pd.Timestamp,
    height: Height = 430,
) -> Drawing:
    """Draw a line for each kind of count, its name and last value above.

    Rows: ``record_kind``, ``month``, ``record_count``.
    """
    rows = rows.assign(record_count=as_floats(rows["record_count"]))
    kinds = [kind for kind in names if kind in set(rows["record_kind"])]
    if not kinds:
        return parts.no_data(say, height)
    months = written_months(pd.Series([rows["month"].min(), rows["month"].max()]))
    traces: list[Trace] = []
    layout: parts.Part = {}
    titles: list[parts.Part] = []
    for number, kind in enumerate(kinds):
        mine = rows[rows["record_kind"] == kind].sort_values("month")
        traces.append(_line(mine, names[kind], number))
        layout |= _axes(number, len(kinds), mine["record_count"].max(), months)
        last = mine.loc[mine["month"] == marked, "record_count"]
        value = number_written(last.iloc[0]) if len(last) else "—"
        titles.append(_title(f"{names[kind]} ", value, number, len(kinds)))
    return parts.chart(
        traces, height=height, annotations=titles, margin=parts.margin(top=6), **layout,
        alt=say(
            "{count} 项月度计数的小型折线图，各用各的刻度：{kinds}。",
            count=len(kinds),
            kinds=say.listed([names[kind] for kind in kinds]),
        ),
    )  # fmt: skip


def _line(rows: pd.DataFrame, name: str, number: int) -> Trace:
    months, counts = written_months(rows["month"]), rows["record_count"].tolist()
    axis = "" if number == 0 else str(number + 1)
    return scatter(
        x=months, y=counts, mode="lines", line={"color": BLUE, "width": 2},
        xaxis=f"x{axis}", yaxis=f"y{axis}", hoverinfo="text",
        hovertext=[
            f"{name} {month}\n{number_written(count)}"
            for month, count in zip(months, counts, strict=True)
        ],
    )  # fmt: skip


def _axes(number: int, count: int, most: float, months: list[str]) -> parts.Part:
    axis = "" if number == 0 else str(number + 1)
    across, up = _place(number, count)
    return {
        f"xaxis{axis}": parts.axis(
            type="date", linecolor=RULE, tickformat="%Y", dtick="M12", tick0="2000-01-01",
            tickfont=parts.SMALL_PRINT, range=months, domain=across, anchor=f"y{axis}",
        ),
        f"yaxis{axis}": parts.hidden_axis(1.0, domain=up, anchor=f"x{axis}")
        | {"range": [0, 1.1 * most if most > 0 else 1]},
    }  # fmt: skip


def _title(name: str, value: str, number: int, count: int) -> parts.Part:
    across, up = _place(number, count)
    return parts.note(
        together(name, bold(value)), across[0], up[1], INK, xref="paper", yref="paper",
        xanchor="left", yanchor="bottom",
    )  # fmt: skip


def _place(number: int, count: int) -> tuple[list[float], list[float]]:
    """Give where a line stands, from left to right and from the lower edge up, from 0 to 1."""
    width, down = 1 / COLUMNS, ceil(count / COLUMNS)
    across, above = number % COLUMNS, 1 - number // COLUMNS / down
    return (
        [across * width, (across + 1) * width - _GAP_X],
        [above - 1 / down + _BELOW, above - _ABOVE],
    )
