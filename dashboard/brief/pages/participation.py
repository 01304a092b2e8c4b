"""Who takes part, and how proposals are answered."""

from dashboard.brief.material import Material, cell, numbers
from dashboard.brief.slides import Chart, Column, Sentence, Series, Slide, Stack, Table
from dashboard.contract.indicators import BY_CODE
from dashboard.insight.briefing import participation_message

RESPONSE = ("reach", "attendances", "repeat_rate", "first_timers", "closing_rate", "overdue")


def participation(material: Material) -> Slide:
    """Make the page."""
    say, filters = material.asking.say, material.asking.filters
    reach = BY_CODE["reach"]
    values = material.values("reach").dropna()
    months = material.last_months(values.index.to_series())
    chart = Chart(
        "columns",
        say("活动参与率（%），各月为截至该月的 {months} 个月", months=filters.window_months),
        tuple(f"{month:%Y-%m}" for month in months),
        (Series(say.words(reach.name), numbers(values.reindex(months))),),
        "0.0",
        frozenset({f"{material.end:%Y-%m}"}),
        is_by_month=True,
    )
    rows = []
    for code in RESPONSE:
        now, _ = material.pair(code)
        rows.append(
            (
                say.words(BY_CODE[code].name),
                cell(now, BY_CODE[code], say.language),
                material.parts(code) or "—",
                material.compared(code),
            )
        )
    table = Table(
        say("参与和响应"),
        (
            Column(say("指标"), 0.28),
            Column(say("本期"), 0.13, is_number=True),
            Column(say("分子/分母"), 0.28, is_number=True),
            Column(say("变化"), 0.31, is_number=True),
        ),
        tuple(rows),
    )
    return material.slide(
        "participation",
        participation_message(
            say,
            reach=material.pair("reach"),
            is_yearly=material.is_yearly("reach"),
            months=filters.window_months,
            closing=material.pair("closing_rate")[0],
            overdue=material.overdue,
        ),
        Stack((chart if months else Sentence(say("没有可以列出的参与率。")),), 0.41),
        Stack((table,), 0.59),
        indicators=RESPONSE,
        counted=(material.participation, material.proposals, material.months),
        window=True,
    )
