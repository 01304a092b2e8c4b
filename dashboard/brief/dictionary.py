"""Write the data dictionary from the contract: both languages, every table and field."""

from pathlib import Path

from jinja2 import Template

from dashboard.contract.indicators import INDICATORS
from dashboard.contract.tables import TABLES
from dashboard.contract.words import Words

_TEMPLATE = Path(__file__).with_name("dictionary.md")


def dictionary() -> str:
    """Write the whole dictionary as Markdown."""
    template = Template(_TEMPLATE.read_text(encoding="utf-8"), trim_blocks=True, lstrip_blocks=True)
    return template.render(tables=TABLES, indicators=INDICATORS, both=_both)


def _both(words: Words) -> str:
    return words.zh if words.zh == words.en else f"{words.zh} · {words.en}"
