"""Show which communities are reached and which are not."""

from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from dashboard.contract.filters import Filters
from dashboard.contract.indicators import BY_CODE, measure
from dashboard.contract.rounding import percent_written
from dashboard.draw.drawing import Drawing, nothing
from dashboard.draw.participation import reach_funnel
from dashboard.draw.rows import table
from dashboard.insight.limits import dispersion, funnel_limits
from dashboard.insight.participation import unreached
from dashboard.language import Say
from dashboard.ui.context import Context
from dashboard.ui.filters import choose_community, profile_of
from dashboard.ui.frame import Caption, show_figure


@dataclass(frozen=True)
class Reached:
    """Hold how the communities are reached: judged against all towns', so that the same one is
    judged alike whichever town is chosen."""

    rows: pd.DataFrame
    centre: float
    wide: float


def _communities(context: Context) -> Reached:
    """Tell for each community that the page may hold up whether it is reached."""
    everywhere = context.everywhere
    counted = context.count("participation_by_community", everywhere).rows
    measured = measure(counted, BY_CODE["reach"])
    centre = context.district_value(BY_CODE["reach"])
    centre = float("nan") if centre is None else centre
    wide = dispersion(measured["value"], measured["denominator"], centre)
    rows = unreached(
        counted,
        context.count("communities", everywhere).rows,
        centre,
        wide=wide,
        least=context.warehouse.small_cell,
    )
    places = context.communities.loc[rows["community_code"]]
    rows = rows.assign(
        key=rows["community_code"], name=places["name"].tolist(), origin=places["origin"].tolist()
    )
    return Reached(rows, centre, wide)


def _round_chosen(context: Context) -> Filters:
    """The filters without the chosen communities: the others of their town stay in view."""
    return replace(context.filters, town_codes=context.chosen_towns, community_codes=())


def reached_communities(context: Context) -> Reached:
    """Give the communities of the chosen towns, and what all towns' are judged against."""
    reached = context.remember("participation-communities", make=lambda: _communities(context))
    towns = context.chosen_towns
    if not towns:
        return reached
    return replace(reached, rows=reached.rows[reached.rows["town_code"].isin(towns)])


def show_funnel(context: Context) -> None:
    say, filters = context.say, _round_chosen(context)
    reach = BY_CODE["reach"]
    reached = reached_communities(context)
    rows, centre, wide = reached.rows, reached.centre, reached.wide
    low = int(rows["is_low"].sum())
    show_figure(
        context,
        "reach-funnel",
        context.warehouse.remember(
            ("reach-funnel", say.language, filters),
            lambda: reach_funnel(
                rows,
                funnel_limits(centre, _sizes(rows), dispersion=wide),
                reach,
                say,
                district=centre,
                height=340,
            ),
        ),
        Caption(
            say("{count} 个社区参与偏低，超出社区间的普遍差异", count=low)
            if low
            else say("有活动的社区中，没有参与率低到超出普遍差异的"),
            _community_note(
                context,
                say(
                    "每点一个社区，橙色为偏低或没有活动 · 点线 95%、虚线 99.8% 界限，"
                    "已按社区间的普遍差异放宽"
                ),
            ),
            context.as_of(window=True),
        ),
        context.count("participation_by_community", filters).showing(reach),
        on_click=choose_community(context),
        chosen=context.filters.community_codes,
    )


def _sizes(rows: pd.DataFrame) -> pd.Series:
    """Choose the sizes at which to draw the limits: close together where they are steep."""
    most = rows["denominator"].max()
    most = 10.0 if pd.isna(most) else float(most)
    return pd.Series([most * 1.06 * (n / 60) ** 2 for n in range(2, 61)])


def _community_note(context: Context, note: str) -> str:
    """Say besides what is in view: the whole town of a chosen community, no named project."""
    say, names = context.say, context.town_names()
    if context.filters.community_codes:
        towns = say.listed([names[code] for code in context.chosen_towns])
        note = say("{towns}各社区 · {note}", towns=towns, note=note)
    return context.without_named(note)


def show_unreached(context: Context) -> None:
    say = context.say
    rows = reached_communities(context).rows
    rows = rows[rows["is_low"] | rows["is_without"]]
    show_figure(
        context,
        "unreached",
        context.warehouse.remember(
            ("unreached", say.language, _round_chosen(context)),
            lambda: _unreached_table(context, rows),
        ),
        Caption(
            say(
                "{without} 个社区没有活动（{never} 个从未有过），{low} 个有活动而参与偏低",
                without=int(rows["is_without"].sum()),
                never=int(rows["is_never"].sum()),
                low=int(rows["is_low"].sum()),
            ),
            _community_note(context, say("按未参与的居民排列 · 点一行看画像")),
            context.as_of(window=True),
        ),
        context.count("participation_by_community", _round_chosen(context)),
        opens=profile_of(context),
        chosen=context.filters.community_codes,
    )


def _state(row: Any, say: Say) -> str:
    if not row.is_without:
        return say("参与偏低")
    if row.is_never:
        return say("从未有活动")
    return say("本期没有，上次 {days:.0f} 天前", days=row.days_quiet_count)


def _unreached_table(context: Context, rows: pd.DataFrame) -> Drawing:
    say = context.say
    if rows.empty:
        return nothing("table", say("每个社区都有活动，参与率都不低于界限。"))
    rows = rows.sort_values(["unreached_count", "key"], ascending=[False, True])
    texts = pd.DataFrame(
        {
            "key": rows["key"],
            "name": rows["name"],
            "town": rows["town_code"].map(context.town_names()),
            "state": [_state(row, say) for row in rows.itertuples()],
            "residents": rows["denominator"],
            "activity_count": rows["activity_count"],
            "participant_count": rows["participant_count"],
            "reach": [percent_written(value) for value in rows["value"]],
        }
    )
    headings = {
        "name": say("社区"),
        "town": say("街镇"),
        "state": say("状况"),
        "reach": say("参与率"),
        "participant_count": say("参与人数"),
        "residents": say("平均居民"),
        "activity_count": say("场次"),
    }
    return table(texts, headings, say, key="key", height=340)
