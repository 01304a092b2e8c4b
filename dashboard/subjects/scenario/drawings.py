"""Mark communities on the map by shape as well as by colour."""

from collections.abc import Mapping
from typing import Any

from dashboard.draw.theme import BLUE, CATEGORIES, INK_SOFT, POINT
from dashboard.insight.scenario import IN_TWO

# Neither chosen nor governed by a committee; governed by one already.
LEFT, STANDS = "left", "stands"
_MARKERS: Mapping[str, Mapping[str, Any]] = {
    IN_TWO[0]: {"size": 9, "color": BLUE},
    IN_TWO[1]: {"size": 9, "color": CATEGORIES[1], "symbol": "diamond"},
    IN_TWO[2]: {"size": 10, "color": CATEGORIES[2], "symbol": "triangle-up"},
    LEFT: {"size": 7, "color": "#FFFFFF", "line": {"color": INK_SOFT, "width": 1.5}},
    STANDS: {"size": 5, "color": POINT},
}


def marker(which: str) -> Mapping[str, Any]:
    return _MARKERS[which]
