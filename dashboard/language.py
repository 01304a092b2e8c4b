"""Say the product's sentences in the user's language: Chinese in the code, English in a catalogue.

``say("共 {count} 个社区", count=5)`` looks the Chinese sentence up in ``locale/en.po``. Terms of
the data model are ``Words`` and come translated.
"""

from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

from dashboard.model.rounding import Number
from dashboard.model.words import Language, Words

CATALOGUE = Path(__file__).resolve().parent / "locale" / "en.po"


class Say:
    """Speak one language."""

    def __init__(self, language: Language) -> None:
        self.language: Language = language

    def __call__(self, chinese: str, /, **values: object) -> str:
        text = chinese if self.language == "zh" else _english().get(chinese, chinese)
        if not values:
            return text
        return text.format(**{name: _rounding(value) for name, value in values.items()})

    def words(self, words: Words) -> str:
        return words.in_language(self.language)

    def listed(self, items: list[str]) -> str:
        """Join names as the language does."""
        return ("、" if self.language == "zh" else ", ").join(items)


def _rounding(value: object) -> object:
    return Number(value) if isinstance(value, float) else value


@cache
def _english() -> dict[str, str]:
    with CATALOGUE.open("rb") as file:
        return {
            str(message.id): str(message.string)
            for message in read_po(file)
            if message.id and message.string
        }
