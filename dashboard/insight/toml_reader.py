"""Read tables that people edit (``data/*.toml``): all that is wrong is told at once, by place and field."""

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from dashboard.contract.problem import Problem
from dashboard.contract.words import Words

T = TypeVar("T")


class TomlReader:
    """Read the parts of a file and gather what is wrong."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[Words] = []

    def read(self, path: Path, parts: Callable[[Mapping[str, Any]], T]) -> T:
        """Read a file by its parts; raises Problem with a sentence for each fault."""
        try:
            text = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            name = path.name
            raise Problem(
                Words(f"{name}：不是有效的 TOML：{error}。", f"{name}: not valid TOML: {error}.")
            ) from error
        read = parts(text)
        if self.faults:
            raise Problem(self.faults)
        return read

    def _number(self, where: str, value: Any, *, least: float = 0) -> float:
        """Take a number above ``least``."""
        if isinstance(value, bool) or not isinstance(value, int | float) or not value > least:
            self._fault(
                where, Words(f"须为大于 {least:g} 的数", f"must be a number above {least:g}")
            )
            return least + 1
        return float(value)

    def _one_of(self, where: str, text: Any, allowed: tuple[str, ...]) -> str:
        if isinstance(text, str) and text in allowed:
            return text
        zh, en = "、".join(allowed), ", ".join(allowed)
        self._fault(where, Words(f"“{text}”不在 {zh} 之中", f"“{text}” is none of {en}"))
        return allowed[0] if allowed else ""

    def _words(self, where: str, body: Mapping[str, Any]) -> Words:
        for language in ("zh", "en"):
            if not isinstance(body.get(language), str) or not body[language].strip():
                self._fault(f"{where}.{language}", Words("须有文字", "must have a text"))
        return Words(str(body.get("zh", "")), str(body.get("en", "")))

    def _only(self, where: str, body: Mapping[str, Any], known: set[str]) -> None:
        for name in sorted(body.keys() - known):
            there = sorted(known)
            self._fault(
                f"{where}.{name}".lstrip("."),
                Words(
                    f"没有这一项；有 {'、'.join(there)}",
                    f"is not known; there are {', '.join(there)}",
                ),
            )

    def _fault(self, where: str, what: Words) -> None:
        self.faults.append(
            Words(f"{self.file}：{where} {what.zh}。", f"{self.file}: {where} {what.en}.")
        )


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def as_mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
