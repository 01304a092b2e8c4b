"""Write the sample's tables as Parquet: ``python -m data.sample DATA SHAPES TO SEED ATTENDANCES``.

Prints how far it has come, from 0 to 1, a line each. What it refuses is written to stderr as a
JSON pair of sentences, Chinese and English.
"""

import json
import sys
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from dashboard.contract.problem import Problem
from dashboard.contract.tables import ATTENDANCE
from dashboard.contract.words import Words
from dashboard.warehouse.validate import validate
from data.sample import Sample, make_sample
from data.sample.assumptions import TOWN_COMMUNITY_WEIGHTS


def main(data: Path, shapes: Path, to: Path, seed: int, attendances: int) -> None:
    shaped = gpd.read_parquet(shapes)
    towns = pd.read_csv(data / "towns.csv", dtype={"town_code": str})
    _refuse_other_towns(towns)
    sample = make_sample(
        seed=seed,
        attendances=attendances,
        towns=towns,
        named=pd.read_csv(data / "named_communities.csv", dtype=str, keep_default_na=False),
        town_shapes=dict(zip(shaped["town_code"], shaped.geometry, strict=True)),
    )
    for name, frame in sample.tables.items():
        frame.to_parquet(to / f"{name}.parquet", index=False)
    _write_attendances(sample, to / f"{ATTENDANCE.name}.parquet", attendances)


def _refuse_other_towns(towns: pd.DataFrame) -> None:
    """The towns are fixed by law, and the sample is spread over them by their codes."""
    there, known = set(towns["town_code"]), set(TOWN_COMMUNITY_WEIGHTS)
    if there != known:
        more, fewer = (", ".join(sorted(codes)) or "—" for codes in (there - known, known - there))
        raise Problem(
            Words(
                f"towns.csv：不认识的街镇代码 {more}，缺少 {fewer}；请从代码库恢复该文件。",
                f"towns.csv: unknown town codes {more}, missing {fewer}; "
                "restore the file from the repository.",
            )
        )


def _write_attendances(sample: Sample, to: Path, attendances: int) -> None:
    writer = None
    written = 0
    for chunk in sample.attendance_chunks():
        rows = pa.Table.from_pandas(validate(ATTENDANCE, chunk), preserve_index=False)
        writer = writer or pq.ParquetWriter(to, rows.schema)
        writer.write_table(rows)
        written += len(chunk)
        print(written / attendances, flush=True)
    if writer is not None:
        writer.close()


if __name__ == "__main__":
    data, shapes, to = map(Path, sys.argv[1:4])
    seed, attendances = map(int, sys.argv[4:])
    try:
        main(data, shapes, to, seed, attendances)
    except Problem as problem:
        sys.exit(json.dumps(problem.problems[0], ensure_ascii=False))
