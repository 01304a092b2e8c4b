"""Answer a page's address: read it, make the page once, and keep it as compressed bytes."""

import gzip
import hashlib
import json
from dataclasses import dataclass
from urllib.parse import parse_qsl

from dashboard.asking.memo import remembered
from dashboard.asking.questions import Asking, Maps, Questions
from dashboard.contract.problem import Problem
from dashboard.contract.words import Words
from dashboard.figures.address import Address, read_address, unknown_names
from dashboard.figures.page import Choices
from dashboard.figures.written import page_as_dict
from dashboard.language import Say
from dashboard.subjects.pages import PAGES, make_page
from dashboard.warehouse.store import Warehouse

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


def asked(warehouse: Warehouse, address: str, maps: Maps) -> tuple[str, Address, Asking]:
    """Read an address, as the browser shows it without the host: the page, what is chosen, and the
    questions for it.

    Where a page would say what is wrong and go on, this raises Problem, all at once.
    """
    path, _, query = address.partition("?")
    page = path.strip("/") or "overview"
    if page not in PAGES:
        there = ", ".join(PAGES)
        raise Problem(
            Words(
                f"没有“{page}”这一页；现有：{there}。",
                f"There is no page “{page}”; there are: {there}.",
            )
        )
    given, choices = dict(parse_qsl(query)), PAGES[page].choices
    read, notices = read_address(
        given,
        months=warehouse.months,
        town_codes=warehouse.town_codes,
        community_codes=warehouse.community_codes,
        is_protected=warehouse.is_protected,
        choices=choices,
    )
    if wrong := [*notices, *unknown_names(given, choices)]:
        raise Problem(wrong)
    return page, read, Asking(warehouse, Say(read.language), read.filters, maps)
