"""Fill in what follows from the rest of a row, or of the load: origin, English name, codes, first day."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from dashboard.contract.fields import Table
from dashboard.contract.tables import UNSTATED_TIER
from dashboard.contract.targets import usual_bound
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
# What governance is like while a span of it lasts.
_ARRANGEMENT = ("coverage_type", "mode", "leading_organisation")
_FILLED = frozenset(("origin", "name_en", "is_home"))
_FILLED_IN = frozenset(
    (("occupancy", "tier"), ("governance", "valid_from"), ("target", "target_bound"))
)


def is_filled(table: Table, name: str) -> bool:
    """Tell whether a column is filled in where it is not given."""
    is_code = name in MADE_CODES or (table.name, name) == ("community", "community_code")
    in_table = (table.name, name) in _FILLED_IN
    return name in _FILLED or in_table or (is_code and table.key == (name,))


def fill(
    rows: TableRows, there: pd.DataFrame, governed: pd.DataFrame, today: date, check: Check
) -> None:
    """Fill in what is empty; ``there`` are the user's own communities so far, ``governed`` how they are
    governed, and the check holds the tables of this load that a first day of governance follows
    from: communities and occupancy."""
    table, frame = rows.table, rows.frame

    def put(name: str, values: Any, note: str = "filled") -> None:
        blank = frame[name].isna()
        if blank.any():
            frame.loc[blank, name] = pd.Series(values, index=frame.index)[blank]
            if count := int((blank & frame[name].notna()).sum()):
                check.note(table, name, note, count=count)

    if "origin" in frame:
        frame["origin"] = "own"
    if "name_en" in frame:
        put("name_en", frame["name_zh"])
    if "is_home" in frame:
        kind = frame["community_kind"]
        put("is_home", (kind == "builders_home").where(kind.notna(), None))
    if table.name == "occupancy":
        put("tier", UNSTATED_TIER, "unstated")
    if table.name == "target":
        put("target_bound", frame["target_indicator"].map(usual_bound, na_action="ignore"), "bound")
    if table.name == "governance" and frame["valid_from"].isna().any():
        first = _first_month(today, check)
        spans = _in_force(governed, first)
        put("valid_from", _days_in_force(rows, spans), "in_force")
        # One without its day is not to be newer than those beside it: coverage would seem to change.
        told = pd.to_datetime(frame["valid_from"]).min()
        earliest = min(first, told) if pd.notna(told) else first
        days = _first_days(frame["community_code"], there, spans, (first, earliest), check)
        put("valid_from", days, "begun")
    if table.name == "community":
        put("community_code", _community_codes(rows, there, check))
    for code, parts in MADE_CODES.items():
        if table.key == (code,) and frame[code].isna().any():
            put(code, _made_codes(frame.drop(columns=code), parts))


def _first_month(today: date, check: Check) -> pd.Timestamp:
    """Give the earliest month of which this load tells, else that of loading."""
    told = check.frames.get("occupancy")
    months = [] if told is None else [*told["month"].dropna()]
    return min(months, default=pd.Timestamp(today.replace(day=1)))


def _in_force(governed: pd.DataFrame, first: pd.Timestamp) -> dict[str, Any]:
    """Find the span of governance that holds in a month, by community."""
    begun = pd.to_datetime(governed["valid_from"]) <= first + pd.offsets.MonthEnd(0)
    ends = pd.to_datetime(governed["valid_to"])
    now = governed[begun & (ends.isna() | (ends >= first))].sort_values("valid_from")
    return {span.community_code: span for span in now.itertuples()}


def _days_in_force(rows: TableRows, spans: Mapping[str, Any]) -> "pd.Series[Any]":
    """Give the day since when a community is governed as the row says, if it is so already: the row
    is that span again. What its sheet has no column for may be anything."""
    frame, unsaid = rows.frame, rows.unsaid()

    def day(index: Any) -> Any:
        span = spans.get(frame.at[index, "community_code"])
        if span is None:
            return None
        told = [name for name in _ARRANGEMENT if not unsaid.at[index, name]]
        differs = any(_differ(frame.at[index, name], getattr(span, name)) for name in told)
        return None if differs else span.valid_from

    return pd.Series([day(index) for index in frame.index], frame.index, dtype="object")


def _differ(one: Any, other: Any) -> bool:
    if pd.isna(one) or pd.isna(other):
        return bool(pd.notna(one) or pd.notna(other))
    return bool(one != other)


def _first_days(
    communities: pd.Series,
    there: pd.DataFrame,
    spans: Mapping[str, Any],
    months: tuple[pd.Timestamp, pd.Timestamp],
    check: Check,
) -> "pd.Series[Any]":
    """Give the first day of the earliest month of which this load tells where a community was
    governed otherwise before, else its opening date if that is known, else the earliest day that this
    load tells of any community's governance, or that first day if it is earlier."""
    first, earliest = months
    empty = there.iloc[:0]
    known = pd.concat([there, check.frames.get("community", empty)])
    opened = dict(zip(known["community_code"], known["opened_on"], strict=True))

    def day(code: Any) -> Any:
        if code in spans:
            return max(first, spans[code].valid_from)
        return earliest if pd.isna(opened.get(code)) else opened[code]

    return pd.Series([day(code) for code in communities], communities.index)


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
