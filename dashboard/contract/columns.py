"""Read counted columns as plain values, in a fraction of the time that pandas' own ways take."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def as_floats(column: pd.Series) -> Floats:
    """Give numbers as an array, missing ones as NaN; pandas' own way for all takes four times as long."""
    if isinstance(column.dtype, np.dtype) and column.dtype != object:
        return column.to_numpy("float64")
    return column.to_numpy("float64", na_value=np.nan)


def with_known(rows: pd.DataFrame, column: str = "value") -> pd.DataFrame:
    """Keep the rows in which a column of numbers is not missing."""
    return rows_where(rows, ~np.isnan(as_floats(rows[column])))


def at_month(rows: pd.DataFrame, month: date) -> pd.DataFrame:
    """Take the rows of one month."""
    return rows_where(rows, rows["month"].to_numpy("datetime64[M]") == np.datetime64(month, "M"))


def rows_where(rows: pd.DataFrame, mask: "NDArray[np.bool_] | pd.Series") -> pd.DataFrame:
    """Take the rows of a mask; a slice of rows that stand together takes a tenth of the time."""
    places = np.flatnonzero(mask)
    if len(places) == len(rows):
        return rows
    first, end = (int(places[0]), int(places[-1]) + 1) if len(places) else (0, 0)
    return rows[first:end] if end - first == len(places) else rows.take(places)


def with_numbers(rows: pd.DataFrame, **columns: Floats) -> pd.DataFrame:
    """Add columns of numbers, or put them in the place of others of their name."""
    if any(name in rows.columns for name in columns):
        return rows.assign(**columns)
    # All at once takes half the time.
    added = pd.DataFrame(np.array(list(columns.values())).T, rows.index, list(columns))
    return pd.concat([rows, added], axis=1)


def by_month(rows: pd.DataFrame, column: str = "value") -> dict[pd.Timestamp, float]:
    """Give the numbers of a column by month."""
    return dict(zip(rows["month"].tolist(), as_floats(rows[column]).tolist(), strict=True))


def names_of_most(names: Sequence[str], values: Sequence[float]) -> list[str]:
    """Name all that have the most; none where nothing is known. ``values``: as they are written."""
    most = max((value for value in values if not np.isnan(value)), default=np.nan)
    return [name for name, value in zip(names, values, strict=True) if value == most]


def written_months(months: pd.Series) -> list[str]:
    """Write months as 2025-12."""
    written: list[str] = np.datetime_as_string(months.to_numpy("datetime64[M]")).tolist()
    return written
