"""Tell the four outcomes and participation in a line each: numbers, change, state, what is missing."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from dashboard.asking.measured import counted_here, tiers_by_month
from dashboard.asking.memo import remembered
from dashboard.asking.questions import Questions, columns_of
from dashboard.contract.columns import by_month
from dashboard.contract.filters import add_months
from dashboard.contract.indicators import BY_CODE, figure_of, measure, percent
from dashboard.contract.rounding import number_written
from dashboard.contract.tables import tier
from dashboard.draw.inked import inked, unmarked
from dashboard.draw.rows import Item, item_list
from dashboard.figures.figure import Caption, Figure
from dashboard.insight.changes import change_since, change_written, value_before
from dashboard.insight.outlook import governed_counts
from dashboard.insight.state import State

COLUMNS = (
    "bed_supply_count", "let_count", "move_out_count", "committee_community_count",
    "effective_community_count", "in_time_count", "activity_count", "participant_count",
)  # fmt: skip


@remembered
def outcomes(ask: Questions) -> Figure:
    """Set the outcomes one below the other."""
    say = ask.say
    lines = [come_in(ask), stay(ask), live_well(ask), make_a_career(ask), take_part(ask)]
    return Figure(
        "outcomes",
        item_list(lines, alt=say("四个成效与参与"), empty=say("所选范围内没有数据。")),
        Caption(
            say("四个成效"),
            say("有公开目标的才评状态；三层次各计，不相加"),
            ask.as_of(window=True),
            spoken_only=True,
        ),
        replace(ask.district_months(), shown=COLUMNS),
    )


def _line(title: str, parts: list[str], state: tuple[State | str, str] = ("", "")) -> Item:
    """Put a line together: sentences with their figures marked, and its state."""
    text, numbers = unmarked(" · ".join(filter(None, parts)))
    level, badge = state
    return Item(title, text, badge=badge or None, level=level or "plain", numbers=tuple(numbers))  # type: ignore[arg-type]


def origin(ask: Questions, *columns: str) -> str:
    """Say what figures counted from these columns rest on."""
    return "sample" if ask.shows_sample(columns) else "own"


def number(ask: Questions, code: str, value: float | None) -> str:
    """Write an indicator's value, marked, and its unit."""
    figure, unit = figure_of(value, BY_CODE[code], ask.say.language)
    return inked(figure, origin(ask, *columns_of(BY_CODE[code]))) + ("%" if unit == "%" else "")


@remembered
def _tiers(ask: Questions) -> dict[str, pd.DataFrame]:
    """Give each tier's months up to the end month, those that are there."""
    rows = tiers_by_month(ask).rows
    known = {code: rows[rows["tier"] == code] for code in tier.allowed}
    end = pd.Timestamp(ask.filters.end_month)
    return {
        code: mine for code, mine in known.items() if len(mine) and mine["month"].iloc[-1] == end
    }


def tiers_at(ask: Questions, month: pd.Timestamp) -> dict[str, float]:
    """Give each tier's occupancy at a month's end."""
    values = {code: by_month(rows) for code, rows in _tiers(ask).items()}
    return {code: mine[month] for code, mine in values.items() if month in mine}


def _lacking(ask: Questions, *columns: str) -> str:
    """Say which tables would fill a line; nothing where all are loaded."""
    lacking = ask.lacking(columns)
    return ask.not_loaded_words(lacking) if lacking else ""


# 进得来 -----------------------------------------------------------------------------------


def come_in(ask: Questions) -> Item:
    say = ask.say
    if missing := _lacking(ask, "supply_count"):
        return _line(say("进得来"), [missing], ("lacking", say("缺数")))
    mark = origin(ask, "supply_count")
    counts = {
        code: inked(number_written(rows["supply_count"].iloc[-1]), mark)
        for code, rows in _tiers(ask).items()
    }
    told = {
        "flat": say("一套房 {count} 套", count=counts.get("flat", "")),
        "room": say("一间房 {count} 间", count=counts.get("room", "")),
        "bed": say("一张床 {count} 张", count=counts.get("bed", "")),
    }
    tiers = [told[code] for code in counts]
    now = ask.district_months().rows
    beds = measure(now, BY_CODE["bed_supply"])
    change = say("床位{change}", change=change_since(beds, ask.earlier, BY_CODE["bed_supply"], say))
    homes = int(now["home_count"].iloc[-1]) if pd.notna(now["home_count"].iloc[-1]) else 0
    home = say("建管家 {count} 个", count=inked(str(homes), origin(ask, "home_count")))
    target, state = _target(ask)
    return _line(say("进得来"), [say.listed(tiers), change, home if homes else "", target], state)


def _target(ask: Questions) -> tuple[str, tuple[str, str]]:
    """Tell the published plan of beds, which is the district's, and whether it was met."""
    say = ask.say
    if ask.filters.town_codes or ask.filters.is_narrowed:
        return "", ("", "")
    rows = ask.count("supply_completion").rows
    plans = rows[rows["target_kind"] == "plan"]
    if plans.empty:
        return "", ("", "")
    plan = plans.iloc[-1]
    told = say(
        "{year} 年计划 {target} 张，当时 {supply} 张",
        year=plan["due_on"].year,
        target=inked(number_written(plan["target_count"]), "published"),
        supply=inked(number_written(plan["supply_count"]), origin(ask, "supply_count")),
    )
    if plan["supply_count"] >= plan["target_count"]:
        return told, ("good", say("计划已达"))
    return told, ("", "") if plan["days_left_count"] > 0 else ("late", say("计划未达"))


# 留得住 -----------------------------------------------------------------------------------


def stay(ask: Questions) -> Item:
    say = ask.say
    if missing := _lacking(ask, "let_count"):
        return _line(say("留得住"), [missing], ("lacking", say("缺数")))
    end, before = pd.Timestamp(ask.filters.end_month), tiers_at(ask, ask.earlier.period)
    shares = [
        say(
            "{tier} {share}",
            tier=say.words(tier.allowed[code]),
            share=number(ask, f"occupancy_{code}", value) + _moved(ask, value, before.get(code)),
        )
        for code, value in tiers_at(ask, end).items()
    ]
    turnover = BY_CODE["turnover"]
    rows = counted_here(ask, turnover).rows
    moved = say(
        "月流动 {share}，{change}",
        share=number(ask, "turnover", rows["value"].iloc[-1] if len(rows) else None),
        change=change_since(rows, ask.earlier, turnover, say),
    ) if len(rows) else ""  # fmt: skip
    return _line(say("留得住"), [say("入住 {shares}", shares=say.listed(shares)), moved])


def _moved(ask: Questions, now: float, before: float | None) -> str:
    """Write by how many points an occupancy moved, in brackets."""
    if before is None or pd.isna(before) or pd.isna(now):
        return ""
    return ask.say(
        "（{change}）", change=number_written(round(now, 1) - round(before, 1), 1, signed=True)
    )


# 住得安 -----------------------------------------------------------------------------------


def live_well(ask: Questions) -> Item:
    say, months = ask.say, ask.district_months().rows
    now = months.iloc[-1]
    parts = [_governed(ask, now), _effective(ask, now), _closing(ask)]
    missing = _lacking(
        ask, "committee_community_count", "in_time_count", "effective_community_count"
    )
    state = ("lacking", say("缺数")) if missing else ("", "")
    return _line(say("住得安"), [*parts, missing], state)


def _governed(ask: Questions, now: Any) -> str:
    """Write both kinds of governance as a sum, and what part of it committees are."""
    counts = governed_counts(now)
    if counts is None:
        return ""
    say, mark = ask.say, origin(ask, "committee_community_count")
    committee, grid, total = (inked(number_written(each), mark) for each in counts)
    share = percent(counts[0], counts[2])
    if counts[2] in counts[:2]:
        by_grid = counts[1] == counts[2]
        return say(
            "片区网格 {total}，全覆盖" if by_grid else "居村治理 {total}，全覆盖", total=total
        )
    if counts[0] + counts[1] < counts[2]:
        return say(
            "居村治理 {committee} + 片区网格 {grid}，共 {total}",
            committee=committee,
            grid=grid,
            total=total,
        )
    return say(
        "居村治理 {committee} + 片区网格 {grid} = {total}，全覆盖（居村占 {share:.1f}%）",
        committee=committee, grid=grid, total=total, share=share,
    )  # fmt: skip


def _effective(ask: Questions, now: Any) -> str:
    share = percent(now["effective_community_count"], now["community_count"])
    if pd.isna(share):
        return ""
    return ask.say("有效覆盖 {share}", share=number(ask, "effective_coverage", share))


def _closing(ask: Questions) -> str:
    rows, closing = counted_here(ask, BY_CODE["closing_rate"]).rows, BY_CODE["closing_rate"]
    if rows.empty or pd.isna(rows["value"].iloc[-1]):
        return ""
    return ask.say(
        "14 天办结 {share}，{change}",
        share=number(ask, "closing_rate", rows["value"].iloc[-1]),
        change=change_since(rows, ask.earlier, closing, ask.say),
    )


# 能成业 -----------------------------------------------------------------------------------


def make_a_career(ask: Questions) -> Item:
    """Tell the night school's sessions, beside the same months a year before; certificates and jobs
    are nowhere recorded."""
    say = ask.say
    if missing := _lacking(ask, "activity_count"):
        return _line(say("能成业"), [missing], ("lacking", say("缺数")))
    held = _sessions(ask)
    told = say("夜校 {count} 场", count=inked(number_written(held), origin(ask, "activity_count")))
    start = add_months(ask.filters.start_month, -12)
    if ask.earlier.year is not None and start in ask.warehouse.months:
        year = replace(
            ask.filters, start_month=start, end_month=add_months(ask.filters.end_month, -12)
        )
        told += say("，上年同期 {count} 场", count=_sessions(ask.on(year)))
    return _line(say("能成业"), [told, say("证书、就业：未载入")], ("lacking", say("缺数")))


def _sessions(ask: Questions) -> int:
    rows = ask.count("activity_kinds").rows
    return int(rows["activity_count"][rows["activity_kind"] == "course"].sum())


# 参与 -------------------------------------------------------------------------------------


def take_part(ask: Questions) -> Item:
    say, reach = ask.say, BY_CODE["reach"]
    if missing := _lacking(ask, "participant_count"):
        return _line(say("参与"), [missing], ("lacking", say("缺数")))
    rows = measure(ask.participation_months().rows, reach)
    if rows.empty or pd.isna(rows["value"].iloc[-1]):
        return _line(say("参与"), [say("人数过少或没有数据")])
    values: Mapping[Any, float] = by_month(rows)
    told = say(
        "{months} 个月到场 {count} 人，占居民 {share}",
        months=ask.filters.window_months,
        count=inked(number_written(rows["numerator"].iloc[-1]), origin(ask, "participant_count")),
        share=number(ask, "reach", rows["value"].iloc[-1]),
    )
    before = value_before(values, ask.earlier, reach)
    return _line(say("参与"), [told, change_written(rows["value"].iloc[-1], before, reach, say)])
