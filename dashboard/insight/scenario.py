"""Put a plan together of a rule's communities and single ones, and read by which ratios it needs what."""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from math import ceil
from pathlib import Path
from typing import Any, Literal

from dashboard.contract.indicators import ratio
from dashboard.contract.problem import Problem
from dashboard.contract.tables import mode
from dashboard.contract.words import Words
from dashboard.insight.advice_table import BASES
from dashboard.paths import DATA

RATIOS = DATA / "scenario.toml"
STATION_KINDS = ("social_work_station", "service_station")
WORKER = "worker"
_RATIO_FIELDS = {"value", "modes", "basis", "zh", "en"}
_MODE_FIELDS = {"mode", "basis", "zh", "en"}
# Of two plans compared: chosen by both, by the first alone, by the second alone.
IN_TWO = ("both", "first", "second")
By = Literal["advice", "siting", "hand"]


@dataclass(frozen=True)
class Pick:
    """Hold the mode that a community gets and by what; ``station`` is where its station stands, where
    that is not its own."""

    mode: str
    by: By
    station: str = ""


@dataclass(frozen=True)
class Ratio:
    """Hold a number that needs are reckoned by, for communities under ``modes``, and on what it rests."""

    value: float
    modes: tuple[str, ...]
    basis: str
    reason: Words


@dataclass(frozen=True)
class Ratios:
    """Hold what is reckoned by: ratios by name, and the modes of those whom no advice gives one."""

    ratios: Mapping[str, Ratio]
    modes: Mapping[str, str]
    reasons: Mapping[str, Words]


def put_together(
    base: Mapping[str, Pick], added: Mapping[str, Pick], out: Collection[str]
) -> dict[str, Pick]:
    """Take single communities out of a rule's and add others, which stand before the rule's."""
    return {code: pick for code, pick in base.items() if code not in out} | {**added}


def workers_needed(residents: float, ratios: Ratios) -> int:
    """Reckon the social workers of a new station that so many residents have."""
    return max(ceil(ratio(residents, ratios.ratios[WORKER].value)), 1)


@cache
def bundled_ratios() -> Ratios:
    """Read the bundled file; raises Problem, with all that is wrong in it."""
    return read_ratios(RATIOS)


def read_ratios(path: Path) -> Ratios:
    """Read ratios; raises Problem with a sentence for each fault, naming row and field."""
    try:
        text = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Problem(
            Words(
                f"{path.name}：不是有效的 TOML：{error}。", f"{path.name}: not valid TOML: {error}."
            )
        ) from error
    faults: list[Words] = []
    for table, names, fields in (
        ("ratio", {*STATION_KINDS, WORKER}, _RATIO_FIELDS),
        ("mode", {"siting", "hand"}, _MODE_FIELDS),
    ):
        rows = _mapping(text.get(table))
        faults += _apart(path.name, table, rows, names)
        for name in sorted(names & rows.keys()):
            row, where = _mapping(rows[name]), f"{table}.{name}"
            faults += _apart(path.name, where, row, fields)
            faults += [
                Words(
                    f"{path.name}：{where}.{field} {wrong.zh}。",
                    f"{path.name}: {where}.{field} {wrong.en}.",
                )
                for field in sorted(fields & row.keys())
                if (wrong := _wrong(field, row[field]))
            ]
    if faults:
        raise Problem(faults)
    ratios = {
        name: Ratio(float(row["value"]), tuple(row["modes"]), row["basis"], _words(row))
        for name, row in text["ratio"].items()
    }
    modes = text["mode"].items()
    return Ratios(
        ratios,
        {name: row["mode"] for name, row in modes},
        {name: _words(row) for name, row in modes},
    )


def _words(row: Mapping[str, Any]) -> Words:
    return Words(row["zh"], row["en"])


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _apart(file: str, where: str, there: Mapping[str, Any], wanted: set[str]) -> list[Words]:
    """Say what is missing and what is not known."""
    lacking = [Words("缺少", "is missing")] * len(wanted - there.keys())
    names = sorted(wanted - there.keys()) + sorted(there.keys() - wanted)
    strange = [Words("没有这一项", "is not known")] * (len(names) - len(lacking))
    return [
        Words(f"{file}：{where}.{name} {what.zh}。", f"{file}: {where}.{name} {what.en}.")
        for name, what in zip(names, lacking + strange, strict=True)
    ]


def _wrong(field: str, value: Any) -> Words | None:
    """Say what a field must be, where it is not."""
    codes, bases = ", ".join(mode.allowed), ", ".join(BASES)
    is_right, wanted = {
        "value": (
            isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 1e9,
            Words("须为正数", "must be a positive number"),
        ),
        "modes": (
            isinstance(value, list) and bool(value) and all(e in [*mode.allowed] for e in value),
            Words(f"须为 {codes} 中的若干", f"must be some of {codes}"),
        ),
        "mode": (value in [*mode.allowed], Words(f"须为 {codes} 之一", f"must be one of {codes}")),
        "basis": (value in BASES, Words(f"须为 {bases} 之一", f"must be one of {bases}")),
    }.get(
        field,
        (
            isinstance(value, str) and bool(value.strip()),
            Words("须有文字", "must have a text"),
        ),
    )
    return None if is_right else wanted
