"""Attack the server as strangers and their pages would: foreign names, fronts, back doors, half requests."""

import asyncio
import os
import socket
import subprocess
import time
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin, Subprotocol

from dashboard.contract.problem import Problem
from dashboard.hosts import Hosts, named_hosts
from dashboard.paths import ROOT
from dashboard.server import listen, most_connections
from dashboard.ui.rights import comes_directly
from tests.bench.serving import Server, dashboard_command, free_port, served

NAME = "minhang.example.cn"


@pytest.fixture(scope="module", params=[1, 2], ids=["one process", "two workers"])
def server(
    warehouse_file: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Server]:
    """Serve as on one's own machine; what is logged must hold no traceback."""
    port, log = free_port(), tmp_path_factory.mktemp("server") / "log.txt"
    command = dashboard_command(warehouse_file, port, workers=request.param)
    with served(command, port=port, log=log) as server:
        yield server
    assert "Traceback" not in log.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def named(warehouse_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve under a name, as behind a front that passes it on."""
    port, log = free_port(), tmp_path_factory.mktemp("named") / "log.txt"
    command = [*dashboard_command(warehouse_file, port), "--host-name", NAME]
    with served(command, port=port, log=log) as server:
        yield server


def asked(server: Server, path: str = "/", method: str = "GET", **headers: str) -> tuple[int, str]:
    """Ask for a path with headers of one's own; underscores stand for hyphens."""
    response, text = answered(server, path, method, headers)
    return response.status, text


def answered(
    server: Server, path: str, method: str, headers: dict[str, str]
) -> tuple[HTTPResponse, str]:
    with closing(HTTPConnection(urlsplit(server.address).netloc, timeout=10)) as connection:
        connection.putrequest(method, path, skip_host="Host" in headers)
        for name, value in headers.items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders()
        response = connection.getresponse()
        return response, response.read().decode("utf-8", errors="replace")


def opened(server: Server, *, origin: str | None = None, **headers: str) -> connect:
    address = urlsplit(server.address).netloc
    return connect(
        f"ws://{address}/_stcore/stream",
        origin=Origin(origin or server.address),
        additional_headers={name.replace("_", "-"): text for name, text in headers.items()},
        subprotocols=[Subprotocol("streamlit")],
        max_size=None,
        proxy=None,
    )


def finished(attack: Coroutine[Any, Any, Any]) -> Any:
    """Run to the end in a thread of its own: where a browser is driven, this one has a loop already."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, attack).result()


def shaken(server: Server, host: str, origin: str | None) -> int:
    """Shake hands for a WebSocket by hand, under any name: the status of the answer."""
    lines = [
        "GET /_stcore/stream HTTP/1.1",
        *([f"Host: {host}"] if host else []),
        *([f"Origin: {origin}"] if origin else []),
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Protocol: streamlit",
    ]
    at = urlsplit(server.address)
    with socket.create_connection((at.hostname, at.port), timeout=10) as made:
        made.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        return int(made.recv(4096).split()[1])


# Names (DNS rebinding) --------------------------------------------------------------------


def test_this_machines_own_names_are_answered(server: Server) -> None:
    port = urlsplit(server.address).port
    for host in (f"127.0.0.1:{port}", f"localhost:{port}", "LOCALHOST", "[::1]", "127.0.0.1"):
        assert asked(server, Host=host)[0] == 200, host
        assert shaken(server, host, f"http://{host}") == 101, host


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8501", "localhost.evil.example", "127.0.0.1.evil.example",
     "evil@localhost", "10.1.2.3", "localhost/x", "localhost:port", "..."],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/", "/health", "/_stcore/host-config", "/app/static/icon.svg"])
def test_a_strangers_name_is_refused_everywhere(server: Server, host: str, path: str) -> None:
    # The front of several workers refuses by itself what is no name at all.
    refusals = (403, 400) if server.workers() else (403,)
    assert asked(server, path, Host=host)[0] in refusals
    assert shaken(server, host, f"http://{host}") in refusals


def test_a_refused_name_is_told_the_option_in_both_languages(server: Server) -> None:
    status, text = asked(server, Host="data.example.cn:8080")
    assert status == 403
    zh, en = text.strip().split("\n")
    assert "--host-name data.example.cn" in zh
    assert "--host-name data.example.cn" in en
    assert "<" not in asked(server, Host="<b>x</b>")[1]


def test_a_check_that_names_no_host_is_answered(server: Server) -> None:
    """Load balancers ask so; no browser does."""
    at = urlsplit(server.address)
    with socket.create_connection((at.hostname, at.port), timeout=10) as made:
        made.sendall(b"GET /health HTTP/1.0\r\n\r\n")
        assert made.recv(100).split()[1] == b"200"
    assert shaken(server, "", None) != 101


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "http://127.0.0.1:9", "http://localhost:3000", "https://0.0.0.0",
     "null", "http://[::1]:9"],
)  # fmt: skip
def test_another_sites_page_is_refused(server: Server, origin: str) -> None:
    host = urlsplit(server.address).netloc
    assert shaken(server, host, origin) == 403
    assert asked(server, "/_stcore/health", Origin=origin)[0] == 403
    assert asked(server, "/_stcore/upload_file/a/b", "PUT", Origin=origin)[0] == 403


def test_a_name_that_was_given_is_answered_also_where_the_front_drops_its_port(
    named: Server,
) -> None:
    for origin in (f"http://{NAME}", f"https://{NAME}", f"https://{NAME}:8443"):
        assert shaken(named, NAME, origin) == 101
    assert asked(named, Host=NAME.upper())[0] == 200
    assert shaken(named, NAME, "https://evil.example") == 403
    assert shaken(named, NAME, f"https://{NAME}.evil.example") == 403
    assert shaken(named, f"x.{NAME}", f"https://x.{NAME}") == 403
    assert shaken(named, "127.0.0.1", f"https://{NAME}") == 403


def test_on_every_network_addresses_in_numbers_are_known_and_names_are_not() -> None:
    everywhere = Hosts("0.0.0.0", named_hosts(["看板.example", "[fd00::1]"]))
    for known in ("10.1.2.3", "fd00::2", "localhost", "xn--msvy95a.example"):
        assert everywhere.knows(known), known
    assert not everywhere.knows("server.lan")
    assert Hosts("192.168.1.5").knows("192.168.1.5")
    assert not Hosts("192.168.1.5").knows("192.168.1.6")


def test_names_that_are_none_are_told_all_at_once() -> None:
    with pytest.raises(Problem) as told:
        named_hosts(["http://a.example", "b.example:80", "*", "c.example", "d/e", ""])
    assert len(told.value.problems) == 5


# Fronts -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "peer", "expected"),
    [
        ({"Host": "localhost:8501"}, None, True),
        ({"host": "[::1]:8501"}, "127.0.0.1", True),
        ({"host": "127.0.0.1"}, "10.0.0.5", False),
        ({"host": NAME}, None, False),
        ({}, None, False),
        ({"host": "localhost", "X-Forwarded-For": "127.0.0.1"}, None, False),
        ({"host": "localhost", "x-forwarded-proto": "https"}, None, False),
        ({"host": "localhost", "Forwarded": "for=127.0.0.1"}, None, False),
        ({"host": "localhost", "Via": "1.1 front"}, None, False),
        ({"host": "localhost", "X-Real-IP": "127.0.0.1"}, None, False),
    ],
)
def test_a_request_from_this_machine_shows_no_front(
    headers: dict[str, str], peer: str | None, expected: bool
) -> None:
    assert comes_directly(headers, peer) is expected


async def page(server: Server, path: str, **headers: str) -> str:
    """Open a page over a WebSocket and give all that it sent, as text."""
    async with opened(server, **headers) as socket:
        return await rerun(socket, path)


async def rerun(socket: ClientConnection, path: str = "", query: str = "lang=en") -> str:
    message = BackMsg()
    message.rerun_script.query_string = query
    message.rerun_script.page_name = path
    await socket.send(message.SerializeToString())
    return await until_finished(socket)


async def until_finished(socket: ClientConnection) -> str:
    texts: list[str] = []
    async with asyncio.timeout(30):
        while True:
            received = ForwardMsg.FromString(await socket.recv())
            texts.append(str(received))
            if received.WhichOneof("type") == "script_finished":
                return "\n".join(texts)


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("broken") / "broken.duckdb"
    path.write_bytes(b"this is no warehouse" * 1000)
    return path


@pytest.mark.parametrize("workers", [1, 2])
def test_whoever_sits_at_this_machine_may_rebuild_and_nobody_from_behind_a_front(
    workers: int, broken: Path, tmp_path: Path
) -> None:
    port, log = free_port(), tmp_path / "log.txt"
    command = dashboard_command(broken, port, workers=workers)
    with served(command, port=port, log=log) as server:
        assert "Rebuild" in finished(page(server, ""))
        # What our own front says of a visitor is not what the visitor says.
        assert "Rebuild" in finished(page(server, "", Mh_Client="10.9.8.7", Mh_Fronts=""))
        for front in (
            {"X_Forwarded_For": "10.9.8.7"},
            {"X_Forwarded_For": "127.0.0.1", "Mh_Fronts": "", "Mh_Client": "127.0.0.1"},
            {"X_Forwarded_Proto": "https"},
            {"Forwarded": "for=10.9.8.7"},
            {"X_Real_IP": "10.9.8.7"},
            {"Via": "1.1 front"},
        ):
            shown = finished(page(server, "", **front))
            assert "Rebuild" not in shown
            assert "dashboard build" in shown


@pytest.mark.parametrize("options", [("--no-loading",), ("--host-name", NAME)])
def test_a_visit_builds_nothing_where_loading_is_off(
    options: tuple[str, ...], broken: Path, tmp_path: Path
) -> None:
    port, log = free_port(), tmp_path / "log.txt"
    warehouse = tmp_path / "minhang.duckdb"
    warehouse.write_bytes(broken.read_bytes())
    command = [*dashboard_command(warehouse, port), *options]
    with served(command, port=port, log=log) as server:
        assert "Rebuild" not in finished(page(server, ""))
        warehouse.unlink()
        shown = finished(page(server, ""))
        assert "dashboard build" in shown
        assert list(tmp_path.iterdir()) == [log]


# Back doors -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    ["/_stcore/metrics", "//_stcore/metrics", "/_stcore/metrics/", "/_stcore/%6Detrics",
     "/_stcore/metrics?families=cache_memory_bytes", "/_stcore/agent/openapi.json",
     "/_stcore/agent/interact"],
)  # fmt: skip
def test_streamlits_own_tools_are_shut(server: Server, path: str) -> None:
    status, text = asked(server, path)
    assert (status, text) == (404, "Not found")


def messages() -> dict[str, BackMsg]:
    """Give what a page never sends, by name."""
    made = {
        name: BackMsg() for name in ("cache", "save", "git", "socket", "stop", "skills", "none")
    }
    made["cache"].clear_cache = True
    made["save"].set_run_on_save = True
    made["git"].load_git_info = True
    made["socket"].debug_disconnect_websocket = True
    made["stop"].debug_shutdown_runtime = True
    made["skills"].backend_operation_request.install_skills.SetInParent()
    many = BackMsg()
    many.file_urls_request.file_names.extend(["a.csv"] * 100_000)
    return {**made, "many": many}


def test_messages_that_no_page_sends_do_nothing(server: Server) -> None:
    async def attack() -> list[str]:
        async with opened(server) as socket:
            await rerun(socket)
            for message in messages().values():
                await socket.send(message.SerializeToString())
            heartbeat = BackMsg()
            heartbeat.app_heartbeat = True
            await socket.send(heartbeat.SerializeToString())
            answers: list[str] = []
            async with asyncio.timeout(10):
                while "heartbeat_ack" not in answers:
                    answer = ForwardMsg.FromString(await socket.recv())
                    answers.append(answer.WhichOneof("type") or "")
            return answers

    assert set(finished(attack())) <= {"session_status_changed", "heartbeat_ack"}
    assert "when not in development mode" not in server.log.read_text(encoding="utf-8")


def test_the_cache_of_all_is_not_cleared_by_one(server: Server) -> None:
    """What clears it forgets as well what this session was sent, which would come again."""

    async def attack() -> list[int]:
        async with opened(server) as socket:
            shown = [await rerun(socket), await rerun(socket)]
            await socket.send(messages()["cache"].SerializeToString())
            return [len(each) for each in (*shown, await rerun(socket))]

    first, usual, again = finished(attack())
    assert again < (first + usual) / 2


@pytest.mark.parametrize("sent", [b"\xff\xff\xff", "text", b"\x08"])
def test_what_is_no_message_ends_that_connection_alone(server: Server, sent: bytes | str) -> None:
    async def attack() -> None:
        async with opened(server) as other, opened(server) as socket:
            await rerun(other)
            await socket.send(sent)
            with pytest.raises(ConnectionClosed):
                async with asyncio.timeout(5):
                    while True:
                        await socket.recv()
            await rerun(other)

    finished(attack())


def test_a_rerun_of_foreign_scripts_and_parts_shows_the_product_alone(server: Server) -> None:
    async def attack() -> str:
        async with opened(server) as socket:
            await rerun(socket)
            message = BackMsg()
            message.rerun_script.page_script_hash = "0" * 32
            message.rerun_script.widget_states.widgets.add(id="$$ID-x-y", string_value="x")
            await socket.send(message.SerializeToString())
            shown = await until_finished(socket)
            # A part that is not there runs nothing at all.
            message.rerun_script.fragment_id = "../../etc/passwd"
            await socket.send(message.SerializeToString())
            return shown + await rerun(socket, "../../server")

    shown = finished(attack())
    assert "Traceback" not in shown
    assert "root:" not in shown


def test_a_page_that_is_not_there_is_told(server: Server) -> None:
    async def visited(name: str) -> str:
        async with opened(server) as socket:
            message = BackMsg()
            message.rerun_script.query_string = "lang=en"
            message.rerun_script.page_name = name
            message.rerun_script.context_info.url = f"{server.address}/{name}"
            await socket.send(message.SerializeToString())
            return await until_finished(socket)

    assert "There is no page" in finished(visited("nosuch"))
    assert "There is no page" not in finished(visited("housing"))
    assert "There is no page" not in finished(visited(""))


# Half requests and names that no system takes -------------------------------------------------


@pytest.mark.parametrize("name", ["x" * 5_000, "%ff", "con", "figure", "a/" * 2_000])
def test_a_static_name_that_is_none_is_not_found(server: Server, name: str) -> None:
    status, text = asked(server, f"/app/static/{name}")
    assert (status, text) == (404, "Not found")


def test_half_requests_are_given_up_while_sessions_go_on(server: Server) -> None:
    at = urlsplit(server.address)
    halves = [socket.create_connection((at.hostname, at.port)) for _ in range(50)]
    for number, half in enumerate(halves):
        method = "GET" if number % 2 else "PUT"
        half.sendall(f"{method} / HTTP/1.1\r\nHost: localhost\r\nX-A: ".encode())

    async def meanwhile() -> None:
        async with opened(server) as session:
            await rerun(session)
            for _ in range(13):
                await asyncio.sleep(2)
                for half in halves:
                    # A byte now and then gains no time.
                    with suppress(OSError):
                        half.sendall(b"b")
                assert asked(server, "/health")[0] == 200
                if not any(map(is_open, halves)):
                    break
            await rerun(session)

    finished(meanwhile())
    assert [is_open(half) for half in halves] == [False] * 50
    for half in halves:
        half.close()


def is_open(half: socket.socket) -> bool:
    """Tell whether the other side still holds a connection over which it says nothing."""
    half.settimeout(0.01)
    try:
        return bool(half.recv(100))
    except TimeoutError:
        return True
    except OSError:
        return False


def test_an_upload_that_is_broken_off_leaves_no_traceback(server: Server) -> None:
    """The server's log is read when its tests are done."""

    async def place() -> str:
        async with opened(server) as session:
            await rerun(session, "definitions")
            message = BackMsg()
            message.file_urls_request.file_names.append("a.csv")
            await session.send(message.SerializeToString())
            async with asyncio.timeout(10):
                while True:
                    received = ForwardMsg.FromString(await session.recv())
                    if received.WhichOneof("type") == "file_urls_response":
                        address = received.file_urls_response.file_urls[0].upload_url
                        break_off(address)
                        return address

    def break_off(address: str) -> None:
        response, _ = answered(server, "/_stcore/health", "GET", {})
        cookie = (response.getheader("Set-Cookie") or "").split(";")[0]
        head = [
            f"PUT {address} HTTP/1.1",
            f"Host: {urlsplit(server.address).netloc}",
            f"Cookie: {cookie}",
            f"X-Xsrftoken: {cookie.partition('=')[2]}",
            "Content-Type: multipart/form-data; boundary=x",
            "Content-Length: 1000000",
        ]
        at = urlsplit(server.address)
        with socket.create_connection((at.hostname, at.port), timeout=10) as made:
            made.sendall(("\r\n".join(head) + "\r\n\r\n--x\r\n").encode())
            time.sleep(0.5)

    assert finished(place()).startswith("/_stcore/upload_file/")
    assert asked(server, "/health")[0] == 200


def test_headers_keep_a_page_to_itself(server: Server) -> None:
    response, _ = answered(server, "/", "GET", {})
    policy = response.getheader("Content-Security-Policy") or ""
    for part in (
        "base-uri 'self'",
        "form-action 'self'",
        "object-src 'none'",
        "frame-ancestors 'self'",
    ):
        assert part in policy
    assert response.getheader("X-Frame-Options") == "SAMEORIGIN"
    assert response.getheader("Cross-Origin-Resource-Policy") == "same-origin"
    assert response.getheader("Server") is None


# Ports ------------------------------------------------------------------------------------


@pytest.mark.parametrize("port", [-1, 65_536, 99_999])
def test_a_port_out_of_range_is_told(port: int) -> None:
    with pytest.raises(Problem, match="65535"):
        listen("127.0.0.1", port)


def test_an_address_that_is_not_this_machines_is_told() -> None:
    for host in ("203.0.113.7", "no-such-host.invalid"):
        with pytest.raises(Problem, match=host):
            listen(host, 0)


def test_a_port_in_use_is_told_before_anything_else(warehouse_file: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        ended = subprocess.run(
            dashboard_command(warehouse_file, port),
            cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
    assert ended.returncode == 1
    assert ended.stdout == ""
    zh, en = ended.stderr.strip().split("\n")
    assert f"端口 {port} 已被占用" in zh
    assert f"Port {port} is in use" in en


def test_any_free_port_may_be_asked_for() -> None:
    sockets = listen("localhost", 0)
    try:
        assert {each.getsockname()[1] for each in sockets} == {sockets[0].getsockname()[1]}
        assert sockets[0].getsockname()[1] > 0
    finally:
        for each in sockets:
            each.close()


@pytest.mark.skipif(os.name != "posix", reason="only POSIX counts open files")
@pytest.mark.parametrize(
    ("soft", "hard", "raised", "connections"),
    [(1_024, 1_024, None, 231), (1_024, 524_288, 16_100, 4_000), (-1, -1, None, 4_000)],
)
def test_as_many_connections_are_taken_as_there_are_files_for(
    soft: int, hard: int, raised: int | None, connections: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    import resource

    asked_for: list[int] = []
    monkeypatch.setattr(resource, "getrlimit", lambda _: (soft, hard))
    monkeypatch.setattr(resource, "setrlimit", lambda _, limits: asked_for.append(limits[0]))
    assert most_connections() == connections
    assert asked_for == ([raised] if raised else [])


def test_an_answer_is_not_held_back_until_small_packets_gather() -> None:
    async def is_sent_at_once() -> bool:
        sent: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

        def connected(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            taken = writer.get_extra_info("socket")
            sent.set_result(bool(taken.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)))
            writer.close()

        (own,) = listen("127.0.0.1", 0)
        server = await asyncio.start_server(connected, sock=own)
        _, writer = await asyncio.open_connection(*own.getsockname())
        async with server:
            try:
                return await sent
            finally:
                writer.close()

    assert asyncio.run(is_sent_at_once())


def test_a_port_is_taken_before_its_server_is_up() -> None:
    (taken,) = listen("127.0.0.1", 0)
    with closing(taken), pytest.raises(Problem, match="in use"):
        listen("127.0.0.1", taken.getsockname()[1])
