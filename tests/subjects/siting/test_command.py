"""Siting on the command line: what the page tells, and what is wrong with input in one sentence."""

import json
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from click.testing import CliRunner, Result

from dashboard.asking.questions import Asking
from dashboard.cli.main import main
from dashboard.cli.siting import _told
from dashboard.contract.filters import default_filters
from dashboard.contract.problem import Problem
from dashboard.figures import siting as places
from dashboard.intake.gazetteer import wgs84_to_gcj02
from dashboard.language import Say
from dashboard.ui.assets import lay_out_assets
from dashboard.warehouse.store import Warehouse


def call(warehouse: Warehouse, *words: str | Path) -> Result:
    return CliRunner().invoke(
        main, ["site", *map(str, words), "--warehouse", str(warehouse.path)]
    )  # fmt: skip


def answer(warehouse: Warehouse, *words: str | Path) -> dict[str, Any]:
    result = call(warehouse, *words)
    assert result.exit_code == 0, result.stderr
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def sentence(warehouse: Warehouse, *words: str | Path) -> str:
    """Check that it failed with one sentence in each language."""
    result = call(warehouse, *words)
    assert result.exit_code == 1
    assert result.stdout == ""
    zh, en = result.stderr.strip().split("\n")
    assert zh.endswith("。")
    assert en.endswith(".")
    return en


@pytest.fixture(scope="module")
def ask(warehouse: Warehouse) -> Asking:
    return Asking(warehouse, Say("zh"), default_filters(warehouse.months), lay_out_assets().maps)


def test_it_tells_what_the_page_tells(warehouse: Warehouse, ask: Asking) -> None:
    found = places.outcome(ask, places.Sought("grid", 5, 1000, "cover"))
    assert found is not None
    told = answer(warehouse, "--stations", "5", "--within", "1000")
    assert {each["code"] for each in told["stations"]} == {*found.siting.codes}
    assert told["reached_before"] == found.before.sum()
    assert told["reached_after"] == found.after.sum()
    assert told["solver"]["is_exact"]
    assert told["is_sample"]
    assert told["greedy"]["value"] <= told["solver"]["value"]


def test_its_map_holds_every_place_as_a_point(warehouse: Warehouse, ask: Asking) -> None:
    here = places.located(ask, "grid")
    assert here is not None
    told = answer(warehouse, "--stations", "3", "--within", "800", "--as", "geojson")
    plain = answer(warehouse, "--stations", "3", "--within", "800")
    for key in ("headline", "how_sure", "as_of", "is_sample", "source", "within", "who"):
        assert told[key] == plain[key]
    roles = [each["properties"]["role"] for each in told["features"]]
    assert roles.count("added") == 3
    assert roles.count("standing") == here.setting.is_open.sum()
    assert roles.count("community") == len(here.demand)
    for each in told["features"]:
        lon, lat = each["geometry"]["coordinates"]
        assert 120.8 < lon < 122.2
        assert 30.6 < lat < 31.9


def test_the_fewest_reach_the_share_and_one_fewer_does_not(warehouse: Warehouse) -> None:
    told = answer(warehouse, "--share", "95", "--within", "1000")
    count = told["fewest"]
    assert told["at_least"] == count == len(told["stations"])
    assert told["share_after"] >= 95
    fewer = answer(warehouse, "--stations", str(count - 1), "--within", "1000")
    assert fewer["share_after"] < 95


def test_stations_serve_no_more_than_they_hold(warehouse: Warehouse) -> None:
    told = answer(warehouse, "--stations", "4", "--within", "1000", "--capacity", "500")
    served: dict[str, float] = {}
    for each in told["served"]:
        served[each["station"]] = served.get(each["station"], 0) + each["residents"]
    assert max(served.values()) <= 500 + 1e-3
    newly = [each["newly_reached"] for each in told["stations"]]
    assert sum(newly) == pytest.approx(told["reached_after"] - told["reached_before"])
    for each in told["stations"]:
        assert 0 <= each["newly_reached"] <= each["served"] + 1e-3
        assert each["served"] == pytest.approx(served[each["code"]])


def test_own_points_may_be_the_candidates(warehouse: Warehouse, tmp_path: Path) -> None:
    file = tmp_path / "points.csv"
    file.write_text("code,name,lon,lat\np1,甲,121.38,31.11\np2,乙,121.40,31.08\n", encoding="utf-8")
    told = answer(
        warehouse, "--stations", "1", "--within", "1500", "--aim", "median", "--candidates", file
    )
    assert told["candidates"] == 2
    assert told["stations"][0]["code"] in ("p1", "p2")
    assert told["stations"][0]["name_zh"] in ("甲", "乙")
    assert "2 candidate sites" in sentence(
        warehouse, "--stations", "3", "--within", "500", "--candidates", file
    )


def test_need_may_stand_in_the_place_of_residents(
    warehouse: Warehouse, ask: Asking, tmp_path: Path
) -> None:
    here = places.located(ask, "grid")
    assert here is not None
    far = here.setting.distances[:, here.setting.is_open].min(axis=1).argmax()
    code, file = here.setting.demand[far], tmp_path / "need.csv"
    file.write_text(f"code,weight\n{code},7\n", encoding="utf-8")
    few = ("--stations", "1", "--within", "500", "--weights", file, "--lang", "en")
    told = answer(warehouse, *few)
    assert told["weight"] == told["reached_after"] == 7
    assert len(told["left_out"]) == len(here.demand) - 1
    # It's not residents that are told of, and who is left out is.
    assert told["headline"].startswith("1 more station brings 7 more weight within 500 m")
    assert "residents" not in json.dumps({**told, "who": "", "how_sure": ""})
    assert f": {len(here.demand) - 1} (left_out)" in call(warehouse, *few).stderr
    drawn = answer(warehouse, *few, "--as", "geojson")
    assert [each["properties"].get("weight") for each in drawn["features"]].count(7) == 1


NEAR_AND_FAR = "code,name,lon,lat\nnear,近,121.38,31.11\nfar,远,121.40,31.08\n"


def matrix(ask: Asking, *, hole: str = "40", without: int = 0) -> str:
    """Write times of ten minutes to one own site, and of forty to another and to what stands."""
    here = places.located(ask, "grid")
    assert here is not None
    standing = [code for code, is_open in zip(here.setting.sites, here.setting.is_open, strict=True)
                if is_open][without:]  # fmt: skip
    lines = [
        ",".join([code, "10", hole if at == 3 else "40", *(["40"] * len(standing))])
        for at, code in enumerate(here.setting.demand)
    ]
    return "\n".join([",".join(["code", "near", "far", *standing]), *lines]) + "\n"


def test_own_travel_times_take_the_place_of_distances(
    warehouse: Warehouse, ask: Asking, tmp_path: Path
) -> None:
    times, own = tmp_path / "times.csv", tmp_path / "own.csv"
    times.write_text(matrix(ask), encoding="utf-8")
    own.write_text(NEAR_AND_FAR, encoding="utf-8")
    told = answer(
        warehouse, "--stations", "1", "--within", "15", "--matrix", times, "--candidates", own
    )
    assert [each["code"] for each in told["stations"]] == ["near"]
    assert told["reached_after"] == told["residents"]
    assert told["standing"] > 0
    # Their unit is not known, and metres are not told of them.
    assert "headline" not in told


def test_travel_times_that_leave_something_out_are_refused(
    warehouse: Warehouse, ask: Asking, tmp_path: Path
) -> None:
    times, own = tmp_path / "times.csv", tmp_path / "own.csv"
    own.write_text(NEAR_AND_FAR, encoding="utf-8")
    few = ("--stations", "1", "--within", "15", "--matrix", times)
    times.write_text(matrix(ask, without=2), encoding="utf-8")
    assert "stations that are missing: 2" in sentence(warehouse, *few, "--candidates", own)
    times.write_text(matrix(ask), encoding="utf-8")
    assert "candidate: 2, the first near" in sentence(warehouse, *few)
    times.write_text(matrix(ask) + "nowhere,1\n", encoding="utf-8")
    assert "no community that siting counts: 1, the first nowhere" in sentence(
        warehouse, *few, "--candidates", own
    )


@pytest.mark.parametrize("number", ["nan", "inf", "-5"])
def test_a_number_that_is_none_is_refused(warehouse: Warehouse, number: str) -> None:
    few = ("--stations", "1")
    assert "--within" in sentence(warehouse, *few, "--within", number)
    if number != "-5":
        assert "--capacity" in sentence(warehouse, *few, "--within", "9", "--capacity", number)


def test_weights_that_are_of_nobody_or_twice_are_refused(
    warehouse: Warehouse, ask: Asking, tmp_path: Path
) -> None:
    here, file = places.located(ask, "grid"), tmp_path / "need.csv"
    assert here is not None
    code, few = here.setting.demand[0], ("--stations", "1", "--within", "500", "--weights", file)
    for lines, said in (
        (f"{code},7\n{code},8", f"more than one line of {code}"),
        (
            f"{code},7\nnowhere,8\nnor here,1",
            "no community that siting counts: 2, the first nowhere",
        ),
        (f"{code},many", f"line 2 ({code}): weight"),
        (f"{code},7\n,8", "line 3, has no code"),
    ):
        file.write_text(f"code,weight\n{lines}\n", encoding="utf-8")
        assert said in sentence(warehouse, *few)


def test_what_is_wrong_is_one_sentence(warehouse: Warehouse, ask: Asking, tmp_path: Path) -> None:
    here, file, own = places.located(ask, "grid"), tmp_path / "times.csv", tmp_path / "own.csv"
    assert here is not None
    few = ("--stations", "1", "--within", "500")
    own.write_text(NEAR_AND_FAR, encoding="utf-8")
    file.write_text(matrix(ask, hole=""), encoding="utf-8")
    said = sentence(warehouse, *few, "--matrix", file, "--candidates", own)
    assert "1 of" in said
    assert f"from {here.setting.demand[3]} to far" in said
    file.write_text("code,near\na,10\na,11\n", encoding="utf-8")
    assert "more than one line of a" in sentence(warehouse, *few, "--matrix", file)
    file.write_text("code,name,lon\np,甲,121.4\n", encoding="utf-8")
    assert "lacks lat" in sentence(warehouse, *few, "--candidates", file)
    file.write_text("code,name,lon,lat\np,甲,31.1,121.4\n", encoding="utf-8")
    assert "line 2 (p): lon" in sentence(warehouse, *few, "--candidates", file)
    file.write_text("code,name,lon,lat\np,甲,121.4,31.1\np,乙,121.4,31.2\n", encoding="utf-8")
    assert "more than one line of p" in sentence(warehouse, *few, "--candidates", file)
    file.write_text("code,name,lon,lat\np,甲,121.4,31.1\n,乙,121.4,31.2\n", encoding="utf-8")
    assert "line 3, has no code" in sentence(warehouse, *few, "--candidates", file)
    at = here.setting.sites[here.setting.is_open.argmax()]
    file.write_text(f"code,name,lon,lat\n{at},甲,121.4,31.1\n", encoding="utf-8")
    assert f"stands at {at} already" in sentence(warehouse, *few, "--candidates", file)
    file.write_bytes(b"\xff\xfe\x00")
    assert "UTF-8" in sentence(warehouse, *few, "--weights", file)
    assert "364 candidate" in sentence(warehouse, "--stations", "500", "--within", "500")
    assert "whole number" in sentence(warehouse, "--stations", "0", "--within", "500")
    assert "either" in sentence(warehouse, "--within", "500")
    assert "either" in sentence(warehouse, *few, "--share", "90")
    small = ("--stations", "1", "--within", "9", "--aim", "median", "--capacity", "9")
    assert "hold" in sentence(warehouse, *small)
    assert "reach" in sentence(warehouse, "--share", "100", "--within", "1", "--capacity", "1")


def test_whoever_gives_up_does_not_wait_for_the_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    is_over = Event()
    monkeypatch.setattr("dashboard.cli.siting.wait", interrupted)
    with pytest.raises(Problem, match="Given up"):
        _told(is_over.wait, 10)
    assert not is_over.is_set()
    is_over.set()


def test_what_the_solver_says_is_passed_on() -> None:
    def refuse() -> None:
        raise ValueError("no")

    assert _told(lambda: 3, 10) == 3
    with pytest.raises(ValueError, match="no"):
        _told(refuse, 10)


def test_need_is_what_the_page_weighs_by(warehouse: Warehouse, ask: Asking) -> None:
    found = places.outcome(ask, places.Sought("grid", 3, 1000, "cover", "need"))
    assert found is not None
    words = ("--stations", "3", "--within", "1000", "--weigh", "need")
    told = answer(warehouse, *words)
    assert told["open_proposals"] == found.total
    assert told["reached_after"] == found.after.sum()
    assert "件未纳入居村治理社区的未办结提案" in told["headline"]
    assert "capacity is of residents" in sentence(warehouse, *words, "--capacity", "5")


def test_own_candidates_are_read_in_their_coordinate_system(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    file, (lon, lat) = tmp_path / "own.csv", wgs84_to_gcj02(121.46, 31.04)
    file.write_text(f"code,name,lon,lat\nx,X,{lon:.7f},{lat:.7f}\n")
    words = ("--stations", "1", "--within", "1500", "--aim", "median", "--candidates", file)
    (station,) = answer(warehouse, *words, "--system", "gcj-02")["stations"]
    assert (station["lon"], station["lat"]) == pytest.approx((121.46, 31.04), abs=1e-5)
    (taken_as_given,) = answer(warehouse, *words)["stations"]
    assert taken_as_given["lon"] == pytest.approx(lon, abs=1e-5)
