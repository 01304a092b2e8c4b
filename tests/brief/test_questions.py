"""Questions that a meeting asks: answered from the register, and only where there is occasion."""

import re
from dataclasses import replace
from io import BytesIO

import pandas as pd
import pytest
from pptx import Presentation

from dashboard.asking.questions import Asking
from dashboard.brief import questions
from dashboard.brief.material import Material
from dashboard.brief.powerpoint.deck import as_pptx
from dashboard.contract.filters import default_filters
from dashboard.contract.words import Language
from dashboard.figures.baseline import OF
from dashboard.language import Say
from dashboard.ui.assets import lay_out_assets
from dashboard.warehouse.store import Warehouse
from tests.brief.conftest import Make

PAGES = ("conclusion", "ranking", "modes", "housing", "participation")


def material(warehouse: Warehouse, town: str = "", language: Language = "zh") -> Material:
    chosen = replace(default_filters(warehouse.months), town_codes=(town,) if town else ())
    return Material(Asking(warehouse, Say(language), chosen, lay_out_assets().maps))


def numbers(text: str) -> list[int]:
    found = re.findall(r"[+−-]?\d[\d,]*(?![\d,.%])", text.replace("−", "-"))
    return [int(each.replace(",", "")) for each in found]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_each_page_answers_what_is_asked_of_it(warehouse: Warehouse, language: Language) -> None:
    asked = material(warehouse, language=language)
    for page in PAGES:
        answers = list(questions.answered(asked, page))
        assert answers, page
        assert all(each.count("？" if language == "zh" else "?") == 1 for each in answers)
        assert not re.search("nan|None|—", " ".join(answers))


def test_more_communities_are_those_that_opened_less_those_that_closed(whole: Warehouse) -> None:
    register = whole.table("community", exact=True)
    opened, closed = (
        pd.to_datetime(register[name]).between("2024-11-01", "2025-12-31").sum()
        for name in ("opened_on", "closed_on")
    )
    answer = numbers(questions.why_as_many(material(whole)).partition("末")[2])
    assert answer[1:] == [opened, closed]
    assert answer[0] + opened - closed == 547


@pytest.mark.parametrize("town", ["", "310112112"])
def test_dwellings_and_residents_are_split_without_a_rest(whole: Warehouse, town: str) -> None:
    answer = questions.why_fewer_dwellings(asked := material(whole, town))
    all_of_them, closed, opened, others, residents, _ = numbers(answer.partition("相比")[2])
    assert closed + opened + others == all_of_them < 0 < residents
    months = asked.months.rows.set_index("month")
    then = pd.Timestamp("2024-12-01" if town else "2024-10-01")
    change = months.iloc[-1] - months.loc[then]
    assert (change["dwelling_count"], change["resident_count"]) == (all_of_them, residents)


def test_nothing_is_answered_where_there_is_no_occasion(whole: Warehouse) -> None:
    asked = material(whole, "310112112")
    assert questions.why_as_many(asked) == ""
    earlier = replace(asked.asking.filters, start_month=OF, end_month=OF)
    assert questions.why_as_many(Material(asked.asking.on(replace(earlier, town_codes=())))) == ""


def test_the_speaker_finds_them_in_the_notes(make: Make, warehouse: Warehouse) -> None:
    deck = Presentation(BytesIO(as_pptx(make(None, None, "zh"))))
    notes = "\n".join(slide.notes_slide.notes_text_frame.text for slide in deck.slides)
    for page in PAGES:
        for answer in questions.answered(material(warehouse), page):
            # An official paper writes numbers without the spaces round them.
            assert answer.replace(" ", "") in notes.replace(" ", "")
