"""Read the decision table from ``data/mode_table.toml``; what is wrong is told by row and field."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from dashboard.contract.tables import mode
from dashboard.contract.words import Words
from dashboard.insight.advice_inputs import INPUTS
from dashboard.insight.attention import RULES
from dashboard.insight.toml_reader import TomlReader
from dashboard.insight.toml_reader import as_list as _list
from dashboard.insight.toml_reader import as_mapping as _mapping
from dashboard.paths import DATA

MODE_TABLE = DATA / "mode_table.toml"
BLOCKER, KEEP, GRID = "blocker", "keep", "grid"
RESULTS = (BLOCKER, KEEP, *mode.allowed, GRID)
# Steps besides those of results: where the advice waits for answers, of a town that lags, where the
# mode is there and does not work, where there is neither branch nor station, where proposals wait to be
# accepted, where few activities are held, where a similar community does well, where few take part, and
# one by the rule of each concern.
ASK, CLOSE, REVIVE, BODY, ACCEPT = "ask", "close", "revive", "body", "accept"
FEW, LEARN, REACH = "few", "learn", "reach"
_BESIDES = (ASK, CLOSE, REVIVE, BODY, ACCEPT, FEW, LEARN, REACH, *(rule.code for rule in RULES))
URGENT = tuple(rule.code for rule in RULES if rule.level != "watch")
# Bodies that not every community has.
_OWN_BODIES = {"leading", "station", "service_station"}
BASES = ("published", "partly", "assumed")
_ROW_FIELDS = {"number", "result", "basis", "when", "zh", "en"}
_CONDITION_FORMS = (
    {"input", "is"},
    {"input", "at_least"},
    {"input", "at_most"},
    {"input", "at_most", "else"},
    {"sum", "at_most"},
    {"any", "zh", "en"},
)


@dataclass(frozen=True)
class Threshold:
    """Hold a named number that conditions compare with."""

    name: str
    value: float
    basis: str
    label: Words


@dataclass(frozen=True)
class Condition:
    """Hold one condition; exactly one of ``wanted``, ``at_least``, ``at_most`` or ``any_of`` is set.

    ``inputs`` of more than one are added up. ``fallback`` is a yes-or-no input that decides where
    the input is missing.
    """

    inputs: tuple[str, ...]
    wanted: bool | None = None
    at_least: str = ""
    at_most: str = ""
    fallback: str = ""
    any_of: tuple["Condition", ...] = ()
    label: Words | None = None

    @property
    def threshold(self) -> str:
        return self.at_least or self.at_most

    @property
    def names(self) -> tuple[str, ...]:
        """Every input that it reads, each once, in order."""
        own = (*self.inputs, *((self.fallback,) if self.fallback else ()))
        parts = (name for part in self.any_of for name in part.names)
        return tuple(dict.fromkeys((*own, *parts)))


@dataclass(frozen=True)
class Row:
    """Hold one row: all of ``when`` must hold. Where it decides and the row ``ties_with`` holds as
    well, both results are shown. ``steps`` names other steps than its result's."""

    number: int
    result: str
    basis: str
    when: tuple[Condition, ...]
    reason: Words
    ties_with: int | None = None
    steps: str = ""


@dataclass(frozen=True)
class Step:
    """Hold a step: what is done, who is suggested for it by the body's code, the first that is there,
    and within how many days. It falls away in a community of the mode ``unless``."""

    words: Words
    bodies: tuple[tuple[str, Words], ...]
    days: int
    unless: str = ""

    def who(self, there: Collection[str]) -> Words:
        """Choose the first body of those that are ``there``, or that are everywhere; else the last."""
        first = (each for code, each in self.bodies if code in there or code not in _OWN_BODIES)
        return next(first, self.bodies[-1][1])


@dataclass(frozen=True)
class Table:
    """Hold the decision table, its thresholds and the first steps of each result."""

    rows: tuple[Row, ...]
    thresholds: Mapping[str, Threshold]
    steps: Mapping[str, tuple[Step, ...]]

    def row(self, number: int) -> Row:
        return next(each for each in self.rows if each.number == number)

    def steps_of(self, row: Row, result: str, present: str = "") -> tuple[Step, ...]:
        """Give the steps of a result that ``row`` gives to a community that is governed as ``present``:
        a mode that is there already is not started anew."""
        if result == present and result in mode.allowed:
            return self.steps[REVIVE]
        steps = self.steps[row.steps if row.steps and result == row.result else result]
        return tuple(each for each in steps if not each.unless or each.unless != present)

    def with_thresholds(self, values: Mapping[str, float]) -> "Table":
        """Give the table with some thresholds moved."""
        moved = {name: replace(self.thresholds[name], value=each) for name, each in values.items()}
        return replace(self, thresholds={**self.thresholds, **moved}) if moved else self

    def inputs_beside(self, threshold: str) -> tuple[str, ...]:
        """Name the inputs that a threshold is set beside."""
        names = (name for each in self._flat if each.threshold == threshold for name in each.inputs)
        return tuple(dict.fromkeys(names))

    def limit_of(self, name: str) -> Condition | None:
        """Find the first condition that sets an input alone beside a threshold."""
        return next(
            (each for each in self._flat if each.threshold and each.inputs == (name,)), None
        )

    @property
    def _flat(self) -> Iterator[Condition]:
        return (each for row in self.rows for condition in row.when for each in _flat(condition))


def _flat(condition: Condition) -> Iterator[Condition]:
    yield condition
    for part in condition.any_of:
        yield from _flat(part)


@cache
def mode_table() -> Table:
    """Read the bundled table; raises Problem, with all that is wrong in it."""
    return read_table(MODE_TABLE)


def read_table(path: Path) -> Table:
    """Read a table; raises Problem with a sentence for each fault, naming row and field."""
    reader = _Reader(path.name)
    return reader.read(path, reader.table)


class _Reader(TomlReader):
    """Read the parts of a table and gather what is wrong."""

    def __init__(self, file: str) -> None:
        super().__init__(file)
        self.thresholds: dict[str, Threshold] = {}

    def table(self, text: Mapping[str, Any]) -> Table:
        self._only("", text, {"threshold", "row", "body", "steps"})
        for name, body in _mapping(text.get("threshold")).items():
            self._threshold(name, _mapping(body))
        rows = tuple(
            self._row(at, _mapping(body)) for at, body in enumerate(_list(text.get("row")))
        )
        if not rows or rows[-1].when:
            self._fault("row", Words("最后一行须无条件", "the last row must have no condition"))
        for row in rows:
            later = [each.number for each in rows if each.number > row.number and each.when]
            if row.ties_with is not None and row.ties_with not in later:
                self._fault(
                    f"row {row.number}.ties_with",
                    Words("须是其后有条件的一行", "must be a later row with conditions"),
                )
        bodies = {
            name: self._words(f"body.{name}", _mapping(each))
            for name, each in _mapping(text.get("body")).items()
        }
        steps = {
            name: tuple(
                self._step(f"steps.{name}[{at}]", _mapping(each), bodies)
                for at, each in enumerate(_list(several))
            )
            for name, several in _mapping(text.get("steps")).items()
        }
        for row in rows:
            if row.steps and row.steps not in steps:
                self._one_of(f"row {row.number}.steps", row.steps, tuple(steps))
        for name in {*RESULTS, *_BESIDES} ^ {*steps}:
            self._fault(
                f"steps.{name}", Words("每种结果各须有一项", "there must be one for each result")
            )
        return Table(rows, self.thresholds, steps)

    def _threshold(self, name: str, body: Mapping[str, Any]) -> None:
        where = f"threshold.{name}"
        self._only(where, body, {"value", "basis", "zh", "en"})
        value = body.get("value")
        if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
            self._fault(f"{where}.value", Words("须为正数", "must be a positive number"))
            value = 1
        basis = self._one_of(f"{where}.basis", body.get("basis"), BASES)
        self.thresholds[name] = Threshold(name, float(value), basis, self._words(where, body))

    def _row(self, at: int, body: Mapping[str, Any]) -> Row:
        where = f"row {body.get('number', at)}"
        self._only(where, body, _ROW_FIELDS | {"ties_with", "steps"})
        for name in sorted(_ROW_FIELDS - body.keys()):
            self._fault(f"{where}.{name}", Words("缺少", "is missing"))
        if body.get("number", at) != at:
            self._fault(f"{where}.number", Words(f"应为 {at}", f"must be {at}"))
        return Row(
            at,
            self._one_of(f"{where}.result", body.get("result"), RESULTS),
            self._one_of(f"{where}.basis", body.get("basis"), BASES),
            tuple(
                self._condition(f"{where}.when[{place}]", _mapping(each))
                for place, each in enumerate(_list(body.get("when")))
            ),
            self._words(where, body),
            body.get("ties_with"),
            body.get("steps", ""),
        )

    def _step(self, where: str, body: Mapping[str, Any], bodies: Mapping[str, Words]) -> Step:
        self._only(where, body, {"who", "days", "unless", "zh", "en"})
        named = body.get("who")
        several = named if isinstance(named, list) and named else [named]
        who = [self._one_of(f"{where}.who", each, tuple(bodies)) for each in several]
        days = body.get("days")
        if isinstance(days, bool) or not isinstance(days, int) or days <= 0:
            self._fault(f"{where}.days", Words("须为正整数", "must be a positive whole number"))
            days = 1
        words = self._words(where, body)
        unless = self._one_of(f"{where}.unless", body.get("unless", ""), ("", *mode.allowed))
        return Step(words, tuple((each, bodies.get(each, words)) for each in who), days, unless)

    def _condition(self, where: str, body: Mapping[str, Any]) -> Condition:
        if set(body) not in _CONDITION_FORMS:
            self._fault(
                where,
                Words(
                    f"不认识的写法：{'、'.join(body)}", f"is of no known form: {', '.join(body)}"
                ),
            )
            return Condition(())
        if "any" in body:
            parts = [
                self._condition(f"{where}.any[{at}]", _mapping(each))
                for at, each in enumerate(_list(body["any"]))
            ]
            return Condition((), any_of=tuple(parts), label=self._words(where, body))
        names = tuple(_list(body["sum"])) if "sum" in body else (body["input"],)
        wants_yes_no = "is" in body
        for name in names:
            self._input(where, name, wants_yes_no=wants_yes_no)
        if "else" in body:
            self._input(f"{where}.else", body["else"], wants_yes_no=True)
        if wants_yes_no:
            answer = self._one_of(f"{where}.is", body["is"], ("yes", "no"))
            return Condition(names, wanted=answer == "yes")
        way = "at_least" if "at_least" in body else "at_most"
        self._one_of(f"{where}.{way}", body[way], tuple(self.thresholds))
        return Condition(names, **{way: body[way]}, fallback=body.get("else", ""))

    def _input(self, where: str, name: Any, *, wants_yes_no: bool) -> None:
        if self._one_of(f"{where}.input", name, tuple(INPUTS)) != name:
            return
        if (INPUTS[name].kind == "yes_no") != wants_yes_no:
            self._fault(
                where,
                Words(
                    f"“{name}”是数，须用 at_least 或 at_most",
                    f"“{name}” is a number: use at_least or at_most",
                )
                if wants_yes_no
                else Words(f"“{name}”是是非，须用 is", f"“{name}” is yes or no: use is"),
            )
