"""Ask for what several figures of the page stand on: tiers and communities, measured."""

from dataclasses import replace

import numpy as np
import pandas as pd

from dashboard.asking.measured import tiers_by_month
from dashboard.asking.memo import remembered
from dashboard.asking.questions import QueryResult, Questions
from dashboard.contract.columns import as_floats, at_month
from dashboard.contract.indicators import BY_CODE, measure
from dashboard.insight.occupancy import by_community, occupancies
from dashboard.subjects.housing.reasoning import without_faults


@remembered
def tiers_at_end(ask: Questions) -> pd.DataFrame:
    """The three tiers at the end month, measured."""
    return at_month(tiers_by_month(ask).rows, ask.filters.end_month)


@remembered
def usual_indicator(ask: Questions) -> str:
    """Name the occupancy of the tier chosen, or of that which most of the communities have."""
    if ask.filters.tiers:
        return f"occupancy_{ask.filters.tiers[0]}"
    now = tiers_at_end(ask)
    return f"occupancy_{now.at[now['community_count'].idxmax(), 'tier']}"


@remembered
def tiers_by_community(ask: Questions) -> pd.DataFrame:
    """What each community lets of each tier at the end month, measured."""
    return occupancies(ask.count("occupancy_by_community", ask.filters.at_end).rows)


@remembered
def communities(ask: Questions) -> pd.DataFrame:
    """Describe the chosen communities, with ``key`` and ``name``."""
    rows = by_community(
        ask.count("housing_by_community").rows,
        tiers_by_community(ask),
        ask.filters.end_month,
    )
    names = rows["name_zh" if ask.say.language == "zh" else "name_en"]
    return rows.assign(key=rows["community_code"], name=names)


def fault_count(ask: Questions) -> int:
    """Count the tiers with more let than available in the chosen months; of what is not loaded none is
    known."""
    rows = tiers_by_month(ask).rows
    is_chosen = rows["month"].to_numpy() >= np.datetime64(ask.filters.start_month)
    return int(np.nansum(as_floats(rows["over_let_count"])[is_chosen]))


@remembered
def measured_communities(ask: Questions, code: str) -> QueryResult:
    """Measure an indicator for every chosen community, with ``key`` and ``name``."""
    indicator = BY_CODE[code]
    people = ask.count("housing_by_community", None if indicator.tier else ask.spanning(indicator))
    if indicator.tier:
        counted = ask.count("occupancy_by_community", ask.filters.at_end)
        of = dict(zip(people.rows["community_code"], people.rows["operator"], strict=True))
        operators = [of.get(code) for code in counted.rows["community_code"].tolist()]
        rows = counted.rows.assign(operator=pd.array(operators, dtype="str"))
    else:
        counted, rows = people, people.rows
    rows = without_faults(ask.as_known(measure(rows, indicator), indicator), indicator)
    key, names = rows["community_code"], ask.community_names
    rows = rows.assign(key=key, name=pd.array([names[code] for code in key.tolist()], dtype="str"))
    return replace(counted.showing(indicator), rows=rows)
