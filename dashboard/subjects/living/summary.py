"""Say the page in one sentence and a few numbers."""

from math import isnan

import numpy as np

from dashboard.asking.measured import added_here, months_here
from dashboard.asking.memo import remembered
from dashboard.asking.questions import Questions
from dashboard.contract.indicators import BY_CODE
from dashboard.contract.rounding import number_written, percent_written
from dashboard.figures.common import made_of, tile, tile_origin
from dashboard.figures.tiles import Tile
from dashboard.insight.changes import change_since
from dashboard.insight.headline import Headline

OWN = "self_organised"
SHARES = ("shared_space", "club_communities", OWN)


@remembered
def headline(ask: Questions) -> Headline:
    """Say the shares that are known, and how the one of self-organised activities changed."""
    say, ends = ask.say, {code: _end(ask, code) for code in SHARES}
    told = {
        "shared_space": say(
            "{share} 的社区有共享空间", share=percent_written(ends["shared_space"])
        ),
        "club_communities": say(
            "{share} 的社区有社团", share=percent_written(ends["club_communities"])
        ),
        OWN: say("记有组织者的活动 {share} 由居民自己组织", share=percent_written(ends[OWN])),
    }
    known = [told[code] for code in SHARES if not isnan(ends[code])]
    if isnan(ends[OWN]):
        return Headline(say.listed(known) or say("还没有填报"), "")
    change = change_since(months_here(ask, BY_CODE[OWN]), ask.earlier, BY_CODE[OWN], say)
    named = say("{name}{change}", name=say.words(BY_CODE[OWN].name), change=change)
    return Headline(say.listed(known), named)


def _end(ask: Questions, code: str) -> float:
    """Give an indicator's value at the end month; missing where there is none."""
    months = months_here(ask, BY_CODE[code])
    return float(months.value[-1]) if len(months) else float("nan")


@remembered
def tiles(ask: Questions) -> tuple[Tile, ...]:
    months = {code: months_here(ask, BY_CODE[code]) for code in (*SHARES, "reply_rate")}
    *shares, replies = (
        _none(ask, code)
        if np.isnan(rows.value).all()
        else tile(ask, BY_CODE[code], rows, before=made_of(rows))
        for code, rows in months.items()
    )
    return (*shares, _belonging(ask), replies)


def _none(ask: Questions, code: str) -> Tile:
    return Tile(BY_CODE[code], [], ask.say("还没有填报"))


def _belonging(ask: Questions) -> Tile:
    """Tell the score of belonging with what it rests on: no interval, as nobody was drawn by lot."""
    say, score = ask.say, BY_CODE["belonging"]
    rows = added_here(ask, score)
    if rows.empty:
        return _none(ask, score.code)
    found = rows.iloc[0]
    told = say(
        "{communities} 个社区 {answers} 份答卷；自愿作答，不是抽样，不给区间",
        communities=number_written(found["surveyed_community_count"]),
        answers=number_written(found["answered_count"]),
    )
    if found["doubtful_survey_count"]:
        doubtful = number_written(found["doubtful_survey_count"])
        told += say("；{count} 次答卷多于居民，未计", count=doubtful)
    return Tile(score, rows["value"].tolist(), told, tile_origin(ask, score))
