"""Advise on a governance mode by the decision table: which row decides, what is not known, and what
would flip it. It never decides: what it gives is the table's answer with its reasons.

An input that is missing leaves a condition open (``None``), never false. Rows are read from top to
bottom; a row that is open holds back all rows after it.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Literal

from dashboard.contract.rounding import rounded
from dashboard.insight.advice_inputs import INPUTS, Known, Value
from dashboard.insight.advice_table import BLOCKER, KEEP, Condition, Row, Table

Inputs = Mapping[str, Known]
Truth = bool | None
MOST_QUESTIONS = 2


@dataclass(frozen=True)
class Judged:
    """Hold a condition of a row and whether it holds; None where that can't be told."""

    row: Row
    condition: Condition
    holds: Truth


@dataclass(frozen=True)
class Change:
    """Set one input to a value."""

    name: str
    value: Value


@dataclass(frozen=True)
class Verdict:
    """Hold what the table says: the ``results`` (two where rows tie, none where it can't be told), and
    the row that decides or that is open. ``may_tie_with``: a result of which it can't be told whether
    it ties."""

    results: tuple[str, ...]
    row: Row
    may_tie_with: str = ""

    @property
    def is_told(self) -> bool:
        return bool(self.results)

    @property
    def tie_is_open(self) -> bool:
        return bool(self.may_tie_with)


@dataclass(frozen=True)
class Answer:
    """Say what the table would say if a question were answered so."""

    value: Value
    verdict: Verdict


@dataclass(frozen=True)
class Question:
    """Name a missing input, and what each answer to it would give; ``is_hidden``: it is on record, of
    too few persons to be shown."""

    name: str
    answers: tuple[Answer, ...]
    is_hidden: bool = False


@dataclass(frozen=True)
class RunnerUp:
    """Hold the next best row: it holds as well, may hold, or lacks least."""

    row: Row
    state: Literal["holds", "open", "lacks"]
    lacking: tuple[Condition, ...]


@dataclass(frozen=True)
class Flip:
    """Hold the smallest change that gives another result; of two inputs only where no one does."""

    changes: tuple[Change, ...]
    verdict: Verdict


@dataclass(frozen=True)
class Advice:
    """Hold the table's answer for one community, with all that explains it: ``judged`` are the
    conditions of the row that decides or is open, and of the row that it ties with."""

    verdict: Verdict
    judged: tuple[Judged, ...]
    questions: tuple[Question, ...]
    runner_up: RunnerUp | None
    flip: Flip | None


def advise(
    table: Table, inputs: Inputs, *, keep: bool = True, hidden: Collection[str] = ()
) -> Advice:
    """Ask the table about one community; without ``keep`` what already works there is left aside.

    ``hidden`` names inputs on record that are of too few persons to be shown.
    """
    found = verdict(table, inputs, keep=keep)
    rows = [found.row]
    if len(found.results) > 1 and found.row.ties_with is not None:
        rows.append(table.row(found.row.ties_with))
    return Advice(
        found,
        tuple(each for row in rows for each in _judged(table, row, inputs)),
        () if found.is_told else _questions(table, found.row, inputs, keep=keep, hidden=hidden),
        _runner_up(table, found, inputs, keep=keep),
        _flip(table, found, inputs, keep=keep) if found.is_told else None,
    )


def verdict(table: Table, inputs: Inputs, *, keep: bool = True) -> Verdict:
    """Find the first row that holds, or the first that is open."""
    for row in _asked(table, keep=keep):
        there = row_holds(table, row, inputs)
        if there is None:
            return Verdict((), row)
        if there:
            return _tied(table, row, inputs)
    raise ValueError("the last row must have no condition")


def _asked(table: Table, *, keep: bool) -> Iterator[Row]:
    return (row for row in table.rows if keep or row.result != KEEP)


def _tied(table: Table, row: Row, inputs: Inputs) -> Verdict:
    if row.ties_with is None:
        return Verdict((row.result,), row)
    other = table.row(row.ties_with)
    there = row_holds(table, other, inputs)
    results = tuple(sorted({row.result, other.result})) if there else (row.result,)
    return Verdict(results, row, other.result if there is None else "")


def row_holds(table: Table, row: Row, inputs: Inputs) -> Truth:
    return _all(holds(table, each, inputs) for each in row.when)


def holds(table: Table, condition: Condition, inputs: Inputs) -> Truth:
    """Tell whether a condition holds; None where what is missing could decide either way."""
    if condition.any_of:
        opposite = _all(_not(holds(table, each, inputs)) for each in condition.any_of)
        return _not(opposite)
    known = [inputs[name].value for name in condition.inputs if name in inputs]
    is_whole = len(known) == len(condition.inputs)
    if not is_whole and condition.fallback in inputs:
        return bool(inputs[condition.fallback].value)
    if condition.wanted is not None:
        return known[0] == condition.wanted if known else None
    limit, total = table.thresholds[condition.threshold].value, sum(map(float, known))
    if condition.at_least:
        return total >= limit if is_whole else None
    # Counts add up to no less than those that are known.
    if total > limit and known:
        return False
    return True if is_whole else None


def _all(truths: Iterable[Truth]) -> Truth:
    there = list(truths)
    return False if False in there else None if None in there else True


def _not(truth: Truth) -> Truth:
    return None if truth is None else not truth


def _judged(table: Table, row: Row, inputs: Inputs) -> Iterator[Judged]:
    return (Judged(row, each, holds(table, each, inputs)) for each in row.when)


# Questions -------------------------------------------------------------------------------


def _questions(
    table: Table, row: Row, inputs: Inputs, *, keep: bool, hidden: Collection[str]
) -> tuple[Question, ...]:
    """Ask for what an open row lacks, at most two inputs, with what each answer would give."""
    missing = _missing(table, row, inputs)[:MOST_QUESTIONS]
    return tuple(
        Question(
            name,
            tuple(
                Answer(value, verdict(table, {**inputs, name: Known(value, "typed")}, keep=keep))
                for value in _answers(table, name, inputs)
            ),
            name in hidden,
        )
        for name in missing
    )


def outcomes(
    table: Table, advice: Advice, inputs: Inputs, *, keep: bool
) -> Iterator[tuple[tuple[Change, ...], Verdict]]:
    """Give what the table would say to each way in which all questions might be answered."""
    ways = ([Change(each.name, one.value) for one in each.answers] for each in advice.questions)
    for changes in product(*ways):
        yield changes, verdict(table, changed(inputs, changes), keep=keep)


def _missing(table: Table, row: Row, inputs: Inputs) -> list[str]:
    """Name the inputs that an open row's open conditions lack; a yes-or-no stands for its number."""
    names = []
    for judged in _judged(table, row, inputs):
        if judged.holds is None:
            names += [name for each in _leaves(judged.condition) for name in _asked_of(each)]
    return [name for name in dict.fromkeys(names) if name not in inputs]


def _leaves(condition: Condition) -> Iterator[Condition]:
    if not condition.any_of:
        yield condition
    for part in condition.any_of:
        yield from _leaves(part)


def _asked_of(condition: Condition) -> tuple[str, ...]:
    return (condition.fallback,) if condition.fallback else condition.inputs


def _answers(table: Table, name: str, inputs: Inputs) -> tuple[Value, ...]:
    """Give the answers that differ: yes and no, or a number on either side of each limit."""
    if INPUTS[name].kind == "yes_no":
        return (True, False)
    return tuple(sorted(set(_edges(table, name, inputs))))


def _edges(table: Table, name: str, inputs: Inputs) -> Iterator[float]:
    """Give the numbers of an input just on either side of where a condition turns."""
    step = INPUTS[name].step
    for row in table.rows:
        for each in (leaf for condition in row.when for leaf in _leaves(condition)):
            if name not in each.inputs or not each.threshold:
                continue
            others = [inputs[one].value for one in each.inputs if one != name and one in inputs]
            limit = table.thresholds[each.threshold].value - sum(map(float, others))
            beyond = limit - step if each.at_least else limit + step
            yield from (rounded(edge, 3) for edge in (limit, beyond) if edge >= 0)


# The runner-up and the flip --------------------------------------------------------------


def _runner_up(table: Table, found: Verdict, inputs: Inputs, *, keep: bool) -> RunnerUp | None:
    """Find the first later row that holds or may hold with another result; else the one that lacks
    fewest conditions, the earlier first. A row that may tie is told beside the advice."""
    others = [
        row
        for row in _asked(table, keep=keep)
        if row.when
        and row.result not in (*found.results, found.may_tie_with, BLOCKER, KEEP)
        and row != found.row
    ]
    for row in others:
        there = row_holds(table, row, inputs)
        if row.number > found.row.number and there is not False:
            open_ones = [
                each.condition for each in _judged(table, row, inputs) if each.holds is None
            ]
            return RunnerUp(row, "holds" if there else "open", tuple(open_ones))
    lacking = {
        row.number: tuple(each.condition for each in _judged(table, row, inputs) if not each.holds)
        for row in others
    }
    if not others:
        return None
    nearest = min(others, key=lambda row: (len(lacking[row.number]), row.number))
    return RunnerUp(nearest, "lacks", lacking[nearest.number])


def _flip(table: Table, found: Verdict, inputs: Inputs, *, keep: bool) -> Flip | None:
    """Find the smallest change that gives another result: of one input that is known, else of any two.

    One that leaves the table unable to tell is taken only where neither gives another result.
    """
    known = list(_changes(table, inputs, inputs))
    singles = _flips(table, found, inputs, [(each,) for each in known], keep=keep)
    if told := _told_first(singles):
        return told
    every = list(_changes(table, inputs, INPUTS))
    pairs = [pair for pair in combinations(every, 2) if pair[0].name != pair[1].name]
    both = _flips(table, found, inputs, pairs, keep=keep)
    return _told_first(both) or next(iter((*singles, *both)), None)


def _told_first(flips: Iterable[Flip]) -> Flip | None:
    """Give the first that leads to another arrangement."""
    told = (flip for flip in flips if flip.verdict.is_told)
    return next((flip for flip in told if BLOCKER not in flip.verdict.results), None)


def _flips(
    table: Table,
    found: Verdict,
    inputs: Inputs,
    several: Iterable[tuple[Change, ...]],
    *,
    keep: bool,
) -> list[Flip]:
    """Try changes and keep those that give another result, the smallest first; those that would
    contradict what else is known are none, and a blocker comes last."""
    flips = []
    for changes in several:
        after = changed(inputs, changes)
        there = verdict(table, after, keep=keep)
        if there.results != found.results and not contradictions(table, after):
            size = sum(_size(each, inputs) for each in changes)
            flips.append((BLOCKER in there.results, size, Flip(changes, there)))
    return [flip for *_, flip in sorted(flips, key=lambda each: each[:2])]


def changed(inputs: Inputs, changes: Iterable[Change]) -> Inputs:
    """Give the inputs with some of them set."""
    return {**inputs, **{each.name: Known(each.value, "typed") for each in changes}}


def _changes(table: Table, inputs: Inputs, names: Iterable[str]) -> Iterator[Change]:
    """Give the changes of inputs that could turn a condition."""
    for name in names:
        now = inputs[name].value if name in inputs else None
        yield from (Change(name, each) for each in _answers(table, name, inputs) if each != now)


def _size(change: Change, inputs: Inputs) -> float:
    """Measure a change: a number's by its share, a yes-or-no as a whole, what was missing as more."""
    if change.name not in inputs:
        return 1.5
    if INPUTS[change.name].kind == "yes_no":
        return 1.0
    before, after = float(inputs[change.name].value), float(change.value)
    return abs(after - before) / max(before, after, INPUTS[change.name].step)


# What can't be ---------------------------------------------------------------------------


def contradictions(table: Table, inputs: Inputs) -> list[tuple[str, str]]:
    """List the pairs of inputs that can't both be as they are."""

    def says(name: str, value: bool) -> bool:
        return name in inputs and inputs[name].value is value

    near = table.thresholds["near_metres"].value
    metres = float(inputs["neighbour_metres"].value) if "neighbour_metres" in inputs else None
    found = [
        ("is_inside_boundary", "has_neighbour")
        if says("is_inside_boundary", True) and says("has_neighbour", False)
        else None,
        ("has_grid", "is_committee")
        if says("has_grid", False) and says("is_committee", True)
        else None,
        ("has_neighbour", "neighbour_metres")
        if metres is not None and (says("has_neighbour", metres > near))
        else None,
    ]
    return [pair for pair in found if pair]


# All communities -------------------------------------------------------------------------


def sensitivity(
    table: Table, several: Sequence[Inputs], *, keep: bool, share: float = 0.2
) -> dict[str, tuple[int, int]]:
    """Count how many verdicts change when each threshold is lowered and raised by a share."""
    usual = [verdict(table, inputs, keep=keep).results for inputs in several]

    def differ(name: str, factor: float) -> int:
        moved = table.with_thresholds({name: table.thresholds[name].value * factor})
        now = (verdict(moved, inputs, keep=keep).results for inputs in several)
        return sum(one != other for one, other in zip(usual, now, strict=True))

    return {name: (differ(name, 1 - share), differ(name, 1 + share)) for name in table.thresholds}
