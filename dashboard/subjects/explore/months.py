"""Show an indicator month by month: the chosen places together, or every town by itself."""

from dataclasses import replace

from dashboard.asking.measured import counted_at, counted_here, measured
from dashboard.asking.memo import remembered, remembered_for_all_towns
from dashboard.asking.questions import Questions
from dashboard.contract.indicators import BY_CODE
from dashboard.figures.common import months_by_name, months_note
from dashboard.figures.figure import Caption, Figure
from dashboard.subjects.explore.choices import FILLS, TALL
from dashboard.subjects.explore.multiples import multiples


@remembered
def trend(ask: Questions, code: str) -> Figure:
    """Draw the chosen places together, beside the district where towns are chosen."""
    indicator, district = BY_CODE[code], None
    if ask.chosen_towns and indicator.denominator is not None:
        district = counted_at(ask, indicator, "month").rows
    here = counted_here(ask, indicator)
    return months_by_name(ask, "explore-trend", here, code, FILLS, district=district)


@remembered_for_all_towns
def each_town(ask: Questions, code: str) -> Figure:
    """Draw every town by itself, on the same scale."""
    say, indicator = ask.say, BY_CODE[code]
    counted, months = counted_at(ask, indicator, "town_month"), measured(ask, indicator, "month")
    district = None if months is None or indicator.denominator is None else months.rows
    plain = replace(indicator, has_interval=False)
    return Figure(
        "explore-multiples",
        multiples(counted.rows, district, indicator, say, height=TALL),
        Caption(
            say("{indicator}，各街镇逐月，坐标相同", indicator=say.words(indicator.name)),
            months_note(ask, plain, with_district=district is not None),
            ask.as_of(),
        ),
        counted,
        click="town",
    )
