"""Know the kinds of files a briefing can be, and put one in place whole or not at all."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import NamedTemporaryFile

from dashboard.brief.slides import Brief
from dashboard.model.problem import Problem
from dashboard.model.words import Words


@dataclass(frozen=True)
class Kind:
    """Describe one kind of file."""

    ending: str
    mime: str
    write: Callable[[Brief], bytes]


def _pptx(brief: Brief) -> bytes:
    from dashboard.brief.pptx import as_pptx

    return as_pptx(brief)


def _docx(brief: Brief) -> bytes:
    from dashboard.brief.docx import as_docx

    return as_docx(brief)


def _xlsx(brief: Brief) -> bytes:
    from dashboard.brief.xlsx import as_xlsx_brief

    return as_xlsx_brief(brief)


def _html(brief: Brief) -> bytes:
    from dashboard.brief.html import as_html

    return as_html(brief)


_OFFICE = "application/vnd.openxmlformats-officedocument"
KINDS = (
    Kind("pptx", f"{_OFFICE}.presentationml.presentation", _pptx),
    Kind("docx", f"{_OFFICE}.wordprocessingml.document", _docx),
    Kind("xlsx", f"{_OFFICE}.spreadsheetml.sheet", _xlsx),
    Kind("html", "text/html", _html),
)


def writer_for(path: Path, *, template: bytes | None = None) -> Callable[[Brief], bytes]:
    """Find the writer for a file's ending; raises Problem naming those there are.

    Only PowerPoint takes a ``template``.
    """
    if template is not None:
        if path.suffix.lower() != ".pptx":
            raise Problem(
                Words("模板只用于 .pptx 文件。", "A template goes with a .pptx file only.")
            )
        from dashboard.brief.pptx import as_pptx

        return partial(as_pptx, template=template)
    for kind in KINDS:
        if path.suffix.lower() == f".{kind.ending}":
            return kind.write
    there = [f".{kind.ending}" for kind in KINDS]
    raise Problem(
        Words(
            f"不能写成“{path.name}”：文件名请以{'、'.join(there)}结尾。",
            f"A briefing can't be written as “{path.name}”: end the name with {', '.join(there)}.",
        )
    )


def put(path: Path, content: bytes) -> None:
    """Put a file in place; an old one stays until the new one is complete.

    Raises Problem where it can't be written.
    """
    written = None
    try:
        with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            written = Path(file.name)
            file.write(content)
        written.chmod(0o644)
        written.replace(path)
    except OSError as error:
        if written is not None:
            written.unlink(missing_ok=True)
        raise Problem(
            Words(
                f"无法写入 {path}：{error.strerror}。请检查文件夹是否存在、能否写入、文件是否正被打开。",
                f"{path} can't be written: {error.strerror}. See that the folder exists and may be "
                "written to, and that the file is not open elsewhere.",
            )
        ) from error
