"""Dividing counts, scaling to percent and rounding happen in one place, so that they are done alike."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.contract.measures import FIELDS
from dashboard.paths import ROOT

PACKAGE = ROOT / "dashboard"
# What counts and what is read of them; the sample and what comes in make numbers of other kinds.
ROOMS = ("asking", "brief", "draw", "figures", "insight", "publish", "subjects", "ui", "views")
COUNTED = {name for name in FIELDS if name.endswith(("_count", "_m2"))} | {
    "value",
    "numerator",
    "denominator",
}
SCALES = {100}
ROUNDING = {"round", "rint", "around"}

# Sizes and places on paper or screen, by file.
EXCEPTIONS = {
    "brief/powerpoint/template.py": "places on a slide",
    "brief/web/__init__.py": "widths of columns in percent",
    "draw/classes.py": "which of the colours",
    "draw/maps.py": "where a point lies, and how large it is",
    "publish/redraw.py": "goes along without the product, and makes its numbers again",
    "figures/tiles.py": "heights of a line",
    "subjects/profile/finding.py": "likeness of names",
}


def files() -> list[Path]:
    return sorted(file for room in ROOMS for file in (PACKAGE / room).rglob("*.py"))


def is_counted(node: ast.AST) -> bool:
    """Tell whether any part of a term is a counted column, or its value."""
    return any(
        isinstance(part, ast.Attribute)
        and part.attr in COUNTED
        or isinstance(part, ast.Subscript)
        and isinstance(part.slice, ast.Constant)
        and part.slice.value in COUNTED
        for part in ast.walk(node)
    )


def is_scale(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value in SCALES


def reckoned(tree: ast.AST) -> Iterator[ast.expr]:
    """Yield what scales, rounds, or divides counts."""
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.Div):
            sides = (node.left, node.right)
            divides = isinstance(node.op, ast.Div)
            if any(map(is_scale, sides)) or divides and any(map(is_counted, sides)):
                yield node
        elif isinstance(node, ast.Call):
            called = node.func
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            if name in ROUNDING:
                yield node


def test_only_the_model_divides_scales_and_rounds() -> None:
    found = [
        f"{file.relative_to(PACKAGE)}:{node.lineno}: {ast.unparse(node)}"
        for file in files()
        if file.relative_to(PACKAGE).as_posix() not in EXCEPTIONS
        for node in reckoned(ast.parse(file.read_text(encoding="utf-8")))
    ]
    assert found == []


def test_the_exceptions_are_needed() -> None:
    assert set(EXCEPTIONS) == {
        file.relative_to(PACKAGE).as_posix()
        for file in files()
        if file.relative_to(PACKAGE).as_posix() in EXCEPTIONS
        and any(reckoned(ast.parse(file.read_text(encoding="utf-8"))))
    }


@pytest.mark.parametrize(
    "text",
    ["part / whole * 100", "round(share, 1)", "rows['value'].round(1)", "np.rint(x)", "x / 100",
     "row.let_count / row.available_count", "rows['move_out_count'].sum() / 3"],
)  # fmt: skip
def test_what_is_forbidden_is_found(text: str) -> None:
    assert list(reckoned(ast.parse(text)))


@pytest.mark.parametrize("text", ["DATA / 'towns.csv'", "width / 2", "percent(covered, total)"])
def test_what_is_not_is_left(text: str) -> None:
    assert not list(reckoned(ast.parse(text)))
