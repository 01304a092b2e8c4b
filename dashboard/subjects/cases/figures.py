"""Make the figures of named places and of the Homes."""

from dataclasses import replace
from typing import Any

import pandas as pd

from dashboard.asking.memo import remembered, remembered_for_all_filters
from dashboard.asking.questions import Questions
from dashboard.contract.indicators import percent
from dashboard.contract.rounding import number_written, percent_written
from dashboard.contract.tables import origin
from dashboard.draw.rows import Written, table
from dashboard.figures.figure import Caption, Figure
from dashboard.figures.told import case_told, title_told
from dashboard.insight.facts import governed_how, report_told
from dashboard.insight.lines import case_lines, place_names, practices_of
from dashboard.subjects.cases.sentences import mechanisms

HOMES_PUBLISHED, RENT_CEILING = "F007", "F031"


def case(ask: Questions, code: str) -> Figure:
    """Tell a place that the control above names."""
    told = case_told(ask, "case", code, ask.say.words(place_names()[code]))
    return replace(told, caption=replace(told.caption, spoken_only=True))


@remembered_for_all_filters
def comparison(ask: Questions) -> Figure:
    """Set places beside what was published of them; a line leads to the place's profile."""
    say, names, columns = ask.say, place_names(), mechanisms(ask.say)
    there = set(ask.communities.index)
    return Figure(
        "case-comparison",
        table(
            {
                say("社区"): [say.words(name) for name in names.values()],
                **{
                    name: ["●" if each in practices_of(code) else "" for code in names]
                    for each, name in columns.items()
                },
            },
            say,
            keys=[code if code in there else None for code in names],
        ),
        Caption(
            say("谁公开过什么做法"),
            say("● 有公开报道；空白是没有读到，不是没有做 · 点一行看画像"),
            "",
        ),
        ask.count("project_reports"),
        opens_profile=True,
    )


@remembered_for_all_filters
def other_reports(ask: Questions) -> Figure:
    """List the reports of places that are told of nowhere else."""
    say, counted = ask.say, ask.count("project_reports")
    # One's own register need not hold the places told of above.
    told_above = {code for line in case_lines() for code in line.rests_on}
    rows = counted.rows[
        counted.rows["community_code"].isna() & ~counted.rows["report_code"].isin(told_above)
    ]
    return Figure(
        "case-others",
        table(
            {
                say("对象"): rows["name_zh"],
                say("公开内容"): [report_told(each, say) for each in rows.itertuples()],
                say("发布日期"): rows["published_on"].fillna(say("未注明")),
                say("来源"): [title_told(title) for title in rows["source_title"]],
                say("链接"): rows["source_url"],
            },
            say,
            link=say("链接"),
        ),
        Caption(
            say("另有 {count} 篇报道，街镇未载或涉及多处", count=len(rows)),
            say("不计入本区社区"),
            "",
        ),
        replace(counted, rows=rows),
    )


# The Homes -------------------------------------------------------------------------------

# What is told of a Home, in the table's order.
_OF_A_HOME = ("beds", "let", "rent", "who")


@remembered
def homes(ask: Questions) -> Figure:
    """List the Homes one by one: of real ones only what was published, of others what is loaded."""
    say, every = ask.say, ask.count("communities", named="whole").rows
    every = every[every["is_home"].fillna(value=False).astype(bool)]
    every = every.sort_values(["origin", "community_code"])
    counted = ask.count("communities")
    counted = replace(counted, rows=counted.rows[counted.rows["is_home"].eq(other=True)])
    towns, origins = ask.town_names(short=False), say.names(origin.allowed)
    lines = [_home(ask, row) for row in every.itertuples()]
    columns: dict[str, Any] = {
        say("建管家"): every[f"name_{say.language}"],
        say("数据性质"): [origins[code] for code in every["origin"]],
        say("街镇"): [towns[code] for code in every["town_code"]],
    }
    headings = (say("床位"), say("出租"), say("租金"), say("谁住"), say("怎么覆盖"))
    for at, name in enumerate(headings):
        texts, held = zip(*(each[at] for each in lines), strict=True) if lines else ((), ())
        columns[name] = Written(texts, held, is_text=True)
    return Figure(
        "homes",
        table(columns, say, keys=every["community_code"], empty=say("没有记录。")),
        _homes_caption(ask, len(every)),
        counted,
        opens_profile=True,
    )


def _homes_caption(ask: Questions, loaded: int) -> Caption:
    """Set the published number of Homes, which is the district's, beside that of those loaded; where
    part of the district was loaded, that alone."""
    say = ask.say
    if not ask.scope.is_district:
        return Caption(
            say("建管家：载入 {loaded} 个", loaded=loaded), say("点一行看画像"), ask.as_of()
        )
    figures = ask.count("published_figures").rows.set_index("figure_id")
    built, rent = figures.loc[HOMES_PUBLISHED], figures.at[RENT_CEILING, "published_value"]
    return Caption(
        say(
            "建管家：公开已建成 {published} 个（{as_of}），所选范围载入 {loaded} 个",
            published=built["published_value"],
            as_of=built["as_of"],
            loaded=loaded,
        ),
        say(
            "公开：全部纳入党的组织体系和居村治理体系；全区每床月租 {rent} 元以内 · 点一行看画像",
            rent=rent,
        ),
        ask.as_of(),
    )


def _home(ask: Questions, row: Any) -> list[tuple[str, object]]:
    """Say of one Home its beds, how many are let, rent, residents and cover, each also for files."""
    say, code = ask.say, row.community_code
    if code in ask.named_projects:
        told = {each.part: say.words(each.words) for each in case_lines() if each.of == code}
        texts = [told.get(part, say("未公布")) for part in _OF_A_HOME]
        return [(text, text) for text in (*texts, say("居村治理（公开）"))]
    share = percent(row.let_count, row.available_count) if row.tier == "bed" else None
    how = governed_how(row.coverage_type, row.mode, say)
    beds = row.bed_supply_count
    return [
        ("—" if pd.isna(beds) else number_written(beds), beds),
        (percent_written(share), share),
        ("—", None),
        ("—", None),
        (how, how),
    ]
