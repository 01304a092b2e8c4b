"""Fill the templates of a briefing's pages and papers: what is put into them is text, never markup."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from dashboard.brief import layout, looks
from dashboard.brief.slides import Brief, Figures, Sentence, Table
from dashboard.contract.rounding import MISSING
from dashboard.draw import theme
from dashboard.language import Say

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
for _module in (theme, looks, layout):
    _TEMPLATES.globals |= {name: each for name, each in vars(_module).items() if name.isupper()}
_TEMPLATES.globals |= {"MISSING": MISSING, "figure_size": layout.figure_size}
_TEMPLATES.filters["one"] = lambda value: f"{value:.1f}"
_TEMPLATES.tests |= {
    "figures": lambda part: isinstance(part, Figures),
    "sentence": lambda part: isinstance(part, Sentence),
    "table": lambda part: isinstance(part, Table),
}


def filled(template: str, **values: Any) -> Markup:
    """Fill a template with values beside the colours and measures that every one knows."""
    return Markup(_TEMPLATES.get_template(template).render(values))


def filled_of(template: str, brief: Brief, **values: Any) -> Markup:
    """Fill a template with what a briefing says and the values."""
    return filled(
        template,
        brief=brief,
        cover=brief.cover,
        states=brief.states,
        say=Say(brief.language),
        language_tag="zh-CN" if brief.language == "zh" else "en",
        at=at,
        percent=percent,
        **values,
    )


def at(box: layout.Box, size: float | None = None) -> str:
    """Place something in a box, with the size of its text, as the pages' style reads it."""
    style = ";".join(f"--{name}:{side:.5g}" for name, side in zip("xywh", box, strict=True))
    return style if size is None else f"{style};--s:{size:g}"


def percent(widths: list[float]) -> list[float]:
    return [100 * wide / sum(widths) for wide in widths]
