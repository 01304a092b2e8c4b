"""Measure what eight bombs at once, each uploaded by another, do to everybody else."""

import asyncio
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

from dashboard.intake.headings import LOADABLE
from dashboard.intake.template import template
from dashboard.paths import OWN_VARIABLE, PSEUDONYM_KEY_VARIABLE
from dashboard.warehouse.store import Warehouse
from tests.bench.answers import until_all_serve
from tests.bench.clicks import months
from tests.bench.many import User
from tests.bench.serving import Server, dashboard_command, free_port, served
from tests.bench.session import opened
from tests.intake.bombs import BOMBS

CHOSEN = (
    "error cells without a value", "more error cells without a value", "cells that do not end",
    "far cell in single quotes", "parquet of one long text", "parquet of longer texts",
    "shared string in many cells", "view without end",
)  # fmt: skip
IDLE_CLICKS = 60
PAUSE_S = 0.2


@dataclass
class Attack:
    """Collect what others met, before and meanwhile; times are milliseconds."""

    idle_ms: list[float] = field(default_factory=list)
    click_ms: list[float] = field(default_factory=list)
    idle_health_ms: list[float] = field(default_factory=list)
    health_ms: list[float] = field(default_factory=list)
    alone_ms: float = 0
    honest_ms: float = 0
    honest_mb: float = 0
    bomb_ms: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    grown_mb: float = 0


def honest_workbook(warehouse: Path) -> bytes:
    """Write all of the sample but its attendances as users would bring it."""
    served = Warehouse(warehouse)
    return template(
        {
            each.name: served.table(each.name, exact=True)
            for each in LOADABLE
            if each.name != "attendance"
        }
    )


def attack(folder: Path, warehouse: Path, workers: int) -> Attack:
    """Upload the bombs all at once, and an honest file after them."""
    port = free_port()
    environment = {
        OWN_VARIABLE: str(folder / "own"), PSEUDONYM_KEY_VARIABLE: "a key for tests, long enough",
    }  # fmt: skip
    with served(
        dashboard_command(warehouse, port, workers=workers), port=port,
        log=folder / "uploads.log",
        environment=environment,
    ) as server:  # fmt: skip
        found = asyncio.run(_attack(server, warehouse, workers))
        found.failures += ["in the log"] * server.tracebacks()
        return found


async def _attack(server: Server, warehouse: Path, workers: int) -> Attack:
    found = Attack()
    honest = honest_workbook(warehouse)
    found.honest_mb = len(honest) / 1e6
    bombs = {name: (BOMBS[name][0], BOMBS[name][1]()) for name in CHOSEN}
    await until_all_serve(server, workers)
    await asyncio.sleep(5)
    found.alone_ms = await _uploaded(server, "honest.xlsx", honest)
    over = asyncio.Event()
    others = [asyncio.create_task(_poll(server, found.idle_health_ms, over))]
    user = User(months(warehouse), "", seed=1)
    async with opened(server.address) as session:
        await user.begin(session)
        for _ in range(IDLE_CLICKS):
            await asyncio.sleep(PAUSE_S)
            found.idle_ms.append(await user.change(session))
        over.set()
        await asyncio.gather(*others)
        before, over = server.resident_mb(), asyncio.Event()

        async def click() -> None:
            while not over.is_set():
                found.click_ms.append(await user.change(session))
                await asyncio.sleep(PAUSE_S)

        polling = _poll(server, found.health_ms, over)
        others = [asyncio.create_task(click()), asyncio.create_task(polling)]
        attacks = [
            asyncio.create_task(_uploaded(server, name, content))
            for name, content in bombs.values()
        ]
        await asyncio.sleep(1)
        found.honest_ms = await _uploaded(server, "honest.xlsx", honest)
        found.bomb_ms = await asyncio.gather(*attacks)
        over.set()
        await asyncio.gather(*others)
        found.grown_mb = server.resident_mb() - before
        found.failures += session.failures
    return found


async def _uploaded(server: Server, name: str, content: bytes) -> float:
    async with opened(server.address, "own") as session:
        await session.ask("")
        return await session.upload(server.address, name, content)


async def _poll(server: Server, took: list[float], over: asyncio.Event) -> None:
    def asked() -> float:
        start = time.perf_counter()
        with urlopen(f"{server.address}/health", timeout=60):
            return (time.perf_counter() - start) * 1000

    while not over.is_set():
        took.append(await asyncio.to_thread(asked))
        await asyncio.sleep(0.02)
