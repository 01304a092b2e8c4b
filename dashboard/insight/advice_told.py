"""Put the decision table's advice into words."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from dashboard.contract.indicators import as_percent
from dashboard.contract.origins import INKS, Origin
from dashboard.contract.rounding import number_written, percent_written
from dashboard.contract.tables import mode
from dashboard.contract.words import Words
from dashboard.insight.advice import (
    Advice,
    Answer,
    Change,
    Flip,
    Inputs,
    Question,
    RunnerUp,
    Truth,
    Verdict,
    holds,
)
from dashboard.insight.advice_inputs import COMMITTEE, INPUTS, OWN_COMMITTEE, TOWN, Basis, Value
from dashboard.insight.advice_table import BLOCKER, GRID, KEEP, RESULTS, Condition, Step, Table
from dashboard.insight.governance import next_steps
from dashboard.language import Say

MOST_MISSING = 3
_ORIGINS: dict[Basis, Origin] = {
    "recorded": "own",
    "published": "published",
    "estimated": "estimated",
    "sample": "sample",
}


def result_names(say: Say) -> dict[str, str]:
    """Name what the table may advise."""
    own = {
        BLOCKER: say("先定牵头党组织和网格"),
        KEEP: say("保持现有安排"),
        GRID: say("留在片区网格"),
        **say.names(mode.allowed),
    }
    return {code: own[code] for code in RESULTS}


def verdict_told(say: Say, verdict: Verdict) -> str:
    """Name the advice in brief: one result, two that tie or may tie, or that it can't be told."""
    if not verdict.is_told:
        return say("还说不清")
    names = result_names(say)
    told = say(" 或 ").join(names[code] for code in verdict.results)
    if not verdict.tie_is_open:
        return told
    return say("{told}（也可能与“{other}”并列）", told=told, other=names[verdict.may_tie_with])


def advice_told(say: Say, advice: Advice) -> str:
    """Say the advice in one sentence; where it can't be told, whom to ask what."""
    if not advice.verdict.is_told:
        return say("还说不清：请先问{asked}", asked=asked_told(say, advice.questions))
    told = verdict_told(say, advice.verdict)
    if len(advice.verdict.results) > 1:
        return say("建议：{told}，两者并列", told=told)
    return say("建议：{told}", told=told)


def asked_told(say: Say, questions: Iterable[Question]) -> str:
    """Say whom to ask what, in a row."""
    return say("；").join(question_told(say, each) for each in questions)


def question_told(say: Say, question: Question) -> str:
    asked = INPUTS[question.name]
    told = say("{whom}：{question}", whom=say.words(asked.whom), question=say.words(asked.question))
    return say("{told}（有记录，因人数少而隐去）", told=told) if question.is_hidden else told


def answers_told(say: Say, question: Question) -> str:
    """Say what each answer to a question would give; answers that give the same are told at once."""
    several: dict[str, list[str]] = {}
    for answer in question.answers:
        written = _answer_written(say, question, answer.value)
        several.setdefault(_given(say, answer), []).append(written)
    if len(several) == 1:
        return say("单凭这一项还定不下来：{gives}", gives=next(iter(several)))
    return say("；").join(
        say("答“{values}”：{gives}", values=say(" 或 ").join(values), gives=gives)
        for gives, values in several.items()
    )


def _answer_written(say: Say, question: Question, value: Value) -> str:
    """Write an answer; numbers are the edges at which a condition turns, in order."""
    written, edges = (
        value_written(say, question.name, value),
        [each.value for each in question.answers],
    )
    if INPUTS[question.name].kind == "yes_no" or value not in (edges[0], edges[-1]):
        return written
    return f"{'≤' if value == edges[0] else '≥'} {written}"


def outcomes_told(
    say: Say,
    table: Table,
    advice: Advice,
    inputs: Inputs,
    several: Mapping[tuple[Change, ...], Verdict],
) -> str:
    """Say what would be advised for each way in which all questions are answered; what most ways would
    give is told last, of all that remain."""
    ways: dict[str, list[str]] = {}
    for changes, found in several.items():
        answers = [
            say(
                "{what} {value}",
                what=say.words(INPUTS[question.name].label),
                value=_answer_written(say, question, change.value),
            )
            for question, change in zip(advice.questions, changes, strict=True)
        ]
        ways.setdefault(verdict_told(say, found), []).append(say("，且").join(answers))
    if len(ways) == 1:
        return say("怎样答都是：{gives}", gives=next(iter(ways)))
    # Of two answers each is told.
    rest = max(ways, key=lambda gives: len(ways[gives])) if len(several) > 2 else ""
    told = [
        say("{answers}：{gives}", answers=one, gives=gives)
        for gives, those in ways.items()
        if gives != rest
        for one in those
    ]
    answered = say("；").join([*told, *([say("其余：{gives}", gives=rest)] if rest else [])])
    asks = {each.name for each in advice.questions}
    limit = "household_limit"
    most = limit_written(say, table, limit) if table.inputs_beside(limit) else ""
    if "committee_households" not in asks or "dwellings" not in inputs or not most:
        return answered
    return say(
        "{answered}（纳入后至多 {most} 户，含本社区 {own}）",
        answered=answered,
        most=most,
        own=value_written(say, "dwellings", inputs["dwellings"].value),
    )


def _given(say: Say, answer: Answer) -> str:
    if answer.verdict.is_told:
        return verdict_told(say, answer.verdict)
    return say("还要再问（第 {number} 行）", number=answer.verdict.row.number)


def value_written(say: Say, name: str, value: Value) -> str:
    """Write an input's value."""
    kind = INPUTS[name].kind
    if kind == "yes_no":
        return say("是") if value else say("否")
    if kind == "share":
        return percent_written(as_percent(float(value)))
    return number_written(float(value))


def known_written(say: Say, name: str, inputs: Inputs) -> str:
    """Write an input's value after the sign of what it rests on; a dash where it is missing."""
    if name not in inputs:
        return "—"
    known = inputs[name]
    text = value_written(say, name, known.value)
    if known.basis == "typed":
        return say("{text}（假设）", text=text)
    return f"{INKS[_ORIGINS[known.basis]].sign} {text}".strip()


def signs_told(say: Say, inputs: Inputs) -> str:
    """Name the signs of what the inputs rest on; empty where none has one."""
    bases = {each.basis for each in inputs.values()}
    inks = [INKS[origin] for basis, origin in _ORIGINS.items() if basis in bases]
    return say.listed([say.words(ink.marked) for ink in inks if ink.sign])


def basis_told(say: Say, name: str, inputs: Inputs) -> str:
    """Name what an input's value rests on."""
    if name not in inputs:
        return say("缺")
    basis = inputs[name].basis
    return say("假设") if basis == "typed" else say.words(INKS[_ORIGINS[basis]].marked)


def condition_told(say: Say, condition: Condition) -> str:
    """Name what a condition looks at."""
    if condition.label is not None:
        return say.words(condition.label)
    names = (condition.fallback,) if condition.fallback else condition.inputs
    return say(" 加 ").join(say.words(INPUTS[name].label) for name in names)


def wanted_told(say: Say, table: Table, condition: Condition) -> str:
    """Write what a condition wants."""
    if condition.any_of:
        return say("有其一")
    if condition.wanted is not None:
        return say("是") if condition.wanted else say("否")
    limit = value_written(say, condition.inputs[0], table.thresholds[condition.threshold].value)
    if condition.fallback:
        return say("是，或 {limit} 米内", limit=limit)
    return f"{'≥' if condition.at_least else '≤'} {limit}"


def limit_written(say: Say, table: Table, name: str) -> str:
    """Write a threshold as the inputs that are set beside it."""
    return value_written(say, table.inputs_beside(name)[0], table.thresholds[name].value)


def limit_number(table: Table, name: str) -> float:
    """Give a threshold as the number that is written of it: a share in percent."""
    value = table.thresholds[name].value
    is_share = INPUTS[table.inputs_beside(name)[0]].kind == "share"
    return float(as_percent(value)) if is_share else value


def own_told(say: Say, table: Table, condition: Condition, inputs: Inputs) -> str:
    """Write a community's own values beside a condition; of several of which one is enough, those
    that hold, else all of them."""
    if condition.any_of:
        met = [each for each in condition.any_of if holds(table, each, inputs)]
        return say("；").join(
            condition_told(say, part)
            if part in met and part.wanted
            else say(
                "{what} {value}（{wanted}）",
                what=condition_told(say, part),
                value=own_told(say, table, part, inputs),
                wanted=wanted_told(say, table, part),
            )
            for part in met or condition.any_of
        )
    names = condition.inputs
    if condition.fallback in inputs and not all(name in inputs for name in names):
        names = (condition.fallback,)
    return " + ".join(known_written(say, name, inputs) for name in names)


def holds_told(say: Say, truth: Truth) -> str:
    if truth is None:
        return say("不详")
    return say("符合") if truth else say("不符合")


def changes_told(say: Say, changes: Iterable[Change], inputs: Inputs) -> str:
    """Say what would change, from which value to which."""
    told = []
    for each in changes:
        name, after = INPUTS[each.name], value_written(say, each.name, each.value)
        label = say.words(name.label)
        if each.name in inputs:
            before = value_written(say, each.name, inputs[each.name].value)
            told.append(
                say("“{what}”由{before}变为{after}", what=label, before=before, after=after)
            )
        else:
            told.append(say("“{what}”为{after}", what=label, after=after))
    return say("，且").join(told)


def runner_up_told(say: Say, table: Table, runner_up: RunnerUp) -> str:
    """Name the runner-up, and what it lacks or what is not known of it."""
    name = result_names(say)[runner_up.row.result]
    lacking = say.listed([_lacked(say, table, each) for each in runner_up.lacking])
    if runner_up.state == "holds":
        return say("{name}：也符合，排在后面", name=name)
    if runner_up.state == "open":
        return say("{name}：还要知道：{lacking}", name=name, lacking=lacking)
    return say("{name}：须{lacking}", name=name, lacking=lacking)


def _lacked(say: Say, table: Table, condition: Condition) -> str:
    what = condition_told(say, condition)
    if condition.any_of:
        return say("“{what}”有其一", what=what)
    wanted = wanted_told(say, table, condition)
    if condition.wanted is not None or condition.fallback:
        return say("“{what}”为{wanted}", what=what, wanted=wanted)
    return say("“{what}”{wanted}", what=what, wanted=wanted)


def flip_told(say: Say, flip: Flip, inputs: Inputs) -> str:
    """Say which change gives which other advice."""
    changes = changes_told(say, flip.changes, inputs)
    if not flip.verdict.is_told:
        return say("若{changes}，就说不清了，要再问", changes=changes)
    return say(
        "若{changes}，建议变为：{result}",
        changes=changes,
        result=verdict_told(say, flip.verdict),
    )


def steps_told(
    say: Say, steps: Iterable[Step], values: Mapping[str, str], there: Collection[str] = ()
) -> str:
    """Say steps in a row, each with who is suggested for it and within how many days."""
    return say("；").join(
        say(
            "{step}（{who}，{days} 天内）",
            step=say.words(each.words, **values),
            who=say.words(each.who(there)),
            days=each.days,
        )
        for each in fillable(steps, values)
    )


def fillable(steps: Iterable[Step], values: Mapping[str, object]) -> list[Step]:
    """Leave out the steps that have nothing to name."""
    empty = [f"{{{name}}}" for name, value in values.items() if value == ""]
    return [step for step in steps if not any(name in step.words.zh for name in empty)]


# What the next step up from a mode looks at.
_NEXT_LOOKS_AT = {
    "1": ("dwellings", "club_count"),
    "2": ("youth_share", "reach", "aspect_count"),
    "3": ("club_count", "has_branch"),
}


def _next_told(say: Say, table: Table, present: str, inputs: Inputs) -> str:
    """Say the next step up from a mode, with the community's own values of what it looks at; nothing
    where none of what would call for it is so."""
    told, looks_at = (
        " ".join(next_steps(say, present)).rstrip("。."),
        _NEXT_LOOKS_AT.get(present, ()),
    )
    limits = {name: limit for name in looks_at if (limit := table.limit_of(name))}
    if (
        present == "2"
        and limits
        and all(holds(table, each, inputs) is False for each in limits.values())
    ):
        return ""
    least = limits.get("dwellings")
    if present == "1" and least and holds(table, least, inputs) is False:
        return say(
            "现有 {own} 户，单独成立居委会要 {least} 户：先议与邻近的合并设立，还是由筹备组继续",
            own=value_written(say, "dwellings", inputs["dwellings"].value),
            least=limit_written(say, table, least.threshold),
        )
    own = []
    for name in filter(inputs.__contains__, looks_at):
        value = value_written(say, name, inputs[name].value)
        text = say("{what} {value}", what=say.words(INPUTS[name].label), value=value)
        if name in limits:
            wanted = wanted_told(say, table, limits[name])
            text = say("{text}（门槛 {wanted}）", text=text, wanted=wanted)
        own.append(text)
    now = [say.listed(own), *_untold(say, [name for name in looks_at if name not in inputs])]
    now = [each for each in now if each]
    return say("{told}。现在：{own}", told=told, own=say("；").join(now)) if now else told


def _untold(say: Say, names: Iterable[str]) -> list[str]:
    """Name what is not known, and apart from it what may also be of less than a year."""
    of_year, others = (
        _labels(say, [name for name in names if INPUTS[name].is_of_year == is_of_year])
        for is_of_year in (True, False)
    )
    told = [say("不详：{names}", names=others)] if others else []
    return told + ([say("不详或不满一年：{names}", names=of_year)] if of_year else [])


def step_values(
    say: Say,
    table: Table,
    advice: Advice,
    inputs: Inputs,
    hidden: Collection[str] = (),
    present: str = "",
    neighbour: str = "",
    lacking: str = "",
) -> dict[str, str]:
    """Give what steps name: what to settle and with whom, the committee near, the next step up, what
    effective coverage lacks."""
    moot = {"neighbour_metres"} if "has_neighbour" in inputs else set()
    if "is_inside_boundary" in inputs and not inputs["is_inside_boundary"].value:
        moot.add("committee_households")
    missing = [name for name in INPUTS if name not in {*inputs, *hidden, *moot}]
    return {
        "asked": _to_settle(say, [each.name for each in advice.questions], neighbour),
        "missing": _to_settle(say, missing[:MOST_MISSING], neighbour),
        "neighbour": neighbour or say.words(COMMITTEE),
        "next": _next_told(say, table, present, inputs)
        if present in mode.allowed
        else say("归入五种模式中的哪一种"),
        "lacking": lacking or say("支部、站点或活动"),
        **dict.fromkeys(("proposal", "late", "unaccepted", "activities", "example", "did"), ""),
    }


def _to_settle(say: Say, names: Iterable[str], committee: str) -> str:
    """Say what to settle, by the town itself or with whom; ``committee`` is the name of the one that a
    place lies in or near, if that is on record."""
    several: dict[Words, list[str]] = {}
    for each in map(INPUTS.__getitem__, names):
        several.setdefault(each.whom, []).append(say.words(each.question))
    return say("；").join(
        say("核实{what}", what=say.listed(asked))
        if whom == TOWN
        else say(
            "问{whom}：{what}",
            whom=committee if committee and whom == OWN_COMMITTEE else say.words(whom),
            what=say.listed(asked),
        )
        for whom, asked in several.items()
    )


def met_told(say: Say, table: Table, advice: Advice, inputs: Inputs) -> str:
    """Say by which of several conditions the deciding row holds, and which counts it adds up; nothing
    where it names none."""
    plain = {name: replace(each, basis="recorded") for name, each in inputs.items()}
    told = [
        own_told(say, table, each.condition, plain)
        for each in advice.judged
        if each.condition.any_of and each.holds
    ]
    told += [
        say(
            "{what} {value}（{wanted}）",
            what=condition_told(say, each.condition),
            value=own_told(say, table, each.condition, plain),
            wanted=wanted_told(say, table, each.condition),
        )
        for each in advice.judged
        if len(each.condition.inputs) > 1 and each.holds
    ]
    return say("；").join(told)


def _labels(say: Say, names: Iterable[str]) -> str:
    return say.listed([say.words(INPUTS[name].label) for name in names])


def advice_lines(
    say: Say,
    table: Table,
    inputs: Inputs,
    advice: Advice,
    first: str = "",
    hidden: Collection[str] = (),
    present: str = "",
) -> list[str]:
    """Say all of an advice in lines of text, ``first`` in the place of its own sentence, to a community
    that is governed as ``present``."""
    row = advice.verdict.row
    lines = [
        first or advice_told(say, advice),
        say("第 {number} 行：{reason}", number=row.number, reason=say.words(row.reason)),
    ]
    lines += [
        say(
            "{holds}：{what}，本社区 {own}，要求 {wanted}",
            holds=holds_told(say, each.holds),
            what=condition_told(say, each.condition),
            own=own_told(say, table, each.condition, inputs),
            wanted=wanted_told(say, table, each.condition),
        )
        for each in advice.judged
    ]
    lines += [
        say(
            "要问 {question}。{answers}",
            question=question_told(say, each),
            answers=answers_told(say, each),
        )
        for each in advice.questions
    ]
    if advice.runner_up is not None:
        lines.append(say("次选：{told}", told=runner_up_told(say, table, advice.runner_up)))
    values = step_values(say, table, advice, inputs, hidden, present)
    if advice.flip is not None:
        lines.append(say("什么会改变它：{told}", told=flip_told(say, advice.flip, inputs)))
    lines += [
        say("先做：{told}", told=steps_told(say, table.steps_of(row, each, present), values))
        for each in advice.verdict.results
    ]
    lacking = [name for name in INPUTS if name not in inputs and name not in hidden]
    if lacking:
        lines.append(say("缺：{missing}", missing=_labels(say, lacking)))
    if hidden:
        lines.append(say("因人数少而隐去：{hidden}", hidden=_labels(say, hidden)))
    if signs := signs_told(say, inputs):
        lines.append(say("符号：{signs}", signs=signs))
    return [*lines, say("这是决策表的建议，由人决定；模式因规模与区位而定，差异是关联而非效果。")]
