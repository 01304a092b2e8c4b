"""Serve the app: one worker, quick answers, nothing from outside."""

import os
import threading
import webbrowser
from pathlib import Path

from dashboard.places import ROOT, WAREHOUSE_VARIABLE


def serve(*, host: str, port: int, base_path: str, open_browser: bool, warehouse: Path) -> None:
    """Serve until stopped. Imports come late, so that the command line stays quick."""
    os.environ[WAREHOUSE_VARIABLE] = str(warehouse.resolve())
    os.chdir(ROOT)  # Streamlit looks for .streamlit/config.toml in the working directory.
    import streamlit as st
    import uvicorn
    from streamlit import config

    config.set_option("server.baseUrlPath", base_path.strip("/"))
    config.set_option("server.port", port)
    app = st.App(ROOT / "dashboard" / "app.py")
    address = f"http://{host}:{port}/{base_path.strip('/')}"
    print(f"闵行新型居住社区治理看板 / Dashboard: {address}")
    if open_browser:
        threading.Timer(1.0, webbrowser.open, [address]).start()
    uvicorn.run(app, host=host, port=port, workers=1, log_level="warning", ws_ping_interval=20)
