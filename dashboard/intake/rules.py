"""Hold a table's rows against each other's columns: what can't be true at once. Pure."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

import pandas as pd

from dashboard.contract.privacy import USUAL_LEAST
from dashboard.contract.words import Words

# A target falls due in the future, and an arrangement may be meant to end there.
MAY_BE_AHEAD = frozenset(("due_on", "due_month", "valid_to"))


@dataclass(frozen=True)
class Rule:
    """Mark ``field`` in the rows where ``broken`` holds; missing values break nothing but a rule
    ``of_missing`` ones."""

    table: str
    code: str
    field: str
    broken: Callable[[pd.DataFrame], pd.Series]
    what: Words
    todo: Words
    needs: tuple[str, ...]
    of_missing: bool = False
    # Whether a sheet that lacks one of the columns may be of the other alone.
    needs_columns: bool = False


def _more(table: str, code: str, high: str, low: str, what: Words, todo: Words) -> Rule:
    return Rule(table, code, high, lambda rows: rows[high] > rows[low], what, todo, (high, low))


def _before(table: str, later: str, earlier: str, what: Words) -> Rule:
    todo = Words("核对两个日期", "check both days")
    return Rule(
        table,
        "order",
        later,
        lambda rows: rows[later] < rows[earlier],
        what,
        todo,
        (later, earlier),
    )


def _together(table: str, code: str, one: str, other: str, what: Words) -> Rule:
    """Two columns that a row has both of, or neither, where its sheet has both."""
    return Rule(
        table,
        code,
        one,
        lambda rows: rows[one].isna() != rows[other].isna(),
        what,
        Words("两列都填，或都留空", "give both, or neither"),
        (one, other),
        of_missing=True,
        needs_columns=True,
    )


# What the options of one vote share.
_VOTE = ["community_code", "voted_on", "vote_question"]
_CHECK = Words("核对这两列", "check both columns")
RULES: tuple[Rule, ...] = (
    _more(
        "occupancy", "let", "let_count", "available_count",
        Words("已租多于可租", "more is let than available"), _CHECK,
    ),
    _more(
        "occupancy", "available", "available_count", "supply_count",
        Words("可租多于建成供应", "more is available than built"), _CHECK,
    ),
    _more(
        "occupancy", "residents", "resident_count", "capacity_count",
        Words("居民多于可住人数", "more residents than capacity"), _CHECK,
    ),
    _together(
        "occupancy", "letting", "let_count", "available_count",
        Words("可租与已租只有一个", "only one of available and let is given"),
    ),
    _together(
        "occupancy", "moves", "move_in_count", "move_out_count",
        Words("迁入与迁出只有一个", "only one of move-ins and move-outs is given"),
    ),
    _before("community", "closed_on", "opened_on", Words("退出早于开业", "closed before it opened")),
    _before("governance", "valid_to", "valid_from", Words("终止早于起始", "ends before it begins")),
    _before("organisation", "valid_to", "valid_from", Words("终止早于起始", "ends before it begins")),
    _before("proposal", "accepted_on", "raised_on", Words("受理早于提出", "accepted before it was raised")),
    _before("proposal", "settled_on", "raised_on", Words("办结早于提出", "closed before it was submitted")),
    Rule(
        "proposal", "order", "settled_on",
        # One that was settled before it was even raised is told of that alone.
        lambda rows: (rows["settled_on"] < rows["accepted_on"])
        & ~(rows["settled_on"] < rows["raised_on"]).fillna(False),
        Words("办结早于受理", "closed before it was accepted"),
        Words("核对两个日期", "check both days"),
        ("settled_on", "accepted_on", "raised_on"),
    ),
    Rule(
        "proposal", "unaccepted", "settled_on",
        lambda rows: rows["settled_on"].notna() & rows["accepted_on"].isna(),
        Words("已办结却没有受理日期", "settled without having been accepted"),
        Words("补上受理日期", "add the day it was accepted"),
        ("settled_on", "accepted_on"),
        of_missing=True,
    ),
    _before("space", "valid_to", "valid_from", Words("终止早于起始", "ends before it begins")),
    _before("club", "valid_to", "valid_from", Words("终止早于起始", "ends before it begins")),
    Rule(
        "space_vote", "votes", "vote_count",
        lambda rows: rows.groupby(_VOTE)["vote_count"].transform("sum") > rows["voter_count"],
        Words("各选项得票之和多于投票人数", "the options' votes add up to more than its voters"),
        Words("核对各选项的得票与投票人数", "check each option's votes and the voters"),
        ("vote_count", "voter_count", *_VOTE),
    ),
    Rule(
        "space_vote", "voters", "voter_count",
        lambda rows: rows.groupby(_VOTE)["voter_count"].transform("nunique") > 1,
        Words("同一次表决的投票人数不一致", "one vote has different numbers of voters"),
        Words("各选项填同一个投票人数", "give each option the same number of voters"),
        ("voter_count", *_VOTE),
    ),
    Rule(
        "belonging_survey", "few", "answered_count",
        lambda rows: rows["answered_count"] < USUAL_LEAST,
        Words(f"答卷少于 {USUAL_LEAST} 份，不成平均分", f"fewer than {USUAL_LEAST} answers make no mean"),
        Words("去掉这一行，收到更多答卷后再填", "leave the row out until more have answered"),
        ("answered_count",),
    ),
    _more(
        "belonging_survey", "scale", "mean_score", "score_scale",
        Words("平均分高于满分", "the mean is above the highest score"), _CHECK,
    ),
    Rule(
        "governance", "mode", "mode",
        lambda rows: rows["mode"].notna() & (rows["coverage_type"] == "grid"),
        Words("片区网格没有治理模式", "grid governance has no mode"),
        Words("改为居村治理，或清空模式", "make it committee governance, or clear the mode"),
        ("mode", "coverage_type"),
    ),
)  # fmt: skip


def broken(table: str, rows: pd.DataFrame) -> Iterator[tuple[Rule, pd.Series]]:
    """Yield each rule of a table with the rows that break it."""
    for rule in RULES:
        if rule.table == table and set(rule.needs) <= set(rows.columns):
            yield rule, rule.broken(rows).fillna(False).astype(bool)


def ahead(rows: pd.DataFrame, column: str, today: date) -> pd.Series:
    """Tell which rows lie in the future."""
    if column in MAY_BE_AHEAD:
        return pd.Series(False, index=rows.index)
    return (rows[column] > pd.Timestamp(today)).fillna(False)


def overlapping(rows: pd.DataFrame) -> pd.Series:
    """Tell which spans of governance begin before the one before them has ended."""
    ordered = rows.dropna(subset=["community_code", "valid_from"]).sort_values(
        ["community_code", "valid_from"]
    )
    before = ordered.groupby("community_code")["valid_to"].shift()
    return (before >= ordered["valid_from"]).reindex(rows.index, fill_value=False)
