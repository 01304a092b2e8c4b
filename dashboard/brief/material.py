"""Ask once what several pages of a briefing tell, and know what they can't tell."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

import pandas as pd

from dashboard.asking.questions import QueryResult, Questions, columns_of
from dashboard.brief.slides import Cell, Slide, Stack
from dashboard.contract.filters import add_months
from dashboard.contract.indicators import (
    BY_CODE,
    Indicator,
    add_up,
    for_spreadsheet,
    measure,
    short_figure,
    written,
)
from dashboard.contract.rounding import MISSING, number_written
from dashboard.contract.tables import tier
from dashboard.contract.words import Language
from dashboard.insight.attention import Concern, concerns
from dashboard.insight.briefing import Message, against, change_brief
from dashboard.insight.changes import Before, are_few, value_before
from dashboard.insight.housing import occupancies
from dashboard.warehouse.geography import DrawnTowns

TREND_MONTHS = 13

# What the rules count that find communities which need attention.
ATTENTION = ("has_service_station", "days_quiet_count", "overdue_count")


@dataclass(frozen=True)
class Material:
    """Hold what is asked of the warehouse for one briefing."""

    asking: Questions
    towns: DrawnTowns

    # What is chosen ----------------------------------------------------------------------

    @property
    def end(self) -> date:
        return self.asking.filters.end_month

    @property
    def own(self) -> str:
        """The one town that the briefing is of, or nothing."""
        codes = self.asking.filters.town_codes
        return codes[0] if len(codes) == 1 else ""

    @property
    def is_whole(self) -> bool:
        return not self.asking.filters.town_codes and not self.asking.filters.is_narrowed

    @cached_property
    def is_empty(self) -> bool:
        return self.asking.has_none_open

    @cached_property
    def place(self) -> str:
        say, names = self.asking.say, self.asking.town_names(short=False)
        codes = self.asking.filters.town_codes
        if len(codes) > 3:
            place = say("{count} 个街镇", count=len(codes))
        else:
            place = say.listed([names[code] for code in codes]) if codes else say("闵行区")
        if self.asking.filters.is_narrowed:
            return say("{place}所选社区", place=place)
        return place

    def lacking(self, columns: Iterable[str]) -> str:
        """Say which tables that the columns are counted from are not loaded; or nothing."""
        names = self.asking.lacking(columns)
        return self.asking.not_loaded_words(names) if names else ""

    # What several pages ask --------------------------------------------------------------

    @cached_property
    def months(self) -> QueryResult:
        return self.asking.district_months()

    @cached_property
    def participation(self) -> QueryResult:
        return self.asking.participation_months()

    @cached_property
    def tiers(self) -> QueryResult:
        counted = self.asking.count(
            "occupancy_by_month", start_month=self.asking.warehouse.months[0]
        )
        return replace(counted, rows=occupancies(counted.rows))

    @cached_property
    def tiers_now(self) -> pd.DataFrame:
        rows = self.tiers.rows[self.tiers.rows["month"] == pd.Timestamp(self.end)]
        return rows.set_index("tier").reindex([t for t in tier.allowed if t in set(rows["tier"])])

    @cached_property
    def tiers_before(self) -> pd.DataFrame:
        rows = self.tiers.rows
        before = rows[rows["month"] == pd.Timestamp(self.asking.month_before)]
        return before.set_index("tier")

    @cached_property
    def communities(self) -> QueryResult:
        return self.asking.count("communities")

    @cached_property
    def found(self) -> list[Concern]:
        return concerns(self.communities.rows, self.asking.say, not_loaded=self.asking.not_loaded)

    @cached_property
    def late(self) -> int:
        return sum(each.level in ("late", "fault") for each in self.found)

    @cached_property
    def coverage_towns(self) -> QueryResult:
        return self.asking.by_town(BY_CODE["committee_coverage"])

    @cached_property
    def proposals(self) -> QueryResult:
        return self.asking.count("proposals_by_month", start_month=self.asking.warehouse.months[0])

    @cached_property
    def overdue(self) -> int | None:
        """The proposals open too long at the month's end; None where proposals are not loaded."""
        count = self.months.rows["overdue_count"].iloc[-1]
        return None if pd.isna(count) else int(count)

    def values(self, code: str) -> "pd.Series[Any]":
        """Measure an indicator of what is chosen for every month, by month."""
        return self._measured(code)["value"]

    def _measured(self, code: str) -> pd.DataFrame:
        indicator = BY_CODE[code]
        if code == "closing_rate":
            rows = self._windowed_proposals()
        elif code in ("reach", "attendances", "repeat_rate", "first_timers"):
            rows = self.participation.rows
        else:
            rows = self.months.rows
        return measure(rows, indicator).set_index("month")

    def pair(self, code: str) -> tuple[float, float]:
        """Give an indicator's value now and what it is compared with."""
        values = self.values(code)
        now = values.get(pd.Timestamp(self.end))
        return float("nan") if now is None else float(now), self._before(code).value

    def is_yearly(self, code: str) -> bool:
        """Tell whether an indicator is compared with the same months a year before."""
        return self._before(code).is_of_year

    def compared(self, code: str) -> str:
        """Say in few words how an indicator changed, on the year or on the period before."""
        change = change_brief(*self.pair(code), BY_CODE[code], self.asking.say)
        return against(self.asking.say, change, is_yearly=self.is_yearly(code), in_short=True)

    def parts(self, code: str) -> str:
        """Write what an indicator is divided of at the end month; nothing where that is missing."""
        rows = self._measured(code)
        return fraction(
            rows.loc[[pd.Timestamp(self.end)]]
            if pd.Timestamp(self.end) in rows.index
            else rows.head(0)
        )

    def _before(self, code: str) -> Before:
        """Find what an indicator is compared with; nothing where it is of too few."""
        rows, earlier, indicator = self._measured(code), self.asking.earlier, BY_CODE[code]
        before = value_before(rows["value"], earlier, indicator)
        month = earlier.year if before.is_of_year else earlier.period
        if are_few(rows, (pd.Timestamp(self.end), month), indicator):
            return Before(float("nan"))
        return before

    def last_months(self, months: "pd.Series[Any]") -> list[pd.Timestamp]:
        there = sorted(set(months[months <= pd.Timestamp(self.end)]))
        return there[-TREND_MONTHS:]

    def _windowed_proposals(self) -> pd.DataFrame:
        """Add up the proposals of the chosen months, and of as many before them."""
        filters, rows = self.asking.filters, self.proposals.rows
        ends = [self.end, self.asking.month_before]
        parts = []
        for last in ends:
            first = add_months(last, 1 - filters.window_months)
            chosen = rows[rows["month"].between(pd.Timestamp(first), pd.Timestamp(last))]
            if not chosen.empty:
                columns = ["followed_count", "in_time_count"]
                month = chosen.assign(month=pd.Timestamp(last))
                parts.append(add_up(month, ["month"], columns))
        return pd.concat(parts) if parts else rows

    # Pages -------------------------------------------------------------------------------

    def slide(
        self,
        key: str,
        message: Message,
        *stacks: Stack,
        indicators: Iterable[str] = (),
        notes: Iterable[str] = (),
        counted: Iterable[QueryResult] = (),
        window: bool = False,
        rests_on: Iterable[str] = (),
    ) -> Slide:
        """Make a page; the ``indicators`` it shows give its notes and, with the columns that it
        ``rests_on`` besides, the tables that it lacks."""
        say, codes = self.asking.say, tuple(indicators)
        definitions = []
        for code in codes:
            each = BY_CODE[code]
            text = say(
                "{name} = {formula}", name=say.words(each.name), formula=say.words(each.formula)
            )
            definitions.append(text + (f" {say.words(each.caveat)}" if each.caveat else ""))
        return Slide(
            key,
            message.headline,
            message.conclusion,
            stacks,
            self.asking.as_of(window=window),
            (*definitions, *notes),
            tuple(counted),
            self.lacking((*columns_of(*(BY_CODE[code] for code in codes)), *rests_on)),
        )


def fraction(rows: pd.DataFrame) -> str:
    """Write what one measured row was divided of, so that a reader can divide it again."""
    pair = [] if rows.empty else [rows["numerator"].iloc[0], rows["denominator"].iloc[0]]
    known = pair and not any(pd.isna(each) for each in pair)
    return "/".join(map(number_written, pair)) if known else ""


def month_end(month: date) -> date:
    return month.replace(day=monthrange(month.year, month.month)[1])


def numbers(values: "pd.Series[Any]") -> tuple[float | None, ...]:
    return tuple(None if pd.isna(value) else float(value) for value in values)


def cell(value: float, indicator: Indicator, language: Language) -> str:
    """Write a value under a heading that tells its unit; a share keeps its sign."""
    if pd.isna(value):
        return MISSING
    is_share = indicator.kind == "share"
    text = (written if is_share else short_figure)(value, indicator, language)
    return Cell(text, *for_spreadsheet(value, indicator))


def count_cell(count: float) -> str:
    """Write a count; a dash where it is missing."""
    return MISSING if pd.isna(count) else Cell(number_written(count), float(count))


def day_cell(day: date) -> str:
    return Cell(f"{day:%Y-%m-%d}", day, "yyyy-mm-dd")


def month_cell(month: date) -> str:
    return Cell(f"{month:%Y-%m}", month, "yyyy-mm")
