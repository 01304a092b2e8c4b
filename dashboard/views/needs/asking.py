"""Ask for what several figures of the page stand on."""

import pandas as pd

from dashboard.contract.indicators import BY_CODE, Indicator, add_up, as_share, measure
from dashboard.contract.tables import aspect
from dashboard.contract.windows import over_windows
from dashboard.insight.needs import COHORT_COUNTS, Curve, settling_curve
from dashboard.language import Say
from dashboard.ui.context import Context
from dashboard.ui.figures import show_town_ranking
from dashboard.ui.frame import Caption


def proposal_windows(context: Context) -> pd.DataFrame:
    """Count proposals over windows as long as the chosen one, one for each month it ends with."""
    return context.remember_chosen(
        "needs-windows",
        make=lambda: over_windows(
            context.count("proposals_by_month", start_month=context.warehouse.months[0]).rows,
            COHORT_COUNTS,
            [month for month in context.warehouse.months if month <= context.filters.end_month],
            context.filters.window_months,
        ),
    )


def curve_of_all(context: Context) -> Curve | None:
    return context.remember_chosen(
        "needs-curve", make=lambda: settling_curve(context.count("proposal_days").rows)
    )


def together(rows: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
    """Add the towns' counts up to one row."""
    counts = [name for name in (indicator.numerator, indicator.denominator) if name]
    return add_up(rows.assign(all=0), ["all"], counts)


def breadth_together(context: Context) -> pd.DataFrame:
    indicator = BY_CODE["service_breadth"]
    return context.remember_chosen(
        "needs-breadth",
        make=lambda: measure(together(context.count("micros_by_town").rows, indicator), indicator),
    )


def aspects_each(breadth: pd.DataFrame) -> float:
    return float(as_share(breadth["value"].iloc[0]) * len(aspect.allowed))


def is_invented(context: Context) -> bool:
    """Tell whether only real projects are chosen, of which a sample invents what is told."""
    codes = frozenset(context.filters.community_codes)
    return bool(codes) and codes <= context.named_projects


def show_ranking(
    context: Context, indicator: Indicator, as_of: str, *, headline: bool = False
) -> None:
    say = context.say
    show_town_ranking(
        context,
        f"needs-{indicator.code}",
        indicator,
        Caption(
            say("{indicator}，按街镇", indicator=say.words(indicator.name)),
            ranking_note(say, indicator),
            as_of,
            spoken_only=not headline,
        ),
    )


def ranking_note(say: Say, indicator: Indicator) -> str:
    formula = say.words(indicator.formula)
    if indicator.has_interval:
        return say("{formula} · 细线为 95% 区间，已按普遍差异放宽", formula=formula)
    return say("{formula}，%", formula=formula)
