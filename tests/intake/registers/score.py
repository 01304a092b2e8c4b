"""Print the marks: ``python -m tests.intake.registers.score [NAME...]``."""

import statistics
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.intake.registers.cases import CASES, base
from tests.intake.registers.judging import judge, lay_out, summary
from tests.kept import warehouse_of_sample

GOOD = ("whole", "after answers", "refused")


def main(names: list[str]) -> int:
    """Judge the cases, all or those named; returns how many are silently wrong."""
    marks: Counter[str] = Counter()
    answered: list[int] = []
    with tempfile.TemporaryDirectory() as kept:
        folder = Path(kept)
        sample = warehouse_of_sample(folder / "sample.duckdb", attendances=2_000, seed=5)
        empty, based = lay_out(folder / "empty", sample), lay_out(folder / "based", sample, base)
        for case in CASES:
            if names and not any(each in case.name for each in names):
                continue
            verdict, answers, outcome = judge(case, based if case.is_based else empty)
            marks[verdict] += 1
            if verdict in GOOD[:2]:
                answered.append(answers)
            left = "" if verdict in GOOD else summary(outcome, most=9 if names else 2)
            asked = len(outcome.questions)
            print(f"{case.name:36} {verdict:14} {answers} answers, {asked} asked, {len(outcome.missing)} missing  {left}")  # fmt: skip
    print("\n".join(f"{number:4} {mark}" for mark, number in sorted(marks.items())))
    print(f"median answers: {statistics.median(answered) if answered else '-'}")
    return marks["silently wrong"]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
