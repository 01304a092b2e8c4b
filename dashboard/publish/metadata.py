"""Describe a figure's data: a Frictionless data package, with what a package knows nothing of
under names of our own."""

import hashlib
import json
from typing import Any

import pandas as pd

from dashboard import __version__
from dashboard.asking.questions import command_line
from dashboard.contract.indicators import BY_CODE, Indicator
from dashboard.contract.measures import FIELDS
from dashboard.contract.protection import PROTECTED
from dashboard.contract.words import Language, Words
from dashboard.figures.figure import (
    PublishedFigure,
    caption_text,
    filters_said,
    interval_said,
    missing_cells,
    observations,
    title_of,
)
from dashboard.figures.tables import as_csv, whole_numbers

LANGUAGES: tuple[Language, ...] = ("zh", "en")

# What measuring adds to the counted columns.
_MADE = {
    "numerator": Words("分子", "Numerator"),
    "denominator": Words("分母", "Denominator"),
    "value": Words("指标值", "The indicator's value"),
    "low": Words("95% 区间下限", "Lower end of the 95 % interval"),
    "high": Words("95% 区间上限", "Upper end of the 95 % interval"),
    "is_fault": Words("数据有误", "Fault in the data"),
    "community_share": Words("占社区的比例（%）", "Share of communities (%)"),
    "resident_share": Words("占居民的比例（%）", "Share of residents (%)"),
    "key": Words("图中对象的代码", "Code of what is drawn"),
    "name": Words("名称", "Name"),
}
# As pandas writes them.
_BOOLEAN: dict[str, Any] = {"trueValues": ["True"], "falseValues": ["False"]}


def metadata(figure: PublishedFigure, *, data: str = "data.csv") -> bytes:
    """Describe the file ``data`` and how it came about, as JSON in UTF-8."""
    warehouse, query = figure.warehouse, figure.query
    is_protected = warehouse.is_protected
    number, what = observations(figure)
    described: dict[str, Any] = {
        "name": figure.name.lower(),
        "title": " · ".join(title_of(figure, language) for language in figure.told),
        "description": "\n".join(caption_text(figure, language) for language in figure.told),
        "version": warehouse.version,
        "created": f"{figure.taken_on.isoformat()}T00:00:00Z",
        **({"homepage": figure.url} if figure.url else {}),
        "sources": [{"title": figure.asking.source_of(figure.counted.columns)}],
        **_licence(figure),
        "resources": [resource("data", figure.counted.rows, data, _intervals_of(figure))],
        "figure": {
            "key": figure.key,
            "kind": figure.drawing.kind,
            "address": figure.address,
            "isSample": figure.is_sample,
            "told": {
                language: {
                    "headline": title_of(figure, language),
                    "note": told.caption.note,
                    "method": told.caption.method,
                    "asOf": told.caption.as_of,
                    "alt": told.drawing.alt,
                    "filters": filters_said(figure.in_language(language)),
                }
                for language, told in figure.told.items()
            },
        },
        "indicators": [indicator(each) for each in figure.counted.indicators],
        "query": {
            "name": query.name,
            "title": query.title,
            "grain": query.grain,
            "parameters": figure.parameters,
            "command": command_line(figure.counted),
            "sql": query.sql,
            "digest": figure.digest,
        },
        "intervals": _intervals(figure),
        "counts": {
            "observations": number,
            "observed": what._asdict(),
            "rows": len(figure.counted.rows),
            "missing": missing_cells(figure.counted.rows),
            "hiddenBelow": warehouse.small_cell,
            **({"protected": [words._asdict() for words in PROTECTED]} if is_protected else {}),
        },
        "warehouse": {
            "version": warehouse.version,
            "builtAt": warehouse.about["built_at"],
            "productVersion": __version__,
            "sampleTables": [name for name in warehouse.about["sample_tables"].split(";") if name],
        },
    }
    return json.dumps(described, ensure_ascii=False, indent=1, default=str).encode()


def _licence(figure: PublishedFigure) -> dict[str, Any]:
    """The sample goes with the product; whose the user's own data are, the product can't know."""
    if figure.is_sample:
        path = "https://www.apache.org/licenses/LICENSE-2.0"
        return {"licenses": [{"name": "Apache-2.0", "path": path, "title": "Apache License 2.0"}]}
    return {
        "rights": {
            "zh": "数据由使用单位载入：使用与发布须经其同意。",
            "en": "Loaded by its user: using and publishing it takes their consent.",
        }
    }


def _intervals(figure: PublishedFigure) -> dict[str, Any] | None:
    """Say how the columns low and high were made, so that they can be made again."""
    said = _intervals_of(figure)
    if said is None:
        return None
    return {
        "level": 0.95,
        "method": {
            "binomial": "Wilson score, without continuity correction",
            "persons": "Poisson count over the denominator, Byar's approximation",
        },
        "said": said._asdict(),
    }


def _intervals_of(figure: PublishedFigure) -> Words | None:
    zh, en = (interval_said(figure, language) for language in LANGUAGES)
    return Words(zh, en) if zh else None


def resource(
    name: str, rows: pd.DataFrame, path: str = "", intervals: Words | None = None
) -> dict[str, Any]:
    """Describe the CSV file of some rows, at a path beside the description."""
    content, rows = as_csv(rows), whole_numbers(rows)
    return {
        "name": name,
        "path": path or f"{name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "schema": {
            "fields": [_field(str(column), rows[column], intervals) for column in rows.columns],
            "missingValues": [""],
        },
    }


def _field(name: str, values: pd.Series, intervals: Words | None) -> dict[str, Any]:
    declared = FIELDS.get(name)
    if declared is None:
        made = _MADE.get(name) or (BY_CODE[name].name if name in BY_CODE else None)
        return {
            "name": name,
            **_type(values),
            **({"title": _both(made)} if made else {}),
            **({"description": _both(intervals)} if intervals and name in ("low", "high") else {}),
            **({"unit": _both(BY_CODE[name].unit)} if name in BY_CODE else {}),
        }
    kind = declared.form.frictionless
    if kind == "integer" and not pd.api.types.is_integer_dtype(values):
        kind = "number"  # a mean of counts
    return {
        "name": name,
        "type": kind,
        "title": _both(declared.label),
        "description": _both(declared.description),
        **({"unit": _both(declared.unit)} if declared.unit else {}),
        **(_BOOLEAN if declared.type == "boolean" else {}),
    }


def _type(values: pd.Series) -> dict[str, Any]:
    """Give the type of a column that a page made."""
    if pd.api.types.is_bool_dtype(values):
        return {"type": "boolean", **_BOOLEAN}
    return {"type": "number" if pd.api.types.is_numeric_dtype(values) else "string"}


def indicator(each: Indicator) -> dict[str, Any]:
    """Describe an indicator: its definition in words, and as a formula of columns."""
    return {
        "code": each.code,
        "name": each.name._asdict(),
        "definition": each.formula._asdict(),
        "unit": each.unit._asdict(),
        "kind": each.kind,
        "numerator": each.numerator,
        "denominator": each.denominator,
        "scale": each.scale,
        "tier": each.tier,
        "meanOverMonths": each.mean_over_months,
        "isAnnual": each.is_annual,
        "uncertainty": each.uncertainty,
        "possible": each.possible,
        "caveat": each.caveat._asdict() if each.caveat else None,
    }


def _both(words: Words) -> str:
    return words.zh if words.zh == words.en else f"{words.zh} · {words.en}"
