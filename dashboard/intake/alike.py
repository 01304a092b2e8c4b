"""Tell once what is remarked of several sheets of one workbook; pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from dashboard.contract.words import Words
from dashboard.intake.messages import Told, message

_NAMED = 3

# File and name of each sheet, by title; and the names of the sheets that are read, by file.
Sheets = Mapping[str, tuple[str, str]]
Read = Mapping[str, Collection[str]]


@dataclass(frozen=True)
class _Remark:
    """Hold what is remarked of one sheet, with the ``value`` that it takes from there, if any."""

    words: Told
    file: str
    name: str
    value: str

    @classmethod
    def of(cls, words: Words, sheets: Sheets) -> Self | None:
        if not isinstance(words, Told):
            return None
        facts = words.facts
        file, name = sheets.get(facts.get("title", ""), ("", ""))
        if not file and facts.keys() >= {"file", "name"}:
            file, name = facts["file"], facts["name"]
        return cls(words, file, name, str(facts.get("value", ""))) if file else None

    def of_sheets(self, file: str, name: Any, values: list[str]) -> Told:
        """Say it of other sheets."""
        facts, there = self.words.facts, {"file": file, "name": name}
        if "title" in facts:
            there = {"title": message("sheet.title", file=file, name=name)}
        if "value" in facts:
            there["value"] = values
        return message(self.words.key, **facts | there)


def told_once(remarks: Iterable[Words], sheets: Sheets, read: Read) -> list[Words]:
    """Put remarks together that differ by their sheet alone, or by the value that they take from it."""
    groups: dict[object, list[_Remark]] = {}
    told: dict[object, list[Words]] = {}
    for words in remarks:
        remark = _Remark.of(words, sheets)
        if remark is None:
            told[words] = [words]
            continue
        alike = (remark.file, remark.of_sheets("", "", []))
        told[alike] = []  # where its line stands
        groups.setdefault(alike, []).append(remark)
    for same, group in groups.items():
        told[same] = [_told(each, read) for each in _of_like_values(group)]
    return [words for lines in told.values() for words in lines]


def _of_like_values(group: list[_Remark]) -> list[list[_Remark]]:
    """Part remarks by their value; those whose value no other has stay together."""
    by_value: dict[str, list[_Remark]] = {}
    for each in group:
        by_value.setdefault(each.value, []).append(each)
    several = [same for same in by_value.values() if len(same) > 1]
    singly = [same[0] for same in by_value.values() if len(same) == 1]
    return [*several, singly] if singly else several


def _told(same: list[_Remark], read: Read) -> Words:
    if len(same) == 1:
        return same[0].words
    file = same[0].file
    names = list(dict.fromkeys(each.name for each in same))
    values = list(dict.fromkeys(each.value for each in same))
    return same[0].of_sheets(file, _named(names, read.get(file, ())), values)


def _named(names: list[str], read: Collection[str]) -> list[str] | Words:
    """Name sheets: the first of them where no other is read, or else each."""
    count = len(names)
    if count <= _NAMED:
        return names
    if {*read} - {*names}:
        return message("sheet.several", names=names, count=count)
    more = count - _NAMED
    return message("sheet.several_more", names=names[:_NAMED], more=more, count=count)
