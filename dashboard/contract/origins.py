"""Say what a value rests on, and the ink that tells it: solid, hollow, dotted, or plain."""

from dataclasses import dataclass
from typing import Literal

from dashboard.contract.words import Words

Origin = Literal["published", "estimated", "sample", "own"]
# Of several origins, each told on its own mark or cell.
Shown = Origin | Literal["mixed"]


@dataclass(frozen=True)
class Ink:
    """Hold how an origin is told: its word, its sign in a text, and the dash of its lines."""

    name: Words
    sign: str = ""
    dash: str = ""

    @property
    def marked(self) -> Words:
        """Give the word after its sign; what is plain has none."""
        zh, en = (f"{self.sign} {word}".strip() for word in self.name)
        return Words(zh, en)


# A second channel beside the word, told apart in grey and in print. Own data are plain.
INKS: dict[Origin, Ink] = {
    "published": Ink(Words("公开", "Published"), "●"),
    "estimated": Ink(Words("估计", "Estimated"), "○", "dash"),
    "sample": Ink(Words("示例", "Sample"), "◎", "dot"),
    "own": Ink(Words("填报", "Reported")),
}
LEGEND = Words("● 公开 ○ 估计 ◎ 示例", "● published ○ estimated ◎ sample")


def signed(origin: Shown, text: str) -> str:
    """Write an origin's sign before a text; own data are plain, and mixed ones signed one by one."""
    return text if origin == "mixed" else f"{INKS[origin].sign} {text}".strip()
