"""Governance coverage (治理覆盖): who is governed how, by town, over time, and who is left."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from dashboard.draw.charts import (
    funnel,
    ranking,
    shares,
    stacked_months,
    stacked_towns,
    trend,
)
from dashboard.draw.drawing import Drawing
from dashboard.draw.rows import table
from dashboard.insight.changes import change_since
from dashboard.insight.headline import coverage_headline
from dashboard.insight.limits import funnel_limits, outside
from dashboard.language import Say
from dashboard.model.indicators import BY_CODE, Indicator, add_up, column_heading, measure
from dashboard.model.tables import leading_organisation, mode
from dashboard.ui.address import UNCLASSIFIED
from dashboard.ui.context import Context
from dashboard.ui.controls import choose_indicator
from dashboard.ui.filters import choose_community, choose_town, show_filters, show_path
from dashboard.ui.frame import Caption, show_figure
from dashboard.ui.header import show_headline
from dashboard.ui.tiles import SPARK_MONTHS, Tile, show_tiles

TILES = (
    "committee_coverage",
    "resident_coverage",
    "own_branch",
    "effective_coverage",
    "service_station",
    "social_work_station",
)
USUAL_INDICATOR = "committee_coverage"
GRID = "grid"


def title(say: Say) -> str:
    return say("治理覆盖")


def show(context: Context) -> None:
    """Show the page."""
    say = context.say
    district = context.district_months()
    show_path(context)
    with st.container(key="top", horizontal=True, vertical_alignment="bottom"):
        if district.rows.empty:
            show_headline(say("没有符合所选条件的社区"), "")
        else:
            headline = coverage_headline(say, now=district.rows.iloc[-1])
            show_headline(headline.state, headline.change)
        show_filters(context)
    if district.rows.empty:
        st.info(say("没有符合所选条件的社区：请放宽筛选，或点“清除”。"))
        return
    _tiles(context, district.rows)
    left, right = st.columns(2, gap="medium")
    with left:
        _modes(context)
        _funnel(context)
    with right:
        choose_indicator(
            context, [BY_CODE[code] for code in TILES], default=USUAL_INDICATOR, shapes=False
        )
        _ranking(context)
        _trend(context)
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
        change = change_since(rows, pd.Timestamp(context.month_before), indicator, say)
        parts = [change]
        if pd.notna(last["numerator"]) and pd.notna(last["denominator"]):
            parts.insert(0, f"{last['numerator']:,.0f}/{last['denominator']:,.0f}")
        tiles.append(Tile(indicator, rows["value"].tail(SPARK_MONTHS), " · ".join(parts)))
    return tiles


def kind_names(say: Say) -> dict[str, str]:
    """Name in full the ways a community under a committee can be governed."""
    return {
        **{code: f"{code} {say.words(words)}" for code, words in mode.allowed.items()},
        UNCLASSIFIED: say("居村治理，未分类"),
    }


def short_kind_names(say: Say) -> dict[str, str]:
    """Name briefly, for legends, all seven ways a community can be governed."""
    return {
        "1": say("1 居委会"),
        "2": say("2 代管"),
        "3": say("3 代管加社工站"),
        "4": say("4 纳入"),
        "5": say("5 自治共治"),
        UNCLASSIFIED: say("未分类"),
        GRID: say("片区网格"),
    }


def _kinds(rows: pd.DataFrame) -> pd.Series:
    return rows["mode"].where(rows["coverage_type"] == "committee", GRID)


def _modes(context: Context) -> None:
    say, names = context.say, kind_names(context.say)
    counted = context.count("modes_by_town")
    covered = counted.rows[counted.rows["coverage_type"] == "committee"]
    columns = ["community_count", "resident_count"]
    modes = add_up(covered, ["mode"], columns).set_index("mode")
    modes = modes.reindex([mode for mode in names if mode in modes.index]).reset_index()
    modes = modes.assign(
        name=modes["mode"].map(names),
        committee_community_count=modes["community_count"].sum(),
        committee_resident_count=modes["resident_count"].sum(),
    )
    modes = modes.assign(
        community_share=measure(modes, BY_CODE["mode_share"])["value"],
        resident_share=measure(modes, BY_CODE["mode_resident_share"])["value"],
    )
    grid = int(counted.rows["community_count"].sum() - modes["community_count"].sum())
    show_figure(
        context,
        "modes",
        shares(modes, say, height=340),
        Caption(
            say("五种治理模式占居村治理社区的比例"),
            say(
                "% · 另有 {grid} 个社区在片区网格 · 模式因规模与区位而定，差异是关联而非效果",
                grid=grid,
            ),
            context.as_of(),
        ),
        counted,
    )


def _chosen_indicator(context: Context) -> Indicator:
    """Take the indicator in the address where it is one of this page's."""
    code = context.address.indicator
    return BY_CODE[code if code in TILES else USUAL_INDICATOR]


def _ranking(context: Context) -> None:
    say, indicator = context.say, _chosen_indicator(context)
    counted = context.by_town(indicator)
    show_figure(
        context,
        "coverage-ranking",
        context.remember(
            "coverage-ranking", indicator.code,
            make=lambda: ranking(
                counted.rows, indicator, say, district=context.district_value(indicator), height=340
            ),
        ),
        Caption(
            say("{indicator}，按街镇", indicator=say.words(indicator.name)),
            say("{formula}，%", formula=say.words(indicator.formula)),
            context.as_of(),
            spoken_only=True,
        ),
        counted,
        on_click=choose_town(context),
        chosen=context.chosen_towns,
    )  # fmt: skip


def _funnel(context: Context) -> None:
    say, indicator = context.say, BY_CODE["committee_coverage"]
    counted = context.by_town(indicator)
    district = context.district_value(indicator)
    if district is None:
        return
    rows = counted.rows.assign(outside=outside(counted.rows, district))
    sizes = pd.Series(range(2, int(rows["denominator"].max() * 1.14) + 2), dtype="float64")
    names = say.listed(rows.loc[rows["outside"], "name"].tolist())
    show_figure(
        context,
        "coverage-funnel",
        context.remember(
            "coverage-funnel",
            make=lambda: funnel(
                rows, funnel_limits(district, sizes), indicator, say, district=district
            ),
        ),
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


def _trend(context: Context) -> None:
    say, indicator = context.say, _chosen_indicator(context)
    counted = context.district_months().showing(indicator)
    show_figure(
        context,
        "coverage-trend",
        trend(
            measure(counted.rows, indicator), indicator, say,
            marked=pd.Timestamp(context.filters.end_month), height=340,
        ),
        Caption(
            say("{indicator}，逐月", indicator=say.words(indicator.name)),
            say("% · 阴影为 95% 区间") if indicator.has_interval else "%",
            context.as_of(),
        ),
        counted,
    )  # fmt: skip


def _modes_by_month(context: Context) -> None:
    say = context.say
    counted = context.count("modes_by_month", start_month=context.warehouse.months[0])
    rows = add_up(
        counted.rows.assign(kind=_kinds(counted.rows)), ["month", "kind"], ["community_count"]
    ).rename(columns={"community_count": "count"})
    show_figure(
        context,
        "modes-by-month",
        stacked_months(rows, short_kind_names(say), say, height=400),
        Caption(say("治理方式逐月变化"), say("月末社区数，个"), context.as_of()),
        counted,
    )


def _modes_by_town(context: Context) -> None:
    say = context.say
    counted = context.count("modes_by_town", context.everywhere)
    rows = add_up(
        counted.rows.assign(kind=_kinds(counted.rows)), ["town_code", "kind"], ["community_count"]
    ).rename(columns={"community_count": "count", "town_code": "key"})
    show_figure(
        context,
        "modes-by-town",
        stacked_towns(rows, short_kind_names(say), context.town_names(), say, height=400),
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
    counted = replace(
        context.count("uncovered_communities"),
        shown=("resident_count", "leading_organisation", "town_committee_count"),
    )
    show_figure(
        context,
        "uncovered",
        context.remember_chosen("uncovered", make=lambda: _uncovered_table(context, counted.rows)),
        Caption(
            say("{count} 个社区尚未纳入居村治理", count=len(counted.rows)),
            say("按居民数排列 · 居村的位置未公布，只能列到所在与最近的街镇"),
            context.as_of(),
        ),
        counted,
        on_click=choose_community(context),
        chosen=context.filters.community_codes,
    )


def _uncovered_table(context: Context, rows: pd.DataFrame) -> Drawing:
    say, names = context.say, context.town_names()
    texts = pd.DataFrame(
        {
            "name": rows["name_zh" if say.language == "zh" else "name_en"],
            "community_code": rows["community_code"],
            "town": rows["town_code"].map(names),
            "origin": rows["origin"].map(
                {"published": say("具名项目，状态为估计"), "sample": say("示例")}
            ),
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
                    "{town} {distance:.1f} 公里（{count} 个居村）",
                    town=names.get(town, town), distance=distance / 1000, count=count,
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
