"""Draw housing and residents month by month: what is let, who lives there, who comes and goes."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.random import Generator

from data.sample import assumptions as a
from data.sample.apportion import apportion
from data.sample.arrays import Bools, Floats, Ints
from data.sample.draws import town_effects
from data.sample.named import let_shares
from data.sample.seasons import (
    MONTH_ENDS,
    MONTH_STARTS,
    MONTHS,
    month_index,
    month_position,
    move_out_season,
    occupancy_season,
)

TIERS = ("flat", "room", "bed")
DWELLING_COLUMN = {"flat": "flat_count", "room": "room_count", "bed": "bed_room_count"}


@dataclass(frozen=True)
class Housing:
    """Hold the occupancy table, and its residents as matrices of community by month."""

    occupancy: pd.DataFrame
    is_open: Bools
    residents: Ints
    move_ins: Ints
    move_outs: Ints


def draw_housing(rng: Generator, roster: pd.DataFrame) -> Housing:
    """Draw the occupancy of every community and tier in every month it is open."""
    series = _series(roster)
    is_open = _open_by_month(roster)
    open_series = is_open[series["community"]]

    dwellings, supply = _supply(series)
    available = _available(rng, series, supply)
    fewer_beds = _without_beds_left_out(series, available)
    let = _let(rng, roster, series, fewer_beds) * open_series
    is_earlier = MONTH_STARTS < a.BED_DEFINITION_FROM
    available = np.where(is_earlier, fewer_beds, available)
    residents = _residents(rng, series, let)
    move_outs = _move_outs(rng, series, residents, open_series)
    before = _residents_before(series, residents)
    move_ins = residents - before + move_outs

    place, month = np.nonzero(open_series)
    community = series["community"].to_numpy()
    tier = series["tier"].to_numpy()
    capacity = supply * series["tier"].map(a.CAPACITY_PER_UNIT).to_numpy()[:, None]
    occupancy = pd.DataFrame(
        {
            "community_code": roster["community_code"].to_numpy()[community[place]],
            "month": MONTH_STARTS[month].astype("M8[s]"),
            "tier": tier[place],
            "dwelling_count": dwellings[place, month],
            "supply_count": supply[place, month],
            "available_count": available[place, month],
            "let_count": let[place, month],
            "capacity_count": capacity[place, month],
            "resident_count": residents[place, month],
            "move_in_count": move_ins[place, month],
            "move_out_count": move_outs[place, month],
        }
    )
    shape = is_open.shape
    return Housing(
        occupancy=occupancy,
        is_open=is_open,
        residents=_by_community(residents, community, shape),
        move_ins=_by_community(move_ins * open_series, community, shape),
        move_outs=_by_community(move_outs, community, shape),
    )


def _series(roster: pd.DataFrame) -> pd.DataFrame:
    """List each community's tiers, with what the roster says of them."""
    series = pd.concat(
        [
            roster.assign(community=np.arange(len(roster)), tier=tier, tier_order=order)[
                roster[DWELLING_COLUMN[tier]] > 0
            ]
            for order, tier in enumerate(TIERS)
        ]
    )
    return series.sort_values(["community", "tier_order"], ignore_index=True)


def _open_by_month(roster: pd.DataFrame) -> Bools:
    opened = roster["opened_on"].to_numpy().astype("M8[D]")[:, None]
    closed = roster["closed_on"].to_numpy().astype("M8[D]")[:, None]
    is_open: Bools = (opened <= MONTH_ENDS) & (np.isnat(closed) | (closed > MONTH_ENDS))
    return is_open


def _by_community(values: Ints, community: Ints, shape: tuple[int, ...]) -> Ints:
    total = np.zeros(shape, dtype=np.int64)
    np.add.at(total, community, values)
    return total


def _supply(series: pd.DataFrame) -> tuple[Ints, Ints]:
    """Give dwellings and, in the tier's own unit, built supply; refurbished rooms grow fewer."""
    is_bed = (series["tier"] == "bed").to_numpy()[:, None]
    counts = np.select(
        [series["tier"] == tier for tier in TIERS],
        [series[DWELLING_COLUMN[tier]] for tier in TIERS],
    )
    loss = np.where(series["tier"] == "room", series["refurbished_loss"], 0)
    done = np.arange(len(MONTHS)) >= series["refurbished_month"].to_numpy()[:, None]
    dwellings = counts[:, None] - loss[:, None] * done
    return dwellings, np.where(is_bed, series["bed_count"].to_numpy()[:, None], dwellings)


def _available(rng: Generator, series: pd.DataFrame, supply: Ints) -> Ints:
    """Withhold a few dwellings for repair, and more before a refurbishment is done."""
    invented = (series["origin"] == "sample").to_numpy()[:, None]
    repairs = rng.binomial(supply, a.WITHHELD_SHARE) * invented
    month = np.arange(len(MONTHS))
    done = series["refurbished_month"].to_numpy()[:, None]
    in_hand = (month < done) & (month >= done - a.REFURBISHING_MONTHS)
    loss = np.where(series["tier"] == "room", series["refurbished_loss"], 0)[:, None]
    # Rooms in repair and rooms being joined may be the same ones.
    available: Ints = supply - np.maximum(repairs, loss * in_hand)
    return available


def _without_beds_left_out(series: pd.DataFrame, available: Ints) -> Ints:
    """Leave out the beds that, by the planted break, are counted only later on."""
    counts_fewer = ((series["tier"] == "bed") & (series["origin"] == "sample")).to_numpy()
    share = np.where(counts_fewer, 1 - a.BEDS_LEFT_OUT_SHARE, 1.0)
    fewer: Ints = np.floor(available * share[:, None]).astype(np.int64)
    return fewer


def _let(rng: Generator, roster: pd.DataFrame, series: pd.DataFrame, available: Ints) -> Ints:
    """Let housing along an S-curve after opening, then with drift, season and noise."""
    count = len(series)
    month = np.arange(len(MONTHS), dtype=float)
    towns = pd.Index(sorted(set(roster["town_code"])))
    town_level = a.TOWN_OCCUPANCY_SPREAD * town_effects(rng, len(towns))
    mature = (
        _log_odds(a.MATURE_LET_SHARE)
        + town_level[towns.get_indexer(series["town_code"])]
        + rng.normal(0, a.MATURE_SPREAD, count)
        + np.where(series["tier"] == "bed", a.BED_OCCUPANCY_SHIFT, 0.0)
    )
    is_home = series["is_home"].to_numpy()
    opening = np.where(is_home, *_pairs(rng, a.HOME_OPENING_LET_SHARE, a.OPENING_LET_SHARE, count))
    fill_months = np.where(is_home, *_pairs(rng, a.HOME_FILL_MONTHS, a.FILL_MONTHS, count))
    start = _log_odds(opening)
    opened = month_position(series["opened_on"].to_numpy().astype("M8[D]"))
    filled = ((month - opened[:, None]) / fill_months[:, None]).clip(0, 1)
    drift = np.linspace(*a.OCCUPANCY_DRIFT, len(MONTHS))
    noise = _wander(rng, count)
    log_odds = (
        start[:, None]
        + (mature - start)[:, None] * filled
        + (drift + occupancy_season() + noise) * filled
    )
    share = np.minimum(1 / (1 + np.exp(-log_odds)), a.MOST_LET_SHARE)
    for row in np.flatnonzero(series["origin"] == "published"):
        each = series.iloc[row]
        share[row] = let_shares(
            each["bed_let_path" if each["tier"] == "bed" else "let_path"], month
        )
    let: Ints = np.minimum(np.round(available * share).astype(np.int64), available)
    return let


def _pairs(
    rng: Generator, first: tuple[float, float], second: tuple[float, float], count: int
) -> tuple[Floats, Floats]:
    """Draw from two ranges."""
    return rng.uniform(*first, count), rng.uniform(*second, count)


def _log_odds(share: Floats | float) -> Floats:
    log_odds: Floats = np.log(np.asarray(share) / (1 - np.asarray(share)))
    return log_odds


def _wander(rng: Generator, count: int) -> Floats:
    """Draw a slow wandering around zero for each series."""
    steps = rng.normal(0, a.MONTHLY_NOISE, (count, len(MONTHS)))
    wander = np.zeros_like(steps)
    for month in range(1, len(MONTHS)):
        wander[:, month] = 0.8 * wander[:, month - 1] + steps[:, month]
    return wander


def _residents(rng: Generator, series: pd.DataFrame, let: Ints) -> Ints:
    """House residents in what is let, so that the district meets its published totals.

    A bed houses one person. Named communities keep their own residents per let dwelling; the
    others' is scaled by one factor a month, exact on the published days, even in between.
    """
    is_bed = (series["tier"] == "bed").to_numpy()
    is_named = (series["origin"] == "published").to_numpy()
    usual = [
        1.0 if tier == "bed" else a.RESIDENTS_PER_LET[tier][profile]
        for tier, profile in zip(series["tier"], series["resident_profile"], strict=True)
    ]
    varied = usual * np.exp(
        rng.normal(0, a.RESIDENTS_PER_LET_SPREAD, len(series)).clip(-0.12, 0.12)
    )
    per_let = np.where(is_named, series["residents_per_let"].fillna(1.0), varied)
    per_let = np.where(is_bed, 1.0, per_let)

    unscaled = let * per_let[:, None]
    residents = np.round(unscaled).astype(np.int64)
    scaled = ~(is_bed | is_named)
    fixed_total = residents[~scaled].sum(axis=0)
    unscaled_total = unscaled[scaled].sum(axis=0)
    known = month_index(np.array(list(a.RESIDENTS_ON), "M8[D]"))
    target = np.array(list(a.RESIDENTS_ON.values()))
    factor = np.interp(
        np.arange(len(MONTHS)), known, (target - fixed_total[known]) / unscaled_total[known]
    )
    for month, total in enumerate(np.round(factor * unscaled_total).astype(np.int64)):
        residents[scaled, month] = apportion(int(total), unscaled[scaled, month])
    return residents


def _residents_before(series: pd.DataFrame, residents: Ints) -> Ints:
    """Give the residents a month earlier: none before an opening, unobserved ones guessed."""
    before = np.zeros_like(residents)
    before[:, 1:] = residents[:, :-1]
    unobserved = (series["opened_on"] < a.FIRST_DAY).to_numpy()
    before[unobserved, 0] = np.round(residents[unobserved, 0] * a.UNOBSERVED_EARLIER_SHARE)
    return before


def _move_outs(rng: Generator, series: pd.DataFrame, residents: Ints, open_series: Bools) -> Ints:
    """Draw move-outs by turnover and season; at least as many as the residents fell by."""
    before = _residents_before(series, residents)
    chance = (series["turnover"].to_numpy()[:, None] * move_out_season()).clip(0, 0.2)
    fallen = np.maximum(before - residents, 0)
    return np.where(open_series, np.maximum(rng.binomial(before, chance), fallen), 0)
