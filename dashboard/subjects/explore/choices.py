"""What Explore lets one choose: views, grains, indicators; and what it shows where there is no figure."""

from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from dashboard.asking.grains import Grain, query_at
from dashboard.contract.indicators import BY_CODE, BY_TOWN, Indicator
from dashboard.contract.measures import FIELDS
from dashboard.contract.tables import PIECES
from dashboard.draw.classes import METHODS, Classes, Method
from dashboard.figures.page import (
    Choice,
    Choices,
    Picker,
    choice_picker,
    indicator_picker,
    shape_picker,
)
from dashboard.language import Say

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
# What a view of towns gives way to where too few were loaded to compare.
_WITHOUT_TOWNS = {"map": "trend", "multiples": "trend", "bivariate": "scatter"}
# What an indicator is compared with, or gives way to, unless the user says: the first that can be.
USUAL_OTHERS = ("reach", "occupancy_room")
VIEW = Choice("view", tuple(GRAINS_OF))
# None named means what is usual for the view.
GRAIN = Choice("by", ("usual", "town", "community", "month", "district"))
SECOND = Choice("with", ("usual", *(each.code for each in BY_TOWN)))
# The usual one sets apart what was told apart, or makes classes of equal number.
METHOD = Choice("classes", ("usual", *METHODS))
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


def chosen_grain(choices: Choices, view: str) -> Grain:
    chosen = choices.of(GRAIN)
    return GRAINS_OF[view][0] if chosen == "usual" else cast(Grain, chosen)


def chosen_indicators(choices: Choices) -> list[Indicator]:
    """List the indicator of the view, or the two that it compares."""
    first, view = BY_CODE[choices.indicator], choices.of(VIEW)
    if view not in OF_TWO:
        return [first]
    second = choices.of(SECOND)
    if second == "usual":
        return [first, _usual_other(first, view, chosen_grain(choices, view))]
    return [first, BY_CODE[second]]


def is_counted(indicator: Indicator, view: str, grain: Grain) -> bool:
    """Tell whether a view can show an indicator at a grain."""
    asked: Grain = "town_month" if view == "multiples" else grain
    return asked in ("town", "district") or query_at(indicator, asked) is not None


def grains_for(indicator: Indicator, view: str) -> list[Grain]:
    """List the grains at which a view can show an indicator, the usual first."""
    return [grain for grain in GRAINS_OF[view] if is_counted(indicator, view, grain)]


def indicators_for(view: str) -> list[Indicator]:
    """List the indicators that a view can show at one grain at least."""
    return [each for each in BY_TOWN if grains_for(each, view)]


def others_for(first: Indicator, view: str, grain: Grain) -> list[Indicator]:
    """List the indicators that one can be compared with."""
    return [each for each in BY_TOWN if each != first and is_counted(each, view, grain)]


def settled(choices: Choices, say: Say, *, of_towns: bool = True) -> tuple[Choices, str]:
    """Put what can be shown in the place of what can't; say what was changed and why.

    A grain gives way before an indicator. The sentence is empty where nothing was changed, or where
    it is only that there are not ``of_towns`` enough to compare.
    """
    if not of_towns:
        choices = _without_towns(choices)
    view = choices.of(VIEW)
    first, grain = BY_CODE[choices.indicator], chosen_grain(choices, view)
    notes = []
    if grain not in GRAINS_OF[view]:
        notes.append(_other_grain(say, view, grain))
        grain = GRAINS_OF[view][0]
    if not is_counted(first, view, grain):
        grains, reason = grains_for(first, view), _not_counted(say, first, view, grain)
        grains = [each for each in grains if of_towns or each != "town"]
        if grains:
            grain = grains[0]
            name = grain_names(say)[grain]
            notes.append(say("{reason}，改为“{grain}”。", reason=reason, grain=name))
        else:
            first = _usual_other(first, view, grain)
            notes.append(_instead(say, reason, first))
    choices = replace(choices, indicator=first.code).with_own(GRAIN, _told(grain, view))
    is_usual = not first.has_interval and not _has_symbols(choices)
    if choices.of(METHOD) == "quantiles" and is_usual:
        choices = choices.with_own(METHOD, "usual")
    second = choices.of(SECOND)
    if view in OF_TWO and second != "usual":
        other = BY_CODE[second]
        if other not in others_for(first, view, grain):
            reason = (
                say("两个指标相同") if other == first else _not_counted(say, other, view, grain)
            )
            notes.append(_instead(say, reason, _usual_other(first, view, grain)))
            choices = choices.with_own(SECOND, "usual")
    return choices, " ".join(notes)


def _without_towns(choices: Choices) -> Choices:
    """Put communities, or all together by month, in the place of towns."""
    view = choices.of(VIEW)
    choices = choices.with_own(VIEW, _WITHOUT_TOWNS.get(view, view))
    view = choices.of(VIEW)
    if chosen_grain(choices, view) == "town":
        return choices.with_own(GRAIN, "community")
    return choices


def _told(grain: Grain, view: str) -> str:
    return "usual" if grain == GRAINS_OF[view][0] else grain


def _usual_other(first: Indicator, view: str, grain: Grain) -> Indicator:
    others = others_for(first, view, grain)
    usual = [each for each in others if each.code in USUAL_OTHERS]
    return min(usual, key=lambda each: USUAL_OTHERS.index(each.code)) if usual else others[0]


def _other_grain(say: Say, view: str, grain: Grain) -> str:
    names = grain_names(say)
    return say(
        "{view}不能{grain}看，改为“{other}”。",
        view=view_names(say)[view], grain=names[grain], other=names[GRAINS_OF[view][0]],
    )  # fmt: skip


def _instead(say: Say, reason: str, other: Indicator) -> str:
    return say("{reason}，改看“{other}”。", reason=reason, other=say.words(other.name))


def _not_counted(say: Say, indicator: Indicator, view: str, grain: Grain) -> str:
    """Say why a view can't show an indicator at a grain."""
    name = say.words(indicator.name)
    if grain == "community" and _is_of_whole_communities(indicator):
        return say("单个社区的{indicator}只有“是”或“否”", indicator=name)
    if grain == "community":
        return say("{indicator}只按街镇统计", indicator=name)
    if view == "multiples":
        return say("{indicator}未按街镇逐月统计", indicator=name)
    return say("{indicator}未逐月统计", indicator=name)


def _is_of_whole_communities(indicator: Indicator) -> bool:
    """Tell whether it says of a community only whether it is so or not."""
    columns = [indicator.numerator, indicator.denominator or indicator.numerator]
    return any(FIELDS[name].unit == PIECES or "committee" in name for name in columns)


# Pickers ---------------------------------------------------------------------------------


def controls(
    say: Say, asked: Choices, shown: Choices, *, of_towns: bool = True
) -> tuple[Picker, ...]:
    """Give the pickers of a view. ``asked`` is what the address says, ``shown`` what is shown in
    its place: another view or indicator begins from what was asked for. Where there are not
    ``of_towns`` enough to compare, neither is offered that shows them."""
    view = shown.of(VIEW)
    grain = chosen_grain(shown, view)
    pickers = [_views(say, asked if of_towns else shown, of_towns)]
    if grain != "district":
        codes = (
            each.code
            for each in indicators_for(view)
            if of_towns or grains_for(each, view) != ["town"]
        )
        pickers.append(indicator_picker(say, asked, codes, shown.indicator))
    if view in OF_TWO:
        pickers.append(_second(say, shown, grain))
    if len(grains_for(chosen_indicators(shown)[0], view)) > 1:
        pickers.append(_grains(say, shown, grain, of_towns))
    return (*pickers, *_of_the_view(say, shown))


def _views(say: Say, asked: Choices, of_towns: bool) -> Picker:
    """Offer the views; a grain that one can't be of gives way to its usual."""
    grain = chosen_grain(asked, asked.of(VIEW))

    def in_view(view: str) -> Choices:
        choices = asked.with_own(VIEW, view)
        return choices if grain in GRAINS_OF[view] else choices.with_own(GRAIN, "usual")

    options = tuple(
        (view, name, in_view(view))
        for view, name in view_names(say).items()
        if of_towns or view not in _WITHOUT_TOWNS
    )
    return Picker("choice-view", say("图形"), options, asked.of(VIEW))


def _grains(say: Say, shown: Choices, grain: Grain, of_towns: bool) -> Picker:
    view, names = shown.of(VIEW), grain_names(say)
    usual = GRAINS_OF[view][0]
    options = tuple(
        (each, names[each], shown.with_own(GRAIN, "usual" if each == usual else each))
        for each in grains_for(chosen_indicators(shown)[0], view)
        if of_towns or each != "town"
    )
    return Picker("choice-by", say("范围"), options, grain)


def _second(say: Say, shown: Choices, grain: Grain) -> Picker:
    first, second = chosen_indicators(shown)
    options = tuple(
        (
            each.code,
            say("与 {name}", name=say.words(each.name)),
            shown.with_own(SECOND, each.code),
        )
        for each in others_for(first, shown.of(VIEW), grain)
    )
    return Picker("choice-with", say("另一指标"), options, second.code, side_by_side=False)


def _of_the_view(say: Say, shown: Choices) -> list[Picker]:
    view, pickers = shown.of(VIEW), []
    if view == "scatter":
        names = {"same": say("点同样大"), "residents": say("按居民")}
        pickers.append(choice_picker(shown, SIZE, say("点的大小"), names))
    if view in ("map", "bivariate"):
        pickers.append(shape_picker(say, shown))
    if view == "map":
        pickers.append(choice_picker(shown, METHOD, say("分级方法"), _methods(say, shown)))
        if chosen_classes(shown) is not None:
            levels = {count: say("{count} 级", count=count) for count in COUNT.allowed}
            pickers.append(choice_picker(shown, COUNT, say("级数"), levels))
    return pickers


def _methods(say: Say, shown: Choices) -> dict[str, str]:
    names = {"quantiles": say("分位数"), "jenks": say("自然断点"), "equal": say("等间距")}
    if BY_CODE[shown.indicator].has_interval:
        return {"usual": say("与整体比较"), **names}
    if _has_symbols(shown):
        return {"usual": say("圆的面积"), **names}
    return {"usual": names.pop("quantiles"), **names}


def _has_symbols(shown: Choices) -> bool:
    """Tell whether totals stand on a map as circles; tiles are of one size, and are coloured."""
    return BY_CODE[shown.indicator].kind == "count" and not shown.tiles


def chosen_classes(shown: Choices) -> Classes | None:
    """Give the classes of the map; None where towns are set apart by how they were judged, or where
    circles have their values' areas."""
    method = shown.of(METHOD)
    if method == "usual" and (BY_CODE[shown.indicator].has_interval or _has_symbols(shown)):
        return None
    return Classes("quantiles" if method == "usual" else cast(Method, method), int(shown.of(COUNT)))
