"""Set a town or a community beside others: the town, the district, the most similar ones."""

from typing import Any

import numpy as np
import pandas as pd

from dashboard.asking.memo import remembered, remembered_for_all_towns
from dashboard.asking.questions import PARTICIPATION, Questions
from dashboard.asking.scope import scope_named
from dashboard.contract.indicators import BY_CODE, Indicator, measure, written
from dashboard.draw.drawing import Drawing
from dashboard.figures.figure import Caption, Figure
from dashboard.insight.facts import governed_how
from dashboard.subjects.profile.drawings import Peer, comparison
from dashboard.subjects.profile.place import main_occupancy, month_end
from dashboard.subjects.profile.similar import COMMUNITY_ASPECTS, community_features, most_similar

SIMILAR = 5
COMPARED = (
    "dwellings",
    "residents",
    "residents_per_dwelling",
    "reach",
    "attendance_rate",
    "intensity",
)


@remembered_for_all_towns
def values_by_community(ask: Questions, code: str) -> pd.Series:
    """Measure an indicator for every community of the district, by its code."""
    indicator = BY_CODE[code]
    if indicator.query == PARTICIPATION:
        query = "participation_by_community"
    else:
        query = "occupancy_by_community" if indicator.tier else "communities"
    filters = ask.filters.at_end if indicator.tier else ask.filters
    rows = measure(ask.count(query, filters, named="whole").rows, indicator)
    return rows.set_index("community_code")["value"]


@remembered_for_all_towns
def _features(ask: Questions) -> pd.DataFrame:
    return community_features(
        ask.count("communities", named="whole").rows,
        ask.count("occupancy_by_community", ask.filters.at_end, named="whole").rows,
        on=month_end(ask.filters),
    )


@remembered
def similar_to(ask: Questions, code: str, count: int | None = SIMILAR) -> dict[str, float]:
    """Give the distances of the communities most like one, by their codes, the nearest first; without
    a ``count`` of all."""
    described = _features(ask)
    # A real project's invented numbers are shown in its own profile, and beside no other.
    others = described[~described.index.isin(ask.named_projects - {code})]
    return most_similar(others, code, COMMUNITY_ASPECTS, count=count)


def beside_others(ask: Questions, row: Any) -> Figure:
    """Set a community beside its town, the district and the most similar communities."""
    say = ask.say
    return Figure(
        "profile-comparison",
        _compared(ask, row),
        Caption(
            _beside_told(ask),
            say(
                "相似：房源数（对数）、层次、青年占比、类型、开业年数的标准化距离，越小越像 · 差异是关联，不是效果"
            ),
            ask.as_of(window=True),
        ),
        ask.count("participation_by_community", ask.everywhere).showing(
            *(BY_CODE[name] for name in COMPARED)
        ),
        click="peer",
        marked=(row.community_code,),
    )


def _beside_told(ask: Questions) -> str:
    """Say beside whom a community is set."""
    say, found = ask.say, ask.scope
    if found.is_district:
        return say("与本街镇、全区和五个最相似的社区比较")
    if found.operator or len(found.towns) == 1:
        return say("与{whole}和最相似的社区比较", whole=scope_named(ask))
    return say("与本街镇、{whole}和最相似的社区比较", whole=scope_named(ask))


def _compared(ask: Questions, row: Any) -> Drawing:
    say, code = ask.say, row.community_code
    indicators = [
        *(BY_CODE[name] for name in COMPARED[:3]),
        main_occupancy(row),
        *(BY_CODE[name] for name in COMPARED[3:]),
    ]
    similar = similar_to(ask, code)
    keys = [code, *similar]
    values = pd.DataFrame(
        {each.code: values_by_community(ask, each.code).reindex(keys) for each in indicators}
    )
    rows = ask.count("communities", ask.everywhere, named="whole").rows
    rows = rows[rows["community_code"].isin(keys)].set_index("community_code")

    def peer(key: str, distance: float | None = None) -> Peer:
        name, text = ask.communities.at[key, "name"], how(key)
        return Peer(key, name, text, values.loc[key].to_dict(), distance)

    def how(key: str) -> str:
        return governed_how(rows.at[key, "coverage_type"], rows.at[key, "mode"], say)

    peers = [
        peer(code),
        *_wholes(ask, row.town_code, indicators),
        *(peer(key, distance) for key, distance in similar.items()),
    ]
    return comparison(peers, indicators, say, headings=(say("对象"), say("治理方式")))


@remembered_for_all_towns
def _values_by_town(ask: Questions, indicator: str) -> dict[str, float]:
    rows = ask.by_town(BY_CODE[indicator]).rows
    return dict(zip(rows["key"], rows["value"], strict=True))


def town_peer(ask: Questions, code: str, indicators: list[Indicator]) -> Peer:
    """Give a whole town's values, and its committee coverage in words."""
    values = {
        each.code: _values_by_town(ask, each.code).get(code, np.nan)
        for each in (*indicators, BY_CODE["committee_coverage"])
    }
    return Peer(code, ask.town_names(short=False)[code], _covered(ask, values), values)


def district_peer(ask: Questions, indicators: list[Indicator]) -> Peer:
    """Give the values of all that was loaded."""
    values = {
        each.code: np.nan if value is None else value
        for each in (*indicators, BY_CODE["committee_coverage"])
        for value in [ask.district_total(each)]
    }
    return Peer(None, scope_named(ask), _covered(ask, values), values)


def _wholes(ask: Questions, town: str, indicators: list[Indicator]) -> list[Peer]:
    """Give what a community is part of: its town, where that was loaded as such, and all there is."""
    found = ask.scope
    is_town_apart = not found.operator and len(found.towns) > 1
    own = [town_peer(ask, town, indicators)] if is_town_apart else []
    return [*own, district_peer(ask, indicators)]


def _covered(ask: Questions, values: dict[str, float]) -> str:
    coverage = BY_CODE["committee_coverage"]
    share = written(values[coverage.code], coverage, ask.say.language)
    return ask.say("居村治理 {share}", share=share)
