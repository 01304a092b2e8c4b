"""Say what a check found: what was taken as what, every fault, what was coerced or dropped."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from dashboard.contract.fields import Table
from dashboard.contract.tables import NAMED
from dashboard.contract.words import Words
from dashboard.intake.faults import Check, Fault
from dashboard.intake.headings import COORDINATES, COORDINATES_LABEL, POINT_OUT, Recognised
from dashboard.intake.personal import KINDS, shown
from dashboard.intake.values import NOTES

MOST_LINES = 200


def grouped(faults: list[Fault]) -> list[tuple[Fault, int]]:
    """Put together what is wrong in the same way in the same column; first come, first named."""
    groups: dict[tuple[object, ...], tuple[Fault, int]] = {}
    for fault in faults:
        key = (fault.file, fault.sheet, fault.column, fault.code, fault.what, fault.value)
        first, count = groups.get(key, (fault, 0))
        groups[key] = (first, count + 1)
    return list(groups.values())


def fault_line(fault: Fault, count: int = 1) -> Words:
    """Write one fault: ``file sheet!cell: value: what: what to do (n rows)``."""
    where = f"{fault.file} {fault.sheet}" + (f"!{fault.cell}" if fault.cell else "")
    value = f"“{fault.value}”" if fault.value else ""
    zh = [where, value, fault.what.zh, fault.todo.zh]
    en = [where, value, fault.what.en, fault.todo.en]
    return Words(
        "：".join(filter(None, zh)) + (f"（{count} 行）" if count > 1 else ""),
        ": ".join(filter(None, en)) + (f" ({count} rows)" if count > 1 else ""),
    )


def recognised_lines(found: Recognised) -> Iterator[Words]:
    """Say what a sheet and its columns were taken as."""
    if found.table is None:
        yield Words(f"{found.title}：未识别，未读", f"{found.title}: not recognised, not read")
        return
    label = found.table.label
    row = found.heading_row + 1
    yield Words(
        f"{found.title} → {label.zh}（{found.table.name}），表头在第 {row} 行",
        f"{found.title} -> {label.en} ({found.table.name}), headings in row {row}",
    )
    read = [(shown(c.heading), field_label(found.table, c.field)) for c in found.columns if c.field]
    yield Words(
        "  " + "；".join(f"{heading} → {label.zh}" for heading, label in read),
        "  " + "; ".join(f"{heading} -> {label.en}" for heading, label in read),
    )
    if left := [c for c in found.columns if not c.field and not c.personal]:
        names = ", ".join(shown(c.heading) for c in left)
        yield Words(f"  未读的列：{names}", f"  columns not read: {names}")
    if personal := [c for c in found.columns if c.personal]:
        zh = "，".join(
            f"{shown(c.heading)}（{KINDS[c.personal].zh}）" for c in personal if c.personal
        )
        en = ", ".join(
            f"{shown(c.heading)} ({KINDS[c.personal].en})" for c in personal if c.personal
        )
        yield Words(f"  个人信息，不入库：{zh}", f"  personal, never stored: {en}")
    if found.coordinates:
        yield Words(f"  坐标系：{found.coordinates}", f"  coordinates: {found.coordinates}")


def field_label(table: Table, name: str) -> Words:
    return COORDINATES_LABEL if name == COORDINATES else table.column(name).field.label


def coercion_lines(check: Check) -> Iterator[Words]:
    """Say how many values were read as something else than they were typed."""
    by_note: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for (table_name, column, note), count in (+check.notes).items():
        by_note[table_name, note][column] += count
    for (name, note), columns in by_note.items():
        table = NAMED[name]
        labels = [field_label(table, name) for name in columns if name]
        count = sum(columns.values())
        zh = f"（{'、'.join(w.zh for w in labels)}）" if labels else ""
        en = f" ({', '.join(w.en for w in labels)})" if labels else ""
        yield Words(
            f"{table.label.zh}{zh}：{NOTES[note].zh} {count} 处",
            f"{table.label.en}{en}: {NOTES[note].en}, {count} times",
        )


def dropped_lines(check: Check) -> Iterator[Words]:
    """Say how much personal data was left behind."""
    for kind, count in check.dropped.items():
        if count:
            yield Words(
                f"未入库的{KINDS[kind].zh}：{count} 处", f"{KINDS[kind].en} not stored: {count}"
            )
    if check.pseudonyms:
        yield Words(
            f"{check.pseudonyms} 个人换成了加密假名",
            f"{check.pseudonyms} persons became keyed pseudonyms",
        )


def absent_lines(check: Check) -> Iterator[Words]:
    """Say how many rows loaded before are no longer in the files, and what can be done."""
    for name, count in check.absent.items():
        label = NAMED[name].label
        yield Words(
            f"{label.zh}：以前载入的同街镇、同月份的行中，有 {count} 行这次的文件里没有；它们保留不变。"
            f"若这次的文件就是全部，载入时加 --replace {name} 删去它们。",
            f"{label.en}: {count} rows loaded before, of the same towns and months, are not in these "
            f"files; they stay. If these files are the whole truth, load with --replace {name} to "
            "remove them.",
        )


def report(check: Check) -> Iterator[Words]:
    """Write the whole report, line by line, in both languages."""
    yield Words("读作：", "Parsed as:")
    for found in check.recognised:
        yield from recognised_lines(found)
    if lines := [*coercion_lines(check), *dropped_lines(check)]:
        yield Words("改写与去除：", "Coerced and dropped:")
        yield from (Words(f"  {zh}", f"  {en}") for zh, en in lines)
    yield from check.warnings
    yield from absent_lines(check)
    groups = grouped(check.faults)
    if groups:
        yield Words(f"须改正 {len(check.faults)} 处：", f"{len(check.faults)} faults to be mended:")
        yield from (fault_line(*group) for group in groups[:MOST_LINES])
        if len(groups) > MOST_LINES:
            more = len(groups) - MOST_LINES
            yield Words(
                f"…… 另有 {more} 种，见标注副本（--annotated）",
                f"... and {more} more kinds; see the annotated copy (--annotated)",
            )
        if any(POINT_OUT.zh in fault.todo.zh for fault in check.faults):
            yield Words(
                "对照文件：用 --save-mapping 写出，改后用 --mapping 指定。",
                "The mapping file: write it with --save-mapping, correct it, pass it with --mapping.",
            )
        return
    counts = {NAMED[name].label: len(frame) for name, frame in check.frames.items()}
    counts |= {NAMED[name].label: check.staged_rows for name in check.staged}
    yield Words(
        "可以载入：" + "，".join(f"{label.zh} {count} 行" for label, count in counts.items()),
        "Ready to load: "
        + ", ".join(f"{label.en} {count} rows" for label, count in counts.items()),
    )
