"""Gather all cases."""

# Each module keeps its own in the casebook.
from tests.intake.registers import housing, people
from tests.intake.registers.casebook import CASES, MAKERS, base

__all__ = ["CASES", "MAKERS", "base", "housing", "people"]
