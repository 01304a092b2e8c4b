"""Show how full towns, communities and operators are, with the communities behind each."""

import pandas as pd

from dashboard.contract.filters import Filters
from dashboard.contract.indicators import Indicator, measure
from dashboard.draw.drawing import Drawing
from dashboard.draw.housing import dots, spread_ranking
from dashboard.insight.housing import LOW_OCCUPANCY, distribution_headline, spread, without_faults
from dashboard.insight.names import operator_names
from dashboard.language import Say
from dashboard.ui.context import Context
from dashboard.ui.filters import choose_community, choose_town
from dashboard.ui.frame import Caption, show_figure
from dashboard.views.housing.asking import beside, measured_communities


def show_towns(context: Context, indicator: Indicator) -> None:
    say = context.say
    counted = context.by_town(indicator)

    def make() -> Drawing:
        communities = measured_communities(context, indicator, context.everywhere).rows
        rows = without_faults(counted.rows, indicator).merge(
            spread(communities, "town_code"), on="town_code", how="left"
        )
        return spread_ranking(
            rows, indicator, say, district=context.district_value(indicator), height=404
        )

    show_figure(
        context,
        "housing-towns",
        context.remember("housing-towns", indicator.code, make=make),
        Caption(
            say("{indicator}，按街镇", indicator=say.words(indicator.name)),
            say(
                "{formula} · 点为合计（可在粗线外），粗线为各社区的中间一半，竖线为中位数 · 不从 0 起",
                formula=say.words(indicator.formula),
            ),
            context.as_of(window=indicator.span == "window"),
            spoken_only=True,
        ),
        counted,
        on_click=choose_town(context),
        chosen=context.chosen_towns,
    )


def show_distribution(context: Context, indicator: Indicator) -> None:
    """Show the communities of the chosen towns; chosen communities are marked among them."""
    say, filters = context.say, beside(context)
    counted = measured_communities(context, indicator, filters)
    bar = LOW_OCCUPANCY if indicator.tier else None
    show_figure(
        context,
        "housing-dots",
        context.warehouse.remember(
            ("housing-dots", indicator.code, say.language, filters),
            lambda: dots(counted.rows, indicator, say, bar=bar),
        ),
        Caption(
            distribution_headline(say, counted.rows, indicator, bar),
            context.without_named(_dots_note(say, counted.rows, bar)),
            context.as_of(window=indicator.span == "window"),
        ),
        counted,
        on_click=choose_community(context),
        chosen=context.filters.community_codes,
    )


def _dots_note(say: Say, rows: pd.DataFrame, bar: float | None) -> str:
    unknown = int(rows["value"].isna().sum())
    return " · ".join(
        [
            say("每点一个社区；点击选择"),
            *([] if bar is None else [say("低于 {bar:.0f}% 的突出显示（假定的界限）", bar=bar)]),
            *([] if bar is None else [say("只计这一层次，页首按各社区的主要层次")]),
            *([say("另有 {count} 个数据不足或人数过少", count=unknown)] if unknown else []),
        ]
    )


def show_operators(context: Context, indicator: Indicator) -> None:
    """Show the operators of the chosen towns; those of chosen communities are marked."""
    say, filters = context.say, beside(context)
    query = "occupancy_by_operator" if indicator.tier else "housing_by_operator"
    counted = context.count(query, filters)
    of = context.count("housing_by_community", filters).rows.set_index("community_code")["operator"]
    show_figure(
        context,
        "housing-operators",
        context.warehouse.remember(
            ("housing-operators", indicator.code, say.language, filters),
            lambda: _operators_drawn(context, counted.rows, indicator, filters),
        ),
        Caption(
            say("{indicator}，按运营方", indicator=say.words(indicator.name)),
            say(
                "点为合计，粗线为各社区的中间一半，竖线为中位数 · 示例运营方均为虚构；具名项目的运营方不参与排名"
            )
            if context.is_sample
            else say("点为合计，粗线为各社区的中间一半，竖线为中位数 · 不从 0 起"),
            context.as_of(window=indicator.span == "window"),
        ),
        counted.showing(indicator),
        chosen=tuple(of[of.index.isin(context.filters.community_codes)].unique()),
    )


def _operators_drawn(
    context: Context, rows: pd.DataFrame, indicator: Indicator, filters: Filters
) -> Drawing:
    communities = measured_communities(context, indicator, filters).rows
    rows = without_faults(measure(rows, indicator), indicator)
    names = operator_names(rows["operator"], context.say)
    rows = rows.assign(key=rows["operator"], name=names).merge(
        spread(communities, "operator"), on="operator", how="left"
    )
    return spread_ranking(rows, indicator, context.say, height=330)
