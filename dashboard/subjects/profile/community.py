"""The profile of one community (社区画像)."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from dashboard.asking.measured import tiers_by_month
from dashboard.asking.memo import remembered
from dashboard.asking.questions import Questions
from dashboard.contract.filters import months_between
from dashboard.contract.indicators import BY_CODE, count_written
from dashboard.contract.origins import INKS
from dashboard.contract.tables import proposal_category, responsible_unit, tier
from dashboard.draw.rows import Item, item_list, table
from dashboard.draw.tiers import tier_lines
from dashboard.figures.common import chosen_concerns
from dashboard.figures.events import with_events
from dashboard.figures.figure import Caption, Figure
from dashboard.figures.page import Page
from dashboard.figures.page import row as row_of
from dashboard.figures.targets import targets_figure
from dashboard.figures.tiles import Tile
from dashboard.figures.told import case_told
from dashboard.insight.facts import Proof, proof_words
from dashboard.insight.headline import Headline
from dashboard.insight.lines import practices_of
from dashboard.insight.occupancy import FILLING_MONTHS
from dashboard.insight.windows import since_told
from dashboard.language import Say
from dashboard.subjects.profile.answered import answered
from dashboard.subjects.profile.card import community_card, is_judged, none_caught
from dashboard.subjects.profile.history import history, published, reports, timeline_of
from dashboard.subjects.profile.peers import SIMILAR, beside_others, similar_to, values_by_community
from dashboard.subjects.profile.place import (
    activities,
    facts_of,
    located,
    main_occupancy,
    published_columns,
    tile,
    trend,
)
from dashboard.subjects.profile.sentences import community_headline, project_headline

OVERDUE_DAYS = 14
# What the facts are read from.
FACTS = ("operator", "opened_on", "dwelling_count", "resident_count", "coverage_type")


@remembered
def page(ask: Questions, code: str) -> Page:
    """Make the profile of one community, which the filters choose alone."""
    say = ask.say
    every = ask.count("communities", ask.everywhere, named="whole").rows
    rows = every[every["community_code"] == code]
    if rows.empty:
        empty = Headline(
            say("{name}在所选月份不在册", name=ask.communities.at[code, "name"]),
            say("该社区当时尚未开业或已退出：请选别的月份，或点“清除”。"),
        )
        return Page(None, empty=empty, describing=False)
    row: Any = next(rows.itertuples())
    targets = targets_figure(ask) if is_judged(ask, row) else None
    # A real project's card is short: what is published of it stands on it, too.
    besides = [] if is_judged(ask, row) else _present(ask, row)
    card = _mixed(ask, row, community_card(ask, row, besides))
    return Page(
        _headline(ask, row),
        _tiles(ask, row),
        (
            *([row_of(card)] if is_judged(ask, row) else []),
            row_of(
                _mixed(ask, row, _facts(ask, rows, row)),
                _mixed(ask, row, _map(ask, row)),
                (
                    _attention(ask, row) if is_judged(ask, row) else card,
                    _marked(ask, row, activities(ask), say("活动，按类别")),
                ),
                widths=(1.02, 0.92, 1.06),
            ),
            row_of(_marked(ask, row, beside_others(ask, row))),
            row_of(_mixed(ask, row, timeline_of(ask, row)), _mixed(ask, row, history(ask, row))),
            row_of(
                _marked(ask, row, _occupancy(ask)),
                _marked(ask, row, trend(ask, "profile-reach", "reach", 214)),
            ),
            *([row_of(*_raised(ask, row))] if is_judged(ask, row) else []),
            *([row_of(targets)] if targets else []),
            *(
                [
                    row_of(case_told(ask, "profile-case", code, ask.say("做法与借鉴"))),
                    row_of(reports(ask, code)),
                    row_of(published(ask, row)),
                ]
                if row.origin == "published"
                else []
            ),
        ),
        describing=False,
    )


def _raised(ask: Questions, row: Any) -> list[Figure]:
    """Show what is open, and what was answered where residents are not so few that one could tell
    who raised it."""
    is_of_few = pd.isna(row.resident_count)
    return [_proposals(ask, row), *([] if is_of_few else [answered(ask)])]


def _marked(ask: Questions, row: Any, figure: Figure, headline: str = "") -> Figure:
    """Say under a figure of a real project that its numbers are estimated; ``headline`` is told in
    the place of one that holds such a number."""
    if is_judged(ask, row):
        return figure
    note = ask.say("估计，未曾公布 · {note}", note=figure.caption.note)
    caption = replace(figure.caption, headline=headline or figure.caption.headline, note=note)
    return replace(figure, caption=caption, origin="estimated")


def _mixed(ask: Questions, row: Any, figure: Figure) -> Figure:
    """Say of a figure of a real project that each of its values has its own mark."""
    return figure if is_judged(ask, row) else replace(figure, origin="mixed")


def _headline(ask: Questions, row: Any) -> Headline:
    if not is_judged(ask, row):
        name = ask.communities.at[row.community_code, "name"]
        return project_headline(ask.say, name, facts_of(ask, row))
    code, reach = row.community_code, values_by_community(ask, "reach")
    occupancy = main_occupancy(row)
    others = list(similar_to(ask, code))
    # Of fewer there is no such median.
    similar = reach.reindex(others).median() if len(others) == SIMILAR else np.nan
    return community_headline(
        row,
        ask.say,
        occupancy=(occupancy, values_by_community(ask, occupancy.code).get(code, np.nan)),
        found=chosen_concerns(ask),
        reach=(reach.get(code, np.nan), similar),
        opened=_newly_opened(ask, row),
        none_found=none_caught(ask),
    )


def _newly_opened(ask: Questions, row: Any) -> str | None:
    """Give the month in which a community opened that is still filling."""
    opened = row.opened_on
    if pd.isna(opened) or months_between(opened, ask.filters.end_month) >= FILLING_MONTHS:
        return None
    return f"{row.opened_on:%Y-%m}"


def _tiles(ask: Questions, row: Any) -> tuple[Tile, ...]:
    codes = ("dwellings", "residents", main_occupancy(row).code, "residents_per_dwelling", "reach")
    tiles = tuple(tile(ask, BY_CODE[code]) for code in codes)
    if is_judged(ask, row):
        return tiles
    # What is estimated of a real project says so, and is set beside nothing.
    proofs = {"dwellings": _dwellings_proof(ask, row)}
    return tuple(
        replace(each, comparison=ask.say.words(INKS[proof].name), origin=proof)
        for each in tiles
        for proof in (proofs.get(each.indicator.code, "estimated"),)
    )


def _dwellings_proof(ask: Questions, row: Any) -> Proof:
    """Tell whether the dwellings of every tier there are published."""
    names = set(ask.say.names(tier.allowed).values())
    proofs = {fact.proof for fact in facts_of(ask, row) if fact.name in names}
    return "published" if proofs == {"published"} else "estimated"


def _facts(ask: Questions, rows: pd.DataFrame, row: Any) -> Figure:
    say, words, facts = ask.say, proof_words(ask.say), facts_of(ask, row)
    tiers = ask.count("occupancy_by_community", ask.filters.at_end, named="whole")
    return Figure(
        "profile-facts",
        table(
            {
                say("项目"): [fact.name for fact in facts],
                say("内容"): [fact.text for fact in facts],
                say("依据"): [words[fact.proof] for fact in facts],
            },
            say,
        ),
        Caption(say("基本情况"), _facts_note(ask, row), ask.as_of()),
        replace(tiers, rows=rows, query="communities", shown=FACTS),
    )


def _facts_note(ask: Questions, row: Any) -> str:
    say = ask.say
    if not ask.is_sample:
        return ""
    if row.origin == "published":
        return say("“公开”有报道可查，来源列于页末；“估计”未曾公布")
    return say("示例社区，纯属虚构，用来演示")


def _map(ask: Questions, row: Any) -> Figure:
    say = ask.say
    caption = Caption(
        say("位于{town}", town=ask.town_names(short=False)[row.town_code]),
        say("示意图，非法定界线；点为约略位置"),
        "",
    )
    counted = ask.count("communities", named="whole")
    return located(ask, row.town_code, counted, (row.community_code,), caption, close=False)


def _present(ask: Questions, row: Any) -> list[Item]:
    """List what there is and how things stand; of a real project what is published alone."""
    say = ask.say
    stations = [
        (say("党支部"), row.has_own_branch, "branch"),
        (say("党群服务站"), row.has_service_station, "service_station"),
        (say("社工站"), row.has_social_work_station, "social_work_station"),
        (say("有效覆盖"), row.is_effective, ""),
    ]
    items = [Item(name, _there(ask, row, there, column)) for name, there, column in stations]
    if not is_judged(ask, row):
        return items
    quiet = row.days_quiet_count
    if "activity" not in ask.not_loaded:
        known = say("{days:.0f} 天前", days=quiet) if pd.notna(quiet) else _never(ask, row)
        items.append(Item(say("最近一次活动"), known))
    if pd.notna(row.overdue_count):
        items.append(Item(say("超期提案"), say("{count} 件", count=row.overdue_count)))
    return items


def _attention(ask: Questions, row: Any) -> Figure:
    say = ask.say
    return Figure(
        "profile-attention",
        item_list(_present(ask, row), alt=say("覆盖与近况"), empty=""),
        Caption(
            say("覆盖与近况"),
            say("有效覆盖：有党支部或站点，且近 90 天有活动或办结提案"),
            ask.as_of(),
        ),
        ask.count("communities", named="whole"),
    )


def _there(ask: Questions, row: Any, there: Any, column: str) -> str:
    """Say whether something is there; of a real project only what is published."""
    say = ask.say
    if not is_judged(ask, row):
        known = published_columns(ask, row.community_code).split(";")
        is_known = column and (
            column in practices_of(row.community_code)
            or (there and {f"{column}_since", f"{column}_m2"} & set(known))
        )
        return say("有（公开）") if is_known else say("未公布")
    return say("不详") if pd.isna(there) else say("有") if there else say("无")


def _never(ask: Questions, row: Any) -> str:
    """Say since when a community without an activity is on record."""
    since = since_told(ask.say, row.opened_on, ask.warehouse.months[0])
    return ask.say("{since}没有", since=since)


def _occupancy(ask: Questions) -> Figure:
    say = ask.say
    tiers = tiers_by_month(ask)
    return Figure(
        "profile-occupancy",
        with_events(
            ask,
            tier_lines(tiers.rows, say, marked=pd.Timestamp(ask.filters.end_month), height=214),
        ),
        Caption(say("各层次入住率，逐月"), say("已租 ÷ 可租，% · 不同层次不可相加"), ask.as_of()),
        tiers,
    )


def _proposals(ask: Questions, row: Any) -> Figure:
    say = ask.say
    counted = ask.count("waiting_proposals")
    months = ask.district_months().rows
    chosen = months[months["month"] >= pd.Timestamp(ask.filters.start_month)]
    rows = counted.rows
    categories, units = (say.names(each.allowed) for each in (proposal_category, responsible_unit))
    return Figure(
        "profile-proposals",
        table(
            {
                say("类别"): [categories[code] for code in rows["proposal_category"]],
                say("提出"): [f"{day:%Y-%m-%d}" for day in rows["raised_on"]],
                say("办理"): [
                    _waiting(*each, say)
                    for each in zip(rows["open_day_count"], rows["is_reopened"], strict=True)
                ],
                say("责任单位"): [units[code] for code in rows["responsible_unit"]],
            },
            say,
            empty=say("没有记录。"),
        ),
        Caption(
            _open_told(rows, row.overdue_count, say),
            say(
                "所选月份提出 {raised} 件、办结 {settled} 件 · 受理超过 14 天未办结为超期（14 天由本系统假定）",
                raised=int(chosen["proposal_count"].sum()),
                settled=int(chosen["settled_count"].sum()),
            ),
            ask.as_of(),
        ),
        counted,
    )  # fmt: skip


def _open_told(rows: pd.DataFrame, overdue: float, say: Say) -> str:
    """Say how many are open; whether those reopened by the data's end were is not recorded."""
    reopened = int(rows["is_reopened"].sum())
    told = say(
        "未办结提案 {open} 件，其中超期 {overdue} 件",
        open=len(rows) - reopened,
        overdue=count_written(overdue, say.language),
    )
    if not reopened:
        return told
    return say(
        "{told}；另有 {reopened} 件到数据截止时已重启，日期不详", told=told, reopened=reopened
    )


def _waiting(days: float, is_reopened: bool, say: Say) -> str:
    if pd.isna(days):
        return say("未受理")
    if is_reopened:
        return say("数据截止时已重启，日期不详")
    if days > OVERDUE_DAYS:
        return say("受理 {days:.0f} 天，超期", days=days)
    return say("受理 {days:.0f} 天", days=days)
