"""Station siting (社工站选址): where the next stations go, whom they reach, and how sure that is."""

from dashboard.asking.questions import Questions
from dashboard.contract.problem import Problem
from dashboard.contract.rounding import number_written
from dashboard.figures.page import Choices, Page, Picker, choice_picker, row
from dashboard.figures.scope import nothing_here
from dashboard.figures.siting import (
    AIM,
    CAPACITY,
    CHOICES,
    LENGTHS,
    MOST_STATIONS,
    NEEDS,
    PAGE_SECONDS,
    SEARCH,
    STATIONS,
    WEIGH,
    WHO,
    WITHIN,
    Sought,
    at_once,
    is_long,
    solved,
    sought,
    spots_of,
)
from dashboard.insight.headline import Headline
from dashboard.language import Say
from dashboard.subjects.siting import figures

__all__ = ["CHOICES", "at_once", "is_long", "page", "title"]

BESIDE_MAP = (1.25, 1.0)


def title(say: Say) -> str:
    return say("选址")


def page(ask: Questions, choices: Choices) -> Page:
    if ask.has_none_open:
        return nothing_here(ask)
    if "organisation" in ask.not_loaded and "organisation" not in ask.warehouse.empty_tables:
        # Of all, stations may be taken for none; of a town beside others that told, they are not known.
        lacking = ask.not_loaded_words(["organisation"])
        return Page(Headline(lacking, ask.say("载入后才有这些数字。")))
    asked, controls = sought(choices), _controls(ask.say, choices)
    if asked.weigh == "need" and "proposal" in ask.not_loaded:
        lacking = ask.not_loaded_words(["proposal"])
        return Page(Headline(lacking, ask.say("请改按居民加权。")), controls=controls)
    try:
        here = solved(ask, asked)
    except Problem as problem:
        told = " ".join(ask.say.words(each) for each in problem.problems)
        return Page(
            Headline(told, ask.say("现有站与新站都按所选的每站容量计。")), controls=controls
        )
    if here is not None and not (here.is_exact and asked.seconds <= PAGE_SECONDS):
        controls = (*controls, _search(ask.say, choices))
    listed = figures.sites(ask, asked) or figures.none_to_site(ask)
    return Page(
        figures.headline(ask, asked),
        (),
        (
            row(figures.on_map(ask, asked), listed, widths=BESIDE_MAP)
            if here is not None
            else row(listed),
            row(figures.curve(ask, asked), figures.how_sure(ask, asked)),
            row(figures.by_town(ask, asked)),
            row(figures.not_placed(ask, asked.who, asked.weigh)),
        ),
        needs=NEEDS,
        controls=controls,
        note=" ".join(filter(None, [_spots_told(ask.say, choices), _fewer_told(ask, asked)])),
    )


def _search(say: Say, choices: Choices) -> Picker:
    seconds = {each: say("最多求解 {count} 秒", count=each) for each in LENGTHS}
    if choices.of(SEARCH) not in LENGTHS:
        choices = choices.with_own(SEARCH, SEARCH.usual)
    return choice_picker(choices, SEARCH, say("求解时限"), seconds, side_by_side=False)


def _controls(say: Say, choices: Choices) -> tuple[Picker, ...]:
    # Another question is searched shortly at first.
    choices = choices.with_own(SEARCH, SEARCH.usual)
    numbers = {
        str(count): say("再建 {count} 个站", count=count) for count in range(1, MOST_STATIONS + 1)
    }
    metres = {
        each: say("{metres} 米", metres=number_written(int(each))) for each in sorted(WITHIN.allowed, key=int)
    }  # fmt: skip
    pickers = (
        choice_picker(choices, STATIONS, say("再建站数"), numbers, side_by_side=False),
        choice_picker(choices, WITHIN, say("距离"), metres),
        choice_picker(
            choices, WHO, say("谁算在内"), {"grid": say("未纳入居村治理"), "all": say("全部居民")}
        ),
        choice_picker(
            choices, AIM, say("优化目标"), {"cover": say("覆盖最多"), "median": say("平均最近")}
        ),
        choice_picker(
            choices, WEIGH, say("按什么加权"), {"residents": say("居民"), "need": say("需求")}
        ),
    )
    if choices.of(WEIGH) != WEIGH.usual:
        return pickers
    most = {
        each: say("每站至多 {count} 名居民", count=number_written(int(each)))
        if each != CAPACITY.usual
        else say("每站不限容量")
        for each in CAPACITY.allowed
    }
    return (*pickers, choice_picker(choices, CAPACITY, say("每站容量"), most, side_by_side=False))


def _spots_told(say: Say, choices: Choices) -> str:
    """Say how many of the address's points are none."""
    count = spots_of(choices)[1]
    if not count:
        return ""
    return say("网址里有 {count} 个候选点缺名称或经纬度不成立，没有计入。", count=count)


def _fewer_told(ask: Questions, asked: Sought) -> str:
    """Say that fewer stations than asked for can be added, or do as well."""
    say, found, count = ask.say, solved(ask, asked), asked.stations
    if found is None:
        return ""
    there, useful = len(found.setting.candidates), len(found.chosen)
    if there < count:
        return say("要建 {asked} 个站，候选只有 {count} 个。", asked=count, count=there)
    if not found.is_exact and asked.seconds == PAGE_SECONDS:
        return say("{count} 秒内没有证明最优，可选更长的求解时限。", count=asked.seconds)
    if useful < count:
        return say("要建 {asked} 个站，{count} 个已覆盖能覆盖的全部。", asked=count, count=useful)
    return ""
