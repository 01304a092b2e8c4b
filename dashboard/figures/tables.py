"""Write counted rows as files that people open in their office programs."""

import io
from datetime import date, datetime
from typing import Any

import pandas as pd
import xlsxwriter

from dashboard.contract.measures import FIELDS
from dashboard.contract.words import letters
from dashboard.figures.listing import Listing

_A4 = 9
# A spreadsheet would run a text that starts with one of these as a formula.
_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def as_csv(rows: pd.DataFrame) -> bytes:
    """Write rows under their column names, in UTF-8 with the mark that Excel needs."""
    rows = neutral(plain_dates(whole_numbers(rows)))
    return rows.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")


def whole_numbers(rows: pd.DataFrame) -> pd.DataFrame:
    """Make counts whole numbers again that became broken ones where some are missing."""
    counts = [
        name
        for name in rows.select_dtypes("number")
        if name in FIELDS and FIELDS[name].type == "integer" and _is_whole(rows[name])
    ]
    return rows.astype(dict.fromkeys(counts, "Int64"))


def _is_whole(values: "pd.Series[Any]") -> bool:
    return bool((values.dropna() % 1 == 0).all())


def listing_csv(listing: Listing) -> bytes:
    """Write rows as they are read, under headings in words."""
    return as_csv(listing.written())


def as_xlsx(listing: Listing, *, about: dict[str, str], title: str, about_title: str) -> bytes:
    """Write rows under headings in words, and a second sheet that says where they come from.

    The headings stay in view, and each can be filtered by.
    """
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        sheet, rows, texts = book.add_worksheet(title), neutral(listing.rows), listing.written()
        for column, name in enumerate(rows.columns):
            form = listing.formats.get(str(name), "")
            style = book.add_format({"num_format": form}) if form else None
            sheet.write_string(0, column, str(name), head)
            for row, value in enumerate(rows[name], start=1):
                _write(sheet, row, column, value, style)
            sheet.set_column(column, column, _width(str(name), texts[name]))
        sheet.freeze_panes(1, 1)
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.autofilter(0, 0, len(rows), max(len(rows.columns) - 1, 0))
        sheet = book.add_worksheet(about_title)
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        for row, (name, text) in enumerate(about.items()):
            sheet.write_string(row, 0, name, head)
            sheet.write_string(row, 1, _neutral(text), wrapped)
        sheet.set_column(0, 0, 18)
        sheet.set_column(1, 1, 90)
    return file.getvalue()


def _write(sheet: Any, row: int, column: int, value: Any, style: Any) -> None:
    """Write a cell as what it is; what is missing stays empty."""
    if pd.isna(value):
        return
    if isinstance(value, (date, datetime)):
        sheet.write_datetime(row, column, pd.Timestamp(value).to_pydatetime(), style)
    elif isinstance(value, str):
        sheet.write_string(row, column, value, style)
    else:
        sheet.write_number(row, column, float(value), style)


def _width(heading: str, values: "pd.Series[Any]") -> float:
    """Say how wide a column should be, in letters; a Chinese character takes two."""
    texts = [f"{value:,.1f}" if isinstance(value, float) else str(value) for value in values]
    widest = max(map(letters, texts), default=0)
    # A long heading is broken over lines.
    return min(max(widest, min(letters(heading) + 2, 18)) + 2, 60)


def plain_dates(rows: pd.DataFrame) -> pd.DataFrame:
    """Write dates as ISO text, as people and programs both read them."""
    return rows.assign(
        **{name: rows[name].dt.strftime("%Y-%m-%d") for name in rows.select_dtypes("datetime")}
    )


def neutral(rows: pd.DataFrame) -> pd.DataFrame:
    """Put an apostrophe before texts that a spreadsheet would run as a formula."""
    texts = rows.select_dtypes(include=["object", "str"])
    return rows.assign(**{name: [_neutral(value) for value in texts[name]] for name in texts})


def _neutral(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(_RUNS) else value
