"""Show an indicator month by month: the chosen places together, or every town by itself."""

from dataclasses import replace

from dashboard.asking.grains import Grain
from dashboard.asking.measured import counted_at, counted_here, measured
from dashboard.contract.indicators import Indicator
from dashboard.draw.multiples import multiples
from dashboard.ui.context import Context
from dashboard.ui.figures import show_months
from dashboard.ui.frame import Caption, show_figure
from dashboard.views.explore.asking import answer
from dashboard.views.explore.choices import FILLS, TALL, chosen_indicators


def show_trend(context: Context, grain: Grain) -> None:
    say, (indicator,) = context.say, chosen_indicators(context, "trend")
    district = None
    if context.chosen_towns and indicator.denominator is not None:
        district = counted_at(context, indicator, "month").rows
    show_months(
        context,
        "explore-trend",
        indicator,
        counted_here(context, indicator),
        Caption(
            say("{indicator}，逐月", indicator=say.words(indicator.name)),
            months_note(context, indicator, with_district=district is not None),
            context.as_of(),
        ),
        height=FILLS,
        district=district,
    )


def months_note(context: Context, indicator: Indicator, *, with_district: bool) -> str:
    say = context.say
    return " · ".join(
        text
        for text in (
            say.words(indicator.unit),
            say("每月为截至该月的 {months} 个月", months=context.filters.window_months)
            if indicator.span == "window"
            else "",
            say("阴影为 95% 区间") if indicator.has_interval else "",
            say("灰线为全区") if with_district else "",
        )
        if text
    )


def show_multiples(context: Context, grain: Grain) -> None:
    say, (indicator,) = context.say, chosen_indicators(context, "multiples")
    counted = counted_at(context, indicator, "town_month")
    months = measured(context, indicator, "month")
    district = None if months is None or indicator.denominator is None else months.rows
    show_figure(
        context,
        "explore-multiples",
        context.remember(
            "explore-multiples", indicator.code,
            make=lambda: multiples(counted.rows, district, indicator, say, height=TALL),
        ),
        Caption(
            say("{indicator}，各街镇逐月，坐标相同", indicator=say.words(indicator.name)),
            months_note(
                context, replace(indicator, has_interval=False), with_district=district is not None
            ),
            context.as_of(),
        ),
        counted,
        **answer(context, "town"),
    )  # fmt: skip
