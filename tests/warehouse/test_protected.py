"""Attack an instance for outsiders as whoever wants to know of few persons would, and lose.

Each attack asks whatever it is given and guesses small true counts: by sets with and without one
place, by windows that overlap, by a town less its other communities, by cohorts, by what is summed
over the same persons, by asking the same in every way and taking the mean. Read off, and told by who
has learnt from half of the places what each estimate mostly means, guesses are held against the best
blind one: always the same number. No noise that leaves a number useful is without trace: what an
attack that adds several moved counts may gain is reckoned from how they are moved, and it must not
gain more. The instance that is used inside loses to the same attacks.
"""

import hashlib
import hmac
import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import cache, reduce
from itertools import islice
from pathlib import Path
from statistics import mean
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

import duckdb
import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from scipy.stats import ttest_1samp

from dashboard.cli.main import main
from dashboard.contract.columns import as_floats
from dashboard.contract.filters import DESCRIBING, Filters, add_months
from dashboard.contract.measures import FIELDS, NEVER_ADDED
from dashboard.contract.privacy import SUMMED_OVER
from dashboard.contract.problem import Problem
from dashboard.contract.protection import BASE, LISTED, MOST_OFF, VARIANCE, WINDOWS, noised
from dashboard.contract.tables import NAMED, is_of_persons
from dashboard.figures.address import read_address
from dashboard.figures.written import page_as_dict
from dashboard.paths import PROTECTED_VARIABLE, SMALL_CELL_VARIABLE
from dashboard.subjects.answers import asked
from dashboard.subjects.pages import PAGES, make_page
from dashboard.ui.assets import lay_out_assets
from dashboard.warehouse.catalogue import named_queries
from dashboard.warehouse.gate import counts_persons
from dashboard.warehouse.sample import DEFAULT_SEED
from dashboard.warehouse.store import Warehouse
from tests.warehouse.plainly import Raw

pytestmark = pytest.mark.slow  # Thousands of questions.

MOST = 4
# How often a test of one attack may cry wolf.
ALPHA = 0.001
DIVISIONS = 20
PERSONS, TIMES = "participant_count", "attendance_count"


class Guess(NamedTuple):
    """Hold what an attack made of the answers, if anything, what is true, and of which place."""

    estimate: float | None
    truth: int
    place: str


def opened(path: Path, **environment: str) -> Warehouse:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        return Warehouse(path)


@pytest.fixture(scope="module")
def bare(warehouse_file: Path) -> Warehouse:
    """The truth."""
    return opened(warehouse_file, **{SMALL_CELL_VARIABLE: "1"})


@pytest.fixture(scope="module")
def outside(warehouse_file: Path) -> Warehouse:
    return opened(warehouse_file, **{PROTECTED_VARIABLE: "1"})


@cache
def answer(warehouse: Warehouse, query: str, filters: Filters) -> pd.DataFrame | None:
    try:
        return warehouse.run(query, filters.parameters(), named="whole")
    except Problem:
        return None


def told(
    warehouse: Warehouse,
    column: str,
    months: tuple[date, date],
    *codes: str,
    query: str = "participation_by_community",
) -> float | None:
    """Say what some communities together are told to have; None for what is hidden or refused."""
    rows = answer(warehouse, query, Filters(*months, community_codes=codes))
    if rows is None or np.isnan(values := as_floats(rows[column])).any():
        return None
    return float(values.sum())


@cache
def everywhere(warehouse: Warehouse, months: tuple[date, date]) -> dict[str, float]:
    """Give the persons that each community is told to have, as the whole district's answer says."""
    rows = answer(warehouse, "participation_by_community", Filters(*months))
    assert rows is not None
    known = rows[rows[PERSONS].notna()]
    return dict(zip(known["community_code"], known[PERSONS].astype("float64"), strict=True))


@cache
def small_cells(bare: Warehouse, column: str, most: int = 200) -> list[tuple[str, date, int]]:
    """List communities and months of few persons."""
    found = []
    for month in bare.months[12:-2]:
        rows = answer(bare, "participation_by_community", Filters(month, month))
        assert rows is not None
        few = rows[rows[column].between(1, MOST)]
        found += [
            (code, month, int(count))
            for code, count in zip(few["community_code"], few[column], strict=True)
        ]
    return random.Random(7).sample(found, min(most, len(found)))


# Attacks ---------------------------------------------------------------------------------------


def by_sets(warehouse: Warehouse, bare: Warehouse, column: str) -> Iterator[Guess]:
    """Take a place from a set of it and others."""
    codes, rng = sorted(bare.community_codes), random.Random(5)
    by = {PERSONS: "participation_by_month", TIMES: "district_by_month"}[column]
    for code, month, truth in small_cells(bare, column):
        estimates = []
        for _ in range(4):
            others = tuple(each for each in rng.sample(codes, 2) if each != code)
            with_it, without = (
                told(warehouse, column, (month, month), *sorted(of), query=by)
                for of in ((*others, code), others)
            )
            if with_it is not None and without is not None:
                estimates.append(with_it - without)
                break  # one is enough, where nothing is moved
        yield Guess(mean(estimates) if estimates else None, truth, code)


def by_windows(warehouse: Warehouse, bare: Warehouse, column: str) -> Iterator[Guess]:
    """Take the other months from every window that is given and holds the month."""
    for code, month, truth in small_cells(bare, column):
        estimates = []
        for length in (2, 3):
            for last in range(length):
                end = add_months(month, last)
                months = [add_months(end, -back) for back in range(length)]
                parts = [told(warehouse, column, (m, m), code) for m in months if m != month]
                whole = told(warehouse, column, (months[-1], end), code)
                if whole is not None and None not in parts:
                    estimates.append(whole - sum(filter(None, parts)))
        yield Guess(mean(estimates) if estimates else None, truth, code)


def by_years(warehouse: Warehouse, bare: Warehouse, column: str) -> Iterator[Guess]:
    """Set a year side by side with the year a month later, and with the month that left it."""
    for code, month, truth in small_cells(bare, column, 3000):
        before = add_months(month, -12)
        spans = (
            (add_months(month, -11), month),
            (before, add_months(month, -1)),
            (before, before),
        )
        later, earlier, left = (everywhere(warehouse, each).get(code) for each in spans)
        known = later is not None and earlier is not None and left is not None
        yield Guess(later - earlier + left if known else None, truth, code)  # type: ignore[operator]


def by_town(warehouse: Warehouse, bare: Warehouse, column: str) -> Iterator[Guess]:
    """Take all other communities, each asked for by itself, from their town."""
    for code, month, truth in small_cells(bare, column):
        total = told_of_town(warehouse, code, month, column)
        parts = [told(warehouse, column, (month, month), other) for other in neighbours(bare, code)]
        # What is hidden of the others is guessed too.
        estimate = total - sum(2.5 if part is None else part for part in parts)
        yield Guess(estimate, truth, code)


def by_insider(warehouse: Warehouse, bare: Warehouse, column: str) -> Iterator[Guess]:
    """Take what one knows of a town's other communities from what the town is told to have."""
    assert column == PERSONS
    for code, month, truth in small_cells(bare, column, 3000):
        town = Filters(month, month, town_codes=(code[:9],))
        total = told_of_town(warehouse, code, month, column)
        exact = answer(bare, "participation_by_town", town)
        assert exact is not None
        yield Guess(total - (float(exact[column].sum()) - truth), truth, code)


def told_of_town(warehouse: Warehouse, code: str, month: date, column: str) -> float:
    """Say what a community's town is told to have."""
    town = Filters(month, month, town_codes=(code[:9],))
    rows = answer(warehouse, "participation_by_town", town)
    assert rows is not None
    return float(rows[column].astype("float64").sum())


def neighbours(bare: Warehouse, code: str) -> list[str]:
    """List the other communities of a community's town."""
    return [each for each in bare.community_codes if each[:9] == code[:9] and each != code]


def by_cohorts(warehouse: Warehouse, bare: Warehouse, column: str) -> Iterator[Guess]:
    """Take the other cohorts of a month from all who came in it."""
    assert column == PERSONS
    end = bare.months[-1]
    for code in sorted(bare.community_codes)[::20]:
        filters = Filters(end, end, community_codes=(code,))
        shown, true = (answer(each, "participation_cohorts", filters) for each in (warehouse, bare))
        assert shown is not None and true is not None
        for month, cohorts in true.groupby("month"):
            counts = shown.loc[cohorts.index, column].astype("float64")
            total = told(warehouse, column, (month.date(), month.date()), code)
            for at in cohorts.index[cohorts[column].between(1, MOST)]:
                others = counts.drop(at).fillna(2)
                estimate = None if total is None else total - others.sum()
                yield Guess(estimate, int(true.loc[at, column]), code)


def by_mean(warehouse: Warehouse, bare: Warehouse, column: str) -> Iterator[Guess]:
    """Ask the same in every way, and take the mean."""
    for code, month, truth in small_cells(bare, column):
        whole = answer(warehouse, "participation_by_community", Filters(month, month))
        assert whole is not None
        (value,) = whole.loc[whole["community_code"] == code, column].astype("float64")
        here = ("participation_by_community", "participation_by_town")
        estimates = [told(warehouse, column, (month, month), code, query=query) for query in here]
        known = [each for each in (*estimates, value) if each is not None and not np.isnan(each)]
        yield Guess(mean(known) if known else None, truth, code)


def by_sums(warehouse: Warehouse, bare: Warehouse, column: str) -> Iterator[Guess]:
    """Take what the persons of a year attended together for how many they are."""
    assert column == PERSONS
    for end in bare.months[12::4]:
        months = add_months(end, -11), end
        for code, count in everywhere(bare, months).items():
            if 1 <= count <= MOST:
                here = Filters(*months, community_codes=(code,))
                rows = answer(warehouse, "equity_by_town", here)
                assert rows is not None
                (attended,) = rows["resident_attendance_count"].astype("float64")
                estimate = None if np.isnan(attended) else float(attended)
                yield Guess(estimate, int(count), code)


# Each with how many moved counts an estimate at least adds up; None where there is none.
ATTACKS: list[tuple[Any, str, int | None]] = [
    (by_sets, PERSONS, None),
    (by_sets, TIMES, None),
    (by_windows, PERSONS, 3),
    (by_windows, TIMES, None),
    (by_years, PERSONS, 3),
    (by_years, TIMES, None),
    (by_town, PERSONS, 3),
    (by_town, TIMES, None),
    (by_insider, PERSONS, 1),
    (by_sums, PERSONS, None),
    (by_mean, PERSONS, None),
    (by_mean, TIMES, None),
    (by_cohorts, PERSONS, 3),
]
Attack = Callable[[Warehouse, Warehouse, str], Iterator[Guess]]
each_attack = pytest.mark.parametrize(
    ("attack", "column", "draws"),
    ATTACKS,
    ids=[f"{attack.__name__}-{column.split('_')[0]}" for attack, column, _ in ATTACKS],
)


class Outcome(NamedTuple):
    """Hold how many of the guesses were exactly right, and what was gained place by place."""

    tries: int
    blind: float
    read_off: float
    taught: float
    allowed: float
    places: Sequence[float]

    @property
    def is_gain(self) -> bool:
        """Tell whether more was gained than is allowed, beyond chance: places are independent."""
        test = ttest_1samp(self.places, 0.0, alternative="greater")
        return bool(test.pvalue < ALPHA)


def outcome(guesses: list[Guess], draws: int | None) -> Outcome:
    """Judge guesses: read off, and by who was told the truth of half of the places; both guess where
    they know nothing as the blind do."""
    truths = np.array([each.truth for each in guesses])
    shares = np.bincount(truths, minlength=MOST + 1) / len(guesses)
    allowed = 0.0 if draws is None else ideal(shares, draws) - shares.max()
    usual = int(shares.argmax())
    clipped = [
        usual if e.estimate is None else min(max(round(e.estimate), 1), MOST) for e in guesses
    ]
    places = np.array([each.place for each in guesses])
    hits, gains, tried = 0.0, np.zeros(len(guesses)), np.zeros(len(guesses))
    for division in range(DIVISIONS):
        rng = random.Random(division)
        told_of = set(rng.sample(sorted(set(places)), len(set(places)) // 2))
        is_judged = np.array([place not in told_of for place in places])
        taught, blind = taught_guesses(guesses, ~is_judged)
        right = is_judged & (taught == truths)
        hits += right.sum()
        gains += right * 1.0 - (is_judged & (truths == blind))
        tried += is_judged
    each = pd.DataFrame({"gain": gains - allowed * tried, "place": places})
    return Outcome(
        len(guesses), shares.max(), float(np.mean(clipped == truths)), hits / tried.sum(), allowed,
        each.groupby("place")["gain"].sum().tolist(),
    )  # fmt: skip


def taught_guesses(guesses: list[Guess], is_learnt: np.ndarray) -> tuple[np.ndarray, int]:
    """Guess for each estimate what it mostly meant where the truth was told; give that and the blind guess."""
    meant: dict[int | None, Counter[int]] = {}
    known: Counter[int] = Counter()
    for guess, learnt in zip(guesses, is_learnt, strict=True):
        if learnt:
            meant.setdefault(_near(guess.estimate), Counter())[guess.truth] += 1
            known[guess.truth] += 1
    best = {near: counts.most_common(1)[0][0] for near, counts in meant.items()}
    blind = known.most_common(1)[0][0]
    return np.array([best.get(_near(guess.estimate), blind) for guess in guesses]), blind


def _near(estimate: float | None) -> int | None:
    return None if estimate is None else min(max(round(estimate), -4), 11)


def ideal(shares: np.ndarray, draws: int) -> float:
    """Say how often the best guess is right of a count, of which one knows how often each occurs, once
    so many moves of nobody less were added to it."""
    moves = noised(np.full(65536, 1000.0), np.arange(65536.0)) - 1000 + MOST_OFF
    each = np.bincount(moves.astype(int)) / len(moves)
    added = reduce(np.convolve, [each] * draws)
    chances = np.zeros((len(shares), len(shares) + len(added)))
    for count, share in enumerate(shares):
        chances[count, count : count + len(added)] = share * added
    return float(chances.max(axis=0).sum())


@each_attack
def test_attacks_gain_no_more_than_their_noise_leaves(
    attack: Attack, column: str, draws: int | None, outside: Warehouse, bare: Warehouse
) -> None:
    found = outcome(list(attack(outside, bare, column)), draws)
    print(attack.__name__, column, found[:5])
    assert found.tries >= 150
    assert not found.is_gain, found[:5]
    assert found.read_off <= found.blind + max(found.allowed, 0.06), found[:5]


def test_an_attack_that_gains_is_found() -> None:
    """The judge tells a true count with little noise from one with as much as is allowed."""
    rng = np.random.default_rng(1)
    truths = rng.integers(1, MOST + 1, 1_500)
    off = rng.choice(noised(np.full(4096, 1000.0), np.arange(0, 65536.0, 16)) - 1000, (3, 1_500))
    for draws, is_gain in ((1, True), (3, False)):
        estimates = truths + off[:draws].sum(axis=0)
        guesses = [
            Guess(float(e), int(t), f"{n % 300}")
            for n, (e, t) in enumerate(zip(estimates, truths, strict=True))
        ]
        assert outcome(guesses, 3).is_gain is is_gain, draws


def test_what_is_summed_over_hidden_persons_is_hidden(
    outside: Warehouse, warehouse: Warehouse, bare: Warehouse
) -> None:
    end = bare.months[-1]
    months, hidden = (add_months(end, -11), end), 0
    for shown in (outside, warehouse):
        for code, count in everywhere(bare, months).items():
            if not 1 <= count <= MOST:
                continue
            for query in ("equity_by_town", "attendance_spread"):
                rows = answer(shown, query, Filters(*months, community_codes=(code,)))
                assert rows is not None
                rows = rows[rows[PERSONS].isna()]
                hidden += len(rows)
                for name in SUMMED_OVER.keys() & set(rows.columns):
                    assert rows[name].isna().all(), (query, name, code)
    assert hidden > 50


@pytest.mark.parametrize(
    ("attack", "column", "least"),
    [(by_sets, PERSONS, 0.9), (by_sets, TIMES, 0.9), (by_windows, TIMES, 0.45)],
)
def test_the_instance_used_inside_loses_to_the_same_attacks(
    attack: Attack, column: str, least: float, warehouse: Warehouse, bare: Warehouse
) -> None:
    found = outcome(list(islice(attack(warehouse, bare, column), 40)), None)
    assert found.read_off > least > found.blind, found


# Keys ------------------------------------------------------------------------------------------


def key_of(person: int) -> int:
    """Give a person's key once more: four hexadecimal digits of a keyed digest."""
    secret = hmac.digest(f"sample {DEFAULT_SEED}".encode(), b"cell keys", "sha256").hex()
    return int(hashlib.sha256(f"{secret}{person}".encode()).hexdigest()[:4], 16)


def test_a_count_is_moved_by_who_is_in_it_and_by_nothing_else(
    raw: Raw, outside: Warehouse, bare: Warehouse
) -> None:
    rng, moved = random.Random(3), 0
    homes: dict[int, set[str]] = {}
    for (code, _), people in raw.participants.items():
        for person in people:
            homes.setdefault(person, set()).add(code)
    # Those who moved are counted one by one: each way to count them is tried.
    often_moved = Counter(code for places in homes.values() if len(places) > 1 for code in places)
    codes = [*rng.sample(sorted(bare.community_codes), 30), *dict(often_moved.most_common(20))]
    for code in codes:
        end, length = rng.choice(bare.months[12:]), rng.choice(WINDOWS)
        months = [add_months(end, -back) for back in range(length)]
        people = Counter[int]()
        for month in months:
            people += raw.participants.get((code, month), Counter())
        here = Filters(months[-1], end, community_codes=(code,))
        for column, counted in (
            (PERSONS, set(people)),
            ("repeat_participant_count", {each for each, times in people.items() if times > 1}),
        ):
            keys = sum(map(key_of, counted))
            expected = float(noised(np.array([len(counted) * 1.0]), np.array([keys * 1.0]))[0])
            ways = ["participation_by_community", "participation_by_town", "participation_by_month"]
            for query in ways:
                rows = outside.run(query, here.parameters(), named="whole")
                if "month" in rows.columns:
                    rows = rows[rows["month"] == pd.Timestamp(end)]
                for value in rows[column].dropna():
                    assert value == expected, (code, query, column, months)
                    moved += expected != len(counted)
    assert moved > 50


def test_a_query_adds_up_keys_as_it_does_persons(warehouse_file: Path, tmp_path: Path) -> None:
    """Where each person's key is 2, key sums are twice the counts, whatever the query."""
    copy = Path(shutil.copy(warehouse_file, tmp_path))
    with duckdb.connect(copy) as connection:
        for table in ("participant", "repeat", "category", "cohort", "spread"):
            connection.execute(f"update {table}_rollup set participant_key = participant_count * 2")
        connection.execute("update moved_participant_month set participant_key = 2")
    opened = Warehouse(copy)
    towns = opened.town_codes[3:4]
    end, queries = opened.months[-2], [q for q in named_queries().values() if counts_persons(q)]
    assert len(queries) == 8
    for query in queries:
        if query.name == "attendance_spread":
            continue  # rounded in steps, not moved
        for length, codes in ((1, ()), (12, towns), (3, ())):
            filters = Filters(add_months(end, 1 - length), end, town_codes=tuple(codes))
            every = filters.parameters()
            taken = {name: every[name] for name in query.parameter_names}
            rows, keyed = (opened._rows(query, taken, each) for each in ("exact", "keyed"))
            for name in NEVER_ADDED.intersection(query.columns):
                assert rows[name].sum() > 0
                pd.testing.assert_series_equal(keyed[name], rows[name] * 2)


def test_noise_is_of_mean_nought_bounded_and_never_below_nobody() -> None:
    keys = np.arange(65536.0)
    for count in (0.0, 1.0, 2.0, 5.0, 1000.0):
        off = noised(np.full(len(keys), count), keys) - count
        assert abs(off.mean()) < 0.002
        assert abs(off).max() == min(count, MOST_OFF)
        assert (count + off >= 0).all()
    assert off.var() == pytest.approx(VARIANCE, abs=0.01)


def test_keys_never_leave(outside: Warehouse, bare: Warehouse) -> None:
    """The key sum of one person is a pseudonym: no query, table or header knows the column."""
    assert not any("key" in name for name in FIELDS)
    for query in named_queries().values():
        assert "participant_key" not in query.sql
        rows = outside.run(query.name, Filters(bare.months[-3], bare.months[-1]).parameters())
        assert tuple(rows.columns) == query.columns
    for name in NAMED:
        for warehouse in (outside, bare):
            if not is_of_persons(NAMED[name]):
                assert "participant_key" not in warehouse.table(name).columns


# What has no persons ---------------------------------------------------------------------------


def occupancies(*warehouses: Warehouse) -> list[pd.DataFrame]:
    key = ["community_code", "month", "tier"]
    return [each.table("occupancy").sort_values(key, ignore_index=True) for each in warehouses]


def test_what_has_no_persons_is_in_fives_and_right_on_the_whole(
    outside: Warehouse, bare: Warehouse
) -> None:
    true, shown = occupancies(bare, outside)
    for name in ("resident_count", "move_in_count", "move_out_count"):
        seen = shown[name].astype("float64")
        assert (seen % BASE == 0).all()
        assert abs(seen - true[name]).max() < BASE
        assert seen.sum() == pytest.approx(true[name].sum(), rel=0.01)
        assert (seen[true[name] == 0] == 0).all()
    # In each month the same count of a place is rounded the same way: their mean tells nothing.
    both = true.assign(seen=shown["resident_count"].astype("float64"))
    ways = both.groupby(["community_code", "tier", "resident_count"])["seen"].nunique()
    assert ways.max() == 1
    children = outside.table("activity")["child_count"].astype("float64")
    assert (children % BASE == 0).all()
    assert outside.table("proposal")["proposal_text"].isna().all()


def test_a_mean_tells_no_number_of_answers(outside: Warehouse, bare: Warehouse) -> None:
    """An exact mean is a fraction that gives its denominator away: 3.714 is 26 of 7."""
    true, shown = (each.table("belonging_survey") for each in (bare, outside))
    assert len(shown) and true["answered_count"].min() >= MOST + 1
    assert (shown["answered_count"].astype("float64") % BASE == 0).all()
    assert shown["mean_score"].equals(shown["mean_score"].round(1))
    assert not true["mean_score"].equals(true["mean_score"].round(1))


def test_small_numbers_of_what_has_no_persons_tell_nothing_of_each_other(
    outside: Warehouse, bare: Warehouse
) -> None:
    """Whoever knows what each rounded number mostly means guesses no better than blind."""
    true, shown = occupancies(bare, outside)
    for name in ("move_in_count", "move_out_count"):
        few = true[name].between(1, MOST)
        told_of = zip(shown[name][few], true[name][few], true["community_code"][few], strict=True)
        guesses = [Guess(*each) for each in told_of]
        random.Random(1).shuffle(guesses)
        found = outcome(guesses[:6_000], None)
        print(name, found[:5])
        assert not found.is_gain, (name, found[:5])


# What is asked -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("town=310112101,310112103", ()),
        ("mode=1", ()),
        ("town=310112103&tier=bed&home=1", ("310112103",)),
        ("from=2025-02&to=2025-12", ()),
        ("town=310112103", ("310112103",)),
    ],
)
def test_what_is_not_listed_is_told_in_one_sentence(
    address: str, shown: tuple[str, ...], outside: Warehouse
) -> None:
    given = dict(parse_qsl(address))
    read, notices = read_address(
        given,
        months=outside.months,
        town_codes=outside.town_codes,
        community_codes=outside.community_codes,
        is_protected=True,
    )
    assert read.filters.town_codes == shown
    assert read.filters.window_months in WINDOWS
    assert not any(each.codes(read.filters) for each in DESCRIBING)
    assert notices == ([] if address == "town=310112103" else [LISTED])


def test_the_gate_itself_refuses_what_is_not_listed(outside: Warehouse) -> None:
    month = outside.months[-1]
    for refused in (
        Filters(month, month, modes=("1",)),
        Filters(month, month, town_codes=tuple(outside.town_codes[:2])),
        Filters(add_months(month, -1), month),
    ):
        with pytest.raises(Problem, match="protected"):
            outside.run("participation_by_town", refused.parameters())
    with pytest.raises(Problem, match="--exact"):
        outside.table("occupancy", exact=True)


@pytest.mark.parametrize("place", ["", "town=310112103", "community=310112103-001"])
@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_made_and_says_that_it_is_protected(
    page: str, place: str, outside: Warehouse
) -> None:
    for months in ("", "from=2025-12&to=2025-12", "from=2025-01&to=2025-12"):
        address = "&".join(filter(None, (place, months)))
        name, read, ask = asked(outside, f"{page}?{address}", lay_out_assets().maps)
        made = page_as_dict(ask, make_page(ask, name, read.chosen))
        for figure in made["figures"].values():
            assert f"±{MOST_OFF}" in figure["source"]


def test_each_command_takes_the_choice(warehouse_file: Path) -> None:
    assert all(
        any("--protected" in option.opts for option in command.params)
        for command in (main, *main.commands.values())
    )
    asked = ["query", "attendance_spread", "--protected", "--set", "modes=1"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(PROTECTED_VARIABLE, "0")
        done = CliRunner().invoke(main, [*asked, "--warehouse", str(warehouse_file)])
    assert done.exit_code == 1
    assert "protected instance" in done.output
