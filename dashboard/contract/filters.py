"""Hold what the user chose: one set of filters, shared by pages, queries and files."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

DEFAULT_WINDOW_MONTHS = 3


# Stands among the modes for none of the five.
UNCLASSIFIED = "none"


@dataclass(frozen=True)
class Filters:
    """Choose months and communities; an empty tuple and None mean all.

    Months are first days; both ends are inclusive. Coverage type, mode and tier are those of
    ``end_month``; a Home is one all along. Filters choose whole communities, never parts of one.
    """

    start_month: date
    end_month: date
    town_codes: tuple[str, ...] = field(default=())
    coverage_types: tuple[str, ...] = field(default=())
    modes: tuple[str, ...] = field(default=())
    tiers: tuple[str, ...] = field(default=())
    is_home: bool | None = None
    community_codes: tuple[str, ...] = field(default=())

    @property
    def at_end(self) -> "Filters":
        """The same choice over the end month alone."""
        return replace(self, start_month=self.end_month)

    @property
    def window_months(self) -> int:
        return months_between(self.start_month, self.end_month) + 1

    @property
    def is_narrowed(self) -> bool:
        """Whether communities are chosen by more than their town."""
        chosen = self.community_codes or self.coverage_types or self.modes or self.tiers
        return bool(chosen) or self.is_home is not None

    def parameters(self) -> dict[str, Any]:
        """Give the values that queries take, by parameter name."""
        return {
            "start_month": self.start_month,
            "end_month": self.end_month,
            "town_codes": list(self.town_codes),
            "community_codes": list(self.community_codes),
            "coverage_types": list(self.coverage_types),
            "modes": list(self.modes),
            "tiers": list(self.tiers),
            "is_home": self.is_home,
            "window_months": self.window_months,
        }


def default_filters(months: list[date]) -> Filters:
    """Choose the last three of the months that there are data for, and every community."""
    return Filters(start_month=months[-DEFAULT_WINDOW_MONTHS:][0], end_month=months[-1])


def months_between(first: date, last: date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month


def add_months(month: date, count: int) -> date:
    index = month.year * 12 + month.month - 1 + count
    return date(index // 12, index % 12 + 1, 1)
