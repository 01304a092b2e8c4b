"""Write published figures as their sources have them: number, qualifier, unit, time and note."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import pandas as pd

from dashboard.contract.rounding import number_written
from dashboard.contract.tables import qualifier
from dashboard.contract.words import Words
from dashboard.insight.published import About
from dashboard.language import Say

Precision = Literal["day", "month", "span"]
# How a note was read stands last in it, in brackets: nothing that the source says.
_HOW_READ = re.compile(r";? *\[[^]]*\](; read in a reprint)?$")
_YES = "yes=1"
_WAN = 10_000
# These are measures, too, by another word.
_UNITS = {
    "units": Words("套（间）", "dwellings"),
    "courses": Words("门课", "courses"),
    "households": Words("户", "households"),
}


@dataclass(frozen=True)
class Fact:
    """Hold one published figure: its row, and what is known of it besides."""

    row: Any
    about: About

    @property
    def code(self) -> str:
        return str(self.row.figure_id)

    @property
    def number(self) -> float | None:
        """The value as a number; None where it is a word."""
        value = pd.to_numeric(self.row.published_value, errors="coerce")
        return None if pd.isna(value) else float(value)


def value_told(fact: Fact, say: Say) -> str:
    """Write a figure's value with its unit, and whether it is about, at least or planned."""
    row, number = fact.row, fact.number
    if number is None:
        return say.published(row.published_value)
    if row.published_unit == _YES:
        return say("是")
    text, unit = number_written(number, _decimals(row)), _unit(row, say)
    plain = f"{text}%" if row.published_unit == "percent" else f"{text} {unit}"
    match row.qualifier:
        case "about":
            return say("约 {value}", value=plain)
        case "planned":
            return say("计划 {value}", value=plain)
        case "at_least" if _is_limit(fact):
            return say("至少 {value}", value=plain)
        case "at_least":
            return say("{number} 余{unit}", number=text, unit=unit)
        case _:
            return plain


def _decimals(row: Any) -> int:
    return len(row.published_value.partition(".")[2])


def _unit(row: Any, say: Say) -> str:
    own = _UNITS.get(row.published_unit)
    return say.words(own) if own else say.published(row.published_unit)


def value_parts(fact: Fact, say: Say) -> tuple[str, str]:
    """Write a figure's value as a key number, and its unit with how exact it is."""
    row, number = fact.row, fact.number
    if number is None or row.published_unit == _YES:
        return value_told(fact, say), ""
    text, unit, wan = number_written(number, _decimals(row)), _unit(row, say), ""
    if row.published_unit == "percent":
        unit = "%"
    elif say.language == "zh" and number >= _WAN:
        text, wan = f"{number / _WAN:g}", "万"
    match row.qualifier:
        case "exact":
            return text, wan + unit
        case "at_least":
            return text, wan + say("余{unit}", unit=unit)
        case _:
            word = say.words(qualifier.allowed[row.qualifier])
            return text, wan + say("{unit}（{qualifier}）", unit=unit, qualifier=word)


def _is_limit(fact: Fact) -> bool:
    """Tell whether "at least" is a rule's limit or a share; else it is a round number exceeded."""
    return fact.about.topic == "comparator" or fact.row.published_unit == "percent"


def value_held(fact: Fact, say: Say) -> float | str:
    """Give a figure's value as files hold it: an exact share as a number, else what is told."""
    is_share = fact.row.published_unit == "percent" and fact.row.qualifier == "exact"
    return fact.number if is_share and fact.number is not None else value_told(fact, say)


def named(fact: Fact, say: Say) -> str:
    """Name what a figure is of: its subject and its measure."""
    subject, measure = say.published(fact.row.subject), say.published(fact.row.published_measure)
    return say("{subject}：{measure}", subject=subject, measure=measure)


def dated(fact: Fact, say: Say) -> str:
    """Say of when a figure is, as far as that is known, else when it came out."""
    row = fact.row
    if pd.notna(row.as_of):
        return str(row.as_of)
    if fact.about.around is not None:
        return dated_told(say, *fact.about.around)
    if pd.notna(row.published_on):
        return say("{day} 报道", day=row.published_on)
    return say("未注明")


def note_told(fact: Fact, say: Say) -> str:
    """Write what one should know of a figure, in the reader's language."""
    if say.language == "zh":
        return fact.about.note
    return "" if pd.isna(fact.row.note) else _HOW_READ.sub("", str(fact.row.note))


def precision_of(earliest: date, latest: date) -> Precision:
    """Tell how well an event's day is known."""
    if earliest == latest:
        return "day"
    return "month" if (earliest.year, earliest.month) == (latest.year, latest.month) else "span"


def dated_told(say: Say, earliest: date, latest: date) -> str:
    """Write when something happened as well as it is known."""
    match precision_of(earliest, latest):
        case "day":
            return f"{earliest:%Y-%m-%d}"
        case "month":
            return f"{earliest:%Y-%m}"
        case _:
            start, end = f"{earliest:%Y-%m}", f"{latest:%Y-%m}"
            return say("约 {start} 至 {end}，未注明日期", start=start, end=end)
