"""Make the bundled sample: deterministic from a seed, calibrated to the published figures.

The steps follow each other: the roster of communities, their governance, their housing and
residents, proposals, the persons behind the residents, activities, attendances, and what is
recorded besides. Each step draws from a stream of its own, so that changing one leaves those
before it, and those that do not build on it, as they were.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.random import Generator
from shapely.geometry import Polygon

from dashboard.contract.tables import NAMED
from data.sample import assumptions as a
from data.sample.activities import draw_activities
from data.sample.arrays import Floats
from data.sample.attendances import activity_count, plan_attendances
from data.sample.draws import town_effects
from data.sample.governance import draw_governance
from data.sample.housing import draw_housing
from data.sample.named import typed
from data.sample.neighbours import draw_neighbours
from data.sample.proposals import draw_proposals
from data.sample.records import draw_records, with_channels, with_organisers, with_rents
from data.sample.roster import draw_roster
from data.sample.stays import draw_comers

__all__ = ["Sample", "make_sample"]


@dataclass(frozen=True)
class Sample:
    """Hold the sample's tables, and a stream of its attendances in chunks."""

    tables: dict[str, pd.DataFrame]
    attendance_chunks: Callable[[], Iterator[pd.DataFrame]]


def make_sample(
    *,
    seed: int,
    attendances: int,
    towns: pd.DataFrame,
    named: pd.DataFrame,
    town_shapes: Mapping[str, Polygon],
) -> Sample:
    """Make the sample; the same arguments give the same bytes.

    ``towns`` follows the contract, ``named`` is ``data/named_communities.csv`` read as text,
    ``town_shapes`` has a WGS-84 polygon for each town code.
    """
    streams = iter(np.random.SeedSequence(seed).spawn(10))

    def rng() -> Generator:
        return np.random.default_rng(next(streams))

    roster = draw_roster(rng(), towns=towns, named=typed(named), town_shapes=town_shapes)
    participation = _participation(rng(), roster)
    governance = draw_governance(rng(), roster)
    housing = draw_housing(rng(), roster)
    proposals = draw_proposals(rng(), roster, housing, governance)
    comers = draw_comers(rng(), roster, housing, participation)
    activities = draw_activities(
        rng(),
        count=activity_count(attendances),
        roster=roster,
        housing=housing,
        governance=governance,
        participation=participation,
    )
    chunks = plan_attendances(
        rng(),
        attendances=attendances,
        activities=activities,
        comers=comers,
        housing=housing,
        town_code=roster["town_code"],
    )
    records = rng()
    community = roster.assign(
        aliases=roster["aliases"].replace("", None),
        **draw_neighbours(rng(), roster, governance.governance, towns),
    )
    frames = {
        "community": community,
        "governance": governance.governance,
        "organisation": governance.organisation,
        "occupancy": with_rents(records, roster, housing.occupancy),
        "activity": with_organisers(records, roster, activities.activity),
        "proposal": with_channels(records, roster, proposals),
        **draw_records(records, roster, housing.occupancy),
    }
    return Sample(
        tables={name: _as_declared(name, frame) for name, frame in frames.items()},
        attendance_chunks=chunks,
    )


def _participation(rng: Generator, roster: pd.DataFrame) -> Floats:
    """Draw how much a community takes part: its town's level, and its own."""
    codes = roster["town_code"].astype("category").cat.codes.to_numpy()
    towns = a.TOWN_PARTICIPATION_SPREAD * town_effects(rng, codes.max() + 1)
    participation: Floats = np.exp(towns[codes]) * np.exp(
        rng.normal(0, a.OWN_PARTICIPATION_SPREAD, len(codes)).clip(-0.25, 0.25)
    )
    return participation


DTYPES = {
    "text": "str",
    "integer": "int64",
    "number": "float64",
    "share": "float64",
    "boolean": "bool",
    "date": "datetime64[s]",
    "month": "datetime64[s]",
    "pseudonym": "uint64",
}


def _as_declared(table_name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Put a frame's columns in the contract's order and types."""
    columns = NAMED[table_name].columns
    types = {column.name: DTYPES[column.field.type] for column in columns}
    optional = {
        column.name: "boolean" if column.field.type == "boolean" else "Int64"
        for column in columns
        if column.nullable
        and (
            column.field.type == "boolean"
            or (column.field.type == "integer" and frame[column.name].isna().any())
        )
    }
    return frame[list(types)].astype(types | optional)
