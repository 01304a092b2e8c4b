"""Say what makes a rate pass 100 %, beside every number and below every figure where one does."""

from dataclasses import replace

import pandas as pd

from dashboard.asking.questions import Questions
from dashboard.contract.indicators import INDICATORS, Indicator, measure
from dashboard.draw.rows import heading
from dashboard.figures.figure import Figure
from dashboard.figures.page import Page
from dashboard.figures.tiles import Tile
from dashboard.insight.windows import passing_told, why_it_passes
from dashboard.language import Say


def say_passing(ask: Questions, page: Page) -> Page:
    """Return the page with the reason wherever a rate of it passes 100 %."""
    return page.changed(lambda each: _figure(ask.say, each), lambda each: _tile(ask.say, each))


def _figure(say: Say, figure: Figure) -> Figure:
    if figure.drawing.empty:
        return figure
    told = {passing_told(say, each, _shown(say, figure, each)): 0 for each in _PASSING}
    note = " · ".join(filter(None, (figure.caption.note, *told)))
    if note == figure.caption.note:
        return figure
    return replace(figure, caption=replace(figure.caption, note=note))


_PASSING = tuple(each for each in INDICATORS if each.may_pass_whole)


def _shown(say: Say, figure: Figure, indicator: Indicator) -> "pd.Series[float]":
    """Give the values of an indicator that a figure shows: those that a table lists, or those made of
    what was counted."""
    listed, counted = figure.drawing.listed or {}, figure.counted
    if (name := heading(indicator, say)) in listed:
        return pd.Series(listed[name], dtype="float64")
    if indicator not in counted.indicators:
        return pd.Series(dtype="float64")
    if len(counted.indicators) == 1 and "value" in counted.rows:
        return counted.rows["value"]
    if indicator.code in counted.rows:
        return counted.rows[indicator.code]
    return measure(counted.rows, indicator)["value"]


def _tile(say: Say, tile: Tile) -> Tile:
    told = why_it_passes(say, tile.indicator, tile.value)
    return replace(tile, comparison=" · ".join((tile.comparison, told))) if told else tile
