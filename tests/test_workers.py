"""Several processes behind one front: who goes where, what a death does, and what is left behind."""

import asyncio
import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest
from click.testing import CliRunner
from websockets.exceptions import ConnectionClosed

from dashboard import workers
from dashboard.cli.main import main
from dashboard.contract.problem import Problem
from dashboard.paths import CADDY_VARIABLE, DATA, LOADING_VARIABLE, OWN_VARIABLE, WORKERS_VARIABLE
from dashboard.warehouse.build import build
from dashboard.warehouse.store import Warehouse
from tests.bench.serving import (
    Server,
    children,
    command_of,
    dashboard_command,
    free_port,
    served,
)
from tests.bench.session import given_cookies, opened, written_cookies
from tests.test_server import finished

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/task").is_dir(), reason="only Linux tells of a process's children"
)
PATIENCE_SECONDS = 30


@contextmanager
def together(warehouse: Path, folder: Path, *options: str, base_path: str = "") -> Iterator[Server]:
    """Serve by two workers, once both are up; what they log must hold no traceback."""
    port, log = free_port(), folder / "log.txt"
    command = [*dashboard_command(warehouse, port, workers=2), *options]
    environment = {OWN_VARIABLE: str(folder / "own")}
    with served(
        command, port=port, log=log, environment=environment, base_path=base_path
    ) as server:
        wait_for(lambda: len(sockets(server)) == 2)
        # The front still passes over a worker that it asked in vain while it started.
        wait_for(lambda: len({worker_cookie(given_cookies(server.address)) for _ in range(8)}) == 2)
        yield server
    assert "Traceback" not in log.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def server(warehouse_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with together(warehouse_file, tmp_path_factory.mktemp("together")) as server:
        yield server


def wait_for(happened: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not happened():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.05)


def front_of(server: Server) -> int:
    (pid,) = (each for each in children(server.process.pid) if "caddy run" in command_of(each))
    return pid


def folder_of(server: Server) -> Path:
    words = command_of(front_of(server)).split()
    return Path(words[words.index("--config") + 1]).parent


def sockets(server: Server) -> list[Path]:
    return sorted(folder_of(server).glob("*.sock"))


def worker_cookie(cookies: dict[str, str]) -> str:
    (found,) = (text for name, text in cookies.items() if name.startswith("mh-worker-"))
    return found


def fetched(address: str, *, timeout: float = 30, **headers: str) -> str:
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    with urlopen(Request(address, headers=named), timeout=timeout) as answer:
        return str(answer.read().decode())


# Who goes where ---------------------------------------------------------------------------


def test_sessions_are_spread_over_the_workers_and_stay_where_their_files_are(
    server: Server,
) -> None:
    """An upload is refused by a worker that does not know its session."""

    async def visit() -> list[str]:
        went = []
        async with opened(server.address) as first, opened(server.address) as second:
            async with opened(server.address) as third, opened(server.address) as fourth:
                for session in (first, second, third, fourth):
                    await session.ask("lang=en")
                    await session.choose(session.towns[0])
                    assert session.failures == []
                    went.append(worker_cookie(session.cookies))
        for _ in range(4):
            async with opened(server.address, "own") as session:
                await session.ask("")
                await session.upload(server.address, "a.csv", b"name\nx\n")
        return went

    went = finished(visit())
    assert sorted(went.count(each) for each in set(went)) == [2, 2]


def test_an_answer_is_made_by_one_worker_whoever_asks(server: Server) -> None:
    """Where one worker is stopped, an address is either always answered or never."""
    addresses = [f"{server.address}/answers/overview?town={310112000 + 100 + n}" for n in range(12)]
    for each in addresses:
        with suppress(HTTPError):
            fetched(each)

    def is_answered(address: str) -> bool:
        # A town that is not there is told so, which is an answer too.
        try:
            fetched(address, timeout=1.5, Cookie=written_cookies(given[address]))
        except HTTPError:
            return True
        except (TimeoutError, URLError):
            return False
        return True

    given = {each: given_cookies(server.address) for each in addresses}
    stopped = server.workers()[0]
    os.kill(stopped, signal.SIGSTOP)
    try:
        with ThreadPoolExecutor(12) as pool:
            first, again = (list(pool.map(is_answered, addresses)) for _ in range(2))
    finally:
        os.kill(stopped, signal.SIGCONT)
    assert first == again
    assert set(first) == {True, False}


def test_the_front_takes_nothing_along_and_tells_nothing(server: Server) -> None:
    environment = Path(f"/proc/{front_of(server)}/environ").read_bytes().split(b"\0")
    assert {line.partition(b"=")[0] for line in environment if line} == {
        b"HOME", b"XDG_CONFIG_HOME", b"XDG_DATA_HOME",
    }  # fmt: skip
    assert folder_of(server).stat().st_mode & 0o777 == 0o700
    at = urlsplit(server.address)
    connection = HTTPConnection(at.netloc, timeout=10)
    connection.request("GET", "/health")
    response = connection.getresponse()
    assert response.status == 200
    assert response.getheader("Server") is None
    assert response.getheader("Via") is None
    connection.close()


def test_pages_answers_and_files_lie_under_a_base_path_too(
    warehouse_file: Path, tmp_path: Path
) -> None:
    options = ("--base-path", "minhang/board", "--host-name", "minhang.example.cn")
    with together(warehouse_file, tmp_path, *options, base_path="/minhang/board") as server:
        assert json.loads(fetched(f"{server.address}/health"))["status"] == "ok"
        assert "headline" in fetched(f"{server.address}/answers/overview")
        assert "html" in fetched(f"{server.address}/housing", Host="minhang.example.cn")
        with pytest.raises(HTTPError, match="403"):
            fetched(f"{server.address}/housing", Host="evil.example")


def test_a_newer_warehouse_is_seen_by_every_worker(warehouse_file: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.duckdb"
    shutil.copy(warehouse_file, copy)
    newer = build(data=DATA, to=tmp_path / "newer.duckdb", attendances=60_000)
    with together(copy, tmp_path) as server:
        before = versions(server)
        assert len(before) == 1
        newer.replace(copy)
        (after,) = versions(server)
        assert after == Warehouse(copy).version
        assert {after} != before


def versions(server: Server) -> set[str]:
    """Ask every worker on its own socket which warehouse it serves."""
    answers = [
        subprocess.run(
            ["curl", "-sf", "--unix-socket", str(path), "http://127.0.0.1/health"],
            capture_output=True, check=True,
        )
        for path in sockets(server)
    ]  # fmt: skip
    return {json.loads(answer.stdout)["warehouse"] for answer in answers}


# Ends -------------------------------------------------------------------------------------


def test_a_worker_that_is_killed_is_started_again_and_its_people_are_served_meanwhile(
    warehouse_file: Path, tmp_path: Path
) -> None:
    async def visit(server: Server) -> None:
        async with opened(server.address) as first, opened(server.address) as second:
            sessions = {worker_cookie(each.cookies): each for each in (first, second)}
            assert len(sessions) == 2
            for each in sessions.values():
                await each.ask("")
            os.kill(server.workers()[0], signal.SIGKILL)
            broken = [each for each in sessions.values() if await is_broken(each)]
            assert len(broken) == 1
            # With the cookie that it has: the other worker takes it at once.
            start = time.monotonic()
            fetched(f"{server.address}/health", Cookie=written_cookies(broken[0].cookies))
            assert time.monotonic() - start < 2
            async with opened(server.address) as again:
                await again.ask("")

    async def is_broken(session: object) -> bool:
        try:
            await session.ask("lang=en")  # type: ignore[attr-defined]
        except ConnectionClosed:
            return True
        return False

    with together(warehouse_file, tmp_path) as server:
        before = server.workers()
        finished(visit(server))
        wait_for(lambda: len(server.workers()) == 2)
        assert len(set(server.workers()) & set(before)) == 1
        wait_for(lambda: len(up(server)) == 2)
        os.kill(front_of(server), signal.SIGKILL)
        wait_for(lambda: is_served(server))
    assert "worker 1" in server.log.read_text(encoding="utf-8")


def up(server: Server) -> list[Path]:
    return [path for path in sockets(server) if workers._is_up(path)]


def is_served(server: Server) -> bool:
    with suppress(OSError):
        fetched(f"{server.address}/health", timeout=2)
        return True
    return False


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_nothing_is_left_behind_however_it_ends(
    how: signal.Signals, warehouse_file: Path, tmp_path: Path
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    port, log = free_port(), tmp_path / "log.txt"
    command = dashboard_command(warehouse_file, port, workers=2)
    with served(command, port=port, log=log, environment={"TMPDIR": str(scratch)}) as server:
        wait_for(lambda: len(sockets(server)) == 2)
        started = everybody(server.process.pid)
        assert len(started) >= 5
        assert sum("dashboard.workers" in command_of(pid) for pid in started) == 2

        async def end_amid_a_session() -> None:
            async with opened(server.address) as session:
                await session.ask("")
                server.process.send_signal(how)
                await asyncio.to_thread(server.process.wait, PATIENCE_SECONDS)

        finished(end_amid_a_session())
        wait_for(lambda: not any(map(command_of, started)))
        wait_for(lambda: not list(scratch.iterdir()))


def everybody(pid: int) -> list[int]:
    """List a process and all that come from it."""
    return [pid, *(each for child in children(pid) for each in everybody(child))]


# Fronts that can't be had -----------------------------------------------------------------


def test_several_workers_without_a_front_are_refused_in_a_sentence(tmp_path: Path) -> None:
    nothing = tmp_path / "nothing"
    told = CliRunner().invoke(main, ["--workers", "2", "--caddy", str(nothing)])
    assert told.exit_code == 1
    assert f"{nothing} is no program" in told.stderr
    assert len(told.stderr.strip().split("\n")) == 2


@pytest.mark.parametrize(
    ("packed", "sentence"), [(None, "There is no Caddy"), ("other", "is not the Caddy that")]
)
def test_without_a_front_that_can_be_trusted_one_process_serves_and_says_so(
    packed: str | None, sentence: str, warehouse_file: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv(LOADING_VARIABLE, "to be put back")
    monkeypatch.delenv(CADDY_VARIABLE, raising=False)
    if packed:
        (tmp_path / packed).write_bytes(b"#!/bin/sh\n")
    monkeypatch.setattr(workers, "_packed_caddy", lambda: packed and tmp_path / packed)
    monkeypatch.setattr(workers, "usual_count", lambda: 4)
    served_by_one = []

    def serve(*, sockets: list[socket.socket], **_: object) -> None:
        served_by_one.append(sockets)
        for each in sockets:
            each.close()

    monkeypatch.setattr("dashboard.server.serve", serve)
    told = CliRunner().invoke(main, ["--port", "0", "--warehouse", str(warehouse_file)])
    assert told.exit_code == 0, told.output
    assert len(served_by_one) == 1
    assert sentence in told.stderr


def test_the_front_that_is_installed_along_is_the_one_that_is_pinned(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert workers.found_caddy(None).is_file()
    monkeypatch.setattr(workers, "_KNOWN", {"0" * 64})
    with pytest.raises(Problem, match="pins"):
        workers.found_caddy(None)


def test_a_front_that_does_not_start_is_told_and_leaves_nothing(
    warehouse_file: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "caddy"
    broken.write_text("#!/bin/sh\necho no such luck >&2\nexit 3\n")
    broken.chmod(0o755)
    ended = subprocess.run(
        [*dashboard_command(warehouse_file, free_port(), workers=2), "--caddy", str(broken)],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert ended.returncode == 1
    assert "no such luck" in ended.stderr
    assert "Caddy could not start" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_workers_share_the_memory_that_one_would_have(
    warehouse_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def memory() -> str:
        opened = Warehouse(warehouse_file)
        with opened._cursor("exact") as cursor:
            return str(cursor.execute("select current_setting('memory_limit')").fetchall()[0][0])

    alone = memory()
    monkeypatch.setenv(WORKERS_VARIABLE, "4")
    assert (alone, memory()) == ("1.8 GiB", "476.8 MiB")
