"""Measure what the product takes: ``python -m tests.bench [clicks] [--samples 30] …``.

Prints every number with its bar; without a part's name, all parts but ``peers`` and ``scale``. Nothing here is a test: machines differ, so read the ratios.
"""

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import TypeVar

import click
from playwright.sync_api import Browser, sync_playwright

from dashboard.paths import DATA, ROOT
from dashboard.warehouse.build import build
from dashboard.warehouse.store import Store
from tests.bench import (
    answers,
    choices,
    clicks,
    intake,
    many,
    measures,
    scale,
    siting,
    uploads,
    values,
)
from tests.bench.peers import compared
from tests.bench.peers.table import as_table, put
from tests.bench.report import Measured, ratios, show, spread
from tests.bench.serving import find_browser, launch

T = TypeVar("T")
# Fewer samples are for trying it: the README's table stays as it is.
LEAST_TOLD = 30


@dataclass(frozen=True)
class Task:
    """Say what to measure, and how long."""

    parts: tuple[str, ...]
    samples: int
    pages: tuple[str, ...]
    load_pages: tuple[str, ...]
    load_seconds: float
    soak_reruns: int
    workers: int
    sizes: tuple[int, ...] = scale.SIZES


@dataclass(frozen=True)
class Place:
    """Say on what to measure."""

    folder: Path
    warehouse: Path
    task: Task

    def paths(self) -> list[str]:
        """Give the paths of the pages that many visit; all the product has if none is named."""
        named = [_path(page) for page in self.task.load_pages]
        return named or many.pages_offered(self.folder, self.warehouse)

    def in_browser(self, measure: Callable[[Browser], T]) -> T:
        binary = find_browser()
        if binary is None:
            raise click.ClickException("chromium or google-chrome must be installed")
        with sync_playwright() as playwright, launch(playwright, binary) as browser:
            return measure(browser)


def of_clicks(place: Place) -> list[Measured]:
    """Measure clicks on the map, beside the least that the same stack takes and the plain way."""
    return place.in_browser(lambda browser: _of_clicks(browser, place))


def _of_clicks(browser: Browser, place: Place) -> list[Measured]:
    folder, warehouse, samples = place.folder, place.warehouse, place.task.samples
    least = clicks.floor(browser, folder, samples)
    rows = [Measured("floor: a radio, click → painted", median(least), "ms", None, spread(least))]
    both = clicks.filter_changes(browser, folder, warehouse, samples)
    plain = clicks.plain_filter_changes(browser, folder, warehouse, samples)
    for which, own, other in zip(("new filter", "filter asked before"), both, plain, strict=True):
        paint, plain_paint = median(own.paint_ms), median(other.paint_ms)
        memory, grown = own.memory_mb[-1], own.memory_mb[-1] - own.memory_mb[0]
        rows += [
            Measured(
                f"{which}: click → painted", paint, "ms", 300, spread(own.paint_ms), grows=True
            ),
            Measured("  against the floor", paint / median(least), "×", 2),
            Measured(
                "  same page by st.plotly_chart, streamlit run", plain_paint, "ms", None,
                spread(other.paint_ms),
            ),
            Measured("  click → painted against it", paint / plain_paint, "×", 0.4),
            Measured(
                f"  {which}: script in the server", median(own.script_ms), "ms", 60,
                spread(own.script_ms), grows=True,
            ),
            Measured("  received over the websocket", median(own.received) / 1000, "kB", 30),
            Measured("  sent over the websocket", median(own.sent) / 1000, "kB"),
            Measured("  plain page: received", median(other.received) / 1000, "kB"),
            Measured("  server's memory", memory, "MB", None, f"{grown:+.1f} MB in these clicks"),
        ]  # fmt: skip
    return rows + [row for page in place.task.pages for row in _of_page(browser, place, page)]


def _of_page(browser: Browser, place: Place, page: str) -> list[Measured]:
    rows = []
    for which, own in zip(
        ("new filter", "asked before"),
        clicks.filter_changes(
            browser, place.folder, place.warehouse, place.task.samples, _path(page)
        ),
        strict=True,
    ):
        rows += [
            Measured(
                f"{page}, {which}: click → painted", median(own.paint_ms), "ms", 300,
                spread(own.paint_ms), grows=True,
            ),
            Measured("  script in the server", median(own.script_ms), "ms", None),
            Measured("  received over the websocket", median(own.received) / 1000, "kB"),
        ]  # fmt: skip
    return rows


def of_choices(place: Place) -> list[Measured]:
    """Measure choices answered over HTTP on every page, beside the floor."""
    return place.in_browser(lambda browser: _of_choices(browser, place))


def _of_choices(browser: Browser, place: Place) -> list[Measured]:
    samples = place.task.samples
    least = median(clicks.floor(browser, place.folder, samples))
    rows = [Measured("floor: a radio, click → painted", least, "ms")]
    overview = 0.0
    for page in place.task.pages or values.pages():
        found = choices.choices(browser, place.folder, place.warehouse, _path(page), samples)
        for name, own, bar in (
            ("nothing ahead", found.new, 1.5),
            ("pointer rested 250 ms before", found.rested, 1.0),
            ("asked before", found.before, 0.9),
        ):
            view, whole = median(own.in_view_ms), median(own.whole_ms)
            rows += [
                Measured(f"{page}, {name}: in view", view, "ms", None, spread(own.in_view_ms)),
                Measured("  against the floor", view / least, "×", bar if not overview else None),
                Measured("  the whole page", whole, "ms", None, spread(own.whole_ms)),
            ]  # fmt: skip
            if name == "nothing ahead":
                overview = overview or view
                rows += [
                    Measured("  in view against the Overview's", view / overview, "×", 2.5),
                    Measured("  the whole against the Overview's view", whole / overview, "×", 4),
                ]
        rows += [
            Measured(f"{page}: received for another town", median(found.new.received) / 1000, "kB",
                     {"overview": 1.5, "participation": 18}.get(page, 10)),
            Measured("  for other months", median(found.month.received) / 1000, "kB", 45),
            Measured("  for the other language", median(found.language.received) / 1000, "kB", 45),
        ]  # fmt: skip
    return rows


def of_starts(place: Place) -> list[Measured]:
    took = place.in_browser(lambda browser: measures.starts(browser, place.folder, place.warehouse))
    what = "process start → Overview painted"
    return [Measured(what, median(took), "s", 3, spread(took), grows=True)]


def of_queries(place: Place) -> list[Measured]:
    took = measures.queries(place.warehouse)
    by_town = measures.queries_by_town(place.warehouse)
    rows = [Measured(f"query {name}", ms, "ms", 20) for name, ms in took.items()]
    return [
        *rows,
        Measured("all queries together", sum(took.values()), "ms", grows=True),
        *(Measured(f"all towns at once: {name}", ms, "ms") for name, ms in by_town.items()),
    ]


def of_elsewhere(place: Place) -> list[Measured]:
    """Count what the pages ask of other machines."""
    paths = many.pages_offered(place.folder, place.warehouse)
    asked = place.in_browser(
        lambda browser: measures.requests_elsewhere(browser, place.folder, place.warehouse, paths)
    )
    note = ", ".join(asked[:3]) or f"{len(paths)} pages in two languages"
    return [Measured("requests to anywhere else", len(asked), "", 0, note)]


def of_soak(place: Place) -> list[Measured]:
    """Measure the memory that many reruns of ever other filters leave taken."""
    found = many.soak(place.folder, place.warehouse, place.task.soak_reruns)
    grown = f"{found.early_mb:.1f} → {found.late_mb:.1f} MB"
    return [
        Measured(
            f"memory after {found.reruns:,} reruns against after {many.SOAK_FIRST}",
            found.late_mb / found.early_mb, "×", 1.1, grown,
        ),
        Measured("  reruns that ended with an exception", *_counted(found.failures)),
        Measured(
            "  reruns without figures", found.without_figures, "", None,
            "filters that no community meets",
        ),
    ]  # fmt: skip


def of_load(place: Place) -> list[Measured]:
    """Measure how many users at once slow each other, and what memory they take."""
    paths = place.paths()
    found = many.load(place.folder, place.warehouse, paths, place.task.load_seconds)
    count, alone = many.LOAD_SESSIONS, median(found.alone_ms)
    late = quantiles(found.change_ms, n=20)[-1]
    return [
        Measured("one session: change sent → script finished", alone, "ms", None,
                 spread(found.alone_ms)),
        Measured(f"{count} sessions: page opened", median(found.opening_ms), "ms", None,
                 f"all at once: {spread(found.opening_ms)}"),
        Measured(f"{count} sessions: change sent → script finished", median(found.change_ms), "ms",
                 None, f"{spread(found.change_ms)}, pages {paths}"),
        Measured("  95th percentile", late, "ms"),
        Measured("  95th percentile against one session's median", late / alone, "×", 5),
        Measured("  errors", *_counted(found.failures)),
        Measured("  memory per session, all opened", (found.opened_mb - found.before_mb) / count,
                 "MB", None, f"{found.before_mb:.1f} → {found.opened_mb:.1f} MB"),
        Measured("  memory per session, at the end", (found.after_mb - found.before_mb) / count,
                 "MB", None, f"{found.before_mb:.1f} → {found.after_mb:.1f} MB"),
        Measured("  memory grown in the second half", found.after_mb - found.half_mb, "MB"),
    ]  # fmt: skip


def of_answers(place: Place) -> list[Measured]:
    """Measure readers at once whose choices are answered over HTTP."""
    task = place.task
    usual, new = 0.1, 1.0
    mixes = [
        ("50 readers", answers.Mix(50, task.load_seconds, usual, task.workers), 200),
        ("50 readers, nothing ahead",
         answers.Mix(50, task.load_seconds, usual, task.workers, is_ahead=False), None),
        ("50 readers, ever new months, nothing ahead",
         answers.Mix(50, task.load_seconds, new, task.workers, is_ahead=False), 1500),
        ("200 readers", answers.Mix(200, task.load_seconds, usual, task.workers), 300),
        ("50 readers who stay in the new month",
         answers.Mix(50, task.load_seconds, usual, task.workers, stays=True), None),
        ("200 readers who stay in the new month",
         answers.Mix(200, task.load_seconds, usual, task.workers, stays=True), None),
    ]  # fmt: skip
    return [row for name, mix, bar in mixes for row in _of_mix(place, name, mix, bar)]


def _of_mix(place: Place, name: str, mix: answers.Mix, bar: float | None) -> list[Measured]:
    found = answers.visit(place.folder, place.warehouse, mix)
    waits, each = found.wait_ms, found.answer_ms
    grown = (sum(found.after_mb) - sum(found.half_mb)) / mix.readers
    memory = ", ".join(f"{mb:.0f}" for mb in found.after_mb)
    return [
        Measured(f"{name}: click → answer", median(waits), "ms", None, spread(waits)),
        Measured("  95th percentile", quantiles(waits, n=20)[-1], "ms", bar),
        Measured("  each answer asked for", median(each), "ms", None, spread(each)),
        Measured("  95th percentile of those", quantiles(each, n=20)[-1], "ms"),
        Measured("  errors", *_counted(found.failures)),
        Measured("  answers a second", len(each) / mix.seconds, "/s"),
        Measured("  memory of all workers", sum(found.after_mb), "MB", None, f"each: {memory}"),
        Measured("  a session's, grown in the second half", grown, "MB"),
        Measured("  usual pages made ahead after the start", found.ahead_s, "s", None,
                 f"{found.ahead_cpu_s:.1f} s of processors"),
    ]  # fmt: skip


def of_uploads(place: Place) -> list[Measured]:
    """Measure what bombs uploaded at once do to others."""
    found = uploads.attack(place.folder, place.warehouse, place.task.workers)
    idle, clicked = (quantiles(each, n=20)[-1] for each in (found.idle_ms, found.click_ms))
    return [
        Measured(f"{len(found.bomb_ms)} bombs at once: /health, worst", max(found.health_ms), "ms",
                 100, f"median {median(found.health_ms):.1f}, n = {len(found.health_ms)}"),
        Measured("  before, worst", max(found.idle_health_ms), "ms", None,
                 f"median {median(found.idle_health_ms):.1f}"),
        Measured("  a colleague's click, 95th percentile", clicked, "ms", None,
                 spread(found.click_ms)),
        Measured("  before, 95th percentile", idle, "ms", None, spread(found.idle_ms)),
        Measured("  against it", clicked / idle, "×", 2),
        Measured("  an honest workbook checked meanwhile", found.honest_ms / 1000, "s", 30,
                 f"{found.honest_mb:.1f} MB"),
        Measured("  alone", found.alone_ms / 1000, "s"),
        Measured("  the last bomb is told after", max(found.bomb_ms) / 1000, "s"),
        Measured("  the server's memory grew by", found.grown_mb, "MB"),
        Measured("  errors", *_counted(found.failures)),
    ]  # fmt: skip


def of_intake(place: Place) -> list[Measured]:
    """Measure how fast many attendances and a large workbook are checked."""
    many_rows, book = intake.of_attendances(place.folder), intake.of_workbook(place.folder)
    took = many_rows.read_s + many_rows.check_s
    return [
        Measured("a CSV of attendances: a million rows", took * 1e6 / many_rows.rows, "s",
                 2, f"{many_rows.rows / took:,.0f} rows/s of {many_rows.rows:,}"),
        Measured("  most memory", many_rows.peak_mb, "MB"),
        Measured("a workbook: recognised, beyond reading it", book.recognise_s, "s", 3,
                 f"{book.rows:,} rows, read in {book.read_s:.1f} s"),
        Measured("  checked", book.check_s, "s"),
        Measured("  most memory", book.peak_mb, "MB"),
    ]  # fmt: skip


def of_siting(place: Place) -> list[Measured]:
    """Measure how long it takes to say where 20 stations go among 600 sites."""
    took, proved = siting.curve()
    what = f"{siting.DEMAND} × {siting.SITES}, K = {siting.STATIONS}"
    return [
        *(
            Measured(f"{what}: {name}", seconds, "s", 10, note)
            for name, (seconds, note) in siting.solved().items()
        ),
        Measured("  curve of 1 to 20 within 1,000 m", took, "s", None, f"{proved} points proved"),
    ]


def of_scale(place: Place) -> list[Measured]:
    """Measure the build at ever more attendances, and the roll-ups of as many on Spark."""
    rows: list[Measured] = []
    for count in place.task.sizes:
        warehouse, run = scale.built(place.folder, count)
        found = [
            *_of_run(f"{count:,}: DuckDB, sample and all", run),
            Measured("  size of the warehouse", warehouse.stat().st_size / 1e6, "MB"),
        ]
        if count <= scale.MOST_ON_SPARK:
            folder = place.folder / f"{count} on Spark"
            folder.mkdir()
            found += _of_rolled(count, scale.on_spark(folder, warehouse, count))
        # It takes long: each size is told as soon as it is known, and all of them at the end.
        show(f"{count:,}", found)
        rows += found
    return rows


def _of_rolled(count: int, found: scale.Rolled) -> list[Measured]:
    return [
        *_of_run(f"{count:,}: Spark, two workers, all months but one", found.months_but_one),
        *_of_run(f"{count:,}: Spark, the last month", found.last_month),
        *_of_run(f"{count:,}: build of these roll-ups", found.home),
        Measured("  size of the warehouse", found.home_mb, "MB"),
        Measured("  size of the roll-ups", found.rollups_mb, "MB"),
        Measured("  size of what is kept", found.kept_mb, "MB"),
        Measured("  cells apart from DuckDB's", found.apart, "", 0, f"of {found.cells:,}"),
    ]


def _of_run(what: str, run: scale.Run) -> list[Measured]:
    taking_in = (
        [] if run.taking_in is None else [Measured("  taking months in", run.taking_in, "s")]
    )
    return [
        Measured(what, run.seconds, "s", None, f"{run.cpu_seconds:.0f} s of processors"),
        *taking_in,
        Measured("  most memory, all processes", run.peak_mb, "MB"),
    ]


def of_peers(place: Place) -> list[Measured]:
    """Measure the same Overview in the product, Dash, Panel and plain Streamlit."""
    machine = compared.machine(place.warehouse)
    click.echo(f"\n{machine}")
    floor, found = place.in_browser(
        lambda browser: compared.compare(browser, place.folder, place.warehouse, place.task.samples)
    )
    if place.task.samples >= LEAST_TOLD:
        put(as_table(machine, floor, found), ROOT / "README.md")
    least, tuned = median(floor), found["Dash, tuned"]
    rows = [Measured("floor: a radio, click → painted", least, "ms", None, spread(floor))]
    for which, of in (
        ("new choice", lambda each: each.new),
        ("asked before", lambda each: each.again),
    ):
        for name, each in found.items():
            took = median(of(each))
            rows += [
                Measured(f"{which}: {name}", took, "ms", None, spread(of(each))),
                Measured("  against the floor", took / least, "×"),
                Measured("  tuned Dash against it", median(of(tuned)) / took, "×"),
            ]
    return rows


def of_values(place: Place) -> list[Measured]:
    """Measure what CPU a page costs as a value, without Streamlit."""
    found = {page: values.costs(place.warehouse, page) for page in values.pages()}
    rows = []
    for page, cost in found.items():
        rows += [
            Measured(f"{page}: another town in a seen month", median(cost.new_town), "ms CPU", 35,
                     spread(cost.new_town)),
            Measured("  a month never asked", median(cost.new_month), "ms CPU", 80,
                     spread(cost.new_month)),
            Measured("  answer asked before", median(cost.asked_before), "ms CPU", 0.5,
                     spread(cost.asked_before)),
        ]  # fmt: skip
    mean = sum(median(cost.new_town) for cost in found.values()) / len(found)
    return [*rows, Measured("mean of pages: another town in a seen month", mean, "ms CPU", 20)]


def _counted(failures: list[str]) -> tuple[int, str, float, str]:
    return len(failures), "", 0, "; ".join(failures[:3])


def _path(page: str) -> str:
    return "" if page == "overview" else page


PARTS = {
    "choices": of_choices,
    "clicks": of_clicks,
    "starts": of_starts,
    "queries": of_queries,
    "elsewhere": of_elsewhere,
    "soak": of_soak,
    "load": of_load,
    "answers": of_answers,
    "uploads": of_uploads,
    "values": of_values,
    "intake": of_intake,
    "siting": of_siting,
    "peers": of_peers,
    "scale": of_scale,
}
# One installs what it compares with, the other takes Java and many minutes.
USUAL = tuple(name for name in PARTS if name not in ("peers", "scale"))


@click.command()
@click.argument("named", nargs=-1, type=click.Choice(list(PARTS)))
@click.option("--attendances", default=1_000_000, show_default=True)
@click.option(
    "--only", "parts", multiple=True, type=click.Choice(list(PARTS)), help="This part; repeatable."
)
@click.option("--samples", default=30, show_default=True, help="Clicks to time, after warm-up.")
@click.option(
    "--page", "pages", multiple=True, help="Time clicks on this page too, by its path; repeatable."
)
@click.option(
    "--soak-reruns", default=2000, show_default=True, help="Reruns of ever other filters."
)
@click.option("--load-seconds", default=120.0, show_default=True)
@click.option(
    "--load-page",
    "load_pages",
    multiple=True,
    help="A page that the many visit, by its path; repeatable. All, if none is named.",
)
@click.option(
    "--workers", default=2, show_default=True, help="Processes that serve answers and uploads."
)
@click.option(
    "--size", "sizes", multiple=True, type=int, help="Attendances to measure scale at; repeatable."
)
@click.option("--compare", type=int, help="Measure at this many attendances too, and the ratios.")
@click.option(
    "--warehouse",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A warehouse that is built already, instead of building one.",
)  # fmt: skip
def bench(
    named: tuple[str, ...],
    attendances: int,
    parts: tuple[str, ...],
    samples: int,
    pages: tuple[str, ...],
    soak_reruns: int,
    load_seconds: float,
    load_pages: tuple[str, ...],
    workers: int,
    sizes: tuple[int, ...],
    compare: int | None,
    warehouse: Path | None,
) -> None:
    task = Task(
        named + parts or USUAL,
        samples,
        pages,
        load_pages,
        load_seconds,
        soak_reruns,
        workers,
        sizes or scale.SIZES,
    )
    with tempfile.TemporaryDirectory() as name:
        first = measured(Path(name), attendances, task, warehouse)
        if compare is not None:
            second = measured(Path(name), compare, task, None)
            show(f"{compare:,} against {attendances:,} attendances", ratios(first, second))


def measured(folder: Path, attendances: int, task: Task, warehouse: Path | None) -> list[Measured]:
    """Measure one warehouse, and print every part as soon as it is measured."""
    rows = []
    if warehouse is None:
        start = time.perf_counter()
        warehouse = build(data=DATA, to=folder / f"{attendances}.duckdb", attendances=attendances)
        rows.append(Measured("build", time.perf_counter() - start, "s"))
    attendances = int(Store(warehouse).current().about["attendances"])
    rows.append(Measured("size of the warehouse", warehouse.stat().st_size / 1e6, "MB"))
    show(f"{attendances:,} attendances", rows)
    for part in dict.fromkeys(task.parts):
        found = PARTS[part](Place(folder, warehouse, task))
        show(part, found)
        rows += found
    return rows


if __name__ == "__main__":
    bench()
