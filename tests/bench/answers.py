"""Measure many readers at once whose pages are answered over HTTP, as browsers ask for it.

Each has a page open and chooses something about every two seconds. As the pointer comes to rest
an answer is fetched that may not be taken, and a little before the click the one that is.
"""

import asyncio
import itertools
import random
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from dashboard.subjects.pages import PAGES
from tests.bench.clicks import months, town_names
from tests.bench.serving import Server, dashboard_command, free_port, served
from tests.bench.session import given_cookies, opened, written_cookies

# Seconds between two choices, and before a click in which its answer is on the way.
PAUSE = (1.0, 3.0)
REST = 0.25
# Of half a second each; what timers and threads that wait take is less.
_QUIET_LOOKS = 4
_QUIET_CPU_SECONDS = 0.05


@dataclass(frozen=True)
class Mix:
    """Say how many choose, for how long, how often a month never asked, and whether ahead.

    Who stays in such a month asks for ever new answers; others go back to the usual month.
    """

    readers: int
    seconds: float
    new_months: float
    workers: int
    is_ahead: bool = True
    stays: bool = False


@dataclass
class Visits:
    """Collect what the readers met: milliseconds from a click to its answer, and of each answer."""

    wait_ms: list[float] = field(default_factory=list)
    answer_ms: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    opened_mb: list[float] = field(default_factory=list)
    half_mb: list[float] = field(default_factory=list)
    after_mb: list[float] = field(default_factory=list)
    # Until nothing more is made that nobody asked for, after the start: seconds, and of processors.
    ahead_s: float = 0
    ahead_cpu_s: float = 0


class Line:
    """Hold one connection that is kept open, and ask for one answer after the other."""

    def __init__(self, address: str, cookies: dict[str, str]) -> None:
        self._server = urlsplit(address)
        self._cookies = written_cookies(cookies)
        self._ends: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, page: str, query: str) -> float:
        """Ask, and read the whole answer: milliseconds."""
        if self._ends is None:
            self._ends = await asyncio.open_connection(self._server.hostname, self._server.port)
        reader, writer = self._ends
        start = time.perf_counter()
        writer.write(
            f"GET /answers/{page}?{query} HTTP/1.1\r\nHost: {self._server.netloc}\r\n"
            f"Accept-Encoding: gzip\r\nCookie: {self._cookies}\r\n\r\n".encode()
        )
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower().split("\r\n")
        fields = dict(line.split(": ", 1) for line in head[1:] if line)
        await reader.readexactly(int(fields["content-length"]))
        if head[0].split()[1] != "200":
            raise RuntimeError(f"{page}?{query}: {head[0]}")
        return (time.perf_counter() - start) * 1000

    def close(self) -> None:
        if self._ends is not None:
            self._ends[1].close()


class Reader:
    """Read one page: choose towns, and now and then months that nobody asked this page for."""

    def __init__(
        self, page: str, line: Line, towns: list[str], windows: Iterator[str], seed: int
    ) -> None:
        self._page, self._line = page, line
        self._towns, self._windows = towns, windows
        self._random = random.Random(seed)
        self._window = _USUAL

    def _some_town(self) -> str:
        return f"{self._window}town={self._random.choice(self._towns)}"

    async def work(self, mix: Mix, end: float, found: Visits) -> None:
        """Choose until the end; whatever breaks off counts as a failure."""
        try:
            while True:
                await asyncio.sleep(self._random.uniform(*PAUSE))
                if time.monotonic() >= end:
                    return
                await self._choose(mix, found)
        except (OSError, EOFError, ValueError, RuntimeError) as error:
            found.failures.append(f"{type(error).__name__}: {error}")

    async def _choose(self, mix: Mix, found: Visits) -> None:
        if mix.is_ahead:
            found.answer_ms.append(await self._line.ask(self._page, self._some_town()))
        if not mix.stays:
            self._window = _USUAL
        if self._random.random() < mix.new_months:
            self._window = next(self._windows)
        asked = asyncio.create_task(self._line.ask(self._page, self._some_town()))
        if mix.is_ahead:
            await asyncio.sleep(REST)
        clicked = time.perf_counter()
        found.answer_ms.append(await asked)
        found.wait_ms.append((time.perf_counter() - clicked) * 1000)


# What a page shows before anyone chooses months.
_USUAL = ""


def visit(folder: Path, warehouse: Path, mix: Mix) -> Visits:
    """Let many readers choose at once; every page's sessions are open meanwhile."""
    port = free_port()
    command = dashboard_command(warehouse, port, workers=mix.workers)
    with served(command, port=port, log=folder / "answers.log") as server:
        found = asyncio.run(_visit(server, warehouse, mix))
        found.failures += ["in the log"] * server.tracebacks()
        return found


async def until_all_serve(server: Server, workers: int) -> None:
    """Wait until visitors have been led to so many workers."""
    met: set[str] = set()
    while len(met) < workers:
        cookies = await asyncio.to_thread(given_cookies, server.address)
        met.update(text for name, text in cookies.items() if name != "_streamlit_xsrf")
        met = met or {"alone"}
        await asyncio.sleep(0.1)


async def until_quiet(server: Server) -> None:
    """Wait until a server works for nobody any more, such as on pages that it makes ahead."""
    quiet = 0
    while quiet < _QUIET_LOOKS:
        used = server.cpu_seconds()
        await asyncio.sleep(0.5)
        quiet = 0 if server.cpu_seconds() - used >= _QUIET_CPU_SECONDS else quiet + 1


async def _visit(server: Server, warehouse: Path, mix: Mix) -> Visits:
    found, towns, pages = Visits(), list(town_names(warehouse)), list(PAGES)
    windows = {page: _windows(months(warehouse), seed) for seed, page in enumerate(pages)}
    await until_all_serve(server, mix.workers)
    began, used = time.monotonic(), server.cpu_seconds()
    await until_quiet(server)
    found.ahead_s, found.ahead_cpu_s = time.monotonic() - began, server.cpu_seconds() - used
    async with AsyncExitStack() as stack:
        readers, opening = [], []
        for number in range(mix.readers):
            page = pages[number % len(pages)]
            path = "" if page == "overview" else page
            session = await stack.enter_async_context(opened(server.address, path))
            opening.append(session.ask(_USUAL))
            line = Line(server.address, session.cookies)
            stack.callback(line.close)
            readers.append(Reader(page, line, towns, windows[page], number))
        await asyncio.gather(*opening)
        found.opened_mb = server.memory_mb()
        end = time.monotonic() + mix.seconds
        working = [asyncio.create_task(each.work(mix, end, found)) for each in readers]
        await asyncio.sleep(mix.seconds / 2)
        found.half_mb = server.memory_mb()
        await asyncio.gather(*working)
        found.after_mb = server.memory_mb()
    return found


def _windows(every: list[date], seed: int) -> Iterator[str]:
    """Give every span of months once, in an order of its own; after the last, all of them again."""
    spans = [
        f"from={first:%Y-%m}&to={last:%Y-%m}&" for first, last in itertools.combinations(every, 2)
    ]
    random.Random(seed).shuffle(spans)
    return itertools.cycle(spans)
