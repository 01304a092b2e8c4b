"""Offer a scenario on the command line: read its file, the list that its page gives, and tell what it changes."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args
from unicodedata import normalize

import click

from dashboard.cli.options import language_option, warehouse_option
from dashboard.contract.problem import Problem
from dashboard.contract.words import Language, Words

if TYPE_CHECKING:
    from dashboard.asking.questions import Asking
    from dashboard.subjects.scenario.plan import Asked

CODE = ("代码", "社区代码", "code", "community code", "community_code")
NAME = ("社区", "名称", "社区名称", "community", "name")
MODE = ("计划模式", "模式", "治理模式", "planned mode", "mode")
STATION = ("社工站设在", "station in")
_MOST_NAMED, _MOST_TOLD = 3, 20


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument(
    "against", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False
)
@click.option("--as", "form", type=click.Choice(["text", "json"]), default="text")
@language_option
@click.option("--month", help="Month at whose end it begins, such as 2025-12; the latest without.")
@warehouse_option
def scenario(
    file: Path, against: Path | None, form: str, lang: Language, month: str | None, warehouse: Path
) -> None:
    """Say what the scenario in FILE changes and needs: a CSV or XLSX of communities (code or name) and modes.

    With a second file AGAINST, both are told beside each other, with what they share and where they differ. The page 方案 Scenario gives such a file. It is a what-if, not a forecast.
    """
    from dashboard.subjects.answers import asked as asked_at
    from dashboard.subjects.scenario.written import as_text, scenario_as_dict
    from dashboard.ui.assets import lay_out_assets
    from dashboard.warehouse.store import Store

    address = f"scenario?lang={lang}" + (f"&from={month}&to={month}" if month else "")
    _, _, ask = asked_at(Store(warehouse).current(), address, lay_out_assets().maps)
    asked = read_scenarios(ask, *filter(None, (file, against)))
    click.echo(
        json.dumps(scenario_as_dict(ask, asked), ensure_ascii=False, indent=1, default=float)
        if form == "json"
        else as_text(ask, asked)
    )


def read_scenarios(ask: "Asking", *files: Path) -> "Asked":
    """Read a scenario's file, and that of the one that it is compared with, if there is one; raises
    Problem with a sentence for each line that can't be meant."""
    from dashboard.subjects.scenario.plan import Asked

    asked, faults = list[Asked](), list[Words]()
    for file in files:
        try:
            asked.append(_read_scenario(ask, file))
        except Problem as problem:
            faults += problem.problems
    if faults:
        raise Problem(faults)
    mine, *others = asked
    return replace(mine, against=others[0]) if others else mine


def _read_scenario(ask: "Asking", file: Path) -> "Asked":
    from dashboard.subjects.scenario.plan import Added, Asked, unfit

    if ask.lacking(["coverage_type"]):
        zh, en = (
            ask.spoken(each).not_loaded_words(ask.lacking(["coverage_type"]))
            for each in get_args(Language)
        )
        raise Problem(Words(f"{zh}：没有可算的。", f"{en}: there is nothing to reckon with."))
    known, modes, faults = _known(ask), _modes(), list[Words]()
    wanted: dict[str, tuple[Added, int]] = {}

    def fault(line: int, zh: str, en: str) -> None:
        faults.append(
            Words(f"{file.name} 第 {line} 行：{zh}。", f"{file.name}, line {line}: {en}.")
        )

    for line, code_text, name_text, mode_text, station_text in _lines(file):
        text, found = code_text or name_text, known.get(_plain(code_text or name_text), [])
        named = known.get(_plain(name_text), []) if code_text else found
        mode = modes.get(_plain(mode_text).removesuffix(".0"))
        if mode is None:
            there = sorted(set(modes.values()))
            fault(
                line,
                f"不认识模式“{mode_text}”，请写 {'、'.join(there)} 或其名称",
                f"the mode “{mode_text}” is not known; write {', '.join(there)} or its name",
            )
        if len(found) > 1:
            codes = found[:_MOST_NAMED]
            fault(
                line,
                f"“{text}”可以是 {len(found)} 个社区（{'、'.join(codes)}），请写代码",
                f"“{text}” may be {len(found)} communities ({', '.join(codes)}); give the code",
            )
        if found and named and not {*found} & {*named}:
            fault(
                line,
                f"代码 {code_text} 与名称“{name_text}”不是同一个社区，请留一个",
                f"the code {code_text} and the name “{name_text}” are of different communities; leave one",
            )
        code = found[0] if found else text
        (station, *_) = known.get(_plain(station_text), [station_text])
        one = Added(code, mode or "", station)
        reason = unfit(ask, one) if mode or not found else None
        if reason is not None and len(found) < 2:
            fault(line, f"“{text}”{reason.zh}", f"“{text}” {reason.en}")
        if mode is None or len(found) != 1 or reason is not None:
            continue
        (_, before, post), first = wanted.setdefault(code, (one, line))
        if before == mode and (post or code) != (station or code):
            fault(
                line,
                f"“{text}”的社工站在第 {first} 行设在 {post or code}，这里设在 {station or code}，请留一个",
                f"“{text}” has its station in {post or code} in line {first} and in {station or code} here; leave one",
            )
        if before != mode:
            fault(
                line,
                f"“{text}”在第 {first} 行是模式 {before}，这里是 {mode}，请留一个",
                f"“{text}” has mode {before} in line {first} and {mode} here; leave one",
            )
    if not faults and not wanted:
        fault(
            1,
            "没有社区：请每行写一个社区和模式",
            "there are no communities: write one with its mode a line",
        )
    if more := faults[_MOST_TOLD:]:
        faults[_MOST_TOLD:] = [Words(f"另有 {len(more)} 处。", f"There are {len(more)} more.")]
    if faults:
        raise Problem(faults)
    return Asked(added=tuple(sorted(one for one, _ in wanted.values())), name=file.stem)


def _lines(file: Path) -> Iterator[tuple[int, str, str, str, str]]:
    """Give each line of a file that says something: its number, code, name, mode and station."""
    from dashboard.intake.reading import read
    from dashboard.intake.values import plain_cell

    sheets = {
        each.name: [[plain_cell(cell).strip().lstrip("'") for cell in row] for row in each.rows]
        for each in read(file).sheets
    }
    rows, *further = sheets.values() or [[]]
    heads, at = _heads(rows)
    if at[2] is None or at[0] is at[1] is None:
        raise Problem(
            Words(
                f"{file.name} 第 1 行缺列：需要“计划模式”，以及“代码”或“社区”。",
                f"{file.name}, line 1, lacks columns: it needs “Planned mode”, and “Code” or “Community”.",
            )
        )  # fmt: skip
    twice = [
        Words(
            f"{file.name} 第 1 行有不止一列“{rows[0][each]}”，请留一列。",
            f"{file.name}, line 1, has more than one column “{rows[0][each]}”; leave one.",
        )
        for each in at
        if each is not None and heads.count(heads[each]) > 1
    ]
    others = [
        Words(
            f"{file.name} 的工作表“{name}”也有计划模式，而只读第一个，请合成一个。",
            f"{file.name}: the sheet “{name}” has planned modes too, and only the first is read; make them one.",
        )
        for name, each in zip([*sheets][1:], further, strict=True)
        if _heads(each)[1][2] is not None
    ]
    if twice or others:
        raise Problem([*twice, *others])
    for line, row in enumerate(rows[1:], start=2):
        code, name, mode, station = (
            "" if each is None or each >= len(row) else row[each] for each in at
        )
        if code or name or mode:
            yield line, code, name, mode, station


def _heads(rows: list[list[str]]) -> tuple[list[str], list[int | None]]:
    """Give the heads of columns, and where those of code, name, mode and station stand."""
    heads = [*map(_plain, rows[0])] if rows else []
    return heads, [
        next((heads.index(name) for name in names if name in heads), None)
        for names in (CODE, NAME, MODE, STATION)
    ]


def _plain(text: str) -> str:
    """Write what is compared alike: of one width and case."""
    return normalize("NFKC", text).strip().casefold()


def _known(ask: "Asking") -> Mapping[str, list[str]]:
    """Give the codes of communities by all that they are called."""
    found: dict[str, list[str]] = {}
    for row in ask.communities.itertuples():
        code = str(row.Index)
        also = row.aliases.split(";") if isinstance(row.aliases, str) else []
        for text in {_plain(each) for each in (code, row.name_zh, row.name_en, *also) if each}:
            found.setdefault(text, []).append(code)
    return found


def _modes() -> dict[str, str]:
    """Give the modes' codes by all that they are called, in both languages."""
    from dashboard.contract.tables import mode
    from dashboard.insight.governance import short_kind_names
    from dashboard.language import Say

    short: list[Mapping[str, Any]] = [short_kind_names(Say("zh")), short_kind_names(Say("en"))]
    return {
        _plain(name): code
        for code, words in mode.allowed.items()
        for name in (code, words.zh, words.en, *(each[code] for each in short))
    }
