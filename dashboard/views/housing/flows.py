"""Show coming and going: turnover, and how new communities fill."""

import pandas as pd

from dashboard.asking.measured import counted_here
from dashboard.asking.questions import QueryResult
from dashboard.contract.indicators import BY_CODE
from dashboard.draw.drawing import Drawing
from dashboard.draw.housing import fill_curves
from dashboard.insight.housing import (
    FEWEST_BEHIND,
    LOW_OCCUPANCY,
    fill_curve,
    months_to_fill,
    occupancies,
    turnover_headline,
)
from dashboard.ui.context import Context
from dashboard.ui.figures import show_months
from dashboard.ui.frame import Caption, show_figure
from dashboard.views.housing.asking import beside


def show_turnover(context: Context, months: QueryResult) -> None:
    say, end = context.say, context.filters.end_month
    windows = counted_here(context, BY_CODE["turnover"]).rows
    headline = context.remember_chosen(
        "turnover-headline", make=lambda: turnover_headline(say, windows, end)
    )
    show_months(
        context,
        "turnover",
        BY_CODE["turnover"],
        months,
        Caption(
            headline,
            say("迁出 ÷ 月初与月末居民的平均，逐月，% · 居住时长为 1 ÷ 流动率，并非实测"),
            context.as_of(),
        ),
        height=330,
    )


def show_fill_up(context: Context) -> None:
    """Show how new communities fill; chosen ones that are new stand out among the others."""
    say, chosen = context.say, context.filters.community_codes
    counted = context.count("fill_up", beside(context))

    def make() -> tuple[pd.DataFrame, Drawing]:
        curve, rows = fill_curve(counted.rows), occupancies(counted.rows)
        own = rows[rows["community_code"].isin(chosen)].rename(columns={"months_open_count": "age"})
        own = own.assign(name=own["community_code"].map(context.communities["name"]))
        return curve, fill_curves(curve, own, say)

    curve, drawing = context.remember_chosen("fill-up", make=make)
    months = months_to_fill(curve)
    show_figure(
        context,
        "fill-up",
        drawing,
        Caption(
            say("新开社区的入住曲线")
            if months is None
            else say(
                "新开社区约 {months} 个月后过半数租到 {bar:.0f}%", months=months, bar=LOW_OCCUPANCY
            ),
            say(
                "数据期内开业的社区，主要层次 · 线为中位数，带为四分位 · 柱为社区数，少于 {fewest} 个不画",
                fewest=FEWEST_BEHIND,
            ),
            context.as_of(),
        ),
        counted,
    )
