"""Fix how a briefing looks, in every kind of file: its colours, dashes and marks.

What must be told apart differs in lightness or form too, so that it stays apart in grey.
"""

from dashboard.draw.theme import BLUE, BLUE_PALE, INK_SOFT, RED
from dashboard.insight.state import State

# Series by their number.
SERIES = (BLUE, BLUE_PALE, RED)
DASHES = ((), (7, 4), (2, 3))
PALE = "#F3F6FA"
WATER = "#7FA7C9"
AMBER = "#8A5A00"

# A form, a word and a colour: the word alone is enough, the form tells it from far.
STATE_MARKS: dict[State, tuple[str, str]] = {
    "good": ("●", BLUE),
    "watch": ("▲", AMBER),
    "late": ("■", RED),
    "fault": ("◆", RED),
    "none": ("", INK_SOFT),
}


def bar_colour(number: int, *, is_marked: bool, any_marked: bool) -> str:
    """Choose a bar's colour: where some stand out, the others step back."""
    if any_marked and number == 0:
        return BLUE if is_marked else BLUE_PALE
    return SERIES[number]
