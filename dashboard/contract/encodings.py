"""Tell a Chinese text from one that was decoded wrongly."""

FEW, MOST = 4, 0.5


def is_garbled(text: str) -> bool:
    """Tell whether a text taken for GB18030 is mostly of characters that GB 2312 lacks.

    Big5 and damaged UTF-8 often decode without an error, but to characters that nobody uses;
    in Chinese names and sentences, few are as rare.
    """
    characters = {each for each in set(text) if not each.isascii()}
    rare = sum(not each.encode("gb2312", "ignore") for each in characters)
    return len(characters) >= FEW and rare > MOST * len(characters)
