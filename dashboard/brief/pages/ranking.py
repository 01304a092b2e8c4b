"""Coverage on the map, and the towns in their order."""

from typing import Any

import pandas as pd

from dashboard.brief.material import Material
from dashboard.brief.slides import Cell, Chart, Place, Sentence, Series, Slide, Stack, TownMap
from dashboard.contract.indicators import BY_CODE, Indicator, for_spreadsheet, short_figure
from dashboard.contract.rounding import number_written
from dashboard.draw.classes import QUINTILES, class_edges, class_of, method_named
from dashboard.draw.theme import SEQUENCE
from dashboard.insight.briefing import ranking_message
from dashboard.insight.limits import outside


def ranking(material: Material) -> Slide:
    """Make the page."""
    asking, say = material.asking, material.asking.say
    coverage = BY_CODE["committee_coverage"]
    rows = material.coverage_towns.rows
    district = asking.district_value(coverage)
    name = say.words(coverage.name)
    chart = town_chart(
        material, rows, coverage, district, say("{indicator}（%），与全区比较", indicator=name)
    )
    return material.slide(
        "ranking",
        ranking_message(say, rows, district=district, own=material.own),
        Stack((town_map(material, rows, coverage),), 0.5),
        Stack((chart,), 0.5),
        indicators=("committee_coverage",),
        notes=(
            say("“低于全区”“高于全区”指超出 95% 漏斗界限；其余差异属随机波动。"),
            *((say("街镇数为示例，未曾公布"),) if asking.is_sample else ()),
        ),
        counted=(material.coverage_towns,),
    )


def town_chart(
    material: Material, rows: pd.DataFrame, indicator: Indicator, district: float | None, title: str
) -> Chart:
    """Rank the towns and the district, the highest on top; words mark who differs."""
    say = material.asking.say
    known = rows.dropna(subset=["value"])
    if district is not None:
        known = known.assign(is_outside=outside(known, district))

    def label(row: Any) -> str:
        parts = "/".join(map(number_written, (row.numerator, row.denominator)))
        if not row.is_outside:
            return say("{town}（{parts}）", town=row.name, parts=parts)
        if row.value < (district or 0):
            return say("{town}（{parts}，低于全区）", town=row.name, parts=parts)
        return say("{town}（{parts}，高于全区）", town=row.name, parts=parts)

    labels = {row.key: label(row) for row in known.itertuples(index=False)}
    bars = [(labels[row.key], float(row.value)) for row in known.itertuples(index=False)]
    whole = say("全区")
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
    known = rows.dropna(subset=["value"]).set_index("key")["value"]
    if known.empty:
        return Sentence(say("所选范围内没有数据。"))
    edges = class_edges(known, decimals=indicator.decimals)
    classes = {
        code: class_of(value, edges, decimals=indicator.decimals) for code, value in known.items()
    }

    def label(code: str) -> str:
        value = known.get(code)
        text = short_figure(value, indicator, say.language)
        return text if value is None else Cell(text, *for_spreadsheet(value, indicator))

    texts = [short_figure(edge, indicator, say.language) for edge in edges]
    places = [
        Place(
            code,
            name,
            label(code),
            classes.get(code),
            code in material.asking.chosen_towns,
        )
        for code, name in names.items()
    ]
    shown = [0, *(class_of(edge, edges, decimals=indicator.decimals) for edge in edges)]
    lowest = f"<{texts[0]}" if texts else short_figure(known.min(), indicator, say.language)
    steps = (lowest, *(f"≥{text}" for text in texts))
    legend: dict[int, str] = dict(zip(shown, steps, strict=True))
    method = say(
        "{method}，{unit}",
        method=method_named(QUINTILES, say),
        unit=say.words(indicator.unit),
    )
    return TownMap(
        say("{indicator}，按街镇", indicator=say.words(indicator.name)),
        material.towns.geometry,
        tuple(places),
        SEQUENCE,
        tuple(legend.get(number, "") for number in range(len(SEQUENCE))),
        "\n".join([method, *map_notes(material)]),
    )


def map_notes(material: Material) -> list[str]:
    """Say that the map is a schematic, or the number under which it was approved."""
    say = material.asking.say
    if material.towns.is_schematic:
        return [say("示意图，非法定界线")]
    number = material.towns.map_number
    return [say("审图号：{number}", number=number)] if number else []
