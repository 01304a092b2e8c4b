"""Ask for what is chosen: rows that are known to be counted, their spread, pairs of indicators."""

from dataclasses import replace
from typing import Any

import pandas as pd

from dashboard.asking.grains import Grain
from dashboard.asking.measured import counted_at, measured_here
from dashboard.asking.questions import QueryResult
from dashboard.contract.indicators import BY_CODE, BY_TOWN, Indicator
from dashboard.insight.explore import Correlation, Spread, correlation, spread, stands_out, thirds
from dashboard.ui.context import Context
from dashboard.ui.filters import choose_community, choose_town
from dashboard.views.explore.choices import chosen_indicators


def spread_of(context: Context, indicator: Indicator, grain: Grain) -> Spread | None:
    """Describe how all towns differ, or the communities of the chosen towns, or all of them."""

    def make() -> Spread | None:
        every, towns = counted_at(context, indicator, grain).rows, context.filters.town_codes
        rows = every
        if grain == "community" and towns:
            rows = rows[rows["town_code"].isin(towns)]
        return spread(rows, indicator, context.district_value(indicator), every=every)

    if grain == "town":
        return context.remember("explore-spread", indicator.code, grain, make=make)
    return context.remember_chosen("explore-spread", indicator.code, grain, make=make)


def chosen_names(context: Context) -> list[str]:
    if context.filters.community_codes:
        names = context.communities["name"]
        return [names[code] for code in context.filters.community_codes]
    towns = context.town_names()
    return [towns[code] for code in context.filters.town_codes]


def _pairs(context: Context, x: Indicator, y: Indicator, grain: Grain) -> pd.DataFrame:
    """Set two indicators' values side by side, with residents and what lies far off."""
    first, second = (counted_at(context, each, grain).rows for each in (x, y))
    columns = ["key", "value"]
    pairs = first[["key", "name", "value"]].rename(columns={"value": "x"})
    pairs = pairs.merge(second[columns].rename(columns={"value": "y"}), on="key")
    residents = counted_at(context, BY_CODE["residents"], grain).rows[columns]
    pairs = pairs.merge(residents.rename(columns={"value": "residents"}), on="key", how="left")
    named = stands_out(pairs["x"], pairs["y"])
    if grain == "community":
        # Many may stand out: only the largest few are named.
        named &= pairs["residents"].where(named).rank(ascending=False, method="first") <= 6
    own = {"x_third": thirds(pairs["x"], x), "y_third": thirds(pairs["y"], y)}
    return pairs.assign(named=named, **own)


def correlated(
    context: Context, view: str, grain: Grain
) -> tuple[Indicator, Indicator, QueryResult, Correlation | None]:
    """Pair the two chosen indicators: the one in the map's place is y, the other x."""
    y, x = chosen_indicators(context, view)
    key = (x.code, y.code, grain)
    pairs = context.remember("explore-pairs", *key, make=lambda: _pairs(context, x, y, grain))
    found = context.remember(
        "explore-correlation", *key, make=lambda: correlation(pairs["x"], pairs["y"])
    )
    counted, other = (counted_at(context, each, grain) for each in (y, x))
    is_same = (other.query, other.parameters) == (counted.query, counted.parameters)
    counted = replace(counted.showing(x, y), rows=pairs, beside=() if is_same else (other,))
    return x, y, counted, found


def totals(context: Context) -> pd.DataFrame:
    """Measure every indicator that is counted by month at the end month."""
    found = []
    for each in BY_TOWN:
        here = measured_here(context, each)
        if here is None:
            continue
        rows = here.rows[here.rows["month"] == pd.Timestamp(context.filters.end_month)]
        if rows.empty:
            continue
        row = rows.iloc[0]
        found.append(
            {
                "code": each.code,
                "name": context.say.words(each.name),
                "query": here.query,
                **{
                    name: float(row[name])
                    for name in ("value", "low", "high", "numerator", "denominator")
                },
            }
        )
    return pd.DataFrame(found)


def as_of(context: Context, *indicators: Indicator) -> str:
    return context.as_of(window=any(each.span == "window" for each in indicators))


def answer(context: Context, grain: Grain, *, is_narrowed: bool = False) -> dict[str, Any]:
    """Answer clicks on towns or communities, and mark the chosen ones.

    ``is_narrowed``: only the chosen towns' communities are shown, so that none is marked for it.
    """
    if grain == "town":
        return {"on_click": choose_town(context), "chosen": context.chosen_towns}
    chosen = context.filters.community_codes
    if not chosen and not is_narrowed:
        names = context.communities
        chosen = tuple(names.index[names["town_code"].isin(context.filters.town_codes)])
    return {"on_click": choose_community(context), "chosen": chosen}
