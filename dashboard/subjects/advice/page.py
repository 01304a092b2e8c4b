"""Choosing a mode (模式选择): what the decision table advises, for one community or for all, and why."""

from collections.abc import Sequence

from dashboard.asking.questions import Questions
from dashboard.contract.problem import Problem
from dashboard.figures.advice import (
    ADVICE_CHOICES,
    KEEP,
    NEW,
    Asked,
    WhatIf,
    advised,
    input_choice,
    limit_choice,
    typed,
    what_if_of,
)
from dashboard.figures.page import Choices, Page, Part, Picker, Row, Search, choice_picker, row
from dashboard.figures.scope import nothing_here
from dashboard.insight.advice_inputs import INPUTS
from dashboard.insight.advice_table import mode_table
from dashboard.insight.advice_told import limit_written
from dashboard.language import Say
from dashboard.subjects.advice import every, one
from dashboard.subjects.advice.sentences import contradicting, protected_note

CHOICES = ADVICE_CHOICES
COLUMNS = 4


def title(say: Say) -> str:
    return say("模式选择")


def page(ask: Questions, choices: Choices) -> Page:
    """Advise on the one community chosen or typed in; else tell of all that are chosen."""
    what_if, faults = what_if_of(choices)
    notes = [ask.say.words(each) for each in faults]
    if ask.warehouse.is_protected:
        notes.append(protected_note(ask.say))
    codes = ask.filters.community_codes
    is_new = choices.of(NEW) == "1"
    if not is_new and ask.has_none_open:
        return nothing_here(ask)
    if not is_new and len(codes) != 1:
        return _of_all(ask, choices, what_if, " ".join(notes + _unused(ask.say, what_if)))
    note = " ".join(notes)
    try:
        asked = typed(ask, what_if) if is_new else advised(ask, codes[0], what_if)
    except Problem as problem:
        return Page(
            contradicting(ask.say, problem.lines(ask.say.language)),
            controls=_controls(ask, choices),
            rows=_what_if_rows(ask, choices, [name for name, _ in what_if.inputs], ()),
            note=note,
        )
    return _of_one(ask, choices, asked, what_if, note)


def _unused(say: Say, what_if: WhatIf) -> list[str]:
    """Say which typed inputs mean nothing where all are advised."""
    names = [say.words(INPUTS[name].label) for name, _ in what_if.inputs]
    told = say("填写的{names}没有用上：要先选一个社区。", names=say.listed(names))
    return [told] if names else []


def _of_one(ask: Questions, choices: Choices, asked: Asked, what_if: WhatIf, note: str) -> Page:
    code = "" if choices.of(NEW) == "1" else ask.filters.community_codes[0]
    inputs = one.worth_typing(asked, what_if, is_new=not code)
    limits = [name for name, _ in what_if.thresholds]
    return Page(
        one.headline(ask, asked),
        (),
        (
            row(one.reasons(ask, code, what_if), one.further(ask, code, what_if), widths=(1.15, 1)),
            *_what_if_rows(ask, choices, inputs, limits),
            row(one.known(ask, code, what_if), one.card(ask, code, what_if)),
        ),
        describing=False,
        controls=_controls(ask, choices, asked),
        note=note,
    )


def _of_all(ask: Questions, choices: Choices, what_if: WhatIf, note: str) -> Page:
    table_wide = WhatIf((), what_if.thresholds, what_if.keep)
    return Page(
        every.headline(ask, table_wide),
        (),
        (
            row(every.flows(ask, table_wide), every.asked_most(ask, table_wide), widths=(1.3, 1)),
            row(every.listed(ask, table_wide)),
            row(every.on_map(ask, table_wide), every.by_town(ask, table_wide)),
            row(every.sensitivity_of(ask, table_wide)),
            *_what_if_rows(ask, choices, (), tuple(mode_table().thresholds)),
        ),
        controls=_controls(ask, choices),
        note=note,
    )


def _controls(ask: Questions, choices: Choices, asked: Asked | None = None) -> tuple[Picker, ...]:
    say = ask.say
    chosen = ("on" if asked.keep else "off") if asked else choices.of(KEEP) or "on"
    keep = Picker(
        "choice-keep",
        say("现有安排"),
        tuple(
            (code, name, choices.with_own(KEEP, code))
            for code, name in (("on", say("在运转的先保持")), ("off", say("不看，从头问")))
        ),
        chosen,
    )
    new = choice_picker(choices, NEW, say("问谁"), {"": say("在册的社区"), "1": say("设想的社区")})
    return (keep, new)


def _what_if_rows(
    ask: Questions, choices: Choices, inputs: Sequence[str], limits: Sequence[str]
) -> tuple[Row, ...]:
    """Let one type inputs and thresholds, a few in a row."""
    parts = [_input_part(ask.say, choices, name) for name in inputs]
    parts += [_limit_part(ask.say, choices, name) for name in limits]
    return tuple(row(*parts[at : at + COLUMNS]) for at in range(0, len(parts), COLUMNS))


def _input_part(say: Say, choices: Choices, name: str) -> Part:
    each, choice = INPUTS[name], input_choice(name)
    title = say("如果：{what}", what=say.words(each.label))
    if each.kind != "yes_no":
        example = say("如 0.6 或 60%") if each.kind == "share" else say("填一个数")
        return Search(choice.name, title, example, choices.of(choice))
    # A list shows what is chosen alone: each option names the input.
    names = {
        code: say("{what}：{answer}", what=title, answer=answer)
        for code, answer in {"": say("按记录"), "yes": say("是"), "no": say("否")}.items()
    }
    return choice_picker(choices, choice, title, names, side_by_side=False)


def _limit_part(say: Say, choices: Choices, name: str) -> Part:
    each, choice = mode_table().thresholds[name], limit_choice(name)
    title = say("如果门槛：{what}", what=say.words(each.label))
    usual = say("表中 {value}", value=limit_written(say, mode_table(), name))
    return Search(choice.name, title, usual, choices.of(choice))
