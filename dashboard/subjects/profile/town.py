"""The profile of one town (街镇画像)."""

from dataclasses import replace

import pandas as pd

from dashboard.asking.grains import query_at
from dashboard.asking.memo import remembered, remembered_for_all_towns
from dashboard.asking.questions import Questions
from dashboard.asking.scope import FEWEST_COMPARED, may_be_tested, scope_named
from dashboard.contract.columns import as_floats
from dashboard.contract.indicators import (
    BY_CODE,
    BY_TOWN,
    column_heading,
    count_written,
    percent,
    ratio,
    short_figure,
    written,
)
from dashboard.contract.measures import FIELDS
from dashboard.contract.rounding import interval_written, number_written
from dashboard.contract.tables import community_kind, origin, tier, town_kind
from dashboard.draw.drawing import Drawing
from dashboard.draw.rows import Column, Item, Written, heading, item_list, table
from dashboard.figures.common import attention, chosen_concerns, none_caught
from dashboard.figures.figure import Caption, Figure
from dashboard.figures.page import NOTHING, Beside, Choices, Page, indicator_picker, row
from dashboard.figures.targets import targets_figure
from dashboard.insight.attention import level_names
from dashboard.insight.governance import kind_names, kinds, short_kind_names
from dashboard.insight.headline import Headline
from dashboard.insight.verdicts import gap_told, method_told, test_told, verdict_words
from dashboard.language import Say
from dashboard.subjects.profile.drawings import (
    comparison,
    kind_bars,
)
from dashboard.subjects.profile.gap import town_card
from dashboard.subjects.profile.peers import district_peer, town_peer
from dashboard.subjects.profile.place import (
    activities,
    bars_height,
    located,
    tile,
    trend,
)
from dashboard.subjects.profile.sentences import (
    Standing,
    sampled_town_headline,
    standings,
    town_headline,
)
from dashboard.subjects.profile.similar import TOWN_ASPECTS, most_similar, town_features

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
    "occupancy_room", "occupancy_bed", "reach", "intensity", "closing_rate",
)  # fmt: skip
# Of which a headline tells the one that lags most: shares that are better the higher they are.
MAY_LAG = (
    "own_branch", "effective_coverage", "service_station", "social_work_station", "occupancy_flat",
    "occupancy_room", "occupancy_bed", "reach", "closing_rate",
)  # fmt: skip
COMPARED = (
    "communities", "residents", "committee_coverage", "effective_coverage", "social_work_station",
    "occupancy_room", "reach", "intensity",
)  # fmt: skip


@remembered
def page(ask: Questions, code: str, choices: Choices) -> Page:
    """Make the profile of one town, which the filters choose alone."""
    if ask.count("communities", named="whole").rows.empty:
        return replace(NOTHING, describing=False)
    monthly = tuple(each.code for each in BY_TOWN if query_at(each, "month"))
    chosen = choices.indicator if choices.indicator in monthly else Choices.indicator
    return Page(
        _headline(ask, code),
        tuple(tile(ask, BY_CODE[name]) for name in TILES),
        (
            row(
                _standings(ask, code),
                _map(ask, code),
                attention(ask, "profile-attention", 430, "profile"),
                widths=(1.6, 0.78, 0.8),
            ),
            *([row(card)] if (card := town_card(ask, code, choices.indicator)) else []),
            *([row(targets)] if (targets := targets_figure(ask)) else []),
            *([row(_comparison(ask, code))] if ask.scope.compares_towns else []),
            row(
                (
                    Beside((indicator_picker(ask.say, choices, monthly, chosen),)),
                    trend(ask, "profile-trend", chosen, 224, spoken_only=True),
                ),
                _modes(ask),
                activities(ask),
                _facts(ask, code),
                widths=(1.2, 0.9, 0.9, 0.7),
            ),
            row(_communities(ask)),
        ),
        describing=False,
    )


def _headline(ask: Questions, code: str) -> Headline:
    name, now = ask.town_names(short=False)[code], ask.district_months().rows.iloc[-1]
    if ask.scope.operator:
        # What is told is told of this operator's communities alone.
        is_one = len(ask.scope.towns) == 1
        told = ask.say("{operator}（{town}）", operator=scope_named(ask), town=name)
        name = scope_named(ask) if is_one else told
    if not ask.names_towns:
        return sampled_town_headline(ask.say, name, now, chosen_concerns(ask), none_caught(ask))
    coverage = BY_CODE["committee_coverage"]
    rows, district = ask.by_town(coverage).rows, ask.district_value(coverage)
    mine, is_compared, whole = rows[rows["key"] == code], ask.scope.compares_towns, scope_named(ask)
    gap = ""
    if is_compared and district is not None:
        gap = gap_told(ask.say, mine, district, coverage, whole, in_communities=False)
    return town_headline(
        ask.say,
        name=name,
        now=now,
        standings=[_all_standings(ask, each)[code] for each in (coverage.code, *MAY_LAG)],
        gap=gap,
        found=chosen_concerns(ask),
        whole=whole,
        is_compared=is_compared,
        none_found=none_caught(ask),
    )


# Who it is -------------------------------------------------------------------------------


def _facts(ask: Questions, code: str) -> Figure:
    say, town = ask.say, ask.towns.loc[code]
    committees = ask.count("committees_by_town")
    count = committees.rows.set_index("town_code")["town_committee_count"].get(code, 0)
    now = ask.district_months().rows.iloc[-1]
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
    return Figure(
        "profile-facts",
        item_list(items, alt=say("基本情况"), empty=""),
        Caption(say("基本情况"), "", ask.as_of()),
        replace(committees, shown=("town_committee_count", "dwelling_count", *counts)),
    )


def _map(ask: Questions, code: str) -> Figure:
    say, counted = ask.say, ask.count("communities", named="as_places")
    marked = {each.community_code for each in chosen_concerns(ask)}
    caption = Caption(
        say("{count} 个社区的位置", count=len(counted.rows)),
        say("红点为需要关注的社区，点越大居民越多 · 示意图，位置约略"),
        ask.as_of(),
    )
    return located(ask, code, counted, marked, caption, close=True)


# How it stands ---------------------------------------------------------------------------


@remembered_for_all_towns
def _all_standings(ask: Questions, indicator: str) -> dict[str, Standing]:
    measured = BY_CODE[indicator]
    rows, district = ask.by_town(measured).rows, ask.district_value(measured)
    return standings(
        rows,
        ask.towns.index,
        measured,
        district=district,
        is_tested=may_be_tested(ask, rows),
    )


def _standings(ask: Questions, code: str) -> Figure:
    say = ask.say
    return Figure(
        "profile-standings",
        _standings_table(ask, code),
        Caption(
            *_standings_told(ask),
            ask.as_of(window=True),
            method=_judged_how(say, [_all_standings(ask, name)[code] for name in STANDINGS]),
        ),
        ask.by_town(BY_CODE["committee_coverage"]).beside_others(
            *(BY_CODE[name] for name in STANDINGS)
        ),
    )


def _standings_told(ask: Questions) -> tuple[str, str]:
    """Name the table of standings, and say how its ranks are to be read."""
    say, found = ask.say, ask.scope
    if not found.compares_towns:
        return say("主要指标"), say("所载不足 {fewest} 个街镇，不比较", fewest=FEWEST_COMPARED)
    if found.tests_towns:
        how = say("位次由高到低；随机可解释、或在平常差异内的，先后不宜当真")
    else:
        how = say("位次由高到低；街镇少，先后不宜当真")
    if found.is_district:
        return say("在 14 个街镇中的位次"), how
    return say("在所载 {count} 个街镇中的位次", count=len(found.towns)), how


def _judged_how(say: Say, standings: list[Standing]) -> str:
    """Say how each standing was judged."""
    tested = [
        say(
            "{indicator}：{method}，{test}",
            indicator=say.words(each.indicator.name),
            method=method_told(say, each.found),
            test=test_told(say, each.found),
        )
        for each in standings
        if each.found is not None
    ]
    return " · ".join(tested)


def _standings_table(ask: Questions, code: str) -> Drawing:
    say = ask.say
    found = [_all_standings(ask, name)[code] for name in STANDINGS]
    districts = [ask.district_total(each.indicator) for each in found]
    columns: dict[str, Column] = {
        say("指标"): [heading(each.indicator, say) for each in found],
        say("本街镇"): Written(
            [short_figure(each.value, each.indicator, say.language) for each in found],
            [each.value for each in found],
        ),
        say("95% 区间"): Written([interval_written(each.low, each.high) for each in found]),
    }
    if not ask.scope.compares_towns:
        return table(columns, say)
    whole = scope_named(ask)
    columns |= {
        whole: Written(
            [
                short_figure(district, each.indicator, say.language)
                for district, each in zip(districts, found, strict=True)
            ],
            districts,
        ),
        say("位次"): Written(
            ["—" if each.rank is None else f"{each.rank}/{each.among}" for each in found]
        ),
        say("判断"): [_judged(say, each, "" if ask.scope.is_district else whole) for each in found],
    }
    return table(columns, say)


def _judged(say: Say, standing: Standing, whole: str) -> str:
    """Say how a town stands beside the district, or what ``whole`` names of it; of complete counts, by how many communities.

    The card says how many would draw level with the share that rises with them: more.
    """
    if standing.indicator.uncertainty == "decided" and standing.short:
        return say(
            "按现比例少 {count} 个社区" if standing.short > 0 else "按现比例多 {count} 个社区",
            count=abs(standing.short),
        )
    return verdict_words(say, standing.found, whole)[standing.verdict]


def _comparison(ask: Questions, code: str) -> Figure:
    say = ask.say
    return Figure(
        "profile-comparison",
        _compared(ask, code),
        Caption(
            say("与全区和三个最相似的街镇比较")
            if ask.scope.is_district
            else say("与{whole}和其中最相似的街镇比较", whole=scope_named(ask)),
            say(
                "相似：社区数、居民数（对数）、层次、青年占比、社区类型的标准化距离 · 差异是关联，不是效果"
            ),
            ask.as_of(window=True),
        ),
        ask.by_town(BY_CODE["reach"]).beside_others(*(BY_CODE[name] for name in COMPARED)),
        click="peer",
        marked=(code,),
    )


@remembered_for_all_towns
def _features(ask: Questions) -> pd.DataFrame:
    return town_features(
        ask.count("communities", named="whole").rows,
        ask.count("occupancy_by_community", ask.filters.at_end, named="whole").rows,
    )


def _compared(ask: Questions, code: str) -> Drawing:
    say, indicators = ask.say, [BY_CODE[name] for name in COMPARED]
    similar = most_similar(_features(ask), code, TOWN_ASPECTS, count=SIMILAR)
    peers = [
        replace(town_peer(ask, code, indicators), text=""),
        replace(district_peer(ask, indicators), text=""),
        *(
            replace(town_peer(ask, key, indicators), text=number_written(distance, 2))
            for key, distance in similar.items()
        ),
    ]
    return comparison(peers, indicators, say, headings=(say("街镇"), say("相似距离")))


# What is in it ---------------------------------------------------------------------------


def _modes(ask: Questions) -> Figure:
    say, names = ask.say, short_kind_names(ask.say)
    counted = ask.count("modes_by_town")
    counts = counted.rows["community_count"].tolist()
    bars = [
        (
            names[kind],
            count,
            say("{count} 个（{share:.1%}）", count=count, share=ratio(count, sum(counts))),
        )
        for kind, count in zip(kinds(counted.rows), counts, strict=True)
    ]
    return Figure(
        "profile-modes",
        kind_bars(bars, say, height=bars_height(len(bars))),
        Caption(say("社区的治理方式"), say("月末社区数，占本街镇社区"), ask.as_of()),
        counted,
    )


def _communities(ask: Questions) -> Figure:
    say = ask.say
    counted = replace(
        ask.count("communities"),
        shown=("resident_count", "dwelling_count", "let_count", "overdue_count"),
    )
    return Figure(
        "profile-communities",
        _community_table(ask, counted.rows),
        Caption(
            say("{count} 个社区", count=len(counted.rows)),
            ask.without_named(say("按居民数排列 · 点一行看社区画像 · 入住率为房源最多的层次")),
            ask.as_of(),
        ),
        counted,
        click="profile",
    )


def _community_table(ask: Questions, rows: pd.DataFrame) -> Drawing:
    say, language = ask.say, ask.say.language
    levels = {each.community_code: each.level for each in chosen_concerns(ask)}
    badges, names = level_names(say), kind_names(say)
    origins, types = say.names(origin.allowed), say.names(community_kind.allowed)
    # Each is told by the tier with most of its dwellings, and all are written alike.
    shares = percent(as_floats(rows["let_count"]), as_floats(rows["available_count"])).tolist()
    tiers, rate = say.names(tier.allowed), BY_CODE["occupancy_room"]
    columns: dict[str, Column] = {
        say("社区"): rows[f"name_{language}"],
        say("数据性质"): [origins[code] for code in rows["origin"]],
        say("类型"): [types[code] for code in rows["community_kind"]],
        say("治理方式"): [names[kind] for kind in kinds(rows)],
        column_heading("resident_count", language): rows["resident_count"],
        column_heading("dwelling_count", language): rows["dwelling_count"],
        say("入住率"): Written(
            [
                "—" if pd.isna(code) else f"{tiers[code]} {written(share, rate, language)}"
                for code, share in zip(rows["tier"], shares, strict=True)
            ]
        ),
        say("超期提案"): rows["overdue_count"],
        say("关注"): [badges.get(levels.get(code, ""), "") for code in rows["community_code"]],
    }
    return table(columns, say, keys=rows["community_code"], height=420, empty=say("没有记录。"))
