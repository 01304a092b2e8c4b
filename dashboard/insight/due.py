"""Find what must be done, by kind: what it is, how much of it there is, where, and whose task it may be.

A kind counts every community it catches, however many kinds that meets; ``attention`` names each
community once, for the rule that presses most. Both stand on the same conditions.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

import pandas as pd

from dashboard.contract.words import Words
from dashboard.insight import attention
from dashboard.insight.attention import FULL_SHARE, LARGE_RESIDENTS, QUIET_DAYS, Level
from dashboard.insight.occupancy import FILLING_MONTHS, LOW_OCCUPANCY
from dashboard.language import Say


@dataclass(frozen=True)
class Kind:
    """Declare one kind of thing to do.

    ``size`` gives how far a community is beyond the bar, None where it is not caught; it takes the
    row, the end month and the days chosen. ``told`` follows the count; ``weak`` says it in a headline,
    after the ``field`` in which it is; ``duty`` is whose task it may be; ``short`` names it where it
    can't be checked, for want of its ``table`` or ``columns``.
    """

    code: str
    short: Words
    level: Level
    field: Words
    told: Words
    weak: Words
    reason: Words
    duty: Words
    table: str
    columns: tuple[str, ...]
    size: Callable[[Any, date, int], float | None]
    counts_proposals: bool = False


def _overdue(row: Any, _end: date, _days: int) -> float | None:
    return row.overdue_count if row.overdue_count > 0 else None


def _idle(row: Any, _end: date, days: int) -> float | None:
    # Of days before any activity was told of nobody can say that there was none.
    quiet = attention.days_quiet(row)
    return quiet if quiet >= days else None


_RESPONSE, _LIFE = Words("回应", "response"), Words("活动", "activities")
_HOUSING, _SERVICE = Words("住房", "housing"), Words("服务", "services")
_TOWNS_AND_OPERATORS = Words("街镇、运营方", "town, operator")
_STATIONS_AND_TOWNS = Words("社工站、街镇", "social-work station, town")

# In the order in which they are told.
KINDS: tuple[Kind, ...] = (
    Kind(
        "faults", attention.BY_CODE["over_let"].short, "fault", Words("数据", "data"),
        Words("个社区已租多于可租", "{count:community|communities} let more than available"),
        Words("{count} 个社区已租多于可租", "{count} {count:community lets|communities let} more than available"),
        attention.BY_CODE["over_let"].reason, _TOWNS_AND_OPERATORS,
        "occupancy", attention.BY_CODE["over_let"].columns,
        lambda row, end, _days: attention.BY_CODE["over_let"].size(row, end),
    ),
    Kind(
        "overdue", Words("超期提案", "overdue proposals"), "late", _RESPONSE,
        Words("件提案超过 14 天未办结", "{count:proposal|proposals} open for over 14 days"),
        Words("{count} 件提案超期未办", "{count} {count:proposal|proposals} overdue"),
        Words("超期 {overdue:.0f} 件，最久 {open_days:,.0f} 天", "{overdue:.0f} overdue, the oldest {open_days:,.0f} days"),
        Words("街镇、责任单位", "town, unit in charge"), "proposal", (),
        _overdue, counts_proposals=True,
    ),
    Kind(
        "quiet", attention.BY_CODE["quiet"].short, "late", _LIFE,
        Words(
            f"个 {LARGE_RESIDENTS} 人以上社区静默满 {QUIET_DAYS} 天",
            f"large {{count:community|communities}} ({LARGE_RESIDENTS}+) quiet for {QUIET_DAYS} days",
        ),
        Words(
            f"{{count}} 个大社区静默满 {QUIET_DAYS} 天",
            f"{{count}} large {{count:community|communities}} quiet for {QUIET_DAYS} days",
        ),
        attention.BY_CODE["quiet"].reason, _STATIONS_AND_TOWNS,
        "activity", attention.BY_CODE["quiet"].columns,
        lambda row, end, _days: attention.BY_CODE["quiet"].size(row, end),
    ),
    Kind(
        "idle", Words("本期没有活动", "no activity"), "watch", _LIFE,
        # One that opened in the chosen months is not among them.
        Words("个整期在册的社区没有活动", "{count:community|communities} open all these months without an activity"),
        Words("{count} 个整期在册社区没有活动", "{count} {count:community|communities} open throughout without an activity"),
        Words("{quiet}", "{quiet}"), _STATIONS_AND_TOWNS, "activity", (), _idle,
    ),
    Kind(
        "empty", attention.BY_CODE["empty"].short, "watch", _HOUSING,
        Words(
            f"个社区开业满 {FILLING_MONTHS} 个月，入住不足 {LOW_OCCUPANCY:.0f}%",
            f"{{count:community|communities}} open {FILLING_MONTHS} months, below {LOW_OCCUPANCY:.0f}% let",
        ),
        Words(
            f"{{count}} 个成熟社区入住不足 {LOW_OCCUPANCY:.0f}%",
            f"{{count}} settled {{count:community|communities}} below {LOW_OCCUPANCY:.0f}% let",
        ),
        attention.BY_CODE["empty"].reason, Words("房管部门、运营方", "housing department, operator"),
        "occupancy", attention.BY_CODE["empty"].columns,
        lambda row, end, _days: attention.BY_CODE["empty"].size(row, end),
    ),
    Kind(
        "full", attention.BY_CODE["full"].short, "watch", _SERVICE,
        Words(
            f"个 {LARGE_RESIDENTS} 人以上社区住满 {FULL_SHARE:.0%} 而没有站点",
            f"large {{count:community|communities}}, {FULL_SHARE:.0%} let, without a station",
        ),
        Words("{count} 个住满的社区没有站点", "{count} full {count:community|communities} without a station"),
        attention.BY_CODE["full"].reason, Words("社会工作部门、街镇", "social-work department, town"),
        "organisation", attention.BY_CODE["full"].columns,
        lambda row, end, _days: attention.BY_CODE["full"].size(row, end),
    ),
)  # fmt: skip

WEAK_POINT_RULE = Words(
    "各类可重叠，不相加 · 短板：红色中涉及居民最多的一类",
    "Lists overlap: don't add · weak point: red with most residents",
)


@dataclass(frozen=True)
class Caught:
    """Hold one community that a kind catches, and why."""

    community_code: str
    town_code: str
    name: str
    reason: str
    residents: float


@dataclass(frozen=True)
class Due:
    """Hold how much there is to do of a kind, and where: the communities, worst first.

    ``count`` and ``residents`` are of all; real projects of a sample are not among ``where``, and
    ``unnamed`` says how many they are.
    """

    kind: Kind
    count: int
    communities: int
    residents: float
    longest: float
    where: tuple[Caught, ...]
    unnamed: int


def due(
    rows: pd.DataFrame,
    say: Say,
    *,
    first_month: date,
    months: tuple[date, int],
    named: Collection[str] = (),
    not_loaded: Collection[str] = (),
    silent: Mapping[str, Collection[str]] = MappingProxyType({}),
) -> list[Due]:
    """Say what must be done, of kinds of which there is any.

    ``rows``: all chosen communities, of the query of that name; ``months``: the end month and how many
    days are chosen; ``named``: a sample's real projects, of which nothing is held up;
    ``silent``: by table the towns that sent no row of it.
    """
    every = attention.rows_of(rows)
    found = []
    for kind in KINDS:
        if kind.table in not_loaded:
            continue
        none = silent.get(kind.table, ())
        sizes = [(kind.size(row, *months), row) for row in every if row.town_code not in none]
        caught = [(size, row) for size, row in sizes if size is not None]
        if caught:
            found.append(_due(kind, caught, say, first_month, named))
    return found


def _due(
    kind: Kind,
    caught: list[tuple[float, Any]],
    say: Say,
    first_month: date,
    named: Collection[str],
) -> Due:
    told = [each for each in caught if each[1].community_code not in named]
    ordered = sorted(told, key=lambda each: (-each[0], each[1].community_code))
    residents = [row.resident_count for _, row in caught]
    days = [row.longest_open_day_count for _, row in caught]
    count = sum(size for size, _ in caught) if kind.counts_proposals else len(caught)
    return Due(
        kind=kind,
        count=int(count),
        communities=len(caught),
        residents=float(sum(each for each in residents if pd.notna(each))),
        longest=max((each for each in days if pd.notna(each)), default=float("nan")),
        where=tuple(_told(kind, row, say, first_month) for _, row in ordered),
        unnamed=len(caught) - len(told),
    )


def _told(kind: Kind, row: Any, say: Say, first_month: date) -> Caught:
    reason = attention.reason_told(kind.reason, row, say, first_month)
    name = row.name_zh if say.language == "zh" else row.name_en
    residents = float("nan") if pd.isna(row.resident_count) else float(row.resident_count)
    return Caught(row.community_code, row.town_code, name, reason, residents)


def weak_point(found: list[Due]) -> Due | None:
    """Choose the one weak point: of what is behind the kind that touches most residents, else of
    what is to be watched; a fault in the data is none."""
    for level in ("late", "watch"):
        if mine := [each for each in found if each.kind.level == level]:
            return max(mine, key=lambda each: each.residents)
    return None
