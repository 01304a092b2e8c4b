"""Write what was measured as lines of a table, each with its bar."""

from dataclasses import dataclass

import click

GROWTH_BAR = 1.3


@dataclass(frozen=True)
class Measured:
    """Hold one line of the table; without a bar it is only told."""

    what: str
    value: float
    unit: str
    bar: float | None = None
    note: str = ""
    grows: bool = False

    def line(self) -> str:
        bar = "" if self.bar is None else f"≤ {self.bar:g}"
        verdict = "" if self.bar is None else "pass" if self.value <= self.bar else "FAIL"
        return (
            f"{self.what:<48}{self.value:>11,.2f} {self.unit:<6}{bar:>8}  {verdict:<5} {self.note}"
        )


def spread(values: list[float]) -> str:
    return f"{min(values):.2f}–{max(values):.2f}, n = {len(values)}"


def ratios(first: list[Measured], second: list[Measured]) -> list[Measured]:
    """Tell how what must not grow with the data has grown."""
    return [
        Measured(row.what.strip(), later.value / row.value, "×", GROWTH_BAR)
        for row, later in zip(
            (row for row in first if row.grows), (row for row in second if row.grows), strict=True
        )
    ]


def show(title: str, rows: list[Measured]) -> None:
    click.echo(f"\n{title}\n{'-' * len(title)}")
    for row in rows:
        click.echo(row.line())
