"""The rows that the data dialog and its files give: what is seen, in words, of every figure."""

import re

import pandas as pd
import pytest

from dashboard.contract.indicators import BY_CODE
from dashboard.contract.measures import FIELDS
from dashboard.draw.drawing import nothing
from dashboard.draw.rows import Written, table
from dashboard.figures.figure import PublishedFigure
from dashboard.figures.listing import Listing, listing
from dashboard.figures.tables import listing_csv
from tests.publish.conftest import FigureAt
from tests.test_project import HAN

CODE = re.compile(r"\b[a-z]+_[a-z_]+\b")
PLACEHOLDER = re.compile(r"(^|,)(None|NaN|NaT|nan|<NA>|True|False)(,|\r)", re.MULTILINE)
COMMUNITY = re.compile(r"\d{9}-\d{3}")


def listed(figure: PublishedFigure) -> Listing:
    return listing(figure.asking, figure.own.counted, figure.drawing)


def test_every_figure_gives_names_and_words_under_headings_in_the_language(
    figures: dict[str, dict[str, PublishedFigure]],
) -> None:
    codes = {code for field in FIELDS.values() for code in field.allowed if "_" in code}
    for found in figures.values():
        for figure in found.values():
            text = listing_csv(listed(figure)).decode("utf-8-sig")
            head = text.split("\r\n")[0]
            assert not CODE.search(head), (figure.key, head)
            assert figure.asking.say.language == "zh" or not HAN.search(head), (figure.key, head)
            assert not codes & set(CODE.findall(text)), figure.key
            assert not PLACEHOLDER.search(text), figure.key
            assert "00:00:00" not in text, figure.key


def test_tables_and_lists_give_all_their_lines_in_their_order(
    figures: dict[str, dict[str, PublishedFigure]],
) -> None:
    checked = 0
    for found in figures.values():
        for figure in found.values():
            drawing = figure.drawing
            if drawing.kind not in ("table", "list") or drawing.empty:
                continue
            rows = listed(figure).rows
            if drawing.kind == "table":
                first = [row["cells"][0] for row in drawing.body["rows"]]
            else:
                first = [item["title"] for item in drawing.body["items"]]
            assert len(rows) == len(first)
            own = next(rows[name] for name in rows if [str(value) for value in rows[name]] == first)
            assert len(own) == len(first)
            checked += 1
    assert checked > 15


def test_what_needs_attention_is_listed_whole_with_level_and_reason(figure_at: FigureAt) -> None:
    figure = figure_at("overview?list=all", "attention")
    rows = listed(figure).rows
    assert list(rows) == ["社区", "街镇", "程度", "原因", "入住居民（人）", "代码"]
    count = int(re.match(r"(\d+) 个", figure.own.caption.note)[1])  # type: ignore[index]
    assert len(rows) == count == len(figure.drawing.body["items"]) > 16
    assert set(rows["程度"]) <= {"数据有误", "先办", "关注"}
    assert rows["代码"].str.fullmatch(COMMUNITY).all()
    assert pd.api.types.is_integer_dtype(rows["入住居民（人）"])


def test_a_ranking_s_file_has_the_rate_with_its_unit_and_how_its_interval_was_made(
    figure_at: FigureAt,
) -> None:
    figure = figure_at("coverage?town=310112103&lang=en&map=reach&shape=tiles", "town-ranking")
    rows = listed(figure).rows
    assert next(iter(rows)) == "Town"
    assert list(rows)[-1] == "Town code"
    expected = figure.asking.by_town(BY_CODE["reach"])
    assert rows["Participation reach (%)"].tolist() == expected.rows["value"].tolist()
    ends = [name for name in rows if "interval" in name]
    assert len(ends) == 2
    assert all("Poisson (Byar)" in name for name in ends)


def test_rates_of_a_plot_with_several_indicators_are_given(figure_at: FigureAt) -> None:
    rows = listed(figure_at("coverage?lang=en", "modes")).rows
    assert rows["Mode share (%)"].sum() == pytest.approx(100)
    rows = listed(figure_at("explore?view=scatter&by=community&map=occupancy_room", "explore-scatter-community")).rows  # fmt: skip
    assert list(rows) == ["名称", "活动参与率（%）", "“一间房”入住率（%）", "代码"]


def test_the_uncovered_are_given_as_they_stand(figure_at: FigureAt) -> None:
    figure = figure_at("coverage?lang=en", "uncovered")
    rows = listed(figure).rows
    assert list(rows)[:2] == ["Community", "Town"]
    assert (
        rows["Residents (persons)"].tolist() == figure.own.counted.rows["resident_count"].tolist()
    )


def test_figures_in_percent_are_numbers_under_a_heading_that_says_so(figure_at: FigureAt) -> None:
    rows = listed(figure_at("housing", "tiers")).rows
    assert pd.api.types.is_float_dtype(rows["入住率（%）"])
    assert rows["入住率（%）"].between(0, 100).all()


def test_a_column_s_own_numbers_stand_under_its_own_heading(figure_at: FigureAt) -> None:
    figure = figure_at("housing", "tiers")
    shares = Written(["92.6%", "有误", "—"], [92.6, "有误", None], "入住率（%）", is_text=True)
    drawing = table({"层次": ["甲", "乙", "—"], "入住率": shares}, figure.asking.say)
    assert [column["number"] for column in drawing.body["columns"]] == [False, False]
    rows = listing(figure.asking, figure.own.counted, drawing).rows
    assert list(rows) == ["层次", "入住率（%）"]
    assert rows["入住率（%）"].tolist() == [92.6, "有误", None]
    assert rows["层次"].tolist() == ["甲", "乙", None]


def test_an_empty_list_says_why(figure_at: FigureAt) -> None:
    figure = figure_at("overview?list=all", "attention")
    rows = listing(figure.asking, figure.own.counted, nothing("list", "没有。")).rows
    assert rows.to_numpy().tolist() == [["没有。"]]
