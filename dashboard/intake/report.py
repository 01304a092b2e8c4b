"""Say what a check found: what was taken as what, every fault, what was coerced or dropped."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from dashboard.contract.fields import Table
from dashboard.contract.tables import NAMED, activity_kind
from dashboard.contract.words import Words
from dashboard.intake.faults import Check, Fault
from dashboard.intake.headings import COORDINATES, COORDINATES_LABEL, Recognised, fields_of
from dashboard.intake.locking import checked_line
from dashboard.intake.messages import message
from dashboard.intake.personal import KINDS, mask, shown
from dashboard.intake.values import NOTES, plain_cell

MOST_LINES = 200


def grouped(faults: list[Fault]) -> list[tuple[Fault, int]]:
    """Put together what is wrong in the same way in the same column; first come, first named."""
    groups: dict[tuple[object, ...], tuple[Fault, int]] = {}
    for fault in faults:
        key = (fault.file, fault.sheet, fault.column, fault.code, fault.what, fault.value)
        first, count = groups.get(key, (fault, 0))
        groups[key] = (first, count + fault.rows)
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
    table = found.table
    if table is None:
        yield message("report.unknown", title=found.title)
        return
    row = found.sheet.place(found.heading_row, 0)[0] + 1
    yield message("report.sheet", title=found.title, label=table.label, name=table.name, row=row)
    read = [(shown(c.heading), field_label(table, c.field)) for c in found.columns if c.field]
    yield Words(
        "  " + "；".join(f"{heading} → {label.zh}" for heading, label in read),
        "  " + "; ".join(f"{heading} -> {label.en}" for heading, label in read),
    )
    if not found.is_beside and (left := [shown(c.heading) for c in found.unread]):
        yield message("report.unread", names=", ".join(left))
    personal = [(shown(c.heading), KINDS[c.personal]) for c in found.columns if c.personal]
    if personal and not found.is_beside:
        names = [Words(f"{name}（{kind.zh}）", f"{name} ({kind.en})") for name, kind in personal]
        yield message("report.personal", names=names)
    for name, said in found.constants.items():
        label, value = field_label(table, name), shown(mask(plain_cell(said.raw))[0])
        yield message("report.constant", label=label, value=value, where=said.where)
    if found.coordinates:
        yield message("report.coordinates", system=found.coordinates)


def field_label(table: Table, name: str) -> Words:
    return COORDINATES_LABEL if name == COORDINATES else fields_of(table.name)[name].label


def coercion_lines(check: Check) -> Iterator[Words]:
    """Say how many values were read as something else than they were typed."""
    by_note: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for (table_name, column, note), count in (+check.notes).items():
        by_note[table_name, note][column] += count
    for (name, note), columns in by_note.items():
        labels = [field_label(NAMED[name], column) for column in columns if column]
        key = "report.coerced_columns" if labels else "report.coerced"
        facts = {"labels": labels} if labels else {}
        count = sum(columns.values())
        yield message(key, table=NAMED[name].label, note=NOTES[note], count=count, **facts)


def dropped_lines(check: Check) -> Iterator[Words]:
    """Say how much personal data was left behind."""
    for kind, count in (+check.dropped).items():
        yield message("report.dropped", kind=KINDS[kind], count=count)
    if check.pseudonyms:
        yield message("report.pseudonyms", count=check.pseudonyms)


def made_lines(check: Check) -> Iterator[Words]:
    """List the activities that sign-in sheets tell of and that were not there, to be approved."""
    if check.made_activities:
        yield message("report.made", count=len(check.made_activities))
    for each in check.made_activities:
        kind = activity_kind.allowed[each.kind]
        same = message("report.made_same_day", codes=each.same_day) if each.same_day else ""
        yield message(
            "report.made_activity",
            code=each.code,
            day=each.held_on.isoformat(),
            community=each.community,
            name=f"“{each.name}”" if each.name else "",
            kind=kind,
            attendances=each.attendances,
            children=each.children,
            where=each.where,
            same=same,
        )


def absent_lines(check: Check) -> Iterator[Words]:
    """Say how many rows loaded before are no longer in the files, and what can be done."""
    for name, count in check.absent.items():
        yield message("report.absent", label=NAMED[name].label, count=count, name=name)


def report(check: Check) -> Iterator[Words]:
    """Write the whole report, line by line, in both languages."""
    yield message("report.parsed")
    for found in check.recognised:
        yield from recognised_lines(found)
    if lines := [*coercion_lines(check), *dropped_lines(check)]:
        yield message("report.changed")
        yield from (Words(f"  {zh}", f"  {en}") for zh, en in lines)
    yield from check.warnings
    yield from absent_lines(check)
    groups = grouped(check.faults)
    if groups:
        yield message("report.faults", count=len(check.faults))
        yield from (fault_line(*group) for group in groups[:MOST_LINES])
        if len(groups) > MOST_LINES:
            yield message("report.more", count=len(groups) - MOST_LINES)
        if check.questions:
            yield message("report.questions", count=len(check.questions))
        if any(fault.can_be_pointed_out for fault in check.faults):
            yield message("report.mapping")
        return
    counts = check.row_counts.items()
    if check.locked:
        yield checked_line(check.locked)
    rows = [Words(f"{label.zh} {n} 行", f"{label.en} {n} rows") for label, n in counts]
    yield from made_lines(check)
    if made := len(check.made_activities):
        yield message("report.ready_made", rows=rows, made=made)
    else:
        yield message("report.ready", rows=rows)
