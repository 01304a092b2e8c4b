"""Check what holds across the project: it imports, says all in two languages, declares no more."""

import ast
import importlib
import pkgutil
import re
import string
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import dashboard
from dashboard.contract import tables
from dashboard.contract.fields import FIELD_TYPES, Field, Table
from dashboard.contract.indicators import INDICATORS
from dashboard.contract.measures import FIELDS, MEASURES, NEVER_ADDED
from dashboard.contract.tables import NAMED, TABLES
from dashboard.language import CATALOGUE, Say
from dashboard.paths import ROOT
from dashboard.views import VIEWS
from tests.browser.conftest import FIGURES

FILES = sorted((ROOT / "dashboard").rglob("*.py"))
IDEOGRAPH = re.compile(r"[\u3400-\u9fff]")
SHOWN_BY = ("views", "ui", "draw", "insight", "figures", "subjects")
HAN = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")

# Importing these two starts the app or the command line.
STARTERS = {"dashboard.app", "dashboard.__main__"}
MODULES = [
    module.name
    for module in pkgutil.walk_packages(dashboard.__path__, "dashboard.")
    if module.name not in STARTERS
]


@pytest.mark.parametrize("name", MODULES)
def test_every_module_imports_and_says_what_it_is_for(name: str) -> None:
    module = importlib.import_module(name)
    is_empty = not Path(str(module.__file__)).read_text(encoding="utf-8").strip()
    assert module.__doc__ or is_empty


# Two languages ---------------------------------------------------------------------------


def calls(file: Path, *names: str) -> Iterator[ast.Call]:
    """Yield the calls of functions and methods of these names."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            called = getattr(node.func, "id", None) or getattr(node.func, "attr", None)
            if called in names:
                yield node


def sayings(file: Path) -> Iterator[ast.Call]:
    """Yield the calls that say a sentence, by whatever name ``say`` is kept under."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            called = getattr(node.func, "id", None) or getattr(node.func, "attr", None)
            if called and called.strip("_") == "say":
                yield node


def strings(tree: ast.AST) -> list[ast.Constant]:
    nodes = (node for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return [node for node in nodes if isinstance(node.value, str)]


def texts(node: ast.expr) -> list[str] | None:
    """List the literals an argument may be; None if it is anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        first, second = texts(node.body), texts(node.orelse)
        return None if first is None or second is None else first + second
    return None


def written(node: ast.expr) -> str:
    """Join the literal parts of a string or f-string; its values stand as a full stop."""
    if isinstance(node, ast.JoinedStr):
        return "".join(str(getattr(part, "value", ".")) for part in node.values)
    return str(node.value) if isinstance(node, ast.Constant) else "."


@cache
def said() -> dict[str, str]:
    """Find every sentence handed to ``say``, with where it stands."""
    found = {}
    for file in FILES:
        for call in sayings(file):
            where = f"{file.relative_to(ROOT)}:{call.lineno}"
            literals = texts(call.args[0])
            assert literals is not None, f"{where}: say takes a literal, to be found here"
            found.update(dict.fromkeys(literals, where))
    return found


@cache
def english() -> dict[str, str]:
    with CATALOGUE.open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file) if message.id}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_every_sentence_has_an_english_text() -> None:
    lacking = {text: where for text, where in said().items() if not english().get(text)}
    assert lacking == {}


def test_no_english_text_is_left_over() -> None:
    assert sorted(english().keys() - said().keys()) == []


def test_both_texts_of_a_sentence_take_the_same_values() -> None:
    differing = {zh: en for zh, en in english().items() if placeholders(zh) != placeholders(en)}
    assert differing == {}


def test_a_sentence_is_given_the_values_it_takes() -> None:
    for file in FILES:
        for call in sayings(file):
            given = {keyword.arg for keyword in call.keywords}
            if None not in given:
                for text in texts(call.args[0]) or []:
                    assert placeholders(text) == given, f"{file.name}:{call.lineno}"


def test_no_sentence_stands_twice_in_the_catalogue() -> None:
    ids = re.findall(r'^msgid (".*"(?:\n".*")*)', CATALOGUE.read_text(encoding="utf-8"), re.M)
    assert sorted({each for each in ids if ids.count(each) > 1}) == []


def test_no_chinese_stands_in_an_english_text() -> None:
    assert [en for en in english().values() if HAN.search(en)] == []


def test_words_have_two_texts_and_no_chinese_in_the_english() -> None:
    count = 0
    for file in FILES:
        for call in calls(file, "W", "Words"):
            zh, en = (written(argument) for argument in call.args)
            where = f"{file.relative_to(ROOT)}:{call.lineno}"
            assert zh.strip(), where
            assert en.strip(), where
            assert not HAN.search(en), where
            count += 1
    assert count > 200


# Written alike in both languages, or not for reading.
NO_SENTENCES = {"中文", "示例运营方", "万", " 万", "㐀", "鿿"}
PAGES = [each for each in FILES if each.relative_to(ROOT).parts[1] in SHOWN_BY]


@pytest.mark.parametrize("file", PAGES, ids=lambda file: str(file.relative_to(ROOT)))
def test_no_chinese_stands_on_a_page_but_by_say_or_words(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    told = [*sayings(file), *calls(file, "W", "Words")]
    fine = {(each.lineno, each.value) for call in told for each in strings(call)}
    fine |= {(each.lineno, each.value) for each in strings(tree) if each.value in NO_SENTENCES}
    fine |= {
        (node.value.lineno, node.value.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    escaped = [each for each in strings(tree) if (each.lineno, each.value) not in fine]
    assert [
        (each.lineno, each.value) for each in escaped if IDEOGRAPH.search(str(each.value))
    ] == []


# What is declared is used ----------------------------------------------------------------


def test_every_field_is_used_by_a_table() -> None:
    declared = {name: value for name, value in vars(tables).items() if isinstance(value, Field)}
    assert {name: field.name for name, field in declared.items()} == {n: n for n in declared}
    used = [column.field for table in TABLES for column in table.columns]
    assert [name for name, field in declared.items() if field not in used] == []


def test_every_table_is_listed_and_its_keys_are_columns() -> None:
    declared = [value for value in vars(tables).values() if isinstance(value, Table)]
    assert sorted(table.name for table in declared) == sorted(NAMED)
    for number, table in enumerate(TABLES):
        names = [column.name for column in table.columns]
        assert len(set(names)) == len(names)
        assert set(table.key) <= set(names)
        assert not any(table.column(name).nullable for name in table.key)
        for reference in table.foreign_keys:
            assert reference.column in names
            assert NAMED[reference.table].key == (reference.column,)
            assert NAMED[reference.table] in TABLES[:number]


def test_a_name_means_one_thing() -> None:
    names = [measure.name for measure in MEASURES]
    assert len(set(names)) == len(names)
    assert set(names).isdisjoint(column.name for table in TABLES for column in table.columns)
    assert set(names) >= NEVER_ADDED
    assert {field.type for field in FIELDS.values()} == FIELD_TYPES.keys()


def test_indicators_have_names_of_their_own() -> None:
    for language in range(2):
        names = [indicator.name[language] for indicator in INDICATORS]
        assert len(set(names)) == len(names)


# What the project stands on --------------------------------------------------------------


def test_every_requirement_is_pinned_with_a_reason() -> None:
    files = (ROOT / "requirements.txt", ROOT / "tests" / "requirements.txt")
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    needed = [line for line in lines if line.strip() and not line.startswith("#")]
    assert needed
    pinned = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*==[0-9][A-Za-z0-9.]*(; [^#]+)?\s+# \S.+")
    assert [line for line in needed if not pinned.fullmatch(line)] == []
    names = [line.split("==")[0].lower() for line in needed]
    assert sorted(set(names)) == sorted(names)


def test_the_version_is_the_newest_that_the_changelog_tells_of() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.findall(r"^## (\d\S*)", changelog, re.M)[0] == dashboard.__version__


# Documents -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["ARCHITECTURE.md", "CONTRIBUTING.md", "DECISIONS.md", "README.md"]
)
def test_every_path_that_a_document_names_is_there(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    paths = re.findall(r"`((?:dashboard|data|queries|tests|\.ci)/[\w./-]*)", text)
    made = ("data/own", "data/built", "data/boundaries", "tests/node_modules")
    assert paths
    assert [
        path for path in paths if not path.startswith(made) and not (ROOT / path).exists()
    ] == []


def test_every_page_stands_in_the_readme_and_is_seen_in_a_browser() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for view in VIEWS.values():
        assert f"\n| {view.title(Say('zh'))} {view.title(Say('en'))} |" in readme
    assert FIGURES.keys() == VIEWS.keys()
