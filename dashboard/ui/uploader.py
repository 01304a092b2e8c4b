"""Let Streamlit's uploader speak the reader's language: it writes on itself in English alone."""

import streamlit as st

from dashboard.language import Say

_STYLE = """
[data-testid="stFileUploaderDropzoneInstructions"] { display: none; }
[data-testid="stFileUploaderDropzone"] button:has(p) > * {
  position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
}
[data-testid="stFileUploaderDropzone"] button:has(p)::after { content: "WORD"; }
"""


def name_uploaders(say: Say) -> None:
    """Name the button of the uploaders that follow."""
    st.html(f"<style>{_STYLE.replace('WORD', say('选择文件'))}</style>")
