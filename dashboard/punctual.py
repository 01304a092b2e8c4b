"""Close connections whose request does not come: half of one would hold its place for ever."""

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

PATIENCE_SECONDS = 20.0


class Punctual(H11Protocol):
    """Wait so long for a request's headers, and for each next piece of its body."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._deadline = self._timer()

    def connection_lost(self, exc: Exception | None) -> None:
        self._drop_deadline()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        state, is_handed_on = self.conn.their_state, self.transport.get_protocol() is not self
        if is_handed_on or state is not h11.IDLE:
            self._drop_deadline()
        if not is_handed_on and state in (h11.IDLE, h11.SEND_BODY) and self._deadline is None:
            self._deadline = self._timer()

    def _timer(self) -> asyncio.TimerHandle:
        return self.loop.call_later(PATIENCE_SECONDS, self._give_up)

    def _drop_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self) -> None:
        self._deadline = None
        if self.transport.is_closing():
            return
        if self.transport.is_reading():
            self.transport.abort()
        else:
            # It is this server that does not read on: nobody is late.
            self._deadline = self._timer()
