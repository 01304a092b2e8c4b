"""Bound the memory that uploads take: Streamlit keeps each whole as long as its session lasts."""

import re
import threading
from collections.abc import Iterable
from typing import Any

import streamlit as st
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from dashboard.language import Say
from dashboard.ui.notices import plain

MOST_OF_ONE, MOST_OF_ALL = 400_000_000, 1_000_000_000  # bytes, of a session and of all
# A file's name may take 255 bytes; what is made of it gets a little longer.
_MOST_BYTES, _LONGEST_ENDING = 200, 10
_ODD = re.compile(r'[\x00-\x1f\x7f<>:"|?*\ud800-\udfff]')
_REFUSED = "application/x-not-kept"
_lock = threading.Lock()
_add_file = MemoryUploadedFileManager.add_file


def bound_uploads() -> None:
    """Keep no more than the bounds: of a file beyond them its name alone is kept."""
    MemoryUploadedFileManager.add_file = _added  # type: ignore[method-assign,assignment]


def _added(manager: MemoryUploadedFileManager, session_id: str, file: UploadedFileRec) -> None:
    with _lock:
        kept = {
            session: sum(len(each.data) for each in list(files.values()))
            for session, files in list(manager.file_storage.items())
        }
        more = len(file.data)
        is_within = kept.get(session_id, 0) + more <= MOST_OF_ONE
        if not is_within or sum(kept.values()) + more > MOST_OF_ALL:
            file = file._replace(data=b"", type=_REFUSED)
        elif file.type == _REFUSED:
            file = file._replace(type="")
        _add_file(manager, session_id, file)


def uploads_kept(say: Say, uploads: Iterable[Any]) -> list[Any]:
    """Give the uploads that were kept; say of the others why they were not."""
    there = list(uploads)
    for refused in (each for each in there if each.type == _REFUSED):
        st.error(
            say(
                "{file}：没有接收，已上传的文件占用内存太多（每人 {one} MB，全体 {all} MB）；"
                "请移去不再需要的文件后重新上传，或稍后再试。",
                file=plain(refused.name),
                one=MOST_OF_ONE // 1_000_000,
                all=MOST_OF_ALL // 1_000_000,
            )
        )
    return [each for each in there if each.type != _REFUSED]


def file_name(name: str) -> str:
    """Make of an upload's name one that every system takes: no path, no odd signs, not too long."""
    bare = _ODD.sub("_", name.replace("\\", "/").rsplit("/", 1)[-1]).strip(" .")
    stem, dot, ending = bare.rpartition(".")
    ending = f"{dot}{ending}" if stem and len(ending) <= _LONGEST_ENDING else ""
    room = _MOST_BYTES - len(ending.encode())
    kept = bare.removesuffix(ending).encode()[:room].decode(errors="ignore")
    return kept + ending or "file"
