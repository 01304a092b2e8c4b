"""Put a plan together of a rule's communities and single ones, and read by which ratios it needs what."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from math import ceil
from pathlib import Path
from typing import Any, Literal

from dashboard.contract.indicators import ratio
from dashboard.contract.tables import mode
from dashboard.contract.words import Words
from dashboard.insight.advice_table import BASES
from dashboard.insight.toml_reader import TomlReader, as_list, as_mapping
from dashboard.paths import DATA

RATIOS = DATA / "scenario.toml"
STATION_KINDS = ("social_work_station", "service_station")
WORKER = "worker"
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
    reader = _Reader(path.name)
    return reader.read(path, reader.ratios)


class _Reader(TomlReader):
    """Read ratios and modes, and gather what is wrong."""

    def ratios(self, text: Mapping[str, Any]) -> Ratios:
        self._only("", text, {"ratio", "mode"})
        rows = self._rows(text, "ratio", (*STATION_KINDS, WORKER), {"value", "modes"})
        modes = self._rows(text, "mode", ("siting", "hand"), {"mode"})
        return Ratios(
            {name: self._ratio(f"ratio.{name}", row) for name, row in rows.items()},
            {
                name: self._one_of(f"mode.{name}.mode", row.get("mode"), (*mode.allowed,))
                for name, row in modes.items()
            },
            {name: self._words(f"mode.{name}", row) for name, row in modes.items()},
        )

    def _rows(
        self, text: Mapping[str, Any], table: str, names: tuple[str, ...], fields: set[str]
    ) -> dict[str, Mapping[str, Any]]:
        """Take a table's rows by name, each with what it rests on."""
        there = as_mapping(text.get(table))
        self._only(table, there, {*names})
        rows = {name: as_mapping(there.get(name)) for name in names}
        for name, row in rows.items():
            self._only(f"{table}.{name}", row, {*fields, "basis", "zh", "en"})
            self._one_of(f"{table}.{name}.basis", row.get("basis"), BASES)
        return rows

    def _ratio(self, where: str, row: Mapping[str, Any]) -> Ratio:
        chosen = as_list(row.get("modes")) or [""]
        return Ratio(
            self._number(f"{where}.value", row.get("value")),
            tuple(self._one_of(f"{where}.modes", each, (*mode.allowed,)) for each in chosen),
            str(row.get("basis")),
            self._words(where, row),
        )
