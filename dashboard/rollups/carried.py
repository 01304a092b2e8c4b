"""Carry to the workers of a cluster what makes pseudonyms there, so that they need Python alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZipFile

# What ``people`` imports lies in these, and imports nothing that would have to be installed.
_PACKAGES = ("dashboard.contract", "dashboard.intake")
_MODULES = ("dashboard/__init__.py", "dashboard/paths.py", "dashboard/rollups/__init__.py",
            "dashboard/rollups/people.py")  # fmt: skip


@contextmanager
def carried() -> Iterator[Path]:
    """Write the modules to an archive that Python imports from; it is there for the block."""
    with TemporaryDirectory(prefix="minhang-carried-") as folder:
        path = Path(folder) / "minhang_people.zip"
        with ZipFile(path, "w", ZIP_DEFLATED) as archive:
            for name, file in _files():
                archive.writestr(name, file.read_bytes())
        yield path


def _files() -> Iterator[tuple[str, Traversable]]:
    top = files("dashboard")
    for name in _MODULES:
        yield name, top.joinpath(*name.split("/")[1:])
    for package in _PACKAGES:
        for file in files(package).iterdir():
            if file.name.endswith((".py", ".toml")):
                yield f"{package.replace('.', '/')}/{file.name}", file
