"""Say the product's sentences in the user's language: Chinese in the code, English in a catalogue.

``say("共 {count} 个社区", count=5)`` looks the Chinese sentence up in ``locale/en.po``. Terms of
the data model are ``Words`` and come translated. English writes one and many apart:
``{count} {count:community|communities}``, and names within a sentence small: ``{name:inside}``, or
with their article, ``{name:the}``; a ``Proper`` name stands as it is.
"""

import csv
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from string import Formatter

from dashboard.contract.rounding import Number
from dashboard.contract.words import Language, Words
from dashboard.paths import DATA

PUBLISHED = DATA / "published_words.csv"
CATALOGUE = Path(__file__).resolve().parent / "locale" / "en.po"


# A count in 万 is followed by what it counts without a space: 5.6 万名居民.
_AFTER_WAN = re.compile(r"(?<=万) (?=[\u4e00-\u9fff])")


# Of more that come first together none is named.
_MOST_TIED = 3

# A minus is no hyphen: before a number, and not between two parts of a date or a name.
_MINUS = re.compile(r"(?<![\w.)\]-])-(?=\d)")


class Proper(str):
    """Hold a proper name, as a town's: in English it keeps its capital and takes no article."""


class Say:
    """Speak one language."""

    def __init__(self, language: Language) -> None:
        self.language: Language = language

    def __call__(self, chinese: str, /, **values: object) -> str:
        if self.language == "zh":
            said = chinese.format(**_rounding(values)) if values else chinese
            return _with_minus(_AFTER_WAN.sub("", said) if "万 " in said else said)
        text = _english().get(chinese, chinese)
        said = _OneOrMany().vformat(text, (), _rounding(values)) if values else text
        return _with_minus(said)

    def words(self, words: Words, /, **values: object) -> str:
        """Say a term; one that takes values, with them."""
        text = words.in_language(self.language)
        return _with_minus(_OneOrMany().vformat(text, (), _rounding(values))) if values else text

    def names(self, terms: Mapping[str, Words]) -> dict[str, str]:
        """Name the terms of a vocabulary, such as a field's allowed values, by their codes."""
        return {code: self.words(words) for code, words in terms.items()}

    def published(self, text: str) -> str:
        """Say what a published figure is of, where the record of it is a short English name."""
        words = _published().get(text)
        if self.language == "zh":
            return words.zh if words else text
        return words.en if words and words.en else text.replace("_", " ")

    def listed(self, items: list[str]) -> str:
        """Join names as the language does."""
        return ("、" if self.language == "zh" else ", ").join(items)


def tied(say: Say, items: list[str]) -> str:
    """Name what comes first, or all that do: of many how many they are."""
    if len(items) > _MOST_TIED:
        return say("{count} 项（并列）", count=len(items))
    named = say.listed(items)
    return say("{names}（并列）", names=named) if len(items) > 1 else named


class _OneOrMany(Formatter):
    """Format values; a form with a bar gives its first word for one and its second for more.

    ``inside`` writes a name as it stands within a sentence: without its capital; ``the`` puts the
    article before it. Neither changes a proper name.
    """

    def format_field(self, value: object, form: str) -> str:
        if form in ("inside", "the"):
            text = str(value)
            if isinstance(value, Proper):
                return text
            small = text[:1].lower() + text[1:]
            return f"the {small}" if form == "the" else small
        one, bar, many = form.partition("|")
        if not bar:
            return str(super().format_field(value, form))
        return one if value in (1, "1") else many


def _with_minus(text: str) -> str:
    return _MINUS.sub("−", text) if "-" in text else text


def _rounding(values: Mapping[str, object]) -> dict[str, object]:
    return {
        name: Number(value) if isinstance(value, float) else value for name, value in values.items()
    }


@cache
def _english() -> dict[str, str]:
    from babel.messages.pofile import read_po

    with CATALOGUE.open("rb") as file:
        return {
            str(message.id): str(message.string)
            for message in read_po(file)
            if message.id and message.string
        }


@cache
def _published() -> dict[str, Words]:
    """Read what short names mean; in English those alone that hold Chinese."""
    with PUBLISHED.open(encoding="utf-8", newline="") as file:
        return {row["code"]: Words(row["zh"], row["en"]) for row in csv.DictReader(file)}
