"""Say the page in one sentence and a few numbers, and rank the towns."""

from math import isnan

import pandas as pd

from dashboard.asking.measured import ever_present
from dashboard.asking.memo import remembered
from dashboard.asking.questions import Questions
from dashboard.contract.indicators import BY_CODE, Indicator, Months, monthly, percent
from dashboard.figures.common import ranking_by_name, tile
from dashboard.figures.figure import Figure
from dashboard.figures.scope import whole_named
from dashboard.figures.tiles import Tile
from dashboard.insight.headline import Headline
from dashboard.insight.windows import LONGEST_WINDOW, since_records, window_told
from dashboard.subjects.participation.communities import reached_communities
from dashboard.subjects.participation.reasoning import TOLD, Quiet, participation_headline

# The ranking and the categories fill the first screen below the tiles.
FILLS = "clamp(340px, 100vh - 338px, 620px)"


@remembered
def headline(ask: Questions) -> Headline:
    say, since = ask.say, since_records(ask.say, ask.warehouse.months[0])
    days = ask.count("communities", named="whole").rows["days_quiet_count"].min()
    rows = reached_communities(ask).rows
    whole = ask.district_value(BY_CODE["reach"]) if ask.filters.community_codes else None
    return participation_headline(
        say,
        now=_now(ask),
        window_months=ask.filters.window_months,
        # A sample's communities bear real towns' names.
        communities=rows if ask.names_towns else rows.drop(columns="name"),
        beside=""
        if whole is None or ask.scope.communities == 1
        else say("，{whole}为 {reach:.1f}%", whole=whole_named(ask), reach=whole),
        quiet=Quiet(since, None if pd.isna(days) else float(days)),
    )


def _now(ask: Questions) -> dict[str, float]:
    """Give the end month's counts and what is told of them."""
    counts = ask.participation_months().rows.iloc[-1].to_dict()
    return counts | {code: float(_months(ask, code).value[-1]) for code in TOLD}


@remembered
def _months(ask: Questions, code: str) -> Months:
    return monthly(ask.participation_months().rows, BY_CODE[code])


@remembered
def tiles(ask: Questions, indicators: tuple[str, ...]) -> tuple[Tile, ...]:
    return tuple(_tile(ask, BY_CODE[code]) for code in indicators)


def _tile(ask: Questions, indicator: Indicator) -> Tile:
    say = ask.say
    months = _months(ask, indicator.code)
    persons = months.numerator[-1:].tolist() if indicator.kind == "share" else ()
    window = [window_told(say, ask.filters.window_months)] if indicator.code == "reach" else []
    before = [say("{count:,.0f} 人", count=count) for count in persons if not isnan(count)]
    if indicator.code == "reach" and len(months):
        window += _of_ever_present(ask, float(months.numerator[-1]))
    return tile(ask, indicator, months, before=before, after=window)


def _of_ever_present(ask: Questions, participants: float) -> list[str]:
    """Say what part participants are of all who lived there at any time, as far as it is known."""
    share = percent(participants, ever_present(ask, ask.filters))
    return [] if pd.isna(share) else [ask.say("占期间住过的 {share:.1f}%", share=share)]


def ranking(ask: Questions, code: str) -> Figure | None:
    note = _ranking_note(ask, BY_CODE[code])
    return ranking_by_name(ask, "participation-ranking", code, FILLS, note=note)


def _ranking_note(ask: Questions, indicator: Indicator) -> str:
    """Say what makes a reach too high, or why there is none; else nothing of its own."""
    months = ask.filters.window_months
    if indicator.code == "reach" and months > LONGEST_WINDOW:
        return " · ".join((window_told(ask.say, months), ask.say("细线为各地自己的 95% 区间")))
    if indicator.caveat and ask.by_town(indicator).rows["value"].isna().all():
        return ask.say.words(indicator.caveat)
    return ""
