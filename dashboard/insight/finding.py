"""Find a place by what one types: its name, an alias, pinyin or its initials, slips forgiven."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

# Below this a likeness (0-100) is chance rather than a slip of the finger.
LEAST_LIKENESS = 78
SHORTEST_WITH_SLIPS = 4


@dataclass(frozen=True)
class Place:
    """Hold one town or community that can be found.

    ``names`` are all that it is called, the first in full; ``rank`` orders what is found
    equally well: the least comes first.
    """

    key: str
    names: tuple[str, ...]
    rank: int = 0


def find(text: str, places: Iterable[Place], *, most: int = 12) -> list[Place]:
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
    scored.sort(key=lambda pair: (pair[0], pair[1].rank, pair[1].key))
    return [place for _, place in scored[:most]]


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
    at = name.find(wanted)
    if at >= 0:
        return 2 if at == 0 else 4
    starts = (start for start in range(len(name)) if _is_spelt(wanted, name[start:]))
    start = next(starts, None)
    return None if start is None else 6 if start == 0 else 8


def _is_spelt(wanted: str, name: str) -> bool:
    """Tell whether a text writes the beginning of a name, each character in one of its ways.

    The last syllable may be unfinished: that is how one types.
    """
    at = {0}
    for character in name:
        further = set()
        for position in at:
            rest = wanted[position:]
            for way in _ways(character):
                if way.startswith(rest):
                    return True
                if rest.startswith(way):
                    further.add(position + len(way))
        if not further:
            return False
        at = further
    return False


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
        likeness = (
            max(
                partial_ratio(wanted, spelling)
                for spelling in spellings
                if len(spelling) >= len(wanted) - 1
            )
            if any(len(spelling) >= len(wanted) - 1 for spelling in spellings)
            else 0
        )
        if likeness >= LEAST_LIKENESS:
            found.append((round(100 - likeness), place))
    return found


@cache
def _spellings(name: str) -> tuple[str, str]:
    """Give a name as it is written and in the likeliest pinyin."""
    from pypinyin import lazy_pinyin

    return name, "".join(lazy_pinyin(name))
