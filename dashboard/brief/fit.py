"""Reckon how much room a text takes, so that nothing overflows its box on any machine.

Fonts differ between machines: widths are generous means of common sans-serif typefaces.
"""

import math
import unicodedata

LINE = 1.25
_WIDE, _CAPITAL, _SMALL, _SPACE, _NARROW = 1.0, 0.7, 0.56, 0.4, 0.31


def text_width(text: str, size: float) -> float:
    """Reckon a text's width on one line, in the unit of ``size``."""
    return sum(_em(letter) for letter in text) * size


def _em(letter: str) -> float:
    if unicodedata.east_asian_width(letter) in "WF" or letter in "“”‘’—…≥≤÷●▲■◆":
        return _WIDE
    if letter == " ":
        return _SPACE  # some programs widen it between Chinese and figures
    if letter in ".,:;'|!iljtf()[]":
        return _NARROW
    if letter.isupper() or letter in "%mw":
        return _CAPITAL
    return _SMALL


def line_count(text: str, size: float, width: float) -> int:
    """Reckon how many lines a text takes in a width: Chinese breaks anywhere, words do not."""
    return sum(_lines(paragraph, size, width) for paragraph in text.split("\n"))


def _lines(text: str, size: float, width: float) -> int:
    lines, used = 1, 0.0
    for word in _words(text):
        wide = text_width(word, size)
        if used and used + wide > width:
            lines, used = lines + 1, 0.0
        lines += max(0, math.ceil(wide / width) - 1)
        used += wide
    return lines


def _words(text: str) -> list[str]:
    words, word = [], ""
    for letter in text:
        if text_width(letter, 1) == _WIDE or letter == " ":
            words += [word, letter] if word else [letter]
            word = ""
        else:
            word += letter
    return [*words, word] if word else words


def longest_word(text: str, size: float) -> float:
    """Reckon the width of the widest stretch of a text that does not break."""
    return max(
        (text_width(word, size) for line in text.split("\n") for word in _words(line)), default=0.0
    )
