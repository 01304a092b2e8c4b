"""Stand between the network and Streamlit: let through what this product's own pages ask for."""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from dashboard.contract.words import Words
from dashboard.hosts import Hosts, name_of

Message = dict[str, Any]
App = Callable[..., Awaitable[None]]

# Everything comes from this server: the browser is told to fetch nothing from elsewhere.
# Streamlit's own scripts need inline code and eval.
SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
        "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
        "connect-src 'self' data: blob:; worker-src 'self' blob:; object-src 'none'; "
        "base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}

# What the pages' own scripts send; anything else, such as to empty everybody's cache, is dropped.
_MEANT = {
    "rerun_script",
    "stop_script",
    "app_heartbeat",
    "file_urls_request",
    "backend_operation_request",
}
_MEANT_OPERATIONS = {"deferred_file", "dataframe_chunk"}
_MOST_FILES = 1_000
# Of the server's memory, cache and sessions, and of Streamlit's own tools.
_SHUT = ("/_stcore/metrics", "/_stcore/script-health-check", "/_stcore/agent")
_UNREADABLE, _TEXT = 1002, 1003
# What our own front says: who asks, and what it was told by fronts before it.
CLIENT_HEADER, FRONTS_HEADER = "Mh-Client", "Mh-Fronts"
_OF_OWN_FRONT = (CLIENT_HEADER.lower().encode(), FRONTS_HEADER.lower().encode())


class SecurityHeaders:
    """Add the security headers to every answer."""

    def __init__(self, app: App) -> None:
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


class KnownHosts:
    """Answer only to names that are this server's, and only to its own pages."""

    def __init__(self, app: App, hosts: Hosts) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Message, receive: Any, send: Any) -> None:
        if scope["type"] in ("http", "websocket"):
            from starlette.responses import PlainTextResponse

            if refusal := self._refusal(scope):
                text = f"{refusal.zh}\n{refusal.en}\n"
                await PlainTextResponse(text, status_code=403)(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _refusal(self, scope: Message) -> Words | None:
        """Say why a request is refused, if it is. One that names no host is no browser's."""
        hosts, origins = _values(scope, b"host"), _values(scope, b"origin")
        if not hosts and not origins and scope["type"] == "http":
            return None
        if len(hosts) != 1 or len(origins) > 1:
            return _SEVERAL
        host, name = hosts[0], name_of(hosts[0])
        if name is None or not self._hosts.knows(name):
            return _unknown(name)
        if not origins or urlsplit(origins[0]).netloc.lower() == host.lower():
            return None
        origin = urlsplit(origins[0]).netloc
        if name not in self._hosts.named or name_of(origin) != name:
            return _FOREIGN
        # A proxy that listens on another port may pass the name on alone. Streamlit compares both.
        scope["headers"] = [
            (key, origin.encode() if key == b"host" else value) for key, value in scope["headers"]
        ]
        return None


def _values(scope: Message, header: bytes) -> list[str]:
    return [value.decode("latin-1") for name, value in scope["headers"] if name == header]


def _unknown(name: str | None) -> Words:
    named = name or "…"
    return Words(
        f"此服务器不以“{named}”为名：如果这是它的主机名，请在启动时加上 --host-name {named}。",
        f"This server does not go by “{named}”: if that is its name, start it with --host-name {named}.",
    )


_SEVERAL = Words(
    "请求没有写明它要找的主机。", "The request does not say plainly which host it is meant for."
)
_FOREIGN = Words(
    "此请求来自别的网页，已拒绝。若经由反向代理访问，请在启动时用 --host-name 写明主机名，并让代理原样传递 Host。",
    "This request comes from another site's page and is refused. Behind a reverse proxy name the "
    "host with --host-name, and have the proxy pass Host on as it is.",
)


class OwnFront:
    """Take from this product's own front who asks, and whether another front stands before it.

    Only for a process that nobody but that front can reach: anybody could say the same.
    """

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Message, receive: Any, send: Any) -> None:
        if scope["type"] in ("http", "websocket"):
            clients, fronts = (_values(scope, name) for name in _OF_OWN_FRONT)
            headers = [each for each in scope["headers"] if each[0] not in _OF_OWN_FRONT]
            if any(fronts):
                headers.append((b"x-forwarded-for", fronts[0].encode("latin-1")))
            client = (clients[0], 0) if clients else None
            scope = {**scope, "client": client, "headers": headers}
        await self._app(scope, receive, send)


class OwnMessagesOnly:
    """Keep from Streamlit what no page of this product sends, and shut its open back doors."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Message, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and _is_shut(scope["path"]):
            from starlette.responses import PlainTextResponse

            await PlainTextResponse("Not found", status_code=404)(scope, receive, send)
            return

        async def receive_meant() -> Message:
            while True:
                message: Message = await receive()
                if message["type"] != "websocket.receive":
                    return message
                code = _code_for(message.get("bytes"))
                if code is None:
                    return message
                if code:
                    await send({"type": "websocket.close", "code": code})
                    return {"type": "websocket.disconnect", "code": code}

        await self._app(scope, receive_meant if scope["type"] == "websocket" else receive, send)


def _is_shut(path: str) -> bool:
    parts = "/" + "/".join(part for part in path.split("/") if part)
    return any(parts.endswith(shut) or f"{shut}/" in parts for shut in _SHUT)


def _code_for(sent: bytes | None) -> int | None:
    """Judge a message: None lets it through, 0 drops it, another number ends the connection."""
    from google.protobuf.message import DecodeError
    from streamlit.proto.BackMsg_pb2 import BackMsg

    if sent is None:
        return _TEXT
    try:
        message = BackMsg.FromString(sent)
    except DecodeError:
        return _UNREADABLE
    kind = message.WhichOneof("type")
    operation = message.backend_operation_request.WhichOneof("payload")
    is_meant = (
        kind in _MEANT
        and (kind != "backend_operation_request" or operation in _MEANT_OPERATIONS)
        and len(message.file_urls_request.file_names) <= _MOST_FILES
    )
    return None if is_meant else 0
