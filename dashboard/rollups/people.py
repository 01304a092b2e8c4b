"""Make pseudonyms on the cluster, with a key that each of its workers reads from a file of its own.

A key handed along would stand in the plan and in the history of what was run.
"""

import hmac
from collections.abc import Callable, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from socket import gethostname

from dashboard.contract.problem import Problem
from dashboard.intake.personal import read_key
from dashboard.intake.persons import NoPerson, People

Told = tuple[int | None, str | None]


@cache
def _people(today: date, secret: str) -> People:
    return People(today, lambda: read_key(Path(secret)))


def pseudonym_maker(kinds: Sequence[str], today: date, secret: str) -> Callable[..., Told]:
    """Return what makes of a row's cells a pseudonym, nothing for a child, or the code of a fault."""

    def made(*cells: str | None) -> Told:
        told = [
            (kind, number, text)
            for number, (kind, text) in enumerate(zip(kinds, cells, strict=True))
        ]
        try:
            return _people(today, secret).pseudonym(told)[0], None
        except NoPerson as refused:
            return None, refused.code

    return made


def key_there(secret: str) -> tuple[str, str | None, str | None, str | None]:
    """Say, on a worker, its name, and why the key can't be read there or a mark that tells it from
    other keys."""
    host = gethostname()
    try:
        key = read_key(Path(secret))
    except Problem as problem:
        return host, problem.problems[0].zh, problem.problems[0].en, None
    return host, None, None, hmac.digest(key, b"which key", "sha256").hex()[:8]
