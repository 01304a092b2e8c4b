"""Governance coverage (治理覆盖): who is governed how, by town, over time, and who is left."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from dashboard.contract.indicators import BY_CODE, Indicator, add_up, column_heading, measure
from dashboard.contract.rounding import number_written
from dashboard.contract.tables import leading_organisation
from dashboard.draw.drawing import Drawing
from dashboard.draw.governance import (
    funnel,
    shares,
    stacked_months,
    stacked_towns,
)
from dashboard.draw.rows import table
from dashboard.insight.changes import change_since
from dashboard.insight.governance import kinds, mode_names, mode_shares, short_kind_names
from dashboard.insight.headline import coverage_headline
from dashboard.insight.limits import dispersion, funnel_limits, outside
from dashboard.language import Say
from dashboard.ui.context import Context
from dashboard.ui.controls import choose_indicator
from dashboard.ui.figures import show_months, show_town_ranking
from dashboard.ui.filters import choose_town, profile_of
from dashboard.ui.frame import Caption, show_figure
from dashboard.ui.header import begin_page
from dashboard.ui.tiles import SPARK_MONTHS, Tile, show_tiles

TILES = (
    "committee_coverage",
    "resident_coverage",
    "own_branch",
    "effective_coverage",
    "service_station",
    "social_work_station",
)


def title(say: Say) -> str:
    return say("治理覆盖")


def show(context: Context) -> None:
    """Show the page."""
    district = context.district_months()
    if not begin_page(
        context,
        lambda: coverage_headline(context.say, now=district.rows.iloc[-1]),
        is_empty=context.has_none_open,
    ):
        return
    _tiles(context, district.rows)
    left, right = st.columns(2, gap="medium")
    with left:
        _modes(context)
        _funnel(context)
    with right:
        indicator = choose_indicator(context, [BY_CODE[code] for code in TILES], shapes=False)
        _ranking(context, indicator)
        _trend(context, indicator)
    left, right = st.columns(2, gap="medium")
    with left:
        _modes_by_month(context)
    with right:
        _modes_by_town(context)
    _uncovered(context)


def _tiles(context: Context, months: pd.DataFrame) -> None:
    tiles = context.remember_chosen("coverage-tiles", make=lambda: _made_tiles(context, months))
    show_tiles(tiles, context)


def _made_tiles(context: Context, months: pd.DataFrame) -> list[Tile]:
    say = context.say
    tiles = []
    for code in TILES:
        indicator = BY_CODE[code]
        rows = measure(months, indicator)
        last = rows.iloc[-1]
        parts = [change_since(rows, context.earlier, indicator, say)]
        if pd.notna(last["numerator"]) and pd.notna(last["denominator"]):
            made_of = (number_written(last[name]) for name in ("numerator", "denominator"))
            parts.insert(0, "/".join(made_of))
        tiles.append(Tile(indicator, rows["value"].tail(SPARK_MONTHS), " · ".join(parts)))
    return tiles


def _modes(context: Context) -> None:
    say = context.say
    counted = context.count("modes_by_town")
    drawing, grid = context.remember_chosen(
        "coverage-modes", make=lambda: _shares(say, counted.rows)
    )
    counted = replace(counted, rows=mode_shares(counted.rows))
    show_figure(
        context,
        "modes",
        drawing,
        Caption(
            say("五种治理模式占居村治理社区的比例"),
            say(
                "% · 另有 {grid} 个社区在片区网格 · 模式因规模与区位而定，差异是关联而非效果",
                grid=grid,
            ),
            context.as_of(),
        ),
        counted.showing(BY_CODE["mode_share"], BY_CODE["mode_resident_share"]),
    )


def _shares(say: Say, rows: pd.DataFrame) -> tuple[Drawing, int]:
    """Draw the modes' shares; give how many communities are in the grid besides."""
    modes = mode_shares(rows)
    modes = modes.assign(name=modes["mode"].map(mode_names(say)))
    grid = int(rows["community_count"].sum() - modes["community_count"].sum())
    return shares(modes, say, height=340), grid


def _ranking(context: Context, indicator: Indicator) -> None:
    say = context.say
    show_town_ranking(
        context,
        "coverage-ranking",
        indicator,
        Caption(
            say("{indicator}，按街镇", indicator=say.words(indicator.name)),
            say("{formula}，%", formula=say.words(indicator.formula)),
            context.as_of(),
            spoken_only=True,
        ),
        height=340,
    )


def _funnel(context: Context) -> None:
    say, indicator = context.say, BY_CODE["committee_coverage"]
    counted = context.by_town(indicator)
    district = context.district_value(indicator)
    if district is None:
        return

    def make() -> tuple[Drawing, str]:
        rows = counted.rows.assign(outside=outside(counted.rows, district))
        sizes = pd.Series(range(2, int(rows["denominator"].max() * 1.14) + 2), dtype="float64")
        wide = dispersion(rows["value"], rows["denominator"], district)
        limits = funnel_limits(district, sizes, dispersion=wide)
        drawing = funnel(rows, limits, indicator, say, district=district)
        return drawing, say.listed(rows.loc[rows["outside"], "name"].tolist())

    drawing, names = context.remember("coverage-funnel", make=make)
    show_figure(
        context,
        "coverage-funnel",
        drawing,
        Caption(
            say("{towns}的居村治理覆盖率超出随机波动", towns=names)
            if names
            else say("各街镇居村治理覆盖率的差异都在随机波动之内"),
            say("点线 95%、虚线 99.8% 界限：界内的高低不宜当作先后"),
            context.as_of(),
        ),
        counted,
        on_click=choose_town(context),
        chosen=context.chosen_towns,
    )  # fmt: skip


def _trend(context: Context, indicator: Indicator) -> None:
    say = context.say
    show_months(
        context,
        "coverage-trend",
        indicator,
        context.district_months(),
        Caption(
            say("{indicator}，逐月", indicator=say.words(indicator.name)),
            say("% · 阴影为 95% 区间") if indicator.has_interval else "%",
            context.as_of(),
        ),
        height=340,
    )


def _modes_by_month(context: Context) -> None:
    say = context.say
    counted = context.count("modes_by_month", start_month=context.warehouse.months[0])

    def make() -> Drawing:
        rows = add_up(
            counted.rows.assign(kind=kinds(counted.rows)), ["month", "kind"], ["community_count"]
        ).rename(columns={"community_count": "count"})
        return stacked_months(rows, short_kind_names(say), say, height=400)

    show_figure(
        context,
        "modes-by-month",
        context.remember_chosen("coverage-modes-by-month", make=make),
        Caption(say("治理方式逐月变化"), say("月末社区数，个"), context.as_of()),
        counted,
    )


def _modes_by_town(context: Context) -> None:
    say = context.say
    counted = context.count("modes_by_town", context.everywhere)

    def make() -> Drawing:
        rows = add_up(
            counted.rows.assign(kind=kinds(counted.rows)),
            ["town_code", "kind"],
            ["community_count"],
        ).rename(columns={"community_count": "count", "town_code": "key"})
        return stacked_towns(rows, short_kind_names(say), context.town_names(), say, height=400)

    show_figure(
        context,
        "modes-by-town",
        context.remember("coverage-modes-by-town", make=make),
        Caption(
            say("治理方式，按街镇"),
            say("月末社区数，个 · 街镇数为示例，未曾公布")
            if context.is_sample
            else say("月末社区数，个"),
            context.as_of(),
        ),
        counted,
        on_click=choose_town(context),
        chosen=context.chosen_towns,
    )


def _uncovered(context: Context) -> None:
    say = context.say
    every = context.count("uncovered_communities", named="whole").rows
    counted = context.count("uncovered_communities")
    order = say("按居民数排列")
    if context.is_sample:
        order = say(
            "按居民数排列，不含具名项目（{count} 个）", count=len(every) - len(counted.rows)
        )
    counted = replace(
        counted,
        shown=("resident_count", "leading_organisation", "town_committee_count"),
    )
    show_figure(
        context,
        "uncovered",
        context.remember_chosen("uncovered", make=lambda: _uncovered_table(context, counted.rows)),
        Caption(
            say("{count} 个社区尚未纳入居村治理", count=len(every)),
            say("{order}，点一行看画像 · 居村的位置未公布，只能列到所在与最近的街镇", order=order),
            context.as_of(),
        ),
        counted,
        opens=profile_of(context),
        chosen=context.filters.community_codes,
    )


def _uncovered_table(context: Context, rows: pd.DataFrame) -> Drawing:
    say, names = context.say, context.town_names()
    texts = pd.DataFrame(
        {
            "name": rows["name_zh" if say.language == "zh" else "name_en"],
            "community_code": rows["community_code"],
            "town": rows["town_code"].map(names),
            "origin": rows["origin"].map({"sample": say("示例")}),
            "resident_count": rows["resident_count"],
            "dwelling_count": rows["dwelling_count"],
            "leading": [
                say.words(leading_organisation.allowed[code])
                for code in rows["leading_organisation"]
            ],
            "committees": [
                say("{town}（{count} 个居村）", town=names[town], count=count)
                for town, count in zip(rows["town_code"], rows["town_committee_count"], strict=True)
            ],
            "neighbour": [
                say(
                    "{town}，{distance}（{count} 个居村）",
                    town=names.get(town, town), distance=_about(distance, say), count=count,
                )
                for town, distance, count in zip(
                    rows["neighbour_town_code"], rows["neighbour_distance_m"],
                    rows["neighbour_committee_count"], strict=True,
                )
            ],
        }
    )  # fmt: skip
    headings = {
        "name": say("社区"),
        "town": say("街镇"),
        "origin": say("数据性质"),
        "resident_count": column_heading("resident_count", say.language),
        "dwelling_count": column_heading("dwelling_count", say.language),
        "leading": say("牵头党组织"),
        "committees": say("本街镇居村"),
        "neighbour": say("最近的另一街镇"),
    }
    return table(texts, headings, say, key="community_code", height=420)


def _about(metres: float, say: Say) -> str:
    """Write a distance as roughly as it is known: the places of communities are approximate."""
    if metres < 1000:
        return say("1 公里内")
    return say("约 {distance:.0f} 公里", distance=metres / 1000)
