"""Have the sample made by its generator, and keep what it made by what it was made from.

The generator (``data/sample``) runs in a process of its own and writes a Parquet file a table.
"""

import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd

from dashboard.contract.problem import Problem
from dashboard.contract.tables import TABLES
from dashboard.contract.words import Words
from dashboard.paths import DATA, ROOT
from dashboard.warehouse.ddl import create_statement
from dashboard.warehouse.placing import remove

DEFAULT_ATTENDANCES = 1_000_000
DEFAULT_SEED = 20241015

_GENERATOR = DATA / "sample"
_KEPT = DATA / "built" / "sample"
# A larger one is quicker made again than kept.
_MOST_KEPT_ATTENDANCES = 2_000_000
_MOST_KEPT = 12


def sample_folder(
    *,
    data: Path,
    shapes: gpd.GeoDataFrame,
    seed: int,
    attendances: int,
    beside: Path,
    progress: Callable[[float], None],
) -> Path:
    """Return the folder with the sample's tables; made unless it was before.

    A large sample, and one that can't be kept, is made ``beside`` what needs it, whose owner
    removes it. Raises Problem when the generator fails.
    """
    kept = _KEPT / _key(data, shapes, seed, attendances)
    if kept.is_dir():
        kept.touch()
        return kept
    making = kept.with_name(f"making-{os.getpid()}-{time.time_ns()}")
    if attendances > _MOST_KEPT_ATTENDANCES or not _can_make(making):
        beside.mkdir()
        _generate(data, shapes, seed, attendances, beside, progress)
        return beside
    try:
        _generate(data, shapes, seed, attendances, making, progress)
        if not kept.is_dir():  # another process may have made it meanwhile
            making.replace(kept)
    finally:
        remove(making)
    _forget_oldest()
    return kept


def _can_make(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True)
    except OSError:
        return False
    return True


def _key(data: Path, shapes: gpd.GeoDataFrame, seed: int, attendances: int) -> str:
    """Digest all that the sample follows from."""
    digest = hashlib.sha256(f"{seed} {attendances}".encode())
    for table in TABLES:
        digest.update(create_statement(table).encode())
    facts = [data / name for name in ("towns.csv", "named_communities.csv")]
    for file in [*sorted(_GENERATOR.glob("*.py")), *facts]:
        # Text mode, so that a checkout with other line ends gives the same.
        digest.update(file.read_text(encoding="utf-8").encode())
    for code, polygon in zip(shapes["town_code"], shapes.geometry, strict=True):
        digest.update(code.encode() + polygon.wkb)
    return digest.hexdigest()[:16]


def _generate(
    data: Path,
    shapes: gpd.GeoDataFrame,
    seed: int,
    attendances: int,
    to: Path,
    progress: Callable[[float], None],
) -> None:
    towns = to.resolve() / "town_shapes.parquet"
    shapes[["town_code", "geometry"]].to_parquet(towns)
    arguments = (data.resolve(), towns, to.resolve(), seed, attendances)
    command = [sys.executable, "-m", "data.sample", *map(str, arguments)]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        for line in process.stdout:
            progress(float(line))
        said = process.stderr.read()
    if process.returncode:
        raise Problem(_reason(said))


def _reason(said: str) -> Words:
    """Read what the generator refused; anything else it said is the reason of a failure."""
    last = said.strip().splitlines()[-1:]
    try:
        zh, en = json.loads("".join(last))
    except (ValueError, TypeError):
        reason = last[0] if last else "?"
        return Words(
            f"生成示例数据失败（{reason}）：请确认有足够的磁盘空间后重试。",
            f"The sample can't be made ({reason}): make sure there is disk space and try again.",
        )
    return Words(zh, en)


def _forget_oldest() -> None:
    """Remove the samples used longest ago; one that is read just now is among the newest."""
    folders = sorted(_KEPT.iterdir(), key=lambda folder: folder.stat().st_mtime, reverse=True)
    for folder in folders[_MOST_KEPT:]:
        remove(folder)
