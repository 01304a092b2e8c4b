"""Look up in ``messages.toml`` what users are told, in both languages.

A fact may be Words, of which each language takes its own, or a list, which is joined.
"""

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

from dashboard.contract.problem import Problem
from dashboard.contract.words import Words

_ALL = tomllib.loads(
    files("dashboard.intake").joinpath("messages.toml").read_text(encoding="utf-8")
)


class CellError(Exception):
    """Say what is wrong with one value and what to do about it."""

    def __init__(self, code: str, what: Words, todo: Words) -> None:
        super().__init__(f"{code}: {what.en}")
        self.code, self.what, self.todo = code, what, todo


class Told(Words):
    """Hold words with what they were made of, so that alike ones can be told as one."""

    key: str
    facts: dict[str, Any]

    def __reduce__(self) -> tuple[Any, ...]:
        return Words, tuple(self)


def message(key: str, /, **facts: Any) -> Told:
    """Say one thing."""
    entry = _entry(key)
    told = Told(*_filled([entry["zh"], entry["en"]], facts))
    told.key, told.facts = key, facts
    return told


def cell_error(key: str, /, **facts: Any) -> CellError:
    """Say what is wrong with a cell; its code is the first part of the key."""
    return CellError(key.partition(".")[0], *_what_and_todo(f"cell.{key}", facts))


def file_problem(path: Path, key: str, /, **facts: Any) -> Problem:
    """Say what is wrong with a file."""
    what, todo = _what_and_todo(f"file.{key}", facts)
    return Problem(
        Words(f"{path.name}：{what.zh}；{todo.zh}。", f"{path.name}: {what.en}; {todo.en}.")
    )


def _what_and_todo(key: str, facts: dict[str, Any]) -> tuple[Words, Words]:
    entry = _entry(key)
    return _filled(entry["what"], facts), _filled(entry["todo"], facts)


def _entry(key: str) -> dict[str, Any]:
    found: dict[str, Any] = _ALL
    for part in key.split("."):
        found = found[part]
    return found


def _filled(pair: list[str], facts: dict[str, Any]) -> Words:
    zh, en = (
        text.format(**{name: _told(fact, place) for name, fact in facts.items()})
        for place, text in enumerate(pair)
    )
    return Words(zh, en)


def _told(fact: Any, language: int) -> Any:
    """Give a fact as a language tells it."""
    if isinstance(fact, Words):
        return fact[language]
    if isinstance(fact, list | tuple):
        return ("、", ", ")[language].join(str(_told(each, language)) for each in fact)
    return fact
