"""Draw counts as small lines, each on a scale of its own."""

from collections.abc import Mapping
from math import ceil, nan

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
    by_kind = _by_kind(rows)
    kinds = [kind for kind in names if kind in by_kind]
    if not kinds:
        return parts.no_data(say, height)
    months = [month for counts in by_kind.values() for month in counts]
    span = [min(months), max(months)]
    traces: list[Trace] = []
    layout: parts.Part = {}
    titles: list[parts.Part] = []
    for number, kind in enumerate(kinds):
        counts = by_kind[kind]
        traces.append(_line(counts, names[kind], number))
        known = [count for count in counts.values() if count == count]
        layout |= _axes(number, len(kinds), max(known, default=0), span)
        last = number_written(counts.get(f"{marked:%Y-%m}", nan))
        titles.append(_title(f"{names[kind]} ", last, number, len(kinds)))
    return parts.chart(
        traces, height=height, annotations=titles, margin=parts.margin(top=6), **layout,
        alt=say(
            "{count} 项月度计数的小型折线图，各用各的刻度：{kinds}。",
            count=len(kinds),
            kinds=say.listed([names[kind] for kind in kinds]),
        ),
    )  # fmt: skip


def _by_kind(rows: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Give for each kind the counts by month, the earliest first."""
    found: dict[str, dict[str, float]] = {}
    for month, kind, count in sorted(
        zip(
            written_months(rows["month"]),
            rows["record_kind"].tolist(),
            as_floats(rows["record_count"]).tolist(),
            strict=True,
        )
    ):
        found.setdefault(kind, {})[month] = count
    return found


def _line(counts: Mapping[str, float], name: str, number: int) -> Trace:
    axis = "" if number == 0 else str(number + 1)
    return scatter(
        x=list(counts), y=list(counts.values()), mode="lines", line={"color": BLUE, "width": 2},
        xaxis=f"x{axis}", yaxis=f"y{axis}", hoverinfo="text",
        hovertext=[f"{name} {month}\n{number_written(count)}" for month, count in counts.items()],
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
