"""Serve the newest warehouse: open it read-only, run named queries, notice a newer one."""

import json
import os
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from functools import cache, cached_property, partial
from pathlib import Path
from typing import Any, Literal, TypeVar

import duckdb
import pandas as pd

from dashboard.contract.filters import READ_AT_END, months_between
from dashboard.contract.privacy import USUAL_LEAST
from dashboard.contract.problem import Problem
from dashboard.contract.protection import WINDOWS, refuse_unlisted
from dashboard.contract.tables import NAMED, is_of_persons
from dashboard.contract.words import Words
from dashboard.paths import PROTECTED_VARIABLE, SMALL_CELL_VARIABLE, serving_together
from dashboard.warehouse.catalogue import (
    CHOSEN,
    NamedQuery,
    for_each_month,
    for_each_town,
    named_queries,
    read_queries,
)
from dashboard.warehouse.ddl import shape
from dashboard.warehouse.gate import (
    RESIDENTS_BY_MONTH,
    SILENT_TOWNS,
    NamedProjects,
    Naming,
    answer_let_out,
    counts_persons,
    hidden_residents,
    in_months,
    is_told_by_residents,
    months_looked_at,
    place_of,
    protected,
    silent_of,
    table_let_out,
)
from dashboard.warehouse.parts import (
    EACH_MONTH,
    EACH_TOWN,
    OWN_COLUMN,
    Whole,
    fetch_whole,
    is_asked_by_month,
    is_asked_by_town,
    time_column,
)
from dashboard.warehouse.placing import newest

# Answers have few rows: for them texts held by Python take a third less time than Arrow's.
pd.options.mode.string_storage = "python"

_KEPT_RESULTS = 6000
# Months of persons that moved: a million attendances have a sixth of that.
_FEW_MOVED = 100_000
_MEMORY_MB = 2_000
# What DuckDB says on Linux and macOS, and on Windows.
_IN_USE = re.compile("Could not set lock|being used by another process")

# Where tables are looked for: in the file as it is; rounded ones before; before these, those that
# hold sums of keys in the place of persons.
Tables = Literal["exact", "rounded", "keyed"]
_SCHEMAS: Mapping[Tables, str] = {
    "exact": "served.main",
    "rounded": "served.protected,served.main",
    "keyed": "served.keyed,served.protected,served.main",
}
# What is held against published totals is the same total.
_AS_PUBLISHED = frozenset({"control_totals"})

T = TypeVar("T")
ParameterValue = Any
Parameters = Mapping[str, ParameterValue]


class NoWarehouse(Problem):
    """Say that there is no warehouse yet: the one problem that a build cures by itself."""


class WarehouseInUse(Problem):
    """Say that another program writes to the warehouse: it need not be built again."""


class Warehouse:
    """Answer named queries from one warehouse file, which never changes."""

    def __init__(self, path: Path) -> None:
        """Open the file; raises Problem if it is broken or built by another version."""
        self._idle: dict[Tables, list[duckdb.DuckDBPyConnection]] = {each: [] for each in _SCHEMAS}
        self.is_protected = is_protected()
        try:
            self._connection = _attach(path)
            with self._cursor("exact") as cursor:
                about = cursor.table("warehouse_about").df()
            self.about: dict[str, Any] = about.iloc[0].to_dict()
        except (duckdb.Error, OSError, LookupError) as error:
            raise _not_opened(path, error) from error
        if self.about.get("shape") != shape() or "data_version" not in self.about:
            self._connection.close()
            raise Problem(
                Words(
                    f"数据仓库 {path.name} 由另一版本（{self.about.get('product_version', '?')}）建成："
                    "请运行 python -m dashboard build 重建。",
                    f"The warehouse {path.name} was built by another version "
                    f"({self.about.get('product_version', '?')}): run python -m dashboard build.",
                )
            )
        if self.is_protected and self.about.get("rolled_elsewhere"):
            self._connection.close()
            raise Problem(
                Words(
                    f"数据仓库 {path.name} 的汇总在别处做成，不含保护所需的人员键：请去掉 --protected，"
                    "或由参与记录本身构建。",
                    f"The roll-ups of the warehouse {path.name} were made elsewhere, without the keys of "
                    "persons that protecting needs: leave out --protected, or build from the attendances.",
                )
            )
        self.path = path
        least = small_cell()
        # Few persons are hidden outside whatever is shown inside: noise alone would tell some of them.
        self.small_cell = max(least, USUAL_LEAST) if self.is_protected else least
        self.version = str(self.about["data_version"])
        self.built_on = datetime.fromisoformat(self.about["built_at"]).date()
        self._made: OrderedDict[Hashable, Any] = OrderedDict()
        self._making: dict[Hashable, threading.Lock] = {}
        self._lock = threading.Lock()

    def run(self, name: str, parameters: Parameters, *, named: Naming = "left_out") -> pd.DataFrame:
        """Run a named query with those of the parameters that it takes.

        ``named`` says what becomes of the real projects in a sample. Results are kept, since the
        file never changes; pandas copies them when written to.
        """
        query = named_query(name)
        taken = {key: parameters[key] for key in query.parameter_names}
        frame = self.remember(
            _key(name, taken),
            lambda: self._let_out(query, taken, partial(self._rows, query, taken)),
        )
        if named != "whole" and {"community_code", "operator"} & set(query.columns):
            key = (named, *_key(name, taken))
            frame = self.remember(key, lambda: self._naming(query, frame, named))
        return frame.copy(deep=False)

    def _naming(self, query: NamedQuery, rows: pd.DataFrame, named: Naming) -> pd.DataFrame:
        if query.keeps_named:
            return rows
        return self.named_projects.let_out(rows, query.keys, named)

    def _let_out(
        self, query: NamedQuery, taken: Parameters, rows_of: Callable[[Tables], pd.DataFrame]
    ) -> pd.DataFrame:
        if self.is_protected:
            is_over_window = counts_persons(query) and "month" not in query.keys
            refuse_unlisted(taken, is_over_window=is_over_window)
        residents = self._hidden_residents(query, taken) if is_told_by_residents(query) else None
        rows = answer_let_out(
            rows_of(self._tables(query)),
            query,
            taken,
            missing=self.unloaded,
            silent=self.silent_towns,
            towns=self._town_of,
            least=self.small_cell,
            residents=residents,
        )
        if not (self.is_protected and counts_persons(query)):
            return rows
        return protected(rows, rows_of("keyed"), query, least=self.small_cell)

    def _tables(self, query: NamedQuery | None = None) -> Tables:
        """Say which tables a query is asked of, or whatever else is."""
        if query is not None and query.name in _AS_PUBLISHED:
            return "exact"
        return "rounded" if self.is_protected else "exact"

    def _hidden_residents(self, query: NamedQuery, taken: Parameters) -> pd.DataFrame:
        """Say of which places and months residents are hidden, whichever query tells of them."""
        filters = {name: taken[name] for name in _chosen_communities().parameter_names}
        filters |= {"end_month": self._last_month(taken)}
        place = place_of(query)
        few = self.remember(
            (*_key("hidden residents", filters), *place),
            lambda: hidden_residents(self._chosen_residents(filters), place, least=self.small_cell),
        )
        return in_months(few, months_looked_at(taken))

    @cached_property
    def _residents(self) -> pd.DataFrame:
        text = RESIDENTS_BY_MONTH.read_text(encoding="utf-8")
        return self._fetch(text, {}, self._tables()).rows

    def _chosen_residents(self, filters: Parameters) -> pd.DataFrame:
        """List by month the residents of the communities that count; found once for all towns."""
        wider = {**filters, **dict.fromkeys(OWN_COLUMN, [])}
        whole = self.remember(
            _key("chosen residents", wider), lambda: Whole(self._residents_of(wider), {})
        )
        chosen = {column: filters[name] for name, column in OWN_COLUMN.items() if filters[name]}
        return whole.part(chosen)

    def _residents_of(self, filters: Parameters) -> pd.DataFrame:
        chosen = self._fetch(_chosen_communities().sql, filters, self._tables()).rows[
            "community_code"
        ]
        return self._residents[self._residents["community_code"].isin(chosen)]

    def _rows(self, query: NamedQuery, taken: Parameters, tables: Tables) -> pd.DataFrame:
        """Count rows, or take them out of those counted for all towns, communities and months."""
        own = {
            name: column
            for name, column in OWN_COLUMN.items()
            if name in taken and column in query.columns
        }
        chosen = {column: taken[name] for name, column in own.items() if taken[name]}
        sql, wider, span = query.sql, {**taken, **dict.fromkeys(own, [])}, None
        if (time := time_column(query)) is not None:
            span = time, taken["start_month"], taken["end_month"]
            first_month = min(taken["start_month"], self.months[0])
            wider |= {"start_month": first_month, "end_month": self._last_month(taken)}
        towns = taken.get("town_codes", [])
        is_of_a_town = len(towns) == 1 and towns[0] in self.town_codes
        if is_of_a_town and is_asked_by_town(query) and not own:
            every = self._of_every_town(wider)
            # Who stays with one town need not wait for all of them: they are counted for the second.
            asked = self._of_every_month(every) if self._is_asked_by_month(query, every) else every
            first = self.remember(
                ("first town", tables, *_key(query.name, asked)), lambda: towns[0]
            )
            if towns[0] != first:
                sql, wider, chosen = for_each_town(query), every, {EACH_TOWN: towns}
        whole = self.remember(
            ("whole", tables, *_key(query.name, wider)),
            lambda: self._whole(query, sql, wider, tables),
        )
        return whole.part(chosen, span)

    def _whole(self, query: NamedQuery, sql: str, taken: Parameters, tables: Tables) -> Whole:
        """Count for the end month, or take it out of what was counted for all of them."""
        if not self._is_asked_by_month(query, taken):
            return self._fetch(sql, taken, tables)
        every, end = self._of_every_month(taken), taken["end_month"]
        # Who stays with one month need not wait for all of them: they are counted for the second.
        first = self.remember(("first month", tables, *_key(query.name, every)), lambda: end)
        if end == first:
            return self._fetch(sql, taken, tables)
        whole = self.remember(
            ("whole", tables, *_key(query.name, every)),
            lambda: self._fetch(for_each_month(sql), every, tables),
        )
        return whole.of_month(end)

    def _is_asked_by_month(self, query: NamedQuery, taken: Parameters) -> bool:
        """Tell whether all months are asked of at once: not where that costs much more than one,
        nor where communities are chosen by what does not last or over a span of one's own, which is
        seldom asked of another month."""
        if not is_asked_by_month(query) or any(taken.get(name) for name in READ_AT_END):
            return False
        end = taken["end_month"]
        is_usual = months_between(taken.get("start_month", end), end) + 1 in WINDOWS
        is_cheap = self._few_moved or not counts_persons(query)
        return is_usual and is_cheap and end in self.months

    @cached_property
    def _few_moved(self) -> bool:
        """Tell whether few moved of those who took part: every window counts them one by one."""
        with self._cursor(self._tables()) as cursor:
            counted = cursor.table("moved_participant_month").aggregate("count(*)")
            return int(counted.fetchall()[0][0]) <= _FEW_MOVED

    def _of_every_month(self, taken: Parameters) -> dict[str, ParameterValue]:
        end = taken["end_month"]
        start = taken.get("start_month", end)
        others = {k: value for k, value in taken.items() if k not in ("start_month", "end_month")}
        return {**others, "months_before": months_between(start, end), EACH_MONTH: self.months}

    def _last_month(self, taken: Parameters) -> date:
        """Give the last month of which one may ask the same: communities chosen by what does not
        last are others in each end month."""
        end: date = taken["end_month"]
        return end if any(taken.get(name) for name in READ_AT_END) else max(end, self.months[-1])

    def _of_every_town(self, taken: Parameters) -> dict[str, ParameterValue]:
        others = {name: value for name, value in taken.items() if name != "town_codes"}
        return {**others, EACH_TOWN: self.town_codes}

    def _fetch(self, sql: str, taken: Parameters, tables: Tables) -> Whole:
        with self._cursor(tables) as cursor:
            return fetch_whole(cursor.execute(_parsed(sql), dict(taken)))

    def remember(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what ``make`` makes, made once for this warehouse; only for what is not changed.

        Whoever asks for what another is making waits for it.
        """
        with self._lock:
            if key in self._made:
                self._made.move_to_end(key)
                return self._made[key]
            making = self._making.setdefault(key, threading.Lock())
        with making:
            with self._lock:
                if key in self._made:
                    return self._made[key]
            try:
                made = make()
                with self._lock:
                    self._made[key] = made
                    if len(self._made) > _KEPT_RESULTS:
                        self._made.popitem(last=False)
            finally:
                with self._lock:
                    self._making.pop(key, None)
        return made

    def remembers(self, key: Hashable) -> bool:
        """Tell whether something is made already."""
        with self._lock:
            return key in self._made

    def run_fresh(self, name: str, parameters: Parameters) -> pd.DataFrame:
        """Run a named query by itself, without the kept results: for measuring and checking."""
        query = named_query(name)
        taken = {key: parameters[key] for key in query.parameter_names}
        rows = self._let_out(
            query, taken, lambda tables: self._fetch(query.sql, taken, tables).rows
        )
        return self._naming(query, rows, "left_out")

    def run_fresh_by_town(self, name: str, parameters: Parameters) -> pd.DataFrame:
        """Run a named query of every town at once, without the kept results: for measuring."""
        query = named_query(name)
        taken = {key: parameters[key] for key in query.parameter_names}
        every = self._of_every_town(taken)
        return self._fetch(for_each_town(query), every, self._tables(query)).rows

    @cached_property
    def sample_tables(self) -> frozenset[str]:
        """The tables that hold the sample."""
        return _names(self.about["sample_tables"])

    @cached_property
    def rolled_elsewhere(self) -> dict[str, Any]:
        """Where the roll-ups were made of which no row is here: engine, made_at, content, activities
        and attendances; nothing where all were made here."""
        told = self.about.get("rolled_elsewhere") or "{}"
        return dict(json.loads(told))

    @cached_property
    def own_tables(self) -> frozenset[str]:
        """The tables that hold the user's own rows."""
        return _names(self.about["own_tables"])

    @cached_property
    def empty_tables(self) -> frozenset[str]:
        """The tables that hold nothing, because the user's own data lack them."""
        return _names(self.about["empty_tables"])

    @cached_property
    def unloaded(self) -> frozenset[str]:
        """The tables that hold nothing, and the columns of own tables of which no row says anything."""
        return self.empty_tables | _names(self.about["empty_columns"])

    @cached_property
    def silent_towns(self) -> dict[str, frozenset[str]]:
        """The towns that sent no row of an own table, by the tables that others sent rows of; none where
        one operator's communities were loaded, of which a town may hold a few."""
        own = self.own_tables - self.empty_tables
        if not own:
            return {}
        operators = self._fetch(named_query("loaded").sql, {}, "exact").rows["operator"]
        if operators.notna().all() and operators.nunique() == 1:
            return {}
        told = self._fetch(SILENT_TOWNS.read_text(encoding="utf-8"), {}, "exact").rows
        none = {
            table: frozenset(told["town_code"][~told[table].astype(bool)])
            for table in own.intersection(told.columns)
        }
        return {table: towns for table, towns in none.items() if 0 < len(towns) < len(told)}

    @cached_property
    def _town_of(self) -> dict[str, str]:
        """Each community's town."""
        with self._cursor("exact") as cursor:
            pairs = cursor.table("community").select("community_code", "town_code").fetchall()
        return dict(pairs)

    def silent_of(self, filters: Parameters) -> frozenset[str]:
        """Name the tables of which no chosen town sent a row, though others did."""
        return silent_of(filters, self.silent_towns, self._town_of)

    @cached_property
    def months(self) -> list[date]:
        """List the months that there are data for, in order."""
        return [day.date() for day in self.run("months", {})["month"]]

    @cached_property
    def town_codes(self) -> list[str]:
        """List the towns' codes."""
        return self.run("towns", {})["town_code"].tolist()

    @cached_property
    def community_codes(self) -> frozenset[str]:
        """Hold the codes of all communities there ever were."""
        return frozenset(self.run("community_names", {})["community_code"])

    @cached_property
    def named_projects(self) -> NamedProjects:
        """The real projects that must not be held up for what a sample invents of them."""
        if not self.sample_tables:
            return NamedProjects()
        rows = self._stored("community")
        rows = rows[rows["origin"] == "published"]
        return NamedProjects(
            frozenset(rows["community_code"]), frozenset(rows["operator"].dropna())
        )

    def table(self, name: str, *, limit: int | None = None, exact: bool = False) -> pd.DataFrame:
        """Return one table of the contract, whole or its first ``limit`` rows.

        Unless it is asked for ``exact``, as it is stored, few persons are hidden in it as in
        answers, and a sample's rows of real, named projects left out. Raises Problem for a table
        in which each row is a person.
        """
        table = NAMED[name]
        if exact and self.is_protected:
            raise Problem(
                Words(
                    "受保护的版本不给原样的表：请去掉 --exact。",
                    "A protected instance gives no table as it is stored: leave out --exact.",
                )
            )
        if exact:
            return self._stored(name, limit=limit)
        if is_of_persons(table):
            raise Problem(
                Words(
                    f"“{table.label.zh}”表每行是一个人，不在此给出：请用查询得到合计，或在自己的机器上运行 "
                    f"python -m dashboard table {name} --exact。",
                    f"Each row of “{table.label.en}” is a person, so it is not given here: ask a query for "
                    f"sums, or run python -m dashboard table {name} --exact on your own machine.",
                )
            )
        town_of = self._stored("community").set_index("community_code")["town_code"]
        rows = table_let_out(self._stored(name), table, town_of, least=self.small_cell)
        if name in self.sample_tables:
            rows = self.named_projects.let_out(rows, table.key, "left_out")
        return rows if limit is None else rows.head(limit)

    def _stored(self, name: str, *, limit: int | None = None) -> pd.DataFrame:
        with self._cursor(self._tables()) as cursor:
            relation = cursor.table(NAMED[name].name)
            return (relation if limit is None else relation.limit(limit)).df()

    def row_count(self, name: str) -> int:
        """Count the rows of one table of the contract."""
        with self._cursor(self._tables()) as cursor:
            counted = cursor.table(NAMED[name].name).aggregate("count(*)")
            return int(counted.fetchall()[0][0])

    @contextmanager
    def _cursor(self, tables: Tables) -> Iterator[duckdb.DuckDBPyConnection]:
        """Lend a cursor that nobody else uses meanwhile; a new one costs a millisecond."""
        try:
            cursor = self._idle[tables].pop()
        except IndexError:
            cursor = self._connection.cursor()
            cursor.execute(f"set search_path = '{_SCHEMAS[tables]}'")
        yield cursor
        # One that failed is not lent again.
        self._idle[tables].append(cursor)


@cache
def _chosen_communities() -> NamedQuery:
    (chosen,) = read_queries(CHOSEN)
    return chosen


@cache
def _parsed(sql: str) -> duckdb.Statement:
    """Parse a query's text once: that is a tenth of what its answer takes."""
    (statement,) = duckdb.extract_statements(sql)
    return statement


def _names(text: str) -> frozenset[str]:
    return frozenset(name for name in text.split(";") if name)


def _key(name: str, taken: Parameters) -> tuple[Hashable, ...]:
    values = (taken[key] for key in sorted(taken))
    return (name, *(tuple(value) if isinstance(value, list) else value for value in values))


def _not_opened(path: Path, error: Exception) -> Problem:
    """Say why the file can't be opened; one that another program writes to is not damaged."""
    if isinstance(error, duckdb.IOException) and _IN_USE.search(str(error)):
        return WarehouseInUse(
            Words(
                f"数据仓库 {path.name} 正被另一个程序以可写方式打开：请关闭那个程序（例如 DuckDB 命令行），"
                "或让它只读打开，然后重试；文件没有损坏。",
                f"The warehouse {path.name} is open for writing in another program: close that one, such "
                "as DuckDB's command line, or have it open the file read-only, and try again; the file "
                "is not damaged.",
            )
        )
    return Problem(
        Words(
            f"数据仓库 {path.name} 无法打开，可能已损坏：请运行 python -m dashboard build "
            "重建；原文件不会被改动，直到新的建成。",
            f"The warehouse {path.name} can't be opened and may be damaged: run "
            "python -m dashboard build; the file stays until the new one is complete.",
        )
    )


def _attach(path: Path) -> duckdb.DuckDBPyConnection:
    """Attach the file, read-only, to a database in memory that can reach nothing else.

    Connected to by its path, a file put in an open one's place would be answered from the old
    one: within a process DuckDB keeps one database for each path. Processes that serve together
    share its memory; what one spills must not lie where another spills.
    """
    connection = duckdb.connect(
        config={
            "threads": 2,
            "memory_limit": f"{_MEMORY_MB // serving_together()}MB",
            "temp_directory": f"{path}.{os.getpid()}.tmp",
        }
    )
    connection.execute("attach ? as served (type duckdb, read_only)", [str(path)])
    connection.execute("set enable_external_access = false; set lock_configuration = true")
    return connection


def is_protected() -> bool:
    """Say whether the instance is for outsiders, as the environment says.

    Raises Problem if it says neither yes nor no, so that a slip protects nobody less.
    """
    text = os.environ.get(PROTECTED_VARIABLE, "")
    if text not in ("", "0", "1"):
        raise Problem(
            Words(
                f"{PROTECTED_VARIABLE}={text}：应为 1（受保护）或 0。",
                f"{PROTECTED_VARIABLE}={text}: give 1 (protected) or 0.",
            )
        )
    return text == "1"


def small_cell() -> int:
    """Say from which number of persons on a count is shown; the environment may say another.

    Raises Problem if it is no number of at least 1.
    """
    text = os.environ.get(SMALL_CELL_VARIABLE, str(USUAL_LEAST))
    if not text.isdecimal() or int(text) < 1:
        raise Problem(
            Words(
                f"{SMALL_CELL_VARIABLE}={text}：应为不小于 1 的整数，例如 {USUAL_LEAST}。",
                f"{SMALL_CELL_VARIABLE}={text}: give a whole number from 1 on, such as {USUAL_LEAST}.",
            )
        )
    return int(text)


def named_query(name: str) -> NamedQuery:
    """Find a named query; raises Problem listing those there are."""
    try:
        return named_queries()[name]
    except KeyError:
        there = ", ".join(named_queries())
        raise Problem(
            Words(
                f"没有名为“{name}”的查询；现有：{there}。",
                f"There is no query “{name}”; there are: {there}.",
            )
        ) from None


class Store:
    """Keep the newest warehouse open, and change over when a newer one is put in place."""

    def __init__(self, to: Path) -> None:
        self._to = to
        self._lock = threading.Lock()
        self._warehouse: Warehouse | None = None
        self._stamp: tuple[str, int, int] | None = None

    def current(self) -> Warehouse:
        """Return the newest warehouse that opens.

        Raises NoWarehouse if there is none yet, Problem if the only one can't be used. A newer
        file that can't be used leaves the one being served in service.
        """
        path = newest(self._to)
        if path is None:
            raise NoWarehouse(
                Words(
                    "还没有数据仓库：请运行 python -m dashboard build。",
                    "There is no warehouse yet: run python -m dashboard build.",
                )
            )
        status = path.stat()
        stamp = (str(path), status.st_mtime_ns, status.st_size)
        with self._lock:
            if stamp != self._stamp or self._warehouse is None:
                try:
                    self._warehouse = Warehouse(path)
                except Problem:
                    if self._warehouse is None:
                        raise
                self._stamp = stamp
            return self._warehouse


@cache
def shared_store(to: Path) -> Store:
    """Give this process's one store of a place: what one has made of a warehouse, all have."""
    return Store(to)
