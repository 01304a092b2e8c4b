"""Draw each community's governance over time, and the branches and stations in it."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.random import Generator

from data.sample import assumptions as a
from data.sample.apportion import apportion
from data.sample.arrays import Bools, Days, Floats, Ints, Texts
from data.sample.draws import choose, draw_days, draw_days_in_waves, town_effects
from data.sample.roster import (
    AT_CONTROL_GROUPS,
    CLOSING,
    NEW,
    is_open,
)
from data.sample.seasons import MONTH_ENDS

NEVER = np.datetime64("NaT", "D")
ONE_DAY = np.timedelta64(1, "D")
ORGANISATION_KINDS = ("party_branch", "service_station", "social_work_station")
SINCE_COLUMN = {
    "party_branch": "branch_since",
    "service_station": "service_station_since",
    "social_work_station": "social_work_station_since",
}


@dataclass(frozen=True)
class Governance:
    """Hold the two tables of governance, and their states as community by month."""

    governance: pd.DataFrame
    organisation: pd.DataFrame
    is_committee: Bools
    has_organisation: dict[str, Bools]


def draw_governance(rng: Generator, roster: pd.DataFrame) -> Governance:
    """Draw coverage, modes and organisations so that the published counts hold."""
    plan = _plan(rng, roster)
    spans = _spans(plan)
    organisation = _organisations(rng, plan)
    return Governance(
        governance=spans,
        organisation=organisation,
        is_committee=_held(plan, spans[spans["coverage_type"] == "committee"]),
        has_organisation={
            kind: _held(plan, organisation[organisation["organisation_kind"] == kind])
            for kind in ORGANISATION_KINDS
        },
    )


def _held(plan: pd.DataFrame, spans: pd.DataFrame) -> Bools:
    """Say in which community and month, at its end, one of the spans holds."""
    held = np.zeros((len(plan), len(MONTH_ENDS)), dtype=bool)
    community = pd.Index(plan["community_code"]).get_indexer(spans["community_code"])
    first = spans["valid_from"].to_numpy()[:, None]
    last = spans["valid_to"].to_numpy()[:, None]
    holds = (first <= MONTH_ENDS) & (np.isnat(last) | (last >= MONTH_ENDS))
    np.logical_or.at(held, community, holds)
    return held


# Coverage and modes -----------------------------------------------------------------------


def _plan(rng: Generator, roster: pd.DataFrame) -> pd.DataFrame:
    """Decide, community by community, since when it is covered and by which mode."""
    plan = roster.assign(
        dwellings=roster[["flat_count", "room_count", "bed_room_count"]].sum(axis=1)
    )
    score = (
        0.6 * np.log(plan["dwellings"]).to_numpy()
        + plan["site"].map({"park": -0.7, "village": 0.3, "neighbourhood": 0.4}).to_numpy()
        - 0.9 * (plan["group"] == CLOSING)
        + rng.normal(0, 0.8, len(plan))
    ).to_numpy()
    towns = plan["town_code"].astype("category").cat.codes.to_numpy()
    effects = town_effects(rng, towns.max() + 1)
    plan["town_coverage"] = a.TOWN_COVERAGE_SPREAD * effects[towns]
    plan["covered_since"] = _covered_since(rng, plan, score)
    plan["mode"] = _modes(rng, plan)
    plan[["earlier_mode", "mode_since"]] = _earlier_modes(rng, plan)
    return plan


def _covered_since(rng: Generator, plan: pd.DataFrame, score: Floats) -> Days:
    """Draw the day each community came under a committee, if it did."""
    since = np.full(len(plan), NEVER)
    opened = plan["opened_on"].to_numpy().astype("M8[D]")
    named = (plan["origin"] == "published").to_numpy()
    since[named] = plan.loc[named, "covered_since"].to_numpy().astype("M8[D]")

    early = _covered_at_control(plan, score) & ~named
    since[early] = _early_days(rng, plan[early], opened[early])

    is_home = plan["is_home"].to_numpy()
    since[is_home & ~named] = opened[is_home & ~named]
    town = plan["town_coverage"].to_numpy()
    at_opening = (plan["group"] == NEW).to_numpy() & (
        rng.random(len(plan)) < _shifted(a.COVERED_AT_OPENING_SHARE, town)
    )
    since[at_opening] = opened[at_opening]

    # The rest of the published growth: communities that pass from a grid to a committee later.
    stays = is_open(plan, a.LAST_DAY)
    candidates = np.flatnonzero(stays & ~named & np.isnat(since) & (plan["group"] != NEW))
    missing = a.AT_END.committee_communities - int((stays & ~np.isnat(since)).sum())
    later = candidates[np.argsort(-(score + 0.3 * town)[candidates], kind="stable")[:missing]]
    since[later] = draw_days(rng, len(later), a.CONTROL_DAYS[1] + ONE_DAY, a.LAST_DAY)
    return since


def _shifted(share: float, log_odds: Floats) -> Floats:
    """Move a share by log-odds."""
    odds = share / (1 - share) * np.exp(log_odds)
    return odds / (1 + odds)


def _covered_at_control(plan: pd.DataFrame, score: Floats) -> Bools:
    """Choose the published number of covered communities; towns differ in their share."""
    there = is_open(plan, a.CONTROL_DAYS[0])
    forced = there & (plan["is_home"].to_numpy() | plan["covered_since"].notna().to_numpy())
    free = there & ~forced & plan["group"].isin(AT_CONTROL_GROUPS).to_numpy()
    towns = sorted(set(plan["town_code"]))
    in_town = plan["town_code"].to_numpy() == np.array(towns)[:, None]
    usual = a.AT_CONTROL.committee_communities / a.AT_CONTROL.communities
    share = _shifted(usual, plan.groupby("town_code")["town_coverage"].first()[towns].to_numpy())
    minimum = (in_town & forced).sum(axis=1)
    wanted = share * (in_town & there).sum(axis=1)
    quota = apportion(
        a.AT_CONTROL.committee_communities,
        np.maximum(wanted - minimum, 0.1),
        minimum=minimum,
        caps=minimum + (in_town & free).sum(axis=1),
    )
    covered: Bools = forced.copy()
    for rows, count in zip(in_town, quota - minimum, strict=True):
        candidates = np.flatnonzero(rows & free)
        covered[candidates[np.argsort(-score[candidates], kind="stable")[:count]]] = True
    return covered


def _early_days(rng: Generator, covered: pd.DataFrame, opened: Days) -> Days:
    """Draw since when those covered at the control day are: long since, or in a wave."""
    count = len(covered)
    first = np.maximum(opened, np.datetime64("2019-01-01"))
    long_since = draw_days(rng, count, first, np.maximum(opened, a.FIRST_DAY - 1))
    wave = np.maximum(draw_days_in_waves(rng, count, a.COVERAGE_WAVES), opened)
    is_long = (rng.random(count) < a.COVERED_BEFORE_FIRST_MONTH) & (opened < a.FIRST_DAY)
    return np.where(is_long, long_since, wave)


def _modes(rng: Generator, plan: pd.DataFrame) -> Texts:
    """Draw the mode that goes with a community's size and site; empty where there is none."""
    large = (plan["dwellings"] >= a.LARGE_DWELLINGS).to_numpy()
    shares = [a.MODE_SHARES[key] for key in zip(large.tolist(), plan["site"], strict=True)]
    mode = np.array(a.MODES, dtype=object)[choose(rng, np.array(shares))]
    # The planted station opens later than a mode that rests on one would need it.
    mode[plan["has_planted_opening"].to_numpy() & (mode == "3")] = "2"
    named = (plan["origin"] == "published").to_numpy()
    mode[named] = plan.loc[named, "mode"].to_numpy()
    return np.where(plan["covered_since"].isna(), "", mode)


def _earlier_modes(rng: Generator, plan: pd.DataFrame) -> pd.DataFrame:
    """Draw which communities came to their mode from another one, and when."""
    before, share = zip(
        *(a.EARLIER_MODE.get(mode, ("", 0.0)) for mode in plan["mode"]), strict=True
    )
    covered = plan["covered_since"].to_numpy().astype("M8[D]")
    low, high = a.MODE_CHANGE_DAYS
    changed_on = covered + rng.integers(low, high, len(plan)).astype("m8[D]")
    # A resident social-work station is what makes mode 3: none before the first one.
    station_needed = (plan["mode"] == "3").to_numpy()
    first_station = np.maximum(covered, a.FIRST_SOCIAL_WORK_STATION_DAY) + rng.integers(
        0, a.STATION_ROLL_OUT_DAYS, len(plan)
    ).astype("m8[D]")
    changed_on = np.where(station_needed, np.maximum(changed_on, first_station), changed_on)
    changes = (rng.random(len(plan)) < share) | (
        station_needed & (covered < a.FIRST_SOCIAL_WORK_STATION_DAY)
    )
    named = (plan["origin"] == "published").to_numpy()
    since = np.where(changes & ~np.isnat(covered), changed_on, NEVER)
    since[named] = plan.loc[named, "mode_since"].to_numpy().astype("M8[D]")
    earlier = np.where(named, plan["earlier_mode"], np.array(before, dtype=object))
    return pd.DataFrame(
        {"earlier_mode": earlier, "mode_since": since.astype("M8[s]")}, index=plan.index
    )


def _spans(plan: pd.DataFrame) -> pd.DataFrame:
    """Lay governance out as spans without overlap or gap from the opening on."""
    rows = [span for community in plan.itertuples() for span in _community_spans(community)]
    spans = pd.DataFrame(
        rows,
        columns=["community_code", "valid_from", "valid_to", "coverage_type", "mode",
                 "leading_organisation", "origin"],
    )  # fmt: skip
    return _dated(spans)


def _dated(spans: pd.DataFrame) -> pd.DataFrame:
    return spans.assign(
        **{
            name: spans[name].to_numpy("M8[D]").astype("M8[s]")
            for name in ("valid_from", "valid_to")
        }
    )


def _community_spans(community: Any) -> list[tuple[object, ...]]:
    """Lay out one community's spans: grid, then committee, then a later mode."""
    opened, closed = _day(community.opened_on), _day(community.closed_on)
    covered, changed = _day(community.covered_since), _day(community.mode_since)
    steps = []
    if np.isnat(covered) or covered > opened:
        steps.append((opened, "grid", ""))
    if not np.isnat(covered):
        changes = not np.isnat(changed) and changed > covered
        steps.append((covered, "committee", community.earlier_mode if changes else community.mode))
        if changes:
            steps.append((changed, "committee", community.mode))
    ends = a.LAST_DAY if np.isnat(closed) else closed - ONE_DAY
    steps = [step for step in steps if step[0] <= ends]
    last_days = [step[0] - ONE_DAY for step in steps[1:]] + [closed - ONE_DAY]
    return [
        (
            community.community_code,
            first,
            last,
            coverage,
            mode or None,
            _leading(community, coverage, mode),
            community.origin,
        )
        for (first, coverage, mode), last in zip(steps, last_days, strict=True)
    ]


def _day(stamp: pd.Timestamp) -> np.datetime64:
    return np.datetime64(stamp, "D") if pd.notna(stamp) else NEVER


def _leading(community: Any, coverage: str, mode: str) -> str:
    """Name the kind of Party organisation that leads under an arrangement."""
    if community.origin == "published" and coverage == community.coverage_type:
        return str(community.leading_organisation)
    if coverage == "grid":
        return "park" if community.site == "park" else "block"
    if mode in ("2", "3"):
        return "village" if community.site != "neighbourhood" else "community"
    return "community" if mode else "block"


# Organisations ----------------------------------------------------------------------------


def _organisations(rng: Generator, plan: pd.DataFrame) -> pd.DataFrame:
    """Draw own branches, service stations and social-work stations."""
    invented = pd.concat([_of_kind(rng, plan, kind) for kind in ORGANISATION_KINDS])
    named = pd.concat([_named_of_kind(plan, kind) for kind in ORGANISATION_KINDS])
    rows = pd.concat([invented, named])
    rows = rows.sort_values(
        ["community_code", "valid_from", "organisation_kind"], ignore_index=True
    )
    serial = rows.groupby("community_code").cumcount() + 1
    rows["organisation_code"] = rows["community_code"] + "-" + serial.astype("str")
    return _dated(rows)[
        ["organisation_code", "community_code", "organisation_kind", "valid_from", "valid_to",
         "floor_area_m2", "origin"]
    ]  # fmt: skip


def _of_kind(rng: Generator, plan: pd.DataFrame, kind: str) -> pd.DataFrame:
    count = len(plan)
    opened = plan["opened_on"].to_numpy().astype("M8[D]")
    closed = plan["closed_on"].to_numpy().astype("M8[D]")
    covered = plan["covered_since"].to_numpy().astype("M8[D]")
    changed = plan["mode_since"].to_numpy().astype("M8[D]")
    state = np.where(np.isnat(covered), "grid", plan["mode"])
    share = np.array([a.ORGANISATION_SHARES[kind][each] for each in state])
    large = (plan["dwellings"] >= a.LARGE_DWELLINGS).to_numpy()
    needed = share >= 1.0
    share = np.where(large, share * a.LARGE_ORGANISATION_FACTOR, share)
    towns = plan["town_code"].astype("category").cat.codes.to_numpy()
    share = share * np.exp(a.TOWN_ORGANISATION_SPREAD * town_effects(rng, towns.max() + 1)[towns])

    start = np.where(np.isnat(covered), np.maximum(opened, np.datetime64("2021-01-01")), covered)
    start = start + rng.integers(0, 200, count).astype("m8[D]")
    # What a mode rests on is there when the mode begins.
    mode_start = np.where(np.isnat(changed), covered, changed)
    start = np.where(needed & ~np.isnat(mode_start), mode_start, start)
    if kind == "social_work_station":
        roll_out = rng.integers(0, a.STATION_ROLL_OUT_DAYS, count).astype("m8[D]")
        start = np.where(
            needed, start, np.maximum(start, a.FIRST_SOCIAL_WORK_STATION_DAY + roll_out)
        )
    end = np.where(np.isnat(closed), a.LAST_DAY, closed - ONE_DAY)
    chosen = (rng.random(count) < np.where(needed, 1.0, share)) & (start <= end)
    chosen &= (plan["origin"] == "sample").to_numpy()
    if kind == "social_work_station":
        chosen |= plan["has_planted_opening"].to_numpy()
        start = np.where(plan["has_planted_opening"], a.OPENING_STATION_ON, start)
    area = _areas(rng, kind, plan["dwellings"].to_numpy())
    rows = pd.DataFrame(
        {
            "community_code": plan["community_code"],
            "organisation_kind": kind,
            "valid_from": start,
            "valid_to": closed - ONE_DAY,
            "floor_area_m2": area,
            "origin": "sample",
        }
    )[chosen]
    return _rehoused(rng, rows) if kind == "service_station" else rows


def _areas(rng: Generator, kind: str, dwellings: Ints) -> Floats:
    if kind not in a.STATION_MEDIAN_M2:
        return np.full(len(dwellings), np.nan)
    size = (dwellings / 250) ** 0.3 * np.exp(rng.normal(0, 0.35, len(dwellings)))
    return np.round(a.STATION_MEDIAN_M2[kind] * size / 5) * 5


def _rehoused(rng: Generator, rows: pd.DataFrame) -> pd.DataFrame:
    """Move a few stations into larger premises: one span ends, the next begins."""
    moves_on = draw_days(rng, len(rows), *a.REHOUSED_BETWEEN)
    moves = (
        (rng.random(len(rows)) < a.REHOUSED_STATION_SHARE)
        & rows["valid_to"].isna().to_numpy()
        & (rows["valid_from"].to_numpy() < moves_on)
    )
    before, after = rows.copy(), rows[moves].copy()
    before.loc[moves, "valid_to"] = (moves_on - ONE_DAY)[moves].astype("M8[s]")
    after["valid_from"] = moves_on[moves].astype("M8[s]")
    after["floor_area_m2"] = np.round(after["floor_area_m2"] * 1.6 / 5) * 5
    return pd.concat([before, after])


def _named_of_kind(plan: pd.DataFrame, kind: str) -> pd.DataFrame:
    there = plan[(plan["origin"] == "published") & plan[SINCE_COLUMN[kind]].notna()]
    area = there["service_station_m2"] if kind == "service_station" else np.nan
    return pd.DataFrame(
        {
            "community_code": there["community_code"],
            "organisation_kind": kind,
            "valid_from": there[SINCE_COLUMN[kind]],
            "valid_to": np.full(len(there), np.datetime64("NaT", "s")),
            "floor_area_m2": area,
            "origin": "published",
        }
    )
