"""What the Overview tells of what is chosen says what its numbers count, and against what."""

from dataclasses import replace
from datetime import date

import pytest

from dashboard.asking.questions import Asking
from dashboard.contract.filters import Filters, default_filters
from dashboard.contract.tables import activity_kind
from dashboard.contract.words import Language
from dashboard.language import Say
from dashboard.subjects.overview import outcomes
from dashboard.ui.assets import lay_out_assets
from dashboard.warehouse.store import Warehouse


def asking(warehouse: Warehouse, language: Language = "zh", /, **chosen: object) -> Asking:
    filters: Filters = replace(default_filters(warehouse.months), **chosen)  # type: ignore[arg-type]
    return Asking(warehouse, Say(language), filters, lay_out_assets().maps)


def between(first: str, last: str) -> dict[str, object]:
    return {
        "start_month": date.fromisoformat(f"{first}-01"),
        "end_month": date.fromisoformat(f"{last}-01"),
    }


@pytest.mark.parametrize("language", ["zh", "en"])
def test_evening_courses_are_named_as_the_dictionary_names_the_kind(
    warehouse: Warehouse, language: Language
) -> None:
    ask = asking(warehouse, language)
    told = outcomes.make_a_career(ask).number
    kinds = ask.count("activity_kinds").rows.groupby("activity_kind")["activity_count"].sum()
    assert told is not None
    assert told.figure == f"{kinds['course']:,.0f}"
    assert told.of == ask.say.words(activity_kind.allowed["course"])
