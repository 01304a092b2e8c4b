"""How communities are governed: every way has its name, and shares are of the committees' own."""

import pandas as pd
import pytest

from dashboard.insight.governance import (
    cards_by_name,
    gists,
    kind_names,
    kinds,
    mode_names,
    mode_shares,
    short_kind_names,
)
from dashboard.language import Say

ROWS = pd.DataFrame(
    {
        "town_code": ["1", "1", "2", "2"],
        "coverage_type": ["committee", "grid", "committee", "committee"],
        "mode": ["3", "none", "none", "3"],
        "community_count": [3, 5, 1, 4],
        "resident_count": [300, 900, 500, 200],
    }
)


def test_a_grid_is_a_grid_whatever_mode_stands_there() -> None:
    rows = ROWS.assign(mode=["3", "3", None, "1"])
    assert kinds(rows) == ["3", "grid", "none", "1"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_nothing_tells_of_is_not_known_and_no_grid(language) -> None:
    rows = ROWS.assign(coverage_type=["committee", None, float("nan"), "grid"])
    assert kinds(rows) == ["3", "unknown", "unknown", "grid"]
    assert set(kinds(rows)) <= kind_names(Say(language)).keys()


def test_shares_are_of_the_committees_communities_and_residents() -> None:
    shares = mode_shares(ROWS)
    assert shares["mode"].tolist() == ["3", "none"]
    assert shares["community_share"].tolist() == pytest.approx([87.5, 12.5])
    assert shares["resident_share"].tolist() == pytest.approx([50, 50])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_way_has_names(language) -> None:
    say = Say(language)
    assert [*mode_names(say), "grid"] == list(short_kind_names(say))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_each_mode_has_its_card_under_both_its_names(language) -> None:
    say = Say(language)
    cards = cards_by_name(say)
    for code in "12345":
        for name in (mode_names(say)[code], short_kind_names(say)[code]):
            assert cards[name] == (code, gists(say)[code])
    assert not any(name[0].isdigit() for name in cards)
