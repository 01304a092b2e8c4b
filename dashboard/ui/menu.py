"""Answer the menu under a figure: its data, its SQL with parameters, and what research takes."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.asking.questions import command_line, sql_with_parameters
from dashboard.figures.figure import Figure, file_name
from dashboard.figures.files import figure_as_csv, figure_as_xlsx, figure_listing
from dashboard.figures.listing import WHOLE
from dashboard.ui.context import Context
from dashboard.ui.notices import plain


def answer_menu(context: Context, event: Mapping[str, Any], figure: Figure) -> None:
    """Open the dialog that was asked for."""
    say, what = context.say, event["what"]
    if what == "research":
        # Typesetting is loaded by the first who asks for it, not at every start.
        from dashboard.ui.research import answer_research

        answer_research(context, figure, event.get("drawings") or {})
        return
    titles = {"data": say("下载数据"), "sql": say("SQL 与参数")}

    @st.dialog(titles[what], width="large")
    def answer() -> None:
        caption = figure.caption
        headline = plain(caption.headline)
        note = _joined(caption.note, caption.method, caption.as_of)
        st.markdown(f"**{headline}**  \n{plain(note)}")
        if what == "data":
            _offer_data(context, figure)
        else:
            for each in (figure.counted, *figure.counted.beside):
                st.code(command_line(each), language="bash", wrap_lines=True)
                st.code(sql_with_parameters(each), language="sql", wrap_lines=True)

    answer()


def _offer_data(context: Context, figure: Figure) -> None:
    listed = figure_listing(context, figure)
    name = file_name(context, figure.key, figure.counted)
    left, right = st.columns(2)
    left.download_button(
        "CSV", figure_as_csv(context, figure), f"{name}.csv", "text/csv", on_click="ignore",
        width="stretch",
    )  # fmt: skip
    right.download_button(
        "XLSX",
        figure_as_xlsx(context, figure),
        f"{name}.xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        on_click="ignore",
        width="stretch",
    )
    st.dataframe(
        listed.written(),
        hide_index=True,
        height=280,
        placeholder="—",
        column_config={
            name: st.column_config.NumberColumn(format="localized" if form == WHOLE else "%.1f")
            for name, form in listed.formats.items()
            if pd.api.types.is_numeric_dtype(listed.rows[name])
        },
    )


def _joined(*texts: str) -> str:
    return " · ".join(text for text in texts if text)
