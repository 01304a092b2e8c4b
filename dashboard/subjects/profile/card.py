"""Write the prescription card (处方卡) of a community or a town: what is advised and why, what ails it,
who nearby does well, and the next steps with who and by when."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from dashboard.asking.memo import remembered
from dashboard.asking.questions import QueryResult, Questions
from dashboard.asking.scope import scope_named
from dashboard.contract.filters import Filters, months_between
from dashboard.contract.indicators import BY_CODE, measure, written
from dashboard.contract.rounding import number_written
from dashboard.contract.tables import (
    activity_kind,
    organisation_kind,
    proposal_category,
    responsible_unit,
)
from dashboard.draw.drawing import Values
from dashboard.draw.rows import Item, item_list
from dashboard.figures.advice import advice_item, advised
from dashboard.figures.common import chosen_concerns, unchecked_said
from dashboard.figures.figure import Caption, Figure
from dashboard.insight.advice_table import ACCEPT, BODY, FEW, KEEP, LEARN, REACH, URGENT, Step
from dashboard.insight.attention import BY_CODE as RULE
from dashboard.insight.attention import has_station, level_names
from dashboard.insight.card import (
    DOING_WELL,
    NEAR,
    QUARTER,
    SHORTFALLS,
    Found,
    State,
    are_few,
    nearest_doing_well,
    next_steps,
)
from dashboard.insight.changes import difference_shown
from dashboard.insight.facts import governed_how
from dashboard.insight.governance import kinds
from dashboard.insight.windows import why_it_passes, with_reason
from dashboard.language import Say
from dashboard.subjects.profile.peers import similar_to
from dashboard.subjects.profile.place import month_end

MOST_KINDS = 5
# The bodies that make coverage effective, and what tells of each.
_BODIES = {
    "party_branch": "has_own_branch",
    "service_station": "has_service_station",
    "social_work_station": "has_social_work_station",
}


@dataclass(frozen=True)
class Line:
    """Hold a line of a card; ``brief`` is what a briefing has room for, under ``about`` where that is
    not the item's title; ``who`` and ``days`` are a step's: whom to suggest for it, and within how many
    days. ``points`` is a part of a gap, for files."""

    item: Item
    brief: str = ""
    about: str = ""
    who: str = ""
    days: int = 0
    points: float | None = None


def card_figure(
    ask: Questions,
    lines: Sequence[Line],
    caption: Caption,
    counted: QueryResult,
) -> Figure:
    """Show a card; in files who and by when have columns of their own."""
    say = ask.say
    listed: dict[str, Values] = {
        say("事项"): [line.item.title for line in lines],
        say("内容"): [line.item.text for line in lines],
        say("牵头（建议）"): [line.who for line in lines],
        say("时限（建议）"): [within(say, line.days) if line.days else "" for line in lines],
    }
    if any(line.points is not None for line in lines):
        listed[say("百分点")] = [line.points for line in lines]
    drawing = item_list(
        [line.item for line in lines], alt=say("处方卡"), empty="", listed=listed
    )  # fmt: skip
    return Figure("profile-card", drawing, caption, counted, click="profile")


def within(say: Say, days: int) -> str:
    return say("{days} 天内", days=days)


def step_lines(
    say: Say, steps: Iterable[Step], there: Collection[str] = (), **values: object
) -> list[Line]:
    """Write steps with who is suggested for them, of the bodies that are ``there``, and within how many
    days from when the card is handed out: a month's data may come in after its dates."""
    lines = []
    for at, step in enumerate(steps, 1):
        what, who = say.words(step.words, **values), say.words(step.who(there))
        told = say("{what}（{who}，{within}）", what=what, who=who, within=within(say, step.days))
        line = Line(Item(say("第 {number} 步", number=at), told), what, who=who, days=step.days)
        lines.append(line)
    return lines


def is_judged(ask: Questions, row: Any) -> bool:
    """What ails a real, named project in the sample is invented: it must not be held up."""
    return row.community_code not in ask.named_projects


def none_caught(ask: Questions) -> str:
    """Say that no rule catches the community, of those that are checked."""
    if told := unchecked_said(ask):
        return ask.say("没有触发已检查的规则；{unchecked}。", unchecked=told)
    return ask.say("没有触发关注规则。")


@remembered
def community_lines(ask: Questions, code: str) -> list[Line]:
    """Write the card of the one community chosen: of a sample's real project the advice alone, which
    rests on what is published of it."""
    say, asked = ask.say, advised(ask, code)
    item = advice_item(ask, code)
    if asked.is_real:
        return [Line(item)]
    (here,) = ask.count("communities").rows.itertuples()
    waiting, example, low = _waiting(ask), _example(ask, code), low_reach(ask, code)
    # The headline of a briefing's page says what is advised.
    verdict = asked.advice.verdict
    advice = Line(item, say.words(verdict.row.reason) if verdict.is_told else "", say("理由"))
    amiss = [low] if low else []
    amiss += [say("提案{late}", late=waiting.late)] if waiting.is_late else []
    amiss += [say("不算有效覆盖")] if _is_ineffective(here) else []
    return [
        _present(ask, code),
        advice,
        *_ailing(ask, amiss),
        *waiting.lines,
        example.line,
        *_steps(ask, here, waiting, example, is_low=bool(low)),
    ]


def _is_ineffective(here: Any) -> bool:
    return pd.notna(here.is_effective) and not here.is_effective


def _steps(
    ask: Questions, here: Any, waiting: "Waiting", example: "Example", *, is_low: bool
) -> list[Line]:
    """Write the next steps: a step for whatever is amiss, and those of what is advised."""
    say, asked = ask.say, advised(ask, here.community_code)
    rules, results = [each.rule for each in chosen_concerns(ask)], {*asked.advice.verdict.results}
    held, months = activities_held(ask, here.community_code), months_held(ask, here.opened_on)
    values = asked.values(say) | {
        "proposal": waiting.oldest,
        "late": waiting.late,
        "unaccepted": number_written(waiting.unaccepted) if waiting.unaccepted else "",
        "activities": _held_told(ask, held, months),
        "example": example.name,
        "did": example.did,
    }
    if "full" in rules:
        # A branch would leave the rule met.
        values |= {"lacking": say("一个站点")}
    first = [each for each in rules if each in URGENT]
    if waiting.is_late and not {"overdue", "long_open"} & {*first}:
        first.append("overdue" if waiting.is_overdue else ACCEPT)
    # One that holds fewer has nothing to teach about holding more.
    is_taught = bool(example.name) and (
        held is None or example.held * months > held * example.months
    )
    better = [LEARN] if is_taught else []
    if held is not None and months >= QUARTER and are_few(held, months):
        better = [FEW, *better]
    fails = here.coverage_type == "committee" and _is_ineffective(here)
    also = [each for each in rules if each not in URGENT]
    if fails or {"3", "5"} & results:
        # What is advised brings a station.
        also = [each for each in also if each != "full"]
    lacks_body = _is_ineffective(here) and not (here.has_own_branch or has_station(here))
    if {"2", "4"} & (results - {asked.present}) and lacks_body and "full" not in also:
        also = [BODY, *also]
    if is_low and KEEP not in results:
        also.append(LEARN if is_taught else REACH)
    elif is_low and not better:
        better = [REACH]
    named = (asked.table, asked.advice, values, asked.present, first, also, better)
    several = next_steps(*named, fails=fails, is_moot=asked.is_moot)
    return step_lines(say, several, asked.there, **values)


@dataclass(frozen=True)
class Waiting:
    """Hold what is told of the proposals that are open: a line if there are any, the oldest one, whether
    any is overdue or was reopened, how many were never accepted, and all of these in words."""

    lines: tuple[Line, ...] = ()
    oldest: str = ""
    is_overdue: bool = False
    unaccepted: int = 0
    late: str = ""

    @property
    def is_late(self) -> bool:
        return self.is_overdue or bool(self.unaccepted)


def _waiting(ask: Questions) -> Waiting:
    """Say how many proposals are open, how many of them late, and which is the oldest."""
    say, rows = ask.say, ask.count("waiting_proposals").rows
    (here,) = ask.count("communities").rows.itertuples()
    if rows.empty or pd.isna(here.overdue_count):
        return Waiting()
    categories, units = (say.names(each.allowed) for each in (proposal_category, responsible_unit))
    # Of a reopened one it is not known how long it has been open: rules leave it out.
    order = rows.assign(untold=rows["is_reopened"], days=-rows["open_day_count"].fillna(0))
    first = next(order.sort_values(["untold", "days", "raised_on"]).itertuples())
    about = {
        "category": categories.get(first.proposal_category, say("类别不详")),
        "unit": units.get(first.responsible_unit, say("不详的单位")),
    }
    if first.is_reopened or pd.isna(first.accepted_on):
        day = first.raised_on
        oldest = say("{category}，{unit}负责，{day:%Y-%m-%d} 提出", day=day, **about)
    else:
        days = first.open_day_count
        oldest = say("{category}，{unit}负责，受理 {days:.0f} 天", days=days, **about)
    unaccepted = int(rows["accepted_on"].isna().sum())
    reopened = int(rows["is_reopened"].sum())
    overdue = int(here.overdue_count)
    parts = [say("超 14 天 {count} 件", count=overdue)] if overdue else []
    parts += [say("未受理 {count} 件", count=unaccepted)] if unaccepted else []
    parts += [say("数据截止时已重启 {count} 件", count=reopened)] if reopened else []
    told = say("{count} 件", count=len(rows))
    late = say.listed(parts)
    if late:
        told = say("{told}，其中{parts}", told=told, parts=late)
    told = say("{told}；最久的：{oldest}", told=told, oldest=oldest)
    line = Line(Item(say("未办结提案"), told), told)
    return Waiting((line,), oldest, bool(overdue or reopened), unaccepted, late)


def _present(ask: Questions, code: str) -> Line:
    """Say how the community is governed, what it lacks to be governed effectively, and what was held."""
    say = ask.say
    (row,) = ask.count("communities").rows.itertuples()
    how = governed_how(row.coverage_type, row.mode, say)
    if pd.notna(row.is_effective):
        bodies = [
            say.words(organisation_kind.allowed[kind])
            for kind, column in _BODIES.items()
            if getattr(row, column)
        ]
        works = say("近 90 天没有活动，也没有办结提案")
        if row.is_effective:
            works = say("近 90 天有活动或办结提案")
        works = say("有{bodies}，{works}", bodies=say.listed(bodies), works=works)
        if not bodies:
            works = say("没有支部和站点，不算有效覆盖")
        how = say("{how}；{works}", how=how, works=works)
    told, took_part, reach = how, taking_part(ask), BY_CODE["reach"]
    months = months_held(ask, row.opened_on)
    if held := _held_told(ask, activities_held(ask, code), months):
        told = say("{told}；{held}", told=told, held=held)
    if pd.notna(value := took_part["value"].get(code)):
        share = written(value, reach, say.language)
        told = say("{told}，参与率 {share}", told=told, share=share)
        if (whole := _of_year(ask).district_value(reach)) is not None:
            share = written(whole, reach, say.language)
            told = say("{told}（{whole} {share}）", told=told, whole=scope_named(ask), share=share)
        told = say("；").join(filter(None, (told, why_it_passes(say, reach, value))))
    return Line(Item(say("现状"), told), how)


def low_reach(ask: Questions, code: str) -> str:
    """Say by how much reach is lower than that of the whole, where that is beyond chance; else nothing."""
    took_part, whole = taking_part(ask), _of_year(ask).district_value(BY_CODE["reach"])
    if whole is None or code not in took_part.index or not took_part.at[code, "high"] < whole:
        return ""
    points = difference_shown(took_part.at[code, "value"], whole, BY_CODE["reach"])
    values = {"whole": scope_named(ask), "points": abs(points)}
    return ask.say("参与率比{whole}低 {points:.1f} 个百分点，超出偶然", **values)


def _of_year(ask: Questions) -> Questions:
    return ask.on(_year(ask))


@remembered
def taking_part(ask: Questions) -> pd.DataFrame:
    """Measure reach in the last year on record of every community, by code."""
    year = _of_year(ask)
    rows = year.count("participation_by_community", year.everywhere).rows
    return measure(rows, BY_CODE["reach"]).set_index("community_code")


def activities_held(ask: Questions, code: str) -> float | None:
    """Count the activities of the last year on record; None where that is not known."""
    held = taking_part(ask)["activity_count"].get(code)
    return None if held is None or pd.isna(held) else float(held)


def months_held(ask: Questions, opened_on: Any) -> int:
    """Count the months of the last year on record in which a community was open; all of them where
    nobody knows when it opened."""
    start = _year(ask).start_month
    if pd.notna(opened_on):
        start = max(start, pd.Timestamp(opened_on).date().replace(day=1))
    return months_between(start, ask.filters.end_month) + 1


def _held_told(ask: Questions, held: float | None, months: int) -> str:
    if held is None:
        return ""
    values = {"months": months, "count": number_written(held)}
    return ask.say("近 {months} 个月办活动 {count} 场", **values)


def _ailing(ask: Questions, amiss: Sequence[str]) -> list[Line]:
    """Tell which rules of attention are met; where none is, what is ``amiss`` all the same."""
    say, badges = ask.say, level_names(ask.say)
    lines = [
        Line(
            Item(
                say.words(RULE[each.rule].condition),
                say(
                    "{reason}（规则：{bar}）",
                    reason=each.reason,
                    bar=say.words(RULE[each.rule].bar),
                ),
                badge=badges[each.level],
                level=each.level,
            ),
            each.reason,
        )
        for each in chosen_concerns(ask)
    ]
    none, told = none_caught(ask).strip(), say("；").join(amiss)
    if not lines and amiss:
        none = say("{none}，但请留意：{amiss}。", none=none.rstrip("。."), amiss=told)
    besides = [Line(Item(say("另请留意"), told), told)] if lines and amiss else []
    return [*lines, *besides] or [Line(Item(say("需要关注"), none), none)]


# The similar community that is doing well ------------------------------------------------


@dataclass(frozen=True)
class Example:
    """Hold the line of the similar community that is doing well, its name, what activities it held most,
    how many and in how many months; without a name there is none."""

    line: Line
    name: str = ""
    did: str = ""
    held: float = 0
    months: int = 0


def _states(ask: Questions) -> Callable[[str], State]:
    """Give what tells of a community whether it is doing well."""
    rows = ask.count("communities", ask.everywhere).rows.set_index("community_code")
    levels = {each.community_code: each.level for each in chosen_concerns(ask.on(ask.everywhere))}
    took_part = taking_part(ask).reindex(rows.index)
    whole = _of_year(ask).district_value(BY_CODE["reach"])

    def state(code: str) -> State:
        effective = rows.at[code, "is_effective"]
        return State(
            None if pd.isna(effective) else bool(effective),
            levels.get(code),
            float(rows.at[code, "overdue_count"]),
            float(took_part.at[code, "activity_count"]),
            float(took_part.at[code, "low"]),
            whole,
            months_held(ask, rows.at[code, "opened_on"]),
        )

    return state


@remembered
def _example(ask: Questions, code: str) -> Example:
    """Name the most similar community that is doing well and what it did, or say why there is none."""
    say, title, reach = ask.say, ask.say("相似而做得好的"), BY_CODE["reach"]
    asked, state = advised(ask, code), _states(ask)
    rows = ask.count("communities", ask.everywhere).rows
    kind = dict(zip(rows["community_code"], kinds(rows), strict=True))
    value = taking_part(ask)["value"]

    def does_better(other: str) -> bool | None:
        is_well = state(other).does_well
        return False if is_well and value[other] <= value[code] else is_well

    if state(code).does_well:
        none = say("本社区按同一规则已做得好。")
        if _waiting(ask).is_late:
            none = say("本社区按同一规则已做得好（重启、未受理的提案不计）。")
        return Example(Line(Item(title, none), none))
    # What is kept is advised as well.
    results = asked.advice.verdict.results
    advised_kinds = {asked.present if each == KEEP else each for each in results}
    found = nearest_doing_well(
        similar_to(ask, code, None), does_better, lambda other: kind[other] in advised_kinds
    )
    if not found.code:
        none = _no_example(ask, found, state)
        return Example(Line(Item(title, none), none))
    row = rows.set_index("community_code").loc[found.code]
    name = ask.communities.at[found.code, "name"]
    how = governed_how(row["coverage_type"], row["mode"], say)
    if advised_kinds and KEEP not in results and kind[found.code] not in advised_kinds:
        how = say("{how}，治理方式与建议不同，只参考活动", how=how)
    elif not results and kind[found.code] != asked.present:
        how = say("{how}，治理方式不同，只参考活动", how=how)
    distance = number_written(found.distance, 2)
    first = say(
        "{name}（{town}，相似距离 {distance}）：{how}",
        name=name,
        town=ask.town_names()[row["town_code"]],
        distance=distance,
        how=how,
    )
    reached = say(
        "同期参与率 {theirs}，本社区 {own}",
        theirs=written(value[found.code], reach, say.language),
        own=written(value[code], reach, say.language),
    )
    reached = with_reason(say, reached, reach, value[found.code], value[code])
    told = [reached, *what_it_did(ask, found.code, row["opened_on"])]
    brief = say("相似而做得好，相似距离 {distance}：{how}", distance=distance, how=how)
    brief = say("；").join([brief, reached])
    line = Line(Item(title, say("；").join([first, *told]), key=found.code), brief, name)
    names, most = say.names(activity_kind.allowed), _kinds_held(ask, found.code)
    did = say.listed([names[each] for each in most["activity_kind"][:2]])
    held, months = most["activity_count"].sum(), months_held(ask, row["opened_on"])
    return Example(line, name, did, held, months)


def _year(ask: Questions) -> Filters:
    """Choose the last 12 months, or as many as are on record."""
    year = ask.filters.over_year
    return replace(year, start_month=max(year.start_month, ask.warehouse.months[0]))


def _no_example(ask: Questions, found: Found, state: Callable[[str], State]) -> str:
    """Say why there is no example: none is near, or none does well, as far as that can be told, and
    what the nearest falls short of."""
    say = ask.say
    if not found.near:
        return say("没有足够相似的社区（距离 {near} 以内）。", near=number_written(NEAR, 1))
    if found.untold == found.near:
        lacking = ask.not_loaded_words(ask.lacking_of(BY_CODE["reach"]))
        return say(
            "足够相似的 {near} 个社区都说不清（{lacking}）。",
            near=found.near,
            lacking=lacking or say("缺覆盖或参与的数据"),
        )
    told = say(
        "足够相似的 {near} 个社区里，没有按规则做得好、参与率又高于本社区的", near=found.near
    )
    if found.untold:
        told = say("{told}；{untold} 个说不清", told=told, untold=found.untold)
    if found.nearest in ask.named_projects or state(found.nearest).does_well is None:
        return say("{told}。", told=told)
    short = [say.words(SHORTFALLS[each]) for each in state(found.nearest).shortfalls]
    why = say.listed(short) if short else say("参与率不高于本社区")
    return say("{told}。最相似的一个：{why}。", told=told, why=why)


def _kinds_held(ask: Questions, code: str) -> pd.DataFrame:
    """Count the kinds of activities that a community held in the last year on record, most first."""
    here = ask.on(replace(_year(ask), town_codes=(), community_codes=(code,)))
    return here.count("activity_kinds").rows.sort_values(
        ["activity_count", "activity_kind"], ascending=[False, True]
    )


def what_it_did(ask: Questions, code: str, opened_on: Any) -> list[str]:
    """Say since when a community is governed as it is, which branch and stations it has, and what
    activities it held in the last 12 months on record."""
    say = ask.say
    here = ask.on(replace(_year(ask), town_codes=(), community_codes=(code,)))
    end = month_end(ask.filters)
    spans, stations = (
        rows[rows["valid_to"].isna() | (rows["valid_to"] >= end)]
        for rows in (here.count("governance_spans").rows, here.count("organisations").rows)
    )
    names = say.names(organisation_kind.allowed)
    told = [say("{day:%Y-%m-%d} 起如此", day=day) for day in spans["valid_from"].tail(1)]
    told += [
        say("{what} {day:%Y-%m-%d} 起", what=names[each.organisation_kind], day=each.valid_from)
        for each in stations.itertuples()
    ]
    rows = _kinds_held(ask, code)
    kinds = say.names(activity_kind.allowed)
    counts = [
        f"{kinds[kind]} {number_written(count)}"
        for kind, count in zip(rows["activity_kind"], rows["activity_count"], strict=True)
    ]
    if counts:
        shown = say.listed(counts[:MOST_KINDS])
        if len(counts) > MOST_KINDS:
            shown = say("{shown}等", shown=shown)
        first = here.filters.start_month
        if pd.notna(opened_on):
            first = max(first, pd.Timestamp(opened_on).date().replace(day=1))
        told.append(
            say(
                "{start:%Y-%m} 至 {end:%Y-%m} 办活动 {count} 场：{kinds}",
                start=first,
                end=ask.filters.end_month,
                count=number_written(rows["activity_count"].sum()),
                kinds=shown,
            )
        )
    return told


def community_card(ask: Questions, row: Any, besides: Iterable[Item]) -> Figure:
    """Show the card of the one community chosen, and ``besides`` what is told on it, too."""
    say, counted = ask.say, ask.count("communities", named="whole")
    note = say("具名项目的现状多为估计，不作评判")
    if is_judged(ask, row):
        year = _year(ask)
        is_whole = year.start_month == ask.filters.over_year.start_month
        note = say(
            "做得好：{well}；{window}；相似距离 {near} 以内为相似；均由本系统假定 · 牵头与时限为建议，时限从印发之日起算 · 差异是关联，不是效果",
            window=say("按最近 12 个月")
            if is_whole
            else say("按有记录的 {months} 个月，不满一年", months=year.window_months),
            well=say.words(DOING_WELL, whole=scope_named(ask), **level_names(say)),
            near=number_written(NEAR, 1),
        )
    caption = Caption(say("处方卡"), note, ask.as_of())
    lines = [*community_lines(ask, row.community_code), *map(Line, besides)]
    return card_figure(ask, lines, caption, counted)
