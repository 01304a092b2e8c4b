"""Put a finished warehouse in the old one's place, and find the newest: on any system."""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dashboard.contract.problem import Problem
from dashboard.contract.words import Words

_STALE_SECONDS = 6 * 3600


@contextmanager
def unfinished(to: Path) -> Iterator[Path]:
    """Give a path beside ``to`` to build in, and leave nothing there when it fails."""
    _make_folder(to.parent)
    for left_over in to.parent.glob(f"{to.name}.building-*"):
        if time.time() - left_over.stat().st_mtime > _STALE_SECONDS:
            remove(left_over)
    path = to.with_name(f"{to.name}.building-{os.getpid()}-{time.time_ns()}")
    try:
        yield path
    finally:
        for left_over in to.parent.glob(f"{path.name}*"):
            remove(left_over)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Problem(
            Words(
                f"无法建立文件夹 {folder}（{error.strerror}）：请用 --to 指向可写的位置。",
                f"The folder {folder} can't be made ({error.strerror}): "
                "point --to at a place that can be written to.",
            )
        ) from error


def remove(left_over: Path) -> None:
    """Remove what a build leaves, if it is there: its file, its log, or a folder of its own."""
    if left_over.is_dir():
        shutil.rmtree(left_over, ignore_errors=True)
    else:
        left_over.unlink(missing_ok=True)


def put_in_place(path: Path, to: Path) -> Path:
    """Move a finished warehouse to ``to`` in one step; return where it lies.

    Windows refuses to replace a file that a server has open. It then comes to lie beside it
    under the next number, which ``newest`` prefers; numbered ones are cleared away once ``to``
    can be replaced again.
    """
    try:
        path.replace(to)
    except PermissionError:
        placed = to.with_name(f"{to.stem}.{time.time_ns()}{to.suffix}")
        path.replace(placed)
        return placed
    for older in _numbered(to):
        try:
            older.unlink()
        except PermissionError:
            # A server still reads it; it goes with the next build.
            continue
    return to


def newest(to: Path) -> Path | None:
    """Find the newest warehouse at or beside ``to``, if there is one."""
    there = [path for path in (to, *_numbered(to)) if path.is_file()]
    return max(there, key=lambda path: path.stat().st_mtime_ns, default=None)


def _numbered(to: Path) -> list[Path]:
    return [
        path
        for path in to.parent.glob(f"{to.stem}.*{to.suffix}")
        if path.name.removeprefix(f"{to.stem}.").removesuffix(to.suffix).isdigit()
    ]
