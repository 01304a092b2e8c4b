"""Show when people take part, who comes again, and how evenly."""

from datetime import date, timedelta

from dashboard.asking.memo import remembered
from dashboard.asking.questions import Questions
from dashboard.contract.festivals import festivals_between
from dashboard.contract.filters import add_months
from dashboard.contract.indicators import BY_CODE, measure
from dashboard.contract.rounding import number_written, percent_written
from dashboard.draw.drawing import nothing
from dashboard.figures.common import months_by_name
from dashboard.figures.figure import Caption, Figure
from dashboard.figures.page import Choice, Choices, Picker, choice_picker
from dashboard.language import Say
from dashboard.subjects.participation import drawings
from dashboard.subjects.participation.reasoning import (
    TOLD_MONTHS,
    calendar_headline,
    equity,
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


@remembered
def cohorts(ask: Questions) -> Figure:
    say, counted = ask.say, ask.count("participation_cohorts")
    rows = retention(counted.rows)
    soon, later = (retained(rows, months) for months in TOLD_MONTHS)
    headline = say("首次参与后再来的人")
    if soon is not None and later is not None:
        headline = say(
            "首次参与后第 {first} 个月有 {soon:.1f}% 再来，第 {second} 个月有 {later:.1f}%",
            first=TOLD_MONTHS[0], soon=soon, second=TOLD_MONTHS[1], later=later,
        )  # fmt: skip
    return Figure(
        "cohorts",
        drawings.cohorts(rows, say, height=340),
        Caption(
            headline,
            say("按首次参与的月份分组；第一组含数据之前已参与的人，不计入标题"),
            ask.as_of(),
        ),
        counted,
    )


@remembered
def lorenz(ask: Questions) -> Figure:
    """Show how evenly a year's attendances are spread over the residents."""
    say, counted = ask.say, ask.count("attendance_spread")
    found = equity(counted.rows, ask.count("equity_by_town").rows)
    if found is None:
        reason = say("所选范围内一年的参与不足，或数据不满 12 个月。")
        drawing, headline, note = nothing("plot", reason, height=340), say("参与是否均衡"), ""
    else:
        drawing = drawings.lorenz(found.points, say, gini=found.gini, height=340)
        headline = say(
            "最活跃的一成居民占 {share:.1f}% 人次，基尼系数 {gini:.2f}",
            share=found.most_active, gini=found.gini,
        )  # fmt: skip
        note = say(
            "居民按全年平均计，没来过的计 0（{absent:.1f}%）· 泰尔指数 {theil}，街镇之间占 {between}",
            absent=found.absent, theil=number_written(found.theil, 2),
            between=percent_written(found.between),
        )  # fmt: skip
    span = _span(say, add_months(ask.filters.end_month, -11), ask.filters.end_month)
    return Figure("lorenz", drawing, Caption(headline, note, span), counted)
