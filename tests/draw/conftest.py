"""Have plotly check every figure that a test draws: the product hands over plain dictionaries."""

from typing import Any

import plotly.graph_objects as go
import pytest

from dashboard.draw import drawing


@pytest.fixture(autouse=True)
def checked_by_plotly(monkeypatch: pytest.MonkeyPatch) -> None:
    sendable = drawing._sendable

    def checked(figure: Any, name: str = "") -> Any:
        if isinstance(figure, dict) and "data" in figure:
            go.Figure(figure["data"], figure["layout"])
        return sendable(figure, name)

    monkeypatch.setattr(drawing, "_sendable", checked)
