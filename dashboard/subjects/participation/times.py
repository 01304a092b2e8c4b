"""Show when people take part, who comes again, and how evenly."""

from dataclasses import replace
from datetime import date, timedelta
from math import isnan

import pandas as pd

from dashboard.asking.measured import ever_present
from dashboard.asking.memo import remembered, remembered_for_all_filters
from dashboard.asking.questions import Questions
from dashboard.contract.festivals import festivals_between
from dashboard.contract.filters import Filters, add_months
from dashboard.contract.indicators import BY_CODE, measure
from dashboard.contract.rounding import number_written, percent_written
from dashboard.draw.drawing import nothing
from dashboard.figures.common import months_by_name
from dashboard.figures.figure import Caption, Figure
from dashboard.figures.page import Choice, Choices, Picker, choice_picker
from dashboard.language import Say
from dashboard.subjects.participation import drawings
from dashboard.subjects.participation.reasoning import (
    LOOK_BACK_MONTHS,
    TOLD_MONTHS,
    Equity,
    among_ever_present,
    calendar_headline,
    equity,
    looked_back,
    retained,
    retention,
)

DAYS_OF = Choice("days", ("attendances", "activities"))
CALENDAR_MONTHS = 12


def days_picker(say: Say, choices: Choices) -> Picker:
    names = {"attendances": say("人次"), "activities": say("场次")}
    return choice_picker(choices, DAYS_OF, say("日历所示"), names)


@remembered
def calendar(ask: Questions, shown: str) -> Figure:
    """Show a year of days, or the chosen months where they are more."""
    say, filters, indicator = ask.say, ask.filters, BY_CODE[shown]
    first = min(filters.start_month, add_months(filters.end_month, 1 - CALENDAR_MONTHS))
    first = max(first, ask.warehouse.months[0])
    last = add_months(filters.end_month, 1) - timedelta(days=1)
    counted = ask.count("activity_by_day", start_month=first)
    rows, festivals = measure(counted.rows, indicator), festivals_between(first, last)
    unit = say.words(indicator.unit)
    return Figure(
        "activity-calendar",
        drawings.calendar(rows, (first, last), festivals, say, unit=unit, height=250),
        Caption(
            calendar_headline(say, rows, festivals),
            say("每格一天，每列一周；红框为节日当天（公历事实）· 最深一档为最多的 2% 日子"),
            _span(say, first, last),
        ),
        counted,
    )


def _span(say: Say, first: date, last: date) -> str:
    return say("{start} 至 {end}", start=f"{first:%Y-%m}", end=f"{last:%Y-%m}")


@remembered
def trend(ask: Questions, code: str) -> Figure:
    return months_by_name(ask, "participation-trend", ask.participation_months(), code, 340)


@remembered_for_all_filters
def _recorded_since(ask: Questions) -> date:
    """Say since which month it is on record who came."""
    months = ask.warehouse.months
    rows = ask.on(Filters(months[0], months[-1])).count("participation_cohorts").rows
    return months[-1] if rows.empty else rows["first_month"].min().date()


@remembered
def cohorts(ask: Questions) -> Figure:
    say, counted, since = ask.say, ask.count("participation_cohorts"), _recorded_since(ask)
    first = add_months(since, LOOK_BACK_MONTHS)
    rows = looked_back(retention(counted.rows), since)
    soon, later = (retained(rows, months) for months in TOLD_MONTHS)
    headline = say("首次参与后再来的人")
    if soon is not None and later is not None:
        headline = say(
            "首次参加的人里，之后第 {first} 个月来的占 {soon:.1f}%，第 {second} 个月来的占 {later:.1f}%（两月分开算，不一定是同一批人）",
            first=TOLD_MONTHS[0], soon=soon, second=TOLD_MONTHS[1], later=later,
        )  # fmt: skip
    note = say(
        "“首次”指 {since} 有记录以来第一次参加，与只查 12 个月的首次参与占比不同；{month} 以前的查不满 {months} 个月，不列 · 按首次的月份分组；之后每个月单独算；已迁出的算没再来，所以再来的比例偏低",
        since=f"{since:%Y-%m}",
        month=f"{first:%Y-%m}",
        months=LOOK_BACK_MONTHS,
    )
    kept = counted.rows["first_month"] >= pd.Timestamp(first)
    return Figure(
        "cohorts",
        drawings.cohorts(rows, say, height=340),
        Caption(headline, note, ask.as_of()),
        replace(counted, rows=counted.rows[kept]),
    )


@remembered
def lorenz(ask: Questions) -> Figure:
    """Show how evenly a year's attendances are spread over the residents."""
    say, counted, year = ask.say, ask.count("attendance_spread"), ask.filters.over_year
    towns = ask.count("equity_by_town").rows
    found = equity(counted.rows, towns)
    if found is None:
        reason = say("所选范围内一年的参与不足，或数据不满 12 个月。")
        drawing, headline, note = nothing("plot", reason, height=340), say("参与是否均衡"), ""
    else:
        drawing = drawings.lorenz(found.points, say, gini=found.gini, height=340)
        headline = say(
            "全体居民中来得最勤的十分之一，占全部参加人次的 {share:.1f}%", share=found.most_active,
        )  # fmt: skip
        of_ever = among_ever_present(counted.rows, ever_present(ask, year))
        note = _lorenz_note(
            say, found, of_ever, is_of_towns=len(towns) > 1 and ask.scope.compares_towns
        )
    span = _span(say, year.start_month, ask.filters.end_month)
    return Figure("lorenz", drawing, Caption(headline, note, span), counted)


def _lorenz_note(
    say: Say, found: Equity, of_ever: tuple[float, float], *, is_of_towns: bool
) -> str:
    """Say by which residents it is reckoned, what it is of all who ever lived there and, where it
    ``is_of_towns``, how much of it lies between them."""
    mean = say(
        "按平均居民算，这一年每百人有 {came:.1f} 人来过（含已搬走的），所以不是“{came:.1f}% 的居民来过” · "
        "次数分布得多不均：基尼系数 {gini:.2f}（0 为人人次数相同，1 为全由一人参加；没来的按 0 次计，不与收入的比）",
        came=100 - found.absent,
        gini=found.gini,
    )
    towns = say(
        "这种不均有 {between} 在街镇之间，其余在街镇之内（泰尔指数 {theil}）",
        theil=number_written(found.theil, 2),
        between=percent_written(found.between),
    )
    gini, absent = of_ever
    between = [towns] if is_of_towns else []
    if isnan(gini):
        return " · ".join((mean, *between))
    ever = say(
        "换按这一年住过的所有人算（期初居民加迁入，是上限）：{absent:.1f}% 没来过，基尼系数 {gini:.2f}",
        absent=absent,
        gini=gini,
    )
    return " · ".join((mean, ever, *between))
