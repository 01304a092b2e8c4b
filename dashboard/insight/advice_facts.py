"""Read what is published of named places, and what is estimated, as inputs of the decision table."""

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache

from dashboard.contract.words import Words
from dashboard.insight.advice import Inputs
from dashboard.insight.advice_inputs import INPUTS, Basis, Known, Value
from dashboard.paths import DATA

ADVICE_FACTS = DATA / "advice_facts.csv"


@dataclass(frozen=True)
class Fact:
    """Hold one input of a named place, what it rests on, and in words what was published."""

    name: str
    known: Known
    rests_on: tuple[str, ...]
    words: Words


@dataclass(frozen=True)
class Before:
    """Hold what is known of a named place before its arrangement, as of a day."""

    as_of: date
    facts: tuple[Fact, ...]

    def inputs(self, *, published_alone: bool = False) -> Inputs:
        """Give the inputs; those estimated are left out where only what is published counts."""
        return {
            each.name: each.known
            for each in self.facts
            if not published_alone or each.known.basis == "published"
        }

    def words(self, name: str) -> Words | None:
        return next((each.words for each in self.facts if each.name == name), None)


@cache
def before_arrangements() -> dict[str, Before]:
    """Read the places of which it can be asked, by community."""
    places: dict[str, list[tuple[str, Fact]]] = {}
    with ADVICE_FACTS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            basis: Basis = "published" if row["basis"] == "published" else "estimated"
            fact = Fact(
                row["input"],
                Known(_value(row["input"], row["value"]), basis),
                tuple(row["rests_on"].split(";")),
                Words(row["zh"], row["en"]),
            )
            places.setdefault(row["community_code"], []).append((row["as_of"], fact))
    return {
        code: Before(date.fromisoformat(told[0][0]), tuple(fact for _, fact in told))
        for code, told in places.items()
    }


def _value(name: str, text: str) -> Value:
    return text == "yes" if INPUTS[name].kind == "yes_no" else float(text)
