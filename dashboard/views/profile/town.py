"""The profile of one town (街镇画像)."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.asking.grains import query_at
from dashboard.contract.indicators import (
    BY_CODE,
    BY_TOWN,
    Indicator,
    column_heading,
    count_written,
    measure,
    ratio,
    short_figure,
    written,
)
from dashboard.contract.measures import FIELDS
from dashboard.contract.rounding import interval_written, number_written
from dashboard.contract.tables import community_kind, origin, tier, town_kind
from dashboard.draw.drawing import Drawing
from dashboard.draw.profile import comparison, heading, kind_bars, place_map, texts_table
from dashboard.draw.rows import Item, item_list
from dashboard.insight.governance import kinds, short_kind_names
from dashboard.insight.headline import Headline
from dashboard.insight.profile import Standing, standing, town_headline, verdict_words
from dashboard.insight.similar import TOWN_ASPECTS, most_similar, town_features
from dashboard.ui.context import Context
from dashboard.ui.controls import choose_indicator
from dashboard.ui.figures import chosen_concerns, level_names, show_concerns
from dashboard.ui.filters import choose_community
from dashboard.ui.frame import Caption, show_figure
from dashboard.ui.header import begin_page
from dashboard.ui.tiles import show_tiles
from dashboard.views.profile.peers import district_peer, town_peer
from dashboard.views.profile.place import (
    bars_height,
    go_to_town,
    points_of,
    show_activities,
    show_trend,
    tile,
)

SIMILAR = 3
TILES = (
    "communities",
    "residents",
    "committee_coverage",
    "effective_coverage",
    "occupancy_room",
    "reach",
)
STANDINGS = (
    "communities", "residents", "committee_coverage", "resident_coverage", "own_branch",
    "effective_coverage", "service_station", "social_work_station", "occupancy_flat",
    "occupancy_room", "occupancy_bed", "reach", "attendance_rate", "intensity",
)  # fmt: skip
COMPARED = (
    "communities", "residents", "committee_coverage", "effective_coverage", "social_work_station",
    "occupancy_room", "reach", "intensity",
)  # fmt: skip


def show_town(context: Context, code: str) -> None:
    """Show one town. ``context`` chooses it alone, by nothing else."""
    is_empty = context.count("communities", named="whole").rows.empty
    if not begin_page(
        context, lambda: _headline(context, code), is_empty=is_empty, describing=False
    ):
        return
    show_tiles(
        context.remember_chosen(
            "town-tiles", make=lambda: [tile(context, BY_CODE[name]) for name in TILES]
        ),
        context,
    )
    left, middle, right = st.columns([1.6, 0.78, 0.8], gap="medium")
    with left:
        _standings(context, code)
    with middle:
        _map(context, code)
    with right:
        _facts(context, code)
        show_concerns(
            context, "profile-attention", height=168,
            on_click=_show_community(context),
        )  # fmt: skip
    _comparison(context, code)
    left, middle, right = st.columns([1.2, 1, 1], gap="medium")
    with left:
        _months(context)
    with middle:
        _modes(context)
    with right:
        show_activities(context)
    _communities(context)


def _headline(context: Context, code: str) -> Headline:
    return context.remember_chosen(
        "town-headline",
        make=lambda: town_headline(
            context.say,
            name=context.town_names(short=False)[code],
            now=context.district_months().rows.iloc[-1],
            coverage=_standing(context, code, BY_CODE["committee_coverage"]),
            found=chosen_concerns(context),
        ),
    )


def _show_community(context: Context) -> Callable[[str | None, bool], None]:
    """Make the answer to a click on a community: show it in the town's stead."""

    def clicked(key: str | None, add: bool) -> None:
        if key:
            choose_community(context)(key, False)

    return clicked


# Who it is -------------------------------------------------------------------------------


def _facts(context: Context, code: str) -> None:
    say, town = context.say, context.towns.loc[code]
    committees = context.count("committees_by_town")
    count = committees.rows.set_index("town_code")["town_committee_count"].get(code, 0)
    now = context.district_months().rows.iloc[-1]
    counts = (
        "home_count", "service_station_community_count", "social_work_station_community_count",
    )  # fmt: skip
    items = [
        Item(say("类型"), say.words(town_kind.allowed[town["town_kind"]])),
        Item(say("面积"), say("{area:g} 平方公里（公开）", area=town["area_km2"])),
        Item(say("居村委会"), say("{count} 个（公开）", count=count)),
        Item(say("房源"), written(now["dwelling_count"], BY_CODE["dwellings"], say.language)),
        *(
            Item(
                say.words(FIELDS[column].label),
                say("{count} 个", count=count_written(now[column], say.language)),
            )
            for column in counts
        ),
    ]
    show_figure(
        context,
        "profile-facts",
        item_list(items, alt=say("基本情况"), empty=""),
        Caption(say("基本情况"), "", context.as_of()),
        replace(committees, shown=("town_committee_count", "dwelling_count", *counts)),
    )


def _map(context: Context, code: str) -> None:
    say = context.say
    counted = context.count("communities", named="as_places")
    counted = replace(counted, shown=("resident_count",))
    marked = tuple(each.community_code for each in chosen_concerns(context))
    show_figure(
        context,
        "profile-map",
        context.remember_chosen(
            "profile-map",
            make=lambda: place_map(
                context.assets.geometry.as_dict(),
                points_of(context, counted.rows, marked=marked),
                say, names=context.town_names(), own=code, close=True, height=396,
            ),
        ),
        Caption(
            say("{count} 个社区的位置", count=len(counted.rows)),
            say("红点为需要关注的社区，点越大居民越多 · 示意图，位置约略"),
            context.as_of(),
        ),
        counted,
        on_click=_show_community(context),
    )  # fmt: skip


# How it stands ---------------------------------------------------------------------------


def _standing(context: Context, code: str, indicator: Indicator) -> Standing:
    return standing(
        context.by_town(indicator).rows, code, indicator, district=context.district_value(indicator)
    )


def _standings(context: Context, code: str) -> None:
    say = context.say
    show_figure(
        context,
        "profile-standings",
        context.remember_chosen("town-standings", make=lambda: _standings_table(context, code)),
        Caption(
            say("在 14 个街镇中的位次"),
            say("位次由高到低；“随机波动内”的先后不宜当真（漏斗界限 95%）"),
            context.as_of(window=True),
        ),
        context.by_town(BY_CODE["committee_coverage"]).beside_others(
            *(BY_CODE[name] for name in STANDINGS)
        ),
    )


def _standings_table(context: Context, code: str) -> Drawing:
    say, verdicts = context.say, verdict_words(context.say)
    found = [_standing(context, code, BY_CODE[name]) for name in STANDINGS]
    rows = [
        (
            None,
            (
                heading(each.indicator, say),
                short_figure(each.value, each.indicator, say.language),
                interval_written(each.low, each.high),
                short_figure(context.district_total(each.indicator), each.indicator, say.language),
                "—" if each.rank is None else f"{each.rank}/{each.among}",
                verdicts[each.verdict],
            ),
        )
        for each in found
    ]
    headings = [
        (say("指标"), False), (say("本街镇"), True), (say("95% 区间"), True), (say("全区"), True),
        (say("位次"), True), (say("判断"), False),
    ]  # fmt: skip
    districts = [context.district_total(each.indicator) for each in found]
    listed = pd.DataFrame([cells for _, cells in rows], columns=[text for text, _ in headings])
    listed = listed.assign(
        **{say("本街镇"): [each.value for each in found], say("全区"): districts}
    )
    return replace(texts_table(rows, headings, say), listed=listed)


def _comparison(context: Context, code: str) -> None:
    say = context.say

    def clicked(key: str | None, add: bool) -> None:
        if key and key != code:
            go_to_town(context, key)

    show_figure(
        context,
        "profile-comparison",
        context.remember_chosen("town-comparison", make=lambda: _compared(context, code)),
        Caption(
            say("与全区和三个最相似的街镇比较"),
            say(
                "相似：社区数、居民数（对数）、层次、青年占比、社区类型的标准化距离 · 差异是关联，不是效果"
            ),
            context.as_of(window=True),
        ),
        context.by_town(BY_CODE["reach"]).beside_others(*(BY_CODE[name] for name in COMPARED)),
        on_click=clicked,
        chosen=(code,),
    )


def _compared(context: Context, code: str) -> Drawing:
    say, indicators = context.say, [BY_CODE[name] for name in COMPARED]
    filters = context.everywhere
    features = town_features(
        context.count("communities", filters, named="whole").rows,
        context.count("occupancy_by_community", filters.at_end, named="whole").rows,
    )
    similar = most_similar(features, code, TOWN_ASPECTS, count=SIMILAR)
    peers = [
        replace(town_peer(context, code, indicators), text=""),
        replace(district_peer(context, indicators), text=""),
        *(
            replace(town_peer(context, str(key), indicators), text=number_written(distance, 2))
            for key, distance in similar["distance"].items()
        ),
    ]
    return comparison(peers, indicators, say, headings=(say("街镇"), say("相似距离")))


def _months(context: Context) -> None:
    """Show any indicator that is counted month by month."""
    monthly = [each for each in BY_TOWN if query_at(each, "month")]
    indicator = choose_indicator(context, monthly, shapes=False)
    show_trend(context, "profile-trend", indicator, height=224, spoken_only=True)


# What is in it ---------------------------------------------------------------------------


def _modes(context: Context) -> None:
    say, names = context.say, short_kind_names(context.say)
    counted = context.count("modes_by_town")
    total = counted.rows["community_count"].sum()
    rows = pd.DataFrame(
        {
            "name": kinds(counted.rows).map(names),
            "value": counted.rows["community_count"],
            "text": [
                say("{count} 个（{share:.1%}）", count=count, share=ratio(count, total))
                for count in counted.rows["community_count"]
            ],
        }
    )
    show_figure(
        context,
        "profile-modes",
        context.remember_chosen(
            "profile-modes", make=lambda: kind_bars(rows, say, height=bars_height(len(rows)))
        ),
        Caption(say("社区的治理方式"), say("月末社区数，占本街镇社区"), context.as_of()),
        counted,
    )


def _communities(context: Context) -> None:
    say = context.say
    counted = replace(
        context.count("communities"),
        shown=("resident_count", "dwelling_count", "let_count", "overdue_count"),
    )
    show_figure(
        context,
        "profile-communities",
        context.remember_chosen(
            "town-communities", make=lambda: _community_table(context, counted.rows)
        ),
        Caption(
            say("{count} 个社区", count=len(counted.rows)),
            context.without_named(say("按居民数排列 · 点一行看社区画像 · 入住率为房源最多的层次")),
            context.as_of(),
        ),
        counted,
        on_click=_show_community(context),
    )


def _community_table(context: Context, rows: pd.DataFrame) -> Drawing:
    say = context.say
    # Each is told by the tier with most of its dwellings, and all are written alike.
    occupancy = pd.concat(
        [measure(rows, BY_CODE[f"occupancy_{code}"])["value"] for code in tier.allowed]
    )
    rows = rows.assign(occupancy=occupancy, kind=kinds(rows))
    levels = {each.community_code: each.level for each in chosen_concerns(context)}
    badges = level_names(say)
    headings = [
        (say("社区"), False), (say("数据性质"), False), (say("类型"), False),
        (say("治理方式"), False), (column_heading("resident_count", say.language), True),
        (column_heading("dwelling_count", say.language), True), (say("入住率"), True),
        (say("超期提案"), True), (say("关注"), False),
    ]  # fmt: skip
    lines = [
        (
            each.community_code,
            _cells(context, each, badges.get(levels.get(each.community_code, ""), "")),
        )
        for each in rows.itertuples()
    ]
    return texts_table(lines, headings, say, height=420)


def _cells(context: Context, row: Any, badge: str) -> tuple[str, ...]:
    say = context.say
    return (
        row.name_zh if say.language == "zh" else row.name_en,
        say.words(origin.allowed[row.origin]),
        say.words(community_kind.allowed[row.community_kind]),
        short_kind_names(say)[row.kind],
        number_written(row.resident_count),
        number_written(row.dwelling_count),
        "—"
        if pd.isna(row.tier)
        else f"{say.words(tier.allowed[row.tier])} {written(row.occupancy, BY_CODE['occupancy_room'], say.language)}",
        count_written(row.overdue_count, say.language),
        badge,
    )
