"""Show measured rows as a table: places, months, or every indicator together."""

from dataclasses import replace

import pandas as pd

from dashboard.asking.grains import Grain
from dashboard.asking.measured import counted_at, counted_here
from dashboard.contract.indicators import BY_CODE, Indicator, short_figure, written
from dashboard.contract.measures import FIELDS
from dashboard.contract.rounding import interval_written
from dashboard.draw.drawing import Drawing
from dashboard.draw.profile import heading
from dashboard.draw.rows import table
from dashboard.insight.explore import ranked
from dashboard.ui.context import Context
from dashboard.ui.frame import Caption, show_figure
from dashboard.views.explore.asking import answer, as_of, totals
from dashboard.views.explore.choices import FILLS, chosen_indicators
from dashboard.views.explore.months import months_note


def show_table(context: Context, grain: Grain) -> None:
    say, (indicator,) = context.say, chosen_indicators(context, "table")
    if grain == "district":
        _every_indicator(context)
        return
    if grain != "month":
        show_places_table(context, indicator, grain)
        return
    here = counted_here(context, indicator)
    show_figure(
        context,
        "explore-table-month",
        context.remember_chosen(
            "explore-table-month", indicator.code,
            make=lambda: _value_table(
                context, here.rows.iloc[::-1], indicator, {"name": say("月份")}, key=None
            ),
        ),
        Caption(
            say("{indicator}，逐月", indicator=say.words(indicator.name)),
            months_note(context, replace(indicator, has_interval=False), with_district=False),
            context.as_of(),
        ),
        here,
    )  # fmt: skip


def show_places_table(
    context: Context, indicator: Indicator, grain: Grain, *, short: bool = False
) -> None:
    """Show every town or community with its value and rank; ``short`` stands beside a map."""
    say, counted = context.say, counted_at(context, indicator, grain)

    note = say("同值同名次") if short else say.words(indicator.formula)

    def make() -> Drawing:
        rows = ranked(counted.rows, indicator)
        if grain == "community":
            rows = rows.assign(
                town=rows["town_code"].map(context.town_names()),
                origin=rows["key"].map(context.communities["origin"]).map({"sample": say("示例")}),
            )
            if context.chosen_towns:
                rows = rows[rows["town_code"].isin(context.chosen_towns)]
        headings = {"rank": say("名次"), "name": say("街镇") if grain == "town" else say("社区")}
        if grain == "community":
            headings["town"] = say("街镇")
            headings["origin"] = say("数据性质")
        return _value_table(context, rows, indicator, headings, key="key", short=short)

    show_figure(
        context,
        f"explore-table-{grain}",
        context.remember(
            "explore-table", indicator.code, grain, short,
            context.chosen_towns if grain == "community" else (), make=make,
        ),
        Caption(
            say("名次与构成") if short else places_title(context, indicator, grain),
            context.without_named(note) if grain == "community" else note,
            as_of(context, indicator),
        ),
        counted,
        **answer(context, grain, is_narrowed=True),
    )  # fmt: skip


def places_title(context: Context, indicator: Indicator, grain: Grain) -> str:
    say, name = context.say, context.say.words(indicator.name)
    if grain == "town":
        return say("{indicator}，按街镇", indicator=name)
    if context.chosen_towns:
        names = context.town_names()
        towns = say.listed([names[code] for code in context.chosen_towns])
        return say("{indicator}，{towns}各社区", indicator=name, towns=towns)
    return say("{indicator}，按社区", indicator=name)


def _value_table(
    context: Context,
    rows: pd.DataFrame,
    indicator: Indicator,
    headings: dict[str, str],
    *,
    key: str | None,
    short: bool = False,
) -> Drawing:
    """Lay out measured rows: what they are of, the value, its interval and what it is made of."""
    say = context.say
    headings = {**headings, "value_text": say.words(indicator.unit)}
    rows = rows.assign(
        value_text=[short_figure(value, indicator, say.language) for value in rows["value"]]
    )
    figures = ["value_text", "rank"]
    if indicator.has_interval:
        headings["interval"] = say("95% 区间")
        rows = rows.assign(
            interval=[
                interval_written(low, high)
                for low, high in zip(rows["low"], rows["high"], strict=True)
            ]
        )
        figures.append("interval")
    if indicator.denominator is not None:
        headings["numerator"] = say.words(FIELDS[indicator.numerator].label)
        if not short:
            headings["denominator"] = (
                say("同期平均居民")
                if indicator.mean_over_months
                else say.words(FIELDS[indicator.denominator].label)
            )
    drawing = table(
        rows, headings, say, key=key, height=FILLS, figures=figures,
        written={"value_text": "value"},
    )  # fmt: skip
    if drawing.listed is None:
        return drawing
    # In a file nothing above the column says what it is of.
    named = {headings["value_text"]: heading(indicator, say)}
    return replace(drawing, listed=drawing.listed.rename(columns=named))


def _every_indicator(context: Context) -> None:
    """Show every indicator of the chosen towns and communities together."""
    say = context.say
    rows = context.remember_chosen("explore-every", make=lambda: totals(context))
    texts = pd.DataFrame(
        {
            "name": rows["name"],
            "value": [
                written(row.value, BY_CODE[row.code], say.language) for row in rows.itertuples()
            ],
            "interval": [interval_written(row.low, row.high) for row in rows.itertuples()],
            "numerator": rows["numerator"],
            "denominator": rows["denominator"],
            "formula": [say.words(BY_CODE[code].formula) for code in rows["code"]],
        }
    )
    headings = {
        "name": say("指标"),
        "value": say("数值"),
        "interval": say("95% 区间"),
        "numerator": say("分子"),
        "denominator": say("分母"),
        "formula": say("算法"),
    }
    show_figure(
        context,
        "explore-table-district",
        table(texts, headings, say, key=None, height=FILLS, figures=("value", "interval")),
        Caption(
            say("{count} 项指标，所选街镇与社区合计", count=len(rows)),
            say(
                "先加总，再相除；不重复的人不相加 · 查询：{queries}",
                queries=say.listed(sorted(set(rows["query"]))),
            ),
            context.as_of(window=True),
        ),
        replace(context.district_months(), rows=rows),
    )
