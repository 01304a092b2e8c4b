"""Fill in what follows from the rest of a row, or of the load: origin, English name, codes, first day."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from dashboard.contract.fields import Table
from dashboard.contract.tables import UNSTATED_TIER
from dashboard.intake.faults import Check
from dashboard.intake.gazetteer import renamed
from dashboard.intake.messages import message
from dashboard.intake.parsing import TableRows
from dashboard.intake.values import option_key, squeeze

# Codes that may be left out: each is made of these columns and a serial number.
MADE_CODES: Mapping[str, tuple[str, ...]] = {
    "organisation_code": ("community_code", "organisation_kind", "valid_from"),
    "activity_code": ("community_code", "held_on", "activity_kind"),
    "proposal_code": ("community_code", "raised_on", "proposal_category"),
    "space_code": ("community_code", "space_kind", "valid_from"),
    "club_code": ("community_code", "club_kind", "valid_from"),
    "target_code": ("tier", "target_kind", "due_on"),
    "report_code": ("name_zh", "published_on"),
}
_FILLED = frozenset(("origin", "name_en", "is_home"))
_FILLED_IN = frozenset((("occupancy", "tier"), ("governance", "valid_from")))


def is_filled(table: Table, name: str) -> bool:
    """Tell whether a column is filled in where it is not given."""
    is_code = name in MADE_CODES or (table.name, name) == ("community", "community_code")
    in_table = (table.name, name) in _FILLED_IN
    return name in _FILLED or in_table or (is_code and table.key == (name,))


def fill(rows: TableRows, there: pd.DataFrame, today: date, check: Check) -> None:
    """Fill in what is empty; ``there`` are the user's own communities so far, and the check holds the
    tables of this load that a first day of governance follows from: communities and occupancy."""
    table, frame = rows.table, rows.frame

    def put(name: str, values: Any, note: str = "filled") -> None:
        blank = frame[name].isna()
        if blank.any():
            frame.loc[blank, name] = pd.Series(values, index=frame.index)[blank]
            check.note(table, name, note, count=int((blank & frame[name].notna()).sum()))

    if "origin" in frame:
        frame["origin"] = "own"
    if "name_en" in frame:
        put("name_en", frame["name_zh"])
    if "is_home" in frame:
        kind = frame["community_kind"]
        put("is_home", (kind == "builders_home").where(kind.notna(), None))
    if table.name == "occupancy":
        put("tier", UNSTATED_TIER, "unstated")
    if table.name == "governance" and frame["valid_from"].isna().any():
        put("valid_from", _first_days(frame["community_code"], there, today, check), "begun")
    if table.name == "community":
        put("community_code", _community_codes(rows, there, check))
    for code, parts in MADE_CODES.items():
        if table.key == (code,) and frame[code].isna().any():
            put(code, _made_codes(frame.drop(columns=code), parts))


def _first_days(
    communities: pd.Series, there: pd.DataFrame, today: date, check: Check
) -> "pd.Series[Any]":
    """Give each community's opening date if it is known, else the first day of the earliest month of
    which this load tells, else of the month of loading."""
    empty = there.iloc[:0]
    known = pd.concat([there, check.frames.get("community", empty)])
    opened = dict(zip(known["community_code"], known["opened_on"], strict=True))
    told = check.frames.get("occupancy")
    months = [] if told is None else [*told["month"].dropna()]
    first = min(months, default=pd.Timestamp(today.replace(day=1)))
    days = [opened.get(code) for code in communities]
    return pd.Series([first if pd.isna(day) else day for day in days], communities.index)


def _community_codes(rows: TableRows, there: pd.DataFrame, check: Check) -> list[str | None]:
    """Give each community without a code the one it has already, or the next of its town."""
    frame = rows.frame
    titles = dict(zip(there["community_code"], there["name_zh"], strict=True))
    mine = {(row.town_code, squeeze(row.name_zh)): row.community_code for row in there.itertuples()}
    used = {code for code in frame["community_code"] if code} | set(titles)
    named = {option_key(name) for name in frame["name_zh"] if name}
    last: Counter[str] = Counter()
    codes: list[str | None] = []
    for row in frame.itertuples():
        town, name = row.town_code, row.name_zh
        codes.append(None)
        if not town or not name:
            continue
        key = (town, squeeze(name))
        if key not in mine and not row.community_code:
            code, asked = renamed(row, there, named)
            if asked is not None:
                rows.refuse(check, row.Index, "name_zh", asked, name)
                continue
            if code:
                mine[key] = code
                title = rows.place(row.Index)[0].found.title
                check.warnings.append(
                    message("sheet.renamed", title=title, name=name, old=titles[code], code=code)
                )
        while key not in mine:
            last[town] += 1
            code = f"{town}-{last[town]:03d}"
            if code not in used:
                mine[key] = code
        codes[-1] = mine[key]
    return codes


def _made_codes(given: pd.DataFrame, parts: Sequence[str]) -> pd.Series:
    """Make codes of what a row is and a serial number; rows that agree share one."""
    frame = given.astype("object").where(given.notna(), "x").astype(str)
    base = frame[list(parts)].agg("-".join, axis=1).str.replace(" 00:00:00", "")
    same = frame.agg("|".join, axis=1)
    serial = same.groupby(base).transform(lambda group: pd.factorize(group)[0] + 1)
    return base + "-" + serial.astype(str)
