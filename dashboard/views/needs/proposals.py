"""Show what became of proposals: the loop, days to settling, who closes them, what is open."""

from dataclasses import replace

import pandas as pd

from dashboard.contract.fields import Field
from dashboard.contract.indicators import BY_CODE, measure
from dashboard.contract.tables import coverage_type, proposal_category, responsible_unit, stage
from dashboard.draw.charts import ranking
from dashboard.draw.drawing import Drawing, nothing
from dashboard.draw.needs import loop, settling
from dashboard.draw.rows import table
from dashboard.insight.needs import (
    DAYS_BAR,
    Curve,
    loop_sentence,
    loop_steps,
    settling_curve,
    settling_sentence,
)
from dashboard.ui.address import Choice
from dashboard.ui.context import Context
from dashboard.ui.filters import choose, profile_of
from dashboard.ui.frame import Caption, show_figure
from dashboard.views.needs.asking import (
    curve_of_all,
    is_invented,
    ranking_note,
    show_ranking,
)

CURVES = Choice("curves", ("all", "category", "coverage"))
RANKED = Choice("ranked", ("town", "category"))


def _as_known(context: Context) -> str:
    """Say which proposals are meant, and until when they were followed."""
    return context.say(
        "{span} 提出，办理情况截至 {last} 月末",
        span=context.as_of(window=True),
        last=f"{context.warehouse.months[-1]:%Y-%m}",
    )


def show_loop(context: Context) -> None:
    say = context.say
    counted = context.count("proposals_by_stage")
    steps = context.remember_chosen("needs-steps", make=lambda: loop_steps(counted.rows))
    names = context.say.names(stage.allowed)
    show_figure(
        context,
        "needs-loop",
        context.remember_chosen("needs-loop", make=lambda: loop(steps, names, say, height=366)),
        Caption(
            loop_sentence(steps, say),
            say("件，按已到达的最远阶段 · 近期提出的仍在途中"),
            _as_known(context),
        ),
        counted,
    )


def show_settling(context: Context) -> None:
    say = context.say
    names = {"all": say("合计"), "category": say("按类别"), "coverage": say("按覆盖类型")}
    by = choose(context, CURVES, say("曲线分组"), names)
    counted = context.count("proposal_days")
    curves = context.remember_chosen(
        "needs-curves", by, make=lambda: _group_curves(context, counted.rows, by)
    )
    note = say("Kaplan–Meier，未办结与重启的按删失计 · 阴影为 95% 区间")
    if by == "coverage":
        note = say("Kaplan–Meier，95% 区间 · 覆盖类型因规模与区位而定：差异是关联，不是效果")
    show_figure(
        context,
        "needs-settling",
        context.remember_chosen(
            "needs-settling", by, make=lambda: settling(curves, say, bar=DAYS_BAR)
        ),
        Caption(settling_sentence(curves, say), note, _as_known(context)),
        counted,
    )


def _group_curves(context: Context, rows: pd.DataFrame, by: str) -> list[tuple[str, Curve]]:
    """Estimate a curve for all, or one for each category or coverage type that is there."""
    say = context.say
    if by == "all":
        curve = curve_of_all(context)
        return [(say("合计"), curve)] if curve else []
    field = proposal_category if by == "category" else coverage_type
    groups = [(words, rows[rows[field.name] == code]) for code, words in field.allowed.items()]
    curves = [(say.words(words), settling_curve(mine)) for words, mine in groups]
    return [(name, curve) for name, curve in curves if curve is not None]


def show_closing(context: Context) -> None:
    say, rate = context.say, BY_CODE["closing_rate"]
    names = {"town": say("闭环率，按街镇"), "category": say("闭环率，按类别")}
    by = choose(context, RANKED, say("排列"), names)
    if by == "town":
        show_ranking(context, rate, _as_known(context))
        return
    counted = context.count("proposals_by_category")
    show_figure(
        context,
        "needs-categories",
        context.remember_chosen(
            "needs-categories", make=lambda: _categories(context, counted.rows)
        ),
        Caption(names[by], ranking_note(say, rate), _as_known(context), spoken_only=True),
        counted.showing(rate),
    )


def _categories(context: Context, rows: pd.DataFrame) -> Drawing:
    say, rate = context.say, BY_CODE["closing_rate"]
    rows = measure(rows, rate)
    codes = rows["proposal_category"]
    rows = rows.assign(key=codes, name=codes.map(context.say.names(proposal_category.allowed)))
    is_whole = context.filters == context.everywhere and not context.filters.is_narrowed
    district = context.district_value(rate) if is_whole else None
    drawing = ranking(rows, rate, say, district=district)
    return drawing if drawing.empty else replace(drawing, alt=say("14 天闭环率，按提案类别排列。"))


def show_open(context: Context) -> None:
    say = context.say
    counted, every = (
        context.count("open_proposals"),
        context.count("open_proposals", named="whole").rows,
    )
    is_late = every["open_day_count"] > DAYS_BAR
    late, reopened = int(is_late.sum()), int((is_late & every["is_reopened"]).sum())
    rows = counted.rows
    note = say("最久的在前，点一行看画像 · 重启的没有重启日期，列在最后 · 阶段为数据截止时的")
    if context.is_sample:
        note = say(
            "最久的在前，重启的没有重启日期，列在最后 · 点一行看画像 · 具名真实项目的 {count} 件为虚构，不列",
            count=len(every) - len(rows),
        )
    show_figure(
        context,
        "needs-open",
        context.remember_chosen("needs-open", make=lambda: _open_table(context, rows)),
        Caption(
            say(
                "{open} 件未办结，其中 {late} 件超过 14 天（重启 {reopened} 件，日期不详）",
                open=len(every),
                late=late,
                reopened=reopened,
            )
            if reopened
            else say("{open} 件未办结，其中 {late} 件超过 14 天", open=len(every), late=late),
            note,
            context.as_of(),
        ),
        counted,
        opens=profile_of(context),
        chosen=context.filters.community_codes,
    )


def _open_table(context: Context, rows: pd.DataFrame) -> Drawing:
    say = context.say
    if rows.empty:
        if is_invented(context):
            return nothing("table", say("具名的真实项目：其提案均为示例，纯属虚构。"))
        return nothing("table", say("没有可列出的未办结提案。"))

    def named(field: Field) -> pd.Series:
        return rows[field.name].map(context.say.names(field.allowed))

    stages = named(stage)
    texts = pd.DataFrame(
        {
            "community_code": rows["community_code"],
            "name": rows["name_zh" if say.language == "zh" else "name_en"],
            "town": rows["town_code"].map(context.town_names()),
            "category": named(proposal_category),
            # How long a reopened one has been open is not known.
            "open_day_count": rows["open_day_count"].mask(rows["is_reopened"]),
            "stage": stages.where(~rows["is_reopened"], stages + say("（重启）")),
            "unit": named(responsible_unit),
        }
    )
    headings = {
        "name": say("社区"),
        "town": say("街镇"),
        "category": say("类别"),
        "open_day_count": say("受理后天数"),
        "stage": say("阶段"),
        "unit": say("责任单位"),
    }
    return table(texts, headings, say, key="community_code", height=430)
