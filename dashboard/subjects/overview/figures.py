"""Make the Overview's figures from questions."""

from typing import Any

import numpy as np
import pandas as pd

from dashboard.asking.memo import remembered, remembered_for_all_filters, remembered_for_all_towns
from dashboard.asking.questions import Questions
from dashboard.contract.agreement import agrees
from dashboard.contract.columns import by_month
from dashboard.contract.indicators import BY_CODE, Indicator, measure
from dashboard.contract.measures import FIELDS
from dashboard.contract.rounding import number_written
from dashboard.contract.tables import qualifier as qualifier_field
from dashboard.draw.drawing import Drawing
from dashboard.draw.rows import Item, item_list, table
from dashboard.figures import common
from dashboard.figures.common import town_map
from dashboard.figures.figure import Caption, Figure
from dashboard.figures.scope import chosen_as, whole_named
from dashboard.figures.tiles import Tile
from dashboard.insight.changes import value_before
from dashboard.insight.headline import Headline
from dashboard.insight.windows import month_end_told, window_told
from dashboard.language import Say
from dashboard.subjects.overview.sentences import (
    change_lines,
    chosen_state,
    newly_told,
    overview_headline,
)

# The map and the ranking fill the first screen below the header, the headline and the tiles.
FILLS = "clamp(380px, 100vh - 334px, 900px)"
LIST_FILLS = "clamp(176px, 100vh - 572px, 620px)"


@remembered
def headline(ask: Questions) -> Headline:
    say, coverage = ask.say, BY_CODE["committee_coverage"]
    now, how = ask.district_months().rows.iloc[-1], chosen_as(ask)
    changes = ask.count("changes").rows.iloc[0] if ask.has_before else None
    newly = newly_told(say, changes, month_end_told(say, ask.month_before))
    if how:
        # What is invented of a real project stands in no headline.
        is_invented = set(ask.filters.community_codes) & ask.named_projects
        return Headline(how if is_invented else chosen_state(say, how, now), newly)
    return overview_headline(
        say,
        now=now,
        newly=newly,
        towns=ask.by_town(coverage).rows,
        filters=ask.filters,
        district_coverage=ask.district_value(coverage) or 0.0,
    )


@remembered
def tiles(ask: Questions, indicators: tuple[str, ...]) -> tuple[Tile, ...]:
    return tuple(_tile(ask, BY_CODE[code]) for code in indicators)


def _tile(ask: Questions, indicator: Indicator) -> Tile:
    counted = ask.participation_months() if indicator.code == "reach" else ask.district_months()
    rows = measure(counted.rows, indicator)
    if indicator.code == "committee_coverage":
        return common.tile(ask, indicator, rows, before=common.made_of(rows))
    if indicator.code == "bed_supply":
        return common.tile(ask, indicator, rows, before=_supply_forecast(ask))
    window = [window_told(ask.say, ask.filters.window_months)]
    return common.tile(ask, indicator, rows, after=window if indicator.code == "reach" else ())


def _supply_forecast(ask: Questions) -> list[str]:
    """Say what stood when the last published forecast, which is the district's, fell due, and what
    part of it that was; before, what part of it there is."""
    if ask.filters.town_codes or ask.filters.is_narrowed:
        return []
    targets = measure(ask.count("supply_completion").rows, BY_CODE["supply_completion"])
    forecasts = targets[targets["target_kind"] == "forecast"]
    return [_forecast_told(ask.say, row) for row in forecasts.tail(1).itertuples()]


def _forecast_told(say: Say, row: Any) -> str:
    year, share = row.due_on.year, row.value
    if row.days_left_count > 0:
        return say("已达 {year} 年末预计的 {share:.1f}%", year=year, share=share)
    count = int(row.supply_count)
    return say("{year} 年末 {count:,}，为预计的 {share:.1f}%", year=year, count=count, share=share)


def map_of_towns(ask: Questions, indicator: str, tiles: bool) -> Figure:
    say, chosen = ask.say, BY_CODE[indicator]
    caption = Caption(
        say("{indicator}，按街镇", indicator=say.words(chosen.name)),
        common.map_note(ask, say.words(chosen.formula), tiles=tiles),
        ask.as_of(window=chosen.span == "window"),
        spoken_only=True,
    )
    return town_map(ask, "town-map", indicator, caption, FILLS, tiles=tiles)


@remembered
def ranking(ask: Questions, indicator: str) -> Figure:
    say, chosen = ask.say, BY_CODE[indicator]
    values = ask.by_town(chosen).rows["value"]
    caption = Caption(
        say("{count} 个街镇与{whole}对比", count=int(values.notna().sum()), whole=whole_named(ask)),
        _ranking_note(ask, chosen),
        ask.as_of(window=chosen.span == "window"),
    )
    return common.town_ranking(ask, "town-ranking", indicator, caption, FILLS)


def _ranking_note(ask: Questions, indicator: Indicator) -> str:
    say = ask.say
    if indicator.has_interval:
        return say("细线为各地自己的 95% 区间")
    if indicator.kind == "count" and ask.is_sample:
        return say("街镇数为示例，未曾公布 · {unit}", unit=say.words(indicator.unit))
    return say(
        "{indicator}，{unit}", indicator=say.words(indicator.name), unit=say.words(indicator.unit)
    )


def attention(ask: Questions) -> Figure:
    return common.attention(ask, "attention", LIST_FILLS)


@remembered
def changes(ask: Questions) -> Figure:
    say, counted = ask.say, ask.count("changes")
    lines = [Item(subject, sentence) for subject, sentence in _change_lines(ask)]
    headline = say("自 {month}以来", month=month_end_told(say, ask.month_before))
    return Figure(
        "changes",
        item_list(lines, alt=headline, empty=say("没有变化。")),
        Caption(headline, "", ask.as_of(window=True)),
        counted,
    )


def _change_lines(ask: Questions) -> list[tuple[str, str]]:
    reach, months = BY_CODE["reach"], ask.district_months().rows
    reached = by_month(measure(ask.participation_months().rows, reach))
    is_chosen = months["month"].to_numpy() >= np.datetime64(ask.filters.start_month)
    return change_lines(
        ask.say,
        changes=ask.count("changes").rows.iloc[0] if ask.has_before else None,
        reach=(list(reached.values())[-1], value_before(reached, ask.earlier, reach)),
        reach_indicator=reach,
        settled=months["settled_count"][is_chosen].sum(),
        # A community that left the list before has no such month.
        overdue=months["overdue_count"].iloc[-1] if is_chosen.any() else float("nan"),
    )


@remembered_for_all_towns
def published(ask: Questions) -> Figure:
    """Set each published figure beside the system's own."""
    say, counted = ask.say, ask.count("control_totals")
    drawing, same = _agreement(ask)
    return Figure(
        "published",
        drawing,
        Caption(
            say("{same}/{all} 项公开数字与本系统一致", same=same, all=len(counted.rows)),
            _agreement_note(ask),
            "",
        ),
        counted,
    )


def _agreement_note(ask: Questions) -> str:
    """Say what the published figures are of, and that a sample fitted to them proves nothing."""
    say = ask.say
    note = say("公开数字皆为全区合计，不随筛选变化；街镇合计未曾公布")
    if not ask.is_sample:
        return note
    return say("示例照这些数字做成，一致不能证明其余的数 · {note}", note=note)


@remembered_for_all_filters
def _agreement(ask: Questions) -> tuple[Drawing, int]:
    """Set each published figure beside the system's own; return the table and how many agree."""
    say, rows = ask.say, ask.count("control_totals").rows
    same = [
        None
        if pd.isna(row.own_count)  # the user's own data need not reach back so far
        else agrees(
            own=float(row.own_count),
            published=float(row.published_value),
            qualifier=row.qualifier,
            rounding=row.rounding,
        )
        for row in rows.itertuples()
    ]
    columns = {
        say("指标"): [say.words(FIELDS[name].label) for name in rows["measure"]],
        say("对应月份"): rows["month"].dt.strftime("%Y-%m"),
        say("公开数字"): [
            f"{number_written(float(value))} {say.words(qualifier_field.allowed[qualifier])}"
            for value, qualifier in zip(rows["published_value"], rows["qualifier"], strict=True)
        ],
        say("本系统值"): rows["own_count"],
        say("核对"): [
            "—" if each is None else say("一致") if each else say("不一致") for each in same
        ],
        say("来源时点"): rows["as_of"].fillna(say("来源未注明日期")),
        say("来源"): rows["source_title"],
    }
    return table(columns, say, height=300), same.count(True)
