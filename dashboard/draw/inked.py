"""Mark the figures within a sentence, so that whoever draws it can set them apart by what they rest on."""

import re

# Signs that no text has: where a figure begins, with what it rests on, and where it ends.
_BEGIN, _WITHIN, _END = "\ue000", "\ue001", "\ue002"
_MARKED = re.compile(f"{_BEGIN}([a-z]+){_WITHIN}([^{_END}]*){_END}")

Numbers = list[tuple[int, int, str]]


def inked(figure: str, origin: str) -> str:
    """Mark a figure that goes into a sentence; ``origin``: published, estimated, sample or own."""
    return f"{_BEGIN}{origin}{_WITHIN}{figure}{_END}"


def unmarked(sentence: str) -> tuple[str, Numbers]:
    """Give the sentence as it is read, and where its figures begin and end, with their origins."""
    text, numbers, last = "", [], 0
    for found in _MARKED.finditer(sentence):
        text += sentence[last : found.start()]
        numbers.append((len(text), len(text) + len(found[2]), found[1]))
        text += found[2]
        last = found.end()
    return text + sentence[last:], numbers
