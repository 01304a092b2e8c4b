"""Start servers and a browser, and stop them: for the browser tests and the benchmark."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, Playwright

from dashboard.paths import ROOT

START_SECONDS = 60
# A browser that never calls home, so that what a page asks for is the page's own doing.
BROWSER_OPTIONS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)

# The page shows its address whole, and no rerun is under way. Argument: how many figures at least.
PAINTED = """least => {
  const page = document.querySelector('.mh-page');
  const here = location.pathname.split('/').pop() || 'overview';
  const isElsewhere = page && page.dataset.page !== here
    && document.querySelector(`.mh-pages [data-page="${CSS.escape(here)}"]`);
  const app = document.querySelector('[data-testid="stApp"]');
  const figures = [...document.querySelectorAll('.mh-figure')];
  return app?.dataset.testScriptState === 'notRunning'
    && !document.querySelector('[data-testid="stSkeleton"]')
    && !isElsewhere && (!page || page.dataset.whole === location.search)
    && figures.length >= least && figures.every((figure) => figure.dataset.painted);
}"""


@dataclass(frozen=True)
class Server:
    """Name a running server: its address, its process and the file of what it wrote."""

    address: str
    process: subprocess.Popen[bytes]
    log: Path

    def resident_mb(self) -> float:
        """Read the server's resident memory, all its workers' together; NaN where the system does
        not tell."""
        return sum(self.memory_mb())

    def memory_mb(self) -> list[float]:
        """Read the resident memory of each process that serves."""
        return [resident_mb(pid) for pid in self.workers() or [self.process.pid]]

    def cpu_seconds(self) -> float:
        """Read the processor time that the processes that serve have used."""
        return sum(cpu_seconds(pid) for pid in self.workers() or [self.process.pid])

    def workers(self) -> list[int]:
        """List its workers' processes; none where it serves by itself."""
        return [pid for pid in children(self.process.pid) if "dashboard.workers" in command_of(pid)]

    def tracebacks(self) -> int:
        """Count the tracebacks in what it logged."""
        return self.log.read_text(encoding="utf-8").count("Traceback (most recent call last)")


def resident_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status")
    if not status.is_file():
        return float("nan")
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def cpu_seconds(pid: int) -> float:
    path = Path(f"/proc/{pid}/stat")
    if not path.is_file():
        return float("nan")
    # User and system time, counted after the name, which may hold spaces.
    ticks = path.read_text().rpartition(")")[2].split()[11:13]
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def children(pid: int) -> list[int]:
    """List the processes that a process started, oldest first; only Linux tells."""
    listed = Path(f"/proc/{pid}/task").glob("*/children")
    return sorted(int(child) for each in listed for child in each.read_text().split())


def command_of(pid: int) -> str:
    """Read a process's command line; empty when it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def dashboard_command(warehouse: Path, port: int, *, workers: int = 1) -> list[str]:
    """Give the command line that serves a warehouse as users start it; the environment may say
    with which further options."""
    return [
        sys.executable, "-m", "dashboard", "--no-browser", "--port", str(port),
        "--warehouse", str(warehouse), "--workers", str(workers),
        *os.environ.get("DASHBOARD_SERVED_WITH", "").split(),
    ]  # fmt: skip


@contextmanager
def served(
    command: Sequence[str],
    *,
    port: int,
    log: Path,
    environment: dict[str, str] | None = None,
    folder: Path = ROOT,
    base_path: str = "",
    answers: str = "/_stcore/health",
) -> Iterator[Server]:
    """Run a server in a folder until the block ends; starts the block when it answers there."""
    address = f"http://127.0.0.1:{port}{base_path}"
    with log.open("wb") as written:
        process = subprocess.Popen(
            command, cwd=folder, stdout=written, stderr=subprocess.STDOUT,
            env={**os.environ, **(environment or {})},
        )  # fmt: skip
        try:
            _wait_until_it_answers(f"{address}{answers}", process, log)
            yield Server(address, process, log)
        finally:
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_until_it_answers(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        try:
            with urlopen(address, timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.02)
    raise RuntimeError(f"{address} does not answer:\n{log.read_text(encoding='utf-8')}")


def find_browser() -> str | None:
    """Find an installed Chromium or Chrome; Playwright's own download is not used."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((path for name in names if (path := shutil.which(name))), None)


def launch(playwright: Playwright, binary: str) -> Browser:
    return playwright.chromium.launch(executable_path=binary, args=list(BROWSER_OPTIONS))
