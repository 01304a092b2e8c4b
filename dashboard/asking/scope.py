"""Find what was loaded, of which alone pages and files speak: the whole district, one town, some
towns, or one operator's communities."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from dashboard.asking.memo import remembered_for_all_filters
from dashboard.contract.indicators import Indicator
from dashboard.insight.headline import MOST_NAMES
from dashboard.insight.limits import FEWEST_PLACES, Comparison, compared
from dashboard.insight.names import operator_names
from dashboard.language import Proper

if TYPE_CHECKING:
    from dashboard.asking.questions import Questions

# Two towns are two numbers: nobody is first or last of so few.
FEWEST_COMPARED = 3


@dataclass(frozen=True)
class Scope:
    """Hold what was loaded: the towns of which there are communities, and the ``operator`` of all of
    them, if it is one: in however many towns, that is no district; ``communities``: how many are open
    at the last month's end."""

    towns: tuple[str, ...]
    is_district: bool
    operator: str = ""
    communities: int = 0

    @property
    def compares_towns(self) -> bool:
        """Whether there is a comparison of towns: one operator's communities tell nothing of them."""
        return self.is_district or (not self.operator and len(self.towns) >= FEWEST_COMPARED)

    @property
    def tests_towns(self) -> bool:
        """Whether there are towns enough to tell chance from how towns differ."""
        return self.compares_towns and len(self.towns) >= FEWEST_PLACES


@remembered_for_all_filters
def scope(ask: "Questions") -> Scope:
    """Find what was loaded, from the communities there ever were."""
    loaded = ask.warehouse.run("loaded", {})
    towns = tuple(dict.fromkeys(loaded["town_code"]))
    operators = loaded["operator"].unique().tolist()
    is_one = len(operators) == 1 and pd.notna(operators[0])
    is_district = set(ask.towns.index) <= set(towns) and not is_one
    return Scope(towns, is_district, str(operators[0]) if is_one else "", _open_now(ask))


def _open_now(ask: "Questions") -> int:
    rows = ask.district_months().rows
    return 0 if rows.empty else int(rows["community_count"].iloc[-1])


@remembered_for_all_filters
def scope_named(ask: "Questions") -> str:
    """Name what was loaded within a sentence; of several towns, how many they are."""
    say, found = ask.say, scope(ask)
    if found.is_district:
        return say("全区")
    if found.operator:
        return Proper(_operator_named(ask, found))
    if len(found.towns) == 1:
        return Proper(ask.town_names(short=False)[found.towns[0]])
    return say("所载 {count} 个街镇", count=len(found.towns))


@remembered_for_all_filters
def scope_titled(ask: "Questions") -> str:
    """Name what was loaded where it stands for itself, as on a cover: few towns one by one."""
    say, found = ask.say, scope(ask)
    if found.is_district:
        return say("闵行区")
    if found.operator or not 1 < len(found.towns) <= MOST_NAMES:
        return str(scope_named(ask))
    names = ask.town_names(short=False)
    return say.listed([names[code] for code in found.towns])


def scope_told(ask: "Questions") -> str:
    """Say in a line what was loaded, where it is not the whole district."""
    found = scope(ask)
    if found.is_district or not found.towns:
        return ""
    return ask.say(
        "范围：{place}，{count} 个社区", place=scope_titled(ask), count=found.communities
    )


def _operator_named(ask: "Questions", found: Scope) -> str:
    (name,) = operator_names(pd.Series([found.operator]), ask.say)
    if len(found.towns) > 1:
        return name
    # Whether it is all of the town or all of the operator is not known: it is both.
    town = ask.town_names(short=False)[found.towns[0]]
    return ask.say("{operator}（{town}）", operator=name, town=town)


def may_be_tested(ask: "Questions", rows: pd.DataFrame) -> bool:
    """Tell whether measured places are enough to tell chance from how they differ."""
    return ask.scope.is_district or bool(rows["value"].notna().sum() >= FEWEST_PLACES)


def compared_here(
    ask: "Questions", rows: pd.DataFrame, whole: float | None, indicator: Indicator
) -> Comparison | None:
    """Hold measured places against the value of all that was loaded; None where too few were."""
    return compared(rows, whole, indicator) if may_be_tested(ask, rows) else None


def is_of_all(ask: "Questions") -> bool:
    """Tell whether all that was loaded is chosen, as far as places go."""
    chosen = ask.filters
    if chosen.community_codes or chosen.is_narrowed:
        return False
    found = scope(ask)
    covers = not found.is_district and set(chosen.town_codes) >= set(found.towns)
    return not chosen.town_codes or covers
