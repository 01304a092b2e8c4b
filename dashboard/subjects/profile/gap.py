"""Say why a town's share differs from that of all, who makes up the gap, and what would close it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from dashboard.asking.memo import remembered
from dashboard.asking.questions import Questions
from dashboard.asking.scope import scope_named
from dashboard.contract.filters import MONTHS_A_YEAR, add_months, months_between
from dashboard.contract.indicators import (
    BY_CODE,
    Indicator,
    as_percent,
    count_written,
    measure,
    written,
)
from dashboard.contract.rounding import number_written, rounded
from dashboard.contract.tables import mode
from dashboard.draw.rows import Item
from dashboard.figures.advice import advised, verdicts
from dashboard.figures.figure import Caption, Figure
from dashboard.insight.advice_table import CLOSE, mode_table
from dashboard.insight.advice_told import asked_told, verdict_told
from dashboard.insight.changes import difference_shown
from dashboard.insight.decomposition import (
    Parts,
    cells,
    decomposed,
    is_less_than_one,
    needed,
    rounded_parts,
)
from dashboard.insight.governance import kinds
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


@dataclass(frozen=True)
class Gap:
    """Hold why a town's share differs, in counts of communities: ``needed`` is the least number to
    reach the share of all as it is now and as it rises with them; ``closing`` are communities that
    would close the gap, the first to be asked first, by code; ``passed`` would be among them if advice
    did not wait for answers; ``unknown`` are those of the town and of all of which it is not known,
    which are in no count."""

    indicator: Indicator
    parts: Parts
    count: int
    of: int
    whole_count: int
    whole_of: int
    needed: tuple[int, int]
    closing: tuple[str, ...]
    passed: tuple[str, ...]
    unknown: tuple[int, int]

    @property
    def lacking(self) -> float:
        """How many fewer it has than it would at the share of all as it is now."""
        return self.of * self.whole_count / self.whole_of - self.count

    @property
    def points(self) -> list[float]:
        """The parts in points, rounded so that they add up to the gap that is shown."""
        value, whole = self.count / self.of, self.whole_count / self.whole_of
        parts = (self.parts.size, self.parts.mix, self.parts.rest)
        shown = difference_shown(as_percent(value), as_percent(whole), self.indicator)
        return rounded_parts([as_percent(each) for each in parts], shown)


def gap_of(ask: Questions, code: str, chosen: str) -> Gap | None:
    """Decompose a town's gap in the chosen share, or in committee coverage where it is none of those
    that are counts of communities. None where towns are not compared, where something is not known,
    and for gaps of less than one community."""
    found = _gap_or_why(ask, code, _share(chosen))
    return found if isinstance(found, Gap) else None


def _share(chosen: str) -> Indicator:
    return BY_CODE[chosen if chosen in COUNTED else COVERAGE]


@remembered
def _gap_or_why(ask: Questions, code: str, indicator: Indicator) -> Gap | str:
    """Decompose a town's gap, or say why there is none to tell of; nothing where towns are not compared."""
    if not ask.scope.compares_towns:
        return ""
    say, rows = ask.say, ask.count("communities", ask.everywhere, named="whole").rows
    told = rows[COUNTED[indicator.code]]
    known, mine = told.notna().to_numpy(bool), (rows["town_code"] == code).to_numpy(bool)
    unknown = int((mine & ~known).sum()), int((~known).sum())
    is_coverage = indicator.code == COVERAGE
    # Of coverage those of unknown governance are in no share; no other share is told without them.
    if (unknown[1] and not is_coverage) or len(set(mine[known])) < 2:
        none = say(
            "{whole}有 {count} 个社区不详，分解不了", whole=scope_named(ask), count=unknown[1]
        )
        return none if unknown[1] else ""
    rows, told, mine = rows[known], told[known], mine[known]
    there = (told == "committee" if is_coverage else told).to_numpy(bool)
    counts = (int(there[mine].sum()), int(mine.sum()), int(there.sum()), len(there))
    if is_less_than_one(*counts):
        value = written(as_percent(counts[0] / counts[1]), indicator, say.language)
        share = written(as_percent(counts[2] / counts[3]), indicator, say.language)
        values = {"value": value, "count": counts[0], "of": counts[1], "whole": scope_named(ask)}
        return say(
            "{value}（{count}/{of}），与{whole} {share} 相差不到 1 个社区，不作分解",
            share=share,
            **values,
        )
    sizes = np.searchsorted(SIZES, rows["dwelling_count"].to_numpy("float64"), side="right")
    mixes, names = pd.factorize(np.array(_mix(indicator, rows), dtype=object))
    shape = (len(SIZES) + 2, len(names))
    # A size that nobody knows sorts last; it is one of its own.
    sizes = np.where(rows["dwelling_count"].isna(), len(SIZES) + 1, sizes)
    weight, count = np.ones(len(rows)), there.astype("float64")
    whole = cells(sizes, mixes, weight, count, shape)
    place = cells(sizes[mine], mixes[mine], weight[mine], count[mine], shape)
    least = needed(*counts)
    closing, passed = _closing(ask, indicator, least[1])
    return Gap(indicator, decomposed(place, whole), *counts, least, closing, passed, unknown)


def _mix(indicator: Indicator, rows: pd.DataFrame) -> list[str]:
    """Give each community's mode, or its kind where the mode already says what is counted."""
    if indicator.code == COVERAGE:
        return [str(each) for each in rows["community_kind"]]
    return kinds(rows)


def _closing(ask: Questions, indicator: Indicator, count: int) -> Iterator[tuple[str, ...]]:
    """Choose of the town's communities that the share does not count, but for a sample's real projects,
    the first: of coverage those that are advised a mode, then those with most residents. Beside them,
    give those that only wait for answers to be advised, and might then be among them."""
    rows = ask.count("communities").rows
    told = rows[COUNTED[indicator.code]]
    lacks = told == "grid" if indicator.code == COVERAGE else ~told.to_numpy(bool)
    advised = verdicts(ask) if indicator.code == COVERAGE else {}

    def rank(row: Any) -> tuple[bool, float, str]:
        found = advised.get(row.community_code)
        has_mode = found is not None and bool(set(found.results) & set(mode.allowed))
        few = pd.isna(row.resident_count)
        return not has_mode, 0 if few else -row.resident_count, row.community_code

    ranked = sorted(map(rank, rows[lacks].itertuples()))
    first, others = ranked[:count], ranked[count:]
    untold = {code for code, found in advised.items() if not found.is_told}
    passed = [each for each in others if each[-1] in untold and [(False, *each[1:])] < first[-1:]]
    return (tuple(code for *_, code in chosen) for chosen in (first, passed))


def town_lines(ask: Questions, code: str, chosen: str) -> list[Line]:
    """Write the card of the one town chosen, or why there is no gap to tell of; without lines where
    towns are not compared."""
    gap = _gap_or_why(ask, code, _share(chosen))
    say, name = ask.say, ask.say.words(_share(chosen).name)
    if not isinstance(gap, Gap):
        return [Line(Item(name, gap))] if gap else []
    ratio = _beside(ask, gap.indicator, code, (gap.count, gap.of))
    if gap.unknown[1]:
        values = {"count": gap.unknown[0], "whole": scope_named(ask), "all": gap.unknown[1]}
        ratio = say(
            "{told}治理不详而不计的：这里 {count} 个，{whole} {all} 个。", told=ratio, **values
        )
    told, by_residents = ratio, BY_CODE["resident_coverage"]
    if gap.indicator.code == COVERAGE and (residents := _beside(ask, by_residents, code)):
        told = say("{told}按居民：{residents}", told=ratio, residents=residents)
    lines = [Line(Item(name, told), ratio)]
    parts = _parts_told(say, gap, scope_named(ask))
    lines += [
        Line(
            Item(title, say("{why}：{points} 个百分点", why=why, points=_points(shown))),
            points=float(as_percent(part)),
        )
        for title, shown, part, why in parts
    ]
    whole = say.listed(
        [say("{name} {text}", name=title, text=_points(shown)) for title, shown, *_ in parts]
    )
    lines[1] = replace(lines[1], brief=whole, about=say("构成（百分点）"))
    if not gap.needed[0]:
        values = {"whole": scope_named(ask), "count": gap.of - gap.count, "done": _done(say, gap)}
        told = say("不低于{whole}，没有要追平的。", **values)
        if gap.of > gap.count:
            told = say("不低于{whole}，没有要追平的；未{done}的 {count} 个见各自的处方卡", **values)
        return [*lines, Line(Item(say("接下来"), told))]
    lines.append(_closing_line(ask, gap))
    if gap.passed:
        lines.append(_passed_line(ask, gap))
    others = say("和另 {count} 个要先问清", count=len(gap.passed)) if gap.passed else ""
    steps = step_lines(say, mode_table().steps[CLOSE], count=gap.needed[1], others=others)
    return [*lines, *steps]


def _beside(ask: Questions, indicator: Indicator, code: str, counts: Any = None) -> str:
    """Say what a town's share is, and how far from that of all in points; empty if not known."""
    say, rows, district = ask.say, ask.by_town(indicator).rows, ask.district_value(indicator)
    value = rows.set_index("key")["value"].get(code)
    if district is None or value is None or pd.isna(value):
        return ""
    shown, whole = (written(each, indicator, say.language) for each in (value, district))
    if counts:
        shown = say("{value}（{count}/{of}）", value=shown, count=counts[0], of=counts[1])
    points = difference_shown(value, district, indicator)
    values = {"value": shown, "whole": scope_named(ask), "share": whole, "points": abs(points)}
    if points < 0:
        return say("{value}，比{whole} {share} 低 {points:.1f} 个百分点。", **values)
    return say("{value}，比{whole} {share} 高 {points:.1f} 个百分点。", **values)


def _points(points: float) -> str:
    return number_written(points, 1, signed=True)


def _done(say: Say, gap: Gap) -> str:
    """Say what a community does that the share counts."""
    return say("纳入") if gap.indicator.code == COVERAGE else say("做到")


def _parts_told(say: Say, gap: Gap, whole: str) -> list[tuple[str, float, float, str]]:
    """Give each part's title, its points as they are shown, its share and where it comes from."""
    size, mix, rest = gap.points
    by = say("类型") if gap.indicator.code == COVERAGE else say("治理方式")
    values = {"done": _done(say, gap), "whole": whole, "by": by}
    rates = say("同样规模、{by}的社区，{done}的与{whole}相当", **values)
    if rest < 0:
        rates = say("同样规模、{by}的社区，{done}的比{whole}少", **values)
    elif rest > 0:
        rates = say("同样规模、{by}的社区，{done}的比{whole}多", **values)
    # Of the points as they are shown, so that readers find the same.
    total = rounded(size + mix + rest, 1)
    part = rest / total if total else 0
    if part > 1:
        others = number_written(abs(size + mix), 1)
        rates = say("{rates}，另两项合计抵去 {others} 个百分点", rates=rates, others=others)
    elif part == 1:
        rates = say("{rates}，差距全在这里", rates=rates)
    elif part > 0:
        rates = say("{rates}，占差距的 {part:.0%}", rates=rates, part=part)
    return [
        (say("规模构成"), size, gap.parts.size, say("来自大小社区的比例")),
        (say("{by}构成", by=by), mix, gap.parts.mix, say("来自各{by}社区的比例", by=by)),
        (say("不因规模或{by}", by=by), rest, gap.parts.rest, rates),
    ]


def closing_title(ask: Questions, gap: Gap) -> str:
    """Say in one number how many would draw level with the share that all then have."""
    say = ask.say
    values = {"count": gap.needed[1], "done": _done(say, gap), "whole": scope_named(ask)}
    title = say("再{done} {count} 个社区就追平{whole}", **values)
    # Those of which it is not known may be in already.
    return say("按已知的，{title}", title=title) if gap.unknown[1] else title


def _closing_line(ask: Questions, gap: Gap) -> Line:
    """Name the fewest communities that, brought in, reach the share that all then have."""
    say, title = ask.say, closing_title(ask, gap)
    reached = as_percent((gap.whole_count + gap.needed[1]) / gap.whole_of)
    share = written(reached, gap.indicator, say.language)
    then = brief = say("届时{whole} {share}", whole=scope_named(ask), share=share)
    then = say("按社区个数、别处不变，{then}", then=then)
    # As the table of standings beside the card tells it.
    if (short := int(rounded(gap.lacking))) != gap.needed[1]:
        then = say("{then}，按现比例少 {count} 个", then=then, count=short)
    if residents := _residents_then(ask, gap):
        then = say("{then}；按居民，这里届时 {residents}", then=then, residents=residents)
    pace = _pace_told(ask, gap)
    told = say("{then}（{pace}）", then=then, pace=pace) if pace else then
    names = [
        say("{name}（{about}）", name=name, about=about) for name, about in closing_told(ask, gap)
    ]
    item = Item(title, say("{told}：{names}", told=told, names=say.listed(names)))
    return Line(item, say("；").join((title, brief)), say("要追平"))


def _residents_then(ask: Questions, gap: Gap) -> str:
    """Say what share of the town's residents is governed by committees once those named are; empty if
    not known, and of other shares."""
    by_residents, rows = BY_CODE["resident_coverage"], ask.count("communities").rows
    added = rows["resident_count"][rows["community_code"].isin(gap.closing)].sum(skipna=False)
    every, counts = (
        ask.by_town(by_residents).rows,
        [by_residents.numerator, by_residents.denominator],
    )
    is_known = every[["numerator", "denominator"]].notna().all(axis=None) and pd.notna(added)
    if gap.indicator.code != COVERAGE or not is_known:
        return ""
    town = every[every["key"].isin(rows["town_code"])]
    totals = pd.DataFrame(
        [
            [several["numerator"].sum() + added, several["denominator"].sum()]
            for several in (town, every)
        ],
        columns=counts,
    )
    shares = measure(totals, by_residents)["value"]
    here, whole = (written(share, by_residents, ask.say.language) for share in shares)
    return ask.say("{here}，{whole} {share}", here=here, whole=scope_named(ask), share=whole)


def _pace_told(ask: Questions, gap: Gap) -> str:
    """Say how many of the communities open all the while came from grids within a year, or as long as
    is on record, less those that went back; nothing where none did."""
    end = ask.filters.end_month
    first = max(add_months(end, -MONTHS_A_YEAR), ask.warehouse.months[0])
    types = [
        ask.count("communities", replace(ask.filters, start_month=at, end_month=at), named="whole")
        .rows.set_index("community_code")["coverage_type"]
        for at in (first, end)
    ]  # fmt: skip
    both = pd.concat(types, axis=1, join="inner").dropna() == "committee"
    count, months = int(both.sum() @ (-1, 1)), months_between(first, end)
    if gap.indicator.code != COVERAGE or count <= 0:
        return ""
    values = {"months": months, "count": count}
    return ask.say("这里近 {months} 个月由网格净转入 {count} 个", **values)


def _passed_line(ask: Questions, gap: Gap) -> Line:
    """Name the communities that may be among the first once a question is answered."""
    say, told = ask.say, []
    for code in gap.passed[:3]:
        asked = asked_told(say, advised(ask, code).advice.questions)
        told.append(say("{name}（{about}）", name=ask.communities.at[code, "name"], about=asked))
    names = say.listed(told)
    if len(told) < len(gap.passed):
        names = say("{shown}等", shown=names)
    text = say("答了可能列入：{names}", names=names)
    return Line(Item(say("另有 {count} 个要先问清", count=len(gap.passed)), text))


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
            if advice[code].is_told:
                advised = say("建议{advice}", advice=advised)
            about = say("{residents}，{advice}", residents=about, advice=advised)
        told.append((ask.communities.at[code, "name"], about))
    return told


def town_card(ask: Questions, code: str, chosen: str) -> Figure | None:
    """Show the card of the one town chosen; None where towns are not compared."""
    say, lines = ask.say, town_lines(ask, code, chosen)
    counted = ask.by_town(_share(chosen))
    judged = [] if ask.names_towns else [say("街镇数为示例，未曾公布，不据此评判。")]
    gap = gap_of(ask, code, chosen)
    if gap is None:
        caption = Caption(say("处方卡"), " · ".join(judged), ask.as_of())
        return card_figure(ask, lines, caption, counted) if lines else None
    is_coverage = gap.indicator.code == COVERAGE
    notes = [
        say("三部分合计等于差距"),
        *([say("有模式即已覆盖，故按类型而不按模式分")] if is_coverage else []),
        *([_ordered_how(ask, gap)] if gap.closing else []),
        say("差异是关联，不是效果"),
        *([dates_told(say)] if gap.closing else []),
        *judged,
    ]
    return card_figure(
        ask,
        lines,
        Caption(
            say("处方卡：为什么与{whole}不同", whole=scope_named(ask)),
            " · ".join(notes),
            ask.as_of(),
            method=say(
                "差距按 Kitagawa–Oaxaca–Blinder 分解，取各因素的 Shapley 值，与先后无关；规模分 {bounds} 套（间），假定；"
                "一方没有的格子按另一方的比例，只算构成；各部分按最大余数法取整，合计等于所示差距",
                bounds=say.listed([str(each) for each in SIZES]),
            )
            + (_reckoned(say, gap) if gap.needed[0] else ""),
        ),
        counted,
    )


def _ordered_how(ask: Questions, gap: Gap) -> str:
    """Say by what rule the communities are named that would close the gap."""
    say = ask.say
    if gap.indicator.code == COVERAGE:
        return ask.without_named(say("列名：先列建议某种模式的，再按居民多少"))
    return ask.without_named(say("列名：按居民多少"))


def dates_told(say: Say) -> str:
    return say("时限是商定、记账的，不是全部完成的")


def _reckoned(say: Say, gap: Gap) -> str:
    """Say how many communities are lacking before that is rounded, and which share is reached."""
    lacking = number_written(gap.lacking, 2)
    return say(
        "；按现比例差 {lacking} 个；追平的是随之升高的比例，要 {rising} 个；速度按其间一直开放的社区，别处不变",
        lacking=lacking,
        rising=gap.needed[1],
    )
