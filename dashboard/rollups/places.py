"""Read and write small files beside the roll-ups, wherever these lie: on a disk, HDFS or an object store."""

import os
import re
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import uuid4

_SECRET_NAME = re.compile(r"key|secret|password|token|credential", re.IGNORECASE)
_IN_URL = re.compile(r"(?<=://)[^/@\s]+@|(?<=[?&])[^\s?&=]+=[^\s&]+")


def without_credentials(text: str, settings: Mapping[str, str] | None = None) -> str:
    """Take out of a text what signs in: in URLs, and the settings of such names."""
    for name, value in (settings or {}).items():
        if _SECRET_NAME.search(name) and value:
            text = text.replace(value, "…")
    return _IN_URL.sub("…", text)


class Place:
    """Be a folder that Spark can write to, by its URL or its path on this machine."""

    def __init__(self, spark: Any, url: str) -> None:
        if "://" in url and not url.startswith("file:"):
            self.url = url.rstrip("/")
        else:
            # As it is, not as a URI: Hadoop takes a path's characters for themselves.
            path = os.path.realpath(re.sub("^file:/+", "/", url)).replace(os.sep, "/")
            self.url = f"file://{'' if path.startswith('/') else '/'}{path}"
        self._jvm = spark._jvm
        self._configuration = spark._jsc.hadoopConfiguration()
        self._files = self._at("").getFileSystem(self._configuration)

    def _at(self, name: str) -> Any:
        return self._jvm.org.apache.hadoop.fs.Path(f"{self.url}/{name}" if name else self.url)

    @property
    def shown(self) -> str:
        """Its URL as it may be told."""
        return without_credentials(self.url)

    def holds(self, other: "Place") -> bool:
        """Tell whether the other is the same folder or lies in it."""
        own, others = (each._files.makeQualified(each._at("")) for each in (self, other))
        return f"{others.toUri().normalize()}/".startswith(f"{own.toUri().normalize()}/")

    def of(self, name: str) -> str:
        return f"{self.url}/{name}"

    def has(self, name: str) -> bool:
        return bool(self._files.exists(self._at(name)))

    def names(self, of: str = "") -> list[str]:
        """List what lies in it, or in a folder of it; nothing where that is not there."""
        if not self.has(of):
            return []
        return [str(each.getPath().getName()) for each in self._files.listStatus(self._at(of))]

    def read(self, name: str) -> str | None:
        """Read a text; none if there is none."""
        if not self.has(name):
            return None
        stream = self._files.open(self._at(name))
        try:
            return str(self._jvm.org.apache.commons.io.IOUtils.toString(stream, "UTF-8"))
        finally:
            stream.close()

    def write(self, name: str, text: str) -> None:
        """Write a text, in the old one's place once it is whole."""
        self._put(f"{name}.new", text, is_over=True)
        self.move(f"{name}.new", name)

    def create(self, name: str, text: str) -> None:
        """Write a text that was not there; raises FileExistsError if it was."""
        if self.has(name):
            raise FileExistsError(name)
        self._put(name, text, is_over=False)

    def _put(self, name: str, text: str, *, is_over: bool) -> None:
        self._files.mkdirs(self._at(""))
        stream = self._files.create(self._at(name), is_over)
        try:
            stream.write(bytearray(text, "utf-8"))
        finally:
            stream.close()

    def move(self, name: str, to: str) -> None:
        """Put a file or folder in the place of another."""
        self.remove(to)
        if not self._files.rename(self._at(name), self._at(to)):
            raise OSError(f"{name} can't be moved to {to}")

    def remove(self, name: str) -> None:
        self._files.delete(self._at(name), True)


def stamps(spark: Any, files: list[str]) -> list[str]:
    """Say of each input file its place, length and time of writing; never the same of what has none."""
    told = [
        str(uuid4())
        if status.isDirectory()
        else f"{path} {status.getLen()} {status.getModificationTime()}"
        for path, status in _statuses(spark, files)
    ]
    return told or [str(uuid4())]


def length(spark: Any, files: list[str]) -> int:
    """Give the length of the input files together, in bytes."""
    return sum(int(status.getLen()) for _, status in _statuses(spark, files))


def _statuses(spark: Any, files: list[str]) -> Iterator[tuple[Any, Any]]:
    configuration = spark._jsc.hadoopConfiguration()
    for name in sorted(files):
        # Spark names them as URIs.
        path = spark._jvm.org.apache.hadoop.fs.Path(spark._jvm.java.net.URI(name))
        yield path, path.getFileSystem(configuration).getFileStatus(path)
