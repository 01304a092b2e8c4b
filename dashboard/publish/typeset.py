"""Typeset a figure for print: a column of 85 mm or a page of 170 mm, as PDF, SVG or PNG.

The drawing of a plot or a map comes from the browser, which drew it; tables and lists are set
here. Captions stand below in both languages. Fonts are embedded in the PDF, of which the SVG is made
with outlines for texts: nothing depends on those of the reader.
"""

import base64
import io
import json
import re
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

import typst
from PIL import Image
from pylopdf_fonts_zh_cn import sans_path

from dashboard.contract.problem import Problem
from dashboard.contract.words import Words, letters
from dashboard.draw.drawing import Drawing
from dashboard.figures.figure import PublishedFigure, caption_text, title_of
from dashboard.publish.sanitiser import sanitised

Form = Literal["pdf", "svg", "png"]
Width = Literal[85, 170]
FORMS: tuple[Form, ...] = get_args(Form)
WIDTHS: tuple[Width, ...] = get_args(Width)
MIME: dict[Form, str] = {"pdf": "application/pdf", "svg": "image/svg+xml", "png": "image/png"}
DOTS_PER_INCH = 300
# Longer tables are set on pages, which only a PDF has.
MOST_ROWS_IN_A_PICTURE = 60
# A table's columns can't be read in half a page's width when there are more.
MOST_COLUMNS_IN_85_MM = 4
_LONGEST_SHARE = 28
_GAP = 3
_TEMPLATE = Path(__file__).with_name("figure.typ")
_PICTURE = Path(__file__).with_name("picture.typ")
_EMBEDDED = re.compile(
    r'<image [^>]*?xlink:href="data:image/svg\+xml;base64,(?P<content>[^"]+)"[^>]*/>'
)


def forms_for(drawing: Drawing, width: Width) -> tuple[Form, ...]:
    """Say in which forms a figure can be had at a width; none where it could not be read."""
    if drawing.kind in ("plot", "map"):
        return FORMS
    if width == 85 and len(drawing.body.get("columns", ())) > MOST_COLUMNS_IN_85_MM:
        return ()
    return FORMS if _row_count(drawing) <= MOST_ROWS_IN_A_PICTURE else ("pdf",)


def typeset(
    figure: PublishedFigure,
    form: Form,
    width: Width,
    *,
    drawing: str = "",
    dots_per_inch: int = DOTS_PER_INCH,
) -> bytes:
    """Typeset a figure ``width`` mm wide. A plot or a map needs the browser's ``drawing``, an
    SVG; raises Problem if that is none."""
    inputs = {"figure": json.dumps(_described(figure, width, form), ensure_ascii=False)}
    if figure.drawing.kind in ("plot", "map"):
        inputs["drawing"] = sanitised(drawing)
    if form == "png":
        picture = Image.open(io.BytesIO(compiled(_TEMPLATE, form, inputs, ppi=dots_per_inch)))
        content = io.BytesIO()
        picture.save(content, "png", dpi=(dots_per_inch, dots_per_inch))
        return content.getvalue()
    pdf = compiled(_TEMPLATE, "pdf", inputs)
    return _as_svg(pdf) if form == "svg" else pdf


def compiled(template: Path, form: Form, inputs: dict[str, str], **options: Any) -> bytes:
    """Compile a template that reaches no file but the font's."""
    compiler = typst.Compiler(
        root=str(template.parent), font_paths=_fonts(), ignore_system_fonts=True
    )
    try:
        made = compiler.compile(template.read_bytes(), format=form, sys_inputs=inputs, **options)
    except typst.TypstError as error:
        raise Problem(
            Words(
                f"这幅图未能制版（{error.message}）：请改用“图片”，或换一个宽度。",
                f"The figure could not be typeset ({error.message}): take “Picture”, or another width.",
            )
        ) from error
    content = made[0] if isinstance(made, list) else made
    assert content is not None
    return content


def _as_svg(pdf: bytes) -> bytes:
    """Make a picture of a page, and put what it embeds into itself, where any program can edit it."""
    svg = compiled(_PICTURE, "svg", {"page": pdf.decode("latin-1")}).decode()
    return _EMBEDDED.sub(lambda found: base64.b64decode(found["content"]).decode(), svg).encode()


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(sans_path().parent)],
    )


def _described(figure: PublishedFigure, width: Width, form: Form) -> dict[str, Any]:
    """Give the template what it sets."""
    drawing, language = figure.drawing, figure.asking.say.language
    is_drawing = drawing.kind in ("plot", "map")
    return {
        "kind": "drawing" if is_drawing else "rows",
        "width": width,
        "lang": language,
        "title": title_of(figure, language),
        "author": figure.asking.say("闵行新型居住社区治理看板维护者"),
        "keywords": [figure.counted.query, figure.warehouse.version],
        "alt": drawing.alt,
        "paged": form == "pdf" and not is_drawing and _row_count(drawing) > MOST_ROWS_IN_A_PICTURE,
        "captions": [
            {
                "lang": each,
                "headline": title_of(figure, each),
                "text": caption_text(figure, each),
            }
            for each in figure.told
        ],
        **({} if is_drawing else _rows(drawing)),
    }


def _rows(drawing: Drawing) -> dict[str, Any]:
    """Lay a table's or a list's texts out in columns; a column's share is by its longest text."""
    columns: list[dict[str, Any]]
    rows: list[list[str]]
    if drawing.empty:
        columns, rows = [{"text": "", "number": False}], [[drawing.empty]]
    elif drawing.kind == "table":
        columns = drawing.body["columns"]
        rows = [row["cells"] for row in drawing.body["rows"]]
    else:
        items = drawing.body["items"]
        parts = [part for part in ("badge", "title", "text") if any(part in item for item in items)]
        columns = [{"text": "", "number": False} for _ in parts]
        rows = [[item.get(part, "") for part in parts] for item in items]
    # Headings break between words; what stands below them had better not.
    longest = [
        max([_longest_word(column["text"]), *(letters(row[at]) for row in rows)])
        for at, column in enumerate(columns)
    ]
    return {
        "columns": columns,
        "rows": rows,
        "shares": [min(each, _LONGEST_SHARE) + _GAP for each in longest],
        "has_header": any(column["text"] for column in columns),
    }


def _longest_word(text: str) -> int:
    return max((letters(word) for word in text.split()), default=0)


def _row_count(drawing: Drawing) -> int:
    return len(drawing.body.get("rows") or drawing.body.get("items") or ())
