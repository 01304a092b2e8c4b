"""Show when people take part, who comes again, and how evenly."""

from datetime import date, timedelta

from dashboard.asking.questions import QueryResult
from dashboard.contract.festivals import festivals_between
from dashboard.contract.filters import add_months
from dashboard.contract.indicators import BY_CODE, Indicator, measure
from dashboard.contract.rounding import number_written, percent_written
from dashboard.draw.drawing import Drawing, nothing
from dashboard.draw.participation import calendar, cohorts, lorenz
from dashboard.insight.participation import (
    TOLD_MONTHS,
    calendar_headline,
    equity,
    retained,
    retention,
)
from dashboard.language import Say
from dashboard.ui.address import Choice
from dashboard.ui.context import Context
from dashboard.ui.figures import show_months
from dashboard.ui.filters import choose
from dashboard.ui.frame import Caption, show_figure

DAYS_OF = Choice("days", ("attendances", "activities"))
CALENDAR_MONTHS = 12


def show_calendar(context: Context) -> None:
    say, filters = context.say, context.filters
    shown = choose(
        context, DAYS_OF, say("日历所示"), {"attendances": say("人次"), "activities": say("场次")}
    )
    indicator = BY_CODE[shown]
    first = min(filters.start_month, add_months(filters.end_month, 1 - CALENDAR_MONTHS))
    first = max(first, context.warehouse.months[0])
    last = add_months(filters.end_month, 1) - timedelta(days=1)
    counted = context.count("activity_by_day", start_month=first)

    def make() -> tuple[Drawing, str]:
        rows, festivals = measure(counted.rows, indicator), festivals_between(first, last)
        unit = say.words(indicator.unit)
        drawing = calendar(rows, first, last, festivals, say, unit=unit, height=250)
        return drawing, calendar_headline(say, rows, festivals)

    drawing, headline = context.remember_chosen("activity-calendar", shown, make=make)
    show_figure(
        context,
        "activity-calendar",
        drawing,
        Caption(
            headline,
            say("每格一天，每列一周；红框为节日当天（公历事实）· 最深一档为最多的 2% 日子"),
            _span(say, first, last),
        ),
        counted,
    )  # fmt: skip


def _span(say: Say, first: date, last: date) -> str:
    return say("{start} 至 {end}", start=f"{first:%Y-%m}", end=f"{last:%Y-%m}")


def show_trend(context: Context, indicator: Indicator, months: QueryResult) -> None:
    say = context.say
    show_months(
        context,
        "participation-trend",
        indicator,
        months,
        Caption(
            say("{indicator}，逐月", indicator=say.words(indicator.name)),
            say(
                "{unit} · 每点为到该月为止的 {months} 个月",
                unit=say.words(indicator.unit),
                months=context.filters.window_months,
            ),
            context.as_of(),
        ),
        height=340,
    )


def show_cohorts(context: Context) -> None:
    say = context.say
    counted = context.count("participation_cohorts")

    def make() -> tuple[Drawing, list[float | None]]:
        rows = retention(counted.rows)
        return cohorts(rows, say, height=340), [retained(rows, months) for months in TOLD_MONTHS]

    drawing, (soon, later) = context.remember_chosen("cohorts", make=make)
    headline = say("首次参与后再来的人")
    if soon is not None and later is not None:
        headline = say(
            "首次参与后第 {first} 个月有 {soon:.1f}% 再来，第 {second} 个月有 {later:.1f}%",
            first=TOLD_MONTHS[0], soon=soon, second=TOLD_MONTHS[1], later=later,
        )  # fmt: skip
    show_figure(
        context,
        "cohorts",
        drawing,
        Caption(
            headline,
            say("按首次参与的月份分组；第一组含数据之前已参与的人，不计入标题"),
            context.as_of(),
        ),
        counted,
    )


def show_lorenz(context: Context) -> None:
    say = context.say
    counted = context.count("attendance_spread")
    towns = context.count("equity_by_town").rows
    found = context.remember_chosen("equity", make=lambda: equity(counted.rows, towns))
    first = add_months(context.filters.end_month, -11)
    if found is None:
        reason = say("所选范围内一年的参与不足，或数据不满 12 个月。")
        drawing, headline, note = nothing("plot", reason, height=340), say("参与是否均衡"), ""
    else:
        drawing = context.remember_chosen(
            "lorenz", make=lambda: lorenz(found.points, say, gini=found.gini, height=340)
        )
        headline = say(
            "最活跃的一成居民占 {share:.1f}% 人次，基尼系数 {gini:.2f}",
            share=found.most_active, gini=found.gini,
        )  # fmt: skip
        note = say(
            "居民按全年平均计，没来过的计 0（{absent:.1f}%）· 泰尔指数 {theil}，街镇之间占 {between}",
            absent=found.absent, theil=number_written(found.theil, 2),
            between=percent_written(found.between),
        )  # fmt: skip
    show_figure(
        context,
        "lorenz",
        drawing,
        Caption(headline, note, _span(say, first, context.filters.end_month)),
        counted,
    )
