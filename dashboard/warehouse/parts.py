"""Take what was counted for a town, a community or some months out of what was counted for all.

Readers go from town to town and from month to month: what one of them asks for has mostly been
counted with the others.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

import duckdb
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dashboard.contract.columns import rows_where
from dashboard.warehouse.catalogue import NamedQuery

# The column that a row's own town or community stands in, by the parameter that chooses them.
OWN_COLUMN = {"town_codes": "town_code", "community_codes": "community_code"}
EACH_TOWN, EACH_MONTH = "each_town", "each_month"

_COMPLETE = {
    "BIGINT": "int64", "INTEGER": "int32", "SMALLINT": "int16", "TINYINT": "int8",
    "BOOLEAN": "bool",
}  # fmt: skip


def is_asked_by_town(query: NamedQuery) -> bool:
    """Tell whether a query counts towns together, so that it must be asked of each by itself."""
    return "town_codes" in query.parameter_names and OWN_COLUMN["town_codes"] not in query.columns


def is_asked_by_month(query: NamedQuery) -> bool:
    """Tell whether a query is of one end month, so that it must be asked of each by itself."""
    return "end_month" in query.parameter_names and time_column(query) is None


def time_column(query: NamedQuery) -> str | None:
    """Name the key of a query that counts each month or day by itself: a few are among all."""
    if not {"start_month", "end_month"} <= query.parameter_names:
        return None
    return next((name for name in ("month", "held_on") if name in query.keys), None)


@dataclass(frozen=True)
class Whole:
    """Hold the rows counted for all, and the types that complete columns have by themselves.

    pandas widens a column of whole numbers or yes and no in which anything is missing: a part
    in which nothing is missing has the type that it would have had alone.
    """

    rows: pd.DataFrame
    widened: Mapping[str, str]
    _parted: dict[str, "_Parted"] = field(default_factory=dict, repr=False)

    def part(
        self, chosen: Mapping[str, Collection[str]], span: tuple[str, date, date] | None = None
    ) -> pd.DataFrame:
        """Take the rows whose columns hold one of what is chosen, in their order.

        ``span``: a column that must lie within months, the first and the last of them.
        """
        rows = self.rows
        for at, (column, codes) in enumerate(chosen.items()):
            rows = self._of(column, codes) if at == 0 else rows[rows[column].isin(list(codes))]
        if span is not None:
            time, first, last = span
            held = rows[time].to_numpy("datetime64[M]")
            is_in = (np.datetime64(first, "M") <= held) & (held <= np.datetime64(last, "M"))
            rows = rows_where(rows, is_in)
        complete = {name: to for name, to in self.widened.items() if not rows[name].hasnans}
        rows = rows.reset_index(drop=True)
        return rows.astype(complete) if complete else rows

    def of_month(self, end: date) -> "Whole":
        """Take what was counted for one end month out of what was counted for all of them."""
        rows = self.part({EACH_MONTH: [end.isoformat()]})
        widened = {name: to for name, to in self.widened.items() if rows[name].dtype != to}
        return Whole(rows, widened)

    def _of(self, column: str, codes: Collection[str]) -> pd.DataFrame:
        """Take the rows that hold one of the codes; those of one alone stand together."""
        if column not in self._parted:
            self._parted[column] = _parted_by(self.rows, column)
        parted = self._parted[column]
        spans = [parted.spans.get(code, slice(0)) for code in codes]
        if len(spans) == 1:
            return parted.rows[spans[0]]
        return self.rows.take(np.sort(np.concatenate([parted.places[span] for span in spans])))


@dataclass(frozen=True)
class _Parted:
    """Hold rows sorted by what one of their columns holds, otherwise in their order.

    ``spans``: where the rows of each value stand; ``places``: where each row stood.
    """

    rows: pd.DataFrame
    spans: Mapping[str, slice]
    places: NDArray[np.intp]


def _parted_by(rows: pd.DataFrame, column: str) -> _Parted:
    codes = rows[column].to_numpy(object)
    places = np.argsort(codes, kind="stable")
    values, starts = np.unique(codes[places], return_index=True)
    edges = [*starts.tolist(), len(rows)]
    spans = {value: slice(*edge) for value, edge in zip(values, pairwise(edges), strict=True)}
    # What was asked of every town or month tells each one's rows apart by a column not its own.
    own = rows.drop(columns=column) if column in (EACH_TOWN, EACH_MONTH) else rows
    is_sorted = bool((places[1:] > places[:-1]).all())
    return _Parted(own if is_sorted else own.take(places), spans, places)


def fetch_whole(answered: duckdb.DuckDBPyConnection) -> Whole:
    """Fetch all rows of a statement just run; a text column is one even if all is missing."""
    types = {name: str(kind) for name, kind, *_ in answered.description or []}
    rows = answered.df()
    texts = [n for n, kind in types.items() if kind == "VARCHAR" and rows[n].dtype == "object"]
    complete = {name: _COMPLETE[kind] for name, kind in types.items() if kind in _COMPLETE}
    widened = {name: to for name, to in complete.items() if rows[name].dtype != to}
    return Whole(rows.astype(dict.fromkeys(texts, "str")) if texts else rows, widened)
