"""Hold the words that people use for what the contract names; they stand in ``vocabulary.toml``."""

import tomllib
from collections.abc import Iterable, Mapping
from importlib.resources import files
from typing import Any

VOCABULARY: Mapping[str, Any] = tomllib.loads(
    files("dashboard.intake").joinpath("vocabulary.toml").read_text(encoding="utf-8")
)


def named_within(text: str, options: Mapping[str, Iterable[str]]) -> set[str]:
    """Say which options a text names; a word within a longer one that is there says nothing."""
    there = {word: option for option, words in options.items() for word in words if word in text}
    return {
        option
        for word, option in there.items()
        if not any(word != other and word in other for other in there)
    }


def activity_kinds(name: str) -> set[str]:
    """Say which kinds an activity may be by its name: by its form, else by its topic."""
    words = VOCABULARY["activity"]
    return named_within(name, words["form"]) or named_within(name, words["topic"])


def programmes(name: str) -> set[str]:
    return named_within(name, VOCABULARY["activity"]["programme"])


def says_online(text: str) -> bool:
    return bool(named_within(text, VOCABULARY["activity"]["online"]))
