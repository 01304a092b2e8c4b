"""List what became of what residents of a community raised: the lobby sheet's lines."""

from dashboard.asking.memo import remembered
from dashboard.asking.questions import Questions
from dashboard.contract.tables import proposal_category
from dashboard.draw.rows import table
from dashboard.figures.figure import Caption, Figure

SCROLLED, MOST_UNSCROLLED = "clamp(160px, 40vh, 320px)", 8


@remembered
def answered(ask: Questions) -> Figure:
    """List the proposals settled in the chosen months. Not for residents so few that one could tell
    who raised what."""
    say, counted = ask.say, ask.count("answered_proposals")
    rows = counted.rows
    names, done = say.names(proposal_category.allowed), say("已办结")
    drawing = table(
        {
            say("类别"): [names[code] for code in rows["proposal_category"]],
            say("办结"): [f"{day:%Y-%m-%d}" for day in rows["settled_on"]],
            say("天数"): rows["day_count"],
            say("结果"): rows["outcome_text"].fillna(done),
        },
        say,
        height=SCROLLED if len(rows) > MOST_UNSCROLLED else None,
        empty=say("所选月份没有办结的提案。"),
    )
    caption = Caption(
        say("您提的，办了：{count} 件", count=len(rows)),
        say("天数自受理起 · “研究”里有可张贴的 A4 大厅公示"),
        ask.as_of(window=True),
    )
    return Figure("profile-answered", drawing, caption, counted)
