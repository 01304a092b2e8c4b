"""Show an indicator place by place or month by month: map, ranking, distribution, lines."""

from dataclasses import replace

import pandas as pd

from dashboard.asking.grains import Grain
from dashboard.asking.measured import counted_at, counted_here, measured
from dashboard.asking.memo import remembered, remembered_for_all_towns
from dashboard.asking.questions import Questions
from dashboard.asking.scope import compared_here, is_of_all
from dashboard.contract.indicators import BY_CODE, Indicator, as_written
from dashboard.draw.charts import ranking
from dashboard.draw.classes import Classes
from dashboard.figures.common import (
    judged_how,
    map_note,
    months_by_name,
    months_note,
    ranked_how,
    town_map,
    with_verdicts,
)
from dashboard.figures.figure import Caption, Figure
from dashboard.figures.scope import whole_named
from dashboard.insight.limits import Comparison
from dashboard.insight.verdicts import false_alarms_told
from dashboard.subjects.explore import distribution as drawings
from dashboard.subjects.explore.choices import FILLS, TALL
from dashboard.subjects.explore.measures import as_of, marked_communities
from dashboard.subjects.explore.multiples import multiples
from dashboard.subjects.explore.reasoning import ranked
from dashboard.subjects.explore.tables import places_title

MOST_BARS = 10


def on_map(ask: Questions, code: str, classes: Classes | None, *, tiles: bool) -> Figure:
    say, indicator = ask.say, BY_CODE[code]
    rows = counted_at(ask, indicator, "town").rows
    found = compared_here(ask, rows, ask.district_value(indicator), indicator)
    # The colours rest on it.
    is_judged = found is not None and not classes
    how = [false_alarms_told(say)] if is_judged else []
    caption = Caption(
        say("{indicator}，按街镇", indicator=say.words(indicator.name)),
        " · ".join((map_note(ask, say.words(indicator.formula), tiles=tiles), *how)),
        as_of(ask, indicator),
        method=judged_how(say, found) if found is not None and is_judged else "",
    )
    return town_map(ask, "explore-map", code, caption, FILLS, classes, tiles=tiles)


def in_order(ask: Questions, code: str, grain: Grain) -> Figure:
    """Rank the towns, or the ends of the communities of the chosen towns."""
    return _in_order(ask, code, grain, ask.chosen_towns if grain != "town" else ())


@remembered_for_all_towns
def _in_order(ask: Questions, code: str, grain: Grain, towns: tuple[str, ...]) -> Figure:
    indicator = BY_CODE[code]
    counted = counted_at(ask, indicator, grain)
    rows = counted.rows if grain == "town" else _in_towns(ask, counted.rows, towns)
    district = ask.district_value(indicator)
    found = compared_here(ask, counted.rows, district, indicator)
    if found is not None:
        rows = with_verdicts(counted.rows, found).loc[rows.index]
    drawing = ranking(
        rows if grain == "town" else _ends(rows, indicator), indicator, ask.say,
        district=district, height=FILLS, whole=whole_named(ask),
    )  # fmt: skip
    return Figure(
        f"explore-ranking-{grain}",
        drawing,
        Caption(
            places_title(ask, indicator, grain, towns),
            _ranking_note(ask, indicator, grain, rows, found),
            as_of(ask, indicator),
            method="" if found is None else judged_how(ask.say, found),
        ),
        counted,
        click="town" if grain == "town" else "community",
    )


def _in_towns(ask: Questions, rows: pd.DataFrame, towns: tuple[str, ...]) -> pd.DataFrame:
    if towns:
        rows = rows[rows["town_code"].isin(towns)]
    return rows


def _ends(rows: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
    """Keep the highest and the lowest of many; of equals those with the largest denominator."""
    there = ranked(rows, indicator)
    if len(there) <= 2 * MOST_BARS:
        return there
    by = ["value", "denominator", "key"]
    high = there.sort_values(by, ascending=[False, False, True]).head(MOST_BARS)
    low = there.sort_values(by, ascending=[True, False, True]).head(MOST_BARS)
    return pd.concat([high, low[::-1]]).drop_duplicates("key")


def _equals_left_out(rows: pd.DataFrame, indicator: Indicator) -> tuple[int, int]:
    """Count the places that equal the last shown at the high and at the low end, and are not."""
    shown, there = _ends(rows, indicator), ranked(rows, indicator)
    left = there.loc[~there["key"].isin(shown["key"]), "value"]
    if left.empty:
        return 0, 0
    left, ends = as_written(left, indicator), as_written(shown["value"], indicator)
    high, low = ends.iloc[MOST_BARS - 1], ends.iloc[MOST_BARS]
    return int((left == high).sum()), int((left == low).sum())


def _ranking_note(
    ask: Questions, indicator: Indicator, grain: Grain, rows: pd.DataFrame, found: Comparison | None
) -> str:
    say, unit = ask.say, ask.say.words(indicator.unit)
    interval = say("细线为各地自己的 95% 区间") if indicator.has_interval else ""
    ends = (
        ask.without_named(say("最高与最低各至多 {count} 个", count=MOST_BARS))
        if grain == "community"
        else ""
    )
    shades = " · ".join(ranked_how(ask, found, ask.district_value(indicator)))
    equals = ""
    if grain == "community":
        high, low = _equals_left_out(rows, indicator)
        if high and low:
            equals = say("另有 {high} 个并列高端、{low} 个并列低端，先列较大的", high=high, low=low)
        elif high or low:
            equals = say("另有 {count} 个并列，先列较大的", count=high or low)
    sample = say("街镇数为示例，未曾公布") if ask.is_sample and indicator.kind == "count" else ""
    return " · ".join(text for text in (unit, ends, equals, interval, shades, sample) if text)


def distribution(ask: Questions, code: str) -> Figure:
    """Show all communities, and those of each town below."""
    figure = _distribution(ask, code, ask.filters.community_codes)
    return replace(figure, marked=marked_communities(ask))


@remembered_for_all_towns
def _distribution(ask: Questions, code: str, labelled: tuple[str, ...]) -> Figure:
    say, indicator = ask.say, BY_CODE[code]
    counted = counted_at(ask, indicator, "community")
    drawing = drawings.distribution(
        counted.rows, indicator, say, towns=ask.town_names(), marked=labelled, height=TALL
    )
    return Figure(
        "explore-distribution",
        drawing,
        Caption(
            say("{indicator}在社区之间的分布", indicator=say.words(indicator.name)),
            ask.without_named(
                say("上为全部社区，下为各街镇：每点一个社区，竖线为街镇中位数")
                if ask.scope.is_district
                else say("上为全部社区，下按街镇分行：每点一个社区，竖线为中位数")
            ),
            as_of(ask, indicator),
        ),
        counted,
        click="community",
    )


@remembered
def trend(ask: Questions, code: str) -> Figure:
    """Draw the chosen places together, beside all of them where towns are chosen."""
    indicator, district = BY_CODE[code], None
    if ask.chosen_towns and indicator.denominator is not None and not is_of_all(ask):
        district = counted_at(ask, indicator, "month").rows
    here = counted_here(ask, indicator)
    return months_by_name(ask, "explore-trend", here, code, FILLS, district=district)


@remembered_for_all_towns
def each_town(ask: Questions, code: str) -> Figure:
    """Draw every town by itself, on the same scale."""
    say, indicator = ask.say, BY_CODE[code]
    counted, months = counted_at(ask, indicator, "town_month"), measured(ask, indicator, "month")
    district = None if months is None or indicator.denominator is None else months.rows
    plain = replace(indicator, uncertainty="none")
    return Figure(
        "explore-multiples",
        multiples(counted.rows, district, indicator, say, height=TALL),
        Caption(
            say("{indicator}，各街镇逐月，坐标相同", indicator=say.words(indicator.name))
            if ask.scope.is_district
            else say("{indicator}，按街镇逐月，坐标相同", indicator=say.words(indicator.name)),
            months_note(ask, plain, with_district=district is not None),
            ask.as_of(),
        ),
        counted,
        click="town",
    )
