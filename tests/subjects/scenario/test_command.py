"""The command reads what the page gives, tells the same, and says all that is wrong with a file at once."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pandas as pd
import pytest
from click.testing import CliRunner, Result

from dashboard.cli.main import main
from dashboard.figures.files import figure_as_csv, figure_as_xlsx
from dashboard.insight.governance import short_kind_names
from dashboard.language import Say
from dashboard.subjects.scenario.plan import change, needed, needs, plan
from dashboard.warehouse.store import Warehouse
from tests.subjects.scenario.test_plan import in_grids, made


def call(warehouse: Warehouse, file: Path, *words: str) -> Result:
    return CliRunner().invoke(
        main, ["scenario", str(file), *words, "--warehouse", str(warehouse.path)]
    )


def answer(warehouse: Warehouse, file: Path, *words: str) -> dict[str, Any]:
    result = call(warehouse, file, "--as", "json", *words)
    assert result.exit_code == 0, result.stderr
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def faults(warehouse: Warehouse, folder: Path, *lines: str) -> list[str]:
    """Give the English sentences, of as many in each language."""
    file = folder / "bad.csv"
    file.write_text("\n".join(lines), encoding="utf-8")
    result = call(warehouse, file)
    assert result.exit_code == 1
    assert result.stdout == ""
    told = result.stderr.strip().split("\n")
    assert all(each.endswith("。") for each in told[::2])
    assert all(each.endswith(".") for each in told[1::2])
    return told[1::2]


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("rule", ["advice", "siting"])
def test_the_list_of_the_page_is_the_file(
    warehouse: Warehouse, tmp_path: Path, rule: str, language: str, ending: str
) -> None:
    ask, asked, page = made(warehouse, rule=rule, lang=language)
    listed = next(each for each in page.figures if each.key == "scenario-plan")
    file = tmp_path / f"八月.{ending}"
    file.write_bytes((figure_as_csv if ending == "csv" else figure_as_xlsx)(ask, listed))
    told = answer(warehouse, file, "--lang", language)
    found = change(ask, asked)
    for state, rows in (("before", found.before), ("after", found.after)):
        for name, value in rows.iloc[0].items():
            assert told[state][name] == pytest.approx(value)
    assert told["needs"] == needed(needs(ask, asked))
    assert told["new_communities"] == len(plan(ask, asked)) == len(told["communities"])
    assert told["is_sample"]
    assert told["name"] == "八月"
    # The address that it gives shows the same.
    _, _, again = made(warehouse, **dict(parse_qsl(told["address"].partition("?")[2])))
    assert again.headline is not None
    assert again.headline.state == told["headline"]


def test_two_files_are_told_beside_each_other(warehouse: Warehouse, tmp_path: Path) -> None:
    ask, _, _ = made(warehouse)
    codes = in_grids(ask).index[:5].tolist()
    first, second, bad = (tmp_path / f"{name}.csv" for name in ("甲", "乙", "丙"))
    for file, chosen in ((first, codes[:3]), (second, codes[2:]), (bad, ["nobody"])):
        pd.DataFrame({"代码": chosen, "计划模式": "3"}).to_csv(file, index=False)
    told = answer(warehouse, first, str(second))
    assert told["shared"] == {
        "is_same": False, "both": [codes[2]], "first": [*told["shared"]["first"]],
        "second": [*told["shared"]["second"]], "other_modes": [],
    }  # fmt: skip
    assert {*told["shared"]["first"]} == {*codes[:2]}
    assert {*told["shared"]["second"]} == {*codes[3:]}
    one, other = answer(warehouse, first), answer(warehouse, second)
    for name in ("after", "needs", "towns", "communities"):
        assert (told[name], told["against"][name]) == (one[name], other[name])
    # The address that it gives shows both.
    _, asked, _ = made(warehouse, **dict(parse_qsl(told["address"].partition("?")[2])))
    assert asked.against is not None and (asked.name, asked.against.name) == ("甲", "乙")
    text = call(warehouse, first, str(second)).stdout
    assert "只在“甲”（2 个）" in text and "，对照 " in text
    assert "与“甲（对照）”完全相同" in call(warehouse, first, str(first)).stdout
    # Two that no address has room for are told all the same.
    for file, mode in ((first, "3"), (second, "5")):
        pd.DataFrame({"代码": in_grids(ask).index, "计划模式": mode}).to_csv(file, index=False)
    long = answer(warehouse, first, str(second))
    assert long["address"] is None and long["why_no_address"]
    assert answer(warehouse, first)["address"]
    assert long["shared"]["other_modes"] == long["shared"]["both"]
    result = call(warehouse, bad, str(bad))
    assert result.exit_code == 1 and result.stderr.count("丙.csv, line 2") == 2


def test_names_and_modes_are_enough(warehouse: Warehouse, tmp_path: Path) -> None:
    ask, _, _ = made(warehouse)
    rows = in_grids(ask).iloc[:10]
    short = short_kind_names(Say("zh"))
    modes = [*"12345", *(short[code] for code in "12345")]
    file = tmp_path / "least.csv"
    least = pd.DataFrame({"社区": rows["name_zh"].tolist(), "模式": modes})
    least.to_csv(file, index=False)
    told = answer(warehouse, file)
    assert {each["community_code"]: each["planned"] for each in told["communities"]} == dict(
        zip(rows.index, [*"12345"] * 2, strict=True)
    )
    text = call(warehouse, file).stdout
    assert told["headline"] in text and told["address"] in text
    english = call(warehouse, file, "--lang", "en").stdout
    assert "10 communities come under committees" in english


def test_all_that_is_wrong_is_told_at_once_with_its_line(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    ask, _, _ = made(warehouse)
    rows = ask.count("communities").rows.set_index("community_code")
    governed, (one, two) = rows[rows["mode"] == "2"].index[0], in_grids(ask).index[:2]
    named = min(ask.named_projects)
    told = faults(
        warehouse, tmp_path, "代码,社区,计划模式",
        f"{one},,3", f"{one},,2", ",无此社区,3", f"{two},,9", f"{governed},,2", f"{named},,3", "",
        f"{two},,", f"{one},,3",
    )  # fmt: skip
    assert [each.split(":")[0] for each in told] == [
        f"bad.csv, line {n}" for n in (3, 4, 5, 6, 7, 9)
    ]
    for sentence, what in zip(
        told,
        ("has mode 3 in line 2 and 2 here", "is not a known community", "“9” is not known",
         "has that mode already", "is a real project", "the mode “” is not known"),
        strict=True,
    ):  # fmt: skip
        assert what in sentence


def test_what_a_file_says_in_two_ways_is_told(warehouse: Warehouse, tmp_path: Path) -> None:
    ask, _, _ = made(warehouse)
    rows = in_grids(ask)
    (one, two, three), names = rows.index[:3], rows["name_zh"]
    told = faults(
        warehouse, tmp_path, "代码,社区,计划模式,社工站设在",
        f"{one},{names[two]},3,", f"{two},{names[two]},3,", f"{two},,3,{three}", f"{two},,3,{two}",
    )  # fmt: skip
    assert [each.split(":")[0] for each in told] == [f"bad.csv, line {n}" for n in (2, 4)]
    assert "are of different communities" in told[0]
    assert f"its station in {two} in line 3 and in {three} here" in told[1]
    (twice,) = faults(warehouse, tmp_path, "代码,计划模式,计划模式", f"{one},3,2")
    assert "more than one column “计划模式”" in twice
    sheets = pd.DataFrame({"代码": [one], "计划模式": ["3"]})
    file = tmp_path / "two.xlsx"
    with pd.ExcelWriter(file) as book:
        for name in ("第一批", "第二批"):
            sheets.to_excel(book, sheet_name=name, index=False)
    result = call(warehouse, file)
    assert result.exit_code == 1 and "the sheet “第二批” has planned modes too" in result.stderr


def test_of_many_faults_the_first_are_told(warehouse: Warehouse, tmp_path: Path) -> None:
    told = faults(warehouse, tmp_path, "代码,计划模式", *["nobody,3"] * 500)
    assert len(told) == 21
    assert told[-1] == "There are 480 more."


@pytest.mark.parametrize("mode", ["３", "3.0", " ３.0 "])
def test_a_mode_is_known_however_a_spreadsheet_writes_it(
    warehouse: Warehouse, tmp_path: Path, mode: str
) -> None:
    ask, _, _ = made(warehouse)
    file = tmp_path / "one.csv"
    file.write_text(f"代码,计划模式\n{in_grids(ask).index[0]},{mode}\n", encoding="utf-8")
    assert [each["planned"] for each in answer(warehouse, file)["communities"]] == ["3"]


def test_a_plan_too_long_for_an_address_says_so(warehouse: Warehouse, tmp_path: Path) -> None:
    ask, _, _ = made(warehouse)
    rows = ask.count("communities").rows
    every = rows["community_code"][rows["mode"] != "3"]
    assert len("~".join(f"{code}.3" for code in every)) > 6000
    file = tmp_path / "all.csv"
    pd.DataFrame({"代码": every, "计划模式": "3"}).to_csv(file, index=False)
    told = answer(warehouse, file)
    assert told["address"] is None and "太长" in told["why_no_address"]
    text = call(warehouse, file, "--lang", "en").stdout
    assert "too long for an address" in text and "scenario?" not in text


@pytest.mark.parametrize(
    ("lines", "what"),
    [
        (("代码,居民", "1,2"), "lacks columns"),
        (("代码,计划模式",), "there are no communities"),
        (("计划模式", "3"), "lacks columns"),
    ],
)
def test_a_file_that_is_none_is_told_in_a_sentence(
    warehouse: Warehouse, tmp_path: Path, lines: tuple[str, ...], what: str
) -> None:
    (told,) = faults(warehouse, tmp_path, *lines)
    assert what in told


def test_a_station_in_no_community_is_told(warehouse: Warehouse, tmp_path: Path) -> None:
    ask, _, _ = made(warehouse)
    code = in_grids(ask).index[0]
    (told,) = faults(warehouse, tmp_path, "代码,计划模式,社工站设在", f"{code},3,火星")
    assert "火星" in told


def test_a_month_may_be_given_and_a_briefing_shows_the_file(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    ask, _, _ = made(warehouse)
    file = tmp_path / "one.csv"
    file.write_text(f"code,mode\n{in_grids(ask).index[0]},3\n", encoding="utf-8")
    earlier = answer(warehouse, file, "--month", "2025-06")
    assert "2025-06" in earlier["as_of"]
    now = answer(warehouse, file)
    assert earlier["before"] != now["before"] and now["why_no_address"] is None
    # The address is of the same month.
    _, _, page = made(warehouse, **dict(parse_qsl(earlier["address"].partition("?")[2])))
    assert page.headline is not None and page.headline.state == earlier["headline"]
    to = tmp_path / "brief.html"
    written = CliRunner().invoke(
        main,
        [
            "brief",
            "--to",
            str(to),
            "--as",
            "show",
            "--scenario",
            str(file),
            "--warehouse",
            str(warehouse.path),
        ],
    )
    assert written.exit_code == 0, written.stderr
    assert "方案纳入" in to.read_text(encoding="utf-8").replace(" ", "")
