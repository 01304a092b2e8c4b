"""Ask the decision table about communities: gather what is known of them, and what was typed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from dashboard.asking.memo import remembered
from dashboard.asking.questions import QueryResult, Questions
from dashboard.contract.indicators import BY_CODE, as_share, measure
from dashboard.contract.problem import Problem
from dashboard.contract.tables import mode
from dashboard.contract.words import Words
from dashboard.draw.rows import Item
from dashboard.figures.page import Choice, Choices
from dashboard.insight.advice import (
    Advice,
    Change,
    Inputs,
    Verdict,
    advise,
    contradictions,
    outcomes,
    verdict,
)
from dashboard.insight.advice_facts import Before, before_arrangements
from dashboard.insight.advice_inputs import INPUTS, Basis, Kind, Known, Value
from dashboard.insight.advice_table import KEEP as KEPT
from dashboard.insight.advice_table import Table, mode_table
from dashboard.insight.advice_told import (
    advice_told,
    met_told,
    outcomes_told,
    step_values,
    verdict_told,
)
from dashboard.insight.governance import kinds
from dashboard.insight.lines import practices_of
from dashboard.language import Say

# Whether the table may say keep; without a word it may, but for places asked as they were before.
KEEP = Choice("keep", ("", "on", "off"))
# A community that does not exist yet: of what is typed alone.
NEW = Choice("new", ("", "1"))


def input_choice(name: str) -> Choice:
    """Give what holds a typed input in an address."""
    return Choice(name, ())


def limit_choice(name: str) -> Choice:
    """Give what holds a typed threshold in an address."""
    return Choice(f"limit_{name}", ())


ADVICE_CHOICES = (
    KEEP,
    NEW,
    *(input_choice(name) for name in INPUTS),
    *(limit_choice(name) for name in mode_table().thresholds),
)

# Fewer months tell no year's turnover.
LEAST_MONTHS = 3
_OF_COMMUNITIES = {
    "dwellings": "dwelling_count",
    "youth_share": "youth_share",
}
_OF_NEIGHBOURHOOD = {
    "has_branch": "has_own_branch",
    "has_service_station": "has_service_station",
    "is_effective": "is_effective",
    "overdue_count": "overdue_count",
    "is_inside_boundary": "is_inside_boundary",
    "committee_households": "neighbour_household_count",
    "club_count": "club_count",
    "member_count": "record_count",
}

# The bodies that not every community has, by what tells of them.
_BODIES = {
    "leading": "leading_organisation",
    "station": "has_social_work_station",
    "service_station": "has_service_station",
}


@dataclass(frozen=True)
class WhatIf:
    """Hold what was typed: inputs and thresholds by name, and whether the table may say keep."""

    inputs: tuple[tuple[str, Value], ...] = ()
    thresholds: tuple[tuple[str, float], ...] = ()
    keep: bool | None = None
    published_alone: bool = False

    def of(self, inputs: Inputs) -> Inputs:
        """Put what was typed in the place of what is known."""
        mine = dict(self.inputs)
        # Metres that are typed say whether a committee is near; what is on record is of other metres.
        stale = {"has_neighbour"} if "neighbour_metres" in mine else set()
        kept = {name: each for name, each in inputs.items() if name not in stale}
        return {**kept, **{name: Known(value, "typed") for name, value in mine.items()}}

    @property
    def table(self) -> Table:
        return mode_table().with_thresholds(dict(self.thresholds))


@dataclass(frozen=True)
class Asked:
    """Hold one community's advice, the inputs it rests on, and the present arrangement.

    ``is_real``: a real project that a sample holds. ``before`` is set where such a place is asked for
    the state before its arrangement; ``published`` is then the advice on what is published alone, where
    estimates were used as well. ``hidden`` are inputs on record that are of too few
    persons to be shown, ``there`` the bodies that it has of those that not every community has.
    """

    name: str
    table: Table
    inputs: Inputs
    advice: Advice
    keep: bool
    present: str = ""
    neighbour: str = ""
    is_real: bool = False
    before: Before | None = field(default=None, compare=False)
    published: Advice | None = None
    hidden: frozenset[str] = frozenset()
    there: frozenset[str] = frozenset()

    def values(self, say: Say) -> dict[str, str]:
        """Give what steps name of this community."""
        known = (self.table, self.advice, self.inputs, self.hidden)
        # A committee is recorded by its Chinese name alone.
        near = self.neighbour if say.language == "zh" else ""
        return step_values(say, *known, self.present, near, self.lacking(say))

    @property
    def is_moot(self) -> bool:
        """Tell whether whatever is answered keeps the arrangement as it is, which does not work."""
        works = self.inputs.get("is_effective")
        asks = bool(self.advice.questions) and works is not None and not works.value
        kept = ((self.present,), (KEPT,))
        is_kept = (found.results in kept for found in self.answered.values())
        return asks and self.present in mode.allowed and all(is_kept)

    @property
    def answered(self) -> dict[tuple[Change, ...], Verdict]:
        """Give what the table would say to each way in which all questions might be answered."""
        return dict(outcomes(self.table, self.advice, self.inputs, keep=self.keep))

    def lacking(self, say: Say) -> str:
        """Name what the community lacks for effective coverage, where that can be told."""
        bodies = [self.inputs.get(name) for name in ("has_branch", "has_service_station")]
        if "station" in self.there or any(each and each.value for each in bodies):
            return say("近 90 天的活动或办结的提案")
        return say("支部或站点") if all(bodies) else ""

    def as_of(self, ask: Questions) -> str:
        """Say as of when it is asked, and of what alone."""
        if self.before is not None:
            day = f"{self.before.as_of:%Y-%m-%d}"
            if self.published is None:
                return ask.say("按 {day} 现有安排之前的情况问，只用公开的。", day=day)
            return ask.say("按 {day} 现有安排之前的情况问，只用公开的和据此估计的。", day=day)
        return ask.say("只用公开的；没有公开的当作不详。") if self.is_real else ""

    def told(self, say: Say) -> str:
        """Say the advice in one sentence; where it uses estimates, first what is told without. What is
        advised and there already does not work: what works is kept, where it may be."""
        found = self.advice.verdict
        if self.keep and found.results == (self.present,) and self.present in mode.allowed:
            named = verdict_told(say, found)
            values = {"mode": named, "lacking": self.values(say)["lacking"]}
            return say("模式已是“{mode}”，但不算有效覆盖：先补上{lacking}", **values)
        if self.is_moot:
            unknown = [say.words(INPUTS[each.name].label) for each in self.advice.questions]
            values = {"lacking": self.values(say)["lacking"], "unknown": say.listed(unknown)}
            return say(
                "保持现有安排，但不算有效覆盖：先补上{lacking}；{unknown}不详，不论多少都如此",
                **values,
            )
        if self.published is None:
            return advice_told(say, self.advice)
        return say(
            "只按公开的，{published}；加上估计的，{estimated}",
            published=advice_told(say, self.published),
            estimated=advice_told(say, self.advice),
        )


@remembered
def inputs_by_community(ask: Questions) -> tuple[QueryResult, dict[str, Inputs], dict[str, str]]:
    """Gather what is known of every chosen community, but for a sample's real projects: the rows,
    their inputs, and the neighbouring committees' names, by code."""
    counted = ask.count("communities")
    year = ask.filters.over_year
    has_year = year.start_month >= ask.warehouse.months[0]
    near = ask.count("neighbourhood", year).rows.set_index("community_code")
    moved = ask.count("housing_by_community", year).rows
    moved = measure(moved, BY_CODE["annual_turnover"]).set_index("community_code")
    took_part = ask.count("participation_by_community", year).rows
    took_part = measure(took_part, BY_CODE["reach"]).set_index("community_code")
    first = pd.Timestamp(year.start_month)
    basis: Basis = "sample" if "community" in ask.warehouse.sample_tables else "recorded"
    found: dict[str, Inputs] = {}
    names: dict[str, str] = {}
    for row in counted.rows.to_dict("records"):
        code = row["community_code"]
        own = near.loc[code].to_dict() if code in near.index else {}
        values = {
            **{name: row[column] for name, column in _OF_COMMUNITIES.items()},
            **{name: own.get(column) for name, column in _OF_NEIGHBOURHOOD.items()},
            **_governed(row),
            "is_mixed": _is(row["resident_profile"], "mixed"),
            # One that manages it on trust is a neighbour.
            "has_neighbour": True
            if _there(own.get("neighbour_committee")) or str(row["mode"]) in ("2", "3")
            else None,
        }
        if code in moved.index and moved.at[code, "month_count"] >= LEAST_MONTHS:
            values["turnover"] = as_share(moved.at[code, "value"])
        # Of less than a year there is no year's participation, and few services are no sign; nor
        # where nobody knows how long it has been open.
        was_open = _there(row["opened_on"]) and row["opened_on"] <= first
        if has_year and was_open:
            values["aspect_count"] = own.get("delivered_aspect_count")
            # Of a town that told of no activity nobody's part in one is known either.
            if code in took_part.index and _there(values["aspect_count"]):
                values["reach"] = as_share(took_part.at[code, "value"])
        found[code] = _known(values, basis)
        if _there(own.get("neighbour_committee")):
            names[code] = str(own["neighbour_committee"])
    return counted, found, names


@remembered
def turnover_months(ask: Questions, code: str) -> int:
    """Count the months from which a community's turnover in a year is made."""
    here = ask.on(_alone(ask, code))
    rows = here.count("housing_by_community", here.filters.over_year).rows
    return int(rows["month_count"].max()) if len(rows) else 0


@remembered
def hidden_by_community(ask: Questions) -> dict[str, frozenset[str]]:
    """Name the inputs on record that are of too few persons to be shown, by community."""
    rows = ask.count("neighbourhood", ask.filters.over_year).rows
    is_hidden = rows["record_count"].isna() & (rows["record_community_count"] == 1)
    return dict.fromkeys(rows["community_code"][is_hidden], frozenset({"member_count"}))


def _governed(row: Mapping[str, Any]) -> dict[str, Any]:
    is_told = _there(row["coverage_type"])
    return {
        "has_grid": True if is_told else None,
        "is_committee": row["coverage_type"] == "committee" if is_told else None,
        "has_leading_organisation": True if _there(row["leading_organisation"]) else None,
    }


def _there(value: Any) -> bool:
    return value is not None and not pd.isna(value)


def _is(value: Any, wanted: str) -> bool | None:
    return value == wanted if _there(value) else None


def _known(values: Mapping[str, Any], basis: Basis) -> dict[str, Known]:
    """Keep the values that are there, in the inputs' order and as their kinds are."""
    return {
        name: Known(
            bool(values[name]) if each.kind == "yes_no" else float(values[name]), basis
        )
        for name, each in INPUTS.items()
        if _there(values.get(name))
    }  # fmt: skip


@remembered
def advised(ask: Questions, code: str, what_if: WhatIf = WhatIf()) -> Asked:
    """Ask about one community; raises Problem where what was typed can't be."""
    names = ask.communities
    name = names.at[code, "name"]
    if code not in before_arrangements() or code not in ask.named_projects:
        _check_open(ask, code)
    if code in ask.named_projects:
        return _asked_of_real(ask, code, name, what_if)
    counted, inputs, neighbours = inputs_by_community(ask.on(_alone(ask, code)))
    present = dict(zip(counted.rows["community_code"], kinds(counted.rows), strict=True))
    there = (
        name
        for name, column in _BODIES.items()
        if any(each for each in counted.rows[column] if _there(each))
    )
    hidden = hidden_by_community(ask.on(_alone(ask, code))).get(code, frozenset())
    keep = what_if.keep is not False
    return replace(
        _asked(name, inputs.get(code, {}), what_if, keep=keep, hidden=hidden),
        present=present.get(code, ""),
        neighbour=neighbours.get(code, ""),
        there=frozenset(there),
    )


def _check_open(ask: Questions, code: str) -> None:
    """Raise Problem where a community is not open at the month's end."""
    if len(ask.on(_alone(ask, code)).count("communities", named="whole").rows):
        return
    names, month = ask.communities.loc[code], f"{ask.filters.end_month:%Y-%m}"
    raise Problem(
        [
            Words(
                f"“{names['name_zh']}”在 {month} 月末没有开放：请选它开放的月份。",
                f"“{names['name_en'] or names['name_zh']}” is not open at the end of {month}: choose "
                "a month in which it is.",
            )
        ]
    )


def _alone(ask: Questions, code: str) -> Any:
    return replace(ask.filters.of_places, town_codes=(), community_codes=(code,))


@remembered
def typed(ask: Questions, what_if: WhatIf) -> Asked:
    """Ask about a community that does not exist yet: of what was typed alone."""
    return _asked(ask.say("设想的社区"), {}, what_if, keep=what_if.keep is not False)


def _asked_of_real(ask: Questions, code: str, name: str, what_if: WhatIf) -> Asked:
    """Ask about a real project that a sample holds: as it was before its arrangement where that was
    looked up, of what is published and estimated of it; else of what is published alone."""
    before = before_arrangements().get(code)
    if before is None:
        keep = what_if.keep is not False
        asked = _asked(name, _published_inputs(ask, code), what_if, keep=keep)
    else:
        inputs = before.inputs(published_alone=what_if.published_alone)
        asked = _asked(name, inputs, what_if, keep=what_if.keep is True)
        if not what_if.published_alone:
            alone = what_if.of(before.inputs(published_alone=True))
            asked = replace(asked, published=advise(asked.table, alone, keep=asked.keep))
    return replace(asked, is_real=True, before=before)


def _published_inputs(ask: Questions, code: str) -> Inputs:
    """Gather what is published of a real project; that every community is under a committee or in a
    grid was published of the whole district."""
    told = ask.count("published_columns").rows.set_index("community_code")["published_columns"]
    columns, practices = set(str(told.get(code, "")).split(";")), practices_of(code)
    here = ask.on(_alone(ask, code))
    (row,) = here.count("communities", named="whole").rows.to_dict("records")
    tiers = here.count("occupancy_by_community", here.filters.at_end, named="whole").rows["tier"]
    values: dict[str, Any] = {"has_grid": True}
    if "coverage_type" in columns:
        values["is_committee"] = row["coverage_type"] == "committee"
    if "leading_organisation" in columns or "branch" in practices:
        values["has_leading_organisation"] = True
    values |= {f"has_{each}": True for each in ("branch", "service_station") if each in practices}
    if len(tiers) and {_PUBLISHED_TIERS.get(tier, "") for tier in tiers} <= columns:
        values["dwellings"] = row["dwelling_count"]
    return _known(values, "published")


_PUBLISHED_TIERS = {"flat": "flat_count", "room": "room_count", "bed": "bed_room_count"}


def _asked(
    name: str,
    inputs: Inputs,
    what_if: WhatIf,
    *,
    keep: bool,
    hidden: frozenset[str] = frozenset(),
) -> Asked:
    table, known = what_if.table, what_if.of(inputs)
    if found := contradictions(table, known):
        raise Problem([_contradicting(one, other) for one, other in found])
    advice = advise(table, known, keep=keep, hidden=hidden)
    return Asked(name, table, known, advice, keep, hidden=hidden - known.keys())


def _contradicting(one: str, other: str) -> Words:
    first, second = INPUTS[one].label, INPUTS[other].label
    return Words(
        f"“{first.zh}”与“{second.zh}”互相矛盾：请改其中一项。",
        f"“{first.en}” and “{second.en}” contradict each other: change one of them.",
    )


@remembered
def verdicts(ask: Questions, what_if: WhatIf = WhatIf()) -> dict[str, Verdict]:
    """Ask about every chosen community; only thresholds and whether to keep may be typed."""
    table = what_if.table
    _, inputs, _ = inputs_by_community(ask)
    return {
        code: verdict(table, each, keep=what_if.keep is not False)
        for code, each in inputs.items()
    }  # fmt: skip


@remembered
def advice_item(ask: Questions, code: str) -> Item:
    """Say in a line what is advised for a community and why, which leads to the whole of it; of a real
    project that a sample holds the advice alone."""
    say, asked = ask.say, advised(ask, code)
    advice = asked.advice
    told, why = asked.told(say), say.words(advice.verdict.row.reason)
    if asked.published is not None and not asked.published.verdict.is_told:
        # Whom to ask stands on the page that the line leads to.
        told = say(
            "只按公开的，还说不清；加上估计的，{estimated}", estimated=advice_told(say, advice)
        )
    if asked.before is not None:
        told = say("{advice}（{day} 之前）", advice=told, day=f"{asked.before.as_of:%Y-%m-%d}")
    if not asked.is_real and not advice.verdict.is_told and not asked.is_moot:
        answers = outcomes_told(say, asked.table, advice, asked.inputs, asked.answered)
        told = say("{told}。{answers}。", told=told, answers=answers)
    if not asked.is_real and advice.verdict.is_told:
        told = say("{advice}。{why}", advice=told, why=why)
        if met := met_told(say, asked.table, advice, asked.inputs):
            told = say("{told}本社区：{met}。", told=told, met=met)
    return Item(say("模式选择"), told[:1].upper() + told[1:], leads="advice")


def read_from(ask: Questions, code: str, asked: Asked) -> QueryResult:
    """Give what advice is read from: governance, without which there is none; of a real project that
    a sample holds, what was published of it."""
    if asked.is_real:
        reports = ask.count("project_reports")
        return replace(reports, rows=reports.rows[reports.rows["community_code"] == code])
    return replace(ask.count("communities"), shown=("coverage_type", "mode"))


def what_if_of(choices: Choices) -> tuple[WhatIf, list[Words]]:
    """Read what an address types; what can't be read is told and left out."""
    inputs = {name: text for name in INPUTS if (text := choices.of(input_choice(name)))}
    thresholds = {
        name: text
        for name in mode_table().thresholds
        if (text := choices.of(limit_choice(name)))
    }  # fmt: skip
    return read_what_if(inputs, thresholds, choices.of(KEEP))


def read_what_if(
    inputs: Mapping[str, str], thresholds: Mapping[str, str], keep: str
) -> tuple[WhatIf, list[Words]]:
    """Read what was typed; what can't be read is told in a sentence each and left out."""
    faults: list[Words] = []
    values: list[tuple[str, Value]] = []
    for name, text in inputs.items():
        value = _read(INPUTS[name].kind, text)
        if value is None:
            faults.append(_unread(INPUTS[name].label, text, _ALLOWED[INPUTS[name].kind]))
        else:
            values.append((name, value))
    table, moved = mode_table(), []
    for name, text in thresholds.items():
        limit = _read(INPUTS[table.inputs_beside(name)[0]].kind, text)
        if limit:
            moved.append((name, float(limit)))
        else:
            kind = INPUTS[table.inputs_beside(name)[0]].kind
            faults.append(_unread(table.thresholds[name].label, text, _ABOVE_NOUGHT[kind]))
    return WhatIf(tuple(values), tuple(moved), {"on": True, "off": False}.get(keep)), faults


_SHARE = Words(
    "0 到 1 的数或百分数，如 0.6、60%", "a number from 0 to 1 or a percentage, such as 0.6 or 60%"
)
_SHARE_ABOVE_NOUGHT = Words(
    "大于 0、不超过 1 的数或百分数，如 0.6、60%",
    "a positive number up to 1 or a percentage, such as 0.6 or 60%",
)
_COUNT = Words("不小于 0 的数", "a number from 0 on")
_POSITIVE = Words("正数", "a positive number")
_ALLOWED = {
    "yes_no": Words("yes 或 no", "yes or no"),
    "count": _COUNT,
    "metres": _COUNT,
    "share": _SHARE,
}
_ABOVE_NOUGHT = {"count": _POSITIVE, "metres": _POSITIVE, "share": _SHARE_ABOVE_NOUGHT}


def _read(kind: Kind, text: str) -> Value | None:
    """Read a value as an input's kind is written; None where it can't be."""
    if kind == "yes_no":
        return {"yes": True, "no": False}.get(text)
    is_percentage = kind == "share" and text.endswith("%")
    try:
        number = float(text.removesuffix("%") if is_percentage else text)
    except ValueError:
        return None
    value = as_share(number) if is_percentage else number
    most = 1 if kind == "share" else 1e9
    return value if 0 <= value <= most else None


def _unread(label: Words, text: str, wanted: Words) -> Words:
    return Words(
        f"“{label.zh}”不能是“{text[:20]}”：请写{wanted.zh}。",
        f"“{label.en}” can't be “{text[:20]}”: write {wanted.en}.",
    )
