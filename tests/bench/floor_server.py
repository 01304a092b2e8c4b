"""Serve the floor as the product is served: ASGI, one worker, the same config.toml."""

import sys
from pathlib import Path

import streamlit as st
import uvicorn

uvicorn.run(
    st.App(Path(__file__).with_name("floor.py")),
    host="127.0.0.1", port=int(sys.argv[1]), workers=1, log_level="warning",
)  # fmt: skip
