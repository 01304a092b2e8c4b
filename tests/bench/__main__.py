"""Measure what the product takes: ``python -m tests.bench [--attendances N] [--samples 30]``.

Prints every number with its bar. Nothing here is a test: machines differ, so read the ratios.
"""

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import click
from playwright.sync_api import Browser, sync_playwright

from dashboard.places import DATA
from dashboard.warehouse.build import build
from dashboard.warehouse.store import Store
from tests.bench import measures
from tests.bench.serving import find_browser, launch

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
            f"{self.what:<44}{self.value:>11,.2f} {self.unit:<6}{bar:>8}  {verdict:<5} {self.note}"
        )


@click.command()
@click.option("--attendances", default=1_000_000, show_default=True)
@click.option("--samples", default=30, show_default=True, help="Clicks to time, after warm-up.")
@click.option("--compare", type=int, help="Measure at this many attendances too, and the ratios.")
@click.option(
    "--warehouse",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A warehouse that is built already, instead of building one.",
)
def bench(attendances: int, samples: int, compare: int | None, warehouse: Path | None) -> None:
    binary = find_browser()
    if binary is None:
        raise click.ClickException("chromium or google-chrome must be installed")
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        with launch(playwright, binary) as browser:
            first = measured(browser, folder, attendances, samples, warehouse)
            if compare is not None:
                second = measured(browser, folder, compare, samples, None)
                show(f"{compare:,} against {attendances:,} attendances", ratios(first, second))


def measured(
    browser: Browser, folder: Path, attendances: int, samples: int, warehouse: Path | None
) -> list[Measured]:
    """Measure one warehouse, and print the table."""
    rows = []
    if warehouse is None:
        start = time.perf_counter()
        warehouse = build(data=DATA, to=folder / f"{attendances}.duckdb", attendances=attendances)
        rows.append(Measured("build", time.perf_counter() - start, "s"))
    attendances = int(Store(warehouse).current().about["attendances"])
    rows.append(Measured("size of the warehouse", warehouse.stat().st_size / 1e6, "MB"))
    rows += interaction(browser, folder, warehouse, samples)
    starts = measures.starts(browser, folder, warehouse)
    rows.append(
        Measured(
            "process start → Overview painted", median(starts), "s", 3, spread(starts), grows=True
        )
    )
    took = measures.queries(warehouse)
    rows += [Measured(f"query {name}", ms, "ms", 20) for name, ms in took.items()]
    rows.append(Measured("all queries together", sum(took.values()), "ms", grows=True))
    show(f"{attendances:,} attendances, {samples} clicks", rows)
    return rows


def interaction(browser: Browser, folder: Path, warehouse: Path, samples: int) -> list[Measured]:
    """Measure a click on the map, beside the least that the same stack takes for a click."""
    floor = measures.floor(browser, folder, samples)
    rows = [Measured("floor: a radio, click → painted", median(floor), "ms", None, spread(floor))]
    for clicks, which in zip(
        measures.filter_changes(browser, folder, warehouse, samples),
        ("new filter", "filter asked before"),
        strict=True,
    ):
        paint = median(clicks.paint_ms)
        memory, grown = clicks.memory_mb[-1], clicks.memory_mb[-1] - clicks.memory_mb[0]
        rows += [
            Measured(
                f"{which}: click → painted", paint, "ms", 300, spread(clicks.paint_ms), grows=True
            ),
            Measured("  against the floor", paint / median(floor), "×", 2),
            Measured(
                f"  {which}: script in the server", median(clicks.script_ms), "ms", 60,
                spread(clicks.script_ms), grows=True,
            ),
            Measured("  received over the websocket", median(clicks.received) / 1000, "kB", 30),
            Measured("  sent over the websocket", median(clicks.sent) / 1000, "kB"),
            Measured("  server's memory", memory, "MB", None, f"{grown:+.1f} MB in these clicks"),
        ]  # fmt: skip
    return rows


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


if __name__ == "__main__":
    bench()
