"""A plan (方案): which communities to bring under committees, and what that would change and need."""

from collections import Counter

from dashboard.asking.questions import Questions
from dashboard.figures.page import Choices, Page, Picker, Search, choice_picker, row
from dashboard.figures.scope import nothing_here
from dashboard.figures.siting import MOST_STATIONS, STATIONS, WITHIN
from dashboard.language import Say
from dashboard.subjects.scenario import figures
from dashboard.subjects.scenario.plan import (
    AGAINST,
    AS,
    CHOICES,
    NAME,
    NEEDS,
    RULE,
    Added,
    Asked,
    asked_of,
    by_rule,
    entries,
    plan,
    present,
    unfit,
)

__all__ = ["CHOICES", "page", "title"]

BESIDE = (1.2, 1.0)
_MOST_NAMED = 3


def title(say: Say) -> str:
    return say("方案")


def page(ask: Questions, choices: Choices) -> Page:
    # What describes communities chooses by how they are governed, which a plan changes.
    ask = ask.on(ask.filters.of_places)
    if ask.has_none_open:
        return nothing_here(ask)
    asked = asked_of(choices, ask.warehouse.community_codes)
    if ask.lacking(NEEDS[:1]):
        return Page(figures.headline(ask, Asked()), needs=NEEDS[:1], describing=False)
    against = choices.of(AGAINST)
    other = None if against == AGAINST.usual else asked.by(against)
    say, is_empty = ask.say, plan(ask, asked).empty
    named = Search(NAME.name, say("方案名称"), say("起个名字，写在网址里"), choices.of(NAME))
    shown = other is not None or not is_empty
    beside = figures.beside(ask, asked)
    return Page(
        figures.headline(ask, asked),
        (),
        (
            row(
                (named, figures.changes(ask, asked, other) if shown else None),
                (None if is_empty else figures.by_town(ask, asked), beside),
                widths=BESIDE,
            ),
            row(figures.others(ask, asked), None if is_empty else figures.listed(ask, asked)),
            row(figures.in_one_alone(ask, asked, other) if other else None),
            row(None if is_empty else figures.town_table(ask, asked)),
            row(None if is_empty else figures.needs_table(ask, asked)),
        ),
        describing=False,
        controls=_controls(say, choices, asked, against),
        note=" ".join([*_left_out(ask, asked), *_contradicted(ask, asked, choices)]),
    )


def _controls(say: Say, choices: Choices, asked: Asked, against: str) -> tuple[Picker, ...]:
    names = figures.rule_names(say)
    offered = {
        code: say("对照：{rule}", rule=name) if code != AGAINST.usual else say("不对照")
        for code, name in names.items()
    }
    pickers = [
        choice_picker(choices, RULE, say("从哪里开始"), names),
        choice_picker(
            choices, AS, say("加入时的模式"), figures.modes_offered(say), side_by_side=False
        ),
        choice_picker(choices, AGAINST, say("与什么对照"), offered, side_by_side=False),
    ]
    if "siting" in (asked.rule, against):
        counts = {
            str(count): say("再建 {count} 个站", count=count)
            for count in range(1, MOST_STATIONS + 1)
        }
        metres = {
            each: say("{metres} 米", metres=f"{int(each):,}")
            for each in sorted(WITHIN.allowed, key=int)
        }
        pickers += [
            choice_picker(choices, STATIONS, say("再建站数"), counts, side_by_side=False),
            choice_picker(choices, WITHIN, say("距离"), metres, side_by_side=False),
        ]
    return tuple(pickers)


def _left_out(ask: Questions, asked: Asked) -> list[str]:
    """Say which single communities the address names in vain, a sentence for each reason."""
    say, names = ask.say, ask.communities["name"]
    reasons: dict[str, list[str]] = {}
    found = [(each.code, unfit(ask, each)) for each in asked.added]
    found += [(code, unfit(ask, Added(code))) for code in asked.out if code not in names.index]
    for code, reason in found:
        if reason is not None:
            reasons.setdefault(say.words(reason), []).append(str(names.get(code, code)))
    told = [
        say("{names}：{reason}，没有计入。", names=_few(say, which), reason=reason)
        for reason, which in reasons.items()
    ]
    here = set(plan(ask, asked)["community_code"])
    away = sum(reason is None and code not in here for code, reason in found)
    if away:
        told.append(say("另有 {count} 个加入的社区不在所选范围内，没有计入。", count=away))
    if ask.warehouse.is_protected:
        told.append(say("数字受保护：建议与需要可能与按原数得出的不同。"))
    return told


def _contradicted(ask: Questions, asked: Asked, choices: Choices) -> list[str]:
    """Say what an address says of a community twice, or in vain."""
    say, names = ask.say, ask.communities["name"]
    times = Counter(each.code for each in set(entries(choices, names.index)))
    fit = {each.code for each in asked.added if unfit(ask, each) is None}
    out = present(ask).keys() & asked.out
    groups = (
        {code for code in fit if times[code] > 1},
        out & fit,
        out - fit - by_rule(ask, asked).keys(),
    )
    more, both, idly = (_few(say, [str(names[code]) for code in sorted(each)]) for each in groups)
    told = (
        say("{names}：写了不止一次，按最后一次计。", names=more),
        say("{names}：既加入又取出，按加入计。", names=both),
        say("{names}：规则没有选它，取出不起作用。", names=idly),
    )
    return [text for text, codes in zip(told, groups, strict=True) if codes]


def _few(say: Say, names: list[str]) -> str:
    if len(names) <= _MOST_NAMED:
        return say.listed(names)
    first = say.listed(names[:_MOST_NAMED])
    return say("{first}等 {count} 个", first=first, count=len(names))
