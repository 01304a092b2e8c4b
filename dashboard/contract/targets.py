"""Declare for what targets may be set: the indicators, and what of the place is meant by a word."""

from dashboard.contract.indicator_table import INDICATORS, Indicator
from dashboard.contract.words import Words

# What a target may be for besides one town or one community, by its code.
WHOLE, LOADED = "whole", "loaded"
EACH_TOWN, EACH_COMMUNITY = "each_town", "each_community"
PLACES: dict[str, Words] = {
    WHOLE: Words("全区", "District"),
    LOADED: Words("所载全部", "All that was loaded"),
    EACH_TOWN: Words("每个街镇", "Each town"),
    EACH_COMMUNITY: Words("每个社区", "Each community"),
}
# No target is set for what is split by mode, held against a target of its own, implied by moves, not
# counted month by month, or adds up over months: a year's task is no three months'.
_WITHOUT = frozenset(
    (
        "mode_share", "mode_resident_share", "supply_completion", "required_pace", "mean_stay",
        "mean_stay_in", "closing_days", "service_breadth", "station_space", "belonging", "activities",
        "attendances", "proposals",
    )
)  # fmt: skip
TARGETABLE: dict[str, Indicator] = {
    each.code: each for each in INDICATORS if each.code not in _WITHOUT
}
# What is not counted of single communities: decided on, or of too few proposals each.
NOT_OF_ONE = frozenset(
    (
        "communities", "committee_coverage", "resident_coverage", "own_branch", "effective_coverage",
        "service_station", "social_work_station", "acceptance", "prompt_acceptance", "closing_rate",
        "self_service", "shared_space", "club_communities", "reply_rate",
    )
)  # fmt: skip
# What is better low: not said otherwise, a target for it is at most its value.
LOWER_IS_BETTER = frozenset(("turnover", "annual_turnover", "overdue"))


def usual_bound(indicator: str) -> str:
    """Give the requirement that holds where a target says none."""
    return "at_most" if indicator in LOWER_IS_BETTER else "at_least"
