"""Explore (自由探索): any indicator at any grain in any view, all of it in the address."""

from dashboard.asking.grains import Grain
from dashboard.asking.questions import Questions, columns_of
from dashboard.figures.figure import Figure
from dashboard.figures.page import Choices, Page, Row, row
from dashboard.figures.scope import nothing_here
from dashboard.language import Say
from dashboard.subjects.explore import pairs, places, tables
from dashboard.subjects.explore.choices import (
    COUNT,
    GRAIN,
    METHOD,
    SECOND,
    SIZE,
    VIEW,
    chosen_classes,
    chosen_grain,
    chosen_indicators,
    controls,
    settled,
)
from dashboard.subjects.explore.findings import finding, key_numbers

CHOICES = (VIEW, GRAIN, SECOND, METHOD, COUNT, SIZE)
BESIDE_MAP = (1.5, 1.0)


def title(say: Say) -> str:
    return say("自由探索")


def page(ask: Questions, choices: Choices) -> Page:
    """Make the page: the finding, what is chosen, the view."""
    if ask.has_none_open:
        return nothing_here(ask)
    of_towns = ask.scope.compares_towns
    shown, note = settled(choices, ask.say, of_towns=of_towns)
    is_of_all = chosen_grain(shown, shown.of(VIEW)) == "district"
    return Page(
        finding(ask, shown),
        key_numbers(ask, shown),
        (view_row(ask, shown),),
        # The table of totals shows every indicator.
        needs=() if is_of_all else columns_of(*chosen_indicators(shown)),
        controls=controls(ask.say, choices, shown, of_towns=of_towns),
        note=note,
    )


def view_row(ask: Questions, shown: Choices) -> Row:
    """Make the figures of the chosen view."""
    view = shown.of(VIEW)
    grain, code = chosen_grain(shown, view), shown.indicator
    if view == "map":
        classes = chosen_classes(shown)
        return row(
            places.on_map(ask, code, classes, tiles=shown.tiles),
            tables.places_listed(ask, code, grain, short=True),
            widths=BESIDE_MAP,
        )
    if view in ("scatter", "bivariate"):
        y, x = (each.code for each in chosen_indicators(shown))
        if view == "scatter":
            return row(pairs.points(ask, y, x, grain, shown.of(SIZE) == "residents"))
        return row(
            pairs.two_on_map(ask, y, x, shown.tiles),
            pairs.two_listed(ask, y, x),
            widths=BESIDE_MAP,
        )
    if view == "ranking":
        return row(places.in_order(ask, code, grain))
    if view == "trend":
        return row(places.trend(ask, code))
    if view == "multiples":
        return row(places.each_town(ask, code))
    if view == "distribution":
        return row(places.distribution(ask, code))
    return row(_table(ask, code, grain))


def _table(ask: Questions, code: str, grain: Grain) -> Figure:
    if grain == "district":
        return tables.every_indicator(ask)
    if grain == "month":
        return tables.months_listed(ask, code)
    return tables.places_listed(ask, code, grain)
