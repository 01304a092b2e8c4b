"""Say of what rests on tables that were not loaded that it is missing, and why."""

from dataclasses import replace

from dashboard.asking.questions import Questions, columns_of
from dashboard.draw.drawing import nothing
from dashboard.figures.figure import Figure
from dashboard.figures.page import Page
from dashboard.figures.tiles import Tile
from dashboard.insight.headline import Headline


def say_unloaded(ask: Questions, page: Page) -> Page:
    """Return the page with the reason wherever a figure or a tile lacks a table."""
    if not ask.not_loaded:
        return page
    changed = page.changed(lambda each: figure_unloaded(ask, each), lambda each: _tile(ask, each))
    return replace(changed, headline=page.headline and _headline(ask, page))


def _headline(ask: Questions, page: Page) -> Headline | None:
    lacking = ask.lacking(page.needs)
    if not lacking:
        return page.headline
    return Headline(
        ask.not_loaded_words(lacking),
        ask.say("载入后才有这些数字。"),
    )


def figure_unloaded(ask: Questions, figure: Figure) -> Figure:
    """Say below a figure which of its tables were not loaded; where all were not, instead of it."""
    caption = figure.caption
    lacking = ask.lacking(figure.counted.columns)
    if not lacking:
        return figure
    reason = ask.not_loaded_words(lacking)
    if ask.is_all_unloaded(figure.counted):
        caption = replace(caption, headline=reason, note="", spoken_only=True)
        return replace(figure, drawing=nothing("list", reason), caption=caption)
    note = " · ".join(filter(None, (caption.note, reason)))
    return replace(figure, caption=replace(caption, note=note))


def _tile(ask: Questions, tile: Tile) -> Tile:
    lacking = ask.lacking(columns_of(tile.indicator))
    if not lacking:
        return tile
    return replace(tile, values=[], comparison=ask.not_loaded_words(lacking))
