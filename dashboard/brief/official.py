"""Write a briefing's texts as official papers do: no gaps around figures, no working remarks."""

import re
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from dashboard.asking.questions import QueryResult
from dashboard.brief.slides import Brief, Cell
from dashboard.contract.words import Language
from dashboard.warehouse.geography import MapGeometry

T = TypeVar("T")

_CHINESE = r"\u3000-\u303f\u4e00-\u9fff\uff00-\uffef“”"
_GAPS = re.compile(rf"(?<=[{_CHINESE}]) +(?=[^\s·=÷×])|(?<=[^\s·=÷×]) +(?=[{_CHINESE}])")
# What was noted down when a source was read, before its title.
_REMARK = re.compile(r"\[headline not read\]\s*|\s*\[[^\]]*not read[^\]]*\]")


def official(text: str, language: Language) -> str:
    """Drop working remarks and, in Chinese, the spaces around figures."""
    text = _REMARK.sub("", text)
    return _GAPS.sub("", text) if language == "zh" else text


def made_official(brief: Brief) -> Brief:
    """Write every text of a briefing so."""
    return _written(brief, brief.language)


def _written(value: T, language: Language) -> T:
    made: Any = value
    if isinstance(value, Cell):
        made = value.written(official(value, language))
    elif isinstance(value, str):
        made = official(value, language)
    elif isinstance(value, tuple | frozenset):
        made = type(value)(_written(each, language) for each in value)
    elif isinstance(value, dict):
        made = {_written(key, language): each for key, each in value.items()}
    elif is_dataclass(value) and not isinstance(value, QueryResult | MapGeometry | type):
        held = {each.name: getattr(value, each.name) for each in fields(value)}
        made = replace(value, **{name: _written(each, language) for name, each in held.items()})
    return made
