"""A map puts towns into few classes of colour, and says where there are no data."""

import json
import re

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.contract.indicators import BY_CODE, measure
from dashboard.draw.classes import SYMBOLS, VERDICTS, class_edges, class_of
from dashboard.draw.drawing import Drawing
from dashboard.draw.maps import Ground, grid_legend, town_map
from dashboard.draw.theme import INK, NO_DATA, SEQUENCE
from dashboard.language import Say

# A shared machine may be slow: what is checked here is not time.
unhurried = settings(deadline=None)

ZH, EN = Say("zh"), Say("en")
COVERAGE, RESIDENTS = BY_CODE["committee_coverage"], BY_CODE["residents"]
NAMES = {"a": "Pujiang", "b": "Maqiao", "c": "Qibao", "d": "Huacao", "e": "Xinhong"}
values = st.lists(st.floats(0, 100), min_size=1, max_size=14)


def coverage(**percents) -> pd.DataFrame:
    """Measure towns of a thousand communities with the given percentages under committees."""
    rows = pd.DataFrame(
        {
            "key": list(percents),
            "name": [NAMES[key] for key in percents],
            "committee_community_count": [
                None if percent is None else percent * 10 for percent in percents.values()
            ],
            COVERAGE.denominator: 1000,
        }
    )
    return measure(rows, COVERAGE)


def residents(*counts) -> pd.DataFrame:
    rows = {"key": list(NAMES), "name": list(NAMES.values()), "resident_count": counts}
    return measure(pd.DataFrame(rows), RESIDENTS)


FIVE = coverage(a=10, b=30, c=50, d=70, e=90)


def drawn(rows=FIVE, indicator=COVERAGE, say=ZH) -> Drawing:
    return town_map(rows, indicator, say, Ground(NAMES, "towns.json"))


def drawn_by_verdict(rows, say):
    return town_map(rows, COVERAGE, say, Ground(NAMES, "towns.json"), classes=VERDICTS)


def fills(drawing: Drawing) -> list[str]:
    return [drawing.body["regions"][key]["fill"] for key in NAMES]


def legend(drawing: Drawing) -> list[str]:
    return [entry["text"] for entry in drawing.body["legend"]]


def test_each_fifth_of_the_towns_has_its_colour():
    assert fills(drawn()) == list(SEQUENCE)


def test_legend_gives_the_lower_edges_with_their_colours():
    drawing = drawn()
    assert legend(drawing) == ["<26.0", "26.0", "42.0", "58.0", "74.0"]
    assert [entry["fill"] for entry in drawing.body["legend"]] == list(SEQUENCE)


def test_a_total_is_the_area_of_a_circle_and_no_colour_of_its_town():
    rows = residents(10_000, 40_000, 0, None, 90_000)
    drawing = town_map(rows, RESIDENTS, ZH, Ground(NAMES, "towns.json"), classes=SYMBOLS)
    regions = [drawing.body["regions"][key] for key in NAMES]
    areas = [float(each["size"]) ** 2 if "size" in each else None for each in regions]
    assert areas == [pytest.approx(1 / 9, abs=0.001), pytest.approx(4 / 9, abs=0.001), 0, None, 1]
    assert len({each["fill"] for each in regions if "size" in each}) == 1
    assert regions[3]["fill"] == NO_DATA
    # The smaller circle of the legend is a quarter of the larger.
    small, large = drawing.body["legend"]
    assert (small["text"], large["text"]) == ("2.25万", "9.00万")
    assert float(small["size"]) == float(large["size"]) / 2 == 0.5
    assert "圆的面积" in drawing.body["note"]


def test_what_was_not_told_apart_looks_alike():
    rows = FIVE.assign(verdict=["below", "alike", "alike", "above", "none"])
    for say, texts in (
        (ZH, ["低于", "未区分", "高于"]),
        (EN, ["below", "unclear", "above"]),
    ):
        drawing = drawn_by_verdict(rows, say)
        assert [drawing.body["regions"][key]["fill"] for key in NAMES] == [
            SEQUENCE[0], SEQUENCE[2], SEQUENCE[2], SEQUENCE[4], NO_DATA,
        ]  # fmt: skip
        assert legend(drawing) == texts
    assert drawn_by_verdict(rows, ZH).body["note"] == "与整体比较，%"
    usual = rows.assign(verdict=["below", "usual", "usual", "above", "none"])
    assert fills(drawn_by_verdict(usual, ZH)) == fills(drawn_by_verdict(rows, ZH))
    assert legend(drawn_by_verdict(usual, ZH)) == ["低于", "平常", "高于"]
    assert legend(drawn_by_verdict(usual, EN)) == ["below", "usual", "above"]


def test_note_says_quintiles_and_unit():
    assert drawn().body["note"] == "五分位，%"


def test_missing_town_is_grey_and_says_so():
    for rows in (coverage(a=10, b=20), coverage(a=10, b=20, c=None)):
        region = drawn(rows).body["regions"]["c"]
        assert region == {"name": "Qibao", "fill": NO_DATA, "hover": "Qibao 无数据"}
    assert "no data" in drawn(coverage(a=10, b=20), say=EN).body["regions"]["c"]["hover"]


def test_grey_is_not_a_colour_of_the_scale():
    assert NO_DATA not in SEQUENCE


def test_every_town_has_a_region():
    assert list(drawn(coverage(c=10)).body["regions"]) == list(NAMES)


def test_region_is_labelled_as_the_value_is_written():
    region = drawn().body["regions"]["a"]
    assert region["label"] == "10.0"
    assert region["hover"].startswith("Pujiang 10.0%\n100 ÷ 1,000")


def test_labels_and_legend_keep_wan_so_that_they_compare():
    drawing = drawn(residents(4000, 8000, 12_000, 16_000, 20_000), RESIDENTS)
    labels = [drawing.body["regions"][key]["label"] for key in NAMES]
    assert labels == ["4,000", "8,000", "1.20万", "1.60万", "2.00万"]
    assert legend(drawing) == ["<7,200", "7,200", "1.04万", "1.36万", "1.68万"]


def test_english_labels_are_plain_numbers():
    drawing = drawn(residents(4000, 8000, 12_000, 16_000, 20_000), RESIDENTS, EN)
    assert drawing.body["regions"]["e"]["label"] == "20,000"


def test_keys_go_from_high_to_low_and_leave_missing_towns_out():
    assert [key for key, _ in drawn(coverage(a=10, b=None, c=50, d=30)).keys] == ["c", "d", "a"]


def test_alt_says_what_is_shown_and_its_range():
    assert drawn().alt == "居村治理覆盖率的街镇地图，从10.0到90.0%。"


def test_map_of_nothing_is_a_sentence():
    for rows in (FIVE.head(0), coverage(a=None)):
        assert drawn(rows).empty == "所选范围内没有数据。"


def test_map_is_plain_json():
    for rows in (FIVE, coverage(a=10, b=None)):
        json.dumps(drawn(rows).as_dict(), allow_nan=False)


def test_english_map_has_no_chinese_in_it():
    text = json.dumps(drawn(say=EN).as_dict(), ensure_ascii=False)
    assert not re.search(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]", text)


# Classes ----------------------------------------------------------------------------------


@pytest.mark.parametrize("percent", [0, 42.7, 100])
@pytest.mark.parametrize("keys", ["a", "ab", "abcde"])
def test_one_value_is_one_class_named_by_it(percent, keys):
    drawing = drawn(coverage(**dict.fromkeys(keys, percent)))
    assert legend(drawing) == [f"{percent:.1f}"]
    assert {drawing.body["regions"][key]["fill"] for key in keys} == {SEQUENCE[0]}


def test_two_values_take_the_ends_of_the_scale():
    drawing = drawn(coverage(a=10, b=90))
    assert fills(drawing)[:2] == [SEQUENCE[0], SEQUENCE[-1]]


def test_many_equal_lowest_values_are_the_lowest_class():
    drawing = drawn(coverage(a=0, b=0, c=0, d=0, e=50))
    assert fills(drawing) == [SEQUENCE[0]] * 4 + [SEQUENCE[-1]]
    assert "<0.0" not in legend(drawing)


def test_class_goes_by_the_value_as_it_is_written():
    assert class_of(42.68, [42.7], decimals=1) == class_of(42.7, [42.7], decimals=1) == 4
    assert class_of(42.64, [42.7], decimals=1) == 0


@unhurried
@given(values)
def test_lowest_and_highest_classes_are_never_empty(numbers):
    edges = class_edges(pd.Series(numbers), decimals=1)
    classes = {class_of(number, edges, decimals=1) for number in numbers}
    assert 0 in classes
    assert not edges or len(SEQUENCE) - 1 in classes


@unhurried
@given(values)
def test_higher_value_is_never_in_a_lower_class(numbers):
    edges = class_edges(pd.Series(numbers), decimals=1)
    classes = [class_of(number, edges, decimals=1) for number in sorted(numbers)]
    assert classes == sorted(classes)
    assert all(0 <= each < len(SEQUENCE) for each in classes)


@unhurried
@given(values)
def test_edges_rise_and_are_rounded(numbers):
    edges = class_edges(pd.Series(numbers), decimals=1)
    assert edges == sorted(set(edges))
    assert len(edges) < len(SEQUENCE)
    assert all(edge == round(edge, 1) for edge in edges)


# Ink --------------------------------------------------------------------------------------


def luminance(colour: str) -> float:
    """Give the relative luminance as WCAG 2.1 defines it."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_measured_as_wcag_does():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)


@pytest.mark.parametrize("fill", SEQUENCE)
def test_white_or_dark_ink_stands_out_on_every_colour_of_the_scale(fill):
    assert max(contrast(fill, "#FFFFFF"), contrast(fill, INK)) >= 4.5


def test_scale_goes_from_light_to_dark():
    lights = [luminance(fill) for fill in SEQUENCE]
    assert lights == sorted(lights, reverse=True)


# What a two-measure map carries ---------------------------------------------


def test_grid_legend_is_plain_json():
    legend_of_two = grid_legend([["#E8E8E8", "#ACE4E4"], ["#DFB0D6", "#A5ADD3"]], "床位", "参与")
    assert json.loads(json.dumps(legend_of_two)) == {
        "grid": [["#E8E8E8", "#ACE4E4"], ["#DFB0D6", "#A5ADD3"]],
        "x": "床位",
        "y": "参与",
    }
