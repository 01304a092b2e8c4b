"""Round and write numbers as a spreadsheet does: halves away from zero.

Python rounds 2.5 to 2 and writes 0.25 as 0.2; who sets a page beside Excel sees 3 and 0.3. A
number is taken as one would write it, by its first 15 digits, as spreadsheets do.
"""

from decimal import ROUND_HALF_UP, Decimal
from math import isfinite

import pandas as pd

MISSING = "—"
# A hyphen is shorter, and a line may break after it.
MINUS = "−"
_TOO_LARGE = 1e15
# Up to this many units of the last place all 15 digits say which way a number is rounded, unless
# it lies as near to a half as this.
_CERTAIN_UP_TO, _NEAR_A_HALF = 1e9, 1e-5


class Number(float):
    """Write a float by the formats ``f`` and ``%`` with halves rounded away from zero, and no zero with
    a minus."""

    def __format__(self, spec: str) -> str:
        plain = float(self)
        _, point, precision = spec[:-1].rpartition(".")
        kind = spec[-1:]
        if kind not in ("f", "%") or not point or not isfinite(plain):
            return format(plain, spec)
        decimals = int(precision) + (2 if kind == "%" else 0)
        nearest = plain if _is_certain(plain, decimals) else _exact(plain, decimals)
        return format(0.0 if abs(nearest) * 10**decimals < 0.5 else nearest, spec)


def _is_certain(value: float, decimals: int) -> bool:
    """Tell whether a number is so far from a half that Python rounds it as a spreadsheet does."""
    units = abs(value) * 10**decimals
    return units < _CERTAIN_UP_TO and abs(units % 1 - 0.5) > _NEAR_A_HALF


def _exact(value: float, decimals: int) -> Decimal:
    if abs(value) >= _TOO_LARGE:
        return Decimal(value)
    written = Decimal(f"{value:.15g}")
    return written.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def rounded(value: float, decimals: int = 0) -> float:
    """Round to as many decimals as are written; what is missing stays missing."""
    plain = float(value)
    if not isfinite(plain) or _is_certain(plain, decimals):
        return round(plain, decimals) if isfinite(plain) else plain
    return float(_exact(plain, decimals))


def number_written(value: float | None, decimals: int = 0, *, signed: bool = False) -> str:
    """Write a number with thousands parted; a dash where it is missing. What is written as zero has no
    sign."""
    if value is None or pd.isna(value):
        return MISSING
    sign = "+" if signed and rounded(value, decimals) else ""
    return format(Number(value), f"{sign},.{decimals}f").replace("-", MINUS)


def percent_written(value: float | None, decimals: int = 1) -> str:
    """Write a share given in percent."""
    text = number_written(value, decimals)
    return text if text == MISSING else f"{text}%"


def interval_written(low: float | None, high: float | None) -> str:
    """Write an interval of shares given in percent, without the sign."""
    texts = number_written(low, 1), number_written(high, 1)
    return MISSING if MISSING in texts else "–".join(texts)
