"""Station siting (社工站选址): where the next stations go, whom they reach, and how sure that is."""

from typing import cast

from dashboard.asking.questions import Questions
from dashboard.contract.rounding import number_written
from dashboard.figures.page import Choices, Page, Picker, choice_picker, row
from dashboard.figures.scope import nothing_here
from dashboard.figures.siting import (
    AIM,
    CHOICES,
    MOST_STATIONS,
    NEEDS,
    STATIONS,
    WHO,
    WITHIN,
    located,
    solved,
)
from dashboard.insight.headline import Headline
from dashboard.insight.siting import Objective
from dashboard.language import Say
from dashboard.subjects.siting import figures

__all__ = ["CHOICES", "page", "title"]

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
    who, stations, within = choices.of(WHO), int(choices.of(STATIONS)), int(choices.of(WITHIN))
    aim = cast(Objective, choices.of(AIM))
    asked = (who, stations, within, aim)
    here = located(ask, who)
    listed = figures.sites(ask, *asked) or figures.none_to_site(ask)
    return Page(
        figures.headline(ask, *asked),
        (),
        (
            row(figures.on_map(ask, *asked), listed, widths=BESIDE_MAP)
            if here is not None
            else row(listed),
            row(figures.curve(ask, *asked), figures.how_sure(ask, *asked)),
            row(figures.by_town(ask, *asked)),
            row(figures.not_placed(ask, who)),
        ),
        needs=NEEDS,
        controls=_controls(ask.say, choices),
        note=_fewer_told(ask, asked),
    )


def _controls(say: Say, choices: Choices) -> tuple[Picker, ...]:
    numbers = {
        str(count): say("再建 {count} 个站", count=count) for count in range(1, MOST_STATIONS + 1)
    }
    metres = {
        each: say("{metres} 米", metres=number_written(int(each))) for each in sorted(WITHIN.allowed, key=int)
    }  # fmt: skip
    return (
        choice_picker(choices, STATIONS, say("再建站数"), numbers, side_by_side=False),
        choice_picker(choices, WITHIN, say("距离"), metres),
        choice_picker(
            choices, WHO, say("谁算在内"), {"grid": say("未纳入居村治理"), "all": say("全部居民")}
        ),
        choice_picker(
            choices, AIM, say("优化目标"), {"cover": say("覆盖最多"), "median": say("平均最近")}
        ),
    )


def _fewer_told(ask: Questions, asked: tuple[str, int, int, Objective]) -> str:
    """Say that fewer stations than asked for can be added, or do as well."""
    say, found, count = ask.say, solved(ask, *asked), asked[1]
    if found is None:
        return ""
    there, useful = len(found.setting.candidates), len(found.chosen)
    if there < count:
        return say("要建 {asked} 个站，候选只有 {count} 个。", asked=count, count=there)
    if useful < count:
        return say("要建 {asked} 个站，{count} 个已覆盖能覆盖的全部。", asked=count, count=useful)
    return ""
