"""Check that a user's template is opened in a child alone, and brings nothing with it but looks."""

import io
import json
import re
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pptx import Presentation
from pptx.util import Pt

from dashboard import apart
from dashboard.brief.files import check_template, writer_for
from dashboard.brief.layout import HEIGHT, WIDTH
from dashboard.brief.looks import OWN_LOOK, look_from
from dashboard.brief.powerpoint import crossing
from dashboard.brief.powerpoint.deck import as_pptx
from dashboard.brief.powerpoint.template import template_look
from dashboard.brief.slides import Brief, Cell, Table
from dashboard.contract.plain import as_plain, from_plain
from dashboard.contract.problem import Problem
from tests.brief.conftest import Make

PATIENCE = 60.0
MASTER, LAYOUT = "ppt/slideMasters/slideMaster1.xml", "ppt/slideLayouts/slideLayout1.xml"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MACRO_KIND = "http://schemas.microsoft.com/office/2006/relationships/vbaProject"
_SLIDES = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
_WITH_MACROS = "application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml"

Parts = dict[str, bytes]


def template() -> bytes:
    deck = Presentation()
    deck.slide_width, deck.slide_height = Pt(WIDTH), Pt(HEIGHT)
    file = io.BytesIO()
    deck.save(file)
    return file.getvalue()


SOUND = template()


def changed(change: Callable[[Parts], object]) -> bytes:
    """Write the template anew with its parts changed."""
    with zipfile.ZipFile(io.BytesIO(SOUND)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def related(
    parts: Parts, owner: str, kind: str, target: str, *, kept: bytes | None = None,
    content_type: str = "application/octet-stream",
) -> None:  # fmt: skip
    """Relate a part to another, or to an address where nothing is ``kept`` in the file."""
    folder, _, name = owner.rpartition("/")
    links = f"{folder}/_rels/{name}.rels"
    mode = "" if kept is not None else ' TargetMode="External"'
    link = f'<Relationship Id="rIdX" Type="{kind}" Target="{target}"{mode}/></Relationships>'
    parts[links] = parts[links].replace(b"</Relationships>", link.encode())
    if kept is not None:
        parts[target.lstrip("/")] = kept
        override = f'<Override PartName="{target}" ContentType="{content_type}"/></Types>'
        types = "[Content_Types].xml"
        parts[types] = parts[types].replace(b"</Types>", override.encode())


def with_macros(parts: Parts) -> None:
    related(
        parts, "ppt/presentation.xml", _MACRO_KIND, "/ppt/vbaProject.bin", kept=b"macros",
        content_type="application/vnd.ms-office.vbaProject",
    )  # fmt: skip
    types = "[Content_Types].xml"
    parts[types] = parts[types].replace(_SLIDES.encode(), _WITH_MACROS.encode())


def with_link(parts: Parts) -> None:
    related(parts, LAYOUT, f"{_OFFICE}/hyperlink", "http://elsewhere.example/")
    parts[LAYOUT] = re.sub(
        rb'(<p:cNvPr id="2" name="[^"]*")/>', rb'\1><a:hlinkClick r:id="rIdX"/></p:cNvPr>',
        parts[LAYOUT], count=1,
    )  # fmt: skip
    assert b"hlinkClick" in parts[LAYOUT]


def with_object(parts: Parts) -> None:
    related(
        parts, MASTER, f"{_OFFICE}/oleObject", "/ppt/embeddings/oleObject1.bin", kept=b"object",
        content_type="application/vnd.openxmlformats-officedocument.oleObject",
    )  # fmt: skip


def with_picture(parts: Parts) -> None:
    related(parts, MASTER, f"{_OFFICE}/image", "http://elsewhere.example/logo.png")


def zeros(parts: Parts) -> None:
    parts["ppt/media/image1.png"] = bytes(400_000_000)


def laughs(parts: Parts) -> None:
    entities = "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12))
    head, _, rest = parts[MASTER].partition(b"?>")
    parts[MASTER] = (
        head + f"?><!DOCTYPE x [<!ENTITY a0 'ha'>{entities}]>".encode()
        + rest.replace(b"<p:cSld>", b"<p:cSld name='&a11;'>", 1)
    )  # fmt: skip


def test_a_deck_is_written_over_a_template_in_a_child(make: Make) -> None:
    brief = make()
    assert check_template(SOUND) == look_from(template_look(SOUND))
    written = writer_for(Path("a.pptx"), template=SOUND)(brief)
    assert texts(written) == texts(as_pptx(brief, template=SOUND))


def texts(deck: bytes) -> list[list[str]]:
    return [
        [shape.text_frame.text for shape in page.shapes if shape.has_text_frame]
        + [page.notes_slide.notes_text_frame.text]
        for page in Presentation(io.BytesIO(deck)).slides
    ]


def test_a_briefing_crosses_whole(make: Make) -> None:
    brief = make(lang="en")
    plain = replace(brief, slides=tuple(map(crossing._alone, brief.slides)))
    crossed = from_plain(json.loads(json.dumps(as_plain(plain))), *crossing._CLASSES)
    assert crossed == plain
    assert cells(crossed) == cells(plain)
    assert {type(value) for _, (value, *_) in cells(plain)} >= {float, date}


def cells(brief: Brief) -> list[tuple[str, tuple[Any, str, str]]]:
    """List what the tables' numbers and dates are beside their texts."""
    return [
        (text, (text.value, text.form, text.unit))
        for slide in brief.slides
        for part in slide.parts
        if isinstance(part, Table)
        for row in part.rows
        for text in row
        if isinstance(text, Cell)
    ]


BREAKING_OUT = "#FFFFFF;background:url(//elsewhere.example)"


@pytest.mark.parametrize(
    "change",
    [
        {"ground": BREAKING_OUT},
        {"title": "red"},
        {"title": "#FFFFFF\n"},
        {"shown": {"#FFFFFF": BREAKING_OUT}},
        {"shown": {".*": "#FFFFFF"}},
        {"scheme": {"#FFFFFF": ("bg1", float("inf"))}},
        {"scheme": {"#FFFFFF": ("bg1;", 0.0)}},
        {"fonts": ("Arial';}",)},
        {"fonts": ("</style>",)},
        {"fonts": ("a", "b", "c", "d")},
        {"bands": (((0, 0, 1, 1), BREAKING_OUT),)},
        {"bands": (((0, 0, 1, float("nan")), "#FFFFFF"),)},
        {"bands": (((0, 0, 1, 1), "#FFFFFF"),) * 101},
        {"frame": replace(OWN_LOOK.frame, height=0.0)},
        {"frame": replace(OWN_LOOK.frame, body=(0, 0, float("inf"), 1))},
    ],
)
def test_a_look_that_could_break_out_of_the_preview_is_refused(change: dict[str, Any]) -> None:
    assert look_from(OWN_LOOK.as_json()) == OWN_LOOK
    with pytest.raises(ValueError, match="validation error"):
        look_from(replace(OWN_LOOK, **change).as_json())


def with_odd_colours(parts: Parts) -> None:
    """Name as colour and typeface what would end a declaration of CSS."""
    fill = f'<a:solidFill><a:srgbClr val="{BREAKING_OUT[1:]}"/></a:solidFill>'.encode()
    parts[MASTER] = re.sub(rb"<p:bg>.*?</p:bg>", b"", parts[MASTER], flags=re.DOTALL).replace(
        b"<p:cSld>", b"<p:cSld><p:bg><p:bgPr>" + fill + b"<a:effectLst/></p:bgPr></p:bg>", 1
    )
    theme = "ppt/theme/theme1.xml"
    parts[theme] = parts[theme].replace(
        b'<a:latin typeface="Calibri"/>', b'<a:latin typeface="Arial\';}&lt;/style&gt;"/>'
    )


def test_odd_colours_and_typefaces_are_left_out_of_a_look() -> None:
    content = changed(with_odd_colours)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b"elsewhere.example" in archive.read(MASTER)
        assert b"/style" in archive.read("ppt/theme/theme1.xml")
    look = check_template(content)
    assert look.ground == "#FFFFFF"
    assert not [face for face in look.fonts if "Arial" in face]


@pytest.mark.parametrize("change", [with_macros, with_link])
def test_macros_and_links_are_left_out(make: Make, change: Callable[[Parts], None]) -> None:
    written = writer_for(Path("a.pptx"), template=changed(change))(make())
    with zipfile.ZipFile(io.BytesIO(written)) as archive:
        names = archive.namelist()
        whole = b"".join(map(archive.read, names))
    assert not [name for name in names if "vba" in name]
    for mark in (b"vba", b"macroEnabled", b"elsewhere.example", b"hlinkClick"):
        assert mark not in whole
    assert len(Presentation(io.BytesIO(written)).slides) == 10


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (with_object, "embedded objects"),
        (with_picture, "links to files elsewhere"),
        (lambda parts: parts.pop(MASTER), "is no PowerPoint file"),
        (lambda parts: parts.update({MASTER: parts[MASTER][:900]}), "is no PowerPoint file"),
        (lambda parts: parts.update({MASTER: b"<a>" * 9_000_000}), "PowerPoint"),
        (lambda parts: parts.update({f"x/{n}": b"" for n in range(6_000)}), "is no PowerPoint"),
        (zeros, "is no PowerPoint file"),
        (laughs, "PowerPoint"),
    ],
)  # fmt: skip
def test_a_template_that_is_hostile_or_broken_is_told(
    change: Callable[[Parts], object], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = apart.limits_for
    monkeypatch.setattr(
        apart,
        "limits_for",
        lambda size, **more: replace(usual(size), seconds=3, memory=600_000_000),
    )
    content: Any = changed(change)
    start = time.monotonic()
    with pytest.raises(Problem, match=told):
        check_template(content)
    assert time.monotonic() - start < PATIENCE
