"""Find which of a plot's values are columns of its data, so that a redrawn plot reads them there.

What is found nowhere (a fitted curve, a sentence) stays in the plot's description.
"""

import math
from collections.abc import Iterator
from typing import Any

import pandas as pd

from dashboard.figures.tables import neutral, plain_dates

_FEWEST = 2
# A trace's own values; those of its looks are left as they are.
_READ = ("customdata", "text", "hovertext", "ids", "x", "y", "z", "base", "width")


def bound(figure: dict[str, Any], rows: pd.DataFrame) -> dict[str, Any]:
    """Put ``{"column": name, "rows": [...]}`` in the place of values that ``rows`` hold."""
    columns = _columns(rows)
    return {**figure, "data": [_bound_trace(trace, columns) for trace in figure["data"]]}


def _columns(rows: pd.DataFrame) -> dict[str, dict[Any, list[int]]]:
    """Say for each column in which rows a value stands, values as a CSV file gives them back."""
    places: dict[str, dict[Any, list[int]]] = {}
    for name, values in neutral(plain_dates(rows)).items():
        of: dict[Any, list[int]] = {}
        for row, value in enumerate(values):
            of.setdefault(_plain(value), []).append(row)
        places[str(name)] = of
    return places


def _plain(value: Any) -> Any:
    if value is None or (not isinstance(value, str) and pd.isna(value)):
        return None
    if isinstance(value, bool) or type(value).__name__ == "bool_":
        return str(value)
    return value if isinstance(value, str) else float(value)


def _bound_trace(trace: dict[str, Any], columns: dict[str, dict[Any, list[int]]]) -> dict[str, Any]:
    """Bind the arrays of a trace one after another: all must be of the same rows of the data."""
    arrays = sorted(_arrays(trace), key=lambda each: _precedence(each[1]))
    candidates: list[set[int]] | None = None
    found: dict[str, str] = {}
    for name, values in arrays:
        if candidates is not None and len(values) != len(candidates):
            continue
        for column, places in columns.items():
            sets = [set(places.get(_plain(value), ())) for value in values]
            if candidates is not None:
                sets = [mine & own for mine, own in zip(sets, candidates, strict=True)]
            if all(sets):
                candidates, found[name] = sets, column
                break
    if candidates is None:
        return trace
    numbers = [min(each) for each in candidates]
    return {
        **trace,
        **{name: {"column": column, "rows": numbers} for name, column in found.items()},
    }


def _arrays(trace: dict[str, Any]) -> Iterator[tuple[str, list[Any]]]:
    for name in _READ:
        values = trace.get(name)
        if (
            isinstance(values, list)
            and len(values) >= _FEWEST
            and not any(isinstance(value, (list, dict)) for value in values)
            and any(value is not None for value in values)
            and not _is_counted_through(values)
        ):
            yield name, values


def _is_counted_through(values: list[Any]) -> bool:
    """Whether values only number the marks: they are of no column, though one may hold them."""
    return all(
        isinstance(value, (int, float)) and not isinstance(value, bool) and value == at
        for at, value in enumerate(values)
    )


def _precedence(values: list[Any]) -> tuple[int, int]:
    """Bind first what can be mistaken least: texts, then broken numbers, then whole ones."""
    if all(isinstance(value, str) for value in values):
        return 0, -len(set(values))
    whole = all(
        value is None or math.isclose(value % 1, 0)
        for value in values
        if not isinstance(value, str)
    )
    return (2 if whole else 1), -len(set(values))
