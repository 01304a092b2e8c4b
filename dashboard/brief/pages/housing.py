"""How full the housing is, tier by tier, and how far supply has come."""

from math import nan
from typing import Any

import pandas as pd

from dashboard.asking.scope import is_of_all
from dashboard.brief.material import Material, Page, cell, count_cell, day_cell, month_end, numbers
from dashboard.brief.sentences import housing_message
from dashboard.brief.slides import Cell, Chart, Column, Series, Slide, SlidePlace, Stack, Table
from dashboard.contract.indicators import BY_CODE, measure
from dashboard.contract.rounding import MISSING, number_written
from dashboard.contract.tables import stated_tiers, target_kind, tier
from dashboard.contract.words import Words
from dashboard.figures.scope import whole_named
from dashboard.insight.changes import difference_shown
from dashboard.insight.occupancy import LOW_OCCUPANCY
from dashboard.language import Say

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
    elif asking.filters != asking.everywhere and not is_of_all(asking):
        parts.append(beside_district(material, now))
    return material.slide(
        housing_message(say, now.reset_index(), len(material.less_filled())),
        Stack((tier_chart(material),), 0.4),
        Stack(tuple(parts), 0.6),
        indicators=(
            "occupancy_room",
            *(("supply_completion",) if asking.scope.is_district else ()),
        ),
        notes=(
            say("{bar:.0f}% 为本系统假定的界限，以套间最多的层次计。", bar=LOW_OCCUPANCY),
            *(
                (say("目标为公布，建成张数为示例推算，未曾公布。"),)
                if asking.is_sample and material.is_whole
                else ()
            ),
        ),
        counted=counted,
    )


def tier_table(material: Material, now: pd.DataFrame) -> Table:
    """Set the tiers side by side, each in its own unit."""
    say, before = material.asking.say, material.tiers_before["value"]
    shares = [
        say("数据有误") if row.is_fault else share_cell(row.value, row.Index, say)
        for row in now.itertuples()
    ]
    changes = [
        points_cell(value, before.get(code, nan), code) for code, value in now["value"].items()
    ]
    return Table.of(
        supply_title(material, now),
        {
            Column(say("层次"), 0.14): tier_names(now, say),
            Column(say("建成"), 0.17, is_number=True): now["supply_count"].map(count_cell),
            Column(say("已租"), 0.17, is_number=True): now["let_count"].map(count_cell),
            Column(say.words(LETTABLE), 0.17, is_number=True): now["available_count"].map(
                count_cell
            ),
            Column(say.words(RATE), 0.15, is_number=True): shares,
            Column(say("变化（百分点）"), 0.2, is_number=True): changes,
        },
    )


def tier_names(rows: pd.DataFrame, say: Say) -> list[str]:
    return [say.words(tier.allowed[str(code)]) for code in rows.index]


def share_cell(value: float, tier_code: Any, say: Say) -> str:
    return cell(value, BY_CODE[f"occupancy_{tier_code}"], say.language)


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
            for code, words in stated_tiers.items()
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


def points_cell(now: float, before: float, tier_code: Any) -> str:
    """Write the difference of two occupancies in percentage points."""
    indicator = BY_CODE[f"occupancy_{tier_code}"]
    difference = difference_shown(now, before, indicator)
    if pd.isna(difference):
        return MISSING
    text = number_written(difference, indicator.decimals, signed=True)
    return Cell(text, difference, "+0.0;−0.0;0.0")


def beside_district(material: Material, now: pd.DataFrame) -> Table:
    """Hold each tier's occupancy against the district's, with what that is divided of."""
    say = material.asking.say
    whole = Material(material.asking.on(material.asking.everywhere)).tiers_now.loc[now.index]
    shares = [share_cell(value, code, say) for code, value in whole["value"].items()]
    gaps = [
        points_cell(now.at[code, "value"], value, code) for code, value in whole["value"].items()
    ]
    return Table.of(
        say("{whole}的入住率，供比较", whole=whole_named(material.asking)),
        {
            Column(say("层次"), 0.16): tier_names(whole, say),
            Column(say("已租"), 0.2, is_number=True): whole["let_count"].map(count_cell),
            Column(say.words(LETTABLE), 0.2, is_number=True): whole["available_count"].map(
                count_cell
            ),
            Column(say.words(RATE), 0.2, is_number=True): shares,
            Column(say("相差（百分点）"), 0.24, is_number=True): gaps,
        },
    )


def supply_targets(material: Material, rows: pd.DataFrame) -> Table:
    """List the district's published targets for beds, with what was built by their due month."""
    say, completion = material.asking.say, BY_CODE["supply_completion"]

    targets = measure(rows, completion)
    is_past = targets["due_on"] <= pd.Timestamp(month_end(material.end))

    names = [
        say("{target}（已到期）", target=say.words(target_kind.allowed[code]))
        if has_passed and not is_past.all()
        else say.words(target_kind.allowed[code])
        for code, has_passed in zip(targets["target_kind"], is_past, strict=True)
    ]
    return Table.of(
        say("“一张床”供应目标（均已到期，建成数为期限当月）")
        if is_past.all()
        else say("“一张床”供应目标（建成数截至期限或所选月末）"),
        {
            Column(say("目标"), 0.2): names,
            Column(say("期限"), 0.24): targets["due_on"].dt.date.map(day_cell),
            Column(say("目标张数"), 0.19, is_number=True): targets["target_count"].map(count_cell),
            Column(say("建成张数"), 0.19, is_number=True): targets["supply_count"].map(count_cell),
            Column(say("完成率"), 0.18, is_number=True): [
                cell(value, completion, say.language) for value in targets["value"]
            ],
        },
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
    rests_on=("occupancy.let_count", "occupancy.supply_count"),
)
