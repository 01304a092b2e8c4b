"""Find the places most like one: by how large, what kind, how old and how young they are.

What is compared is what a place is, never how well it does, so that those found are fair company.
"""

from collections.abc import Mapping, Sequence
from math import isnan

import numpy as np
import pandas as pd

from dashboard.contract.columns import Floats, as_floats
from dashboard.contract.indicators import ratio
from dashboard.contract.tables import community_kind, stated_tiers

Aspects = Mapping[str, Sequence[str]]

COMMUNITY_ASPECTS: Aspects = {
    "size": ("log_dwellings",),
    "tiers": tuple(stated_tiers),
    "youth": ("youth_share",),
    "kind": tuple(community_kind.allowed),
    "age": ("log_years",),
}
TOWN_ASPECTS: Aspects = {
    "communities": ("log_communities",),
    "residents": ("log_residents",),
    "tiers": tuple(stated_tiers),
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
    years = (on - pd.to_datetime(rows["opened_on"])).dt.days / 365.25
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
    features: pd.DataFrame, key: str, aspects: Aspects, *, count: int | None = 5
) -> dict[str, float]:
    """Give the distances of the ``count`` places nearest to ``key``, by their keys, nearest first.
    Without a ``count``, those of all.

    In each aspect the squared differences are divided by the variance over all places, so that
    one standard deviation counts the same in all; an aspect of several columns counts once. The
    distance is the root of the mean over the aspects that both places have.
    """
    at = features.index.get_loc(key)
    apart = [
        _apart(features[list(columns)].to_numpy("float64"), at) for columns in aspects.values()
    ]
    distances = _mean(np.array(apart)) ** 0.5
    found = [
        (distance, other)
        for distance, other in zip(distances.tolist(), features.index, strict=True)
        if other != key and not isnan(distance)
    ]
    return {other: distance for distance, other in sorted(found)[:count]}


def _apart(columns: Floats, at: int) -> Floats:
    """Give each place's squared distance from one in the columns of one aspect."""
    spread = np.nansum(_mean((columns - _mean(columns)) ** 2))
    squared: Floats = ((columns - columns[at]) ** 2).sum(axis=1)
    return squared / spread if spread > 0 else squared * 0


def _mean(numbers: Floats) -> Floats:
    """Average each column over what is known of it."""
    is_known = ~np.isnan(numbers)
    with np.errstate(invalid="ignore"):
        mean: Floats = np.where(is_known, numbers, 0).sum(axis=0) / is_known.sum(axis=0)
    return mean


def _log(values: pd.Series) -> pd.Series:
    numbers = values.astype("float64")
    return pd.Series(np.log(numbers.where(numbers > 0)), index=values.index)


def _tier_mix(tiers: pd.DataFrame, key: str) -> pd.DataFrame:
    """Give each tier's share of a place's dwellings, which add up over tiers."""
    places, place = np.unique(tiers[key].to_numpy(object), return_inverse=True)
    codes = list(stated_tiers)
    code = np.array([codes.index(each) for each in tiers["tier"].tolist()], dtype=np.intp)
    counts = np.zeros((len(places), len(codes)))
    np.add.at(counts, (place, code), np.nan_to_num(as_floats(tiers["dwelling_count"])))
    return pd.DataFrame(ratio(counts, counts.sum(axis=1, keepdims=True)), places, codes)


def _kinds(kinds: pd.Series) -> pd.DataFrame:
    return pd.DataFrame(
        {name: (kinds == name).astype("float64") for name in community_kind.allowed}
    )
