"""Hold the pages, one module each, by their name in the address and in the header's order."""

from dashboard.views import (
    briefing,
    coverage,
    definitions,
    explore,
    housing,
    needs,
    overview,
    participation,
    profile,
)

VIEWS = {
    "overview": overview,
    "coverage": coverage,
    "housing": housing,
    "participation": participation,
    "needs": needs,
    "profile": profile,
    "explore": explore,
    "briefing": briefing,
    "definitions": definitions,
}
