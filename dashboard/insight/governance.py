"""Name the ways communities are governed, and measure the five modes against each other."""

import pandas as pd

from dashboard.contract.filters import UNCLASSIFIED
from dashboard.contract.indicators import BY_CODE, add_up, measure, total
from dashboard.contract.tables import mode
from dashboard.insight.lines import Line, mode_lines
from dashboard.language import Say

GRID, UNKNOWN = "grid", "unknown"


def kinds(rows: pd.DataFrame) -> list[str]:
    """Give each row's way of being governed: its mode, ``UNCLASSIFIED``, ``GRID``, or ``UNKNOWN``
    where nothing tells its coverage."""
    pairs = zip(rows["coverage_type"], rows["mode"].fillna(UNCLASSIFIED), strict=True)
    return [
        UNKNOWN if pd.isna(coverage) else code if coverage == "committee" else GRID
        for coverage, code in pairs
    ]


def mode_names(say: Say) -> dict[str, str]:
    """Name in full the ways a community under a committee can be governed."""
    return {
        **say.names(mode.allowed),
        UNCLASSIFIED: say("居村治理，未分类"),
    }


def short_kind_names(say: Say) -> dict[str, str]:
    """Name briefly, for legends, all seven ways a community can be governed."""
    return {
        "1": say("居委会"),
        "2": say("代管"),
        "3": say("代管加社工站"),
        "4": say("纳入居委会"),
        "5": say("自治共治"),
        UNCLASSIFIED: say("未分类"),
        GRID: say("片区网格"),
    }


def kind_names(say: Say) -> dict[str, str]:
    """Name briefly how a community may be governed, or that it is not known."""
    return {**short_kind_names(say), UNKNOWN: say("不详")}


def gists(say: Say) -> dict[str, str]:
    """Say of each mode briefly how it is built and whom it fits, and on what that rests."""
    found: dict[str, dict[str, Line]] = {code: {} for code in mode.allowed}
    for line in mode_lines():
        found[line.of].setdefault(line.part, line)
    return {
        code: say(
            "{path} 适合（{basis}）：{fits}",
            path=say.words(parts["path"].words),
            basis=say("我们的理解") if parts["fits"].is_ours else say("公开"),
            fits=say.words(parts["fits"].words),
        )
        for code, parts in found.items()
    }


def next_steps(say: Say, code: str) -> list[str]:
    """Give the next step up from a mode, our own reading."""
    return [
        say.words(each.words) for each in mode_lines() if each.of == code and each.part == "next"
    ]


def cards_by_name(say: Say) -> dict[str, tuple[str, str]]:
    """Give the card's code and gist of each mode by the names that it is called by."""
    told, short = gists(say), short_kind_names(say)
    return {
        name: (code, told[code])
        for code, words in mode.allowed.items()
        for name in (short[code], say.words(words))
    }


def mode_shares(rows: pd.DataFrame) -> pd.DataFrame:
    """Measure each mode's share of what committees govern; rows of modes_by_town.

    Gives ``mode``, its counts, ``community_share`` and ``resident_share`` (percent), in the
    modes' order; only modes that are there.
    """
    covered = rows[rows["coverage_type"] == "committee"]
    modes = add_up(covered, ["mode"], ["community_count", "resident_count"])
    place = {code: at for at, code in enumerate(modes["mode"])}
    order = [place[code] for code in (*mode.allowed, UNCLASSIFIED) if code in place]
    modes = modes.take(order).reset_index(drop=True)
    modes = modes.assign(
        committee_community_count=total(modes["community_count"]),
        committee_resident_count=total(modes["resident_count"]),
    )
    return modes.assign(
        community_share=measure(modes, BY_CODE["mode_share"])["value"],
        resident_share=measure(modes, BY_CODE["mode_resident_share"])["value"],
    )
