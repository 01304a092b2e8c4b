"""Say what an instance for outsiders gives: a fixed list of cells, with counts that are protected.

There a hidden count can't be worked out: places and months can't be chosen so freely that two
answers differ by a few persons of one's choice, and each count of persons is off by a number that
is drawn from the keys of the very persons in it, the same in every answer.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.contract.filters import DESCRIBING, Filters, add_months, months_between
from dashboard.contract.problem import Problem
from dashboard.contract.words import Words

# Months that an answer may be over, ending with any.
WINDOWS = (1, 3, 12)
# Counts of persons are off by what is drawn here: by 0 on average, with a variance of 5, more often by
# much than by little. Were it by 2 at most, setting years side by side would beat guessing.
_DRAWN = np.repeat([-3, -2, -1, 0, 1, 2, 3], [4, 3, 2, 2, 2, 3, 4])
MOST_OFF, VARIANCE = 3, 5
# Keys are summed modulo this, in the build.
KEYS = 65536
# What is of no persons that could be told apart is rounded to a multiple of this, in the build.
BASE = 5
# Sums over persons, of which one may give much.
SUM_BASE = 10

# What is protected how, and what is not: shown with the definitions.
PROTECTED: tuple[Words, ...] = (
    Words(
        "给外人看、发布或存档的，用 --protected（或 DASHBOARD_PROTECTED=1）运行：只给固定的格子，即全区、单个街镇、单个社区，"
        "时间为 1、3 或 12 个月；不能选几个地方，也不能按类型、模式、层次或建管家筛选。",
        "What outsiders see, what is published or deposited is made with --protected (or "
        "DASHBOARD_PROTECTED=1): a fixed list of cells, that is the district, one town, one community, over "
        "1, 3 or 12 months; no several places, and no filter by type, mode, tier or Homes.",
    ),
    Words(
        f"不重复的人数（参与、多次、首次、同期群）加上由这些人的密钥之和查得的偏移：−{MOST_OFF} 至 {MOST_OFF}，"
        f"均值 0，方差 {VARIANCE}（0 仍为 0，1 至多加减 1）；同一批人在任何地方都是同一个数，取平均得不到原数。少于 5 人的照样隐去，这些人参加的次数之和也隐去；"
        "比率与区间由受保护的数算出，区间不含这一偏移。",
        "Counts of distinct persons (participants, repeat, first-time, cohorts) are moved by what the sum of "
        f"those persons' keys draws: -{MOST_OFF} to {MOST_OFF}, mean 0, variance {VARIANCE} (0 stays "
        "0, 1 moves by 1 at most). The same persons give the same number everywhere, so that a mean tells "
        "nothing. Fewer than 5 are hidden all the same, and so is how often they attended together. Rates and intervals are made of protected counts; "
        "intervals don't hold the move.",
    ),
    Words(
        f"没有个人记录的数（居民、迁入迁出、儿童、每场活动的人次、社团成员、投票、答卷、月度计数）凑成 {BASE} 的倍数，总体上不偏，再由此相加：少于 5 的一律按同一"
        "概率成为 0 或 5，在几乎没有迁移的地方会略偏高。青年占比凑到十分之一，归属感平均分也是。",
        "What has no persons (residents, moves, children, attendances of an activity, members of clubs, votes, "
        "answers, monthly counts) is rounded to a multiple "
        f"of {BASE} without bias on the whole, and then added up: below 5 it becomes 0 or 5 with one and the same "
        "probability, which is somewhat high where hardly anybody moves. Shares of the young are tenths, and so are mean scores of belonging.",
    ),
    Words(
        f"每人参与次数的分布、基尼与泰尔指数由凑整后的数算出（人次凑成 {SUM_BASE} 的倍数），与精确值略有出入。",
        "How often persons attended, Gini and Theil are made of rounded counts (attendances to a multiple of "
        f"{SUM_BASE}), and differ a little from exact ones.",
    ),
    Words(
        "因此各部分相加不再等于合计，也与公开的总数略有出入；公开的数字照原样给出，与其核对的本系统总数也是精确的。",
        "So parts no longer add up to their sum, nor quite to published totals; what was published stands as it was, "
        "and the own totals held against it are exact.",
    ),
    Words(
        "不在保护之列：社区、房源与出租数、组织与站点、活动场次，以及提案的件数与日期（不给提案原文与办理结果）；能打开数据仓库文件的人看得到一切，"
        "请勿交出该文件。把公布的几个数并排推算，对少于 5 人的数一百次猜中 32 次，瞎猜是 29 次；"
        "确知同一街镇其余各社区人数的人能猜中 44 次。",
        "Not protected: communities, dwellings and lettings, organisations and stations, numbers of activities, and "
        "proposals' numbers and dates (their texts and outcomes are left out). Whoever has the warehouse's file sees everything: "
        "never hand it out. Whoever sets published numbers side by side "
        "hits a count below 5 in 32 of 100 tries, blind guessing in 29; who knows exactly how many came in every other "
        "community of the town hits it in 44.",
    ),
)

_PLACES = ("town_codes", "community_codes")

LISTED = Words(
    "受保护的版本只给全区、单个街镇或单个社区，时间为 1、3 或 12 个月：其他选择已略过。",
    "A protected instance gives the district, one town or one community, over 1, 3 or 12 months: "
    "whatever else was chosen was left out.",
)
_REFUSED = Problem(
    Words(
        "受保护的版本只给全区、单个街镇或单个社区，时间为 1、3 或 12 个月，不按模式、类型、层次或建管家筛选："
        "请改为其中之一。",
        "A protected instance gives the district, one town or one community, over 1, 3 or 12 months, and "
        "not by mode, type, tier or Homes: choose one of those.",
    )
)


def as_listed(filters: Filters) -> Filters:
    """Give what is listed of the filters: one place or the district, and the longest months that
    are listed within those chosen."""
    one: dict[str, Any] = {
        name: codes if len(codes := getattr(filters, name)) == 1 else () for name in _PLACES
    }
    if one["community_codes"]:
        one["town_codes"] = ()
    months = max(each for each in WINDOWS if each <= filters.window_months)
    start = add_months(filters.end_month, 1 - months)
    return replace(filters.of_places, start_month=start, **one)


def refuse_unlisted(taken: Mapping[str, Any], *, is_over_window: bool) -> None:
    """Raise Problem for parameters of a query that choose what is not listed.

    ``is_over_window``: whether it counts persons over the chosen months together.
    """
    is_described = any(taken.get(each.name) not in (None, []) for each in DESCRIBING)
    windows = [taken["window_months"]] if "window_months" in taken else []
    if is_over_window and "start_month" in taken:
        windows.append(months_between(taken["start_month"], taken["end_month"]) + 1)
    if (
        is_described
        or any(len(taken.get(name, ())) > 1 for name in _PLACES)
        or any(each not in WINDOWS for each in windows)
    ):
        raise _REFUSED


def noised(counts: NDArray[np.float64], keys: NDArray[np.float64]) -> NDArray[np.float64]:
    """Move counts of persons by what their keys say, by no more than there are."""
    at = np.nan_to_num(np.mod(keys, KEYS)) * len(_DRAWN) // KEYS
    return counts + np.clip(_DRAWN[at.astype("int64")], -counts, counts)
