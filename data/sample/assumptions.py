"""Hold every number the sample is calibrated to: what is published, and what is invented.

Published values are facts with sources in ``data/published_figures.csv``. Everything else is
an assumption that makes the sample look like life; none of it says anything of a real town.
"""

from dataclasses import dataclass

import numpy as np

# Time -------------------------------------------------------------------------------------

FIRST_DAY = np.datetime64("2023-11-01")
LAST_DAY = np.datetime64("2025-12-31")
# No community opens, closes or changes its coverage in October 2024, so that the published
# figures, given for "2024-09/10", hold at the end of both months.
CONTROL_DAYS = (np.datetime64("2024-09-30"), np.datetime64("2024-10-31"))

# Published: the district's totals ---------------------------------------------------------


@dataclass(frozen=True)
class DistrictTotals:
    """Hold the district's counts that one published snapshot fixes."""

    communities: int
    dwellings: int
    homes: int
    committee_communities: int


# "14.8万余" and "14.7万余" leave the last three digits open: those are invented, and so is the
# committee count at the end (published is only that coverage went on growing).
AT_CONTROL = DistrictTotals(communities=520, dwellings=148_430, homes=21, committee_communities=222)
AT_END = DistrictTotals(communities=547, dwellings=147_460, homes=23, committee_communities=296)
BEDS_AT_CONTROL = 5_387
# "约15.1万" and "约16.9万": the rounding is published, the digits below it are invented.
RESIDENTS_ON: dict[np.datetime64, int] = {
    CONTROL_DAYS[0]: 150_620,
    CONTROL_DAYS[1]: 151_370,
    LAST_DAY: 169_040,
}

# Invented: how the 520 spread over the towns ----------------------------------------------

TOWN_COMMUNITY_WEIGHTS: dict[str, float] = {
    "310112114": 62,  # 浦江
    "310112103": 52,  # 颛桥
    "310112112": 48,  # 马桥
    "310112501": 47,  # 莘庄工业区
    "310112110": 46,  # 吴泾
    "310112106": 45,  # 华漕
    "310112108": 38,  # 梅陇
    "310112102": 36,  # 七宝
    "310112001": 34,  # 江川路
    "310112101": 30,  # 莘庄
    "310112009": 27,  # 浦锦
    "310112008": 25,  # 新虹
    "310112107": 17,  # 虹桥
    "310112006": 13,  # 古美路
}
TOWN_MINIMUM = 12
TOWN_WEIGHT_SPREAD = 0.06
# Towns with more dormitories and more sites in parks or beside villages.
INDUSTRIAL_TOWNS = ("310112103", "310112110", "310112112", "310112114", "310112501")
INNER_TOWNS = ("310112006", "310112101", "310112102", "310112107", "310112108")
# Published as planned: a Home in every town by the end of 2024. The last town's opens then.
LAST_TOWN_WITH_HOME = "310112006"

# How far towns lie apart: an effect drawn once for each, times these. Of odds or log-odds:
TOWN_COVERAGE_SPREAD = 0.6
TOWN_OCCUPANCY_SPREAD = 0.22
# ... and of logarithms.
TOWN_ORGANISATION_SPREAD = 0.25
TOWN_PARTICIPATION_SPREAD = 0.14
TOWN_SETTLING_SPREAD = 0.22
OWN_PARTICIPATION_SPREAD = 0.12

# Invented: openings, closures, refurbishment ----------------------------------------------

# By group of invented communities (roster.py): opened between these days, both included.
OPENED_BETWEEN = {
    "lasting": ("2016-03-01", "2023-11-20"),
    "closing": ("2013-03-01", "2020-12-31"),
    "closed_early": ("2012-03-01", "2019-12-31"),
    "recent": ("2023-12-01", "2024-09-28"),
    "home": ("2023-09-15", "2024-09-20"),
    "last_home": ("2024-12-02", "2024-12-20"),
    "new": ("2024-11-01", "2025-12-15"),
}
OPENING_SKEW = 0.7
OPENING_WAVES: dict[str, float] = {
    "2023-12": 2, "2024-01": 2, "2024-02": 1, "2024-03": 4, "2024-04": 4, "2024-05": 4,
    "2024-06": 4, "2024-07": 3, "2024-08": 3, "2024-09": 2,
}  # fmt: skip
CLOSED_EARLY = (np.datetime64("2023-12-05"), np.datetime64("2024-09-20"))
CLOSED_LATE = (np.datetime64("2024-11-05"), np.datetime64("2025-12-20"))
CLOSED_BEFORE_CONTROL = 10
OPENED_BEFORE_CONTROL = 29  # besides Homes and named communities
CLOSED_AFTER_CONTROL = 28
REFURBISHED_AFTER_CONTROL = 40
REFURBISHED_BETWEEN = (np.datetime64("2025-02-01"), np.datetime64("2025-11-30"))
REFURBISHED_LOSS = (0.15, 0.35)
REFURBISHED_MINIMUM_ROOMS = 80
REFURBISHING_MONTHS = 3

# Invented: sizes --------------------------------------------------------------------------

SIZE_SPREAD = 0.75
SIZE_MINIMUM = 24
NEW_SIZE_MINIMUM = 18
CLOSED_MEDIAN_DWELLINGS = 150
MEDIAN_SIZE_FACTOR: dict[str, float] = {
    "long_rent_apartment": 0.8,
    "affordable_rental": 1.3,
    "talent_apartment": 1.1,
    "worker_dormitory": 0.9,
    "builders_home": 0.5,
}
HOME_MINIMUM_BEDS = 60
BEDS_PER_ROOM = (2.8, 4.0)
LAST_HOME_BEDS = (80, 110)
SHARE_OF_HOMES_WITH_ROOMS = 0.25

# Invented: who lives there ----------------------------------------------------------------

COMMUNITY_KINDS = (
    "long_rent_apartment",
    "affordable_rental",
    "talent_apartment",
    "worker_dormitory",
)
KIND_SHARES = {
    "industrial": (0.26, 0.34, 0.12, 0.28),
    "inner": (0.54, 0.28, 0.13, 0.05),
    "other": (0.40, 0.34, 0.12, 0.14),
}
SITES = ("park", "village", "neighbourhood")
SITE_SHARES = {
    "industrial": (0.36, 0.40, 0.24),
    "inner": (0.22, 0.18, 0.60),
    "other": (0.28, 0.34, 0.38),
}
PROFILES = ("young", "mixed", "family", "worker")
PROFILE_SHARES: dict[str, tuple[float, ...]] = {
    "long_rent_apartment": (0.66, 0.24, 0.08, 0.02),
    "affordable_rental": (0.36, 0.38, 0.22, 0.04),
    "talent_apartment": (0.58, 0.12, 0.30, 0.00),
    "worker_dormitory": (0.06, 0.08, 0.00, 0.86),
    "builders_home": (0.10, 0.10, 0.00, 0.80),
}
YOUTH_SHARE: dict[str, float] = {"young": 0.76, "mixed": 0.54, "family": 0.36, "worker": 0.47}
YOUTH_SHARE_SPREAD = 0.07
# Share of a community's dwellings that are whole flats, by kind: (smallest, largest).
FLAT_SHARE: dict[str, tuple[float, float]] = {
    "long_rent_apartment": (0.0, 0.12),
    "affordable_rental": (0.05, 0.35),
    "talent_apartment": (0.15, 0.60),
    "worker_dormitory": (0.0, 0.0),
    "builders_home": (0.0, 0.0),
}
SHARE_WITHOUT_FLATS = 0.55
OPERATORS = tuple(f"示例运营方{letter}" for letter in "甲乙丙丁戊己庚辛壬癸子丑")

# Invented: occupancy ----------------------------------------------------------------------

OPENING_LET_SHARE = (0.10, 0.20)
FILL_MONTHS = (8, 14)
# Homes fill sooner: firms take many beds at once.
HOME_OPENING_LET_SHARE = (0.20, 0.40)
HOME_FILL_MONTHS = (4, 8)
MATURE_LET_SHARE = 0.91
MATURE_SPREAD = 0.45
# Added to the log-odds of being let, from the first to the last month.
OCCUPANCY_DRIFT = (-0.18, 0.42)
BED_OCCUPANCY_SHIFT = -0.25
MONTHLY_NOISE = 0.05
MOST_LET_SHARE = 0.995
SPRING_DIP = 0.20
SPRING_DIP_DAYS = 18.0
SUMMER_RISE: dict[int, float] = {7: 0.07, 8: 0.12, 9: 0.08, 10: 0.03}
WITHHELD_SHARE = 0.012

CAPACITY_PER_UNIT: dict[str, int] = {"flat": 4, "room": 2, "bed": 1}
RESIDENTS_PER_LET: dict[str, dict[str, float]] = {
    "room": {"young": 1.06, "mixed": 1.12, "family": 1.26, "worker": 1.26},
    "flat": {"young": 1.40, "mixed": 1.65, "family": 1.95, "worker": 1.80},
}
RESIDENTS_PER_LET_SPREAD = 0.05

MONTHLY_TURNOVER: dict[str, float] = {
    "young": 0.040,
    "mixed": 0.032,
    "family": 0.022,
    "worker": 0.054,
}
TURNOVER_SPREAD = 0.18
MOVE_OUT_SEASON: dict[int, float] = {6: 1.15, 7: 1.25, 8: 1.15, 11: 0.9, 12: 0.9}
SPRING_MOVE_OUT = 1.35
# Residents in the month before the first, as a share of the first's.
UNOBSERVED_EARLIER_SHARE = 0.996
# Spread of residents' own readiness to leave: some stay for years, some for a season.
RESTLESSNESS_SPREAD = 0.9
MOVED_SHARE_OF_LEAVERS = 0.06

# Invented: governance ---------------------------------------------------------------------

COVERED_BEFORE_FIRST_MONTH = 0.55
COVERAGE_WAVES: dict[str, float] = {
    "2023-12": 10, "2024-01": 4, "2024-03": 16, "2024-04": 10, "2024-05": 8,
    "2024-06": 16, "2024-07": 12, "2024-08": 10, "2024-09": 14,
}  # fmt: skip
COVERED_AT_OPENING_SHARE = 0.42
MODES = ("1", "2", "3", "4", "5", "")
# Shares of the modes for (large, site); "" is committee governance not yet classified.
MODE_SHARES: dict[tuple[bool, str], tuple[float, ...]] = {
    (True, "park"): (0.54, 0.02, 0.02, 0.02, 0.34, 0.06),
    (True, "village"): (0.44, 0.20, 0.06, 0.02, 0.24, 0.04),
    (True, "neighbourhood"): (0.42, 0.01, 0.01, 0.34, 0.18, 0.04),
    (False, "park"): (0.16, 0.48, 0.06, 0.12, 0.04, 0.14),
    (False, "village"): (0.02, 0.77, 0.09, 0.05, 0.01, 0.06),
    (False, "neighbourhood"): (0.03, 0.11, 0.01, 0.78, 0.01, 0.06),
}
LARGE_DWELLINGS = 420
EARLIER_MODE: dict[str, tuple[str, float]] = {
    # mode: the mode before it, and how often there was one
    "3": ("2", 0.55), "5": ("1", 0.30), "1": ("", 0.15), "2": ("", 0.10), "4": ("", 0.08),
}  # fmt: skip
MODE_CHANGE_DAYS = (90, 420)
# Published: 龙湖冠寓's station of 2024-08-31 was the first in a long-rent apartment. So they are
# few: about twenty sixteen months later, which is invented.
FIRST_SOCIAL_WORK_STATION_DAY = np.datetime64("2024-09-01")
STATION_ROLL_OUT_DAYS = 180
# How likely each kind of organisation is, by mode ("grid" where there is none).
ORGANISATION_SHARES: dict[str, dict[str, float]] = {
    "party_branch": {"1": .85, "2": .34, "3": .48, "4": .30, "5": 1.0, "": .32, "grid": .23},
    "service_station": {"1": .80, "2": .24, "3": .38, "4": .28, "5": 1.0, "": .28, "grid": .18},
    "social_work_station": {"1": .01, "2": .00, "3": 1.0, "4": .00, "5": .06, "": .00, "grid": .00},
}  # fmt: skip
LARGE_ORGANISATION_FACTOR = 1.5
STATION_MEDIAN_M2: dict[str, float] = {"service_station": 180, "social_work_station": 90}
REHOUSED_STATION_SHARE = 0.06
REHOUSED_BETWEEN = (np.datetime64("2024-11-01"), np.datetime64("2025-10-31"))

# Invented: the neighbouring committees that a clerk would name -----------------------------

# How likely a community lies inside its neighbour's boundary, by mode ("grid" where there is none).
INSIDE_BOUNDARY: dict[str, float] = {
    "1": .02, "2": .06, "3": .04, "4": 1.0, "5": .10, "": .45, "grid": .22,
}  # fmt: skip
WITHOUT_NEIGHBOUR_NOTED = 0.12
WITHOUT_BOUNDARY_NOTED = 0.10
WITHOUT_HOUSEHOLDS_NOTED = 0.15
NEIGHBOUR_HOUSEHOLDS = (700, 2_900)

# Invented: activities ---------------------------------------------------------------------

DEFAULT_ACTIVITIES = 10_000
# Above this mean the number of activities rises with the number of attendances.
MOST_ATTENDANCES_PER_ACTIVITY = 120
ACTIVITY_SIZE_POWER = 0.60
ACTIVITY_SPREAD = 0.40
QUIET_COMMUNITY_SHARE = 0.08
QUIET_FACTOR = 0.06
NAMED_ACTIVITY_FACTOR = 1.5
ORGANISATION_ACTIVITY_FACTOR: dict[str, float] = {
    "party_branch": 1.25,
    "service_station": 1.45,
    "social_work_station": 1.6,
}
COMMITTEE_ACTIVITY_FACTOR = 1.2
ACTIVITY_GROWTH = 0.10  # from the first month to the last

# Published: the youth night school from the start of 2024 to 2024-10-19 (F055-F057): 20 sites,
# 52 courses, at least 4,200 attendances. That it grew afterwards, and by how much, is invented.
NIGHT_SCHOOL_DAYS = (np.datetime64("2024-01-01"), np.datetime64("2024-10-19"))
NIGHT_SCHOOL_SITES, NIGHT_SCHOOL_COURSES = 20, 52
NIGHT_SCHOOL_LATER_SITES, NIGHT_SCHOOL_LATER_COURSES = 34, 118
NIGHT_SCHOOL_APPEAL = 0.48

# Planted: three things to find, told on the page of data. They stand in nameless communities
# all over the district, so that nobody takes them for a finding about a real place.

# Where one invented operator runs the housing, answers get slower from this month on.
SLOWING_OPERATOR = "示例运营方戊"
SLOWING_FROM = np.datetime64("2025-04-01")
SLOWING_OVER_DAYS = 120
SLOWED_FACTOR = 3.0
# In one community a social-work station opens, and more is done there and more come.
OPENING_STATION_ON = np.datetime64("2025-03-15")
OPENING_DWELLINGS = (350, 700)
OPENING_ACTIVITY_FACTOR = 2.0
OPENING_CROWD_FACTOR = 1.4
# Until this month invented communities leave some beds out of what is available.
BED_DEFINITION_FROM = np.datetime64("2025-07-01")
BEDS_LEFT_OUT_SHARE = 0.08

# Invented: attendances --------------------------------------------------------------------

COMER_SHARE = 0.66
COMER_PROFILE_FACTOR: dict[str, float] = {
    "young": 1.05,
    "mixed": 1.0,
    "family": 1.08,
    "worker": 0.86,
}
# Comers' willingness to come to one activity is Beta-distributed: many seldom, a few always.
WILLINGNESS_BETA = (0.75, 1.0)
LEAST_WILLINGNESS = 0.02
ALWAYS_SHARE = 0.02
VISITOR_SHARE = 0.06
CROWD_SIZE_POWER = 0.88
CROWD_SPREAD = 0.45
LOW_REACH_SHARE = 0.12
LOW_REACH_FACTOR = 0.2
# Of those who would ever come, at most this share comes to any one activity.
FULLEST_SHARE = 0.95
CHUNK_ROWS = 1_000_000

# Invented: proposals ----------------------------------------------------------------------

PROPOSALS = 4_000
PROPOSAL_SEASON: dict[int, float] = {
    1: 0.8, 2: 0.7, 3: 1.1, 4: 1.0, 5: 1.0, 6: 1.15, 7: 1.35, 8: 1.3, 9: 1.05, 10: 1.0,
    11: 0.95, 12: 0.9,
}  # fmt: skip
PROPOSAL_GROWTH = 0.5
PROPOSAL_SPREAD = 0.6
NEVER_ACCEPTED_SHARE = 0.02
STALLED_SHARE = 0.02
REOPENED_SHARE = 0.02
