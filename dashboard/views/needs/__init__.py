"""Needs, services and proposals (需求与响应): what is asked for, what answers it, how fast."""

import pandas as pd
import streamlit as st

from dashboard.contract.indicators import BY_CODE, measure
from dashboard.contract.rounding import number_written
from dashboard.insight.changes import change_since
from dashboard.insight.headline import Headline
from dashboard.insight.needs import COHORT_COUNTS, median_written, needs_headline
from dashboard.language import Say
from dashboard.ui.context import Context
from dashboard.ui.header import begin_page
from dashboard.ui.tiles import SPARK_MONTHS, Tile, show_tiles
from dashboard.views.needs.asking import (
    aspects_each,
    breadth_together,
    curve_of_all,
    is_invented,
    proposal_windows,
)
from dashboard.views.needs.proposals import (
    CURVES,
    RANKED,
    show_closing,
    show_loop,
    show_open,
    show_settling,
)
from dashboard.views.needs.services import (
    show_breadth_by_town,
    show_micros,
    show_needs,
    show_services,
)

CHOICES = (CURVES, RANKED)


def title(say: Say) -> str:
    return say("需求与响应")


def show(context: Context) -> None:
    """Show the page."""
    if not begin_page(
        context, lambda: _headline(context), is_empty=context.has_none_open, needs=COHORT_COUNTS
    ):
        return
    show_tiles(context.remember_chosen("needs-tiles", make=lambda: _tiles(context)), context)
    left, right = st.columns(2, gap="medium")
    with left:
        show_loop(context)
    with right:
        show_settling(context)
    left, right = st.columns(2, gap="medium")
    with left:
        show_closing(context)
    with right:
        show_open(context)
    left, right = st.columns(2, gap="medium")
    with left:
        show_services(context)
    with right:
        show_needs(context)
    left, right = st.columns(2, gap="medium")
    with left:
        show_micros(context)
    with right:
        show_breadth_by_town(context)


def _headline(context: Context) -> Headline:
    return context.remember_chosen(
        "needs-headline",
        make=lambda: needs_headline(
            context.say,
            cohort=proposal_windows(context)[list(COHORT_COUNTS)].iloc[-1],
            curve=curve_of_all(context),
            categories=context.count("proposals_by_category").rows,
            open_rows=context.count("open_proposals", named="whole").rows,
            is_invented=is_invented(context),
        ),
    )


def _tiles(context: Context) -> list[Tile]:
    say, windows = context.say, proposal_windows(context)
    earlier, curve = context.earlier, curve_of_all(context)
    tiles = []
    for code in ("proposals", "acceptance", "closing_rate"):
        rows = measure(windows, BY_CODE[code])
        last, parts = rows.iloc[-1], [change_since(rows, earlier, BY_CODE[code], say)]
        if BY_CODE[code].denominator and pd.notna(last["denominator"]):
            parts.insert(
                0, f"{number_written(last['numerator'])}/{number_written(last['denominator'])}"
            )
        tiles.append(Tile(BY_CODE[code], rows["value"].tail(SPARK_MONTHS), " · ".join(parts)))
    median = pd.Series([curve.median] if curve else [], dtype="float64")
    tiles.append(Tile(BY_CODE["closing_days"], median, median_written(curve, say)))
    overdue = measure(context.district_months().rows, BY_CODE["overdue"])
    change = change_since(overdue, earlier, BY_CODE["overdue"], say)
    tiles.append(Tile(BY_CODE["overdue"], overdue["value"].tail(SPARK_MONTHS), change))
    breadth = breadth_together(context)
    return [
        *tiles,
        Tile(BY_CODE["service_breadth"], breadth["value"], _breadth_words(say, breadth)),
    ]


def _breadth_words(say: Say, breadth: pd.DataFrame) -> str:
    if breadth["value"].isna().all():
        return ""
    return say("平均每社区 {count:.1f}/9 个方面", count=aspects_each(breadth))
