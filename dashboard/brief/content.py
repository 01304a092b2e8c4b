"""Say what a briefing says: ask the pages' own questions, and lay the answers out as pages.

Nothing here knows a file format; the writers beside it make PPTX, DOCX, XLSX and HTML of it.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date

from dashboard.asking.questions import Questions
from dashboard.brief.material import Material
from dashboard.brief.official import made_official
from dashboard.brief.pages.case import case
from dashboard.brief.pages.conclusion import conclusion
from dashboard.brief.pages.definitions import definitions
from dashboard.brief.pages.housing import housing
from dashboard.brief.pages.modes import modes
from dashboard.brief.pages.participation import participation
from dashboard.brief.pages.problems import problems
from dashboard.brief.pages.ranking import ranking
from dashboard.brief.pages.steps import steps
from dashboard.brief.slides import Brief, Cover, Sentence, Slide, Stack
from dashboard.contract.filters import Filters, default_filters
from dashboard.contract.problem import Problem
from dashboard.contract.words import Words
from dashboard.insight.briefing import Message
from dashboard.insight.state import state_words
from dashboard.language import Say
from dashboard.warehouse.geography import DrawnTowns

PAGES: dict[str, Callable[[Material], Slide]] = {
    "conclusion": conclusion,
    "ranking": ranking,
    "modes": modes,
    "housing": housing,
    "participation": participation,
    "case": case,
    "problems": problems,
    "steps": steps,
    "definitions": definitions,
}
SECTIONS = tuple(PAGES)
# What some system forbids in the name of a file.
_NOT_IN_NAMES = re.compile(r'[\x00-\x1f<>:"/\\|?*]')


def section_names(say: Say) -> dict[str, str]:
    """Name the pages."""
    return {
        "conclusion": say("一页结论"),
        "ranking": say("地图与排名"),
        "modes": say("五种模式"),
        "housing": say("入住与供给"),
        "participation": say("参与和响应"),
        "case": say("案例"),
        "problems": say("问题清单"),
        "steps": say("下一步"),
        "definitions": say("口径附录"),
    }


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


def make_brief(asking: Questions, towns: DrawnTowns, *, unit: str | None = None) -> Brief:
    """Make the briefing for what is chosen. ``unit`` names who reports; else the place does."""
    say, material = asking.say, Material(asking, towns)
    slides = [
        _nothing(material, key) if material.is_empty and key != "definitions" else make(material)
        for key, make in PAGES.items()
    ]
    brief = Brief(
        cover=Cover(
            title=say("新型居住社区治理情况汇报"),
            subtitle=material.place,
            unit=say("汇报单位：{unit}", unit=unit or material.place),
            date=say("{year} 年 {month} 月", year=material.end.year, month=f"{material.end:%m}"),
            mark=say("内部资料"),
            note=say("示例数据：除注明公开来源者外，数值为按公开数字校准的示例，不得引用。")
            if asking.is_sample
            else "",
        ),
        slides=tuple(slides),
        place=material.place,
        unit=unit or material.place,
        source=asking.source,
        caveat=say("示例数据") if asking.is_sample else "",
        language=say.language,
        version=say(
            "{version}（{built} 建成）",
            version=asking.warehouse.version,
            built=asking.warehouse.built_on.isoformat(),
        ),
        name=_file_name(material),
        states={word: state for state, word in state_words(say).items()},
    )
    return made_official(brief)


def _file_name(material: Material) -> str:
    """Name the briefing's files in its language, by place and month."""
    say = material.asking.say
    name = say("{place}汇报-{month}", place=material.place, month=f"{material.end:%Y-%m}")
    name = f"{name}-{say('示例')}" if material.asking.is_sample else name
    return _NOT_IN_NAMES.sub("_", name)


def _nothing(material: Material, key: str) -> Slide:
    """Say on a page that there are no data for what is chosen."""
    say = material.asking.say
    message = Message(say("所选范围在这个月没有数据"), say("请另选月份或街镇。"))
    text = say("{month} 没有{place}的数据。", month=f"{material.end:%Y-%m}", place=material.place)
    return material.slide(key, message, Stack((Sentence(text),)), counted=(material.months,))
