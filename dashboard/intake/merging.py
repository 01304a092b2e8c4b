"""Put new rows and old ones together by key, and tell what that changes; pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from dashboard.contract.fields import Table

# By which day a table's rows belong to a month; the others tell of all times at once.
DATED: Mapping[str, str] = {"occupancy": "month", "activity": "held_on", "proposal": "raised_on"}
# What a removed row said in them goes with it: a name may be why it is removed.
_FREE_TEXTS = ("proposal_text", "outcome_text")
# What stands for a row as a whole where one is told to be gone.
WHOLE_ROW = ""


@dataclass(frozen=True)
class Merged:
    """Count what a load did to one table."""

    rows: int
    added: int
    restated: int
    unchanged: int
    removed: int = 0

    @property
    def changed(self) -> int:
        return self.added + self.restated + self.removed


def put_together(table: Table, rows: pd.DataFrame, unsaid: pd.DataFrame) -> pd.DataFrame:
    """Let rows of one key each say what the others' sheets have no column for."""
    key = list(table.key)
    repeated = rows[key].notna().all(axis=1) & rows.duplicated(key, keep=False)
    if not (repeated.any() and unsaid[repeated].to_numpy().any()):
        return rows
    rows = rows.copy()
    for name in unsaid.columns[unsaid[repeated].any()]:
        said = rows.loc[repeated, name].mask(unsaid.loc[repeated, name])
        first = said.groupby([rows.loc[repeated, each] for each in key]).transform("first")
        lacks = repeated & unsaid[name]
        rows.loc[lacks, name] = first[lacks[lacks].index].combine_first(rows.loc[lacks, name])
        unsaid.loc[lacks, name] = first[lacks[lacks].index].isna()
    return rows


def kept_of(
    table: Table, old: pd.DataFrame, new: pd.DataFrame, unsaid: pd.DataFrame | None
) -> pd.DataFrame:
    """Let what new rows say nothing of stay as the old ones of their keys have it."""
    if unsaid is None:
        return new
    key = list(table.key)
    there = new[key].merge(old, on=key, how="left", indicator=True)
    is_there = (there["_merge"] == "both").to_numpy()
    new = new.copy()
    for name in unsaid.columns:
        keeps = is_there & unsaid[name].to_numpy()
        if keeps.any():
            new.loc[keeps, name] = there.loc[keeps, name].to_numpy()
    return new


def merge(
    table: Table, old: pd.DataFrame, new: pd.DataFrame, unsaid: pd.DataFrame | None = None
) -> tuple[pd.DataFrame, pd.DataFrame, Merged]:
    """Add new rows to the old by key; rows said anew replace theirs and are listed.

    ``unsaid`` marks the new cells whose sheet has no column for them: there the old value stays.
    """
    key = list(table.key)
    columns = [column.name for column in table.columns]
    if old.empty:
        rows, counts = _closed(table, new), Merged(len(new), len(new), 0, 0)
        return rows, _no_restatements(), counts
    old = old.astype(new.dtypes.to_dict())
    new = kept_of(table, old, new, unsaid)
    both = new.merge(old, on=key, how="left", suffixes=("", "_old"), indicator=True)
    is_new = both["_merge"] == "left_only"
    changes = []
    is_restated = pd.Series(False, index=both.index)
    for name in (column for column in columns if column not in key):
        was, now = both[f"{name}_old"], both[name]
        differs = (~is_new) & ~((was == now).fillna(False) | (was.isna() & now.isna()))
        is_restated |= differs.astype(bool)
        if differs.any():
            changes.append(
                pd.DataFrame(
                    {
                        "table_name": table.name,
                        "row_key": _texts(both.loc[differs, key]).agg(" ".join, axis=1),
                        "column_name": name,
                        "before_value": _texts(was[differs].to_frame())[f"{name}_old"],
                        "after_value": _texts(now[differs].to_frame())[name],
                    }
                )
            )
    rows = pd.concat([old[columns], new[columns]], ignore_index=True)
    rows = rows.drop_duplicates(key, keep="last").reset_index(drop=True)
    added, restated = int(is_new.sum()), int(is_restated.sum())
    counts = Merged(len(new), added, restated, len(new) - added - restated)
    listed = pd.concat(changes, ignore_index=True) if changes else _no_restatements()
    return _closed(table, rows), listed, counts


def _closed(table: Table, rows: pd.DataFrame) -> pd.DataFrame:
    """End each open span of governance the day before the community's next one begins."""
    if table.name != "governance":
        return rows
    rows = rows.sort_values(["community_code", "valid_from"]).reset_index(drop=True)
    following = rows.groupby("community_code")["valid_from"].shift(-1)
    last = following - pd.Timedelta(days=1)
    runs_on = following.notna() & (rows["valid_to"].isna() | (rows["valid_to"] > last))
    return rows.assign(valid_to=rows["valid_to"].where(~runs_on, last).astype("datetime64[s]"))


def _texts(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.apply(lambda column: column.map(_text))


def _text(value: Any) -> str:
    if value is None or value is pd.NaT or value is pd.NA or value != value:
        return ""
    return f"{value:%Y-%m-%d}" if isinstance(value, pd.Timestamp) else str(value)


def _no_restatements() -> pd.DataFrame:
    return pd.DataFrame(
        columns=["table_name", "row_key", "column_name", "before_value", "after_value"],
        dtype="object",
    )


def no_longer_there(
    table: Table, old: pd.DataFrame, new: pd.DataFrame, town_of: Mapping[str, str]
) -> pd.DataFrame:
    """Return the old rows that the new ones should hold again and don't.

    A file tells of the towns and months that it has rows of: what it lacks of these is gone, of
    others it says nothing. ``town_of`` names each community's town.
    """
    if old.empty or new.empty:
        return old.iloc[:0]
    key = list(table.key)
    told = pd.Series(True, index=old.index)
    if table.name in DATED:
        day = DATED[table.name]
        told &= _months(old[day]).isin(_months(new[day]).unique())
    if table.name == "attendance":
        told &= old["activity_code"].isin(new["activity_code"].unique())
    if (was := _towns(old, town_of)) is not None and (now := _towns(new, town_of)) is not None:
        told &= was.isin(now.dropna().unique())
    keys = new[key].astype(old[key].dtypes.to_dict()).drop_duplicates()
    again = old[key].merge(keys, on=key, how="left", indicator=True)["_merge"] == "both"
    return old[told & ~again.to_numpy()]


def _months(days: pd.Series) -> pd.Series:
    return pd.to_datetime(days).dt.to_period("M")


def _towns(rows: pd.DataFrame, town_of: Mapping[str, str]) -> pd.Series | None:
    if "town_code" in rows.columns:
        return rows["town_code"]
    if "community_code" in rows.columns:
        return rows["community_code"].map(town_of)
    return None


def without(
    table: Table, rows: pd.DataFrame, gone: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Take rows out by key; return those that stay, and the list of those that went."""
    if gone.empty:
        return rows, _no_restatements()
    key = list(table.key)
    keys = gone[key].astype(rows[key].dtypes.to_dict())
    goes = rows[key].merge(keys, on=key, how="left", indicator=True)["_merge"] == "both"
    others = [c.name for c in table.columns if c.name not in (*key, *_FREE_TEXTS)]
    texts = _texts(gone[others])
    said = [
        "; ".join(f"{name}={text}" for name, text in zip(others, row, strict=True) if text)
        for row in texts.itertuples(index=False)
    ]
    listed = pd.DataFrame(
        {
            "table_name": table.name,
            "row_key": _texts(gone[key]).agg(" ".join, axis=1),
            "column_name": WHOLE_ROW,
            "before_value": said,
            "after_value": "",
        }
    )
    return rows[~goes.to_numpy()].reset_index(drop=True), listed
