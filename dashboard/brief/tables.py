"""Write counted rows as files that people open in their office programs."""

import io

import pandas as pd

from dashboard.model.indicators import column_heading
from dashboard.model.measures import FIELDS
from dashboard.model.words import Language

# A spreadsheet would run a text that starts with one of these as a formula.
_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def as_csv(rows: pd.DataFrame) -> bytes:
    """Write rows under their column names, in UTF-8 with the mark that Excel needs."""
    return neutral(plain_dates(rows)).to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")


def as_xlsx(
    rows: pd.DataFrame, language: Language, *, about: dict[str, str], title: str, about_title: str
) -> bytes:
    """Write rows under headings in words, and a second sheet that says where they come from."""
    named = neutral(plain_dates(rows)).rename(
        columns={name: column_heading(name, language) for name in rows.columns if name in FIELDS}
    )
    file = io.BytesIO()
    with pd.ExcelWriter(
        file,
        engine="xlsxwriter",
        engine_kwargs={"options": {"strings_to_formulas": False, "strings_to_urls": False}},
    ) as writer:
        named.to_excel(writer, sheet_name=title, index=False)
        pd.DataFrame(about.items()).to_excel(
            writer, sheet_name=about_title, index=False, header=False
        )
        for sheet in writer.sheets.values():
            sheet.autofit()
    return file.getvalue()


def plain_dates(rows: pd.DataFrame) -> pd.DataFrame:
    """Write dates as ISO text, as people and programs both read them."""
    return rows.assign(
        **{name: rows[name].dt.strftime("%Y-%m-%d") for name in rows.select_dtypes("datetime")}
    )


def neutral(rows: pd.DataFrame) -> pd.DataFrame:
    """Put an apostrophe before texts that a spreadsheet would run as a formula."""
    texts = rows.select_dtypes(include=["object", "str"])
    return rows.assign(
        **{
            name: [
                f"'{v}" if isinstance(v, str) and v.startswith(_RUNS) else v for v in texts[name]
            ]
            for name in texts
        }
    )
