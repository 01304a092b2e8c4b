"""How a figure and its data are cited, and how the project itself is."""

import re
from dataclasses import replace
from datetime import date

import pytest

from dashboard import __version__
from dashboard.paths import ROOT
from dashboard.publish.citation import What, bibtex, gbt7714
from tests.publish.conftest import FigureAt

SITE = "https://data.example.org/minhang"


def test_gbt_7714_gives_kind_update_access_and_address(figure_at: FigureAt) -> None:
    figure = replace(figure_at("needs", "needs-loop"), taken_on=date(2026, 12, 31), site=SITE)
    updated, version = figure.built_on.isoformat(), figure.warehouse.version
    end = f"数据版本 {version}. ({updated})[2026-12-31]. {SITE}/needs?from=2025-10&to=2025-12."
    assert re.fullmatch(
        rf"闵行新型居住社区治理看板维护者\. .+\[EB/OL\]\. {re.escape(end)}",
        gbt7714(figure, "figure"),
    )
    assert "[DS/OL]" in gbt7714(figure, "data")
    town_map = figure_at("profile", "profile-towns")
    assert "[CM/OL]" in gbt7714(replace(town_map, site=SITE), "figure")
    assert "[CM]" in gbt7714(town_map, "figure")


@pytest.mark.parametrize("what", ["figure", "data"])
def test_without_a_public_address_none_is_cited(figure_at: FigureAt, what: What) -> None:
    figure = figure_at("needs", "needs-loop")
    for text in (gbt7714(figure, what), bibtex(figure, what)):
        assert "needs?" not in text
        assert "http" not in text
        assert "/OL" not in text
        assert "url " not in text


def test_bibtex_is_one_entry_with_balanced_braces_and_nothing_that_tex_would_run(
    figure_at: FigureAt,
) -> None:
    figure = replace(figure_at("coverage?lang=en", "coverage-trend"), site=SITE)
    entry = bibtex(figure, "data")
    assert entry.count("{") == entry.count("}")
    fields = dict(re.findall(r"^  (\w+) += \{(.*)\},$", entry, re.MULTILINE))
    assert fields["urldate"] == figure.taken_on.isoformat()
    assert fields["url"] == f"{SITE}/{figure.address}"
    assert fields["version"] == figure.warehouse.version
    assert r"district\_by\_month\#" in fields["note"]
    assert not re.search(r"(?<!\\)[&%$#_]", fields["title"] + fields["note"] + fields["author"])
    key = re.match(r"@misc\{([^,]+),", entry)
    assert key and re.fullmatch(r"[\w-]+", key[1], re.ASCII)


def test_citation_file_has_what_cff_1_2_0_requires() -> None:
    lines = (ROOT / "CITATION.cff").read_text(encoding="utf-8").splitlines()
    top = dict(line.split(":", 1) for line in lines if re.match(r"[a-z-]+:", line))
    assert {"cff-version", "message", "title", "authors"} <= top.keys()
    # All that the schema knows at the top; nothing else is allowed there.
    assert top.keys() <= {
        "abstract", "authors", "cff-version", "commit", "contact", "date-released", "doi",
        "identifiers", "keywords", "license", "license-url", "message", "preferred-citation",
        "references", "repository", "repository-artifact", "repository-code", "title", "type",
        "url", "version",
    }  # fmt: skip
    assert top["cff-version"].strip() == "1.2.0"
    assert top["type"].strip() in ("software", "dataset")
    assert top["version"].strip() == __version__
    assert top["license"].strip() == "Apache-2.0"
    assert any(line.startswith("  - name: ") for line in lines)
