"""Say what a town or a community is and how it stands, in sentences and facts with their proof."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from dashboard.contract.fields import Field
from dashboard.contract.indicators import BY_CODE, Indicator, as_written, count_written, written
from dashboard.contract.tables import (
    community_kind,
    coverage_type,
    leading_organisation,
    mode,
    resident_profile,
    tier,
)
from dashboard.insight.attention import Concern
from dashboard.insight.headline import Headline
from dashboard.insight.limits import outside
from dashboard.insight.names import operator_names
from dashboard.language import Say

Proof = Literal["published", "estimated", "sample", "reported"]
Verdict = Literal["above", "below", "chance", "none"]

# A fact of the warehouse is published where any of these columns of the facts file is.
_DWELLINGS = {
    "flat": ("flat_count",),
    "room": ("room_count",),
    "bed": ("bed_room_count", "bed_count"),
}


@dataclass(frozen=True)
class Fact:
    """Hold one fact: what it is about, what it says, and what it rests on."""

    name: str
    text: str
    proof: Proof


def proof_words(say: Say) -> dict[Proof, str]:
    """Name what a fact may rest on."""
    return {
        "published": say("公开"),
        "estimated": say("估计"),
        "sample": say("示例"),
        "reported": say("上报"),
    }


def proof_of(columns: Collection[str], *, origin: str, published: str, is_sample: bool) -> Proof:
    """Tell what a fact made of any of these columns rests on.

    ``published`` lists the columns with a public source, parted by semicolons.
    """
    if not is_sample:
        return "reported"
    if origin != "published":
        return "sample"
    return "published" if set(columns) & set(published.split(";")) else "estimated"


def community_facts(
    row: Any,
    tiers: pd.DataFrame,
    say: Say,
    *,
    town: str,
    published: str,
    is_sample: bool,
    qualified: pd.DataFrame | None = None,
) -> list[Fact]:
    """List what a community is. ``row`` is its row of the communities query, ``tiers`` its rows
    of occupancy_by_community, ``qualified`` of qualified_values."""
    qualifiers = pd.DataFrame() if qualified is None else qualified.set_index("tier")
    supply = dict(qualifiers.get("supply_qualifier", pd.Series(dtype="object")).dropna())
    residents = list(qualifiers.get("resident_qualifier", pd.Series(dtype="object")).dropna())

    def fact(name: str, text: str, *columns: str) -> Fact:
        return Fact(
            name,
            text,
            proof_of(columns, origin=row.origin, published=published, is_sample=is_sample),
        )

    # A community may have been loaded whose governance or housing of the month was not.
    governed = _named(row.coverage_type, coverage_type, say)
    by_mode = say.words(mode.allowed[row.mode]) if pd.notna(row.mode) else say("未分类")
    return [
        fact(say("街镇"), town, "town_code"),
        fact(say("类型"), say.words(community_kind.allowed[row.community_kind]), "community_kind"),
        fact(say("运营方"), *operator_names(pd.Series([row.operator]), say), "operator"),
        fact(say("开业"), f"{row.opened_on:%Y-%m}", "opened_on"),
        *(
            fact(
                say.words(tier.allowed[each.tier]),
                as_qualified(_supply(each, say), supply.get(each.tier), say),
                *_DWELLINGS[each.tier],
            )
            for each in tiers.itertuples()
        ),
        fact(
            say("居民"),
            as_qualified(
                written(row.resident_count, BY_CODE["residents"], say.language),
                residents[0] if residents else None,
                say,
            ),
        ),
        fact(
            say("青年占比"),
            _youth(row, say),
            "youth_share",
        ),
        fact(say("建管家"), say("是") if row.is_home else say("否"), "is_home"),
        fact(say("覆盖类型"), governed, "coverage_type"),
        *([fact(say("治理模式"), by_mode, "mode")] if row.coverage_type == "committee" else []),
        fact(
            say("牵头党组织"),
            _named(row.leading_organisation, leading_organisation, say),
            "leading_organisation",
        ),
    ]


def _named(code: object, field: Field, say: Say) -> str:
    return "—" if pd.isna(code) else say.words(field.allowed[str(code)])


def as_qualified(text: str, qualifier: str | None, say: Say) -> str:
    """Write beside a number that it was reported as about or at least."""
    if qualifier == "about":
        return say("约 {number}", number=text)
    return say("{number}（余）", number=text) if qualifier == "at_least" else text


def _youth(row: Any, say: Say) -> str:
    """Say how young and who the residents are, as far as it is known."""
    profile = _named(row.resident_profile, resident_profile, say)
    if pd.isna(row.youth_share):
        return say("人数过少或不详（18–35 岁）；{profile}", profile=profile)
    return say("{share:.1%}（18–35 岁），{profile}", share=row.youth_share, profile=profile)


def _supply(row: Any, say: Say) -> str:
    if row.tier == "flat":
        return say("{count:,} 套", count=row.supply_count)
    if row.tier == "room":
        return say("{count:,} 间", count=row.supply_count)
    return say("{count:,} 张（{rooms:,} 间内）", count=row.supply_count, rooms=row.dwelling_count)


def governed_how(coverage: str, mode_code: object, say: Say) -> str:
    """Name how a community is governed: its mode, or committee or grid alone."""
    if pd.isna(coverage):
        return "—"
    if coverage == "grid":
        return say.words(coverage_type.allowed["grid"])
    if pd.isna(mode_code):
        return say("居村治理，未分类")
    return say.words(mode.allowed[str(mode_code)])


def community_headline(
    row: Any,
    say: Say,
    *,
    occupancy: tuple[Indicator, float],
    concern: Concern | None,
    is_judged: bool,
    reach: float,
    similar_reach: float,
    opened: str | None = None,
) -> Headline:
    """Write a community's headline: who lives there, how full it is, how it is governed.

    ``occupancy`` is of the tier with most dwellings; ``is_judged`` is False where what would ail
    a real project is invented; ``reach`` and the median of the most similar are in percent;
    ``opened`` is the month in which a new one, still filling, opened.
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
    if not is_judged:
        # Nor is what is invented of it set beside others.
        return Headline(state, say("具名项目：标“公开”的有来源，其余为估计，故不作评判。"))
    if concern:
        need = say("需要关注：{reason}。", reason=concern.reason)
    else:
        need = say("没有触发关注规则。")
    if opened:
        need = say("{month} 新开业，仍在入住。", month=opened) + need
    return Headline(state, need + _beside_similar(reach, similar_reach, say))


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


def standings(
    rows: pd.DataFrame, keys: Iterable[str], indicator: Indicator, *, district: float | None
) -> dict[str, Standing]:
    """Rank towns by an indicator, the highest first, equals sharing the better rank.

    ``rows`` are all towns, measured, with ``key``; one of the ``keys`` that has no value has no
    rank. Only what could have gone either way by chance is held against the limits round the
    district's value.
    """
    known, nan = rows[rows["value"].notna()], float("nan")
    among, shown = len(known), as_written(known["value"], indicator).tolist()
    beyond: list[bool] | None = None
    if indicator.has_interval and district is not None:
        beyond = outside(known, district).tolist()
    columns = (known[name].tolist() for name in ("key", "value", "low", "high"))
    found = {key: Standing(indicator, nan, nan, nan, district, None, among, "none") for key in keys}
    for at, (key, value, low, high) in enumerate(zip(*columns, strict=True)):
        rank = 1 + sum(other > shown[at] for other in shown)
        verdict: Verdict = "none"
        if beyond is not None and district is not None:
            verdict = "chance" if not beyond[at] else "above" if value > district else "below"
        found[key] = Standing(indicator, value, low, high, district, rank, among, verdict)
    return found


def verdict_words(say: Say) -> dict[str, str]:
    """Name the verdicts on a standing."""
    return {
        "above": say("高于全区"),
        "below": say("低于全区"),
        "chance": say("随机波动内"),
        "none": "—",
    }


def town_headline(
    say: Say, *, name: str, now: pd.Series, coverage: Standing, found: list[Concern]
) -> Headline:
    """Write a town's headline. ``now`` is its row of district_by_month at the end month."""
    values = {
        "name": name,
        "communities": int(now["community_count"]),
        "residents": count_written(now["resident_count"], say.language),
        "share": written(coverage.value, coverage.indicator, say.language),
    }
    if coverage.verdict in ("above", "below"):
        state = say(
            "{name}：{communities} 个社区、{residents} 名居民，居村治理覆盖率 {share}，居 {among} 个街镇第 {rank}",
            **values,
            among=coverage.among,
            rank=coverage.rank,
        )
    else:
        state = say(
            "{name}：{communities} 个社区、{residents} 名居民，居村治理覆盖率 {share}", **values
        )
    district = coverage.district or 0.0
    chance = {
        "chance": say("与全区 {district:.1f}% 的差异在随机波动范围内。", district=district),
        "above": say("高于全区 {district:.1f}%，超出随机波动范围。", district=district),
        "below": say("低于全区 {district:.1f}%，超出随机波动范围。", district=district),
        "none": "",
    }[coverage.verdict]
    if not found:
        return Headline(state, chance + say("没有社区触发关注规则。"))
    need = say(
        "{count} 个社区需要关注，最急的是{name}（{reason}）。",
        count=len(found),
        name=found[0].name,
        reason=found[0].reason,
    )
    return Headline(state, chance + need)


def report_text(report: Any, say: Say) -> str:
    """Write what one source says of a project in numbers; empty if it gives none."""
    parts: Mapping[str, tuple[object, str]] = {
        "rooms": (
            report.reported_rooms,
            say("房源 {value} 套/间", value=_whole(report.reported_rooms)),
        ),
        "beds": (report.reported_beds, say("床位 {value} 张", value=_whole(report.reported_beds))),
        "residents": (
            report.reported_residents,
            say("居民 {value} 人", value=_whole(report.reported_residents)),
        ),
        "occupancy": (
            report.reported_occupancy_pct,
            say("入住率 {value}%", value=_plain(report.reported_occupancy_pct)),
        ),
        "opened": (
            report.reported_opened_on,
            say("{value} 开业", value=report.reported_opened_on),
        ),
    }
    return say.listed([text for value, text in parts.values() if pd.notna(value)])


def _whole(value: object) -> str:
    return "" if pd.isna(value) else f"{int(value):,}"  # type: ignore[call-overload]


def _plain(value: object) -> str:
    return "" if pd.isna(value) else f"{float(value):g}"  # type: ignore[arg-type]
