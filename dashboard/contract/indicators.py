"""Turn counts into indicators: the only place that divides, scales and rounds.

Queries count; an indicator, declared in ``indicator_table``, names the counted columns and says how
they become a value. Values are in the indicator's own unit (a share is 0–100 %). Missing stays
missing: a zero or missing denominator gives NaN, never 0.
"""

from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd

from dashboard.contract.columns import Floats, as_floats, rows_where, with_numbers
from dashboard.contract.indicator_table import BY_CODE as BY_CODE
from dashboard.contract.indicator_table import BY_TOWN as BY_TOWN
from dashboard.contract.indicator_table import INDICATORS as INDICATORS
from dashboard.contract.indicator_table import Indicator as Indicator
from dashboard.contract.indicator_table import Kind as Kind
from dashboard.contract.indicator_table import Span as Span
from dashboard.contract.indicator_table import Uncertainty as Uncertainty
from dashboard.contract.measures import FIELDS, NEVER_ADDED
from dashboard.contract.rounding import MISSING, number_written, rounded
from dashboard.contract.words import Language

_MONTHS_A_YEAR = 12
_Z95 = NormalDist().inv_cdf(0.975)


class NotAdditive(TypeError):
    """Refuse to add up what does not add up."""


_PER_TIER = frozenset({"supply_count", "available_count", "let_count"})


def add_up(rows: pd.DataFrame, by: list[str], columns: list[str]) -> pd.DataFrame:
    """Sum counted columns over the rows of each group, each as ``total`` does.

    Raises NotAdditive for distinct people, and for tiers' own units unless grouped by tier.
    """
    _refuse_to_add(rows, by, columns)
    groups = rows.groupby(by, as_index=False, sort=False, dropna=False)
    return groups[columns].sum(skipna=False)


def total_of(rows: pd.DataFrame, indicator: Indicator) -> float:
    """Measure an indicator of all rows together, which add up; missing where there are none.

    Raises NotAdditive as ``add_up`` does.
    """
    columns = list(dict.fromkeys(filter(None, (indicator.numerator, indicator.denominator))))
    _refuse_to_add(rows, [], columns)
    added = pd.DataFrame({name: [total(rows[name])] for name in columns})
    return float(divided(added, indicator)[2][0]) if len(rows) else np.nan


def _refuse_to_add(rows: pd.DataFrame, by: list[str], columns: list[str]) -> None:
    for name in columns:
        if name in NEVER_ADDED:
            raise NotAdditive(f"{name} counts distinct people: ask a query for the wider grain")
        if name in _PER_TIER and "tier" not in by and rows["tier"].nunique() > 1:
            raise NotAdditive(f"{name} is in each tier's own unit: group by tier")


def ratio(part: Any, whole: Any) -> Any:
    """Divide numbers, or columns of them; over nothing the answer is missing."""
    if isinstance(whole, pd.Series):
        return part / whole.where(whole > 0)
    if isinstance(whole, np.ndarray):
        return part / _positive(whole)
    return part / (whole if whole > 0 else np.nan)


def percent(part: Any, whole: Any) -> Any:
    """Give a part as a percentage of a whole; of nothing it is missing."""
    return as_percent(ratio(part, whole))


def as_percent(share: Any) -> Any:
    """Turn a share of one into a percentage."""
    return share * 100


def as_share(percentage: Any) -> Any:
    """Turn a percentage into a share of one."""
    return percentage / 100


def as_written(value: Any, indicator: Indicator) -> Any:
    """Round a value, or a column of them, as it is written: what is judged is what is read."""
    if isinstance(value, pd.Series):
        written = [rounded(each, indicator.decimals) for each in as_floats(value).tolist()]
        return pd.Series(written, value.index, dtype="float64", name=value.name)
    return rounded(value, indicator.decimals)


def rank_of(value: float, values: pd.Series, indicator: Indicator) -> int:
    """Rank a value among all, the highest first; what is written alike shares the better rank."""
    return int((as_written(values, indicator) > as_written(value, indicator)).sum()) + 1


def total(counts: pd.Series) -> float:
    """Add counts up; where one is missing or hidden, so is their sum."""
    return float(counts.astype("float64").sum(skipna=False))


def measure(rows: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
    """Turn counted rows into values: adds ``value``, ``low`` and ``high``, its own 95 % interval.

    ``numerator`` and ``denominator`` are added too, for hovers and files. Rows of other tiers
    than the indicator's are left out.
    """
    if indicator.tier is not None:
        rows = rows_where(rows, rows["tier"].to_numpy(object) == indicator.tier)
    numerator, denominator, value = divided(rows, indicator)
    low = high = np.full(len(rows), np.nan)
    if indicator.has_interval:
        edges = interval(numerator, denominator, indicator.uncertainty)
        low, high = (edge * indicator.scale for edge in edges)
        if indicator.possible in rows:
            is_possible = as_floats(rows[indicator.possible]) > 0
            low, high = (np.where(is_possible, edge, np.nan) for edge in (low, high))
    return with_numbers(
        rows, numerator=numerator, denominator=denominator, value=value, low=low, high=high
    )


@dataclass(frozen=True)
class Months:
    """Hold an indicator's values month by month, as key numbers tell them; missing ones are NaN."""

    month: list[pd.Timestamp]
    numerator: Floats
    denominator: Floats
    value: Floats

    def __len__(self) -> int:
        return len(self.month)

    def by_month(self) -> dict[pd.Timestamp, float]:
        """Give the values by month."""
        return dict(zip(self.month, self.value.tolist(), strict=True))


def months_of(rows: pd.DataFrame) -> Months:
    """Take the months of measured rows."""
    numbers = (as_floats(rows[name]) for name in ("numerator", "denominator", "value"))
    return Months(rows["month"].tolist(), *numbers)


def monthly(rows: pd.DataFrame, indicator: Indicator) -> Months:
    """Turn counted months into values as ``measure`` does, but without intervals."""
    if indicator.tier is not None:
        rows = rows_where(rows, rows["tier"].to_numpy(object) == indicator.tier)
    return Months(rows["month"].tolist(), *divided(rows, indicator))


def divided(rows: pd.DataFrame, indicator: Indicator) -> tuple[Floats, Floats, Floats]:
    """Give the numerators, the denominators and the values of counted rows, without intervals."""
    numerator = as_floats(rows[indicator.numerator])
    if indicator.denominator is None:
        return numerator, np.full(len(rows), np.nan), numerator
    denominator = as_floats(rows[indicator.denominator])
    if indicator.mean_over_months:
        denominator = denominator / _positive(rows["month_count"].to_numpy("float64"))
    denominator = _positive(denominator)
    share = numerator / denominator
    if indicator.is_annual:
        share = share * _MONTHS_A_YEAR
    return numerator, denominator, share * indicator.scale


def _positive(counts: Floats) -> Floats:
    """Turn what can't be divided by into NaN."""
    return np.where(counts > 0, counts, np.nan)


def interval(counts: Floats, sizes: Floats, uncertainty: Uncertainty) -> tuple[Floats, Floats]:
    """Give the 95 % interval of shares or rates, as what is counted asks for."""
    if uncertainty == "binomial":
        return wilson(counts, sizes)
    low, high = byar(counts)
    return low / sizes, high / sizes


def byar(counts: Floats) -> tuple[Floats, Floats]:
    """Give the 95 % interval of a Poisson count by Byar's closed form, close to the exact one."""
    more = counts + 1
    with np.errstate(divide="ignore", invalid="ignore"):
        low = counts * (1 - 1 / (9 * counts) - _Z95 / (3 * counts**0.5)) ** 3
    high = more * (1 - 1 / (9 * more) + _Z95 / (3 * more**0.5)) ** 3
    return np.where(counts > 0, np.maximum(low, 0), counts), high


def wilson(successes: Floats, trials: Floats) -> tuple[Floats, Floats]:
    """Give the 95 % Wilson score interval of a share, 0–1 (Wilson 1927); none of a share over 1."""
    share = np.where(successes <= trials, successes / trials, np.nan)
    spread = 1 + _Z95**2 / trials
    centre = (share + _Z95**2 / (2 * trials)) / spread
    half = _Z95 * (share * (1 - share) / trials + _Z95**2 / (4 * trials**2)) ** 0.5 / spread
    return np.maximum(centre - half, 0), np.minimum(centre + half, 1)


def figure_of(value: float | None, indicator: Indicator, language: Language) -> tuple[str, str]:
    """Write a value for reading: the figure and its unit, Chinese in 万 from ten thousand on."""
    unit = indicator.unit.in_language(language)
    if value is None or pd.isna(value):
        return MISSING, unit
    if language == "zh" and indicator.kind == "count" and _in_wan(value):
        return _wan_written(value), f"万{unit}"
    return number_written(value, indicator.decimals), unit


def _in_wan(count: float) -> bool:
    return rounded(abs(count)) >= 10_000


def _wan_written(count: float) -> str:
    """Write a count in 万 with three digits, so that what differs looks different."""
    wan = count / 10_000
    decimals = next(n for n in (2, 1, 0) if n == 0 or rounded(abs(wan), n) < 10 ** (3 - n))
    return number_written(wan, decimals)


def short_figure(value: float | None, indicator: Indicator, language: Language) -> str:
    """Write a value without its unit, for labels: only 万 stays, as it is part of the number."""
    number, unit = figure_of(value, indicator, language)
    return f"{number}万" if unit.startswith("万") else number


def written(value: float | None, indicator: Indicator, language: Language) -> str:
    """Write a value with its unit as running text."""
    number, unit = figure_of(value, indicator, language)
    if number == MISSING:
        return MISSING
    return f"{number}{unit}" if unit == "%" or language == "zh" else f"{number} {unit}"


def for_spreadsheet(value: float, indicator: Indicator) -> tuple[float, str]:
    """Give a value unrounded as a spreadsheet takes it, a share as a part of one, and its format."""
    places = f".{'0' * indicator.decimals}" if indicator.decimals else ""
    if indicator.kind == "share":
        return value / indicator.scale, f"0{places}%"
    return value, f"#,##0{places}"


def count_written(value: float, language: Language) -> str:
    """Write a plain count for reading; Chinese in 万 from ten thousand on."""
    if language == "zh" and pd.notna(value) and _in_wan(value):
        return f"{_wan_written(value)} 万"
    return number_written(value)


def column_heading(name: str, language: Language) -> str:
    """Give a counted column's heading, with its unit."""
    field = FIELDS[name]
    label = field.label.in_language(language)
    if field.unit is None:
        return label
    unit = field.unit.in_language(language)
    if unit.lower() == label.lower():
        return label
    return with_unit(label, unit, language)


def with_unit(text: str, unit: str, language: Language) -> str:
    return f"{text}（{unit}）" if language == "zh" else f"{text} ({unit})"
