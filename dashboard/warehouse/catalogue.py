"""Read the named queries: one .sql file each, with a header that says what it returns."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from dashboard.contract.problem import Problem
from dashboard.contract.words import Words
from dashboard.paths import QUERIES

# Stands round a query to ask it of every town.
EACH_TOWN = QUERIES / "each_town.sql"

_KINDS = ("title", "grain", "param", "column", "names")
_HEADER = re.compile(rf"^-- ({'|'.join(_KINDS)}):\s+(.*)$", re.MULTILINE)
# What a header's grain calls a key, and the column that holds it.
KEY_COLUMNS = {
    "town": "town_code",
    "month": "month",
    "tier": "tier",
    "community": "community_code",
    "operator": "operator",
    "mode": "mode",
    "coverage type": "coverage_type",
    "figure and source": "figure_id",
    "target": "target_code",
    "control total": "control_code",
    "breakdown": "breakdown",
    "category": "category",
    "day": "held_on",
    "cohort": "first_month",
    "number of attendances": "least_attendances",
    "proposal": "proposal_code",
    "proposal category": "proposal_category",
    "stage": "stage",
    "days": "day_count",
    "outcome": "is_settled",
    "domain": "domain",
    "aspect": "aspect",
    "need": "need",
    "first day": "valid_from",
    "organisation": "organisation_code",
    "activity kind": "activity_kind",
    "report": "report_code",
}
_KEY = "|".join(sorted(KEY_COLUMNS, key=len, reverse=True))
_GRAIN = re.compile(rf"one row per ((?:{_KEY})(?:(?:, | and )(?:{_KEY}))*)(?:, over .+)?")
_TOWN_CODES = re.compile(r"\$town_codes\b")
_PARAMETER = re.compile(r"^\$(\w+) ([A-Z\[\]]+)(?:, (.*))?$")


@dataclass(frozen=True)
class Parameter:
    """Describe one parameter: its name, its DuckDB type and what it means."""

    name: str
    type: str
    meaning: str


@dataclass(frozen=True)
class NamedQuery:
    """Hold one query file, read: header and text.

    ``keeps_named``: whether it tells of real, named projects in a sample as well; a header line
    ``names`` says why it may, as where nothing of them is invented.
    """

    name: str
    folder: str
    title: str
    grain: str
    parameters: tuple[Parameter, ...]
    columns: tuple[str, ...]
    sql: str
    keeps_named: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns that tell its rows apart; none if it is one row in all."""
        return grain_columns(self.grain)

    @property
    def parameter_names(self) -> frozenset[str]:
        return frozenset(parameter.name for parameter in self.parameters)


def grain_columns(grain: str) -> tuple[str, ...]:
    """Read the key columns out of a grain; raises ValueError if it names a key not known."""
    if grain == "one row in all":
        return ()
    match = _GRAIN.fullmatch(grain)
    if match is None:
        raise ValueError(f"the grain “{grain}” names a key that is not in KEY_COLUMNS")
    return tuple(KEY_COLUMNS[word] for word in re.findall(_KEY, match[1]))


def read_query(path: Path) -> NamedQuery:
    """Read one query file; raises Problem if its header lacks a line or is malformed."""
    sql = path.read_text(encoding="utf-8")
    header: dict[str, list[str]] = {kind: [] for kind in _KINDS}
    for kind, text in _HEADER.findall(sql):
        header[kind].append(text.strip())
    missing = [kind for kind in ("title", "grain", "column") if len(header[kind]) != 1]
    if missing:
        raise Problem(
            Words(
                f"{path.name}：文件头应各有一行 {'、'.join(missing)}。",
                f"{path.name}: the header needs exactly one line each of {', '.join(missing)}.",
            )
        )
    return NamedQuery(
        name=path.stem,
        folder=path.parent.name,
        title=header["title"][0],
        grain=header["grain"][0],
        parameters=tuple(_read_parameter(path, text) for text in header["param"]),
        columns=tuple(name.strip() for name in header["column"][0].split(",")),
        sql=sql,
        keeps_named=bool(header["names"]),
    )


def _read_parameter(path: Path, text: str) -> Parameter:
    match = _PARAMETER.match(text)
    if match is None:
        raise Problem(
            Words(
                f"{path.name}：参数行“{text}”应写作“$name TYPE, 含义”。",
                f'{path.name}: write the parameter line "{text}" as "$name TYPE, meaning".',
            )
        )
    return Parameter(match[1], match[2], match[3] or "")


@cache
def named_queries() -> dict[str, NamedQuery]:
    """List the named queries by name; the build's own statements are not among them."""
    paths = sorted(path for path in QUERIES.glob("*/*.sql") if path.parent.name != "build")
    return {path.stem: read_query(path) for path in paths}


@cache
def for_each_town(query: NamedQuery) -> str:
    """Write the statement that asks a query of every town by itself, all of them at once.

    It takes the list $each_town in the place of $town_codes, and tells each row's town in the
    column each_town. Rows are in the order of their columns, as every query's are of its grain.
    """
    of_one = _TOWN_CODES.sub("[each_town.town_code]", query.sql)
    return EACH_TOWN.read_text(encoding="utf-8").replace("{query}", of_one)


def build_statements() -> list[Path]:
    """List the statements that make the roll-ups, in the order in which they run."""
    return sorted((QUERIES / "build").glob("*.sql"))
