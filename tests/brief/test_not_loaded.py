"""Own data with some tables missing: their numbers are missing, and the page says so."""

from collections.abc import Callable
from pathlib import Path

import pytest

from dashboard.asking.questions import Asking
from dashboard.brief.content import filters_for, make_brief
from dashboard.brief.files import KINDS
from dashboard.brief.slides import Brief, Figures, Slide, Table
from dashboard.contract.tables import TABLES
from dashboard.language import Say
from dashboard.paths import DATA
from dashboard.ui.assets import lay_out_assets
from dashboard.warehouse.build import build
from dashboard.warehouse.store import Store, Warehouse
from dashboard.warehouse.uploads import State

FEW = 2_000
PUJIANG = "310112114"
Own = Callable[..., Brief]


def own_warehouse(sample: Warehouse, folder: Path, tables: tuple[str, ...]) -> Warehouse:
    """Take these tables of one town's sample communities for the user's own."""
    folder.mkdir()
    community = sample.table("community", exact=True)
    community = community[community["town_code"] == PUJIANG].assign(origin="own")
    for name in tables:
        rows = community if name == "community" else sample.table(name, exact=True)
        rows = rows[rows["community_code"].isin(community["community_code"])]
        if "origin" in rows:
            rows = rows.assign(origin="own")
        rows.to_parquet(folder / f"{name}.parquet")
    to = folder / "minhang.duckdb"
    return Store(build(data=DATA, to=to, attendances=FEW, own=State(folder, 1, 0))).current()


@pytest.fixture(scope="module")
def own(warehouse: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Own:
    """Make briefings from communities, governance and occupancy alone."""
    folder = tmp_path_factory.mktemp("own") / "state"
    bare = own_warehouse(warehouse, folder, ("community", "governance", "occupancy"))
    wanted = {"organisation", "activity", "attendance", "proposal"}
    optional = {table.name for table in TABLES if table.is_optional and table.is_sample}
    assert set(bare.about["empty_tables"].split(";")) == wanted | optional

    def made(lang: str = "zh") -> Brief:
        filters = filters_for(bare.months, bare.town_codes, month=None, town=PUJIANG)
        return make_brief(
            Asking(bare, Say("en" if lang == "en" else "zh"), filters, lay_out_assets().maps)
        )

    return made


def page(brief: Brief, key: str) -> Slide:
    return next(slide for slide in brief.slides if slide.key == key)


def test_what_is_not_loaded_is_missing_and_not_nought(own: Own) -> None:
    brief = own()
    assert brief.caveat == ""
    conclusion = page(brief, "conclusion")
    figures, table = conclusion.parts
    assert isinstance(figures, Figures)
    assert isinstance(table, Table)
    assert {each.name: each.figure for each in figures.items}["活动参与率"] == "—"
    assert [row[1:] for row in table.rows[2:]] == [("—",), ("—",)]
    # Nobody signs a page of which nothing was loaded, or a case that nobody published.
    assert not {"participation", "case"} & {slide.key for slide in brief.slides}
    texts = repr([page(brief, key).stacks for key in ("problems", "steps")])
    assert "天无活动" not in texts
    assert "没有活动" not in texts
    assert "没有社区触发已检查的规则；未检查：静默（无“活动”表）" in texts
    assert "件提案" not in texts


def test_the_pages_concerned_say_what_is_not_loaded(own: Own) -> None:
    brief = own()
    lacks = {slide.key: slide.lack for slide in brief.slides if slide.lack}
    assert lacks == {
        "conclusion": "未载入“活动、参与、提案”表",
        "problems": "未检查：静默、超期提案积压、久拖的提案、住满而无站点",
        "steps": "未载入“组织与站点、活动、提案”表",
    }
    english = own("en")
    assert "Activities, Attendances, Proposals" in page(english, "conclusion").lack


def test_every_kind_of_file_is_written_and_says_it(own: Own) -> None:
    brief = own()
    for kind in KINDS:
        content = kind.write(brief)
        assert content
        if kind.ending == "html" and kind.name != "a3":
            assert content.decode().count("未载入“活动、参与、提案”表") >= 1
