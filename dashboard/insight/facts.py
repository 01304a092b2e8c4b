"""Say what a community is, in facts with their proof."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from dashboard.contract.fields import Field
from dashboard.contract.indicators import BY_CODE, written
from dashboard.contract.origins import INKS, Origin
from dashboard.contract.tables import (
    community_kind,
    coverage_type,
    leading_organisation,
    mode,
    resident_profile,
    stated_tiers,
    tier,
)
from dashboard.insight.lines import report_notes
from dashboard.insight.names import operator_names
from dashboard.language import Say

Proof = Origin

# What is told of a tier's dwellings: published where all of these columns of the facts file are.
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
    """Name what a fact may rest on, after its sign."""
    return {origin: say.words(ink.marked) for origin, ink in INKS.items()}


def proof_of(columns: Collection[str], *, origin: str, published: str, is_sample: bool) -> Proof:
    """Tell what a fact made of all of these columns rests on.

    ``published`` lists the columns with a public source, parted by semicolons. A fact of which one
    number was estimated is estimated.
    """
    if not is_sample:
        return "own"
    if origin != "published":
        return "sample"
    is_published = columns and set(columns) <= set(published.split(";"))
    return "published" if is_published else "estimated"


def _month(day: Any, say: Say) -> str:
    return say("不详") if pd.isna(day) else f"{day:%Y-%m}"


def community_facts(
    row: Any,
    tiers: pd.DataFrame,
    say: Say,
    *,
    town: str,
    published: str,
    is_sample: bool,
    published_as: str = "",
    qualified: pd.DataFrame | None = None,
) -> list[Fact]:
    """List what a community is. ``row`` is its row of the communities query, ``tiers`` its rows
    of occupancy_by_community, ``qualified`` of qualified_values. ``published_as`` says what was
    published as about or at least, as "bed_count=400 at_least"."""
    qualifiers = pd.DataFrame() if qualified is None else qualified.set_index("tier")
    supply = dict(qualifiers.get("supply_qualifier", pd.Series(dtype="object")).dropna())
    residents = list(qualifiers.get("resident_qualifier", pd.Series(dtype="object")).dropna())
    order, is_real = list(stated_tiers), row.origin == "published" and is_sample
    said = _as_published(published_as, say) if is_real else {}
    published = ";".join((published, *said))
    told = {code: _told_of(code, published if is_real else "") for code in order}
    lived = written(row.resident_count, BY_CODE["residents"], say.language)

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
        fact(say("开业"), _month(row.opened_on, say), "opened_on"),
        *(
            fact(
                say.words(tier.allowed[each.tier]),
                as_qualified(_supply(each, told[each.tier], said, say), supply.get(each.tier), say),
                *told[each.tier],
            )
            for each in sorted(tiers.itertuples(), key=lambda each: order.index(each.tier))
            if not (pd.isna(each.dwelling_count) and pd.isna(each.supply_count))
        ),
        fact(say("居民"), as_qualified(lived, residents[0] if residents else None, say)),
        fact(say("青年占比"), _youth(row, say), "youth_share"),
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


def _as_published(told: str, say: Say) -> dict[str, str]:
    """Write each number that was published as about or at least, by its column."""
    written = {}
    for each in filter(None, told.split(";")):
        column, number = each.split("=")
        count, qualifier = number.split()
        text = f"{int(count):,}"
        written[column] = (
            say("{number}余", number=text)
            if qualifier == "at_least"
            else say("约 {number}", number=text)
        )
    return written


def _told_of(tier_code: str, published: str) -> tuple[str, ...]:
    """Name what is told of a tier's dwellings: only what was published where any of it was."""
    known = tuple(each for each in _DWELLINGS[tier_code] if each in published.split(";"))
    return known or _DWELLINGS[tier_code]


def _supply(row: Any, columns: Collection[str], said: Mapping[str, str], say: Say) -> str:
    """Write what a tier has; what was published as about or at least is told so. Flats and rooms
    whose supply was not reported are told by the dwellings, beds by the rooms they stand in."""
    is_missing = pd.isna(row.supply_count)
    if is_missing and pd.isna(row.dwelling_count):
        return say("不详")
    if is_missing and row.tier == "bed":
        return say("{rooms:,} 间，床位数不详", rooms=row.dwelling_count)
    built = row.dwelling_count if is_missing else row.supply_count
    if row.tier == "flat":
        return say("{count} 套", count=said.get("flat_count", f"{built:,.0f}"))
    if row.tier == "room":
        return say("{count} 间", count=said.get("room_count", f"{built:,.0f}"))
    count = say("{count} 张", count=said.get("bed_count", f"{row.supply_count:,.0f}"))
    if "bed_count" not in columns:
        return say("{rooms:,} 间，床位数未公布", rooms=row.dwelling_count)
    if "bed_room_count" not in columns:
        return count
    return say("{count}（{rooms:,} 间内）", count=count, rooms=row.dwelling_count)


def governed_how(coverage: str, mode_code: object, say: Say) -> str:
    """Name how a community is governed: its mode, or committee or grid alone."""
    if pd.isna(coverage):
        return "—"
    if coverage == "grid":
        return say.words(coverage_type.allowed["grid"])
    if pd.isna(mode_code):
        return say("居村治理，未分类")
    return say.words(mode.allowed[str(mode_code)])


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


def report_told(report: Any, say: Say) -> str:
    """Write all that one source says of a project: its numbers, then what it says besides."""
    note = report_notes().get(report.report_code)
    parts = (report_text(report, say), say.words(note) if note else "")
    return ("；" if say.language == "zh" else "; ").join(filter(None, parts))


def _whole(value: object) -> str:
    return "" if pd.isna(value) else f"{int(value):,}"  # type: ignore[call-overload]


def _plain(value: object) -> str:
    return "" if pd.isna(value) else f"{float(value):g}"  # type: ignore[arg-type]
