"""Ask for what is chosen: rows that are known to be counted, their spread, pairs of indicators."""

from dataclasses import dataclass, replace

import pandas as pd

from dashboard.asking.grains import Grain
from dashboard.asking.measured import counted_at, measured_here
from dashboard.asking.memo import remembered, remembered_for_all_towns
from dashboard.asking.questions import QueryResult, Questions
from dashboard.asking.scope import may_be_tested
from dashboard.contract.indicators import BY_CODE, BY_TOWN, Indicator
from dashboard.figures.scope import whole_named
from dashboard.subjects.explore.reasoning import (
    LEAST_BEHIND,
    Correlation,
    Spread,
    correlation,
    spread,
    stands_out,
    thirds,
)


def spread_of(ask: Questions, indicator: Indicator, grain: Grain) -> Spread | None:
    """Describe how all towns differ, or the communities of the chosen towns, or all of them."""
    if grain == "town":
        found = _town_spread(ask, indicator.code)
    else:
        found = _community_spread(ask, indicator.code, grain)
    return (
        None
        if found is None
        else replace(found, whole=whole_named(ask), names_towns=ask.names_towns)
    )


@remembered_for_all_towns
def _town_spread(ask: Questions, code: str) -> Spread | None:
    indicator = BY_CODE[code]
    rows = counted_at(ask, indicator, "town").rows
    return _spread(ask, indicator, rows, rows)


@remembered
def _community_spread(ask: Questions, code: str, grain: Grain) -> Spread | None:
    indicator = BY_CODE[code]
    rows = every = counted_at(ask, indicator, grain).rows
    if ask.filters.town_codes:
        rows = every[every["town_code"].isin(ask.filters.town_codes)]
    return _spread(ask, indicator, rows, every)


def _spread(
    ask: Questions, indicator: Indicator, rows: pd.DataFrame, every: pd.DataFrame
) -> Spread | None:
    whole = ask.district_value(indicator) if may_be_tested(ask, every) else None
    return spread(rows, indicator, whole, every=every)


def chosen_names(ask: Questions) -> list[str]:
    if ask.filters.community_codes:
        names = ask.communities["name"]
        return [names[code] for code in ask.filters.community_codes]
    towns = ask.town_names()
    return [towns[code] for code in ask.filters.town_codes]


@dataclass(frozen=True)
class Pairs:
    """Hold two indicators of the same places: rows with ``x`` and ``y``, and how they go together."""

    x: Indicator
    y: Indicator
    counted: QueryResult
    correlation: Correlation | None


@remembered_for_all_towns
def paired(ask: Questions, y: str, x: str, grain: Grain) -> Pairs:
    """Set two indicators' values side by side, with residents and what lies far off."""
    counted, other = (counted_at(ask, BY_CODE[each], grain) for each in (y, x))

    def values(rows: pd.DataFrame, name: str) -> pd.DataFrame:
        return rows[["key", "value"]].rename(columns={"value": name})

    pairs = other.rows[["key", "name", "value"]].rename(columns={"value": "x"})
    pairs = pairs.merge(values(counted.rows, "y"), on="key")
    residents = values(counted_at(ask, BY_CODE["residents"], grain).rows, "residents")
    pairs = pairs.merge(residents, on="key", how="left")
    named = stands_out(pairs["x"], pairs["y"])
    if grain == "community":
        # Many may stand out: only the largest few are named.
        named &= pairs["residents"].where(named).rank(ascending=False, method="first") <= 6
    pairs = pairs.assign(
        named=named,
        x_third=thirds(pairs["x"], BY_CODE[x]),
        y_third=thirds(pairs["y"], BY_CODE[y]),
    )
    found = _correlated(ask, pairs, (counted, other), grain)
    is_same = (other.query, other.parameters) == (counted.query, counted.parameters)
    counted = replace(
        counted.showing(BY_CODE[x], BY_CODE[y]), rows=pairs, beside=() if is_same else (other,)
    )
    return Pairs(BY_CODE[x], BY_CODE[y], counted, found)


def _correlated(
    ask: Questions, pairs: pd.DataFrame, counted: tuple[QueryResult, ...], grain: Grain
) -> Correlation | None:
    """Correlate towns as they are; communities within their towns, without those of few and those
    whose value can only be 0."""
    if grain != "community":
        return correlation(pairs["x"], pairs["y"])
    is_pair = pairs["x"].notna() & pairs["y"].notna()
    is_told = is_pair
    for each in counted:
        rows = each.rows.set_index("key")
        is_enough = rows["denominator"].isna() | (rows["denominator"] >= LEAST_BEHIND)
        if each.indicators[0].has_interval:
            is_enough &= rows["low"].notna()
        is_told = is_told & pairs["key"].map(is_enough)
    told = pairs[is_told]
    towns = told["key"].map(ask.communities["town_code"])
    found = correlation(told["x"], told["y"], towns)
    return found and replace(found, left_out=int(is_pair.sum() - is_told.sum()))


@remembered
def totals(ask: Questions) -> pd.DataFrame:
    """Measure every indicator that is counted by month at the end month."""
    month, found = pd.Timestamp(ask.filters.end_month), []
    for each in BY_TOWN:
        here = measured_here(ask, each)
        rows = pd.DataFrame() if here is None else here.rows[here.rows["month"] == month]
        if here is not None and len(rows):
            numbers = rows.iloc[0][["value", "low", "high", "numerator", "denominator"]]
            texts = {"code": each.code, "name": ask.say.words(each.name), "query": here.query}
            found.append(texts | numbers.astype("float64").to_dict())
    return pd.DataFrame(found)


def as_of(ask: Questions, *indicators: Indicator) -> str:
    return ask.as_of(window=any(each.span == "window" for each in indicators))


def marked_communities(ask: Questions) -> tuple[str, ...]:
    """The communities to mark as chosen: those of the filters, or all of the chosen towns."""
    if ask.filters.community_codes:
        return ask.filters.community_codes
    names = ask.communities
    return tuple(names.index[names["town_code"].isin(ask.filters.town_codes)])
