"""A tile shows a number, what it is, how it went, and nothing that could be markup."""

import re
from dataclasses import replace
from html import escape, unescape
from html.parser import HTMLParser
from urllib.parse import unquote
from xml.etree import ElementTree

import pandas as pd
import pytest

from dashboard.language import Say
from dashboard.model.indicators import BY_CODE
from dashboard.model.words import Words
from dashboard.ui.tiles import Tile, sparkline, tile_html

ZH, EN = Say("zh"), Say("en")
COVERAGE, RESIDENTS = BY_CODE["committee_coverage"], BY_CODE["residents"]


def html(*values, indicator=COVERAGE, comparison="", say=ZH) -> str:
    return tile_html(Tile(indicator, pd.Series(values, dtype="float64"), comparison), say)


def text(markup: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "|", markup))


class Attributes(HTMLParser):
    """Gather every attribute's value as a browser reads it."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.values: list[str] = []
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.values += [value or "" for _, value in attrs]


def attributes(markup: str) -> list[str]:
    return Attributes(markup).values


def picture(markup: str) -> ElementTree.Element:
    """Read the picture that the sparkline carries in its address."""
    (address,) = (each for each in attributes(markup) if each.startswith("data:"))
    return ElementTree.fromstring(unquote(address.partition(",")[2]))


def points(markup: str) -> list[tuple[float, float]]:
    (line,) = picture(markup).iterfind("{*}path")
    numbers = [float(number) for number in re.findall(r"-?[\d.]+", line.attrib["d"])]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


# The tile ---------------------------------------------------------------------------------


def test_tile_shows_name_value_unit_and_comparison():
    shown = text(html(40.0, 42.69, comparison="222/520 · +2.7 点"))
    for part in ("居村治理覆盖率", "42.7", "%", "222/520 · +2.7 点"):
        assert f"|{part}|" in shown


def test_the_last_value_is_the_one_shown():
    assert Tile(COVERAGE, pd.Series([1.0, 2.0]), "").value == 2


def test_chinese_counts_are_in_wan_and_english_ones_are_whole():
    assert "|15.1|" in text(html(151_000, indicator=RESIDENTS))
    assert "|万人|" in text(html(151_000, indicator=RESIDENTS))
    assert "|151,000|" in text(html(151_000, indicator=RESIDENTS, say=EN))


@pytest.mark.parametrize("values", [(), (float("nan"),), (1.0, float("nan"))])
def test_missing_value_is_a_dash(values):
    assert "|—|" in text(html(*values))


def test_definition_with_its_caveat_goes_along():
    indicator = replace(COVERAGE, formula=Words("甲 ÷ 乙", "a ÷ b"), caveat=Words("丙。", "c."))
    assert "|甲 ÷ 乙 · 丙。|" in text(html(1.0, indicator=indicator))
    assert "|a ÷ b · c.|" in text(html(1.0, indicator=indicator, say=EN))
    assert "|甲 ÷ 乙|" in text(html(1.0, indicator=replace(indicator, caveat=None)))


def test_tile_is_reached_by_keyboard_and_names_its_indicator():
    assert 'tabindex="0"' in html(1.0)
    assert 'data-indicator="committee_coverage"' in html(1.0)


def test_texts_are_escaped():
    evil = '<img src=x onerror="alert(1)">'
    indicator = replace(
        COVERAGE,
        name=Words(evil, evil),
        unit=Words(evil, evil),
        formula=Words(evil, evil),
        caveat=None,
    )
    markup = html(1.0, indicator=indicator, comparison=evil)
    assert evil not in markup
    assert markup.count(escape(evil)) == 4


def test_english_tile_has_no_chinese_in_it():
    assert not re.search(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]", html(1.0, 2.0, say=EN))


# The sparkline ----------------------------------------------------------------------------


@pytest.mark.parametrize("values", [[], [1.0], [float("nan")] * 3, [float("nan"), 1.0]])
def test_fewer_than_two_values_draw_nothing(values):
    assert sparkline(pd.Series(values, dtype="float64")) == ""


def test_higher_values_stand_higher_and_later_ones_to_the_right():
    (x1, y1), (x2, y2), (x3, y3) = points(sparkline(pd.Series([1.0, 3.0, 2.0])))
    assert x1 < x2 < x3
    assert y2 < y3 < y1


def test_line_stays_within_its_picture():
    line = points(sparkline(pd.Series(range(13)), width=84, height=26))
    assert all(0 <= x <= 84 and 0 <= y <= 26 for x, y in line)


def test_equal_values_are_a_flat_line():
    assert len({y for _, y in points(sparkline(pd.Series([5.0, 5.0, 5.0])))}) == 1


def test_line_ends_in_a_dot():
    markup = sparkline(pd.Series([1.0, 2.0]))
    (dot,) = picture(markup).iterfind("{*}circle")
    assert (float(dot.attrib["cx"]), float(dot.attrib["cy"])) == points(markup)[-1]


def test_missing_months_are_passed_over():
    gap = sparkline(pd.Series([1.0, float("nan"), 2.0]))
    assert gap == sparkline(pd.Series([1.0, 2.0]))


def test_picture_is_silent_for_screen_readers_and_holds_no_bare_markup():
    markup = sparkline(pd.Series([1.0, 2.0]))
    assert markup.startswith('<img alt="" src="data:image/svg+xml,%3Csvg')
    assert markup.count("<") == markup.count(">") == 1
    assert picture(markup).tag.endswith("svg")
