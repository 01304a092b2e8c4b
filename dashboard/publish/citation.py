"""Write how to cite a figure or its data: BibTeX, and GB/T 7714-2015."""

import re
from typing import Literal

from dashboard.figures.figure import PublishedFigure, title_of

What = Literal["figure", "data"]
_SPECIAL = re.compile(r"([&%$#_{}])")


def gbt7714(figure: PublishedFigure, what: What) -> str:
    """Cite by GB/T 7714-2015, as an electronic resource: author, title, kind, version, when it
    was brought up to date, when it was read, and where; only what all can reach is online."""
    say, is_map = figure.asking.say, figure.drawing.kind == "map"
    kinds = {
        "data": "DS/OL" if figure.url else "DS",
        "figure": "CM" if is_map else "EB" if figure.url else "Z",
    }
    if figure.url and what == "figure":
        kinds["figure"] += "/OL"
    cited = say(
        "闵行新型居住社区治理看板维护者. {title}[{kind}]. 数据版本 {version}. ({updated})[{read}].",
        title=_title(figure, what),
        kind=kinds[what],
        version=_version(figure),
        updated=figure.built_on.isoformat(),
        read=figure.taken_on.isoformat(),
    )
    return f"{cited} {figure.url}." if figure.url else cited


def bibtex(figure: PublishedFigure, what: What) -> str:
    """Cite in BibTeX: ``@misc``, which every style knows, with the fields of biblatex besides."""
    say = figure.asking.say
    notes = [
        say("数据版本 {version}", version=_version(figure)),
        say("查询 {query}#{digest}", query=figure.counted.query, digest=figure.digest),
        figure.source_said(say.language),
    ]
    fields = {
        "author": f"{{{_escaped(say('闵行新型居住社区治理看板维护者'))}}}",
        "title": f"{{{_escaped(_title(figure, what))}}}",
        "year": str(figure.built_on.year),
        "version": _version(figure),
        **({"howpublished": r"\url{" + figure.url + "}", "url": figure.url} if figure.url else {}),
        "urldate": figure.taken_on.isoformat(),
        "langid": {"zh": "chinese", "en": "english"}[say.language],
        "note": _escaped(". ".join(notes)),
    }
    lines = "\n".join(f"  {name:<12} = {{{value}}}," for name, value in fields.items())
    return f"@misc{{minhang-{figure.name}-{what}-{figure.digest},\n{lines}\n}}"


def _title(figure: PublishedFigure, what: What) -> str:
    say = figure.asking.say
    parts = (title_of(figure, say.language), figure.own.caption.as_of)
    title = " · ".join(text for text in parts if text)
    return title if what == "figure" else say("“{title}”的数据", title=title)


def _version(figure: PublishedFigure) -> str:
    return figure.warehouse.version


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)
