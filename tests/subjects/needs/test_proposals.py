"""What stands under the figures of proposals is of what they show."""

import pytest

from dashboard.contract.words import Language
from dashboard.subjects.answers import asked
from dashboard.subjects.pages import make_page
from dashboard.ui.assets import lay_out_assets
from dashboard.warehouse.store import Warehouse


@pytest.mark.parametrize(("language", "place"), [("zh", "各地"), ("en", "place")])
def test_a_ranking_of_categories_speaks_of_no_places(
    language: Language, place: str, warehouse: Warehouse
) -> None:
    said = {}
    for by in ("town", "category"):
        address = f"needs?ranked={by}&lang={language}"
        name, read, ask = asked(warehouse, address, lay_out_assets().maps)
        figures = make_page(ask, name, read.chosen).figures
        said[by] = next(each.caption.note for each in figures if each.key.startswith("needs-c"))
    assert place in said["town"]
    assert place not in said["category"]


def test_curves_of_groups_name_their_test_in_what_is_published(warehouse: Warehouse) -> None:
    for curves, test in (("all", "Kaplan–Meier"), ("category", "χ²(5)"), ("coverage", "χ²(1)")):
        name, read, ask = asked(warehouse, f"needs?curves={curves}", lay_out_assets().maps)
        figures = {each.key: each for each in make_page(ask, name, read.chosen).figures}
        caption = figures["needs-settling"].caption
        assert test in caption.method
        assert "Meier" not in caption.note
        # Of six curves no band is drawn.
        assert ("阴影" in caption.note) is (curves != "category")
