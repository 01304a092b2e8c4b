"""Say what a briefing says: ask the pages' own questions, and lay the answers out as pages.

Nothing here knows a file format; the writers beside it make PPTX, DOCX, XLSX and HTML of it.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import get_args

from dashboard.asking.questions import Questions
from dashboard.asking.scope import scope_told
from dashboard.asking.targets import targets
from dashboard.brief.material import Material, Page
from dashboard.brief.official import made_official
from dashboard.brief.pages import (
    card,
    case,
    conclusion,
    definitions,
    housing,
    modes,
    participation,
    problems,
    ranking,
    scenario,
    steps,
)
from dashboard.brief.pages import targets as targets_page
from dashboard.brief.questions import answered
from dashboard.brief.sentences import Message
from dashboard.brief.slides import Brief, Cover, Mark, Sentence, Slide, Stack
from dashboard.contract.filters import Filters, default_filters
from dashboard.contract.origins import LEGEND, signed
from dashboard.contract.problem import Problem
from dashboard.contract.words import Words
from dashboard.insight.attention import Level, level_names
from dashboard.insight.targets import STATE_RULE, state_words
from dashboard.language import Say
from dashboard.subjects.scenario.plan import NEEDS, NO_SCENARIO, Asked, plan

PAGES = (
    conclusion.PAGE,
    targets_page.PAGE,
    ranking.PAGE,
    modes.PAGE,
    housing.PAGE,
    participation.PAGE,
    case.PAGE,
    problems.PAGE,
    scenario.PAGE,
    steps.PAGE,
    card.PAGE,
    definitions.PAGE,
)
SECTIONS = tuple(page.key for page in PAGES)
# What some system forbids in the name of a file.
_NOT_IN_NAMES = re.compile(r'[\x00-\x1f<>:"/\\|?*]')


def section_names(say: Say) -> dict[str, str]:
    """Name the pages."""
    return {page.key: page.name(say) for page in PAGES}


def filters_for(
    months: list[date], towns: Iterable[str], *, month: str | None, town: str | None
) -> Filters:
    """Choose the three months up to one, and a town; raises Problem for what there is not."""
    problems = []
    filters = default_filters(months)
    if month is not None:
        try:
            end = date.fromisoformat(f"{month}-01")
        except ValueError:
            end = None
        if end is None or end not in months:
            problems.append(
                Words(
                    f"没有月份“{month}”的数据：请在 {months[0]:%Y-%m} 至 {months[-1]:%Y-%m} 之间选择。",
                    f"There are no data for the month “{month}”: choose one from {months[0]:%Y-%m} "
                    f"to {months[-1]:%Y-%m}.",
                )
            )
        else:
            filters = default_filters(months[: months.index(end) + 1])
    codes = list(towns)
    if town is not None and town not in codes:
        problems.append(
            Words(
                f"没有代码为“{town}”的街镇；现有：{'、'.join(codes)}。",
                f"There is no town with the code “{town}”; there are: {', '.join(codes)}.",
            )
        )
    if problems:
        raise Problem(problems)
    return replace(filters, town_codes=(town,) if town else ())


def make_brief(asking: Questions, asked: Asked = NO_SCENARIO) -> Brief:
    """Make the briefing for what is chosen, with the scenario that is asked for, reported by the place."""
    say, material = asking.say, Material(asking, asked)
    slides = [_slide(material, page) for page in _pages(asking, asked)]
    brief = Brief(
        cover=Cover(
            title=say("新型居住社区治理情况汇报"),
            subtitle=material.place,
            unit=say("汇报单位：{unit}", unit=material.place),
            date=say("{year} 年 {month} 月", year=material.end.year, month=f"{material.end:%m}"),
            mark=say("内部资料"),
            note=_sample_note(say) if asking.is_sample else scope_told(asking),
        ),
        slides=tuple(slides),
        place=material.place,
        unit=material.place,
        source=asking.source,
        caveat=signed("sample", say("示例数据")) if asking.is_sample else "",
        language=say.language,
        version=say(
            "{version}（{built} 建成）",
            version=asking.warehouse.version,
            built=asking.warehouse.built_on.isoformat(),
        ),
        name=_file_name(material),
        states=_marks(say),
        is_district=asking.scope.is_district,
        state_rules=(say.words(STATE_RULE),) if targets(asking) else (),
    )
    return made_official(brief)


def _marks(say: Say) -> dict[str, Mark]:
    """Say what stands behind the words of levels and states."""
    level = level_names(say)
    levels: dict[str, Mark] = {level[name]: name for name in get_args(Level)}
    return levels | {word: state for state, word in state_words(say).items()}


def _sample_note(say: Say) -> str:
    """Warn of the sample, and say what the signs mean."""
    warning = say("示例数据：除注明公开来源者外，数值为按公开数字校准的示例，不得引用。")
    return f"{warning} {say.words(LEGEND)}"


def _pages(asking: Questions, asked: Asked) -> tuple[Page, ...]:
    """Give the pages there are: without the towns' where too few were loaded to compare, without a
    scenario's that brings in nothing, and without those of which nothing was loaded; where there is
    nothing to tell of, only the first says so."""
    if not asking.has_none_open:
        there = [page for page in PAGES if page.has_something(asking)]
        if not asking.is_sample:  # nothing was published of communities that an office names itself
            there.remove(case.PAGE)
        if not _tells_scenario(asking, asked):
            there.remove(scenario.PAGE)
        return tuple(
            page for page in there if page is not ranking.PAGE or asking.scope.compares_towns
        )
    return (PAGES[0], *(page for page in PAGES if not page.needs_data))


def _tells_scenario(asking: Questions, asked: Asked) -> bool:
    """Tell whether there is a scenario that brings something in."""
    return bool(asked != NO_SCENARIO and not asking.lacking(NEEDS[:1]) and len(plan(asking, asked)))


def _file_name(material: Material) -> str:
    """Name the briefing's files in its language, by place and month."""
    say = material.asking.say
    name = say("{place}汇报-{month}", place=material.place, month=f"{material.end:%Y-%m}")
    name = f"{name}-{say('示例')}" if material.asking.is_sample else name
    return _NOT_IN_NAMES.sub("_", name)


def _slide(material: Material, page: Page) -> Slide:
    """Make a page, or say on it that there are no data for what is chosen."""
    say = material.asking.say
    if material.asking.has_none_open and page.needs_data:
        message = Message(say("所选范围在这个月没有数据"), say("请另选月份或街镇。"))
        text = say(
            "{month} 没有{place}的数据。", month=f"{material.end:%Y-%m}", place=material.place
        )
        slide = material.slide(message, Stack((Sentence(text),)), counted=(material.months,))
    else:
        made = page.make(material)
        slide = replace(made, notes=(*answered(material, page.key), *made.notes))
    return replace(slide, key=page.key, name=page.name(say), place=page.place)
