"""Show what people take part in: by kind, domain, aspect, setting or programme."""

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from dashboard.asking.memo import remembered
from dashboard.asking.questions import Questions
from dashboard.contract.columns import names_of_most
from dashboard.contract.indicators import BY_CODE, as_written, measure
from dashboard.contract.tables import activity_kind, aspect, domain, programme
from dashboard.draw.drawing import Drawing
from dashboard.figures.figure import Caption, Figure
from dashboard.figures.page import Choice, Choices, Picker, choice_picker
from dashboard.language import Say, tied
from dashboard.subjects.participation.drawings import categories

PANELS = ("reach", "attendances", "activities")
BY = Choice("by", ("kind", "domain", "aspect", "setting", "programme"))
FILLS_BELOW_CHOICE = "clamp(319px, 100vh - 359px, 599px)"


def category_names(say: Say, breakdown: str) -> dict[str, str]:
    """Name the categories of a breakdown."""
    fields = {"kind": activity_kind, "domain": domain, "aspect": aspect, "programme": programme}
    if breakdown == "setting":
        return {"offline": say("线下"), "online": say("线上")}
    names = say.names(fields[breakdown].allowed)
    return {**names, "none": say("不属任何品牌")}


def picker(say: Say, choices: Choices) -> Picker:
    names = {
        "kind": say("类别"),
        "domain": say("领域"),
        "aspect": say("方面"),
        "setting": say("线上线下"),
        "programme": say("品牌"),
    }
    return choice_picker(choices, BY, say("分类方式"), names)


@remembered
def by_category(ask: Questions, by: str) -> Figure:
    say, counted = ask.say, ask.count("participation_by_category")
    rows = counted.rows[counted.rows["breakdown"] == by]
    drawing, headline = _categories(say, rows, by)
    return Figure(
        "participation-categories",
        drawing,
        Caption(
            headline,
            say("参与率按不重复的居民计，各类不可相加；细线为 95% 区间"),
            ask.as_of(window=True),
        ),
        replace(counted, rows=rows).showing(*(BY_CODE[code] for code in PANELS)),
    )


def _categories(say: Say, rows: pd.DataFrame, by: str) -> tuple[Drawing, str]:
    """Draw one breakdown's categories, those that reached most first; say which these are."""
    if rows.empty:
        return categories([], say, height=FILLS_BELOW_CHOICE), say("所选范围内没有活动。")
    codes, names = rows["category"].tolist(), category_names(say, by)
    sizes = measure(rows, BY_CODE["reach"])["value"].fillna(-1).tolist()
    # What is in no category of its own stands last, and is no finding.
    order = sorted(range(len(rows)), key=lambda at: (codes[at] == "none", -sizes[at]))
    headline = most_told(say, rows, names)
    rows = rows.take(order).assign(name=[names[codes[at]] for at in order])
    panels = [(BY_CODE[code], measure(rows, BY_CODE[code])) for code in PANELS]
    return categories(panels, say, height=FILLS_BELOW_CHOICE), headline


def most_told(say: Say, rows: pd.DataFrame, names: Mapping[str, str]) -> str:
    """Say which categories reached most residents, as it is written, if it is known.

    ``rows``: of participation_by_category, of one breakdown; ``names``: the categories', by code.
    """
    reached = as_written(measure(rows, BY_CODE["reach"])["value"], BY_CODE["reach"])
    if reached.isna().all():
        return say("有的类别人太少或没有数据：各类只列场次")
    own = rows["category"] != "none"
    most = names_of_most([names[code] for code in rows["category"][own]], reached[own].tolist())
    if not most:
        return say("活动都不属任何一类")
    if len(rows) == 1:
        return say("活动都属{name}", name=most[0])
    if len(most) == 1:
        return say("{name}到的人最多", name=most[0])
    return say("到的人最多的：{names}", names=tied(say, most))
