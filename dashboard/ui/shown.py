"""Write a page as the browser shows it: a tree of what stands where, and the parts it is made of.

``dashboard/static/figure/page.js`` draws it, and says what each part holds.
"""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from dashboard.asking.questions import Questions
from dashboard.contract.lineage import held_by
from dashboard.contract.origins import LEGEND
from dashboard.contract.tables import NAMED
from dashboard.figures.address import SHARED_NAMES
from dashboard.figures.figure import Figure, drawn, file_name, filters_said, origin_told
from dashboard.figures.page import Beside, Choices, Page, Part, Picker, Search
from dashboard.figures.scope import nothing_told
from dashboard.figures.tiles import tile_name, tile_value
from dashboard.figures.unloaded import silent_told
from dashboard.insight.governance import cards_by_name
from dashboard.insight.headline import Headline
from dashboard.language import Say
from dashboard.ui import filters

# The page of one's own data, and what names there which table is to be brought.
OWN_DATA = "own"


@dataclass(frozen=True)
class Shown:
    """Hold a page as JSON: its tree names parts by the digest of their content; ``parts`` has them."""

    tree: str
    parts: Mapping[str, str]

    def told(self, held: Collection[str], **beside: Any) -> bytes:
        """Write what the browser is told, without the parts that it holds."""
        lacking = ",".join(f'"{id}":{text}' for id, text in self.parts.items() if id not in held)
        head = as_json(beside)[1:-1]
        return f'{{{head},"tree":{self.tree},"parts":{{{lacking}}}}}'.encode()

    @cached_property
    def version(self) -> str:
        """Name the content: the tree names all parts by theirs."""
        return hashlib.sha256(self.tree.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Frame:
    """Hold what stands round every page: its name, the header's entries, each with the pages (name
    and title) that it leads to, the page's own choices' names in an address, the script that draws
    plots, and whether a solver answers it, which nobody starts unasked."""

    name: str
    entries: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    own_choices: tuple[str, ...]
    plotly: str
    is_solved: bool = False


def shown(
    ask: Questions, page: Page | None, choices: Choices, frame: Frame, *, has_filters: bool = True
) -> Shown:
    """Write a page; without one, what stands above every page."""
    parts = _Parts()
    tree = {
        "name": frame.name,
        "header": parts.put(_header(ask, frame, choices)),
        "words": parts.put(_words(ask.say, frame.plotly)),
        "asOf": "" if choices.published else ask.as_of(),
        "towns": ask.chosen_towns,
        "communities": ask.filters.community_codes,
        **({"solved": True} if frame.is_solved else {}),
        **(_filled(ask, page, choices, parts, has_filters) if page else {}),
    }
    return Shown(as_json(tree), parts.texts)


class _Parts:
    """Gather parts under the digests of their content."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}

    def put(self, content: Mapping[str, Any]) -> str:
        text = as_json(content)
        digest = hashlib.sha256(text.encode()).hexdigest()[:12]
        self.texts[digest] = text
        return digest


def as_json(content: Any) -> str:
    """Write JSON as short as it can be."""
    return json.dumps(
        content, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":")
    )


def _filled(
    ask: Questions, page: Page, choices: Choices, parts: _Parts, has_filters: bool
) -> dict[str, Any]:
    """Write what a page itself says and shows."""
    say = ask.say
    nothing = page.empty or nothing_told(say)
    is_empty = page.headline is None
    headline = page.headline or Headline(nothing.state, "")
    above: dict[str, Any] = {"state": headline.state, "change": headline.change}
    if page.needs and (unlock := _unlock(ask, page.needs)):
        above["unlock"] = unlock
    if has_filters:
        # Paper has no filters to read it from.
        above["scope"] = say("所选：{chosen}", chosen=filters_said(ask))
        offered = parts.put(filters.offered(ask, describing=page.describing))
        above |= {"path": filters.path(ask), "offered": offered, "filters": filters.chosen(ask)}
    if is_empty:
        return {**above, "empty": nothing.change}

    def placed(part: Part) -> dict[str, Any]:
        if isinstance(part, Figure):
            return _figure(ask, part, parts)
        if isinstance(part, Beside):
            return {"beside": [placed(each) for each in part.parts]}
        if isinstance(part, Search):
            return {"search": parts.put(vars(part))}
        return {"picker": parts.put(_picker(part, choices))}

    rows = [
        {
            "widths": row.widths or [1] * len(row.columns),
            "columns": [[placed(part) for part in column] for column in row.columns],
        }
        for row in page.rows
    ]
    tiles = page.key_numbers
    names = {"kind": "tiles", "names": [tile_name(tile, say) for tile in tiles]}
    values = {"values": [tile_value(tile, say) for tile in tiles]}
    return {
        **above,
        "tiles": [parts.put(names), parts.put(values)] if tiles else [],
        "controls": [placed(picker) for picker in page.controls],
        "note": page.note,
        "rows": rows,
    }


def _figure(ask: Questions, figure: Figure, parts: _Parts) -> dict[str, Any]:
    """Write a figure: the drawing, what is said of it, and which of its marks are chosen."""
    caption, columns = figure.caption, figure.counted.columns
    said = {
        "headline": caption.headline,
        "headlineSpokenOnly": caption.spoken_only,
        "note": caption.note,
        "asOf": caption.as_of,
        "source": ask.source_of(columns),
        "caveat": origin_told(ask, figure),
        "file": file_name(ask, figure.key, figure.counted),
        "unlock": _unlock(ask, columns),
        "clickable": bool(figure.click or figure.opens_profile),
        "click": figure.click,
        "opens": figure.opens_profile,
    }
    chosen = figure.marked
    if not chosen:
        chosen = ask.filters.community_codes
        if figure.click == "town":
            # A map of communities marks these as well.
            chosen = (*ask.chosen_towns, *(chosen if figure.opens_profile else ()))
    placed: dict[str, Any] = {
        "figure": figure.key,
        "ids": [parts.put(drawn(ask, figure).as_dict()), parts.put(said)],
    }
    return {**placed, "chosen": chosen} if chosen else placed


def _picker(picker: Picker, present: Choices) -> dict[str, Any]:
    """Write a picker; each option says what it sets in the address."""
    leads = [each for _, _, each in picker.options if isinstance(each, Choices)]
    every = [each.written() for each in (*leads, present)]
    names = sorted({name for choices in every for name in choices})
    differing = [name for name in names if len({each.get(name, "") for each in every}) > 1]

    def changes(option: Choices | Mapping[str, str]) -> Mapping[str, str]:
        if not isinstance(option, Choices):
            return option
        return {name: option.written().get(name, "") for name in differing}

    return {
        "key": picker.key,
        "title": picker.title,
        "sideBySide": picker.side_by_side,
        "chosen": picker.chosen,
        "options": [[code, name, changes(option)] for code, name, option in picker.options],
    }


def _header(ask: Questions, frame: Frame, choices: Choices) -> dict[str, Any]:
    """Write what stands on top of every page: name, pages, caveats and the other language."""
    say = ask.say
    lacking = [NAMED[name].label for name in ask.not_loaded if not NAMED[name].is_optional]
    missing = say.listed([say.words(label) for label in lacking])
    told = [say("尚未载入：{tables}", tables=missing)] if lacking else []
    told += filter(None, [silent_told(ask, ask.warehouse.silent_towns)])
    partly = len(ask.silent_among(ask.warehouse.silent_towns))
    brief = [say("缺 {count} 张表", count=len(lacking))] if lacking else []
    brief += [say("{count} 张表不全", count=partly)] if partly else []
    return {
        "title": say("闵行新型居住社区治理看板"),
        "brand": say("闵行新型居住社区"),
        "entries": frame.entries,
        "pagesLabel": say("各页"),
        "skip": say("跳到正文"),
        "data": _whose(ask, choices),
        "inks": "" if choices.published else _inks(ask),
        "published": [choices.published, say("只看公开数字")],
        "missing": {
            "text": say.listed(brief),
            "told": say("；").join(told),
        },
        "other": ["en", "English"] if say.language == "zh" else ["", "中文"],
        "names": SHARED_NAMES,
        "own": frame.own_choices,
    }


def _inks(ask: Questions) -> str:
    """Say what signs and marks mean."""
    events = ask.say("▲ 公开的大事或案例，停在上面看来源")
    return f"{ask.say.words(LEGEND)} {events}" if ask.is_sample else events


def _whose(ask: Questions, choices: Choices) -> dict[str, Any]:
    """Say whose the numbers are, and lead to where one brings one's own; the switch says what is
    published. Outsiders are led nowhere."""
    say, is_sample = ask.say, ask.is_sample and not choices.published
    if ask.warehouse.is_protected:
        return {"text": say("示例数据") if is_sample else ""}
    told = say("换成您的数据") if ask.is_sample else say("载入、更正与撤销")
    text = say("示例数据") if is_sample else say("您的数据")
    return {"text": text, "caveat": is_sample, "page": OWN_DATA, "told": told}


def _unlock(ask: Questions, columns: Collection[str]) -> dict[str, str] | None:
    """Lead from what is missing to where its table can be brought, and say who usually has it."""
    lacking = ask.lacking(columns)
    if not lacking or ask.warehouse.is_protected:
        return None
    say, holders = ask.say, {held_by(name) for name in lacking}
    who = holders.pop()
    if holders or who is None:
        return {"rung": "", "text": say("补上 ›")}
    return {
        "rung": lacking[0].partition(".")[0],
        "text": say("多在{who}，补上 ›", who=say.words(who)),
    }


def _words(say: Say, plotly: str) -> dict[str, Any]:
    """Write what every figure needs: the words of its menu, the script that draws plots, and the
    modes' cards by the names that cells may hold."""
    words = {
        "data": say("数据"),
        "research": say("研究"),
        "picture": say("图片"),
        "screen": say("屏幕大小"),
        "column": say("单栏 85 毫米"),
        "page": say("通栏 170 毫米"),
        "slide": say("幻灯片 16:9"),
        "whole": say("还原视图"),
        "working": say("正在计算，已 {seconds} 秒；下面是目前的结果。", seconds="{seconds}"),
        "giveUp": say("放弃"),
        "failed": say("这幅图未能绘出，请重新载入页面。"),
        "language": "zh-CN" if say.language == "zh" else "en",
    }
    return {"words": words, "plotly": plotly, "cards": cards_by_name(say)}
