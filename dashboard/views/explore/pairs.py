"""Set two indicators beside each other: scatter and bivariate map."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from dashboard.asking.grains import Grain
from dashboard.asking.questions import QueryResult
from dashboard.contract.indicators import Indicator, short_figure
from dashboard.draw.bivariate import bivariate_map
from dashboard.draw.drawing import Drawing
from dashboard.draw.rows import table
from dashboard.draw.scatter import scatter
from dashboard.language import Say
from dashboard.ui.context import Context
from dashboard.ui.frame import Caption, show_figure
from dashboard.views.explore.asking import answer, as_of, correlated
from dashboard.views.explore.choices import FILLS, SIZE


def _told(counted: QueryResult, x: Indicator, y: Indicator) -> QueryResult:
    """Name the columns of pairs by their indicators, for files."""
    names = {
        "x": x.code, "y": y.code, "x_third": f"{x.code}_third", "y_third": f"{y.code}_third"
    }  # fmt: skip
    rows = counted.rows.drop(columns=["residents", "named"])
    return replace(counted, rows=rows.rename(columns=names))


def show_scatter(context: Context, grain: Grain) -> None:
    say = context.say
    x, y, counted, _ = correlated(context, "scatter", grain)
    sized = context.address.choice(SIZE) == "residents"
    pairs = counted.rows.drop(columns=[] if sized else ["residents"])
    marked = context.filters.community_codes if grain == "community" else ()
    if grain == "town":
        pairs = pairs.assign(named=True)
    show_figure(
        context,
        f"explore-scatter-{grain}",
        context.remember(
            "explore-scatter", x.code, y.code, grain, sized, marked,
            make=lambda: scatter(pairs, x, y, say, marked=marked, height=FILLS),
        ),
        Caption(
            say("{y}与{x}", y=say.words(y.name), x=say.words(x.name)),
            _scatter_note(context, sized, grain),
            as_of(context, x, y),
        ),
        _told(counted, x, y),
        **answer(context, grain),
    )  # fmt: skip


def _scatter_note(context: Context, sized: bool, grain: Grain) -> str:
    say = context.say
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


def show_bivariate(context: Context, grain: Grain) -> None:
    say, tiles = context.say, context.address.tiles
    x, y, counted, _ = correlated(context, "bivariate", grain)
    left, right = st.columns([1.5, 1], gap="medium")
    with left:
        show_figure(
            context,
            "explore-bivariate",
            context.remember(
                "explore-bivariate", x.code, y.code, tiles,
                make=lambda: bivariate_map(
                    counted.rows, x, y, say, names=context.town_names(), centred=tiles,
                    geometry=context.assets.tiles if tiles else context.assets.towns, height=FILLS,
                ),
            ),
            Caption(
                say("{y}与{x}", y=say.words(y.name), x=say.words(x.name)),
                say("各分三档，每档约三分之一的街镇 · 关联，不是因果"),
                as_of(context, x, y),
            ),
            _told(counted, x, y),
            **answer(context, grain),
        )  # fmt: skip
    with right:
        show_figure(
            context,
            "explore-pairs",
            context.remember(
                "explore-pairs-table", x.code, y.code,
                make=lambda: _pairs_table(say, counted.rows, x, y),
            ),
            Caption(
                say("两项指标，按街镇"),
                say("括号内为档：低、中、高"),
                as_of(context, x, y),
            ),
            _told(counted, x, y),
            **answer(context, grain),
        )  # fmt: skip


def _pairs_table(say: Say, rows: pd.DataFrame, x: Indicator, y: Indicator) -> Drawing:
    levels = (say("低"), say("中"), say("高"))
    rows = rows.sort_values("y", ascending=False)
    texts = pd.DataFrame({"key": rows["key"], "name": rows["name"]})
    for axis, each in (("y", y), ("x", x)):
        texts[axis] = [
            f"{short_figure(value, each, say.language)}"
            + ("" if pd.isna(third) else f" ({levels[int(third)]})")
            for value, third in zip(rows[axis], rows[f"{axis}_third"], strict=True)
        ]
    headings = {"name": say("街镇"), "y": say.words(y.name), "x": say.words(x.name)}
    texts = texts.assign(x_value=rows["x"], y_value=rows["y"])
    return table(
        texts, headings, say, key="key", height=FILLS, figures=("x", "y"),
        written={"x": "x_value", "y": "y_value"},
    )  # fmt: skip
