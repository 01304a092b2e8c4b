"""Sitings are what PySAL's spopt finds on random instances. It brings some twenty packages, so it is no
requirement: `pip install spopt==0.7.0` beside the tests' own, and these run."""

import warnings

import numpy as np
import pytest

from dashboard.insight.siting import cover, fewest, median, setting

locate = pytest.importorskip("spopt.locate")
pulp = pytest.importorskip("pulp")


@pytest.mark.parametrize("seed", range(20))
def test_spopt_finds_as_much(seed):
    rng = np.random.default_rng(seed)
    demand, sites = int(rng.integers(20, 60)), int(rng.integers(10, 40))
    own, there = rng.uniform(0, 5000, (demand, 2)), rng.uniform(0, 5000, (sites, 2))
    ways = np.hypot(*(own[:, None] - there[None]).transpose(2, 0, 1))
    weights = rng.integers(1, 900, demand).astype(float)
    stations, within = int(rng.integers(1, 6)), float(rng.integers(5, 16) * 100)
    here = setting(
        [f"{at:03}" for at in range(demand)], weights, [f"{at:03}" for at in range(sites)], ways
    )

    def solved(model):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return model.solve(pulp.PULP_CBC_CMD(msg=False)).problem.objective.value()

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        reaching = locate.MCLP.from_cost_matrix(ways, weights, within, p_facilities=stations)
        shortening = locate.PMedian.from_cost_matrix(ways, weights, p_facilities=stations)
        far = float(ways.min(axis=1).max())
        reaching_all = locate.LSCP.from_cost_matrix(ways, far)
    assert cover(here, stations, within, seconds=60).value == pytest.approx(solved(reaching))
    assert median(here, stations, seconds=60).value == pytest.approx(solved(shortening))
    assert len(fewest(here, 1.0, far, seconds=60).siting.chosen) == round(solved(reaching_all))
