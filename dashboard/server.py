"""Serve the app as ASGI: one worker, quick answers, files that the browser keeps, a health route.

``streamlit run`` serves the same app, but its socket waits for small packets to gather, and its
static files are asked for again at every visit.
"""

import ctypes
import gc
import logging
import os
import socket
import threading
import time
import webbrowser
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dashboard.model.problem import Problem
from dashboard.places import ROOT, WAREHOUSE_VARIABLE, warehouse_path

if TYPE_CHECKING:
    from dashboard.warehouse.store import Store

# Everything comes from this server: the browser is told to fetch nothing from elsewhere.
# Streamlit's own scripts need inline code and eval.
SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
        "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
        "connect-src 'self' data: blob:; worker-src 'self' blob:; frame-ancestors 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
KEPT_FOR_GOOD = "public, max-age=31536000, immutable"
_STOP_SECONDS = 5
_COLLECTED_AFTER = 10_000
# Of glibc's malloc.h.
_M_ARENA_MAX = -8
_MEMORY_PLACES = 2


def serve(*, host: str, port: int, base_path: str, open_browser: bool, warehouse: Path) -> None:
    """Serve until stopped. Imports come late, so that the command line stays quick."""
    os.environ[WAREHOUSE_VARIABLE] = str(warehouse.resolve())
    _share_memory()
    os.chdir(ROOT)  # Streamlit looks for .streamlit/config.toml in the working directory.
    import uvicorn

    prefix = base_path.strip("/")
    address = f"http://{host}:{port}/{prefix}/" if prefix else f"http://{host}:{port}/"
    print(f"闵行新型居住社区治理看板 / Dashboard: {address}", flush=True)
    app = application(prefix)
    _warm_up()
    if open_browser:
        threading.Thread(target=_open_when_up, args=(host, port, address), daemon=True).start()
    uvicorn.run(
        app,
        host=host,
        port=port,
        workers=1,
        log_level="warning",
        timeout_graceful_shutdown=_STOP_SECONDS,
    )


def _share_memory() -> None:
    """Let all threads take memory from the same few places, so that what one frees another uses.

    Every rerun is a thread of its own: with a place for each, the process keeps growing for long.
    Must run before anything imports Arrow. Only glibc has the setting.
    """
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, _MEMORY_PLACES)


def _open_when_up(host: str, port: int, address: str) -> None:
    """Open the browser once the server answers; give up quietly if it never does."""
    for _ in range(100):
        with suppress(OSError), socket.create_connection((host, port), timeout=1):
            webbrowser.open(address)
            return
        time.sleep(0.1)


def _warm_up() -> None:
    """Load what the first page needs before anyone asks, so that nobody waits for it twice."""
    import dashboard.views  # noqa: F401
    from dashboard.ui.assets import lay_out_assets

    lay_out_assets()
    # What is loaded by now stays, and a page makes many thousand short-lived objects: going
    # through all of them as often as Python does by itself takes a seventh of the time.
    gc.collect()
    gc.freeze()
    gc.set_threshold(_COLLECTED_AFTER, 20, 10)


def application(prefix: str = "") -> Any:
    """Make the ASGI app under a path prefix, which is empty but for a reverse proxy."""
    import streamlit as st
    from starlette.concurrency import run_in_threadpool
    from starlette.middleware import Middleware
    from starlette.responses import RedirectResponse
    from starlette.routing import Route
    from streamlit import config

    from dashboard.warehouse.store import Store

    config.set_option("server.baseUrlPath", prefix)
    store = Store(warehouse_path())

    async def health(request: Any) -> Any:
        return await run_in_threadpool(_health, store)

    base = f"/{prefix}" if prefix else ""

    async def first_page(request: Any) -> Any:
        """Lead from the first page's name, where Streamlit knows no page, to where it stands."""
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"{base}/{query}")

    return st.App(
        ROOT / "dashboard" / "app.py",
        routes=[
            Route(f"{base}/health", health),
            Route(f"{base}/overview", first_page),
            Route(f"{base}/app/static/{{name:path}}", _static_file),
        ],
        middleware=[Middleware(SecurityHeaders)],
        on_script_error=_say_that_it_failed,
    )


def _say_that_it_failed(error: Exception) -> bool:
    """Give the reader a sentence where even a callback fails; the log gets the traceback."""
    from dashboard.ui.notices import say_here, show_failure

    logging.getLogger(__name__).error("a rerun failed", exc_info=error)
    show_failure(say_here())
    return True


def _health(store: "Store") -> Any:
    """Say whether there is a warehouse to serve, and which."""
    from starlette.responses import JSONResponse

    try:
        warehouse = store.current()
    except Problem as problem:
        return JSONResponse({"status": "no warehouse", "problem": str(problem)}, status_code=503)
    built_at = warehouse.about["built_at"]
    return JSONResponse({"status": "ok", "warehouse": warehouse.version, "built": built_at})


async def _static_file(request: Any) -> Any:
    """Send a file of ours, compressed where it lies compressed, to be kept for good.

    Their names or queries change with their content, so that none is ever stale.
    """
    from starlette.responses import FileResponse, PlainTextResponse

    from dashboard.ui.assets import STATIC

    path = (STATIC / request.path_params["name"]).resolve()
    if not path.is_relative_to(STATIC.resolve()) or not path.is_file():
        return PlainTextResponse("Not found", status_code=404)
    headers = {"Cache-Control": KEPT_FOR_GOOD, "Vary": "Accept-Encoding"}
    packed = path.with_name(f"{path.name}.gz")
    media_type = {".js": "text/javascript", ".css": "text/css", ".json": "application/json"}.get(
        path.suffix
    )
    if packed.is_file() and "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return FileResponse(packed, headers=headers, media_type=media_type)
    return FileResponse(path, headers=headers, media_type=media_type)


Message = dict[str, Any]


class SecurityHeaders:
    """Add the security headers to every answer."""

    def __init__(self, app: Callable[..., Awaitable[None]]) -> None:
        self._app = app

    async def __call__(self, scope: Message, receive: Any, send: Any) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [
                    *message["headers"],
                    *((name.encode(), value.encode()) for name, value in SECURITY_HEADERS.items()),
                ]
            await send(message)

        await self._app(scope, receive, send_with_headers)
