"""Explore (自由探索): any indicator at any grain in any view, all of it in the address."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

import pandas as pd
import streamlit as st

from dashboard.draw.bivariate import bivariate_map
from dashboard.draw.charts import ranking, trend
from dashboard.draw.classes import METHODS, Method
from dashboard.draw.distribution import distribution
from dashboard.draw.drawing import Drawing
from dashboard.draw.maps import town_map
from dashboard.draw.multiples import multiples
from dashboard.draw.rows import table
from dashboard.draw.scatter import scatter
from dashboard.insight.changes import change_since
from dashboard.insight.explore import (
    Correlation,
    Spread,
    bivariate_headline,
    communities_headline,
    correlation,
    months_headline,
    multiples_headline,
    ranked,
    scatter_headline,
    spread,
    stands_out,
    thirds,
    totals_headline,
    towns_headline,
    year_changes,
)
from dashboard.insight.headline import Headline
from dashboard.language import Say
from dashboard.model.indicators import BY_CODE, BY_TOWN, Indicator, short_figure, written
from dashboard.model.measures import FIELDS
from dashboard.model.tables import PIECES
from dashboard.model.words import Words
from dashboard.ui.address import Choice, with_choice
from dashboard.ui.context import Context, Counted, columns_of
from dashboard.ui.controls import choose_indicator, choose_shape
from dashboard.ui.filters import (
    choose,
    choose_community,
    choose_town,
    go_to,
    show_filters,
    show_path,
)
from dashboard.ui.frame import Caption, show_figure
from dashboard.ui.header import show_headline, show_not_loaded
from dashboard.ui.measured import measured, measured_here
from dashboard.ui.tiles import SPARK_MONTHS, Tile, show_tiles

# What each view can be of, the usual first.
GRAINS_OF: Mapping[str, tuple[str, ...]] = {
    "map": ("town",),
    "ranking": ("town", "community"),
    "trend": ("month",),
    "multiples": ("town",),
    "distribution": ("community",),
    "scatter": ("town", "community"),
    "bivariate": ("town",),
    "table": ("town", "community", "month", "district"),
}
OF_TWO = ("scatter", "bivariate")
USUAL_SECOND = "reach"
TOTALS = ("communities", "dwellings", "residents", "committee_coverage", "bed_supply", "reach")

VIEW = Choice("view", tuple(GRAINS_OF))
# None named means what is usual for the view.
GRAIN = Choice("by", ("usual", "town", "community", "month", "district"))
SECOND = Choice(
    "with", (USUAL_SECOND, *(each.code for each in BY_TOWN if each.code != USUAL_SECOND))
)
METHOD = Choice("classes", tuple(METHODS))
COUNT = Choice("k", ("5", "4", "3"))
SIZE = Choice("size", ("same", "residents"))
CHOICES = (VIEW, GRAIN, SECOND, METHOD, COUNT, SIZE)

MOST_BARS = 10
# What the header, the headline, the tiles and the controls leave of the screen.
FILLS = "clamp(380px, 100vh - 334px, 1000px)"
TALL = "clamp(420px, 100vh - 334px, 1100px)"


def title(say: Say) -> str:
    return say("自由探索")


def show(context: Context) -> None:
    """Show the page: the finding, what is chosen, the view."""
    say, view = context.say, context.address.choice(VIEW)
    grain = _grain(context, view)
    is_empty = context.district_months().rows.empty
    problem = None if is_empty else _why_not(context, view, grain)
    show_path(context)
    with st.container(key="top", horizontal=True, vertical_alignment="bottom"):
        if is_empty:
            show_headline(say("没有符合所选条件的社区"), "")
        elif problem:
            show_headline(say("这一组合没有图"), "")
        elif not show_not_loaded(context, _columns(context, view, grain)):
            headline = _headline(context, view, grain)
            show_headline(headline.state, headline.change)
        show_filters(context)
    if is_empty:
        st.info(say("没有符合所选条件的社区：请放宽筛选，或点“清除”。"))
        return
    if not problem:
        show_tiles(_tiles(context, view, grain), context)
    with st.container(key="explore-controls", horizontal=True, vertical_alignment="center"):
        _choose_view(context, view, grain)
        if grain != "district":
            choose_indicator(context, BY_TOWN, shapes=False)
        _choose_second(context, view)
        _choose_grain(context, view, grain)
        _choose_more(context, view)
    if problem:
        st.info(problem)
    else:
        SHOWN[view](context, grain)


# What is chosen --------------------------------------------------------------------------


def view_names(say: Say) -> dict[str, str]:
    return {
        "map": say("地图"),
        "ranking": say("排行"),
        "trend": say("趋势"),
        "multiples": say("小图"),
        "distribution": say("分布"),
        "scatter": say("散点"),
        "bivariate": say("双变量"),
        "table": say("表格"),
    }


def grain_names(say: Say) -> dict[str, str]:
    return {
        "town": say("按街镇"),
        "community": say("按社区"),
        "month": say("按月"),
        "district": say("合计"),
    }


def _grain(context: Context, view: str) -> str:
    chosen = context.address.choice(GRAIN)
    return GRAINS_OF[view][0] if chosen == "usual" else chosen


def _choose_view(context: Context, view: str, grain: str) -> None:
    """Offer the views; a grain that the chosen one can't be of gives way to its usual."""
    say, names = context.say, view_names(context.say)
    st.session_state["choice-view"] = view

    def view_changed() -> None:
        new = st.session_state["choice-view"]
        address = with_choice(context.address, VIEW, new)
        if grain not in GRAINS_OF[new]:
            address = with_choice(address, GRAIN, "usual")
        go_to(address, context.warehouse.months)

    st.segmented_control(
        say("图形"), list(names), format_func=names.__getitem__, key="choice-view", required=True,
        on_change=view_changed, label_visibility="collapsed",
    )  # fmt: skip


def _choose_grain(context: Context, view: str, grain: str) -> None:
    """Offer the grains that the view can be of, where there are several."""
    say, grains = context.say, GRAINS_OF[view]
    if grains == (grain,):
        return
    st.session_state["choice-by"] = grain if grain in grains else None

    def grain_changed() -> None:
        new = st.session_state["choice-by"] or grain
        new = "usual" if new == grains[0] else new
        go_to(with_choice(context.address, GRAIN, new), context.warehouse.months)

    st.segmented_control(
        say("范围"), grains, format_func=grain_names(say).__getitem__, key="choice-by",
        on_change=grain_changed, label_visibility="collapsed",
    )  # fmt: skip


def _choose_second(context: Context, view: str) -> None:
    """Offer the other indicator, where two are compared."""
    say = context.say
    if view in OF_TWO:
        names = {each.code: say("与 {name}", name=say.words(each.name)) for each in BY_TOWN}
        choose(context, SECOND, say("另一指标"), names)


def _choose_more(context: Context, view: str) -> None:
    """Offer what only some views can be told."""
    say = context.say
    if view == "scatter":
        names = {"same": say("点同样大"), "residents": say("按居民")}
        choose(context, SIZE, say("点的大小"), names)
    if view in ("map", "bivariate"):
        choose_shape(context)
    if view == "map":
        names = {"quantiles": say("分位数"), "jenks": say("自然断点"), "equal": say("等间距")}
        choose(context, METHOD, say("分级方法"), names)
        levels = {count: say("{count} 级", count=count) for count in COUNT.allowed}
        choose(context, COUNT, say("级数"), levels)


def _indicators(context: Context, view: str) -> list[Indicator]:
    first = BY_CODE[context.address.indicator]
    if view not in OF_TWO:
        return [first]
    return [first, BY_CODE[context.address.choice(SECOND)]]


def _columns(context: Context, view: str, grain: str) -> tuple[str, ...]:
    """List what the chosen indicators are counted from; the table of totals shows all of them."""
    return () if grain == "district" else columns_of(*_indicators(context, view))


def _why_not(context: Context, view: str, grain: str) -> str | None:
    """Say which to choose instead of what there is no figure of; None if there is one."""
    say, grains = context.say, grain_names(context.say)
    if grain not in GRAINS_OF[view]:
        return say(
            "{view}不能{grain}看：请改选{others}。",
            view=view_names(say)[view],
            grain=grains[grain],
            others=say.listed([say("“{name}”", name=grains[each]) for each in GRAINS_OF[view]]),
        )
    indicators = _indicators(context, view)
    if len(indicators) == 2 and indicators[0] == indicators[1]:
        return say("两个指标相同：请另选一个来比较。")
    for each in indicators:
        problem = _not_counted(context, each, view, grain)
        if problem:
            return problem
    return None


def _not_counted(context: Context, indicator: Indicator, view: str, grain: str) -> str | None:
    say, name = context.say, context.say.words(indicator.name)
    if grain == "community" and measured(context, indicator, "community") is None:
        if _is_of_whole_communities(indicator):
            return say(
                "单个社区的{indicator}只有“是”或“否”：请改选“按街镇”，或换一个指标。",
                indicator=name,
            )
        return say("{indicator}只按街镇统计：请改选“按街镇”，或换一个指标。", indicator=name)
    by_month = {"trend": "month", "multiples": "town_month"}.get(view)
    if grain == "month" and measured(context, indicator, "month") is None:
        by_month = "month"
    if by_month and measured(context, indicator, cast(Any, by_month)) is None:
        return say("{indicator}未逐月统计：请改选地图、排行或表格，或换一个指标。", indicator=name)
    return None


def _is_of_whole_communities(indicator: Indicator) -> bool:
    """Tell whether it says of a community only whether it is so or not."""
    columns = [indicator.numerator, indicator.denominator or indicator.numerator]
    return any(FIELDS[name].unit == PIECES or "committee" in name for name in columns)


# The views -------------------------------------------------------------------------------


def _of(context: Context, indicator: Indicator, grain: str) -> Counted:
    """Measure what is known to be counted."""
    counted = measured(context, indicator, cast(Any, grain))
    assert counted is not None
    return counted


def _spread(context: Context, indicator: Indicator, grain: str) -> Spread | None:
    """Describe how all towns differ, or the communities of the chosen towns, or all of them."""

    def make() -> Spread | None:
        rows, towns = _of(context, indicator, grain).rows, context.filters.town_codes
        if grain == "community" and towns:
            rows = rows[rows["town_code"].isin(towns)]
        return spread(rows, indicator, context.district_value(indicator))

    if grain == "town":
        return context.remember("explore-spread", indicator.code, grain, make=make)
    return context.remember_chosen("explore-spread", indicator.code, grain, make=make)


def _places_headline(context: Context, indicator: Indicator, grain: str) -> Headline:
    """Say what is found over towns or communities."""
    say, found = context.say, _spread(context, indicator, grain)
    if found is None:
        return Headline(say("{indicator}：没有数据", indicator=say.words(indicator.name)), "")
    district = context.district_value(indicator)
    if grain == "town":
        return towns_headline(say, found, indicator, district=district, chosen=context.chosen_towns)
    return communities_headline(
        say, found, indicator, district=district, chosen=context.filters.community_codes,
        places=[] if context.filters.community_codes else _chosen_names(context),
    )  # fmt: skip


def _headline(context: Context, view: str, grain: str) -> Headline:
    """Say what the view shows."""
    return context.remember_chosen(
        "explore-headline", view, grain, *(each.code for each in _indicators(context, view)),
        make=lambda: _made_headline(context, view, grain),
    )  # fmt: skip


def _made_headline(context: Context, view: str, grain: str) -> Headline:
    say, indicator = context.say, _indicators(context, view)[0]
    if view in OF_TWO:
        x, y, counted, found = _correlated(context, view, grain)
        if view == "bivariate":
            return bivariate_headline(say, counted.rows, x, y, found)
        return scatter_headline(say, found, x, y, of_towns=grain == "town")
    if view == "multiples":
        changes = year_changes(_of(context, indicator, "town_month").rows)
        return multiples_headline(say, changes, indicator)
    if grain == "district":
        values = _totals(context).set_index("code")["value"]
        return totals_headline(say, values)
    if grain == "month":
        rows = _here(context, indicator).rows
        return months_headline(say, rows, indicator, places=_chosen_names(context))
    return _places_headline(context, indicator, grain)


def _chosen_names(context: Context) -> list[str]:
    if context.filters.community_codes:
        names = context.communities["name"]
        return [names[code] for code in context.filters.community_codes]
    towns = context.town_names()
    return [towns[code] for code in context.filters.town_codes]


def _here(context: Context, indicator: Indicator) -> Counted:
    counted = measured_here(context, indicator)
    assert counted is not None
    return counted


def _tiles(context: Context, view: str, grain: str) -> list[Tile]:
    return context.remember_chosen(
        "explore-tiles", view, grain, *(each.code for each in _indicators(context, view)),
        make=lambda: _made_tiles(context, view, grain),
    )  # fmt: skip


def _made_tiles(context: Context, view: str, grain: str) -> list[Tile]:
    """Give what the chosen places come to together, and the ends, the middle and chance."""
    say, indicators = context.say, _indicators(context, view)
    if grain == "district":
        return [tile for code in TOTALS for tile in _together(context, BY_CODE[code])]
    places = "community" if grain == "community" else "town"
    if len(indicators) == 2:
        return [
            tile
            for each in indicators
            for tile in (*_together(context, each), *_middle(context, each, places))
        ]
    (indicator,) = indicators
    tiles, found = _together(context, indicator), _spread(context, indicator, places)
    if found is None:
        return tiles
    middle = _middle(context, indicator, places)
    if places == "town":
        high, low = found.highest, found.lowest
        first = _tile(indicator, "highest", say("最高的街镇"), high["value"], high["name"])
        last = _tile(indicator, "lowest", say("最低的街镇"), low["value"], low["name"])
    else:
        first = _tile(
            indicator, "upper", say("四分之一的社区高于"), found.high_quarter, say("上四分位")
        )
        last = _tile(
            indicator, "lower", say("四分之一的社区低于"), found.low_quarter, say("下四分位")
        )
    tiles += [first, *middle, last]
    if indicator.has_interval:
        about = say("高 {above}，低 {below}", above=len(found.above), below=len(found.below))
        count = len(found.above) + len(found.below)
        tiles.append(_tile(BY_CODE["communities"], "chance", say("超出随机波动"), count, about))
    return tiles


def _tile(indicator: Indicator, part: str, label: str, value: float, about: str) -> Tile:
    """Give a tile of a number about an indicator; ``part`` tells it from the indicator's own."""
    own = replace(indicator, code=f"{indicator.code}-{part}", name=Words(label, label))
    return Tile(own, pd.Series([value]), about)


def _together(context: Context, indicator: Indicator) -> list[Tile]:
    """Give the tile of the chosen towns and communities together; none if it is by town only."""
    here = measured_here(context, indicator)
    if here is None or here.rows.empty:
        return []
    before = pd.Timestamp(context.month_before)
    change = change_since(here.rows, before, indicator, context.say)
    return [Tile(indicator, here.rows["value"].tail(SPARK_MONTHS), change)]


def _middle(context: Context, indicator: Indicator, places: str) -> list[Tile]:
    say, found = context.say, _spread(context, indicator, places)
    if found is None:
        return []
    if places == "town":
        label, about = say("街镇中位数"), say("{count} 个街镇", count=len(found.rows))
    else:
        label, about = say("社区中位数"), say("{count} 个社区", count=len(found.rows))
    return [_tile(indicator, "median", label, found.median, about)]


def _answer(context: Context, grain: str, *, is_narrowed: bool = False) -> dict[str, Any]:
    """Answer clicks on towns or communities, and mark the chosen ones.

    ``is_narrowed``: only the chosen towns' communities are shown, so that none is marked for it.
    """
    if grain == "town":
        return {"on_click": choose_town(context), "chosen": context.chosen_towns}
    chosen = context.filters.community_codes
    if not chosen and not is_narrowed:
        names = context.communities
        chosen = tuple(names.index[names["town_code"].isin(context.filters.town_codes)])
    return {"on_click": choose_community(context), "chosen": chosen}


def _as_of(context: Context, *indicators: Indicator) -> str:
    return context.as_of(window=any(each.span == "window" for each in indicators))


def _map(context: Context, grain: str) -> None:
    say, (indicator,) = context.say, _indicators(context, "map")
    counted, tiles = _of(context, indicator, grain), context.address.tiles
    method = cast(Method, context.address.choice(METHOD))
    count = int(context.address.choice(COUNT))
    left, right = st.columns([1.5, 1], gap="medium")
    with left:
        show_figure(
            context,
            "explore-map",
            context.remember(
                "explore-map", indicator.code, tiles, method, count,
                make=lambda: town_map(
                    counted.rows, indicator, say, names=context.town_names(), centred=tiles,
                    geometry=context.assets.tiles if tiles else context.assets.towns,
                    height=FILLS, method=method, count=count,
                ),
            ),
            Caption(
                say("{indicator}，按街镇", indicator=say.words(indicator.name)),
                say("{formula} · 示意图，非法定界线", formula=say.words(indicator.formula))
                if context.assets.is_schematic or tiles
                else say.words(indicator.formula),
                _as_of(context, indicator),
            ),
            counted,
            **_answer(context, grain),
        )  # fmt: skip
    with right:
        _places_table(context, indicator, grain, short=True)


def _ranking(context: Context, grain: str) -> None:
    say, (indicator,) = context.say, _indicators(context, "ranking")
    counted, district = _of(context, indicator, grain), context.district_value(indicator)
    show_figure(
        context,
        f"explore-ranking-{grain}",
        context.remember(
            "explore-ranking", grain, indicator.code, context.chosen_towns if grain != "town" else (),
            make=lambda: ranking(
                counted.rows if grain == "town" else _ends(_in_chosen_towns(context, counted.rows)),
                indicator, say, district=district, height=FILLS,
            ),
        ),
        Caption(
            _places_title(context, indicator, grain),
            _ranking_note(context, indicator, grain),
            _as_of(context, indicator),
        ),
        counted,
        **_answer(context, grain, is_narrowed=True),
    )  # fmt: skip


def _in_chosen_towns(context: Context, rows: pd.DataFrame) -> pd.DataFrame:
    """Keep the chosen towns' communities; of a sample no named project, as its numbers are made."""
    if context.chosen_towns:
        rows = rows[rows["town_code"].isin(context.chosen_towns)]
    if context.is_sample:
        origins = context.communities["origin"]
        rows = rows[rows["key"].map(origins) != "published"]
    return rows


def _ends(rows: pd.DataFrame) -> pd.DataFrame:
    """Keep the highest and the lowest of many."""
    there = ranked(rows)
    if len(there) <= 2 * MOST_BARS:
        return there
    return pd.concat([there.head(MOST_BARS), there.tail(MOST_BARS)])


def _places_title(context: Context, indicator: Indicator, grain: str) -> str:
    say, name = context.say, context.say.words(indicator.name)
    if grain == "town":
        return say("{indicator}，按街镇", indicator=name)
    if context.chosen_towns:
        names = context.town_names()
        towns = say.listed([names[code] for code in context.chosen_towns])
        return say("{indicator}，{towns}各社区", indicator=name, towns=towns)
    return say("{indicator}，按社区", indicator=name)


def _ranking_note(context: Context, indicator: Indicator, grain: str) -> str:
    say, unit = context.say, context.say.words(indicator.unit)
    interval = (
        say("细线为 95% 区间：区间跨过全区线的，与全区无显著差别") if indicator.has_interval else ""
    )
    ends = (
        say("最高与最低各至多 {count} 个；具名项目的数为估计，不列入", count=MOST_BARS)
        if grain == "community"
        else ""
    )
    sample = (
        say("街镇数为示例，未曾公布") if context.is_sample and indicator.kind == "count" else ""
    )
    return " · ".join(text for text in (unit, ends, interval, sample) if text)


def _trend(context: Context, grain: str) -> None:
    say, (indicator,) = context.say, _indicators(context, "trend")
    here = _here(context, indicator)
    district = None
    if context.chosen_towns and indicator.denominator is not None:
        district = _of(context, indicator, "month").rows
    show_figure(
        context,
        "explore-trend",
        context.remember_chosen(
            "explore-trend", indicator.code,
            make=lambda: trend(
                here.rows, indicator, say, marked=pd.Timestamp(context.filters.end_month),
                height=FILLS, district=district,
            ),
        ),
        Caption(
            say("{indicator}，逐月", indicator=say.words(indicator.name)),
            _months_note(context, indicator, with_district=district is not None),
            context.as_of(),
        ),
        here,
    )  # fmt: skip


def _months_note(context: Context, indicator: Indicator, *, with_district: bool) -> str:
    say = context.say
    return " · ".join(
        text
        for text in (
            say.words(indicator.unit),
            say("每月为截至该月的 {months} 个月", months=context.filters.window_months)
            if indicator.span == "window"
            else "",
            say("阴影为 95% 区间") if indicator.has_interval else "",
            say("灰线为全区") if with_district else "",
        )
        if text
    )


def _multiples(context: Context, grain: str) -> None:
    say, (indicator,) = context.say, _indicators(context, "multiples")
    counted = _of(context, indicator, "town_month")
    months = measured(context, indicator, "month")
    district = None if months is None or indicator.denominator is None else months.rows
    show_figure(
        context,
        "explore-multiples",
        context.remember(
            "explore-multiples", indicator.code,
            make=lambda: multiples(counted.rows, district, indicator, say, height=TALL),
        ),
        Caption(
            say("{indicator}，各街镇逐月，坐标相同", indicator=say.words(indicator.name)),
            _months_note(
                context, replace(indicator, has_interval=False), with_district=district is not None
            ),
            context.as_of(),
        ),
        counted,
        **_answer(context, "town"),
    )  # fmt: skip


def _distribution(context: Context, grain: str) -> None:
    say, (indicator,) = context.say, _indicators(context, "distribution")
    counted, marked = _of(context, indicator, grain), context.filters.community_codes
    show_figure(
        context,
        "explore-distribution",
        context.remember(
            "explore-distribution", indicator.code, marked,
            make=lambda: distribution(
                counted.rows, indicator, say, towns=context.town_names(), marked=marked,
                height=TALL,
            ),
        ),
        Caption(
            say("{indicator}在社区之间的分布", indicator=say.words(indicator.name)),
            say("上为全部社区，下为各街镇：每点一个社区，竖线为街镇中位数"),
            _as_of(context, indicator),
        ),
        counted,
        **_answer(context, grain),
    )  # fmt: skip


def _pairs(context: Context, x: Indicator, y: Indicator, grain: str) -> pd.DataFrame:
    """Set two indicators' values side by side, with residents and what lies far off."""
    first, second = (_of(context, each, grain).rows for each in (x, y))
    columns = ["key", "value"]
    pairs = first[["key", "name", "value"]].rename(columns={"value": "x"})
    pairs = pairs.merge(second[columns].rename(columns={"value": "y"}), on="key")
    residents = _of(context, BY_CODE["residents"], grain).rows[columns]
    pairs = pairs.merge(residents.rename(columns={"value": "residents"}), on="key", how="left")
    named = stands_out(pairs["x"], pairs["y"])
    if grain == "community":
        # Many may stand out: only the largest few are named; of a sample, no named project.
        origins = pairs["key"].map(context.communities["origin"])
        named &= (origins != "published") | (not context.is_sample)
        named &= pairs["residents"].where(named).rank(ascending=False, method="first") <= 6
    return pairs.assign(named=named, x_third=thirds(pairs["x"]), y_third=thirds(pairs["y"]))


def _correlated(
    context: Context, view: str, grain: str
) -> tuple[Indicator, Indicator, Counted, Correlation | None]:
    """Pair the two chosen indicators: the one in the map's place is y, the other x."""
    y, x = _indicators(context, view)
    key = (x.code, y.code, grain)
    pairs = context.remember("explore-pairs", *key, make=lambda: _pairs(context, x, y, grain))
    found = context.remember(
        "explore-correlation", *key, make=lambda: correlation(pairs["x"], pairs["y"])
    )
    return x, y, replace(_of(context, y, grain), rows=pairs), found


def _told(counted: Counted, x: Indicator, y: Indicator) -> Counted:
    """Name the columns of pairs by their indicators, for files."""
    names = {
        "x": x.code, "y": y.code, "x_third": f"{x.code}_third", "y_third": f"{y.code}_third"
    }  # fmt: skip
    rows = counted.rows.drop(columns=["residents", "named"])
    return replace(counted.showing(x, y), rows=rows.rename(columns=names))


def _scatter(context: Context, grain: str) -> None:
    say = context.say
    x, y, counted, _ = _correlated(context, "scatter", grain)
    sized = context.address.choice(SIZE) == "residents"
    pairs = counted.rows.drop(columns=[] if sized else ["residents"])
    marked = context.filters.community_codes if grain == "community" else ()
    if grain == "town":
        pairs = pairs.assign(named=True)
    show_figure(
        context,
        f"explore-scatter-{grain}",
        context.remember(
            "explore-scatter", x.code, y.code, grain, sized, marked,
            make=lambda: scatter(pairs, x, y, say, marked=marked, height=FILLS),
        ),
        Caption(
            say("{y}与{x}", y=say.words(y.name), x=say.words(x.name)),
            _scatter_note(context, sized, grain),
            _as_of(context, x, y),
        ),
        _told(counted, x, y),
        **_answer(context, grain),
    )  # fmt: skip


def _scatter_note(context: Context, sized: bool, grain: str) -> str:
    say = context.say
    return " · ".join(
        text
        for text in (
            say("关联，不是因果"),
            say("点线为中位数"),
            say("点的面积为居民数") if sized else "",
            say("标名的远离总体走势") if grain == "community" else "",
        )
        if text
    )


def _bivariate(context: Context, grain: str) -> None:
    say, tiles = context.say, context.address.tiles
    x, y, counted, _ = _correlated(context, "bivariate", grain)
    left, right = st.columns([1.5, 1], gap="medium")
    with left:
        show_figure(
            context,
            "explore-bivariate",
            context.remember(
                "explore-bivariate", x.code, y.code, tiles,
                make=lambda: bivariate_map(
                    counted.rows, x, y, say, names=context.town_names(), centred=tiles,
                    geometry=context.assets.tiles if tiles else context.assets.towns, height=FILLS,
                ),
            ),
            Caption(
                say("{y}与{x}", y=say.words(y.name), x=say.words(x.name)),
                say("各分三档，每档约三分之一的街镇 · 关联，不是因果"),
                _as_of(context, x, y),
            ),
            _told(counted, x, y),
            **_answer(context, grain),
        )  # fmt: skip
    with right:
        show_figure(
            context,
            "explore-pairs",
            context.remember(
                "explore-pairs-table", x.code, y.code,
                make=lambda: _pairs_table(say, counted.rows, x, y),
            ),
            Caption(
                say("两项指标，按街镇"),
                say("括号内为档：低、中、高"),
                _as_of(context, x, y),
            ),
            _told(counted, x, y),
            **_answer(context, grain),
        )  # fmt: skip


def _pairs_table(say: Say, rows: pd.DataFrame, x: Indicator, y: Indicator) -> Drawing:
    levels = (say("低"), say("中"), say("高"))
    rows = rows.sort_values("y", ascending=False)
    texts = pd.DataFrame({"key": rows["key"], "name": rows["name"]})
    for axis, each in (("y", y), ("x", x)):
        texts[axis] = [
            f"{short_figure(value, each, say.language)}"
            + ("" if pd.isna(third) else f" ({levels[int(third)]})")
            for value, third in zip(rows[axis], rows[f"{axis}_third"], strict=True)
        ]
    headings = {"name": say("街镇"), "y": say.words(y.name), "x": say.words(x.name)}
    return table(texts, headings, say, key="key", height=FILLS, figures=("x", "y"))


def _table(context: Context, grain: str) -> None:
    say, (indicator,) = context.say, _indicators(context, "table")
    if grain == "district":
        _every_indicator(context)
        return
    if grain != "month":
        _places_table(context, indicator, grain)
        return
    here = _here(context, indicator)
    show_figure(
        context,
        "explore-table-month",
        context.remember_chosen(
            "explore-table-month", indicator.code,
            make=lambda: _value_table(
                context, here.rows.iloc[::-1], indicator, {"name": say("月份")}, key=None
            ),
        ),
        Caption(
            say("{indicator}，逐月", indicator=say.words(indicator.name)),
            _months_note(context, replace(indicator, has_interval=False), with_district=False),
            context.as_of(),
        ),
        here,
    )  # fmt: skip


def _places_table(
    context: Context, indicator: Indicator, grain: str, *, short: bool = False
) -> None:
    """Show every town or community with its value and rank; ``short`` stands beside a map."""
    say, counted = context.say, _of(context, indicator, grain)

    def make() -> Drawing:
        rows = ranked(counted.rows)
        if grain == "community":
            rows = rows.assign(
                town=rows["town_code"].map(context.town_names()),
                origin=rows["key"]
                .map(context.communities["origin"])
                .map({"published": say("具名项目，状态为估计"), "sample": say("示例")}),
            )
            if context.chosen_towns:
                rows = rows[rows["town_code"].isin(context.chosen_towns)]
        headings = {"rank": say("名次"), "name": say("街镇") if grain == "town" else say("社区")}
        if grain == "community":
            headings["town"] = say("街镇")
            headings["origin"] = say("数据性质")
        return _value_table(context, rows, indicator, headings, key="key", short=short)

    show_figure(
        context,
        f"explore-table-{grain}",
        context.remember(
            "explore-table", indicator.code, grain, short,
            context.chosen_towns if grain == "community" else (), make=make,
        ),
        Caption(
            say("名次与构成") if short else _places_title(context, indicator, grain),
            say("同值同名次") if short else say.words(indicator.formula),
            _as_of(context, indicator),
        ),
        counted,
        **_answer(context, grain, is_narrowed=True),
    )  # fmt: skip


def _value_table(
    context: Context,
    rows: pd.DataFrame,
    indicator: Indicator,
    headings: dict[str, str],
    *,
    key: str | None,
    short: bool = False,
) -> Drawing:
    """Lay out measured rows: what they are of, the value, its interval and what it is made of."""
    say = context.say
    headings = {**headings, "value_text": say.words(indicator.unit)}
    rows = rows.assign(
        value_text=[short_figure(value, indicator, say.language) for value in rows["value"]]
    )
    figures = ["value_text", "rank"]
    if indicator.has_interval:
        headings["interval"] = say("95% 区间")
        rows = rows.assign(
            interval=[
                "—" if pd.isna(low) else f"{low:.1f}–{high:.1f}"
                for low, high in zip(rows["low"], rows["high"], strict=True)
            ]
        )
        figures.append("interval")
    if indicator.denominator is not None:
        headings["numerator"] = say.words(FIELDS[indicator.numerator].label)
        if not short:
            headings["denominator"] = (
                say("同期平均居民")
                if indicator.mean_over_months
                else say.words(FIELDS[indicator.denominator].label)
            )
    return table(rows, headings, say, key=key, height=FILLS, figures=figures)


def _every_indicator(context: Context) -> None:
    """Show every indicator of the chosen towns and communities together."""
    say = context.say
    rows = context.remember_chosen("explore-every", make=lambda: _totals(context))
    texts = pd.DataFrame(
        {
            "name": rows["name"],
            "value": [
                written(row.value, BY_CODE[row.code], say.language) for row in rows.itertuples()
            ],
            "interval": [
                "—" if pd.isna(row.low) else f"{row.low:.1f}–{row.high:.1f}"
                for row in rows.itertuples()
            ],
            "numerator": rows["numerator"],
            "denominator": rows["denominator"],
            "formula": [say.words(BY_CODE[code].formula) for code in rows["code"]],
        }
    )
    headings = {
        "name": say("指标"),
        "value": say("数值"),
        "interval": say("95% 区间"),
        "numerator": say("分子"),
        "denominator": say("分母"),
        "formula": say("算法"),
    }
    show_figure(
        context,
        "explore-table-district",
        table(texts, headings, say, key=None, height=FILLS, figures=("value", "interval")),
        Caption(
            say("{count} 项指标，所选街镇与社区合计", count=len(rows)),
            say(
                "先加总，再相除；不重复的人不相加 · 查询：{queries}",
                queries=say.listed(sorted(set(rows["query"]))),
            ),
            context.as_of(window=True),
        ),
        replace(context.district_months(), rows=rows),
    )


def _totals(context: Context) -> pd.DataFrame:
    """Measure every indicator that is counted by month at the end month."""
    found = []
    for each in BY_TOWN:
        here = measured_here(context, each)
        if here is None:
            continue
        rows = here.rows[here.rows["month"] == pd.Timestamp(context.filters.end_month)]
        if rows.empty:
            continue
        row = rows.iloc[0]
        found.append(
            {
                "code": each.code,
                "name": context.say.words(each.name),
                "query": here.query,
                **{
                    name: float(row[name])
                    for name in ("value", "low", "high", "numerator", "denominator")
                },
            }
        )
    return pd.DataFrame(found)


SHOWN = {
    "map": _map,
    "ranking": _ranking,
    "trend": _trend,
    "multiples": _multiples,
    "distribution": _distribution,
    "scatter": _scatter,
    "bivariate": _bivariate,
    "table": _table,
}
