"""Read query parameters typed by hand, and say at once everything that is wrong with them."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from dashboard.model.filters import Filters
from dashboard.model.problem import Problem
from dashboard.model.words import Words
from dashboard.warehouse.catalogue import NamedQuery, Parameter


def read_settings(
    query: NamedQuery, settings: Iterable[str], *, defaults: Filters
) -> dict[str, Any]:
    """Turn ``key=value`` settings into the query's parameters; the rest take their defaults.

    Raises Problem naming every setting that is unknown or malformed.
    """
    values = defaults.parameters()
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
        try:
            values[name] = _typed(types[name], text)
        except (ValueError, KeyError):
            problems.append(
                Words(
                    f"--set {setting}：“{text}”不是 {types[name].type}；{_EXAMPLES[types[name].type]}",
                    f"--set {setting}: “{text}” is not {types[name].type}; "
                    f"{_EXAMPLES[types[name].type]}",
                )
            )
    if problems:
        raise Problem(problems)
    return values


_MOST_MONTHS = 1200

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
