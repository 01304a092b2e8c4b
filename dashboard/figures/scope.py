"""Say what is chosen as it is: all that was loaded, part of it by some conditions, or nothing at all."""

from dataclasses import replace
from typing import Any

from dashboard.asking.memo import remembered
from dashboard.asking.questions import Questions
from dashboard.asking.scope import is_of_all, scope_named
from dashboard.contract.filters import DESCRIBING, FILTERS, Filter
from dashboard.contract.indicators import Indicator
from dashboard.figures.page import NOTHING, Page
from dashboard.insight.facts import governed_how
from dashboard.insight.headline import Headline, towns_named
from dashboard.language import Say

# What committees govern.
_COMMITTEES = {"committee_community_count", "committee_resident_count"}


def whole_named(ask: Questions) -> str:
    """Name what all towns together are: the district or what was loaded of it, or what is chosen of
    that by conditions."""
    return ask.say("所选范围") if conditions(ask) else scope_named(ask)


def conditions(ask: Questions) -> list[str]:
    """Name the conditions by which communities are chosen, whatever their places."""
    return [
        ask.say.names(each.offered or {})[code]
        for each in DESCRIBING
        for code in each.codes(ask.filters)
    ]


def is_settled(ask: Questions, indicator: Indicator) -> bool:
    """Tell whether the conditions settle an indicator, so that it says nothing: who chooses by mode
    or coverage type chooses by what committees govern."""
    chosen = ask.filters
    is_chosen_by = bool(chosen.modes) or len(chosen.coverage_types) == 1
    return is_chosen_by and indicator.numerator in _COMMITTEES


def settled_told(say: Say) -> str:
    """Say why an indicator that the conditions settle is not told."""
    return say("由所选条件决定，没有可比的")


def place_named(ask: Questions) -> str:
    """Name what is chosen; in a sample no real town stands before an invented state."""
    say, chosen = ask.say, ask.filters
    if is_of_all(ask):
        return "" if ask.scope.is_district else say("{places}：", places=scope_named(ask))
    names = ask.town_names()
    places = [names[code] for code in chosen.town_codes] if ask.names_towns else []
    if places and ask.scope.operator:
        # What is told of a town's communities is told of this operator's alone.
        told = say("{operator}（{town}）", operator=scope_named(ask), town=towns_named(say, places))
        return say("{places}：", places=told)
    if places:
        return say("{places}：", places=towns_named(say, places))
    if chosen.is_narrowed or chosen.community_codes:
        return say("所选社区：")
    return say("所选街镇：")


@remembered
def chosen_as(ask: Questions) -> str:
    """Name the one community that is chosen, or the conditions that settle whether committees govern;
    nothing where the share that they govern tells something."""
    say, chosen = ask.say, ask.filters
    if len(chosen.community_codes) == 1:
        (row,) = ask.count("communities", named="whole").rows.itertuples()
        name = row.name_zh if say.language == "zh" else row.name_en
        if row.community_code in ask.named_projects:
            return say("{name}（具名项目，数字多为估计）", name=name)
        how = governed_how(row.coverage_type, row.mode, say)
        return say("{name}（{governance}）", name=name, governance=how)
    if not chosen.modes and not chosen.coverage_types:
        return ""
    by = say.listed(conditions(ask))
    names = ask.town_names()
    places = towns_named(say, [names[code] for code in chosen.town_codes])
    if places and ask.names_towns:
        return say("{places}按条件所选（{conditions}）", places=places, conditions=by)
    return say("按条件所选（{conditions}）", conditions=by)


@remembered
def nothing_here(ask: Questions) -> Page:
    """Say that nothing meets all that is chosen, and which filters to relax."""
    say, chosen = ask.say, [each for each in FILTERS if each.codes(ask.filters)]
    relaxed = [say.words(each.label) for each in chosen if not _without(ask, each).has_none_open]
    usual = nothing_told(say)
    if len(chosen) < 2 or not relaxed or not ask.has_none_open:
        return replace(NOTHING, empty=usual)
    told = say.listed([say.words(each.label) for each in chosen])
    change = say(
        "所选的{chosen}没有同时满足的社区；放宽其中一项就有：{relaxed}。",
        chosen=told,
        relaxed=say.listed(relaxed),
    )
    return replace(NOTHING, empty=Headline(usual.state, change))


def nothing_told(say: Say) -> Headline:
    """Say that nothing meets what is chosen, where no more is known."""
    return Headline(
        say("没有符合所选条件的社区"), say("没有符合所选条件的社区：请放宽筛选，或点“清除”。")
    )


def _without(ask: Questions, relaxed: Filter) -> Questions:
    changes: dict[str, Any] = {relaxed.name: relaxed.value(())}
    return ask.on(replace(ask.filters, **changes))
