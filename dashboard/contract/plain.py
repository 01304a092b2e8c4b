"""Write values of ours as JSON and read them back, where pickle may not be trusted.

Only the classes that the reader names are made; everything else is a plain value.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from typing import Any

from dashboard.contract.words import Words


def as_plain(value: Any) -> Any:
    """Turn dataclasses, tuples, sets, mappings and dates into what JSON can say."""
    if is_dataclass(value) and not isinstance(value, type):
        each = {field.name: as_plain(getattr(value, field.name)) for field in fields(value)}
        return {"class": type(value).__name__, "fields": each}
    if isinstance(value, Mapping):
        return {"map": [[as_plain(key), as_plain(each)] for key, each in value.items()]}
    if isinstance(value, frozenset | set):
        return {"set": sorted(map(as_plain, value), key=repr)}
    if isinstance(value, Words):
        return {"words": value}
    if isinstance(value, list):
        return {"list": [as_plain(each) for each in value]}
    if isinstance(value, tuple):
        return [as_plain(each) for each in value]
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, str) and getattr(value, "__dict__", None):  # a text that holds more
        more = {name: as_plain(each) for name, each in vars(value).items()}
        return {"class": type(value).__name__, "fields": {"text": str(value), **more}}
    if value is None or isinstance(value, str | bool | int | float):
        return value
    return as_plain(value.item())  # a number of numpy's


def from_plain(plain: Any, *classes: type) -> Any:
    """Read it back; a list is a tuple unless it says otherwise."""
    if isinstance(plain, list):
        return tuple(from_plain(each, *classes) for each in plain)
    if not isinstance(plain, dict):
        return plain
    if "map" in plain:
        return {from_plain(key, *classes): from_plain(each, *classes) for key, each in plain["map"]}
    if "set" in plain:
        return frozenset(from_plain(each, *classes) for each in plain["set"])
    if "words" in plain:
        zh, en = plain["words"]
        return Words(zh, en)
    if "date" in plain:
        text = plain["date"]
        return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
    if "list" in plain:
        return [from_plain(each, *classes) for each in plain["list"]]
    known = {each.__name__: each for each in classes}
    said = {name: from_plain(each, *classes) for name, each in plain["fields"].items()}
    return known[plain["class"]](**said)
