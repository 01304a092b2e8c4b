"""Ask for what several figures of the page stand on."""

import pandas as pd

from dashboard.asking.measured import windows_to_end
from dashboard.asking.memo import remembered
from dashboard.asking.questions import Questions
from dashboard.contract.indicators import BY_CODE, Indicator, add_up, as_share, measure
from dashboard.contract.tables import aspect
from dashboard.figures.common import town_ranking
from dashboard.figures.figure import Caption, Figure
from dashboard.language import Say
from dashboard.subjects.needs.reasoning import COHORT_COUNTS, Curve, settling_curve


@remembered
def proposal_windows(ask: Questions) -> pd.DataFrame:
    """Count proposals over windows as long as the chosen one, one for each month it ends with."""
    query = "proposals_by_month"
    return windows_to_end(ask, query, tuple(COHORT_COUNTS), query)


@remembered
def curve_of_all(ask: Questions) -> Curve | None:
    return settling_curve(ask.count("proposal_days").rows)


def together(rows: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
    """Add the towns' counts up to one row."""
    counts = [name for name in (indicator.numerator, indicator.denominator) if name]
    return add_up(rows.assign(all=0), ["all"], counts)


@remembered
def breadth_together(ask: Questions) -> pd.DataFrame:
    indicator = BY_CODE["service_breadth"]
    return measure(together(ask.count("micros_by_town").rows, indicator), indicator)


def aspects_each(breadth: pd.DataFrame) -> float:
    return float(as_share(breadth["value"].iloc[0]) * len(aspect.allowed))


def is_invented(ask: Questions) -> bool:
    """Tell whether only real projects are chosen, of which a sample invents what is told."""
    codes = frozenset(ask.filters.community_codes)
    return bool(codes) and codes <= ask.named_projects


def ranking(ask: Questions, code: str, as_of: str, *, headline: bool = False) -> Figure:
    say, indicator = ask.say, BY_CODE[code]
    caption = Caption(
        say("{indicator}，按街镇", indicator=say.words(indicator.name)),
        ranking_note(say, indicator),
        as_of,
        spoken_only=not headline,
    )
    return town_ranking(ask, f"needs-{code}", code, caption)


def ranking_note(say: Say, indicator: Indicator) -> str:
    formula = say.words(indicator.formula)
    if indicator.has_interval:
        return say("{formula} · 细线为 95% 区间，已按普遍差异放宽", formula=formula)
    return say("{formula}，%", formula=formula)
