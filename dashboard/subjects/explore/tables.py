"""Show measured rows as a table: places, months, or every indicator together."""

from dataclasses import replace

import pandas as pd

from dashboard.asking.grains import Grain
from dashboard.asking.measured import counted_at, counted_here
from dashboard.asking.memo import remembered, remembered_for_all_towns
from dashboard.asking.questions import Questions
from dashboard.contract.indicators import BY_CODE, Indicator, short_figure, written
from dashboard.contract.measures import FIELDS
from dashboard.contract.rounding import interval_written
from dashboard.draw.drawing import Drawing
from dashboard.draw.rows import Column, Written, heading, table
from dashboard.figures.common import months_note
from dashboard.figures.figure import Caption, Figure
from dashboard.language import Say
from dashboard.subjects.explore.choices import FILLS
from dashboard.subjects.explore.measures import as_of, totals
from dashboard.subjects.explore.reasoning import ranked


@remembered
def months_listed(ask: Questions, code: str) -> Figure:
    say, indicator = ask.say, BY_CODE[code]
    here = counted_here(ask, indicator)
    plain = replace(indicator, uncertainty="none")
    return Figure(
        "explore-table-month",
        _value_table(say, here.rows.iloc[::-1], indicator, {say("月份"): "name"}),
        Caption(
            say("{indicator}，逐月", indicator=say.words(indicator.name)),
            months_note(ask, plain, with_district=False),
            ask.as_of(),
        ),
        here,
    )


def places_listed(ask: Questions, code: str, grain: Grain, *, short: bool = False) -> Figure:
    """List every town or community with its value and rank; ``short`` stands beside a map."""
    if grain == "town":
        return _listed(ask, code, grain, short, ())
    return _listed(ask, code, grain, short, ask.chosen_towns)


@remembered_for_all_towns
def _listed(ask: Questions, code: str, grain: Grain, short: bool, towns: tuple[str, ...]) -> Figure:
    say, indicator = ask.say, BY_CODE[code]
    counted = counted_at(ask, indicator, grain)
    rows = ranked(counted.rows, indicator)
    note = say("同值同名次") if short else say.words(indicator.formula)
    headings = {say("街镇") if grain == "town" else say("社区"): "name"}
    if grain == "community":
        rows = rows.assign(
            town=rows["town_code"].map(ask.town_names()),
            origin=rows["key"].map(ask.communities["origin"]).map({"sample": say("示例")}),
        )
        if towns:
            rows = rows[rows["town_code"].isin(towns)]
        headings |= {say("街镇"): "town", say("数据性质"): "origin"}
    return Figure(
        f"explore-table-{grain}",
        _value_table(say, rows, indicator, headings, is_ranked=True, short=short),
        Caption(
            say("名次与构成") if short else places_title(ask, indicator, grain, towns),
            ask.without_named(note) if grain == "community" else note,
            as_of(ask, indicator),
        ),
        counted,
        click="town" if grain == "town" else "community",
    )


def places_title(ask: Questions, indicator: Indicator, grain: Grain, towns: tuple[str, ...]) -> str:
    say, name = ask.say, ask.say.words(indicator.name)
    if grain == "town":
        return say("{indicator}，按街镇", indicator=name)
    if towns:
        names = ask.town_names()
        listed = say.listed([names[code] for code in towns])
        return say("{indicator}，{towns}各社区", indicator=name, towns=listed)
    return say("{indicator}，按社区", indicator=name)


def _value_table(
    say: Say,
    rows: pd.DataFrame,
    indicator: Indicator,
    headings: dict[str, str],
    *,
    is_ranked: bool = False,
    short: bool = False,
) -> Drawing:
    """Lay out measured rows: what they are of, the value, its interval and what it is made of.

    ``headings`` name the columns that say what a row is of; one that is ranked can be chosen.
    """
    values = [short_figure(value, indicator, say.language) for value in rows["value"]]
    columns: dict[str, Column] = {say("名次"): rows["rank"]} if is_ranked else {}
    columns |= {text: rows[name] for text, name in headings.items()}
    unit = say.words(indicator.unit)
    # In a file nothing above the column says what it is of.
    columns[unit] = Written(values, rows["value"], heading(indicator, say))
    if indicator.has_interval:
        columns[say("95% 区间")] = Written(_intervals(rows))
    if indicator.denominator is not None:
        columns[say.words(FIELDS[indicator.numerator].label)] = rows["numerator"]
        if not short:
            label = say.words(FIELDS[indicator.denominator].label)
            is_mean = indicator.mean_over_months
            columns[say("同期平均居民") if is_mean else label] = rows["denominator"]
    return table(columns, say, keys=rows["key"] if is_ranked else None, height=FILLS)


def _intervals(rows: pd.DataFrame) -> list[str]:
    return [
        interval_written(low, high) for low, high in zip(rows["low"], rows["high"], strict=True)
    ]


@remembered
def every_indicator(ask: Questions) -> Figure:
    """Show every indicator of the chosen towns and communities together."""
    say = ask.say
    rows = totals(ask)
    columns: dict[str, Column] = {
        say("指标"): rows["name"],
        say("数值"): Written(
            [written(row.value, BY_CODE[row.code], say.language) for row in rows.itertuples()]
        ),
        say("95% 区间"): Written(_intervals(rows)),
        say("分子"): rows["numerator"],
        say("分母"): rows["denominator"],
        say("算法"): [say.words(BY_CODE[code].formula) for code in rows["code"]],
    }
    return Figure(
        "explore-table-district",
        table(columns, say, height=FILLS),
        Caption(
            say("{count} 项指标，所选街镇与社区合计", count=len(rows)),
            say(
                "先加总，再相除；不重复的人不相加 · 查询：{queries}",
                queries=say.listed(sorted(set(rows["query"]))),
            ),
            ask.as_of(window=True),
        ),
        replace(ask.district_months(), rows=rows),
    )
