"""Make the figures of what was published: by topic, targets, two snapshots, events, reports."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import pandas as pd

from dashboard.asking.memo import remembered, remembered_for_all_filters
from dashboard.asking.questions import QueryResult, Questions
from dashboard.contract.indicators import percent
from dashboard.contract.rounding import number_written, percent_written
from dashboard.contract.tables import confidence
from dashboard.draw.rows import Written, table
from dashboard.figures.events import Event, events
from dashboard.figures.figure import Caption, Figure
from dashboard.figures.quoted import Quoted, facts
from dashboard.figures.told import title_told
from dashboard.insight.facts import report_told
from dashboard.insight.published import ONE_THING, OUTSIDE, TOPICS, about, conflicting
from dashboard.insight.quoting import (
    Fact,
    dated,
    named,
    note_told,
    value_held,
    value_parts,
    value_told,
)
from dashboard.language import Say
from dashboard.subjects.published.sentences import TILES_OF

TABLE_HEIGHT = "clamp(200px, 60vh, 620px)"
MOST_UNSCROLLED = 8
FIRST = ("F001", "F002", "F003")
LATER = ("F016", "F017", "F018")

# Where figures are of ----------------------------------------------------------------------


@remembered_for_all_filters
def towns_of_places(ask: Questions) -> dict[str, tuple[str, str]]:
    """Find the town and the community, if it is of one, of each place that figures are of."""
    found: dict[str, tuple[str, str]] = {}
    for row in ask.communities.itertuples():
        aliases = "" if pd.isna(row.aliases) else row.aliases
        for name in filter(None, (row.name_zh, *aliases.split(";"))):
            found[name] = (row.town_code, str(row.Index))
    return {**found, **{name: (code, "") for code, name in ask.towns["name_zh"].items()}}


def is_of_places(ask: Questions) -> bool:
    """Tell whether places are chosen."""
    return bool(ask.filters.town_codes or ask.filters.community_codes)


def is_chosen(ask: Questions, place: tuple[str, str]) -> bool:
    """Tell whether a place is what is chosen, or lies in it."""
    town, community = place
    if ask.filters.community_codes:
        return community in ask.filters.community_codes
    return not ask.filters.town_codes or town in ask.filters.town_codes


@remembered
def chosen_figures(ask: Questions) -> QueryResult:
    """Give the published figures of what is chosen: all where no place is."""
    counted = ask.count("published_figures")
    if not is_of_places(ask):
        return counted
    places = towns_of_places(ask)
    mine = [is_chosen(ask, places.get(place, ("", ""))) for place in counted.rows["place"]]
    return replace(counted, rows=counted.rows[mine].reset_index(drop=True))


@remembered
def chosen_reports(ask: Questions) -> QueryResult:
    """Give the reports of what is chosen: all where no place is."""
    counted = ask.count("project_reports")
    if not is_of_places(ask):
        return counted
    codes, towns = counted.rows["community_code"].fillna(""), ask.communities["town_code"]
    mine = [is_chosen(ask, (towns.get(code, ""), code)) for code in codes]
    return replace(counted, rows=counted.rows[mine].reset_index(drop=True))


def _only(ask: Questions, codes: Iterable[str]) -> QueryResult:
    """Give the published figures of these numbers."""
    counted = ask.count("published_figures")
    return replace(counted, rows=counted.rows[counted.rows["figure_id"].isin(set(codes))])


# Figures by topic --------------------------------------------------------------------------


@remembered
def of_topic(ask: Questions, topic: str) -> Figure | None:
    """Set a topic's figures in a table, one line a thing and value; None where there are none."""
    every = chosen_figures(ask).rows["figure_id"]
    mine = [code for code in every if about(code).topic == topic]
    if not mine:
        return None
    say, differing, lines = ask.say, _differing(ask), _lines(ask, mine)
    drawing = table(
        {
            say("公开的是什么"): [named(line[0], say) for line in lines],
            say("公开的数"): Written(
                [value_told(line[0], say) for line in lines],
                [value_held(line[0], say) for line in lines],
                is_text=True,
            ),
            say("时点"): [dated(line[0], say) for line in lines],
            say("范围"): [say.published(line[0].row.place) for line in lines],
            say("核对"): [_checked(line, differing, say) for line in lines],
            say("说明"): [_notes(line, say) or "—" for line in lines],
            say("来源"): [_titles(line, say) for line in lines],
            say("链接"): [_link(line) for line in lines],
            say("可信度"): [_trust(line[0].row.confidence, say) for line in lines],
        },
        say,
        height=TABLE_HEIGHT if len(lines) > MOST_UNSCROLLED else None,
        link=say("链接"),
    )
    headline = say("{topic}：公开数字 {count} 项", topic=say.words(TOPICS[topic]), count=len(mine))
    note = (
        say("不是闵行的数，只作对照")
        if topic in OUTSIDE
        else say("照来源原样；同一事项说法不一的并列，不平均")
    )
    return Figure(f"published-{topic}", drawing, Caption(headline, note, ""), _only(ask, mine))


@remembered_for_all_filters
def _differing(ask: Questions) -> frozenset[str]:
    """Name the figures that another source contradicts; what was superseded contradicts nothing."""
    rows = ask.count("published_figures").rows
    rows = rows[[not about(code).superseded_by for code in rows["figure_id"]]]
    return frozenset(rows["figure_id"][conflicting(rows)])


def _lines(ask: Questions, codes: Iterable[str]) -> list[list[Fact]]:
    """Gather what several sources say alike, and set what they say of one thing one below another;
    what was superseded comes last."""
    known = facts(ask)
    things: dict[tuple[str, ...], dict[tuple[str, str], list[Fact]]] = {}
    for code in sorted(codes, key=lambda each: (bool(about(each).superseded_by), each)):
        row = known[code].row
        thing = tuple(str(getattr(row, name)) for name in ONE_THING)
        said = (row.published_value, row.qualifier)
        things.setdefault(thing, {}).setdefault(said, []).append(known[code])
    return [line for values in things.values() for line in values.values()]


def _checked(line: Sequence[Fact], differing: frozenset[str], say: Say) -> str:
    """Say whether sources agree, and whether a figure still holds."""
    told = []
    if later := line[0].about.superseded_by:
        told.append(say("已被 {later} 取代", later=later))
    if line[0].code in differing:
        told.append(say("两处报道不一"))
    if other := line[0].about.conflicts_with:
        told.append(say("与 {other} 不一", other=other))
    if len(line) > 1:
        told.append(say("{count} 处报道相同", count=len(line)))
    return say.listed(told) or "—"


def _titles(line: Sequence[Fact], say: Say) -> str:
    """Name the sources by their titles and days, and the figures' numbers."""
    told = []
    for each in line:
        title = title_told(str(each.row.source_title))
        day = say("未注明日期") if pd.isna(each.row.published_on) else each.row.published_on
        told.append(say("{title}（{day}）{code}", title=title, day=day, code=each.code))
    return _mark(say).join(told)


def _mark(say: Say) -> str:
    return "; " if say.language == "en" else "；"


def _link(line: Sequence[Fact]) -> str:
    return next((each.row.source_url for each in line if pd.notna(each.row.source_url)), "—")


def _trust(code: str, say: Say) -> str:
    return say.words(confidence.allowed[code])


def _notes(line: Sequence[Fact], say: Say) -> str:
    """Write what one should know, once what several notes say alike."""
    mark = _mark(say)
    notes = [clause for each in line for clause in note_told(each, say).split(mark) if clause]
    return mark.join(dict.fromkeys(notes))


# Targets, snapshots, events, reports ---------------------------------------------------------


@remembered_for_all_filters
def targets(ask: Questions) -> Figure:
    """Set each published target and forecast beside what was published of its reach."""
    say, known = ask.say, facts(ask)
    lines = [line for line in _lines(ask, known) if _is_target(line[0])]
    reached = [known.get(line[0].about.reached_by) for line in lines]
    shares = [
        percent(each.number, line[0].number) if each else None
        for each, line in zip(reached, lines, strict=True)
    ]
    drawing = table(
        {
            say("目标"): [named(line[0], say) for line in lines],
            say("目标数"): [value_told(line[0], say) for line in lines],
            say("期限"): [dated(line[0], say) for line in lines],
            say("公布的进度"): [
                value_told(each, say) if each else say("未公布") for each in reached
            ],
            say("进度时点"): [dated(each, say) if each else "—" for each in reached],
            say("占目标"): Written([percent_written(each) for each in shares], shares),
            say("核对"): [_checked(line, _differing(ask), say) for line in lines],
            say("来源"): [_titles(line, say) for line in lines],
        },
        say,
    )
    return Figure(
        "published-targets",
        drawing,
        Caption(
            say("公布的目标与预计 {count} 项", count=len(lines)),
            say("进度也只取公布的数；同一目标两处报道不一的，两者都列"),
            "",
        ),
        _only(ask, (fact.code for line in lines for fact in line)),
    )


def _is_target(fact: Fact) -> bool:
    """Tell whether a figure is a target of Minhang's with a day on which it is due."""
    if fact.about.topic != "housing" or pd.isna(fact.row.as_of):
        return False
    return bool(fact.about.reached_by) or fact.row.qualifier == "planned"


@remembered_for_all_filters
def snapshots(ask: Questions) -> Figure | None:
    """Set the two published snapshots of the district side by side, with what forbids a difference."""
    say, known = ask.say, facts(ask)
    if not {*FIRST, *LATER} <= known.keys():
        return None
    pairs = [(known[first], known[later]) for first, later in zip(FIRST, LATER, strict=True)]
    apart = [_difference(first, later) for first, later in pairs]
    drawing = table(
        {
            say("指标"): [say.published(first.row.published_measure) for first, _ in pairs],
            say("2024 年秋（《手册》）"): [value_told(first, say) for first, _ in pairs],
            say("约 2025-12 至 2026-03"): [value_told(later, say) for _, later in pairs],
            say("相差"): Written(
                [
                    say("约数，不相减") if each is None else number_written(each, signed=True)
                    for each in apart
                ],
                apart,
            ),
        },
        say,
    )
    headline = say(
        "全区公布过两次：{first}，{later}",
        first=value_told(known[FIRST[0]], say),
        later=value_told(known[LATER[0]], say),
    )
    note = say("后一次的网页未注明日期，时间是推断；房源与居民为约数，口径或已改变，不宜直接相减")
    return Figure(
        "published-snapshots", drawing, Caption(headline, note, ""), _only(ask, (*FIRST, *LATER))
    )


def _difference(first: Fact, later: Fact) -> float | None:
    """Subtract two exact figures; of rounded ones there is no difference to tell."""
    if {first.row.qualifier, later.row.qualifier} != {"exact"}:
        return None
    return (later.number or 0) - (first.number or 0)


@remembered
def timeline(ask: Questions, topics: tuple[str, ...] = ()) -> Figure | None:
    """List the published events, the newest first: of the topics or of the chosen places."""
    say, found = ask.say, [each for each in reversed(events(ask)) if _is_told(ask, each, topics)]
    if not found:
        return None
    drawing = table(
        {
            say("时间"): [each.dated for each in found],
            say("大事"): [each.label for each in found],
            say("地点"): [each.place or say("全区") for each in found],
            say("来源"): [
                say(
                    "{title}（{day}）",
                    title=each.source.title,
                    day=each.source.published_on or say("未注明日期"),
                )
                for each in found
            ],
            say("链接"): [each.source.url or "—" for each in found],
        },
        say,
        height=TABLE_HEIGHT if len(found) > MOST_UNSCROLLED else None,
        link=say("链接"),
    )
    return Figure(
        "published-events",
        drawing,
        Caption(say("大事 {count} 件", count=len(found)), say("只知月份或先后的，照所知写出"), ""),
        _only(ask, (each.figure_id for each in found)),
    )


def _is_told(ask: Questions, event: Event, topics: tuple[str, ...]) -> bool:
    if is_of_places(ask):
        place = facts(ask)[event.figure_id].row.place
        return is_chosen(ask, towns_of_places(ask).get(place, ("", "")))
    return not topics or event.is_wide or event.topic in topics


@remembered
def reports(ask: Questions) -> Figure | None:
    """List the reports of named projects with all that they say; None where there are none."""
    say, counted = ask.say, chosen_reports(ask)
    rows = counted.rows
    if rows.empty:
        return None
    drawing = table(
        {
            say("项目"): rows["name_zh"],
            say("报道说了什么"): [
                report_told(each, say) or say("文字报道") for each in rows.itertuples()
            ],
            say("发布日期"): rows["published_on"].fillna(say("未注明")),
            say("来源"): rows["source_title"].map(title_told),
            say("链接"): rows["source_url"].fillna("—"),
            say("可信度"): [_trust(each, say) for each in rows["confidence"]],
            say("编号"): rows["report_code"],
        },
        say,
        height=TABLE_HEIGHT if len(rows) > MOST_UNSCROLLED else None,
        link=say("链接"),
    )
    headline = say("具名项目的报道 {count} 篇", count=len(rows))
    note = say("来源之间有时不一致，两者都保留")
    return Figure("published-reports", drawing, Caption(headline, note, ""), counted)


# Key numbers -------------------------------------------------------------------------------


@remembered_for_all_filters
def tiles(ask: Questions, page: str) -> tuple[Quoted, ...]:
    """Give a page's key numbers as they were published."""
    known = facts(ask)
    return tuple(
        _tile(ask.say, known[code], known.get(later))
        for code, later in TILES_OF.get(page, ())
        if code in known
    )


def _tile(say: Say, fact: Fact, later: Fact | None) -> Quoted:
    """Make a key number; where another source says otherwise, that stands below it."""
    told = [dated(fact, say)]
    if later is not None:
        value = (
            " ".join(value_parts(later, say)) if say.language == "zh" else value_told(later, say)
        )
        told.append(say("另一报道：{value}（{as_of}）", value=value, as_of=dated(later, say)))
    source = title_told(str(fact.row.source_title))
    label = say.published(fact.row.published_measure)
    about_it = (named(fact, say), source, note_told(fact, say))
    return Quoted(
        fact.code,
        label[:1].upper() + label[1:],
        " · ".join(filter(None, about_it)),
        *value_parts(fact, say),
        " · ".join(told),
        fact.number,
    )
