"""Say which months are kept on a cluster and in which part of what lies there.

The index is written anew under the next number and never changed, so that a run that is killed
leaves the one before; a part that holds no month any more is removed after that.
"""

import hashlib
import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Protocol

from dashboard.contract.problem import Problem
from dashboard.contract.words import Words

ALL = "all"
_INDEX = re.compile(r"months-(\d{6})\.json")
_PART = re.compile(r"part-(\d{6})-\w+")


class Folder(Protocol):
    """Be where months are kept."""

    @property
    def shown(self) -> str: ...

    def names(self, of: str = "") -> list[str]: ...

    def read(self, name: str) -> str | None: ...

    def create(self, name: str, text: str) -> None: ...

    def remove(self, name: str) -> None: ...


@dataclass(frozen=True)
class Month:
    """Say which part holds a month, what it was made from, and how many rows that has."""

    part: str
    inputs: str
    activities: int
    attendances: int


@dataclass(frozen=True)
class Kept:
    """Hold which months are kept, by their first day: ``number`` is the index's own, 0 for none.

    ``version`` names what made them, ``key`` what their pseudonyms were made with.
    """

    number: int
    version: str
    key: str = ""
    months: Mapping[str, Month] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """Name what is kept: the same wherever it lies."""
        told = {month: each.inputs for month, each in self.months.items()}
        text = json.dumps([self.version, self.key, told], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def is_of(self, inputs: str, months: Collection[str] | None) -> bool:
        """Tell whether the months, or all there are, were made of these inputs."""
        each = [self.months.get(month) for month in (self.months if months is None else months)]
        return bool(each) and all(one is not None and one.inputs == inputs for one in each)

    def next_part(self, inputs: str) -> str:
        """Name the part that a run writes."""
        return f"part-{self.number + 1:06d}-{inputs}"

    def others(self, months: Collection[str] | None) -> dict[str, Month]:
        """Give the months that stay when these, or all, are replaced."""
        return {} if months is None else {m: e for m, e in self.months.items() if m not in months}

    def with_months(
        self,
        inputs: str,
        key: str,
        counts: Mapping[str, tuple[int, int]],
        months: Collection[str] | None,
    ) -> "Kept":
        """Put a run's months, with their activities and attendances, in the place of those replaced."""
        part = self.next_part(inputs)
        new = {
            month: Month(part, inputs, *counts.get(month, (0, 0)))
            for month in (counts if months is None else months)
        }
        return Kept(self.number + 1, self.version, key, {**self.others(months), **new})


def read_kept(folder: Folder, version: str, *, is_replaced: bool = False) -> Kept:
    """Read which months are kept; none at a new place.

    Raises Problem where that can't be told or another version made them, unless all of it
    ``is_replaced``.
    """
    names = folder.names()
    numbers = sorted(int(match[1]) for name in names if (match := _INDEX.fullmatch(name)))
    parts = [int(match[1]) for name in names if (match := _PART.fullmatch(name))]
    last = max([0, *numbers, *parts])
    kept = next((k for n in reversed(numbers) if (k := _read(folder, n))), None)
    if kept is not None and kept.version == version:
        return Kept(last, kept.version, kept.key, kept.months)
    if is_replaced or (kept is None and not numbers and not parts):
        return Kept(last, version)
    if kept is None:
        raise Problem(
            Words(
                f"{folder.shown} 中保存的月份没有完好的目录：请用 --month all 重新给出全部月份。",
                f"What is kept in {folder.shown} has no index that can be read: give all months again with "
                "--month all.",
            )
        )
    raise Problem(
        Words(
            f"{folder.shown} 中的月份由另一版本做成：请用 --month all 重新给出全部月份。",
            f"The months in {folder.shown} were made by another version: give all of them again with "
            "--month all.",
        )
    )


def _read(folder: Folder, number: int) -> Kept | None:
    """Read an index; none if it is damaged, as where its writing was interrupted."""
    try:
        told = json.loads(folder.read(_name(number)) or "")
        months = {month: Month(**each) for month, each in told.pop("months").items()}
        return Kept(**told, months=months)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _name(number: int) -> str:
    return f"months-{number:06d}.json"


def write_kept(folder: Folder, kept: Kept) -> None:
    """Write the index; raises Problem if another run wrote it meanwhile."""
    try:
        text = json.dumps(asdict(kept), sort_keys=True, indent=1)
        folder.create(_name(kept.number), text)
    except FileExistsError as error:
        raise Problem(
            Words(
                f"另一次运行刚刚改动了 {folder.shown}：请再运行同一条命令。",
                f"Another run has just changed {folder.shown}: run the same command again.",
            )
        ) from error


def clear(folder: Folder, kept: Kept, tables: Collection[str]) -> None:
    """Remove what no month stands in any more: parts, months of parts, older indexes."""
    for name in list(_unneeded(folder, kept, tables)):
        folder.remove(name)


def _unneeded(folder: Folder, kept: Kept, tables: Collection[str]) -> Iterator[str]:
    parts = {each.part for each in kept.months.values()}
    for name in folder.names():
        if match := _INDEX.fullmatch(name):
            if int(match[1]) < kept.number:
                yield name
        elif name in parts:
            held = {f"month={month}" for month, each in kept.months.items() if each.part == name}
            for table in tables:
                inside = folder.names(f"{name}/{table}")
                yield from (
                    f"{name}/{table}/{each}"
                    for each in inside
                    if each.startswith("month=") and each not in held
                )
        elif (match := _PART.match(name)) and int(match[1]) <= kept.number:
            yield name


def months_to_take(kept: Kept, told: Collection[str]) -> list[str] | None:
    """Say which months are taken in, none meaning all there are; raises Problem where that is not clear."""
    if not told and kept.months:
        first, last = min(kept.months)[:7], max(kept.months)[:7]
        raise Problem(
            Words(
                f"已保存 {first} 至 {last} 的 {len(kept.months)} 个月：请用 --month 2026-03 说明这次带来哪些月份"
                "（所给月份整体替换），或用 --month all 全部重来。",
                f"{len(kept.months)} months from {first} to {last} are kept: say with --month 2026-03 which this "
                "brings (it takes their place as a whole), or --month all to begin anew.",
            )
        )
    return None if not told or ALL in told else sorted({f"{each}-01" for each in told})


def check_key(kept: Kept, key: str, months: Collection[str] | None) -> None:
    """Raise Problem where months that stay bear pseudonyms of another key."""
    if kept.others(months) and kept.key != key:
        raise Problem(
            Words(
                "已保存的月份用另一把密钥（或已有假名）做成，合在一起会把同一人算作两人：请用原来的密钥，"
                "或用 --month all 重新给出全部月份。",
                "The months that are kept were made with another key, or of pseudonyms given: together one person "
                "would count as two. Use that key, or give all months again with --month all.",
            )
        )
