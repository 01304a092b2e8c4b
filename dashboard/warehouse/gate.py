"""Let rows out of the warehouse: the one gate for answers, tables and all that is made of them.

What rests on a table not loaded is missing. What is of few persons is hidden, with what would give
it away. Real, named projects are left out of a sample, where what is told of them is invented.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dashboard.contract.columns import as_floats, rows_where
from dashboard.contract.fields import Table
from dashboard.contract.filters import add_months
from dashboard.contract.lineage import mask_silent, mask_unloaded
from dashboard.contract.measures import NEVER_ADDED
from dashboard.contract.privacy import (
    KINDS,
    MOVES,
    OF_PERSONS,
    RESIDENT_MONTHS,
    RESIDENTS,
    SUMMED_OVER,
    WHOLE_OF,
    Mask,
    hide_small,
    masked,
)
from dashboard.contract.protection import BASE, MOST_OFF, SUM_BASE, noised
from dashboard.paths import QUERIES
from dashboard.warehouse.catalogue import NamedQuery

RESIDENTS_BY_MONTH = QUERIES / "residents.sql"
SILENT_TOWNS = QUERIES / "silent_towns.sql"
Months = NDArray[np.int64]
_PLACES = ("community_code", "town_code", "operator")
_TOLD_BY_RESIDENTS = (RESIDENT_MONTHS, *MOVES)


# What becomes of the real, named projects that a sample holds: left out of whatever is told of
# communities; told as places, by name and point alone; or told whole, where a caller adds all up,
# tells what is published of one, or says of each number that it is invented.
Naming = Literal["left_out", "as_places", "whole"]
_OF_A_PLACE = frozenset(
    {"community_code", "name_zh", "name_en", "aliases", "town_code", "origin", "lon", "lat"}
)


@dataclass(frozen=True)
class NamedProjects:
    """Know the real projects that a sample holds, and who operates them; none in the user's data."""

    communities: frozenset[str] = frozenset()
    operators: frozenset[str] = frozenset()

    def let_out(self, rows: pd.DataFrame, keys: Collection[str], named: Naming) -> pd.DataFrame:
        """Leave real projects and those who operate them out of the rows, or what is counted of them."""
        if named == "whole" or not self.communities:
            return rows
        if "community_code" in rows.columns:
            codes, real = rows["community_code"], self.communities
        elif "operator" in keys:
            codes, real = rows["operator"], self.operators
        else:
            return rows
        is_named = np.array([code in real for code in codes.tolist()], dtype=bool)
        if not is_named.any():
            return rows
        if named == "left_out":
            return rows_where(rows, ~is_named).reset_index(drop=True)
        places = {name: rows[name] for name in rows.columns if name in _OF_A_PLACE}
        return rows[~is_named].reindex(rows.index).assign(**places)


def answer_let_out(
    rows: pd.DataFrame,
    query: NamedQuery,
    taken: Mapping[str, Any],
    *,
    missing: Collection[str],
    silent: Mapping[str, Collection[str]],
    towns: Mapping[str, str],
    least: int,
    residents: pd.DataFrame | None,
) -> pd.DataFrame:
    """Let out the answer of a query; ``residents``: those hidden, if the answer is told by them.

    ``silent``: by table the towns that sent no row of it; ``towns``: each community's town.
    """
    rows = mask_unloaded(rows, query.keys, missing)
    if silent:
        rows = _without_silent(rows, query.keys, taken, silent, towns)
    near = None
    if residents is not None and not residents.empty:
        near = _near_few(rows, residents, place_of(query), *_months_of(rows, taken))
    return hide_small(
        rows,
        query.keys,
        least=least,
        # Windows of several months overlap.
        adds_over_months=taken.get("window_months", 1) == 1,
        near_few=near,
    )


def _without_silent(
    rows: pd.DataFrame,
    keys: Collection[str],
    taken: Mapping[str, Any],
    silent: Mapping[str, Collection[str]],
    towns: Mapping[str, str],
) -> pd.DataFrame:
    """Leave out what towns that sent no row of a table are not known to have; what is of several
    towns together only where none of them sent any."""
    if "town_code" in rows:
        return mask_silent(rows, keys, rows["town_code"].tolist(), silent)
    if "community_code" in rows:
        return mask_silent(
            rows, keys, [towns.get(code, "") for code in rows["community_code"]], silent
        )
    asked = silent_of(taken, silent, towns)
    return mask_unloaded(rows, keys, asked)


def silent_of(
    chosen: Mapping[str, Any], silent: Mapping[str, Collection[str]], towns: Mapping[str, str]
) -> frozenset[str]:
    """Name the tables of which no chosen town sent a row; ``chosen`` names towns or communities."""
    asked = set(chosen.get("town_codes") or ())
    asked |= {towns[code] for code in chosen.get("community_codes") or () if code in towns}
    return frozenset(table for table, none in silent.items() if asked and asked <= set(none))


def counts_persons(query: NamedQuery) -> bool:
    """Tell whether a query counts distinct persons."""
    return not NEVER_ADDED.isdisjoint(query.columns)


def protected(
    rows: pd.DataFrame, keyed: pd.DataFrame, query: NamedQuery, *, least: int
) -> pd.DataFrame:
    """Move the counts of persons by their keys, and hide what then looks like few.

    ``keyed``: the same answer, with sums of keys in the place of persons. They end here.
    """
    if "lorenz_sum" in query.columns:
        return _spread_rounded(rows)
    if not all(rows[key].equals(keyed[key]) for key in query.keys):
        raise ValueError(f"{query.name} gives other rows for keys than for persons")
    moved = {
        name: noised(as_floats(rows[name]), as_floats(keyed[name]))
        for name in NEVER_ADDED.intersection(query.columns)
    }
    columns: dict[str, Any] = {}
    for name, counts in moved.items():
        is_few = (counts > 0) & (counts < least)
        if WHOLE_OF.get(name) in query.columns:
            # No part is shown as more than its whole.
            is_few |= counts > moved[WHOLE_OF[name]]
        if is_few.any():
            columns[name] = masked(rows[name], is_few, counts)
        elif isinstance(dtype := rows[name].dtype, np.dtype):
            columns[name] = counts.astype(dtype)
        else:
            columns[name] = pd.Series(counts).astype(dtype)
    shown = rows.assign(**columns)
    for name in _SUMS_OF_PERSONS.intersection(query.columns):
        is_hidden = shown[SUMMED_OVER[name]].isna().to_numpy()
        shown[name] = masked(rows[name], is_hidden, _in_tens(rows[name]))
    return shown


def off_by(query: NamedQuery) -> dict[str, float | None]:
    """Say by how much a protected answer's columns may differ from those of rounded tables; None where
    no bound is known."""
    if "lorenz_sum" in query.columns:
        return {
            "participant_count": BASE / 2,
            "resident_attendance_count": SUM_BASE / 2,
            "lorenz_sum": None,
        }
    return {
        **dict.fromkeys(NEVER_ADDED.intersection(query.columns), float(MOST_OFF)),
        **dict.fromkeys(_SUMS_OF_PERSONS.intersection(query.columns), SUM_BASE / 2),
    }


def _in_tens(sums: pd.Series) -> NDArray[np.float64]:
    """Round sums over persons, half up: five attendances or more are never shown as none."""
    return np.floor(as_floats(sums) / SUM_BASE + 0.5) * SUM_BASE


# One person may give much of them, whatever the keys say.
_SUMS_OF_PERSONS = frozenset({"resident_attendance_count", "attendance_log_sum"})


def _spread_rounded(rows: pd.DataFrame) -> pd.DataFrame:
    """Round how many attended how often: steps are no cells that keys add up to. The Lorenz sums
    are made of the rounded counts, as if within a step all attended alike."""
    persons = (rows["participant_count"] / BASE).round() * BASE
    attended = pd.Series(_in_tens(rows["resident_attendance_count"]), index=rows.index)
    lorenz = persons.astype("float64") * (2 * attended.cumsum() - attended)
    return rows.assign(
        participant_count=persons.astype(rows["participant_count"].dtype),
        resident_attendance_count=attended.astype(rows["resident_attendance_count"].dtype),
        lorenz_sum=lorenz,
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
        near = _near_few(rows, few, places, _months(rows), _months(rows))
    # Answers add rows up by what they are of, too.
    keys = [*table.key, *(name for name in KINDS if name in columns and name not in table.key)]
    shown = hide_small(rows, keys, least=least, near_few=near)[columns]
    # A table's numbers stay whole beside what is missing.
    return shown.astype(dict.fromkeys(OF_PERSONS.intersection(columns), "Int64"))


def is_told_by_residents(query: NamedQuery) -> bool:
    """Tell whether a query's answer holds what residents before and after give away."""
    return bool(set(_TOLD_BY_RESIDENTS) & set(query.columns))


def place_of(query: NamedQuery) -> list[str]:
    """Name the key that tells places apart, if there is one."""
    return [key for key in _PLACES if key in query.keys][:1]


def months_looked_at(taken: Mapping[str, Any]) -> tuple[date, date]:
    """Give the first and the last month that an answer looks at: a year where it takes no start."""
    end: date = taken["end_month"]
    start: date = taken.get("start_month", add_months(end, -11))
    return add_months(start, 1 - taken.get("window_months", 1)), end


def hidden_residents(residents: pd.DataFrame, place: Sequence[str], *, least: int) -> pd.DataFrame:
    """List the places and months of which other answers hide the residents.

    ``residents``: rows of residents.sql, of the communities that count. Residents of one month
    never add up with another's, so that each month is hidden by itself.
    """
    rows, keys, within = residents, [*place, "month"], ["month"]
    if "community_code" in place:
        within = ["town_code", "month"]
    else:
        rows = rows.groupby(keys, as_index=False)[RESIDENTS].sum()
    few = as_floats(rows[RESIDENTS]) < least
    if not few.any():
        return rows.loc[few, keys]
    # Where nothing is of few, nothing needs guarding.
    rows = rows.merge(rows.loc[few, within].drop_duplicates(), on=within)
    shown = hide_small(rows, keys, least=least)
    return rows.loc[shown[RESIDENTS].isna(), keys]


def in_months(few: pd.DataFrame, months: tuple[date, date]) -> pd.DataFrame:
    """Keep what is hidden in months, or in the one before them."""
    first, last = (np.datetime64(month) for month in (add_months(months[0], -1), months[1]))
    held = few["month"].to_numpy()
    return rows_where(few, (first <= held) & (held <= last))


def _months(rows: pd.DataFrame) -> Months:
    """Number months, so that one more is the next."""
    return rows["month"].to_numpy("datetime64[M]").astype("int64")


def _months_of(rows: pd.DataFrame, taken: Mapping[str, Any]) -> tuple[Months, Months]:
    """Give the first and the last month that each row looks at."""
    if "month" in rows.columns:
        months = _months(rows)
        return months - (taken.get("window_months", 1) - 1), months
    looked_at = np.array(months_looked_at(taken), dtype="datetime64[M]").astype("int64")
    first, last = (np.full(len(rows), month) for month in looked_at)
    return first, last


def _near_few(
    rows: pd.DataFrame, few: pd.DataFrame, places: Sequence[str], first: Months, last: Months
) -> dict[str, Mask]:
    """Mark the resident-months of months in or just after which residents are hidden, and the moves
    of spans at whose beginning or end they are."""
    hidden: dict[tuple[str, ...], list[int]] = {}
    for *place, month in _with_places(few, places, _months(few)):
        hidden.setdefault(tuple(place), []).append(month)
    is_in, is_at_end = np.zeros((2, len(rows)), dtype=bool)
    for row, (*place, before, end) in enumerate(_with_places(rows, places, first - 1, last)):
        months = hidden.get(tuple(place), [])
        is_in[row] = any(before <= month <= end for month in months)
        is_at_end[row] = before in months or end in months
    marked = {RESIDENT_MONTHS: is_in, **dict.fromkeys(MOVES, is_at_end)}
    return {name: marked[name] for name in _TOLD_BY_RESIDENTS if name in rows.columns}


def _with_places(rows: pd.DataFrame, places: Sequence[str], *months: Months) -> Iterator[Any]:
    """Give each row's places and months."""
    columns = (rows[name].tolist() for name in places)
    return zip(*columns, *(each.tolist() for each in months), strict=True)
