"""Ask once what several pages of a briefing tell, and know what they can't tell."""

from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from math import nan
from typing import Any

import pandas as pd

from dashboard.asking.measured import counted_here, tiers_by_month
from dashboard.asking.questions import QueryResult, Questions, in_load_order
from dashboard.asking.scope import is_of_all, scope_titled
from dashboard.brief.sentences import Message, Standing, fraction
from dashboard.brief.slides import Cell, Chart, Part, Sentence, Slide, SlidePlace, Stack, Table
from dashboard.contract.indicators import (
    BY_CODE,
    Indicator,
    for_spreadsheet,
    short_figure,
    written,
)
from dashboard.contract.lineage import source_tables, sources_of
from dashboard.contract.rounding import MISSING, number_written
from dashboard.contract.tables import stated_tiers
from dashboard.contract.words import Language
from dashboard.figures.common import chosen_concerns
from dashboard.figures.unloaded import recorded_told, silent_told
from dashboard.insight.attention import Concern
from dashboard.insight.changes import comparable_before
from dashboard.insight.windows import month_end_told, passing_told
from dashboard.language import Say
from dashboard.subjects.housing.measures import communities
from dashboard.subjects.scenario.plan import NO_SCENARIO, Asked

TREND_MONTHS = 13

# What the rules count that find communities which need attention.
ATTENTION = ("has_service_station", "days_quiet_count", "overdue_count", "let_count")


@dataclass(frozen=True)
class Material:
    """Hold what is asked of the warehouse for one briefing, and of which scenario it tells."""

    asking: Questions
    scenario: Asked = NO_SCENARIO

    # What is chosen ----------------------------------------------------------------------

    @property
    def end(self) -> date:
        return self.asking.filters.end_month

    @property
    def own(self) -> str:
        """The one town that the briefing is of, or nothing."""
        codes, loaded = self.asking.filters.town_codes, self.asking.scope
        if not codes and not loaded.operator:
            codes = loaded.towns
        return codes[0] if len(codes) == 1 else ""

    @property
    def is_whole(self) -> bool:
        """Whether it is of the whole district."""
        chosen = self.asking.filters
        is_all = not chosen.town_codes and not chosen.is_narrowed
        return is_all and self.asking.scope.is_district

    @cached_property
    def place(self) -> str:
        say, names = self.asking.say, self.asking.town_names(short=False)
        codes = self.asking.filters.town_codes
        if len(codes) > 3:
            place = say("{count} 个街镇", count=len(codes))
        else:
            place = say.listed([names[code] for code in codes])
        if not codes or is_of_all(self.asking):
            place = scope_titled(self.asking)
        elif self.asking.scope.operator:
            # What is told of a town's communities is told of this operator's alone.
            whole = scope_titled(self.asking)
            place = say("{operator}（{town}）", operator=whole, town=place)
        if self.asking.filters.is_narrowed:
            return say("{place}所选社区", place=place)
        return place

    # What several pages ask --------------------------------------------------------------

    @property
    def months(self) -> QueryResult:
        return self.asking.district_months()

    @property
    def tiers(self) -> QueryResult:
        return tiers_by_month(self.asking)

    @cached_property
    def tiers_now(self) -> pd.DataFrame:
        rows = self.tiers.rows[self.tiers.rows["month"] == pd.Timestamp(self.end)]
        return rows.set_index("tier").reindex([t for t in stated_tiers if t in set(rows["tier"])])

    @cached_property
    def tiers_before(self) -> pd.DataFrame:
        rows = self.tiers.rows
        before = rows[rows["month"] == pd.Timestamp(self.asking.month_before)]
        return before.set_index("tier")

    @property
    def found(self) -> list[Concern]:
        return chosen_concerns(self.asking)

    @cached_property
    def late(self) -> int:
        return sum(each.level in ("late", "fault") for each in self.found)

    @cached_property
    def proposals(self) -> QueryResult:
        return self.asking.count("proposals_by_month", start_month=self.asking.warehouse.months[0])

    @cached_property
    def overdue(self) -> int | None:
        """The proposals open too long at the month's end; None where proposals are not loaded."""
        count = self.months.rows["overdue_count"].iloc[-1]
        return None if pd.isna(count) else int(count)

    def standing(self, code: str) -> Standing:
        """Measure an indicator of what is chosen, and find what it is compared with."""
        indicator, earlier, end = BY_CODE[code], self.asking.earlier, pd.Timestamp(self.end)
        rows = counted_here(self.asking, indicator).rows.set_index("month")
        values = rows["value"]
        before = comparable_before(values, rows["denominator"], end, earlier, indicator)
        return Standing(
            indicator, float(values.get(end, nan)), before, fraction(rows.loc[rows.index == end])
        )

    def less_filled(self) -> "pd.DataFrame":
        """List the communities that have been open long and are rather empty."""
        rows = communities(self.asking)
        return rows[rows["is_low"] & ~rows["is_filling"]]

    def last_months(self, months: "pd.Series[Any]") -> list[pd.Timestamp]:
        there = sorted(set(months[months <= pd.Timestamp(self.end)]))
        return there[-TREND_MONTHS:]

    # Pages -------------------------------------------------------------------------------

    def slide(
        self,
        message: Message,
        *stacks: Stack,
        indicators: Iterable[str] = (),
        notes: Iterable[str] = (),
        counted: Iterable[QueryResult] = (),
        rests_on: Iterable[str] = (),
        values: Mapping[str, Sequence[float]] | None = None,
    ) -> Slide:
        """Make a page; the ``indicators`` it shows say of which months it is, give its notes and,
        with the columns that it ``rests_on`` besides, the tables that it lacks. ``values`` are those that
        it shows of each, where they are not of what is chosen over the chosen months."""
        say, shown = self.asking.say, [BY_CODE[code] for code in indicators]
        definitions = []
        for each in shown:
            text = say(
                "{name} = {formula}", name=say.words(each.name), formula=say.words(each.formula)
            )
            stop = "。" if say.language == "zh" else ". "
            definitions.append(text + (f"{stop}{say.words(each.caveat)}" if each.caveat else ""))
        ask = self.asking
        lacking = ask.lacking(rests_on) + [name for each in shown for name in ask.lacking_of(each)]
        lack = [ask.not_loaded_words(in_load_order(lacking))] if lacking else []
        recorded = {text: 0 for each in shown if (text := recorded_told(ask, each))}
        tables = source_tables(rests_on).union(*map(sources_of, shown))
        silent = [text] if (text := silent_told(ask, tables)) else []
        passing = {text: 0 for each in shown if (text := self._passing(each, stacks, values))}
        return Slide(
            message.headline,
            message.conclusion,
            self._with_something(stacks, lack),
            self._as_of(shown),
            notes=(*definitions, *notes),
            counted=tuple(counted),
            lack=" · ".join([*lack, *recorded, *silent, *passing]),
        )

    def _passing(
        self,
        indicator: Indicator,
        stacks: Iterable[Stack],
        shown: Mapping[str, Sequence[float]] | None,
    ) -> str:
        """Say why a rate passes 100 %, where it does in a value that the page shows."""
        if not indicator.may_pass_whole:
            return ""
        name = self.asking.say.words(indicator.name)
        charts = (part for each in stacks for part in each.parts if isinstance(part, Chart))
        drawn = (each for chart in charts for each in chart.series if each.name == name)
        values = [value for each in drawn for value in each.values]
        if shown is None:
            values.append(self.standing(indicator.code).value)
        else:
            values += shown.get(indicator.code, ())
        return passing_told(self.asking.say, indicator, values)

    def _with_something(self, stacks: tuple[Stack, ...], lack: list[str]) -> tuple[Stack, ...]:
        """Leave out charts and tables in which nothing stands; without any of them, say why."""
        kept = [
            replace(each, parts=tuple(p for p in each.parts if _shows(p, lacks=bool(lack))))
            for each in stacks
        ]
        if [len(each.parts) for each in kept] == [len(each.parts) for each in stacks]:
            return stacks
        left = [each for each in kept if each.parts]
        width = sum(each.width for each in left)
        told = lack[0] if lack else self.asking.say("没有记录")
        return tuple(replace(each, width=each.width / width) for each in left) or (
            Stack((Sentence(told),)),
        )

    def _as_of(self, shown: list[Indicator]) -> str:
        """Say of when a page is, and against which month's end it tells changes."""
        say, ask = self.asking.say, self.asking
        as_of = ask.as_of(window=any(each.span == "window" for each in shown))
        if not ask.has_before or all(each.span == "window" for each in shown):
            return as_of
        return say(
            "{as_of}，月末数较 {month}", as_of=as_of, month=month_end_told(say, ask.month_before)
        )


@dataclass(frozen=True)
class Page:
    """Declare a page of a briefing: how it is made, its name, and where it stands elsewhere.

    ``rests_on``: tables and columns without any of which it has nothing to say; ``is_told``: whether there
    is anything of what it tells.
    """

    key: str
    make: Callable[[Material], Slide]
    name: Callable[[Say], str]
    place: SlidePlace = field(default_factory=SlidePlace)
    needs_data: bool = True
    rests_on: tuple[str, ...] = ()
    is_told: Callable[[Questions], bool] = lambda ask: True

    def has_something(self, ask: Questions) -> bool:
        """Tell whether anything was loaded that the page tells of."""
        lacks = set(self.rests_on) & ask.warehouse.unloaded
        lacks |= {each for each in self.rests_on if each.partition(".")[0] in ask.not_loaded}
        return self.is_told(ask) and (not self.rests_on or lacks != set(self.rests_on))


def _shows(part: Part, *, lacks: bool) -> bool:
    """Tell whether anything stands in a chart, or in a table that lacks what was not loaded."""
    if isinstance(part, Chart):
        return any(value is not None for series in part.series for value in series.values)
    return not lacks or not isinstance(part, Table) or bool(part.rows)


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
