"""Say which columns of what lies elsewhere are which of the contract's, without reading a row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dashboard.contract.fields import Table
from dashboard.contract.problem import Problem
from dashboard.contract.tables import ATTENDANCE
from dashboard.contract.words import Words
from dashboard.intake import persons
from dashboard.intake.headings import field_names, heading_key
from dashboard.intake.personal import personal_heading


@dataclass(frozen=True)
class Source:
    """Hold where a table's columns stand: by field the heading, and who the rows are about.

    ``persons``: kind and heading of each column that tells who takes part, asked first before
    others. ``values``: what the mapping says that words mean, by field.
    """

    table: Table
    columns: Mapping[str, str]
    persons: Sequence[tuple[str, str]] = ()
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def recognised(table: Table, headings: Sequence[str], mapping: Mapping[str, Any]) -> Source:
    """Recognise a table's columns by the mapping, else by their headings as a load does.

    Raises Problem naming what is not there, and what is.
    """
    said: Mapping[str, Any] = next(
        (each for each in mapping.values() if each.get("table") == table.name), {}
    )
    told = said.get("columns", {})
    known = field_names(table.name)
    wanted = {each: told.get(each, known.get(heading_key(each), "")) for each in headings}
    columns = {name: heading for heading, name in reversed(wanted.items()) if name}
    people = _people(table, headings, columns)
    needed = [c.name for c in table.columns if not c.nullable and c.name != "participant_code"]
    lost = [name for name in needed if name not in columns]
    if table is ATTENDANCE and not people:
        lost.append("participant_code")
    unknown = [heading for heading in told if heading not in headings]
    if lost or unknown:
        there = ", ".join(headings[:40])
        names = ", ".join(lost or unknown)
        raise Problem(
            Words(
                f"{table.name}：找不到列 {names}；现有的列：{there}。请用 --mapping 的文件说明哪一列是什么。",
                f"{table.name}: there is no column {names}; there are: {there}. Say in a file for "
                "--mapping which column is which.",
            )
        )
    return Source(table, columns, people, said.get("values", {}))


def _people(
    table: Table, headings: Sequence[str], columns: Mapping[str, str]
) -> list[tuple[str, str]]:
    if table is not ATTENDANCE:
        return []
    places = [place for place, each in enumerate(headings) if each not in columns.values()]
    personal = [(headings[place], personal_heading(headings[place]) or "") for place in places]
    given = columns.get("participant_code")
    number = headings.index(given) if given else None
    return [(kind, headings[place]) for kind, place in persons.telling(personal, places, number)]
