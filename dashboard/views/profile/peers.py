"""Set a town or a community beside others: the town, the district, the most similar ones."""

from typing import Any

import numpy as np
import pandas as pd

from dashboard.asking.questions import PARTICIPATION
from dashboard.contract.indicators import BY_CODE, Indicator, measure, written
from dashboard.draw.drawing import Drawing
from dashboard.draw.profile import Peer, comparison
from dashboard.insight.profile import governed_how
from dashboard.insight.similar import COMMUNITY_ASPECTS, community_features, most_similar
from dashboard.ui.context import Context
from dashboard.ui.filters import choose_community
from dashboard.ui.frame import Caption, show_figure
from dashboard.views.profile.place import go_to_town, main_occupancy, month_end

SIMILAR = 5
COMPARED = (
    "dwellings",
    "residents",
    "residents_per_dwelling",
    "reach",
    "attendance_rate",
    "intensity",
)


def values_by_community(context: Context, indicator: Indicator) -> pd.Series:
    """Measure an indicator for every community of the district, by its code."""

    def make() -> pd.Series:
        if indicator.query == PARTICIPATION:
            query = "participation_by_community"
        else:
            query = "occupancy_by_community" if indicator.tier else "communities"
        filters = context.everywhere.at_end if indicator.tier else context.everywhere
        rows = measure(context.count(query, filters, named="whole").rows, indicator)
        return rows.set_index("community_code")["value"]

    return context.remember("values-by-community", indicator.code, make=make)


def similar_to(context: Context, code: str) -> pd.DataFrame:
    """Find the communities most like one, by their codes, the nearest first."""

    def features() -> pd.DataFrame:
        filters = context.everywhere
        return community_features(
            context.count("communities", filters, named="whole").rows,
            context.count("occupancy_by_community", filters.at_end, named="whole").rows,
            on=month_end(filters),
        )

    described = context.remember("community-features", make=features)
    # A real project's invented numbers are shown in its own profile, and beside no other.
    others = described[~described.index.isin(context.named_projects - {code})]
    return context.remember_chosen(
        "similar", make=lambda: most_similar(others, code, COMMUNITY_ASPECTS, count=SIMILAR)
    )


def show_comparison(context: Context, row: Any) -> None:
    say = context.say

    def clicked(key: str | None, add: bool) -> None:
        if key == row.town_code:
            go_to_town(context, row.town_code)
        elif key and key != row.community_code:
            choose_community(context)(key, False)

    show_figure(
        context,
        "profile-comparison",
        context.remember_chosen("community-comparison", make=lambda: _compared(context, row)),
        Caption(
            say("与本街镇、全区和五个最相似的社区比较"),
            say(
                "相似：房源数（对数）、层次、青年占比、类型、开业年数的标准化距离，越小越像 · 差异是关联，不是效果"
            ),
            context.as_of(window=True),
        ),
        context.count("participation_by_community", context.everywhere).showing(
            *(BY_CODE[name] for name in COMPARED)
        ),
        on_click=clicked,
        chosen=(row.community_code,),
    )


def _compared(context: Context, row: Any) -> Drawing:
    say, code = context.say, row.community_code
    indicators = [
        *(BY_CODE[name] for name in COMPARED[:3]),
        main_occupancy(row),
        *(BY_CODE[name] for name in COMPARED[3:]),
    ]
    similar = similar_to(context, code)
    keys = [code, *similar.index]
    values = pd.DataFrame(
        {each.code: values_by_community(context, each).reindex(keys) for each in indicators}
    )
    rows = context.count("communities", context.everywhere, named="whole").rows
    rows = rows[rows["community_code"].isin(keys)].set_index("community_code")

    def peer(key: str, distance: float | None = None) -> Peer:
        name, text = context.communities.at[key, "name"], how(key)
        return Peer(key, name, text, values.loc[key].to_dict(), distance)

    def how(key: str) -> str:
        return governed_how(rows.at[key, "coverage_type"], rows.at[key, "mode"], say)

    peers = [
        peer(code),
        town_peer(context, row.town_code, indicators),
        district_peer(context, indicators),
        *(peer(key, distance) for key, distance in similar["distance"].items()),
    ]
    return comparison(peers, indicators, say, headings=(say("对象"), say("治理方式")))


def town_peer(context: Context, code: str, indicators: list[Indicator]) -> Peer:
    """Give a whole town's values, and its committee coverage in words."""
    values = {
        each.code: context.by_town(each).rows.set_index("key")["value"].get(code, np.nan)
        for each in (*indicators, BY_CODE["committee_coverage"])
    }
    return Peer(code, context.town_names(short=False)[code], _covered(context, values), values)


def district_peer(context: Context, indicators: list[Indicator]) -> Peer:
    """Give the whole district's values."""
    values = {
        each.code: np.nan if value is None else value
        for each in (*indicators, BY_CODE["committee_coverage"])
        for value in [context.district_total(each)]
    }
    return Peer(None, context.say("全区"), _covered(context, values), values)


def _covered(context: Context, values: dict[str, float]) -> str:
    coverage = BY_CODE["committee_coverage"]
    share = written(values[coverage.code], coverage, context.say.language)
    return context.say("居村治理 {share}", share=share)
