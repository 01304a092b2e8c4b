"""A plan (方案): which communities to bring under committees, and what that would change and need."""

from collections import Counter

from dashboard.asking.questions import Questions
from dashboard.contract.filters import FILTERS
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
    SAVED,
    Added,
    Asked,
    asked_of,
    by_rule,
    entries,
    pasted,
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
    if ask.has_none_open:
        return nothing_here(ask)
    asked = asked_of(choices, ask.warehouse.community_codes)
    if ask.lacking(NEEDS[:1]):
        return Page(figures.headline(ask, Asked()), needs=NEEDS[:1])
    mine, other, is_saved = asked.alone, asked.against, _against(choices) == SAVED
    say, is_empty = ask.say, plan(ask, mine).empty
    named = Search(NAME.name, say("方案名称"), say("起个名字，写在网址里"), choices.of(NAME))
    text = choices.of(AGAINST).removeprefix(SAVED)
    saved = Search(AGAINST.name, say("另一个方案"), say("把它的网址粘贴在这里"), text)
    shown = other is not None or not is_empty
    changes = figures.changes(ask, asked) if shown else None
    where, beside = figures.on_map(ask, asked), figures.beside(ask, asked)
    others = figures.others(ask, mine)
    towns = None if other or is_empty else figures.by_town(ask, mine)
    second = figures.in_one_alone(ask, asked) if other else where if towns else None
    apart = row(second, (named, beside))
    lists = row(others, None if is_empty else figures.listed(ask, mine)) if shown else row()
    told = (
        row(figures.town_table(ask, asked) if shown else None),
        row(figures.needs_table(ask, asked) if shown else None),
    )
    return Page(
        figures.headline(ask, asked),
        (),
        (
            row(
                (saved if is_saved else None, changes if shown else others),
                towns or where,
                widths=BESIDE,
            ),
            # What one clicks stays above; of two what they come to is read first, in print above all.
            *((lists, apart, *told) if other is None else (*told, apart, lists)),
        ),
        controls=_controls(say, choices, asked),
        note=" ".join(
            [
                *_left_out(ask, mine),
                *_contradicted(ask, mine, choices),
                *_compared(ask, asked, choices.of(AGAINST)),
                *_protected(ask),
            ]
        ),
    )


def _protected(ask: Questions) -> list[str]:
    told = ask.say("数字受保护：建议与需要可能与按原数得出的不同。")
    return [told] if ask.warehouse.is_protected else []


def _against(choices: Choices) -> str:
    """Tell with what a plan is compared: nothing, a rule, or another plan that its address holds."""
    text = choices.of(AGAINST)
    return text if text in RULE.allowed else SAVED if text else RULE.usual


def _controls(say: Say, choices: Choices, asked: Asked) -> tuple[Picker, ...]:
    names, against = figures.rule_names(say), _against(choices)
    offered = {
        **{code: say("对照：{rule}", rule=name) for code, name in names.items()},
        RULE.usual: say("不对照"),
        SAVED: say("对照：另一个方案"),
    }
    texts = {RULE.usual: AGAINST.usual, against: choices.of(AGAINST)}
    compared = tuple(
        (code, name, choices.with_own(AGAINST, texts.get(code, code)))
        for code, name in offered.items()
    )
    pickers = [
        choice_picker(choices, RULE, say("从哪里开始"), names),
        choice_picker(
            choices, AS, say("加入时的模式"), figures.modes_offered(say), side_by_side=False
        ),
        Picker("choice-against", say("与什么对照"), compared, against, side_by_side=False),
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
    return told


def _compared(ask: Questions, asked: Asked, text: str) -> list[str]:
    """Say what is wrong with the plan that is compared, and what its address says that does not hold."""
    say, other, pairs = ask.say, asked.against, pasted(text)
    if not text or text == SAVED or text in RULE.allowed:
        return []
    if other is None:
        return [say("粘贴的不是方案的网址：请在那个方案的页面复制整个网址。")]
    told = [say("对照的方案里，{what}", what=each) for each in _left_out(ask, other)]
    month = f"{ask.filters.end_month:%Y-%m}"
    if pairs.get("to", month) != month:
        told.append(
            say(
                "它的网址是 {month} 的，这里两个方案都按 {now} 月末算。",
                month=pairs["to"],
                now=month,
            )
        )
    if any(pairs.get(each.key, "") != ",".join(each.codes(ask.filters)) for each in FILTERS):
        told.append(say("它的网址选的范围与这里不同，两个方案都按这里的范围算。"))
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
