"""Print the marks: ``python -m tests.intake.registers.score [NAME...]``."""

import statistics
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.intake.registers.cases import CASES, base
from tests.intake.registers.judging import GOOD, judge, lay_out, summary
from tests.kept import warehouse_of_sample


def main(names: list[str]) -> int:
    """Judge the cases, all or those named; returns how many are silently wrong."""
    marks: Counter[str] = Counter()
    stopped_yet_wrong = 0
    answered: list[int] = []
    with tempfile.TemporaryDirectory() as kept:
        folder = Path(kept)
        sample = warehouse_of_sample(folder / "sample.duckdb", attendances=2_000, seed=5)
        empty, based = lay_out(folder / "empty", sample), lay_out(folder / "based", sample, base)
        for case in CASES:
            if names and not any(each in case.name for each in names):
                continue
            verdict = judge(case, based if case.is_based else empty)
            marks[verdict.mark] += 1
            stopped_yet_wrong += bool(verdict.last.wrong) and not verdict.last.is_loadable
            if verdict.mark in GOOD[:2]:
                answered.append(verdict.answers)
            left = "" if verdict.is_good else summary(verdict.last, most=9 if names else 2)
            print(
                f"{case.name:38} {verdict.mark:14} {verdict.answers} answers, {len(verdict.first.questions):2} asked, "
                f"{len(verdict.last.missing):3} missing, {len(verdict.last.wrong):2} wrong  {left}",
                flush=True,
            )
    print("\n".join(f"{number:4} {mark}" for mark, number in sorted(marks.items())))
    print(f"{sum(each <= 3 for each in answered):4} of them with at most 3 answers")
    print(f"{stopped_yet_wrong:4} stopped, but with values that would be wrong")
    print(f"median answers: {statistics.median(answered) if answered else '-'}")
    return marks["silently wrong"]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
