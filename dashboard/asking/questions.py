"""Ask the warehouse for what is chosen: the one way that pages and briefings get their numbers."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from math import isnan, nan
from typing import Any

import numpy as np
import pandas as pd

from dashboard.asking.grains import query_at
from dashboard.asking.memo import remembered_for_all_filters, remembered_for_all_towns
from dashboard.asking.scope import Scope, scope, scope_told
from dashboard.contract.columns import at_month, rows_where
from dashboard.contract.filters import MONTHS_A_YEAR, Filters, add_months
from dashboard.contract.indicators import Indicator, divided, measure, total_of
from dashboard.contract.lineage import is_all_unloaded, source_tables, sources, sources_of
from dashboard.contract.measures import FIELDS
from dashboard.contract.origins import Origin
from dashboard.contract.protection import BASE, MOST_OFF
from dashboard.contract.tables import NAMED, TABLES
from dashboard.contract.words import Language
from dashboard.insight.changes import Earlier
from dashboard.insight.windows import month_end_told
from dashboard.language import Say
from dashboard.warehouse.gate import Naming
from dashboard.warehouse.geography import MapGeometry
from dashboard.warehouse.store import Warehouse, named_query

_SAMPLED = frozenset(table.name for table in TABLES if table.is_sample)

PARTICIPATION = "participation_by_town"


@dataclass(frozen=True)
class QueryResult:
    """Hold rows together with the query and the parameters they were counted by.

    ``shown`` are the columns that a figure of it shows; empty means all of them. ``indicators`` are
    those that were made of the counts, as far as the rows are of such. ``beside`` is what other
    queries counted for the same figure. ``named`` is what became of a sample's real projects.
    """

    rows: pd.DataFrame
    query: str
    parameters: Mapping[str, Any]
    shown: tuple[str, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    beside: tuple["QueryResult", ...] = ()
    named: Naming = "left_out"
    is_protected: bool = False

    @property
    def measured(self) -> "QueryResult":
        """The same; of one indicator, its values are among the rows."""
        if len(self.indicators) != 1 or "value" in self.rows:
            return self
        return replace(self, rows=measure(self.rows, *self.indicators))

    @property
    def columns(self) -> tuple[str, ...]:
        return self.shown or named_query(self.query).columns

    def showing(self, *indicators: Indicator) -> "QueryResult":
        """Say that a figure makes these indicators of the rows, and shows them alone."""
        return replace(self, shown=columns_of(*indicators), indicators=indicators)

    def beside_others(self, *indicators: Indicator) -> "QueryResult":
        """Say that a figure shows these indicators, most of them counted by other queries."""
        return replace(self, shown=columns_of(*indicators), indicators=())


def columns_of(*indicators: Indicator) -> tuple[str, ...]:
    """List the counted columns that indicators are made of."""
    return tuple(
        column for each in indicators for column in (each.numerator, each.denominator) if column
    )


@dataclass(frozen=True)
class Maps:
    """Name the files that maps are drawn from, and say what map it is."""

    towns: str = ""
    tiles: str = ""
    is_schematic: bool = True
    map_number: str = ""
    # What ``towns`` holds, for placing points on it.
    geometry: MapGeometry | None = field(default=None, compare=False)

    @property
    def outlines(self) -> dict[str, object]:
        """The towns' outlines, for maps that are drawn whole."""
        return self.drawn.as_dict()

    def project(self, lon: "pd.Series[float]", lat: "pd.Series[float]") -> "np.ndarray[Any, Any]":
        """Place WGS-84 positions on the map of the towns; one row each, x and y."""
        return self.drawn.project(lon, lat)

    @property
    def drawn(self) -> MapGeometry:
        """What the towns' map is drawn from."""
        if self.geometry is None:
            raise ValueError("asked without a map: give Maps its geometry")
        return self.geometry


class Questions:
    """Answer what is asked about the chosen communities, months and language."""

    warehouse: Warehouse
    say: Say

    @property
    def filters(self) -> Filters:
        raise NotImplementedError

    @property
    def maps(self) -> Maps:
        raise NotImplementedError

    @property
    def everywhere(self) -> Filters:
        """The same filters over all towns: for maps and rankings that mark the chosen ones."""
        return replace(self.filters, town_codes=(), community_codes=())

    @property
    def in_towns(self) -> Filters:
        """The same filters without communities: for figures that mark the chosen ones."""
        return replace(self.filters, community_codes=())

    def on(self, filters: Filters) -> "Asking":
        """Ask the same for other filters."""
        return Asking(self.warehouse, self.say, filters, self.maps)

    def spoken(self, language: Language) -> "Asking":
        """Ask the same in a language."""
        return Asking(self.warehouse, Say(language), self.filters, self.maps)

    @property
    def chosen_towns(self) -> tuple[str, ...]:
        """The towns to mark as chosen: those of the filters, or those of the chosen communities."""
        own = self.filters
        if own.town_codes or not own.community_codes:
            return own.town_codes
        towns = self.communities["town_code"]
        return tuple(dict.fromkeys(towns[code] for code in own.community_codes if code in towns))

    @property
    def scope(self) -> Scope:
        """What was loaded."""
        return scope(self)

    @cached_property
    def towns(self) -> pd.DataFrame:
        """Every town by its code; only to be read."""
        return _towns_by_code(self)

    @cached_property
    def communities(self) -> pd.DataFrame:
        """Every community there ever was, by its code, with ``name`` in the user's language; only
        to be read."""
        return _communities_by_code(self)

    def town_names(self, *, short: bool = True) -> dict[str, str]:
        """Name every town by its code; only to be read."""
        return _town_names(self, "short_name" if short else "name")

    @property
    def community_names(self) -> dict[str, str]:
        """Name every community there ever was by its code; only to be read."""
        return _community_names(self)

    def count(
        self,
        query: str,
        filters: Filters | None = None,
        *,
        named: Naming = "left_out",
        **changes: object,
    ) -> QueryResult:
        """Run a named query for the filters, or for others, with some parameters changed.

        A sample's real, named projects are left out, unless ``named`` says otherwise: what ails them
        there is invented, so that they must not be held up.
        """
        parameters = {**(filters or self.filters).parameters(), **changes}
        rows = self.warehouse.run(query, parameters, named=named)
        return QueryResult(
            rows, query, parameters, named=named, is_protected=self.warehouse.is_protected
        )

    def district_months(self) -> QueryResult:
        """Count the chosen communities for every month up to the end month."""
        return self.count("district_by_month", start_month=self.warehouse.months[0])

    @property
    def has_none_open(self) -> bool:
        """Whether no chosen community is open at the end month's end."""
        rows = self.district_months().rows
        if rows.empty or rows["month"].iloc[-1] != pd.Timestamp(self.filters.end_month):
            return True
        return not rows["community_count"].iloc[-1]

    def participation_months(self) -> QueryResult:
        """Count participation for every month, over windows as long as the chosen one."""
        return self.count("participation_by_month", start_month=self.warehouse.months[0])

    def by_town(self, indicator: Indicator) -> QueryResult:
        """Measure an indicator for every town, with ``key`` and ``name``; grain: town."""
        return _by_town(self, indicator)

    def spanning(self, indicator: Indicator) -> Filters:
        """The filters over the months that an indicator is of."""
        return _over_span(self.filters, indicator)

    def as_known(self, rows: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
        """Leave out measured values of a year where there is none: never multiplied up from less."""
        if not self.is_known(indicator):
            return rows.assign(value=np.nan)
        if indicator.span != "year" or "opened_on" not in rows:
            return rows
        start = pd.Timestamp(self.filters.over_year.start_month)
        return rows.assign(value=rows["value"].where(rows["opened_on"] <= start))

    def is_known(self, indicator: Indicator) -> bool:
        """Tell whether there are data for all the months that an indicator is of, if it is of a year."""
        start = self.filters.over_year.start_month
        return indicator.span != "year" or start >= self.warehouse.months[0]

    def district_value(self, indicator: Indicator) -> float | None:
        """Measure an indicator for all towns together: counts are added before dividing."""
        return None if indicator.denominator is None else self.district_total(indicator)

    def district_total(self, indicator: Indicator) -> float | None:
        """Measure any indicator for all towns together, plain counts too."""
        return _district_total(self, indicator)

    @property
    def month_before(self) -> date:
        """The month just before the chosen ones, that changes are told against."""
        return add_months(self.filters.start_month, -1)

    @property
    def has_before(self) -> bool:
        """Whether there are data for the month that changes are told against."""
        return self.month_before in self.warehouse.months

    @property
    def earlier(self) -> Earlier:
        """The months that changes may be told against."""
        chosen = self.filters
        is_within_year = chosen.window_months <= MONTHS_A_YEAR
        year = pd.Timestamp(add_months(chosen.end_month, -MONTHS_A_YEAR))
        return Earlier(
            pd.Timestamp(self.month_before),
            year if is_within_year else None,
            is_whole_years=not is_within_year and chosen.window_months % MONTHS_A_YEAR == 0,
        )

    @property
    def is_sample(self) -> bool:
        return bool(self.warehouse.sample_tables)

    @property
    def names_towns(self) -> bool:
        """Whether a sentence may name towns as highest, lowest or first: a real one is not held up by
        invented numbers."""
        return not self.is_sample

    @property
    def named_projects(self) -> frozenset[str]:
        """The real projects of which a sample invents numbers; none in the user's own data."""
        return self.warehouse.named_projects.communities

    def without_named(self, note: str) -> str:
        """Say besides a note that a sample's real projects are left out of what it stands under."""
        return self.say("{note} · 不含具名项目", note=note) if self.named_projects else note

    @property
    def not_loaded(self) -> list[str]:
        """List the tables that are empty because the user's own data lack them, or of which no chosen
        town sent a row, in load order."""
        return in_load_order(self.warehouse.empty_tables | self._silent)

    def lacking(self, columns: Iterable[str]) -> list[str]:
        """List what was not loaded that any of the columns is counted from: tables in load order, and
        columns of tables that are there ("occupancy.let_count")."""
        return in_load_order(sources(columns) & self._unloaded)

    def lacking_of(self, indicator: Indicator) -> list[str]:
        """List what was not loaded that an indicator is made of."""
        return in_load_order(sources_of(indicator) & self._unloaded)

    def silent_among(self, tables: Iterable[str]) -> dict[str, int]:
        """Count, for tables of which some chosen towns sent rows, those that sent none."""
        if not self.warehouse.silent_towns:
            return {}
        chosen = set(self.chosen_towns) or set(self.warehouse.town_codes)
        none = {
            table: chosen & self.warehouse.silent_towns.get(table, frozenset()) for table in tables
        }
        return {
            table: len(none[table])
            for table in in_load_order(none)
            if 0 < len(none[table]) < len(chosen)
        }

    @property
    def _silent(self) -> frozenset[str]:
        if not self.warehouse.silent_towns:
            return frozenset()
        return self.warehouse.silent_of(self.filters.parameters())

    @property
    def _unloaded(self) -> frozenset[str]:
        return self.warehouse.unloaded | self._silent

    @property
    def empty_columns(self) -> frozenset[str]:
        """The columns of own tables in which no row says anything, by their names alone."""
        return frozenset(name.partition(".")[2] for name in self.warehouse.unloaded if "." in name)

    def not_loaded_words(self, names: Collection[str]) -> str:
        """Say that tables or columns were not loaded, so that what rests on them is missing."""
        say, told = self.say, []
        tables = [say.words(NAMED[name].label) for name in names if name in NAMED]
        if tables:
            told.append(say("未载入“{tables}”表", tables=say.listed(tables)))
        by_table: dict[str, list[str]] = {}
        for table, column in (name.split(".") for name in names if name not in NAMED):
            label = NAMED[table].column(column).field.label
            by_table.setdefault(table, []).append(say.words(label))
        told += [
            say(
                "“{table}”表没有填“{columns}”",
                table=say.words(NAMED[table].label),
                columns=say.listed(columns),
            )
            for table, columns in by_table.items()
        ]
        return " · ".join(told)

    def is_all_unloaded(self, counted: QueryResult) -> bool:
        """Tell whether all that is counted rests on what was not loaded."""
        keys = named_query(counted.query).keys
        return is_all_unloaded(counted.columns, keys, self._unloaded)

    def shows_sample(self, columns: Iterable[str]) -> bool:
        """Tell whether any of the columns rests on the sample."""
        return bool(source_tables(columns) & self.warehouse.sample_tables)

    def origin_of(self, columns: Iterable[str]) -> Origin:
        """Tell what numbers rest on that are counted from the columns."""
        there = source_tables(columns)
        if there & self.warehouse.sample_tables:
            return "sample"
        is_own = there & self.warehouse.own_tables or not there - _SAMPLED
        return "own" if is_own else "published"

    @property
    def source(self) -> str:
        """Say where the data come from, all in all."""
        return self.source_of(FIELDS)

    def source_of(self, columns: Iterable[str]) -> str:
        """Say where the data come from that the columns are counted from, and whether numbers are
        protected: this line stands under every figure and in every file."""
        source = self._source_of(columns)
        if not self.warehouse.is_protected:
            return source
        return self.say(
            "{source}；数字受保护：人数 ±{most}，其他以 {base} 为单位",
            source=source,
            most=MOST_OFF,
            base=BASE,
        )

    def _source_of(self, columns: Iterable[str]) -> str:
        say = self.say
        # A target that somebody set makes no count their own.
        there = source_tables(columns) - {"target"}
        is_own = bool(there & self.warehouse.own_tables)
        if there & self.warehouse.sample_tables:
            if is_own:
                return say("本区上报数据；其余为按公开数字校准的示例")
            return say("按公开数字校准的示例")
        if not is_own and there - _SAMPLED:
            return say("来源：公开资料")
        is_mixed = bool(there - _SAMPLED)
        if not self.scope.is_district:
            told = say("来源：上报数据与公开资料") if is_mixed else say("来源：上报数据")
            return say("{source}；{scope}", source=told, scope=scope_told(self))
        return say("来源：本区上报数据与公开资料") if is_mixed else say("来源：本区上报数据")

    def as_of(self, *, window: bool = False) -> str:
        end = f"{self.filters.end_month:%Y-%m}"
        if not window and self.filters.window_months >= MONTHS_A_YEAR:
            return self.say("截至 {end}", end=month_end_told(self.say, self.filters.end_month))
        if not window:
            return self.say("截至 {month} 月末", month=end)
        return self.say("{start} 至 {end}", start=f"{self.filters.start_month:%Y-%m}", end=end)


@remembered_for_all_filters
def _towns_by_code(ask: Questions) -> pd.DataFrame:
    return ask.warehouse.run("towns", {}).set_index("town_code")


@remembered_for_all_filters
def _communities_by_code(ask: Questions) -> pd.DataFrame:
    rows = ask.warehouse.run("community_names", {}).set_index("community_code")
    return rows.assign(name=rows[f"name_{ask.say.language}"])


@remembered_for_all_filters
def _town_names(ask: Questions, column: str) -> dict[str, str]:
    return ask.towns[f"{column}_{ask.say.language}"].to_dict()


@remembered_for_all_filters
def _community_names(ask: Questions) -> dict[str, str]:
    return ask.communities["name"].to_dict()


@remembered_for_all_towns
def _by_town(ask: Questions, indicator: Indicator) -> QueryResult:
    counted = ask.count(indicator.query, _over_span(ask.filters, indicator))
    rows = ask.as_known(measure(counted.rows, indicator), indicator)
    names = ask.town_names()
    rows = rows.assign(key=rows["town_code"], name=rows["town_code"].map(names))
    return replace(counted.showing(indicator), rows=rows.reset_index(drop=True))


@remembered_for_all_towns
def _district_total(ask: Questions, indicator: Indicator) -> float | None:
    if indicator.denominator is not None and ask.silent_among(sources_of(indicator)):
        # A rate of all that some towns did not tell of is no yardstick for those that did.
        return None
    if indicator.query == PARTICIPATION:
        rows = at_month(ask.participation_months().rows, ask.filters.end_month)
        value = float(divided(rows, indicator)[2][0]) if len(rows) else nan
    else:
        # The towns' few persons are hidden, the district's rarely are.
        query = query_at(indicator, "month") or indicator.query
        rows = ask.count(query, _over_span(ask.filters, indicator)).rows
        if indicator.tier is not None:
            rows = rows_where(rows, rows["tier"] == indicator.tier)
        value = total_of(rows, indicator)
    return value if ask.is_known(indicator) and not isnan(value) else None


def _over_span(filters: Filters, indicator: Indicator) -> Filters:
    if indicator.span == "year":
        return filters.over_year
    return filters.at_end if indicator.span == "month_end" else filters


def in_load_order(names: Collection[str]) -> list[str]:
    """Put tables and columns in the order of the contract; of a table that lacks no column is named."""
    return [
        each
        for table in TABLES
        for each in (
            [table.name]
            if table.name in names
            else [f"{table.name}.{column.name}" for column in table.columns]
        )
        if each in names
    ]


@dataclass(frozen=True)
class Asking(Questions):
    """Ask without a page: for the command line and for tests."""

    warehouse: Warehouse
    say: Say
    chosen: Filters
    drawn_on: Maps = Maps()

    @property
    def filters(self) -> Filters:
        return self.chosen

    @property
    def maps(self) -> Maps:
        return self.drawn_on


def sql_with_parameters(counted: QueryResult) -> str:
    """Write the query's text with the values it was run with as comments on top."""
    query = named_query(counted.query)
    values = "\n".join(
        f"-- ${parameter.name} = {_sql_value(counted.parameters[parameter.name])}"
        for parameter in query.parameters
    )
    return f"{values}\n{query.sql}" if values else query.sql


def command_line(counted: QueryResult) -> str:
    """Write the command that gives the same rows."""
    settings = [
        f"--set {parameter.name}={_setting(value)}"
        for parameter in named_query(counted.query).parameters
        if (value := counted.parameters[parameter.name]) not in (None, [])
    ]
    protected = ["--protected"] if counted.is_protected else []
    return " ".join(["python -m dashboard query", counted.query, *protected, *settings])


def _setting(value: object) -> str:
    if isinstance(value, list):
        return ",".join(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _sql_value(value: object) -> str:
    return "null" if value is None else str(value)
