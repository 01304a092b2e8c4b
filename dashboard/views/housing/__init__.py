"""Housing and occupancy (住房与入住): how full, how fast it turns over, how new places fill."""

import pandas as pd
import streamlit as st

from dashboard.asking.measured import counted_here, tiers_by_month
from dashboard.contract.indicators import BY_CODE
from dashboard.contract.tables import tier
from dashboard.insight.changes import change_since
from dashboard.insight.headline import Headline
from dashboard.insight.housing import housing_headline, without_faults
from dashboard.language import Say
from dashboard.ui.context import Context
from dashboard.ui.controls import choose_indicator
from dashboard.ui.header import begin_page
from dashboard.ui.tiles import SPARK_MONTHS, Tile, show_tiles
from dashboard.views.housing.asking import (
    by_communities,
    fault_count,
    tiers_at_end,
    usual_indicator,
)
from dashboard.views.housing.communities import ORDER, show_communities, show_faults
from dashboard.views.housing.flows import show_fill_up, show_turnover
from dashboard.views.housing.places import show_distribution, show_operators, show_towns
from dashboard.views.housing.tiers import (
    show_per_dwelling,
    show_supply,
    show_targets,
    show_tier_table,
    show_tier_trend,
)

OCCUPANCY = tuple(f"occupancy_{code}" for code in tier.allowed)
TILES = (*OCCUPANCY, "turnover", "mean_stay", "residents_per_dwelling")
INDICATORS = (*OCCUPANCY, "turnover", "annual_turnover", "mean_stay", "residents_per_dwelling")
CHOICES = (ORDER,)


def title(say: Say) -> str:
    return say("住房与入住")


def show(context: Context) -> None:
    """Show the page."""
    tiers = tiers_by_month(context)
    district = context.district_months()
    if not begin_page(
        context,
        lambda: _headline(context, tiers.rows),
        is_empty=context.has_none_open or tiers_at_end(context, tiers.rows).empty,
    ):
        return
    show_tiles(context.remember_chosen("housing-tiles", make=lambda: _tiles(context)), context)
    left, right = st.columns(2, gap="medium")
    with left:
        show_tier_trend(context, tiers)
        show_tier_table(context, tiers)
    with right:
        indicator = choose_indicator(
            context,
            [BY_CODE[code] for code in INDICATORS],
            default=usual_indicator(context),
            shapes=False,
        )
        show_towns(context, indicator)
    left, right = st.columns(2, gap="medium")
    with left:
        show_distribution(context, indicator)
        show_fill_up(context)
    with right:
        show_operators(context, indicator)
        show_turnover(context, district)
    show_faults(context)
    show_communities(context)
    left, right = st.columns(2, gap="medium")
    with left:
        show_supply(context)
    with right:
        show_targets(context)
        show_per_dwelling(context, district)


def _headline(context: Context, tiers: pd.DataFrame) -> Headline:
    turnover, annual = (
        counted_here(context, BY_CODE[code]).rows["value"].iloc[-1]
        for code in ("turnover", "annual_turnover")
    )
    return context.remember_chosen(
        "housing-headline",
        make=lambda: housing_headline(
            context.say,
            tiers=tiers_at_end(context, tiers),
            communities=by_communities(context, context.filters),
            town_names=context.town_names(),
            turnover=turnover,
            annual=annual,
            fault_count=fault_count(context),
        ),
    )


def _tiles(context: Context) -> list[Tile]:
    end = pd.Timestamp(context.filters.end_month)
    tiles = []
    for code in TILES:
        indicator = BY_CODE[code]
        rows = without_faults(counted_here(context, indicator).rows, indicator)
        if rows.empty or rows["month"].iloc[-1] != end:
            lacking = context.say("没有这一层次")
            tiles.append(Tile(indicator, pd.Series(dtype="float64"), lacking))
            continue
        change = change_since(rows, context.earlier, indicator, context.say)
        tiles.append(Tile(indicator, rows["value"].tail(SPARK_MONTHS), change))
    return tiles
