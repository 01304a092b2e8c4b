"""Hold what the user chose: one set of filters, shared by pages, queries and files.

A filter is declared here, once, and its condition is written in ``queries/chosen_communities.sql``:
queries, addresses, files, the command line and the filters' place on a page follow.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from dashboard.contract.tables import coverage_type, mode, stated_tiers
from dashboard.contract.words import Words

DEFAULT_WINDOW_MONTHS = 3
MONTHS_A_YEAR = 12


# Stands among the modes for none of the five.
UNCLASSIFIED = "none"


@dataclass(frozen=True)
class Filter:
    """Declare one way to choose communities.

    ``name`` is its field of ``Filters`` and the parameter of queries, ``key`` its name in an address.
    ``offered`` are the codes to choose from, with what they are called; None where they are places,
    which the warehouse knows. Several may be chosen, or ("1" or "0") yes or no. What does not hold of
    a community all along (``is_lasting``) is read at the end month.
    """

    name: str
    key: str
    label: Words
    meaning: str
    offered: Mapping[str, Words] | None = None
    type: Literal["VARCHAR[]", "BOOLEAN"] = "VARCHAR[]"
    is_lasting: bool = False

    @property
    def takes_several(self) -> bool:
        return self.type == "VARCHAR[]"

    def codes(self, filters: "Filters") -> tuple[str, ...]:
        """Give the codes that are chosen; none means all."""
        chosen = getattr(filters, self.name)
        if self.takes_several:
            return tuple(chosen)
        return () if chosen is None else (str(int(chosen)),)

    def value(self, codes: Sequence[str]) -> tuple[str, ...] | bool | None:
        """Turn chosen codes into what ``Filters`` hold."""
        if self.takes_several:
            return tuple(codes)
        return codes[0] == "1" if codes else None


@dataclass(frozen=True)
class Filters:
    """Choose months and communities; an empty tuple and None mean all.

    Months are first days; both ends are inclusive. Coverage type, mode and tier are those of
    ``end_month``; a Home is one all along. Filters choose whole communities, never parts of one.
    """

    start_month: date
    end_month: date
    town_codes: tuple[str, ...] = ()
    coverage_types: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    is_home: bool | None = None
    community_codes: tuple[str, ...] = ()

    @property
    def at_end(self) -> "Filters":
        """The same choice over the end month alone."""
        return replace(self, start_month=self.end_month)

    @property
    def over_year(self) -> "Filters":
        """The same choice over the twelve months up to the end month."""
        return replace(self, start_month=add_months(self.end_month, 1 - MONTHS_A_YEAR))

    @property
    def of_places(self) -> "Filters":
        """The same choice without the filters that describe communities."""
        nothing: dict[str, Any] = {each.name: each.value(()) for each in DESCRIBING}
        return replace(self, **nothing)

    @property
    def window_months(self) -> int:
        return months_between(self.start_month, self.end_month) + 1

    @property
    def is_narrowed(self) -> bool:
        """Whether communities are chosen by more than their town."""
        return bool(self.community_codes) or any(each.codes(self) for each in DESCRIBING)

    def parameters(self) -> dict[str, Any]:
        """Give the values that queries take, by parameter name."""
        chosen = {each.name: getattr(self, each.name) for each in FILTERS}
        lists = {name: list(value) for name, value in chosen.items() if isinstance(value, tuple)}
        return {
            "start_month": self.start_month,
            "end_month": self.end_month,
            **chosen,
            **lists,
            "window_months": self.window_months,
        }


FILTERS = (
    Filter("town_codes", "town", Words("街镇", "Town"), "empty means all", is_lasting=True),
    Filter(
        "community_codes", "community", Words("社区", "Community"), "empty means all",
        is_lasting=True,
    ),
    Filter(
        "coverage_types", "coverage", Words("覆盖类型", "Coverage type"), "empty means all",
        coverage_type.allowed,
    ),
    Filter(
        "modes", "mode", Words("治理模式", "Mode"), "empty means all; none is unclassified",
        {**mode.allowed, UNCLASSIFIED: Words("未分类", "Unclassified")},
    ),
    Filter(
        "tiers", "tier", Words("房源层次", "Tier"),
        "communities that offer any of them; empty means all", stated_tiers,
    ),
    Filter(
        "is_home", "home",
        Words("新时代城市建设者管理者之家", "Homes for city builders and managers"), "null means all",
        {"1": Words("仅建管家", "Homes only"), "0": Words("不含建管家", "Excluding Homes")}, "BOOLEAN",
        is_lasting=True,
    ),
)  # fmt: skip
# Those that describe communities; the others name places.
DESCRIBING = tuple(each for each in FILTERS if each.offered is not None)
READ_AT_END = tuple(each.name for each in FILTERS if not each.is_lasting)


def default_filters(months: list[date]) -> Filters:
    """Choose the last three of the months that there are data for, and every community."""
    return Filters(start_month=months[-DEFAULT_WINDOW_MONTHS:][0], end_month=months[-1])


def months_between(first: date, last: date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month


def add_months(month: date, count: int) -> date:
    index = month.year * 12 + month.month - 1 + count
    return date(index // 12, index % 12 + 1, 1)
