"""Score towns by the thirteen parts of 三全四宜六向, and say how far the ranks hang on the weights.

After the OECD/JRC Handbook on Constructing Composite Indicators (2008). Published are the parts' names
alone: ``data/strategy.toml`` assumes all else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from dashboard.contract.columns import Floats
from dashboard.contract.indicators import BY_TOWN, as_percent, as_share
from dashboard.contract.words import Words
from dashboard.insight.toml_reader import TomlReader, as_list, as_mapping
from dashboard.paths import DATA

STRATEGY = DATA / "strategy.toml"
# A rank interval leaves out so many per cent of the draws at either end.
TAIL = 5
# Scores are written, and so ranked, by tenths.
DECIMALS = 1
_ROUNDING = 1e-9
# Up to what the numbers of the method may be, each at least 1; all but the concentration are whole.
_MOST = {"draws": 100_000, "seed": 10**9, "concentration": 10**6, "fewest_towns": 1_000}


@dataclass(frozen=True)
class Served:
    """Hold an indicator that serves a part, the goalposts in its own unit, and which end is better."""

    code: str
    low: float
    high: float
    is_lower_better: bool = False

    @property
    def worst(self) -> float:
        """Give the goalpost that scores 0."""
        return self.high if self.is_lower_better else self.low

    @property
    def best(self) -> float:
        """Give the goalpost that scores 100."""
        return self.low if self.is_lower_better else self.high


@dataclass(frozen=True)
class Part:
    """Hold one part; without ``served`` it has no score, and ``lacks`` says what would give one."""

    code: str
    group: str
    name: Words
    weight: float
    served: tuple[Served, ...]
    reason: Words
    lacks: Words | None = None


@dataclass(frozen=True)
class Strategy:
    """Hold the parts, their groups, and how ranks are tried."""

    groups: Mapping[str, Words]
    parts: tuple[Part, ...]
    reason: Words
    draws: int
    seed: int
    concentration: float
    most_missing: float
    fewest_towns: int

    @property
    def weights(self) -> "pd.Series[float]":
        """Give the parts' weights, which add up to one."""
        weights = pd.Series({part.code: part.weight for part in self.parts}, dtype="float64")
        return weights / weights.sum()

    @property
    def codes(self) -> tuple[str, ...]:
        """Name every indicator that serves a part, each once."""
        return tuple(dict.fromkeys(each.code for part in self.parts for each in part.served))


# Scores ----------------------------------------------------------------------------------


def score(served: Served, values: Any) -> Any:
    """Score values between the goalposts, 0–100, cut beyond; missing stays missing."""
    return as_percent(np.clip((values - served.worst) / (served.best - served.worst), 0, 1))


def part_scores(values: pd.DataFrame, strategy: Strategy) -> pd.DataFrame:
    """Score each part: the mean of its indicators' scores; one column a part.

    ``values``: one row a town, one column an indicator. A part of which an indicator is missing is
    missing: a mean of fewer would be another score.
    """
    scored = {
        part.code: sum(score(each, values[each.code]) for each in part.served) / len(part.served)
        if part.served
        else np.nan
        for part in strategy.parts
    }
    return pd.DataFrame(scored, index=values.index, dtype="float64")


def composites(scores: pd.DataFrame, strategy: Strategy) -> pd.DataFrame:
    """Add up the parts that are there, weights rescaled: ``arithmetic``, ``geometric`` (0 where any part
    is 0), and the share of weight that is ``missing``, 0–1; no score where it is too much."""
    missing = scores.isna() @ strategy.weights
    is_enough = missing <= strategy.most_missing + _ROUNDING
    weights = scores.notna() * strategy.weights
    weights = weights.div(weights.sum(axis=1), axis=0)
    with np.errstate(divide="ignore"):
        logs = np.log(scores)
    geometric = np.exp((logs * weights).sum(axis=1))
    return pd.DataFrame(
        {
            "arithmetic": (scores * weights).sum(axis=1).where(is_enough),
            "geometric": geometric.where(is_enough),
            "missing": missing,
        }
    )


# Ranks -----------------------------------------------------------------------------------


def ranks(scores: Floats) -> Floats:
    """Rank scores along the last axis, the highest first; what is written alike shares the better rank."""
    written = np.floor(scores * 10**DECIMALS + 0.5)
    return 1 + (written[..., None, :] > written[..., :, None]).sum(axis=-1)


def rank_intervals(scores: pd.DataFrame, strategy: Strategy) -> pd.DataFrame:
    """Rank the towns that have a score, with the ranks that 5 and 95 % of drawn weights give, ``low`` to
    ``high``, and the ``share`` of draws in which each keeps its rank; highest first."""
    found = composites(scores, strategy)["arithmetic"].dropna().sort_values(ascending=False)
    there = scores.loc[found.index].to_numpy("float64")
    centre = strategy.weights.to_numpy()
    chance = np.random.default_rng(strategy.seed)
    drawn = chance.dirichlet(strategy.concentration * centre, strategy.draws)
    totals = drawn @ np.nan_to_num(there).T / (drawn @ ~np.isnan(there).T)
    each, rank = ranks(totals), ranks(found.to_numpy())
    low = np.quantile(each, as_share(TAIL), axis=0, method="lower")
    high = np.quantile(each, as_share(100 - TAIL), axis=0, method="higher")
    return pd.DataFrame(
        {"rank": rank, "low": low, "high": high, "share": (each == rank).mean(axis=0)}, found.index
    )


def correlations(scores: pd.DataFrame, strategy: Strategy) -> pd.DataFrame:
    """Correlate the parts pair by pair: ``first``, ``second``, ``spearman``, ``pearson`` and the ``count`` of
    towns that have both; missing over too few towns, or where all score alike."""
    there = scores.dropna(axis="columns", how="all")
    known = there.notna().astype(int)
    tables = {
        "spearman": there.corr("spearman", strategy.fewest_towns),
        "pearson": there.corr("pearson", strategy.fewest_towns),
        "count": known.T @ known,
    }
    pairs = [(a, b) for at, a in enumerate(there) for b in list(there)[at + 1 :]]
    columns = {name: [each.at[pair] for pair in pairs] for name, each in tables.items()}
    return pd.DataFrame(pairs, columns=["first", "second"]).assign(**columns)


# Reading ---------------------------------------------------------------------------------


@cache
def strategy() -> Strategy:
    """Read the bundled file; raises Problem, with all that is wrong in it."""
    return read_strategy(STRATEGY)


def read_strategy(path: Path) -> Strategy:
    """Read a file; raises Problem with a sentence for each fault, naming part and field."""
    reader = _Reader(path.name)
    return reader.read(path, reader.strategy)


class _Reader(TomlReader):
    def strategy(self, text: Mapping[str, Any]) -> Strategy:
        self._only("", text, {"method", "group", "part"})
        method, groups = as_mapping(text.get("method")), as_list(text.get("group"))
        numbers = {"draws", "seed", "concentration", "most_missing", "fewest_towns"}
        self._only("method", method, numbers | {"basis", "zh", "en"})
        self._one_of("method.basis", method.get("basis"), ("assumed",))
        named = {
            str(each.get("code")): self._words(f"group {each.get('code')}", each)
            for each in map(as_mapping, groups)
        }
        parts = tuple(
            self._part(as_mapping(each), tuple(named)) for each in as_list(text.get("part"))
        )
        codes = [part.code for part in parts]
        for code in sorted({code for code in codes if codes.count(code) > 1}):
            self._fault(f"part {code}", Words("写了两次", "stands twice"))
        if not parts:
            self._fault("part", Words("缺少", "is missing"))
        found = {each: self._number(f"method.{each}", method.get(each)) for each in sorted(numbers)}
        for name, most in _MOST.items():
            is_whole = name != "concentration"
            if (is_whole and found[name] % 1) or not 1 <= found[name] <= most:
                found[name] = 1
                what = Words("整数", "whole number") if is_whole else Words("数", "number")
                told = Words(
                    f"须为 1 至 {most:,} 的{what.zh}", f"must be a {what.en} from 1 to {most:,}"
                )
                self._fault(f"method.{name}", told)
        if found["most_missing"] >= 1:
            self._fault("method.most_missing", Words("须小于 1", "must be below 1"))
        return Strategy(
            named, parts, self._words("method", method), int(found["draws"]), int(found["seed"]),
            found["concentration"], found["most_missing"], int(found["fewest_towns"]),
        )  # fmt: skip

    def _part(self, body: Mapping[str, Any], groups: tuple[str, ...]) -> Part:
        code = str(body.get("code"))
        where = f"part {code}"
        known = {"code", "group", "zh", "en", "weight", "basis", "indicators", "reason", "lacks"}
        self._only(where, body, known)
        self._one_of(f"{where}.basis", body.get("basis"), ("assumed",))
        served = tuple(
            self._served(where, as_mapping(each)) for each in as_list(body.get("indicators"))
        )
        has_lacks = "lacks" in body or not served
        return Part(
            code,
            self._one_of(f"{where}.group", body.get("group"), groups),
            self._words(where, body),
            self._number(f"{where}.weight", body.get("weight")),
            served,
            self._words(f"{where}.reason", as_mapping(body.get("reason"))),
            self._words(f"{where}.lacks", as_mapping(body.get("lacks"))) if has_lacks else None,
        )

    def _served(self, part: str, body: Mapping[str, Any]) -> Served:
        where = f"{part}.indicators {body.get('code')}"
        self._only(where, body, {"code", "better", "low", "high"})
        codes = tuple(each.code for each in BY_TOWN)
        code = self._one_of(f"{where}.code", body.get("code"), codes)
        better = self._one_of(f"{where}.better", body.get("better"), ("higher", "lower"))
        low = self._number(f"{where}.low", body.get("low"), least=-1e12)
        high = self._number(f"{where}.high", body.get("high"), least=low)
        return Served(code, low, high, better == "lower")
