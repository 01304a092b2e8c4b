"""Read the published facts in ``data/`` as frames that follow the contract."""

from pathlib import Path

import pandas as pd

from dashboard.contract.fields import Table
from dashboard.contract.problem import Problem
from dashboard.contract.tables import (
    COMMITTEE,
    CONTROL_TOTAL,
    PROJECT_REPORT,
    PUBLISHED_FIGURE,
    SUPPLY_TARGET,
    TOWN,
)
from dashboard.contract.words import Words

FILES: dict[str, Table] = {
    "towns.csv": TOWN,
    "committees.csv": COMMITTEE,
    "published_figures.csv": PUBLISHED_FIGURE,
    "supply_targets.csv": SUPPLY_TARGET,
    "control_totals.csv": CONTROL_TOTAL,
    "project_reports.csv": PROJECT_REPORT,
}
# Read elsewhere, but found missing here, together with the others.
OTHER_FILES = ("named_communities.csv", "geography/schematic.json")


def read_published(folder: Path) -> dict[str, pd.DataFrame]:
    """Read every published table; raises Problem naming all files and columns at fault."""
    from dashboard.warehouse.validate import validate

    problems = [_missing(name) for name in OTHER_FILES if not (folder / name).is_file()]
    frames: dict[str, pd.DataFrame] = {}
    for file_name, table in FILES.items():
        try:
            read = read_table(folder / file_name, table)
            problems.extend(_without_source(file_name, table, read))
            frames[table.name] = validate(table, read)
        except Problem as problem:
            problems.extend(problem.problems)
    if PUBLISHED_FIGURE.name in frames:
        problems.extend(_told_twice(frames[PUBLISHED_FIGURE.name]))
    if problems:
        raise Problem(problems)
    return frames


def _without_source(file_name: str, table: Table, rows: pd.DataFrame) -> list[Words]:
    """Find what is said to be published and nobody says where."""
    if "source_title" not in rows:
        return []
    codes = rows.loc[rows["source_title"].isna(), table.columns[0].name].astype(str).tolist()
    return [
        Words(
            f"{file_name}：{code} 没有来源；请写明页面或文章标题，否则删去这一行。",
            f"{file_name}: {code} has no source; name the page or article, or drop the row.",
        )
        for code in codes
    ]


def _told_twice(figures: pd.DataFrame) -> list[Words]:
    """Find figures that one source is said to give twice: each would count as one more source."""
    same = ["subject", "published_measure", "published_value", "as_of", "place", "source_title"]
    found = figures[figures.duplicated(same, keep=False)].groupby(same, dropna=False)["figure_id"]
    return [
        Words(
            f"published_figures.csv：{'、'.join(codes)} 是同一来源的同一个数；请只留一行。",
            f"published_figures.csv: {', '.join(codes)} are one figure of one source; keep one row.",
        )
        for _, codes in found
    ]


def read_table(path: Path, table: Table) -> pd.DataFrame:
    """Read one CSV file with the contract's types; codes stay text."""
    if not path.is_file():
        raise Problem(_missing(path.name))
    text = _read_text(path)
    names = [column.name for column in table.columns]
    missing, unknown = set(names) - set(text.columns), set(text.columns) - set(names)
    if missing or unknown:
        raise Problem(
            Words(
                f"{path.name}：缺少列 {sorted(missing)}，多出列 {sorted(unknown)}；"
                "请对照 data/DICTIONARY.md 修改表头。",
                f"{path.name}: columns missing {sorted(missing)}, unknown {sorted(unknown)}; "
                "correct the header after data/DICTIONARY.md.",
            )
        )
    problems: list[Words] = []
    typed: dict[str, pd.Series] = {}
    for column in table.columns:
        try:
            typed[column.name] = _typed(path, text[column.name], column.field.type)
        except Problem as problem:
            problems.extend(problem.problems)
    if problems:
        raise Problem(problems)
    return pd.DataFrame(typed)


def _missing(name: str) -> Words:
    return Words(
        f"缺少文件 {name}：请从代码库恢复，或用 --data 指向含有它的文件夹。",
        f"{name} is missing: restore it from the repository, "
        "or point --data at the folder that has it.",
    )


def _read_text(path: Path) -> pd.DataFrame:
    try:
        return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except ValueError as error:
        # pandas' own errors of parsing and Python's of decoding are all of this kind.
        reason = str(error).strip()
        raise Problem(
            Words(
                f"{path.name}：不是 UTF-8 编码、各行列数一致的 CSV 文件（{reason}）；请另存后重试。",
                f"{path.name}: is not a CSV file in UTF-8 with as many columns in each row "
                f"({reason}); save it as one and try again.",
            )
        ) from error


def _typed(path: Path, column: pd.Series, field_type: str) -> pd.Series:
    filled = column.where(column != "", None)
    try:
        match field_type:
            case "text":
                return filled.astype("str")
            case "integer":
                return pd.to_numeric(filled).astype("Int64")
            case "number" | "share":
                return pd.to_numeric(filled).astype("float64")
            case "boolean":
                return filled.map({"true": True, "false": False}).astype("boolean")
            case _:
                return pd.to_datetime(filled, format="%Y-%m-%d")
    except (ValueError, TypeError) as error:
        raise Problem(
            Words(
                f"{path.name} 的 {column.name} 列不是{field_type}：{error}",
                f"{path.name}, column {column.name}, is not {field_type}: {error}",
            )
        ) from error
