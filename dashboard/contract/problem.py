"""Carry what went wrong to whoever must act: where, what, and what to do next."""

from collections.abc import Iterable

from dashboard.contract.words import Language, Words


class Problem(Exception):
    """Tell the user, in both languages, of one or more problems of the same input."""

    def __init__(self, problems: Words | Iterable[Words]) -> None:
        self.problems = [problems] if isinstance(problems, Words) else list(problems)
        super().__init__("\n".join(words.en for words in self.problems))

    def lines(self, language: Language) -> list[str]:
        return [words.in_language(language) for words in self.problems]
