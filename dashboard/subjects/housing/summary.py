"""Say the page in one sentence and a few numbers."""

from dataclasses import replace
from math import nan

import pandas as pd

from dashboard.asking.measured import months_here
from dashboard.asking.memo import remembered
from dashboard.asking.questions import Questions
from dashboard.contract.indicators import BY_CODE, written
from dashboard.figures.common import tile
from dashboard.figures.tiles import Tile
from dashboard.insight.headline import Headline
from dashboard.subjects.housing import measures
from dashboard.subjects.housing.reasoning import housing_headline, shares_known


@remembered
def headline(ask: Questions) -> Headline:
    monthly, annual = (_last(ask, code) for code in ("turnover", "annual_turnover"))
    return housing_headline(
        ask.say,
        tiers=measures.tiers_at_end(ask),
        communities=measures.communities(ask),
        town_names=ask.town_names() if ask.names_towns else None,
        turnover=(monthly, annual),
        fault_count=measures.fault_count(ask),
    )


def headline_without_tiers(ask: Questions) -> Headline:
    """Say how many dwellings and residents there are, and that their tiers are not known."""
    say, now = ask.say, ask.district_months().rows.iloc[-1]
    dwellings, residents = (
        written(now[f"{name}_count"], BY_CODE[f"{name}s"], say.language)
        for name in ("dwelling", "resident")
    )
    state = say("房源 {dwellings}，居民 {residents}", dwellings=dwellings, residents=residents)
    return Headline(state, say("房源没有分层次，没有分层次的入住率。"))


def unstated_told(ask: Questions) -> str:
    """Say of how many communities housing of no stated tier counts in no tier; nothing of none."""
    count = ask.district_months().rows["unstated_community_count"].iloc[-1]
    if pd.isna(count) or not count:
        return ""
    return ask.say("{count} 个社区有层次未分的房源，只计入房源与居民", count=int(count))


@remembered
def tiles(ask: Questions, indicators: tuple[str, ...]) -> tuple[Tile, ...]:
    return tuple(_tile(ask, code) for code in indicators)


def _last(ask: Questions, code: str) -> float:
    """Give an indicator's value at the end month; NaN where there is none."""
    return months_here(ask, BY_CODE[code]).by_month().get(pd.Timestamp(ask.filters.end_month), nan)


def _tile(ask: Questions, code: str) -> Tile:
    indicator = BY_CODE[code]
    months = months_here(ask, indicator)
    if indicator.kind == "share":
        months = replace(months, value=shares_known(months.value))
    if months.month[-1:] != [pd.Timestamp(ask.filters.end_month)]:
        why = ask.say("不足 12 个月") if indicator.span == "year" else ask.say("没有这一层次")
        return Tile(indicator, [], why)
    if code != "mean_stay":
        return tile(ask, indicator, months)
    other = BY_CODE["mean_stay_in"]
    stay = written(_last(ask, other.code), other, ask.say.language)
    return tile(ask, indicator, months, before=[ask.say("按迁入 {stay}", stay=stay)])
