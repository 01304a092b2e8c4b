"""Say what a view shows: the headline and the key numbers above it."""

from dataclasses import replace

import pandas as pd

from dashboard.asking.grains import Grain
from dashboard.asking.measured import counted_at, counted_here, measured_here
from dashboard.contract.indicators import BY_CODE, Indicator
from dashboard.contract.words import Words
from dashboard.insight.changes import change_since
from dashboard.insight.explore import (
    bivariate_headline,
    communities_headline,
    months_headline,
    multiples_headline,
    scatter_headline,
    totals_headline,
    towns_headline,
    year_changes,
)
from dashboard.insight.headline import Headline
from dashboard.ui.context import Context
from dashboard.ui.tiles import SPARK_MONTHS, Tile
from dashboard.views.explore.asking import chosen_names, correlated, spread_of, totals
from dashboard.views.explore.choices import OF_TWO, chosen_indicators

TOTALS = ("communities", "dwellings", "residents", "committee_coverage", "bed_supply", "reach")


def finding(context: Context, view: str, grain: Grain) -> Headline:
    """Say what the view shows."""
    return context.remember_chosen(
        "explore-headline", view, grain, *(each.code for each in chosen_indicators(context, view)),
        make=lambda: _made_headline(context, view, grain),
    )  # fmt: skip


def _made_headline(context: Context, view: str, grain: Grain) -> Headline:
    say, indicator = context.say, chosen_indicators(context, view)[0]
    if view in OF_TWO:
        x, y, counted, found = correlated(context, view, grain)
        if view == "bivariate":
            return bivariate_headline(say, counted.rows, x, y, found)
        return scatter_headline(say, found, x, y, of_towns=grain == "town")
    if view == "multiples":
        changes = year_changes(counted_at(context, indicator, "town_month").rows)
        return multiples_headline(say, changes, indicator)
    if grain == "district":
        values = totals(context).set_index("code")["value"]
        return totals_headline(say, values)
    if grain == "month":
        rows = counted_here(context, indicator).rows
        return months_headline(say, rows, indicator, places=chosen_names(context))
    return _places_headline(context, indicator, grain)


def _places_headline(context: Context, indicator: Indicator, grain: Grain) -> Headline:
    """Say what is found over towns or communities."""
    say, found = context.say, spread_of(context, indicator, grain)
    if found is None:
        return Headline(say("{indicator}：没有数据", indicator=say.words(indicator.name)), "")
    district = context.district_value(indicator)
    if grain == "town":
        return towns_headline(say, found, indicator, district=district, chosen=context.chosen_towns)
    return communities_headline(
        say, found, indicator, district=district, chosen=context.filters.community_codes,
        places=[] if context.filters.community_codes else chosen_names(context),
    )  # fmt: skip


def key_numbers(context: Context, view: str, grain: Grain) -> list[Tile]:
    return context.remember_chosen(
        "explore-tiles", view, grain, *(each.code for each in chosen_indicators(context, view)),
        make=lambda: _made_tiles(context, view, grain),
    )  # fmt: skip


def _made_tiles(context: Context, view: str, grain: Grain) -> list[Tile]:
    """Give what the chosen places come to together, and the ends, the middle and chance."""
    say, indicators = context.say, chosen_indicators(context, view)
    if grain == "district":
        return [tile for code in TOTALS for tile in _together(context, BY_CODE[code])]
    places: Grain = "community" if grain == "community" else "town"
    if len(indicators) == 2:
        return [
            tile
            for each in indicators
            for tile in (
                *_together(context, each),
                *_middle(context, each, places, is_one_of_two=True),
            )
        ]
    (indicator,) = indicators
    tiles, found = _together(context, indicator), spread_of(context, indicator, places)
    if found is None:
        return tiles
    middle = _middle(context, indicator, places)
    if places == "town":
        high, low = found.highest, found.lowest
        first = _tile(indicator, "highest", say("最高的街镇"), high["value"], high["name"])
        last = _tile(indicator, "lowest", say("最低的街镇"), low["value"], low["name"])
    else:
        first = _tile(
            indicator, "upper", say("四分之一的社区高于"), found.high_quarter, say("上四分位")
        )
        last = _tile(
            indicator, "lower", say("四分之一的社区低于"), found.low_quarter, say("下四分位")
        )
    tiles += [first, *middle, last]
    if indicator.has_interval:
        about = say("高 {above}，低 {below}", above=len(found.above), below=len(found.below))
        count = len(found.above) + len(found.below)
        tiles.append(_tile(BY_CODE["communities"], "chance", say("超出随机波动"), count, about))
    return tiles


def _tile(indicator: Indicator, part: str, label: str, value: float, about: str) -> Tile:
    """Give a tile of a number about an indicator; ``part`` tells it from the indicator's own."""
    own = replace(indicator, code=f"{indicator.code}-{part}", name=Words(label, label))
    return Tile(own, pd.Series([value]), about)


def _together(context: Context, indicator: Indicator) -> list[Tile]:
    """Give the tile of the chosen towns and communities together; none if it is by town only."""
    here = measured_here(context, indicator)
    if here is None or here.rows.empty:
        return []
    change = change_since(here.rows, context.earlier, indicator, context.say)
    return [Tile(indicator, here.rows["value"].tail(SPARK_MONTHS), change)]


def _middle(
    context: Context, indicator: Indicator, places: Grain, *, is_one_of_two: bool = False
) -> list[Tile]:
    """Give the tile of the middle place; it names its indicator where it ``is_one_of_two``."""
    say, found = context.say, spread_of(context, indicator, places)
    if found is None:
        return []
    if places == "town":
        label, about = say("街镇中位数"), say("{count} 个街镇", count=len(found.rows))
    else:
        label, about = say("社区中位数"), say("{count} 个社区", count=len(found.rows))
    if is_one_of_two:
        label = say("{indicator}：{label}", indicator=say.words(indicator.name), label=label)
    return [_tile(indicator, "median", label, found.median, about)]
