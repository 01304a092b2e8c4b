"""What was changed in a briefing is kept, whole or not at all, and given back as it was."""

import json
import os
import stat
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from dashboard.brief.keeping import FOLDER, Edits, Texts, apply, name_of, read, save
from dashboard.cli.main import main
from dashboard.contract.filters import Filters
from dashboard.contract.problem import Problem
from dashboard.language import Say
from dashboard.paths import OWN_VARIABLE
from tests.brief.conftest import Make

MONTHS = Filters(date(2025, 10, 1), date(2025, 12, 1))
NAME = name_of(MONTHS)
ZH = Texts({"ranking": ("标题", ""), "modes": ("", "结论")}, (("甲", "乙", "丙", "丁", "戊"),))
EDITS = Edits("示例单位", ("modes", "ranking"), "模板.pptx", {"zh": ZH})


def keep(own: Path, edits: Edits = EDITS, language: str = "zh") -> Edits:
    return save(own, NAME, edits, language=language, version="v")  # type: ignore[arg-type]


def kept_file(own: Path) -> Path:
    return own / FOLDER / f"{NAME}.json"


def test_what_was_saved_is_read_back(tmp_path: Path) -> None:
    assert read(tmp_path, NAME) == Edits()
    saved = keep(tmp_path)
    assert read(tmp_path, NAME) == saved
    assert saved.content == EDITS
    assert (saved.version, saved.saved_at[:2]) == ("v", "20")


def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    keep(tmp_path)
    if os.name != "nt":
        assert stat.S_IMODE(kept_file(tmp_path).stat().st_mode) == 0o600


def test_one_language_s_sentences_leave_the_other_s_as_they_are(tmp_path: Path) -> None:
    keep(tmp_path)
    english = Edits("示例单位", texts={"en": Texts({"ranking": ("Headline", "")})})
    keep(tmp_path, english, "en")
    both = read(tmp_path, NAME)
    assert both.of("zh") == ZH
    assert both.of("en").sentences == {"ranking": ("Headline", "")}
    keep(tmp_path, Edits(), "en")
    assert read(tmp_path, NAME).texts["zh"] == ZH


def test_the_last_of_two_wins_and_no_half_written_file_stays(tmp_path: Path) -> None:
    keep(tmp_path)
    keep(tmp_path, replace(EDITS, unit="另一单位"))
    assert read(tmp_path, NAME).unit == "另一单位"
    assert [path.name for path in (tmp_path / FOLDER).iterdir()] == [f"{NAME}.json"]


def test_nothing_changed_leaves_no_file(tmp_path: Path) -> None:
    keep(tmp_path)
    keep(tmp_path, Edits())
    assert not kept_file(tmp_path).exists()


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '{"unit": 1}', "\x00", "[" * 100_000,
     json.dumps({"unit": "", "sections": [], "template": "", "version": "", "saved_at": "x", "texts": {}}),
     json.dumps({"unit": "", "sections": 5, "template": "", "version": "", "saved_at": "2025-01-01", "texts": {}}),
     json.dumps({"unit": "", "sections": [], "template": "", "version": "", "saved_at": "2025-01-01",
                 "texts": {"zh": {"sentences": {"a": ["b"]}, "problems": None}}})],
)  # fmt: skip
def test_a_damaged_file_is_told_of_and_put_aside(tmp_path: Path, text: str) -> None:
    keep(tmp_path)
    kept_file(tmp_path).write_text(text, encoding="utf-8")
    with pytest.raises(Problem, match="damaged"):
        read(tmp_path, NAME)
    assert not kept_file(tmp_path).exists()
    (aside,) = (tmp_path / FOLDER).glob("*.damaged-*")
    assert aside.read_text(encoding="utf-8") == text
    assert read(tmp_path, NAME) == Edits()


def test_a_folder_that_can_t_be_written_to_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / FOLDER).write_text("a file in the folder's place")
    with pytest.raises(Problem, match="can't be kept"):
        keep(tmp_path)


@given(st.permutations(["310112101", "310112102", "310112103", "310112106", "310112107"]))
def test_the_same_place_has_one_name_whatever_the_order(towns: list[str]) -> None:
    first = name_of(replace(MONTHS, town_codes=tuple(towns)))
    assert first == name_of(replace(MONTHS, town_codes=tuple(sorted(towns))))
    assert first != name_of(replace(MONTHS, town_codes=tuple(towns[1:])))


def test_other_months_places_and_choices_have_other_names() -> None:
    others = [
        replace(MONTHS, start_month=date(2025, 1, 1)),
        replace(MONTHS, town_codes=("310112103",)),
        replace(MONTHS, modes=("tailored",)),
        replace(MONTHS, community_codes=("310112103-001",)),
    ]
    assert len({NAME, *map(name_of, others)}) == 5


def test_a_briefing_is_changed_as_it_was(make: Make) -> None:
    brief = make()
    changed = apply(brief, EDITS, Say("zh"))
    assert [slide.key for slide in changed.slides] == ["modes", "ranking"]
    assert changed.slides[1].headline == "标题"
    assert changed.slides[1].conclusion == brief.slides[1].conclusion
    assert "示例单位" in changed.cover.unit
    assert apply(brief, Edits(), Say("zh")) == brief


def test_the_command_line_takes_the_changes(
    warehouse_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(OWN_VARIABLE, str(tmp_path / "own"))
    keep(tmp_path / "own")
    to = tmp_path / "report.html"
    command = ["brief", "--to", str(to), "--warehouse", str(warehouse_file)]
    assert CliRunner().invoke(main, command).exit_code == 0
    assert "示例单位" not in to.read_text(encoding="utf-8")
    assert CliRunner().invoke(main, [*command, "--edited"]).exit_code == 0
    text = to.read_text(encoding="utf-8")
    assert "示例单位" in text
    assert "标题" in text
