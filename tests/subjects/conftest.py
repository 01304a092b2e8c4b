"""Have plotly check the drawings of subjects too."""

from tests.draw.conftest import checked_by_plotly as checked_by_plotly
