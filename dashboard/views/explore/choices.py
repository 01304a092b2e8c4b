"""What Explore lets one choose: views, grains, indicators; and what there is no figure of."""

from collections.abc import Mapping
from typing import cast

from dashboard.draw.classes import METHODS
from dashboard.language import Say
from dashboard.model.indicators import BY_CODE, BY_TOWN, Indicator
from dashboard.model.measures import FIELDS
from dashboard.model.tables import PIECES
from dashboard.ui.address import Choice
from dashboard.ui.context import Context
from dashboard.ui.measured import measured
from dashboard.warehouse.grains import Grain

# What each view can be of, the usual first.
GRAINS_OF: Mapping[str, tuple[Grain, ...]] = {
    "map": ("town",),
    "ranking": ("town", "community"),
    "trend": ("month",),
    "multiples": ("town",),
    "distribution": ("community",),
    "scatter": ("town", "community"),
    "bivariate": ("town",),
    "table": ("town", "community", "month", "district"),
}
OF_TWO = ("scatter", "bivariate")
USUAL_SECOND = "reach"
VIEW = Choice("view", tuple(GRAINS_OF))
# None named means what is usual for the view.
GRAIN = Choice("by", ("usual", "town", "community", "month", "district"))
SECOND = Choice(
    "with", (USUAL_SECOND, *(each.code for each in BY_TOWN if each.code != USUAL_SECOND))
)
METHOD = Choice("classes", tuple(METHODS))
COUNT = Choice("k", ("5", "4", "3"))
SIZE = Choice("size", ("same", "residents"))
# What the header, the headline, the tiles and the controls leave of the screen.
FILLS = "clamp(380px, 100vh - 334px, 1000px)"
TALL = "clamp(420px, 100vh - 334px, 1100px)"


def view_names(say: Say) -> dict[str, str]:
    return {
        "map": say("地图"),
        "ranking": say("排行"),
        "trend": say("趋势"),
        "multiples": say("小图"),
        "distribution": say("分布"),
        "scatter": say("散点"),
        "bivariate": say("双变量"),
        "table": say("表格"),
    }


def grain_names(say: Say) -> dict[Grain, str]:
    return {
        "town": say("按街镇"),
        "community": say("按社区"),
        "month": say("按月"),
        "district": say("合计"),
    }


def chosen_grain(context: Context, view: str) -> Grain:
    chosen = context.address.choice(GRAIN)
    return GRAINS_OF[view][0] if chosen == "usual" else cast(Grain, chosen)


def chosen_indicators(context: Context, view: str) -> list[Indicator]:
    first = BY_CODE[context.address.indicator]
    if view not in OF_TWO:
        return [first]
    return [first, BY_CODE[context.address.choice(SECOND)]]


def why_not(context: Context, view: str, grain: Grain) -> str | None:
    """Say which to choose instead of what there is no figure of; None if there is one."""
    say, grains = context.say, grain_names(context.say)
    if grain not in GRAINS_OF[view]:
        return say(
            "{view}不能{grain}看：请改选{others}。",
            view=view_names(say)[view],
            grain=grains[grain],
            others=say.listed([say("“{name}”", name=grains[each]) for each in GRAINS_OF[view]]),
        )
    indicators = chosen_indicators(context, view)
    if len(indicators) == 2 and indicators[0] == indicators[1]:
        return say("两个指标相同：请另选一个来比较。")
    for each in indicators:
        problem = _not_counted(context, each, view, grain)
        if problem:
            return problem
    return None


def _not_counted(context: Context, indicator: Indicator, view: str, grain: Grain) -> str | None:
    say, name = context.say, context.say.words(indicator.name)
    asked: Grain = "town_month" if view == "multiples" else grain
    if asked in ("town", "district") or measured(context, indicator, asked) is not None:
        return None
    if asked == "community" and _is_of_whole_communities(indicator):
        return say(
            "单个社区的{indicator}只有“是”或“否”：请改选“按街镇”，或换一个指标。",
            indicator=name,
        )
    if asked == "community":
        return say("{indicator}只按街镇统计：请改选“按街镇”，或换一个指标。", indicator=name)
    if asked == "town_month" and measured(context, indicator, "month") is not None:
        return say("{indicator}未按街镇逐月统计：请改选“趋势”，或换一个指标。", indicator=name)
    return say("{indicator}未逐月统计：请改选地图、排行或表格，或换一个指标。", indicator=name)


def _is_of_whole_communities(indicator: Indicator) -> bool:
    """Tell whether it says of a community only whether it is so or not."""
    columns = [indicator.numerator, indicator.denominator or indicator.numerator]
    return any(FIELDS[name].unit == PIECES or "committee" in name for name in columns)
