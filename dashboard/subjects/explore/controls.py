"""Let one choose the view, the indicators, the grain, and what only some views can be told."""

from dashboard.asking.grains import Grain
from dashboard.figures.page import (
    Choices,
    Picker,
    choice_picker,
    indicator_picker,
    shape_picker,
)
from dashboard.language import Say
from dashboard.subjects.explore.choices import (
    COUNT,
    GRAIN,
    GRAINS_OF,
    METHOD,
    OF_TWO,
    SECOND,
    SIZE,
    VIEW,
    chosen_grain,
    chosen_indicators,
    grain_names,
    grains_for,
    indicators_for,
    others_for,
    view_names,
)


def controls(say: Say, asked: Choices, shown: Choices) -> tuple[Picker, ...]:
    """Give the pickers of a view. ``asked`` is what the address says, ``shown`` what is shown in
    its place: another view or indicator begins from what was asked for."""
    view = shown.of(VIEW)
    grain = chosen_grain(shown, view)
    pickers = [_views(say, asked)]
    if grain != "district":
        codes = (each.code for each in indicators_for(view))
        pickers.append(indicator_picker(say, asked, codes, shown.indicator))
    if view in OF_TWO:
        pickers.append(_second(say, shown, grain))
    if len(grains_for(chosen_indicators(shown)[0], view)) > 1:
        pickers.append(_grains(say, shown, grain))
    return (*pickers, *_of_the_view(say, shown))


def _views(say: Say, asked: Choices) -> Picker:
    """Offer the views; a grain that one can't be of gives way to its usual."""
    grain = chosen_grain(asked, asked.of(VIEW))

    def in_view(view: str) -> Choices:
        choices = asked.with_own(VIEW, view)
        return choices if grain in GRAINS_OF[view] else choices.with_own(GRAIN, "usual")

    options = tuple((view, name, in_view(view)) for view, name in view_names(say).items())
    return Picker("choice-view", say("图形"), options, asked.of(VIEW))


def _grains(say: Say, shown: Choices, grain: Grain) -> Picker:
    view, names = shown.of(VIEW), grain_names(say)
    usual = GRAINS_OF[view][0]
    options = tuple(
        (each, names[each], shown.with_own(GRAIN, "usual" if each == usual else each))
        for each in grains_for(chosen_indicators(shown)[0], view)
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
        names = {"quantiles": say("分位数"), "jenks": say("自然断点"), "equal": say("等间距")}
        pickers.append(choice_picker(shown, METHOD, say("分级方法"), names))
        levels = {count: say("{count} 级", count=count) for count in COUNT.allowed}
        pickers.append(choice_picker(shown, COUNT, say("级数"), levels))
    return pickers
