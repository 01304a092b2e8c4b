"""Add months up to windows: what is counted month by month, over as many months as are chosen."""

from collections.abc import Iterable, Sequence
from datetime import date

import pandas as pd


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
    if by is not None:
        places = [
            over_windows(mine, columns, months, length).assign(**{by: place})
            for place, mine in rows.groupby(by)
        ]
        return pd.concat(places, ignore_index=True) if places else rows
    counts = rows.set_index("month")[list(columns)].astype("float64")
    known = pd.to_datetime(list(months))
    every = pd.date_range(known[0], known[-1], freq="MS")
    whole = counts.reindex(known, fill_value=0).reindex(every)
    added = whole.rolling(length).sum().iloc[length - 1 :]
    return added[added.index.isin(known)].rename_axis("month").reset_index()
