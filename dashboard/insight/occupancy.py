"""Reason about how full communities are, each judged by its main tier, that with most dwellings.

Tiers are never added. More let than available is a fault in the data, never a success: such a
share is missing here. The bars are assumptions of this product, shown on the definitions page
with ``RULES``.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from math import nan

import numpy as np
import pandas as pd

from dashboard.contract.columns import as_floats, with_known
from dashboard.contract.indicators import BY_CODE, as_written, measure, written
from dashboard.contract.tables import stated_tiers
from dashboard.contract.words import Words
from dashboard.language import Say

LOW_OCCUPANCY = 80.0


FILLING_MONTHS = 12


FEWEST_BEHIND = 5


RULES: tuple[Words, ...] = (
    Words(
        f"偏空：主要层次（套间最多的层次）入住率低于 {LOW_OCCUPANCY:.0f}%；"
        f"开业不满 {FILLING_MONTHS} 个月的另计，视为仍在入住。",
        f"Rather empty: below {LOW_OCCUPANCY:.0f}% let in the main tier, that with most "
        f"dwellings; those open under {FILLING_MONTHS} months are still filling.",
    ),
    Words(
        f"入住曲线只画到背后仍有 {FEWEST_BEHIND} 个社区的月数。",
        f"Fill-up curves end where fewer than {FEWEST_BEHIND} communities stand behind them.",
    ),
)


# Every tier's occupancy is counted alike, each row in its own tier's unit.
OCCUPANCY = replace(BY_CODE["occupancy_room"], tier=None)


def occupancies(rows: pd.DataFrame) -> pd.DataFrame:
    """Measure the occupancy of rows of any tiers; adds ``is_fault`` where it can't be true."""
    measured = measure(rows, OCCUPANCY)
    is_fault = as_floats(measured["let_count"]) > as_floats(measured["available_count"])
    value = np.where(is_fault, nan, as_floats(measured["value"]))
    return measured.assign(is_fault=is_fault, value=value)


def let_told(say: Say, tiers: pd.DataFrame, made_of: Callable[[str], str] = lambda _: "") -> str:
    """List what part of each tier is let, of measured rows of one month, in the tiers' order.

    ``made_of`` says of a tier what its share was divided of.
    """
    known = with_known(tiers)
    shares = dict(zip(known["tier"], known["value"], strict=True))
    return say.listed(
        [
            say(
                "{tier} {share}",
                tier=say.words(words),
                share=written(shares[code], BY_CODE[f"occupancy_{code}"], say.language)
                + made_of(code),
            )
            for code, words in stated_tiers.items()
            if code in shares
        ]
    )


def by_community(
    communities: pd.DataFrame, occupancy: pd.DataFrame, end_month: date
) -> pd.DataFrame:
    """Describe each community by its main tier.

    ``communities``: rows of housing_by_community; ``occupancy``: those of occupancy_by_community
    at the end month, measured. Adds ``tier``, ``value`` (percent let), ``numerator``, ``denominator``,
    ``is_fault``, ``vacant``, ``months_open``, ``is_low`` and ``is_filling``.
    """
    main = _main_tiers(occupancy)
    places = [main.get(code, len(occupancy)) for code in communities["community_code"].tolist()]
    value, let, available, fault = (
        np.append(as_floats(occupancy[name]), nan)[places]
        for name in ("value", "numerator", "denominator", "is_fault")
    )
    tiers, is_fault = [*occupancy["tier"].tolist(), None], fault == 1
    opened = communities["opened_on"].to_numpy("datetime64[M]")
    # Of one that nobody knows since when it is open it is missing, and it is not taken to be filling.
    months = (np.datetime64(end_month, "M") - opened).astype(int)
    months_open = np.where(np.isnat(opened), nan, months)
    return communities.assign(
        tier=pd.array([tiers[place] for place in places], dtype="str"),
        value=value,
        numerator=let,
        denominator=available,
        is_fault=is_fault,
        vacant=np.where(is_fault, nan, available - let),
        months_open=months_open,
        is_low=[as_written(each, OCCUPANCY) < LOW_OCCUPANCY for each in value.tolist()],
        is_filling=months_open < FILLING_MONTHS,
    )


def _main_tiers(occupancy: pd.DataFrame) -> dict[str, int]:
    """Find the row of each community's main tier."""
    # A tier whose dwellings nobody reported gives way to those with some.
    dwellings = as_floats(occupancy["dwelling_count"].fillna(-1)).tolist()
    main: dict[str, tuple[float, str, int]] = {}
    for row, (community, size, code) in enumerate(
        zip(
            occupancy["community_code"].tolist(), dwellings, occupancy["tier"].tolist(), strict=True
        )
    ):
        main[community] = max(main.get(community, (-1, "", row)), (size, code, row))
    return {community: row for community, (*_, row) in main.items()}
