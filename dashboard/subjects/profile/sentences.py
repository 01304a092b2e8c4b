"""Say how a town or a community stands."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from dashboard.contract.columns import as_floats
from dashboard.contract.indicators import (
    BY_CODE,
    Indicator,
    as_written,
    count_written,
    percent,
    written,
)
from dashboard.contract.rounding import rounded
from dashboard.contract.tables import stated_tiers
from dashboard.insight.attention import Concern
from dashboard.insight.changes import difference_shown
from dashboard.insight.facts import Fact, governed_how
from dashboard.insight.headline import Headline
from dashboard.insight.limits import Comparison, Verdict, compared
from dashboard.insight.verdicts import communities_short
from dashboard.language import Say


def community_headline(
    row: Any,
    say: Say,
    *,
    occupancy: tuple[Indicator, float],
    found: list[Concern],
    reach: tuple[float, float],
    opened: str | None = None,
    none_found: str,
) -> Headline:
    """Write a community's headline: who lives there, how full it is, how it is governed.

    ``occupancy`` is of the tier with most dwellings; ``found`` is what needs attention; ``reach`` and the median of the most similar
    are in percent; ``opened`` is the month in which a new one, still filling, opened; ``none_found``
    says that no rule catches it.
    """
    indicator, let = occupancy
    state = say(
        "{name}：居民 {residents} 人，{occupancy} {let}，{governance}",
        name=row.name_zh if say.language == "zh" else row.name_en,
        residents=count_written(row.resident_count, say.language),
        occupancy=say.words(indicator.name),
        let=written(let, indicator, say.language),
        governance=governed_how(row.coverage_type, row.mode, say),
    )
    need = say("需要关注：{reason}。", reason=found[0].reason) if found else none_found
    if opened:
        need = say("{month} 新开业，仍在入住。", month=opened) + need
    return Headline(state, need + _beside_similar(*reach, say))


def project_headline(say: Say, name: str, facts: list[Fact]) -> Headline:
    """Write a real, named project's headline: what of it is published, and nothing that is invented."""
    told = {
        *(say.words(words) for words in stated_tiers.values()),
        say("治理模式"),
        say("覆盖类型"),
    }
    known = [fact for fact in facts if fact.proof == "published" and fact.name in told]
    if any(fact.name == say("治理模式") for fact in known):
        known = [fact for fact in known if fact.name != say("覆盖类型")]
    change = say("具名项目：标“公开”的有来源，标“估计”的未曾公布，不作评判。")
    if not known:
        return Headline(say("{name}：公开的数字很少", name=name), change)
    published = say.listed([say("{name} {text}", name=each.name, text=each.text) for each in known])
    return Headline(
        say("{name}（据公开资料）：{published}", name=name, published=published), change
    )


def _beside_similar(reach: float, similar: float, say: Say) -> str:
    if pd.isna(reach) or pd.isna(similar):
        return ""
    indicator = BY_CODE["reach"]
    return say(
        "活动参与率 {reach}，五个最相似社区的中位数 {similar}。",
        reach=written(reach, indicator, say.language),
        similar=written(similar, indicator, say.language),
    )


@dataclass(frozen=True)
class Standing:
    """Tell how one town stands among all in one indicator."""

    indicator: Indicator
    value: float
    low: float
    high: float
    district: float | None
    rank: int | None
    among: int
    verdict: Verdict
    found: Comparison | None = None
    # How many communities fewer than at the district's share.
    short: int = 0


def standings(
    rows: pd.DataFrame,
    keys: Iterable[str],
    indicator: Indicator,
    *,
    district: float | None,
    is_tested: bool = True,
) -> dict[str, Standing]:
    """Rank towns by an indicator, the highest first, equals sharing the better rank.

    ``rows`` are all towns, measured, with ``key``; one of the ``keys`` that has no value has no
    rank. Only what could have gone either way by chance is held against the limits round the
    district's value, and that only where it ``is_tested``.
    """
    known, nan = rows[rows["value"].notna()], float("nan")
    among, shown = len(known), as_written(known["value"], indicator).tolist()
    compare = compared(known, district, indicator) if is_tested else None
    verdicts: list[Verdict] = ["none"] * among if compare is None else compare.verdicts
    short = [0] * among
    if indicator.uncertainty == "decided" and district is not None:
        short = communities_short(known, district).astype(int).tolist()
    columns = (known[name].tolist() for name in ("key", "value", "low", "high"))
    found = {key: Standing(indicator, nan, nan, nan, district, None, among, "none") for key in keys}
    for (key, value, low, high), mine, verdict, lacks in zip(
        zip(*columns, strict=True), shown, verdicts, short, strict=True
    ):
        rank = 1 + sum(other > mine for other in shown)
        found[key] = Standing(
            indicator, value, low, high, district, rank, among, verdict, compare, lacks
        )
    return found


def furthest_behind(found: Iterable[Standing]) -> Standing | None:
    """Take the standing with the largest gap to the district, in points, of those that lie below it:
    neither by less than a community nor by what chance or usual differences explain."""
    return max(filter(_is_behind, found), key=gap_of, default=None)


def _is_behind(standing: Standing) -> bool:
    if standing.indicator.uncertainty == "decided":
        return standing.short > 0
    return gap_of(standing) > 0 and standing.verdict != "alike"


def gap_of(standing: Standing) -> float:
    """Say by how many points a share lies below that of all; NaN where that is not known."""
    if standing.district is None or standing.rank is None:
        return float("nan")
    return -difference_shown(standing.value, standing.district, standing.indicator)


def town_headline(
    say: Say,
    *,
    name: str,
    now: pd.Series,
    found: list[Concern],
    standings: list[Standing],
    gap: str,
    whole: str,
    is_compared: bool,
    none_found: str,
) -> Headline:
    """Write a town's headline: where it lags most, if it ``is_compared`` with the ``whole``, and what
    part of communities and residents committees govern; ``none_found`` says that no rule catches any.

    ``now`` is its row of district_by_month at the end month; ``standings`` are its in committee
    coverage and then in the other shares that may lag; ``gap`` tells the first beside the district.
    """
    coverage = standings[0]
    counts = as_floats(now[["committee_resident_count", "governed_resident_count"]])
    residents = percent(counts[:1], counts[1:])[0]
    covered = say(
        "居村治理覆盖 {share} 的社区、{residents} 的居民",
        share=written(coverage.value, coverage.indicator, say.language),
        residents=written(residents, BY_CODE["resident_coverage"], say.language),
    )
    size = say("{size}。", size=_size(say, now))
    if gap:
        size += say("居村治理覆盖率{gap}", gap=gap)
    state = say("{name}：{covered}", name=name, covered=covered)
    if is_compared:
        state = _lag_told(say, standings, name, covered, whole)
    if not found:
        return Headline(state, size + none_found)
    need = say(
        "{count} 个社区需要关注，最急的是{name}（{reason}）。",
        count=len(found),
        name=found[0].name,
        reason=found[0].reason,
    )
    return Headline(state, size + need)


def sampled_town_headline(
    say: Say, name: str, now: pd.Series, found: list[Concern], none_found: str
) -> Headline:
    """Write the headline of a real town of which all numbers are invented: how large it is there,
    and nothing that holds it up."""
    state = say("{name}（示例数据）：{size}", name=name, size=_size(say, now))
    change = say("街镇数为示例，未曾公布，不据此评判。")
    need = none_found
    if found:
        values = {"count": len(found), "reason": found[0].reason}
        need = say("{count} 个示例社区需要关注，最急的一个{reason}。", **values)
    return Headline(state, change + need)


def _size(say: Say, now: pd.Series) -> str:
    return say(
        "{communities} 个社区、{residents} 名居民",
        communities=int(now["community_count"]),
        residents=count_written(now["resident_count"], say.language),
    )


def _lag_told(say: Say, standings: list[Standing], name: str, covered: str, whole: str) -> str:
    """Say where a town lags most of what can be told apart from the ``whole``."""
    lag = furthest_behind(standings)
    if lag is None:
        return say(
            "{name}：{covered}；没有一项可确认低于{whole}", name=name, covered=covered, whole=whole
        )
    behind = [rounded(gap_of(each), 1) for each in standings if _is_behind(each)]
    is_widest = behind.count(rounded(gap_of(lag), 1)) == 1
    if lag is standings[0] and is_widest:
        return say(
            "{name}：{covered}；可确认的差距中，以居村治理覆盖率为最大", name=name, covered=covered
        )
    return say(
        "{name}：{indicator} {value}，比{whole}低 {gap:.1f} 个百分点，为可确认的最大差距；{covered}"
        if is_widest
        else "{name}：{indicator} {value}，比{whole}低 {gap:.1f} 个百分点，为可确认的最大差距之一；{covered}",
        whole=whole,
        name=name,
        indicator=say.words(lag.indicator.name),
        value=written(lag.value, lag.indicator, say.language),
        gap=gap_of(lag),
        covered=covered,
    )
