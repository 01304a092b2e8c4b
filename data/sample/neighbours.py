"""Draw what a clerk would note of the neighbouring committee: its name, boundary and households."""

import numpy as np
import pandas as pd
from numpy.random import Generator

from data.sample import assumptions as a


def draw_neighbours(
    rng: Generator, roster: pd.DataFrame, governance: pd.DataFrame, towns: pd.DataFrame
) -> dict[str, object]:
    """Draw three columns for the roster's rows; of real projects nothing is invented.

    ``governance`` holds each community's spans: a place of mode 4 lies inside its committee.
    """
    count = len(roster)
    last = governance.sort_values("valid_from").groupby("community_code").last()
    mode = roster["community_code"].map(last["mode"]).fillna("")
    mode = mode.where(roster["community_code"].map(last["coverage_type"]) == "committee", "grid")
    town = roster["town_code"].map(towns.set_index("town_code")["short_name_zh"])
    serial = rng.integers(1, 13, count)
    names = np.array(
        [f"示例居委会·{place}-{number:02d}" for place, number in zip(town, serial, strict=True)],
        dtype=object,
    )
    inside = rng.random(count) < mode.map(a.INSIDE_BOUNDARY).to_numpy()
    households = rng.integers(*a.NEIGHBOUR_HOUSEHOLDS, count)
    is_invented = roster["origin"].to_numpy() == "sample"
    is_named = is_invented & (rng.random(count) >= a.WITHOUT_NEIGHBOUR_NOTED)
    has_boundary = is_invented & (rng.random(count) >= a.WITHOUT_BOUNDARY_NOTED)
    has_households = is_named & (rng.random(count) >= a.WITHOUT_HOUSEHOLDS_NOTED)
    return {
        "neighbour_committee": pd.Series(names, roster.index).where(is_named, None),
        "is_inside_boundary": pd.Series(inside, roster.index, dtype="boolean").where(has_boundary),
        "neighbour_household_count": pd.Series(households, roster.index, dtype="Int64").where(
            has_households
        ),
    }
