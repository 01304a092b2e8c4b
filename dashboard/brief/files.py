"""Know the kinds of files a briefing can be, and put one in place whole or not at all.

The ending says the kind; a web page has three forms: report, show and A3 sheet.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from tempfile import NamedTemporaryFile

from dashboard.brief.looks import Look
from dashboard.brief.slides import Brief
from dashboard.contract.problem import Problem
from dashboard.contract.words import Words


@dataclass(frozen=True)
class Kind:
    """Describe one kind of file: its name and how it is offered, its ending, and what writes it,
    which is loaded when it is asked for."""

    name: str
    label: Words
    ending: str
    mime: str
    writer: str

    def write(self, brief: Brief) -> bytes:
        module, _, name = self.writer.partition(":")
        return bytes(getattr(import_module(f"dashboard.brief.{module}"), name)(brief))


_OFFICE = "application/vnd.openxmlformats-officedocument"
KINDS = (
    Kind("pptx", Words("PowerPoint（可编辑）", "PowerPoint (editable)"), "pptx",
         f"{_OFFICE}.presentationml.presentation", "powerpoint.deck:as_pptx"),
    Kind("docx", Words("Word 公文", "Word paper"), "docx",
         f"{_OFFICE}.wordprocessingml.document", "docx:as_docx"),
    Kind("xlsx", Words("Excel 工作簿", "Excel workbook"), "xlsx",
         f"{_OFFICE}.spreadsheetml.sheet", "xlsx:as_xlsx_brief"),
    Kind("report", Words("网页（可打印）", "Web page (prints)"), "html", "text/html", "html:as_html"),
    Kind("a3", Words("A3 一页", "A3 sheet to print"), "html", "text/html", "one_page:as_a3"),
    Kind("show", Words("离线放映", "Offline show"), "html", "text/html", "html:as_presentation"),
)  # fmt: skip
FORMS = tuple(kind.name for kind in KINDS if kind.ending == "html")


def writer_for(
    path: Path, *, form: str | None = None, template: bytes | None = None
) -> Callable[[Brief], bytes]:
    """Find the writer for a file's ending; raises Problem naming those there are.

    ``form``: one of ``FORMS``, for a web page only; ``template``: for PowerPoint only.
    """
    ending = path.suffix.lower().removeprefix(".")
    problems = []
    endings = list(dict.fromkeys(f".{kind.ending}" for kind in KINDS))
    if f".{ending}" not in endings:
        problems.append(
            Words(
                f"不能写成“{path.name}”：文件名请以{'、'.join(endings)}结尾。",
                f"A briefing can't be written as “{path.name}”: end the name with "
                f"{', '.join(endings)}.",
            )
        )
    if template is not None and ending != "pptx":
        problems.append(Words("模板只用于 .pptx 文件。", "A template goes with a .pptx file only."))
    if form is not None and ending != "html":
        problems.append(
            Words(
                f"版式 {form} 只用于 .html 文件。", f"The form {form} goes with an .html file only."
            )
        )
    if problems:
        raise Problem(problems)
    if template is not None:
        from dashboard.brief.powerpoint.crossing import write_apart

        return partial(write_apart, template=template)
    there = [kind for kind in KINDS if kind.ending == ending]
    return next((kind for kind in there if kind.name == form), there[0]).write


def check_template(template: bytes) -> Look:
    """Tell how a PowerPoint template looks; raises Problem for one that can't be used."""
    from dashboard.brief.powerpoint.crossing import check_apart

    return check_apart(template)


def put(path: Path, content: bytes) -> None:
    """Put a file in place; raises Problem where it can't be written."""
    try:
        replace_whole(path, content, mode=0o644)
    except OSError as error:
        raise Problem(
            Words(
                f"无法写入 {path}：{error.strerror}。请检查文件夹是否存在、能否写入、文件是否正被打开。",
                f"{path} can't be written: {error.strerror}. See that the folder exists and may be "
                "written to, and that the file is not open elsewhere.",
            )
        ) from error


def replace_whole(path: Path, content: bytes, *, mode: int) -> None:
    """Put a file in place; an old one stays until the new one is complete."""
    written = None
    try:
        with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            written = Path(file.name)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        written.chmod(mode)
        written.replace(path)
    except OSError:
        if written is not None:
            written.unlink(missing_ok=True)
        raise
