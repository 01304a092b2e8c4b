"""Read the six research strands from ``data/strands.toml``: what serves each, and what is still open."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from dashboard.contract.indicators import BY_TOWN
from dashboard.contract.words import Words
from dashboard.insight.toml_reader import TomlReader, as_list, as_mapping
from dashboard.paths import DATA

STRANDS = DATA / "strands.toml"


@dataclass(frozen=True)
class Serve:
    """Hold what a page shows of a strand: its figures, by their keys, and indicators, by their codes."""

    page: str
    figures: tuple[str, ...]
    indicators: tuple[str, ...]
    what: Words


@dataclass(frozen=True)
class Question:
    """Hold what is open, which data would answer it, and who has them."""

    text: Words
    data: Words
    holder: Words


@dataclass(frozen=True)
class Strand:
    """Hold one strand."""

    code: str
    name: Words
    serves: tuple[Serve, ...]
    questions: tuple[Question, ...]

    @property
    def indicators(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(code for each in self.serves for code in each.indicators))


@cache
def strands() -> tuple[Strand, ...]:
    """Read the bundled file; raises Problem, with all that is wrong in it."""
    return read_strands(STRANDS)


def read_strands(path: Path) -> tuple[Strand, ...]:
    """Read a file; raises Problem with a sentence for each fault, naming strand and field."""
    reader = _Reader(path.name)
    return reader.read(path, reader.strands)


class _Reader(TomlReader):
    def strands(self, text: Mapping[str, Any]) -> tuple[Strand, ...]:
        self._only("", text, {"strand"})
        return tuple(self._strand(as_mapping(each)) for each in as_list(text.get("strand")))

    def _strand(self, body: Mapping[str, Any]) -> Strand:
        where = f"strand {body.get('code')}"
        self._only(where, body, {"code", "zh", "en", "serve", "question"})
        serves = tuple(self._serve(where, as_mapping(each)) for each in as_list(body.get("serve")))
        questions = tuple(
            self._question(f"{where}.question {at}", as_mapping(each))
            for at, each in enumerate(as_list(body.get("question")), start=1)
        )
        return Strand(str(body.get("code")), self._words(where, body), serves, questions)

    def _serve(self, strand: str, body: Mapping[str, Any]) -> Serve:
        where = f"{strand}.serve {body.get('page')}"
        self._only(where, body, {"page", "figures", "indicators", "zh", "en"})
        codes = tuple(each.code for each in BY_TOWN)
        return Serve(
            str(body.get("page")),
            tuple(map(str, as_list(body.get("figures")))),
            tuple(
                self._one_of(f"{where}.indicators", each, codes)
                for each in as_list(body.get("indicators"))
            ),
            self._words(where, body),
        )

    def _question(self, where: str, body: Mapping[str, Any]) -> Question:
        self._only(where, body, {"zh", "en", "data", "holder"})
        return Question(
            self._words(where, body),
            self._words(f"{where}.data", as_mapping(body.get("data"))),
            self._words(f"{where}.holder", as_mapping(body.get("holder"))),
        )
