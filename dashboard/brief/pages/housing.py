"""How full the housing is, tier by tier, and how far supply has come."""

import math
from typing import Any

import pandas as pd

from dashboard.brief.material import Material, Page, cell, count_cell, day_cell, month_end, numbers
from dashboard.brief.sentences import housing_message
from dashboard.brief.slides import Cell, Chart, Column, Series, Slide, SlidePlace, Stack, Table
from dashboard.contract.indicators import BY_CODE, measure
from dashboard.contract.rounding import MISSING, number_written
from dashboard.contract.tables import target_kind, tier
from dashboard.contract.words import Words
from dashboard.insight.changes import difference_shown
from dashboard.insight.occupancy import LOW_OCCUPANCY

LETTABLE, RATE = Words("可租", "Lettable"), Words("入住率", "Rate")


def housing(material: Material) -> Slide:
    """Make the page."""
    asking, say = material.asking, material.asking.say
    people = asking.count("housing_by_community")
    beds = asking.count("occupancy_by_community", asking.filters.at_end)
    now = material.tiers_now
    parts, counted = [tier_table(material, now)], [material.tiers, people, beds]
    if material.is_whole:
        targets = asking.count("supply_completion", asking.filters.at_end)
        counted.append(targets)
        parts.append(supply_targets(material, targets.rows))
    else:
        parts.append(beside_district(material, now))
    return material.slide(
        housing_message(say, now.reset_index(), len(material.less_filled())),
        Stack((tier_chart(material),), 0.4),
        Stack(tuple(parts), 0.6),
        indicators=("occupancy_room", "supply_completion"),
        notes=(say("{bar:.0f}% 为本系统假定的界限，以套间最多的层次计。", bar=LOW_OCCUPANCY),),
        counted=counted,
    )


def tier_table(material: Material, now: pd.DataFrame) -> Table:
    """Set the tiers side by side, each in its own unit."""
    say, before = material.asking.say, material.tiers_before["value"]
    return Table(
        supply_title(material, now),
        (
            Column(say("层次"), 0.14),
            Column(say("建成"), 0.17, is_number=True),
            Column(say("已租"), 0.17, is_number=True),
            Column(say.words(LETTABLE), 0.17, is_number=True),
            Column(say.words(RATE), 0.15, is_number=True),
            Column(say("较上期（百分点）"), 0.2, is_number=True),
        ),
        tuple(
            (
                say.words(tier.allowed[str(row.Index)]),
                count_cell(row.supply_count),
                count_cell(row.let_count),
                count_cell(row.available_count),
                say("数据有误")
                if row.is_fault
                else cell(row.value, BY_CODE[f"occupancy_{row.Index}"], say.language),
                points_cell(row.value, before.get(row.Index, math.nan), str(row.Index)),
            )
            for row in now.itertuples()
        ),
    )


def tier_chart(material: Material) -> Chart:
    """Draw the tiers' occupancy month by month."""
    say = material.asking.say
    months = material.last_months(material.tiers.rows["month"])
    wide = material.tiers.rows.pivot(index="month", columns="tier", values="value")
    wide = wide.reindex(months)
    return Chart(
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


def supply_title(material: Material, now: pd.DataFrame) -> str:
    """Say what the tiers count, and which rooms are counted as dwellings but hold beds."""
    say = material.asking.say
    counts = now["supply_count"]
    dwellings = material.months.rows["dwelling_count"].iloc[-1]
    rest = dwellings - counts.drop("bed", errors="ignore").sum(skipna=False)
    if counts.get("bed", 0) > 0 and rest > 0:
        return say(
            "房源 {all} 套/间，其中 {rest} 间放床位；各层次不相加",
            all=number_written(dwellings),
            rest=number_written(rest),
        )
    return say("各层次房源（各以套、间、张计，不相加）")


def points_cell(now: float, before: float, tier_code: str) -> str:
    """Write the difference of two occupancies in percentage points."""
    indicator = BY_CODE[f"occupancy_{tier_code}"]
    difference = difference_shown(now, before, indicator)
    if pd.isna(difference):
        return MISSING
    text = number_written(difference, indicator.decimals, signed=difference != 0)
    return Cell(text.replace("-", "−"), difference, "+0.0;−0.0;0.0")


def beside_district(material: Material, now: pd.DataFrame) -> Table:
    """Hold each tier's occupancy against the district's, with what that is divided of."""
    say = material.asking.say
    district = Material(material.asking.on(material.asking.everywhere)).tiers_now
    rows = [
        (
            say.words(tier.allowed[str(whole.Index)]),
            count_cell(whole.let_count),
            count_cell(whole.available_count),
            cell(whole.value, BY_CODE[f"occupancy_{whole.Index}"], say.language),
            points_cell(now.at[whole.Index, "value"], whole.value, str(whole.Index)),
        )
        for whole in district.loc[now.index].itertuples()
    ]
    return Table(
        say("与全区的入住率比较"),
        (
            Column(say("层次"), 0.16),
            Column(say("全区已租"), 0.2, is_number=True),
            Column(say("全区可租"), 0.2, is_number=True),
            Column(say("全区入住率"), 0.2, is_number=True),
            Column(say("相差（百分点）"), 0.24, is_number=True),
        ),
        tuple(rows),
    )


def supply_targets(material: Material, rows: pd.DataFrame) -> Table:
    """List the district's published targets for beds, with what was built by their due month."""
    say, completion = material.asking.say, BY_CODE["supply_completion"]

    targets = measure(rows, completion)
    is_past = targets["due_on"] <= pd.Timestamp(month_end(material.end))

    def name(row: Any) -> str:
        kind = say.words(target_kind.allowed[row.target_kind])
        return (
            say("{target}（已到期）", target=kind)
            if is_past[row.Index] and not is_past.all()
            else kind
        )

    return Table(
        say("“一张床”供应目标（均已到期，建成数为期限当月）")
        if is_past.all()
        else say("“一张床”供应目标（建成数截至期限或所选月末）"),
        (
            Column(say("目标"), 0.2),
            Column(say("期限"), 0.24),
            Column(say("目标张数"), 0.19, is_number=True),
            Column(say("建成张数"), 0.19, is_number=True),
            Column(say("完成率"), 0.18, is_number=True),
        ),
        tuple(
            (
                name(row),
                day_cell(row.due_on.date()),
                count_cell(row.target_count),
                count_cell(row.supply_count),
                cell(row.value, completion, say.language),
            )
            for row in targets.itertuples()
        ),
    )


def _floor(values: pd.DataFrame) -> float | None:
    """Begin an axis of shares at the ten below the least of them."""
    least = values.min().min()
    return None if pd.isna(least) else float(least // 10 * 10)


PAGE = Page(
    "housing",
    housing,
    lambda say: say("入住与供给"),
    SlidePlace("progress", row=1, column=1, width=132),
)
