"""Tell archives that would unpack to what no honest document holds."""

import zipfile

MAX_MEMBERS = 5_000
MAX_RATIO, RATIO_MATTERS_FROM = 200, 50_000_000


def unpacked_size(archive: zipfile.ZipFile) -> int:
    """Add up what the members say they unpack to; the reader holds each to what it says."""
    return sum(info.file_size for info in archive.infolist())


def is_bomb(archive: zipfile.ZipFile, *, most: int) -> bool:
    """Tell whether an archive has too many members, or would unpack to too much."""
    infos, unpacked = archive.infolist(), unpacked_size(archive)
    packed = sum(info.compress_size for info in infos) or 1
    return (
        len(infos) > MAX_MEMBERS
        or unpacked > most
        or (unpacked > RATIO_MATTERS_FROM and unpacked / packed > MAX_RATIO)
    )
