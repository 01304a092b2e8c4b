"""Read and write small files beside the roll-ups, wherever these lie: on a disk, HDFS or an object store."""

from pathlib import Path
from typing import Any


class Place:
    """Be a folder that Spark can write to, by its URL or its path on this machine."""

    def __init__(self, spark: Any, url: str) -> None:
        self.url = (url if "://" in url else Path(url).absolute().as_uri()).rstrip("/")
        self._jvm = spark._jvm
        self._configuration = spark._jsc.hadoopConfiguration()
        self._files = self._at("").getFileSystem(self._configuration)

    def _at(self, name: str) -> Any:
        return self._jvm.org.apache.hadoop.fs.Path(f"{self.url}/{name}" if name else self.url)

    def of(self, name: str) -> str:
        return f"{self.url}/{name}"

    def has(self, name: str) -> bool:
        return bool(self._files.exists(self._at(name)))

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
        self._files.mkdirs(self._at(""))
        stream = self._files.create(self._at(f"{name}.new"), True)
        try:
            stream.write(bytearray(text, "utf-8"))
        finally:
            stream.close()
        self.move(f"{name}.new", name)

    def move(self, name: str, to: str) -> None:
        """Put a file or folder in the place of another."""
        self.remove(to)
        if not self._files.rename(self._at(name), self._at(to)):
            raise OSError(f"{name} can't be moved to {to}")

    def remove(self, name: str) -> None:
        self._files.delete(self._at(name), True)


def stamps(spark: Any, files: list[str]) -> list[str]:
    """Say of each input file its name, length and time of writing."""
    configuration = spark._jsc.hadoopConfiguration()
    told = []
    for name in sorted(files):
        path = spark._jvm.org.apache.hadoop.fs.Path(name)
        status = path.getFileSystem(configuration).getFileStatus(path)
        told.append(f"{path.getName()} {status.getLen()} {status.getModificationTime()}")
    return told
