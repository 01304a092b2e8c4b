"""Put the plan together that an address or a file asks for, and count what it changes and needs."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import NamedTuple, cast
from urllib.parse import parse_qsl, urlencode

import numpy as np
import pandas as pd

from dashboard.asking.memo import remembered
from dashboard.asking.questions import QueryResult, Questions
from dashboard.contract.columns import at_month
from dashboard.contract.filters import Filters
from dashboard.contract.indicators import BY_CODE, measure
from dashboard.contract.tables import mode
from dashboard.contract.words import Words
from dashboard.figures.advice import verdicts
from dashboard.figures.page import Choice, Choices
from dashboard.figures.siting import STATIONS, WITHIN, Sought, outcome
from dashboard.insight.governance import GRID, UNKNOWN, kinds
from dashboard.insight.scenario import (
    IN_TWO,
    STATION_KINDS,
    WORKER,
    By,
    Pick,
    bundled_ratios,
    put_together,
    workers_needed,
)

# What fronts let through in an address, encoded: some 350 communities.
_LONGEST = 6000
# A whole query, as browsers write it, that is answered at all.
LONGEST_QUERY = 8000
BETWEEN, BEFORE_MODE, BEFORE_STATION = "~", ".", "@"
NAME = Choice("plan", ())
RULE = Choice("rule", ("none", "advice", "siting"))
ADDED, OUT = (Choice(name, (), _LONGEST, BETWEEN) for name in ("add", "out"))
# What is added next gets this mode; the one that is advised without.
AS = Choice("as", ("advised", *mode.allowed))
# What is set beside it: a rule alone, or another plan, as its own address writes it; SAVED until that
# is given.
AGAINST, SAVED = Choice("against", (), _LONGEST, BETWEEN), "saved"
_OF_ONE = (NAME, RULE, STATIONS, WITHIN, ADDED, OUT)
OF_PLAN = (*_OF_ONE, AGAINST)
CHOICES = (*OF_PLAN, AS)

NEEDS = ("coverage_type", "mode")
SHARES = ("committee_coverage", "resident_coverage")
COUNTS = (
    "committee_community_count",
    "governed_community_count",
    "committee_resident_count",
    "governed_resident_count",
)


class Added(NamedTuple):
    """Name a single community, the mode that it gets ("": as is advised), and the community in which
    its station stands ("": its own)."""

    code: str
    mode: str = ""
    station: str = ""

    @property
    def written(self) -> str:
        mode_text = f"{BEFORE_MODE}{self.mode}" if self.mode else ""
        return f"{self.code}{mode_text}" + (
            f"{BEFORE_STATION}{self.station}" if self.station else ""
        )


@dataclass(frozen=True)
class Asked:
    """Hold what makes a plan: a rule, what siting asks, single communities, and those left out of the
    rule's; ``against`` is the plan that it is compared with."""

    rule: str = "none"
    stations: int = int(STATIONS.usual)
    within: int = int(WITHIN.usual)
    added: tuple[Added, ...] = ()
    out: tuple[str, ...] = ()
    name: str = ""
    against: "Asked | None" = None

    @property
    def alone(self) -> "Asked":
        """Ask for the same without comparing it."""
        return replace(self, against=None)

    def by(self, rule: str) -> "Asked":
        """Ask for what a rule alone gives."""
        return Asked(rule, self.stations, self.within)

    @property
    def written(self) -> dict[str, str]:
        """Write it as an address does."""
        added = (each.written for each in self.added)
        texts = {
            NAME: self.name, RULE: self.rule, STATIONS: str(self.stations),
            WITHIN: str(self.within), ADDED: BETWEEN.join(added), OUT: BETWEEN.join(self.out),
            AGAINST: self._against,
        }  # fmt: skip
        return {choice.name: text for choice, text in texts.items() if text != choice.usual}

    @property
    def _against(self) -> str:
        other = self.against
        if other is None:
            return ""
        is_rule = other.rule != RULE.usual and other == self.by(other.rule)
        return other.rule if is_rule else urlencode(other.written)


NO_SCENARIO = Asked()


def asked_of(choices: Choices, codes: Collection[str]) -> Asked:
    """Read what an address asks for, and what it sets beside that; ``codes`` are of all communities.
    The order of codes is none of the plan's; of one that is added twice the last mode stands."""
    asked, text = _asked_alone(choices, codes), choices.of(AGAINST)
    if text in RULE.allowed[1:]:
        return replace(asked, against=asked.by(text))
    other = pasted(text)
    own = tuple(
        (each.name, other[each.name][: each.longest])
        for each in _OF_ONE
        if other.get(each.name) and (not each.allowed or other[each.name] in each.allowed)
    )
    return replace(asked, against=_asked_alone(Choices(own=own), codes) if own else None)


def pasted(text: str) -> dict[str, str]:
    """Read the pairs of an address that stands in another, with or without what is before its ?."""
    return dict(parse_qsl(text.rpartition("?")[2]))


def _asked_alone(choices: Choices, codes: Collection[str]) -> Asked:
    added = {each.code: each for each in entries(choices, codes)}
    out = {text for text in choices.of(OUT).split(BETWEEN) if text}
    return Asked(
        choices.of(RULE), int(choices.of(STATIONS)), int(choices.of(WITHIN)),
        tuple(sorted(added.values())), tuple(sorted(out)), choices.of(NAME).strip(),
    )  # fmt: skip


def entries(choices: Choices, codes: Collection[str]) -> list[Added]:
    """Read each community that an address adds, as often as it does."""
    return [_entry(text, codes) for text in choices.of(ADDED).split(BETWEEN) if text]


def _entry(text: str, codes: Collection[str]) -> Added:
    text, _, station = text.partition(BEFORE_STATION)
    code, _, wanted = text.rpartition(BEFORE_MODE)
    if code and text not in codes and wanted in mode.allowed:
        return Added(code, wanted, station)
    return Added(text, "", station)


def communities(ask: Questions) -> QueryResult:
    """Count the communities that a plan may hold; a sample's real projects are not among them."""
    return replace(ask.count("communities"), shown=(*NEEDS, "resident_count"))


@remembered
def present(ask: Questions) -> dict[str, str]:
    """Tell how each chosen community is governed."""
    rows = communities(ask).rows
    return dict(zip(rows["community_code"], kinds(rows), strict=True))


def everywhere(ask: Questions) -> Questions:
    """Ask of all communities there are."""
    return ask.on(Filters(ask.filters.start_month, ask.filters.end_month))


@remembered
def advised_modes(ask: Questions) -> dict[str, str]:
    """Give the mode that is told for each grid community, of ties the one of the lower number."""
    now = present(ask)
    return {
        code: each.results[0]
        for code, each in verdicts(ask).items()
        if now.get(code) == GRID and each.is_told and each.results[0] in mode.allowed
    }


def mode_of(ask: Questions, one: Added) -> str:
    """Give the mode that a community added by hand gets."""
    usual = bundled_ratios().modes["hand"]
    return one.mode or advised_modes(everywhere(ask)).get(one.code, usual)


def unfit(ask: Questions, one: Added) -> Words | None:
    """Say why a community can't be in a plan as it is added."""
    code, station = one.code, one.station
    if code not in ask.communities.index:
        return Words("不是已知的社区", "is not a known community")
    if code in ask.named_projects:
        return Words(
            "是具名项目，示例的方案里不列", "is a real project, which no scenario of a sample holds"
        )
    there = present(everywhere(ask))
    now = there.get(code)
    if now is None:
        month = f"{ask.filters.end_month:%Y-%m}"
        return Words(f"{month} 月末没有开放", f"is not open at the end of {month}")
    if now == mode_of(ask, one):
        return Words("现在已经是这种模式", "has that mode already")
    if station and station not in there:
        return Words(
            f"的社工站设在不认识的社区 {station}",
            f"has its station in a community that is not known, {station}",
        )
    return None


@remembered
def plan(ask: Questions, asked: Asked) -> pd.DataFrame:
    """List the chosen communities of a plan, in the order of ``communities``.

    Besides its columns: ``name``, ``present`` and ``planned`` ways of governance, ``by`` which rule,
    the ``station`` that serves it, and whether a committee governs it only then (``is_new``).
    """
    rows, now = communities(ask).rows, present(ask)
    base = by_rule(ask, asked)
    # What is added as the rule has it is the rule's: it was taken out, and put back.
    added = {
        each.code: base[each.code]
        if each.code in base and not each.mode
        else Pick(mode_of(ask, each), "hand", each.station)
        for each in asked.added
        if unfit(ask, each) is None
    }
    picks = put_together(base, added, asked.out)
    rows = rows.assign(present=kinds(rows), name=rows[f"name_{ask.say.language}"])
    is_in = [
        code in picks and picks[code].mode != now[code] for code in rows["community_code"].tolist()
    ]
    # Of no community at all an empty list would choose no column.
    rows = rows[np.array(is_in, dtype=bool)].reset_index(drop=True)
    found = [picks[code] for code in rows["community_code"]]
    return rows.assign(
        planned=[each.mode for each in found],
        by=[each.by for each in found],
        station=[
            each.station or code for each, code in zip(found, rows["community_code"], strict=True)
        ],
        is_new=rows["present"].isin([GRID, UNKNOWN]),
    )


def by_rule(ask: Questions, asked: Asked) -> dict[str, Pick]:
    """Choose communities by the rule alone."""
    by = cast(By, asked.rule)
    if asked.rule == "advice":
        return {code: Pick(each, by) for code, each in advised_modes(ask).items()}
    found = None
    if asked.rule == "siting":
        found = outcome(ask, Sought("grid", asked.stations, asked.within, "cover"))
    if found is None:
        return {}
    setting, usual = found.located.setting, bundled_ratios().modes["siting"]
    is_reached = (found.after > 0) & (found.before == 0)
    return {
        setting.demand[int(row)]: Pick(usual, by, setting.sites[int(site)])
        for row, site, _ in found.siting.flows.tolist()
        if is_reached[int(row)]
    }


@dataclass(frozen=True)
class Change:
    """Hold what a plan changes: a row a town, or one of all together, with ``COUNTS`` and, before and
    after, the shares by their codes, in percent. ``gained`` is known where what it adds to is not."""

    before: pd.DataFrame
    after: pd.DataFrame
    gained: pd.DataFrame


@remembered
def change(ask: Questions, asked: Asked) -> Change:
    """Count coverage before and after, of all chosen communities together."""
    rows = at_month(ask.district_months().rows, ask.filters.end_month)
    gains = _gains(plan(ask, asked)).sum()
    return _changed(rows.reset_index(drop=True), pd.DataFrame([gains]))


@remembered
def change_by_town(ask: Questions, asked: Asked) -> Change:
    """Count coverage before and after, town by town: rows by ``town_code``."""
    rows = ask.count("coverage_by_town", ask.filters.at_end).rows.set_index("town_code")
    gains = _gains(plan(ask, asked)).reindex(rows.index, fill_value=0)
    return _changed(rows, gains)


def _gains(rows: pd.DataFrame) -> pd.DataFrame:
    """Count by town what a plan's communities add; residents whom nobody told of add none."""
    residents = rows["resident_count"].astype("float64").fillna(0)
    is_new, is_unknown = rows["is_new"], rows["present"] == UNKNOWN
    columns = (is_new, is_unknown, residents.where(is_new, 0), residents.where(is_unknown, 0))
    counts = {name: each.astype("float64") for name, each in zip(COUNTS, columns, strict=True)}
    return pd.DataFrame({"town_code": rows["town_code"], **counts}).groupby("town_code").sum()


def _changed(rows: pd.DataFrame, gains: pd.DataFrame) -> Change:
    before = rows[["community_count", *COUNTS]].astype("float64")
    after = before.assign(**{name: before[name] + gains[name] for name in COUNTS})
    return Change(_with_shares(before), _with_shares(after), gains)


def _with_shares(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(**{code: measure(rows, BY_CODE[code])["value"] for code in SHARES})


@remembered
def kinds_changed(ask: Questions, asked: Asked) -> tuple[Counter[str], Counter[str]]:
    """Count the communities by how they are governed, before and after; a sample's real projects too."""
    rows = ask.count("modes_by_town", ask.filters.at_end).rows
    before: Counter[str] = Counter()
    for kind, count in zip(kinds(rows), rows["community_count"], strict=True):
        before[kind] += int(count)
    every = int(change(ask, asked).before["community_count"].iloc[0])
    before[UNKNOWN] = every - before.total()
    after, mine = before.copy(), plan(ask, asked)
    after.subtract(mine["present"].tolist())
    after.update(mine["planned"].tolist())
    return before, after


def has_station(ask: Questions, rows: pd.DataFrame, kind: str) -> "pd.Series[bool]":
    """Tell which of a plan's communities have a station of a kind, where they are or where theirs is
    posted; missing where nobody told."""
    column, has = f"has_{kind}", rows[f"has_{kind}"].astype("boolean")
    if kind != STATION_KINDS[0]:
        return has
    there = communities(everywhere(ask)).rows.set_index("community_code")[column]
    return has | rows["station"].map(there).astype("boolean")


@remembered
def needs(ask: Questions, asked: Asked) -> pd.DataFrame:
    """Reckon the stations a plan needs besides those there are: their ``kind``, the community ``at``
    which each stands and its ``town_code``, how many (``stations``), the ``residents`` of those it
    serves, how many of these nobody told of (``untold``), and its social ``workers``."""
    rows, ratios = plan(ask, asked), bundled_ratios()
    towns, lines = ask.communities["town_code"], []
    for kind in STATION_KINDS:
        is_shared = kind == STATION_KINDS[0]
        has = has_station(ask, rows, kind).fillna(value=False).astype(bool)
        wanted = rows[rows["planned"].isin(ratios.ratios[kind].modes) & ~has]
        for at, served in wanted.groupby("station" if is_shared else "community_code"):
            residents = served["resident_count"].astype("float64")
            is_staffed = is_shared and served["planned"].isin(ratios.ratios[WORKER].modes).any()
            lines.append(
                (
                    kind, at, towns[at], ratios.ratios[kind].value, residents.sum(),
                    int(residents.isna().sum()),
                    workers_needed(residents.sum(), ratios) if is_staffed else 0,
                )
            )  # fmt: skip
    columns = ["kind", "at", "town_code", "stations", "residents", "untold", "workers"]
    return pd.DataFrame(lines, columns=columns)


def needed(rows: pd.DataFrame) -> dict[str, float]:
    """Add up what is needed: stations by kind, and social workers."""
    stations = {
        kind: float(rows.loc[rows["kind"] == kind, "stations"].sum()) for kind in STATION_KINDS
    }
    return {**stations, WORKER: float(rows["workers"].sum())}


def town_rows(ask: Questions, asked: Asked) -> pd.DataFrame:
    """Give each town's numbers, those that gain most communities first: ``key``, ``name``,
    ``communities``, ``before`` and ``after`` (percent), ``new`` communities and their ``residents``,
    and what is needed."""
    found, wanted, names = change_by_town(ask, asked), needs(ask, asked), ask.town_names()
    gained = found.gained
    rows = pd.DataFrame(
        {
            "key": found.before.index,
            "name": [names[code] for code in found.before.index],
            "communities": found.before["community_count"].to_numpy(),
            "before": found.before[SHARES[0]].to_numpy(),
            "after": found.after[SHARES[0]].to_numpy(),
            "new": gained[COUNTS[0]].to_numpy(),
            "residents": gained[COUNTS[2]].to_numpy(),
        }
    )
    each = [needed(wanted[wanted["town_code"] == code]) for code in rows["key"]]
    rows = rows.assign(**{name: [one[name] for one in each] for name in (*STATION_KINDS, WORKER)})
    return rows.sort_values(["new", "key"], ascending=[False, True], ignore_index=True)


@dataclass(frozen=True)
class Shared:
    """Hold the codes of communities that two plans bring in both (some under ``other_modes``), or one
    alone, each in the order of ``communities``."""

    both: tuple[str, ...]
    first: tuple[str, ...]
    second: tuple[str, ...]
    other_modes: tuple[str, ...]

    @property
    def is_same(self) -> bool:
        return not (self.first or self.second or self.other_modes)


@remembered
def shared(ask: Questions, asked: Asked) -> Shared:
    """Part what a plan and the one it is compared with choose."""
    one, other = (
        dict(zip(rows["community_code"], rows["planned"], strict=True))
        for rows in (plan(ask, asked.alone), plan(ask, asked.against or NO_SCENARIO))
    )
    both = tuple(code for code in one if code in other)
    return Shared(
        both,
        tuple(code for code in one if code not in other),
        tuple(code for code in other if code not in one),
        tuple(code for code in both if one[code] != other[code]),
    )


@remembered
def compared_rows(ask: Questions, asked: Asked) -> pd.DataFrame:
    """Give each town's numbers under a plan, with those of the other ending in ``_other``, and how many
    of the chosen communities there stand in ``both``, the ``first`` alone, or the ``second``."""
    rows = town_rows(ask, asked.alone)
    if asked.against is None:
        return rows
    theirs = town_rows(ask, asked.against).drop(columns=["name", "communities", "before"])
    parts, towns = shared(ask, asked), ask.communities["town_code"]
    counts = {name: Counter(towns[[*getattr(parts, name)]]) for name in IN_TWO}
    rows = rows.merge(theirs, on="key", suffixes=("", "_other"), validate="1:1")
    return rows.assign(**{name: rows["key"].map(counts[name]).fillna(0) for name in IN_TWO})
