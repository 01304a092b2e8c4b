"""Cases (案例): what was published of named places, what can be taken over, and the modes' cards."""

from dashboard.asking.questions import Questions
from dashboard.contract.tables import mode
from dashboard.figures.page import Choice, Choices, Page, choice_picker, row
from dashboard.figures.told import mode_card
from dashboard.insight.lines import case_lines, place_names
from dashboard.language import Say
from dashboard.subjects.cases import figures
from dashboard.subjects.cases.sentences import cases_headline

CASE = Choice("case", tuple(place_names()))
CARD = Choice("card", tuple(mode.allowed))
CHOICES = (CASE, CARD)


def title(say: Say) -> str:
    return say("案例库")


def page(ask: Questions, choices: Choices) -> Page:
    say, lines = ask.say, case_lines()
    ours = sum(each.is_ours for each in lines)
    choose_case = choice_picker(
        choices, CASE, say("案例"), say.names(place_names()), side_by_side=False
    )
    return Page(
        cases_headline(
            say, places=len(CASE.allowed), published=len(lines) - ours, ours=ours
        ),
        (),
        (
            row((choose_case, figures.case(ask, choices.of(CASE)))),
            row(figures.comparison(ask)),
            row(
                (
                    choice_picker(choices, CARD, say("模式"), say.names(mode.allowed)),
                    mode_card(ask, "mode-card", choices.of(CARD), is_picked=True),
                )
            ),
            row(figures.homes(ask)),
            row(figures.other_reports(ask)),
        ),
        describing=False,
        note=""
        if not ask.chosen_towns
        else say("案例与报道都是公开的，全区一样；只有建管家按所选街镇列出。"),
    )  # fmt: skip
