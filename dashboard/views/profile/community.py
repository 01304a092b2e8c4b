"""The profile of one community (社区画像)."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.asking.measured import tiers_by_month
from dashboard.contract.filters import months_between
from dashboard.contract.indicators import BY_CODE, count_written
from dashboard.contract.tables import proposal_category, responsible_unit, tier
from dashboard.draw.housing import tier_lines
from dashboard.draw.profile import place_map, texts_table
from dashboard.draw.rows import Item, item_list
from dashboard.insight.headline import Headline
from dashboard.insight.housing import FILLING_MONTHS
from dashboard.insight.profile import community_facts, community_headline, proof_words
from dashboard.language import Say
from dashboard.ui.context import Context
from dashboard.ui.figures import chosen_concerns, level_names
from dashboard.ui.frame import Caption, show_figure
from dashboard.ui.header import begin_page
from dashboard.ui.tiles import Tile, show_tiles
from dashboard.views.profile.history import show_history, show_reports, show_timeline
from dashboard.views.profile.peers import show_comparison, similar_to, values_by_community
from dashboard.views.profile.place import (
    main_occupancy,
    points_of,
    published_columns,
    show_activities,
    show_trend,
    tile,
)

OVERDUE_DAYS = 14
# What the facts are read from, and what a point on the map tells.
FACTS = ("operator", "opened_on", "dwelling_count", "resident_count", "coverage_type")
POINTS = ("resident_count",)


def show_community(context: Context, code: str) -> None:
    """Show one community. ``context`` chooses it alone, by nothing else."""
    say = context.say
    every = context.count("communities", context.everywhere, named="whole")
    rows = every.rows[every.rows["community_code"] == code]
    if not begin_page(
        context,
        lambda: context.remember_chosen(
            "community-headline", make=lambda: _headline(context, rows)
        ),
        is_empty=rows.empty,
        empty=Headline(
            say("{name}在所选月份不在册", name=context.communities.at[code, "name"]),
            say("该社区当时尚未开业或已退出：请选别的月份，或点“清除”。"),
        ),
        describing=False,
    ):
        return
    row = next(rows.itertuples())
    show_tiles(
        context.remember_chosen("community-tiles", make=lambda: _tiles(context, row)), context
    )
    left, middle, right = st.columns([1.02, 0.92, 1.06], gap="medium")
    with left:
        _facts(context, rows, row)
    with middle:
        _map(context, row)
    with right:
        _attention(context, row)
        show_activities(context)
    show_comparison(context, row)
    left, right = st.columns(2, gap="medium")
    with left:
        show_timeline(context, row)
    with right:
        show_history(context, row)
    left, right = st.columns(2, gap="medium")
    with left:
        _occupancy(context)
    with right:
        show_trend(context, "profile-reach", BY_CODE["reach"], height=214)
    if is_judged(context, row):
        _proposals(context, row)
    if row.origin == "published":
        show_reports(context, code)


def is_judged(context: Context, row: Any) -> bool:
    """What ails a real, named project in the sample is invented: it must not be held up."""
    return row.community_code not in context.named_projects


def _headline(context: Context, rows: pd.DataFrame) -> Headline:
    row: Any = next(rows.itertuples())
    code, reach = row.community_code, values_by_community(context, BY_CODE["reach"])
    occupancy = main_occupancy(row)
    found = chosen_concerns(context)
    return community_headline(
        row,
        context.say,
        occupancy=(occupancy, values_by_community(context, occupancy).get(code, np.nan)),
        concern=found[0] if found else None,
        is_judged=is_judged(context, row),
        reach=reach.get(code, np.nan),
        similar_reach=reach.reindex(similar_to(context, code).index).median(),
        opened=_newly_opened(context, row),
    )


def _newly_opened(context: Context, row: Any) -> str | None:
    """Give the month in which a community opened that is still filling."""
    if months_between(row.opened_on, context.filters.end_month) >= FILLING_MONTHS:
        return None
    return f"{row.opened_on:%Y-%m}"


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


def _facts(context: Context, rows: pd.DataFrame, row: Any) -> None:
    say, words = context.say, proof_words(context.say)
    tiers = context.count("occupancy_by_community", context.filters.at_end, named="whole")
    order = {code: number for number, code in enumerate(tier.allowed)}
    facts = community_facts(
        row,
        tiers.rows.sort_values("tier", key=lambda codes: codes.map(order)),
        say,
        town=context.town_names(short=False)[row.town_code],
        published=published_columns(context, row.community_code),
        is_sample=context.is_sample,
        qualified=context.count("qualified_values", named="whole").rows,
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
    counted = replace(context.count("communities", named="whole"), shown=POINTS)
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


def _attention(context: Context, row: Any) -> None:
    say = context.say
    found = chosen_concerns(context)
    badges = level_names(say)
    items = [Item(each.name, each.reason, None, badges[each.level], each.level) for each in found]
    stations = [
        (say("党支部"), row.has_own_branch),
        (say("党群服务站"), row.has_service_station),
        (say("社工站"), row.has_social_work_station),
        (say("有效覆盖"), row.is_effective),
    ]
    items += [
        Item(name, say("不详") if pd.isna(there) else say("有") if there else say("无"))
        for name, there in stations
    ]
    quiet = row.days_quiet_count
    if "activity" not in context.not_loaded:
        words = say("从未有活动") if pd.isna(quiet) else say("{days:.0f} 天前", days=quiet)
        items.append(Item(say("最近一次活动"), words))
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
        context.count("communities", named="whole"),
    )


def _occupancy(context: Context) -> None:
    say = context.say
    tiers = tiers_by_month(context)
    show_figure(
        context,
        "profile-occupancy",
        context.remember_chosen(
            "profile-occupancy",
            make=lambda: tier_lines(
                tiers.rows, say, marked=pd.Timestamp(context.filters.end_month), height=214
            ),
        ),
        Caption(
            say("各层次入住率，逐月"), say("已租 ÷ 可租，% · 不同层次不可相加"), context.as_of()
        ),
        tiers,
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
    if proposal.is_reopened:
        return say("已重启，日期不详")
    if proposal.open_day_count > OVERDUE_DAYS:
        return say("受理 {days:.0f} 天，超期", days=proposal.open_day_count)
    return say("受理 {days:.0f} 天", days=proposal.open_day_count)
