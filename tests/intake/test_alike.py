"""What is remarked of many sheets is told once, and nothing of it is lost."""

import random
from dataclasses import replace
from pathlib import Path

import pytest

from dashboard.contract.words import Words
from dashboard.intake.alike import told_once
from dashboard.intake.checking import Reading, check_sources
from dashboard.intake.messages import message
from dashboard.intake.reading import Sheet, Source
from dashboard.intake.report import report
from tests.intake.conftest import KEY
from tests.intake.test_indicators import across
from tests.intake.test_signing import TODAY, faults, known

FILE = "a.xlsx"
LABELS = [Words("房源层次", "Tier"), Words("社区代码", "Community code")]
WHERE = Words("表名", "sheet's name")


def titles(names: list[str]) -> dict[str, tuple[str, str]]:
    return {f"{FILE} {name}": (FILE, name) for name in names}


@pytest.mark.parametrize("seed", range(40))
def test_every_sheet_and_value_is_still_told(seed: int) -> None:
    draw = random.Random(seed)
    names = [f"表{letter}" for letter in "甲乙丙丁戊己庚辛"[: draw.randint(1, 8)]]
    values = [f"值{number}" for number in range(draw.randint(1, 12))]
    stated = {
        (label, name): draw.choice(values)
        for label in LABELS
        for name in names
        if draw.random() < 0.8
    }
    remarks = [
        message("sheet.stated", title=f"{FILE} {name}", label=label, value=value, where=WHERE)
        for (label, name), value in stated.items()
    ]
    alone = Words("别的事。", "Something else.")
    told = told_once([*remarks, alone], titles(names), {FILE: names})
    assert told[-1] == alone
    for language in (0, 1):
        lines = [words[language] for words in told]
        for (label, name), value in stated.items():
            there = [line for line in lines if f"“{label[language]}”" in line and value in line]
            assert any(name in line or "等 " in line or " more (" in line for line in there)
    for label in LABELS:
        mine = {name: value for (of, name), value in stated.items() if of == label}
        lines = [words.zh for words in told if f"“{label.zh}”" in words.zh]
        assert len(lines) <= len(set(mine.values()))
        # Which sheets are meant is left to be seen only where all are.
        assert mine.keys() >= {*names} or not any("等 " in line for line in lines)


def test_twenty_sheets_are_remarked_upon_as_one() -> None:
    names = [f"紫藤{letter}寓" for letter in "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉"]
    there = known()
    rows = [{**there.communities.iloc[0], "name_zh": name, "community_code": f"310112101-{n:03d}"} for n, name in enumerate(names, 1)]  # fmt: skip
    there = replace(there, communities=there.communities.from_records(rows))
    pages = {"封面": [["2026年8月月报"]]} | {name: across("本月") for name in names}
    sheets = [Sheet(FILE, name, [list(row) for row in rows]) for name, rows in pages.items()]
    source = Source(Path(FILE), "0" * 64, 1, sheets)
    found = check_sources([source], there, Reading(TODAY, lambda: KEY, None))
    assert faults(found) == []
    assert len(found.frames["occupancy"]) == len(names)
    every = "紫藤甲寓、紫藤乙寓、紫藤丙寓等 20 张工作表"
    alike = [words.zh for words in found.warnings if every in words.zh]
    assert len(found.warnings) == len(alike) + 1
    assert any(all(name in line for name in names) for line in alike)
    assert {*found.warnings} <= {*report(found)}
