"""Add months up to windows: what is counted month by month, over as many months as are chosen."""

from collections.abc import Iterable, Sequence
from datetime import date

import pandas as pd


def over_windows(
    rows: pd.DataFrame, columns: Iterable[str], months: Sequence[date], length: int
) -> pd.DataFrame:
    """Add counted columns up over the ``length`` months that end with each of ``months``.

    ``rows``: one a month; a month without a row counts nought. ``months`` follow each other
    without a gap; windows that began before the first of them are left out. Gives ``month`` and
    the columns.
    """
    whole = rows.set_index("month")[list(columns)].reindex(pd.to_datetime(list(months)))
    added = whole.astype("float64").fillna(0).rolling(length).sum().dropna()
    return added.rename_axis("month").reset_index()
