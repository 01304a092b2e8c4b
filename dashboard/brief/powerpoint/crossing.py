"""Open users' templates in a child process alone: to check one, and to write a deck over it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from dashboard import apart
from dashboard.asking.questions import command_line
from dashboard.brief import slides
from dashboard.brief.looks import Look, look_from
from dashboard.brief.powerpoint.deck import as_pptx
from dashboard.brief.powerpoint.template import template_look
from dashboard.brief.slides import Brief
from dashboard.confined import Output
from dashboard.contract.plain import as_plain, from_plain
from dashboard.warehouse import geography

_CLASSES = [
    each
    for module in (slides, geography)
    for each in vars(module).values()
    if isinstance(each, type) and each.__module__ == module.__name__
]
_NAME, _ABOUT = "template.pptx", "PowerPoint"


def check_in_child(files: list[str], said: Any, output: Output) -> None:
    with output.part() as part:
        part.write(template_look(Path(files[0]).read_bytes()))


def write_in_child(files: list[str], said: Any, output: Output) -> None:
    with output.part() as part:
        part.write(as_pptx(from_plain(said, *_CLASSES), template=Path(files[0]).read_bytes()))


def check_apart(template: bytes) -> Look:
    """Tell how a template looks; raises Problem for one that can't be used."""
    answer = apart.run(f"{__name__}:check_in_child", {_NAME: template}, about=_ABOUT, effort=2)
    try:
        return look_from(bytes(answer.parts[0]))
    except (ValueError, IndexError) as error:
        raise apart.senseless(_ABOUT) from error


def write_apart(brief: Brief, template: bytes) -> bytes:
    """Write the whole briefing over a template; raises Problem where it can't be used."""
    said = as_plain(replace(brief, slides=tuple(map(_alone, brief.slides))))
    answer = apart.run(
        f"{__name__}:write_in_child", {_NAME: template}, said, about=_ABOUT, effort=6
    )
    return bytes(answer.parts[0])


def _alone(slide: slides.Slide) -> slides.Slide:
    """Leave out whole lists, and the rows that were counted; of these the notes tell how to ask
    again."""
    commands = tuple(command_line(each) for each in slide.counted)
    return replace(slide, notes=(*slide.notes, *commands), counted=(), listed=None)
