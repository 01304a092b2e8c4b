"""Make the figures of where the next stations go."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from dashboard.asking.memo import remembered
from dashboard.asking.questions import QueryResult, Questions
from dashboard.contract.columns import as_floats
from dashboard.contract.indicators import percent
from dashboard.contract.rounding import number_written, rounded
from dashboard.draw.drawing import nothing
from dashboard.draw.located import groups_map
from dashboard.draw.rows import table
from dashboard.figures.common import map_note
from dashboard.figures.figure import Caption, Figure
from dashboard.figures.scope import place_named
from dashboard.figures.siting import (
    MOST_STATIONS,
    NEED,
    NEEDS,
    WEIGH,
    Located,
    Outcome,
    Sought,
    curve_of,
    has_station,
    is_station_unknown,
    left_out,
    mean_way,
    outcome,
    places,
)
from dashboard.insight.headline import Headline
from dashboard.insight.siting import knee
from dashboard.subjects.siting import drawings
from dashboard.subjects.siting.sentences import (
    Brought,
    curve_told,
    fewest_told,
    greedy_told,
    seconds_told,
    siting_headline,
    sure_told,
)
from dashboard.subjects.siting.terms import counted_told, terms

MAP_HEIGHT, CURVE_HEIGHT, TOWNS_HEIGHT, LIST_HEIGHT = 470, 320, 420, 470
_SMALLEST, _LARGEST = 5.0, 13.0
_MOST_LINES = 12


def _metres(within: int) -> str:
    return number_written(within)


def _counted(ask: Questions, weigh: str) -> QueryResult:
    counted = replace(places(ask), shown=NEEDS)
    return replace(counted, beside=(ask.count(NEED),)) if weigh == "need" else counted


def brought(found: Outcome) -> Brought:
    """Give what a siting brings."""
    siting, here = found.siting, found.located
    if siting.objective == "cover":
        return Brought(found.added, found.shares, (np.nan, np.nan))
    ways = mean_way(here, siting.before), mean_way(here, siting.value)
    return Brought(found.added, found.shares, ways)


@remembered
def headline(ask: Questions, asked: Sought) -> Headline:
    say, found = ask.say, outcome(ask, asked)
    if found is None:
        return Headline(
            f"{place_named(ask)}{say('没有可选址的居民')}",
            say("请放宽筛选，或补上社区的位置与居民数。"),
        )
    return siting_headline(
        say, found.siting, brought(found), who=asked.who, within=asked.within,
        place=place_named(ask), weigh=asked.weigh,
    )  # fmt: skip


@remembered
def on_map(ask: Questions, asked: Sought) -> Figure | None:
    """Draw the stations that stand, those to be added, and whom they reach."""
    say, found = ask.say, outcome(ask, asked)
    if found is None:
        return None
    here, siting = found.located, found.siting
    own, there = (_placed(ask, rows) for rows in (here.demand, here.sites))
    sizes = _sizes(here.setting.weights)
    hovers = [
        f"{name}\n{counted_told(say, asked.weigh, count)}"
        for name, count in zip(_names(ask, here.demand), here.setting.weights, strict=True)
    ]
    is_before, is_after = found.before > 0, found.after > 0
    groups = []
    for make, mask in (
        (drawings.unreached, ~is_after),
        (drawings.reached_before, is_before),
        (drawings.reached_now, is_after & ~is_before),
    ):
        at = np.flatnonzero(mask)
        groups.append(
            make(say, [own[i] for i in at], [hovers[i] for i in at], [sizes[i] for i in at])
        )
    names = _names(ask, here.sites)
    is_open = np.flatnonzero(here.setting.is_open)
    groups.append(drawings.standing(say, [there[i] for i in is_open], [names[i] for i in is_open]))
    chosen = list(siting.chosen)
    groups.append(drawings.added(say, [there[i] for i in chosen], [names[i] for i in chosen]))
    links = [(own[row], there[site]) for row, site in _newly(found)]
    note = say(
        "新覆盖的社区连到其新站 · 点的大小为{what} · {metres} 米为直线距离",
        what=say("居民数") if asked.weigh == WEIGH.usual else say("提案数，没有的不画"),
        metres=_metres(asked.within),
    )
    return Figure(
        "siting-map",
        replace(
            groups_map(
                ask.maps.outlines, ask.town_names(), ask.chosen_towns, groups, say, links=links,
                height=MAP_HEIGHT,
            ), listed=_reached_by(ask, found, asked.weigh)),
        Caption(
            say("建议新站 {count} 个，及其覆盖的社区", count=len(chosen)),
            map_note(ask, ask.without_named(note), tiles=False),
            ask.as_of(),
        ),
        _counted(ask, asked.weigh),
    )  # fmt: skip


def _reached_by(ask: Questions, found: Outcome, weigh: str) -> dict[str, list[object]]:
    """Say of each community, for files, whether it is reached, and by which station from how far."""
    say, here, towns = ask.say, found.located, ask.town_names(short=False)
    names, siting = _names(ask, here.sites), found.siting
    by: dict[int, tuple[str, float | None]] = {}
    # With limits several serve one, the nearest first.
    for distance, row, site in sorted(
        zip(
            siting.flow_distances.tolist(), *siting.flows[:, :2].T.astype(int).tolist(), strict=True
        )
    ):
        others = [by[row][0]] if row in by else []
        by[row] = (say.listed([*others, names[site]]), rounded(distance))
    states = [
        say("原已覆盖") if before else say("新覆盖") if after else say("仍未覆盖")
        for before, after in zip(found.before, found.after, strict=True)
    ]
    nobody = (None, None)
    return {
        say("社区"): [*_names(ask, here.demand)],
        say("街镇"): [towns[code] for code in here.demand["town_code"]],
        terms(say, "all", weigh).column: here.setting.weights.tolist(),
        say("覆盖"): [*states],
        say("站点"): [by.get(at, nobody)[0] for at in range(len(states))],
        # That of the farthest of them.
        say("距离，米"): [by.get(at, nobody)[1] for at in range(len(states))],
    }


def _placed(ask: Questions, rows: pd.DataFrame) -> list[tuple[float, float]]:
    points = ask.maps.project(as_floats(rows["lon"]), as_floats(rows["lat"])).tolist()
    return [(x, y) for x, y in points]


def _names(ask: Questions, rows: pd.DataFrame) -> list[str]:
    return rows[f"name_{ask.say.language}"].tolist()


def _sizes(weights: "np.ndarray[Any, Any]") -> list[float]:
    """Give the diameters of points in pixels, their areas by how many live there."""
    most = float(weights.max()) or 1.0
    return np.clip(np.sqrt(weights / most) * _LARGEST, _SMALLEST, None).tolist()


def _newly(found: Outcome) -> list[tuple[int, int]]:
    """Pair the communities that are newly reached with their stations, by their places."""
    newly = (found.after > 0) & (found.before == 0)
    pairs = found.siting.flows[:, :2].astype(int).tolist()
    return [(row, site) for row, site in pairs if newly[row]]


@remembered
def sites(ask: Questions, asked: Sought) -> Figure | None:
    """List the sites to be added, those that do most for what is aimed at first."""
    say, found = ask.say, outcome(ask, asked)
    if found is None:
        return None
    rows = site_rows(found)
    chosen = found.located.sites.loc[rows["code"]]
    towns = ask.town_names(short=False)
    named = terms(say, asked.who, asked.weigh)
    columns = {
        say("建站地点") if asked.spots else say("建站社区"): _names(ask, chosen),
        **(
            {
                say("经度"): chosen["lon"].tolist(),
                say("纬度"): chosen["lat"].tolist(),
            }
            if asked.spots
            else {say("街镇"): [towns[code] for code in chosen["town_code"]]}
        ),
        named.newly: rows["residents"],
        say("新覆盖社区"): rows["communities"],
        named.nearest if asked.capacity is None else say("由其服务的居民"): rows["nearest"],
    }
    return Figure(
        "siting-sites",
        table(
            columns,
            say,
            keys=None if asked.spots else rows["code"],
            empty=say("不需要再建站。"),
            height=LIST_HEIGHT if len(rows) > _MOST_LINES else None,
        ),
        Caption(
            say("建议新站，按新覆盖的{whom}排列", whom=named.whom)
            if asked.aim == "cover"
            else say("建议新站，按以其为最近站的{whom}排列", whom=named.whom),
            ask.without_named(
                say("候选为自有的 {count} 个地点，写在网址里", count=found.located.candidate_count)
                if asked.spots
                else say(
                    "站建在社区里：候选为所选街镇没有站点的 {count} 个社区 · 点一行看画像"
                    if ask.chosen_towns
                    else "站建在社区里：候选为全部街镇没有站点的 {count} 个社区 · 点一行看画像",
                    count=found.located.candidate_count,
                )
            ),
            ask.as_of(),
        ),
        _counted(ask, asked.weigh),
        opens_profile=not asked.spots,
    )


def site_rows(found: Outcome) -> pd.DataFrame:
    """Say of each added site its ``code``, whom it reaches besides (``residents``, ``communities``)
    and how many residents it serves (``nearest``)."""
    siting, own = found.siting, found.located.setting
    chosen = np.array(siting.chosen, dtype=int)
    flowing = np.zeros((len(own.demand), len(own.sites)))
    places_of = siting.flows[:, :2].astype(int).T
    flowing[tuple(places_of)] = siting.flows[:, 2]
    nearest = flowing[:, chosen].sum(axis=0)
    near = np.where(own.distances <= found.within, flowing, 0.0)[:, chosen]
    gained = found.after - found.before
    rows = {
        "code": [own.sites[site] for site in chosen],
        "residents": _shared_out(near, gained),
        "communities": ((near > 0) & (gained > 0)[:, None]).sum(axis=0),
        "nearest": nearest,
    }
    columns = ["code", "residents", "communities", "nearest"]
    first = ["residents", "nearest"] if siting.objective == "cover" else ["nearest", "residents"]
    return pd.DataFrame(rows, columns=columns).sort_values(
        [*first, "code"], ascending=[False, False, True], ignore_index=True
    )


def _shared_out(near: "np.ndarray[Any, Any]", gained: "np.ndarray[Any, Any]") -> list[float]:
    """Share what is gained out among the added sites, by what each serves within the distance.

    ``near``: a row a community, a column a site. First comes what a community gains at the site itself;
    where stations have limits, a site may also free room at one that stands, and others gain there.
    """
    served = near.sum(axis=1)
    parts = np.divide(gained.clip(0, served), served, out=np.zeros_like(served), where=served > 0)
    own = parts @ near
    left = float(gained.sum() - own.sum())
    by = near.sum(axis=0) - own if left > 0 else own
    return (own + left * by / by.sum() if by.sum() > 0 else own).tolist()


@remembered
def curve(ask: Questions, asked: Sought) -> Figure | None:
    """Draw what each further station brings, and where that gets less."""
    say, found = ask.say, outcome(ask, asked)
    if found is None:
        return None
    points = curve_of(ask, asked, found.located, found.siting)
    if asked.aim == "cover":
        values = [percent(point.value, found.total) for point in points]
        name, unit, decimals = say("{metres} 米内覆盖率", metres=_metres(asked.within)), "%", 1
        now, upwards = found.shares[1], values
    else:
        values = [mean_way(found.located, point.value) for point in points]
        name, unit, decimals = say("到最近站点的平均距离"), say(" 米"), 0
        now, upwards = mean_way(found.located, found.siting.value), [-way for way in values]
    held = drawings.Curve(
        [point.stations for point in points], values, [point.is_exact for point in points],
        name, unit, decimals,
    )  # fmt: skip
    at = knee(upwards)
    bend = None if at is None else held.counts[at]
    guessed = held.is_exact.count(False)
    note = say("每个站数各自求最优，都已证明")
    if guessed:
        note = say("空心点 {count} 个，到时限未证明最优", count=guessed)
    if asked.aim == "cover" and (least := fewest_told(say, held)):
        note = say("{note} · {least}", note=note, least=least)
    return Figure(
        "siting-curve",
        drawings.curve(
            held, say, chosen=(len(found.siting.chosen), now), knee=bend, height=CURVE_HEIGHT
        ),
        Caption(
            curve_told(say, bend, max(held.counts, default=MOST_STATIONS)),
            say("{name} · {note}", name=held.name, note=note),
            ask.as_of(),
            method=say("拐点用 Kneedle 法：曲线离首尾连线最远之处"),
        ),
        _counted(ask, asked.weigh),
    )


@remembered
def by_town(ask: Questions, asked: Sought) -> Figure | None:
    """Set what share of each town's residents is reached before and after side by side."""
    say, found = ask.say, outcome(ask, asked)
    if found is None or not ask.scope.compares_towns:
        return None
    rows = town_rows(ask, found)
    if len(rows) < 2:
        return None
    gained = int((rows["reached_after"] > rows["reached_before"]).sum())
    named = terms(say, asked.who, asked.weigh)
    note = say("{metres} 米内有站点的{whom}占比，%", metres=_metres(asked.within), whom=named.whom)
    if ask.is_sample:
        note = say("{note} · 街镇数为示例，未曾公布", note=note)
    return Figure(
        "siting-towns",
        drawings.towns(rows, say, asked.weigh, named, height=TOWNS_HEIGHT),
        Caption(
            say("{count} 个街镇中，{gained} 个的覆盖率提高", count=len(rows), gained=gained),
            ask.without_named(note),
            ask.as_of(),
        ),
        _counted(ask, asked.weigh),
    )


def town_rows(ask: Questions, found: Outcome) -> pd.DataFrame:
    """Add residents, and those reached before and after, up by town; those that gain most first."""
    names = ask.town_names()
    added = pd.DataFrame(
        {
            "key": found.located.demand["town_code"].to_numpy(),
            "residents": found.located.setting.weights,
            "reached_before": found.before,
            "reached_after": found.after,
        }
    )
    rows = added.groupby("key", as_index=False).sum()
    rows = rows[rows["residents"] > 0]
    rows = rows.assign(
        name=[names[code] for code in rows["key"]],
        before=percent(rows["reached_before"], rows["residents"]),
        after=percent(rows["reached_after"], rows["residents"]),
    )
    gains = rows["reached_after"] - rows["reached_before"]
    order = rows.assign(gain=gains).sort_values(
        ["gain", "after", "key"], ascending=[False, False, True], ignore_index=True
    )
    return order.drop(columns="gain")


@remembered
def how_sure(ask: Questions, asked: Sought) -> Figure | None:
    """Say how sure the answer is, and what it rests on."""
    say, found = ask.say, outcome(ask, asked)
    if found is None:
        return None
    siting, here = found.siting, found.located
    lines = {
        say("是否最优"): sure_told(say, siting),
        say("逐个添加"): greedy_told(say, siting),
        say("求解"): say("HiGHS，{seconds}", seconds=seconds_told(say, siting)),
        say("距离"): say("两点间的直线，按米投影（UTM 51N）；走路更远，河与路都没有算"),
        say("现有站点"): _standing_told(ask, here),
        say("候选"): say("自有的 {names}", names=say.listed([each.name for each in asked.spots]))
        if asked.spots
        else say("{count} 个社区；居村的位置未公布，不在其中", count=here.candidate_count),
        terms(say, asked.who, asked.weigh).column: say(
            "{count} 个社区共 {residents}，按社区所在的一点计",
            count=len(here.demand),
            residents=counted_told(say, asked.weigh, found.total),
        ),
    }
    if asked.weigh == "need":
        lines[say("需求")] = say("月末已受理而未办结的提案，每件计 1；没有提案不等于没有需求")
    if asked.capacity is not None:
        lines[say("容量")] = say(
            "每站（含现有站）至多服务 {most} 名居民；一个社区可由几个站分担",
            most=number_written(asked.capacity),
        )
    lacking = len(here.left_out)
    if lacking:
        lines[say("未计入")] = say("{count} 个社区缺所需的信息，列在下面", count=lacking)
    if ask.is_sample:
        lines[say("数据")] = say("示例的位置与居民纯属虚构：只看方法，不作选址依据")
    return Figure(
        "siting-sure",
        table({say("事项"): list(lines), say("内容"): list(lines.values())}, say),
        Caption(say("这个答案有多可靠"), say("它提供参考，不代替决定"), ask.as_of()),
        _counted(ask, asked.weigh),
    )


def _standing_told(ask: Questions, here: Located) -> str:
    say = ask.say
    count = int(here.setting.is_open.sum())
    if ask.lacking(["has_service_station", "has_social_work_station"]):
        return say("站点未载入：按没有现有站点计算")
    return say("{count} 个社区有党群服务站或社工站，都算已覆盖四周", count=count)


@remembered
def not_placed(ask: Questions, who: str, weigh: str = WEIGH.usual) -> Figure | None:
    """List the communities that are left out, and of what nobody gave."""
    say, rows = ask.say, left_out(ask, who, weigh)
    if rows.empty:
        return None
    towns = ask.town_names(short=False)
    every = places(ask).rows
    unknown = set(every.index[is_station_unknown(every)])
    columns = {
        say("社区"): rows[f"name_{say.language}"],
        say("街镇"): [towns[code] for code in rows["town_code"]],
        say("缺什么"): [
            say.listed(
                [
                    name
                    for name, is_missing in (
                        (say("经纬度"), pd.isna(row.lon) or pd.isna(row.lat)),
                        (
                            say("居民数") if weigh == WEIGH.usual else say("提案数"),
                            pd.isna(row.resident_count),
                        ),
                        (say("覆盖类型"), who == "grid" and pd.isna(row.coverage_type)),
                        (say("有没有站点"), row.Index in unknown),
                    )
                    if is_missing
                ]
            )
            for row in rows.itertuples()
        ],
        say("已有站点"): [say("是") if each else say("否") for each in has_station(rows)],
    }
    return Figure(
        "siting-left-out",
        table(
            columns,
            say,
            keys=rows["community_code"],
            height=LIST_HEIGHT if len(rows) > _MOST_LINES else None,
        ),
        Caption(
            say("{count} 个社区未计入", count=len(rows)),
            say("补上所缺的即可计入 · 点一行看画像"),
            ask.as_of(),
        ),
        _counted(ask, weigh),
        opens_profile=True,
    )


def none_to_site(ask: Questions) -> Figure:
    """Say that nothing can be sited, where nobody is to be reached."""
    say = ask.say
    reason = say("没有既有位置又有居民数的社区。")
    caption = Caption(say("无法选址"), "", ask.as_of(), spoken_only=True)
    return Figure("siting-sites", nothing("table", reason), caption, _counted(ask, WEIGH.usual))
