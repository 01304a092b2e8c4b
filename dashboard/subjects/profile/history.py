"""Tell how a community was governed over time and what was reported of it."""

from dataclasses import replace
from typing import Any

import pandas as pd

from dashboard.asking.questions import Questions
from dashboard.contract.tables import leading_organisation, organisation_kind
from dashboard.draw.rows import table
from dashboard.figures.figure import Caption, Figure
from dashboard.insight.facts import Proof, governed_how, proof_of, proof_words, report_text
from dashboard.language import Say
from dashboard.subjects.profile.drawings import Span, timeline
from dashboard.subjects.profile.place import month_end, published_columns


def _spans(ask: Questions, row: Any) -> tuple[list[Span], list[tuple[str, str, str, Proof]]]:
    """List how it was governed and what stood in it: as bars, and as name, text, time, proof."""
    say, published = ask.say, published_columns(ask, row.community_code)
    spans, texts = [], []

    def prove(*columns: str) -> Proof:
        return proof_of(columns, origin=row.origin, published=published, is_sample=ask.is_sample)

    for each in ask.count("governance_spans", named="whole").rows.itertuples():
        how = governed_how(each.coverage_type, each.mode, say)
        leading = say.words(leading_organisation.allowed[each.leading_organisation])
        time = _time(each, say)
        kind = "grid" if each.coverage_type == "grid" else each.mode or "none"
        kind = "none" if pd.isna(kind) else str(kind)
        spans.append(Span(say("治理"), how, each.valid_from, _ended(each), kind, f"{how}\n{time}"))
        is_last = pd.isna(each.valid_to)
        texts.append((how, leading, time, prove("mode_since") if is_last else prove()))
    for each in ask.count("organisations", named="whole").rows.itertuples():
        name = say.words(organisation_kind.allowed[each.organisation_kind])
        area = (
            ""
            if pd.isna(each.floor_area_m2)
            else say("{area:,.0f} 平方米", area=each.floor_area_m2)
        )
        time = _time(each, say)
        kind = f"o-{each.organisation_kind}"
        spans.append(Span(name, area, each.valid_from, _ended(each), kind, f"{name}\n{time}"))
        columns = (f"{each.organisation_kind}_since", f"{each.organisation_kind}_m2")
        texts.append((name, area or "—", time, prove(*columns)))
    return spans, texts


def _ended(span: Any) -> pd.Timestamp | None:
    return None if pd.isna(span.valid_to) else span.valid_to + pd.Timedelta(days=1)


def _time(span: Any, say: Say) -> str:
    if pd.isna(span.valid_to):
        return say("{start:%Y-%m-%d} 起", start=span.valid_from)
    return say("{start:%Y-%m-%d} 至 {end:%Y-%m-%d}", start=span.valid_from, end=span.valid_to)


def timeline_of(ask: Questions, row: Any) -> Figure:
    say = ask.say
    spans, _ = _spans(ask, row)
    lines = len({span.line for span in spans})
    return Figure(
        "profile-timeline",
        timeline(spans, say, until=month_end(ask.filters), height=40 + 34 * lines),
        Caption(say("治理与站点的沿革"), say("开业以来；横条为起止"), ask.as_of()),
        ask.count("governance_spans", named="whole"),
    )


def history(ask: Questions, row: Any) -> Figure:
    say, words = ask.say, proof_words(ask.say)
    _, texts = _spans(ask, row)
    return Figure(
        "profile-history",
        table(
            {
                say("治理或站点"): [name for name, *_ in texts],
                say("牵头或面积"): [text for _, text, *_ in texts],
                say("起止"): [time for *_, time, _ in texts],
                say("依据"): [words[proof] for *_, proof in texts],
            },
            say,
            empty=say("没有记录。"),
        ),
        Caption(say("起止日期与阵地面积"), "", ask.as_of()),
        ask.count("organisations", named="whole"),
    )  # fmt: skip


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
                    report_text(each, say) or say("文字报道") for each in mine.itertuples()
                ],
                say("来源"): [
                    str(title).removeprefix("[headline not read] ")
                    for title in mine["source_title"]
                ],
            },
            say,
            empty=say("没有记录。"),
        ),
        Caption(
            say("公开报道 {count} 篇", count=len(mine)),
            say("来源之间有时不一致，两者都保留"),
            "",
        ),
        replace(counted, rows=mine),
    )
