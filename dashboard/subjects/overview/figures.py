"""Make the Overview's figures from questions."""

from dataclasses import replace

import numpy as np
import pandas as pd

from dashboard.asking.measured import counted_here
from dashboard.asking.memo import remembered, remembered_for_all_filters, remembered_for_all_towns
from dashboard.asking.questions import Questions
from dashboard.contract.columns import as_floats, by_month
from dashboard.contract.indicators import BY_CODE, column_heading, written
from dashboard.contract.measures import FIELDS
from dashboard.contract.rounding import number_written
from dashboard.contract.tables import qualifier as qualifier_field
from dashboard.draw.drawing import Drawing
from dashboard.draw.maps import Place, points_map
from dashboard.draw.rows import Item, item_list, table
from dashboard.figures import common
from dashboard.figures.figure import Caption, Figure
from dashboard.figures.page import Choice
from dashboard.figures.scope import chosen_as, place_named, whole_named
from dashboard.insight.attention import unchecked, unchecked_told
from dashboard.insight.changes import change_written, comparable_before, value_before
from dashboard.insight.due import KINDS, WEAK_POINT_RULE, Due, Kind, due, weak_point
from dashboard.insight.facts import governed_how
from dashboard.insight.headline import Headline
from dashboard.insight.outlook import (
    covered_told,
    governed_counts,
    is_chance,
    occupancy_told,
    state_told,
    sum_told,
    weak_told,
)
from dashboard.insight.windows import month_end_told
from dashboard.subjects.overview.outcomes import occupancy_now_and_before, reached
from dashboard.subjects.overview.sentences import (
    change_lines,
    chosen_state,
    newly_told,
)

# Which list stands below the first screen, if any.
LIST = Choice("list", ("", "all", *(kind.code for kind in KINDS), "published"))

# The map fills the first screen below the header and the headline, no higher than it is wide.
FILLS = "clamp(340px, min(100vh - 250px, 43vw), 900px)"
LIST_HEIGHT = 420
DUE = "due-list"


@remembered
def found(ask: Questions) -> list[Due]:
    """Say what must be done among the chosen communities."""
    filters = ask.filters
    days = (pd.Timestamp(filters.end_month) + pd.offsets.MonthEnd(0)) - pd.Timestamp(
        filters.start_month
    )
    return due(
        ask.count("communities", named="whole").rows,
        ask.say,
        first_month=ask.warehouse.months[0],
        months=(filters.end_month, days.days + 1),
        named=ask.named_projects,
        not_loaded=ask.not_loaded,
        silent=ask.warehouse.silent_towns,
    )


def unchecked_kinds(ask: Questions) -> list[Kind]:
    """List the kinds of things to do that what was loaded does not let one check."""
    lacking = _never_checked(ask)
    return [each for each in KINDS if each in lacking or each.table in ask.not_loaded]


@remembered_for_all_filters
def _never_checked(ask: Questions) -> list[Kind]:
    return unchecked(KINDS, ask.count("communities", named="whole").rows, ask.not_loaded)


@remembered
def headline(ask: Questions) -> Headline:
    """Say the state and the weak point, then what changed and how sure that is."""
    say = ask.say
    now, how = ask.district_months().rows.iloc[-1], chosen_as(ask)
    weak = weak_told(
        say,
        weak_point(found(ask)),
        is_one=now["community_count"] == 1,
        are_all_checked=not unchecked_kinds(ask),
    )
    if how:
        # What is invented of a real project stands in no headline.
        is_invented = set(ask.filters.community_codes) & ask.named_projects
        told = chosen_state(say, how, now)
        changes = ask.count("changes").rows.iloc[0] if ask.has_before else None
        newly = newly_told(say, changes, month_end_told(say, ask.month_before))
        if is_invented:
            return Headline(how, newly)
        return Headline(_with_weak(ask, told, weak), (newly or closing_told(ask)).rstrip())
    since = month_end_told(say, ask.month_before)
    occupancy = occupancy_told(say, *occupancy_now_and_before(ask), since)
    counts = governed_counts(now)
    # Where nobody told how communities are governed, it is told how many there are.
    covered = covered_told(say, counts) or say("{count} 个社区", count=int(now["community_count"]))
    state = state_told(say, covered, occupancy, weak)
    added = say("{sum}。", sum=sum_told(say, counts)) if counts else ""
    return Headline(place_named(ask) + state, f"{added}{closing_told(ask)}".rstrip())


def _with_weak(ask: Questions, told: str, weak: str) -> str:
    """Add what is to be done, where something is."""
    if not found(ask):
        return told
    return ask.say("{told}；{weak}", told=told, weak=weak)


def closing_told(ask: Questions) -> str:
    """Say how promptly proposals are settled, how that changed, and whether chance can explain it."""
    say, closing = ask.say, BY_CODE["closing_rate"]
    rows = counted_here(ask, closing).rows
    if rows.empty or pd.isna(rows["value"].iloc[-1]):
        return ""
    end, value = rows["month"].iloc[-1], rows["value"].iloc[-1]
    counts, sizes = by_month(rows, "numerator"), by_month(rows, "denominator")
    compared = comparable_before(by_month(rows), sizes, end, ask.earlier, closing)
    values = {
        "share": written(value, closing, say.language),
        "change": change_written(value, compared, closing, say),
    }
    missing = float("nan")
    now, before = (
        (counts.get(month, missing), sizes.get(month, missing))
        for month in (end, ask.earlier.period)
    )
    chance = is_chance(now, before, closing)
    # Of what is not compared, and of few towns, nothing is said of chance.
    if chance is None or pd.isna(compared.value) or not ask.scope.tests_towns:
        return say("14 天闭环率 {share}，{change}。", **values)
    if chance:
        return say("14 天闭环率 {share}，{change}，在随机波动以内，说不上变好或变差。", **values)
    return say("14 天闭环率 {share}，{change}，超出随机波动。", **values)


@remembered
def communities_map(ask: Questions) -> Figure:
    """Show every community as a point, red what presses; a point opens its profile, a town is chosen.

    Its headline counts those in the chosen places, and says how many are drawn besides.
    """
    drawn, say = _map_of_all(ask), ask.say
    if ask.filters == ask.everywhere:
        return drawn
    headline = say(
        "{here}；全图 {red} 个",
        here=_pressing_told(ask, say("所选范围")),
        red=len(_pressing(ask.on(ask.everywhere))),
    )
    return replace(drawn, caption=replace(drawn.caption, headline=headline))


def _pressing(ask: Questions) -> dict[str, str]:
    """Give the reason of each chosen community that is to be dealt with first."""
    return {
        each.community_code: each.reason for each in common.chosen_concerns(ask)
        if each.level != "watch"
    }  # fmt: skip


def _pressing_told(ask: Questions, whole: str) -> str:
    """Say how many of the chosen communities are to be dealt with first, by the rules checked."""
    say, red = ask.say, len(_pressing(ask))
    if common.unchecked_rules(ask):
        return say("按已检查的规则，{whole}有 {red} 个社区要先办", whole=whole, red=red)
    return say("{whole}有 {red} 个社区要先办", whole=whole, red=red)


@remembered_for_all_towns
def _map_of_all(ask: Questions) -> Figure:
    """Draw the map of all towns' communities, whichever are chosen."""
    say, counted = ask.say, ask.count("communities", named="as_places")
    rows, names = counted.rows, ask.town_names()
    reasons = _pressing(ask)
    located = zip(
        rows["community_code"].tolist(),
        rows[f"name_{say.language}"].tolist(),
        ask.maps.project(as_floats(rows["lon"]), as_floats(rows["lat"])).tolist(),
        as_floats(rows["resident_count"]).tolist(),
        strict=True,
    )
    places = [
        Place(code, name, (x, y), residents, reasons.get(code, ""))
        for code, name, (x, y), residents in located
        if x == x
    ]
    lacking = len(rows) - len(places)
    counts = rows["town_code"].value_counts()
    # Of a town that was not loaded it is not known how many there are.
    towns = {
        code: say("{town}：{count} 个社区", town=name, count=int(counts.get(code, 0)))
        for code, name in names.items()
        if code in ask.scope.towns
    }
    is_listed = bool(len(rows)) and not places
    return Figure(
        "communities-map",
        _communities_listed(ask, rows)
        if is_listed
        else points_map(places, say, common.ground(ask), towns=towns, height=FILLS),
        Caption(
            _pressing_told(ask, whole_named(ask)),
            say("社区没有经纬度，先按居民数列出；点一行看画像")
            if is_listed
            else common.map_note(ask, _points_told(ask, lacking), tiles=False),
            ask.as_of(),
        ),
        # Places stand there without their residents too.
        replace(counted, shown=(common.of_points(ask),)),
        click=None if is_listed else "town",
        opens_profile=True,
    )


def _communities_listed(ask: Questions, rows: pd.DataFrame) -> Drawing:
    """List communities whose places nobody gave."""
    say, names = ask.say, ask.town_names()
    rows = rows.sort_values(["resident_count", "community_code"], ascending=[False, True])
    towns = {say("街镇"): [names[code] for code in rows["town_code"]]}
    columns = {
        say("社区"): rows[f"name_{say.language}"],
        **(towns if rows["town_code"].nunique() > 1 else {}),
        say("治理"): [
            governed_how(coverage, mode, say)
            for coverage, mode in zip(rows["coverage_type"], rows["mode"], strict=True)
        ],
        **{
            column_heading(name, say.language): rows[name]
            for name in ("dwelling_count", "resident_count")
        },
    }
    return table(columns, say, keys=rows["community_code"], height=FILLS)


def _points_told(ask: Questions, lacking: int) -> str:
    told = ask.say("每点一个社区，大小为居民；红：按规则要先办")
    return common.without_place(ask.say, told, lacking)


@remembered
def due_list(ask: Questions) -> Figure:
    """List what must be done by kind; each line opens its communities below."""
    say = ask.say
    items = [_due_line(ask, each) for each in found(ask)]
    unknown = unchecked_told(say, unchecked_kinds(ask), ask.not_loaded, ask.empty_columns)
    if first := common.chosen_concerns(ask):
        late = sum(each.level != "watch" for each in first)
        small = say("另有 {watch} 个关注", watch=len(first) - late)
        text = f"{say('个社区按规则要先办')} · {small}"
        go = {LIST.name: "all"}
        items.append(Item(number_written(late), text, go=go, to="attention", small=small))
    if items and unknown:
        items.append(Item("—", unknown))
    return Figure(
        "due",
        item_list(items, alt=say("要办的事"), empty=_none_due(ask)),
        Caption(say("要办的事"), say.words(WEAK_POINT_RULE), ask.as_of()),
        ask.count("communities"),
    )


def _none_due(ask: Questions) -> str:
    """Say that nothing is due, and which kinds could not be checked."""
    say, left = ask.say, unchecked_kinds(ask)
    if not left:
        return say("没有按规则要办的事。")
    told = unchecked_told(say, left, ask.not_loaded, ask.empty_columns)
    if len(left) == len(KINDS):
        return say("{unchecked}。", unchecked=told)
    return say("已检查的规则没有要办的事；{unchecked}。", unchecked=told)


def _due_line(ask: Questions, one: Due) -> Item:
    """Say in a line how much there is of a kind, and in small where, and whose task it may be."""
    say = ask.say
    text, more = say.words(one.kind.told, count=one.count), []
    if one.kind.counts_proposals:
        more.append(say("{count} 个社区", count=one.communities))
        if one.longest == one.longest:
            more.append(say("最久 {days:,.0f} 天", days=one.longest))
    small = " · ".join((*more, say("建议：{unit}", unit=say.words(one.kind.duty))))
    return Item(
        number_written(one.count),
        f"{text} · {small}",
        level=one.kind.level,
        go={LIST.name: one.kind.code},
        to=DUE,
        small=small,
    )


def chosen_list(ask: Questions, which: str) -> Figure | None:
    """Give the list that the address names, if any."""
    if which == "published":
        return published(ask) if ask.scope.is_district else None
    if which == "all":
        return common.attention(ask, "attention", LIST_HEIGHT)
    return _communities_due(ask, which) if which else None


@remembered
def _communities_due(ask: Questions, which: str) -> Figure:
    """List the communities that one kind catches, the worst first."""
    say = ask.say
    (kind,) = (each for each in KINDS if each.code == which)
    (one, *_) = [*(each for each in found(ask) if each.kind.code == which), None]
    where = one.where if one else ()
    headline = say("没有：{what}", what=say.words(kind.told, count=0))
    empty = say("没有按规则要办的事。")
    if kind in unchecked_kinds(ask):
        headline = unchecked_told(say, [kind], ask.not_loaded, ask.empty_columns)
        empty = say("{unchecked}。", unchecked=headline)
    note = ""
    if one:
        headline = f"{number_written(one.count)} {say.words(kind.told, count=one.count)}"
        note = say("建议责任单位：{unit}", unit=say.words(kind.duty))
        if one.unnamed:
            note += say(" · 另有 {count} 个具名项目不列", count=one.unnamed)
    columns = {
        say("社区"): [each.name for each in where],
        say("情况"): [each.reason for each in where],
        column_heading("resident_count", say.language): pd.Series(
            [each.residents for each in where], dtype="float64"
        ),
    }
    drawing = table(
        columns, say, keys=[each.community_code for each in where], height=LIST_HEIGHT,
        empty=empty,
    )  # fmt: skip
    caption = Caption(headline, note, ask.as_of())
    return Figure(DUE, drawing, caption, ask.count("communities"), opens_profile=True)


@remembered
def changes(ask: Questions) -> Figure:
    say, counted = ask.say, ask.count("changes")
    lines = [Item(subject, sentence) for subject, sentence in _change_lines(ask)]
    if ask.scope.is_district:
        lines.append(_agreement_line(ask))
    headline = say("自 {month}以来", month=month_end_told(say, ask.month_before))
    return Figure(
        "changes",
        item_list(lines, alt=headline, empty=say("没有变化。")),
        Caption(headline, "", ask.as_of(window=True)),
        counted,
    )


def _agreement_line(ask: Questions) -> Item:
    """Say how many of the district's published figures agree with the own."""
    _, same, every = _agreement(ask)
    told = ask.say("项公开数字与本系统一致")
    if ask.is_sample:
        told = ask.say("项公开数字一致（示例照它们做成，不算核对）")
    return Item(f"{same}/{every}", told, go={LIST.name: "published"}, to="published")


def _change_lines(ask: Questions) -> list[tuple[str, str]]:
    reach, months = BY_CODE["reach"], ask.district_months().rows
    by_then = by_month(reached(ask))
    is_chosen = months["month"].to_numpy() >= np.datetime64(ask.filters.start_month)
    return change_lines(
        ask.say,
        changes=ask.count("changes").rows.iloc[0] if ask.has_before else None,
        reach=(list(by_then.values())[-1], value_before(by_then, ask.earlier, reach)),
        reach_indicator=reach,
        settled=months["settled_count"][is_chosen].sum(),
        # A community that left the list before has no such month.
        overdue=months["overdue_count"].iloc[-1] if is_chosen.any() else float("nan"),
    )


@remembered_for_all_towns
def published(ask: Questions) -> Figure:
    """Set each published figure beside the system's own."""
    say, counted = ask.say, ask.count("control_totals")
    drawing, same, every = _agreement(ask)
    return Figure(
        "published",
        drawing,
        Caption(
            say("{same}/{all} 项公开数字与本系统一致", same=same, all=every),
            _agreement_note(ask),
            "",
        ),
        counted,
    )


def _agreement_note(ask: Questions) -> str:
    """Say what the published figures are of, and that a sample fitted to them proves nothing."""
    say = ask.say
    note = say("公开数字皆为全区合计，不随筛选变化；街镇合计未曾公布")
    if not ask.is_sample:
        return note
    return say("示例照这些数字做成，一致不能证明其余的数 · {note}", note=note)


@remembered_for_all_filters
def _agreement(ask: Questions) -> tuple[Drawing, int, int]:
    """Set each published figure beside the system's own; return the table, how many agree, and of how
    many."""
    say, rows, same = ask.say, ask.count("control_totals").rows, common.published_agreement(ask)
    columns = {
        say("指标"): [say.words(FIELDS[name].label) for name in rows["measure"]],
        say("对应月份"): rows["month"].dt.strftime("%Y-%m"),
        say("公开数字"): [
            f"{number_written(float(value))} {say.words(qualifier_field.allowed[qualifier])}"
            for value, qualifier in zip(rows["published_value"], rows["qualifier"], strict=True)
        ],
        say("本系统值"): rows["own_count"],
        say("核对"): [
            "—" if each is None else say("一致") if each else say("不一致") for each in same
        ],
        say("来源时点"): rows["as_of"].fillna(say("来源未注明日期")),
        say("来源"): rows["source_title"],
    }
    return table(columns, say, height=300), same.count(True), len(same)
