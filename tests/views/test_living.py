"""The page of living says only what was recorded, and nothing of real projects in a sample."""

from dataclasses import replace

import pytest

from dashboard.asking.questions import Asking
from dashboard.contract.filters import default_filters
from dashboard.contract.words import Language
from dashboard.figures.page import Choices
from dashboard.figures.tiles import Tile
from dashboard.language import Say
from dashboard.subjects.living import summary
from dashboard.subjects.pages import make_page
from dashboard.ui.assets import lay_out_assets
from dashboard.warehouse.store import Warehouse


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_nobody_recorded_is_not_told(
    warehouse: Warehouse, language: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = default_filters(warehouse.months)
    maps = lay_out_assets().maps
    whole = summary.headline(Asking(warehouse, Say(language), usual, maps))
    assert whole.change
    assert whole.state.count("%") == 3
    end = summary._end
    monkeypatch.setattr(
        summary,
        "_end",
        lambda ask, code: float("nan") if code == "self_organised" else end(ask, code),
    )
    town = replace(usual, town_codes=(warehouse.town_codes[0],))
    partly = summary.headline(Asking(warehouse, Say(language), town, maps))
    assert partly.change == ""
    assert partly.state.count("%") == 2
    assert "—" not in partly.state


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_real_project_is_not_said_to_have_nothing(
    warehouse: Warehouse, language: Language
) -> None:
    """Residents of this one voted on 2,400 m² of public space, as was published."""
    chosen = replace(default_filters(warehouse.months), community_codes=("310112112-001",))
    ask = Asking(warehouse, Say(language), chosen, lay_out_assets().maps)
    made = make_page(ask, "living", Choices())
    assert {tile.value for tile in made.key_numbers if isinstance(tile, Tile)} <= {None}
    assert not [each.caption.headline for each in made.figures if "0" in each.caption.headline]
