"""Set two indicators beside each other: scatter and bivariate map."""

from dataclasses import replace

import pandas as pd

from dashboard.asking.grains import Grain
from dashboard.asking.memo import remembered_for_all_towns
from dashboard.asking.questions import QueryResult, Questions
from dashboard.contract.indicators import Indicator, short_figure
from dashboard.draw.drawing import Drawing
from dashboard.draw.rows import Column, Written, table
from dashboard.figures.common import ground
from dashboard.figures.figure import Caption, Figure
from dashboard.language import Say
from dashboard.subjects.explore.bivariate import bivariate_map
from dashboard.subjects.explore.choices import FILLS
from dashboard.subjects.explore.measures import as_of, marked_communities, paired
from dashboard.subjects.explore.scatter import scatter


def _told(counted: QueryResult, x: Indicator, y: Indicator) -> QueryResult:
    """Name the columns of pairs by their indicators, for files."""
    names = {
        "x": x.code, "y": y.code, "x_third": f"{x.code}_third", "y_third": f"{y.code}_third"
    }  # fmt: skip
    rows = counted.rows.drop(columns=["residents", "named"])
    return replace(counted, rows=rows.rename(columns=names))


def points(ask: Questions, y: str, x: str, grain: Grain, sized: bool) -> Figure:
    """Draw each place as a point; ``sized``: the larger the more live there."""
    of_communities = grain == "community"
    labelled = ask.filters.community_codes if of_communities else ()
    figure = _points(ask, y, x, grain, sized, labelled)
    return replace(figure, marked=marked_communities(ask)) if of_communities else figure


@remembered_for_all_towns
def _points(
    ask: Questions, y: str, x: str, grain: Grain, sized: bool, labelled: tuple[str, ...]
) -> Figure:
    say, found = ask.say, paired(ask, y, x, grain)
    pairs = found.counted.rows.drop(columns=[] if sized else ["residents"])
    if grain == "town":
        pairs = pairs.assign(named=True)
    return Figure(
        f"explore-scatter-{grain}",
        scatter(pairs, found.x, found.y, say, marked=labelled, height=FILLS),
        Caption(
            say("{y}与{x}", y=say.words(found.y.name), x=say.words(found.x.name)),
            _scatter_note(ask, sized, grain),
            as_of(ask, found.x, found.y),
        ),
        _told(found.counted, found.x, found.y),
        click="town" if grain == "town" else "community",
    )


def _scatter_note(ask: Questions, sized: bool, grain: Grain) -> str:
    say = ask.say
    return " · ".join(
        text
        for text in (
            say("关联，不是因果"),
            say("点线为中位数"),
            say("点的面积为居民数") if sized else "",
            say("标名的远离总体走势") if grain == "community" else "",
        )
        if text
    )


@remembered_for_all_towns
def two_on_map(ask: Questions, y: str, x: str, tiles: bool) -> Figure:
    say, found = ask.say, paired(ask, y, x, "town")
    return Figure(
        "explore-bivariate",
        bivariate_map(
            found.counted.rows, found.x, found.y, say, ground(ask, tiles=tiles), height=FILLS
        ),
        Caption(
            say("{y}与{x}", y=say.words(found.y.name), x=say.words(found.x.name)),
            say("各分三档，每档约三分之一的街镇 · 关联，不是因果"),
            as_of(ask, found.x, found.y),
        ),
        _told(found.counted, found.x, found.y),
        click="town",
    )  # fmt: skip


@remembered_for_all_towns
def two_listed(ask: Questions, y: str, x: str) -> Figure:
    say, found = ask.say, paired(ask, y, x, "town")
    return Figure(
        "explore-pairs",
        _pairs_table(say, found.counted.rows, found.x, found.y),
        Caption(
            say("两项指标，按街镇"), say("括号内为档：低、中、高"), as_of(ask, found.x, found.y)
        ),
        _told(found.counted, found.x, found.y),
        click="town",
    )


def _pairs_table(say: Say, rows: pd.DataFrame, x: Indicator, y: Indicator) -> Drawing:
    levels = (say("低"), say("中"), say("高"))
    rows = rows.sort_values("y", ascending=False)
    columns: dict[str, Column] = {say("街镇"): rows["name"]}
    for axis, each in (("y", y), ("x", x)):
        texts = [
            f"{short_figure(value, each, say.language)}"
            + ("" if pd.isna(third) else f" ({levels[int(third)]})")
            for value, third in zip(rows[axis], rows[f"{axis}_third"], strict=True)
        ]
        columns[say.words(each.name)] = Written(texts, rows[axis])
    return table(columns, say, keys=rows["key"], height=FILLS)
