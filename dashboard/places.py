"""Know where the product's own files lie, whatever the working directory is."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data"
QUERIES = ROOT / "queries"
WAREHOUSE = DATA / "built" / "minhang.duckdb"
WAREHOUSE_VARIABLE = "DASHBOARD_WAREHOUSE"
SMALL_CELL_VARIABLE = "DASHBOARD_SMALL_CELL"


def warehouse_path() -> Path:
    """Say where the warehouse to serve lies; the environment may name another."""
    return Path(os.environ.get(WAREHOUSE_VARIABLE, WAREHOUSE))
