"""Cases (案例): what was published of named places, what can be taken over, and the modes' cards."""

from dashboard.asking.questions import Questions
from dashboard.contract.tables import mode
from dashboard.figures.page import Choice, Choices, Page, Picker, choice_picker, row
from dashboard.insight.lines import case_lines, place_names
from dashboard.language import Say
from dashboard.subjects.cases import figures
from dashboard.subjects.cases.sentences import cases_headline

CASE = Choice("case", tuple(dict.fromkeys(each.of for each in case_lines())))
CARD = Choice("card", tuple(mode.allowed))
CHOICES = (CASE, CARD)


def title(say: Say) -> str:
    return say("案例库")


def page(ask: Questions, choices: Choices) -> Page:
    say, lines = ask.say, case_lines()
    ours = sum(each.is_ours for each in lines)
    return Page(
        cases_headline(
            say, places=len(CASE.allowed), published=len(lines) - ours, ours=ours
        ),
        (),
        (
            row((_case_picker(ask, choices), figures.case(ask, choices.of(CASE)))),
            row(figures.comparison(ask)),
            row(
                (
                    choice_picker(choices, CARD, say("模式"), say.names(mode.allowed)),
                    figures.card(ask, choices.of(CARD)),
                )
            ),
            row(figures.homes(ask)),
            row(figures.other_reports(ask)),
        ),
        describing=False,
    )  # fmt: skip


def _case_picker(ask: Questions, choices: Choices) -> Picker:
    options = tuple(
        (code, ask.say.words(name), choices.with_own(CASE, code))
        for code, name in place_names().items()
    )
    return Picker("choice-case", ask.say("案例"), options, choices.of(CASE), side_by_side=False)
