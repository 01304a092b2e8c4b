"""The committed dictionary is the one that the contract gives."""

from dashboard.brief.dictionary import dictionary
from dashboard.paths import DATA


def test_dictionary_is_not_stale():
    committed = (DATA / "DICTIONARY.md").read_text(encoding="utf-8")
    assert committed == dictionary(), "run: python -m dashboard dictionary"
