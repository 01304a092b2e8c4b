"""Plans are put together whatever the order, and a fault in the ratios is told by row and field."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.contract.problem import Problem
from dashboard.insight.scenario import (
    RATIOS,
    STATION_KINDS,
    WORKER,
    Pick,
    bundled_ratios,
    put_together,
    read_ratios,
    workers_needed,
)

CODES = st.sampled_from("abcdefgh")
PLANS = st.dictionaries(CODES, st.sampled_from([Pick("2", "advice"), Pick("3", "siting", "z")]))
ADDED = st.dictionaries(CODES, st.sampled_from([Pick("1", "hand"), Pick("5", "hand")]))


@given(PLANS, ADDED, st.sets(CODES))
def test_what_is_added_stands_before_what_is_taken_out_of_the_rules(base, added, out):
    made = put_together(base, added, out)
    assert made.keys() == {code for code in base if code not in out} | added.keys()
    assert all(made[code] == added.get(code, base.get(code)) for code in made)


def test_every_ratio_says_on_what_it_rests():
    ratios = bundled_ratios()
    assert ratios.ratios.keys() == {*STATION_KINDS, WORKER}
    for each in ratios.ratios.values():
        assert each.basis in ("published", "partly", "assumed")
        assert each.reason.zh
        assert each.reason.en
    assert {*ratios.modes} == {"siting", "hand"}


def test_a_station_has_a_worker_however_few_it_serves():
    ratios = bundled_ratios()
    least = ratios.ratios[WORKER].value
    found = [workers_needed(each, ratios) for each in (0, 1, least, least + 1, 3 * least)]
    assert found == [1, 1, 1, 2, 3]


@pytest.mark.parametrize(
    ("was", "now", "where"),
    [
        ("value = 550", "value = 0", "ratio.worker.value"),
        ("value = 550", "value = true", "ratio.worker.value"),
        ('modes = ["5"]', 'modes = ["6"]', "ratio.service_station.modes"),
        ('modes = ["5"]', "modes = []", "ratio.service_station.modes"),
        ('modes = ["5"]', 'modes = [["5"]]', "ratio.service_station.modes"),
        ('mode = "2"', 'mode = ["2"]', "mode.hand.mode"),
        ('basis = "assumed"', 'basis = "guessed"', "ratio.worker.basis"),
        ('mode = "2"', 'mode = "grid"', "mode.hand.mode"),
        ("[mode.hand]", "[mode.other]", "mode.hand"),
        ("[ratio.worker]", "[ratio.workers]", "ratio.worker"),
        ("value = 550", "", "ratio.worker.value"),
        ("value = 550", "value = 550\nvalues = 1", "ratio.worker.values"),
        ("[mode.hand]", "[mode.hand", "TOML"),
    ],
)
def test_a_fault_in_the_file_is_told_by_row_and_field(tmp_path: Path, was, now, where):
    file = tmp_path / "scenario.toml"
    text = RATIOS.read_text(encoding="utf-8")
    assert was in text
    file.write_text(text.replace(was, now, 1), encoding="utf-8")
    with pytest.raises(Problem) as raised:
        read_ratios(file)
    for each in raised.value.problems:
        assert each.zh.endswith("。")
        assert each.en.endswith(".")
    assert any(where in each.en for each in raised.value.problems)


def test_all_faults_are_told_at_once(tmp_path: Path):
    file = tmp_path / "scenario.toml"
    text = RATIOS.read_text(encoding="utf-8")
    file.write_text(
        text.replace("value = 550", "value = -1").replace('mode = "3"', 'mode = "x"'),
        encoding="utf-8",
    )
    with pytest.raises(Problem) as raised:
        read_ratios(file)
    assert len(raised.value.problems) == 2
