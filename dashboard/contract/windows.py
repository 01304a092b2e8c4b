"""Add months up to windows: what is counted month by month, over as many months as are chosen."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dashboard.contract.columns import as_floats


def over_windows(
    rows: pd.DataFrame,
    columns: Iterable[str],
    months: Sequence[date],
    length: int,
    *,
    by: str | None = None,
) -> pd.DataFrame:
    """Add counted columns up over the ``length`` months that end with each of ``months``.

    ``rows``: one a month, or one a month and place if ``by`` names the places' column. A month
    without a row counts nought; with a month that is not among ``months``, or whose count is
    missing or hidden, the window is missing. ``months`` rise; windows that began before the first
    of them are left out. Gives ``month``, ``by`` and the columns.
    """
    names, known = list(columns), np.array(months, dtype="datetime64[M]")
    every = np.arange(known[0], known[-1] + 1)
    is_known = np.isin(every, known)
    places, place = _places(rows, by)
    counts = np.full((len(places), len(every), len(names)), np.nan)
    counts[:, is_known] = 0
    month = rows["month"].to_numpy("datetime64[M]")
    own = np.isin(month, known)
    found = np.column_stack([as_floats(rows[name]) for name in names])
    counts[place[own], np.searchsorted(every, month[own])] = found[own]
    size = max(len(every) - length + 1, 0)
    added = np.sum([counts[:, first : first + size] for first in range(length)], axis=0)
    is_end = is_known[length - 1 :]
    ends = every[length - 1 :][is_end].astype("datetime64[us]")
    windows = pd.DataFrame(added[:, is_end].reshape(-1, len(names)), columns=names)
    windows.insert(0, "month", np.tile(ends, len(places)))
    return windows if by is None else windows.assign(**{by: np.repeat(places, len(ends))})


def _places(rows: pd.DataFrame, by: str | None) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """List the places in order, and tell which of them each row is of; without ``by`` it is one."""
    if by is None:
        return np.array([""]), np.zeros(len(rows), dtype=np.intp)
    places, place = np.unique(rows[by].to_numpy(object), return_inverse=True)
    return places, place
