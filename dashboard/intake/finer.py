"""Let housing by tier stand for what other sheets say of it without a tier; pure.

A register counts dwellings, a monthly report flats, rooms and beds: of one community's month the finer
numbers are kept. Within one sheet a missing tier may be a slip, and is refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from dashboard.contract.tables import UNSTATED_TIER

PLACE = ["community_code", "month"]


@dataclass(frozen=True)
class Settled:
    """Say which numbers without a tier give way.

    ``cleared``: by row and count, those of the new rows; ``before``: the rows that were there, without
    the counts that give way; ``refused``: the new rows of whose sheet nobody can say; ``rows`` of how many
    communities' months numbers gave way, and in how many of them they differ from the sum of the tiers.
    """

    cleared: pd.DataFrame
    before: pd.DataFrame
    refused: pd.Series
    rows: int
    differing: int


def settle_tiers(
    new: pd.DataFrame, there: pd.DataFrame, sheets: pd.Series, counts: Sequence[str]
) -> Settled:
    """Tell which counts without a tier give way to those of tiers. ``sheets``: of which sheet each new
    row is; ``there``: the rows so far."""
    counts = [name for name in counts if name in there.columns or there.empty]
    key = [*PLACE, "tier"]
    old = there[[*key, *counts]] if len(there) else new.iloc[:0][[*key, *counts]]
    is_again = _marks(old, new[key].drop_duplicates(), key)
    old = old[~is_again]
    is_all, was_all = new["tier"] == UNSTATED_TIER, old["tier"] == UNSTATED_TIER
    cleared = pd.DataFrame(False, index=new.index, columns=list(counts))
    gone = pd.DataFrame(False, index=old.index, columns=list(counts))
    refused = pd.Series(False, index=new.index)
    told: dict[tuple[object, ...], bool] = {}
    for name in counts:
        of_new = new[~is_all & new[name].notna()]
        finer = pd.concat([of_new[[*PLACE, name]], old.loc[~was_all & old[name].notna(), [*PLACE, name]]])  # fmt: skip
        gives_way = is_all & new[name].notna() & _marks(new, finer[PLACE].drop_duplicates(), PLACE)
        own = of_new[PLACE].assign(sheet=sheets[of_new.index]).drop_duplicates()
        is_own = _marks(new.assign(sheet=sheets), own, [*PLACE, "sheet"])
        refused |= gives_way & is_own
        cleared[name] = gives_way & ~is_own
        gone[name] = was_all & old[name].notna() & _marks(old, of_new[PLACE].drop_duplicates(), PLACE)  # fmt: skip
        sums = finer.groupby(PLACE)[name].sum()
        for rows in (new[cleared[name]], old[gone[name]]):
            for code, month, said in rows[[*PLACE, name]].itertuples(index=False):
                differs = float(said) != float(sums[code, month])
                told[code, month] = told.get((code, month), False) or differs
    before = there.loc[gone.index[gone.any(axis=1)]].copy()
    for name in counts:
        before.loc[gone.loc[before.index, name], name] = None
    return Settled(cleared, before, refused, len(told), sum(told.values()))


def _marks(rows: pd.DataFrame, places: pd.DataFrame, on: list[str]) -> pd.Series:
    """Mark the rows that are of one of these places."""
    found = rows[on].merge(places.assign(_is=True), on=on, how="left")["_is"]
    return pd.Series(found.eq(True).to_numpy(), index=rows.index)
