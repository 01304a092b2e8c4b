"""Research (研究): the thirteen parts of 三全四宜六向 and the six research strands, and what each still lacks."""

from dashboard.asking.questions import Questions
from dashboard.contract.filters import Filters
from dashboard.figures.page import Choices, Page, row
from dashboard.figures.scope import nothing_here
from dashboard.insight.strands import strands
from dashboard.language import Say
from dashboard.subjects.research import figures, scores


def title(say: Say) -> str:
    return say("研究")


def page(ask: Questions, choices: Choices) -> Page:
    """Tell of all that was loaded, whichever places are chosen: a composite compares all of them."""
    ask = ask.on(Filters(ask.filters.start_month, ask.filters.end_month))
    if ask.has_none_open:
        return nothing_here(ask)
    served = [figures.strand(ask, each.code) for each in strands()]
    compared = () if scores.scored(ask) is None else (
        row(scores.rank_figure(ask), scores.correlation_figure(ask)),
        row(scores.score_table(ask)),
    )  # fmt: skip
    return Page(
        figures.headline(ask),
        (),
        (
            *compared,
            row(figures.parts(ask)),
            *(row(*served[at : at + 2]) for at in range(0, len(served), 2)),
        ),
        describing=False,
    )
