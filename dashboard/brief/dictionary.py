"""Write the data dictionary from the contract: both languages, every table and field."""

from dashboard.contract.fields import Column, Table
from dashboard.contract.indicators import INDICATORS
from dashboard.contract.tables import TABLES
from dashboard.contract.words import Words


def dictionary() -> str:
    """Write the whole dictionary as Markdown."""
    head = (
        "# 数据字典 · Data dictionary\n\n"
        "由 `python -m dashboard dictionary` 从 `dashboard/contract` 生成，请勿手改。\n"
        "Generated from `dashboard/contract` by `python -m dashboard dictionary`; do not edit.\n"
    )
    return "\n".join([head, *(_table(table) for table in TABLES), _indicators()])


def _table(table: Table) -> str:
    keys = ", ".join(f"`{name}`" for name in table.key)
    references = "; ".join(f"`{key.column}` → `{key.table}`" for key in table.foreign_keys) or "—"
    return "\n".join(
        [
            f"## {table.label.zh} · {table.label.en} (`{table.name}`)\n",
            f"{_both(table.row)}\n",
            f"- 主键 · Key: {keys}",
            f"- 外键 · Foreign keys: {references}",
            f"- 来源 · Source: {_both(table.source)}",
            f"- 注意 · Caveat: {_both(table.caveat)}\n",
            "| 列 · Column | 名称 · Name | 类型 · Type | 单位 · Unit | 可空 · Nullable | 含义 · Meaning | 取值 · Values |",
            "| --- | --- | --- | --- | --- | --- | --- |",
            *(_row(column) for column in table.columns),
            "",
        ]
    )


def _row(column: Column) -> str:
    field = column.field
    values = "<br>".join(f"`{code}` {_both(words)}" for code, words in field.allowed.items())
    limits = [
        f"≥ {field.minimum:g}" if field.minimum is not None else "",
        f"≤ {field.maximum:g}" if field.maximum is not None else "",
    ]
    cells = [
        f"`{field.name}`",
        _both(field.label),
        _both(field.form.words),
        _both(field.unit) if field.unit else "",
        "是 · yes" if column.nullable else "",
        _both(field.description),
        values or " ".join(limit for limit in limits if limit),
    ]
    return f"| {' | '.join(cells)} |"


def _indicators() -> str:
    rows = [
        f"| `{each.code}` | {_both(each.name)} | {_both(each.formula)} | {_both(each.unit)} "
        f"| `{each.query}` | {_both(each.caveat) if each.caveat else ''} |"
        for each in INDICATORS
    ]
    return "\n".join(
        [
            "## 指标 · Indicators\n",
            "| 代码 · Code | 名称 · Name | 算法 · Formula | 单位 · Unit | 查询 · Query | 注意 · Caveat |",
            "| --- | --- | --- | --- | --- | --- |",
            *rows,
            "",
        ]
    )


def _both(words: Words) -> str:
    return words.zh if words.zh == words.en else f"{words.zh} · {words.en}"
