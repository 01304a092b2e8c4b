"""What is said of a figure: in both languages, with what it rests on."""

from dashboard.publish.figure import Figure, caption_text, missing_cells, title_of
from tests.publish.conftest import FigureAt
from tests.test_project import HAN


def test_every_figure_of_every_page_is_told_in_both_languages(
    figures: dict[str, dict[str, Figure]],
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
    figure = figure_at("overview?town=310112103&lang=en&map=reach&shape=tiles", "town-ranking")
    text = caption_text(figure, "en")
    for part in (
        "Participation reach = ",
        "unit: %",
        "n = 14 (each row: town code)",
        "0 values missing",
        "Counts below 5 persons",
        "2025-10 to 2025-12",
        "Zhuanqiao Town",
        "Sample data: only district totals match published figures",
        f"Data version {figure.warehouse.version}",
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
