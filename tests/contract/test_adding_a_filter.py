"""A shared filter is declared in one file and its condition written in another: in a copy of the
product with one more, everything that takes filters takes it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from dashboard.paths import ROOT

ADDED_FIELD = "    community_kinds: tuple[str, ...] = ()\n"
ADDED_CONDITION = """    and (
        len($community_kinds::varchar[]) = 0
        or list_contains($community_kinds::varchar[], c.community_kind)
    )
"""
ADDED_FILTER = """
from dashboard.contract.tables import community_kind

FILTERS += (
    Filter("community_kinds", "kind", Words("社区类型", "Kind of community"), "empty means all",
           community_kind.allowed),
)
"""

USED = """
import sys
from pathlib import Path

from dashboard.asking.questions import Asking, Maps
from dashboard.brief.keeping import name_of
from dashboard.contract.filters import default_filters
from dashboard.contract.problem import Problem
from dashboard.figures.address import read_address
from dashboard.figures.figure import filters_said
from dashboard.language import Say
from dashboard.subjects.pages import make_page
from dashboard.ui.filters import chosen, offered
from dashboard.warehouse.catalogue import named_queries
from dashboard.warehouse.parameters import read_settings
from dashboard.warehouse.store import Warehouse

warehouse = Warehouse(Path(sys.argv[1]))
places = {"town_codes": warehouse.town_codes, "months": warehouse.months}
read, notices = read_address({"kind": "builders_home,none", "tier": "bed"}, **places)
assert read.filters.community_kinds == ("builders_home",)
assert [notice.en for notice in notices] == [
    "The address says kind=none, which is not known; it was left out."
]
assert read.written(warehouse.months) == {"kind": "builders_home", "tier": "bed"}

for query in named_queries().values():
    takes = "community_kinds" in query.parameter_names
    assert takes == ("is_home" in query.parameter_names) == ("$community_kinds VARCHAR[]" in query.sql)
    warehouse.run(query.name, read.filters.parameters())
rows = warehouse.run("communities", read.filters.parameters())
assert set(rows["community_kind"]) == {"builders_home"}
# What hides few persons follows the same communities.
assert len(warehouse.run("housing_by_community", read.filters.parameters())) == len(rows)

usual = default_filters(warehouse.months)
query = named_queries()["communities"]
told = read_settings(query, ["community_kinds=builders_home"], defaults=usual)
assert told["community_kinds"] == ["builders_home"]
try:
    read_settings(query, ["community_kinds=castle"], defaults=usual)
except Problem as problem:
    assert "there are: long_rent_apartment, " in problem.lines("en")[0]
else:
    raise AssertionError("a code that there is not was taken")

ask = Asking(warehouse, Say("en"), read.filters, Maps())
assert filters_said(ask).endswith("Bed · Home for builders and managers"), filters_said(ask)
assert read.filters.is_narrowed and name_of(read.filters) != name_of(usual)
assert read.filters.of_places == usual
page = make_page(ask, "needs", read.chosen)
assert page.headline != make_page(ask.on(usual), "needs", read.chosen).headline


read, _ = read_address({"kind": "builders_home"}, **places)
ask = Asking(warehouse, Say("en"), read.filters, Maps())
(own,) = [each for each in offered(ask, describing=True)["describing"] if each["key"] == "kind"]
assert own["label"] == "Kind of community"
assert chosen(ask)["codes"]["kind"] == ("builders_home",)
assert chosen(ask)["labels"]["communities"] == "Home for builders and managers"
"""


def test_a_filter_is_added_in_two_files(warehouse_file: Path, tmp_path: Path) -> None:
    for folder in ("dashboard", "queries"):
        shutil.copytree(
            ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__")
        )
    (tmp_path / "data").symlink_to(ROOT / "data")
    declared = tmp_path / "dashboard/contract/filters.py"
    put_before(declared, "    community_codes: tuple", ADDED_FIELD)
    put_before(declared, "# Those that describe communities", ADDED_FILTER)
    put_before(tmp_path / "queries/chosen_communities.sql", "    and ($is_home", ADDED_CONDITION)
    (tmp_path / "used.py").write_text(USED, encoding="utf-8")

    asked = subprocess.run(
        [sys.executable, "used.py", str(warehouse_file)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert asked.returncode == 0, asked.stderr


def put_before(file: Path, mark: str, added: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count(mark) == 1, (file.name, mark)
    file.write_text(text.replace(mark, added + mark), encoding="utf-8")
