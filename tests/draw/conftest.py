"""Have plotly check every figure that a test draws: the product hands over plain dictionaries."""

from typing import Any

import plotly.graph_objects as go
import pytest

from dashboard.draw import drawing


@pytest.fixture(autouse=True)
def checked_by_plotly(monkeypatch: pytest.MonkeyPatch) -> None:
    without_gaps = drawing._without_gaps

    def checked(figure: Any) -> Any:
        if isinstance(figure, dict) and "data" in figure:
            go.Figure(figure["data"], figure["layout"])
        return without_gaps(figure)

    monkeypatch.setattr(drawing, "_without_gaps", checked)
