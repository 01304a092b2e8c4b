"""Draw charts: pure functions from measured rows to a drawing.

Rows carry ``value``, ``low``, ``high``, ``numerator`` and ``denominator`` as the indicators
module measures them, and ``key`` and ``name`` of what each row is about. What is chosen is no
matter of theirs: the browser paints it red, so that a choice sends no new drawing.
"""

from collections.abc import Collection, Hashable, Sequence
from typing import Any

import pandas as pd

from dashboard.contract.indicators import Indicator, as_written, short_figure, written
from dashboard.contract.rounding import number_written
from dashboard.draw import parts
from dashboard.draw.drawing import Drawing, Height, Trace, scatter
from dashboard.draw.theme import BLUE, BLUE_PALE, RED
from dashboard.language import Say

# What is left above and below the rows of a ranking, in rows.
EDGE = 0.4


def hover_text(row: dict[Hashable, Any], indicator: Indicator, say: Say) -> str:
    """Write what is shown on hover: the value, its interval and what it was divided by."""
    text = f"{row['name']} {written(row['value'], indicator, say.language)}"
    if pd.notna(row["numerator"]) and pd.notna(row["denominator"]):
        text += f"\n{number_written(row['numerator'])} ÷ {number_written(row['denominator'])}"
    if pd.notna(row["low"]):
        text += "\n" + say(
            "95% 区间 {low:.1f}–{high:.1f}{unit}",
            low=row["low"],
            high=row["high"],
            unit=say.words(indicator.unit),
        )
    return text


def hover_texts(rows: pd.DataFrame, indicator: Indicator, say: Say) -> list[str]:
    return [hover_text(row, indicator, say) for row in rows.to_dict("records")]


def spoken(keys: Collection[str], hovers: Sequence[str], say: Say) -> tuple[tuple[str, str], ...]:
    """Pair keys with their hover texts, each in one line, for a screen reader."""
    comma = "，" if say.language == "zh" else ", "
    return tuple((key, text.replace("\n", comma)) for key, text in zip(keys, hovers, strict=True))


def highest_first(rows: pd.DataFrame) -> pd.DataFrame:
    """Put the rows that have a value in order."""
    return rows.dropna(subset=["value"]).sort_values(["value", "key"], ascending=[False, True])


def ends_told(rows: pd.DataFrame, indicator: Indicator, say: Say) -> dict[str, str]:
    """Name the first and the last row with their values, for a sentence."""
    best, worst = rows.iloc[0], rows.iloc[-1]
    return {
        "indicator": say.words(indicator.name),
        "best": best["name"],
        "high": written(best["value"], indicator, say.language),
        "worst": worst["name"],
        "low": written(worst["value"], indicator, say.language),
    }


def ranking(
    rows: pd.DataFrame,
    indicator: Indicator,
    say: Say,
    *,
    district: float | None,
    height: Height = 440,
) -> Drawing:
    """Rank places as bars with intervals; the district is a line, what lies below it paler."""
    rows = highest_first(rows)
    if rows.empty:
        return parts.no_data(say, height)
    hovers = hover_texts(rows, indicator, say)
    reached = [
        district is None or each >= as_written(district, indicator)
        for each in as_written(rows["value"], indicator)
    ]
    ends = rows["high"].fillna(rows["value"])
    return parts.chart(
        [
            parts.across(
                rows["value"],
                marker={"color": [BLUE if reaches else BLUE_PALE for reaches in reached]},
                customdata=rows["key"].tolist(),
                hovertext=hovers,
                hoverinfo="text",
                error_x=parts.intervals(rows),
            ),
            *_white_intervals(rows.reset_index(drop=True)[reached]),
            *district_line(district, rows=len(rows)),
            parts.beside(
                ends, [f" {written(value, indicator, say.language)}" for value in rows["value"]]
            ),
        ],
        height=height,
        bargap=0.42,
        annotations=district_words(district, indicator, say, rows=len(rows)),
        xaxis=parts.hidden_axis(float(ends.max()) * 1.2 or 1),
        yaxis=parts.names_axis(rows["name"].tolist(), edge=EDGE),
        alt=say(
            "{indicator}按街镇排列的条形图：最高{best} {high}，最低{worst} {low}。",
            **ends_told(rows, indicator, say),
        ),
        keys=spoken(rows["key"].tolist(), hovers, say),
        rows=rows["key"].tolist(),
    )


def _white_intervals(dark: pd.DataFrame) -> list[Trace]:
    """Draw in white what of an interval lies inside a dark bar, where it would be lost."""
    inside = dark.dropna(subset=["low"])
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
    district: float | None, indicator: Indicator, say: Say, *, rows: int
) -> list[parts.Part]:
    """Write the district's value below its line."""
    if district is None or pd.isna(district):
        return []
    text = say("全区 {value}", value=written(district, indicator, say.language))
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
    rows = rows.dropna(subset=["value"])
    if rows.empty:
        return parts.no_data(say, height)
    months = parts.written_months(rows["month"])
    behind = pd.DataFrame({"month": [], "value": []}) if district is None else district
    traces: list[Trace] = []
    if len(behind):
        traces.append(scatter(
            x=parts.written_months(behind["month"]), y=behind["value"].tolist(), mode="lines",
            line={"color": parts.GREY_LINE, "width": 1.5}, hoverinfo="skip",
        ))  # fmt: skip
    if rows["low"].notna().any():
        traces.append(parts.band(months, rows["low"], rows["high"]))
    hovers = hover_texts(rows.assign(name=months), indicator, say)
    traces.append(
        parts.curve(months, rows["value"], hovers, customdata=months, mode=_line_mode(months))
    )
    return parts.chart(
        [*traces, *_marked_month(rows, marked, indicator, say)],
        height=height,
        hovermode="x",
        xaxis=parts.months_axis(**parts.month_ticks(months)),
        yaxis=amounts_axis(
            rows["value"], rows["low"], rows["high"], behind["value"],
            ticksuffix="%" if indicator.kind == "share" else "",
        ),
        alt=say(
            "{indicator}月度折线图：{first}为{start}，{last}为{end}。",
            indicator=say.words(indicator.name),
            first=months[0],
            start=written(rows["value"].iloc[0], indicator, say.language),
            last=months[-1],
            end=written(rows["value"].iloc[-1], indicator, say.language),
        ),
    )  # fmt: skip


def _line_mode(values: Collection[Any]) -> str:
    """Draw a line; one value alone is a point, as a line of it would not be seen."""
    return "lines" if len(values) > 1 else "lines+markers"


def _marked_month(
    rows: pd.DataFrame, marked: pd.Timestamp, indicator: Indicator, say: Say
) -> list[Trace]:
    """Write a month's value at its point, on the side that the line does not come from."""
    at = rows[rows["month"] == marked]
    if at.empty:
        return []
    falls = rows["value"].diff()[at.index[0]] < 0
    return [
        scatter(
            x=[f"{marked:%Y-%m}"], y=at["value"].tolist(), mode="markers+text",
            marker={"color": RED, "size": 8}, hoverinfo="skip",
            textposition="bottom center" if falls else "top center",
            text=[brief_figure(at["value"].iloc[0], indicator, say)],
            textfont={"color": RED}, cliponaxis=False,
        )
    ]  # fmt: skip


def brief_figure(value: float, indicator: Indicator, say: Say) -> str:
    """Write a value where a unit in words has no room; a share keeps its sign."""
    if indicator.kind == "share":
        return written(value, indicator, say.language)
    return short_figure(value, indicator, say.language)


def amounts_axis(*values: pd.Series, **changes: object) -> parts.Part:
    """Give the axis beside months; ``values`` are everything that must fit on it."""
    every = pd.concat(values).dropna()
    return parts.value_axis(
        nticks=5, automargin=True, **{"range": parts.roomy(every, 0.15), **changes}
    )
