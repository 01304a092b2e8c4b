"""Tell a Chinese text from one that was decoded wrongly."""

# Characters of the first level of GB 2312, by their first bytes, and what counts as neither.
COMMON, PUNCTUATION = range(0xB0, 0xD8), (0xA1, 0xA3)
FEW, COMMON_SHARE = 4, 0.6


def is_garbled(text: str) -> bool:
    """Tell whether a text taken for GB18030 is of characters that nobody uses.

    Big5 and damaged UTF-8 often decode without an error, but to rare characters.
    """
    codes = [each.encode("gb18030", "replace") for each in set(text) if not each.isascii()]
    codes = [code for code in codes if code[0] not in PUNCTUATION]
    common = sum(len(code) == 2 and code[0] in COMMON and code[1] > 0xA0 for code in codes)
    return len(codes) >= FEW and common / len(codes) < COMMON_SHARE
