"""Tell the four outcomes and participation in a line each: one large number, its change, its state, the
rest in small, and what is missing."""

from dataclasses import replace

import pandas as pd

from dashboard.asking.measured import added_here, counted_here, tiers_by_month
from dashboard.asking.memo import remembered
from dashboard.asking.questions import Questions
from dashboard.contract.columns import by_month
from dashboard.contract.filters import add_months
from dashboard.contract.indicators import (
    BY_CODE,
    figure_of,
    measure,
    months_of,
)
from dashboard.contract.origins import INKS
from dashboard.contract.rounding import number_written, percent_written
from dashboard.contract.tables import activity_kind, stated_tiers, tier
from dashboard.draw.rows import Item, Large, Level, item_list
from dashboard.figures.baseline import since_handbook
from dashboard.figures.common import tile_origin
from dashboard.figures.figure import Caption, Figure
from dashboard.figures.scope import is_settled
from dashboard.figures.targets import target_note, target_state
from dashboard.insight.changes import change_since, difference_shown
from dashboard.insight.windows import month_end_told, why_it_passes

COLUMNS = (
    "bed_supply_count", "let_count", "move_out_count", "committee_community_count",
    "effective_community_count", "in_time_count", "activity_count", "participant_count",
)  # fmt: skip
LineState = tuple[Level, str]
_NO_STATE: LineState = ("plain", "")


@remembered
def outcomes(ask: Questions) -> Figure:
    """Set the outcomes one below the other."""
    say = ask.say
    lines = [come_in(ask), stay(ask), live_well(ask), make_a_career(ask), take_part(ask)]
    return Figure(
        "outcomes",
        item_list(lines, alt=say("四个成效与参与"), empty=say("所选范围内没有数据。")),
        Caption(
            say("四个成效与参与"),
            say("有目标的才评状态；三层次各计，不相加"),
            ask.as_of(window=True),
        ),
        replace(ask.district_months(), shown=COLUMNS),
    )


def _line(title: str, large: Large | None, rest: list[str], state: LineState = _NO_STATE) -> Item:
    """Put a line together; where it has no large number, what it says stands alone."""
    level, badge = state
    small = " · ".join(filter(None, rest))
    if large is None:
        return Item(title, small, badge=badge or None, level=level)
    counts = f"{large.of} {large.figure}{'' if large.unit == '%' else ' '}{large.unit}"
    text = " · ".join(filter(None, (counts, large.change, small)))
    return Item(title, text, badge=badge or None, level=level, number=large, small=small)


def _large(ask: Questions, code: str, rows: pd.DataFrame, of: str) -> Large | None:
    """Write an indicator's value at the end of measured months, and its change, since the Handbook
    where that told it; None without a value."""
    if rows.empty or pd.isna(rows["value"].iloc[-1]):
        return None
    say, indicator = ask.say, BY_CODE[code]
    figure, unit = figure_of(rows["value"].iloc[-1], indicator, say.language)
    since = since_handbook(ask, code, rows["value"].iloc[-1])
    change = since or change_since(months_of(rows), ask.earlier, indicator, say)
    return _inked(ask, Large(figure, unit, of, change, tile_origin(ask, indicator), ""))


def _inked(ask: Questions, large: Large) -> Large:
    """Name what a number rests on; one's own is plain."""
    if large.origin == "own":
        return large
    return replace(large, named=ask.say.words(INKS[large.origin].name))


@remembered
def _tiers(ask: Questions) -> dict[str, pd.DataFrame]:
    """Give each tier's months up to the end month, those that are there."""
    rows = tiers_by_month(ask).rows
    known = {code: rows[rows["tier"] == code] for code in stated_tiers}
    end = pd.Timestamp(ask.filters.end_month)
    return {
        code: mine for code, mine in known.items() if len(mine) and mine["month"].iloc[-1] == end
    }


@remembered
def occupancy_now_and_before(ask: Questions) -> tuple[dict[str, float], dict[str, float]]:
    """Give each tier's occupancy at the end month and at the one before the chosen months."""
    values = {code: by_month(rows) for code, rows in _tiers(ask).items()}
    months = (pd.Timestamp(ask.filters.end_month), ask.earlier.period)
    now, before = (
        {code: mine[month] for code, mine in values.items() if month in mine} for month in months
    )
    return now, before


@remembered
def reached(ask: Questions) -> pd.DataFrame:
    """Give month by month what part of residents came."""
    return measure(ask.participation_months().rows, BY_CODE["reach"])


def _unfilled(ask: Questions, title: str, *columns: str) -> Item | None:
    """Say which tables would fill a line of which all is missing."""
    lacking = ask.lacking(columns)
    if not lacking:
        return None
    return _line(title, None, [ask.not_loaded_words(lacking)], ("lacking", ask.say("缺数")))


# 进得来 -----------------------------------------------------------------------------------


def come_in(ask: Questions) -> Item:
    """Tell the beds, whose number was planned, beside the other two tiers."""
    say, title = ask.say, ask.say("进得来")
    if unfilled := _unfilled(ask, title, "supply_count"):
        return unfilled
    supply = {
        code: number_written(rows["supply_count"].iloc[-1]) for code, rows in _tiers(ask).items()
    }
    told = {
        "flat": say("一套房 {count} 套", count=supply.get("flat", "")),
        "room": say("一间房 {count} 间", count=supply.get("room", "")),
    }
    months = ask.district_months().rows
    beds = _large(ask, "bed_supply", measure(months, BY_CODE["bed_supply"]), say("“一张床”"))
    homes = months["home_count"].iloc[-1]
    home = say("建管家 {count} 个", count=int(homes)) if pd.notna(homes) and homes else ""
    plan, state = target_state(ask, "bed_supply", float("nan"))
    if not plan:
        plan, state = _plan(ask)
    return _line(title, beds, [*(told[code] for code in supply if code in told), home, plan], state)


def _plan(ask: Questions) -> tuple[str, LineState]:
    """Tell the published plan of beds, which is the district's, and whether it was met; before it is
    due, as what lies ahead."""
    say = ask.say
    if ask.filters.town_codes or ask.filters.is_narrowed or not ask.scope.is_district:
        return "", _NO_STATE
    rows = ask.count("supply_completion").rows
    plans = rows[rows["target_kind"] == "plan"]
    plan = plans.iloc[-1] if len(plans) else None
    if plan is None or pd.isna(plan["supply_count"]):
        return "", _NO_STATE
    year, is_due = plan["due_on"].year, plan["days_left_count"] == 0
    target, supply = (number_written(plan[name]) for name in ("target_count", "supply_count"))
    told = say("{year} 年公开计划 {target} 张，尚未到期", year=year, target=target)
    if is_due:
        told = say(
            "{year} 年公开计划 {target} 张，到期时 {supply}",
            year=year,
            target=target,
            supply=supply,
        )
    if plan["supply_count"] >= plan["target_count"]:
        return told, ("good", say("{year} 计划已达", year=year))
    return told, ("late", say("{year} 计划未达", year=year)) if is_due else _NO_STATE


# 留得住 -----------------------------------------------------------------------------------


def stay(ask: Questions) -> Item:
    """Tell how many move out a month, beside the tiers' occupancy."""
    say, title = ask.say, ask.say("留得住")
    if unfilled := _unfilled(ask, title, "let_count"):
        return unfilled
    now, before = occupancy_now_and_before(ask)
    moved = {code: _moved(ask, code, value, before.get(code)) for code, value in now.items()}
    shares = say.listed(
        [
            say(
                "{tier} {share}",
                tier=say.words(tier.allowed[code]),
                share=f"{number_written(value, 1)}%{moved[code]}",
            )
            for code, value in now.items()
        ]
    )
    let = say("入住：{shares}", shares=shares)
    if any(moved.values()):
        since = month_end_told(say, ask.month_before)
        let = say("入住（较 {since}）：{shares}", since=since, shares=shares)
    turnover = _large(
        ask, "turnover", counted_here(ask, BY_CODE["turnover"]).rows, say("居民月流动")
    )
    target, state = target_state(ask, "turnover", _last(ask, "turnover"))
    return _line(title, turnover, [let, _belonging(ask), target], state)


def _belonging(ask: Questions) -> str:
    """Tell the score of belonging, where residents were surveyed."""
    score = BY_CODE["belonging"]
    rows = added_here(ask, score)
    if rows.empty or pd.isna(rows["value"].iloc[0]):
        return ""
    return ask.say("归属感 {score} 分", score=number_written(rows["value"].iloc[0], score.decimals))


def _moved(ask: Questions, code: str, now: float, before: float | None) -> str:
    """Write by how many points a tier's occupancy moved, in brackets."""
    if before is None or pd.isna(before) or pd.isna(now):
        return ""
    moved = difference_shown(now, before, BY_CODE[f"occupancy_{code}"])
    return ask.say("（{change}）", change=number_written(moved, 1, signed=True))


# 住得安 -----------------------------------------------------------------------------------


def live_well(ask: Questions) -> Item:
    """Tell how promptly proposals are settled, beside what part committees govern and reach."""
    say = ask.say
    large = _large(
        ask, "closing_rate", counted_here(ask, BY_CODE["closing_rate"]).rows, say("14 天内办结")
    )
    missing = ask.lacking(
        ["committee_community_count", "in_time_count", "effective_community_count"]
    )
    target, state = target_state(ask, "closing_rate", _last(ask, "closing_rate"))
    if not target:
        # The line's large number is another's, so that its state is told in words.
        target = target_note(ask, "committee_coverage", _last(ask, "committee_coverage"))
        target = target and say("居村治理 {target}", target=target)
    if missing:
        if state[1]:  # its place is taken
            target = say("{target}：{state}", target=target, state=state[1])
        state = ("lacking", say("缺数"))
    lacking = ask.not_loaded_words(missing) if missing else ""
    told = [*_governed(ask), _effective(ask), target, lacking]
    return _line(say("住得安"), large, told, state)


def _last(ask: Questions, code: str) -> float:
    """Give an indicator's value over the chosen months."""
    rows = counted_here(ask, BY_CODE[code]).rows
    return float("nan") if rows.empty else float(rows["value"].iloc[-1])


def _governed(ask: Questions) -> list[str]:
    """Tell what part of communities committees govern, and how that grew since the Handbook; nothing
    where they were chosen by that, or where of none it is known."""
    share = _last(ask, "committee_coverage")
    if pd.isna(share) or is_settled(ask, BY_CODE["committee_coverage"]):
        return []
    told = ask.say("居村治理占 {share:.1f}%", share=share)
    return [told, since_handbook(ask, "committee_coverage", share)]


def _effective(ask: Questions) -> str:
    share = _last(ask, "effective_coverage")
    return "" if pd.isna(share) else ask.say("有效覆盖 {share}", share=percent_written(share))


# 能成业 -----------------------------------------------------------------------------------


def make_a_career(ask: Questions) -> Item:
    """Tell how many activities were evening courses, of any programme, beside the same months a year
    before, and who finished a course, passed or found a job, where that is recorded."""
    say, title = ask.say, ask.say("能成业")
    if unfilled := _unfilled(ask, title, "activity_count"):
        return unfilled
    mark, of = ask.origin_of(["activity_count"]), say.words(activity_kind.allowed["course"])
    held = Large(number_written(_sessions(ask)), say("场"), of, "", mark, "")
    start = add_months(ask.filters.start_month, -12)
    if ask.earlier.year is not None and start in ask.warehouse.months:
        year = replace(
            ask.filters, start_month=start, end_month=add_months(ask.filters.end_month, -12)
        )
        held = replace(held, change=say("上年同期 {count} 场", count=_sessions(ask.on(year))))
    told, state = _skills(ask)
    return _line(title, _inked(ask, held), [told], state)


def _skills(ask: Questions) -> tuple[str, LineState]:
    """Tell the courses finished, certificates and jobs of the chosen months, or what would."""
    say, lacking = ask.say, ask.lacking(["record_count"])
    if lacking:
        return ask.not_loaded_words(lacking), ("lacking", say("部分缺数"))
    counted = ask.count("monthly_records").rows.groupby("record_kind")["record_count"]
    counts = counted.sum(skipna=False).to_dict()
    kinds = {"finished": "courses_finished", "passed": "certificates", "found": "jobs_found"}
    if not counts.keys() & set(kinds.values()):
        return say("还没有填报"), ("lacking", say("部分缺数"))
    numbers = {name: number_written(counts.get(kind)) for name, kind in kinds.items()}
    return say("结业 {finished}、证书 {passed}、就业 {found}", **numbers), _NO_STATE


def _sessions(ask: Questions) -> int:
    rows = ask.count("activity_kinds").rows
    return int(rows["activity_count"][rows["activity_kind"] == "course"].sum())


# 参与 -------------------------------------------------------------------------------------


def take_part(ask: Questions) -> Item:
    """Tell what part of residents came, and how many they were."""
    say, title = ask.say, ask.say("参与")
    if unfilled := _unfilled(ask, title, "participant_count"):
        return unfilled
    rows = reached(ask)
    large = _large(ask, "reach", rows, say("居民到场"))
    if large is None:
        return _line(title, None, [say("人数过少或没有数据")])
    persons = number_written(rows["numerator"].iloc[-1])
    told = say("{months} 个月到场 {count} 人", months=ask.filters.window_months, count=persons)
    value = rows["value"].iloc[-1]
    target, state = target_state(ask, "reach", value)
    why = why_it_passes(say, BY_CODE["reach"], value)
    return _line(title, large, [told, why, target], state)
