"""The scripts lie in a folder that is named by all of them, so that none is ever stale."""

import gzip

from dashboard.ui.assets import STATIC, _scripts, lay_out_assets


def test_scripts_are_laid_out_whole_and_compressed():
    folder = (STATIC / lay_out_assets().figure).parent
    sources = sorted((STATIC / "figure").glob("*.js"))
    assert len(sources) > 5
    for source in sources:
        assert (folder / source.name).read_bytes() == source.read_bytes()
        packed = gzip.decompress((folder / f"{source.name}.gz").read_bytes())
        assert packed == source.read_bytes()


def test_a_change_of_any_script_changes_the_address_of_all(tmp_path):
    folder = tmp_path / "figure"
    folder.mkdir()
    (folder / "figure.js").write_text("import './a.js';")
    (folder / "a.js").write_text("1;")
    first = _scripts(folder, first="a.js")
    assert _scripts(folder, first="a.js") == first
    (folder / "a.js").write_text("2;")
    second = _scripts(folder, first="a.js")
    assert second != first
    assert (tmp_path / second).with_name("a.js").read_text() == "2;"
    assert (tmp_path / first).with_name("a.js").read_text() == "1;"
