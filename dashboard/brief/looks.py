"""Fix how a briefing looks, in every kind of file: its colours, dashes and marks.

What must be told apart differs in lightness or form too, so that it stays apart in grey.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Annotated

from pydantic import Field, TypeAdapter

from dashboard.brief.layout import OWN_FRAME, Box, Frame, Side
from dashboard.brief.slides import Chart, Mark
from dashboard.draw.theme import BLUE, BLUE_PALE, INK, INK_SOFT, RED, RULE

# Series by their number.
SERIES = (BLUE, BLUE_PALE, RED)
DASHES = ((), (7, 4), (2, 3))
PALE = "#F3F6FA"
WATER = "#7FA7C9"
AMBER = "#8A5A00"
WHITE = "#FFFFFF"
AXIS = "#9AA5B1"

# A form, a word and a colour: the word alone is enough, the form tells it from far.
STATE_MARKS: dict[Mark, tuple[str, str]] = {
    "good": ("●", BLUE),
    "watch": ("▲", AMBER),
    "late": ("■", RED),
    "fault": ("◆", RED),
    "none": ("", INK_SOFT),
}


def bar_look(chart: Chart, number: int, category: str = "") -> tuple[str, str]:
    """Choose a bar's fill and outline, or those of a series: where some stand out, the others step
    back; the one they are held against is hollow, so that it is told from them in grey too."""
    if category and category == chart.reference:
        return WHITE, INK_SOFT
    if chart.marked and number == 0:
        return BLUE if category in chart.marked else BLUE_PALE, ""
    return SERIES[number], ""


# A template's colours and typefaces are written into pages: they may be nothing but such.
COLOUR, TYPEFACE, MOST_BANDS = r"^#[0-9A-Fa-f]{6}$", r"^[\w +@.&-]{1,100}$", 100
Colour = Annotated[str, Field(pattern=COLOUR)]
Typeface = Annotated[str, Field(pattern=TYPEFACE)]
ThemeColour = Annotated[str, Field(pattern=r"^\w+$")]


@dataclass(frozen=True)
class Look:
    """Describe how a deck looks: ours, or that of the user's own template.

    ``scheme`` gives for our colours the one of the theme that takes their place, lighter (over 0)
    or darker by a share. ``shown`` gives how these look, and what stands for shades of them; what
    neither has keeps its colour. ``bands`` are the plain shapes behind every page, ``fonts`` the
    theme's typefaces.
    """

    frame: Frame
    scheme: Mapping[Colour, tuple[ThemeColour, Side]]
    shown: Mapping[Colour, Colour]
    ground: Colour
    title: Colour
    fonts: Annotated[tuple[Typeface, ...], Field(max_length=3)] = ()
    bands: Annotated[tuple[tuple[Box, Colour], ...], Field(max_length=MOST_BANDS)] = ()

    def as_json(self) -> bytes:
        return json.dumps(asdict(self)).encode()


_LOOK: TypeAdapter[Look] = TypeAdapter(Look)


def look_from(content: bytes) -> Look:
    """Read a look that ``as_json`` wrote; raises ValueError for what is none."""
    return _LOOK.validate_json(content)


# The theme of our own decks holds our own colours.
OWN_SCHEME: dict[str, tuple[str, float]] = {
    WHITE: ("bg1", 0.0), PALE: ("bg2", 0.0), INK: ("tx1", 0.0), INK_SOFT: ("tx2", 0.0),
    BLUE: ("accent1", 0.0), RED: ("accent2", 0.0), BLUE_PALE: ("accent3", 0.0),
    AMBER: ("accent4", 0.0), WATER: ("accent5", 0.0), AXIS: ("accent6", 0.0),
    RULE: ("bg1", -0.1),
}  # fmt: skip
OWN_LOOK = Look(OWN_FRAME, OWN_SCHEME, {}, WHITE, RED, bands=(((0, 0, OWN_FRAME.width, 8), RED),))


def recoloured(text: str, look: Look) -> str:
    """Put a look's colours in the place of ours, wherever they are written in a text."""
    if not look.shown:
        return text
    return re.sub("|".join(look.shown), lambda found: look.shown[found[0]], text)
