"""Write in English the names that have no English form of their own."""

from functools import lru_cache

import pandas as pd

from dashboard.language import Say

_SAMPLE_OPERATOR = "示例运营方"


def operator_names(operators: pd.Series, say: Say) -> list[str]:
    """Write operators' names in the reader's language; in English they are spelled in pinyin."""
    return ["—" if pd.isna(name) else _operator(name, say) for name in operators]


def _operator(name: str, say: Say) -> str:
    if say.language == "zh":
        return name
    if name.startswith(_SAMPLE_OPERATOR):
        sign = name.removeprefix(_SAMPLE_OPERATOR)
        return say("示例运营方 {sign}", sign=_spelled(sign))
    return _spelled(name)


@lru_cache
def _spelled(name: str) -> str:
    from pypinyin import lazy_pinyin

    return " ".join(part.strip().capitalize() for part in lazy_pinyin(name) if part.strip())
