"""Speak Streamlit's protocol as a browser does, without one: what a session sends and receives."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit
from urllib.request import Request, urlopen

from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

PATIENCE_S = 300


class Session:
    """Hold one session: what the browser would know of its page.

    ``failures`` are the exceptions and error messages that the page showed, and ``idle`` counts
    the reruns that showed no figure.
    """

    def __init__(self, socket: ClientConnection, path: str, cookies: dict[str, str]) -> None:
        self._socket = socket
        self._path = path
        self.cookies = cookies
        self._page = ""
        self._query = ""
        self._kept: dict[str, ForwardMsg] = {}
        self._used: dict[str, int] = {}
        self._most_runs = 2
        self._parts: dict[str, dict[str, Any]] = {}
        self._shown: list[dict[str, Any]] = []
        self._towns: list[str] = []
        self.runs = 0
        self.without_figures = 0
        self.paths: list[str] = []
        self.failures: list[str] = []
        self._uploader = ""
        self._urls: list[Any] = []

    async def ask(self, query: str) -> float:
        """Rerun for another address: milliseconds from sending it to the script's end."""
        self._query = query
        return await self._rerun(self._message())

    @property
    def towns(self) -> list[str]:
        """The codes of the towns that the page's filter offers."""
        return self._towns if self._shown else []

    async def choose(self, town: str) -> float:
        """Rerun for a town, in the months that were asked for."""
        pairs = {**dict(parse_qsl(self._query)), "town": town}
        return await self.ask(urlencode(pairs))

    async def upload(self, address: str, name: str, content: bytes) -> float:
        """Bring a file to the page's first uploader: milliseconds until the page has answered."""
        start = time.perf_counter()
        asked = BackMsg()
        asked.file_urls_request.file_names.append(name)
        asked.file_urls_request.session_id = "any"
        self._urls = []
        await self._socket.send(asked.SerializeToString())
        while not self._urls:
            await self._receive()
        (urls,) = self._urls
        await asyncio.to_thread(self._put, address + urls.upload_url, name, content)
        message = self._message()
        widget = message.rerun_script.widget_states.widgets.add(id=self._uploader)
        widget.file_uploader_state_value.uploaded_file_info.add(
            name=name, size=len(content), file_id=urls.file_id, file_urls=urls
        )
        await self._rerun(message)
        return (time.perf_counter() - start) * 1000

    def _put(self, address: str, name: str, content: bytes) -> None:
        """Send a file as a browser's form does, with the token that Streamlit asks for."""
        edge, server = "edge-of-the-form", urlsplit(address)
        head = (
            f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        )
        body = head.encode() + content + f"\r\n--{edge}--\r\n".encode()
        headers = {
            "Content-Type": f"multipart/form-data; boundary={edge}",
            "Cookie": written_cookies(self.cookies),
            "X-Xsrftoken": self.cookies["_streamlit_xsrf"],
            "Origin": f"{server.scheme}://{server.netloc}",
        }
        request = Request(address, body, headers, method="PUT")
        with urlopen(request, timeout=PATIENCE_S):
            pass

    def _message(self) -> BackMsg:
        message = BackMsg()
        message.rerun_script.query_string = self._query
        message.rerun_script.page_script_hash = self._page
        message.rerun_script.page_name = "" if self._page else self._path
        message.rerun_script.cached_message_hashes.extend(self._kept)
        message.rerun_script.widget_states.SetInParent()
        return message

    async def _rerun(self, message: BackMsg) -> float:
        start = time.perf_counter()
        await self._socket.send(message.SerializeToString())
        async with asyncio.timeout(PATIENCE_S):
            while not await self._receive():
                pass
        took = (time.perf_counter() - start) * 1000
        self.runs += 1
        self.without_figures += not self._shown
        self._forget()
        return took

    def _forget(self) -> None:
        """Drop the messages that too many reruns did without, as a browser does."""
        for old in [key for key, run in self._used.items() if self.runs - run > self._most_runs]:
            del self._used[old], self._kept[old]

    async def _receive(self) -> bool:
        """Take in one message; say whether it ends the rerun."""
        received = await self._socket.recv()
        if isinstance(received, str):
            raise TypeError(f"not a message of Streamlit: {received}")
        message = ForwardMsg.FromString(received)
        kind = message.WhichOneof("type")
        if kind == "ref_hash":
            message = self._kept[message.ref_hash]
            self._used[message.hash] = self.runs
            kind = message.WhichOneof("type")
        elif message.metadata.cacheable and message.hash:
            self._kept[message.hash] = message
            self._used[message.hash] = self.runs
        if kind == "new_session":
            self._shown = []
            self._most_runs = message.new_session.config.max_cached_message_age or self._most_runs
        elif kind == "navigation":
            self._page = message.navigation.page_script_hash
            self.paths = [
                "" if page.is_default else page.url_pathname
                for page in message.navigation.app_pages
            ]
        elif kind == "page_info_changed":
            self._query = message.page_info_changed.query_string
        elif kind == "file_urls_response":
            self._urls = list(message.file_urls_response.file_urls)
        elif kind == "page_not_found":
            self.failures.append(f"no page {self._path}")
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            self._see(message.delta.new_element)
        elif kind == "script_finished":
            if message.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
                self.failures.append("the script does not compile")
            return message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN
        return False

    def _see(self, element: Any) -> None:
        kind = element.WhichOneof("type")
        if kind == "exception":
            self.failures.append(f"{element.exception.type}: {element.exception.message}")
        elif kind == "alert" and element.alert.format == Alert.ERROR:
            self.failures.append(element.alert.body)
        elif kind == "file_uploader":
            self._uploader = self._uploader or element.file_uploader.id
        # The preview of the briefing is a component as well, and has no parts.
        elif kind == "bidi_component" and element.bidi_component.component_name.endswith("page"):
            sent = json.loads(element.bidi_component.bytes)
            self._parts.update(sent["parts"])
            rows = sent["tree"].get("rows", [])
            self._shown = [part for row in rows for column in row["columns"] for part in column]
            offered = self._parts.get(sent["tree"].get("offered", ""), {})
            self._towns = [code for code, _ in offered.get("towns", [])]


def given_cookies(address: str) -> dict[str, str]:
    """Ask for what the server gives a browser at its first visit: its worker, the token of forms."""
    with urlopen(f"{address}/_stcore/health") as answer:
        given = [each.partition(";")[0] for each in answer.headers.get_all("Set-Cookie")]
    return {name: text for name, _, text in (each.partition("=") for each in given)}


def written_cookies(cookies: dict[str, str]) -> str:
    return "; ".join(f"{name}={text}" for name, text in cookies.items())


@asynccontextmanager
async def opened(address: str, path: str = "") -> AsyncIterator[Session]:
    """Connect a session to a server; nothing has run yet."""
    server, cookies = urlsplit(address), await asyncio.to_thread(given_cookies, address)
    async with connect(
        f"ws://{server.netloc}/_stcore/stream",
        origin=Origin(address),
        additional_headers={"Cookie": written_cookies(cookies)},
        subprotocols=[Subprotocol("streamlit")],
        max_size=None,
        proxy=None,
    ) as socket:
        yield Session(socket, path, cookies)
