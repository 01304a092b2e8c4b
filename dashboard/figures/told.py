"""Set lines of what was published in a table, each with its source and as-of."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import pandas as pd

from dashboard.asking.memo import remembered_for_all_filters
from dashboard.asking.questions import Questions
from dashboard.contract.tables import mode
from dashboard.draw.drawing import Drawing
from dashboard.draw.rows import table
from dashboard.figures.figure import Caption, Figure
from dashboard.insight.lines import Line, case_lines, mode_lines
from dashboard.language import Say


@dataclass(frozen=True)
class Source:
    """Hold where a published figure or report stands: what it is of in time, title, day, link."""

    as_of: str
    title: str
    published_on: str
    url: str


@remembered_for_all_filters
def sources(ask: Questions) -> dict[str, Source]:
    """Find the source of every published figure and report by its code."""
    figures = ask.count("published_figures").rows
    reports = ask.count("project_reports").rows.assign(as_of=None)
    every = pd.concat(
        [
            figures.rename(columns={"figure_id": "code"}),
            reports.rename(columns={"report_code": "code"}),
        ]
    )
    columns = every[["code", "as_of", "source_title", "published_on", "source_url"]]
    return {
        code: Source(as_of, title_told(title), published_on, url)
        for code, as_of, title, published_on, url in columns.fillna("").itertuples(index=False)
    }


def title_told(title: str) -> str:
    """Write a source's title without the remark of who noted it down."""
    return title.removeprefix("[headline not read] ")


@remembered_for_all_filters
def case_told(ask: Questions, key: str, code: str, headline: str) -> Figure:
    """Tell one place: what was done, how, what came of it, what can be taken over."""
    say, lines = ask.say, [each for each in case_lines() if each.of == code]
    counted = ask.count("project_reports")
    return Figure(
        key,
        told(ask, lines, case_parts(say)),
        Caption(headline, say("逐条注明来源 · 报道之间不一致的，两者都保留"), ""),
        replace(counted, rows=counted.rows[counted.rows["community_code"] == code]),
    )


def case_parts(say: Say) -> dict[str, str]:
    """Name the parts in which a place is told, in reading order."""
    return {
        "done": say("做了什么"),
        "how": say("怎么做的"),
        "result": say("成效"),
        "who": say("谁住"),
        "beds": say("床位"),
        "let": say("出租"),
        "rent": say("租金"),
        "take": say("可借鉴"),
    }


@remembered_for_all_filters
def mode_card(ask: Questions, key: str, code: str, *, is_picked: bool = False) -> Figure:
    """Tell a mode: how it is built, who does what, whom it fits, and what is next; ``is_picked``: a
    control above says which."""
    say, lines = ask.say, [each for each in mode_lines() if each.of == code]
    return Figure(
        key,
        told(ask, lines, card_parts(say)),
        Caption(
            say("模式卡：{name}", name=say.words(mode.allowed[code])),
            say("五种模式出自《工作手册（试行版）》，全文未公开：公开的与我们的理解逐条分开"),
            "",
            spoken_only=is_picked,
        ),
        ask.count("published_figures"),
    )


def card_parts(say: Say) -> dict[str, str]:
    """Name the parts of a mode's card, in reading order."""
    return {
        "path": say("建设路径"),
        "duties": say("责任划分"),
        "guarantees": say("服务保障"),
        "fits": say("适合哪里"),
        "example": say("公开的例子"),
        "revision": say("手册 2.0"),
        "next": say("下一步"),
    }


def told(ask: Questions, lines: Iterable[Line], parts: Mapping[str, str]) -> Drawing:
    """Set lines in a table by their parts, in the parts' order; what is ours says so."""
    say, known, order = ask.say, sources(ask), list(parts)
    chosen = sorted(lines, key=lambda each: order.index(each.part))
    found = [[known[code] for code in line.rests_on] for line in chosen]
    return table(
        {
            say("事项"): [parts[line.part] for line in chosen],
            say("内容"): [say.words(line.words) for line in chosen],
            say("依据"): [_basis(line, say) for line in chosen],
            say("时点"): [_as_of(each, say) for each in found],
            say("来源"): [_titles(each, say) for each in found],
            say("链接"): [next((one.url for one in each if one.url), "—") for each in found],
        },
        say,
        empty=say("没有公开的内容。"),
        link=say("链接"),
    )


def _basis(line: Line, say: Say) -> str:
    return say("我们的理解") if line.is_ours else say("公开")


def _as_of(found: list[Source], say: Say) -> str:
    """Say of which time a line is: that of its figures, else the day its reports came out."""
    times = [each.as_of for each in found if each.as_of]
    days = [each.published_on for each in found if each.published_on]
    if times:
        return max(times)
    return say("{day} 报道", day=max(days)) if days else say("未注明") if found else "—"


def _titles(found: list[Source], say: Say) -> str:
    """Name the sources, the first with its day and how many there are besides."""
    different = list({each.title: each for each in found}.values())
    if not different:
        return "—"
    first, more = different[0], len(different) - 1
    day = first.published_on or say("未注明日期")
    text = say("{title}（{day}）", title=first.title, day=day)
    return say("{text}，另 {more} 篇", text=text, more=more) if more else text
