"""Keep what people changed in a briefing: one file for each place and months, its owner's alone.

It lies beside the user's own data. A file is replaced whole, so that the last one to save wins
and nobody reads half of one; what can't be read is put aside, never overwritten.
"""

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, TypeAdapter, ValidationError

from dashboard.brief.editing import edited, reported_by
from dashboard.brief.files import replace_whole
from dashboard.brief.slides import Brief
from dashboard.contract.filters import Filters
from dashboard.contract.problem import Problem
from dashboard.contract.words import Language, Words
from dashboard.language import Say
from dashboard.subjects.scenario.plan import NO_SCENARIO, Asked

FOLDER = "briefing"
_MOST_TOWNS = 3


@dataclass(frozen=True)
class Texts:
    """Hold the sentences of one language that were changed: headline and conclusion by the
    page's key, empty where they are as made; and the rows of the problem list, if changed."""

    sentences: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    problems: tuple[tuple[str, ...], ...] | None = None


def _moment(text: str) -> str:
    """Take the text of a moment; raises ValueError for any other."""
    return datetime.fromisoformat(text).isoformat() if text else text


@dataclass(frozen=True)
class Edits:
    """Hold what was changed in a briefing; what is empty is as it was made.

    ``template`` names the PowerPoint file that was chosen. ``version`` is of the data that the
    briefing was made from, ``saved_at`` when it was saved, by the time of the place.
    """

    unit: str = ""
    sections: tuple[str, ...] = ()
    template: str = ""
    texts: Mapping[Language, Texts] = field(default_factory=dict)
    version: str = ""
    saved_at: Annotated[str, AfterValidator(_moment)] = ""

    def of(self, language: Language) -> Texts:
        return self.texts.get(language, Texts())

    @property
    def content(self) -> "Edits":
        """What was changed, without when and on which data."""
        texts = {language: mine for language, mine in self.texts.items() if mine != Texts()}
        return replace(self, texts=texts, version="", saved_at="")

    def without(self, language: Language) -> "Edits":
        """Take back everything but the sentences of the other language."""
        others = {other: texts for other, texts in self.texts.items() if other != language}
        return Edits(texts=others)


_EDITS = TypeAdapter(Edits)


def apply(brief: Brief, edits: Edits, say: Say) -> Brief:
    """Change a briefing as it was changed before."""
    mine = edits.of(say.language)
    if edits.unit:
        brief = reported_by(brief, edits.unit)
    return edited(brief, sections=edits.sections, sentences=mine.sentences, problems=mine.problems)


def name_of(filters: Filters, asked: Asked = NO_SCENARIO) -> str:
    """Name what is kept after its months and place, and by a digest what names are too long for; what
    is changed beside a scenario is kept apart."""
    towns = sorted(filters.town_codes)
    parts = [f"{filters.start_month:%Y-%m}", f"{filters.end_month:%Y-%m}", *towns[:_MOST_TOWNS]]
    if filters.is_narrowed or len(towns) > _MOST_TOWNS:
        chosen = replace(filters, town_codes=tuple(towns))
        parts.append(hashlib.sha256(repr(chosen).encode()).hexdigest()[:12])
    if asked != NO_SCENARIO:
        parts.append(f"scenario-{hashlib.sha256(repr(asked).encode()).hexdigest()[:12]}")
    return "-".join(parts)


def read(own: Path, name: str) -> Edits:
    """Read what was changed; nothing where nothing was.

    Raises Problem where it can't be read. A damaged file is put aside first, so that it stays
    and is told of once.
    """
    file = _file(own, name)
    try:
        return _EDITS.validate_json(file.read_bytes())
    except FileNotFoundError:
        return Edits()
    except OSError as error:
        raise _refused(error) from error
    except ValidationError as error:
        aside = file.with_suffix(f".damaged-{datetime.now(UTC):%Y%m%dT%H%M%S}")
        with suppress(OSError):
            file.replace(aside)
        raise Problem(
            Words(
                f"保存的汇报修改已损坏，另存为 {aside.name}；现为原文，请重新修改。",
                f"The saved changes of this briefing are damaged and were put aside as {aside.name}; "
                "these are the original texts: please change them again.",
            )
        ) from error


def save(own: Path, name: str, edits: Edits, *, language: Language, version: str) -> Edits:
    """Put the changes in the place of those before, but for the other language's sentences.

    Raises Problem where they can't be written.
    """
    try:
        others = read(own, name).without(language).texts
    except Problem:
        others = {}
    saved = replace(
        edits,
        texts={**others, language: edits.of(language)},
        version=version,
        saved_at=datetime.now().astimezone().isoformat(timespec="seconds"),
    )
    file = _file(own, name)
    try:
        if saved.content == Edits():
            file.unlink(missing_ok=True)
        else:
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            content = json.dumps(asdict(saved), ensure_ascii=False, indent=1)
            # Only its owner may read it.
            replace_whole(file, content.encode(), mode=0o600)
    except OSError as error:
        raise _refused(error) from error
    return saved


def _file(own: Path, name: str) -> Path:
    return own / FOLDER / f"{name}.json"


def _refused(error: OSError) -> Problem:
    return Problem(
        Words(
            f"汇报的修改未能保存或读取（{error.strerror}）：请核对自有数据文件夹的权限与剩余空间；"
            "离开本页前请先下载。",
            f"The briefing's changes can't be kept or read ({error.strerror}): check the rights of "
            "the folder of your own data and the room left; download before leaving this page.",
        )
    )
