"""Answer what a meeting asks of a page before it is asked: each only where there is occasion.

Every answer is reckoned from what the page itself counts, and stands in the speaker's notes.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from dashboard.asking.measured import ever_present
from dashboard.brief.material import Material
from dashboard.contract.filters import MONTHS_A_YEAR, add_months
from dashboard.contract.indicators import BY_CODE, percent, written
from dashboard.contract.rounding import number_written
from dashboard.figures.baseline import OF, baseline, is_comparable


@dataclass(frozen=True)
class Moved:
    """Hold how a count of communities changed: by those that opened, that closed, and the others."""

    opened: float
    closed: float
    others: float

    @property
    def total(self) -> float:
        return self.opened + self.closed + self.others


def answered(material: Material, page: str) -> Iterator[str]:
    """Give a page's questions that there is occasion for, each with its answer."""
    return filter(None, (answer(material) for answer in _ASKED.get(page, ())))


def why_as_many(material: Material) -> str:
    """Say how there came to be another number of communities than the Handbook's."""
    ask = material.asking
    counts = ask.district_months().rows.set_index("month")["community_count"]
    published, then = baseline(ask, "communities"), counts.get(pd.Timestamp(OF))
    now = float(counts.iloc[-1])
    if not is_comparable(ask) or published is None or then is None or now == published:
        return ""
    before, after = (_communities(material, month).index for month in (OF, material.end))
    return ask.say(
        "会上可能问：《手册》写 {published} 个社区，为什么现在是 {now} 个？答：{month} 末台账有 {then} 个，此后开办 "
        "{opened} 个，停办 {closed} 个。{caveat}",
        published=number_written(published),
        now=number_written(now),
        month=f"{OF:%Y-%m}",
        then=number_written(float(then)),
        opened=number_written(len(after.difference(before))),
        closed=number_written(len(before.difference(after))),
        caveat=_caveat(material, ask.say("开办与停办的社区和时间为示例。")),
    )


def why_fewer_dwellings(material: Material) -> str:
    """Say where dwellings went while residents came."""
    say, then = material.asking.say, _month_compared(material)
    if then is None:
        return ""
    dwellings, residents = (
        _moved(material, then, "dwelling_count"),
        _moved(material, then, "resident_count"),
    )
    if not dwellings.total < 0 < residents.total:
        return ""
    return say(
        "会上可能问：为什么住房少了，居民反而多了？答：与 {month} 末相比，住房变化 {all} 套（间），其中停办社区 {closed}、"
        "新开办社区 {opened}、其余社区增减 {others}；居民变化 {residents} 人，其中一直在办的社区 {stayed}。{caveat}",
        month=f"{then:%Y-%m}",
        all=number_written(dwellings.total, signed=True),
        closed=number_written(dwellings.closed, signed=True),
        opened=number_written(dwellings.opened, signed=True),
        others=number_written(dwellings.others, signed=True),
        residents=number_written(residents.total, signed=True),
        stayed=number_written(residents.others, signed=True),
        caveat=_caveat(material, say("分社区的数为示例。")),
    )


def why_all_are_covered(material: Material) -> str:
    """Say why everybody is covered beside a coverage of committees that is less."""
    say, now = material.asking.say, material.months.rows.iloc[-1]
    committee, grid = now["committee_community_count"], now["grid_community_count"]
    if pd.isna(committee + grid) or not grid or committee + grid != now["community_count"]:
        return ""
    coverage = BY_CODE["committee_coverage"]
    return say(
        "会上可能问：既说全覆盖，为什么覆盖率是 {share}？答：居村治理 {committee} 个、片区网格 {grid} 个，合计 {all} 个，"
        "没有一个不在治理之内；{share} 只是其中由居村治理的比例。",
        share=written(float(percent(committee, now["community_count"])), coverage, say.language),
        committee=number_written(committee),
        grid=number_written(grid),
        all=number_written(now["community_count"]),
    )


def why_few_own_branches(material: Material) -> str:
    """Say why every community is led by a Party organisation and few have a branch of their own."""
    say, rows = (
        material.asking.say,
        material.asking.count("leading_organisations", named="whole").rows,
    )
    led = rows.loc[rows["leading_organisation"].notna(), "community_count"].sum()
    every, own = (rows[f"{each}community_count"].sum(skipna=False) for each in ("", "own_branch_"))
    if pd.isna(every + own) or led != every or own == every:
        return ""
    return say(
        "会上可能问：党组织已全部明确，为什么有独立党支部的只有 {own} 个？答：{all} 个社区都明确了牵头的街区、园区、社区或"
        "村党组织；独立党支部是社区自己的支部，两者不是一回事。",
        own=number_written(own),
        all=number_written(every),
    )


def why_tiers_are_not_added(material: Material) -> str:
    """Say why there is no one occupancy of all tiers."""
    say, counts = material.asking.say, material.tiers_now["supply_count"].dropna()
    if len(counts) < 2 or not counts.get("bed", 0):
        return ""
    return say(
        "会上可能问：为什么没有一个总入住率？答：整套按套、单间按间、床位按张计，一间房可放几张床；{beds} 张床与套、间相加会把"
        "同一间房算两次。",
        beds=number_written(counts["bed"]),
    )


def what_of_the_others(material: Material) -> str:
    """Say why the rest of a participation rate is not those who never came."""
    say, filters = material.asking.say, material.asking.filters
    reach = material.standing("reach").value
    present = ever_present(material.asking, filters)
    if pd.isna(reach) or pd.isna(present):
        return ""
    return say(
        "会上可能问：参与率 {reach}，其余的人是否从不参加？答：不能这样说。分母是平均居民；期初居民加期间入住，先后至多 "
        "{present} 人住过，有人没住满，也有人在更早的月份来过。",
        reach=written(reach, BY_CODE["reach"], say.language),
        present=number_written(present),
    )


_ASKED: Mapping[str, tuple[Callable[[Material], str], ...]] = {
    "conclusion": (why_as_many, why_fewer_dwellings),
    "ranking": (why_all_are_covered,),
    "modes": (why_few_own_branches,),
    "housing": (why_tiers_are_not_added,),
    "participation": (what_of_the_others,),
}


def _month_compared(material: Material) -> date | None:
    """Give the month to compare with: the Handbook's where that was published of the same, else the
    one a year before; None where there are no data."""
    ask = material.asking
    month = OF if is_comparable(ask) else add_months(material.end, -MONTHS_A_YEAR)
    return month if month in ask.warehouse.months else None


def _communities(material: Material, month: date) -> pd.DataFrame:
    """List the communities open at a month's end, by code; a sample's real projects as well."""
    chosen = replace(material.asking.filters, start_month=month, end_month=month)
    rows = material.asking.count("communities", chosen, named="whole").rows
    return rows.set_index("community_code")


def _moved(material: Material, then: date, column: str) -> Moved:
    """Split the change of a sum since a month by which communities were there."""
    before, now = (_communities(material, month)[column] for month in (then, material.end))
    there = now.index.intersection(before.index)
    return Moved(
        float(now.drop(there).sum(skipna=False)),
        -float(before.drop(there).sum(skipna=False)),
        float((now[there] - before[there]).sum(skipna=False)),
    )


def _caveat(material: Material, text: str) -> str:
    return text if material.asking.is_sample else ""
