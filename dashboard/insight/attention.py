"""Find the communities that need attention, by stated rules, and say why.

The bars are assumptions of this product, shown on the definitions page with ``RULES``.
"""

from collections import namedtuple
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from dashboard.contract.indicators import ratio
from dashboard.contract.rounding import rounded
from dashboard.contract.words import Words
from dashboard.language import Say

Level = Literal["fault", "late", "watch"]

_ORDER: tuple[Level, ...] = ("fault", "late", "watch")

QUIET_DAYS = 90
OVERDUE_PROPOSALS = 5
FULL_SHARE = 0.95
LARGE_RESIDENTS = 300

RULES: tuple[Words, ...] = (
    Words(
        "数据有误：有房源层次已租多于可租。",
        "Fault in the data: more let than available in some tier.",
    ),
    Words(
        f"滞后：居民 {LARGE_RESIDENTS} 人以上、在片区网格内、{QUIET_DAYS} 天无活动。",
        f"Behind: {LARGE_RESIDENTS} residents or more, under a grid, {QUIET_DAYS} days "
        "without an activity.",
    ),
    Words(
        f"滞后：受理超过 14 天未办结的提案达 {OVERDUE_PROPOSALS} 件。",
        f"Behind: {OVERDUE_PROPOSALS} proposals or more open over 14 days after acceptance.",
    ),
    Words(
        f"关注：居民 {LARGE_RESIDENTS} 人以上、入住率 {FULL_SHARE:.0%} 以上、没有服务站点。",
        f"Watch: {LARGE_RESIDENTS} residents or more, {FULL_SHARE:.0%} let or more, no station.",
    ),
)


@dataclass(frozen=True)
class Concern:
    """Name one community, how pressing it is and the reason."""

    community_code: str
    town_code: str
    name: str
    level: Level
    reason: str
    residents: int


# The columns that the rules read.
_Row = namedtuple("_Row", [
    "community_code", "town_code", "name_zh", "name_en", "resident_count", "coverage_type",
    "available_count", "let_count", "over_let_count", "days_quiet_count", "days_known_count",
    "overdue_count",
    "has_service_station", "has_social_work_station",
])  # fmt: skip


def concerns(
    communities: pd.DataFrame, say: Say, *, not_loaded: Collection[str] = ()
) -> list[Concern]:
    """List the communities that a rule catches: late before watch, then by residents.

    ``communities`` are rows of the query of that name. Each stands once, for its first rule.
    Rules that rest on a table that is not loaded catch nobody.
    """
    rows = zip(*(communities[name].tolist() for name in _Row._fields), strict=True)
    found = [
        concern
        for row in map(_Row._make, rows)
        if (concern := _concern(row, say, not_loaded)) is not None
    ]
    return sorted(found, key=lambda each: (_ORDER.index(each.level), -each.residents, each.name))


def _concern(row: Any, say: Say, not_loaded: Collection[str]) -> Concern | None:
    found = _reason(row, say, not_loaded)
    if found is None:
        return None
    level, reason = found
    return Concern(
        community_code=row.community_code,
        town_code=row.town_code,
        name=row.name_zh if say.language == "zh" else row.name_en,
        level=level,
        reason=reason,
        residents=0 if pd.isna(row.resident_count) else int(row.resident_count),
    )


def _reason(row: Any, say: Say, not_loaded: Collection[str]) -> tuple[Level, str] | None:
    is_large = pd.notna(row.resident_count) and row.resident_count >= LARGE_RESIDENTS
    known = pd.notna(row.let_count) and pd.notna(row.available_count) and row.available_count > 0
    occupancy = ratio(row.let_count, row.available_count) if known else float("nan")
    never = pd.isna(row.days_quiet_count)
    days_quiet = row.days_known_count if never else row.days_quiet_count
    if pd.notna(row.over_let_count) and row.over_let_count > 0:
        return "fault", say("有房源层次已租多于可租，数据有误")
    is_watched = row.coverage_type == "grid" and is_large and "activity" not in not_loaded
    is_quiet = is_watched and days_quiet >= QUIET_DAYS
    if is_quiet and never:
        return "late", say("{residents:,} 人，网格管理，从未有活动", residents=row.resident_count)
    if is_quiet:
        return "late", say(
            "{residents:,} 人，网格管理，{days:.0f} 天无活动",
            residents=row.resident_count,
            days=days_quiet,
        )
    if row.overdue_count >= OVERDUE_PROPOSALS:
        return "late", say("提案 {count} 件超 14 天未办结", count=row.overdue_count)
    knows_stations = "organisation" not in not_loaded
    if knows_stations and is_large and rounded(occupancy, 3) >= FULL_SHARE and not has_station(row):
        return "watch", say("入住 {share:.1%}，无服务站点", share=occupancy)
    return None


def has_station(row: Any) -> bool:
    return bool(row.has_service_station or row.has_social_work_station)
