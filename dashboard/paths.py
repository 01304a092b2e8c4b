"""Know where the product's own files lie, whatever the working directory is, and who runs it."""

import getpass
import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data"
QUERIES = ROOT / "queries"
WAREHOUSE = DATA / "built" / "minhang.duckdb"
WAREHOUSE_VARIABLE = "DASHBOARD_WAREHOUSE"
SMALL_CELL_VARIABLE = "DASHBOARD_SMALL_CELL"
# Whether the instance is for outsiders: it serves a fixed list of cells, protected.
PROTECTED_VARIABLE = "DASHBOARD_PROTECTED"
OWN_VARIABLE = "DASHBOARD_OWN_DATA"
# Roll-ups made elsewhere that every build takes, whoever asks for it.
ROLLUPS_VARIABLE = "DASHBOARD_ROLLUPS"
PUBLIC_VARIABLE = "DASHBOARD_PUBLIC_ADDRESS"
# "1" where a page's address is answered over HTTP, so that a choice needs no rerun.
ANSWERS_VARIABLE = "DASHBOARD_ANSWERS"
LOADING_VARIABLE = "DASHBOARD_LOADING"
# Who may load, undo and build from the page; any other value, or none, means nobody.
EVERYBODY, OWN_MACHINE, NOBODY = "1", "own-machine", "0"
# How many processes serve together, and the office's own Caddy to put before them.
WORKERS_VARIABLE = "DASHBOARD_WORKERS"
CADDY_VARIABLE = "DASHBOARD_CADDY"
PSEUDONYM_KEY_VARIABLE = "DASHBOARD_PSEUDONYM_KEY"
PSEUDONYM_KEY_FILE_VARIABLE = "DASHBOARD_PSEUDONYM_KEY_FILE"


def warehouse_path() -> Path:
    """Say where the warehouse to serve lies; the environment may name another."""
    return Path(os.environ.get(WAREHOUSE_VARIABLE, WAREHOUSE))


def serving_together() -> int:
    """Say how many processes serve the warehouse together and share the machine."""
    return int(os.environ.get(WORKERS_VARIABLE, "1"))


def public_address() -> str:
    """Say under which address everybody finds the dashboard; empty if it is not said."""
    return os.environ.get(PUBLIC_VARIABLE, "")


def own_path() -> Path:
    """Say where the user's own tables are kept; the environment may name another folder."""
    return Path(os.environ.get(OWN_VARIABLE, DATA / "own"))


def rollups_path() -> Path | None:
    """Say where roll-ups lie that were made elsewhere, if the environment names any."""
    text = os.environ.get(ROLLUPS_VARIABLE)
    return Path(text) if text else None


def pseudonym_key_file() -> Path:
    """Say where the key for pseudonyms lies: with its owner, never with the data."""
    usual = Path.home() / ".config" / "minhang-dashboard" / "pseudonym.key"
    return Path(os.environ.get(PSEUDONYM_KEY_FILE_VARIABLE, usual))


def user_name() -> str:
    """Name the user of this machine, as far as the system knows one."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "?"
