"""Who takes part, and how proposals are answered."""

from dashboard.asking.measured import counted_here
from dashboard.brief.material import Material, Page, cell, numbers
from dashboard.brief.sentences import chance_note, participation_message
from dashboard.brief.slides import Chart, Column, Sentence, Series, Slide, SlidePlace, Stack, Table
from dashboard.contract.indicators import BY_CODE

RESPONSE = ("reach", "attendances", "repeat_rate", "first_timers", "closing_rate", "overdue")


def participation(material: Material) -> Slide:
    """Make the page."""
    say, filters = material.asking.say, material.asking.filters
    reach = BY_CODE["reach"]
    values = counted_here(material.asking, reach).rows.set_index("month")["value"].dropna()
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
    standings = {code: material.standing(code) for code in RESPONSE}
    rows = standings.values()
    values = [cell(each.value, each.indicator, say.language) for each in rows]
    table = Table.of(
        say("参与和响应"),
        {
            Column(say("指标"), 0.25): [say.words(each.indicator.name) for each in rows],
            Column(say("本期"), 0.13, is_number=True): values,
            Column(say("分子/分母"), 0.27, is_number=True): [each.parts or "—" for each in rows],
            Column(say("变化"), 0.35, is_number=True): [
                each.change(say, in_short=True) for each in rows
            ],
        },
    )
    return material.slide(
        participation_message(
            say,
            standings["reach"],
            standings["closing_rate"],
            months=filters.window_months,
            overdue=material.overdue,
        ),
        Stack((chart if months else Sentence(say("没有可以列出的参与率。")),), 0.36),
        Stack((table,), 0.64),
        indicators=RESPONSE,
        notes=filter(None, [chance_note(say, rows)]),
        counted=(material.asking.participation_months(), material.proposals, material.months),
    )


PAGE = Page(
    "participation",
    participation,
    lambda say: say("参与和响应"),
    SlidePlace("progress", row=1, column=2, width=132),
    rests_on=("activity", "attendance", "proposal"),
)
