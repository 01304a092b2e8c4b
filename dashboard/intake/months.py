"""Say which towns and months rows are of, and which months a change of rows touches; pure.

A row of a monthly table is of one month. One that holds over a span of days is of all months of
the span; ending it later touches the months after its first end alone. What only describes the
present (a name, an operator, the stage that a proposal has reached) touches no month.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow.parquet as parquet

from dashboard.contract.tables import NAMED
from dashboard.warehouse.delivery_log import Held


@dataclass(frozen=True)
class Dating:
    """Say which columns date a table's rows.

    ``start`` and ``end`` bound the days a row holds for (one day where there is no end column); a
    changed day in ``later`` touches its own months alone, a change of ``present`` none.
    """

    start: str
    end: str = ""
    later: tuple[str, ...] = ()
    present: tuple[str, ...] = ()
    is_monthly: bool = False


# The tables that towns deliver; an attendance is of its activity's day.
DATINGS: Mapping[str, Dating] = {
    "community": Dating(
        "opened_on", "closed_on",
        present=("name_zh", "name_en", "aliases", "operator", "resident_profile", "youth_share", "lon", "lat",
                 "neighbour_committee", "is_inside_boundary", "neighbour_household_count", "origin"),
    ),
    "governance": Dating("valid_from", "valid_to", present=("origin",)),
    "organisation": Dating("valid_from", "valid_to", present=("origin",)),
    "occupancy": Dating("month", is_monthly=True),
    "activity": Dating("held_on", is_monthly=True, present=("origin",)),
    "attendance": Dating("held_on", is_monthly=True),
    "proposal": Dating(
        "raised_on", is_monthly=True, later=("accepted_on", "settled_on"),
        present=("stage", "is_reopened", "responsible_unit", "proposal_text", "outcome_text", "is_replied", "origin"),
    ),
    "space": Dating("valid_from", "valid_to", present=("origin",)),
    "space_vote": Dating("voted_on"),
    "club": Dating("valid_from", "valid_to", present=("origin", "club_member_count")),
    "monthly_record": Dating("month", is_monthly=True),
    "belonging_survey": Dating("surveyed_on"),
}  # fmt: skip
_ROWS = "_rows"
_FIRST, _LAST = pd.Timestamp("1900-01-01"), pd.Timestamp("2200-01-01")


@dataclass(frozen=True)
class Whereabouts:
    """Know each community's town, and each activity's community and day."""

    town_of: Mapping[str, str]
    activities: pd.DataFrame

    @classmethod
    def of(
        cls, communities: Sequence[pd.DataFrame], activities: Sequence[pd.DataFrame]
    ) -> "Whereabouts":
        """Make it of tables of communities and of activities; later ones overrule earlier."""
        town_of: dict[str, str] = {}
        for rows in communities:
            known = rows.dropna(subset=["community_code", "town_code"])
            town_of |= dict(zip(known["community_code"], known["town_code"], strict=True))
        columns = ["activity_code", "community_code", "held_on"]
        parts = [rows[columns].astype("object") for rows in activities if len(rows)]
        dated = pd.concat(parts) if parts else pd.DataFrame(columns=columns)
        dated = dated.drop_duplicates("activity_code", keep="last").set_index("activity_code")
        return cls(town_of, dated.assign(held_on=pd.to_datetime(dated["held_on"])))

    def placed(self, table_name: str, rows: pd.DataFrame) -> pd.DataFrame:
        """Add each row's town and, to attendances, their activity's day."""
        if table_name == "attendance":
            rows = rows.join(self.activities, on="activity_code")
        if "town_code" in rows.columns:
            return rows.assign(_town=rows["town_code"])
        return rows.assign(_town=rows["community_code"].map(self.town_of))


def held_by(
    frames: Mapping[str, pd.DataFrame], staged: Mapping[str, Path], where: Whereabouts
) -> list[Held]:
    """Count the rows that tables and staged files hold, by town, table and month."""
    counted = {name: rows for name, rows in frames.items() if name in DATINGS}
    counted |= {name: _activities_of(file) for name, file in staged.items()}
    return [cell for name, rows in counted.items() for cell in held(name, rows, where)]


def _activities_of(file: Path) -> pd.DataFrame:
    """Count a staged file's rows by activity, without holding them all."""
    counts: Counter[str] = Counter()
    for batch in parquet.ParquetFile(file).iter_batches(columns=["activity_code"]):
        for each in batch.column(0).value_counts():
            counts[each["values"].as_py()] += each["counts"].as_py()
    return pd.DataFrame({"activity_code": list(counts), _ROWS: list(counts.values())})


def held(table_name: str, rows: pd.DataFrame, where: Whereabouts) -> list[Held]:
    """Count rows by town and month; those whose town or month is not known are left out.

    Rows that stand for several say so in a column of their own.
    """
    dating = DATINGS[table_name]
    placed = where.placed(table_name, rows)
    if dating.is_monthly:
        placed = placed.assign(_month=pd.to_datetime(placed[dating.start]).dt.strftime("%Y-%m"))
    else:
        placed = placed.assign(_month="")
    weights = placed[_ROWS] if _ROWS in placed.columns else pd.Series(1, placed.index)
    counts = weights.groupby([placed["_town"], placed["_month"]]).sum()
    return [Held(town, table_name, month, int(count)) for (town, month), count in counts.items()]


def touched(
    table_name: str,
    before: pd.DataFrame,
    after: pd.DataFrame,
    where: Whereabouts,
    months: Iterable[str],
) -> list[Held]:
    """Count, of some months, the rows that differ between two states of a table."""
    wanted = sorted(months)
    if not wanted or table_name not in DATINGS:
        return []
    spans = _changed_spans(table_name, before, after, where)
    found = []
    for month in wanted:
        first = pd.Timestamp(f"{month}-01")
        last = first + pd.offsets.MonthEnd(0)
        here = spans[(spans["first"] <= last) & (spans["last"] >= first)]
        rows = here.drop_duplicates(["row", "town"]).groupby("town")["row"].count()
        found += [Held(str(town), table_name, month, int(count)) for town, count in rows.items()]
    return found


def _changed_spans(
    table_name: str, before: pd.DataFrame, after: pd.DataFrame, where: Whereabouts
) -> pd.DataFrame:
    """List the spans of days that changed rows touch: row, town, first and last day."""
    table, dating = NAMED[table_name], DATINGS[table_name]
    key = list(table.key)
    forms = {column.name: column.field.form.pandas for column in table.columns}
    left, right = (
        where.placed(table_name, rows.astype(forms)).drop_duplicates(key, keep="last")
        for rows in (before, after)
    )
    both = left.merge(right, on=key, how="outer", suffixes=("_was", "_now"), indicator=True)
    both["row"] = range(len(both))

    def values(name: str) -> tuple[pd.Series, pd.Series]:
        return (
            (both[name], both[name]) if name in key else (both[f"{name}_was"], both[f"{name}_now"])
        )

    def differs(name: str) -> pd.Series:
        was, now = values(name)
        same = (was == now).fillna(False).astype(bool) | (was.isna() & now.isna())
        return ~same

    is_there_was, is_there_now = both["_merge"] != "right_only", both["_merge"] != "left_only"
    apart = {*key, *dating.present, *dating.later, dating.end}
    substance = ~(is_there_was & is_there_now)
    for column in table.columns:
        if column.name not in apart:
            substance |= differs(column.name)
    if table_name == "attendance":
        substance |= differs("held_on") & is_there_was & is_there_now
    towns = values("_town")
    starts, ends = values(dating.start), values(dating.end or dating.start)
    found = []
    for is_there, town, start, end in zip(
        (is_there_was, is_there_now), towns, starts, ends, strict=True
    ):
        last = end.fillna(_LAST) if dating.end else start
        found.append(_spans(both, is_there & substance, town, start.fillna(_FIRST), last))
    rest = is_there_was & is_there_now & ~substance
    town = towns[1].fillna(towns[0])
    if dating.end:
        was, now = (each.fillna(_LAST) for each in ends)
        first = was.where(was < now, now) + pd.Timedelta(days=1)
        found.append(
            _spans(both, rest & differs(dating.end), town, first, was.where(was > now, now))
        )
    for name in dating.later:
        for day in values(name):
            found.append(_spans(both, rest & differs(name) & day.notna(), town, day, day))
    return pd.concat(found, ignore_index=True)


def _spans(
    rows: pd.DataFrame, chosen: pd.Series, town: pd.Series, first: pd.Series, last: pd.Series
) -> pd.DataFrame:
    spans = pd.DataFrame(
        {"row": rows["row"], "town": town.fillna(""), "first": first, "last": last}
    )[chosen]
    return spans.astype({"first": "datetime64[s]", "last": "datetime64[s]"})
