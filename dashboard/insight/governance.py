"""Name the ways communities are governed, and measure the five modes against each other."""

import pandas as pd

from dashboard.contract.filters import UNCLASSIFIED
from dashboard.contract.indicators import BY_CODE, add_up, measure, total
from dashboard.contract.tables import mode
from dashboard.language import Say

GRID = "grid"


def kinds(rows: pd.DataFrame) -> list[str]:
    """Give each row's way of being governed: its mode, ``UNCLASSIFIED``, or ``GRID``."""
    pairs = zip(rows["coverage_type"], rows["mode"].fillna(UNCLASSIFIED), strict=True)
    return [code if coverage == "committee" else GRID for coverage, code in pairs]


def mode_names(say: Say) -> dict[str, str]:
    """Name in full the ways a community under a committee can be governed."""
    return {
        **{code: f"{code} {say.words(words)}" for code, words in mode.allowed.items()},
        UNCLASSIFIED: say("居村治理，未分类"),
    }


def short_kind_names(say: Say) -> dict[str, str]:
    """Name briefly, for legends, all seven ways a community can be governed."""
    return {
        "1": say("1 居委会"),
        "2": say("2 代管"),
        "3": say("3 代管加社工站"),
        "4": say("4 纳入"),
        "5": say("5 自治共治"),
        UNCLASSIFIED: say("未分类"),
        GRID: say("片区网格"),
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
