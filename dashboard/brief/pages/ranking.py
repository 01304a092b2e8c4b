"""Coverage on the map, and the towns in their order."""

from typing import Any

import pandas as pd

from dashboard.brief.material import Material, Page
from dashboard.brief.sentences import ranking_message
from dashboard.brief.slides import (
    Cell,
    Chart,
    Place,
    Sentence,
    Series,
    Slide,
    SlidePlace,
    Stack,
    TownMap,
)
from dashboard.contract.indicators import BY_CODE, Indicator, for_spreadsheet
from dashboard.contract.rounding import MISSING, number_written
from dashboard.draw.theme import SEQUENCE
from dashboard.figures import common
from dashboard.figures.figure import Caption
from dashboard.figures.scope import whole_named


def ranking(material: Material) -> Slide:
    """Make the page."""
    asking, say = material.asking, material.asking.say
    coverage = BY_CODE["committee_coverage"]
    towns = asking.by_town(coverage)
    rows = towns.rows
    district = asking.district_value(coverage)
    name, whole = say.words(coverage.name), whole_named(asking)
    chart = town_chart(
        material, rows, coverage, district,
        say("{indicator}（%）", indicator=name)
        if district is None
        else say("{indicator}（%），与{whole}比较", indicator=name, whole=whole),
    )  # fmt: skip
    return material.slide(
        ranking_message(
            say,
            rows,
            district=district,
            own=material.own,
            whole=whole,
            names_towns=asking.names_towns,
            is_district=asking.scope.is_district,
        ),
        Stack((town_map(material, rows, coverage),), 0.5),
        Stack((chart,), 0.5),
        indicators=("committee_coverage",),
        notes=(
            say("覆盖率是全数统计，不是抽样，没有误差区间；差距以社区数计。"),
            *((say("街镇数为示例，未曾公布"),) if asking.is_sample else ()),
        ),
        counted=(towns,),
    )


def town_chart(
    material: Material, rows: pd.DataFrame, indicator: Indicator, district: float | None, title: str
) -> Chart:
    """Rank the towns and the district, the highest on top, each with what it is divided of."""
    say = material.asking.say
    known = rows.dropna(subset=["value"])

    def label(row: Any) -> str:
        parts = "/".join(map(number_written, (row.numerator, row.denominator)))
        return say("{town}（{parts}）", town=row.name, parts=parts)

    labels = {row.key: label(row) for row in known.itertuples(index=False)}
    bars = [(labels[row.key], float(row.value)) for row in known.itertuples(index=False)]
    whole = whole_named(material.asking)
    if district is not None:
        sums = [rows[each].sum(skipna=False) for each in ("numerator", "denominator")]
        if not pd.isna(sums).any():
            whole = say("{town}（{parts}）", town=whole, parts="/".join(map(number_written, sums)))
        bars.append((whole, district))
    bars.sort(key=lambda bar: (-bar[1], bar[0]))
    marked = {labels[code] for code in material.asking.chosen_towns if code in labels}
    return Chart(
        "bars",
        title,
        tuple(name for name, _ in bars),
        (Series(say.words(indicator.name), tuple(value for _, value in bars)),),
        "0.0",
        frozenset(marked),
        reference=whole,
    )


def town_map(material: Material, rows: pd.DataFrame, indicator: Indicator) -> TownMap | Sentence:
    """Colour the towns by class, each with its name and value."""
    say, names = material.asking.say, material.asking.town_names()
    drawing = common.town_map(
        material.asking, "briefing-map", indicator.code, Caption("", "", ""), 0, tiles=False
    ).drawing
    if drawing.empty:
        return Sentence(drawing.empty)
    values = rows.dropna(subset=["value"]).set_index("key")["value"]
    places = [
        Place(
            code,
            names[code],
            Cell(region["label"], *for_spreadsheet(values[code], indicator))
            if code in values
            else MISSING,
            SEQUENCE.index(region["fill"]) if code in values else None,
            code in material.asking.chosen_towns,
        )
        for code, region in drawing.body["regions"].items()
    ]
    lowest, *others = drawing.body["legend"]
    legend = {lowest["fill"]: lowest["text"]} | {e["fill"]: f"≥{e['text']}" for e in others}
    return TownMap(
        say("{indicator}，按街镇", indicator=say.words(indicator.name)),
        material.asking.maps.drawn,
        tuple(places),
        SEQUENCE,
        tuple(legend.get(fill, "") for fill in SEQUENCE),
        "\n".join([drawing.body["note"], *map_notes(material)]),
    )


def map_notes(material: Material) -> list[str]:
    """Say that the map is a schematic, or the number under which it was approved."""
    say, maps = material.asking.say, material.asking.maps
    if maps.is_schematic:
        return [say("示意图，非法定界线")]
    number = maps.map_number
    return [say("审图号：{number}", number=number)] if number else []


PAGE = Page(
    "ranking",
    ranking,
    lambda say: say("地图与排名"),
    SlidePlace("progress", row=0, column=0, width=252),
)
