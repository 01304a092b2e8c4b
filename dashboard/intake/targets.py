"""Read targets: for which indicator, of which place, in the indicator's own unit."""

import re
from typing import Any

from dashboard.contract.tables import target_bound, target_value
from dashboard.contract.targets import EACH_TOWN, LOADED, NOT_OF_ONE, PLACES, TARGETABLE, WHOLE
from dashboard.contract.words import Words
from dashboard.intake.gazetteer import Register, Towns
from dashboard.intake.messages import CellError, cell_error, message
from dashboard.intake.stated import in_digits
from dashboard.intake.values import (
    Parsed,
    option_key,
    parse_choice,
    parse_number,
    parse_text,
    squeeze,
)

# How offices call the whole besides its own name, and all towns and communities.
_PLACE_WORDS = {
    **{
        option_key(text): code
        for code, words in PLACES.items()
        for text in (code, words.zh, words.en)
    },
    **{option_key(text): "whole" for text in ("闵行区", "闵行", "全区合计", "district")},
    **{option_key(text): "each_town" for text in ("各街镇", "各镇街", "各街道镇", "各镇", "各街道", "所有街镇", "每个镇")},
    **{option_key(text): "each_community" for text in ("各社区", "各项目", "所有社区")},
}  # fmt: skip
# Whose whole these are depends on who writes.
_VAGUE = frozenset(map(option_key, ("全镇", "全街道", "本镇", "本街道", "合计", "全部", "all")))
_BOUND_WORDS = {
    **dict.fromkeys(("≥", ">=", "至少", "不少于", "不小于", "以上"), "at_least"),
    **dict.fromkeys(("≤", "<=", "至多", "不超过", "不大于", "不多于", "以内", "以下"), "at_most"),
}  # fmt: skip
_BOUNDS = {words.zh: code for code, words in target_bound.allowed.items()} | _BOUND_WORDS
# By when something is due: 到2026年底前.
_DUE = re.compile(r"(?:到|至|截至|截止)?(?P<when>.*?)(?P<before>之?前|以前)?")
_ENDS = re.compile(r"[底末]$|(?:月|\d[-/.]\d\d?[-/.])(?!0?1日?$)\d\d?日?$")
_AMOUNT = re.compile(r"(?P<digits>\d[\d,，]*(?:\.\d+)?)\s*(?P<scale>万)?\s*(?P<unit>[^\d\s]*)")
_PERCENT = ("%", "％")


def indicators() -> Register:
    """Make the register of indicators for which a target may be set."""
    register = Register(Words("指标", "indicator"), message("advice.indicator"))
    for code, each in TARGETABLE.items():
        register.add(
            code, each.name.zh, (each.name.en, each.name.zh.replace("“", "").replace("”", ""))
        )
    return register


def take_place(raw: Any, towns: Towns, communities: Register) -> Parsed:
    """Return the code of the place that a cell names; raises CellError."""
    text = str(parse_text(raw).value)
    if (code := _PLACE_WORDS.get(option_key(text))) is not None:
        return Parsed(code, () if text == code else ("choice",))
    if option_key(text) in _VAGUE:
        raise cell_error("target.place")
    if text in towns.titles or towns.named_by(text):
        return towns.take(raw)
    return communities.find(raw, note="community")


def take_bound(raw: Any) -> Parsed:
    """Read whether the value is the least or the most."""
    if (code := _BOUND_WORDS.get(str(parse_text(raw).value).strip())) is not None:
        return Parsed(code, ("choice",))
    return parse_choice(raw, target_bound)


def split_bound(raw: Any) -> tuple[str | None, Any]:
    """Part a value from the requirement that stands with it, if one does: ≥80%, 80%以上."""
    text = raw.strip() if isinstance(raw, str) else ""
    for word, code in _BOUNDS.items():
        if text.startswith(word) or text.endswith(word):
            return code, text.removeprefix(word).removesuffix(word).strip()
    return None, raw


def due(raw: Any) -> Any:
    """Give the month that a text says something is due by; raises CellError where it is due before a month,
    or its first day, and so perhaps in the one before."""
    if not isinstance(raw, str) or not (match := _DUE.fullmatch(in_digits(squeeze(raw)))):
        return raw
    if match["before"] and not _ENDS.search(match["when"]):
        raise cell_error("month.none")
    return match["when"]


def take_value(raw: Any) -> Parsed:
    """Read a value in the unit of the row's indicator, of percentages with or without their sign, and
    without the requirement that may stand with it. Raises CellError."""
    _, raw = split_bound(raw)
    if not isinstance(raw, str):
        return parse_number(raw, target_value)
    match = _AMOUNT.fullmatch(raw.strip())
    if match is None:
        raise cell_error("target.number")
    number = match["digits"] + (match["scale"] or "")
    taken = parse_number(number, target_value)
    return Parsed(taken.value, ("target_unit", *taken.notes) if match["unit"] else taken.notes)


def misfit(code: str, value: float, raw: Any, heading: str) -> CellError | None:
    """Say why a value, as its cell and its column's heading gave it, can't be in the unit of its
    indicator."""
    indicator = TARGETABLE[code]
    _, raw = split_bound(raw)
    match = _AMOUNT.fullmatch(raw.strip()) if isinstance(raw, str) else None
    unit = match["unit"] if match else ""
    is_signed = unit in _PERCENT or any(sign in heading for sign in _PERCENT)
    if indicator.kind == "share":
        if unit and unit not in _PERCENT:
            return cell_error("target.unit", unit=indicator.unit)
        if unit not in _PERCENT and 0 < value <= 1:
            return cell_error("percent", percent=value * 100, share=value)
        return cell_error("target.above") if value > 100 else None
    if is_signed:
        return cell_error("number.percentage")
    is_own = not unit or unit in (
        indicator.unit.zh,
        *indicator.unit.zh.split("/"),
        indicator.unit.en,
    )
    return None if is_own else cell_error("target.unit", unit=indicator.unit)


def misplaced(code: str, place: str) -> CellError | None:
    """Say why a target of an indicator can't be for a place: it is not counted of single communities."""
    is_whole = place in (WHOLE, LOADED, EACH_TOWN) or (
        place.isdigit() and len(place) == len("310112101")
    )
    return None if is_whole or code not in NOT_OF_ONE else cell_error("target.of_one")
