"""One named community, by its published facts alone."""

from dataclasses import replace
from typing import Any

import pandas as pd

from dashboard.brief.material import Material, Page
from dashboard.brief.sentences import Message, case_message
from dashboard.brief.slides import Column, Sentence, Slide, Stack, Table
from dashboard.contract.indicators import BY_CODE
from dashboard.contract.tables import stated_tiers
from dashboard.insight.facts import governed_how, report_text
from dashboard.subjects.profile.place import facts_of

SHOWN_FACTS = 8


def case(material: Material) -> Slide:
    """Show the named community with most published facts: of the place, else of the district."""
    asking, say = material.asking, material.asking.say
    counted = asking.count("communities", named="whole")
    columns = asking.count("published_columns")
    reports = asking.count("project_reports")
    named = counted.rows[counted.rows["origin"] == "published"]
    is_here = not named.empty
    if not is_here:
        counted = asking.count("communities", asking.everywhere, named="whole")
        named = counted.rows[counted.rows["origin"] == "published"]
    if named.empty:
        is_district = asking.scope.is_district
        who = say("可由各街镇另行报送。") if is_district else say("可由属地街镇另行报送。")
        message = Message(say("没有公开报道的案例"), who)
        text = say("这个月还没有公开报道过的社区。")
        return material.slide(message, Stack((Sentence(text),)), counted=(counted,))
    found = [(*published_facts(material, row, reports.rows), row) for row in named.itertuples()]
    known, told, row = max(
        found, key=lambda each: (len(each[0]) + len(each[1]), each[2].community_code)
    )
    told = told[: max(2, SHOWN_FACTS - len(known))]
    facts = [*known[: SHOWN_FACTS - len(told)], *told]
    name = row.name_zh if say.language == "zh" else row.name_en
    table = Table(
        say("{name}（{town}）", name=name, town=asking.town_names(short=False)[row.town_code]),
        (Column(say("项目"), 0.22), Column(say("公开的事实"), 0.62), Column(say("来源"), 0.16)),
        tuple(facts),
    )
    sources = sources_of(material, row, reports.rows, {text for _, text, _ in told})
    return material.slide(
        case_message(
            say,
            name=name,
            facts=len(facts),
            occupancy=latest_occupancy(reported(material, row, reports.rows)),
            is_here=is_here,
        ),
        Stack((table,)),
        notes=(
            say("治理方式：{how}。", how=governed_how(row.coverage_type, row.mode, say)),
            *(
                say(
                    "来源：{title}（{day}）",
                    title=each.source_title,
                    day=say("未注明日期") if pd.isna(each.published_on) else each.published_on,
                )
                for each in sources.itertuples()
                if say.language == "zh"
            ),
        ),
        # What is told of it is published; of the files' numbers much is not.
        counted=(columns, reports),
    )


def published_facts(
    material: Material, row: Any, reports: pd.DataFrame
) -> tuple[list[tuple[str, str, str]], list[tuple[str, str, str]]]:
    """List what is published of a community: its columns, and its reports, latest first."""
    asking, say = material.asking, material.asking.say
    own = asking.on(replace(asking.everywhere, community_codes=(row.community_code,)))
    facts = [fact for fact in facts_of(own, row) if fact.proof == "published"]
    names = {say.words(words) for words in stated_tiers.values()}
    # Each tier in its own unit, side by side.
    supply = [
        say("{tier} {share}", tier=fact.name, share=fact.text)
        for fact in facts
        if fact.name in names
    ]
    # The table's title names the town; a mode says more than the kind of coverage.
    left_out = {say("街镇")}
    if any(fact.name == say("治理模式") for fact in facts):
        left_out.add(say("覆盖类型"))
    rest = [fact for fact in facts if fact.name not in names | left_out]
    known = [(fact.name, fact.text, say("公开报道")) for fact in rest]
    if supply:
        known.insert(0, (say.words(BY_CODE["dwellings"].name), say.listed(supply), say("公开报道")))
    told: dict[str, tuple[str, str, str]] = {}
    for each in reported(material, row, reports).itertuples():
        text = report_text(each, say)
        if text and text not in told:
            is_part = "建管家" in each.name_zh and row.community_kind != "builders_home"
            name = say("报道（其中的建管家）") if is_part else say("报道")
            day = say("未注明日期") if pd.isna(each.published_on) else str(each.published_on)
            told[text] = (name, text, day)
    return known, [*told.values()]


def sources_of(material: Material, row: Any, reports: pd.DataFrame, told: set[str]) -> pd.DataFrame:
    """Take the reports behind the facts that are shown: told themselves, or of a column's value."""
    mine = reported(material, row, reports)
    values = mine[["reported_rooms", "reported_beds", "reported_opened_on"]].notna().any(axis=1)
    is_told = [report_text(each, material.asking.say) in told for each in mine.itertuples()]
    return mine[values | pd.Series(is_told, index=mine.index, dtype=bool)]


def reported(material: Material, row: Any, reports: pd.DataFrame) -> pd.DataFrame:
    """Take what was reported of a community by the month, the latest first."""
    mine = reports[
        (reports["community_code"] == row.community_code)
        & (reports["confidence"] != "low")
        & (reports["published_on"].fillna("").str[:7] <= f"{material.end:%Y-%m}")
    ]
    return mine.sort_values("published_on", ascending=False, na_position="last")


def latest_occupancy(reports: pd.DataFrame) -> float | None:
    """Take the latest occupancy that was reported, in percent."""
    known = reports["reported_occupancy_pct"].dropna()
    return None if known.empty else float(known.iloc[0])


PAGE = Page(
    "case",
    case,
    lambda say: say("案例"),
)
