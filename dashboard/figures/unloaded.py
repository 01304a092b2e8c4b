"""Say of what rests on what was not loaded that it is missing, and of what of how many it is made."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pandas as pd

from dashboard.asking.measured import tiers_by_month
from dashboard.asking.questions import Questions
from dashboard.contract.columns import at_month
from dashboard.contract.indicators import Indicator
from dashboard.contract.lineage import source_tables, sources_of
from dashboard.contract.tables import NAMED
from dashboard.draw.drawing import nothing
from dashboard.figures.figure import Figure
from dashboard.figures.page import Page
from dashboard.figures.tiles import Tile
from dashboard.insight.headline import Headline

# What not every community reports; of the sample all is there.
_REPORTED = frozenset({"governance", "occupancy"})


def say_unloaded(ask: Questions, page: Page) -> Page:
    """Return the page with the reason wherever a figure or a tile lacks a table or a column, and with
    the number of communities that it is made of where not all reported what it needs."""
    told = ask.warehouse
    if not told.unloaded and not told.silent_towns and not _REPORTED & told.own_tables:
        return page
    changed = page.changed(lambda each: figure_unloaded(ask, each), lambda each: _tile(ask, each))
    return replace(changed, headline=page.headline and _headline(ask, page))


def recorded_told(ask: Questions, indicator: Indicator) -> str:
    """Say of how many communities a number is made, where that is not all of those it is of."""
    counts = _recorded(ask, indicator)
    if counts is None or pd.isna(counts[0]) or counts[0] == counts[1]:
        return ""
    if not counts[0]:
        return ask.say("没有社区报有这一项")
    return ask.say(
        "按有记录的 {count} 个社区（共 {all} 个）", count=int(counts[0]), all=int(counts[1])
    )


def _recorded(ask: Questions, indicator: Indicator) -> tuple[Any, Any] | None:
    if indicator.recorded is None or not _REPORTED & ask.warehouse.own_tables:
        return None
    if indicator.tier is None:
        rows = ask.district_months().rows
    else:
        rows = tiers_by_month(ask).rows
        rows = rows[rows["tier"] == indicator.tier]
    rows = at_month(rows, ask.filters.end_month)
    if rows.empty:
        return None
    return rows[indicator.recorded].iloc[0], rows["community_count"].iloc[0]


def _headline(ask: Questions, page: Page) -> Headline | None:
    lacking = ask.lacking(page.needs)
    if not lacking and page.headline:
        tables = source_tables(page.needs).union(
            *(sources_of(each.indicator) for each in page.tiles)
        )
        told = silent_told(ask, tables)
        change = " ".join(
            filter(None, (page.headline.change, told and ask.say("{told}。", told=told)))
        )
        return replace(page.headline, change=change)
    if not lacking:
        return page.headline
    return Headline(
        ask.not_loaded_words(lacking),
        ask.say("载入后才有这些数字。"),
    )


def figure_unloaded(ask: Questions, figure: Figure) -> Figure:
    """Say below a figure what of it was not loaded, and of how many communities it is; where nothing
    was loaded, instead of it."""
    caption, counted = figure.caption, figure.counted
    tiered = {"occupancy.tier"} if any(each.tier for each in counted.indicators) else set()
    lacking = ask.lacking(counted.columns)
    reason = ask.not_loaded_words(lacking) if lacking else ""
    if not counted.shown and lacking:
        # A query counts more than a figure shows: that a column of it is empty need not concern it.
        tables = [name for name in lacking if name in NAMED]
        brief = ask.not_loaded_words(tables) if tables else ""
    else:
        brief = reason
    if lacking and (ask.is_all_unloaded(counted) or tiered & {*lacking}):
        caption = replace(caption, headline=reason, note="", spoken_only=True)
        return replace(figure, drawing=nothing("list", reason), caption=caption)
    # Maps and rankings are of all towns, whichever is chosen.
    of = ask if counted.parameters.get("town_codes") else ask.on(ask.everywhere)
    notes = (
        caption.note,
        brief,
        *{recorded_told(of, each): 0 for each in counted.indicators},
        silent_told(of, source_tables(counted.columns)),
    )
    note = " · ".join(filter(None, notes))
    return figure if note == caption.note else replace(figure, caption=replace(caption, note=note))


def _tile(ask: Questions, tile: Tile) -> Tile:
    lacking = ask.lacking_of(tile.indicator)
    if lacking:
        return replace(tile, values=[], comparison=ask.not_loaded_words(lacking))
    of = recorded_told(ask, tile.indicator), silent_told(ask, sources_of(tile.indicator))
    told = " · ".join(filter(None, (*of, tile.comparison)))
    return tile if told == tile.comparison else replace(tile, comparison=told)


def silent_told(ask: Questions, tables: Iterable[str]) -> str:
    """Say of how many of the chosen towns tables hold no row, so that nothing is counted there."""
    say, by_count = ask.say, dict[int, list[str]]()
    for table, count in ask.silent_among(tables).items():
        by_count.setdefault(count, []).append(say.words(NAMED[table].label))
    if not by_count:
        return ""
    told = [
        say("“{tables}”表有 {count} 个街镇没有报", tables=say.listed(names), count=count)
        for count, names in by_count.items()
    ]
    return say("{told}，合计里没有它们的，比率可能偏低", told=say.listed(told))
