"""Set a value beside what the Handbook's time published: a fixed baseline, refused where the two are
not of the same thing."""

from datetime import date

import pandas as pd

from dashboard.asking.memo import remembered_for_all_filters
from dashboard.asking.questions import Questions
from dashboard.contract.indicators import BY_CODE, as_written, percent
from dashboard.contract.rounding import number_written
from dashboard.figures.quoted import facts
from dashboard.insight.changes import difference_shown

# Each by the published figure that it is, or the two that it is divided of. Dwellings and residents
# were published rounded: no difference is told of them.
BASELINES = {
    "communities": ("F001",),
    "committee_communities": ("F004",),
    "homes": ("F007",),
    "bed_supply": ("F005",),
    "committee_coverage": ("F004", "F001"),
}
# The month of the last of them; a value must be of a later one.
OF = date(2024, 10, 1)


@remembered_for_all_filters
def baseline(ask: Questions, code: str) -> float | None:
    """Give what was published of an indicator when the Handbook came out; None where nothing was."""
    known, needed = facts(ask), BASELINES.get(code, ())
    found = [known[each].number for each in needed if each in known]
    numbers = [each for each in found if each is not None]
    if not needed or len(numbers) != len(needed):
        return None
    return numbers[0] if len(numbers) == 1 else float(percent(numbers[0], numbers[1]))


def is_comparable(ask: Questions) -> bool:
    """Tell whether what is chosen is what was published: the whole district, later."""
    chosen = ask.filters
    if chosen.town_codes or chosen.is_narrowed or chosen.end_month <= OF:
        return False
    return ask.scope.is_district


def since_handbook(ask: Questions, code: str, value: float | None) -> str:
    """Write the published baseline and the difference from it; nothing where they don't compare."""
    before = baseline(ask, code)
    if before is None or value is None or pd.isna(value) or not is_comparable(ask):
        return ""
    say, indicator = ask.say, BY_CODE.get(code)
    if indicator is not None and indicator.kind == "share":
        change = difference_shown(value, before, indicator)
        was = number_written(as_written(before, indicator), indicator.decimals)
        if not change:
            return say("与《手册》（{was}%）持平", was=was)
        return say("自《手册》（{was}%）以来 {change:+.1f} 个百分点", was=was, change=change)
    was = number_written(before)
    if value == before:
        return say("与《手册》（{was}）持平", was=was)
    change_told = number_written(value - before, signed=True)
    return say("自《手册》（{was}）以来 {change}", was=was, change=change_told)
