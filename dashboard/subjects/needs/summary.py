"""Say the page in one sentence and a few numbers."""

import pandas as pd

from dashboard.asking.memo import remembered
from dashboard.asking.questions import Questions
from dashboard.contract.indicators import BY_CODE, measure
from dashboard.contract.rounding import number_written
from dashboard.figures.tiles import SPARK_MONTHS, Tile
from dashboard.insight.changes import change_since
from dashboard.insight.headline import Headline
from dashboard.language import Say
from dashboard.subjects.needs.measures import (
    aspects_each,
    breadth_together,
    curve_of_all,
    is_invented,
    proposal_windows,
)
from dashboard.subjects.needs.reasoning import COHORT_COUNTS, median_written, needs_headline


@remembered
def headline(ask: Questions) -> Headline:
    return needs_headline(
        ask.say,
        cohort=proposal_windows(ask)[list(COHORT_COUNTS)].iloc[-1],
        curve=curve_of_all(ask),
        categories=ask.count("proposals_by_category").rows,
        open_rows=ask.count("open_proposals", named="whole").rows,
        is_invented=is_invented(ask),
    )


@remembered
def tiles(ask: Questions) -> tuple[Tile, ...]:
    say, windows = ask.say, proposal_windows(ask)
    earlier, curve = ask.earlier, curve_of_all(ask)
    tiles = []
    for code in ("proposals", "acceptance", "closing_rate"):
        rows = measure(windows, BY_CODE[code])
        last, parts = rows.iloc[-1], [change_since(rows, earlier, BY_CODE[code], say)]
        if BY_CODE[code].denominator and pd.notna(last["denominator"]):
            parts.insert(
                0, f"{number_written(last['numerator'])}/{number_written(last['denominator'])}"
            )
        tiles.append(Tile(BY_CODE[code], rows["value"].tail(SPARK_MONTHS), " · ".join(parts)))
    median = pd.Series([curve.median] if curve else [], dtype="float64")
    tiles.append(Tile(BY_CODE["closing_days"], median, median_written(curve, say)))
    overdue = measure(ask.district_months().rows, BY_CODE["overdue"])
    change = change_since(overdue, earlier, BY_CODE["overdue"], say)
    tiles.append(Tile(BY_CODE["overdue"], overdue["value"].tail(SPARK_MONTHS), change))
    breadth = breadth_together(ask)
    tiles.append(Tile(BY_CODE["service_breadth"], breadth["value"], _breadth_words(say, breadth)))
    return tuple(tiles)


def _breadth_words(say: Say, breadth: pd.DataFrame) -> str:
    if breadth["value"].isna().all():
        return ""
    return say("平均每社区 {count:.1f}/9 个方面", count=aspects_each(breadth))
