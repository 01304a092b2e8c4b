"""Answer a page's address over HTTP: the same value as the page draws, as JSON."""

import gzip
import logging
from typing import TYPE_CHECKING, Any

from dashboard.contract.problem import Problem
from dashboard.contract.words import Words

if TYPE_CHECKING:
    from dashboard.subjects.answers import Answer
    from dashboard.warehouse.store import Store

# New answers are made by DuckDB's and Python's work: more at once would only wait for each other.
_AT_ONCE = 2
_MOST_WAITING = 60
_LONGEST_QUERY = 4_000


class Answers:
    """Answer ``GET …/answers/<page>?<address>``; few are made at once, the others wait their turn.

    An answer is kept as compressed bytes. Its ``ETag`` is the content's: who has it already is told
    so. What is wrong with an address is said in sentences, all at once.
    """

    def __init__(self, store: "Store") -> None:
        from anyio import CapacityLimiter

        self._store = store
        self._limit = CapacityLimiter(_AT_ONCE)

    async def __call__(self, request: Any) -> Any:
        from anyio.to_thread import run_sync

        from dashboard.warehouse.store import NoWarehouse

        if self._limit.statistics().tasks_waiting >= _MOST_WAITING:
            return _refused(_BUSY, 503, {"Retry-After": "1"})
        page, query = request.path_params["page"], request.url.query
        if len(query) > _LONGEST_QUERY:
            return _refused(_TOO_LONG, 414)
        try:
            made = await run_sync(self._made, page, query, limiter=self._limit)
        except Problem as problem:
            return _refused(problem, 503 if isinstance(problem, NoWarehouse) else 400)
        except Exception:
            logging.getLogger(__name__).exception("the answer of %s failed", page[:40])
            return _refused(_FAILED, 500)
        return _sent(made, request.headers)

    def _made(self, page: str, query: str) -> "Answer":
        from dashboard.subjects.answers import answer, asked
        from dashboard.ui.assets import lay_out_assets

        name, read, ask = asked(self._store.current(), f"{page}?{query}", lay_out_assets().maps)
        return answer(ask, name, read.chosen)


def _sent(made: "Answer", headers: Any) -> Any:
    from starlette.responses import Response

    # The content is the same however it is packed, hence weak.
    tag = f'W/"{made.version}"'
    told = {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Accept-Encoding"}
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
