"""Read query parameters typed by hand, and say at once everything that is wrong with them."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from dashboard.contract.filters import FILTERS, Filters, months_between
from dashboard.contract.problem import Problem
from dashboard.contract.words import Words
from dashboard.warehouse.catalogue import NamedQuery, Parameter

_NOTHING: Mapping[str, Collection[str]] = {}


def read_settings(
    query: NamedQuery,
    settings: Iterable[str],
    *,
    defaults: Filters,
    known: Mapping[str, Collection[str]] = _NOTHING,
) -> dict[str, Any]:
    """Turn ``key=value`` settings into the query's parameters; the rest take their defaults.

    Lists are held against what they may contain, as ``known`` tells by parameter name of places.
    Raises Problem naming every setting that is unknown or malformed.
    """
    values = defaults.parameters()
    allowed = {**_ALLOWED, **known}
    given = set()
    problems: list[Words] = []
    types = {parameter.name: parameter for parameter in query.parameters}
    for setting in settings:
        name, equals, text = setting.partition("=")
        if not equals or name not in types:
            there = ", ".join(types) or "-"
            problems.append(
                Words(
                    f"--set {setting}：应写作 名称=值；{query.name} 的参数有：{there}。",
                    f"--set {setting}: write name=value; {query.name} takes: {there}.",
                )
            )
            continue
        given.add(name)
        try:
            values[name] = _typed(types[name], text)
            problems += _unknown(setting, values[name], allowed.get(name, ()))
        except (ValueError, KeyError):
            problems.append(
                Words(
                    f"--set {setting}：“{text}”不是 {types[name].type}；{_EXAMPLES[types[name].type]}",
                    f"--set {setting}: “{text}” is not {types[name].type}; "
                    f"{_EXAMPLES[types[name].type]}",
                )
            )
    if "start_month" not in given:
        values["start_month"] = min(values["start_month"], values["end_month"])
    if "end_month" not in given:
        values["end_month"] = max(values["start_month"], values["end_month"])
    if values["start_month"] > values["end_month"]:
        problems.append(
            Words(
                f"起始月 {values['start_month']:%Y-%m} 晚于终止月 {values['end_month']:%Y-%m}。",
                f"start_month {values['start_month']:%Y-%m} is after "
                f"end_month {values['end_month']:%Y-%m}.",
            )
        )
    if problems:
        raise Problem(problems)
    if "window_months" not in given:
        values["window_months"] = months_between(values["start_month"], values["end_month"]) + 1
    return values


_ALLOWED: dict[str, Collection[str]] = {each.name: each.offered or () for each in FILTERS}


def _unknown(setting: str, values: Any, allowed: Collection[str]) -> list[Words]:
    there = ", ".join(sorted(allowed)[:_MOST_NAMED] if len(allowed) > _MOST_NAMED else allowed)
    if len(allowed) > _MOST_NAMED:
        there += ", …"
    return [
        Words(
            f"--set {setting}：没有“{value}”；可用：{there}。",
            f"--set {setting}: there is no “{value}”; there are: {there}.",
        )
        for value in (values if allowed and isinstance(values, list) else ())
        if value not in allowed
    ]


_MOST_MONTHS = 1200
_MOST_NAMED = 20

_EXAMPLES = {
    "DATE": "2025-12",
    "VARCHAR[]": "310112103,310112112",
    "BOOLEAN": "true / false",
    "INTEGER": f"1–{_MOST_MONTHS}",
}


def _typed(parameter: Parameter, text: str) -> Any:
    match parameter.type:
        case "DATE":
            return _month(text)
        case "VARCHAR[]":
            return [part.strip() for part in text.split(",") if part.strip()]
        case "BOOLEAN":
            return {"true": True, "false": False}[text.lower()] if text else None
        case "INTEGER":
            return _count_of_months(text)
    raise ValueError(parameter.type)


def _count_of_months(text: str) -> int:
    count = int(text)
    if not 1 <= count <= _MOST_MONTHS:
        raise ValueError(text)
    return count


def _month(text: str) -> date:
    form = "%Y-%m" if text.count("-") == 1 else "%Y-%m-%d"
    return datetime.strptime(text, form).date().replace(day=1)
