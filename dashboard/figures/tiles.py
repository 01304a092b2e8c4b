"""Hold key numbers: name, value, the months before it, and what gives it meaning."""

from dataclasses import dataclass
from math import isnan
from typing import Any

import pandas as pd

from dashboard.contract.indicators import Indicator, figure_of
from dashboard.contract.origins import INKS, Origin
from dashboard.figures.quoted import Quoted
from dashboard.language import Say

# A year and the month before it.
SPARK_MONTHS = 13

# The line's heights are whole numbers from 0 to this, as tiles.js takes them.
SPARK_TOP = 36


@dataclass(frozen=True)
class Tile:
    """Hold one number with its months before, and the line that compares it.

    ``values`` are one a month, in the indicator's unit, the last at the end month, which rests on
    ``origin``.
    """

    indicator: Indicator
    values: list[float]
    comparison: str
    origin: Origin = "own"

    @property
    def value(self) -> float | None:
        return self.values[-1] if self.values else None


def tile_name(tile: Tile | Quoted, say: Say) -> dict[str, str]:
    """Write what stays when filters change: the definition appears on hover and focus."""
    if isinstance(tile, Quoted):
        return {"code": tile.code, "label": tile.label, "definition": tile.definition}
    indicator = tile.indicator
    definition = say.words(indicator.formula)
    if indicator.caveat:
        definition += f" · {say.words(indicator.caveat)}"
    return {
        "code": indicator.code,
        "label": say.words(indicator.name),
        "definition": definition,
    }


def tile_value(tile: Tile | Quoted, say: Say) -> dict[str, Any]:
    """Write what a filter changes: the number, its comparison and the months before it."""
    if isinstance(tile, Quoted):
        return _quoted(tile, say)
    figure, unit = figure_of(tile.value, tile.indicator, say.language)
    if say.language == "en" and tile.indicator.kind == "count":
        unit = ""  # "Residents" above the figure says it already.
    return {
        "figure": figure,
        "unit": unit,
        "comparison": tile.comparison,
        "line": sparkline(tile.values),
        **_ink(tile, say),
    }


def _quoted(tile: Quoted, say: Say) -> dict[str, Any]:
    """Write a published number as its source has it."""
    return {
        "figure": tile.figure,
        "unit": tile.unit,
        "comparison": tile.comparison,
        "line": [],
        "origin": "published",
        "origin_name": say("公开"),
    }


def _ink(tile: Tile, say: Say) -> dict[str, str]:
    """Say how the number is underlined; nothing of own data, nor where there is no number."""
    if tile.origin == "own" or pd.isna(tile.value):
        return {}
    return {"origin": tile.origin, "origin_name": say.words(INKS[tile.origin].name)}


def sparkline(values: list[float]) -> list[int]:
    """Give the heights of a small line, from 0, lowest; missing months are passed over."""
    known = [each for each in values if not isnan(each)]
    if not known:
        return []
    low, spread = min(known), (max(known) - min(known)) or 1
    return [round((value - low) / spread * SPARK_TOP) for value in known]
