"""Say how many communities are covered."""

import pandas as pd

from dashboard.insight.headline import Headline
from dashboard.insight.outlook import governed_counts, sum_told
from dashboard.language import Say


def coverage_headline(
    say: Say, *, now: pd.Series, chosen_as: str = "", place: str = ""
) -> Headline:
    """Write the Coverage page's headline from the chosen communities' end-month row; ``chosen_as``
    says how they were chosen, where the coverage type would only repeat that; ``place`` what stands
    before the state of part of the district."""
    if chosen_as:
        count = int(now["community_count"])
        state = chosen_as
        if count > 1:
            state = say("{chosen}：{count} 个社区", chosen=chosen_as, count=count)
        return Headline(state, _branches_sentence(say, now))
    counts = governed_counts(now)
    state = sum_told(say, counts) if counts else say("治理沿革未载入，治理方式不详")
    return Headline(f"{place}{state}", _branches_sentence(say, now))


def _branches_sentence(say: Say, now: pd.Series) -> str:
    """Say how many have a branch, and how many are effectively covered where that is known."""
    branch, effective = now["own_branch_community_count"], now["effective_community_count"]
    if pd.isna(branch):
        return ""
    if pd.isna(effective):
        return say(
            "这些社区中，{branch} 个有独立党支部；有效覆盖尚不可知（须有 90 天的记录）。",
            branch=int(branch),
        )
    return say(
        "这些社区中，{branch} 个有独立党支部；{effective} 个有效覆盖"
        "（有党支部或站点，且近 90 天有活动或办结提案；90 天由本系统假定）。",
        branch=int(branch),
        effective=int(effective),
    )
