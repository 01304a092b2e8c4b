"""A tile says a number, what it is and how it went; what stays the same is kept apart."""

import json
import re
from dataclasses import replace

import pytest

from dashboard.contract.indicators import BY_CODE
from dashboard.contract.words import Words
from dashboard.figures.tiles import SPARK_TOP, Tile, sparkline, tile_name, tile_value
from dashboard.language import Say

ZH, EN = Say("zh"), Say("en")
COVERAGE, RESIDENTS = BY_CODE["committee_coverage"], BY_CODE["residents"]


def tile(*values, indicator=COVERAGE, comparison=""):
    return Tile(indicator, [float(each) for each in values], comparison)


# The tile ---------------------------------------------------------------------------------


def test_tile_shows_name_value_unit_and_comparison():
    shown = tile(40.0, 42.69, comparison="222/520 · +2.7 点")
    assert tile_name(shown, ZH)["label"] == "居村治理覆盖率"
    value = tile_value(shown, ZH)
    assert (value["figure"], value["unit"]) == ("42.7", "%")
    assert value["comparison"] == "222/520 · +2.7 点"


def test_the_last_value_is_the_one_shown():
    assert Tile(COVERAGE, [1.0, 2.0], "").value == 2


def test_chinese_counts_are_in_wan_and_english_ones_are_whole():
    many = tile(151_000, indicator=RESIDENTS)
    assert (tile_value(many, ZH)["figure"], tile_value(many, ZH)["unit"]) == ("15.1", "万人")
    assert (tile_value(many, EN)["figure"], tile_value(many, EN)["unit"]) == ("151,000", "")


@pytest.mark.parametrize("values", [(), (float("nan"),), (1.0, float("nan"))])
def test_missing_value_is_a_dash(values):
    assert tile_value(tile(*values), ZH)["figure"] == "—"


def test_definition_with_its_caveat_goes_along():
    indicator = replace(COVERAGE, formula=Words("甲 ÷ 乙", "a ÷ b"), caveat=Words("丙。", "c."))
    assert tile_name(tile(indicator=indicator), ZH)["definition"] == "甲 ÷ 乙 · 丙。"
    assert tile_name(tile(indicator=indicator), EN)["definition"] == "a ÷ b · c."
    plain = replace(indicator, caveat=None)
    assert tile_name(tile(indicator=plain), ZH)["definition"] == "甲 ÷ 乙"


def test_a_filter_changes_nothing_in_what_is_sent_once():
    before, after = tile(1.0, 2.0, comparison="a"), tile(3.0, comparison="b")
    assert tile_name(before, ZH) == tile_name(after, ZH)


def test_what_is_sent_is_plain_json_and_short():
    values = tile(*range(13), comparison="222/520 · 较上期 +1.8 个百分点")
    text = json.dumps(tile_value(values, ZH), ensure_ascii=False)
    assert len(text.encode()) < 250


def test_english_tile_has_no_chinese_in_it():
    said = json.dumps([tile_name(tile(1.0, 2.0), EN), tile_value(tile(1.0, 2.0), EN)])
    assert not re.search(r"\\u[3-9a-f]", said)


# The sparkline ----------------------------------------------------------------------------


def test_no_values_draw_nothing():
    assert sparkline([float("nan")] * 3) == []


def test_lowest_and_highest_value_are_at_the_edges():
    assert sparkline([1.0, 3.0, 2.0]) == [0, SPARK_TOP, SPARK_TOP / 2]


def test_equal_values_are_a_flat_line():
    assert len(set(sparkline([5.0, 5.0, 5.0]))) == 1


def test_missing_months_are_passed_over():
    gap = sparkline([1.0, float("nan"), 2.0])
    assert gap == sparkline([1.0, 2.0])


def test_heights_are_the_whole_numbers_that_the_script_draws():
    from dashboard.ui.assets import STATIC

    assert all(isinstance(each, int) for each in sparkline([0.1, 0.5, 0.73]))
    script = (STATIC / "figure" / "tiles.js").read_text(encoding="utf-8")
    assert f"SPARK_TOP = {SPARK_TOP};" in script
