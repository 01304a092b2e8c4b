"""Measure many sessions without browsers: memory over many reruns, and many users at once."""

import asyncio
import itertools
import random
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from websockets.exceptions import WebSocketException

from dashboard.contract.tables import tier
from tests.bench.clicks import months, town_names
from tests.bench.serving import Server, dashboard_command, free_port, served
from tests.bench.session import Session, opened

SOAK_SESSIONS = 10
SOAK_FIRST = 200
LOAD_SESSIONS = 50
# Between two changes of one user, in seconds: about two.
PAUSE = (1.0, 3.0)
ALONE_CHANGES = 20
ALONE_PAUSE = 0.2
# One change in five is of months; the others are clicks on a town where a figure has any.
MONTHS_SHARE = 0.2


@dataclass
class Soak:
    """Collect what many reruns left behind."""

    reruns: int
    without_figures: int
    early_mb: float
    late_mb: float
    failures: list[str]


@dataclass
class Load:
    """Collect what many users at once met; times are milliseconds from sending to the end."""

    alone_ms: list[float] = field(default_factory=list)
    opening_ms: list[float] = field(default_factory=list)
    change_ms: list[float] = field(default_factory=list)
    before_mb: float = 0
    opened_mb: float = 0
    half_mb: float = 0
    after_mb: float = 0
    failures: list[str] = field(default_factory=list)


def pages_offered(folder: Path, warehouse: Path) -> list[str]:
    """Ask the product which pages it has; "" is the first one's path."""

    async def ask(server: Server) -> list[str]:
        async with opened(server.address) as session:
            await session.ask("")
            return session.paths

    port = free_port()
    with served(dashboard_command(warehouse, port), port=port, log=folder / "ask.log") as server:
        return asyncio.run(ask(server))


def soak(folder: Path, warehouse: Path, reruns: int) -> Soak:
    """Ask ever other filters of the Overview, and read the server's memory early and late."""
    if reruns <= SOAK_FIRST or reruns % SOAK_SESSIONS:
        raise ValueError(f"{reruns} reruns: more than {SOAK_FIRST}, by {SOAK_SESSIONS}s")
    addresses = different_addresses(warehouse)
    if len(addresses) < reruns:
        raise ValueError(f"there are only {len(addresses)} different filters")
    port = free_port()
    with served(dashboard_command(warehouse, port), port=port, log=folder / "soak.log") as server:
        return asyncio.run(_soak(server, addresses[:reruns]))


def different_addresses(warehouse: Path) -> list[str]:
    """Write towns × months × tiers as addresses, in one shuffled order."""
    codes = list(tier.allowed)
    tiers = [
        ",".join(some)
        for count in range(len(codes) + 1)
        for some in itertools.combinations(codes, count)
    ]
    every = months(warehouse)
    addresses = [
        _month_address(every, end) + f"&town={town}" + (f"&tier={some}" if some else "")
        for end in range(2, len(every))
        for town in town_names(warehouse)
        for some in tiers
    ]
    random.Random(0).shuffle(addresses)
    return addresses


def _month_address(months: list[date], end: int) -> str:
    return f"from={months[end - 2]:%Y-%m}&to={months[end]:%Y-%m}"


async def _soak(server: Server, addresses: list[str]) -> Soak:
    async with AsyncExitStack() as stack:
        sessions = [
            await stack.enter_async_context(opened(server.address)) for _ in range(SOAK_SESSIONS)
        ]
        await _share(sessions, addresses[:SOAK_FIRST])
        early = server.resident_mb()
        await _share(sessions, addresses[SOAK_FIRST:])
        return Soak(
            sum(session.runs for session in sessions),
            sum(session.without_figures for session in sessions),
            early,
            server.resident_mb(),
            [*_failures(sessions), *["in the log"] * server.tracebacks()],
        )


async def _share(sessions: list[Session], addresses: list[str]) -> None:
    """Let every session ask its share of the addresses, all sessions at once."""

    async def ask(session: Session, mine: list[str]) -> None:
        for address in mine:
            await session.ask(address)

    await asyncio.gather(
        *(
            ask(session, addresses[number :: len(sessions)])
            for number, session in enumerate(sessions)
        )
    )


def _failures(sessions: list[Session]) -> list[str]:
    return [failure for session in sessions for failure in session.failures]


def load(folder: Path, warehouse: Path, paths: list[str], seconds: float) -> Load:
    """Let many users change filters on all pages at once, after one did so alone."""
    port = free_port()
    with served(dashboard_command(warehouse, port), port=port, log=folder / "load.log") as server:
        found = asyncio.run(_load(server, months(warehouse), paths, seconds))
        found.failures += ["in the log"] * server.tracebacks()
        return found


async def _load(server: Server, months: list[date], paths: list[str], seconds: float) -> Load:
    found = Load()
    for number, path in enumerate(paths):
        user = User(months, path, seed=number)
        async with opened(server.address, path) as session:
            await user.begin(session)
            for _ in range(ALONE_CHANGES):
                await asyncio.sleep(ALONE_PAUSE)
                found.alone_ms.append(await user.change(session))
            found.failures += session.failures
    found.before_mb = server.resident_mb()
    async with AsyncExitStack() as stack:
        users = [
            User(months, paths[number % len(paths)], seed=1000 + number)
            for number in range(LOAD_SESSIONS)
        ]
        sessions = [
            await stack.enter_async_context(opened(server.address, user.path)) for user in users
        ]
        found.opening_ms = await asyncio.gather(
            *(user.begin(session) for user, session in zip(users, sessions, strict=True))
        )
        found.opened_mb = server.resident_mb()
        end = time.monotonic() + seconds
        at_work = [
            asyncio.create_task(user.work(session, end, found))
            for user, session in zip(users, sessions, strict=True)
        ]
        await asyncio.sleep(seconds / 2)
        found.half_mb = server.resident_mb()
        await asyncio.gather(*at_work)
        found.after_mb = server.resident_mb()
        found.failures += _failures(sessions)
    return found


class User:
    """Use one page as a reader does: a change of a filter about every two seconds."""

    def __init__(self, months: list[date], path: str, *, seed: int) -> None:
        self.path = path
        self._months = months
        self._random = random.Random(seed)

    async def begin(self, session: Session) -> float:
        """Open the page at some months."""
        return await session.ask(self._some_months())

    def _some_months(self) -> str:
        return _month_address(self._months, self._random.randrange(2, len(self._months)))

    async def change(self, session: Session) -> float:
        """Click a town; now and then, and on a page without towns to click, change the months."""
        if session.towns and self._random.random() >= MONTHS_SHARE:
            return await session.choose(self._random.choice(session.towns))
        return await session.ask(self._some_months())

    async def work(self, session: Session, end: float, found: Load) -> None:
        """Change filters until the end; a session that breaks off counts as a failure."""
        try:
            while True:
                await asyncio.sleep(self._random.uniform(*PAUSE))
                if time.monotonic() >= end:
                    return
                found.change_ms.append(await self.change(session))
        except (WebSocketException, TimeoutError, RuntimeError) as error:
            found.failures.append(f"{type(error).__name__}: {error}")
