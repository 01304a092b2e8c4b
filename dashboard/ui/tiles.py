"""Show key numbers as tiles without boxes: name, value, trend and what gives it meaning."""

from dataclasses import dataclass
from html import escape
from urllib.parse import quote

import pandas as pd
import streamlit as st

from dashboard.draw.theme import BLUE
from dashboard.language import Say
from dashboard.model.indicators import Indicator, figure_of

# A year and the month before it.
SPARK_MONTHS = 13

# What may stand as it is in an address inside double quotes.
_KEPT = "/:= '"


@dataclass(frozen=True)
class Tile:
    """Hold one number with its months before, and the line that compares it.

    ``values`` are one a month, in the indicator's unit, the last at the end month.
    """

    indicator: Indicator
    values: pd.Series
    comparison: str

    @property
    def value(self) -> float | None:
        return None if self.values.empty else self.values.iloc[-1]


def show_tiles(tiles: list[Tile], say: Say) -> None:
    """Show a row of tiles; it wraps where the screen is narrow."""
    st.html(f'<div class="mh-tiles">{"".join(tile_html(tile, say) for tile in tiles)}</div>')


def tile_html(tile: Tile, say: Say) -> str:
    """Write one tile; its definition appears on hover and focus."""
    indicator = tile.indicator
    figure, unit = figure_of(tile.value, indicator, say.language)
    if say.language == "en" and indicator.kind == "count":
        unit = ""  # "Residents" above the figure says it already.
    definition = say.words(indicator.formula)
    if indicator.caveat:
        definition += f" · {say.words(indicator.caveat)}"
    return (
        f'<div class="mh-tile" data-indicator="{indicator.code}" tabindex="0" role="group">'
        f'<div class="mh-label">{escape(say.words(indicator.name))}<i aria-hidden="true">i</i></div>'
        f'<div class="mh-number-line"><span><b>{figure}</b> <small>{escape(unit)}</small></span>'
        f"{sparkline(tile.values)}</div>"
        f'<div class="mh-comparison">{escape(tile.comparison)}</div>'
        f'<div class="mh-definition">{escape(definition)}</div></div>'
    )


def sparkline(values: pd.Series, *, width: int = 84, height: int = 26) -> str:
    """Draw values as a small line that ends in a dot; nothing where there are fewer than two."""
    known = values.dropna().tolist()
    if len(known) < 2:
        return ""
    low, spread = min(known), (max(known) - min(known)) or 1
    points = [
        (3 + i * (width - 8) / (len(known) - 1), height - 4 - (v - low) / spread * (height - 8))
        for i, v in enumerate(known)
    ]
    line = " ".join(f"{x:.0f} {y:.0f}" for x, y in points)
    x, y = points[-1]
    # The page keeps no bare <svg> of ours: its sanitiser removes it, so the line is a picture.
    svg = (
        f"<svg xmlns='http://www.w3.org/2000/svg' width='{width}' height='{height}' fill='none'>"
        f"<path d='M{line}' stroke='{BLUE}' stroke-width='1.6'/>"
        f"<circle cx='{x:.0f}' cy='{y:.0f}' r='2.6' fill='{BLUE}'/></svg>"
    )
    return f'<img alt="" src="data:image/svg+xml,{quote(svg, safe=_KEPT)}">'
