"""Serve the app as ASGI: one worker, quick answers, files that the browser keeps, a health route.

``streamlit run`` serves the same app, but its socket waits for small packets to gather, and its
static files are asked for again at every visit.
"""

import ctypes
import errno
import gc
import logging
import os
import signal
import socket
import sys
import threading
import time
import webbrowser
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from dashboard.contract.problem import Problem
from dashboard.contract.words import Words
from dashboard.guards import KnownHosts, OwnFront, OwnMessagesOnly, SecurityHeaders
from dashboard.hosts import Hosts, is_everywhere
from dashboard.paths import ANSWERS_VARIABLE, ROOT, WAREHOUSE_VARIABLE, warehouse_path

if TYPE_CHECKING:
    from dashboard.warehouse.store import Store

KEPT_FOR_GOOD = "public, max-age=31536000, immutable"
_STOP_SECONDS = 5
_LAST_PORT = 65_535
# A session has one, and some more while its page loads.
_MOST_CONNECTIONS = 4_000
_OWN_FILES = 100
_COLLECTED_AFTER = 10_000
# Of glibc's malloc.h.
_M_ARENA_MAX = -8
_MEMORY_PLACES = 2


def listen(host: str, port: int) -> list[socket.socket]:
    """Take the port at once, so that whoever asked for one that can't be had is told so first."""
    if not 0 <= port <= _LAST_PORT:
        raise Problem(
            Words(
                f"--port {port}：端口须在 0 至 {_LAST_PORT} 之间（0：任选一个空闲的）。",
                f"--port {port}: a port lies between 0 and {_LAST_PORT} (0: any that is free).",
            )
        )
    taken: list[socket.socket] = []
    refused: list[OSError] = []
    try:
        found = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
    except OSError as error:
        raise Problem(_why_not(host, port, error)) from error
    for family, _, _, _, address in found:
        try:
            taken.append(_bound(family, (address[0], port, *address[2:])))
            port = taken[0].getsockname()[1]
        except OSError as error:
            refused.append(error)
    # A name may mean an address that this machine lacks beside one that it has.
    in_use = [error for error in refused if error.errno == errno.EADDRINUSE]
    if in_use or not taken:
        for each in taken:
            each.close()
        raise Problem(_why_not(host, port, (in_use or refused)[0]))
    return taken


def _bound(family: int, address: tuple[Any, ...]) -> socket.socket:
    # Named as TCP, else asyncio lets small packets gather: forty milliseconds an answer.
    made = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":
            # Elsewhere this would let two servers share a port.
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        made.bind(address)
        # Before it listens, another server may be bound to the same port.
        made.listen()
    except OSError:
        made.close()
        raise
    return made


def _why_not(host: str, port: int, error: OSError) -> Words:
    if isinstance(error, PermissionError):
        return Words(
            f"没有使用端口 {port} 的权限：请用 --port 指定 1024 以上的端口。",
            f"Port {port} may not be used here: name one from 1024 on with --port.",
        )
    if error.errno == errno.EADDRINUSE:
        return Words(
            f"端口 {port} 已被占用，可能看板已经在运行：请关闭占用它的程序，或用 --port 指定另一个。",
            f"Port {port} is in use, perhaps by this dashboard already: close what uses it, or name "
            "another with --port.",
        )
    return Words(
        f"--host {host}：本机不能在此地址上提供服务（{error.strerror}）。"
        "请用 127.0.0.1（仅本机）、0.0.0.0（所有网络）或本机的一个地址。",
        f"--host {host}: this machine can't serve at that address ({error.strerror}). Use 127.0.0.1 "
        "(this machine alone), 0.0.0.0 (every network) or one of its addresses.",
    )


def serve(
    *,
    sockets: list[socket.socket],
    hosts: Hosts,
    base_path: str,
    open_browser: bool,
    warehouse: Path,
) -> None:
    """Serve until stopped. Imports come late, so that the command line stays quick."""
    prepare(warehouse)
    prefix = base_path.strip("/")
    address = tell_address(hosts, sockets[0].getsockname()[1], prefix)
    app = application(prefix, hosts)
    warm_up()
    if open_browser:
        threading.Thread(target=_open_when_up, args=(address,), daemon=True).start()
    run(app, sockets)


def prepare(warehouse: Path) -> None:
    """Set what must be set before anything large is imported."""
    os.environ[WAREHOUSE_VARIABLE] = str(warehouse.resolve())
    _share_memory()
    os.chdir(ROOT)  # Streamlit looks for .streamlit/config.toml in the working directory.


def tell_address(hosts: Hosts, port: int, prefix: str) -> str:
    """Print where the dashboard is found, and return it."""
    shown = "localhost" if is_everywhere(hosts.bound) else hosts.bound
    address = f"http://{f'[{shown}]' if ':' in shown else shown}:{port}/{prefix}"
    address = address if address.endswith("/") else f"{address}/"
    print(f"闵行新型居住社区治理看板 / Dashboard: {address}", flush=True)
    return address


def run(app: Any, sockets: list[socket.socket]) -> None:
    """Serve an ASGI app until stopped."""
    import uvicorn

    from dashboard.ahead import making_ahead
    from dashboard.punctual import Punctual
    from dashboard.warehouse.store import shared_store

    server = uvicorn.Server(
        uvicorn.Config(
            app,
            http=Punctual,
            log_level="warning",
            server_header=False,
            limit_concurrency=most_connections(),
            timeout_graceful_shutdown=_STOP_SECONDS,
        )
    )
    # By itself this signal would end Python before it has cleared away what it put anywhere.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with suppress(KeyboardInterrupt), making_ahead(shared_store(warehouse_path())):
            server.run(sockets=sockets)
    finally:
        # What is frozen when Python ends is never freed, and DuckDB's binding complains at length.
        gc.unfreeze()


def most_connections() -> int:
    """Say how many connections there is room for, so that whoever comes later is told so.

    Each takes up to four of the files that the system lets a process open: as many as may be.
    """
    try:
        import resource
    except ImportError:
        return _MOST_CONNECTIONS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _OWN_FILES + 4 * _MOST_CONNECTIONS
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    if 0 <= soft < wanted:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            soft = wanted
    return (
        _MOST_CONNECTIONS if soft < 0 else min(_MOST_CONNECTIONS, max(soft - _OWN_FILES, 64) // 4)
    )


def _share_memory() -> None:
    """Let all threads take memory from the same few places, so that what one frees another uses.

    Every rerun is a thread of its own: with a place for each, the process keeps growing for long.
    Must run before anything imports Arrow. Only glibc has the setting.
    """
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, _MEMORY_PLACES)


def _open_when_up(address: str) -> None:
    """Open the browser once the server answers; give up quietly if it never does."""
    place = urlsplit(address)
    for _ in range(100):
        with suppress(OSError), socket.create_connection((place.hostname, place.port), timeout=1):
            webbrowser.open(address)
            return
        time.sleep(0.1)


def warm_up() -> None:
    """Load what the first page needs before anyone asks, so that nobody waits for it twice."""
    import dashboard.views  # noqa: F401
    from dashboard.apart import start_spare
    from dashboard.ui.assets import lay_out_assets

    lay_out_assets()
    start_spare()
    collect_seldom()
    # A colleague's click need not wait long for a thread that checks a large file.
    sys.setswitchinterval(0.001)


def collect_seldom() -> None:
    """Look for garbage less often than Python does by itself.

    What is loaded by now stays, and a page makes many thousand short-lived objects: going through
    all of them takes a seventh of the time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_COLLECTED_AFTER, 20, 10)


def application(prefix: str, hosts: Hosts, *, is_behind_own_front: bool = False) -> Any:
    """Make the ASGI app under a path prefix, which is empty but for a reverse proxy."""
    import streamlit as st
    from starlette.concurrency import run_in_threadpool
    from starlette.middleware import Middleware
    from starlette.requests import ClientDisconnect
    from starlette.responses import RedirectResponse
    from starlette.routing import Route
    from streamlit import config

    from dashboard.answering import Answers
    from dashboard.ui.uploads import bound_uploads
    from dashboard.warehouse.store import shared_store

    bound_uploads()
    config.set_option("server.baseUrlPath", prefix)
    # Other hosts do not come this far.
    config.set_option("server.allowedHosts", ["*"])
    store = shared_store(warehouse_path())
    os.environ.setdefault(ANSWERS_VARIABLE, "1")

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
            Route(f"{base}/answers/{{page}}", Answers(store).__call__),
            Route(f"{base}/overview", first_page),
            Route(f"{base}/app/static/{{name:path}}", _static_file),
        ],
        middleware=[
            *([Middleware(OwnFront)] if is_behind_own_front else []),
            Middleware(SecurityHeaders),
            Middleware(KnownHosts, hosts=hosts),
            Middleware(OwnMessagesOnly),
        ],
        on_script_error=_say_that_it_failed,
        exception_handlers={ClientDisconnect: _gone},
    )


async def _gone(request: Any, error: Exception) -> Any:
    """End quietly what nobody waits for any more, such as an upload that was broken off."""
    from starlette.responses import Response

    return Response(status_code=400)


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
    told = {"warehouse": warehouse.version, "built": warehouse.about["built_at"]}
    if warehouse.rolled_elsewhere:
        told["rollups"] = warehouse.rolled_elsewhere
    return JSONResponse({"status": "ok", **told})


async def _static_file(request: Any) -> Any:
    """Send a file of ours, compressed where it lies compressed, to be kept for good.

    Their names or queries change with their content, so that none is ever stale.
    """
    from starlette.responses import PlainTextResponse

    from dashboard.ui.assets import STATIC

    # A name may be longer than any system takes, or hold what none does.
    with suppress(OSError, ValueError):
        path = (STATIC / request.path_params["name"]).resolve()
        if path.is_relative_to(STATIC.resolve()) and path.is_file():
            return _kept_file(path, request)
    return PlainTextResponse("Not found", status_code=404)


def _kept_file(path: Path, request: Any) -> Any:
    from starlette.responses import FileResponse

    headers = {"Cache-Control": KEPT_FOR_GOOD, "Vary": "Accept-Encoding"}
    packed = path.with_name(f"{path.name}.gz")
    media_type = {".js": "text/javascript", ".css": "text/css", ".json": "application/json"}.get(
        path.suffix
    )
    if packed.is_file() and "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return FileResponse(packed, headers=headers, media_type=media_type)
    return FileResponse(path, headers=headers, media_type=media_type)
