"""The profile of one community (社区画像)."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.draw.charts import trend
from dashboard.draw.drawing import Drawing, nothing
from dashboard.draw.profile import (
    Peer,
    Span,
    comparison,
    kind_bars,
    place_map,
    texts_table,
    tier_lines,
    timeline,
)
from dashboard.draw.rows import Item, item_list
from dashboard.insight.attention import concerns
from dashboard.insight.changes import change_since
from dashboard.insight.profile import (
    Proof,
    community_facts,
    community_headline,
    governed_how,
    proof_of,
    proof_words,
    report_text,
)
from dashboard.insight.similar import COMMUNITY_ASPECTS, community_features, most_similar
from dashboard.language import Say
from dashboard.model.filters import Filters
from dashboard.model.indicators import (
    BY_CODE,
    Indicator,
    count_written,
    measure,
    short_figure,
    written,
)
from dashboard.model.tables import (
    activity_kind,
    leading_organisation,
    organisation_kind,
    proposal_category,
    responsible_unit,
    tier,
)
from dashboard.ui.address import with_filters
from dashboard.ui.context import PARTICIPATION, Context, Counted
from dashboard.ui.filters import choose_community, go_to, show_filters
from dashboard.ui.frame import Caption, show_figure
from dashboard.ui.header import show_headline
from dashboard.ui.tiles import SPARK_MONTHS, Tile, show_tiles

SIMILAR = 5
OVERDUE_DAYS = 14
# What the facts are read from, and what a point on the map tells.
FACTS = ("operator", "opened_on", "dwelling_count", "resident_count", "coverage_type")
POINTS = ("resident_count",)
COMPARED = (
    "dwellings",
    "residents",
    "residents_per_dwelling",
    "reach",
    "attendance_rate",
    "intensity",
)


def show_community(context: Context, code: str) -> None:
    """Show one community. ``context`` chooses it alone, by nothing else."""
    say = context.say
    every = context.count("communities", context.everywhere)
    rows = every.rows[every.rows["community_code"] == code]
    with st.container(key="top", horizontal=True, vertical_alignment="bottom"):
        if rows.empty:
            show_headline(
                say("{name}在所选月份不在册", name=context.communities.at[code, "name"]), ""
            )
        else:
            row = next(rows.itertuples())
            headline = context.remember_chosen(
                "community-headline", make=lambda: _headline(context, rows, row)
            )
            show_headline(headline.state, headline.change)
        show_filters(context, describing=False)
    if rows.empty:
        st.info(say("该社区当时尚未开业或已退出：请选别的月份，或点“清除”。"))
        return
    show_tiles(
        context.remember_chosen("community-tiles", make=lambda: _tiles(context, row)), context
    )
    left, middle, right = st.columns([1.02, 0.92, 1.06], gap="medium")
    with left:
        _facts(context, rows, row)
    with middle:
        _map(context, row)
    with right:
        _attention(context, rows, row)
        show_activities(context)
    _comparison(context, row)
    left, right = st.columns(2, gap="medium")
    with left:
        _timeline(context, row)
    with right:
        _history(context, row)
    left, right = st.columns(2, gap="medium")
    with left:
        _occupancy(context)
    with right:
        show_trend(context, "profile-reach", BY_CODE["reach"], height=214)
    if is_judged(context, row):
        _proposals(context, row)
    if row.origin == "published":
        _reports(context, code)


def main_occupancy(row: Any) -> Indicator:
    """Take the occupancy of the tier with most dwellings: tiers are never added.

    One that reported no housing for the month has no tier; its occupancy is missing in any.
    """
    return BY_CODE["occupancy_room" if pd.isna(row.tier) else f"occupancy_{row.tier}"]


def is_judged(context: Context, row: Any) -> bool:
    """What ails a real, named project in the sample is invented: it must not be held up."""
    return not (context.is_sample and row.origin == "published")


def values_by_community(context: Context, indicator: Indicator) -> pd.Series:
    """Measure an indicator for every community of the district, by its code."""

    def make() -> pd.Series:
        if indicator.query == PARTICIPATION:
            query = "participation_by_community"
        else:
            query = "occupancy_by_community" if indicator.tier else "communities"
        filters = context.everywhere.at_end if indicator.tier else context.everywhere
        rows = measure(context.count(query, filters).rows, indicator)
        return rows.set_index("community_code")["value"]

    return context.remember("values-by-community", indicator.code, make=make)


def similar_to(context: Context, code: str) -> pd.DataFrame:
    """Find the communities most like one, by their codes, the nearest first."""

    def features() -> pd.DataFrame:
        filters = context.everywhere
        return community_features(
            context.count("communities", filters).rows,
            context.count("occupancy_by_community", filters.at_end).rows,
            on=_end(filters),
        )

    described = context.remember("community-features", make=features)
    return context.remember_chosen(
        "similar", make=lambda: most_similar(described, code, COMMUNITY_ASPECTS, count=SIMILAR)
    )


def _headline(context: Context, rows: pd.DataFrame, row: Any) -> Any:
    code, reach = row.community_code, values_by_community(context, BY_CODE["reach"])
    occupancy = main_occupancy(row)
    found = concerns(rows, context.say, not_loaded=context.not_loaded)
    return community_headline(
        row,
        context.say,
        occupancy=(occupancy, values_by_community(context, occupancy).get(code, np.nan)),
        concern=found[0] if found else None,
        is_judged=is_judged(context, row),
        reach=reach.get(code, np.nan),
        similar_reach=reach.reindex(similar_to(context, code).index).median(),
    )


# Months ----------------------------------------------------------------------------------


def measured_months(context: Context, indicator: Indicator) -> Counted:
    """Measure an indicator for what is chosen, for every month up to the end month."""
    if indicator.query == PARTICIPATION:
        counted = context.participation_months()
    elif indicator.tier:
        counted = context.count("occupancy_by_town", start_month=context.warehouse.months[0])
    else:
        counted = context.district_months()
    return replace(counted.showing(indicator), rows=measure(counted.rows, indicator))


def tile(context: Context, indicator: Indicator) -> Tile:
    """Make a tile of what is chosen beside the district."""
    say, rows = context.say, measured_months(context, indicator).rows
    at_end = rows[rows["month"] == pd.Timestamp(context.filters.end_month)]
    parts = []
    if not at_end.empty:
        parts.append(change_since(rows, pd.Timestamp(context.month_before), indicator, say))
    district = context.district_value(indicator)
    if district is not None:
        parts.append(say("全区 {value}", value=_brief(district, indicator, say)))
    values = rows["value"] if not at_end.empty else rows["value"].head(0)
    return Tile(indicator, values.tail(SPARK_MONTHS), " · ".join(parts))


def _brief(value: float, indicator: Indicator, say: Say) -> str:
    """Write a value beside another that shows the unit; a share keeps its sign."""
    if indicator.kind == "share":
        return written(value, indicator, say.language)
    return short_figure(value, indicator, say.language)


def _tiles(context: Context, row: Any) -> list[Tile]:
    return [
        tile(context, indicator)
        for indicator in (
            BY_CODE["dwellings"],
            BY_CODE["residents"],
            main_occupancy(row),
            BY_CODE["residents_per_dwelling"],
            BY_CODE["reach"],
        )
    ]


def show_trend(
    context: Context, key: str, indicator: Indicator, *, height: int, spoken_only: bool = False
) -> None:
    """Show an indicator of what is chosen over the months."""
    say, counted = context.say, measured_months(context, indicator)
    show_figure(
        context,
        key,
        context.remember_chosen(
            key, indicator.code,
            make=lambda: trend(
                counted.rows, indicator, say,
                marked=pd.Timestamp(context.filters.end_month), height=height,
            ),
        ),
        Caption(
            say("{indicator}，逐月", indicator=say.words(indicator.name)),
            _trend_note(context, indicator),
            context.as_of(window=indicator.span == "window"),
            spoken_only=spoken_only,
        ),
        counted,
    )  # fmt: skip


def _trend_note(context: Context, indicator: Indicator) -> str:
    say = context.say
    parts = [say.words(indicator.unit)]
    if indicator.span == "window":
        parts.append(say("各月为截至该月的 {months} 个月", months=context.filters.window_months))
    if indicator.has_interval:
        parts.append(say("阴影为 95% 区间"))
    return " · ".join(parts)


# Who it is -------------------------------------------------------------------------------


def _published(context: Context, code: str) -> str:
    rows = context.count("published_columns").rows.set_index("community_code")
    return str(rows["published_columns"].get(code, ""))


def _facts(context: Context, rows: pd.DataFrame, row: Any) -> None:
    say, words = context.say, proof_words(context.say)
    tiers = context.count("occupancy_by_community", context.filters.at_end)
    order = {code: number for number, code in enumerate(tier.allowed)}
    facts = community_facts(
        row,
        tiers.rows.sort_values("tier", key=lambda codes: codes.map(order)),
        say,
        town=context.town_names(short=False)[row.town_code],
        published=_published(context, row.community_code),
        is_sample=context.is_sample,
        qualified=context.count("qualified_values").rows,
    )
    show_figure(
        context,
        "profile-facts",
        texts_table(
            [(None, (fact.name, fact.text, words[fact.proof])) for fact in facts],
            [(say("项目"), False), (say("内容"), False), (say("依据"), False)],
            say,
        ),
        Caption(say("基本情况"), _facts_note(context, row), context.as_of()),
        replace(tiers, rows=rows, query="communities", shown=FACTS),
    )


def _facts_note(context: Context, row: Any) -> str:
    say = context.say
    if not context.is_sample:
        return ""
    if row.origin == "published":
        return say("“公开”有报道可查，来源列于页末；“估计”未曾公布")
    return say("示例社区，纯属虚构，用来演示")


def _map(context: Context, row: Any) -> None:
    say, code = context.say, row.community_code
    counted = replace(context.count("communities"), shown=POINTS)
    show_figure(
        context,
        "profile-map",
        context.remember_chosen(
            "profile-map",
            make=lambda: place_map(
                context.assets.geometry.as_dict(),
                points_of(context, counted.rows, marked=(code,)).assign(size=12),
                say, names=context.town_names(), own=row.town_code, close=False, height=352,
            ),
        ),
        Caption(
            say("位于{town}", town=context.town_names(short=False)[row.town_code]),
            say("示意图，非法定界线；点为约略位置"),
            "",
        ),
        counted,
    )  # fmt: skip


def points_of(context: Context, rows: pd.DataFrame, *, marked: tuple[str, ...]) -> pd.DataFrame:
    """Place communities on the map, the larger the more live there."""
    say = context.say
    places = context.assets.geometry.project(rows["lon"], rows["lat"])
    residents = rows["resident_count"].astype("float64").fillna(0)
    return pd.DataFrame(
        {
            "key": rows["community_code"],
            "x": places[:, 0],
            "y": places[:, 1],
            "size": (6 + (residents**0.5) / 5).clip(upper=18).round(1),
            "is_marked": rows["community_code"].isin(marked),
            "hover": [
                f"{name}<br>{count_written(count, say.language)} {say('居民')}"
                for name, count in zip(rows[f"name_{say.language}"], residents, strict=True)
            ],
        }
    )


def _attention(context: Context, rows: pd.DataFrame, row: Any) -> None:
    say = context.say
    found = concerns(rows, say, not_loaded=context.not_loaded) if is_judged(context, row) else []
    badges = {"fault": say("数据有误"), "late": say("滞后"), "watch": say("关注")}
    items = [Item(each.name, each.reason, None, badges[each.level], each.level) for each in found]
    stations = [
        (say("党支部"), row.has_own_branch),
        (say("党群服务站"), row.has_service_station),
        (say("社工站"), row.has_social_work_station),
        (say("有效覆盖"), row.is_effective),
    ]
    items += [
        Item(name, "—" if pd.isna(there) else say("有") if there else say("无"))
        for name, there in stations
    ]
    quiet = row.days_quiet_count
    if "activity" not in context.not_loaded:
        items += [
            Item(
                say("最近一次活动"),
                say("从未有活动") if pd.isna(quiet) else say("{days:.0f} 天前", days=quiet),
            ),
        ]
    if is_judged(context, row) and pd.notna(row.overdue_count):
        items.append(Item(say("超期提案"), say("{count} 件", count=row.overdue_count)))
    show_figure(
        context,
        "profile-attention",
        item_list(items, alt=say("覆盖与需要关注的事"), empty=""),
        Caption(
            say("覆盖与需要关注的事"),
            say("有效覆盖：有党支部或站点，且近 90 天有活动或办结提案")
            if is_judged(context, row)
            else say("具名项目的现状多为估计，不作评判"),
            context.as_of(),
        ),
        context.count("communities"),
    )


# Beside others ---------------------------------------------------------------------------


def _comparison(context: Context, row: Any) -> None:
    say = context.say

    def clicked(key: str | None, add: bool) -> None:
        if key == row.town_code:
            go_to_town(context, row.town_code)
        elif key and key != row.community_code:
            choose_community(context)(key, False)

    show_figure(
        context,
        "profile-comparison",
        context.remember_chosen("community-comparison", make=lambda: _compared(context, row)),
        Caption(
            say("与本街镇、全区和五个最相似的社区比较"),
            say(
                "相似：房源数（对数）、层次、青年占比、类型、开业年数的标准化距离，越小越像 · 差异是关联，不是效果"
            ),
            context.as_of(window=True),
        ),
        context.count("participation_by_community", context.everywhere).showing(
            *(BY_CODE[name] for name in COMPARED)
        ),
        on_click=clicked,
        chosen=(row.community_code,),
    )


def go_to_town(context: Context, code: str) -> None:
    """Show a town in a community's stead."""
    go_to(
        with_filters(context.address, town_codes=(code,), community_codes=()),
        context.warehouse.months,
    )


def _compared(context: Context, row: Any) -> Drawing:
    say, code = context.say, row.community_code
    indicators = [
        *(BY_CODE[name] for name in COMPARED[:3]),
        main_occupancy(row),
        *(BY_CODE[name] for name in COMPARED[3:]),
    ]
    similar = similar_to(context, code)
    keys = [code, *similar.index]
    values = pd.DataFrame(
        {each.code: values_by_community(context, each).reindex(keys) for each in indicators}
    )
    rows = context.count("communities", context.everywhere).rows
    rows = rows[rows["community_code"].isin(keys)].set_index("community_code")

    def peer(key: str, text: str) -> Peer:
        return Peer(key, context.communities.at[key, "name"], text, values.loc[key].to_dict())

    def how(key: str) -> str:
        return governed_how(rows.at[key, "coverage_type"], rows.at[key, "mode"], say)

    peers = [
        peer(code, how(code)),
        town_peer(context, row.town_code, indicators),
        district_peer(context, indicators),
        *(
            peer(key, say("{how} · 距离 {distance:.2f}", how=how(key), distance=distance))
            for key, distance in similar["distance"].items()
        ),
    ]
    return comparison(peers, indicators, say, headings=(say("对象"), say("治理方式")))


def town_peer(context: Context, code: str, indicators: list[Indicator]) -> Peer:
    """Give a whole town's values, and its committee coverage in words."""
    values = {
        each.code: context.by_town(each).rows.set_index("key")["value"].get(code, np.nan)
        for each in (*indicators, BY_CODE["committee_coverage"])
    }
    return Peer(code, context.town_names(short=False)[code], _covered(context, values), values)


def district_peer(context: Context, indicators: list[Indicator]) -> Peer:
    """Give the whole district's values."""
    values = {
        each.code: np.nan if value is None else value
        for each in (*indicators, BY_CODE["committee_coverage"])
        for value in [district_total(context, each)]
    }
    return Peer(None, context.say("全区"), _covered(context, values), values)


def district_total(context: Context, indicator: Indicator) -> float | None:
    """Measure an indicator for the district; plain counts are added up over the towns."""
    if indicator.denominator is None:
        return float(context.by_town(indicator).rows["value"].sum())
    return context.district_value(indicator)


def _covered(context: Context, values: dict[str, float]) -> str:
    coverage = BY_CODE["committee_coverage"]
    share = written(values[coverage.code], coverage, context.say.language)
    return context.say("居村治理 {share}", share=share)


# What happened ---------------------------------------------------------------------------


def _end(filters: Filters) -> pd.Timestamp:
    return pd.Timestamp(filters.end_month) + pd.offsets.MonthEnd(0)


def _spans(context: Context, row: Any) -> tuple[list[Span], list[tuple[str, str, str, Proof]]]:
    """List how it was governed and what stood in it: as bars, and as name, text, time, proof."""
    say, published = context.say, _published(context, row.community_code)
    spans, texts = [], []

    def prove(*columns: str) -> Proof:
        return proof_of(
            columns, origin=row.origin, published=published, is_sample=context.is_sample
        )

    for each in context.count("governance_spans").rows.itertuples():
        how = governed_how(each.coverage_type, each.mode, say)
        leading = say.words(leading_organisation.allowed[each.leading_organisation])
        time = _time(each, say)
        kind = "grid" if each.coverage_type == "grid" else each.mode or "none"
        kind = "none" if pd.isna(kind) else str(kind)
        spans.append(
            Span(say("治理"), how, each.valid_from, _ended(each), kind, f"{how}<br>{time}")
        )
        is_last = pd.isna(each.valid_to)
        texts.append((how, leading, time, prove("mode_since") if is_last else prove()))
    for each in context.count("organisations").rows.itertuples():
        name = say.words(organisation_kind.allowed[each.organisation_kind])
        area = (
            ""
            if pd.isna(each.floor_area_m2)
            else say("{area:,.0f} 平方米", area=each.floor_area_m2)
        )
        time = _time(each, say)
        kind = f"o-{each.organisation_kind}"
        spans.append(Span(name, area, each.valid_from, _ended(each), kind, f"{name}<br>{time}"))
        columns = (f"{each.organisation_kind}_since", f"{each.organisation_kind}_m2")
        texts.append((name, area or "—", time, prove(*columns)))
    return spans, texts


def _ended(span: Any) -> pd.Timestamp | None:
    return None if pd.isna(span.valid_to) else span.valid_to + pd.Timedelta(days=1)


def _time(span: Any, say: Say) -> str:
    if pd.isna(span.valid_to):
        return say("{start:%Y-%m-%d} 起", start=span.valid_from)
    return say("{start:%Y-%m-%d} 至 {end:%Y-%m-%d}", start=span.valid_from, end=span.valid_to)


def _timeline(context: Context, row: Any) -> None:
    say, counted = context.say, context.count("governance_spans")

    def draw() -> Drawing:
        spans, _ = _spans(context, row)
        lines = len({span.line for span in spans})
        return timeline(spans, say, until=_end(context.filters), height=40 + 34 * lines)

    show_figure(
        context,
        "profile-timeline",
        context.remember_chosen("profile-timeline", make=draw),
        Caption(say("治理与站点的沿革"), say("开业以来；横条为起止"), context.as_of()),
        counted,
    )


def _history(context: Context, row: Any) -> None:
    say, words = context.say, proof_words(context.say)
    _, texts = _spans(context, row)
    show_figure(
        context,
        "profile-history",
        texts_table(
            [(None, (name, text, time, words[proof])) for name, text, time, proof in texts],
            [
                (say("治理或站点"), False), (say("牵头或面积"), False), (say("起止"), False),
                (say("依据"), False),
            ],
            say,
        ),
        Caption(say("起止日期与阵地面积"), "", context.as_of()),
        context.count("organisations"),
    )  # fmt: skip


def _occupancy(context: Context) -> None:
    say = context.say
    counted = context.count("occupancy_by_town", start_month=context.warehouse.months[0])

    def draw() -> Drawing:
        if counted.rows.empty:
            return nothing("plot", say("所选范围内没有数据。"))
        tiers = counted.rows["tier"].unique()
        rows = pd.concat([measure(counted.rows, BY_CODE[f"occupancy_{code}"]) for code in tiers])
        return tier_lines(rows, say, marked=pd.Timestamp(context.filters.end_month), height=214)

    show_figure(
        context,
        "profile-occupancy",
        context.remember_chosen("profile-occupancy", make=draw),
        Caption(
            say("各层次入住率，逐月"), say("已租 ÷ 可租，% · 不同层次不可相加"), context.as_of()
        ),
        counted,
    )


def bars_height(count: int) -> int:
    return 16 + 22 * max(count, 2)


def show_activities(context: Context, *, height: int = 230) -> None:
    """Show the activities of the chosen months by kind."""
    say, counted = context.say, context.count("activity_kinds")
    rows = pd.DataFrame(
        {
            "name": [say.words(activity_kind.allowed[c]) for c in counted.rows["activity_kind"]],
            "value": counted.rows["activity_count"],
            "text": [say("{count} 场", count=count) for count in counted.rows["activity_count"]],
        }
    )
    show_figure(
        context,
        "profile-activities",
        context.remember_chosen(
            "profile-activities", make=lambda: kind_bars(rows, say, height=bars_height(len(rows)))
        ),
        Caption(
            say("共 {count} 场活动", count=int(rows["value"].sum())),
            say("所选月份内，按类别"),
            context.as_of(window=True),
        ),
        counted,
    )


def _proposals(context: Context, row: Any) -> None:
    say = context.say
    counted = context.count("waiting_proposals")
    months = context.district_months().rows
    chosen = months[months["month"] >= pd.Timestamp(context.filters.start_month)]
    rows = [
        (
            None,
            (
                say.words(proposal_category.allowed[each.proposal_category]),
                f"{each.raised_on:%Y-%m-%d}",
                _waiting(each, say),
                say.words(responsible_unit.allowed[each.responsible_unit]),
            ),
        )
        for each in counted.rows.itertuples()
    ]
    show_figure(
        context,
        "profile-proposals",
        texts_table(
            rows,
            [
                (say("类别"), False), (say("提出"), False), (say("办理"), False),
                (say("责任单位"), False),
            ],
            say,
        ),
        Caption(
            say(
                "未办结提案 {open} 件，其中超期 {overdue} 件",
                open=len(rows),
                overdue=count_written(row.overdue_count, say.language),
            ),
            say(
                "所选月份提出 {raised} 件、办结 {settled} 件 · 受理超过 14 天未办结为超期（假定）",
                raised=int(chosen["proposal_count"].sum()),
                settled=int(chosen["settled_count"].sum()),
            ),
            context.as_of(),
        ),
        counted,
    )  # fmt: skip


def _waiting(proposal: Any, say: Say) -> str:
    if pd.isna(proposal.open_day_count):
        return say("未受理")
    if proposal.open_day_count > OVERDUE_DAYS:
        return say("受理 {days:.0f} 天，超期", days=proposal.open_day_count)
    return say("受理 {days:.0f} 天", days=proposal.open_day_count)


def _reports(context: Context, code: str) -> None:
    say = context.say
    counted = context.count("project_reports")
    mine = counted.rows[counted.rows["community_code"] == code]
    mine = mine.sort_values("published_on", ascending=False, na_position="last")
    rows = [
        (
            None,
            (
                say("未注明") if pd.isna(each.published_on) else each.published_on,
                report_text(each, say) or say("文字报道"),
                str(each.source_title).removeprefix("[headline not read] "),
            ),
        )
        for each in mine.itertuples()
    ]
    show_figure(
        context,
        "profile-reports",
        texts_table(
            rows, [(say("发布日期"), False), (say("公开内容"), False), (say("来源"), False)], say
        ),
        Caption(
            say("公开报道 {count} 篇", count=len(rows)),
            say("来源之间有时不一致，两者都保留"),
            "",
        ),
        replace(counted, rows=mine),
    )
