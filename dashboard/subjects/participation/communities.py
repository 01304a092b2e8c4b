"""Show which communities are reached and which are not."""

from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from dashboard.asking.memo import remembered, remembered_for_all_towns
from dashboard.asking.questions import Questions
from dashboard.asking.scope import compared_here
from dashboard.contract.columns import rows_where
from dashboard.contract.filters import Filters
from dashboard.contract.indicators import BY_CODE, as_written, measure, with_unit
from dashboard.contract.rounding import percent_written
from dashboard.draw.drawing import Drawing
from dashboard.draw.parts import no_data
from dashboard.draw.rows import Written, table
from dashboard.figures.common import chosen_concerns
from dashboard.figures.figure import Caption, Figure
from dashboard.insight.attention import LARGE_RESIDENTS, QUIET_DAYS, level_names, quiet_told
from dashboard.insight.limits import Comparison
from dashboard.insight.verdicts import limits_told
from dashboard.subjects.participation.drawings import reach_funnel, undrawn_told
from dashboard.subjects.participation.reasoning import low_headline, unreached


@dataclass(frozen=True)
class Reached:
    """Hold how the communities are reached: judged against all that were loaded, so that the same one is
    judged alike whichever town is chosen."""

    rows: pd.DataFrame
    found: Comparison | None

    @property
    def compared_count(self) -> int:
        """How many may be compared."""
        return int((~self.rows["is_without"] & self.rows["denominator"].notna()).sum())


@remembered_for_all_towns
def _communities(ask: Questions) -> Reached:
    """Tell for each community that the page may hold up whether it is reached."""
    counted = ask.count("participation_by_community").rows
    is_told = counted["activity_count"].notna()
    if is_told.any():
        # Of a town that told of no activity none is known to be without one.
        counted = counted[is_told]
    measured = measure(counted, BY_CODE["reach"])
    found = compared_here(ask, measured, ask.district_value(BY_CODE["reach"]), BY_CODE["reach"])
    rows = unreached(counted, ask.count("communities").rows, found, least=ask.warehouse.small_cell)
    names = ask.communities.loc[rows["community_code"], "name"].tolist()
    return Reached(rows.assign(key=rows["community_code"], name=names), found)


def _round_chosen(ask: Questions) -> Filters:
    """The filters without the chosen communities: the others of their town stay in view."""
    return replace(ask.filters, town_codes=ask.chosen_towns, community_codes=())


@remembered
def reached_communities(ask: Questions) -> Reached:
    """Give the communities of the chosen towns, and what all towns' are judged against."""
    reached, towns = _communities(ask), ask.chosen_towns
    if not towns:
        return reached
    return replace(reached, rows=rows_where(reached.rows, reached.rows["town_code"].isin(towns)))


@remembered
def funnel(ask: Questions) -> Figure:
    """Set each community's reach against what communities' usual differences explain."""
    say, reach, reached = ask.say, BY_CODE["reach"], reached_communities(ask)
    low, found = int(reached.rows["is_low"].sum()), reached.found
    note = say(
        "每点一个社区，橙色为偏低或没有活动 · 线为平常波动的上下限，随人数变宽窄："
        "一切正常时，单凭偶然每 100 个社区也约有 5 个落在内线外（偏高、偏低各半），每 500 个约有 1 个落在外线外"
    )
    return Figure(
        "reach-funnel",
        _funnel_drawing(ask),
        Caption(
            low_headline(say, low, found, reached.compared_count),
            _community_note(
                ask,
                " · ".join(filter(None, (note, undrawn_told(reached.rows, say)))),
            ),
            ask.as_of(window=True),
            method="" if found is None else limits_told(say, found),
        ),
        ask.count("participation_by_community", _round_chosen(ask)).showing(reach),
        click="community",
    )


def _funnel_drawing(ask: Questions) -> Drawing:
    reached = reached_communities(ask)
    if reached.found is None:
        return no_data(ask.say, 340)
    limits = reached.found.funnel.limits(_sizes(reached.rows))
    return reach_funnel(
        reached.rows, limits, BY_CODE["reach"], ask.say,
        district=reached.found.funnel.common, height=340,
    )  # fmt: skip


def _sizes(rows: pd.DataFrame) -> pd.Series:
    """Choose the sizes at which to draw the limits: close together where they are steep."""
    most = rows["denominator"].max()
    most = 10.0 if pd.isna(most) else float(most)
    return pd.Series([most * 1.06 * (n / 60) ** 2 for n in range(2, 61)])


def _community_note(ask: Questions, note: str) -> str:
    """Say besides what is in view: the whole town of a chosen community, no named project."""
    say, names = ask.say, ask.town_names()
    if ask.filters.community_codes:
        towns = say.listed([names[code] for code in ask.chosen_towns])
        note = say("{towns}各社区 · {note}", towns=towns, note=note)
    return ask.without_named(note)


@remembered
def not_reached(ask: Questions) -> Figure:
    """List the communities without activity or with low reach, most residents missed first."""
    say, rows = ask.say, reached_communities(ask).rows
    rows = rows_where(rows, rows["is_low"] | rows["is_without"])
    return Figure(
        "unreached",
        _table(ask, rows),
        Caption(
            say(
                "{months} 个月内 {without} 个社区没有活动，{low} 个有活动而参与偏低",
                months=ask.filters.window_months,
                without=int(rows["is_without"].sum()),
                low=int(rows["is_low"].sum()),
            ),
            _community_note(
                ask,
                say(
                    "按平均居民与参与者之差排列 · 需要关注的按同一套规则：居民 {residents} 人以上、{days} 天无活动等",
                    residents=LARGE_RESIDENTS,
                    days=QUIET_DAYS,
                ),
            ),
            ask.as_of(window=True),
        ),
        ask.count("participation_by_community", _round_chosen(ask)),
        opens_profile=True,
    )


def _table(ask: Questions, rows: pd.DataFrame) -> Drawing:
    say, towns = ask.say, ask.town_names()
    rows = rows.sort_values(["unreached_count", "key"], ascending=[False, True])
    badges, levels = level_names(say), {c.community_code: c.level for c in chosen_concerns(ask)}
    columns = {
        say("社区"): rows["name"],
        say("街镇"): [towns[code] for code in rows["town_code"]],
        say("状况"): [_state(ask, each) for each in rows[_TOLD].itertuples()],
        say("关注"): [badges[levels[key]] if key in levels else "" for key in rows["key"]],
        say("月末居民"): rows["resident_count"],
        say("参与率"): Written(
            [percent_written(value) for value in rows["value"]],
            as_written(rows["value"], BY_CODE["reach"]),
            with_unit(say("参与率"), "%", say.language),
            is_text=True,
        ),
        say("参与人数"): rows["participant_count"],
        say("平均居民"): rows["denominator"],
    }
    none = say("每个社区都有活动，参与率都不低于界限。")
    return table(columns, say, keys=rows["key"], height=340, empty=none)


# What the state of a community is told by.
_TOLD = ["is_without", "days_quiet_count", "opened_on"]


def _state(ask: Questions, row: Any) -> str:
    if not row.is_without:
        return ask.say("参与偏低")
    return quiet_told(row, ask.say, ask.warehouse.months[0])
