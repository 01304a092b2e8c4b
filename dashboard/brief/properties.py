"""Say in an Office file whose it is: title, author, dates; nothing of the library that wrote it."""

from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape

from docx.opc.constants import RELATIONSHIP_TYPE

from dashboard.brief.slides import Brief
from dashboard.contract.words import Language

_EXTENDED = "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"


def title_of(brief: Brief) -> str:
    return f"{brief.cover.title} {brief.place} {brief.cover.date}"


def subject_of(brief: Brief) -> str:
    return " · ".join(filter(None, (brief.source, brief.caveat, brief.version)))


def language_tag(language: Language) -> str:
    return "zh-CN" if language == "zh" else "en-GB"


def own_properties(package: Any, properties: Any, brief: Brief, *, more: str = "") -> None:
    """Write the properties of a package that python-pptx or python-docx opened, and drop the
    thumbnail of what it was made from. ``more``: further elements of the extended properties."""
    now = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    properties.title, properties.subject = title_of(brief), subject_of(brief)
    properties.author = properties.last_modified_by = brief.unit
    properties.created = properties.modified = now
    properties.language, properties.revision = language_tag(brief.language), 1
    properties.comments = properties.keywords = properties.category = ""
    rels = getattr(package, "_rels", None) or package.rels
    for key, each in list(rels.items()):
        if each.reltype == RELATIONSHIP_TYPE.THUMBNAIL:
            rels.pop(key)
        elif each.reltype == RELATIONSHIP_TYPE.EXTENDED_PROPERTIES:
            each.target_part._blob = (
                '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
                f'<Properties xmlns="{_EXTENDED}">{more}<Company>{escape(brief.unit)}</Company>'
                "</Properties>"
            ).encode()
