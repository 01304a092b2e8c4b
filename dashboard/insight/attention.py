"""Find the communities that need attention, by the rules of one table, and say why.

The bars are assumptions of this product; ``RULES`` stand on the definitions page and in a briefing's
notes.
"""

from collections import namedtuple
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from types import MappingProxyType
from typing import Any, Literal, Protocol, TypeVar

import pandas as pd

from dashboard.contract.filters import months_between
from dashboard.contract.indicators import as_share, ratio
from dashboard.contract.measures import FIELDS
from dashboard.contract.rounding import rounded
from dashboard.contract.tables import NAMED
from dashboard.contract.words import Words
from dashboard.insight.occupancy import FILLING_MONTHS, LOW_OCCUPANCY
from dashboard.insight.windows import since_told
from dashboard.language import Say

Level = Literal["fault", "late", "watch"]

QUIET_DAYS = 90
OVERDUE_PROPOSALS = 5
LONG_OPEN_DAYS = 365
FULL_SHARE = 0.95
LARGE_RESIDENTS = 300
_LOW_SHARE = as_share(LOW_OCCUPANCY)

# The columns that the rules read.
COLUMNS = (
    "community_code", "town_code", "name_zh", "name_en", "opened_on", "resident_count",
    "available_count", "let_count", "over_let_count", "days_quiet_count", "days_known_count",
    "overdue_count", "longest_open_day_count", "has_service_station", "has_social_work_station",
)  # fmt: skip
_Row = namedtuple("_Row", COLUMNS)  # type: ignore[misc]


@dataclass(frozen=True)
class Rule:
    """Declare one rule: whom it catches, from which bar on, what is said of them, and by what right.

    ``size`` tells how far a community is beyond the bar, to put the most pressing first; None where
    the rule does not catch it. ``reason`` takes the row's values. A rule that rests on a ``table`` or
    on ``columns`` that were not loaded catches nobody: it is not checked. ``short`` names it.
    """

    code: str
    short: Words
    level: Level
    condition: Words
    bar: Words
    reason: Words
    table: str
    columns: tuple[str, ...]
    size: Callable[[Any, date], float | None]
    basis: Literal["assumed", "published"] = "assumed"


def _is_large(row: Any) -> bool:
    return bool(pd.notna(row.resident_count) and row.resident_count >= LARGE_RESIDENTS)


def let_share(row: Any) -> float:
    """Give the part let of the main tier, as it is written; missing where it can't be told."""
    known = pd.notna(row.let_count) and pd.notna(row.available_count) and row.available_count > 0
    return rounded(ratio(row.let_count, row.available_count), 3) if known else float("nan")


def _over_let(row: Any, _: date) -> float | None:
    return row.over_let_count if pd.notna(row.over_let_count) and row.over_let_count > 0 else None


def days_quiet(row: Any) -> float:
    """Give the days without an activity; of a community that had none, all that are on record."""
    never = pd.isna(row.days_quiet_count)
    return float(row.days_known_count if never else row.days_quiet_count)


def _quiet(row: Any, _: date) -> float | None:
    caught = _is_large(row) and days_quiet(row) >= QUIET_DAYS
    return float(row.resident_count) if caught else None


def _overdue(row: Any, _: date) -> float | None:
    return row.overdue_count if row.overdue_count >= OVERDUE_PROPOSALS else None


def _long_open(row: Any, _: date) -> float | None:
    days = row.longest_open_day_count
    return days if pd.notna(days) and days >= LONG_OPEN_DAYS else None


def _empty(row: Any, end_month: date) -> float | None:
    # One that nobody knows since when it is open is not taken to be filling still.
    opened = row.opened_on
    is_mature = pd.isna(opened) or months_between(opened, end_month) >= FILLING_MONTHS
    return 1 - let_share(row) if is_mature and let_share(row) < _LOW_SHARE else None


def _full(row: Any, _: date) -> float | None:
    caught = _is_large(row) and let_share(row) >= FULL_SHARE and not has_station(row)
    return float(row.resident_count) if caught else None


def has_station(row: Any) -> bool:
    return bool(row.has_service_station or row.has_social_work_station)


# The most pressing first: a community stands once, for the first that catches it.
RULES: tuple[Rule, ...] = (
    Rule(
        "over_let",
        Words("已租多于可租", "more let than available"),
        "fault",
        Words("有房源层次已租多于可租", "More let than available in some tier"),
        Words("1 个层次", "1 tier"),
        Words("有房源层次已租多于可租，数据有误", "More let than available: a fault in the data"),
        "occupancy",
        ("let_count", "over_let_count"),
        _over_let,
    ),
    Rule(
        "quiet",
        Words("静默", "quiet"),
        "late",
        Words(
            "人多而久无活动，不论覆盖类型",
            "Many residents and no activity, of either coverage type",
        ),
        Words(
            f"居民 {LARGE_RESIDENTS} 人以上，{QUIET_DAYS} 天以上没有活动",
            f"{LARGE_RESIDENTS} residents or more, {QUIET_DAYS} days or more without an activity",
        ),
        Words("居民 {residents:,.0f} 人，{quiet}", "{residents:,.0f} residents, {quiet}"),
        "activity",
        ("resident_count",),
        _quiet,
    ),
    Rule(
        "overdue",
        Words("超期提案积压", "overdue proposals"),
        "late",
        Words("超期提案积压", "Overdue proposals pile up"),
        Words(
            f"受理超过 14 天未办结的达 {OVERDUE_PROPOSALS} 件，重启日期不详的不计",
            f"{OVERDUE_PROPOSALS} or more open over 14 days after acceptance, without reopened ones",
        ),
        Words("提案 {overdue:.0f} 件超 14 天未办结", "{overdue:.0f} proposals open over 14 days"),
        "proposal",
        (),
        _overdue,
    ),
    Rule(
        "long_open",
        Words("久拖的提案", "long-open proposals"),
        "late",
        Words("有提案久拖未决", "A proposal long unsettled"),
        Words(
            f"受理满 {LONG_OPEN_DAYS} 天仍未办结，重启日期不详的不计",
            f"Open {LONG_OPEN_DAYS} days after acceptance or longer, without reopened ones",
        ),
        Words("有提案受理 {open_days:,.0f} 天未办结", "Proposal open for {open_days:,.0f} days"),
        "proposal",
        (),
        _long_open,
    ),
    Rule(
        "empty",
        Words("偏空", "rather empty"),
        "watch",
        Words("开业已久而偏空", "Open for long and rather empty"),
        Words(
            f"主要层次入住率低于 {LOW_OCCUPANCY:.0f}%，开业满 {FILLING_MONTHS} 个月",
            f"Below {LOW_OCCUPANCY:.0f}% let in the main tier, open for {FILLING_MONTHS} months",
        ),
        Words("入住率只有 {share:.1%}", "Only {share:.1%} let"),
        "occupancy",
        ("let_count", "available_count"),
        _empty,
    ),
    Rule(
        "full",
        Words("住满而无站点", "full, no station"),
        "watch",
        Words("住满而没有站点", "Full and without a station"),
        Words(
            f"居民 {LARGE_RESIDENTS} 人以上，入住率 {FULL_SHARE:.0%} 以上，没有服务站点",
            f"{LARGE_RESIDENTS} residents or more, {FULL_SHARE:.0%} let or more, no station",
        ),
        Words("入住 {share:.1%}，无服务站点", "{share:.1%} let, no station"),
        "organisation",
        ("resident_count", "let_count", "available_count"),
        _full,
    ),
)

BY_CODE = {rule.code: rule for rule in RULES}


def level_names(say: Say) -> dict[str, str]:
    return {"fault": say("数据有误"), "late": say("先办"), "watch": say("关注")}


def rule_told(say: Say, rule: Rule) -> str:
    """Say a rule in one line: how pressing, whom it catches, from which bar on."""
    return say(
        "{level}：{condition}（{bar}）。",
        level=level_names(say)[rule.level],
        condition=say.words(rule.condition),
        bar=say.words(rule.bar),
    )


def rules_table(say: Say) -> pd.DataFrame:
    """Lay the rules out, the most pressing first."""
    bases = {"assumed": say("本系统假定"), "published": say("公开规定")}
    return pd.DataFrame(
        {
            say("程度"): [level_names(say)[rule.level] for rule in RULES],
            say("情形"): [say.words(rule.condition) for rule in RULES],
            say("界限"): [say.words(rule.bar) for rule in RULES],
            say("界限的依据"): [bases[rule.basis] for rule in RULES],
        }
    )


class Checked(Protocol):
    """Know what is checked by a rule: its name, and what it rests on."""

    @property
    def short(self) -> Words: ...
    @property
    def table(self) -> str: ...
    @property
    def columns(self) -> tuple[str, ...]: ...


C = TypeVar("C", bound=Checked)


def unchecked(
    rules: Sequence[C], communities: pd.DataFrame, not_loaded: Collection[str]
) -> list[C]:
    """List the rules that can't be checked: their table, or a column in all of the communities, was
    not loaded."""
    empty = {str(name) for name in communities if communities[name].isna().all()}
    return [each for each in rules if each.table in not_loaded or empty & set(each.columns)]


def unchecked_told(
    say: Say, rules: Sequence[Checked], not_loaded: Collection[str], empty: Collection[str] = ()
) -> str:
    """Name the rules that were not checked, and what they lack; nothing where all were.

    ``empty``: the columns in which no community has anything.
    """

    def lacking(rule: Checked) -> str:
        if rule.table in not_loaded:
            return say("无“{table}”表", table=say.words(NAMED[rule.table].label))
        lacks = next((name for name in rule.columns if name in empty), rule.columns[0])
        return say("无“{column}”", column=say.words(FIELDS[lacks].label))

    told = [
        say(
            "{rules}（{lacking}）",
            rules=say.listed([say.words(each.short) for each in same]),
            lacking=why,
        )
        for why, same in groupby(rules, lacking)
    ]
    return say("未检查：{rules}", rules=say.listed(told)) if told else ""


@dataclass(frozen=True)
class Concern:
    """Name one community, how pressing it is, the reason, and by which rule, its code."""

    community_code: str
    town_code: str
    name: str
    level: Level
    reason: str
    residents: int
    rule: str = ""


def concerns(
    communities: pd.DataFrame,
    say: Say,
    *,
    first_month: date,
    end_month: date,
    not_loaded: Collection[str] = (),
    silent: Mapping[str, Collection[str]] = MappingProxyType({}),
) -> list[Concern]:
    """List the communities that a rule catches: by rule as in the table, then the worst first.

    ``communities`` are rows of the query of that name at ``end_month``; ``first_month`` is the first
    on record; ``silent``: by table the towns that sent no row of it, of which no rule is checked that
    rests on it.
    """
    rules = [rule for rule in RULES if rule.table not in not_loaded]
    found = []
    for row in rows_of(communities):
        sizes = (
            (place, rule, rule.size(row, end_month))
            for place, rule in enumerate(rules)
            if row.town_code not in silent.get(rule.table, ())
        )
        first = next((each for each in sizes if each[2] is not None), None)
        if first is not None:
            place, rule, size = first
            found.append((place, -float(size or 0), _concern(row, rule, say, first_month)))
    return [each for *_, each in sorted(found, key=lambda each: (*each[:2], each[2].name))]


def _concern(row: Any, rule: Rule, say: Say, first_month: date) -> Concern:
    return Concern(
        community_code=row.community_code,
        town_code=row.town_code,
        name=row.name_zh if say.language == "zh" else row.name_en,
        level=rule.level,
        reason=reason_told(rule.reason, row, say, first_month),
        residents=0 if pd.isna(row.resident_count) else int(row.resident_count),
        rule=rule.code,
    )


def rows_of(communities: pd.DataFrame) -> list[Any]:
    """Give each community's ``COLUMNS`` as a row that rules read."""
    columns = (communities[name].tolist() for name in COLUMNS)
    return [_Row._make(row) for row in zip(*columns, strict=True)]


def reason_told(reason: Words, row: Any, say: Say, first_month: date) -> str:
    """Say why a community is caught, in a rule's words and its own numbers."""
    return say.words(
        reason,
        residents=row.resident_count,
        quiet=quiet_told(row, say, first_month),
        overdue=row.overdue_count,
        open_days=row.longest_open_day_count,
        share=let_share(row),
    )


def quiet_told(row: Any, say: Say, first_month: date) -> str:
    """Say for how long a community has had no activity: since records began, if it never had one."""
    if pd.isna(row.days_quiet_count):
        return say("{since}没有活动", since=since_told(say, row.opened_on, first_month))
    return say("{days:.0f} 天无活动", days=row.days_quiet_count)
