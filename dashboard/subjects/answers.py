"""Keep what a page answers as compressed bytes: asked again, nothing is made and nothing written."""

import gzip
import hashlib
import json
from dataclasses import dataclass

from dashboard.asking.memo import remembered
from dashboard.asking.questions import Questions
from dashboard.figures.page import Choices
from dashboard.figures.written import page_as_dict
from dashboard.subjects.pages import make_page

# Twice as fast as the usual six, for a tenth more bytes.
_LEVEL = 3


@dataclass(frozen=True)
class Answer:
    """Hold a page as JSON in gzip; ``version`` is the same wherever its content is."""

    content: bytes
    version: str


@remembered
def answer(ask: Questions, page: str, choices: Choices) -> Answer:
    """Answer a page for the filters, the language and the choices."""
    made = page_as_dict(ask, make_page(ask, page, choices))
    written = json.dumps(
        made, ensure_ascii=False, allow_nan=False, default=str, separators=(",", ":")
    ).encode()
    return Answer(gzip.compress(written, _LEVEL, mtime=0), hashlib.sha256(written).hexdigest()[:16])
