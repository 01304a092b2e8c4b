"""Tell a Chinese text from one that was decoded wrongly."""

import re

FEW, MOST = 4, 0.5
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_RUN = re.compile(r"[^\x00-\x7f]+")


def is_garbled(text: str) -> bool:
    """Tell whether a text taken for GB18030 is mostly of characters that GB 2312 lacks, or
    whether a stretch of it is UTF-8.

    Big5 and damaged UTF-8 often decode without an error, but to characters that nobody uses;
    in Chinese names and sentences, few are as rare.
    """
    characters = {each for each in set(text) if not each.isascii()}
    rare = sum(not each.encode("gb2312", "ignore") for each in characters)
    if len(characters) >= FEW and rare > MOST * len(characters):
        return True
    return any(_is_utf8(run) for run in set(_RUN.findall(text)))


def _is_utf8(run: str) -> bool:
    """Tell whether the bytes of a few characters say more as UTF-8: one row of a list pasted in."""
    content = run.encode("gb18030")
    said = _CHINESE.findall(content.decode("utf-8", "ignore"))
    return len(said) >= FEW / 2 and 3 * len(said) > 0.8 * len(content)
