"""How full the housing is, tier by tier, and how far supply has come."""

import pandas as pd

from dashboard.brief.material import Material, cell, numbers
from dashboard.brief.slides import Chart, Column, Series, Slide, Stack, Table
from dashboard.insight.briefing import change_brief, housing_message
from dashboard.insight.housing import LOW_OCCUPANCY, by_community
from dashboard.model.indicators import BY_CODE, measure, written
from dashboard.model.rounding import number_written
from dashboard.model.tables import target_kind, tier


def housing(material: Material) -> Slide:
    """Make the page."""
    asking, say = material.asking, material.asking.say
    people = asking.count("housing_by_community")
    beds = asking.count("occupancy_by_community", asking.filters.at_end)
    described = by_community(people.rows, beds.rows, material.end)
    before = material.tiers_before["value"]
    now = material.tiers_now
    table = Table(
        say("各层次房源（各以套、间、张计，不相加）"),
        (
            Column(say("层次"), 0.16),
            Column(say("建成"), 0.18, is_number=True),
            Column(say("已租"), 0.18, is_number=True),
            Column(say("入住率"), 0.24, is_number=True),
            Column(say("较上期"), 0.24, is_number=True),
        ),
        tuple(
            (
                say.words(tier.allowed[str(row.Index)]),
                number_written(row.supply_count),
                number_written(row.let_count),
                say("数据有误")
                if row.is_fault
                else written(row.value, BY_CODE[f"occupancy_{row.Index}"], say.language),
                change_brief(
                    row.value,
                    before.get(row.Index, float("nan")),
                    BY_CODE[f"occupancy_{row.Index}"],
                    say,
                ),
            )
            for row in now.itertuples()
        ),
    )
    months = material.last_months(material.tiers.rows["month"])
    wide = material.tiers.rows.pivot(index="month", columns="tier", values="value")
    wide = wide.reindex(months)
    chart = Chart(
        "lines",
        say("入住率逐月（%，纵轴不从 0 起）"),
        tuple(f"{month:%Y-%m}" for month in months),
        tuple(
            Series(say.words(words), numbers(wide[code]))
            for code, words in tier.allowed.items()
            if code in wide
        ),
        "0.0",
        least=_floor(wide),
        is_by_month=True,
    )
    parts, counted = [table], [material.tiers, people, beds]
    if material.is_whole:
        targets = asking.count("supply_completion", asking.filters.at_end)
        counted.append(targets)
        parts.append(supply_targets(material, targets.rows))
    else:
        parts.append(beside_district(material, now))
    return material.slide(
        "housing",
        housing_message(say, now.reset_index(), described),
        Stack((chart,), 0.46),
        Stack(tuple(parts), 0.54),
        indicators=("occupancy_room", "supply_completion"),
        notes=(say("{bar:.0f}% 为本系统假定的界限，以套间最多的层次计。", bar=LOW_OCCUPANCY),),
        counted=counted,
    )


def beside_district(material: Material, now: pd.DataFrame) -> Table:
    """Hold each tier's occupancy against the district's."""
    asking, say = material.asking, material.asking.say
    rows = []
    for code, mine in now["value"].items():
        indicator = BY_CODE[f"occupancy_{code}"]
        district = asking.district_value(indicator)
        whole = float("nan") if district is None else district
        rows.append(
            (
                say.words(tier.allowed[str(code)]),
                cell(mine, indicator, say.language),
                cell(whole, indicator, say.language),
                change_brief(mine, whole, indicator, say),
            )
        )
    return Table(
        say("入住率与全区比较"),
        (
            Column(say("层次"), 0.2),
            Column(material.place if material.own else say("所选"), 0.4, is_number=True),
            Column(say("全区"), 0.2, is_number=True),
            Column(say("相差"), 0.2, is_number=True),
        ),
        tuple(rows),
    )


def supply_targets(material: Material, rows: pd.DataFrame) -> Table:
    """List the district's published targets for beds."""
    say, completion = material.asking.say, BY_CODE["supply_completion"]
    return Table(
        say("公开的“一张床”供应目标"),
        (
            Column(say("目标"), 0.22),
            Column(say("期限"), 0.28),
            Column(say("张数"), 0.25, is_number=True),
            Column(say("完成率"), 0.25, is_number=True),
        ),
        tuple(
            (
                say.words(target_kind.allowed[row.target_kind]),
                f"{row.due_on:%Y-%m-%d}",
                number_written(row.target_count),
                written(row.value, completion, say.language),
            )
            for row in measure(rows, completion).itertuples()
        ),
    )


def _floor(values: pd.DataFrame) -> float | None:
    """Begin an axis of shares at the ten below the least of them."""
    least = values.min().min()
    return None if pd.isna(least) else float(least // 10 * 10)
