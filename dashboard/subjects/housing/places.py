"""Show how full towns, communities and operators are, with the communities behind each."""

from dataclasses import replace

import pandas as pd

from dashboard.asking.memo import remembered_for_all_communities, remembered_for_all_towns
from dashboard.asking.questions import Questions
from dashboard.contract.indicators import BY_CODE, Indicator, measure
from dashboard.draw.drawing import Drawing
from dashboard.figures.figure import Caption, Figure
from dashboard.figures.scope import whole_named
from dashboard.insight.names import operator_names
from dashboard.insight.occupancy import LOW_OCCUPANCY
from dashboard.language import Say
from dashboard.subjects.housing.drawings import dots, spread_ranking
from dashboard.subjects.housing.measures import measured_communities
from dashboard.subjects.housing.reasoning import distribution_headline, with_spread, without_faults


@remembered_for_all_towns
def towns(ask: Questions, code: str) -> Figure | None:
    """Rank the towns, each with the spread of its communities; None where too few were loaded."""
    if not ask.scope.compares_towns:
        return None
    say, indicator = ask.say, BY_CODE[code]
    counted = ask.by_town(indicator)
    rows = with_spread(
        without_faults(counted.rows, indicator), measured_communities(ask, code).rows, "town_code"
    )
    return Figure(
        "housing-towns",
        spread_ranking(
            rows,
            indicator,
            say,
            district=ask.district_value(indicator),
            whole=whole_named(ask),
            height=404,
        ),  # fmt: skip
        Caption(
            say("{indicator}，按街镇", indicator=say.words(indicator.name)),
            say(
                "{formula} · 点为合计（可在粗线外），粗线为各社区的中间一半，竖线为中位数 · 不从 0 起",
                formula=say.words(indicator.formula),
            ),
            ask.as_of(window=indicator.span == "window"),
            spoken_only=True,
        ),
        counted,
        click="town",
    )


@remembered_for_all_communities
def distribution(ask: Questions, code: str) -> Figure:
    """Show the communities of the chosen towns, each a point."""
    say, indicator = ask.say, BY_CODE[code]
    counted = measured_communities(ask, code)
    bar = LOW_OCCUPANCY if indicator.tier else None
    return Figure(
        "housing-dots",
        dots(counted.rows, indicator, say, bar=bar),
        Caption(
            distribution_headline(say, counted.rows, indicator, bar),
            ask.without_named(_dots_note(say, counted.rows, bar)),
            ask.as_of(window=indicator.span == "window"),
        ),
        counted,
        click="community",
    )


def _dots_note(say: Say, rows: pd.DataFrame, bar: float | None) -> str:
    unknown = int(rows["value"].isna().sum())
    return " · ".join(
        [
            say("每点一个社区；点击选择"),
            *(
                []
                if bar is None
                else [
                    say("入住率低于 {bar:.0f}% 的突出显示（界限由本系统自定，不是标准）", bar=bar)
                ]
            ),
            *([] if bar is None else [say("只计这一层次，页首按各社区的主要层次")]),
            *([say("另有 {count} 个数据不足或人数过少", count=unknown)] if unknown else []),
        ]
    )


def operators(ask: Questions, code: str) -> Figure | None:
    """Rank the operators of the chosen towns; those of chosen communities are marked. None where all
    that was loaded is one operator's."""
    if ask.scope.operator:
        return None
    figure, chosen = _operators(ask, code), ask.filters.community_codes
    if not chosen:
        return figure
    of = ask.count("housing_by_community", ask.in_towns).rows.set_index("community_code")
    mine = of.loc[of.index.isin(chosen), "operator"].unique()
    return replace(figure, marked=tuple(mine))


@remembered_for_all_communities
def _operators(ask: Questions, code: str) -> Figure:
    say, indicator = ask.say, BY_CODE[code]
    query = "occupancy_by_operator" if indicator.tier else "housing_by_operator"
    counted = ask.count(query, ask.spanning(indicator))
    return Figure(
        "housing-operators",
        _operators_drawn(ask, counted.rows, indicator),
        Caption(
            say("{indicator}，按运营方", indicator=say.words(indicator.name)),
            say(
                "点为合计，粗线为各社区的中间一半，竖线为中位数 · 示例运营方均为虚构；具名项目的运营方不参与排名"
            )
            if ask.is_sample
            else say("点为合计，粗线为各社区的中间一半，竖线为中位数 · 不从 0 起"),
            ask.as_of(window=indicator.span == "window"),
        ),
        counted.showing(indicator),
    )


def _operators_drawn(ask: Questions, rows: pd.DataFrame, indicator: Indicator) -> Drawing:
    communities = measured_communities(ask, indicator.code).rows
    rows = without_faults(ask.as_known(measure(rows, indicator), indicator), indicator)
    names = operator_names(rows["operator"], ask.say)
    rows = with_spread(rows.assign(key=rows["operator"], name=names), communities, "operator")
    return spread_ranking(rows, indicator, ask.say, height=330)
