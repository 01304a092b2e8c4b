"""Activity and participation (活动参与): who takes part, in what, and who is not reached."""

import pandas as pd
import streamlit as st

from dashboard.asking.questions import columns_of
from dashboard.contract.indicators import BY_CODE, Indicator, measure
from dashboard.insight.changes import change_since
from dashboard.insight.headline import Headline
from dashboard.insight.participation import (
    LONGEST_WINDOW,
    participation_headline,
    window_told,
)
from dashboard.language import Say
from dashboard.ui.context import Context
from dashboard.ui.controls import choose_indicator
from dashboard.ui.figures import show_town_ranking
from dashboard.ui.frame import Caption
from dashboard.ui.header import begin_page
from dashboard.ui.tiles import SPARK_MONTHS, Tile, show_tiles
from dashboard.views.participation.communities import (
    reached_communities,
    show_funnel,
    show_unreached,
)
from dashboard.views.participation.kinds import BY, show_by_category
from dashboard.views.participation.times import (
    DAYS_OF,
    show_calendar,
    show_cohorts,
    show_lorenz,
    show_trend,
)

TILES = ("reach", "attendances", "attendance_rate", "repeat_rate", "first_timers", "intensity")
USUAL_INDICATOR = "reach"
CHOICES = (BY, DAYS_OF)
# The ranking and the categories fill the first screen below the tiles.
FILLS = "clamp(340px, 100vh - 338px, 620px)"


def title(say: Say) -> str:
    return say("活动参与")


def show(context: Context) -> None:
    """Show the page."""
    months = context.participation_months()
    if not begin_page(
        context,
        lambda: context.remember_chosen(
            "participation-headline", make=lambda: _headline(context, months.rows)
        ),
        is_empty=months.rows.empty or context.has_none_open,
        needs=columns_of(BY_CODE["reach"]),
    ):
        return
    show_tiles(
        context.remember_chosen(
            "participation-tiles", make=lambda: _made_tiles(context, months.rows)
        ),
        context,
    )
    left, right = st.columns(2, gap="medium")
    with left:
        indicator = choose_indicator(
            context, [BY_CODE[code] for code in TILES], default=USUAL_INDICATOR, shapes=False
        )
        _ranking(context, indicator)
    with right:
        show_by_category(context)
    left, right = st.columns(2, gap="medium")
    with left:
        show_funnel(context)
    with right:
        show_unreached(context)
    show_calendar(context)
    left, middle, right = st.columns(3, gap="medium")
    with left:
        show_trend(context, indicator, months)
    with middle:
        show_cohorts(context)
    with right:
        show_lorenz(context)


def _headline(context: Context, months: pd.DataFrame) -> Headline:
    rows = reached_communities(context).rows
    low = rows[rows["is_low"]].sort_values("unreached_count", ascending=False)
    quiet = context.count("communities", named="whole").rows["days_quiet_count"].min()
    return participation_headline(
        context.say,
        now=months.iloc[-1],
        window_months=context.filters.window_months,
        low=low,
        without=int(rows["is_without"].sum()),
        never=int(rows["is_never"].sum()),
        total=len(rows),
        district=context.district_value(BY_CODE["reach"])
        if context.filters.community_codes
        else None,
        quiet_days=None if pd.isna(quiet) else float(quiet),
    )


def _made_tiles(context: Context, months: pd.DataFrame) -> list[Tile]:
    say = context.say
    tiles = []
    for code in TILES:
        indicator = BY_CODE[code]
        rows = measure(months, indicator)
        parts = [change_since(rows, context.earlier, indicator, say)]
        last = rows.iloc[-1]
        if indicator.kind == "share" and pd.notna(last["numerator"]):
            parts.insert(0, say("{count:,.0f} 人", count=last["numerator"]))
        if code == "reach":
            parts.append(window_told(say, context.filters.window_months))
        tiles.append(Tile(indicator, rows["value"].tail(SPARK_MONTHS), " · ".join(parts)))
    return tiles


def _ranking(context: Context, indicator: Indicator) -> None:
    say = context.say
    show_town_ranking(
        context,
        "participation-ranking",
        indicator,
        Caption(
            say("{indicator}，按街镇", indicator=say.words(indicator.name)),
            _ranking_note(context, indicator),
            context.as_of(window=True),
            spoken_only=True,
        ),
        height=FILLS,
    )


def _ranking_note(context: Context, indicator: Indicator) -> str:
    say, months = context.say, context.filters.window_months
    rows = context.by_town(indicator).rows
    if indicator.code == "reach" and months > LONGEST_WINDOW:
        return window_told(say, months)
    if rows["value"].isna().all() and indicator.caveat:
        return say.words(indicator.caveat)
    if indicator.has_interval:
        return say(
            "{formula} · 细线为 95% 区间，已按普遍差异放宽", formula=say.words(indicator.formula)
        )
    return say.words(indicator.formula)
