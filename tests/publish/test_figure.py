"""What is said of a figure: in both languages, with what it rests on."""

import pytest

from dashboard.figures.figure import (
    PublishedFigure,
    caption_text,
    missing_cells,
    observations,
    title_of,
)
from tests.publish.conftest import FigureAt
from tests.test_project import HAN


def test_every_figure_of_every_page_is_told_in_both_languages(
    figures: dict[str, dict[str, PublishedFigure]],
) -> None:
    assert sum(len(each) for each in figures.values()) >= 70
    assert {
        each.drawing.kind for found in figures.values() for each in found.values()
    } == {"plot", "map", "table", "list"}  # fmt: skip
    for address, found in figures.items():
        assert found, address
        for key, figure in found.items():
            assert set(figure.told) == {"zh", "en"}, (address, key)
            zh, en = figure.told["zh"], figure.told["en"]
            assert zh.drawing.kind == en.drawing.kind
            assert HAN.search(caption_text(figure, "zh"))
            assert (
                zh.caption.note == ""
                or zh.caption.note != en.caption.note
                or zh.caption.note == "%"
            )
            assert figure.own is figure.told[figure.asking.say.language]


def test_a_caption_says_what_print_needs(figure_at: FigureAt) -> None:
    figure = figure_at("coverage?town=310112103&lang=en&map=reach&shape=tiles", "town-ranking")
    text = caption_text(figure, "en")
    for part in (
        "Participation reach = ",
        "unit: %",
        " (mean residents); 14 rows (each row: town code), 0 values missing",
        "95% intervals: Poisson (Byar)",
        "Counts below 5 persons",
        "2025-10 to 2025-12",
        "Zhuanqiao Town",
        "Invented sample: fitted to public totals",
        f"Data version {figure.warehouse.version} (built {figure.built_on})",
        f"participation_by_town#{figure.digest}",
    ):
        assert part in text
    assert "示例数据" in caption_text(figure, "zh")
    assert title_of(figure, "zh") == "活动参与率：14 个街镇与全区对比"
    assert not HAN.search(text)


def test_the_address_names_the_months_also_where_they_are_the_usual_ones(
    figure_at: FigureAt,
) -> None:
    assert figure_at("needs", "needs-loop").address == "needs?from=2025-10&to=2025-12"


def test_missing_values_are_counted_by_column(figure_at: FigureAt) -> None:
    rows = figure_at("housing", "housing-dots").counted.rows.copy()
    rows.loc[rows.index[:3], "value"] = None
    assert missing_cells(rows)["value"] == 3


@pytest.mark.parametrize(
    ("address", "key", "query", "column"),
    [
        # Whose rows are groups of what was observed, or several of one.
        ("needs", "needs-settling", "proposal_days", "proposal_count"),
        ("needs", "needs-loop", "proposals_by_stage", "proposal_count"),
        ("coverage", "town-ranking", "coverage_by_town", "community_count"),
        ("profile?town=310112112", "profile-activities", "activity_kinds", "activity_count"),
    ],
)
def test_n_counts_what_was_observed(
    figure_at: FigureAt, address: str, key: str, query: str, column: str
) -> None:
    figure = figure_at(address, key)
    assert figure.counted.query == query
    number, _ = observations(figure)
    assert number == figure.counted.rows[column].sum() > len(figure.counted.rows)
    assert f"n = {number:,}（" in caption_text(figure, "zh")


def test_n_counts_each_community_and_each_person_once(figure_at: FigureAt) -> None:
    filling = figure_at("housing", "fill-up")
    rows = filling.counted.rows
    assert observations(filling)[0] == rows["community_code"].nunique() < len(rows)
    cohorts = figure_at("participation?lang=en&coverage=grid&from=2025-03", "cohorts")
    rows = cohorts.counted.rows
    first = rows.sort_values("month").drop_duplicates("first_month")
    assert observations(cohorts)[0] == first["participant_count"].sum()
    assert observations(figure_at("needs", "needs-open"))[0] == len(
        figure_at("needs", "needs-open").counted.rows
    )
