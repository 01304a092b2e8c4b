"""Answer a page's address over HTTP: what the browser draws of it, without the parts that it holds."""

import gzip
import hashlib
import logging
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from dashboard.asking.memo import is_remembered
from dashboard.contract.problem import Problem
from dashboard.contract.words import Words

if TYPE_CHECKING:
    from dashboard.figures.page import Choices
    from dashboard.ui.context import Context
    from dashboard.warehouse.store import Store

# New answers are made by DuckDB's and Python's work: more at once would only wait for each other.
_AT_ONCE = 2
# Solvers leave Python to others meanwhile: they have turns of their own, and long searches one.
_SOLVED_AT_ONCE, _SEARCHED_AT_ONCE = 2, 1
_MOST_WAITING = 60
# A scenario of some hundred communities; what fronts usually let through.
_LONGEST_QUERY = 8_000
_MOST_KEPT = 2_000
# Twice as fast as the usual six, for a tenth more bytes.
_LEVEL = 3
# The header in which a browser names the parts that it holds, by their digests.
HELD = "parts-held"


@dataclass(frozen=True)
class _Answer:
    """Hold an answer as gzip; ``tag`` is the same wherever its content is."""

    content: bytes
    tag: str


class Answers:
    """Answer ``GET …/answers/<page>?<address>``; few are made at once, the others wait their turn.

    A page that is made already is written for whoever asks, past those who wait for new ones.
    An answer is kept as compressed bytes, for who holds the same parts. Its ``ETag`` is the
    page's: who has it already is told so. What is wrong with an address is said in it as on the
    page; what can't be answered, in sentences.
    """

    def __init__(self, store: "Store") -> None:
        from anyio import CapacityLimiter

        self._store = store
        limits = {"usual": _AT_ONCE, "solved": _SOLVED_AT_ONCE, "searched": _SEARCHED_AT_ONCE}
        self._limits = {turn: CapacityLimiter(most) for turn, most in limits.items()}
        self._kept: OrderedDict[tuple[object, ...], _Answer] = OrderedDict()

    async def __call__(self, request: Any) -> Any:
        from anyio.to_thread import run_sync

        from dashboard.warehouse.store import NoWarehouse

        page, query = request.path_params["page"], request.url.query
        held = request.headers.get(HELD, "")
        if len(query) > _LONGEST_QUERY or len(held) > _LONGEST_QUERY:
            return _refused(_TOO_LONG, 414)
        try:
            key = (*self._present(), page, query, held)
            if key in self._kept:
                self._kept.move_to_end(key)
                return _sent(self._kept[key], request.headers)
            asked = await run_sync(self._read, page, query)
            limit = None if asked.is_made else self._limits[asked.turn]
            if limit and limit.statistics().tasks_waiting >= _MOST_WAITING:
                return _refused(_BUSY, 503, {"Retry-After": "1"})
            made = await run_sync(asked.answer, held, limiter=limit)
        except Problem as problem:
            return _refused(problem, 503 if isinstance(problem, NoWarehouse) else 400)
        except Exception:
            logging.getLogger(__name__).exception("the answer of %s failed", page[:40])
            return _refused(_FAILED, 500)
        self._kept[key] = made
        while len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)
        return _sent(made, request.headers)

    def _present(self) -> tuple[object, ...]:
        """Name what answers rest on besides their address."""
        from dashboard.ui.assets import lay_out_assets

        return self._store.current().version, lay_out_assets().towns

    def _read(self, page: str, query: str) -> "_Asked":
        from dashboard.subjects.answers import declared
        from dashboard.ui.context import context_at

        given = dict(parse_qsl(query))
        context, notices = context_at(self._store.current(), page, given, declared(page).choices)
        return _Asked(given, context, [context.say.words(each) for each in notices])


@dataclass(frozen=True)
class _Asked:
    """Hold what an address asks for, as given and as read, and what was left out of it."""

    given: dict[str, str]
    context: "Context"
    notices: list[str]

    @property
    def is_made(self) -> bool:
        """Whether the page is there already, and only has to be written."""
        from dashboard.views import shown_page

        return is_remembered(shown_page, self.context, self.context.page, self._chosen)

    @property
    def turn(self) -> str:
        """Name among whom the page waits for its turn."""
        from dashboard.subjects.pages import PAGES

        page = PAGES[self.context.page]
        if page.at_once is None:
            return "usual"
        return "searched" if page.is_long(self._chosen) else "solved"

    def answer(self, held: str) -> _Answer:
        """Write the page without the parts that are held; make it where it is not there yet."""
        from dashboard.views import shown_page

        context, notices = self.context, self.notices
        drawn = shown_page(context, context.page, self._chosen)
        content = drawn.told(
            set(held.split(",")), asked=self.given, notices=notices, read=context.written
        )
        tag = hashlib.sha256(f"{drawn.version}{notices}".encode()).hexdigest()[:16]
        return _Answer(gzip.compress(content, _LEVEL, mtime=0), tag)

    @property
    def _chosen(self) -> "Choices":
        return self.context.address.chosen


def _sent(made: _Answer, headers: Any) -> Any:
    from starlette.responses import Response

    # The content is the same however it is packed, hence weak.
    tag = f'W/"{made.tag}"'
    told = {
        "ETag": tag,
        "Cache-Control": "private, no-cache",
        "Vary": f"Accept-Encoding, {HELD}",
    }
    if tag in headers.get("if-none-match", ""):
        return Response(status_code=304, headers=told)
    content = made.content
    if "gzip" in headers.get("accept-encoding", ""):
        told["Content-Encoding"] = "gzip"
    else:
        content = gzip.decompress(content)
    return Response(content, headers=told, media_type="application/json")


def _refused(problem: Problem, status: int, headers: dict[str, str] | None = None) -> Any:
    from starlette.responses import JSONResponse

    problems = [{"zh": each.zh, "en": each.en} for each in problem.problems]
    told = {"Cache-Control": "no-store", **(headers or {})}
    return JSONResponse({"problems": problems}, status, told)


_BUSY = Problem(
    Words("同时请求的人太多：请稍后再试。", "Too many ask at once: try again in a moment.")
)
_FAILED = Problem(
    Words("未能作答，原因已记入日志。", "This could not be answered; the log says why.")
)
_TOO_LONG = Problem(
    Words(
        f"网址太长：请控制在 {_LONGEST_QUERY} 个字符以内。",
        f"The address is too long: keep it within {_LONGEST_QUERY} characters.",
    )
)
