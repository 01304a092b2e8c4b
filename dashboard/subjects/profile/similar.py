"""Find the places most like one: by how large, what kind, how old and how young they are.

What is compared is what a place is, never how well it does, so that those found are fair company.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from dashboard.contract.indicators import ratio
from dashboard.contract.tables import community_kind, tier

Aspects = Mapping[str, Sequence[str]]

COMMUNITY_ASPECTS: Aspects = {
    "size": ("log_dwellings",),
    "tiers": tuple(tier.allowed),
    "youth": ("youth_share",),
    "kind": tuple(community_kind.allowed),
    "age": ("log_years",),
}
TOWN_ASPECTS: Aspects = {
    "communities": ("log_communities",),
    "residents": ("log_residents",),
    "tiers": tuple(tier.allowed),
    "youth": ("youth_share",),
    "kind": tuple(community_kind.allowed),
}


def community_features(
    communities: pd.DataFrame, tiers: pd.DataFrame, *, on: pd.Timestamp
) -> pd.DataFrame:
    """Describe each community by numbers, by its code.

    ``communities`` are rows of the query of that name, ``tiers`` of occupancy_by_community; ages
    are counted to the day ``on``.
    """
    rows = communities.set_index("community_code")
    years = (on - rows["opened_on"]).dt.days / 365.25
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "log_dwellings": _log(rows["dwelling_count"]),
                    "youth_share": rows["youth_share"],
                    "log_years": _log(years + 1),
                }
            ),
            _tier_mix(tiers, "community_code").reindex(rows.index),
            _kinds(rows["community_kind"]),
        ],
        axis=1,
    )


def town_features(communities: pd.DataFrame, tiers: pd.DataFrame) -> pd.DataFrame:
    """Describe each town by its communities, by its code; from the same rows."""
    rows = communities.assign(
        young=communities["youth_share"] * communities["resident_count"],
        told=communities["resident_count"].where(communities["youth_share"].notna()),
    )
    groups = rows.groupby("town_code")
    residents = groups["resident_count"].sum()
    told = groups["told"].sum()
    kinds = _kinds(rows["community_kind"]).groupby(rows["town_code"]).mean()
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "log_communities": _log(groups.size()),
                    "log_residents": _log(residents),
                    "youth_share": ratio(groups["young"].sum(), told),
                }
            ),
            _tier_mix(tiers, "town_code").reindex(residents.index),
            kinds,
        ],
        axis=1,
    )


def most_similar(
    features: pd.DataFrame, key: str, aspects: Aspects, *, count: int = 5
) -> pd.DataFrame:
    """Find the ``count`` nearest to ``key``: ``distance`` and each aspect's own, by their keys.

    In each aspect the squared differences are divided by the variance over all places, so that
    one standard deviation counts the same in all; an aspect of several columns counts once. The
    distance is the root of the mean over the aspects that both places have.
    """
    apart = pd.DataFrame(
        {
            name: _apart(features[list(columns)].astype("float64"), key)
            for name, columns in aspects.items()
        }
    )
    squared = (apart**2).mean(axis=1)
    found = apart.assign(distance=squared**0.5).drop(index=key).dropna(subset=["distance"])
    ordered = found.assign(key=found.index).sort_values(["distance", "key"])
    return ordered.drop(columns="key").head(count)


def _apart(columns: pd.DataFrame, key: str) -> pd.Series:
    spread = float(columns.var(ddof=0).sum())
    squared = ((columns - columns.loc[key]) ** 2).sum(axis=1, skipna=False)
    return (squared / spread) ** 0.5 if spread > 0 else squared * 0


def _log(values: pd.Series) -> pd.Series:
    numbers = values.astype("float64")
    return pd.Series(np.log(numbers.where(numbers > 0)), index=values.index)


def _tier_mix(tiers: pd.DataFrame, key: str) -> pd.DataFrame:
    """Give each tier's share of a place's dwellings, which add up over tiers."""
    mix = tiers.pivot_table(index=key, columns="tier", values="dwelling_count", aggfunc="sum")
    mix = mix.reindex(columns=list(tier.allowed)).astype("float64").fillna(0)
    totals = mix.sum(axis=1)
    return mix.div(totals.where(totals > 0), axis=0)


def _kinds(kinds: pd.Series) -> pd.DataFrame:
    return pd.DataFrame(
        {name: (kinds == name).astype("float64") for name in community_kind.allowed}
    )
