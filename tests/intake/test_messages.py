"""Check that what users are told is in the catalogue, with every fact that its sentences need."""

import ast
import string
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dashboard.contract.words import Words
from dashboard.intake import messages

INTAKE = Path(messages.__file__).parent
# What is loaded through a page's form is told about there.
SOURCES = sorted(INTAKE.glob("*.py")) + sorted((INTAKE.parent / "ui").glob("own_*.py"))
PREFIX = {"message": "", "cell_error": "cell.", "file_problem": "file.", "NoPerson": "cell."}


def calls() -> Iterator[tuple[str, set[str]]]:
    """Yield each call's key and the names of its facts."""
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in PREFIX:
                for key in node.args:
                    if isinstance(key, ast.Constant):
                        name = PREFIX[getattr(node.func, "id", "")] + str(key.value)
                        yield name, {each.arg or "" for each in node.keywords}


def entries(found: dict[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    """Yield each key of the catalogue and its sentences, joined."""
    for name, value in found.items():
        if name in ("zh", "en", "what", "todo"):
            yield path, value if isinstance(value, str) else "".join(value)
        else:
            yield from entries(value, f"{path}.{name}" if path else name)


CATALOGUE: dict[str, str] = {}
for _key, _text in entries(messages._ALL):
    CATALOGUE[_key] = CATALOGUE.get(_key, "") + _text


@pytest.mark.parametrize(("key", "facts"), list(calls()))
def test_each_message_is_given_the_facts_it_needs(key: str, facts: set[str]) -> None:
    needed = {name for _, name, _, _ in string.Formatter().parse(CATALOGUE[key]) if name}
    assert needed == facts


def test_every_message_is_used() -> None:
    text = "".join(source.read_text(encoding="utf-8") for source in SOURCES)
    unused = [
        key
        for key in CATALOGUE
        if f'"{key}"' not in text
        and f'"{key.partition(".")[2]}"' not in text
        and f'"{key.rpartition(".")[2]}"' not in text
    ]
    assert unused == []


def test_facts_are_told_in_each_language() -> None:
    towns = [Words("莘庄镇", "Xinzhuang Town"), Words("七宝镇", "Qibao Town")]
    told = messages.message("boundaries.missing", file="a.zip", count=2, towns=towns)
    assert told.zh.startswith("a.zip：缺少2个街镇：莘庄镇、七宝镇；")
    assert told.en.startswith("a.zip: 2 missing: Xinzhuang Town, Qibao Town; ")


def test_the_code_of_a_fault_is_the_first_part_of_its_key() -> None:
    assert messages.cell_error("month.lost_zero", text="2024.1", year="2024").code == "month"
