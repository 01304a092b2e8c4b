"""Ask for what several figures of the page stand on."""

import pandas as pd

from dashboard.asking.measured import windows_to_end
from dashboard.asking.memo import remembered
from dashboard.asking.questions import Questions
from dashboard.contract.indicators import BY_CODE, add_up, as_share, measure
from dashboard.contract.tables import NAMED_ASPECTS
from dashboard.insight.survival import Curve
from dashboard.subjects.needs.reasoning import COHORT_COUNTS, settling_curve


@remembered
def proposal_windows(ask: Questions) -> pd.DataFrame:
    """Count proposals over windows as long as the chosen one, one for each month it ends with."""
    query = "proposals_by_month"
    return windows_to_end(ask, query, tuple(COHORT_COUNTS), query)


@remembered
def curve_of_all(ask: Questions) -> Curve | None:
    return settling_curve(ask.count("proposal_days").rows)


@remembered
def micro_counts(ask: Questions) -> pd.DataFrame:
    """Add the towns' counts up to one row."""
    rows = ask.count("micros_by_town").rows
    counts = [name for name in rows.columns if name != "town_code"]
    # Of all where each told of all; else of those that did.
    is_told = rows[counts].notna().all(axis=1)
    told = rows[is_told] if is_told.any() else rows
    return add_up(told.assign(all=0), ["all"], counts)


@remembered
def breadth_together(ask: Questions) -> pd.DataFrame:
    return measure(micro_counts(ask), BY_CODE["service_breadth"])


def aspects_each(breadth: pd.DataFrame) -> float:
    return float(as_share(breadth["value"].iloc[0]) * len(NAMED_ASPECTS))


def is_invented(ask: Questions) -> bool:
    """Tell whether only real projects are chosen, of which a sample invents what is told."""
    codes = frozenset(ask.filters.community_codes)
    return bool(codes) and codes <= ask.named_projects
