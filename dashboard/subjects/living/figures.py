"""Show who organises, what was asked and answered, what is counted, spaces, clubs, votes and rents."""

import pandas as pd

from dashboard.asking.measured import counted_here
from dashboard.asking.memo import remembered
from dashboard.asking.questions import Questions
from dashboard.contract.columns import as_floats
from dashboard.contract.indicators import BY_CODE, percent
from dashboard.contract.protection import BASE
from dashboard.contract.rounding import number_written, percent_written
from dashboard.contract.tables import (
    channel,
    club_kind,
    club_leader,
    record_kind,
    space_kind,
    stated_tiers,
    tier,
)
from dashboard.draw.rows import Written, table
from dashboard.figures.common import months_by_name
from dashboard.figures.figure import Caption, Figure
from dashboard.figures.quoted import facts
from dashboard.insight.quoting import value_told
from dashboard.language import Say
from dashboard.subjects.living.drawings import small_lines

STAFF = "staff"
BED_RENT = "F031"
TABLE_HEIGHT = "clamp(200px, 50vh, 420px)"


def self_organised(ask: Questions) -> Figure:
    """Draw what part of activities residents organise: the loop's last step as it is seen."""
    counted = counted_here(ask, BY_CODE["self_organised"])
    return months_by_name(ask, "living-self_organised", counted, "self_organised", 300)


@remembered
def channels(ask: Questions) -> Figure:
    """List by which ways proposals came, and how many were answered to the resident."""
    say, counted = ask.say, ask.count("replies_by_channel")
    rows = counted.rows[counted.rows["channel_proposal_count"] > 0]
    rows = rows.sort_values("channel_proposal_count", ascending=False)
    shares = percent(as_floats(rows["replied_count"]), as_floats(rows["reply_known_count"]))
    names = say.names(channel.allowed)
    drawing = table(
        {
            say("渠道"): [names[code] for code in rows["channel"]],
            say("提案"): rows["channel_proposal_count"],
            say("已回复"): rows["replied_count"],
            say("回复率"): Written(list(map(percent_written, shares)), shares),
        },
        say,
    )
    caption = Caption(
        say("提案从哪里来、答复了没有"),
        say("件，所选月份提出的 · 回复率只按记有是否回复的算"),
        ask.as_of(window=True),
    )
    return Figure("living-channels", drawing, caption, counted)


@remembered
def monthly_counts(ask: Questions) -> Figure:
    """Draw what communities counted month by month, for the chosen ones together."""
    say, end = ask.say, pd.Timestamp(ask.filters.end_month)
    counted = ask.count("monthly_records", start_month=ask.warehouse.months[0])
    rows = counted.rows
    reporting = rows.loc[rows["month"] == end, "record_community_count"]
    drawing = small_lines(rows, say.names(record_kind.allowed), say, marked=end)
    note = say(
        "合计，只计报了数的社区（当月至多 {count} 个），各用各的刻度 · 个案只列公开的五个方面",
        count=number_written(reporting.max() if len(reporting) else 0),
    )
    caption = Caption(say("党团员、技能就业与服务个案，逐月"), note, ask.as_of())
    return Figure("living-counts", drawing, caption, counted)


@remembered
def spaces(ask: Questions) -> Figure:
    say, counted = ask.say, ask.count("space_kinds")
    rows = counted.rows.sort_values("space_count", ascending=False)
    names = say.names(space_kind.allowed)
    drawing = table(
        {
            say("空间"): [names[code] for code in rows["space_kind"]],
            say("处"): rows["space_count"],
            say("社区数"): rows["space_community_count"],
            say("面积（平方米）"): rows["space_area_m2"],
            say("其中面积可知"): rows["measured_space_count"],
        },
        say,
    )
    every = number_written(rows["space_count"].sum())
    headline = say("共享空间") if rows.empty else say("共享空间 {count} 处", count=every)
    return Figure(
        "living-spaces",
        drawing,
        Caption(headline, say("按用途；面积不详的不计"), ask.as_of()),
        counted,
    )


@remembered
def clubs(ask: Questions) -> Figure:
    """List clubs by kind and by who leads them: of persons only how many there are."""
    say, counted = ask.say, ask.count("club_kinds")
    rows = counted.rows
    clubs_of, members_of = (_of_kinds(rows, each) for each in ("club_count", "club_member_count"))
    drawing = table(
        {
            say("社团"): [say.words(club_kind.allowed[code]) for code in clubs_of],
            say("个"): [sum(of.values()) for of in clubs_of.values()],
            **{
                say("{leader}牵头", leader=say.words(words)): [
                    of.get(code, 0.0) for of in clubs_of.values()
                ]
                for code, words in club_leader.allowed.items()
            },
            say("成员"): [sum(of.values()) for of in members_of.values()],
        },
        say,
    )
    every = rows["club_count"].sum()
    own = rows.loc[rows["club_leader"] != STAFF, "club_count"].sum()
    counts = {"count": number_written(every), "own": number_written(own)}
    headline = say("社团") if rows.empty else say("社团 {count} 个，{own} 个由居民牵头", **counts)
    note = say("学长、达人、居民都是住户；成员一人可参加几个社团")
    return Figure("living-clubs", drawing, Caption(headline, note, ask.as_of()), counted)


def _of_kinds(rows: pd.DataFrame, column: str) -> dict[str, dict[str, float]]:
    """Give a count by kind of club and by who leads; a hidden one is missing, and so is its sum."""
    found: dict[str, dict[str, float]] = {kind: {} for kind in club_kind.allowed}
    cells = zip(rows["club_kind"], rows["club_leader"], as_floats(rows[column]), strict=True)
    for kind, leader, count in cells:
        found[kind][leader] = float(count)
    return {kind: of for kind, of in found.items() if of}


@remembered
def votes(ask: Questions) -> Figure:
    """List what residents were asked to decide: who voted, and what won."""
    say, counted = ask.say, ask.count("space_votes")
    keys = ["community_code", "voted_on", "vote_question"]
    found = list(
        counted.rows.sort_values("voted_on", ascending=False, kind="stable").groupby(
            keys, sort=False
        )
    )
    names, towns = ask.community_names, ask.town_names()
    drawing = table(
        {
            say("社区"): [names[code] for (code, _, _), _ in found],
            say("街镇"): [towns[mine["town_code"].iloc[0]] for _, mine in found],
            say("表决事项"): [question for (_, _, question), _ in found],
            say("日期"): [f"{day:%Y-%m-%d}" for (_, day, _), _ in found],
            say("投票人数"): [mine["voter_count"].iloc[0] for _, mine in found],
            say("结果"): [
                result_told(mine, say, is_rounded=ask.warehouse.is_protected) for _, mine in found
            ],
        },
        say,
        height=TABLE_HEIGHT,
        keys=[code for (code, _, _), _ in found],
    )
    headline = say("居民表决过的事项 {count} 件", count=len(found))
    caption = Caption(
        headline if found else say("居民表决过的事项"),
        ask.without_named(say("最近的在前，点一行看画像")),
        ask.as_of(),
    )
    return Figure("living-votes", drawing, caption, counted, opens_profile=True)


def result_told(options: pd.DataFrame, say: Say, *, is_rounded: bool = False) -> str:
    """Say what won a vote; what cannot be is told, not counted. Votes that are rounded each by
    itself (``is_rounded``) tell neither that nor who won by few. Rows: one an option."""
    counts = options["vote_count"].astype("float64")
    if counts.isna().any():
        return say("票数过少，不显示")
    if not is_rounded and counts.sum() > options["voter_count"].astype("float64").min():
        return say("票数合计多于投票人数，请核对")
    if is_rounded and len(counts) > 1 and counts.max() - counts.nlargest(2).iloc[1] < 2 * BASE:
        return say("票数相近，凑整后分不出")
    won = options.loc[counts == counts.max(), "vote_option"].tolist()
    told = number_written(counts.max())
    if len(won) > 1:
        return say("{options} 同为 {count} 票", options=say.listed(won), count=told)
    return say("{option}，{count} 票", option=won[0], count=told)


@remembered
def rents(ask: Questions) -> Figure:
    """Set rents by tier beside what was published of beds in Homes."""
    say, counted = ask.say, ask.count("rents")
    rows, published = counted.rows.set_index("tier"), facts(ask).get(BED_RENT)
    there = [code for code in stated_tiers if code in rows.index]
    rows = rows.loc[there]
    drawing = table(
        {
            say("层次"): [say.words(tier.allowed[code]) for code in there],
            say("社区数"): rows["rent_community_count"],
            say("最低"): rows["lowest_rent_cny"],
            say("中位"): rows["median_rent_cny"],
            say("最高"): rows["highest_rent_cny"],
            say("公开的建管家床租"): [
                value_told(published, say) if code == "bed" and published else "—" for code in there
            ],
        },
        say,
    )
    note = say("元/月，每套、每间或每张床 · 公开的只有建管家一张床的租金，其余没有公开的上限")
    return Figure(
        "living-rents", drawing, Caption(say("月租金，按层次"), note, ask.as_of()), counted
    )
