"""Keep the cases: what each is called, its layout, and what was loaded before."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.intake.registers.grids import Files, Grid, below
from tests.intake.registers.judging import Case
from tests.intake.registers.layouts import (
    Column,
    count,
    month_column,
    name,
    of,
    table,
    tier_column,
    town,
)
from tests.intake.registers.truth import COMMUNITIES, COUNTS, Rows

CASES: list[Case] = []
# The same again, of a world that is another by then.
MAKERS: dict[str, Callable[[], Case]] = {}
SEPTEMBER = "2025-09"
Make = Callable[[], Case]


def case(layout: str, *, is_public_form: bool = False) -> Callable[[Make], Make]:
    """Keep a case under its function's name; the docstring says where its form is from."""

    def keep(make: Make) -> Make:
        form = " ".join((make.__doc__ or "").split())
        assert form and make.__name__ not in MAKERS
        known: dict[str, Any] = {
            "name": make.__name__,
            "layout": layout,
            "form": form,
            "is_public_form": is_public_form,
        }
        MAKERS[make.__name__] = lambda: replace(make(), **known)
        CASES.append(MAKERS[make.__name__]())
        return make

    return keep


def expect(files: Files, arrives: Rows, **more: Any) -> Case:
    """Expect rows of files; where communities are known, they need not arrive again."""
    if more.get("is_based"):
        arrives = {table: rows for table, rows in arrives.items() if table != "community"}
    return Case("", "", "", files, arrives, **more)


def base() -> Files:
    """What was loaded before: the communities, their governance and one month, in our own form."""
    plain = [name("名称"), town("街镇"), of("community", "operator"), of("community", "community_kind"), of("community", "opened_on"),
             of("community", "resident_profile"), of("community", "youth_share"), of("community", "lon"), of("community", "lat"),
             Column(("坐标系",), filler=lambda number, each: "WGS-84")]  # fmt: skip
    governance = [name("社区"), of("governance", "valid_from"), of("governance", "coverage_type"), of("governance", "mode"), of("governance", "leading_organisation")]  # fmt: skip
    rows = [
        table(
            [name(), month_column("2024-01"), tier_column(tier=tier),
             *(count(field, "2024-01", tier=tier) for field in COUNTS)],
            [each for each in COMMUNITIES if tier in each.tiers],
        )[0]
        for tier in ("flat", "room", "bed")
    ]  # fmt: skip
    return {
        "base.xlsx": {
            "社区": table(plain)[0],
            "治理沿革": table(governance)[0],
            "月度入住": below(rows[0], *(Grid(grid.rows[1:]) for grid in rows[1:])),
        }
    }
