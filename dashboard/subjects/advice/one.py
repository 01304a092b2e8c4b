"""Make the figures of one community's advice: why, what else, what is known, and the mode's card."""

from collections.abc import Sequence
from dataclasses import replace

from dashboard.asking.memo import remembered
from dashboard.asking.questions import Questions
from dashboard.contract.filters import MONTHS_A_YEAR
from dashboard.contract.tables import mode
from dashboard.draw.rows import Item, Written, item_list, table
from dashboard.figures.advice import Asked, WhatIf, advised, read_from, turnover_months, typed
from dashboard.figures.figure import Caption, Figure
from dashboard.figures.told import mode_card
from dashboard.insight.advice import Judged, holds
from dashboard.insight.advice_inputs import INPUTS
from dashboard.insight.advice_table import GRID, KEEP
from dashboard.insight.advice_told import (
    advice_told,
    answers_told,
    asked_told,
    basis_told,
    condition_told,
    flip_told,
    holds_told,
    known_written,
    outcomes_told,
    own_told,
    question_told,
    result_names,
    runner_up_told,
    steps_told,
    verdict_told,
    wanted_told,
)
from dashboard.insight.governance import kind_names, next_steps
from dashboard.insight.headline import Headline
from dashboard.language import Say
from dashboard.subjects.advice.sentences import caution

MOST_TYPED = 8


def headline(ask: Questions, asked: Asked) -> Headline:
    """Say the advice first, then what it rests on, and what it is not; what estimates of a real project
    add stands below what is published alone."""
    say, published = ask.say, asked.published
    rests_on = [asked.as_of(ask), caution(say)]
    if published is None:
        state = say("{name}，{advice}", name=asked.name, advice=asked.told(say))
        return Headline(state, " ".join(filter(None, rests_on)))
    told = [say("加上估计的，{estimated}。", estimated=advice_told(say, asked.advice)), *rests_on]
    brief = verdict_told(say, published.verdict)
    if published.verdict.is_told:
        brief = advice_told(say, published)
    else:
        told.insert(0, say("先问{asked}。", asked=asked_told(say, published.questions)))
    state = say("{name}，只按公开的，{advice}", name=asked.name, advice=brief)
    return Headline(state, " ".join(told))


def _asked(ask: Questions, code: str, what_if: WhatIf) -> Asked:
    return advised(ask, code, what_if) if code else typed(ask, what_if)


def _figure(ask: Questions, code: str, asked: Asked, figure: Figure) -> Figure:
    """Say what the values rest on: each its own sign where some are published or typed."""
    is_mixed = asked.is_real or not code
    return replace(figure, origin="mixed") if is_mixed else figure


@remembered
def reasons(ask: Questions, code: str, what_if: WhatIf) -> Figure:
    """Set the deciding row's conditions beside the community's own values, then those by which the
    rows above it fail."""
    say, asked = ask.say, _asked(ask, code, what_if)
    row, names = asked.advice.verdict.row, result_names(say)
    lines = [
        *asked.advice.judged,
        *(
            Judged(other, each, False)
            for other in asked.table.rows
            if other.number < row.number and (asked.keep or other.result != KEEP)
            for each in other.when
            if holds(asked.table, each, asked.inputs) is False
        ),
    ]
    return _figure(ask, code, asked, Figure(
        "advice-reasons",
        table(
            {
                say("行"): [f"{each.row.number} {names[each.row.result]}" for each in lines],
                say("条件"): [condition_told(say, each.condition) for each in lines],
                say("本社区"): [own_told(say, asked.table, each.condition, asked.inputs) for each in lines],
                say("要求"): [wanted_told(say, asked.table, each.condition) for each in lines],
                say("判断"): [holds_told(say, each.holds) for each in lines],
            },
            say,
        ),
        Caption(
            _why(say, asked),
            _basis(say, row.basis),
            ask.as_of() if code and not asked.is_real else "",
        ),
        read_from(ask, code, asked),
    ))  # fmt: skip


def _why(say: Say, asked: Asked) -> str:
    row = asked.advice.verdict.row
    reason = say.words(row.reason)
    if not asked.advice.verdict.is_told:
        return say("停在第 {number} 行，还缺信息：{reason}", number=row.number, reason=reason)
    return say("第 {number} 行符合：{reason}", number=row.number, reason=reason)


def _basis(say: Say, basis: str) -> str:
    told = {
        "published": say("依据：公开"),
        "partly": say("依据：条件公开，数为本系统假定"),
        "assumed": say("依据：本系统假定"),
    }
    return say("{basis} · 从上到下第一个符合的行决定；缺的不当作否", basis=told[basis])


@remembered
def further(ask: Questions, code: str, what_if: WhatIf) -> Figure:
    """List what is to be asked, the runner-up, what would flip the advice, and the next steps."""
    say, asked = ask.say, _asked(ask, code, what_if)
    return _figure(ask, code, asked, Figure(
        "advice-further",
        item_list(_items(say, asked), alt=say("要问什么、次选、什么会改变它、先做什么"), empty=""),
        Caption(say("还要知道什么，接下来做什么"), say("做法由本系统据公开报道整理，供参考"), ""),
        read_from(ask, code, asked),
    ))  # fmt: skip


def _items(say: Say, asked: Asked) -> list[Item]:
    advice, names = asked.advice, result_names(say)
    items = [
        Item(question_told(say, each), answers_told(say, each), badge=say("要问"), level="watch")
        for each in advice.questions
    ]
    if len(advice.questions) > 1:
        items.append(
            Item(
                say("都答了"), outcomes_told(say, asked.table, advice, asked.inputs, asked.answered)
            )
        )
    if advice.verdict.tie_is_open:
        other = asked.table.row(advice.verdict.row.ties_with or 0)
        items.append(
            Item(say("是否并列"), say("“{other}”是否也符合，还说不清", other=names[other.result]))
        )
    if advice.runner_up is not None:
        items.append(Item(say("次选"), runner_up_told(say, asked.table, advice.runner_up)))
    if advice.flip is not None:
        items.append(Item(say("什么会改变它"), flip_told(say, advice.flip, asked.inputs)))
    if asked.present:
        items.append(Item(say("现状"), _present(say, asked)))
    if asked.neighbour:
        items.append(Item(say("邻近居村"), asked.neighbour))
    if KEEP in advice.verdict.results and asked.present in mode.allowed:
        items += [Item(say("再往上一步"), text) for text in next_steps(say, asked.present)]
    for result in advice.verdict.results:
        several = asked.table.steps_of(advice.verdict.row, result, asked.present)
        steps = steps_told(say, several, asked.values(say), asked.there)
        title = (
            say("先做")
            if len(advice.verdict.results) == 1
            else say("先做（{name}）", name=names[result])
        )
        items.append(Item(title, steps))
    return items


def _present(say: Say, asked: Asked) -> str:
    return kind_names(say).get(asked.present, say("未分类"))


@remembered
def known(ask: Questions, code: str, what_if: WhatIf) -> Figure:
    """List every input that the table reads: its value, what it rests on, and whom to ask."""
    say, asked = ask.say, _asked(ask, code, what_if)
    missing = [name for name in INPUTS if name not in asked.inputs and name not in asked.hidden]
    few = say("因人数少而隐去")
    words = asked.before.words if asked.before else lambda name: None
    told = [words(name) for name in INPUTS]
    return _figure(ask, code, asked, Figure(
        "advice-inputs",
        table(
            {
                say("项目"): [say.words(each.label) for each in INPUTS.values()],
                say("值"): Written([known_written(say, name, asked.inputs) for name in INPUTS], is_text=True),
                say("数据性质"): [few if name in asked.hidden else basis_told(say, name, asked.inputs) for name in INPUTS],
                say("问谁"): [say.words(each.whom) if each.name in missing else "" for each in INPUTS.values()],
                **({say("公开的说法"): [say.words(each) if each else "" for each in told]} if asked.before else {}),
            },
            say,
        ),
        Caption(
            say("{known} 项有记录，{missing} 项缺", known=len(INPUTS) - len(missing), missing=len(missing)),
            _spans(ask, code, asked),
            "",
        ),
        read_from(ask, code, asked),
    ))  # fmt: skip


def _spans(ask: Questions, code: str, asked: Asked) -> str:
    """Say over how many months what is of a year is counted."""
    is_counted = "turnover" in asked.inputs and asked.inputs["turnover"].basis != "typed"
    months = turnover_months(ask, code) if is_counted and not asked.is_real else MONTHS_A_YEAR
    if months >= MONTHS_A_YEAR:
        return ask.say("缺的不当作否 · 户数按套（间）数 · 流动、参与、服务按截至所选月末的 12 个月")
    return ask.say(
        "缺的不当作否 · 户数按套（间）数 · 流动由 {months} 个月折算成一年 · 参与、服务按截至所选月末的 12 个月",
        months=months,
    )


@remembered
def card(ask: Questions, code: str, what_if: WhatIf) -> Figure | None:
    """Tell the advised mode's card; of a kept arrangement that mode's, of a tie the first's."""
    asked = _asked(ask, code, what_if)
    wanted: Sequence[str] = asked.advice.verdict.results
    if KEEP in wanted:
        wanted = (asked.present,)
    modes = [each for each in wanted if each in mode.allowed and each != GRID]
    return mode_card(ask, "advice-mode-card", modes[0]) if modes else None


def worth_typing(asked: Asked, what_if: WhatIf, *, is_new: bool) -> list[str]:
    """Name the inputs that could change the advice, what was typed first; of a new place all."""
    if is_new:
        return list(INPUTS)
    advice = asked.advice
    names = [name for name, _ in what_if.inputs]
    names += [each.name for each in advice.questions]
    names += [change.name for change in (advice.flip.changes if advice.flip else ())]
    names += [name for judged in advice.judged for name in judged.condition.names]
    return list(dict.fromkeys(names))[: max(MOST_TYPED, len(what_if.inputs))]
