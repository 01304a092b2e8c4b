"""Read targets: for which indicator, of which place, in the indicator's own unit."""

from typing import Any

from dashboard.contract.tables import target_value
from dashboard.contract.targets import PLACES, TARGETABLE
from dashboard.contract.words import Words
from dashboard.intake.gazetteer import Register, Towns
from dashboard.intake.messages import CellError, cell_error, message
from dashboard.intake.values import Parsed, option_key, parse_number, parse_text

# How offices call the whole besides its own name, and all towns and communities.
_PLACE_WORDS = {
    **{
        option_key(text): code
        for code, words in PLACES.items()
        for text in (code, words.zh, words.en)
    },
    **{option_key(text): "whole" for text in ("闵行区", "闵行", "全区合计", "district")},
    **{option_key(text): "loaded" for text in ("全部", "全镇", "全街道", "合计", "所有社区", "all")},
    **{option_key(text): "each_town" for text in ("各街镇", "各镇街", "各街道镇", "街镇")},
    **{option_key(text): "each_community" for text in ("各社区", "各项目", "社区")},
}  # fmt: skip


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
    if towns.named_by(text):
        return towns.take(raw)
    return communities.find(raw, note="community")


def take_value(raw: Any) -> Parsed:
    """Read a value in the unit of the row's indicator, of percentages with or without their sign."""
    text = str(raw).strip() if isinstance(raw, str) else ""
    if text.endswith(("%", "％")):
        taken = parse_number(text[:-1], target_value)
        return Parsed(taken.value, ("percent_sign", *taken.notes), taken.qualifier)
    return parse_number(raw, target_value)


def misfit(code: str, value: float, raw: Any) -> CellError | None:
    """Say why a value, as a cell gave it, can't be in the unit of its indicator."""
    is_signed = isinstance(raw, str) and raw.strip().endswith(("%", "％"))
    if TARGETABLE[code].kind != "share":
        return cell_error("number.percentage") if is_signed else None
    if not is_signed and 0 < value <= 1:
        return cell_error("percent", percent=value * 100, share=value)
    return cell_error("target.above") if value > 100 else None
