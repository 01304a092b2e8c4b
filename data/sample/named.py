"""Read the communities named in public: what is published of each, and what is estimated."""

import numpy as np
import pandas as pd

from data.sample.arrays import Floats
from data.sample.seasons import month_position

COUNTS = ("flat_count", "room_count", "bed_room_count", "bed_count")
NUMBERS = ("youth_share", "residents_per_let", "service_station_m2")
DATES = (
    "opened_on",
    "mode_since",
    "covered_since",
    "branch_since",
    "service_station_since",
    "social_work_station_since",
)


def typed(named: pd.DataFrame) -> pd.DataFrame:
    """Give the columns of ``data/named_communities.csv``, read as text, their types."""
    text = named.astype("str").fillna("")
    dates = {name: text[name].where(text[name] != "", None) for name in DATES}
    return text.assign(
        is_home=text["is_home"].str.lower() == "true",
        **{name: pd.to_numeric(text[name].replace("", "0")).astype("int64") for name in COUNTS},
        **{name: pd.to_numeric(text[name].replace("", None)) for name in NUMBERS},
        **{name: pd.to_datetime(days).astype("datetime64[s]") for name, days in dates.items()},
    )


def let_shares(path: str, positions: Floats) -> Floats:
    """Follow a path such as "2024-06-01=0.08;2024-11-01=0.495" through the months.

    Between two days it runs straight in log-odds, the S-curve in which housing fills up.
    """
    points = [point.split("=") for point in path.split(";")]
    days = np.array([day for day, _ in points], "M8[D]")
    shares = np.array([float(share) for _, share in points])
    log_odds = np.log(shares / (1 - shares))
    share: Floats = 1 / (1 + np.exp(-np.interp(positions, month_position(days), log_odds)))
    return share
