"""Write what the comparison with peers found into the README, where its table stands."""

from collections.abc import Mapping
from pathlib import Path
from statistics import median

from tests.bench.peers.compared import Compared

# What stands between these lines is written by the benchmark.
BEGINS, ENDS = "<!-- written by python -m tests.bench peers -->", "<!-- end of what it writes -->"


def as_table(machine: str, floor: list[float], found: Mapping[str, Compared]) -> str:
    """Write medians in ms and against the floor, a line for each who drew the page."""
    least = median(floor)

    def told(took: list[float]) -> str:
        return f"{median(took):.0f} ms, {median(took) / least:.2f} ×"

    lines = [
        "| the same Overview, click → painted | town not asked before | asked before |",
        "| --- | --- | --- |",
        f"| a radio and a text in Streamlit (the floor) | {least:.0f} ms, 1.00 × | |",
        *(f"| {name} | {told(each.new)} | {told(each.again)} |" for name, each in found.items()),
    ]
    samples = min(len(took) for each in found.values() for took in (each.new, each.again))
    return "\n".join([*lines, "", f"Medians of {samples} clicks each; {machine}."])


def put(table: str, readme: Path) -> None:
    """Set the table in the place of the one that stands there; raises ValueError without a place."""
    text = readme.read_text(encoding="utf-8")
    before, begins, rest = text.partition(BEGINS)
    _, ends, after = rest.partition(ENDS)
    if not begins or not ends:
        raise ValueError(f"{readme.name} has no place for the table: {BEGINS} … {ENDS}")
    readme.write_text(f"{before}{BEGINS}\n{table}\n{ENDS}{after}", encoding="utf-8")
