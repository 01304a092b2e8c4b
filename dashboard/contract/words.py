"""Say one thing in the product's two languages."""

from typing import Literal, NamedTuple

Language = Literal["zh", "en"]


class Words(NamedTuple):
    """Hold a term or a sentence in Chinese and in English; both are always there."""

    zh: str
    en: str

    def in_language(self, language: Language) -> str:
        return self.zh if language == "zh" else self.en


def letters(text: str) -> int:
    """Measure a text roughly: a Chinese character is as broad as two others."""
    return sum(2 if sign > "\u2e7f" else 1 for sign in text)
