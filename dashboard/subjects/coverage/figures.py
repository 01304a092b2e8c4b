"""Make the figures of governance coverage from questions."""

from collections.abc import Iterable
from dataclasses import replace

import pandas as pd

from dashboard.asking.memo import remembered, remembered_for_all_towns
from dashboard.asking.questions import Questions
from dashboard.contract.columns import with_known, written_months
from dashboard.contract.indicators import BY_CODE, Indicator, column_heading, monthly
from dashboard.contract.tables import leading_organisation
from dashboard.draw.drawing import Drawing
from dashboard.draw.rows import table
from dashboard.figures.common import (
    made_of,
    map_note,
    months_by_name,
    tile,
    town_map,
    town_ranking,
)
from dashboard.figures.events import with_events
from dashboard.figures.figure import Caption, Figure
from dashboard.figures.scope import chosen_as, is_settled, place_named, whole_named
from dashboard.figures.tiles import Tile
from dashboard.insight.governance import gists, kinds, mode_names, mode_shares, short_kind_names
from dashboard.insight.headline import Headline
from dashboard.insight.verdicts import communities_short, gaps_told
from dashboard.language import Say
from dashboard.subjects.coverage import drawings
from dashboard.subjects.coverage.sentences import coverage_headline

BESIDE_HEIGHT, MODES_HEIGHT, LIST_HEIGHT = 340, 400, 420
# The map and the ranking fill the first screen below the tiles.
FILLS = "clamp(380px, 100vh - 334px, 900px)"


@remembered
def headline(ask: Questions) -> Headline:
    return coverage_headline(
        ask.say,
        now=ask.district_months().rows.iloc[-1],
        chosen_as=chosen_as(ask),
        place=place_named(ask),
    )


@remembered
def tiles(ask: Questions, indicators: tuple[str, ...]) -> tuple[Tile, ...]:
    months = ask.district_months().rows
    measured = {code: monthly(months, BY_CODE[code]) for code in indicators}
    return tuple(
        tile(ask, BY_CODE[code], each, before=made_of(each)) for code, each in measured.items()
    )


@remembered
def modes(ask: Questions) -> Figure | None:
    """Set the five modes' shares of communities and residents side by side; None where one mode, or
    none, was chosen: it would be all there is."""
    if len(ask.filters.modes) == 1 or ask.filters.coverage_types == ("grid",):
        return None
    say, counted = ask.say, ask.count("modes_by_town")
    shares, names = mode_shares(counted.rows), mode_names(say)
    grid = int(counted.rows["community_count"].sum() - shares["community_count"].sum())
    return Figure(
        "modes",
        drawings.shares(
            shares.assign(name=[names[code] for code in shares["mode"]]),
            say,
            gists={names[code]: text for code, text in gists(say).items()},
            height=BESIDE_HEIGHT,
        ),
        Caption(
            say(
                "居村治理的 {count} 个社区和其中的居民，五种模式各占多少",
                count=int(shares["community_count"].sum()),
            ),
            say(
                "%，五种模式另加未分类，社区与居民各合计 100% · 另有 {grid} 个社区由片区网格治理，不在其中 · "
                "模式因规模与区位而定，差异是关联而非效果 · 各模式的做法见“案例库”",
                grid=grid,
            ),
            ask.as_of(),
        ),
        replace(counted, rows=shares).showing(
            BY_CODE["mode_share"], BY_CODE["mode_resident_share"]
        ),
    )


@remembered
def organisations(ask: Questions) -> Figure:
    """Set the Party organisations that lead communities beside these communities' own branches."""
    say, counted = ask.say, ask.count("leading_organisations")
    names = say.names(leading_organisation.allowed)
    rows = counted.rows[counted.rows["leading_organisation"].notna()]
    rows = rows.assign(name=rows["leading_organisation"].map(names))
    rows = rows.sort_values("community_count", ascending=False, kind="stable")
    every, led = int(counted.rows["community_count"].sum()), int(rows["community_count"].sum())
    own = counted.rows["own_branch_community_count"].sum(min_count=1)
    headline = say("{led}/{every} 个社区有党组织牵头", led=led, every=every)
    if pd.notna(own):
        headline = say("{headline}，其中 {own} 个另有自己的党支部", headline=headline, own=int(own))
    return Figure(
        "coverage-organisations",
        drawings.organisations(rows, say),
        Caption(headline, _who_leads(ask), ask.as_of()),
        counted,
    )


# The published numbers of communities, of positions of grids and of committees.
_COMMUNITIES, _GRID_POSITIONS, _COMMITTEE_POSITIONS = "F001", "F047", "F048"


def _who_leads(ask: Questions) -> str:
    """Say what was published of who leads in the district, and of the positions of grids and
    committees."""
    apart = ask.say("牵头是覆盖，自己的党支部是力量，两数不能互代")
    if not ask.scope.is_district:
        return apart
    figures = ask.count("published_figures").rows.set_index("figure_id")
    values = figures["published_value"]
    return ask.say(
        "公开：{total} 个全部有党组织覆盖（{as_of}），网格内的由街区（园区）党组织负责；"
        "党群服务阵地片区（网格）级 {grid} 个、居村级 {committee} 个（{day}）· {apart}",
        apart=apart,
        total=values[_COMMUNITIES],
        as_of=figures.at[_COMMUNITIES, "as_of"],
        grid=values[_GRID_POSITIONS],
        committee=values[_COMMITTEE_POSITIONS],
        day=figures.at[_GRID_POSITIONS, "as_of"],
    )


def map_of_towns(ask: Questions, indicator: str, tiles: bool) -> Figure:
    say, chosen = ask.say, BY_CODE[indicator]
    caption = Caption(
        say("{indicator}，按街镇", indicator=say.words(chosen.name)),
        map_note(ask, say.words(chosen.formula), tiles=tiles),
        ask.as_of(window=chosen.span == "window"),
        spoken_only=True,
    )
    return town_map(ask, "town-map", indicator, caption, FILLS, tiles=tiles)


@remembered
def ranking(ask: Questions, indicator: str) -> Figure | None:
    say, chosen = ask.say, BY_CODE[indicator]
    values = ask.by_town(chosen).rows["value"]
    caption = Caption(
        say("{count} 个街镇与{whole}对比", count=int(values.notna().sum()), whole=whole_named(ask))
        if ask.scope.is_district
        else say("所载 {count} 个街镇，与合计对比", count=len(ask.scope.towns)),
        _ranking_note(ask, chosen),
        ask.as_of(window=chosen.span == "window"),
    )
    return town_ranking(ask, "town-ranking", indicator, caption, FILLS)


def _ranking_note(ask: Questions, indicator: Indicator) -> str:
    say = ask.say
    if indicator.has_interval:
        return say("细线为各地自己的 95% 区间")
    if indicator.kind == "count" and ask.is_sample:
        return say("街镇数为示例，未曾公布 · {unit}", unit=say.words(indicator.unit))
    return say(
        "{indicator}，{unit}", indicator=say.words(indicator.name), unit=say.words(indicator.unit)
    )


@remembered
def trend(ask: Questions, indicator: str) -> Figure:
    months = ask.district_months()
    return months_by_name(ask, "coverage-trend", months, indicator, BESIDE_HEIGHT)


@remembered_for_all_towns
def gaps(ask: Questions) -> Figure | None:
    """Say how many communities each town has more or fewer than at the coverage of all; None where
    that says nothing."""
    if not ask.scope.compares_towns:
        return None
    say, indicator = ask.say, BY_CODE["committee_coverage"]
    counted, district = ask.by_town(indicator), ask.district_value(indicator)
    if district is None or is_settled(ask, indicator):
        return None
    rows = with_known(counted.rows)
    rows, whole = rows.assign(gap=0 - communities_short(rows, district)), whole_named(ask)
    return Figure(
        "coverage-gaps",
        drawings.gaps(rows, indicator, say, whole=whole, height=BESIDE_HEIGHT),
        Caption(
            gaps_told(
                say, rows, district, indicator, whole, is_part=not ask.scope.is_district
            ).rstrip("。."),
            say(
                "与按{whole}覆盖率应有的社区数之差，个 · 每个社区都数到了，不是抽样；登记本身仍可能有误",
                whole=whole,
            ),
            ask.as_of(),
        ),
        counted,
        click="town",
    )


@remembered
def modes_by_month(ask: Questions) -> Figure:
    say = ask.say
    counted = ask.count("modes_by_month", start_month=ask.warehouse.months[0])
    counts = _by_kind(counted.rows, written_months(counted.rows["month"]))
    return Figure(
        "modes-by-month",
        with_events(
            ask, drawings.stacked_months(counts, short_kind_names(say), say, height=MODES_HEIGHT)
        ),
        Caption(say("治理方式逐月变化"), say("月末社区数，个"), ask.as_of()),
        counted,
    )


@remembered_for_all_towns
def modes_by_town(ask: Questions) -> Figure | None:
    if not ask.scope.compares_towns:
        return None
    say, counted = ask.say, ask.count("modes_by_town")
    counts = _by_kind(counted.rows, counted.rows["town_code"])
    return Figure(
        "modes-by-town",
        drawings.stacked_towns(
            counts, short_kind_names(say), ask.town_names(), say, height=MODES_HEIGHT
        ),
        Caption(
            say("治理方式，按街镇"),
            say("月末社区数，个 · 街镇数为示例，未曾公布")
            if ask.is_sample
            else say("月末社区数，个"),
            ask.as_of(),
        ),
        counted,
        click="town",
    )


def _by_kind(rows: pd.DataFrame, places: Iterable[str]) -> drawings.Counts:
    """Add communities up by the way they are governed, and by place or month."""
    counts: dict[str, dict[str, float]] = {}
    for kind, place, count in zip(kinds(rows), places, rows["community_count"], strict=True):
        mine = counts.setdefault(kind, {})
        mine[place] = mine.get(place, 0) + count
    return counts


@remembered
def uncovered(ask: Questions) -> Figure:
    """List the communities that grids govern, largest first."""
    say = ask.say
    every = ask.count("uncovered_communities", named="whole").rows
    counted = ask.count("uncovered_communities")
    order = say("按居民数排列")
    if ask.is_sample:
        order = say(
            "按居民数排列，不含具名项目（{count} 个）", count=len(every) - len(counted.rows)
        )
    counted = replace(
        counted,
        # Who is not covered is not known without governance, whatever else is.
        shown=("coverage_type",)
        if ask.lacking(["coverage_type"])
        else ("resident_count", "leading_organisation", "town_committee_count"),
    )
    return Figure(
        "uncovered",
        _uncovered_table(counted.rows, ask.town_names(), say),
        Caption(
            say("{count} 个社区由片区网格治理", count=len(every))
            if len(every)
            else say("所选社区中没有由片区网格治理的"),
            say("{order}，点一行看画像 · 居村的位置未公布，只能列到所在与最近的街镇", order=order),
            ask.as_of(),
        ),
        counted,
        opens_profile=True,
    )


def _uncovered_table(rows: pd.DataFrame, names: dict[str, str], say: Say) -> Drawing:
    leading, towns = say.names(leading_organisation.allowed), rows["town_code"].tolist()
    own = zip(towns, rows["town_committee_count"], strict=True)
    neighbours = zip(
        rows["neighbour_town_code"], rows["neighbour_distance_m"],
        rows["neighbour_committee_count"], strict=True,
    )  # fmt: skip
    columns = {
        say("社区"): rows[f"name_{say.language}"],
        say("街镇"): [names[code] for code in towns],
        say("数据性质"): [say("示例") if each == "sample" else None for each in rows["origin"]],
        **{
            column_heading(name, say.language): rows[name]
            for name in ("resident_count", "dwelling_count")
        },
        say("牵头党组织"): [leading.get(code) for code in rows["leading_organisation"]],
        say("本街镇居村"): [
            say("{town}（{count} 个居村）", town=names[town], count=count) for town, count in own
        ],
        say("最近的另一街镇"): [
            None
            if pd.isna(distance)
            else say(
                "{town}，{distance}（{count} 个居村）",
                town=names.get(town, town),
                distance=_about(distance, say),
                count=count,
            )
            for town, distance, count in neighbours
        ],
    }
    return table(columns, say, keys=rows["community_code"], height=LIST_HEIGHT)


def _about(metres: float, say: Say) -> str:
    """Write a distance as roughly as it is known: the places of communities are approximate."""
    if metres < 1000:
        return say("1 公里内")
    return say("约 {distance:.0f} 公里", distance=metres / 1000)
