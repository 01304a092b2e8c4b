"""Run one job on foreign files in this process, confined, and end: the child of ``apart``.

The process shuts itself off before it has seen any foreign byte. How far depends on the system,
and ``protections`` tells: ``memory``, ``time`` and ``output`` hold wherever there are resource
limits (Linux; macOS does not heed the one on memory; Windows has a Job Object instead, see
``apart``), ``network`` where the kernel lets anyone have a namespace of his own, ``tcp`` where it
has Landlock since 6.7, ``files`` where it has Landlock (5.13).
"""

import ctypes
import errno
import importlib
import json
import mimetypes
import os
import select
import sys
import sysconfig
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

from dashboard.contract.problem import Problem

OUT_OF_MEMORY, OUTPUT_TOO_LARGE, NO_ROOM = 71, 72, 73
# Loaded ahead by a spare child, what is most often needed first.
PRELOADED = (
    "pyarrow",
    "dashboard.intake.crossing",
    "dashboard.intake.boundaries",
    "dashboard.brief.powerpoint.crossing",
    "openpyxl",
)


class Output:
    """Take the bodies of an answer, one after the other; what is said about them comes last."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._places: list[tuple[int, int]] = []

    @contextmanager
    def part(self) -> Iterator[BinaryIO]:
        """Give the file to write the next body to."""
        start = self._file.tell()
        yield self._file
        self._places.append((start, self._file.tell() - start))

    def close(self, reply: dict[str, Any]) -> None:
        text = json.dumps({**reply, "parts": self._places}).encode()
        self._file.write(text + len(text).to_bytes(8, "little"))
        self._file.flush()


def main() -> None:
    """Wait for a job on standard input; answer on what was standard output."""
    _be_nicer(by=5)
    holds = _confine(Path.cwd(), [Path(name) for name in sys.argv[1:]])
    answer = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever else is printed is no answer
    for name in PRELOADED:
        if _is_asked():
            break
        importlib.import_module(name)
    line = sys.stdin.buffer.readline()
    if not line:
        return  # whoever might have asked is gone
    job = json.loads(line)
    function = _named(job["job"])
    _be_nicer(by=14)  # a foreign file gets what is left; our own imports had a share, and end soon
    holds |= _limit(**job["limits"])
    output = Output(answer)
    reply: dict[str, Any] = {"holds": sorted(holds)}
    try:
        reply["said"] = function(job["files"], job["said"], output)
    except Problem as problem:
        reply["problems"] = problem.problems
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except BaseException as error:  # a reader written in Rust panics with no Exception
        if isinstance(error, OSError) and error.errno in _NOT_WRITTEN:
            os._exit(_why_not_written(error, job["limits"]))
        # Where, but not the message: it may hold what stands in the file.
        places = [
            f"{each.name}:{each.lineno}" for each in traceback.extract_tb(error.__traceback__)
        ]
        reply["failed"] = f"{type(error).__name__} at {' '.join(places[-6:])}"
    try:
        output.close(reply)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except OSError as error:
        os._exit(_why_not_written(error, job["limits"]))
    os._exit(0)


def _be_nicer(*, by: int) -> None:
    if os.name == "posix":
        os.nice(by)


_NOT_WRITTEN = (errno.EFBIG, errno.ENOSPC, errno.EDQUOT)


def _why_not_written(error: OSError, limits: dict[str, int]) -> int:
    """Tell an answer that is too large from a system that has no room for it."""
    if os.name != "posix":
        return NO_ROOM
    import resource

    is_ours = resource.getrlimit(resource.RLIMIT_FSIZE)[0] == limits["output"]
    return OUTPUT_TOO_LARGE if error.errno == errno.EFBIG and is_ours else NO_ROOM


def _named(name: str) -> Any:
    module, _, function = name.partition(":")
    return getattr(importlib.import_module(module), function)


def _is_asked() -> bool:
    return os.name == "posix" and bool(select.select([0], [], [], 0)[0])


def protections(files: list[str], said: Any, output: Output) -> None:
    """Do nothing: what holds is told with every answer."""


# Limits -----------------------------------------------------------------------------------


def _limit(*, memory: int, seconds: int, output: int) -> set[str]:
    """Allow so much beyond what is taken by now; the system ends the process at the limit."""
    try:
        import resource
    except ImportError:  # Windows
        return set()
    used = resource.getrusage(resource.RUSAGE_SELF)
    wanted = {
        "memory": (resource.RLIMIT_AS, _taken() + memory),
        "time": (resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + 1 + seconds),
        "output": (resource.RLIMIT_FSIZE, output),
        "open files": (resource.RLIMIT_NOFILE, 256),
        "no core": (resource.RLIMIT_CORE, 0),
    }
    holds = set()
    for name, (kind, most) in wanted.items():
        hard = resource.getrlimit(kind)[1]
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        with suppress(ValueError, OSError):
            # At the lower limit of time the process is told to end, at the upper one it is killed.
            upper = least + 1 if name == "time" and least != hard else least
            resource.setrlimit(kind, (least, upper))
            holds.add(name)
    return holds


_statm: int | None = None


def _taken() -> int:
    """Read how much address space this process has taken; files of the system are shut by now."""
    if _statm is None:
        return 2_000_000_000
    return int(os.pread(_statm, 100, 0).split()[0]) * os.sysconf("SC_PAGE_SIZE")


# Network and files ------------------------------------------------------------------------

_CLONE_NEWIPC, _CLONE_NEWUSER, _CLONE_NEWNET = 0x08000000, 0x10000000, 0x40000000
_PR_SET_NO_NEW_PRIVS = 38
_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446
_READ_FILE, _READ_DIR, _WRITE_FILE = 1 << 2, 1 << 3, 1 << 1
# Write, read, list, remove, make folders and files, truncate: no program, device, socket or link.
_WORK = _READ_FILE | _READ_DIR | _WRITE_FILE | 1 << 4 | 1 << 5 | 1 << 7 | 1 << 8 | 1 << 14


def _confine(folder: Path, readable: Iterable[Path]) -> set[str]:
    """Shut off the network, and all files but the libraries, the folder and those named."""
    global _statm
    if not sys.platform.startswith("linux"):
        return set()
    with suppress(OSError):
        _statm = os.open("/proc/self/statm", os.O_RDONLY)
    with suppress(OSError):  # where memory runs out, this process is ended first
        Path("/proc/self/oom_score_adj").write_text("1000")
    libc = ctypes.CDLL(None, use_errno=True)
    holds = set()
    # Must come before any thread is started.
    for flags in (_CLONE_NEWUSER | _CLONE_NEWNET | _CLONE_NEWIPC, _CLONE_NEWNET):
        if libc.unshare(flags) == 0:
            holds.add("network")
            break
    return holds | _landlock(libc, folder, readable)


def _landlock(libc: Any, folder: Path, readable: Iterable[Path]) -> set[str]:
    abi = libc.syscall(_LANDLOCK_CREATE, None, 0, 1)
    if abi < 1 or libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return set()
    rights = (1 << {1: 13, 2: 14, 3: 15, 4: 15}.get(abi, 16)) - 1
    # Rights on files, then (ABI 4) TCP, then (ABI 6) signals and sockets beyond this process.
    fields = [rights, *([3] if abi >= 4 else []), *([3] if abi >= 6 else [])]
    attributes = b"".join(each.to_bytes(8, sys.byteorder) for each in fields)
    rules = libc.syscall(_LANDLOCK_CREATE, attributes, len(attributes), 0)
    if rules < 0:
        return set()
    for path, allowed in _allowed(folder, readable):
        with suppress(OSError):
            place = os.open(path, os.O_RDONLY if path.is_file() else os.O_RDONLY | os.O_DIRECTORY)
            rule = (allowed & rights).to_bytes(8, sys.byteorder) + place.to_bytes(4, sys.byteorder)
            libc.syscall(_LANDLOCK_ADD, rules, 1, rule, 0)
            os.close(place)
    if libc.syscall(_LANDLOCK_RESTRICT, rules, 0) != 0:
        return set()
    os.close(rules)
    return {"files", "tcp"} if abi >= 4 else {"files"}


def _allowed(folder: Path, readable: Iterable[Path]) -> Iterator[tuple[Path, int]]:
    """Say what may be read: the installed libraries and our own code, none of our data."""
    yield folder, _WORK
    paths = sysconfig.get_paths()
    installed = {paths[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    libraries = {
        Path(sys.base_prefix) / "lib",
        Path(__file__).parent,
        *map(Path, installed | _user_site()),
    }
    system = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/share")
    # DuckDB asks how much memory and how many processors it may use, and aborts if refused.
    machine = ("/sys/fs/cgroup", "/sys/devices/system/cpu", "/proc/self/cgroup", "/proc/stat")
    for path in {*libraries, *map(Path, (*system, *machine))}:
        if path.is_dir():
            yield path, _READ_FILE | _READ_DIR
    files = ("/dev/urandom", "/etc/ld.so.cache", *machine, *mimetypes.knownfiles)
    for path in (*readable, *map(Path, files)):
        if path.is_file() or path.is_char_device():
            yield path, _READ_FILE
    yield Path("/dev/null"), _READ_FILE | _WRITE_FILE


def _user_site() -> set[str]:
    import site

    return {site.getusersitepackages()} if site.ENABLE_USER_SITE else set()


if __name__ == "__main__":
    main()
