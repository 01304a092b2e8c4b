"""Show what became of proposals: the loop, days to settling, who closes them, what is open."""

from dataclasses import replace

import pandas as pd

from dashboard.asking.memo import remembered
from dashboard.asking.questions import Questions
from dashboard.asking.scope import is_of_all, scope_named
from dashboard.contract.fields import Field
from dashboard.contract.indicators import BY_CODE, measure
from dashboard.contract.tables import coverage_type, proposal_category, responsible_unit, stage
from dashboard.draw.charts import ranking
from dashboard.draw.drawing import Drawing
from dashboard.draw.rows import table
from dashboard.figures.common import (
    judged_how,
    ranked_how,
    ranking_note,
    town_ranking,
    with_verdicts,
)
from dashboard.figures.events import with_cases
from dashboard.figures.figure import Caption, Figure
from dashboard.figures.page import Choice, Choices, Picker, choice_picker
from dashboard.insight.limits import Comparison, compared
from dashboard.insight.survival import Curve
from dashboard.insight.verdicts import false_alarms_told
from dashboard.language import Say
from dashboard.subjects.needs.drawings import LAST_DAY_SHOWN, MOST_BANDS, loop, settling
from dashboard.subjects.needs.measures import curve_of_all, is_invented
from dashboard.subjects.needs.reasoning import (
    DAYS_BAR,
    loop_sentence,
    loop_steps,
    open_told,
    settling_curve,
    settling_sentence,
    settling_test,
)

CURVES = Choice("curves", ("all", "category", "coverage"))
RANKED = Choice("ranked", ("town", "category"))


def _as_known(ask: Questions) -> str:
    """Say which proposals are meant, and until when they were followed."""
    return ask.say(
        "{span} 提出，办理情况截至 {last} 月末",
        span=ask.as_of(window=True),
        last=f"{ask.warehouse.months[-1]:%Y-%m}",
    )


@remembered
def the_loop(ask: Questions) -> Figure:
    say, counted = ask.say, ask.count("proposals_by_stage")
    steps = loop_steps(counted.rows)
    return Figure(
        "needs-loop",
        loop(steps, say.names(stage.allowed), say, height=366),
        Caption(
            loop_sentence(steps, say),
            say("件，按已到达的最远阶段 · 近期提出的仍在途中"),
            _as_known(ask),
        ),
        counted,
    )


def curves_picker(say: Say, choices: Choices) -> Picker:
    names = {"all": say("合计"), "category": say("按类别"), "coverage": say("按覆盖类型")}
    return choice_picker(choices, CURVES, say("曲线分组"), names)


@remembered
def days_to_settling(ask: Questions, by: str) -> Figure:
    say, counted = ask.say, ask.count("proposal_days")
    curves = _group_curves(ask, counted.rows, by)
    notes = [say("未办结与重启的也算在内，不是只算办完的")]
    if 0 < len(curves) <= MOST_BANDS:
        notes.append(say("阴影为 95% 区间"))
    if by == "coverage":
        notes.append(say("覆盖类型因规模与区位而定：差异是关联，不是效果"))
    if curves:
        followed = say(
            "图止于第 {day} 天，当时仍在跟踪的 {left:,} 件",
            day=LAST_DAY_SHOWN,
            left=sum(curve.followed_at(LAST_DAY_SHOWN) for _, curve in curves),
        )
        notes.append(followed)
    return Figure(
        "needs-settling",
        with_cases(ask, settling(curves, say, bar=DAYS_BAR)),
        Caption(
            settling_sentence(curves, say),
            " · ".join(notes),
            _as_known(ask),
            method=settling_test(curves, say),
        ),
        counted,
    )


def _group_curves(ask: Questions, rows: pd.DataFrame, by: str) -> list[tuple[str, Curve]]:
    """Estimate a curve for all, or one for each category or coverage type that is there."""
    say = ask.say
    if by == "all":
        curve = curve_of_all(ask)
        return [(say("合计"), curve)] if curve else []
    field = proposal_category if by == "category" else coverage_type
    groups = [(words, rows[rows[field.name] == code]) for code, words in field.allowed.items()]
    curves = [(say.words(words), settling_curve(mine)) for words, mine in groups]
    return [(name, curve) for name, curve in curves if curve is not None]


def ranked_picker(say: Say, choices: Choices) -> Picker:
    return choice_picker(choices, RANKED, say("排列"), _ranked_names(say))


def _ranked_names(say: Say) -> dict[str, str]:
    return {"town": say("闭环率，按街镇"), "category": say("闭环率，按类别")}


@remembered
def closing(ask: Questions, by: str) -> Figure | None:
    """Rank the closing rate by town or category."""
    say, rate = ask.say, BY_CODE["closing_rate"]
    if by == "town":
        headline = say("{indicator}，按街镇", indicator=say.words(rate.name))
        caption = Caption(headline, ranking_note(say, rate), _as_known(ask), spoken_only=True)
        return town_ranking(ask, "needs-closing_rate", rate.code, caption)
    counted = ask.count("proposals_by_category")
    rows = measure(counted.rows, rate)
    district = ask.district_value(rate) if is_of_all(ask) else None
    # Where nothing is said of chance between places, nothing is between categories.
    found = compared(rows, district, rate) if ask.scope.tests_towns else None
    note = " · ".join(_categories_notes(ask, found, district))
    return Figure(
        "needs-categories",
        _categories(ask, with_verdicts(rows, found), district),
        Caption(
            _ranked_names(say)[by],
            note,
            _as_known(ask),
            spoken_only=True,
            method="" if found is None else judged_how(say, found),
        ),
        counted.showing(rate),
    )


def _categories_notes(
    ask: Questions, found: Comparison | None, district: float | None
) -> list[str]:
    """Say what lines and colours are: of categories, not of places."""
    say = ask.say
    formula = say.words(BY_CODE["closing_rate"].formula)
    lines = say("{formula} · 细线为各类自己的 95% 区间", formula=formula)
    if found is None:
        return [lines, *ranked_how(ask, found, district)]
    alike = (
        say("深色高于、浅色低于{whole}，中间色不超出各类平常的差异", whole=scope_named(ask))
        if found.is_widened
        else say("深色高于、浅色低于{whole}，中间色的差异随机可以解释", whole=scope_named(ask))
    )
    return [lines, alike, false_alarms_told(say)]


def _categories(ask: Questions, rows: pd.DataFrame, district: float | None) -> Drawing:
    say, codes = ask.say, rows["proposal_category"]
    rows = rows.assign(key=codes, name=codes.map(ask.say.names(proposal_category.allowed)))
    whole = scope_named(ask)
    drawing = ranking(rows, BY_CODE["closing_rate"], say, district=district, whole=whole)
    return drawing if drawing.empty else replace(drawing, alt=say("14 天闭环率，按提案类别排列。"))


@remembered
def still_open(ask: Questions) -> Figure:
    """List the proposals that are open, those open longest first."""
    say, counted = ask.say, ask.count("open_proposals")
    rows, every = counted.rows, ask.count("open_proposals", named="whole").rows
    note = say("最久的在前，点一行看画像 · 阶段、重启为数据截止时的，重启的列在最后")
    if ask.is_sample:
        note = say(
            "最久的在前，点一行看画像 · 阶段、重启为数据截止时的，重启的列在最后 · 具名真实项目的 {count} 件为虚构，不列",
            count=len(every) - len(rows),
        )
    return Figure(
        "needs-open",
        _open_table(ask, rows),
        Caption(
            open_told(say, every),
            note,
            ask.as_of(),
        ),
        counted,
        opens_profile=True,
    )


def _open_table(ask: Questions, rows: pd.DataFrame) -> Drawing:
    say = ask.say

    def named(field: Field) -> list[str]:
        names = say.names(field.allowed)
        return [names.get(code, "") for code in rows[field.name]]

    towns, is_reopened = ask.town_names(), rows["is_reopened"].tolist()
    columns = {
        say("社区"): rows[f"name_{say.language}"],
        say("街镇"): [towns[code] for code in rows["town_code"]],
        say("类别"): named(proposal_category),
        # How long a reopened one has been open is not known.
        say("受理后天数"): rows["open_day_count"].mask(rows["is_reopened"]),
        say("阶段"): [
            name + say("（重启）") if again else name
            for name, again in zip(named(stage), is_reopened, strict=True)
        ],
        say("责任单位"): named(responsible_unit),
    }
    none = say("没有可列出的未办结提案。")
    if is_invented(ask):
        none = say("具名的真实项目：其提案均为示例，纯属虚构。")
    return table(columns, say, keys=rows["community_code"], height=430, empty=none)
