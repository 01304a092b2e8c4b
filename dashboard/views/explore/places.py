"""Show an indicator place by place: map, ranking, distribution."""

from typing import cast

import pandas as pd
import streamlit as st

from dashboard.asking.grains import Grain
from dashboard.asking.measured import counted_at
from dashboard.contract.indicators import Indicator, as_written
from dashboard.draw.charts import ranking
from dashboard.draw.classes import Method
from dashboard.draw.distribution import distribution
from dashboard.insight.explore import ranked
from dashboard.ui.context import Context
from dashboard.ui.figures import map_note, show_town_map
from dashboard.ui.frame import Caption, show_figure
from dashboard.views.explore.asking import answer, as_of
from dashboard.views.explore.choices import COUNT, FILLS, METHOD, TALL, chosen_indicators
from dashboard.views.explore.tables import places_title, show_places_table

MOST_BARS = 10


def show_map(context: Context, grain: Grain) -> None:
    say, (indicator,) = context.say, chosen_indicators(context, "map")
    tiles = context.address.tiles
    left, right = st.columns([1.5, 1], gap="medium")
    with left:
        show_town_map(
            context,
            "explore-map",
            indicator,
            Caption(
                say("{indicator}，按街镇", indicator=say.words(indicator.name)),
                map_note(context, say.words(indicator.formula), tiles=tiles),
                as_of(context, indicator),
            ),
            tiles=tiles,
            height=FILLS,
            method=cast(Method, context.address.choice(METHOD)),
            count=int(context.address.choice(COUNT)),
        )
    with right:
        show_places_table(context, indicator, grain, short=True)


def show_ranking(context: Context, grain: Grain) -> None:
    say, (indicator,) = context.say, chosen_indicators(context, "ranking")
    counted, district = counted_at(context, indicator, grain), context.district_value(indicator)
    show_figure(
        context,
        f"explore-ranking-{grain}",
        context.remember(
            "explore-ranking", grain, indicator.code, context.chosen_towns if grain != "town" else (),
            make=lambda: ranking(
                counted.rows if grain == "town" else _ends(_in_chosen_towns(context, counted.rows), indicator),
                indicator, say, district=district, height=FILLS,
            ),
        ),
        Caption(
            places_title(context, indicator, grain),
            _ranking_note(context, indicator, grain, counted.rows),
            as_of(context, indicator),
        ),
        counted,
        **answer(context, grain, is_narrowed=True),
    )  # fmt: skip


def _in_chosen_towns(context: Context, rows: pd.DataFrame) -> pd.DataFrame:
    if context.chosen_towns:
        rows = rows[rows["town_code"].isin(context.chosen_towns)]
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


def _ranking_note(context: Context, indicator: Indicator, grain: Grain, rows: pd.DataFrame) -> str:
    say, unit = context.say, context.say.words(indicator.unit)
    interval = (
        say("细线为 95% 区间，已按各地的普遍差异放宽：跨过全区线的，与全区无显著差别")
        if indicator.has_interval
        else ""
    )
    ends = (
        context.without_named(say("最高与最低各至多 {count} 个", count=MOST_BARS))
        if grain == "community"
        else ""
    )
    district = context.district_value(indicator)
    shades = "" if district is None else say("深色：不低于全区")
    equals = ""
    if grain == "community":
        high, low = _equals_left_out(_in_chosen_towns(context, rows), indicator)
        if high and low:
            equals = say("另有 {high} 个并列高端、{low} 个并列低端，先列较大的", high=high, low=low)
        elif high or low:
            equals = say("另有 {count} 个并列，先列较大的", count=high or low)
    sample = (
        say("街镇数为示例，未曾公布") if context.is_sample and indicator.kind == "count" else ""
    )
    return " · ".join(text for text in (unit, shades, ends, equals, interval, sample) if text)


def show_distribution(context: Context, grain: Grain) -> None:
    say, (indicator,) = context.say, chosen_indicators(context, "distribution")
    counted, marked = counted_at(context, indicator, grain), context.filters.community_codes
    show_figure(
        context,
        "explore-distribution",
        context.remember(
            "explore-distribution", indicator.code, marked,
            make=lambda: distribution(
                counted.rows, indicator, say, towns=context.town_names(), marked=marked,
                height=TALL,
            ),
        ),
        Caption(
            say("{indicator}在社区之间的分布", indicator=say.words(indicator.name)),
            context.without_named(
                say("上为全部社区，下为各街镇：每点一个社区，竖线为街镇中位数")
            ),
            as_of(context, indicator),
        ),
        counted,
        **answer(context, grain),
    )  # fmt: skip
