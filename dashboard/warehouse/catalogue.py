"""Read the named queries: one .sql file each, with a header that says what it returns.

What all queries share is written once and filled in here: the parameters that a header's
``filters`` take, and the communities that they choose, which a statement joins by name. A file
that names several grains holds a query of each: its statement without the others' keys.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from textwrap import indent

from dashboard.contract.filters import FILTERS
from dashboard.contract.problem import Problem
from dashboard.contract.words import Words
from dashboard.paths import QUERIES

# Stands round a query to ask it of every town.
EACH_TOWN = QUERIES / "each_town.sql"
# Stands round a statement to ask it of every end month.
EACH_MONTH = QUERIES / "each_month.sql"
# Stands in the place of what is made of attendances where these come month by month.
KEPT_MONTHS = QUERIES / "kept_months.sql"
# Stands first in every query that joins the communities chosen.
CHOSEN = QUERIES / "chosen_communities.sql"

_KINDS = ("title", "grain", "filters", "param", "column", "names")
_HEADER = re.compile(rf"^-- ({'|'.join(_KINDS)}):\s+(.*)\n", re.MULTILINE)
_NAMED_GRAIN = re.compile(r"(\w+): (one row per .+)")
_STATEMENT = re.compile(r"^(?!--)(with\s+)?", re.MULTILINE)
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
    "leading organisation": "leading_organisation",
    "activity kind": "activity_kind",
    "report": "report_code",
    "space kind": "space_kind",
    "club kind": "club_kind",
    "leader": "club_leader",
    "day of voting": "voted_on",
    "question": "vote_question",
    "option": "vote_option",
    "record kind": "record_kind",
    "channel": "channel",
    "indicator": "target_indicator",
    "place": "target_place",
    "due month": "due_month",
}
_KEY = "|".join(sorted(KEY_COLUMNS, key=len, reverse=True))
_GRAIN = re.compile(rf"one row per ((?:{_KEY})(?:(?:, | and )(?:{_KEY}))*)(?:, over .+)?")
_TOWN_CODES = re.compile(r"\$town_codes\b")
_CHOSEN_MONTH = re.compile(r"\$(start_month|end_month)\b")
_ORDER = re.compile(r"^order by (.*)$", re.MULTILINE)
_OF_TABLE = re.compile(r"\b\w+\.")
_PARAMETER = re.compile(r"^\$(\w+) ([A-Z\[\]]+)(?:, (.*))?$")


@dataclass(frozen=True)
class Parameter:
    """Describe one parameter: its name, its DuckDB type and what it means."""

    name: str
    type: str
    meaning: str


_MONTHS = (
    Parameter("start_month", "DATE", "first month, inclusive"),
    Parameter("end_month", "DATE", "last month, inclusive; the month at which filters are read"),
)
# The parameters that a header takes by the word in its line of filters.
_TAKEN = {
    "months": _MONTHS,
    "end month": _MONTHS[1:],
    "communities": tuple(Parameter(each.name, each.type, each.meaning) for each in FILTERS),
}


@dataclass(frozen=True)
class NamedQuery:
    """Hold one query file, read: header and text, whole as it can be run.

    ``keeps_named``: whether it tells of real, named projects in a sample as well; a header line
    ``names`` says why it may, as where nothing of them is invented.
    """

    name: str
    file: Path
    title: str
    grain: str
    parameters: tuple[Parameter, ...]
    columns: tuple[str, ...]
    sql: str
    keeps_named: bool = False

    @property
    def folder(self) -> str:
        return self.file.parent.name

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


def read_queries(path: Path) -> list[NamedQuery]:
    """Read a query file: one query, or one for each grain that is named.

    Raises Problem if its header lacks a line or is malformed.
    """
    text = path.read_text(encoding="utf-8")
    grains = [line for kind, line in _HEADER.findall(text) if kind == "grain"]
    named = {match[1]: match[2] for each in grains if (match := _NAMED_GRAIN.fullmatch(each))}
    if not named or len(named) < len(grains):
        return [_read_query(path, path.stem, text)]
    keys = {key for grain in named.values() for key in grain_columns(grain)}
    return [_read_query(path, name, _at_grain(text, grain, keys)) for name, grain in named.items()]


def _at_grain(text: str, grain: str, keys: Collection[str]) -> str:
    """Write a statement at one of its grains: without the lines that name the others' keys."""
    own = grain_columns(grain)
    # A community lies in one town, and its row tells which.
    within = {"town_code"} if "community_code" in own else set()
    text = re.sub(r"^(-- grain:.*\n)+", f"-- grain:  {grain}\n", text, flags=re.MULTILINE)
    by = grain.removeprefix("one row per ")
    text = re.sub(r"^(-- title:.*)", rf"\1, by {by}", text, flags=re.MULTILINE)
    for key in {*keys} - {*own} - within:
        text = re.sub(rf"^ +(\w+\.)?{key},\n", "", text, flags=re.MULTILINE)
        text = re.sub(rf"^(-- column:.*)\b{key}, ", r"\1", text, flags=re.MULTILINE)
    return text


def _read_query(path: Path, name: str, text: str) -> NamedQuery:
    header: dict[str, list[str]] = {kind: [] for kind in _KINDS}
    for kind, line in _HEADER.findall(text):
        header[kind].append(line.strip())
    missing = [kind for kind in ("title", "grain", "column") if len(header[kind]) != 1]
    if missing:
        raise Problem(
            Words(
                f"{path.name}：文件头应各有一行 {'、'.join(missing)}。",
                f"{path.name}: the header needs exactly one line each of {', '.join(missing)}.",
            )
        )
    shared = [each for line in header["filters"] for each in _read_filters(path, line)]
    own = [_read_parameter(path, line) for line in header["param"]]
    return NamedQuery(
        name=name,
        file=path,
        title=header["title"][0],
        grain=header["grain"][0],
        parameters=(*shared, *own),
        columns=tuple(name.strip() for name in header["column"][0].split(",")),
        sql=_with_chosen(_with_parameters(text, shared)),
        keeps_named=bool(header["names"]),
    )


def _read_filters(path: Path, line: str) -> list[Parameter]:
    words = line.split(", ")
    unknown = [word for word in words if word not in _TAKEN]
    if unknown:
        raise Problem(
            Words(
                f"{path.name}：filters 行中的“{', '.join(unknown)}”无法识别；可用：{'、'.join(_TAKEN)}。",
                f'{path.name}: the filters line says "{", ".join(unknown)}", which is not known; '
                f"there are: {', '.join(_TAKEN)}.",
            )
        )
    return [parameter for word in words for parameter in _TAKEN[word]]


def _read_parameter(path: Path, line: str) -> Parameter:
    match = _PARAMETER.match(line)
    if match is None:
        raise Problem(
            Words(
                f"{path.name}：参数行“{line}”应写作“$name TYPE, 含义”。",
                f'{path.name}: write the parameter line "{line}" as "$name TYPE, meaning".',
            )
        )
    return Parameter(match[1], match[2], match[3] or "")


def _with_parameters(text: str, shared: Iterable[Parameter]) -> str:
    """Write the parameters that are shared out, in the place of the line that takes them."""
    lines = "".join(f"-- param:  ${each.name} {each.type}, {each.meaning}\n" for each in shared)
    return re.sub(r"^-- filters:.*\n", lambda _: lines, text, flags=re.MULTILINE)


def _with_chosen(text: str) -> str:
    """Put the communities chosen before a statement that joins them."""
    if not re.search(rf"\b{CHOSEN.stem}\b", text):
        return text
    chosen = indent(_HEADER.sub("", CHOSEN.read_text(encoding="utf-8")), "    ")
    first = f"with {CHOSEN.stem} as (\n{chosen})"
    return _STATEMENT.sub(lambda start: first + (",\n" if start[1] else "\n"), text, count=1)


@cache
def named_queries() -> dict[str, NamedQuery]:
    """List the named queries by name; the build's own statements are not among them."""
    paths = sorted(path for path in QUERIES.glob("*/*.sql") if path.parent.name != "build")
    return {query.name: query for path in paths for query in read_queries(path)}


@cache
def for_each_town(query: NamedQuery) -> str:
    """Write the statement that asks a query of every town by itself, all of them at once.

    It takes the list $each_town in the place of $town_codes, and tells each row's town in the
    column each_town. Rows are in the order of their columns, as every query's are of its grain.
    """
    of_one = _TOWN_CODES.sub("[each_town.town_code]", query.sql)
    return EACH_TOWN.read_text(encoding="utf-8").replace("{query}", of_one)


@cache
def for_each_month(statement: str) -> str:
    """Write the statement that asks the same of every end month, all of them at once.

    It takes the list $each_month in the place of $end_month, and $months_before, how many months
    before is $start_month; it tells each row's end month in the column each_month. A month's rows
    are in the order that the statement gives them.
    """
    order = [_OF_TABLE.sub("", each) for each in _ORDER.findall(statement)[-1:]]
    written = EACH_MONTH.read_text(encoding="utf-8").replace(
        "{order}", "all" if order == ["all"] else ", ".join(["each_month", *order])
    )
    return written.replace("{statement}", _CHOSEN_MONTH.sub(r"asked.\1", statement))


def build_statements() -> list[Path]:
    """List the statements that make the roll-ups, in the order in which they run."""
    return sorted((QUERIES / "build").glob("*.sql"))


def statements_made_again() -> list[Path]:
    """List those that run once more over what is protected, as a header line ``again`` says."""
    return _with_line("again")


def statements_of_rollups() -> list[Path]:
    """List those that read attendances and activities alone, as a header line ``cluster`` says."""
    return _with_line("cluster")


def statements_beside_rollups() -> list[Path]:
    """List those that run where the roll-ups come from elsewhere: without attendances, and without
    persons' keys, of which a header line ``keys`` speaks."""
    elsewhere = {*statements_of_rollups(), *_with_line("keys")}
    return [each for each in build_statements() if each not in elsewhere]


def _with_line(kind: str) -> list[Path]:
    return [
        each for each in build_statements() if f"-- {kind}:" in each.read_text(encoding="utf-8")
    ]
