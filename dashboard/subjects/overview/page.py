"""Overview (总览): the state and the weak point in one sentence, the outcomes, every community as a
point, and what must be done."""

from dashboard.asking.questions import Questions
from dashboard.figures.page import Choices, Page, row
from dashboard.figures.scope import nothing_here
from dashboard.figures.targets import targets_figure
from dashboard.language import Say
from dashboard.subjects.overview import figures
from dashboard.subjects.overview.outcomes import outcomes

CHOICES = (figures.LIST,)


def title(say: Say) -> str:
    return say("总览")


def page(ask: Questions, choices: Choices) -> Page:
    if ask.has_none_open:
        return nothing_here(ask)
    below = figures.chosen_list(ask, choices.of(figures.LIST))
    targets = targets_figure(ask)
    return Page(
        figures.headline(ask),
        rows=(
            row(
                outcomes(ask),
                figures.communities_map(ask),
                (figures.due_list(ask), figures.changes(ask)),
                widths=(1, 1.34, 1),
            ),
            *([row(below)] if below else []),
            *([row(targets)] if targets else []),
        ),
        note=_moved(ask, choices),
    )


def _moved(ask: Questions, choices: Choices) -> str:
    """Say to whom an older link leads here where the towns' map and ranking are now."""
    say = ask.say
    if choices.indicator == Choices.indicator and not choices.tiles:
        return ""
    if not ask.scope.compares_towns:
        return say("街镇的地图在“治理覆盖”页")
    return say("各街镇的地图与排名在“治理覆盖”页")
