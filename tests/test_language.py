"""Check how sentences are said in two languages."""

import re

import pandas as pd
import pytest

from dashboard.language import PUBLISHED, Say
from dashboard.paths import DATA


@pytest.mark.parametrize(
    ("count", "said"),
    [(1, "1 community"), (1.0, "1.0 community"), ("1", "1 community"), (2, "2 communities")],
)
def test_english_tells_one_from_many(count: object, said: str) -> None:
    assert Say("en")("{count} 个社区", count=count) == said


def test_no_and_many_are_said_alike() -> None:
    assert Say("en")("{count} 个社区", count=0) == "0 communities"


def test_each_count_of_a_sentence_is_told_by_itself() -> None:
    said = Say("en")("{count} 个社区需要关注，其中 {late} 个先办", count=5, late=1)
    assert said == "5 communities need attention; 1 comes first"


def test_a_name_within_an_english_sentence_is_small() -> None:
    names = {"y": "Committee coverage", "x": "Participation reach"}
    said = Say("en")("{y}与{x}之间看不出关联", **names)
    assert said == "No association seen between committee coverage and participation reach"
    assert Say("en")("{y}与{x}", **names) == "Committee coverage and participation reach"


def test_what_a_count_in_wan_counts_follows_without_a_space() -> None:
    said = Say("zh")(
        "较 {since}新纳入 {communities} 个社区、{residents} 名居民。",
        since="9 月末",
        communities=9,
        residents="5.6 万",
    )
    assert said == "较 9 月末新纳入 9 个社区、5.6 万名居民。"


def test_chinese_has_one_form() -> None:
    assert Say("zh")("{count} 个社区", count=1) == "1 个社区"


def test_a_sentence_not_in_the_catalogue_is_said_as_it_stands() -> None:
    assert Say("en")("不在目录中的句子{name}", name="A") == "不在目录中的句子A"


def test_what_is_published_has_words_for_every_short_name_and_no_others() -> None:
    figures = pd.read_csv(DATA / "published_figures.csv", dtype=str)
    columns = ("subject", "published_measure", "published_unit", "place", "published_value")
    names = {text for column in columns for text in figures[column]}
    words = set(pd.read_csv(PUBLISHED, dtype=str)["code"])
    assert {text for text in names - words if re.search(r"[a-z]{3}", text)} == set()
    assert words <= names
    say = Say("zh")
    for text in names:
        assert not re.search(r"[a-z]{3}|_", say.published(text)), text


def test_what_a_published_figure_is_of_is_said_in_english() -> None:
    figures = pd.read_csv(DATA / "published_figures.csv", dtype=str)
    # A value is quoted as its source has it.
    for column in ("subject", "published_measure", "published_unit", "place"):
        for text in figures[column].dropna():
            assert not re.search(r"[\u3000-\u9fff]|_", Say("en").published(text)), (column, text)
