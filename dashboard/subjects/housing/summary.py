"""Say the page in one sentence and a few numbers."""

import pandas as pd

from dashboard.asking.measured import counted_here
from dashboard.asking.memo import remembered
from dashboard.asking.questions import Questions
from dashboard.contract.indicators import BY_CODE
from dashboard.figures.common import tile
from dashboard.figures.tiles import Tile
from dashboard.insight.headline import Headline
from dashboard.subjects.housing import measures
from dashboard.subjects.housing.reasoning import housing_headline, without_faults


@remembered
def headline(ask: Questions) -> Headline:
    monthly, annual = (
        counted_here(ask, BY_CODE[code]).rows["value"].iloc[-1]
        for code in ("turnover", "annual_turnover")
    )
    return housing_headline(
        ask.say,
        tiers=measures.tiers_at_end(ask),
        communities=measures.communities(ask),
        town_names=ask.town_names(),
        turnover=(monthly, annual),
        fault_count=measures.fault_count(ask),
    )


@remembered
def tiles(ask: Questions, indicators: tuple[str, ...]) -> tuple[Tile, ...]:
    return tuple(_tile(ask, code) for code in indicators)


def _tile(ask: Questions, code: str) -> Tile:
    indicator = BY_CODE[code]
    rows = without_faults(counted_here(ask, indicator).rows, indicator)
    if rows.empty or rows["month"].iloc[-1] != pd.Timestamp(ask.filters.end_month):
        return Tile(indicator, pd.Series(dtype="float64"), ask.say("没有这一层次"))
    return tile(ask, indicator, rows)
