"""Tell how a community was governed over time and what was reported of it."""

from dataclasses import replace
from typing import Any

import pandas as pd

from dashboard.asking.questions import Questions
from dashboard.contract.origins import INKS
from dashboard.contract.tables import leading_organisation, organisation_kind, qualifier
from dashboard.draw.rows import table
from dashboard.figures.figure import Caption, Figure
from dashboard.figures.told import title_told
from dashboard.insight.facts import Proof, governed_how, proof_of, proof_words, report_told
from dashboard.language import Say
from dashboard.subjects.profile.drawings import Span, timeline
from dashboard.subjects.profile.place import month_end, published_columns


def _spans(ask: Questions, row: Any) -> list[Span]:
    """List how it was governed and what stood in it."""
    say, published = ask.say, published_columns(ask, row.community_code)

    def prove(*columns: str) -> Proof:
        return proof_of(columns, origin=row.origin, published=published, is_sample=ask.is_sample)

    spans = []
    for each in ask.count("governance_spans", named="whole").rows.itertuples():
        how = governed_how(each.coverage_type, each.mode, say)
        led = leading_organisation.allowed.get(each.leading_organisation)
        leading = say.words(led) if led else say("不详")
        kind = "grid" if each.coverage_type == "grid" else each.mode
        kind = "none" if pd.isna(kind) else str(kind)
        proof = prove("mode_since") if pd.isna(each.valid_to) else prove()
        spans.append(Span(say("治理"), how, *_stretch(each, say), kind, how, leading, proof))
    for each in ask.count("organisations", named="whole").rows.itertuples():
        kind = each.organisation_kind
        name, area = say.words(organisation_kind.allowed[kind]), ""
        proof = prove(f"{kind}_since")
        if pd.notna(each.floor_area_m2):
            area = say("{area:,.0f} 平方米", area=each.floor_area_m2)
            of_area = prove(f"{kind}_m2")
            if of_area != proof:
                area = say("{area}（{proof}）", area=area, proof=say.words(INKS[of_area].name))
        spans.append(
            Span(name, area, *_stretch(each, say), "organisation", name, area or "—", proof)
        )
    return spans


def _stretch(span: Any, say: Say) -> tuple[pd.Timestamp, pd.Timestamp | None, str]:
    """Give when it began, when it was over, and both in words."""
    if pd.isna(span.valid_to):
        return span.valid_from, None, say("{start:%Y-%m-%d} 起", start=span.valid_from)
    told = say("{start:%Y-%m-%d} 至 {end:%Y-%m-%d}", start=span.valid_from, end=span.valid_to)
    return span.valid_from, span.valid_to + pd.Timedelta(days=1), told


def timeline_of(ask: Questions, row: Any) -> Figure:
    say, spans = ask.say, _spans(ask, row)
    lines = len({span.line for span in spans})
    return Figure(
        "profile-timeline",
        timeline(spans, say, until=month_end(ask.filters), height=40 + 34 * lines),
        Caption(say("治理与站点的沿革"), say("开业以来；横条为起止"), ask.as_of()),
        ask.count("governance_spans", named="whole"),
    )


def history(ask: Questions, row: Any) -> Figure:
    say, words, spans = ask.say, proof_words(ask.say), _spans(ask, row)
    return Figure(
        "profile-history",
        table(
            {
                say("治理或站点"): [span.name for span in spans],
                say("牵头或面积"): [span.about for span in spans],
                say("起止"): [span.time for span in spans],
                say("依据"): [words[span.proof] for span in spans],
            },
            say,
            empty=say("没有记录。"),
        ),
        Caption(say("起止日期与阵地面积"), "", ask.as_of()),
        ask.count("organisations", named="whole"),
    )  # fmt: skip


def published(ask: Questions, row: Any) -> Figure | None:
    """List what was published of a community in numbers, by whatever name; None where nothing was."""
    say, counted = ask.say, ask.count("published_figures")
    names = {row.name_zh, *str(row.aliases or "").split(";")} - {""}
    mine = counted.rows[counted.rows["place"].isin(names)]
    if mine.empty:
        return None
    qualifiers, own = say.names(qualifier.allowed), ask.communities.at[row.community_code, "name"]

    def about(subject: str) -> str:
        """Name it in the reader's language, and the place by its name there."""
        text = say.published(subject)
        for name in sorted(names, key=len, reverse=True) if say.language == "en" else ():
            text = text.replace(name, own)
        return text

    return Figure(
        "profile-published",
        table(
            {
                say("对象"): mine["subject"].map(about),
                say("指标"): mine["published_measure"].map(say.published),
                say("公布值"): [
                    f"{number} {say.published(unit)}".strip()
                    for number, unit in zip(
                        mine["published_value"], mine["published_unit"], strict=True
                    )
                ],
                say("限定"): mine["qualifier"].map(qualifiers),
                say("时点"): mine["as_of"].fillna(say("未注明")),
            },
            say,
            height=240,
        ),
        Caption(say("公开的数字 {count} 项", count=len(mine)), say("来源见公开报道"), ""),
        replace(counted, rows=mine),
    )


def reports(ask: Questions, code: str) -> Figure:
    say = ask.say
    counted = ask.count("project_reports")
    mine = counted.rows[counted.rows["community_code"] == code]
    mine = mine.sort_values("published_on", ascending=False, na_position="last")
    return Figure(
        "profile-reports",
        table(
            {
                say("发布日期"): mine["published_on"].fillna(say("未注明")),
                say("公开内容"): [
                    report_told(each, say) or say("文字报道") for each in mine.itertuples()
                ],
                say("来源"): [title_told(title) for title in mine["source_title"]],
                say("链接"): mine["source_url"],
            },
            say,
            empty=say("没有记录。"),
            link=say("链接"),
        ),
        Caption(
            say("公开报道 {count} 篇", count=len(mine)),
            say("来源之间有时不一致，两者都保留"),
            "",
        ),
        replace(counted, rows=mine),
    )
