"""Say the page in one sentence and a few numbers."""

import pandas as pd

from dashboard.asking.memo import remembered
from dashboard.asking.questions import Questions
from dashboard.contract.indicators import BY_CODE, measure, monthly
from dashboard.figures.common import made_of, tile
from dashboard.figures.tiles import Tile
from dashboard.insight.headline import Headline
from dashboard.language import Say
from dashboard.subjects.needs.measures import (
    aspects_each,
    breadth_together,
    curve_of_all,
    is_invented,
    proposal_windows,
)
from dashboard.subjects.needs.reasoning import SHARE, median_written, needs_headline


@remembered
def headline(ask: Questions) -> Headline:
    return needs_headline(
        ask.say,
        cohort=measure(proposal_windows(ask).tail(1), SHARE).iloc[0],
        curve=curve_of_all(ask),
        categories=ask.count("proposals_by_category").rows,
        open_rows=ask.count("open_proposals", named="whole").rows,
        is_invented=is_invented(ask),
    )


@remembered
def tiles(ask: Questions) -> tuple[Tile, ...]:
    say, curve, breadth = ask.say, curve_of_all(ask), breadth_together(ask)
    windows = {
        code: monthly(proposal_windows(ask), BY_CODE[code])
        for code in ("proposals", "acceptance", "closing_rate")
    }
    overdue = BY_CODE["overdue"]
    return (
        *(tile(ask, BY_CODE[code], each, before=made_of(each)) for code, each in windows.items()),
        Tile(BY_CODE["closing_days"], [curve.median] if curve else [], median_written(curve, say)),
        tile(ask, overdue, monthly(ask.district_months().rows, overdue)),
        Tile(BY_CODE["service_breadth"], breadth["value"].tolist(), _breadth_words(say, breadth)),
    )


def _breadth_words(say: Say, breadth: pd.DataFrame) -> str:
    if breadth["value"].isna().all():
        return ""
    return say("平均每社区 {count:.1f}/5 个具名方面", count=aspects_each(breadth))
