"""Say what a view shows: the headline and the key numbers above it."""

from dataclasses import replace

from dashboard.asking.grains import Grain
from dashboard.asking.measured import counted_at, counted_here, measured_here
from dashboard.asking.memo import remembered
from dashboard.asking.questions import Questions
from dashboard.contract.indicators import BY_CODE, Indicator, months_of
from dashboard.contract.words import Words
from dashboard.figures.common import tile
from dashboard.figures.page import Choices
from dashboard.figures.scope import is_settled, settled_told
from dashboard.figures.tiles import Tile
from dashboard.insight.headline import Headline
from dashboard.subjects.explore.choices import OF_TWO, VIEW, chosen_grain, chosen_indicators
from dashboard.subjects.explore.measures import chosen_names, paired, spread_of, totals
from dashboard.subjects.explore.reasoning import (
    bivariate_headline,
    communities_headline,
    months_headline,
    multiples_headline,
    scatter_headline,
    totals_headline,
    towns_headline,
    with_equals,
    year_changes,
)

TOTALS = ("communities", "dwellings", "residents", "committee_coverage", "bed_supply", "reach")


@remembered
def finding(ask: Questions, choices: Choices) -> Headline:
    """Say what the view shows."""
    say, view = ask.say, choices.of(VIEW)
    grain, indicators = chosen_grain(choices, view), chosen_indicators(choices)
    indicator = indicators[0]
    if view in OF_TWO:
        pairs = paired(ask, indicators[0].code, indicators[1].code, grain)
        x, y = pairs.x, pairs.y
        if view == "bivariate":
            return bivariate_headline(
                say, pairs.counted.rows, x, y, pairs.correlation, names_towns=ask.names_towns
            )
        return scatter_headline(say, pairs.correlation, x, y, of_towns=grain == "town")
    if view == "multiples":
        changes = year_changes(counted_at(ask, indicator, "town_month").rows, indicator)
        return multiples_headline(say, changes, indicator, names_towns=ask.names_towns)
    if grain == "district":
        values = totals(ask).set_index("code")["value"]
        return totals_headline(say, values)
    if grain == "month":
        rows = counted_here(ask, indicator).rows
        return months_headline(say, rows, indicator, places=chosen_names(ask))
    return _places_headline(ask, indicator, grain)


def _places_headline(ask: Questions, indicator: Indicator, grain: Grain) -> Headline:
    """Say what is found over towns or communities."""
    say, found = ask.say, spread_of(ask, indicator, grain)
    if is_settled(ask, indicator):
        state = say(
            "{indicator}：{why}", indicator=say.words(indicator.name), why=settled_told(say)
        )
        return Headline(state, say("请改选指标，或去掉治理模式与覆盖类型的条件。"))
    if found is None:
        return Headline(say("{indicator}：没有数据", indicator=say.words(indicator.name)), "")
    district = ask.district_value(indicator)
    if grain == "town":
        return towns_headline(say, found, indicator, district=district, chosen=ask.chosen_towns)
    return communities_headline(
        say, found, indicator, district=district, chosen=ask.filters.community_codes,
        places=[] if ask.filters.community_codes else chosen_names(ask),
    )  # fmt: skip


@remembered
def key_numbers(ask: Questions, choices: Choices) -> tuple[Tile, ...]:
    return tuple(_tiles(ask, chosen_grain(choices, choices.of(VIEW)), chosen_indicators(choices)))


def _tiles(ask: Questions, grain: Grain, indicators: list[Indicator]) -> list[Tile]:
    """Give what the chosen places come to together, and the ends, the middle and who was told apart."""
    say = ask.say
    if grain == "district":
        return [each for code in TOTALS for each in _together(ask, BY_CODE[code])]
    places: Grain = "community" if grain == "community" else "town"
    if len(indicators) == 2:
        return [
            one
            for each in indicators
            for one in (
                *_together(ask, each),
                *_middle(ask, each, places, is_one_of_two=True),
            )
        ]
    (indicator,) = indicators
    tiles = _together(ask, indicator)
    if places == "town" and not ask.scope.compares_towns:
        return tiles
    found = spread_of(ask, indicator, places)
    if found is None:
        return tiles
    middle = _middle(ask, indicator, places)
    if places == "town":
        high, low = found.highest, found.lowest
        names = ["", ""]
        if ask.names_towns:
            names = [with_equals(say, found.rows, each, indicator) for each in (high, low)]
        first = _tile(indicator, "highest", say("最高的街镇"), high["value"], names[0])
        last = _tile(indicator, "lowest", say("最低的街镇"), low["value"], names[1])
    else:
        first = _tile(
            indicator, "upper", say("四分之一的社区高于"), found.high_quarter, say("上四分位")
        )
        last = _tile(
            indicator, "lower", say("四分之一的社区低于"), found.low_quarter, say("下四分位")
        )
    tiles += [first, *middle, last]
    if found.found is not None:
        about = say("高 {above}，低 {below}", above=len(found.above), below=len(found.below))
        count = len(found.above) + len(found.below)
        label = say("超出平常差异") if found.found.is_widened else say("超出随机波动")
        tiles.append(_tile(BY_CODE["communities"], "apart", label, count, about))
    return tiles


def _tile(indicator: Indicator, part: str, label: str, value: float, about: str) -> Tile:
    """Give a tile of a number about an indicator; ``part`` tells it from the indicator's own."""
    own = replace(indicator, code=f"{indicator.code}-{part}", name=Words(label, label))
    return Tile(own, [value], about)


def _together(ask: Questions, indicator: Indicator) -> list[Tile]:
    """Give the tile of the chosen towns and communities together; none if it is by town only."""
    here = measured_here(ask, indicator)
    if here is None or here.rows.empty:
        return []
    return [tile(ask, indicator, months_of(here.rows))]


def _middle(
    ask: Questions, indicator: Indicator, places: Grain, *, is_one_of_two: bool = False
) -> list[Tile]:
    """Give the tile of the middle place; it names its indicator where it ``is_one_of_two``."""
    say, found = ask.say, spread_of(ask, indicator, places)
    if found is None:
        return []
    if places == "town":
        label, about = say("街镇中位数"), say("{count} 个街镇", count=len(found.rows))
    else:
        label, about = say("社区中位数"), say("{count} 个社区", count=len(found.rows))
    if is_one_of_two:
        label = say("{indicator}：{label}", indicator=say.words(indicator.name), label=label)
    return [_tile(indicator, "median", label, found.median, about)]
