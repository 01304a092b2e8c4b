"""Read counted columns as arrays of numbers."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def as_floats(column: pd.Series) -> Floats:
    """Give numbers as an array, missing ones as NaN; pandas' own way for all takes four times as long."""
    if isinstance(column.dtype, np.dtype) and column.dtype != object:
        return column.to_numpy("float64")
    return column.to_numpy("float64", na_value=np.nan)
