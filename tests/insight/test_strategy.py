"""Hold the composite to hand-computed numbers, to properties, and its files to what they may say."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.contract.problem import Problem
from dashboard.contract.words import Words
from dashboard.insight.strands import STRANDS, read_strands
from dashboard.insight.strategy import (
    STRATEGY,
    Part,
    Served,
    Strategy,
    composites,
    correlations,
    part_scores,
    rank_intervals,
    read_strategy,
    score,
    strategy,
)

NAMED = Words("名", "name")


def of(*weights: float, **changes: object) -> Strategy:
    """Give parts a, b, … of one indicator each, between 0 and 100, of these weights."""
    parts = tuple(
        Part(code, "g", NAMED, weight, (Served(code, 0, 100),), NAMED)
        for code, weight in zip("abcdefgh", weights, strict=False)
    )
    made = Strategy({"g": NAMED}, parts, NAMED, 400, 7, 50, 0.25, 3)
    return replace(made, **changes)  # type: ignore[arg-type]


def towns(*rows: tuple[float, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list("abcdefgh")[: len(rows[0])], dtype="float64")


numbers = st.floats(-50, 150) | st.just(float("nan"))
tried = settings(max_examples=50, deadline=None)
FOUR = of(4, 3, 2, 1)
some_towns = st.lists(st.tuples(numbers, numbers, numbers, numbers), min_size=1, max_size=9).map(
    lambda rows: towns(*rows)
)


def test_two_towns_by_hand() -> None:
    made = Strategy(
        {"g": NAMED},
        (
            Part("a", "g", NAMED, 3, (Served("x", 20, 60), Served("y", 0, 10, True)), NAMED),
            Part("b", "g", NAMED, 1, (Served("z", 0, 200),), NAMED),
        ),
        NAMED, 100, 1, 50, 0.25, 3,
    )  # fmt: skip
    values = pd.DataFrame({"x": [40.0, 70.0], "y": [2.0, 5.0], "z": [50.0, np.nan]})
    scores = part_scores(values, made)
    # (50 + 80) / 2, (100 + 50) / 2; 25 and nothing.
    assert scores["a"].tolist() == [65, 75]
    assert scores["b"].tolist()[0] == 25
    found = composites(scores, made)
    # 65 × ¾ + 25 × ¼, and 65^¾ × 25^¼; the other has the one part alone.
    assert found["arithmetic"].tolist() == pytest.approx([55, 75])
    assert found["geometric"].tolist() == pytest.approx([65**0.75 * 25**0.25, 75])
    assert found["missing"].tolist() == [0, 0.25]


def test_no_score_where_more_than_a_quarter_is_missing() -> None:
    nan = float("nan")
    scores = towns((50, 50, 50, nan), (50, 50, nan, 50))
    at, beyond = of(1, 1, 1, 1), of(1, 1, 1.01, 1)
    assert composites(scores, at)["arithmetic"].notna().all()
    assert composites(scores, beyond)["arithmetic"].notna().tolist() == [True, False]
    assert composites(scores, beyond)["geometric"].notna().tolist() == [True, False]
    assert rank_intervals(scores, beyond).index.tolist() == [0]


@tried
@given(some_towns)
def test_scores_lie_between_0_and_100_and_the_geometric_never_above(values: pd.DataFrame) -> None:
    scores = part_scores(values, FOUR)
    assert scores.stack().dropna().between(0, 100).all()
    found = composites(scores, FOUR)
    known = found["arithmetic"].notna()
    assert known.equals(found["geometric"].notna())
    assert known.equals(found["missing"] <= 0.25 + 1e-9)
    assert found["arithmetic"][known].between(0, 100 + 1e-9).all()
    assert (found["geometric"][known] <= found["arithmetic"][known] + 1e-9).all()


@tried
@given(some_towns, st.randoms())
def test_towns_in_another_order_score_and_rank_the_same(values: pd.DataFrame, luck: object) -> None:
    order = list(values.index)
    luck.shuffle(order)  # type: ignore[attr-defined]
    scores = part_scores(values, FOUR)
    there, again = composites(scores, FOUR), composites(scores.loc[order], FOUR)
    pd.testing.assert_frame_equal(there, again.loc[there.index])
    ranks, reranked = rank_intervals(scores, FOUR), rank_intervals(scores.loc[order], FOUR)
    pd.testing.assert_frame_equal(ranks, reranked.loc[ranks.index])


@tried
@given(some_towns, st.sampled_from("abcd"), st.floats(0, 200))
def test_a_better_value_never_lowers_a_score(values: pd.DataFrame, code: str, more: float) -> None:
    better = values.assign(**{code: values[code] + more})
    was, now = (composites(part_scores(each, FOUR), FOUR) for each in (values, better))
    for name in ("arithmetic", "geometric"):
        assert (now[name].dropna() >= was[name].dropna() - 1e-9).all()
    lower = Served("x", 0, 10, is_lower_better=True)
    assert score(lower, 3.0) >= score(lower, 3.0 + more)


@tried
@given(some_towns, st.floats(0.1, 50))
def test_only_the_weights_against_each_other_count(values: pd.DataFrame, times: float) -> None:
    scores, other = part_scores(values, FOUR), of(*(times * each for each in (4, 3, 2, 1)))
    pd.testing.assert_frame_equal(composites(scores, FOUR), composites(scores, other))


@tried
@given(st.integers(2, 8), st.integers(5, 200))
def test_intervals_hold_the_rank_of_towns_that_are_well_apart(count: int, near: int) -> None:
    """Every part of the one is far above every part of the next."""
    made = of(4, 3, 2, 1, concentration=near)
    step = 100 / count
    scores = towns(*((100 - step * at,) * 4 for at in range(count)))
    found = rank_intervals(scores, made)
    assert found["rank"].tolist() == list(range(1, count + 1))
    assert (found["low"] == found["rank"]).all() and (found["high"] == found["rank"]).all()
    assert (found["share"] == 1).all()


def test_intervals_are_those_of_a_slow_oracle() -> None:
    scores = towns((90, 20, 50, 40), (30, 80, 60, 50), (60, 50, 20, 90), (55, 55, 55, float("nan")))
    made = of(1, 1, 1, 1, draws=200)
    chance, places = np.random.default_rng(made.seed), []
    for drawn in chance.dirichlet([12.5] * 4, 200):
        totals = []
        for row in scores.to_numpy():
            pairs = [(w, s) for w, s in zip(drawn, row, strict=True) if s == s]
            totals.append(int(10 * sum(w * s for w, s in pairs) / sum(w for w, _ in pairs) + 0.5))
        places.append([1 + sum(other > mine for other in totals) for mine in totals])
    found = rank_intervals(scores, made)
    for town in scores.index:
        each = sorted(draw[town] for draw in places)
        assert found.at[town, "low"] == each[int(0.05 * 199)]
        assert found.at[town, "high"] == each[-1 - int(0.05 * 199)]
    assert (found["low"] <= found["rank"]).all() and (found["rank"] <= found["high"]).all()


def test_what_is_written_alike_shares_the_better_rank() -> None:
    found = rank_intervals(towns((50.01,), (50.04,), (49.0,)), of(1))
    assert sorted(found["rank"]) == [1, 1, 3]


def test_parts_are_correlated_over_towns_enough_only() -> None:
    nan = float("nan")
    scores = towns((1, 10, 5), (2, 20, 5), (3, 90, 5), (4, nan, 5))
    found = correlations(scores, of(1, 1, 1)).set_index(["first", "second"])
    assert found.at[("a", "b"), "spearman"] == pytest.approx(1)
    assert found.at[("a", "b"), "pearson"] == pytest.approx(
        np.corrcoef([1, 2, 3], [10, 20, 90])[0, 1]
    )
    assert found.at[("a", "b"), "count"] == 3
    assert np.isnan(found.at[("a", "c"), "spearman"])  # All score alike.
    assert correlations(scores, of(1, 1, 1, fewest_towns=5))["spearman"].isna().all()


# The files -------------------------------------------------------------------------------


def test_the_thirteen_parts_are_there_and_each_group_weighs_the_same() -> None:
    found = strategy()
    assert [part.name.zh for part in found.parts] == [
        "全链条联动", "全周期管理", "全方位服务", "宜居", "宜业", "宜乐", "宜客",
        "共治", "品质", "韧性", "活力", "包容", "未来",
    ]  # fmt: skip
    groups = pd.Series([part.group for part in found.parts], [part.code for part in found.parts])
    assert found.weights.groupby(groups).sum().tolist() == pytest.approx([1 / 3] * 3)
    unserved = [part.code for part in found.parts if not part.served]
    # Towns that have all else have a total.
    assert found.weights[unserved].sum() <= found.most_missing


FAULTS = {
    'code = "acceptance"': ('code = "accepted"', "part chain.indicators accepted.code"),
    'better = "lower"': ('better = "less"', "part resilience.indicators turnover.better"),
    "low = 60, high = 100": ("low = 60, high = 60", "part cycle.indicators occupancy_room.high"),
    "weight = 3": ("weight = 0", "part living.weight"),
    'basis = "assumed"\nindicators': ('basis = "published"\nindicators', "part chain.basis"),
    "draws = 1000": ("draws = true", "method.draws"),
    "most_missing = 0.25": ("most_missing = 25", "method.most_missing"),
    'code = "service"': ('code = "chain"', "part chain"),
    'group = "forms"': ('group = "form"', "part shared.group"),
}


def read_with(tmp_path: Path, *changes: tuple[str, str]) -> list[str]:
    text = STRATEGY.read_text(encoding="utf-8")
    for there, instead in changes:
        assert there in text
        text = text.replace(there, instead, 1)
    file = tmp_path / "strategy.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(Problem) as caught:
        read_strategy(file)
    return [words.en for words in caught.value.problems]


@pytest.mark.parametrize("there", FAULTS)
def test_a_fault_is_told_with_its_part_and_field(there: str, tmp_path: Path) -> None:
    instead, where = FAULTS[there]
    assert any(f"strategy.toml: {where} " in each for each in read_with(tmp_path, (there, instead)))


@pytest.mark.parametrize("value", ["0.5", "0", "1.5", "inf", "nan", "2e9"])
@pytest.mark.parametrize("was", ["draws = 1000", "seed = 20241018", "fewest_towns = 8"])
def test_what_is_counted_is_whole_and_one_at_least(was: str, value: str, tmp_path: Path) -> None:
    name = was.partition(" ")[0]
    (told,) = read_with(tmp_path, (was, f"{name} = {value}"))
    assert f"method.{name} must be a" in told


@pytest.mark.parametrize("value", ["0.001", "0.99", "inf"])
def test_a_concentration_draws_weights_that_add_up(value: str, tmp_path: Path) -> None:
    (told,) = read_with(tmp_path, ("concentration = 50", f"concentration = {value}"))
    assert "method.concentration must be a number from 1 to" in told
    scores = towns((90, 20, 50, float("nan")), (30, 80, float("nan"), 50), (60, 50, 20, 90))
    for least in (1, 1e6):
        found = rank_intervals(scores, of(1, 1, 1, 1, concentration=least, most_missing=0.3))
        assert len(found) == 3 and found.notna().all(axis=None)


def test_all_faults_are_told_at_once_and_a_part_without_indicators_says_what_it_lacks(
    tmp_path: Path,
) -> None:
    text = STRATEGY.read_text(encoding="utf-8")
    at = text.index("lacks = ", text.index('code = "working"'))
    lacks = text[at : text.index("\n", at)]
    found = read_with(tmp_path, (lacks, ""), *((a, b) for a, (b, _) in FAULTS.items()))
    for where in (*(where for _, where in FAULTS.values()), "part working.lacks.zh"):
        assert any(where in each for each in found), where


def test_a_fault_in_the_strands_is_told(tmp_path: Path) -> None:
    file = tmp_path / "strands.toml"
    text = STRANDS.read_text(encoding="utf-8").replace('"own_branch"', '"own"', 1)
    file.write_text(text.replace("holder =", "who =", 1), encoding="utf-8")
    with pytest.raises(Problem) as caught:
        read_strands(file)
    told = "\n".join(words.en for words in caught.value.problems)
    for where in ("strand governance.serve coverage.indicators", "question 1.who", "holder.zh"):
        assert where in told
