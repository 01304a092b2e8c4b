"""Have what touches files from outside done in a child process that can be killed.

A reader of foreign files may loop, take all memory or abort, and a library that is taken over by
a file has all that its process has. So none runs in the server. The cut is between bytes and
cells (and between a template's bytes and a deck's): the child gets the files in an empty folder
of its own and one job, and knows none of our data, no key and no environment; what comes back
is plain, JSON and Arrow, and is judged here before anything is made of it. Checking cells against
what is loaded stays in the server, which alone has the registers and the key of the pseudonyms.

A child does one job and ends. One is kept started, since its imports take most of a second; two
work at once, of which one may have a large file, so that small files always have their turn.
"""

import atexit
import errno
import json
import logging
import mmap
import os
import shutil
import signal
import site
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile, mkdtemp
from typing import IO, Any

from dashboard.confined import NO_ROOM, OUT_OF_MEMORY, OUTPUT_TOO_LARGE
from dashboard.contract.problem import Problem
from dashboard.contract.words import Words
from dashboard.paths import ROOT

AT_ONCE = 2
MOST_WAITING = 40
LARGE_FROM = 2_000_000  # bytes
_POLL_SECONDS = 0.5
_MOST_SAID, _MOST_PROBLEMS, _LONGEST = 200_000_000, 100, 2_000

Waiting = Callable[[Words], None]


def unheard(words: Words) -> None:
    """Tell nobody."""


class Busy(Problem):
    """Say that too many wait, or that the machine has no time, which need be no fault of the file."""


@dataclass(frozen=True)
class Limits:
    """Hold what a child may take beyond its start: bytes of memory and of output, seconds of the
    processor and of the clock."""

    memory: int
    seconds: int
    patience: float
    output: int


def limits_for(size: int, *, is_stream: bool = False, effort: int = 1) -> Limits:
    """Choose limits that an honest file of so many bytes stays well within.

    A workbook takes up to a second a megabyte, twice that on a weak machine; what is read as a
    stream takes a tenth of it, and little memory. ``effort`` says how many times a reading a
    job takes.
    """
    seconds = effort * (3 + round(size / 1e6 * (0.2 if is_stream else 2)))
    memory = 800_000_000 + (2 if is_stream else 24) * size
    return Limits(
        memory if is_stream else min(memory, 6_000_000_000),
        seconds if is_stream else min(seconds, 300),
        patience=60 + 6 * seconds,  # a child gets what little the pages leave of the processor
        output=100_000_000 + 4 * size,
    )


@dataclass(frozen=True)
class Answer:
    """Hold what a child answered: what it said, its bodies, and which protections held."""

    said: Any
    parts: list[memoryview]
    holds: frozenset[str]


def run(
    job: str,
    files: Mapping[str, bytes] | None = None,
    said: Any = None,
    *,
    about: str,
    reads: Sequence[Path] = (),
    effort: int = 1,
    waiting: Waiting = unheard,
) -> Answer:
    """Have ``module:function`` done in a child; raises Problem with what is wrong with the files.

    The function gets the paths of ``files`` (by name) and of ``reads`` (read where they lie, as a
    stream), what is ``said``, and the Output for bodies. ``about`` names what is read, for
    messages; ``waiting`` is called often, and may end the work by raising.
    """
    files = files or {}
    size = sum(map(len, files.values())) + sum(path.stat().st_size for path in reads)
    limits = limits_for(size, is_stream=bool(reads), effort=effort)
    with _turns.taken(about, is_large=size > LARGE_FROM, waiting=waiting):
        child = None
        try:
            child = _Child([path.absolute() for path in reads]) if reads else _spare.take()
            names = child.put(files) + [str(path.absolute()) for path in reads]
            child.ask({"job": job, "files": names, "said": said}, limits)
            _spare.renew()
            child.wait(limits.patience, lambda: waiting(_reading(about)))
            return _answer(child, about, limits)
        except OSError as error:
            raise _no_room(about, error.strerror or "") from error
        finally:
            if child is not None:
                child.end()


def protections() -> frozenset[str]:
    """Say which protections hold for children on this system; see ``confined``."""
    return run("dashboard.confined:protections", about="").holds


def start_spare() -> None:
    """Have a child ready before the first file comes."""
    _spare.is_wanted = True
    _spare.renew()


def stop_spare() -> None:
    _spare.is_wanted = False
    _spare.drop()


# What came of it --------------------------------------------------------------------------


def _answer(child: "_Child", about: str, limits: Limits) -> Answer:
    code = child.process.returncode
    if code == _KILLED:
        what = "读取它所需的时间或内存远超正常文件"
        raise _refused(about, Words(what, "takes far longer or more memory than any honest file"))
    if child.is_late:
        waited = f"{limits.patience:.0f}"
        raise Busy(
            Words(
                f"{about}：{waited} 秒内没有读完，可能是服务器正忙：没有载入任何数据，原有数据不变；"
                "请几分钟后再试，仍读不完就核对文件的来源，用 Office 或 WPS 另存后再试。",
                f"{about}: was not read within {waited} seconds, perhaps because the server is busy; "
                "nothing was loaded and nothing lost. Try again in some minutes; if that does not "
                "help, check where the file came from and save it anew in Office or WPS.",
            )
        )
    if code == _ENDED_FOR_TIME:
        raise _refused(
            about,
            Words("读取它所需的时间远超正常文件", "takes far longer to read than any honest file"),
        )
    if code == NO_ROOM:
        raise _no_room(about, os.strerror(errno.ENOSPC))
    if code in (OUT_OF_MEMORY, OUTPUT_TOO_LARGE):
        raise _refused(
            about,
            Words("读取它所需的内存远超正常文件", "needs far more memory than any honest file"),
        )
    reply, body = _reply(child.output) if code == 0 else ({}, memoryview(b""))
    try:
        if problems := [_words(*each) for each in reply.get("problems", ())[:_MOST_PROBLEMS]]:
            raise Problem(problems)
        if "said" in reply:
            parts = [body[start : start + length] for start, length in reply["parts"]]
            return Answer(reply["said"], parts, frozenset(reply["holds"]))
    except (KeyError, TypeError, ValueError) as error:
        raise senseless(about) from error
    reason = reply.get("failed", f"ended with {code}")
    logging.getLogger(__name__).warning("a child failed: %s", str(reason)[:500])
    raise _refused(about, Words("读取程序在其中出错中断", "makes its reader break down"))


def _words(zh: str, en: str) -> Words:
    return Words(zh[:_LONGEST], en[:_LONGEST])


# By the system, for the processor's time, or (killed) when a child goes on or memory runs out.
_ENDED_FOR_TIME, _KILLED = (-getattr(signal, name, 999) for name in ("SIGXCPU", "SIGKILL"))


def _reply(output: IO[bytes]) -> tuple[dict[str, Any], memoryview]:
    """Read what a child said at the end of its answer; nothing if that makes no sense."""
    size = output.seek(0, os.SEEK_END)
    if size < 8:
        return {}, memoryview(b"")
    body = memoryview(mmap.mmap(output.fileno(), size, access=mmap.ACCESS_READ))
    length = int.from_bytes(body[-8:], "little")
    if length > min(size - 8, _MOST_SAID):
        return {}, body
    try:
        reply = json.loads(bytes(body[-8 - length : -8]))
    except (ValueError, RecursionError):
        return {}, body
    return (reply if isinstance(reply, dict) else {}), body


def senseless(about: str) -> Problem:
    """Say that an answer is not what was agreed upon."""
    return _refused(about, Words("读出的内容不合规范", "gives what makes no sense"))


def _refused(about: str, what: Words) -> Problem:
    return Problem(
        Words(
            f"{about}：{what.zh}，已停止读取；请核对它的来源，用 Office 或 WPS 打开后"
            "另存为新文件，内容很多时先拆分，再试。",
            f"{about}: {what.en}; reading was stopped. Check where it came from, open it in Office "
            "or WPS and save it as a new file, split it if it holds very much, and try again.",
        )
    )


def _no_room(about: str, reason: str) -> Problem:
    return Problem(
        Words(
            f"{about}：无法写入临时文件（{reason}）：没有载入任何数据，原有数据不变；请腾出空间后再试。",
            f"{about}: can't write temporary files ({reason}): nothing was loaded and nothing lost; "
            "make room and try again.",
        )
    )


def _reading(about: str) -> Words:
    return Words(f"读取 {about}", f"Reading {about}")


# One child --------------------------------------------------------------------------------


class _Child:
    """Hold a started child: its process, its folder, and the file that it answers into."""

    def __init__(self, reads: Sequence[Path] = ()) -> None:
        self.folder = Path(mkdtemp(prefix="minhang-apart-"))
        self.output: IO[bytes] = TemporaryFile()  # noqa: SIM115 - closed with the child
        self.is_late = False
        # -P: nothing is imported from the folder that the foreign file lies in.
        python = sys.executable
        if sys.platform == "win32":  # a venv's own would start another, beyond the Job Object
            python = getattr(sys, "_base_executable", python)
        command = [python, "-P", "-m", "dashboard.confined", *map(str, reads)]
        self.process = subprocess.Popen(
            command,
            cwd=self.folder,
            env=_environment(self.folder),
            stdin=subprocess.PIPE,
            stdout=self.output,
            stderr=subprocess.DEVNULL,
            # Of its own, to be ended whole; in our session, or the kernel would share out time
            # between the two as equals, however nice the child is.
            process_group=0 if os.name == "posix" else None,
        )
        self._job_object = _WindowsJob(self.process) if sys.platform == "win32" else None

    def put(self, files: Mapping[str, bytes]) -> list[str]:
        """Write the files beside each other into the child's folder."""
        place = self.folder / "files"
        place.mkdir()
        for name, content in files.items():
            (place / name).write_bytes(content)
        return [str(place / name) for name in files]

    def ask(self, job: dict[str, Any], limits: Limits) -> None:
        if self._job_object is not None:
            self._job_object.limit(limits)
        most = {"memory": limits.memory, "seconds": limits.seconds, "output": limits.output}
        assert self.process.stdin is not None
        with suppress(OSError):  # one that is gone is found so when it is waited for
            self.process.stdin.write(json.dumps({**job, "limits": most}).encode() + b"\n")
            self.process.stdin.close()

    def wait(self, patience: float, again: Callable[[], None]) -> None:
        """Wait until it ends, or end it when patience does."""
        until = time.monotonic() + patience
        while True:
            try:
                self.process.wait(_POLL_SECONDS)
                return
            except subprocess.TimeoutExpired:
                if time.monotonic() > until:
                    self.is_late = True
                    return
            again()

    def end(self) -> None:
        """End it, whatever it is doing, and clear away what it leaves."""
        with suppress(OSError):
            if hasattr(os, "killpg"):
                os.killpg(self.process.pid, signal.SIGKILL)
            else:
                self.process.kill()
        self.process.wait()
        if self.process.stdin is not None:
            with suppress(OSError):
                self.process.stdin.close()
        self.output.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def _environment(folder: Path) -> dict[str, str]:
    """Give the child what it needs to start and nothing else: the server's may hold secrets."""
    kept = {
        name: os.environ[name]
        for name in ("LD_LIBRARY_PATH", "SYSTEMROOT", "LANG", "LC_ALL")
        if name in os.environ
    }
    return kept | {
        "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH")))),
        "PYTHONUSERBASE": site.getuserbase(),
        "PYTHONUTF8": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        # Places to write caches and scratch into, and few threads: each takes address space.
        **dict.fromkeys(("HOME", "TMPDIR", "TEMP", "TMP"), str(folder)),
        **dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MALLOC_ARENA_MAX"), "1"),
        "ARROW_DEFAULT_MEMORY_POOL": "system",
        "PROJ_NETWORK": "OFF",
        **({"__PYVENV_LAUNCHER__": sys.executable} if sys.platform == "win32" else {}),
    }


class _Spare:
    """Keep one child started."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: _Child | None = None
        self.is_wanted = False
        atexit.register(self.drop)

    def take(self) -> _Child:
        with self._lock:
            child, self._child = self._child, None
        if child is not None and child.process.poll() is None:
            return child
        if child is not None:
            child.end()
        return _Child()

    def renew(self) -> None:
        with self._lock, suppress(OSError):  # without a spare one it only takes longer
            if self._child is None and self.is_wanted:
                self._child = _Child()

    def drop(self) -> None:
        with self._lock:
            if self._child is not None:
                self._child.end()
                self._child = None


_spare = _Spare()


# Turns ------------------------------------------------------------------------------------


class _Turns:
    """Let a few work at once, in the order they came."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: list[list[bool]] = []
        self._working: list[list[bool]] = []

    @contextmanager
    def taken(self, about: str, *, is_large: bool, waiting: Waiting) -> Iterator[None]:
        """Wait for one's turn, and hold it for the block."""
        mine = [is_large]
        with self._changed:
            if len(self._waiting) >= MOST_WAITING:
                raise Busy(
                    Words(
                        f"{about}：等待读取的文件太多，请几分钟后再试。",
                        f"{about}: too many files are waiting to be read; try again in some minutes.",
                    )
                )
            self._waiting.append(mine)
        try:
            while True:
                with self._changed:
                    if self._next() is mine:
                        self._waiting.remove(mine)
                        self._working.append(mine)
                        self._changed.notify_all()
                        break
                    before = next(n for n, each in enumerate(self._waiting) if each is mine)
                    self._changed.wait(_POLL_SECONDS)
                waiting(_queued(about, before))
            yield
        finally:
            with self._changed:
                for those in (self._waiting, self._working):
                    those[:] = [each for each in those if each is not mine]
                self._changed.notify_all()

    def _next(self) -> list[bool] | None:
        if len(self._working) >= AT_ONCE:
            return None
        has_large = [True] in self._working
        return next((each for each in self._waiting if not (each[0] and has_large)), None)


def _queued(about: str, before: int) -> Words:
    return Words(
        f"{about} 在排队：正在读取别的文件，前面还有 {before} 份",
        f"{about} is queued: other files are being read, {before} more before it",
    )


_turns = _Turns()


# Windows ----------------------------------------------------------------------------------


class _WindowsJob:
    """Put a child into a Job Object, which ends it with the server and at its limits."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        import ctypes

        self._kernel: Any = ctypes.WinDLL("kernel32", use_last_error=True)  # type: ignore[attr-defined,unused-ignore]
        self._kernel.CreateJobObjectW.restype = ctypes.c_void_p
        self._job = ctypes.c_void_p(self._kernel.CreateJobObjectW(None, None))
        handle = ctypes.c_void_p(int(process._handle))  # type: ignore[attr-defined,unused-ignore]
        self._kernel.AssignProcessToJobObject(self._job, handle)

    def limit(self, limits: Limits) -> None:
        """Set JOBOBJECT_EXTENDED_LIMIT_INFORMATION."""
        import ctypes

        active, process_memory, process_time, kill_on_close = 0x8, 0x100, 0x2, 0x2000
        size, long = ctypes.c_size_t, ctypes.c_int64

        class Extended(ctypes.Structure):
            _fields_ = [
                ("process_time", long), ("job_time", long), ("flags", ctypes.c_uint32),
                ("least_set", size), ("most_set", size), ("active", ctypes.c_uint32),
                ("affinity", size), ("priority", ctypes.c_uint32),
                ("scheduling", ctypes.c_uint32), ("io", ctypes.c_uint64 * 6),
                ("process_memory", size), ("job_memory", size), ("peak", size * 2),
            ]  # fmt: skip

        # Import time counts too, and memory is what is committed.
        wanted = Extended(
            process_time=(limits.seconds + 10) * 10_000_000,
            flags=active | process_memory | process_time | kill_on_close,
            active=1,
            process_memory=limits.memory + 1_000_000_000,
        )
        self._kernel.SetInformationJobObject(
            self._job, 9, ctypes.byref(wanted), ctypes.sizeof(wanted)
        )
