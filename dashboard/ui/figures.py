"""Show the figures that several pages have: towns as map and ranking, months, what needs attention."""

from collections.abc import Callable
from dataclasses import replace

import pandas as pd

from dashboard.asking.questions import QueryResult
from dashboard.contract.indicators import Indicator, column_heading, measure
from dashboard.draw.charts import ranking, trend
from dashboard.draw.classes import MOST_CLASSES, Method
from dashboard.draw.drawing import Height
from dashboard.draw.maps import town_map
from dashboard.draw.rows import Item, item_list
from dashboard.insight.attention import Concern, concerns
from dashboard.language import Say
from dashboard.ui.context import Context
from dashboard.ui.filters import choose_town
from dashboard.ui.frame import Caption, show_figure

Answer = Callable[[str | None, bool], None]


def show_town_map(
    context: Context,
    key: str,
    indicator: Indicator,
    caption: Caption,
    *,
    tiles: bool,
    height: Height,
    method: Method = "quantiles",
    count: int = MOST_CLASSES,
    on_click: Answer | None = None,
) -> None:
    """Show an indicator of every town on the map or as ``tiles``; a click chooses a town."""
    say, counted = context.say, context.by_town(indicator)
    show_figure(
        context,
        key,
        context.remember(
            key, indicator.code, tiles, method, count,
            make=lambda: town_map(
                counted.rows, indicator, say, names=context.town_names(), centred=tiles,
                geometry=context.assets.tiles if tiles else context.assets.towns,
                height=height, method=method, count=count,
            ),
        ),
        caption,
        counted,
        on_click=on_click or choose_town(context),
        chosen=context.chosen_towns,
    )  # fmt: skip


def map_note(context: Context, formula: str, *, tiles: bool) -> str:
    """Say that a map is a schematic, or under which number an official one was approved."""
    say, number = context.say, context.assets.map_number
    if context.assets.is_schematic or tiles:
        return say("{formula} · 示意图，非法定界线", formula=formula)
    if number:
        return say("{formula} · 审图号：{number}", formula=formula, number=number)
    return formula


def show_town_ranking(
    context: Context,
    key: str,
    indicator: Indicator,
    caption: Caption,
    *,
    height: Height = 440,
) -> None:
    """Rank the towns by an indicator beside the district; a click chooses one."""
    counted = context.by_town(indicator)
    if context.district_value(indicator) is not None:
        caption = replace(caption, note=context.say("{note} · 深色：不低于全区", note=caption.note))
    show_figure(
        context,
        key,
        context.remember(
            key, indicator.code,
            make=lambda: ranking(
                counted.rows, indicator, context.say,
                district=context.district_value(indicator), height=height,
            ),
        ),
        caption,
        counted,
        on_click=choose_town(context),
        chosen=context.chosen_towns,
    )  # fmt: skip


def show_months(
    context: Context,
    key: str,
    indicator: Indicator,
    counted: QueryResult,
    caption: Caption,
    *,
    height: Height,
    district: pd.DataFrame | None = None,
) -> None:
    """Show an indicator month by month; ``district``: the measured months to set beside them."""
    show_figure(
        context,
        key,
        context.remember_chosen(
            key, indicator.code,
            make=lambda: trend(
                measure(counted.rows, indicator), indicator, context.say,
                marked=pd.Timestamp(context.filters.end_month), height=height, district=district,
            ),
        ),
        caption,
        counted.showing(indicator),
    )  # fmt: skip


# What needs attention --------------------------------------------------------------------


def chosen_concerns(context: Context) -> list[Concern]:
    """List the chosen communities that a rule catches and that may be held up."""
    return context.remember_chosen(
        "concerns",
        make=lambda: concerns(
            context.count("communities").rows,
            context.say,
            not_loaded=context.not_loaded,
        ),
    )


def level_names(say: Say) -> dict[str, str]:
    return {"fault": say("数据有误"), "late": say("滞后"), "watch": say("关注")}


def show_concerns(
    context: Context,
    key: str,
    *,
    height: Height | None,
    on_click: Answer | None = None,
    opens: str | None = None,
) -> None:
    """List the chosen communities that need attention, the most pressing first."""
    say, found, badges = context.say, chosen_concerns(context), level_names(context.say)
    show_figure(
        context,
        key,
        item_list(
            [
                Item(each.name, each.reason, each.community_code, badges[each.level], each.level)
                for each in found
            ],
            alt=say("需要关注的社区"),
            empty=say("没有社区触发关注规则。"),
            height=height,
            listed=_listed(context, found),
        ),
        Caption(
            say("需要关注"),
            say("{count} 个社区需关注，先列紧急的", count=len(found)),
            context.as_of(),
        ),
        context.count("communities"),
        on_click=on_click,
        opens=opens,
        chosen=context.filters.community_codes,
    )


def _listed(context: Context, found: list[Concern]) -> pd.DataFrame:
    """Give the communities that need attention as a file tells them: all that is seen, by name."""
    say, badges, towns = context.say, level_names(context.say), context.town_names(short=False)
    return pd.DataFrame(
        {
            say("社区"): [each.name for each in found],
            say("街镇"): [towns[each.town_code] for each in found],
            say("程度"): [badges[each.level] for each in found],
            say("原因"): [each.reason for each in found],
            column_heading("resident_count", say.language): [
                each.residents or None for each in found
            ],
        }
    )
