"""Draw charts: pure functions from measured rows to a drawing.

Rows carry ``value``, ``low``, ``high``, ``numerator`` and ``denominator`` as the indicators
module measures them, and ``key`` and ``name`` of what each row is about. What is chosen is no
matter of theirs: the browser paints it red, so that a choice sends no new drawing.
"""

from collections.abc import Collection, Sequence
from math import isnan
from typing import Any

import pandas as pd

from dashboard.contract.columns import as_floats, with_known, written_months
from dashboard.contract.indicators import Indicator, as_written, short_figure, written
from dashboard.contract.rounding import number_written, percent_written
from dashboard.draw import parts
from dashboard.draw.drawing import Drawing, Height, Trace, scatter
from dashboard.draw.theme import BLUE, BLUE_MIDDLE, BLUE_PALE, RED
from dashboard.language import Say

# What a hover tells.
_HOVERED = ("value", "numerator", "denominator", "low", "high")
# What is left above and below the rows of a ranking, in rows.
EDGE = 0.4


def hover_texts(
    rows: pd.DataFrame, indicator: Indicator, say: Say, *, names: Sequence[str] | None = None
) -> list[str]:
    """Write what is shown on hover: the value, its interval and what it was divided by.

    ``names`` are of what each row is about, if not its ``name``.
    """
    texts, unit = [], say.words(indicator.unit)
    columns = (as_floats(rows[each]).tolist() for each in _HOVERED)
    named = rows["name"].tolist() if names is None else names
    for name, value, part, whole, low, high in zip(named, *columns, strict=True):
        text = f"{name} {written(value, indicator, say.language)}"
        if not isnan(part) and not isnan(whole):
            text += f"\n{number_written(part)} ÷ {number_written(whole)}"
        if not isnan(low):
            text += "\n" + say("95% 区间 {low:.1f}–{high:.1f}{unit}", low=low, high=high, unit=unit)
        texts.append(text)
    return texts


def spoken(keys: Collection[str], hovers: Sequence[str], say: Say) -> tuple[tuple[str, str], ...]:
    """Pair keys with their hover texts, each in one line, for a screen reader."""
    comma = "，" if say.language == "zh" else ", "
    return tuple((key, text.replace("\n", comma)) for key, text in zip(keys, hovers, strict=True))


def highest_first(rows: pd.DataFrame) -> pd.DataFrame:
    """Put the rows that have a value in order."""
    values, keys = rows["value"].tolist(), rows["key"].tolist()
    known = (at for at, value in enumerate(values) if not isnan(value))
    return rows.take(sorted(known, key=lambda at: (-values[at], keys[at])))


def ranking_told(rows: pd.DataFrame, indicator: Indicator, say: Say) -> str:
    """Say what a ranking holds; whose each value is, its rows tell."""
    high, low = (written(rows["value"].iloc[end], indicator, say.language) for end in (0, -1))
    return say(
        "{indicator}排列图：{count} 处，从 {high} 到 {low}。",
        indicator=say.words(indicator.name), count=len(rows), high=high, low=low,
    )  # fmt: skip


def ranking(
    rows: pd.DataFrame,
    indicator: Indicator,
    say: Say,
    *,
    district: float | None,
    height: Height = 440,
    whole: str = "",
) -> Drawing:
    """Rank places as bars with intervals; the district is a line, what lies below it paler.

    Rows with a ``verdict`` are coloured by it: what could not be told apart looks alike. ``whole``
    names the district's line where it is not of all of it.
    """
    rows = highest_first(rows)
    if rows.empty:
        return parts.no_data(say, height)
    hovers = hover_texts(rows, indicator, say)
    colours = _ranking_colours(rows, indicator, district)
    texts = [written(value, indicator, say.language) for value in rows["value"]]
    edge = parts.with_room(float(rows["high"].fillna(rows["value"]).max()), texts)
    return parts.chart(
        [
            parts.across(
                rows["value"],
                marker={"color": colours},
                customdata=rows["key"].tolist(),
                hovertext=hovers,
                hoverinfo="text",
                error_x=parts.intervals(rows),
            ),
            *_white_intervals(rows.reset_index(drop=True)[[each != BLUE_PALE for each in colours]]),
            *district_line(district, rows=len(rows)),
            parts.values_at_edge(texts, edge),
        ],
        height=height,
        bargap=0.42,
        annotations=district_words(district, indicator, say, rows=len(rows), whole=whole),
        xaxis=parts.hidden_axis(edge),
        yaxis=parts.names_axis(rows["name"].tolist(), edge=EDGE),
        alt=ranking_told(rows, indicator, say),
        keys=spoken(rows["key"].tolist(), hovers, say),
        rows=rows["key"].tolist(),
    )


def _ranking_colours(rows: pd.DataFrame, indicator: Indicator, district: float | None) -> list[str]:
    if "verdict" in rows:
        shades = {"above": BLUE, "below": BLUE_PALE}
        return [shades.get(each, BLUE_MIDDLE) for each in rows["verdict"]]
    return [
        BLUE if district is None or each >= as_written(district, indicator) else BLUE_PALE
        for each in as_written(rows["value"], indicator)
    ]


def _white_intervals(dark: pd.DataFrame) -> list[Trace]:
    """Draw in white what of an interval lies inside a dark bar, where it would be lost."""
    inside = with_known(dark, "low")
    if inside.empty:
        return []
    lines = parts.segments(inside["low"].tolist(), inside["value"].tolist(), inside.index.tolist())
    return [scatter(**lines, line={"color": "#FFFFFF", "width": 1})]


def district_line(district: float | None, *, rows: int) -> list[Trace]:
    """Draw a line at the district's value, where there is one; texts drawn after it lie above."""
    if district is None or pd.isna(district):
        return []
    return [
        scatter(x=[district, district], y=[EDGE - 1, rows - EDGE], mode="lines", hoverinfo="skip",
                line={"color": RED, "width": 1, "dash": "dash"}, cliponaxis=False)
    ]  # fmt: skip


def district_words(
    district: float | None, indicator: Indicator, say: Say, *, rows: int, whole: str = ""
) -> list[parts.Part]:
    """Write the district's value below its line."""
    if district is None or pd.isna(district):
        return []
    value = written(district, indicator, say.language)
    text = say("{whole} {value}", whole=whole or say("全区"), value=value)
    return [parts.note(text, district, rows - EDGE, RED, yanchor="top")]


def trend(
    rows: pd.DataFrame,
    indicator: Indicator,
    say: Say,
    *,
    marked: pd.Timestamp,
    height: Height = 260,
    district: pd.DataFrame | None = None,
) -> Drawing:
    """Draw one indicator over the months, with its interval; the end month is marked.

    ``district``: the months of all towns together, where those are to stand behind as a grey line.
    """
    rows = with_known(rows)
    if rows.empty:
        return parts.no_data(say, height)
    months, values = written_months(rows["month"]), rows["value"].tolist()
    low, high = rows["low"].tolist(), rows["high"].tolist()
    behind: list[float] = []
    traces: list[Trace] = []
    if district is not None and len(district):
        behind = district["value"].tolist()
        traces.append(scatter(
            x=written_months(district["month"]), y=behind, mode="lines",
            line={"color": parts.GREY_LINE, "width": 1.5}, hoverinfo="skip",
        ))  # fmt: skip
    if not all(map(isnan, low)):
        traces.append(parts.band(months, low, high))
    hovers = hover_texts(rows, indicator, say, names=months)
    traces.append(parts.curve(months, values, hovers, customdata=months, mode=_line_mode(months)))
    return parts.chart(
        [*traces, *_marked_month(months, values, f"{marked:%Y-%m}", indicator, say)],
        height=height,
        hovermode="x",
        xaxis=parts.months_axis(**parts.month_ticks(months)),
        yaxis=amounts_axis(
            *values, *low, *high, *behind,
            ticksuffix="%" if indicator.kind == "share" else "",
        ),
        alt=say(
            "{indicator}月度折线图：{first}为{start}，{last}为{end}。",
            indicator=say.words(indicator.name),
            first=months[0],
            start=written(values[0], indicator, say.language),
            last=months[-1],
            end=written(values[-1], indicator, say.language),
        ),
    )  # fmt: skip


def _line_mode(values: Collection[Any]) -> str:
    """Draw a line; one value alone is a point, as a line of it would not be seen."""
    return "lines" if len(values) > 1 else "lines+markers"


def _marked_month(
    months: Sequence[str], values: Sequence[float], marked: str, indicator: Indicator, say: Say
) -> list[Trace]:
    """Write a month's value at its point, on the side that the line does not come from."""
    if marked not in months:
        return []
    at = months.index(marked)
    falls = at > 0 and values[at] < values[at - 1]
    return [
        scatter(
            x=[marked], y=[values[at]], mode="markers+text",
            marker={"color": RED, "size": 8}, hoverinfo="skip",
            textposition="bottom center" if falls else "top center",
            text=[brief_figure(values[at], indicator, say)],
            textfont={"color": RED}, cliponaxis=False,
        )
    ]  # fmt: skip


def brief_figure(value: float, indicator: Indicator, say: Say) -> str:
    """Write a value where a unit in words has no room; a share keeps its sign."""
    if indicator.kind == "share":
        return written(value, indicator, say.language)
    return short_figure(value, indicator, say.language)


def amounts_axis(*values: float, **changes: object) -> parts.Part:
    """Give the axis beside months; ``values`` are everything that must fit on it."""
    return parts.value_axis(
        nticks=5, automargin=True, **{"range": parts.roomy(values, 0.15), **changes}
    )


def gains(
    rows: pd.DataFrame, names: tuple[str, str], hovers: Sequence[str], *, height: Height, alt: str
) -> Drawing:
    """Draw a share of each row before, and what it gains, in the rows' order.

    Rows: ``name``, ``before`` and ``after`` (percent); ``names`` are of the two parts of a bar.
    """
    shares = list(zip(rows["before"].tolist(), rows["after"].tolist(), strict=True))
    texts = [
        percent_written(after)
        if after == before
        else f"{percent_written(before)} → {percent_written(after)}"
        for before, after in shares
    ]
    gained = [after - before for before, after in shares]
    told: dict[str, Any] = {"hoverinfo": "text", "hovertext": list(hovers)}
    return parts.chart(
        [
            parts.across(rows["before"], name=names[0], marker={"color": BLUE_PALE}, **told),
            parts.across(gained, name=names[1], marker={"color": BLUE}, **told),
            parts.beside(rows["after"], [f" {text}" for text in texts], showlegend=False),
        ],
        height=height,
        barmode="stack",
        bargap=0.42,
        showlegend=True,
        legend=parts.LEGEND_BELOW,
        margin=parts.margin(below=44),
        xaxis=parts.hidden_axis(max(float(rows["after"].max()), 1.0) * 1.45),
        yaxis=parts.names_axis(rows["name"].tolist(), edge=EDGE),
        alt=alt,
    )
