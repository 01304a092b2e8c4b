"""What the profiles of towns and communities share: months, tiles, points on the map, activities."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from math import isnan
from typing import Any

import numpy as np
import pandas as pd

from dashboard.asking.measured import counted_here, months_here
from dashboard.asking.memo import remembered, remembered_for_all_filters
from dashboard.asking.questions import QueryResult, Questions
from dashboard.asking.scope import is_of_all, scope_named
from dashboard.contract.columns import as_floats
from dashboard.contract.filters import Filters
from dashboard.contract.indicators import BY_CODE, Indicator, count_written
from dashboard.contract.tables import activity_kind
from dashboard.draw.charts import brief_figure
from dashboard.figures import common
from dashboard.figures.common import months_by_name
from dashboard.figures.figure import Caption, Figure
from dashboard.figures.tiles import Tile
from dashboard.insight.facts import Fact, community_facts
from dashboard.subjects.profile.drawings import Around, Point, kind_bars, place_map

# How wide the point of a community alone is, in pixels.
ALONE = 12


def tile(ask: Questions, indicator: Indicator) -> Tile:
    """Make a tile of what is chosen beside all that was loaded."""
    say, months = ask.say, months_here(ask, indicator)
    district = None if is_of_all(ask) else ask.district_value(indicator)
    beside = []
    if district is not None:
        value = brief_figure(district, indicator, say)
        beside = [say("{whole} {value}", whole=scope_named(ask), value=value)]
    if pd.Timestamp(ask.filters.end_month) not in months.month:
        return Tile(indicator, [], " · ".join(beside))
    return common.tile(ask, indicator, months, after=beside)


@remembered
def trend(ask: Questions, key: str, code: str, height: int, *, spoken_only: bool = False) -> Figure:
    """Draw an indicator of what is chosen over the months."""
    counted = counted_here(ask, BY_CODE[code])
    figure = months_by_name(ask, key, counted, code, height)
    return replace(figure, caption=replace(figure.caption, spoken_only=spoken_only))


def main_occupancy(row: Any) -> Indicator:
    """Take the occupancy of the tier with most dwellings: tiers are never added.

    One that reported no housing for the month has no tier; its occupancy is missing in any.
    """
    return BY_CODE["occupancy_room" if pd.isna(row.tier) else f"occupancy_{row.tier}"]


def published_columns(ask: Questions, code: str) -> str:
    return _published(ask, code, "published_columns")


def _published(ask: Questions, code: str, column: str) -> str:
    rows = ask.count("published_columns").rows.set_index("community_code")
    return str(rows[column].get(code, ""))


def facts_of(ask: Questions, row: Any) -> list[Fact]:
    """List what one community is, which the filters choose alone; its row of communities."""
    return community_facts(
        row,
        ask.count("occupancy_by_community", ask.filters.at_end, named="whole").rows,
        ask.say,
        town=ask.town_names(short=False)[row.town_code],
        published=published_columns(ask, row.community_code),
        published_as=_published(ask, row.community_code, "published_as"),
        is_sample=ask.is_sample,
        qualified=ask.count("qualified_values", named="whole").rows,
    )


def month_end(filters: Filters) -> pd.Timestamp:
    return pd.Timestamp(filters.end_month) + pd.offsets.MonthEnd(0)


@remembered_for_all_filters
def _outlines(ask: Questions) -> Mapping[str, Any]:
    return ask.maps.outlines


def located(
    ask: Questions,
    town: str,
    counted: QueryResult,
    marked: Collection[str],
    caption: Caption,
    *,
    close: bool,
) -> Figure:
    """Show where communities lie: all of a town seen ``close``, or one of them in the district."""
    around = Around(_outlines(ask), ask.town_names(), town)
    points = _points(ask, counted.rows, marked, None if close else ALONE)
    lacking = len(counted.rows) - len(points)
    note = common.without_place(ask.say, caption.note, lacking).removeprefix(" · ")
    return Figure(
        "profile-map",
        place_map(around, points, ask.say, close=close, height=396 if close else 352),
        replace(caption, note=note),
        replace(counted, shown=(common.of_points(ask),)),
        click="profile" if close else None,
    )


def _points(
    ask: Questions, rows: pd.DataFrame, marked: Collection[str], size: float | None
) -> list[Point]:
    """Place communities on the map; without a ``size``, the larger the more live there."""
    say, residents = ask.say, as_floats(rows["resident_count"])
    sizes = np.minimum(6 + np.nan_to_num(residents) ** 0.5 / 5, 18).tolist()
    columns = zip(
        rows["community_code"],
        ask.maps.project(as_floats(rows["lon"]), as_floats(rows["lat"])).tolist(),
        rows[f"name_{say.language}"],
        residents.tolist(),
        sizes,
        strict=True,
    )
    return [
        Point(
            key,
            x,
            y,
            size or own,
            name if isnan(count) else f"{name}\n{count_written(count, say.language)} {say('居民')}",
            key in marked,
        )
        for key, (x, y), name, count, own in columns
        if not isnan(x)
    ]


@remembered
def activities(ask: Questions) -> Figure:
    """Draw the activities of the chosen months by kind."""
    say, counted = ask.say, ask.count("activity_kinds")
    names, counts = say.names(activity_kind.allowed), counted.rows["activity_count"].tolist()
    bars = [
        (names[kind], count, say("{count} 场", count=count))
        for kind, count in zip(counted.rows["activity_kind"], counts, strict=True)
    ]
    return Figure(
        "profile-activities",
        kind_bars(bars, say, height=bars_height(len(bars))),
        Caption(
            say("共 {count} 场活动", count=sum(counts)),
            say("所选月份内，按类别"),
            ask.as_of(window=True),
        ),
        counted,
    )


def bars_height(count: int) -> int:
    return 16 + 22 * max(count, 2)
