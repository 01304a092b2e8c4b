"""Change a briefing by hand: which pages, in which order, their sentences, the problem list."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from dashboard.brief.slides import Brief, Cell, Part, Slide, Table
from dashboard.language import Say

PROBLEMS = "problems"
# What XML can't hold, and with it no Office file: a line break pasted from a word processor is such.
_NO_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def reported_by(brief: Brief, unit: str) -> Brief:
    """Name who reports, on the cover and in the files' properties."""
    unit = _typed(unit)
    text = Say(brief.language)("汇报单位：{unit}", unit=unit)
    return replace(brief, cover=replace(brief.cover, unit=text), unit=unit)


def edited(
    brief: Brief,
    *,
    sections: Sequence[str] = (),
    sentences: Mapping[str, tuple[str, str]] | None = None,
    problems: Sequence[Sequence[str]] | None = None,
) -> Brief:
    """Change what is given and keep the rest; no sections means all as they are.

    ``sentences`` hold a headline and a conclusion by the page's key; ``problems`` are the rows
    of the problem list. Empty sentences and empty rows leave things as they are.
    """
    by_key = {slide.key: slide for slide in brief.slides}
    slides = [by_key[key] for key in sections if key in by_key] or list(brief.slides)
    slides = [_said(slide, (sentences or {}).get(slide.key)) for slide in slides]
    if problems is not None:
        rows = tuple(tuple(_typed(str(text)) for text in row) for row in problems if any(row))
        slides = [_listed(slide, rows) if slide.key == PROBLEMS else slide for slide in slides]
    return replace(brief, slides=tuple(slides))


def problem_table(brief: Brief) -> Table | None:
    """Find the problem list; None where there is none."""
    parts = [part for slide in brief.slides if slide.key == PROBLEMS for part in slide.parts]
    return next((part for part in parts if isinstance(part, Table)), None)


def _typed(text: str) -> str:
    """Put a space for what can't be written."""
    return _NO_XML.sub(" ", text)


def _said(slide: Slide, sentences: tuple[str, str] | None) -> Slide:
    headline, conclusion = map(_typed, sentences or ("", ""))
    return replace(
        slide, headline=headline or slide.headline, conclusion=conclusion or slide.conclusion
    )


def _listed(slide: Slide, rows: tuple[tuple[str, ...], ...]) -> Slide:
    def changed(part: Part) -> Part:
        if not isinstance(part, Table) or not rows:
            return part
        # What was left as it is stays a number or a date.
        cells = {str(c): c for row in part.rows for c in row if isinstance(c, Cell)}
        return replace(part, rows=tuple(tuple(cells.get(c, c) for c in row) for row in rows))

    stacks = [replace(stack, parts=tuple(map(changed, stack.parts))) for stack in slide.stacks]
    return replace(slide, stacks=tuple(stacks))
