"""Say in one sentence how things stand and where the weak point is, by rules that can be read.

Committee and grid governance both cover: the two are added before any share is told. Occupancy is
steady where no tier moved by more than ``STEADY`` points. The weak point is chosen by
``due.WEAK_POINT_RULE``.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from dashboard.contract.indicators import BY_CODE, Indicator
from dashboard.contract.tables import tier
from dashboard.insight.changes import difference_shown
from dashboard.insight.due import Due
from dashboard.insight.limits import LEVEL, common_value_test
from dashboard.language import Say

# In percentage points.
STEADY = 1.0


def governed_counts(now: pd.Series) -> tuple[int, int, int] | None:
    """Give how many communities committees and grids govern, and how many there are; None where
    governance is not loaded."""
    counts = [now[f"{name}community_count"] for name in ("committee_", "grid_", "")]
    if any(pd.isna(each) for each in counts):
        return None
    committee, grid, total = (int(each) for each in counts)
    return committee, grid, total


def sum_told(say: Say, counts: tuple[int, int, int]) -> str:
    """Write both kinds of governance as a sum: what they cover together stands before any share."""
    committee, grid, total = counts
    left = total - committee - grid
    if total in (committee, grid):
        all_by_grid = grid == total
        return say("片区网格 {total} 个，全覆盖", total=total) if all_by_grid else say(
            "居村治理 {total} 个，全覆盖", total=total
        )  # fmt: skip
    if not left:
        return say(
            "居村治理 {committee} + 片区网格 {grid} = {total}，全覆盖",
            committee=committee, grid=grid, total=total,
        )  # fmt: skip
    return say(
        "居村治理 {committee} + 片区网格 {grid}，另有 {left} 个未载明，共 {total}",
        committee=committee, grid=grid, left=left, total=total,
    )  # fmt: skip


def covered_told(say: Say, counts: tuple[int, int, int] | None) -> str:
    """Say in a few words that all are covered, and by whom."""
    if counts is None:
        return ""
    committee, grid, total = counts
    if committee + grid < total:
        return say("{left} 个社区的治理方式未载明", left=total - committee - grid)
    if not grid:
        return say("居村治理全覆盖")
    return say("网格与居村治理全覆盖") if committee else say("片区网格全覆盖")


def occupancy_told(
    say: Say, now: Mapping[str, float], before: Mapping[str, float], since: str
) -> str:
    """Say whether occupancy is steady ``since`` a month's end, or which tier moved most; nothing where
    nothing is known."""
    moved = {
        code: difference_shown(value, before[code], BY_CODE[f"occupancy_{code}"])
        for code, value in now.items()
        if pd.notna(value) and pd.notna(before.get(code, float("nan")))
    }
    if not moved:
        return ""
    code = max(moved, key=lambda each: abs(moved[each]))
    if abs(moved[code]) <= STEADY:
        return say("入住较 {since}平稳", since=since)
    words = {
        "tier": say.words(tier.allowed[code]), "points": abs(moved[code]), "since": since,
    }  # fmt: skip
    if moved[code] < 0:
        return say("“{tier}”入住率较 {since}降 {points:.1f} 个百分点", **words)
    return say("“{tier}”入住率较 {since}升 {points:.1f} 个百分点", **words)


def weak_told(
    say: Say, weak: Due | None, *, is_one: bool = False, are_all_checked: bool = True
) -> str:
    """Say where the weak point is; of one community, why it is one. Where not all rules were checked,
    that no rule catches any is told of the others alone."""
    if weak is None and not are_all_checked:
        return say("已检查的规则没有要办的事")
    if weak is None:
        return say("没有按规则要办的事")
    what = say.words(weak.kind.weak, count=weak.count)
    if is_one and weak.where:
        what = weak.where[0].reason
    return say("短板在{field}：{what}", field=say.words(weak.kind.field), what=what)


def state_told(say: Say, covered: str, occupancy: str, weak: str) -> str:
    """Put the state into one sentence; what is not known is left out."""
    first = "、".join(filter(None, (covered, occupancy)))
    if say.language == "en":
        first = ", ".join(filter(None, (covered, occupancy)))
        told = "; ".join(filter(None, (first, weak)))
        return told[:1].upper() + told[1:]
    return "；".join(filter(None, (first, weak)))


def is_chance(
    now: tuple[float, float], before: tuple[float, float], indicator: Indicator
) -> bool | None:
    """Tell whether chance can explain that two shares differ, each given as its parts; None where
    there is too little to tell."""
    counts, sizes = np.array([now, before], dtype="float64").T
    if np.isnan([counts, sizes]).any() or (sizes <= 0).any():
        return None
    _, p = common_value_test(counts, sizes, indicator)
    return bool(p >= LEVEL)
