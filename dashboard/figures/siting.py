"""Ask who is to be reached and where stations stand or may stand, and choose where the next ones go."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, NamedTuple, TypeVar, cast

import numpy as np
import pandas as pd

from dashboard.asking.memo import remembered
from dashboard.asking.questions import QueryResult, Questions
from dashboard.contract.columns import as_floats
from dashboard.contract.filters import Filters
from dashboard.contract.indicators import percent
from dashboard.contract.tables import lat, lon
from dashboard.figures.page import Choice, Choices
from dashboard.insight.siting import (
    Objective,
    Point,
    Setting,
    Siting,
    cover,
    cover_curve,
    median,
    median_curve,
    reached_already,
    setting,
    with_found,
)
from dashboard.warehouse.geography import metres

MOST_STATIONS = 20
STATIONS = Choice("stations", ("5", *(str(n) for n in range(1, MOST_STATIONS + 1) if n != 5)))
WITHIN = Choice("within", ("1000", "300", "500", "800", "1500"))
WHO = Choice("who", ("grid", "all"))
AIM = Choice("aim", ("cover", "median"))
# What a community weighs: its residents, or its proposals that are open at the month's end.
WEIGH = Choice("weigh", ("residents", "need"))
# How many residents one station serves at most, those that stand as well.
CAPACITY = Choice("capacity", ("none", "300", "500", "1000", "2000", "5000"))
PAGE_SECONDS = 5
# So long it searches for what is shown at once, while the browser asks for the rest.
QUICK_SECONDS = 1
LENGTHS = (str(PAGE_SECONDS), "20", "60")
SEARCH = Choice("search", (*LENGTHS, str(QUICK_SECONDS)))
# One's own candidate points, in the place of communities: name@longitude,latitude (WGS-84).
BETWEEN = "~"
SITES = Choice("sites", (), 6000, BETWEEN)
CHOICES = (STATIONS, WITHIN, WHO, AIM, WEIGH, CAPACITY, SITES, SEARCH)

PLACES, NEED = "siting_places", "open_proposals"
# What the answer rests on besides places.
PLACED = ("lon", "lat", "resident_count")
NEEDS = (*PLACED, "coverage_type")
STATIONS_THERE = ["has_service_station", "has_social_work_station"]

T = TypeVar("T")


class Spot(NamedTuple):
    """Hold a candidate point of one's own, in WGS-84 degrees."""

    name: str
    lon: float
    lat: float

    @property
    def written(self) -> str:
        """Write it as an address does, to a metre or so."""
        name = self.name.translate(str.maketrans("~@", "  ")).strip()
        return f"{name}@{self.lon:.5f},{self.lat:.5f}"


def spots_of(choices: Choices) -> tuple[tuple[Spot, ...], int]:
    """Read the points of an address, each once, and count the entries that are none."""
    entries = [text for text in choices.of(SITES).split(BETWEEN) if text]
    found = [spot for text in entries if (spot := _spot(text)) is not None]
    return tuple(dict.fromkeys(found)), len(entries) - len(found)


def _spot(text: str) -> Spot | None:
    name, _, point = text.rpartition("@")
    try:
        east, north = map(float, point.split(","))
    except ValueError:
        return None
    return Spot(name, east, north) if name and lies_here(east, north) else None


def lies_here(east: float, north: float) -> bool:
    """Tell whether degrees are such as the data model allows."""
    return all(
        (field.minimum or 0) <= value <= (field.maximum or 0)
        for field, value in ((lon, east), (lat, north))
    )


@dataclass(frozen=True)
class Sought:
    """Hold what is asked of siting: whose, how many stations, how near, for what; the ``capacity`` of a
    station is in residents, so that there is none where needs weigh."""

    who: str
    stations: int
    within: int
    aim: Objective
    weigh: str = "residents"
    capacity: int | None = None
    seconds: int = PAGE_SECONDS
    spots: tuple[Spot, ...] = ()


def at_once(choices: Choices) -> Choices:
    """Ask the same of the shortest search."""
    return choices.with_own(SEARCH, str(QUICK_SECONDS))


def is_long(choices: Choices) -> bool:
    """Tell whether a search takes longer than pages usually may."""
    return int(choices.of(SEARCH)) > PAGE_SECONDS


def sought(choices: Choices) -> Sought:
    """Read what a page's choices ask."""
    weigh, capacity = choices.of(WEIGH), choices.of(CAPACITY)
    is_limited = weigh == WEIGH.usual and capacity != CAPACITY.usual
    return Sought(
        choices.of(WHO), int(choices.of(STATIONS)), int(choices.of(WITHIN)),
        cast(Objective, choices.of(AIM)), weigh, int(capacity) if is_limited else None,
        int(choices.of(SEARCH)), spots_of(choices)[0],
    )  # fmt: skip


@dataclass(frozen=True)
class Located:
    """Hold a setting with the rows of its places.

    ``demand`` and ``sites`` are in the setting's order, by community. ``left_out``: the communities
    whose position or residents nobody gave, or of which it is not known whether they are to be reached.
    """

    setting: Setting
    demand: pd.DataFrame
    sites: pd.DataFrame
    left_out: pd.DataFrame

    @property
    def candidate_count(self) -> int:
        return len(self.setting.candidates)


def places(ask: Questions) -> QueryResult:
    """Count the chosen communities with where they lie and which stations they have."""
    return ask.count(PLACES)


def to_reach(ask: Questions, who: str) -> pd.DataFrame:
    """List the communities whose residents count: those outside committee governance, or all.

    One whose way of governance nobody gave is among them, to be listed as left out.
    """
    rows = places(ask).rows
    is_asked = rows["coverage_type"].eq("grid") | rows["coverage_type"].isna()
    return rows[is_asked] if who == "grid" else rows


def weighed(ask: Questions, rows: pd.DataFrame, weigh: str) -> pd.DataFrame:
    """Weigh communities by their residents, or in their place by their need: proposals accepted and open
    at the month's end, each counting one. Without any a community is left out; of a town that sent none
    it is not known."""
    if weigh == WEIGH.usual:
        return rows
    counts = ask.count(NEED).rows["community_code"].value_counts()
    silent = ask.warehouse.silent_towns.get("proposal", frozenset())
    need = rows["community_code"].map(counts).fillna(0.0).mask(rows["town_code"].isin(silent))
    return rows.assign(resident_count=need)[need.ne(0)]


@remembered
def left_out(ask: Questions, who: str, weigh: str = WEIGH.usual) -> pd.DataFrame:
    """List the communities that may be to be reached and of which nobody gave what that needs."""
    return parted(weighed(ask, to_reach(ask, who), weigh), who)[1]


def parted(
    rows: pd.DataFrame, who: str, needs: Sequence[str] = PLACED
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Part the communities of which all that is needed is known from the others."""
    asked = [*needs, "coverage_type"] if who == "grid" else [*needs]
    known = rows[asked].notna().all(axis=1).to_numpy(bool) & ~is_station_unknown(rows)
    return rows[known], rows[~known]


@remembered
def located(
    ask: Questions,
    who: str,
    weigh: str = WEIGH.usual,
    capacity: int | None = None,
    spots: tuple[Spot, ...] = (),
) -> Located | None:
    """Put together who is to be reached and where stations may stand; None where there is nobody.

    Stations of all towns count where they stand already; new ones are for the chosen towns, or at
    one's own ``spots`` alone.
    """
    demand, lacking = parted(weighed(ask, to_reach(ask, who), weigh), who)
    sites = sites_there(ask)
    if spots:
        sites = with_own(sites, own_sites(pd.DataFrame([*spots])))
    if demand.empty or sites.empty or not as_floats(demand["resident_count"]).sum() > 0:
        return None
    return put_together(demand, sites, lacking, ways(demand, sites), capacity)


def everywhere(ask: Questions) -> pd.DataFrame:
    """List the communities of all towns."""
    return ask.count(PLACES, Filters(ask.filters.start_month, ask.filters.end_month)).rows


def sites_there(ask: Questions, *, is_placed: bool = True) -> pd.DataFrame:
    """List the communities where a station stands, and those of the chosen towns where one may;
    ``is_open`` tells which. Without ``is_placed`` also those whose position nobody gave."""
    rows = everywhere(ask)
    rows = rows[~is_station_unknown(rows)]
    if is_placed:
        rows = rows[rows[["lon", "lat"]].notna().all(axis=1)]
    rows = rows.assign(is_open=has_station(rows))
    towns = ask.chosen_towns
    return rows[rows["is_open"] | rows["town_code"].isin(towns)] if towns else rows


def own_sites(rows: pd.DataFrame) -> pd.DataFrame:
    """Take own points (``name``, ``lon``, ``lat``; their ``code`` if they have one) for candidate sites."""
    numbered = (
        rows if "code" in rows else rows.assign(code=[f"own-{n + 1:03}" for n in range(len(rows))])
    )
    return numbered.rename(columns={"code": "community_code"}).assign(
        name_zh=rows["name"], name_en=rows["name"], town_code=None, origin="own",
        coverage_type=None, has_service_station=None, has_social_work_station=None,
        resident_count=None, is_open=False,
    )  # fmt: skip


def with_own(sites: pd.DataFrame, own: pd.DataFrame) -> pd.DataFrame:
    """Let stations be added at one's own points alone."""
    standing = sites[sites["is_open"]]
    return pd.concat([standing, own[sites.columns]], ignore_index=True)


def ways(demand: pd.DataFrame, sites: pd.DataFrame) -> "np.ndarray[Any, Any]":
    """Measure straight lines in metres: a row a demand, a column a site."""
    own, there = (
        metres(as_floats(rows["lon"]), as_floats(rows["lat"])) for rows in (demand, sites)
    )
    return np.hypot(*(own[:, None] - there[None]).transpose(2, 0, 1))


def put_together(
    demand: pd.DataFrame,
    sites: pd.DataFrame,
    lacking: pd.DataFrame,
    distances: "np.ndarray[Any, Any]",
    capacity: float | None = None,
) -> Located:
    """Make a setting of its places, and keep their rows in its order."""
    here = setting(
        demand["community_code"].tolist(),
        as_floats(demand["resident_count"]),
        sites["community_code"].tolist(),
        distances,
        is_open=sites["is_open"].to_numpy(bool),
        capacities=None if capacity is None else np.full(len(sites), capacity),
    )
    by_code = [rows.set_index("community_code") for rows in (demand, sites)]
    return Located(here, by_code[0].loc[[*here.demand]], by_code[1].loc[[*here.sites]], lacking)


def has_station(rows: pd.DataFrame) -> "pd.Series[bool]":
    """Tell where a Party-masses service station or a social-work station stands."""
    flags = rows[STATIONS_THERE]
    return flags.eq(other=True).fillna(value=False).any(axis=1).astype(bool)


def is_station_unknown(rows: pd.DataFrame) -> "np.ndarray[Any, Any]":
    """Tell of which communities nobody told whether a station stands there, though of others one did."""
    unknown = rows[STATIONS_THERE].isna().all(axis=1).to_numpy(bool)
    return unknown & (not unknown.all())


def stations_of(here: Located, asked: int) -> int:
    """Give how many stations can be added of those asked for."""
    return min(asked, here.candidate_count)


def here_for(ask: Questions, asked: Sought) -> Located | None:
    """Put together what is asked."""
    return located(ask, asked.who, asked.weigh, asked.capacity, asked.spots)


def _once(ask: Questions, here: Located, make: Callable[..., T], *arguments: object) -> T:
    """Solve each model once a warehouse, whatever language and filters ask for it."""
    name = make.func.__name__ if isinstance(make, partial) else make.__name__
    key = ("siting", name, here.setting.digest, *arguments)
    *given, seconds = arguments
    return ask.warehouse.remember(key, lambda: make(here.setting, *given, seconds=seconds))


@remembered
def solved(ask: Questions, asked: Sought) -> Siting | None:
    """Choose where so many stations go; None where there is nobody to reach, or no station at all.

    Raise Problem where the stations can't hold everybody.
    """
    here = here_for(ask, asked)
    if here is None:
        return None
    count = stations_of(here, asked.stations)
    if not count and not here.setting.is_open.any() and asked.aim == "median":
        return None
    make: Callable[..., Siting]
    make, given = (cover, (count, asked.within)) if asked.aim == "cover" else (median, (count,))
    found = _once(ask, here, make, *given, QUICK_SECONDS)
    for seconds in sorted({PAGE_SECONDS, asked.seconds}):
        if QUICK_SECONDS < seconds <= asked.seconds and not found.is_exact:
            found = _once(ask, here, partial(_longer, make, found), *given, seconds)
    return found


def _longer(
    make: Callable[..., Siting], first: Siting, given: Setting, *sizes: int, seconds: float
) -> Siting:
    """Search longer: what was found and bounded before stands until there is better."""
    found = make(given, *sizes, seconds=seconds, known=first.chosen)
    tighter = min if first.objective == "cover" else max
    return replace(found, bound=tighter(found.bound, first.bound))


def curve_of(ask: Questions, asked: Sought, here: Located, siting: Siting) -> tuple[Point, ...]:
    """Give what 0, 1, … stations reach, or the weighted way with them, in what the short search left of
    the page's time; where that was too short for its number, the solution's own value stands."""
    allowed = min(asked.seconds, PAGE_SECONDS)
    first = solved(ask, replace(asked, seconds=allowed)) or siting
    # In whole seconds, that curves of most numbers of stations are one.
    seconds = max(int(allowed - first.seconds), 0)
    if siting.within is not None:
        points = _once(ask, here, cover_curve, MOST_STATIONS, siting.within, seconds)
    else:
        points = _once(ask, here, median_curve, MOST_STATIONS, seconds)
    return with_found(points, siting)


def mean_way(here: Located, total: float) -> float:
    """Divide weighted ways by whom they are of, in metres."""
    return total / here.setting.total


@dataclass(frozen=True)
class Outcome:
    """Hold whom stations reach within the distance, before and after: residents by community."""

    located: Located
    siting: Siting
    within: float
    before: "np.ndarray[Any, Any]"
    after: "np.ndarray[Any, Any]"

    @property
    def total(self) -> float:
        return self.located.setting.total

    @property
    def shares(self) -> tuple[float, float]:
        """Give the shares reached before and after, in percent."""
        return percent(self.before.sum(), self.total), percent(self.after.sum(), self.total)

    @property
    def added(self) -> float:
        return float(self.after.sum() - self.before.sum())


@remembered
def outcome(ask: Questions, asked: Sought) -> Outcome | None:
    """Tell whom the chosen stations reach, and whom those that stand reach already."""
    siting, here = solved(ask, asked), here_for(ask, asked)
    if siting is None or here is None:
        return None
    return outcome_of(here, siting, asked.within)


def outcome_of(here: Located, siting: Siting, within: float) -> Outcome:
    """Tell whom a siting reaches."""
    before = reached_already(here.setting, within)
    return Outcome(here, siting, within, before, siting.reached(within))
