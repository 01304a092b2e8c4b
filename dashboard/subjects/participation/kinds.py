"""Show what people take part in: by kind, domain, aspect, setting or programme."""

from dataclasses import replace

import pandas as pd

from dashboard.asking.memo import remembered
from dashboard.asking.questions import Questions
from dashboard.contract.indicators import BY_CODE, measure
from dashboard.contract.tables import activity_kind, aspect, domain, programme
from dashboard.draw.drawing import Drawing
from dashboard.figures.figure import Caption, Figure
from dashboard.figures.page import Choice, Choices, Picker, choice_picker
from dashboard.language import Say
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
    """Draw one breakdown's categories, the one that reached most first; say which that is."""
    if rows.empty:
        return categories([], say, height=FILLS_BELOW_CHOICE), say("所选范围内没有活动。")
    codes, names = rows["category"].tolist(), category_names(say, by)
    reached = measure(rows, BY_CODE["reach"])["value"].fillna(-1).tolist()
    # What is in no category of its own stands last, and is no finding.
    order = sorted(range(len(rows)), key=lambda at: (codes[at] == "none", -reached[at]))
    rows = rows.take(order).assign(name=[names[codes[at]] for at in order])
    panels = [(BY_CODE[code], measure(rows, BY_CODE[code])) for code in PANELS]
    headline = say("{name}到的人最多", name=names[codes[order[0]]])
    return categories(panels, say, height=FILLS_BELOW_CHOICE), headline
