"""Let rows out of the warehouse: the one gate for answers, tables and all that is made of them.

What rests on a table not loaded is missing. What is of few persons is hidden, with what would give
it away. Real, named projects are left out of a sample, where what is told of them is invented.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import numpy as np
import pandas as pd

from dashboard.model.contract import Table
from dashboard.model.filters import add_months
from dashboard.model.grounds import without_grounds
from dashboard.model.privacy import MOVES, OF_PERSONS, RESIDENT_MONTHS, RESIDENTS, Mask, hide_small
from dashboard.places import QUERIES
from dashboard.warehouse.catalogue import NamedQuery

FEW_RESIDENTS = QUERIES / "few_residents.sql"
# The place that residents are counted for, by the key that tells rows apart, and what it adds up to.
_PLACES = {
    "community_code": ("s.community_code", "s.town_code"),
    "town_code": ("s.town_code", "null"),
    "operator": ("n.operator", "null"),
}
_ALL_TOGETHER = ("''", "null")
_TOLD_BY_RESIDENTS = (RESIDENT_MONTHS, *MOVES)


# What becomes of the real, named projects that a sample holds: left out of whatever is told of
# communities; told as places, by name and point alone; or told whole, where a caller adds all up,
# tells what is published of one, or says of each number that it is invented.
Naming = Literal["left_out", "as_places", "whole"]
_OF_A_PLACE = frozenset(
    {
        "community_code",
        "name_zh",
        "name_en",
        "aliases",
        "town_code",
        "origin",
        "lon",
        "lat",
        "month",
    }
)


@dataclass(frozen=True)
class NamedProjects:
    """Know the real projects that a sample holds, and who operates them; none in the user's data."""

    communities: frozenset[str] = frozenset()
    operators: frozenset[str] = frozenset()

    def let_out(self, rows: pd.DataFrame, keys: Collection[str], named: Naming) -> pd.DataFrame:
        """Leave real projects and those who operate them out of the rows, or what is counted of them."""
        if "community_code" in rows.columns:
            is_named = rows["community_code"].isin(self.communities)
        elif "operator" in keys:
            is_named = rows["operator"].isin(self.operators)
        else:
            return rows
        if named == "whole" or not is_named.any():
            return rows
        if named == "left_out":
            return rows[~is_named].reset_index(drop=True)
        counted = [name for name in rows.columns if name not in _OF_A_PLACE]
        return rows.assign(**{name: rows[name].mask(is_named) for name in counted})


def answer_let_out(
    rows: pd.DataFrame,
    query: NamedQuery,
    taken: Mapping[str, Any],
    *,
    missing: Collection[str],
    least: int,
    few: pd.DataFrame | None,
) -> pd.DataFrame:
    """Let out the answer of a query; ``few``: rows of few_residents, if the query needs them."""
    rows = without_grounds(rows, query.keys, missing)
    near = None
    if few is not None and not few.empty:
        first, last = _months_of(rows, taken)
        near = _near_few(rows, _hidden_months(few, least), place_of(query), first, last)
    return hide_small(
        rows,
        query.keys,
        least=least,
        # Windows of several months overlap.
        adds_over_months=taken.get("window_months", 1) == 1,
        near_few=near,
    )


def table_let_out(
    rows: pd.DataFrame, table: Table, town_of: Mapping[str, str], *, least: int
) -> pd.DataFrame:
    """Let out the rows of a table, with what adds up within a town hidden like an answer."""
    if not OF_PERSONS & set(rows.columns):
        return rows
    columns = list(rows.columns)
    rows = rows.assign(town_code=rows["community_code"].map(town_of))
    near = None
    if RESIDENTS in columns:
        few = hide_small(rows[[*table.key, "town_code", RESIDENTS]], table.key, least=least)
        few = few[few[RESIDENTS].isna() & rows[RESIDENTS].notna()]
        places = [key for key in table.key if key != "month"]
        near = _near_few(rows, few, places, rows["month"], rows["month"])
    shown = hide_small(rows, table.key, least=least, near_few=near)[columns]
    # A table's numbers stay whole beside what is missing.
    return shown.astype(dict.fromkeys(OF_PERSONS.intersection(columns), "Int64"))


def needs_few_residents(query: NamedQuery) -> bool:
    """Tell whether a query's answer holds what residents are told by."""
    return bool(set(_TOLD_BY_RESIDENTS) & set(query.columns))


def few_residents_sql(query: NamedQuery) -> str:
    """Write the statement that tells where few live of the places that a query tells of."""
    place, within = _PLACES.get(next(iter(place_of(query)), ""), _ALL_TOGETHER)
    text = FEW_RESIDENTS.read_text(encoding="utf-8")
    return text.replace("{place}", place).replace("{within}", within)


def few_residents_parameters(
    query: NamedQuery, taken: Mapping[str, Any], least: int
) -> dict[str, Any]:
    """Give the statement its parameters: the query's filters, and the months it looks at."""
    filters = {name: taken[name] for name in _FILTERS}
    first, last = _span(taken)
    return {**filters, "first_month": add_months(first, -1), "last_month": last, "least": least}


_FILTERS = (
    "end_month", "town_codes", "community_codes", "coverage_types", "modes", "tiers", "is_home",
)  # fmt: skip


def place_of(query: NamedQuery) -> list[str]:
    """Name the key that tells places apart, if there is one."""
    return [key for key in _PLACES if key in query.keys][:1]


def _span(taken: Mapping[str, Any]) -> tuple[date, date]:
    """Give the first and the last month that an answer looks at: a year where it takes no start."""
    end: date = taken["end_month"]
    start: date = taken.get("start_month", add_months(end, -11))
    return add_months(start, 1 - taken.get("window_months", 1)), end


def _months_of(rows: pd.DataFrame, taken: Mapping[str, Any]) -> tuple[pd.Series, pd.Series]:
    """Give the first and the last month that each row looks at."""
    if "month" in rows.columns:
        length = pd.DateOffset(months=taken.get("window_months", 1) - 1)
        return rows["month"] - length, rows["month"]
    first, last = (pd.Timestamp(month) for month in _span(taken))
    return pd.Series(first, index=rows.index), pd.Series(last, index=rows.index)


def _hidden_months(few: pd.DataFrame, least: int) -> pd.DataFrame:
    """Keep the places and months whose residents are hidden."""
    shown = hide_small(
        few.rename(columns={"place": "community_code", "within": "town_code"}),
        ("community_code", "month"),
        least=least,
    )
    return few[shown[RESIDENTS].isna() & few[RESIDENTS].notna()]


def _near_few(
    rows: pd.DataFrame, few: pd.DataFrame, places: Sequence[str], first: pd.Series, last: pd.Series
) -> dict[str, Mask]:
    """Mark the resident-months of months in or just after which residents are hidden, and the moves
    of spans at whose beginning or end they are."""
    spans = pd.DataFrame(
        {
            "row": np.arange(len(rows)),
            "before": (first - pd.DateOffset(months=1)).to_numpy(),
            "last": last.to_numpy(),
            **{name: rows[name].to_numpy() for name in places},
        }
    )
    few = few.rename(columns={"place": places[0]} if "place" in few.columns and places else {})
    few = few[[*places, "month"]]
    pairs = spans.merge(few, on=places) if places else spans.merge(few, how="cross")
    is_in = (pairs["before"] <= pairs["month"]) & (pairs["month"] <= pairs["last"])
    is_at_end = (pairs["before"] == pairs["month"]) | (pairs["month"] == pairs["last"])
    marked = {RESIDENT_MONTHS: is_in, **dict.fromkeys(MOVES, is_at_end)}
    masks = {}
    for name in _TOLD_BY_RESIDENTS:
        if name in rows.columns:
            masks[name] = np.zeros(len(rows), dtype=bool)
            masks[name][pairs.loc[marked[name], "row"]] = True
    return masks
