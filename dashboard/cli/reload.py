"""Serve in a process that starts anew whenever a source is saved: for developers."""

import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from dashboard.paths import QUERIES, ROOT

_KINDS = {".py", ".sql", ".po", ".js", ".css", ".typ", ".toml"}
_FOLDERS = (ROOT / "dashboard", QUERIES, ROOT / ".streamlit")
# Written by the server itself, under names that change with their content.
_LAID_OUT = ("plotly-", "figure-", "briefing-")
_LOOKS_EVERY_SECONDS = 0.5
_STOP_SECONDS = 10


def serve_and_reload(options: Sequence[str]) -> None:
    """Serve with these options until stopped, all of it new after every saved change.

    Modules, queries, scripts and styles are read again; the browser connects again by itself.
    A server that a change broke waits for the next one.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    command = [sys.executable, "-m", "dashboard", *options]
    try:
        while True:
            before = _sources()
            changed = _serve_until_changed(command, before)
            print(f"重新启动 / Starting again: {changed}", file=sys.stderr, flush=True)
            command = [*command, "--no-browser"]
    except KeyboardInterrupt:
        return


def _serve_until_changed(command: Sequence[str], before: dict[Path, int]) -> str:
    server = subprocess.Popen(command)
    try:
        while (now := _sources()) == before:
            time.sleep(_LOOKS_EVERY_SECONDS)
        changed = sorted(path for path, _ in now.items() ^ before.items())
        return ", ".join(dict.fromkeys(path.name for path in changed))
    finally:
        server.terminate()
        try:
            server.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()


def _sources() -> dict[Path, int]:
    """Give when each source was last written."""
    written = {}
    for folder in _FOLDERS:
        for path in folder.rglob("*"):
            is_laid_out = any(part.startswith(_LAID_OUT) for part in path.relative_to(ROOT).parts)
            if path.suffix in _KINDS and not is_laid_out:
                with suppress(FileNotFoundError):  # removed since it was listed
                    written[path] = path.stat().st_mtime_ns
    return written
