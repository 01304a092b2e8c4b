"""Hold published figures for pages: all that is known of each, and key numbers made of them."""

from dataclasses import dataclass

from dashboard.asking.memo import remembered_for_all_filters
from dashboard.asking.questions import Questions
from dashboard.insight.published import about
from dashboard.insight.quoting import Fact


@dataclass(frozen=True)
class Quoted:
    """Hold one published number as a key number: nothing is counted, nothing compared."""

    code: str
    label: str
    definition: str
    figure: str
    unit: str
    comparison: str
    value: float | None = None


@remembered_for_all_filters
def facts(ask: Questions) -> dict[str, Fact]:
    """Give every published figure by its number, in their order."""
    rows = ask.count("published_figures").rows
    return {row.figure_id: Fact(row, about(row.figure_id)) for row in rows.itertuples()}
