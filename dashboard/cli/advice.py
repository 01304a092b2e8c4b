"""Offer the decision table's advice on the command line."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dashboard.cli.options import language_option, warehouse_option
from dashboard.contract.problem import Problem
from dashboard.contract.words import Language, Words

if TYPE_CHECKING:
    from dashboard.asking.questions import Asking
    from dashboard.figures.advice import Asked

MOST_NAMED = 5


@click.command()
@click.argument("community")
@click.option("--as", "form", type=click.Choice(["text", "json"]), default="text")
@language_option
@click.option(
    "--month", help="Month at whose end it is asked, such as 2025-12; the latest without."
)
@click.option(
    "--keep/--no-keep",
    default=None,
    help="Whether what works already may be kept; without, only real projects of a sample are asked "
    "as they were before.",
)
@click.option(
    "--published", is_flag=True, help="Of a real project of a sample: what is published alone."
)
@click.option(
    "--if",
    "typed",
    multiple=True,
    metavar="INPUT=VALUE",
    help="What if: is_inside_boundary=no, dwellings=1200.",
)
@click.option(
    "--limit",
    "limits",
    multiple=True,
    metavar="THRESHOLD=VALUE",
    help="What if a threshold moved: youth=0.5.",
)
@warehouse_option
def advise(
    community: str,
    form: str,
    lang: Language,
    month: str | None,
    keep: bool | None,
    published: bool,
    typed: tuple[str, ...],
    limits: tuple[str, ...],
    warehouse: Path,
) -> None:
    """Advise which governance mode fits COMMUNITY, a code or a name, and say why.

    It advises, it never decides. What is missing is named, and whom to ask for it.
    """
    from dashboard.figures.advice import advised, read_what_if
    from dashboard.insight.advice_inputs import INPUTS
    from dashboard.insight.advice_table import mode_table
    from dashboard.subjects.answers import asked as asked_at
    from dashboard.ui.assets import lay_out_assets
    from dashboard.warehouse.store import Store

    address = f"advice?lang={lang}" + (f"&from={month}&to={month}" if month else "")
    _, _, ask = asked_at(Store(warehouse).current(), address, lay_out_assets().maps)
    code = _community(ask, community)
    what_if, faults = read_what_if(
        _pairs("--if", typed, INPUTS),
        _pairs("--limit", limits, mode_table().thresholds),
        "" if keep is None else "on" if keep else "off",
    )
    if faults:
        raise Problem(faults)
    told = advised(ask, code, replace(what_if, published_alone=published))
    notes = _notes(ask, told, is_month_given=month is not None, published=published)
    click.echo(_as_json(ask, code, told, notes) if form == "json" else _as_text(ask, told, notes))


def _community(ask: "Asking", text: str) -> str:
    """Find the one community of a code or name; raises Problem where there is none, or several."""
    rows, wanted = ask.communities, text.strip().casefold()
    if text in rows.index:
        return text

    def names(row: Any) -> list[str]:
        also = row.aliases.split(";") if isinstance(row.aliases, str) else []
        return [each.casefold() for each in (row.name_zh, row.name_en, *also) if each]

    every = {str(row.Index): names(row) for row in rows.itertuples()}
    found = [code for code, known in every.items() if wanted in known]
    near = found or [code for code, known in every.items() if any(wanted in each for each in known)]
    if len(near) == 1:
        return near[0]
    there = "、".join(f"{rows.at[code, 'name_zh']}（{code}）" for code in near[:MOST_NAMED])
    if near:
        raise Problem(
            Words(
                f"“{text}”可以是 {len(near)} 个社区：{there}；请写代码。",
                f"“{text}” may be {len(near)} communities: {there}; give the code.",
            )
        )
    raise Problem(
        Words(
            f"没有社区“{text}”：请写社区代码，或“画像”页上能找到的名称。",
            f"There is no community “{text}”: give its code, or a name that the Profile page finds.",
        )
    )


def _pairs(option: str, texts: tuple[str, ...], known: Mapping[str, object]) -> dict[str, str]:
    """Read NAME=VALUE pairs; raises Problem for names that are not known, and for what is said twice."""
    pairs: dict[str, str] = {}
    faults = []
    for text in texts:
        name, _, value = text.partition("=")
        if name not in known:
            faults.append(
                Words(
                    f"{option} {text}：没有“{name}”；可用：{'、'.join(known)}。",
                    f"{option} {text}: there is no “{name}”; there are: {', '.join(known)}.",
                )
            )
        elif pairs.get(name, value) != value:
            faults.append(
                Words(
                    f"{option} {name}：写了两个不同的值 {pairs[name]} 和 {value}，请留一个。",
                    f"{option} {name}: two values are given, {pairs[name]} and {value}; leave one.",
                )
            )
        pairs[name] = value
    if faults:
        raise Problem(faults)
    return pairs


def _notes(ask: "Asking", asked: "Asked", *, is_month_given: bool, published: bool) -> list[str]:
    """Say what was given and not used, and that protected numbers are not exact."""
    from dashboard.subjects.advice.sentences import protected_note

    say, notes = ask.say, []
    if published and asked.before is None:
        notes.append(say("--published 没有用上：它只用于示例中有公开资料可查的具名项目。"))
    if is_month_given and asked.before is not None:
        notes.append(say("--month 没有用上：按现有安排之前的情况问。"))
    if ask.warehouse.is_protected:
        notes.append(protected_note(say))
    return notes


def _as_text(ask: "Asking", asked: "Asked", notes: list[str]) -> str:
    from dashboard.insight.advice_told import advice_lines

    say = ask.say
    told = advice_lines(
        say, asked.table, asked.inputs, asked.advice, asked.told(say), asked.hidden, asked.present
    )
    aside = "" if asked.keep else say("现有安排不看，从头问。")
    lines = [asked.name, asked.as_of(ask) or ask.as_of(), aside, *notes, *told]
    return "\n".join(line for line in lines if line)


def _as_json(ask: "Asking", code: str, asked: "Asked", notes: list[str]) -> str:
    from dashboard.figures.advice import read_from
    from dashboard.insight.advice_inputs import INPUTS

    advice, shown = asked.advice, read_from(ask, code, asked).columns
    bases = {each.basis for each in asked.inputs.values()}
    runner_up, flip = advice.runner_up, advice.flip
    told = {
        "community": code,
        "name": asked.name,
        "as_of": f"{asked.before.as_of}" if asked.before else f"{ask.filters.end_month:%Y-%m}",
        "is_sample": "sample" in bases,
        "notes": notes,
        "source": ask.source_of(shown),
        "before": f"{asked.before.as_of}" if asked.before else None,
        "keep": asked.keep,
        "advice": advice.verdict.results,
        "published_advice": asked.published and asked.published.verdict.results,
        "row": advice.verdict.row.number,
        "is_told": advice.verdict.is_told,
        "tie_is_open": advice.verdict.tie_is_open,
        "reason": advice.verdict.row.reason._asdict(),
        "conditions": [
            {
                "inputs": each.condition.names,
                "threshold": each.condition.threshold,
                "holds": each.holds,
            }
            for each in advice.judged
        ],
        "ask": [
            {
                "input": each.name,
                "whom": INPUTS[each.name].whom._asdict(),
                "answers": [
                    {
                        "value": one.value,
                        "advice": one.verdict.results,
                        "row": one.verdict.row.number,
                    }
                    for one in each.answers
                ],
            }
            for each in advice.questions
        ],
        "runner_up": runner_up
        and {"advice": runner_up.row.result, "row": runner_up.row.number, "state": runner_up.state},
        "flip": flip
        and {
            "changes": {each.name: each.value for each in flip.changes},
            "advice": flip.verdict.results,
        },
        "inputs": {
            name: {"value": asked.inputs[name].value, "basis": asked.inputs[name].basis}
            for name in INPUTS
            if name in asked.inputs
        },
        "missing": [
            name for name in INPUTS if name not in asked.inputs and name not in asked.hidden
        ],
        "hidden": sorted(asked.hidden),
        "thresholds": {name: each.value for name, each in asked.table.thresholds.items()},
    }
    return json.dumps(told, ensure_ascii=False, indent=1)
