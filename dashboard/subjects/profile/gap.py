"""Say why a town's share differs from that of all, who makes up the gap, and what would close it."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from dashboard.asking.memo import remembered
from dashboard.asking.questions import Questions
from dashboard.asking.scope import scope_named
from dashboard.contract.indicators import BY_CODE, Indicator, as_percent, count_written, written
from dashboard.contract.rounding import number_written
from dashboard.contract.tables import mode
from dashboard.draw.rows import Item
from dashboard.figures.advice import verdicts
from dashboard.figures.figure import Caption, Figure
from dashboard.insight.advice_table import CLOSE, mode_table
from dashboard.insight.advice_told import verdict_told
from dashboard.insight.decomposition import (
    Parts,
    cells,
    decomposed,
    is_less_than_one,
    needed,
)
from dashboard.insight.governance import kinds
from dashboard.insight.verdicts import gap_told
from dashboard.language import Say
from dashboard.subjects.profile.card import Line, card_figure, step_lines

COVERAGE = "committee_coverage"
# The column that says of each community whether a share counts it.
COUNTED = {
    COVERAGE: "coverage_type",
    "own_branch": "has_own_branch",
    "effective_coverage": "is_effective",
    "service_station": "has_service_station",
    "social_work_station": "has_social_work_station",
}
# Where sizes part, in dwellings; assumed.
SIZES = (100, 300)
MOST_NAMED = 8


@dataclass(frozen=True)
class Gap:
    """Hold why a town's share differs, in counts of communities: ``needed`` is the least number to
    reach the share of all as it is now and as it rises with them; ``closing`` are communities that
    would close the gap, the first to be asked first, by code."""

    indicator: Indicator
    parts: Parts
    count: int
    of: int
    whole_count: int
    whole_of: int
    needed: tuple[int, int]
    closing: tuple[str, ...]


@remembered
def gap_of(ask: Questions, code: str, chosen: str) -> Gap | None:
    """Decompose a town's gap in the chosen share, or in committee coverage where it is none of those
    that are counts of communities. None where towns are not compared, where something is not known,
    and for gaps of less than one community."""
    if not ask.scope.compares_towns:
        return None
    indicator = BY_CODE[chosen if chosen in COUNTED else COVERAGE]
    rows = ask.count("communities", ask.everywhere, named="whole").rows
    told = rows[COUNTED[indicator.code]]
    if indicator.code == COVERAGE:
        # Those of unknown governance are in no share.
        rows, told = rows[told.notna()], told[told.notna()] == "committee"
    mine = (rows["town_code"] == code).to_numpy(bool)
    if told.isna().any() or not mine.any() or mine.all():
        return None
    there = told.to_numpy(bool)
    counts = (int(there[mine].sum()), int(mine.sum()), int(there.sum()), len(there))
    if is_less_than_one(*counts):
        return None
    sizes = np.searchsorted(SIZES, rows["dwelling_count"].to_numpy("float64"), side="right")
    mixes, names = pd.factorize(np.array(_mix(indicator, rows), dtype=object))
    shape = (len(SIZES) + 2, len(names))
    # A size that nobody knows sorts last; it is one of its own.
    sizes = np.where(rows["dwelling_count"].isna(), len(SIZES) + 1, sizes)
    weight, count = np.ones(len(rows)), there.astype("float64")
    whole = cells(sizes, mixes, weight, count, shape)
    place = cells(sizes[mine], mixes[mine], weight[mine], count[mine], shape)
    least = needed(*counts)
    closing = _closing(ask, indicator)[: least[1]]
    return Gap(indicator, decomposed(place, whole), *counts, least, closing)


def _mix(indicator: Indicator, rows: pd.DataFrame) -> list[str]:
    """Give each community's mode, or its kind where the mode already says what is counted."""
    if indicator.code == COVERAGE:
        return [str(each) for each in rows["community_kind"]]
    return kinds(rows)


def _closing(ask: Questions, indicator: Indicator) -> tuple[str, ...]:
    """Order the town's communities that the share does not count, but for a sample's real projects: of
    coverage those that are advised a mode first, then those with most residents."""
    rows = ask.count("communities").rows
    told = rows[COUNTED[indicator.code]]
    lacks = told == "grid" if indicator.code == COVERAGE else ~told.to_numpy(bool)
    advised = verdicts(ask) if indicator.code == COVERAGE else {}

    def rank(row: Any) -> tuple[bool, float, str]:
        found = advised.get(row.community_code)
        has_mode = found is not None and bool(set(found.results) & set(mode.allowed))
        few = pd.isna(row.resident_count)
        return not has_mode, 0 if few else -row.resident_count, row.community_code

    return tuple(row.community_code for row in sorted(rows[lacks].itertuples(), key=rank))


def town_lines(ask: Questions, code: str, chosen: str) -> list[Line]:
    """Write the card of the one town chosen; without lines where there is no gap to tell of."""
    gap = gap_of(ask, code, chosen)
    if gap is None:
        return []
    say, name = ask.say, ask.say.words(gap.indicator.name)
    rows = ask.by_town(gap.indicator).rows
    district = as_percent(gap.whole_count / gap.whole_of)
    told = gap_told(say, rows[rows["key"] == code], district, gap.indicator, scope_named(ask))
    value = written(as_percent(gap.count / gap.of), gap.indicator, say.language)
    ratio = say("{value}（{count}/{of}），{gap}", value=value, count=gap.count, of=gap.of, gap=told)
    parts = _parts_told(say, gap, scope_named(ask))
    lines = [Line(Item(name, ratio), ratio)]
    lines += [
        Line(
            Item(title, say("{why}：{points} 个百分点", why=why, points=_points(part))),
            points=float(as_percent(part)),
        )
        for title, part, why in parts
    ]
    whole = say.listed(
        [say("{name} {text}", name=title, text=_points(part)) for title, part, _ in parts]
    )
    lines[1] = replace(lines[1], brief=whole, about=say("差距的构成，个百分点"))
    if not gap.needed[0]:
        return lines
    lines.append(_closing_line(ask, gap))
    return [*lines, *step_lines(ask, mode_table().steps[CLOSE], count=gap.needed[1])]


def _points(share: float) -> str:
    return number_written(as_percent(share), 1, signed=True)


def _parts_told(say: Say, gap: Gap, whole: str) -> list[tuple[str, float, str]]:
    rates = (
        say("同样的社区里，做到的比{whole}少", whole=whole)
        if gap.parts.rest < 0
        else say("同样的社区里，做到的不比{whole}少", whole=whole)
    )
    if gap.indicator.code == COVERAGE:
        mix = say("类型构成"), gap.parts.mix, say("各类社区所占的比例与{whole}不同", whole=whole)
    else:
        mix = (
            say("治理方式构成"),
            gap.parts.mix,
            say("各种治理方式所占的比例与{whole}不同", whole=whole),
        )
    return [
        (say("规模构成"), gap.parts.size, say("大小社区所占的比例与{whole}不同", whole=whole)),
        mix,
        (say("其余"), gap.parts.rest, rates),
    ]


def _closing_line(ask: Questions, gap: Gap) -> Line:
    """Name the fewest communities that, brought in, reach the share of all."""
    say, (now, rising) = ask.say, gap.needed
    title = say("最少再有 {count} 个社区做到", count=rising)
    reached = as_percent((gap.whole_count + rising) / gap.whole_of)
    told = say(
        "就达到{whole}届时的 {share}（连这些一起算）",
        whole=scope_named(ask),
        share=written(reached, gap.indicator, say.language),
    )
    brief = told
    if now != rising:
        told = say("{told}；只比现在的比例，{now} 个就够", told=told, now=now)
    names = [
        say("{name}（{about}）", name=name, about=about)
        for name, about in closing_told(ask, gap)[:MOST_NAMED]
    ]
    shown = say.listed(names)
    if len(names) < rising:
        shown = say("{names}等，其余见下表", names=shown)
    return Line(Item(title, say("{told}：{names}", told=told, names=shown)), brief)


def closing_told(ask: Questions, gap: Gap) -> list[tuple[str, str]]:
    """Give the name of each community that would close the gap, and its residents and what it is
    advised."""
    say = ask.say
    residents = ask.count("communities").rows.set_index("community_code")["resident_count"]
    advice = verdicts(ask) if gap.indicator.code == COVERAGE else {}
    told = []
    for code in gap.closing:
        about = say("{residents} 人", residents=count_written(residents[code], say.language))
        if code in advice:
            advised = verdict_told(say, advice[code])
            about = say("{residents}，{advice}", residents=about, advice=advised)
        told.append((ask.communities.at[code, "name"], about))
    return told


def town_card(ask: Questions, code: str, chosen: str) -> Figure | None:
    """Show the card of the one town chosen; None where there is no gap to tell of."""
    say, lines = ask.say, town_lines(ask, code, chosen)
    gap = gap_of(ask, code, chosen)
    if gap is None:
        return None
    is_coverage = gap.indicator.code == COVERAGE
    notes = [
        say("三部分合计等于差距"),
        *([say("有模式即已覆盖，故按类型而不按模式分")] if is_coverage else []),
        *([_ordered_how(ask, gap)] if gap.closing else []),
        say("差异是关联，不是效果"),
        *([] if ask.names_towns else [say("街镇数为示例，未曾公布，不据此评判。")]),
    ]
    counted = ask.by_town(gap.indicator)
    return card_figure(
        ask,
        lines,
        Caption(
            say("处方卡：为什么与{whole}不同", whole=scope_named(ask)),
            " · ".join(notes),
            ask.as_of(),
            method=say(
                "差距按 Kitagawa–Oaxaca–Blinder 分解，取各因素的 Shapley 值，与先后无关；规模分 {bounds} 套（间），假定；"
                "一方没有的格子按另一方的比例，只算构成",
                bounds=say.listed([str(each) for each in SIZES]),
            ),
        ),
        counted,
    )


def _ordered_how(ask: Questions, gap: Gap) -> str:
    """Say by what rule the communities are named that would close the gap."""
    say = ask.say
    if gap.indicator.code == COVERAGE:
        return ask.without_named(say("列名：先列建议某种模式的，再按居民多少"))
    return ask.without_named(say("列名：按居民多少"))
