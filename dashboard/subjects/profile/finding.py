"""Find a place by what one types: its name, an alias, pinyin or its initials, slips forgiven."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

# Below this a likeness (0-100) is chance rather than a slip of the finger.
LEAST_LIKENESS = 78
SHORTEST_WITH_SLIPS = 4


@dataclass(frozen=True)
class Place:
    """Hold one town or community that can be found.

    ``names`` are all that it is called, the first in full; ``rank`` orders what is found
    equally well: the least comes first. What ``is_gone`` comes after all others.
    """

    key: str
    names: tuple[str, ...]
    rank: int = 0
    is_gone: bool = False


def find(text: str, places: Iterable[Place]) -> list[Place]:
    """Find the places that a text may mean, best first; none for a text without a letter.

    A name is found by any run of its characters, each written as itself, as its pinyin or as
    the initial of that; the beginning of a name before its middle, a name before an alias. Only
    where nothing is found so, the nearest spellings are.
    """
    wanted = plain(text)
    if not wanted:
        return []
    every = list(places)
    scored = [(score, place) for place in every if (score := _score(wanted, place)) is not None]
    if not scored:
        scored = _nearly(wanted, every)
    scored.sort(key=lambda pair: (pair[1].is_gone, pair[0], pair[1].rank, pair[1].key))
    return [place for _, place in scored]


@lru_cache(maxsize=20_000)
def plain(text: str) -> str:
    """Keep the letters and digits of a text, in one width and case."""
    return "".join(
        each for each in unicodedata.normalize("NFKC", text).casefold() if each.isalnum()
    )


def _score(wanted: str, place: Place) -> int | None:
    """Tell how well a place's names are met: the less the better; None if not at all."""
    scores = [
        score + (0 if number == 0 else 1)
        for number, name in enumerate(place.names)
        if (score := _name_score(wanted, plain(name))) is not None
    ]
    return min(scores, default=None)


def _name_score(wanted: str, name: str) -> int | None:
    if wanted == name:
        return 0
    if wanted in name:
        return 2 if name.startswith(wanted) else 4
    for start in range(len(name)):
        end = _spelt(wanted, name[start:])
        if end is not None:
            return 1 if end == len(name) else 6 if start == 0 else 8
    return None


def _spelt(wanted: str, name: str) -> int | None:
    """Tell how many characters of a name's beginning a text writes, each in one of its ways.

    None if it writes none. The last syllable may be unfinished: that is how one types.
    """
    at = {0}
    for number, character in enumerate(name, 1):
        further = set()
        for position in at:
            rest = wanted[position:]
            for way in _ways(character):
                if way.startswith(rest):
                    return number
                if rest.startswith(way):
                    further.add(position + len(way))
        if not further:
            return None
        at = further
    return None


@cache
def _ways(character: str) -> tuple[str, ...]:
    """List how a character may be typed: itself, its readings, their initials."""
    if not "\u3400" <= character <= "\u9fff":
        return (character,)
    from pypinyin import Style, pinyin

    (readings,) = pinyin(character, style=Style.NORMAL, heteronym=True)
    initials = {reading[0] for reading in readings}
    return (character, *readings, *sorted(initials))


def _nearly(wanted: str, places: Sequence[Place]) -> list[tuple[int, Place]]:
    """Find the nearest spellings of a text long enough to hold a slip."""
    if len(wanted) < SHORTEST_WITH_SLIPS:
        return []
    from rapidfuzz.fuzz import partial_ratio

    found = []
    for place in places:
        spellings = {spelling for name in place.names for spelling in _spellings(plain(name))}
        likeness = max(
            (
                partial_ratio(wanted, spelling)
                for spelling in spellings
                # Of a shorter one any beginning would be like.
                if len(spelling) >= len(wanted) - 1
            ),
            default=0,
        )
        if likeness >= LEAST_LIKENESS:
            found.append((round(100 - likeness), place))
    return found


@cache
def _spellings(name: str) -> tuple[str, str]:
    """Give a name as it is written and in the likeliest pinyin."""
    from pypinyin import lazy_pinyin

    return name, "".join(lazy_pinyin(name))
