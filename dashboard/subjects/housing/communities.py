"""List the communities, the emptiest first, and what cannot be true of them."""

from dataclasses import replace
from math import isnan, nan

import numpy as np
import pandas as pd

from dashboard.asking.memo import remembered
from dashboard.asking.questions import Questions
from dashboard.contract.columns import as_floats, written_months
from dashboard.contract.indicators import (
    BY_CODE,
    as_written,
    column_heading,
    divided,
    with_unit,
    written,
)
from dashboard.contract.tables import stated_tiers, tier
from dashboard.draw.drawing import Drawing
from dashboard.draw.rows import Item, Written, heading, item_list, table
from dashboard.figures.figure import Caption, Figure
from dashboard.figures.page import Choice, Choices, Picker, choice_picker
from dashboard.insight.names import operator_names
from dashboard.language import Say
from dashboard.subjects.housing import measures
from dashboard.subjects.housing.reasoning import over_let

ORDER = Choice("order", ("empty", "vacant", "turnover", "residents"))
TABLE_HEIGHT = 420


def rows_height(count: int) -> int:
    return min(TABLE_HEIGHT, 42 + 30 * count)


@remembered
def faults(ask: Questions) -> Figure | None:
    """List what was over-let in the chosen months; None where nothing was."""
    say, names = ask.say, ask.say.names(tier.allowed)
    counted = ask.count("occupancy_by_community")
    counted = replace(counted, rows=over_let(counted.rows))
    if counted.rows.empty:
        return None
    items = [
        Item(
            ask.communities.at[row.community_code, "name"],
            say(
                "{tier}，{month}：已租 {let:,}，可租 {available:,}",
                tier=names[row.tier], month=f"{row.month:%Y-%m}", let=int(row.let_count),
                available=int(row.available_count),
            ),
            row.community_code, say("数据有误"), "fault",
        )
        for row in counted.rows.itertuples()
    ]  # fmt: skip
    return Figure(
        "over-let",
        item_list(
            items,
            alt=say("已租多于可租的记录"),
            empty="",
            height=200,
            listed=_faults_listed(ask, counted.rows),
        ),
        Caption(
            say("{count} 处已租多于可租：数据错误，请核对后重报", count=len(counted.rows)),
            say("入住率不可能超过 100%；这些记录不计入社区分布与排名"),
            ask.as_of(window=True),
        ),
        counted,
        opens_profile=True,
    )


def _faults_listed(ask: Questions, rows: pd.DataFrame) -> dict[str, pd.Series]:
    """Give the records that cannot be true as a file tells them."""
    say, names = ask.say, ask.say.names(tier.allowed)
    return {
        say("社区"): rows["community_code"].map(ask.communities["name"]),
        say("层次"): rows["tier"].map(names),
        say("月份"): rows["month"].dt.strftime("%Y-%m"),
        **{
            column_heading(name, say.language): rows[name]
            for name in ("let_count", "available_count")
        },
    }


def order_picker(say: Say, choices: Choices) -> Picker:
    names = {
        "empty": say("入住率最低"),
        "vacant": say("空置最多"),
        "turnover": say("流动最快"),
        "residents": say("居民最多"),
    }
    return choice_picker(choices, ORDER, say("排列"), names)


@remembered
def listed(ask: Questions, order: str) -> Figure:
    """List the chosen communities in an order."""
    say, rows = ask.say, measures.communities(ask)
    note = say("按主要层次排列；点击选择")
    if order == "empty":
        note = say("按主要层次排列，仍在入住的在后；点击选择")
    return Figure(
        "housing-communities",
        _table(ask, rows, order),
        Caption(say("{count} 个社区", count=len(rows)), ask.without_named(note), ask.as_of()),
        ask.count("housing_by_community"),
        click="community",
    )


def _ordered(rows: pd.DataFrame, order: str) -> pd.DataFrame:
    """Put the rows in the chosen order."""
    by = {
        "empty": "value",
        "vacant": "vacant",
        "turnover": "turnover",
        "residents": "resident_count",
    }[order]
    rows = rows.assign(turnover=divided(rows, BY_CODE["turnover"])[2])
    values = as_floats(rows[by])
    # Those that are filling still are rather empty for a reason: they come after.
    first = rows["is_filling"].to_numpy() if order == "empty" else np.zeros(len(rows))
    codes = rows["community_code"].to_numpy(object)
    last = np.lexsort((codes.astype(str), values if order == "empty" else -values, first))
    return rows.take(last).reset_index(drop=True)


def _table(ask: Questions, rows: pd.DataFrame, order: str) -> Drawing:
    say, rows, turnover = ask.say, _ordered(rows, order), BY_CODE["turnover"]
    towns, told = ask.town_names(), _tiers_told(ask)
    tiers = {
        code: [told.get((community, code), ("", nan)) for community in rows["community_code"]]
        for code in stated_tiers
    }
    columns = {
        say("社区"): rows["name"],
        say("街镇"): [towns[code] for code in rows["town_code"].tolist()],
        **{
            name: [text for text, _ in tiers[code]]
            for code, name in say.names(stated_tiers).items()
        },
        say.words(turnover.name): Written(
            [written(value, turnover, say.language) for value in rows["turnover"].tolist()],
            as_written(rows["turnover"], turnover),
            with_unit(say.words(turnover.name), say.words(turnover.unit), say.language),
            is_text=True,
        ),
        say("开业"): [
            None
            if month == "NaT"
            else say("{month}，仍在入住", month=month)
            if is_filling and is_low
            else month
            for month, is_filling, is_low in zip(
                written_months(rows["opened_on"]),
                rows["is_filling"].tolist(),
                rows["is_low"].tolist(),
                strict=True,
            )
        ],
        say("运营方"): operator_names(rows["operator"], say),
        say("主要层次空置"): rows["vacant"],
        column_heading("resident_count", say.language): rows["resident_count"],
    }
    drawing = table(columns, say, keys=rows["key"], height=rows_height(len(rows)))
    if drawing.listed is None:
        return drawing
    rates = {
        heading(BY_CODE[f"occupancy_{code}"], say): [share for _, share in each]
        for code, each in tiers.items()
        if not all(isnan(share) for _, share in each)
    }
    return replace(drawing, listed={**drawing.listed, **rates})


def _tiers_told(ask: Questions) -> dict[tuple[str, str], tuple[str, float]]:
    """Write what each chosen community lets of each tier and of how much, beside its share, which
    is missing where it cannot be true."""
    say, rows = ask.say, measures.tiers_by_community(ask)
    rows = rows.astype({"let_count": "float64", "available_count": "float64"})
    names = ("community_code", "tier", "value", "let_count", "available_count", "is_fault")
    return {
        (community, code): (
            say("数据有误")
            if is_fault
            else ""
            if isnan(let + available)
            else say(
                "{share}（{let:,}/{available:,}）",
                share=written(value, BY_CODE[f"occupancy_{code}"], say.language),
                let=int(let),
                available=int(available),
            ),
            value,
        )
        for community, code, value, let, available, is_fault in zip(
            *(rows[name].tolist() for name in names), strict=True
        )
    }
