"""Test that rows are taken in their order, whichever of them a mask names."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from dashboard.contract.columns import at_month, rows_where

MONTHS = pd.to_datetime(["2025-01-01", "2025-02-01", "2025-03-01", "2025-03-01"])
ROWS = pd.DataFrame({"month": MONTHS, "name": list("abcd")}, index=[4, 5, 6, 7])


@pytest.mark.parametrize("named", ["", "a", "bc", "d", "ad", "abd", "abcd"])
def test_rows_of_a_mask_are_those_that_pandas_takes(named: str) -> None:
    mask = np.array([each in named for each in ROWS["name"]])
    pd.testing.assert_frame_equal(rows_where(ROWS, mask), ROWS[mask])


def test_a_month_has_its_rows_alone() -> None:
    assert at_month(ROWS, date(2025, 3, 1))["name"].tolist() == ["c", "d"]
    assert at_month(ROWS, date(2025, 4, 1)).empty
