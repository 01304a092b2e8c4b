"""Draw the roster: which communities there are, where, how large and since when.

Its rows carry the contract's community columns and what the later steps need to know; every
count that is published is met by apportionment, for any seed.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import shapely
from numpy.random import Generator
from shapely.geometry import Polygon

from data.sample import assumptions as a
from data.sample.apportion import apportion
from data.sample.arrays import Bools, Floats, Ints, Texts
from data.sample.draws import choose, draw_days, draw_days_in_waves
from data.sample.seasons import month_index

# Groups of invented communities, by what happens to them.
LASTING, CLOSING, CLOSED_EARLY = "lasting", "closing", "closed_early"
RECENT, HOME, LAST_HOME, NEW = "recent", "home", "last_home", "new"
AT_CONTROL_GROUPS = (LASTING, CLOSING, RECENT, HOME)


def draw_roster(
    rng: Generator,
    *,
    towns: pd.DataFrame,
    named: pd.DataFrame,
    town_shapes: Mapping[str, Polygon],
) -> pd.DataFrame:
    """Draw all communities, those named in public and the invented ones, by town and serial."""
    towns = towns.sort_values("town_code", ignore_index=True)
    invented = _draw_group_rows(rng, towns["town_code"].tolist(), named)
    invented = _draw_character(rng, invented)
    invented = _draw_days(rng, invented)
    invented = _draw_sizes(rng, invented, named)
    invented = _name(invented, towns, named)
    roster = pd.concat([_named_rows(rng, named), invented], ignore_index=True)
    roster = roster.sort_values("community_code", ignore_index=True)
    roster["turnover"] = roster["resident_profile"].map(a.MONTHLY_TURNOVER) * np.exp(
        rng.normal(0, a.TURNOVER_SPREAD, len(roster)).clip(-0.35, 0.35)
    )
    roster["has_planted_opening"] = _planted_opening(rng, roster)
    return roster.assign(**_draw_places(rng, roster["town_code"], town_shapes))


def _planted_opening(rng: Generator, roster: pd.DataFrame) -> Bools:
    """Choose the one nameless community in which a station is to open."""
    dwellings = roster["flat_count"] + roster["room_count"]
    fits = (roster["group"] == LASTING) & dwellings.between(*a.OPENING_DWELLINGS)
    chosen = np.zeros(len(roster), dtype=bool)
    chosen[rng.choice(np.flatnonzero(fits))] = True
    return chosen


def is_open(frame: pd.DataFrame, day: np.datetime64) -> Bools:
    """Say which communities are on the list on a day."""
    opened = frame["opened_on"].to_numpy() <= day
    closed_on = frame["closed_on"].to_numpy()
    there: Bools = opened & (np.isnat(closed_on) | (closed_on > day))
    return there


def _draw_group_rows(rng: Generator, town_codes: list[str], named: pd.DataFrame) -> pd.DataFrame:
    """Share the invented communities of every group out over the towns."""
    weights = np.array([a.TOWN_COMMUNITY_WEIGHTS[code] for code in town_codes])
    varied = weights * np.exp(rng.normal(0, a.TOWN_WEIGHT_SPREAD, len(weights)))
    at_control = apportion(
        a.AT_CONTROL.communities,
        np.maximum(varied - a.TOWN_MINIMUM, 0.5),
        minimum=a.TOWN_MINIMUM,
    )
    named_early = named[named["opened_on"] <= a.CONTROL_DAYS[0]]
    homes = _homes_by_town(town_codes, weights, named_early)
    free = at_control - _count_by_town(named_early, town_codes) - homes
    closing = apportion(a.CLOSED_AFTER_CONTROL, varied, caps=free)
    recent = apportion(a.OPENED_BEFORE_CONTROL, varied, caps=free - closing)
    last_home = np.array([code == a.LAST_TOWN_WITH_HOME for code in town_codes], dtype=int)
    new = (
        a.AT_END.communities
        - a.AT_CONTROL.communities
        + a.CLOSED_AFTER_CONTROL
        - (len(named) - len(named_early))
        - 1  # the last town's Home
    )
    counts = {
        LASTING: free - closing - recent,
        CLOSING: closing,
        CLOSED_EARLY: apportion(a.CLOSED_BEFORE_CONTROL, varied),
        RECENT: recent,
        HOME: homes,
        LAST_HOME: last_home,
        NEW: apportion(new, varied),
    }
    return pd.concat(
        [
            pd.DataFrame({"town_code": np.repeat(town_codes, count), "group": group})
            for group, count in counts.items()
        ],
        ignore_index=True,
    )


def _homes_by_town(town_codes: list[str], weights: Floats, named_early: pd.DataFrame) -> Ints:
    """Give each town but the last a Home, and the others to the larger towns."""
    named_homes = _count_by_town(named_early[named_early["is_home"]], town_codes)
    is_last = np.array([code == a.LAST_TOWN_WITH_HOME for code in town_codes])
    minimum = ((named_homes == 0) & ~is_last).astype(int)
    return apportion(
        a.AT_CONTROL.homes - int(named_homes.sum()),
        np.where(is_last, 0.0, weights),
        minimum=minimum,
    )


def _count_by_town(frame: pd.DataFrame, town_codes: Sequence[str]) -> Ints:
    counts: Ints = frame["town_code"].value_counts().reindex(town_codes, fill_value=0).to_numpy()
    return counts


def _town_class(town_code: str) -> str:
    if town_code in a.INDUSTRIAL_TOWNS:
        return "industrial"
    return "inner" if town_code in a.INNER_TOWNS else "other"


def _words(rng: Generator, words: Sequence[str], shares: pd.Series) -> Texts:
    """Choose one of the words for each row of shares."""
    return np.array(words, dtype=object)[choose(rng, np.array(shares.tolist()))]


def _draw_character(rng: Generator, rows: pd.DataFrame) -> pd.DataFrame:
    """Draw what kind of housing a community is, its site, residents and operator."""
    count = len(rows)
    town_class = rows["town_code"].map(_town_class)
    is_home = rows["group"].isin([HOME, LAST_HOME]).to_numpy()
    kind = _words(rng, a.COMMUNITY_KINDS, town_class.map(a.KIND_SHARES))
    has_rooms = ~is_home | (
        (rows["group"] == HOME).to_numpy() & (rng.random(count) < a.SHARE_OF_HOMES_WITH_ROOMS)
    )
    kind = np.where(is_home, np.where(has_rooms, "affordable_rental", "builders_home"), kind)
    site = _words(rng, a.SITES, town_class.map(a.SITE_SHARES))
    profile = pd.Series(_words(rng, a.PROFILES, pd.Series(kind).map(a.PROFILE_SHARES)))
    youth = profile.map(a.YOUTH_SHARE) + rng.normal(0, a.YOUTH_SHARE_SPREAD, count)
    return rows.assign(
        is_home=is_home,
        has_rooms=has_rooms,
        community_kind=kind,
        site=np.where(
            kind == "worker_dormitory", np.where(site == "neighbourhood", "park", site), site
        ),
        resident_profile=profile,
        youth_share=youth.clip(0.05, 0.97).round(3),
        operator=rng.choice(np.array(a.OPERATORS), count),
        origin="sample",
        let_path="",
        bed_let_path="",
        residents_per_let=np.nan,
    )


def _draw_days(rng: Generator, rows: pd.DataFrame) -> pd.DataFrame:
    """Draw when each community opened and, for some, left the list."""
    group, count = rows["group"].to_numpy(), len(rows)
    first, last = np.array([a.OPENED_BETWEEN[each] for each in group], "M8[D]").T
    opened = np.where(
        group == RECENT,
        draw_days_in_waves(rng, count, a.OPENING_WAVES),
        draw_days(rng, count, first, last, skew=a.OPENING_SKEW),
    )
    closed = np.select(
        [group == CLOSING, group == CLOSED_EARLY],
        [draw_days(rng, count, *a.CLOSED_LATE), draw_days(rng, count, *a.CLOSED_EARLY)],
        np.datetime64("NaT", "D"),
    )
    return rows.assign(opened_on=opened.astype("M8[s]"), closed_on=closed.astype("M8[s]"))


def _draw_sizes(rng: Generator, rows: pd.DataFrame, named: pd.DataFrame) -> pd.DataFrame:
    """Draw sizes so that beds and dwellings meet the published totals at both snapshots."""
    group = rows["group"].to_numpy()
    ordinary = rows["has_rooms"].to_numpy()
    is_home = rows["is_home"].to_numpy()
    spread = np.exp(a.SIZE_SPREAD * rng.normal(0, 1, len(rows)).clip(-2.3, 2.3))
    size = spread * rows["community_kind"].map(a.MEDIAN_SIZE_FACTOR).to_numpy()

    beds = _draw_beds(rng, group, size, named)
    bed_rooms = np.ceil(beds / rng.uniform(*a.BEDS_PER_ROOM, len(rows))).astype(int)
    named_early = named["opened_on"].to_numpy() <= a.CONTROL_DAYS[0]
    named_dwellings = named[["flat_count", "room_count", "bed_room_count"]].sum(axis=1).to_numpy()

    dwellings = np.zeros(len(rows), dtype=int)
    # Communities that left the list were older and not among the largest.
    leaving = np.isin(group, [CLOSING, CLOSED_EARLY])
    leaving_size = a.CLOSED_MEDIAN_DWELLINGS * size[leaving].clip(0.2, 2.5)
    dwellings[leaving] = np.round(leaving_size).astype(int)
    staying = ordinary & np.isin(group, [LASTING, RECENT, HOME])
    dwellings[staying] = apportion(
        a.AT_CONTROL.dwellings
        - int(named_dwellings[named_early].sum())
        - int(bed_rooms[group == HOME].sum())
        - int(dwellings[group == CLOSING].sum()),
        size[staying],
        minimum=a.SIZE_MINIMUM,
    )
    flats = _draw_flats(rng, rows, dwellings)
    loss = _draw_loss(rng, (group == LASTING) & ~is_home, dwellings - flats)

    new = group == NEW
    dwellings[new] = apportion(
        a.AT_END.dwellings
        - a.AT_CONTROL.dwellings
        + int(dwellings[group == CLOSING].sum())
        + int(loss.sum())
        - int(named_dwellings[~named_early].sum())
        - int(bed_rooms[group == LAST_HOME].sum()),
        size[new],
        minimum=a.NEW_SIZE_MINIMUM,
    )
    flats = np.where(new, _draw_flats(rng, rows, dwellings), flats)
    refurbished = draw_days(rng, len(rows), *a.REFURBISHED_BETWEEN)
    return rows.assign(
        flat_count=flats,
        room_count=dwellings - flats,
        bed_room_count=bed_rooms,
        bed_count=beds,
        refurbished_loss=loss,
        refurbished_month=np.where(loss > 0, month_index(refurbished), -1),
    )


def _draw_beds(rng: Generator, group: Texts, size: Floats, named: pd.DataFrame) -> Ints:
    beds = np.zeros(len(group), dtype=int)
    named_beds = named.loc[named["opened_on"] <= a.CONTROL_DAYS[0], "bed_count"].sum()
    beds[group == HOME] = apportion(
        a.BEDS_AT_CONTROL - int(named_beds), size[group == HOME] ** 0.6, minimum=a.HOME_MINIMUM_BEDS
    )
    beds[group == LAST_HOME] = rng.integers(*a.LAST_HOME_BEDS, (group == LAST_HOME).sum())
    return beds


def _draw_flats(rng: Generator, rows: pd.DataFrame, dwellings: Ints) -> Ints:
    low, high = np.array(rows["community_kind"].map(a.FLAT_SHARE).tolist()).T
    share = np.where(rng.random(len(rows)) < a.SHARE_WITHOUT_FLATS, 0.0, rng.uniform(low, high))
    return np.round(dwellings * share).astype(int)


def _draw_loss(rng: Generator, candidates: Bools, rooms: Ints) -> Ints:
    """Draw how many rooms a refurbishment into larger ones costs, and where."""
    places = np.flatnonzero(candidates & (rooms >= a.REFURBISHED_MINIMUM_ROOMS))
    chosen = rng.choice(places, a.REFURBISHED_AFTER_CONTROL, replace=False)
    loss = np.zeros(len(rooms), dtype=int)
    share = rng.uniform(*a.REFURBISHED_LOSS, len(chosen))
    loss[chosen] = np.round(rooms[chosen] * share).astype(int)
    return loss


def _name(rows: pd.DataFrame, towns: pd.DataFrame, named: pd.DataFrame) -> pd.DataFrame:
    """Give invented communities codes and visibly invented names, in order of opening."""
    rows = rows.sort_values(["town_code", "opened_on"], kind="stable", ignore_index=True)
    taken = named.groupby("town_code")["community_code"].max().str[-3:].astype(int)
    first = rows["town_code"].map(taken).fillna(0).astype(int)
    serial = first + rows.groupby("town_code").cumcount() + 1
    place = towns.set_index("town_code")
    short_zh = rows["town_code"].map(place["short_name_zh"])
    short_en = rows["town_code"].map(place["short_name_en"])
    two_digits = serial.map("{:02d}".format)
    return rows.assign(
        community_code=rows["town_code"] + serial.map("-{:03d}".format),
        name_zh="示例社区·" + short_zh + "-" + two_digits,
        name_en=short_en + "-" + two_digits + " (sample)",
        aliases="",
    )


def _named_rows(rng: Generator, named: pd.DataFrame) -> pd.DataFrame:
    return named.assign(
        origin="published",
        group="named",
        closed_on=np.full(len(named), np.datetime64("NaT", "s")),
        has_rooms=named["room_count"] + named["flat_count"] > 0,
        site=rng.choice(np.array(a.SITES), len(named)),
        refurbished_loss=0,
        refurbished_month=-1,
    )


def _draw_places(
    rng: Generator, town_code: pd.Series, town_shapes: Mapping[str, Polygon]
) -> dict[str, Floats]:
    """Scatter the communities over their towns, a little away from the boundaries."""
    lon, lat = np.zeros(len(town_code)), np.zeros(len(town_code))
    for code in sorted(set(town_code)):
        rows = np.flatnonzero(town_code == code)
        shape = town_shapes[code]
        inner = shape.buffer(-0.03 * np.sqrt(shape.area))
        west, south, east, north = inner.bounds
        # So many that enough fall inside even where the town fills little of its box.
        points = rng.uniform((west, south), (east, north), (60 * len(rows) + 600, 2)).round(5)
        inside = points[shapely.contains_xy(inner, points[:, 0], points[:, 1])]
        lon[rows], lat[rows] = inside[: len(rows)].T
    return {"lon": lon, "lat": lat}
