"""Draw the proposals that residents raise, and what becomes of them."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.random import Generator

from dashboard.contract.tables import need
from data.sample import assumptions as a
from data.sample.arrays import Bools, Days, Floats, Ints, Texts
from data.sample.draws import choose, draw_days, town_effects
from data.sample.governance import Governance
from data.sample.housing import Housing
from data.sample.seasons import MONTH_ENDS, MONTH_STARTS, MONTHS, values_by_month


@dataclass(frozen=True)
class Category:
    """Describe one category of proposal; all of it is invented."""

    share: float
    median_days: float  # from acceptance to settling
    units: dict[str, float]  # who must act, by weight
    needs: dict[str, float]  # youth needs it speaks of, by share; the rest speak of none


CATEGORIES: dict[str, Category] = {
    "transport": Category(0.15, 15, {"operator": 3, "town": 4, "department": 3}, {}),
    "facilities": Category(0.27, 6, {"operator": 9, "town": 1}, {"culture_sport": 0.12}),
    "environment": Category(0.18, 7.5, {"operator": 6, "committee": 3, "town": 2}, {}),
    "safety": Category(0.12, 5, {"operator": 5, "town": 3, "department": 2}, {}),
    "services": Category(
        0.15,
        11,
        {"town": 4, "committee": 3, "station": 3, "department": 1},
        {"government_services": 0.38, "business": 0.27},
    ),
    "community_life": Category(
        0.13,
        8,
        {"operator": 3, "committee": 3, "station": 4},
        {"culture_sport": 0.40, "relationships": 0.34, "business": 0.12},
    ),
}
# What residents might ask for; that it is invented is said in each text.
TEXTS: dict[str, tuple[str, ...]] = {
    "transport": ("早晚高峰加开到地铁站的班车", "在门口设共享单车停放点"),
    "facilities": ("给公共区域的桌椅贴防滑毛毡垫", "修好洗衣房漏水的洗衣机"),
    "environment": ("夜间装修与搬运请安静", "在楼顶或空地建一处社区花园"),
    "safety": ("增设电动车充电桩，不再飞线充电", "楼道与停车处加装照明"),
    "services": ("每月来一次居住证与社保代办", "开设面试与简历辅导"),
    "community_life": ("周末办一次羽毛球或桌游活动", "把闲置房间改作共享厨房"),
}
SETTLING_SPREAD = 0.85
NAMES = tuple(CATEGORIES)
NEED_NAMES = tuple(need.allowed)
UNITS = ("operator", "town", "committee", "station", "department")


def draw_proposals(
    rng: Generator, roster: pd.DataFrame, housing: Housing, governance: Governance
) -> pd.DataFrame:
    """Draw proposals with their dates, stage and responsible unit, by the day they were raised."""
    cell = _draw_cells(rng, roster, housing)
    month, community = np.divmod(cell, len(roster))
    opened = roster["opened_on"].to_numpy().astype("M8[D]")[community]
    first = np.maximum(MONTH_STARTS[month], opened)
    raised = draw_days(rng, len(cell), first, MONTH_ENDS[month])
    order = np.lexsort((community, raised))
    month, community, raised = month[order], community[order], raised[order]

    count = len(raised)
    category = rng.choice(len(NAMES), count, p=[each.share for each in CATEGORIES.values()])
    accepted = _accepted(rng, raised)
    is_reopened = (rng.random(count) < a.REOPENED_SHARE) & ~np.isnat(accepted)
    closed = roster["closed_on"].to_numpy().astype("M8[D]")[community]
    settled = _settled(rng, roster, community, category, accepted)
    settled[is_reopened | (settled >= closed)] = np.datetime64("NaT")
    stage = _stages(rng, accepted, settled, is_reopened)
    unit = _units(rng, category, governance, month, community)
    return pd.DataFrame(
        {
            "proposal_code": "P" + pd.Series(np.arange(1, count + 1)).astype("str").str.zfill(5),
            "community_code": roster["community_code"].to_numpy()[community],
            "proposal_category": np.array(NAMES)[category],
            "need": _needs(rng, category),
            "raised_on": raised.astype("M8[s]"),
            "accepted_on": accepted.astype("M8[s]"),
            "settled_on": settled.astype("M8[s]"),
            "stage": stage,
            "is_reopened": is_reopened,
            "responsible_unit": unit,
            "proposal_text": _texts(rng, category),
        }
    )


def _draw_cells(rng: Generator, roster: pd.DataFrame, housing: Housing) -> Ints:
    """Draw in which month and community each proposal is raised."""
    town = roster["town_code"].astype("category").cat.codes.to_numpy()
    town_factor = np.exp(rng.normal(0, 0.2, town.max() + 1))[town]
    own = town_factor * np.exp(rng.normal(0, a.PROPOSAL_SPREAD, len(roster)))
    season = values_by_month(a.PROPOSAL_SEASON, otherwise=1.0) * np.linspace(
        1.0, 1.0 + a.PROPOSAL_GROWTH, len(MONTHS)
    )
    weight = (housing.residents.T.astype(float) ** 0.9 * own * season[:, None]).ravel()
    counts = rng.poisson(a.PROPOSALS * weight / weight.sum())
    return np.repeat(np.arange(weight.size), counts)


def _accepted(rng: Generator, raised: Days) -> Days:
    """Accept most within a few days; some never, the latest not yet."""
    accepted = raised + (rng.geometric(0.42, len(raised)) - 1).astype("m8[D]")
    never = (rng.random(len(raised)) < a.NEVER_ACCEPTED_SHARE) | (accepted > a.LAST_DAY)
    return np.where(never, np.datetime64("NaT", "D"), accepted)


def _settled(
    rng: Generator,
    roster: pd.DataFrame,
    community: Ints,
    category: Ints,
    accepted: Days,
) -> Days:
    """Settle after log-normal times; towns differ, some proposals stall."""
    town = roster["town_code"].astype("category").cat.codes.to_numpy()
    slowness = np.exp(a.TOWN_SETTLING_SPREAD * town_effects(rng, town.max() + 1))[town]
    median = np.array([each.median_days for each in CATEGORIES.values()])[category]
    days = median * slowness[community] * np.exp(rng.normal(0, SETTLING_SPREAD, len(category)))
    days = days * _slowing(roster, community, accepted)
    settled = accepted + np.ceil(days).astype("m8[D]")
    stalled = rng.random(len(category)) < a.STALLED_SHARE
    return np.where(stalled | (settled > a.LAST_DAY), np.datetime64("NaT", "D"), settled)


def _slowing(roster: pd.DataFrame, community: Ints, accepted: Days) -> Floats:
    """Give the planted factor on days: growing, where the one operator runs the housing."""
    is_slow = (roster["operator"] == a.SLOWING_OPERATOR).to_numpy()[community]
    since = (accepted - a.SLOWING_FROM) / np.timedelta64(a.SLOWING_OVER_DAYS, "D")
    grown = 1 + (a.SLOWED_FACTOR - 1) * np.nan_to_num(since).clip(0, 1)
    return np.where(is_slow, grown, 1.0)


def _stages(
    rng: Generator,
    accepted: Days,
    settled: Days,
    is_reopened: Bools,
) -> Texts:
    """Let a stage follow from the dates: settled ones have a platform at least."""
    drawn = rng.random(len(accepted))
    got_far = ~np.isnat(settled) | is_reopened
    far = np.where((drawn < 0.4) & ~is_reopened, "self_service", "platform_built")
    near = np.select(
        [np.isnat(accepted), drawn < 0.35, drawn < 0.85],
        ["need_raised", "need_raised", "resource_matched"],
        "platform_built",
    )
    return np.where(got_far, far, near)


def _units(
    rng: Generator, category: Ints, governance: Governance, month: Ints, community: Ints
) -> Texts:
    """Name the unit that must act, among those that are there."""
    weights = np.array(
        [[each.units.get(unit, 0.0) for unit in UNITS] for each in CATEGORIES.values()]
    )[category]
    has_station = governance.has_organisation["social_work_station"][community, month]
    weights[:, UNITS.index("station")] *= has_station
    weights[:, UNITS.index("committee")] *= governance.is_committee[community, month]
    return np.array(UNITS, dtype=object)[choose(rng, weights)]


def _texts(rng: Generator, category: Ints) -> Texts:
    """Say what is asked for, in one of the sentences of its category."""
    which = rng.integers(0, 2, len(category))
    sentences = np.array([TEXTS[name] for name in NAMES], dtype=object)
    return "示例：" + sentences[category, which]


def _needs(rng: Generator, category: Ints) -> Texts:
    """Name the youth need a proposal speaks of, if it speaks of one."""
    shares = np.array(
        [[each.needs.get(name, 0.0) for name in NEED_NAMES] for each in CATEGORIES.values()]
    )
    weights = np.column_stack([shares, 1 - shares.sum(axis=1)])[category]
    return np.array([*NEED_NAMES, None], dtype=object)[choose(rng, weights)]
