"""Late in the evening of UTC it is the next day in Shanghai, wherever it is told."""

from pathlib import Path

import pytest

from dashboard.contract.clock import in_shanghai
from dashboard.warehouse.build import _loaded_in
from dashboard.warehouse.uploads import State


@pytest.mark.parametrize("written", ["2025-11-30T17:05:00+00:00", "2025-11-30T17:05:00"])
def test_the_clock_of_the_offices_is_told(written: str) -> None:
    assert f"{in_shanghai(written):%Y-%m-%d %H:%M}" == "2025-12-01 01:05"


def test_what_was_loaded_then_is_of_the_new_month(tmp_path: Path) -> None:
    state = State(tmp_path, 1, 0, batches=[{"when": "2025-11-30T17:05:00+00:00"}])
    assert str(_loaded_in(state)) == "2025-12-01"
